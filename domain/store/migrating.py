"""Bringing a database to today's tables, from whichever version it has."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table

MIGRATIONS = Path(__file__).parent / "migrations"


class WrittenByNewer(Exception):
    """The data were written by a newer version of this software, which alone may go on with them."""


def migrate(engine: Engine) -> None:
    """Apply every migration the database has not seen; two processes at once do it once.

    WrittenByNewer when the database has seen one that this software does not know; nothing is changed then.
    """
    with engine.begin() as connection:
        alone(connection)
        if _applied(connection) != {_newest()}:
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    # Here: a database that is up to date, as it is before nearly every command, does without Alembic.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    strange = _applied(connection) - known
    if strange:
        raise WrittenByNewer(f"tables {', '.join(sorted(strange))}")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _applied(connection: Connection) -> set[str]:
    """The migrations the database stands at; none where it is empty."""
    if not inspect(connection).has_table(_VERSION.name):
        return set()
    return set(connection.scalars(select(_VERSION.c.version_num)))


_VERSION = table("alembic_version", column("version_num"))


@cache
def _newest() -> str:
    """The last migration there is; each file's name begins with its number."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def alone(connection: Connection) -> None:
    """Let nobody else who asks for this in until the transaction ends; SQLite has one writer as it is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7390)")
