"""
What comes and is no vote is a row until it is handled; and its number is kept longer, for it may be delivered again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("came", sa.DateTime(), nullable=False),
        sa.Column("stuck", sa.DateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'stuck')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbox")),
    )
    op.create_table(
        "taken",
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_taken")),
    )


def downgrade() -> None:
    # Telegram has been told that they are here: kept aside, where the version before keeps what it cannot use.
    op.execute(
        "INSERT INTO strays (update_id, reason, content, at)"
        " SELECT update_id, coalesce(error, 'not handled yet'), content, came FROM inbox WHERE true"
        " ON CONFLICT DO NOTHING"
    )
    op.drop_table("taken")
    op.drop_table("inbox")
