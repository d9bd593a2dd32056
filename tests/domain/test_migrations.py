"""The migrations make exactly the tables the code knows, on both database systems."""

from threading import Thread

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from domain.store.engine import DatabaseTrouble, open_engine
from domain.store.migrating import migrate
from domain.store.tables import metadata


def test_a_new_database_has_exactly_the_tables_the_code_knows(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert {"journal", "person", "notice"} <= set(inspect(connection).get_table_names())


def test_two_starts_at_once_migrate_once(database_url: str) -> None:
    troubles: list[Exception] = []

    def start() -> None:
        try:
            migrate(open_engine(database_url))
        except (DatabaseTrouble, OSError) as trouble:
            troubles.append(trouble)

    starts = [Thread(target=start) for _ in range(3)]
    for one in starts:
        one.start()
    for one in starts:
        one.join()
    assert troubles == []
    engine = open_engine(database_url)
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == ("0009",)
