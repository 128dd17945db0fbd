"""What a subscriber reads about their own votes, in Russian and English."""

from __future__ import annotations

from languages.text import phrase

PRIVACY = phrase(
    "Of a vote in a group I keep a pseudonym, the choice and the time; no name, no id. The pseudonym is a hash of your "
    "id under a secret key, another one in each thread. That is no anonymity: in a group Telegram itself shows who "
    "voted for what. In a channel votes are anonymous, and I know totals alone.\nOf a question that you ask by "
    "replying to a post I keep the text, under such a pseudonym, so that the author can answer.\n{term}\n\n"
    "/forget — erase my votes and questions"
)
FOR_EVER = phrase("Votes and questions are kept without a term.")
FOR_DAYS = phrase("Votes and questions are erased this many days after a thread has ended: {days}.")
SURE = phrase(
    "Erase all that I keep of your votes and questions? The outcomes of polls stay as they are; so do your votes at "
    "Telegram: there you take them back yourself."
)
ERASE = phrase("Erase")
ERASED = phrase("Erased; polls: {polls}.")
ERASED_ASKED = phrase("Erased; questions: {asked}.")
NOTHING = phrase("I keep nothing of your votes.")
TOLD_PRIVACY = phrase("what I keep of people")
TOLD_FORGET = phrase("erase what I keep of you")
