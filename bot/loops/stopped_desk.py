"""
What an admin answers about a message that is stopped: by the buttons of its question, or by showing where it stands.

Callback data: `v1|again|PUBLICATION|POSITION|NAME`, `v1|skip|…`, `v1|there|…|MESSAGE ID`; NAME tells which message of
the post is meant. Of a correction that is not in the chat: `c1|again|ID`, `c1|leave|ID`.
"""

from __future__ import annotations

from functools import partial
from typing import Literal

from bot.loops import comparing_words, words
from bot.loops.actions import OF, N, Turn, button, message
from bot.loops.reply import Reply
from bot.store import correcting, pointing, questions
from bot.store.messages import SHARED
from bot.store.pointing import Doubtful, Place
from bot.store.questions import Answer
from experiments.measurement import Text

NAME = r"(\w+\.\d+)"
ANSWERS: dict[Answer, Text] = {"again": words.WILL_SEND, "skip": words.GOES_ON}


def answer(turn: Turn, publication: str, position: str, name: str, *, said: Literal["again", "skip"]) -> Reply:
    of_it = {"publication": int(publication), "position": int(position)}
    done = questions.decided(turn.connection, **of_it, answer=said, now=turn.now, name=name)
    return Reply(text=turn.say(ANSWERS[said] if done else words.DECIDED))


for verb in ANSWERS:
    button(f"answer {verb}", rf"v1\|{verb}\|{OF}\|{N}\|{NAME}", "publication")(partial(answer, said=verb))


@button("answer there", rf"v1\|there\|{OF}\|{N}\|{NAME}\|(\d{{1,18}})", "publication")
def there(turn: Turn, publication: str, position: str, name: str, number: str) -> Reply:
    of_it = {"publication": int(publication), "position": int(position)}
    done = questions.point(turn.connection, **of_it, message_id=int(number), name=name)
    return Reply(text=turn.say(words.UNDERSTOOD if done else words.DECIDED))


@button("correction again", rf"c1\|again\|{OF}", "correction")
def again(turn: Turn, correction: str) -> Reply:
    done = correcting.answered(turn.connection, int(correction), again=True)
    return Reply(text=turn.say(comparing_words.AGAIN if done else words.DECIDED))


@button("correction leave", rf"c1\|leave\|{OF}", "correction")
def leave(turn: Turn, correction: str) -> Reply:
    done = correcting.answered(turn.connection, int(correction), again=False)
    return Reply(text=turn.say(comparing_words.LEFT if done else words.DECIDED))


def _place(turn: Turn) -> Place | None:
    said = turn.message
    return pointing.forwarded(said) or pointing.linked(said.get("text") or said.get("caption") or "")


def _doubtful(turn: Turn) -> list[Doubtful]:
    """What is looked for, and is theirs."""
    return [one for one in pointing.doubtful(turn.connection) if turn.person.may(one.chat_id)]


def _shows(turn: Turn) -> bool:
    points = "document" not in turn.message and ("forward_origin" in turn.message or _place(turn) is not None)
    return points and bool(_doubtful(turn))


@message("show where it stands", _shows)
def shown(turn: Turn) -> Reply:
    """By its link, or by forwarding it: it is read there before that is believed."""
    place, open_ = _place(turn), _doubtful(turn)
    if place is not None:
        here, where = [one for one in open_ if one.at(place)], {"message_id": place.number}
    else:  # chats without links share their counter with this one: there it stands before what was forwarded
        here, where = [one for one in open_ if one.chat_type in SHARED], {"before": turn.message["message_id"]}
    for one in here:
        of_it = {"publication": one.publication, "position": one.position}
        questions.point(turn.connection, **of_it, **where, name=one.name)
    return Reply(text=turn.say(words.LOOKS_THERE if here else words.NOT_ASKED if place else words.NEEDS_LINK))
