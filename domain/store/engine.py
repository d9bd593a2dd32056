"""Opening a database: SQLite without lost updates, PostgreSQL as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

DatabaseTrouble = SQLAlchemyError
"""Whatever may be wrong with a database, under a name of our own for those who must not know SQLAlchemy."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "temp_store=MEMORY",
    "cache_size=-65536",
    "wal_autocheckpoint=16384",
)
"""The log is folded into the file every 64 MB: a round that writes more than the usual 4 would wait each time."""


MOST_CONNECTIONS: Final = 64
"""So many beyond the few that are kept: each lane of messages holds one while it sends."""


def open_engine(url: str) -> Engine:
    """An engine for a database URL (``sqlite:///…`` or ``postgresql+psycopg://…``)."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, max_overflow=MOST_CONNECTIONS)
    # A database in memory is its one connection.
    pool = {"max_overflow": MOST_CONNECTIONS} if ":///" in url else {}
    engine = create_engine(url, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions start too late and lose updates; ours are begun by hand.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def writes_for_hours(engine: Engine) -> None:
    """Fold SQLite's log in after a gigabyte only: pages written again every day are then written once a month."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        event.listen(engine, "connect", _fold_in_rarely)


def _fold_in_rarely(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA wal_autocheckpoint=262144")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    straight(connection, "BEGIN" if reading else "BEGIN IMMEDIATE")


def straight(connection: Connection, text: str, values: Any = ()) -> Any:
    """Hand one statement to the driver, past SQLAlchemy, which takes longer than SQLite does; the driver's cursor.

    Errors are SQLAlchemy's all the same.
    """
    driver = cast("Any", connection.connection.dbapi_connection)
    try:
        return driver.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(text, None, error, connection.dialect.loaded_dbapi.Error) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write; committed at the end, undone when anything is raised."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads, sees one state throughout and holds nobody up."""
    isolation = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(reading=True, **isolation) as connection, connection.begin():
        yield connection
