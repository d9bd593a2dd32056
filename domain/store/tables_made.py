"""What every table is made with: the one collection of them, its names of keys, kinds of columns used throughout."""

from typing import Any, Final

from sqlalchemy import ColumnElement, MetaData, String, TextClause

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

MOMENT: Final = String(20)
DAY: Final = String(10)
DIGEST: Final = String(44)
"""A blind digest of a secret: who reads the table cannot bring the secret."""


def only(condition: ColumnElement[bool] | TextClause) -> dict[str, Any]:
    """An index of some rows only, on both systems."""
    return {"sqlite_where": condition, "postgresql_where": condition}
