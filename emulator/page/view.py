"""Messages as one user sees them: the Bot API's JSON, and what the page needs on top, under `seen`."""

from __future__ import annotations

import random
from dataclasses import dataclass

from starlette.requests import Request

from emulator.botapi import discussion
from emulator.wire import Json, SimError
from emulator.world.chats import Chat, Message
from emulator.world.members import User
from emulator.world.polls import Poll
from emulator.world.world import VIEWER, World

COLOURS = 7


@dataclass(frozen=True)
class Viewer:
    world: World
    user: User

    def chat(self, chat: Chat) -> Json:
        """A row of the chat list."""
        last = next(reversed(chat.messages.values()), None)
        me = chat.member(self.user)
        return chat.json() | {
            "title": self._title(chat),
            "member_count": chat.member_count(),
            "last": last and self.message(last),
            "may_write": me.runs_it if chat.type == "channel" else me.status != "kicked",
            "language": chat.language,
            "preview": chat.preview and chat.preview | {"order": list(chat.messages)},
        }

    def message(self, message: Message) -> Json:
        sender = message.copied.chat if message.copied else message.sender or message.chat
        seen: Json = {
            "name": sender.first_name if isinstance(sender, User) else sender.title,
            "colour": abs(sender.id) % COLOURS,
            "mine": message.sender == self.user,
            "poll": self.poll(message.poll) if message.poll else None,
            "note": message.note,
            "comments": discussion.comments(self.world, message),
            "topic": message.topic.name if message.topic else None,
            "option": self._option(message),
        }
        return message.json() | {"seen": seen}

    def _option(self, message: Message) -> str | None:
        """The words of the option that a message answers."""
        poll = message.reply_to.poll if message.reply_to else None
        return poll.options[int(message.option)].text if poll and message.option is not None else None

    def poll(self, poll: Poll) -> Json:
        """What this user may know: results after voting or closing, unless they are hidden until it closes."""
        chosen = poll.votes.get(self.user.id, [])
        results = poll.closed or (bool(chosen) and not poll.hidden)
        told = poll.closed or (poll.kind == "quiz" and bool(chosen))
        return {
            "order": self._order(poll),
            "chosen": chosen,
            "counts": poll.counts if results else None,
            "voters": len(poll.votes),
            "hidden": poll.hidden,
            "correct": poll.correct if told else [],
            "told": told,
            "votable": not poll.closed and (not chosen or poll.revoting),
            "retractable": bool(chosen) and poll.revoting and not poll.closed,
        }

    def _order(self, poll: Poll) -> list[int]:
        order = list(range(len(poll.options)))
        if poll.shuffled:
            random.Random(f"{poll.id}/{self.user.id}").shuffle(order)  # noqa: S311 the same for a user each time
        return order

    def _title(self, chat: Chat) -> str:
        if chat.type == "private" and chat.id == self.user.id:
            return next(iter(self.world.bots.values())).user.first_name
        return chat.title


def viewer_of(request: Request) -> Viewer:
    """Whoever `user` in the query names; the page's own viewer when nobody."""
    world: World = request.app.state.world
    return Viewer(world, world.find_user(number_of(request, "user") or VIEWER.id))


def number_of(request: Request, name: str) -> int:
    """A number from the query, 0 when absent."""
    try:
        return int(request.query_params.get(name, 0))
    except ValueError:
        raise SimError(400, f"{name!r} must be a number") from None
