"""
States are checked, reasons are columns, and what is asked at each tick has an index.

What was a sentence or a word in another column becomes a column of its own: the poll that a stray update is for, what
is wrong with a reveal, why a post or reveal is held, what a post waits for.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

STATES = {
    "posts": "state IN ('planned', 'sending', 'sent', 'unknown', 'failed', 'skipped')",
    "messages": "state IN ('sending', 'sent', 'unknown', 'failed', 'skipped')",
    "polls": "state IN ('open', 'closing', 'closed', 'revealed')",
    "runs": "state IN ('queued', 'running', 'done', 'failed', 'cancelled')",
}
CHECKS = {
    "publications": {"language": "language IN ('ru', 'en')", "late": "late IN ('post', 'skip', 'ask')"},
    "posts": {"after": "after IN ('post', 'polls')"},
    "messages": {"purpose": "purpose IN ('post', 'reveal')", "why": "why IN ('late', 'key', 'gone', 'broken')"},
    "runs": {"task": "task IN ('measure', 'draw')"},
}


def upgrade() -> None:
    op.add_column("posts", sa.Column("after", sa.String(length=5), nullable=False, server_default="post"))
    op.execute("UPDATE posts SET after = 'polls' WHERE json_valid(content) AND content ->> '$.after' = 'polls'")
    op.add_column("messages", sa.Column("why", sa.String(length=6), nullable=True))
    op.execute("UPDATE messages SET why = digest WHERE digest IN ('late', 'key', 'gone', 'broken')")
    op.add_column("polls", sa.Column("reveal_error", sa.Text(), nullable=True))
    op.execute("UPDATE polls SET reveal_error = substr(error, 9), error = NULL WHERE error LIKE 'reveal: %'")
    op.add_column("strays", sa.Column("telegram_id", sa.String(length=32), nullable=True))
    op.execute("UPDATE strays SET telegram_id = substr(reason, 14) WHERE reason LIKE 'unknown poll %'")
    op.create_index(op.f("ix_strays_telegram_id"), "strays", ["telegram_id"])

    for table in ("publications", "posts", "messages", "polls", "runs"):
        with op.batch_alter_table(table) as batch:
            for name, condition in {
                **({"state": STATES[table]} if table in STATES else {}),
                **CHECKS.get(table, {}),
            }.items():
                batch.create_check_constraint(batch.f(f"ck_{table}_{name}"), condition)
            if table == "posts":
                batch.alter_column("after", server_default=None)
            if table == "messages":
                batch.alter_column("digest", existing_type=sa.String(length=16), nullable=True)
    op.execute("UPDATE messages SET digest = NULL WHERE why IS NOT NULL")

    op.create_index(op.f("ix_messages_chat_id"), "messages", ["chat_id"])
    op.create_index("ix_messages_sending", "messages", ["chat_id"], sqlite_where=sa.text("state = 'sending'"))
    unasked = sa.text("asked IS NULL AND state IN ('unknown', 'failed')")
    op.create_index("ix_messages_unasked", "messages", ["tried"], sqlite_where=unasked)


def downgrade() -> None:
    op.drop_index("ix_messages_unasked", "messages")
    op.drop_index("ix_messages_sending", "messages")
    op.drop_index(op.f("ix_messages_chat_id"), "messages")
    op.execute("UPDATE messages SET digest = coalesce(why, '') WHERE digest IS NULL")
    for table in ("runs", "polls", "messages", "posts", "publications"):
        with op.batch_alter_table(table) as batch:
            for name in [*(["state"] if table in STATES else []), *CHECKS.get(table, {})]:
                batch.drop_constraint(batch.f(f"ck_{table}_{name}"), type_="check")
            if table == "messages":
                batch.alter_column("digest", existing_type=sa.String(length=16), nullable=False)
    op.drop_index(op.f("ix_strays_telegram_id"), "strays")
    # One column had to do for both: what is wrong with the reveal is newer.
    op.execute("UPDATE polls SET error = 'reveal: ' || reveal_error WHERE reveal_error IS NOT NULL")
    for table, column in (
        ("strays", "telegram_id"),
        ("polls", "reveal_error"),
        ("messages", "why"),
        ("posts", "after"),
    ):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
