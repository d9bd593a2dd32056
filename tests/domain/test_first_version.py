"""An install of the first version: opened, brought up to date, proved, and lived on with for years."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, MetaData, func, insert, select, text, update
from support.taken import tell_everybody

from deployments.cli import run
from deployments.cli.where import BAD_INPUT
from domain.case import Case, Duty, Proposal, Tie, Transfer
from domain.facts import VERSIONS
from domain.ids import PersonId
from domain.rules import commands as c
from domain.store import refolding
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import open_engine, reading, writing
from domain.store.install import open_install
from domain.store.migrating import MIGRATIONS, WrittenByNewer, migrate
from domain.store.people import identities, people_of
from domain.store.refolding import SHAPE, bring_up_to_date
from domain.store.rounds import run_round
from domain.store.rows import read_state
from domain.store.store import Store
from domain.store.writing import carry_out
from domain.words import say

FIRST_VERSION: Final = Path(__file__).parents[1] / "samples" / "first-version"
LEFT_AT: Final = datetime(2026, 11, 20, 4, tzinfo=UTC)
YEARS: Final = 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder as the first version left it."""
    (tmp_path / "install" / "keys").mkdir(parents=True)
    shutil.copy(FIRST_VERSION / "first.sqlite", tmp_path / "install" / "shouwang.db")
    shutil.copy(FIRST_VERSION / "key-of-made-up-people.txt", tmp_path / "install" / "keys" / "master.key")
    return tmp_path / "install"


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, folder: Path) -> Iterator[Store]:
    """That install opened today: as it is, or its rows carried to PostgreSQL first."""
    if request.param == "sqlite":
        yield open_install(folder)
        return
    url = request.getfixturevalue("postgres_url")
    moved = open_engine(url)
    _carry_over(open_engine(f"sqlite:///{folder / 'shouwang.db'}"), moved)
    moved.dispose()
    (folder / "settings.toml").write_text(f'database_url = "{url}"\n', encoding="utf-8")
    opened = open_install(folder)
    yield opened
    opened.engine.dispose()


def _carry_over(source: Engine, target: Engine) -> None:
    """All rows of a database of the first version, into tables of the first version."""
    tables = MetaData()
    with target.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    tables.reflect(target, only=lambda name, _: name != "alembic_version")
    with source.connect() as reader, target.begin() as writer:
        for table in tables.sorted_tables:
            rows = [dict(row._mapping) for row in reader.execute(select(table))]
            if rows:
                writer.execute(insert(table), rows)
            if "id" in table.c and table.c.id.type.python_type is int and rows:
                writer.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}")
                )


def facts_in(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(t.journal)) or 0


def cases_in(store: Store) -> list[Case]:
    with reading(store.engine) as connection:
        return [
            read_state(state) for state in connection.scalars(select(t.snapshot.c.state).order_by(t.snapshot.c.case))
        ]


def test_what_the_first_version_wrote_passes_todays_audit(store: Store) -> None:
    report = audit_report(store, LEFT_AT)
    assert [each.sentence("en") for each in report.breaches] == []
    assert report.tally.facts > 200
    with reading(store.engine) as connection:
        written = {(row.name, row.version) for row in connection.execute(select(t.journal.c.name, t.journal.c.version))}
        people = identities(connection, store.seal, people_of(connection, "child"))
    assert {version for _, version in written} == {1}
    assert {name for name, _ in written} & VERSIONS.keys()
    assert all(identity.name for identity in people.values())


def test_its_cases_know_what_this_version_knows_of_them(store: Store) -> None:
    assert any(case.late for case in cases_in(store))
    with reading(store.engine) as connection:
        assert connection.scalar(select(t.counter.c.last).where(t.counter.c.name == "shape")) == SHAPE
    assert bring_up_to_date(store) == 0


def test_years_of_rounds_and_decisions_follow_and_every_promise_is_kept(store: Store) -> None:
    with reading(store.engine) as connection:
        before = facts_in(connection)
    now = LEFT_AT
    for turn in range(6 * YEARS):
        now = LEFT_AT + timedelta(days=61 * (turn + 1))
        run_round(store, now)
        carry_out(store, [each for case in cases_in(store) for each in _decisions(case, store, turn)], now)
        tell_everybody(store, now)
    report = audit_report(store, now)
    assert [each.sentence("en") for each in report.breaches] == []
    with reading(store.engine) as connection:
        assert facts_in(connection) > 4 * before
        versions = select(t.journal.c.version).distinct().where(t.journal.c.name == "tie-ended")
        assert set(connection.scalars(versions)) >= {2}


def _decisions(case: Case, store: Store, turn: int) -> list[c.Command]:
    """Now and then somebody excuses what stands open longest; once a year a volunteer goes."""
    commands: list[c.Command] = []
    if turn % 2 and len(case.duties) > 1:
        commands.append(c.ExcuseDuty(case=case.id, duty=min(case.duties), by=_somebody(store), reason="other"))
    if turn % 6 == 5 and case.ties:
        commands.append(c.EndTie(case=case.id, role=case.ties[0].role, by=_somebody(store), reason="ill"))
    return commands


def _somebody(store: Store) -> PersonId:
    with reading(store.engine) as connection:
        return people_of(connection, "coordinator")[0]


def test_tables_of_a_newer_version_are_refused_and_left_alone(folder: Path) -> None:
    store = open_install(folder)
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WrittenByNewer):
        migrate(store.engine)
    with reading(store.engine) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_whoever_uses_the_older_software_is_told_in_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_install(folder)
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert run(["audit", "--data", str(folder), "--language", "en"]) == BAD_INPUT
    assert capsys.readouterr().err == say("en", "cli.written-by-newer") + "\n"


def test_cases_that_a_newer_version_knows_more_of_are_refused(folder: Path) -> None:
    store = open_install(folder)
    with writing(store.engine) as connection:
        connection.execute(update(t.counter).where(t.counter.c.name == "shape").values(last=SHAPE + 1))
    with pytest.raises(WrittenByNewer):
        open_install(folder)


def test_a_journal_that_cannot_be_folded_keeps_no_install_from_opening(folder: Path) -> None:
    engine = open_engine(f"sqlite:///{folder / 'shouwang.db'}")
    with writing(engine) as connection:
        case = connection.scalar(select(func.min(t.journal.c.case)))
        connection.execute(
            update(t.journal).where(t.journal.c.case == case, t.journal.c.position == 2).values(body="{")
        )
    engine.dispose()
    report = audit_report(open_install(folder), LEFT_AT)
    assert {each.case for each in report.breaches} == {case}


def test_cases_whose_programme_is_gone_are_brought_up_to_date_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_install(folder)
    monkeypatch.setattr(refolding, "SHAPE", SHAPE + 1)
    assert bring_up_to_date(replace(store, programmes={})) == len(cases_in(store))


def test_whoever_changes_what_a_case_is_made_of_raises_the_shape() -> None:
    """A field more or less makes another state of the same facts: raise ``SHAPE``, then put the new digest here.

    Within one release several changes need one raise only, and the digest anew.
    """
    made_of = [(kind.__name__, kind.__struct_fields__) for kind in (Case, Duty, Tie, Proposal, Transfer)]
    digest = hashlib.sha256(repr(made_of).encode()).hexdigest()[:12]
    assert (SHAPE, digest) == (3, "86840dc9d693")
