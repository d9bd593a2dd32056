"""How many cases stand where, how many are tied to each, of which helpers nothing has been heard: kept, not counted.

What stands in the new columns of old rows is made from the journals when the software first opens the database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make table, columns and indexes."""
    op.create_table(
        "tally",
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "programme", "stage", name=op.f("pk_tally")),
    )
    op.add_column("snapshot", sa.Column("tied", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("tie", sa.Column("heard_at", sa.String(length=20), nullable=True))
    alone, unheard = sa.text("tied = 0"), sa.text("heard_at IS NULL AND until IS NULL")
    op.create_index(
        "ix_snapshot_alone",
        "snapshot",
        ["unit", "stage", "programme", "case", "subject", "tied"],
        sqlite_where=alone,
        postgresql_where=alone,
    )
    op.create_index("ix_snapshot_in_order", "snapshot", ["case", "stage", "unit", "risk", "programme", "subject"])
    op.create_index("ix_tie_unheard", "tie", ["since", "case"], sqlite_where=unheard, postgresql_where=unheard)
    op.drop_index("ix_tie_now", table_name="tie")
    op.drop_index(op.f("ix_diary_unit_due_on"), table_name="diary")
    op.create_index("ix_diary_unit_due_on", "diary", ["unit", "due_on", "kind"])
    columns = ["unit", "serving", "load", "capacity", "serves_until", "person"]
    op.create_index("ix_helper_standing", "helper", columns)
    op.drop_index(op.f("ix_helper_unit"), table_name="helper")
