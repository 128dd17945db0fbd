"""An admin may show before which id a message in doubt stands; what was not found is looked for where it is sent again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("messages", sa.Column("before", sa.BigInteger(), nullable=True))
    op.create_index("ix_messages_unknown", "messages", ["chat_id"], sqlite_where=sa.text("state = 'unknown'"))
    op.create_table(
        "absences",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=6), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_absences_post_id_posts")),
        sa.PrimaryKeyConstraint("post_id", "purpose", "part", name=op.f("pk_absences")),
    )


def downgrade() -> None:
    op.drop_table("absences")
    op.drop_index("ix_messages_unknown", table_name="messages")
    op.drop_column("messages", "before")
