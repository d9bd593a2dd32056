"""Bringing a database to today's tables, from whichever version it has."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"


class WrittenByNewer(Exception):
    """The data were written by a newer version of this software, which alone may go on with them."""


def migrate(engine: Engine) -> None:
    """Apply every migration the database has not seen; two processes at once do it once.

    WrittenByNewer when the database has seen one that this software does not know; nothing is changed then.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        alone(connection)
        _check_known(connection, config)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def alone(connection: Connection) -> None:
    """Let nobody else who asks for this in until the transaction ends; SQLite has one writer as it is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7390)")


def _check_known(connection: Connection, config: Config) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    strange = set(MigrationContext.configure(connection).get_current_heads()) - known
    if strange:
        raise WrittenByNewer(f"tables {', '.join(sorted(strange))}")
