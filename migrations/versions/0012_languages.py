"""Whatever language has a catalogue may be a thread's; and who has chosen one is spoken to in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("publications") as publications:
        publications.drop_constraint(op.f("ck_publications_language"), type_="check")
        publications.alter_column("language", type_=sa.String(length=16), existing_nullable=False)
    op.create_table(
        "tongues",
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_tongues")),
    )


def downgrade() -> None:
    op.drop_table("tongues")
    with op.batch_alter_table("publications") as publications:
        publications.alter_column("language", type_=sa.String(length=2), existing_nullable=False)
        publications.create_check_constraint(op.f("ck_publications_language"), "language IN ('ru', 'en')")
