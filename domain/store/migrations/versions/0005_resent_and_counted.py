"""Who had a message sent anew, and indexes by which messages are followed and counted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the indexes."""
    op.add_column("nudge", sa.Column("resent_by", sa.String(length=12), nullable=True))
    follows, settled = sa.text("replaces IS NOT NULL"), sa.text("settled_at IS NOT NULL")
    op.create_index("ix_nudge_replaces", "nudge", ["replaces"], sqlite_where=follows, postgresql_where=follows)
    columns = ["settled_at", "channel", "state", "receipt"]
    op.create_index("ix_nudge_settled", "nudge", columns, sqlite_where=settled, postgresql_where=settled)
    op.create_index("ix_reply_outcome_seen_at", "reply", ["outcome", "seen_at"])
