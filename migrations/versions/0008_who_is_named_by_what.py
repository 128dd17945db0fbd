"""Voters have another pseudonym in each publication, may be forgotten, and are not kept for ever."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.errors import StoreError

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("polls", sa.Column("pseudonyms", sa.Integer(), nullable=True))
    op.add_column("polls", sa.Column("erased", sa.DateTime(), nullable=True))
    op.add_column("votes", sa.Column("forgotten", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.create_index("ix_votes_forgotten", "votes", ["poll_id"], sqlite_where=sa.text("forgotten"))


def downgrade() -> None:
    query = (
        "SELECT telegram_id FROM polls WHERE state IN ('open', 'closing') AND NOT anonymous AND pseudonyms IS NOT NULL"
    )
    if standing := op.get_bind().scalars(sa.text(query)).all():
        msg = (
            f"polls {', '.join(standing)} are open: the version before would count their voters twice; close them first"
        )
        raise StoreError(msg)
    op.drop_index("ix_votes_forgotten", table_name="votes")
    op.drop_column("votes", "forgotten")
    op.drop_column("polls", "erased")
    op.drop_column("polls", "pseudonyms")
