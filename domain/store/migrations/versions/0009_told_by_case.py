"""When a case was opened stands beside it, and what a month is told by is found by case as well as by moment."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make column and indexes, and fill the column from the journals."""
    op.add_column("snapshot", sa.Column("opened_at", sa.String(length=20), nullable=False, server_default=""))
    first = 'SELECT at FROM journal WHERE journal."case" = snapshot."case" AND journal.position = 1'
    op.execute(f"UPDATE snapshot SET opened_at = coalesce(({first}), '')")
    op.drop_index("ix_snapshot_alone", table_name="snapshot")
    alone = sa.text("tied = 0")
    op.create_index(
        "ix_snapshot_alone",
        "snapshot",
        ["unit", "stage", "programme", "case", "subject", "tied", "opened_at"],
        sqlite_where=alone,
        postgresql_where=alone,
    )
    told = sa.text("name IN ('case-closed', 'case-opened', 'case-reopened', 'duty-met', 'tie-begun')")
    columns = ["case", "at", "name"]
    op.create_index("ix_journal_told_of_case", "journal", columns, sqlite_where=told, postgresql_where=told)
    op.drop_index("ix_diary_unit_due_on", table_name="diary")
    op.create_index("ix_diary_unit_due_on", "diary", ["unit", "due_on", "kind", "case", "number"])
    # With the case in it PostgreSQL need not look at the rows themselves; SQLite's indexes hold the key anyway.
    op.drop_index("ix_snapshot_standing", table_name="snapshot")
    columns = ["unit", "stage", "risk", "programme", "subject", "case"]
    op.create_index("ix_snapshot_standing", "snapshot", columns)
