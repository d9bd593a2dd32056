"""Units that are no divisions, and the last day on which a helper serves."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("unit", sa.Column("kind", sa.String(length=12), nullable=False, server_default="division"))
    op.add_column("helper", sa.Column("serves_until", sa.String(length=10), nullable=True))
