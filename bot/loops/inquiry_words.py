"""What is said of readers' inquiries, in Russian and English."""

from __future__ import annotations

from bot.store.states import InquiryState
from experiments.measurement import Text
from languages.text import phrase

TOLD_QUESTIONS = phrase("what readers ask")
COUNTED = phrase("❓ Questions without an answer: {number}")
NONE = phrase("No question is without an answer.")
ASKED = phrase(
    "❓ Questions without an answer: {number}\n«{title}», no. {position}{about}, {at:%d %b %H:%M} UTC{edited}\n\n"
    "{inquiry}{link}"
)
ABOUT = phrase(", about the option «{option}»")
EDITED = phrase(", edited")
HOW = phrase("Reply to this message: the answer will stand under the question.")
FAILED = phrase("The answer was not sent: {error}")
DOUBTED = phrase("I could not find out whether your answer stands under it: have a look.")
WILL = phrase("Sending: the answer will stand under the question.")
TAKEN = phrase("That question has been answered already, or put aside.")
ONLY_TEXT = phrase("An answer is a text: I put no files or pictures under a question.")
TOO_LONG = phrase("The answer is longer than {most} characters: shorten it.")
DISMISSED = phrase("Put aside.")
SETTLED = phrase("Understood.")

BUTTON: dict[str, Text] = {
    "next": phrase("Next →"),
    "done": phrase("Needs no answer"),
    "there": phrase("It stands there"),
    "again": phrase("Send it again", "inquiry_words.BUTTON"),
    "card": phrase("❓ Questions: {number}"),
}
TOLD: dict[InquiryState, Text] = {
    "open": phrase("The answer was not sent: {error}\nThe question waits again: {inquiry}"),
    "gone": phrase("The question has been deleted in the chat, so the answer was not sent: {inquiry}"),
    "unknown": phrase(
        "I could not find out whether the answer stands: {error}\nHave a look and tell me: /questions. The question:"
        " {inquiry}"
    ),
}
