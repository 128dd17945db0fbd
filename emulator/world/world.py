"""Everything the emulator knows: bots, users, chats, polls, files. In memory, touched by one event loop only."""

from __future__ import annotations

import heapq
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from emulator.wire import Json, SimError, bad_request
from emulator.world.calls import Call
from emulator.world.chats import Chat, Message
from emulator.world.clock import Clock
from emulator.world.faults import Faults
from emulator.world.feed import Feed
from emulator.world.files import KINDS, StoredFile, Upload, new_id, new_unique_id
from emulator.world.joining import InviteLink
from emulator.world.members import Member, User
from emulator.world.pictures import Picture
from emulator.world.polls import Poll
from emulator.world.taps import Tap
from emulator.world.updates import Updates
from emulator.world.webhook import Webhook

SHARED = ("private", "group")  # kinds of chats that count their messages together
VIEWER = User(1000, "Вы")
MOST_BOTS, MOST_USERS, MOST_CHATS = 1_000, 200_000, 200_000
MOST_BYTES = 2 * 1024**3  # of all files


@dataclass
class Bot:
    """A bot, its queue, and where its updates go when not asked for."""

    user: User
    updates: Updates = field(default_factory=Updates)
    webhook: Webhook | None = None
    commands: dict[tuple[str, int, int, str], list[Json]] = field(default_factory=dict)  # by scope and language
    said: dict[str, dict[str, str]] = field(default_factory=dict)  # its name and descriptions, by language
    suggested: dict[str, Json] = field(default_factory=dict)  # rights, by kind of chat
    menus: dict[int, Json] = field(default_factory=dict)  # buttons, by the user's id, 0 for everybody
    flags: dict[str, bool] = field(default_factory=dict)  # of getMe
    logged_out: bool = False

    def __post_init__(self) -> None:
        self.said = self.said or {"name": {"": self.user.first_name}, "description": {}, "short_description": {}}


@dataclass
class Numbers:
    """Upwards without an end; a copy goes on from where it was made."""

    following: int

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        self.following += 1
        return self.following - 1


class World:
    """
    Starts with its bots and one user, the one who looks at the page.

    While nobody waits for anything in it, it can be pickled: a copy is another world that begins as this one.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self.clock, self.faults, self.feed = Clock(), Faults(), Feed()
        self.bots: dict[str, Bot] = {}
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.polls: dict[str, Poll] = {}
        self.files: dict[str, StoredFile] = {}
        self.file_bytes = 0
        self.uploads: dict[tuple[str, str, bytes, bytes, str], StoredFile] = {}
        self.portraits: dict[int, list[StoredFile]] = {}  # of people and bots, the newest first
        self.terms: list[tuple[int, int, int]] = []  # when a ban or a restriction ends, in which chat, whose
        self.dice: list[int] = []  # what they show next
        self.addresses: dict[str, Upload] = {}  # what stands where in the web, as far as this world knows
        self.taps: dict[str, Tap] = {}
        self.calls: list[Call] = []
        self.unanswered: list[Json] = []
        self.running = True
        self._user_ids, self._chat_ids, self._file_ids = Numbers(1001), Numbers(1), Numbers(0)
        self._poll_ids = Numbers(5_368_324_170_671_202_286)
        self._shared_message_ids = Numbers(1)  # private chats and basic groups share one counter
        self.add_user(VIEWER)
        for token in tokens:
            self.add_bot(token)

    def add_bot(self, token: str) -> Bot:
        _check_room("bots", len(self.bots), MOST_BOTS)
        number = int(token.partition(":")[0])
        bot = self.bots[token] = Bot(User(number, "Pollbot", username=f"pollbot_{number}_bot", is_bot=True))
        self.add_user(bot.user)
        return bot

    def rename_bot(self, bot: Bot, name: str, username: str | None = None) -> None:
        """Everywhere, also where it is a member."""
        bot.user = replace(bot.user, first_name=name, username=username or bot.user.username)
        bot.said["name"][""] = name
        self.users[bot.user.id] = bot.user
        for chat in self.chats.values():
            if member := chat.members.get(bot.user.id):
                chat.seat(replace(member, user=bot.user))

    def add_user(self, user: User) -> User:
        _check_room("users", len(self.users), MOST_USERS)
        self.users[user.id] = user
        return user

    def new_user_id(self) -> int:
        return next(number for number in self._user_ids if number not in self.users)

    def new_chat_id(self, kind: str) -> int:
        number = next(self._chat_ids)
        return -(4_000_000 + number) if kind == "group" else -(1_002_000_000_000 + number)

    def add_chat(self, chat: Chat) -> Chat:
        _check_room("chats", len(self.chats), MOST_CHATS)
        self.chats[chat.id] = chat
        self.feed.touch(chat.id)
        return chat

    def rename(self, chat: Chat, title: str) -> None:
        """A channel's messages are signed with its title."""
        if title != chat.title:
            chat.title = title
            for number in chat.messages:
                self.feed.touch(chat.id, number)

    def seat(self, chat: Chat, member: Member) -> Member:
        """Let this be how a user stands there, until it ends by itself."""
        if member.until:
            heapq.heappush(self.terms, (member.until, chat.id, member.user.id))
        self.feed.touch(chat.id)
        return chat.seat(member)

    def end_terms(self) -> None:
        """Who was banned or restricted for a time is so no more. Bots hear nothing of it."""
        now = self.clock.now()
        while self.terms and self.terms[0][0] <= now:
            until, chat_id, user_id = heapq.heappop(self.terms)
            member = self.chats[chat_id].members.get(user_id) if chat_id in self.chats else None
            if member and member.until == until:
                inside = member.status == "restricted" and not member.outside
                self.seat(self.chats[chat_id], Member(member.user, "member" if inside else "left", tag=member.tag))

    def invite(self, chat: Chat, link: InviteLink) -> InviteLink:
        chat.links[link.url] = link
        return link

    def link_json(self, chat: Chat, link: InviteLink) -> Json:
        """A ChatInviteLink with its creator and how many wait."""
        waiting = sum(request.link == link.url for request in chat.requests.values())
        return link.json(self.users[link.creator].json(), waiting)

    def add_poll(self, poll: Poll) -> Poll:
        self.polls[poll.id] = poll
        return poll

    def new_poll_id(self) -> str:
        return str(next(self._poll_ids))

    def add_photo(self, picture: Picture) -> StoredFile:
        """A photo in all its sizes, each a file; the answer is the largest."""
        sizes = picture.sizes()
        of = sizes[-1].content
        made = [
            self.add_file(Upload("photo.jpg", one.content), "photo", {"width": one.width, "height": one.height}, of=of)
            for one in sizes
        ]
        if not made[-1].sizes:
            for one in made:
                one.sizes[:] = made
        return made[-1]

    def add_file(
        self,
        upload: Upload,
        kind: str,
        facts: Json | None = None,
        thumbnail: StoredFile | None = None,
        of: bytes = b"",
    ) -> StoredFile:
        """The same file, sent again as the same, is the file that is there; `of`: the picture it is a size of."""
        key = (kind, upload.name, upload.content, of, repr((facts, thumbnail and thumbnail.id)))
        if known := self.uploads.get(key):
            return known
        if self.file_bytes + len(upload.content) > MOST_BYTES:
            raise bad_request(f"the emulator keeps at most {MOST_BYTES} bytes of files: start it anew")
        path = f"{KINDS[kind].folder}/file_{next(self._file_ids)}{_suffix(upload.name)}"
        unique, mime = new_unique_id(kind), upload.told or upload.mime
        file = StoredFile(
            unique, kind, upload.name, upload.content, path, mime, facts or {}, thumbnail, id=new_id(kind)
        )
        self.file_bytes += len(upload.content)
        self.files[file.id] = self.uploads[key] = file
        return file

    def find_chat(self, ref: object) -> Chat:
        """By id or @name; raises Telegram's own refusal."""
        given = str(ref).strip()
        if not given:
            raise bad_request("chat_id is empty")
        for chat in self.chats.values():
            if given == str(chat.id) or (chat.username and given.lower() == f"@{chat.username.lower()}"):
                return chat
        raise bad_request("chat not found")

    def find_user(self, user_id: object) -> User:
        if isinstance(user_id, int) and user_id in self.users:
            return self.users[user_id]
        raise SimError(404, f"no user {user_id!r}; make one with POST /sim/users")

    def skip(self, chat: Chat, ids: int) -> None:
        """Pass over so many ids, as if they had been taken by messages that are gone, or stand in other chats."""
        if chat.type in SHARED:
            self._shared_message_ids = Numbers(next(self._shared_message_ids) + ids)
        else:
            chat.last_message_id += ids

    def post(self, message: Message) -> Message:
        """Put a message, made with id 0, into its chat."""
        chat = message.chat
        message.id = chat.last_message_id + 1
        if chat.type in SHARED:
            message.id = next(self._shared_message_ids)
        chat.last_message_id = message.id
        chat.messages[message.id] = message
        self.feed.touch(chat.id, message.id)
        return message

    def remove(self, message: Message) -> None:
        """It stands nowhere any more; what was pinned is so no longer."""
        chat = message.chat
        chat.messages.pop(message.id, None)
        if message.id in chat.pinned:
            chat.pinned.remove(message.id)
        self.feed.touch(chat.id, message.id)

    def poll_changed(self, poll: Poll) -> None:
        """Show the poll anew wherever it stands: forwards share it."""
        for chat in self.chats.values():
            for message in chat.messages.values():
                if message.poll is poll:
                    self.feed.touch(chat.id, message.id)

    def bot_of(self, bot_id: int | None) -> Bot | None:
        return next((bot for bot in self.bots.values() if bot.user.id == bot_id), None)

    def send(self, bot_id: int | None, kind: str, content: Json, queue: object) -> None:
        """Queue an update for a bot, if it is one."""
        bot = self.bot_of(bot_id)
        if bot:
            bot.updates.add(kind, content, str(queue))

    def close_due_polls(self) -> None:
        """Close what has run out of time. Bots hear nothing of it: Telegram tells them only what they stop."""
        now = self.clock.now()
        for poll in self.polls.values():
            if not poll.closed and poll.close_date and poll.close_date <= now:
                poll.closed = True
                self.poll_changed(poll)

    def stop(self) -> None:
        """End everything that waits, so that the server can go."""
        self.running = False
        self.feed.close()
        for bot in self.bots.values():
            bot.updates.wake("")
            if bot.webhook:
                bot.webhook.close()


def _check_room(what: str, count: int, most: int) -> None:
    if count >= most:
        raise SimError(400, f"there are {count} {what} already, and no more are kept: start the emulator anew")


def _suffix(name: str) -> str:
    return Path(name).suffix if re.fullmatch(r"[\w. -]+", name) else ""


def random_instance() -> str:
    """The opaque chat_instance of a callback query."""
    return str(random.getrandbits(62))
