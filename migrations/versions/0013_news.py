"""Admins are told what happens, cards move, polls remind, and a thread that has ended has a result."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

UNFINISHED = "state IN ('planned', 'sending', 'unknown', 'failed')"
PARTIAL = {
    "ix_messages_sending": ("chat_id", "state = 'sending'"),
    "ix_messages_unknown": ("chat_id", "state = 'unknown'"),
    "ix_messages_unasked": ("tried", "asked IS NULL AND state IN ('unknown', 'failed')"),
}
# Of what was over before, nobody is told now.
OVER = """
    UPDATE publications SET ended = CURRENT_TIMESTAMP || '.000000', shown = CURRENT_TIMESTAMP || '.000000' WHERE NOT EXISTS (
        SELECT 1 FROM posts LEFT JOIN polls ON polls.post_id = posts.id WHERE publication_id = publications.id
        AND (posts.state IN ('planned', 'sending', 'unknown', 'failed') OR polls.state != 'revealed'))"""


def upgrade() -> None:
    for name in ("summary", "leaderboard"):
        op.add_column("publications", sa.Column(name, sa.Boolean(), server_default="0", nullable=False))
    op.add_column("publications", sa.Column("chat_title", sa.Text(), nullable=True))
    op.add_column("publications", sa.Column("ended", sa.DateTime(), nullable=True))
    op.add_column("publications", sa.Column("picture_key", sa.String(length=16), nullable=True))
    op.add_column("publications", sa.Column("shown", sa.DateTime(), nullable=True))
    op.add_column("posts", sa.Column("warned", sa.DateTime(), nullable=True))
    op.add_column("polls", sa.Column("reminds", sa.DateTime(), nullable=True))
    op.execute(OVER)
    op.create_index("ix_publications_live", "publications", ["id"], sqlite_where=sa.text("ended IS NULL"))
    unshown = sa.text("ended IS NOT NULL AND shown IS NULL")
    op.create_index("ix_publications_unshown", "publications", ["id"], sqlite_where=unshown)
    op.create_index("ix_posts_unfinished", "posts", ["publication_id"], sqlite_where=sa.text(UNFINISHED))
    op.create_index("ix_polls_reminds", "polls", ["reminds"], sqlite_where=sa.text("reminds IS NOT NULL"))
    _purposes("purpose IN ('post', 'reveal', 'remind', 'result')")
    op.create_table(
        "news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("admin", sa.BigInteger(), nullable=True),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=True),
        sa.Column("taken", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('posted', 'closed', 'revealed', 'ended', 'picture', 'failed', 'overdue', 'stuck', 'confirmed',"
            " 'moved', 'back')",
            name=op.f("ck_news_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_news_publication_id_publications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
    )
    op.create_table(
        "listeners",
        sa.Column("admin", sa.BigInteger(), nullable=False),
        sa.Column("often", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("admin", name=op.f("pk_listeners")),
    )
    op.create_table(
        "cards",
        sa.Column("admin", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("opened", sa.DateTime(), nullable=False),
        sa.Column("edited", sa.DateTime(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_cards_publication_id_publications")
        ),
        sa.PrimaryKeyConstraint("admin", name=op.f("pk_cards")),
    )


def downgrade() -> None:
    for table in ("cards", "listeners", "news"):
        op.drop_table(table)
    op.execute("DELETE FROM messages WHERE purpose IN ('remind', 'result')")
    op.execute("DELETE FROM absences WHERE purpose IN ('remind', 'result')")
    _purposes("purpose IN ('post', 'reveal')")
    op.drop_index("ix_polls_reminds", table_name="polls")
    op.drop_index("ix_posts_unfinished", table_name="posts")
    op.drop_index("ix_publications_unshown", table_name="publications")
    op.drop_index("ix_publications_live", table_name="publications")
    op.drop_column("polls", "reminds")
    op.drop_column("posts", "warned")
    for name in ("shown", "chat_title", "picture_key", "ended", "leaderboard", "summary"):
        op.drop_column("publications", name)


def _purposes(condition: str) -> None:
    """What a message may carry; what is copied into a new table has its partial indexes made anew."""
    for name in PARTIAL:
        op.drop_index(name, table_name="messages")
    with op.batch_alter_table("messages") as batch:
        batch.drop_constraint(batch.f("ck_messages_purpose"), type_="check")
        batch.create_check_constraint(batch.f("ck_messages_purpose"), condition)
    for name, (column, where) in PARTIAL.items():
        op.create_index(name, "messages", [column], sqlite_where=sa.text(where))
