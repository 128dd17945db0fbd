"""Readers ask by replies to posts, and admins answer; publications go to topics of forums."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

PARTIAL = {
    "ix_messages_sending": ("chat_id", "state = 'sending'"),
    "ix_messages_unknown": ("chat_id", "state = 'unknown'"),
    "ix_messages_unasked": ("tried", "asked IS NULL AND state IN ('unknown', 'failed')"),
}


def upgrade() -> None:
    _purposes("purpose IN ('post', 'reveal', 'answer', 'remind', 'result')")
    op.add_column("publications", sa.Column("topic", sa.BigInteger(), nullable=True))
    op.add_column("drafts", sa.Column("topic", sa.BigInteger(), nullable=True))
    op.create_table(
        "topics",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "thread", name=op.f("pk_topics")),
    )
    op.create_table(
        "inquiries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("post_chat", sa.BigInteger(), nullable=True),
        sa.Column("post_number", sa.BigInteger(), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=True),
        sa.Column("option", sa.SmallInteger(), nullable=True),
        sa.Column("reader", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.Column("edited", sa.DateTime(), nullable=True),
        sa.Column("admin", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("marks", sa.JSON(), nullable=True),
        sa.Column("answered", sa.DateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'answering', 'answered', 'dismissed', 'gone', 'unknown')",
            name=op.f("ck_inquiries_state"),
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_inquiries_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
        sa.UniqueConstraint("chat_id", "message_id", name=op.f("uq_inquiries_chat_id_message_id")),
    )
    op.create_index(op.f("ix_inquiries_post_id"), "inquiries", ["post_id"])
    op.create_index(op.f("ix_inquiries_reader"), "inquiries", ["reader"])
    early = sa.text("post_id IS NULL")
    op.create_index("ix_inquiries_early", "inquiries", ["post_chat"], sqlite_where=early)
    answering = sa.text("state = 'answering'")
    op.create_index("ix_inquiries_answering", "inquiries", ["chat_id"], sqlite_where=answering)


def downgrade() -> None:
    op.drop_table("inquiries")
    op.drop_table("topics")
    op.drop_column("drafts", "topic")
    op.drop_column("publications", "topic")
    op.execute("DELETE FROM messages WHERE purpose = 'answer'")
    op.execute("DELETE FROM absences WHERE purpose = 'answer'")
    _purposes("purpose IN ('post', 'reveal', 'remind', 'result')")


def _purposes(condition: str) -> None:
    """What a message may carry; what is copied into a new table has its partial indexes made anew."""
    for name in PARTIAL:
        op.drop_index(name, table_name="messages")
    with op.batch_alter_table("messages") as batch:
        batch.drop_constraint(batch.f("ck_messages_purpose"), type_="check")
        batch.create_check_constraint(batch.f("ck_messages_purpose"), condition)
    for name, (column, where) in PARTIAL.items():
        op.create_index(name, "messages", [column], sqlite_where=sa.text(where))
