"""Cases by the hundred thousand for the benchmarks: two made by the engine itself, the rest their copies."""

from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine, Table, TextClause, insert, select, text

from domain.calendar import Calendar
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Programme
from domain.rules.commands import AnswerProposal, Command, DecideProposal, OpenCase, ProposeHelper
from domain.store import tables as t
from domain.store.engine import writing
from domain.store.people import Identity, NewPerson, add_people
from domain.store.sealing import Seal
from domain.store.store import Store
from domain.store.units import ensure_units, seat
from domain.store.writing import carry_out

COUNTY: Final = UnitId("371302")
TOWNSHIP: Final = UnitId("371302001")
BEGIN: Final = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Town(NamedTuple):
    """A store ready for the benchmark, and the moment at which the chosen cases have come due."""

    store: Store
    due_at: datetime


def build(engine: Engine, programme: Programme, *, cases: int, due: int) -> Town:
    """``cases`` cases in check-in of which ``due`` each have one duty come due; the others have theirs months later.

    Both kinds are opened, paired and brought on their way by the engine; their copies differ in number only.
    """
    with writing(engine) as connection:
        t.metadata.create_all(connection)
    store = Store(engine, {programme.name: programme}, Calendar(), Seal(bytes(32)))
    _staff(store)
    early, late = CaseId("371302-90001"), CaseId("371302-90002")
    _pair(store, programme, early, PersonId("p000000011"), BEGIN)
    _pair(store, programme, late, PersonId("p000000012"), BEGIN + timedelta(days=90))
    with writing(engine) as connection:
        _copy(connection, early, due - 1, "a")
        _copy(connection, late, cases - due - 1, "b")
    return Town(store, _first_moment(engine, early))


def _staff(store: Store) -> None:
    with writing(store.engine) as connection:
        ensure_units(connection, [(TOWNSHIP, "")])
        people = [(PersonId(f"p{number:09d}"), "child") for number in (1, 2)]
        people += [(PersonId(f"p{number:09d}"), "volunteer") for number in (11, 12)]
        people += [(PersonId("p000000021"), "coordinator")]
        add_people(connection, store.seal, [
            NewPerson(person, kind, TOWNSHIP, Identity(name=person), ())  # type: ignore[arg-type]
            for person, kind in people
        ])  # fmt: skip
        seat(connection, TOWNSHIP, PersonId("p000000021"))
        connection.execute(insert(t.helper), [_helper(person) for person, kind in people if kind == "volunteer"])


def _helper(person: PersonId) -> dict[str, object]:
    return {
        "person": person, "kind": "elder", "unit": TOWNSHIP, "sex": "female", "capacity": 1, "load": 0,
        "serving": True, "skills": "[]", "papers": '{"pledge": null, "confidentiality": null, "safety": null}',
    }  # fmt: skip


def _pair(store: Store, programme: Programme, case: CaseId, helper: PersonId, at: datetime) -> None:
    child, desk = PersonId(f"p00000000{case[-1]}"), PersonId("p000000021")
    commands: list[Command] = [
        OpenCase(case=case, programme=programme.name, subject=child, unit=TOWNSHIP, county=COUNTY, kind="orphan",
                 sex="female", born=date(2015, 5, 5), admit=True, by=desk),
        ProposeHelper(case=case, person=helper, score=1, why=()),
        DecideProposal(case=case, by=desk, accept=True),
        AnswerProposal(case=case, by=helper, accept=True),
    ]  # fmt: skip
    for outcome in carry_out(store, commands, at):
        if isinstance(outcome, Exception):
            raise outcome


def _first_moment(engine: Engine, case: CaseId) -> datetime:
    with engine.connect() as connection:
        moments = connection.scalars(select(t.diary.c.next_moment).where(t.diary.c.case == case)).all()
    return datetime.fromisoformat(min(moments))


def _copy(connection: Connection, case: CaseId, copies: int, mark: str) -> None:
    """Copies of a case's snapshot and diary, made inside the database.

    Their journals are left out: a round appends to the journal and never reads it, and half a million of them would
    only fill the disk.
    """
    if copies > 0:
        for table in (t.snapshot, t.diary):
            connection.execute(_copying(table, mark), {"copies": copies, "case": case})


def _copying(table: Table, mark: str) -> TextClause:
    name = f"'371302-{mark}' || (1000000 + i)"
    special = {"case": name, "state": f"replace(state, '\"' || :case || '\"', '\"' || {name} || '\"')"}
    columns = ", ".join(f'"{column.name}"' for column in table.c)
    values = ", ".join(special.get(column.name, f'"{column.name}"') for column in table.c)
    numbers = "WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < :copies)"
    where = f'FROM {table.name}, numbers WHERE "case" = :case'
    return text(f"INSERT INTO {table.name} ({columns}) {numbers} SELECT {values} {where}")
