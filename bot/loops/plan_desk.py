"""
What admins order of time: the coming week, their clocks, a chat's slots, another time for a thread, a poll asked again.

Callback data: `z1|ZONE`, `t1|when|ID`, `t1|to|ID|TIME`, `t1|ask|ID|POSITION`, `t1|again|ID|POSITION`; a TIME is in
seconds since 1970. What is written is confirmed by a button before anything is moved.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.errors import SettingsError, UnreadableError
from bot.loops import card, card_words, plan, plan_words, right_words, time_words
from bot.loops.actions import OF, N, Turn, button, command, message
from bot.loops.draft_card import told
from bot.loops.draft_desk import FAR, LATEST
from bot.loops.reply import Reply
from bot.store import again, chats, drafts, overview, schedule, slots, steering, zoned
from bot.store.chats import Known
from bot.store.steering import Order
from bot.telegram import named
from bot.telegram.answer import line
from bot.thread import rhythm, spoken, zones
from bot.thread.moment import duration
from bot.thread.spoken import SaidError
from experiments.measurement import Text

TIME = r"(\d{1,11})"
CARD = re.compile(r"t1\|(?:card|when)\|(\d{1,9})")
NUMBER = re.compile(r"#?(\d{1,9})")
SHIFT = re.compile(r"([+\-−–])\s?(\S+)")


@command("plan", told=plan_words.TOLD_PLAN)
def plan_(turn: Turn) -> Reply:
    zone = zoned.usual(turn.connection, turn.person.id)
    return plan.week(turn.connection, turn.now, zone, turn.person.among, turn.language)


@command("zone", told=plan_words.TOLD_ZONE)
def zone_(turn: Turn) -> Reply:
    """Whose clocks an admin goes by, or the people of a chat."""
    words = _rest(turn)
    if not words:
        return _clocks(turn)
    chat = None
    first, _, rest = words.partition(" ")
    if rest and (chat := _chat(turn, first)):
        words = rest
    try:
        found = zones.name(zones.ANY.replace(tzinfo=zones.find(words, zones.ANY)[0]))
    except ValueError:
        return told(plan_words.NO_ZONE, turn.language, words=line(words)[:64])
    if chat and not turn.person.may(chat.id):
        return told(right_words.NOT_YOURS, turn.own, chat=chat.title)
    return _clocked(turn, chat, found)


@button("zone", r"z1\|([A-Za-z_/+\-0-9:]{1,40})", "admins")
def zone_tapped(turn: Turn, zone: str) -> Reply:
    known = {name for name, _ in plan_words.CITIES}
    return _clocked(turn, None, zone).model_copy(update={"card": True}) if zone in known else _clocks(turn)


def _clocks(turn: Turn) -> Reply:
    zone = zoned.usual(turn.connection, turn.person.id)
    text = turn.say(plan_words.CLOCKS, zone=zone, now=plan.at(turn.now, zone, turn.language))
    buttons = tuple((turn.say(city), f"z1|{name}") for name, city in plan_words.CITIES)
    return Reply(text=text, buttons=buttons)


def _clocked(turn: Turn, chat: Known | None, zone: str) -> Reply:
    """The choice is kept; a draft that waits for its time goes by these clocks as well."""
    zoned.choose(turn.connection, chat.id if chat else turn.person.id, zone)
    draft = drafts.awaiting(turn.connection, turn.person.id)
    if draft and draft.awaits == "time" and (chat is None or chat.id == draft.chat_id):
        drafts.change(turn.connection, draft.id, zone=zone)
    whose = chat.title if chat else turn.say(plan_words.YOU)
    return told(plan_words.CLOCKED, turn.language, whose=whose, zone=zone, now=plan.at(turn.now, zone, turn.language))


@command("slots", told=plan_words.TOLD_SLOTS)
def slots_(turn: Turn) -> Reply:
    """When something may go out in a chat."""
    first, _, words = _rest(turn).partition(" ")
    if not first:
        return Reply(text=turn.say(plan_words.SLOT_HELP))
    chat = _chat(turn, first)
    if chat is None:
        return told(plan_words.NO_CHAT, turn.language, chat=line(first)[:64])
    if not turn.person.may(chat.id):
        return told(right_words.NOT_YOURS, turn.own, chat=chat.title)
    if words.strip():
        try:
            found = slots.read(words, zoned.chosen(turn.connection, chat.id, turn.person.id) or "UTC")
        except ValueError:
            return told(plan_words.BAD_SLOTS, turn.language, words=line(words)[:100])
        slots.put(turn.connection, chat.id, found)
    return _slots(turn, chat)


def _slots(turn: Turn, chat: Known) -> Reply:
    found = slots.of(turn.connection, chat.id)
    if not found:
        return told(plan_words.NO_SLOTS, turn.language, chat=chat.ref)
    shown = "; ".join(rhythm.written(one, turn.language) for one in found)
    at = slots.free(turn.connection, chat.id, turn.now)
    if at is None:
        return told(plan_words.FULL, turn.language, chat=chat.title, slots=shown)
    when = plan.at(at, found[0].zone, turn.language)
    return told(plan_words.SLOTS, turn.language, chat=chat.title, slots=shown, at=when)


@command("move", told=plan_words.TOLD_MOVE)
def move_(turn: Turn) -> Reply:
    """Another time for a thread, in words: asked once, with the time as it was understood."""
    first, _, words = _rest(turn).partition(" ")
    number = NUMBER.fullmatch(first)
    if not number or not words.strip():
        return Reply(text=turn.say(plan_words.MOVE_HELP))
    chat = schedule.chat_of(turn.connection, int(number[1]))
    if chat and not turn.person.may(chat[0]):
        return told(right_words.NOT_YOURS, turn.own, chat=chat[1])
    return _move(turn, int(number[1]), words)


@message("time for a card", lambda turn: bool(turn.text) and _replied(turn) is not None)
def replied(turn: Turn) -> Reply | None:
    """A card was replied to with a time."""
    number = _replied(turn)
    assert number is not None
    chat = schedule.chat_of(turn.connection, number)
    if chat and not turn.person.may(chat[0]):
        return told(right_words.NOT_YOURS, turn.own, chat=chat[1])
    return _move(turn, number, turn.text)


def _replied(turn: Turn) -> int | None:
    """The publication whose card a message replies to."""
    answered = turn.message.get("reply_to_message") or {}
    rows = (answered.get("reply_markup") or {}).get("inline_keyboard") or ()
    found = (CARD.fullmatch(one.get("callback_data") or "") for row in rows for one in row)
    return next((int(match[1]) for match in found if match), None)


def _move(turn: Turn, publication: int, words: str) -> Reply:
    found = overview.read(turn.connection, overview.one(publication))
    if not found:
        return Reply(text=turn.say(card_words.REFUSED["unknown"]))
    stored = found[0]
    if not stored.next:
        return Reply(text=turn.say(card_words.REFUSED["over"]))
    zone = zoned.chosen(turn.connection, turn.person.id) or stored.zone or "UTC"
    try:
        to = _meant(words.strip(), min(post.due for post in stored.posts if post.state == "planned"), turn.now, zone)
    except SaidError as error:
        reason = time_words.refused(error, turn.language)
        return told(plan_words.NO_TIME, turn.language, reason=reason)
    at = plan.at(to, zones.name(to), turn.language)
    if to < turn.now - timedelta(minutes=1) or to > turn.now + FAR:
        return told(plan_words.PAST if to < turn.now else plan_words.FAR, turn.language, at=at)
    about = {"title": stored.title, "chat": stored.chat, "position": stored.next.position, "at": at}
    text = told(plan_words.SURE, turn.language, **about)
    text = text.model_copy(update={"text": "\n".join([text.text, *time_words.notes(to, turn.language)])})
    yes = turn.say(plan_words.BUTTON["move"]), f"t1|to|{publication}|{int(to.timestamp())}"
    return text.model_copy(update={"buttons": (yes, (turn.say(plan_words.BUTTON["no"]), f"t1|card|{publication}"))})


def _meant(words: str, due: datetime, now: datetime, zone: str) -> datetime:
    """A time; or how much later, or earlier, than it was to be."""
    if shift := SHIFT.fullmatch(words):
        try:
            span = duration(shift[2])
        except (ValueError, OverflowError):
            raise SaidError("span", words=words) from None
        return spoken.clocks(zone, due + (span if shift[1] == "+" else -span))
    return spoken.read(words, now, zone)


@button("when", rf"t1\|when\|{OF}", "publication")
def when(turn: Turn, publication: str) -> Reply:
    back = turn.say(card_words.BUTTON["card"]), f"t1|card|{publication}"
    return Reply(text=turn.say(plan_words.WHEN, publication=publication), buttons=(back,), card=True)


@button("to", rf"t1\|to\|{OF}\|{TIME}", "publication")
def to_(turn: Turn, publication: str, seconds: str) -> Reply:
    to = datetime.fromtimestamp(min(int(seconds), LATEST), UTC)
    done = steering.steer(turn.connection, Order("move", int(publication), to=to), turn.now, turn.person.id)
    return _card(turn, int(publication), card_words.REFUSED[done.refusal] if done.refusal else card_words.DONE["move"])


@button("ask", rf"t1\|ask\|{OF}\|{N}", "publication")
def ask(turn: Turn, publication: str, position: str) -> Reply:
    yes = turn.say(plan_words.BUTTON["yes"]), f"t1|again|{publication}|{position}"
    no = turn.say(plan_words.BUTTON["no"]), f"t1|card|{publication}"
    return Reply(text=turn.say(plan_words.ASK, position=position), buttons=(yes, no), card=True)


@button("again", rf"t1\|again\|{OF}\|{N}", "publication")
def again_(turn: Turn, publication: str, position: str) -> Reply:
    """The card of the new publication."""
    try:
        done = again.ask(turn.connection, int(publication), int(position), turn.now, turn.now, turn.person.id)
    except UnreadableError:
        return _card(turn, int(publication), plan_words.AGAIN["unclosed"])
    if done.refusal:
        return _card(turn, int(publication), plan_words.AGAIN[done.refusal])
    return _card(turn, done.publication, plan_words.ASKED)


def _card(turn: Turn, publication: int, notice: Text) -> Reply:
    said = turn.say(notice)
    return card.card(turn.connection, publication, turn.language, said) or Reply(text=said, card=True)


def _rest(turn: Turn) -> str:
    """What stands behind a command."""
    return " ".join(turn.text.split()[1:])


def _chat(turn: Turn, words: str) -> Known | None:
    """A chat that is known here by what somebody has written."""
    try:
        ref = named.ref(words)
    except SettingsError:
        return None
    known = chats.known(turn.connection, chats.MOST)
    return next((one for one in known if ref.casefold() in (one.ref.casefold(), str(one.id))), None)
