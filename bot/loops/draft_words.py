"""What an admin reads of a thread that was sent to the bot, in Russian and English."""

from __future__ import annotations

from typing import Literal

from bot.thread.examined import Unread
from bot.thread.model import Late
from experiments.measurement import Text
from languages.text import phrase, verbatim

Refusal = Literal[
    "photo", "kind", "large", "marked", "slow", "crashed", "missing", "past", "far", "voters", "board", "twice", "chat",
    "private", "unshown", "stranger", "taken", "former", "yours", "untold",
]  # fmt: skip

PASTED = phrase("text")  # what was pasted has no name
FINE = phrase("{title}: all is well.")
HOLDS = phrase("Posts: {posts}, of them polls: {polls}. Takes {span}.")
SERIES = phrase("Posts: {posts}, of them polls: {polls}. A series: chapters {chapters}, {rhythm}.")
MEASURED = phrase("Measured: {runs}.")
UNMEASURED = phrase("Nothing is measured.")
WRONG = phrase("{name}: not ready, errors: {errors}. Mend them and send the file again.")
WARNINGS = phrase("Worth a look: {warnings}.")
PROBLEM = phrase("❌ line {line}, column {column}: {message}")
WARNING = phrase("⚠️ line {line}, column {column}: {message}")
ATTACHED = phrase("…the rest is in the file.")
REPORT = phrase("problems.txt")
SAME = phrase("Nothing has changed since the last time.")
CHANGED = phrase("Posts changed: {numbers}.")
ADDED = phrase("Posts added: {numbers}.")
REMOVED = phrase("Posts removed (by their old numbers): {numbers}.")

UNREAD: dict[Unread, Text] = {
    "empty": phrase("{name}: the file is empty."),
    "damaged": phrase("{name}: this archive is damaged: pack it anew."),
    "locked": phrase("{name}: the archive has a password: without one."),
    "large": phrase("{name}: too much is in the archive: at most 200 files and 40 MB."),
    "names": phrase(
        "{name}: names in the archive lead out of it or stand twice: put the .md and its pictures there, no links."
    ),
    "threads": phrase("{name}: the archive must hold exactly one file .md, and its pictures beside it."),
}
REFUSED: dict[Refusal, Text] = {
    "photo": phrase(
        "This is no thread. Send a file .md; where it shows pictures, a .zip: the file .md and its pictures beside it."
    ),
    "kind": phrase(
        "{name}: I read files .md, .markdown, .txt, and archives .zip of such a file and its pictures. "
        "pollbot import converts others."
    ),
    "large": phrase("{name}: {size} are too much. A thread has at most 128 KiB, an archive with its pictures 6 MB."),
    "marked": phrase(
        "Telegram has turned this text's markup into its own, so the thread is not what it was. Send it as a file .md."
    ),
    "slow": phrase("{name}: reading it would take too long. Divide the thread."),
    "crashed": phrase("{name}: reading it broke off; the bot's log says why. Nothing has changed."),
    "missing": phrase("{name}: Telegram does not hand out this file: {reason}. Send it once more."),
    "past": phrase("That time has passed. Choose another."),
    "far": phrase("That is more than a year away. Choose a nearer time."),
    "voters": phrase(
        "{chat} is no channel, and poll {poll} says who may vote: that is for channels. "
        "Name a channel, or take members_only and countries out."
    ),
    "board": phrase(
        "{chat} is a channel, where nobody knows who has voted. Take leaderboard: yes out, or name a group."
    ),
    "twice": phrase(
        "{chat} has this thread already: publication {publication}, see /threads. "
        "Once more into that one: pollbot schedule --again on the server."
    ),
    "chat": verbatim("{reason}"),
    "private": phrase(
        "{chat} is somebody's private chat. A thread goes to a channel, to a group, or to your private chat with me."
    ),
    "former": phrase("{name}: you are no administrator of any chat where I publish any more. Nothing was done."),
    "yours": phrase(
        "{chat}: only its administrators who may post there may publish, and only where my owner has added me."
    ),
    "untold": phrase(
        "{chat}: Telegram does not tell right now whether you are an administrator. Try again in a minute."
    ),
    "taken": phrase("Another publication has just taken this slot. Nothing has changed: choose another time."),
    "unshown": phrase("Telegram refuses post {position}: {reason}"),
    "stranger": phrase("{chat} is no chat. Write @name, https://t.me/name or an id such as -1001234567890."),
}
NO_TIME = phrase("{reason}\nWrite: tomorrow 10:00, fri 18:00, +2h, now, 2026-12-01 19:00 Europe/Moscow.")
STALE = phrase("This draft is no more.")
OUTDATED = phrase("This button is outdated: the draft has gone on since.")
DROPPED = phrase("{title}: the draft is thrown away.")
LOOKING = phrase("Asking Telegram…")
LATER = phrase("Here the answer will stand when the poll has closed, with a picture: the votes, and what was measured.")
SHOWN = phrase("{title}: so subscribers will see it. The polls here are closed, and have no votes.")
TRIED = phrase("🧪 A try: each hour is a second. Vote if you like, answers will come, and nothing of it counts.")
TRIES = phrase("Trying it right here: hours are seconds.")
TRYING = phrase("Wait: a try is still under way.")
SHOWING = phrase("Showing it…")
SCHEDULED = phrase("Scheduled.")

WHERE = phrase("{title}: where to? Choose a chat, or send me its @name, link or id.")
NOWHERE = phrase("{title}: where to? Send me the @name, link or id of a chat where I may post.")
WHEN = phrase(
    "{title} → {chat}: when? It is {now}.\nChoose, or write: tomorrow 10:00, fri 18:00, +2h, "
    "2026-12-01 19:00 Europe/Moscow."
)
SURE = phrase("{title} → {chat}\nPosts: {posts}, the first {first}, the last {last}.")
CHAPTERS = phrase("Chapters: {chapters}. When: {times}.")
SCHEDULE = phrase("Schedule it?")
LATE: dict[Late, Text] = {
    "post": phrase("Where the bot is late, posts go out nevertheless."),
    "skip": phrase("Where the bot is late by more than {span}, a post is skipped."),
    "ask": phrase("Where the bot is late by more than {span}, you are asked."),
}
AT = verbatim("{at} ({zone})")

BUTTON: dict[str, Text] = {
    "plan": phrase("Schedule"),
    "show": phrase("Show me"),
    "drop": phrase("Throw it away"),
    "where": phrase("← Another chat"),
    "when": phrase("← Another time"),
    "file": phrase("As in the file: {at}"),
    "slot": phrase("Next free slot: {at}"),
    "try": phrase("🧪 Try it in seconds"),
    "next": phrase("From {at} on"),
    "hour": phrase("In an hour"),
    "evening": phrase("Today 18:00"),
    "morning": phrase("Tomorrow 10:00"),
    "yes": phrase("Yes, schedule it"),
}
