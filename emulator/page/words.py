"""The page's own words: what it says around what people have written."""

from __future__ import annotations

from languages import cldr
from languages.catalogue import languages
from languages.text import Plural, Text, phrase, plural

WORDS: dict[str, Text] = {
    "chats": phrase("Chats"),
    "vote_as": phrase("Vote as"),
    "you": phrase("You"),
    "down": phrase("Down"),
    "no_reply": phrase("Do not reply"),
    "file": phrase("File"),
    "message": phrase("Message"),
    "send": phrase("Send"),
    "reading": phrase("You are reading a channel"),
    "empty": phrase("Nothing here yet"),
    "theme": phrase("Light or dark"),
    "width": phrase("As on a phone"),
    "no_chats": phrase("There are no chats yet: POST /sim/chats makes them"),
    "bot": phrase("bot"),
    "edited": phrase("edited "),
    "reply": phrase("Reply"),
    "forwarded": phrase("Forwarded from "),
    "poll_of": phrase("Poll: "),
    "photo": phrase("Photo"),
    "kilobytes": phrase(" KB"),
    "final": phrase("Final results"),
    "after_closing": phrase(" · results after it closes"),
    "quiz": phrase("Quiz"),
    "anonymous_quiz": phrase("Anonymous quiz"),
    "poll": phrase("Poll"),
    "anonymous_poll": phrase("Anonymous poll"),
    "no_votes": phrase("No votes"),
    "vote": phrase("Vote"),
    "retract": phrase("Retract vote"),
    "subscribers": plural("{count} subscriber", "{count} subscribers"),
    "members": plural("{count} member", "{count} members"),
    "comment": phrase("Leave a comment"),
    "comments": plural("{count} comment", "{count} comments"),
    "closed": phrase("closed"),
    "reopened": phrase("open again"),
    "votes": plural("{count} vote", "{count} votes"),
    "errors": plural("{count} error", "{count} errors"),
    "warnings": plural("{count} warning", "{count} warnings"),
    "fine": phrase("fine"),
    "sample": phrase("votes under the answers are a sample"),
    "front": phrase("Front matter"),
    "post": phrase("Post "),
    "unread": phrase(" cannot be read"),
    "MESSAGE_POLL_CLOSED": phrase("The poll is closed"),
    "REVOTE_NOT_ALLOWED": phrase("A vote in this poll cannot be changed"),
    "CHAT_WRITE_FORBIDDEN": phrase("You cannot write here"),
}


def told() -> dict[str, dict[str, str | dict[str, str]]]:
    """By language and name; what is counted has a form for each kind of number that Intl.PluralRules tells, CLDR's."""
    return {language: {name: _said(text, language) for name, text in WORDS.items()} for language in languages()}


def _said(text: Text, language: str) -> str | dict[str, str]:
    if not isinstance(text, Plural):
        return text[language]
    return {cldr.kind(count, language): text.pattern(language, count) for count in reversed(range(101))}
