"""Publications are paused and cancelled, know their author's zone, and what is done to them is kept; replies have parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("publications", sa.Column("zone", sa.String(length=40), nullable=True))
    op.add_column("publications", sa.Column("paused", sa.DateTime(), nullable=True))
    op.add_column("publications", sa.Column("cancelled", sa.DateTime(), nullable=True))
    op.add_column("posts", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("admin", sa.BigInteger(), nullable=True),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("by_s", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "action IN ('pause', 'resume', 'cancel', 'move', 'skip', 'send', 'close', 'replace', 'schedule')",
            name=op.f("ck_audit_action"),
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_audit_publication_id_publications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_publication_id"), "audit", ["publication_id"], unique=False)
    op.execute("UPDATE inbox SET reply = json_object('text', reply) WHERE reply IS NOT NULL")


def downgrade() -> None:
    op.execute("UPDATE inbox SET reply = reply ->> '$.text' WHERE reply IS NOT NULL")
    op.drop_index(op.f("ix_audit_publication_id"), table_name="audit")
    op.drop_table("audit")
    op.drop_column("posts", "revision")
    op.drop_column("publications", "cancelled")
    op.drop_column("publications", "paused")
    op.drop_column("publications", "zone")
