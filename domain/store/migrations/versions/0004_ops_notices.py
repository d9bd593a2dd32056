"""What ops were told about delivery, so that one cause is told once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ops_notice",
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.String(length=20), nullable=False),
        sa.Column("tried_at", sa.String(length=20), nullable=True),
        sa.Column("told_at", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("channel", "code", name=op.f("pk_ops_notice")),
    )
