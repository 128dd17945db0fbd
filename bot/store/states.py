"""
The states of everything that has one, and every way from one to another with what causes it.

This table is the state machine: the CHECK constraints and the drawing in ARCHITECTURE.md are made of it, and the
tests refuse any other change of a row. `None` is no row: not yet, or no more.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

PostState = Literal["planned", "sending", "sent", "unknown", "failed", "skipped"]
MessageState = Literal["sending", "sent", "unknown", "failed", "skipped"]
PollState = Literal["open", "closing", "closed", "revealed"]
RunState = Literal["queued", "running", "done", "failed", "cancelled"]
InboxState = Literal["waiting", "stuck"]
InquiryState = Literal["open", "answering", "answered", "dismissed", "gone", "unknown"]
DraftState = Literal["new", "wrong", "fine", "showing", "asking", "wanted", "done"]
CorrectionState = Literal["waiting", "editing", "done", "failed", "left"]
State = PostState | MessageState | PollState | RunState | InboxState | DraftState | CorrectionState | InquiryState

# What a message carries: the last two are nobody's question where they fail, the thread goes on without them.
Purpose = Literal["post", "reveal", "answer", "remind", "result"]
Halt = Literal["unknown", "failed"]  # a message that waits for an admin: it may stand in the chat, or it does not
Why = Literal["late", "key", "gone", "broken"]  # why a whole post or reveal is held, whatever became of its messages
Kind = Literal["text", "photo", "poll"]  # of a message: an album is one of photos
Undone = Literal["deleted", "barred", "undrawn", "unfit", "refused"]  # why a correction is not in the chat
Task = Literal["measure", "draw"]  # what a run computes
Action = Literal[
    "pause", "resume", "cancel", "move", "skip", "send", "close", "replace", "schedule", "correct", "again", "try"
]  # what an admin does to a publication
Occasion = Literal[
    "posted", "closed", "revealed", "ended", "picture", "failed", "overdue", "stuck", "confirmed", "moved", "back"
]  # what admins are told without being asked
Awaited = Literal["chat", "time"]  # what is told in words, while a draft is scheduled

STATES: dict[str, tuple[str, ...]] = {
    "posts": get_args(PostState),
    "messages": get_args(MessageState),
    "polls": get_args(PollState),
    "runs": get_args(RunState),
    "inbox": get_args(InboxState),
    "drafts": get_args(DraftState),
    "corrections": get_args(CorrectionState),
    "inquiries": get_args(InquiryState),
}
HALTED: tuple[Halt, ...] = get_args(Halt)
UNFINISHED: tuple[PostState, ...] = ("planned", "sending", "unknown", "failed")  # the posts behind such a one wait
ASKED: tuple[Purpose, ...] = ("post", "reveal")  # of what is stopped among these, an admin is asked
OFTEN: tuple[Occasion, ...] = ("posted", "closed", "revealed")  # told without a sound, and only to whom it pleases
UNDONE: tuple[RunState, ...] = ("queued", "running")  # a worker is at it, or will be


class Transition(NamedTuple):
    """A row of `table` goes from `before` to `after`."""

    table: Literal["posts", "messages", "polls", "runs", "inbox", "drafts", "corrections", "inquiries"]
    before: State | None
    after: State | None
    cause: str


TRANSITIONS = (
    Transition("posts", None, "planned", "its thread is scheduled"),
    Transition("posts", "planned", "sending", "its first message is intended"),
    Transition("posts", "sending", "sent", "every message has arrived, or an admin goes on without it"),
    Transition("posts", "sending", "planned", "Telegram surely did nothing, and none of its messages stands"),
    Transition("posts", "sending", "unknown", "nobody can tell whether a message arrived"),
    Transition("posts", "sending", "failed", "Telegram refuses a message, or it is broken"),
    Transition("posts", "planned", "failed", "it is held: late, its key not confirmed, or broken"),
    Transition(
        "posts",
        "planned",
        "skipped",
        "it is late, and its thread skips what is late; it is empty; or an admin skips it",
    ),
    Transition(
        "posts",
        "sending",
        "skipped",
        "an admin goes on without each of its messages; or cancels its thread, and none stands",
    ),
    Transition(
        "posts", "unknown", "sending", "an admin goes on without a message, or has found it, or has it sent again"
    ),
    Transition("posts", "unknown", "planned", "an admin has its only message sent again"),
    Transition("posts", "failed", "sending", "an admin goes on without a message, or has it sent again"),
    Transition(
        "posts", "failed", "planned", "an admin has it sent, none of its messages standing; or its key is confirmed"
    ),
    Transition("posts", "failed", "skipped", "an admin goes on without it"),
    Transition("messages", None, "sending", "intended: committed before the call"),
    Transition("messages", "sending", "sent", "it stands in the chat"),
    Transition("messages", "sending", None, "surely without effect, or looked for and not found"),
    Transition("messages", "sending", "unknown", "looked for, or its post or reveal is held, and nobody can tell"),
    Transition("messages", "sending", "failed", "Telegram refuses it"),
    Transition("messages", "sending", "skipped", "a reminder or a result that is refused, or that nobody can find"),
    Transition("messages", None, "failed", "a whole post or reveal is held"),
    Transition("messages", "unknown", "sending", "an admin has found it: it is read there"),
    Transition("messages", "unknown", "skipped", "an admin goes on without it"),
    Transition("messages", "failed", "skipped", "an admin goes on without it"),
    Transition("messages", "sent", "skipped", "what an admin corrects is shorter now: it is deleted"),
    Transition("messages", "unknown", None, "an admin has it sent again"),
    Transition(
        "messages", "failed", None, "an admin has it sent again, or goes on without the whole; or its key is confirmed"
    ),
    Transition("polls", None, "open", "its message has arrived"),
    Transition("polls", "open", "closing", "its time is over, or an admin closes it: committed before stopPoll"),
    Transition("polls", "closing", "closed", "its final tally is known"),
    Transition(
        "polls", "closed", "revealed", "every message of its reveal has arrived, or an admin goes on without it"
    ),
    Transition("polls", "closing", "revealed", "an admin goes on without closing it: its last known tally counts"),
    Transition("runs", None, "queued", "a post or poll needs it"),
    Transition("runs", "queued", "running", "a worker has claimed it"),
    Transition("runs", "running", "done", "its outcome is stored"),
    Transition("runs", "running", "failed", "it raised, passed a limit, or took too many processes with it"),
    Transition("runs", "running", "queued", "its worker stopped or died, its engine was lost, or it gave way"),
    Transition("runs", "queued", "cancelled", "nobody needs it any more"),
    Transition("runs", "running", "cancelled", "nobody needs it any more"),
    Transition("runs", "cancelled", "queued", "it is needed again"),
    Transition("inbox", None, "waiting", "an update that is no vote has come: committed with the offset"),
    Transition("inbox", "waiting", None, "its changes are committed with this; or they were, and their reply is said"),
    Transition("inbox", "waiting", "stuck", "its handler cannot digest it"),
    Transition("inbox", "stuck", "waiting", "somebody has it tried again"),
    Transition("inbox", "stuck", None, "somebody drops it, or a thousand newer ones are stuck, or a month has passed"),
    Transition("drafts", None, "new", "an admin sends a thread"),
    Transition("drafts", "new", "wrong", "it was read, and has errors"),
    Transition("drafts", "new", "fine", "it was read, and can be scheduled"),
    Transition("drafts", "fine", "showing", "its admin wants to see it"),
    Transition("drafts", "showing", "fine", "all of it stands in the private chat, or Telegram refuses it"),
    Transition("drafts", "fine", "asking", "its admin names a chat, of which Telegram is asked"),
    Transition("drafts", "asking", "fine", "Telegram has answered"),
    Transition("drafts", "fine", "wanted", "its admin confirms chat and time"),
    Transition("drafts", "wanted", "fine", "it cannot be scheduled so"),
    Transition("drafts", "wanted", "done", "it is scheduled: committed with its publication"),
    Transition("drafts", "fine", "done", "it is a thread that runs, mended: committed with its corrections"),
    Transition("drafts", "new", None, "another has taken its place"),
    Transition("drafts", "wrong", None, "another has taken its place, or there are too many"),
    Transition("drafts", "fine", None, "another has taken its place, its admin throws it away, or there are too many"),
    Transition("drafts", "showing", None, "another has taken its place, or there are too many"),
    Transition("drafts", "asking", None, "another has taken its place, or there are too many"),
    Transition("drafts", "done", None, "there are too many"),
    Transition("corrections", None, "waiting", "an admin corrects what stands: committed with what is stored of it"),
    Transition("corrections", "waiting", "editing", "its first message is to be edited: committed before the call"),
    Transition("corrections", "editing", "done", "every message says what it should"),
    Transition("corrections", "waiting", "failed", "its picture cannot be had, or it is broken"),
    Transition("corrections", "editing", "failed", "Telegram refuses to edit a message, or it is broken"),
    Transition("corrections", "failed", "waiting", "an admin has it tried again"),
    Transition("corrections", "failed", "left", "an admin leaves the chat as it is, or another has taken its place"),
    Transition("corrections", "waiting", "left", "another has taken its place"),
    Transition("corrections", "editing", "left", "another has taken its place"),
    Transition("inquiries", None, "open", "a reader asks by a reply to a post"),
    Transition("inquiries", "open", "answering", "an admin answers it"),
    Transition("inquiries", "open", "dismissed", "an admin says that it needs no answer"),
    Transition("inquiries", "answering", "answered", "the answer stands under it"),
    Transition("inquiries", "answering", "open", "Telegram refuses the answer"),
    Transition("inquiries", "answering", "gone", "its reader has deleted it"),
    Transition("inquiries", "answering", "unknown", "nobody can tell whether the answer stands"),
    Transition("inquiries", "unknown", "answered", "an admin has seen it there"),
    Transition("inquiries", "unknown", "answering", "an admin has it sent again"),
    Transition("inquiries", "open", None, "its reader is forgotten, or it was kept long enough"),
    Transition("inquiries", "answered", None, "its reader is forgotten, or it was kept long enough"),
    Transition("inquiries", "dismissed", None, "its reader is forgotten, or it was kept long enough"),
    Transition("inquiries", "gone", None, "its reader is forgotten, or it was kept long enough"),
    Transition("inquiries", "unknown", None, "its reader is forgotten, or it was kept long enough"),
)


def among(column: str, values: tuple[str, ...]) -> str:
    """The text of a CHECK: the column holds one of these."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def drawing() -> str:
    """All of it as text, a line for each transition, as it stands in ARCHITECTURE.md."""
    lines = []
    for table in STATES:
        lines.append(table)
        for _, before, after, cause in (one for one in TRANSITIONS if one.table == table):
            lines.append(f"  {before or '·':<9} → {after or '·':<9} {cause}")
    return "\n".join(lines)
