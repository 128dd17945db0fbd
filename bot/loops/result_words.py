"""How the result of a thread is told, in Russian and English."""

from __future__ import annotations

from experiments.measurement import Text
from languages.text import phrase

TOLD_RESULTS = phrase("how polls came out")
TOLD_SCORE = phrase("how often you were right")
ENDED = phrase("📊 The thread has ended: “{thread}”")
SO_FAR = phrase("📊 “{thread}”")
WHOLE = phrase("Polls: {polls}, votes: {votes}")
RIGHT_ON_AVERAGE = phrase("Right on average: {share}")
NO_POLLS = phrase("No poll of it is closed.")
NO_RESULTS = phrase("No poll is closed yet.")
RESULTS = phrase("Whose results shall I show?")
POLL = phrase("No. {position}: {words}, votes: {votes}")
RIGHT = phrase("{share} right")
MOVED = phrase("{first} right after {part} of the time, {share} at the end")
PART: dict[float, Text] = {
    0.25: phrase("a quarter"),
    0.5: phrase("half"),
    0.75: phrase("three quarters"),
}
FAVOURITE = phrase("most chosen, {share}: “{option}”")
SURPRISE = phrase("surprise, {share}: “{option}”")
NOBODY = phrase("nobody voted")
LEFT_OUT = phrase("…polls more: {number}. All of them: pollbot results {publication}")
PICTURE = phrase("🖼 As a picture")
LIST = phrase("← All results")
DRAWN = phrase("I draw it.")

BOARD = phrase("🏆 Who was right how often (polls: {polls})")
PLACE = phrase("{right} of {polls} — people: {people}")
OWN_PLACE = phrase("There are no names here: none are stored. I tell you your own place in private: write /score to me")
SCORE = phrase("“{thread}”: {right} of {polls} right, place {place} of {people}")
NO_SCORE = phrase(
    "I know no votes of yours in threads with a leaderboard. Only those in groups count: channels are anonymous."
)
