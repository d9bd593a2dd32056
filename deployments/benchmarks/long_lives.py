"""Cases with years of past by the thousand: a few lived through by the engine itself, the rest their copies."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from sqlalchemy import Engine, Table, TextClause, func, insert, select, text, update

from domain.calendar import Calendar, local_day
from domain.case import Case, Duty
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Programme
from domain.rules import commands as c
from domain.rules.made_up import Form, Mood
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.moments import stamp
from domain.store.outbox import NewNudge, add_nudges, drop_ended, hand_notices, next_nudge, waiting
from domain.store.people import Identity, Kind, NewPerson, add_people
from domain.store.rounds import run_round
from domain.store.rows import read_state
from domain.store.sealing import Seal
from domain.store.store import Store
from domain.store.units import ensure_units, seat
from domain.store.writing import carry_out

CITY, COUNTY, TOWNSHIP = UnitId("3713"), UnitId("371302"), UnitId("371302001")
BEGIN: Final = datetime(2026, 3, 2, 1, tzinfo=UTC)
SEALED_WITH: Final = bytes(32)
EVERY: Final = timedelta(days=7)
COPIES_AT_A_TIME: Final = 250

VOLUNTEERS: Final = tuple(PersonId(f"p{number:09d}") for number in (11, 12, 13, 14))
DESKS: Final = {TOWNSHIP: PersonId("p000000021"), COUNTY: PersonId("p000000022"), CITY: PersonId("p000000023")}


class Habit(NamedTuple):
    """How often, in a hundred duties, somebody answers late, never, with trouble; years with one volunteer."""

    late: int
    never: int
    troubled: int
    years_together: int


HABITS: Final = (Habit(5, 1, 1, 20), Habit(25, 4, 2, 9), Habit(20, 20, 3, 5), Habit(30, 10, 8, 3))


class Town(NamedTuple):
    """A store full of long lives, and the moment up to which they were lived."""

    store: Store
    now: datetime


def build(engine: Engine, programme: Programme, *, cases: int, years: int) -> Town:
    """``cases`` cases with ``years`` years of past. The first few are the engine's own, the others differ in number."""
    with writing(engine) as connection:
        t.metadata.create_all(connection)
    store = Store(engine, {programme.name: programme}, Calendar(), Seal(SEALED_WITH))
    _staff(store, programme)
    living = _Living(store, programme)
    now = living.live(years)
    _multiply(engine, -(-cases // len(HABITS)) - 1)
    _settle_loads(engine)
    return Town(store, now)


def _staff(store: Store, programme: Programme) -> None:
    papers = "{" + ", ".join(f'"{paper}": null' for paper in programme.papers) + "}"
    kinds: list[tuple[PersonId, Kind]] = [(PersonId(f"p{number:09d}"), "child") for number in range(1, 5)]
    kinds += [(person, "volunteer") for person in VOLUNTEERS]
    kinds += [(person, "coordinator") for person in DESKS.values()]
    with writing(store.engine) as connection:
        ensure_units(connection, [(TOWNSHIP, "")])
        people = [NewPerson(person, kind, TOWNSHIP, Identity(name=person), ()) for person, kind in kinds]
        add_people(connection, store.seal, people)
        for unit, person in DESKS.items():
            seat(connection, unit, person)
        helper = {
            "kind": "elder", "unit": TOWNSHIP, "sex": "female", "capacity": 32_000, "load": 0, "serving": True,
            "skills": "[]", "papers": papers,
        }  # fmt: skip
        connection.execute(insert(t.helper), [{"person": person, **helper} for person in VOLUNTEERS])


class _Living:
    """The few cases that are lived through, week by week."""

    def __init__(self, store: Store, programme: Programme) -> None:
        self.store, self.programme = store, programme
        self.draws = Random(20)
        self.habits = {CaseId(f"{COUNTY}-{place + 1:05d}"): habit for place, habit in enumerate(HABITS)}

    def live(self, years: int) -> datetime:
        """Open, pair, and let the weeks go by; the last moment."""
        for place, case in enumerate(self.habits):
            self._open(case, PersonId(f"p{place + 1:09d}"))
        now, last = BEGIN, BEGIN + timedelta(days=round(365.25 * years))
        while now + EVERY <= last:
            now += EVERY
            run_round(self.store, now)
            for each in self._cases():
                self._act(each, now)
            tell_everybody(self.store, now)
        return now

    def _open(self, case: CaseId, child: PersonId) -> None:
        kind = next(iter(self.programme.eligible.kinds))
        self._do([
            c.OpenCase(case=case, programme=self.programme.name, subject=child, unit=TOWNSHIP, county=COUNTY, kind=kind,
                       sex="female", born=date(2020, 5, 5), admit=True, by=DESKS[COUNTY]),
            *self._pairing(case, VOLUNTEERS[0]),
        ], BEGIN)  # fmt: skip

    def _pairing(self, case: CaseId, volunteer: PersonId) -> list[c.Command]:
        return [
            c.ProposeHelper(case=case, person=volunteer, score=1, why=()),
            c.DecideProposal(case=case, by=DESKS[COUNTY], accept=True),
            c.AnswerProposal(case=case, by=volunteer, accept=True),
        ]

    def _do(self, commands: Sequence[c.Command], now: datetime) -> None:
        carry_out(self.store, commands, now)

    def _cases(self) -> list[Case]:
        with reading(self.store.engine) as connection:
            states = connection.scalars(select(t.snapshot.c.state).order_by(t.snapshot.c.case))
            return [read_state(state) for state in states]

    def _act(self, case: Case, now: datetime) -> None:
        """Answer what somebody gets round to this week; another volunteer takes over when it is time."""
        habit, today = self.habits[case.id], local_day(now, self.programme.time_zone)
        answers = [self._answer(case, duty, habit, today) for duty in case.duties.values()]
        self._do([each for each in answers if each is not None], now)
        tie = case.ties[-1] if case.ties else None
        if tie is None:
            self._do(self._pairing(case.id, VOLUNTEERS[0]), now)
        elif now - tie.since > timedelta(days=365 * habit.years_together):
            other = VOLUNTEERS[(VOLUNTEERS.index(tie.person) + 1) % len(VOLUNTEERS)]
            self._do(
                [c.Reassign(case=case.id, role=tie.role, to=other, by=DESKS[COUNTY], reason="moved-away")], now
            )  # fmt: skip

    def _answer(self, case: Case, duty: Duty, habit: Habit, today: date) -> c.Command | None:
        kind = self.programme.duties[duty.kind]
        drawn = Random(f"{case.id}/{duty.number}").randrange(100)
        patience = timedelta(days=400 if drawn < habit.never else 20 if drawn < habit.never + habit.late else -2)
        if (kind.met_by and not kind.asks) or today < max(duty.opens_on, duty.due_on + patience):
            return None
        mood = Mood.TROUBLED if self.draws.randrange(100) < habit.troubled else Mood.WELL
        given = Form(self.programme, kind, case.risk).fill_in(mood, today, self.draws, ("…",))
        by = duty.owed_by or DESKS[TOWNSHIP]
        return c.AnswerDuty(case=case.id, duty=duty.number, by=by, answers=given.answers, notes=given.notes)


def tell_everybody(store: Store, now: datetime) -> None:
    """Whatever waits is told at once, one message a person, and every message is taken."""
    with writing(store.engine) as connection:
        drop_ended(connection)
        wishes = sorted({(each.person, each.urgent) for each in waiting(connection)})
        first = next_nudge(connection, len(wishes))
        add_nudges(connection, first, [NewNudge(person, "spool", urgent, now) for person, urgent in wishes], now)
        hand_notices(connection, first, ())
        taken = {"state": "sent", "settled_at": stamp(now), "outcome": "accepted", "tries": 1}
        connection.execute(update(t.nudge).where(t.nudge.c.state == "queued").values(**taken))
        connection.execute(update(t.signal).where(t.signal.c.settled_at.is_(None)).values(settled_at=stamp(now)))


def _multiply(engine: Engine, copies: int) -> None:
    """Copies of everything about the cases, made inside the database; each copy has messages of its own."""
    with writing(engine) as connection:
        stride = connection.scalar(select(func.max(t.nudge.c.id))) or 0
    for first in range(1, copies + 1, COPIES_AT_A_TIME):
        last = min(copies, first + COPIES_AT_A_TIME - 1)
        with writing(engine) as connection:
            for table in (t.journal, t.snapshot, t.diary, t.tie, t.notice, t.nudge):
                connection.execute(_copying(table, stride), {"first": first, "last": last})


NUMBERS: Final = (
    "WITH RECURSIVE numbers(i) AS (SELECT CAST(:first AS INTEGER) UNION ALL SELECT i + 1 FROM numbers WHERE i < :last)"
)
NAME: Final = """substr("case", 1, 7) || (100000 + i * 10 + CAST(substr("case", 12, 1) AS INTEGER))"""
LIVED: Final = f""""case" < '{COUNTY}-1'"""
"""The cases that were lived through, the first few numbers; copies have higher ones, from 100000 on."""


def _copying(table: Table, stride: int) -> TextClause:
    """One statement: a table's rows of the cases lived through, once for each copy from ``first`` to ``last``."""
    changed = {"case": NAME, "nudge": f"nudge + i * {stride}"}
    if table is t.nudge:
        changed["id"] = f"id + i * {stride}"
    if table is t.snapshot:
        changed["state"] = f"""replace(state, '"' || "case" || '"', '"' || {NAME} || '"')"""
    names = [column.name for column in table.c if table is t.nudge or column.name != "id"]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f'"{name}"') for name in names)
    which = f"id <= {stride}" if table is t.nudge else LIVED
    return text(
        f"INSERT INTO {table.name} ({columns}) {NUMBERS} SELECT {values} FROM numbers, {table.name} WHERE {which}"
    )


def _settle_loads(engine: Engine) -> None:
    """As many as the helpers are bound to by now."""
    ties = select(func.count()).where(t.tie.c.person == t.helper.c.person, t.tie.c.until.is_(None)).scalar_subquery()
    with writing(engine) as connection:
        connection.execute(update(t.helper).values(load=ties))
