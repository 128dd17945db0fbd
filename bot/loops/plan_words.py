"""What an admin reads of the coming week, of clocks and slots, of other times and asking again, in two languages."""

from __future__ import annotations

from bot.store.again import Refusal
from experiments.measurement import Text
from languages.text import phrase, verbatim

TOLD_PLAN = phrase("the week ahead")
TOLD_ZONE = phrase("whose clocks are meant")
TOLD_SLOTS = phrase("when a chat has room for posts")
TOLD_MOVE = phrase("another time for a thread")
PLAN = phrase("The week ahead. It is {now}.")
NOTHING = phrase("Nothing is planned for the week ahead.")
DAY = phrase("{day}, {at:%d %b}")
DAYS: tuple[Text, ...] = (
    phrase("Monday"),
    phrase("Tuesday"),
    phrase("Wednesday"),
    phrase("Thursday"),
    phrase("Friday"),
    phrase("Saturday"),
    phrase("Sunday"),
)
LINE = phrase("{at:%H:%M} {mark}{title} → {chat}, no. {numbers}")
PAUSED, OVERDUE = "⏸ ", "⏰ "
MORE = phrase("…and {number} more lines. All of it: pollbot plan.")
AT = verbatim("{at} ({zone})")

CLOCKS = phrase(
    "Your clocks: {zone}, it is {now} there. Others by a button, or: /zone Europe/Moscow, /zone Berlin, /zone UTC+3; "
    "for a chat: /zone @chat Europe/Moscow."
)
CLOCKED = phrase("{whose}: clocks are {zone} now, it is {now} there.")
YOU = phrase("You")
NO_ZONE = phrase("The zone “{words}” is not clear, and nothing has changed. Write Europe/Moscow, Moscow, CET or UTC+3.")
CITIES: tuple[tuple[str, Text], ...] = (
    ("Europe/Moscow", phrase("Moscow")),
    ("Europe/Berlin", phrase("Berlin")),
    ("Europe/London", phrase("London")),
    ("Asia/Yekaterinburg", phrase("Yekaterinburg")),
    ("Asia/Almaty", phrase("Almaty")),
    ("America/New_York", phrase("New York")),
    ("UTC", verbatim("UTC")),
)

NO_CHAT = phrase("{chat}: I do not know that chat. Write its @name or its id, as /threads shows it.")
SLOTS = phrase("{chat}: slots {slots}. The next free one is {at}.")
FULL = phrase("{chat}: slots {slots}. All are taken for a year.")
NO_SLOTS = phrase(
    "{chat}: there are no slots. Set them: /slots {chat} mon,wed,fri 18:00 Europe/Moscow; several with “;”."
)
SLOT_HELP = phrase(
    "A chat's slots: /slots @chat mon,wed,fri 18:00 Europe/Moscow; to see them: /slots @chat; none: /slots @chat none."
)
BAD_SLOTS = phrase("“{words}” is no slot, and nothing has changed. Write mon,wed,fri 18:00 or day 10:00 Europe/Moscow.")

WHEN = phrase(
    "Thread {publication}: when does it go on? Reply to this message: tomorrow 10:00, fri 18:00, +2h (later), "
    "-30m (earlier), or write /move {publication} tomorrow 10:00."
)
MOVE_HELP = phrase(
    "Which thread, and when? /move 3 tomorrow 10:00; /move 3 +2h is later, /move 3 -30m earlier. /log has the numbers."
)
SURE = phrase("{title} → {chat}: no. {position} goes out {at}, the rest as much later or earlier. Move it?")
NO_TIME = phrase(
    "{reason}\nNothing has changed. Write: tomorrow 10:00, fri 18:00, +2h, 2026-12-01 19:00 Europe/Moscow."
)
PAST = phrase("{at} has passed, and nothing has changed. Name a time ahead.")
FAR = phrase("{at} is more than a year away, and nothing has changed. Choose a nearer time.")
AGAIN: dict[Refusal, Text] = {
    "unknown": phrase("There is no such publication."),
    "unclosed": phrase("That is no closed poll."),
}
ASK = phrase("Ask question no. {position} again, right now? It will be a new poll with the same key.")
ASKED = phrase("The question is asked again.")

SERIES = phrase("A series: {rhythm}.")

BUTTON: dict[str, Text] = {
    "when": phrase("Another time…"),
    "again": phrase("Ask no. {position} again"),
    "move": phrase("Yes, move it"),
    "yes": phrase("Yes"),
    "no": phrase("No"),
}
