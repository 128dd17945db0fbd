"""Admins send threads to the bot: drafts with their pictures, and the chats that it may post to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("admin", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("came", sa.DateTime(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("awaits", sa.String(length=4), nullable=True),
        sa.Column("chat", sa.String(length=64), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("chat_type", sa.String(length=12), nullable=True),
        sa.Column("chat_title", sa.Text(), nullable=True),
        sa.Column("start", sa.DateTime(), nullable=True),
        sa.Column("zone", sa.String(length=40), nullable=True),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("shown", sa.BigInteger(), nullable=True),
        sa.Column("unsaid", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('new', 'wrong', 'fine', 'showing', 'asking', 'wanted', 'done')", name=op.f("ck_drafts_state")
        ),
        sa.CheckConstraint("awaits IN ('chat', 'time')", name=op.f("ck_drafts_awaits")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_drafts_publication_id_publications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_admin"), "drafts", ["admin"], unique=False)
    op.create_table(
        "draft_pictures",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("post", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_draft_pictures_draft_id_drafts")),
        sa.PrimaryKeyConstraint("draft_id", "post", "position", name=op.f("pk_draft_pictures")),
    )
    op.create_table(
        "chats",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
    )


def downgrade() -> None:
    op.drop_table("chats")
    op.drop_table("draft_pictures")
    op.drop_index(op.f("ix_drafts_admin"), table_name="drafts")
    op.drop_table("drafts")
