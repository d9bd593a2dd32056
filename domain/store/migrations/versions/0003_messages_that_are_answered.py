"""Receipts, replies and their codes, channels that rest, and channels people asked not to be told by."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the tables."""
    for name, kind in (
        ("says", sa.String(length=40)), ("values", sa.Text()), ("receipt", sa.String(length=12)),
        ("receipt_code", sa.String(length=40)), ("receipt_at", sa.String(length=20)),
    ):  # fmt: skip
        op.add_column("nudge", sa.Column(name, kind, nullable=True))
    op.drop_index("ix_nudge_state_urgent_not_before", "nudge")
    op.drop_index("ix_nudge_person", "nudge")
    op.create_index("ix_nudge_person_dated", "nudge", ["person", "dated"])
    order = ["state", "channel", "urgent", "not_before"]
    op.create_index("ix_nudge_state_channel_urgent_not_before", "nudge", order)
    known = sa.text("provider_id IS NOT NULL")
    op.create_index("ix_nudge_provider_id", "nudge", ["provider_id"], sqlite_where=known, postgresql_where=known)
    op.create_table(
        "gateway",
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("in_a_row", sa.SmallInteger(), nullable=False),
        sa.Column("rests_until", sa.String(length=20), nullable=True),
        sa.Column("probed_by", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_gateway")),
    )
    op.create_table(
        "stopped",
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("reach", sa.String(length=12), nullable=False),
        sa.Column("since", sa.String(length=20), nullable=False),
        sa.Column("through", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_stopped_person")),
        sa.PrimaryKeyConstraint("person", "reach", name=op.f("pk_stopped")),
    )
    op.create_table(
        "reply_code",
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("code", sa.SmallInteger(), nullable=False),
        sa.Column("case", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_reply_code_person")),
        sa.PrimaryKeyConstraint("person", "code", name=op.f("pk_reply_code")),
        sa.UniqueConstraint("person", "case", "duty", name=op.f("uq_reply_code_person_case_duty")),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("settled_at", sa.String(length=20), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    unsettled = sa.text("settled_at IS NULL")
    op.create_index("ix_post_unsettled", "post", ["id"], sqlite_where=unsettled, postgresql_where=unsettled)
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=True),
        sa.Column("meant", sa.String(length=16), nullable=False),
        sa.Column("duty", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("seen_by", sa.String(length=12), nullable=True),
        sa.Column("seen_at", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("channel", "key", name=op.f("uq_reply_channel_key")),
    )
    op.create_index(op.f("ix_reply_person"), "reply", ["person"])
