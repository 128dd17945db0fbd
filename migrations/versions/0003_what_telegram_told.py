"""
How many people had voted when a poll closed stands beside its final counts; a post knows the run that its key needs.

Until now it was taken from the running counter, which lags behind stopPoll while votes wait at Telegram. For polls
that closed before, it follows from the counts where everybody had one choice; elsewhere it was at least the largest. Keys of
posts that were scheduled before are judged when they are due, as they were.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TURNOUT = """
    UPDATE polls SET turnout = CASE
        WHEN (SELECT json_valid(content) AND NOT coalesce(content ->> '$.poll.multiple', 0)
              FROM posts WHERE posts.id = post_id)
        THEN (SELECT coalesce(sum(value), 0) FROM json_each(tally))
        ELSE max(voters, (SELECT coalesce(max(value), 0) FROM json_each(tally)))
        END
    WHERE tally IS NOT NULL"""


def upgrade() -> None:
    op.add_column("polls", sa.Column("turnout", sa.Integer(), nullable=True))
    op.execute(TURNOUT)
    with op.batch_alter_table("polls") as batch:
        batch.create_check_constraint(batch.f("ck_polls_turnout"), "(tally IS NULL) = (turnout IS NULL)")
    op.add_column("posts", sa.Column("run_key", sa.String(length=16), nullable=True))
    op.add_column("posts", sa.Column("judged", sa.DateTime(), nullable=True))
    unjudged = sa.text("judged IS NULL AND run_key IS NOT NULL")
    op.create_index("ix_posts_unjudged", "posts", ["run_key"], sqlite_where=unjudged)


def downgrade() -> None:
    op.drop_index("ix_posts_unjudged", "posts")
    with op.batch_alter_table("posts") as batch:
        batch.drop_column("judged")
        batch.drop_column("run_key")
    with op.batch_alter_table("polls") as batch:
        batch.drop_constraint(batch.f("ck_polls_turnout"), type_="check")
        batch.drop_column("turnout")
