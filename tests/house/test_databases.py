"""The databases tests are given are real and belong to one test alone."""

from pathlib import Path

import pytest
import sqlalchemy as sa


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_gets_an_empty_database_of_its_own(database_url: str, time: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE children (number INTEGER PRIMARY KEY)"))
        connection.execute(sa.text("INSERT INTO children VALUES (1)"))
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM children")).scalar_one() == 1
    engine.dispose()


def test_sqlite_lives_in_the_tests_own_folder(sqlite_url: str, tmp_path: Path) -> None:
    assert sa.make_url(sqlite_url).database == str(tmp_path / "shouwang.sqlite")


def test_postgresql_is_a_current_one_that_counts_chinese_characters(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    with engine.connect() as connection:
        version = connection.execute(sa.text("SHOW server_version_num")).scalar_one()
        length = connection.execute(sa.text("SELECT length('守望')")).scalar_one()
        connection.execute(sa.text("CREATE EXTENSION pg_trgm"))
    engine.dispose()
    assert int(version) >= 180000
    assert length == 2
