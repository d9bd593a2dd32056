"""A PostgreSQL database that outlives one test: for a module whose tests only read, or undo what they do."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine


@contextmanager
def postgres_database(port: int) -> Iterator[str]:
    """An empty database on the session's server, dropped at the end."""
    server = f"postgresql+psycopg://postgres@127.0.0.1:{port}"
    name = f"test_{secrets.token_hex(8)}"
    outside = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield f"{server}/{name}"
    with outside.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    outside.dispose()
