"""How many options a poll has; the inbox has room for each chat and kind; what admins were told of a chat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

OPTIONS = """
    UPDATE polls SET options = (
        SELECT CASE WHEN json_valid(content) THEN json_array_length(content, '$.poll.options') END
        FROM posts WHERE posts.id = post_id)"""
KIND = """
    UPDATE inbox SET kind = coalesce(
        (SELECT key FROM json_each(content) WHERE key IN ('callback_query', 'my_chat_member', 'message')), '')"""


def upgrade() -> None:
    op.add_column("polls", sa.Column("options", sa.Integer(), nullable=True))
    op.execute(OPTIONS)
    op.add_column("inbox", sa.Column("kind", sa.String(length=16), nullable=False, server_default=""))
    op.execute(KIND)
    op.create_index("ix_inbox_waiting", "inbox", ["kind", "chat_id"], sqlite_where=sa.text("state = 'waiting'"))
    op.create_table(
        "told",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "status", name=op.f("pk_told")),
    )


def downgrade() -> None:
    op.drop_table("told")
    op.drop_index("ix_inbox_waiting", table_name="inbox")
    op.drop_column("inbox", "kind")
    op.drop_column("polls", "options")
