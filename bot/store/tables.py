"""
The tables. Everything the bot knows stands here; a restart reads it and goes on.

Times are aware and UTC, but for `history.at`, which is Unix seconds because there is a row for every vote.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from bot.store.states import HALTED, STATES, UNFINISHED, Action, Awaited, Kind, Occasion, Purpose, Undone, among


class Utc(TypeDecorator[datetime]):
    """An aware UTC time; SQLite would forget the zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 fixed by SQLAlchemy
        if value is not None and value.tzinfo is None:
            msg = f"a time needs its zone, got {value!r}"
            raise ValueError(msg)
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002, ANN401 fixed by SQLAlchemy
        return None if value is None else datetime.replace(value, tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def among_states(table: str) -> CheckConstraint:
    """No row can be in a state that the table of `bot.store.states` does not have."""
    return CheckConstraint(among("state", STATES[table]), name="state")


# Small facts that outlive a restart: the update offset, the voter key's fingerprint, the last tick.
facts = Table(
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

# One thread bound to one chat and a start time.
publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("chat", String(64), nullable=False),  # as the admin wrote it: @name or id
    Column("chat_id", BigInteger, nullable=False),
    Column("chat_type", String(12), nullable=False),  # channel group supergroup private
    Column("chat_title", Text),  # what people called it when the thread was scheduled
    Column("start", Utc, nullable=False),
    Column("created", Utc, nullable=False),
    Column("late", String(4), nullable=False),  # post skip ask: what becomes of a post that is overdue
    Column("late_after_s", Integer, nullable=False),
    Column("zone", String(40)),  # whose clocks its author meant; none: UTC
    Column("paused", Utc),  # since when no post of it goes out
    Column("cancelled", Utc),
    Column("summary", Boolean, nullable=False, server_default="0"),  # is its result shown in its chat?
    Column("leaderboard", Boolean, nullable=False, server_default="0"),  # and there, how many got how much right?
    Column("ended", Utc),  # when nothing more was to become of it
    Column("picture_key", String(16)),  # of the run that draws its result
    Column("shown", Utc),  # when the result stood in its chat, or was done without
    Index("ix_publications_live", "id", sqlite_where=text("ended IS NULL")),
    Index("ix_publications_unshown", "id", sqlite_where=text("ended IS NOT NULL AND shown IS NULL")),
    Column("topic", BigInteger),  # of a forum; none: the chat itself, or its general topic
    Column("rhythm", JSON(none_as_null=True)),  # of a series: when its chapters go out (`bot.thread.rhythm.Rhythm`)
    Column("trial", Boolean, nullable=False, server_default=text("0")),  # its hours were seconds, and nothing counts
    CheckConstraint("late IN ('post', 'skip', 'ask')", name="late"),
)

# One post of a publication. `content` is the post as the author wrote it (`bot.thread.model.Post`); `after` is its own.
posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("publication_id", ForeignKey("publications.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("due", Utc, nullable=False),
    Column("after", String(5), nullable=False),  # post; or polls: it waits for the reveal of every poll before it
    Column("begins", Boolean, nullable=False, server_default=text("0")),  # a chapter of a series
    Column("content", JSON, nullable=False),
    Column("approved", Boolean, nullable=False),  # by an admin, in spite of the measurement
    Column("revision", Integer, nullable=False, server_default="0"),  # how many orders were given since it was planned
    Column("run_key", String(16)),  # what its poll's answer key is held against
    Column("judged", Utc),  # when it was, before it is due
    Column("error", Text),
    Column("warned", Utc),  # when admins were told that it is overdue, or not measured
    UniqueConstraint("publication_id", "position"),
    Index(None, "state", "due"),
    Index("ix_posts_unfinished", "publication_id", sqlite_where=text(among("state", UNFINISHED))),
    Index("ix_posts_unjudged", "run_key", sqlite_where=text("judged IS NULL AND run_key IS NOT NULL")),
    among_states("posts"),
    CheckConstraint("after IN ('post', 'polls')", name="after"),
)

# The pictures of a post, drawn or read when the thread was scheduled.
pictures = Table(
    "pictures",
    metadata,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

# One message to Telegram: the intent is committed before the call, the message id after it. `sending` is in flight
# or looked for; `unknown` and `failed` wait for the admin's word: `candidates` and `asked` are their question's. A row
# with `why` holds a whole post or reveal, and stands for no message.
# `chat_id` is where it went: a group that becomes a supergroup counts its messages anew.
messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_id", ForeignKey("posts.id"), nullable=False),
    Column("purpose", String(6), nullable=False),  # post reveal remind; result: of the thread, at its last post
    Column("part", Integer, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("digest", String(16)),  # of what was meant to be sent
    Column("kind", String(5)),  # text photo poll; none: it holds a whole post or reveal
    Column("why", String(6)),  # late key gone broken
    Column("state", String(8), nullable=False),
    Column("message_ids", JSON, nullable=False),  # several for an album
    Column("tried", Utc, nullable=False),
    Column("behind", BigInteger),  # the last id known then, where chats share one counter
    Column("before", BigInteger),  # an admin has shown that it stands before this id
    Column("sent", Utc),
    Column("error", Text),
    Column("candidates", JSON),
    Column("asked", Utc),
    UniqueConstraint("post_id", "purpose", "part"),
    Index(None, "chat_id"),
    # What is asked at each tick must not read all that was ever sent.
    Index("ix_messages_sending", "chat_id", sqlite_where=text("state = 'sending'")),
    Index("ix_messages_unknown", "chat_id", sqlite_where=text("state = 'unknown'")),
    Index("ix_messages_unasked", "tried", sqlite_where=text(f"asked IS NULL AND {among('state', HALTED)}")),
    among_states("messages"),
    CheckConstraint(among("purpose", get_args(Purpose)), name="purpose"),
    CheckConstraint("why IN ('late', 'key', 'gone', 'broken')", name="why"),
    CheckConstraint(among("kind", get_args(Kind)), name="kind"),
)

# What was looked for and not found, so that it is sent again, until that stands: the last id known before it. Had it
# arrived all the same, it is found between this id and its repetition.
absences = Table(
    "absences",
    metadata,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("purpose", String(6), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("after", BigInteger, nullable=False),
)

# A message that was forwarded to an admin to be read, until that copy is deleted: intended before the call, the copy's
# id after it.
copies = Table(
    "copies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reader", BigInteger, nullable=False),  # the admin's private chat
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("copy_id", BigInteger),
    Column("made", Utc, nullable=False),
)

# A poll that stands in a chat. `tally` and `turnout` are final: what stopPoll answered of the options and of how many
# people had voted; `voters` goes on with each vote that is stored. `pseudonyms` is the publication within which its
# voters have theirs; where it is none, that is the same in all polls that were opened before 0008.
polls = Table(
    "polls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_id", ForeignKey("posts.id"), nullable=False, unique=True),
    Column("telegram_id", String(32), nullable=False, unique=True),
    Column("anonymous", Boolean, nullable=False),
    Column("options", Integer),  # how many it has; nobody knows where what is stored of it cannot be read
    Column("state", String(8), nullable=False),
    Column("opened", Utc, nullable=False),
    Column("closes", Utc, nullable=False),
    Column("closed", Utc),
    Column("revealed", Utc),
    Column("voters", Integer, nullable=False),
    Column("tally", JSON),
    Column("turnout", Integer),
    Column("run_key", String(16)),
    Column("drawing_key", String(16)),
    Column("error", Text),
    Column("reveal_error", Text),
    Column("pseudonyms", Integer),
    Column("erased", Utc),  # its votes were kept as long as they shall be
    Column("reminds", Utc),  # when those who have not voted are reminded; none: never, or they were
    Index(None, "state", "closes"),
    Index("ix_polls_reminds", "reminds", sqlite_where=text("reminds IS NOT NULL")),
    among_states("polls"),
    CheckConstraint("(tally IS NULL) = (turnout IS NULL)", name="turnout"),
)

# One voter's current choice. `options` is a bit mask, bit i for option i; 0 after it was taken back,
# so that `update_id` still tells an older update that comes late. Of a voter who is `forgotten` there is no history,
# and this row goes when the poll is closed and nothing older can come late.
votes = Table(
    "votes",
    metadata,
    Column("poll_id", Integer, primary_key=True),
    Column("voter", BigInteger, primary_key=True),  # a keyed hash, never Telegram's id
    Column("options", SmallInteger, nullable=False),
    Column("update_id", Integer, nullable=False),
    Column("forgotten", Boolean, nullable=False, server_default=text("0")),
    Index("ix_votes_forgotten", "poll_id", sqlite_where=text("forgotten")),
    sqlite_with_rowid=False,
)

# Every change of mind, one row an update; applying an update twice is impossible.
history = Table(
    "history",
    metadata,
    Column("update_id", Integer, primary_key=True),
    Column("poll_id", Integer, nullable=False),
    Column("voter", BigInteger, nullable=False),
    Column("options", SmallInteger, nullable=False),
    Column("at", Integer, nullable=False),
)

# The running count of each option, kept in the transaction that stores the votes.
tallies = Table(
    "tallies",
    metadata,
    Column("poll_id", Integer, primary_key=True),
    Column("option", Integer, primary_key=True),
    Column("votes", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# What Telegram said about an anonymous poll at a moment: counts per option.
snapshots = Table(
    "snapshots",
    metadata,
    Column("update_id", Integer, primary_key=True),
    Column("poll_id", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("voters", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    Index(None, "poll_id"),
)

# Updates that are no vote of a poll known here, or cannot be read: kept for the admin, without the person.
strays = Table(
    "strays",
    metadata,
    Column("update_id", Integer, primary_key=True),
    Column("telegram_id", String(32)),  # of the poll that is not known, or not yet
    Column("reason", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "telegram_id"),
)

# What came and is no vote: a row from the transaction that stores the offset until it is handled. With a `reply`, its
# changes are committed, and that is still to be said.
inbox = Table(
    "inbox",
    metadata,
    Column("update_id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),  # whose order it keeps
    Column("kind", String(16), nullable=False, server_default=""),  # one of `updates.KINDS`, or of `heard`
    Column("state", String(7), nullable=False),
    Column("came", Utc, nullable=False),
    Column("stuck", Utc),
    Column("error", Text),
    Column("reply", Text),
    Column("content", Text, nullable=False),  # the update, as JSON
    Index("ix_inbox_waiting", "kind", "chat_id", sqlite_where=text("state = 'waiting'")),
    among_states("inbox"),
)

# What admins were told of the bot's rights in a chat, for as long as they are not told it again.
told = Table(
    "told",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("at", Utc, nullable=False),
)

# What admins are told without being asked, from the transaction in which it happens until it is said: first once for
# all, then once for each `admin`. A row that is `taken` is being said: a bot that dies then does not say it again.
news = Table(
    "news",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("kind", String(9), nullable=False),
    Column("admin", BigInteger),
    Column("publication_id", ForeignKey("publications.id")),
    Column("position", Integer),
    Column("number", BigInteger),  # of voters, of what was due, or of a chat
    Column("reason", Text),
    Column("since", Utc),
    Column("taken", Utc),
    CheckConstraint(among("kind", get_args(Occasion)), name="kind"),
)

# Whether an admin wants to hear of each post, closing and reveal; without a row, the setting decides.
listeners = Table(
    "listeners",
    metadata,
    Column("admin", BigInteger, primary_key=True),
    Column("often", Boolean, nullable=False),
)

# The card that an admin has opened last: it is edited while people vote.
cards = Table(
    "cards",
    metadata,
    Column("admin", BigInteger, primary_key=True),
    Column("message_id", BigInteger, nullable=False),
    Column("publication_id", ForeignKey("publications.id"), nullable=False),
    Column("opened", Utc, nullable=False),
    Column("edited", Utc, nullable=False),
    Column("digest", String(16), nullable=False),  # of what it shows
)

# The numbers of what came into the inbox, as long as Telegram may deliver it again: no second row is made of it.
taken = Table("taken", metadata, Column("update_id", Integer, primary_key=True))

# One thing that a worker computes, stored once by content key: a measurement (JSON) or a drawing (PNG).
runs = Table(
    "runs",
    metadata,
    Column("key", String(16), primary_key=True),
    Column("task", String(8), nullable=False),  # measure draw
    Column("input", JSON, nullable=False),
    Column("state", String(9), nullable=False),
    Column("priority", Integer, nullable=False),  # lower goes first
    Column("due", Utc, nullable=False),  # when its outcome is needed; within a priority, sooner goes first
    Column("limit_s", Float, nullable=False),
    Column("created", Utc, nullable=False),
    Column("started", Utc),
    Column("finished", Utc),
    Column("attempts", Integer, nullable=False),  # how often a worker has taken it
    Column("deaths", Integer, nullable=False),  # how often its own process died
    Column("owner", String(40)),
    Column("progress", Float, nullable=False),
    Column("note", Text),
    Column("error", Text),
    Column("output", LargeBinary),
    Index(None, "state", "priority", "due", "created"),
    among_states("runs"),
    CheckConstraint("task IN ('measure', 'draw')", name="task"),
)

# What somebody has done to a publication: a row in the transaction that does it. What was replaced is kept there.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("admin", BigInteger),  # none: the command line
    Column("publication_id", ForeignKey("publications.id"), nullable=False),
    Column("position", Integer),
    Column("action", String(8), nullable=False),
    Column("by_s", Integer),  # by how many seconds it was moved
    Column("before", JSON),  # the post as it was (`bot.thread.model.Post`)
    Index(None, "publication_id"),
    CheckConstraint(among("action", get_args(Action)), name="action"),
)

# What stands in a chat and is to say something else from now on: the messages of a post, or of its poll's reveal, are
# edited one after the other. `tried` holds while nobody knows what became of a call; `audit_id`: what stood before.
corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_id", ForeignKey("posts.id"), nullable=False),
    Column("purpose", String(6), nullable=False),  # post reveal
    Column("audit_id", ForeignKey("audit.id"), nullable=False),
    Column("state", String(7), nullable=False),
    Column("made", Utc, nullable=False),
    Column("pictured", Boolean, nullable=False),  # its pictures change as well
    Column("part", Integer, nullable=False),  # how many steps of it are done
    Column("tried", Utc),
    Column("why", String(8)),  # deleted barred undrawn unfit refused: it has failed
    Column("error", Text),  # as Telegram says it
    Column("asked", Utc),
    Index(None, "post_id"),
    Index(None, "state"),
    among_states("corrections"),
    CheckConstraint("purpose IN ('post', 'reveal')", name="purpose"),
    CheckConstraint(among("why", get_args(Undone)), name="why"),
)

# What a reader asks by a reply to a post, where it stands, and what an admin answers; `marks` are entities.
inquiries = Table(
    "inquiries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_id", ForeignKey("posts.id")),  # none: the message that it answers is not recorded yet,
    Column("post_chat", BigInteger),  # and stands here,
    Column("post_number", BigInteger),  # by this number
    Column("chat_id", BigInteger, nullable=False),  # the group, or the channel's discussion group
    Column("place", String(32)),  # that group's @name
    Column("message_id", BigInteger, nullable=False),
    Column("thread", BigInteger),  # the topic of a forum
    Column("option", SmallInteger),  # that it is about
    Column("reader", BigInteger),  # a keyed hash, as a voter's, or without a post a hidden id; none: it is forgotten
    Column("text", Text, nullable=False),
    Column("state", String(9), nullable=False),
    Column("asked", Utc, nullable=False),
    Column("edited", Utc),
    Column("admin", BigInteger),  # who answers
    Column("answer", Text),
    Column("marks", JSON),
    Column("answered", Utc),
    Column("error", Text),
    UniqueConstraint("chat_id", "message_id"),
    Index(None, "post_id"),
    Index(None, "reader"),
    Index("ix_inquiries_early", "post_chat", sqlite_where=text("post_id IS NULL")),
    Index("ix_inquiries_answering", "chat_id", sqlite_where=text("state = 'answering'")),
    among_states("inquiries"),
)

# A thread that an admin has sent to the bot, until it is scheduled or another takes its place. What its next step is
# stands in `state`; what the bot has still to say of it in `unsaid`, in the place of the message `shown`.
drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("admin", BigInteger, nullable=False),  # who sent it, and so the private chat that it stands in
    Column("message_id", BigInteger, nullable=False),  # that brought it
    Column("name", Text, nullable=False),  # of its file; empty: it was pasted
    Column("file_id", Text),
    Column("text", Text),  # what was pasted
    Column("state", String(6), nullable=False),
    Column("came", Utc, nullable=False),
    Column("thread", Text),  # as JSON; of a wrong one: as it was when it was last fine
    Column("part", Integer),  # of its posts, the next to be shown
    Column("awaits", String(4)),  # chat time: what its admin's next words tell
    Column("chat", String(64)),  # as the admin named it; below, what Telegram says
    Column("chat_id", BigInteger),
    Column("chat_type", String(12)),
    Column("chat_title", Text),
    Column("topic", BigInteger),
    Column("start", Utc),
    Column("zone", String(40)),  # whose clocks are meant
    Column("slot", Boolean, nullable=False, server_default=text("0")),  # it is to go out in a slot, if that is free
    Column("publication_id", ForeignKey("publications.id")),
    Column("shown", BigInteger),
    Column("unsaid", Text),
    Index(None, "admin"),
    among_states("drafts"),
    CheckConstraint(among("awaits", get_args(Awaited)), name="awaits"),
)

# The pictures of a draft, in the order of its posts and of what these show.
draft_pictures = Table(
    "draft_pictures",
    metadata,
    Column("draft_id", ForeignKey("drafts.id"), primary_key=True),
    Column("post", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

# The topics of forums, as far as the bot was told of them: nobody can ask Telegram which there are.
topics = Table(
    "topics",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("thread", BigInteger, primary_key=True),
    Column("name", Text),
    Column("closed", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
)

# The chats that an admin has brought the bot into, or has named, for as long as it is there.
chats = Table(
    "chats",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("ref", String(64), nullable=False),  # @name, or its id
    Column("title", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

# In which language somebody wishes to be spoken to: by a pseudonym that is no voter's.
tongues = Table(
    "tongues",
    metadata,
    Column("person", BigInteger, primary_key=True),
    Column("language", String(16), nullable=False),
)

# When something may go out in a chat, as an admin wants it: `bot.thread.rhythm.Rhythm`.
slots = Table(
    "slots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("rhythm", JSON, nullable=False),
    Index(None, "chat_id"),
)

# Whose clocks an admin goes by, or the people of a chat; an admin's is that of the private chat.
zones = Table(
    "zones",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("zone", String(40), nullable=False),
)
