"""
What the bot says, in both languages: to admins in the one of POLLBOT_LANGUAGE, to readers in their thread's.

A text is said by `say`, or by `Admins.text` and `Admins.tell`, with exactly the fields that it has. What others say is
a text's `reason`: Telegram's refusals are explained, what an experiment or the database says stays as it is.
"""

from __future__ import annotations

from datetime import timedelta

from bot.loops import refusal_words
from experiments.measurement import Language, Text
from languages import cldr
from languages import text as texts
from languages.text import phrase, verbatim

# A question to an admin, and its buttons.
QUESTION = phrase("“{thread}” → {chat}, post {position}{part} {words}: {error}")
IN_DOUBT = phrase("{error}; the chat shows whether it arrived. If it is there, send me its link, or forward it to me.")
LOOKS_THERE = phrase("I will look there.")
NEEDS_LINK = phrase("What is forwarded from a group does not tell where it stands: send me its link.")
NOT_ASKED = phrase("I look for nothing in that chat.")
PART = phrase(", part {number}")
SEND_AGAIN = phrase("Send it again")
SEND_NOW = phrase("Send it now")
PUBLISH = phrase("Publish it as it is")
REVEAL = phrase("Reveal it nevertheless")
TRY_AGAIN = phrase("Try again")
GO_ON = phrase("Go on without it")
IT_IS_THERE = phrase("It is there: no. {number}")

# What becomes of a tapped button.
WILL_SEND = phrase("I will send it.")
GOES_ON = phrase("I go on without it.")
UNDERSTOOD = phrase("Understood: it is there.")
DECIDED = phrase("That has been decided already.")

# Why a message is stopped, or waits.
REFUSED = phrase("Telegram refuses: {reason}")
LATE = phrase("late by {span}")
FAILED = phrase("it fails: {reason}")
LOOKING = phrase("{reason}; looking whether it arrived")
ABSENT = phrase("it did not arrive")
UNSURE = phrase("may have arrived")
VOTED = phrase("it arrived: people vote in it, but it is not to be found in the chat")
UNREAD = phrase("cannot look whether it arrived: {reason}")
NOT_IT = phrase("no. {number} is another message, or not the bot's; may have arrived")
STAYS_OPEN = phrase("the poll stays open: {reason}")
DELETED = phrase("the poll's message was deleted, its last known votes count")
VOTES_WAIT = phrase("the poll is closed but cannot be read, and votes still wait at Telegram: not all are known")
LEFT_BEHIND = phrase("the poll stayed behind when its group became a supergroup, its last known votes count")
STAYED = phrase("the messages stayed behind in the group when it became a supergroup")

# What an admin is told without being asked.
LEFT = phrase(
    "{chat}: the bot is not in the chat any more. Bring it back, and the thread goes on; into a channel as an"
    " administrator who may post."
)
KICKED = phrase(
    "{chat}: the bot was removed from the chat. Bring it back, and the thread goes on; into a channel as an"
    " administrator who may post."
)
RESTRICTED = phrase(
    "{chat}: the bot's rights were restricted. Let it send messages, photos and polls, and the thread goes on."
)
MUTE = phrase("{chat}: the bot may not post messages any more. Give it that right back, and the thread goes on.")
BACKLOG = phrase(
    "{waiting} updates wait at Telegram. It keeps 100,000, and each for 24 hours; then votes are lost without a word. "
    "The bot has just come back and is catching up, or it is too slow, or cannot store: its log says which."
)

# An answer key held against its measurement.
CONTRADICTED = phrase(
    "the measurement contradicts the key: {statements}. Mend the key, or write despite: in the post, and why, and"
    " replace it: pollbot replace"
)
NOT_MEASURED = phrase("the key is not checked: experiment {run} failed: {reason}")
NOT_YET_MEASURED = phrase("the key is not checked: experiment {run} is {progress} done; does pollbot worker run?")
STATEMENT = phrase("“{option}” is marked as {mark}, but {verdict}: {number} ({condition})")
RIGHT = phrase("right")
NOT_RIGHT = phrase("not right")
YES = phrase("the measurement supports it")
NO = phrase("the measurement does not support it")
DEPENDS = phrase("the measurement says that it depends")

# A poll that closes soon.
REMIND = phrase("⏰ You can vote until {until} ({zone}).")
UNTIL_HOUR = verbatim("{at:%H:%M}")
UNTIL_DAY = phrase("{at:%d %b %H:%M}")
NO_REMINDER = phrase("it is too late for a reminder")
NO_RESULT = phrase("there is nothing to show")

# A reveal.
ANSWER = phrase("The right answer")
ANSWERS = phrase("The right answers")
OUTCOME = phrase("The outcome")
CORRECTED = phrase("Corrected.")
NAMED = phrase("Another answer was named right here before")
IT_DEPENDS = phrase("It depends")
DESPITE = phrase("The author stands by it")
MEASURED = phrase("Measured")
NO_MEASUREMENT = phrase("There is no measurement: the experiment failed. Answer and explanation are the author's.")
NOT_MEASURED_BEFORE = phrase("The measurement will stand here: it is made before the poll goes out.")


def say(text: Text, language: Language, /, **fields: object) -> str:
    """A text in one language; a field may be a text, too, a time or a span. A `reason` of Telegram's is explained."""
    if "reason" in fields:
        fields["reason"] = refusal_words.explained(fields["reason"], language)
    return texts.say(text, language, **fields)


def thousands(count: int) -> Text:
    """A large count: «12 000» and “12,000”."""
    return texts.number(count)


def duration(span: timedelta) -> Text:
    """The largest unit of a time, and the next: «1 дн. 2 ч» and “1 day 2 hrs”."""
    return texts.spoken(lambda language: cldr.span(span, language))
