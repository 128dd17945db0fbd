"""What an admin reads on the card of a publication, and around it, in Russian and English."""

from __future__ import annotations

from bot.store.states import Action
from bot.store.steering import Refusal
from experiments.measurement import Text
from languages.text import phrase, verbatim

HELP = phrase(
    "I publish threads with polls, and show what an experiment measured.\n\n"
    "Send me a thread as a file .md (or a .zip with pictures): I check it and ask where and when.\n"
)
TOLD_HELP = phrase("what I can do")
TOLD_THREADS = phrase("what is under way: pause, skip, close, cancel")
TOLD_LOG = phrase("who did what")
NO_THREADS = phrase("Nothing is planned, and nothing is under way.")
THREADS = phrase("What is planned and under way:")
MORE = phrase("…and {number} more: pollbot status on the server.")
NO_DEEDS = phrase("Nobody has done anything yet.")

STATE: dict[str, Text] = {
    "cancelled": phrase("cancelled"),
    "stopped": phrase("waits for your answer"),
    "paused": phrase("paused"),
    "done": phrase("done"),
    "planned": phrase("planned"),
    "running": phrase("under way"),
}
OUT = phrase("{out} of {all} are out.")
NEXT = phrase("Next is no. {position}: {words}\n{when}")
OPEN = phrase("Poll no. {position}: {words}\nuntil {when}, voters: {voters}")
WHEN = verbatim("{day} ({zone})")

BUTTON: dict[str, Text] = {
    "pause": phrase("⏸ Pause"),
    "resume": phrase("▶️ Go on"),
    "later": phrase("An hour later"),
    "tomorrow": phrase("A day later"),
    "send": phrase("No. {position} now"),
    "skip": phrase("Skip no. {position}"),
    "close": phrase("Close poll no. {position}"),
    "cancel": phrase("Cancel the thread"),
    "how": phrase("✏️ Correct"),
    "card": phrase("Refresh"),
    "threads": phrase("← All threads"),
    "yes": phrase("Yes"),
    "no": phrase("No"),
}
SURE: dict[str, Text] = {
    "send": phrase("Send no. {position} right now?"),
    "skip": phrase("Skip no. {position} for good?"),
    "close": phrase("Close poll no. {position} now? Nobody can vote in it any more."),
    "cancel": phrase("Cancel all that is not out yet? Open polls are closed and revealed in their time."),
}
DONE: dict[Action, Text] = {
    "pause": phrase("Paused."),
    "resume": phrase("It goes on."),
    "cancel": phrase("Cancelled."),
    "move": phrase("Moved."),
    "skip": phrase("Skipped."),
    "send": phrase("Sending."),
    "close": phrase("Closing the poll."),
    "correct": phrase("Correcting it."),
}
REFUSED: dict[Refusal, Text] = {
    "unknown": phrase("There is no such publication."),
    "over": phrase("Nothing of it is still to go out."),
    "paused": phrase("It is paused: let it go on first."),
    "going": phrase("It is not paused."),
    "past": phrase("That time has passed."),
    "out": phrase("That post is not planned any more."),
    "behind": phrase("A post before it is still to go out."),
    "shut": phrase("That poll is closed already."),
}
DEED = phrase("{at} UTC — {who}: {what}, thread {publication}{post}")
POST = phrase(", no. {position}")
SHELL = phrase("the command line")
DID: dict[Action, Text] = {
    "pause": phrase("pause"),
    "resume": phrase("resumed"),
    "cancel": phrase("cancelled"),
    "move": phrase("moved by {by}"),
    "skip": phrase("skip"),
    "send": phrase("sent ahead of time"),
    "close": phrase("poll closed ahead of time"),
    "replace": phrase("replaced"),
    "schedule": phrase("scheduled"),
    "correct": phrase("corrected"),
    "again": phrase("asked again"),
    "try": phrase("tried"),
}
