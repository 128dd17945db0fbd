"""Threads go out in chapters, chats have slots and zones, threads are tried in private and asked again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

ACTIONS = "'pause', 'resume', 'cancel', 'move', 'skip', 'send', 'close', 'replace', 'schedule', 'correct'"


def upgrade() -> None:
    op.add_column("publications", sa.Column("rhythm", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("publications", sa.Column("trial", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("posts", sa.Column("begins", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("drafts", sa.Column("slot", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("rhythm", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
    )
    op.create_index(op.f("ix_slots_chat_id"), "slots", ["chat_id"], unique=False)
    op.create_table(
        "zones",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_zones")),
    )
    _actions(f"{ACTIONS}, 'again', 'try'")


def downgrade() -> None:
    op.execute("DELETE FROM audit WHERE action IN ('again', 'try')")
    _actions(ACTIONS)
    op.drop_table("zones")
    op.drop_index(op.f("ix_slots_chat_id"), table_name="slots")
    op.drop_table("slots")
    op.drop_column("drafts", "slot")
    op.drop_column("posts", "begins")
    op.drop_column("publications", "trial")
    op.drop_column("publications", "rhythm")


def _actions(known: str) -> None:
    with op.batch_alter_table("audit") as audit:
        audit.drop_constraint(op.f("ck_audit_action"), type_="check")
        audit.create_check_constraint(op.f("ck_audit_action"), f"action IN ({known})")
