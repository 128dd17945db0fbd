"""
Times as people say them in a chat, by their own clocks: `завтра в 10`, `fri 18:00`, «через полтора часа», `1 декабря
19:00 мск`, `+2h`. What could mean two times is refused with the reason, never guessed.

A phrase is read from left to right: each piece is a day, an hour, a filler, or the zone, which stands last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from bot.thread import characters, weekdays, zones
from bot.thread.moment import SECONDS, TIME, UNITS, duration

AHEAD = {
    "сегодня": 0, "today": 0, "завтра": 1, "tomorrow": 1, "послезавтра": 2, "after tomorrow": 2,
    "the day after tomorrow": 2, "day after tomorrow": 2,
}  # fmt: skip
MONTHS = (
    "января янв jan january", "февраля фев feb february", "марта мар mar march", "апреля апр apr april",
    "мая май may", "июня июн jun june", "июля июл jul july", "августа авг aug august",
    "сентября сен сент sep sept september", "октября окт oct october", "ноября ноя нояб nov november",
    "декабря дек dec december",
)  # fmt: skip
MONTH = {word: number for number, words in enumerate(MONTHS, 1) for word in words.split()}
NUMBERS = (
    "один одна one", "два две two", "три three", "четыре four", "пять five", "шесть six", "семь seven", "восемь eight",
    "девять nine", "десять ten", "одиннадцать eleven", "двенадцать twelve",
)  # fmt: skip
NUMBER = {word: str(number) for number, words in enumerate(NUMBERS, 1) for word in words.split()}
HALVES = {"утра": 0, "дня": 12, "вечера": 12, "ночи": 0, "am": 0, "pm": 12}
VAGUE = (
    "утром|днем|вечером|ночью|в обед|после обеда|в полночь|полночь|скоро|попозже|позже|tonight|(?:in the )?"
    r"(?:morning|afternoon|evening)|(?:at )?(?:night|midnight|lunch)|soon|later|after lunch"
)


def _any(words: Iterable[str]) -> str:
    """One of these, the longest that fits."""
    return "|".join(sorted(filter(None, words), key=len, reverse=True))


COUNT = {"": 1.0, "a": 1.0, "an": 1.0, "one": 1.0, "полтора": 1.5, "полторы": 1.5, "пол": 0.5, "half an": 0.5}
AMOUNT = rf"(\d{{1,4}}(?:[.,]\d{{1,2}})?|{_any(COUNT)}|)\s*({_any(UNITS)})\b"
ORDINAL = "st|n[d]|rd|th"  # of a day
EARLY = 8  # a bare hour up to this may be meant before noon, and after it

NUMBERED = re.compile(rf"\b(?:{_any(NUMBER)})\b", re.IGNORECASE)
HALF = r"полчаса\b|half an hour\b"
SPAN = re.compile(rf"(?:{AMOUNT}|{HALF})(?: и| and)?(?: (?:a|с) (half|половиной)\b)?,? ?")

Kind = Literal["unread", "vague", "next", "slashed", "hourless", "bare", "noday", "nohour", "zone", "gap", "span"]


class SaidError(ValueError):
    """What was said is no time, or could be several; its `fields` are those of the sentence that tells it."""

    def __init__(self, kind: Kind, **fields: object) -> None:
        super().__init__(f"{kind} {fields}")
        self.kind = kind
        self.fields = fields


@dataclass
class _Phrase:
    """What is known of a time so far; `weekly`: its day is one of each week, and `day` the next such."""

    words: str
    here: datetime
    zone: str
    day: date | None = None
    weekly: bool = False
    clock: tuple[int, int] | None = None


def clocks(zone: str, now: datetime) -> datetime:
    """What clocks of a zone show now."""
    return now.astimezone(zones.find(zone, now.replace(tzinfo=None))[0])


def read(words: str, now: datetime, zone: str) -> datetime:
    """The time that is meant, in `zone` unless it names another. Raises `SaidError`."""
    text, here = " ".join(characters.bare(words).split()).rstrip("!?. "), clocks(zone, now)
    text = NUMBERED.sub(lambda found: NUMBER[found[0].casefold()], text)
    if text.casefold() in ("now", "сейчас"):
        return here
    if text.startswith("+"):
        return _later(now, text).astimezone(here.tzinfo)
    if dated := TIME.fullmatch(text):
        return _exact(f"{dated[1]} {dated[2]}", dated[3] or zone)
    if re.match(r"(?:через|in) ", text.casefold()):
        return _ahead(text, now, here, zone)
    return _meant(_Phrase(text, here, zone))


def _later(now: datetime, text: str) -> datetime:
    try:
        return now + duration(text[1:])
    except (ValueError, OverflowError):
        raise SaidError("span", words=text) from None


def _exact(shown: str, zone: str) -> datetime:
    """When clocks of a zone show it; of two times the first."""
    try:
        wall = datetime.fromisoformat(shown)
    except ValueError:
        raise SaidError("nohour", words=shown) from None
    try:
        place, _ = zones.find(zone, wall)
    except ValueError:
        raise SaidError("zone", words=zone) from None
    at = wall.replace(tzinfo=place)
    there = at.astimezone(UTC).astimezone(place)
    if there.replace(tzinfo=None) != wall:
        raise SaidError("gap", words=shown, zone=zones.name(at), after=f"{there:%Y-%m-%d %H:%M}")
    return at


def _ahead(text: str, now: datetime, here: datetime, zone: str) -> datetime:
    """«Через полтора часа»; whole days may have an hour: `in 3 days at 10:00`."""
    rest, seconds, whole = text.casefold().replace("ё", "е").partition(" ")[2], 0.0, True
    while found := SPAN.match(rest):
        rest = rest[found.end() :]
        unit = UNITS.get(found[2] or "", "h")
        amount = 0.5 if found[2] is None else COUNT.get(found[1] or "")
        amount = float(found[1].replace(",", ".")) if amount is None else amount
        seconds += (amount + 0.5 * bool(found[3])) * SECONDS[unit]
        whole = whole and unit in "dw"
    if not seconds:
        raise SaidError("unread", words=text)
    if not whole or seconds % SECONDS["d"]:
        if rest:
            raise SaidError("unread", words=text)
        return (now + timedelta(seconds=round(seconds))).astimezone(here.tzinfo)
    day = here + timedelta(seconds=seconds)  # days keep what clocks show
    return _meant(_Phrase(rest, here, zone, day.date())) if rest else _exact(f"{day:%Y-%m-%d %H:%M}", zone)


def _meant(said: _Phrase) -> datetime:
    """All of it read, the time by its own clocks."""
    lower, at = said.words.casefold().replace("ё", "е"), 0
    while at < len(lower):
        if lower[at] == " ":
            at += 1
            continue
        found = next((match for piece, take in PIECES.items() if (match := _taken(said, piece, take, lower, at))), None)
        if found is None:
            _zoned(said, said.words[at:])
            break
        at = found.end()
    if said.clock is None:
        raise SaidError("hourless" if said.day else "unread", words=said.words)
    return _exact(f"{_day(said)} {said.clock[0]:02}:{said.clock[1]:02}", said.zone)


def _taken(said: _Phrase, piece: re.Pattern[str], take: Take, lower: str, at: int) -> re.Match[str] | None:
    match = piece.match(lower, at)
    return match if match and take(said, match) else None


def _day(said: _Phrase) -> date:
    """The next one on which clocks show it, where that is not said."""
    here = clocks(said.zone, said.here)
    day = said.day or here.date()
    passed = day == here.date() and said.clock is not None and said.clock <= (here.hour, here.minute)
    if passed and (said.weekly or said.day is None):
        day += timedelta(days=7 if said.weekly else 1)
    return day


def _zoned(said: _Phrase, rest: str) -> None:
    """What stands last, and is none of the above, is the zone."""
    if said.clock is None:
        raise SaidError("unread", words=said.words)
    try:
        zones.find(rest, said.here.replace(tzinfo=None))
    except ValueError:
        raise SaidError("zone", words=rest.strip()) from None
    said.zone = rest.strip()


def _filler(_: _Phrase, __: re.Match[str]) -> bool:
    return True


def _vague(_: _Phrase, match: re.Match[str]) -> bool:
    raise SaidError("vague", words=match[0])


def _slashed(_: _Phrase, match: re.Match[str]) -> bool:
    raise SaidError("slashed", words=match[0])


def _relative(said: _Phrase, match: re.Match[str]) -> bool:
    return _dated(said, said.here.date() + timedelta(days=AHEAD[match[1]]))


def _weekday(said: _Phrase, match: re.Match[str]) -> bool:
    ahead = (weekdays.DAYS[match[2]] - said.here.weekday()) % 7
    first = said.here.date() + timedelta(days=ahead)
    if match[1] and match[1].startswith(("next", "следующ")):
        soon = first if ahead else first + timedelta(days=7)
        raise SaidError("next", words=match[0], first=f"{soon:%d.%m}", second=f"{soon + timedelta(days=7):%d.%m}")
    said.weekly = True
    return _dated(said, first)


def _european(said: _Phrase, match: re.Match[str]) -> bool:
    return _calendar(said, match[3], MONTH[match[2]], match[1])


def _american(said: _Phrase, match: re.Match[str]) -> bool:
    return _calendar(said, match[3], MONTH[match[1]], match[2])


def _iso(said: _Phrase, match: re.Match[str]) -> bool:
    return _calendar(said, match[1], match[2], match[3])


def _dotted(said: _Phrase, match: re.Match[str]) -> bool:
    return _calendar(said, match[3], match[2], match[1])


def _calendar(said: _Phrase, year: str | None, month: str | int, day: str) -> bool:
    """Without a year, the next such day."""
    try:
        found = date(int(year or said.here.year), int(month), int(day))
        if year is None and found < said.here.date():
            found = found.replace(year=found.year + 1)
    except ValueError:
        raise SaidError("noday", words=said.words) from None
    return _dated(said, found)


def _dated(said: _Phrase, day: date) -> bool:
    if said.day is not None:
        return False
    said.day = day
    return True


def _hour(said: _Phrase, match: re.Match[str]) -> bool:
    return _clocked(said, int(match[1]), int(match[2]), match[3])


def _bare(said: _Phrase, match: re.Match[str]) -> bool:
    """`в 5` may be in the morning or in the afternoon."""
    if not match[2] and 1 <= int(match[1]) <= EARLY:
        raise SaidError("bare", words=match[0], early=f"{int(match[1]):02}:00", late=f"{int(match[1]) + 12}:00")
    return _clocked(said, int(match[1]), 0, match[2])


def _noon(said: _Phrase, _: re.Match[str]) -> bool:
    return _clocked(said, 12, 0, None)


def _clocked(said: _Phrase, hour: int, minute: int, half: str | None) -> bool:
    if said.clock is not None:
        return False
    if half:
        if not 1 <= hour <= 12 or (hour == 12 and half in ("ночи", "am")) or (half == "вечера" and hour < 4):
            raise SaidError("nohour", words=f"{hour}:{minute:02} {half}")
        hour = hour % 12 + HALVES[half]
    if hour > 23 or minute > 59:
        raise SaidError("nohour", words=f"{hour}:{minute:02}")
    said.clock = (hour, minute)
    return True


Take = Callable[[_Phrase, re.Match[str]], bool]
HALF = r"(am|pm|утра|дня|вечера|ночи)\b"
PIECES: dict[re.Pattern[str], Take] = {  # the first that takes what stands there has it
    re.compile(pattern): take
    for pattern, take in (
        (rf"({_any(AHEAD)})\b", _relative),
        (rf"(?:{VAGUE})\b", _vague),
        (r"(?:в|во|на|к|at|on|by|the|of|and|и|года)\b|[,;]", _filler),
        (rf"(?:((?:эт|следующ|ближайш)\w+|this|next|coming) )?({_any(weekdays.DAYS)})\b\.?", _weekday),
        (rf"(\d{{1,2}})(?:-?го|{ORDINAL})? (?:of )?({_any(MONTH)})\b\.?(?:,? (20\d\d)\b)?", _european),
        (rf"({_any(MONTH)})\b\.? (\d{{1,2}})(?:{ORDINAL})?\b(?![:.]\d)(?:,? (20\d\d)\b)?", _american),
        (r"(20\d\d)-(\d\d)-(\d\d)\b", _iso),
        (r"(\d{1,2})\.(\d{1,2})\.(20\d\d)\b", _dotted),
        (r"(\d{1,2})\.(\d{1,2})\b()(?=.*\d[:.\-]\d\d)", _dotted),
        (r"\d{1,2}/\d{1,2}\b", _slashed),
        (rf"(\d{{1,2}})[:.\-](\d\d)(?!\d)(?: ?{HALF})?", _hour),
        (rf"(\d{{1,2}})(?: ?(?:часов|часа|час|ч|o'clock)\b\.?)?(?: ?{HALF})?(?![\d:./\-])(?!\w)", _bare),
        (r"(?:noon|midday|полдень)\b", _noon),
    )
}
