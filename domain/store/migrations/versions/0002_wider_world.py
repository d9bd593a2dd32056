"""Units that are no divisions, the last day on which a helper serves, and a way to who was invited."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the index."""
    op.add_column("unit", sa.Column("kind", sa.String(length=12), nullable=False, server_default="division"))
    op.add_column("helper", sa.Column("serves_until", sa.String(length=10), nullable=True))
    invited = sa.text("name = 'invited'")
    op.create_index("ix_journal_invited", "journal", ["case"], sqlite_where=invited, postgresql_where=invited)
