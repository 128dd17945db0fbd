"""What stands in a chat is corrected: what was there before is kept, and messages know what they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ACTIONS = "'pause', 'resume', 'cancel', 'move', 'skip', 'send', 'close', 'replace', 'schedule'"

# What the messages are that went out before: a poll stands last of its post, pictures stand first; of a reveal the
# drawing, if there was one, and last what belongs to the explanation.
KINDS = (
    "UPDATE messages SET kind = 'text' WHERE why IS NULL",
    (
        "UPDATE messages SET kind = 'poll' WHERE why IS NULL AND purpose = 'post' AND post_id IN"
        " (SELECT id FROM posts WHERE CASE WHEN json_valid(content) THEN json_type(content, '$.poll') END = 'object')"
        " AND part = (SELECT max(part) FROM messages m WHERE m.post_id = messages.post_id AND m.purpose = 'post')"
    ),
    (
        "UPDATE messages SET kind = 'photo' WHERE kind = 'text' AND purpose = 'post' AND part = 0 AND post_id IN"
        " (SELECT id FROM posts WHERE CASE WHEN json_valid(content) THEN"
        " json_type(content, '$.poll') IS NOT 'object' AND json_array_length(content, '$.pictures') > 0 END)"
    ),
    (
        "UPDATE messages SET kind = 'photo' WHERE kind = 'text' AND purpose = 'reveal' AND part = 0 AND post_id IN"
        " (SELECT post_id FROM polls JOIN runs ON runs.key = polls.drawing_key WHERE runs.state = 'done')"
    ),
    (
        "UPDATE messages SET kind = 'photo' WHERE kind = 'text' AND purpose = 'reveal' AND post_id IN"
        " (SELECT id FROM posts WHERE CASE WHEN json_valid(content) THEN"
        " json_array_length(content, '$.poll.explained') > 0 END)"
        " AND part = (SELECT max(part) FROM messages m WHERE m.post_id = messages.post_id AND m.purpose = 'reveal')"
    ),
)


def upgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("kind", sa.String(length=5), nullable=True))
        messages.create_check_constraint(op.f("ck_messages_kind"), "kind IN ('text', 'photo', 'poll')")
    for statement in KINDS:
        op.execute(statement)
    with op.batch_alter_table("audit") as audit:
        audit.add_column(sa.Column("before", sa.JSON(), nullable=True))
        audit.drop_constraint(op.f("ck_audit_action"), type_="check")
        audit.create_check_constraint(op.f("ck_audit_action"), f"action IN ({ACTIONS}, 'correct')")
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=6), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("pictured", sa.Boolean(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("tried", sa.DateTime(), nullable=True),
        sa.Column("why", sa.String(length=8), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("asked", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'editing', 'done', 'failed', 'left')", name=op.f("ck_corrections_state")
        ),
        sa.CheckConstraint("purpose IN ('post', 'reveal')", name=op.f("ck_corrections_purpose")),
        sa.CheckConstraint(
            "why IN ('deleted', 'barred', 'undrawn', 'unfit', 'refused')", name=op.f("ck_corrections_why")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_corrections_audit_id_audit")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_corrections_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_post_id"), "corrections", ["post_id"], unique=False)
    op.create_index(op.f("ix_corrections_state"), "corrections", ["state"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_corrections_state"), table_name="corrections")
    op.drop_index(op.f("ix_corrections_post_id"), table_name="corrections")
    op.drop_table("corrections")
    op.execute("DELETE FROM audit WHERE action = 'correct'")
    with op.batch_alter_table("audit") as audit:
        audit.drop_constraint(op.f("ck_audit_action"), type_="check")
        audit.create_check_constraint(op.f("ck_audit_action"), f"action IN ({ACTIONS})")
        audit.drop_column("before")
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint(op.f("ck_messages_kind"), type_="check")
        messages.drop_column("kind")
