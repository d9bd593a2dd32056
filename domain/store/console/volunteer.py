"""One helper: papers, cases, what lies ahead, how punctually she answers, what she was told, when she is away."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, select

from domain.calendar import local_day
from domain.case import Case
from domain.facts import DutyMet, DutyOpened
from domain.ids import CaseId, NudgeId, PersonId
from domain.programme.schema import Helper, Level
from domain.rules.access import Right
from domain.rules.office import Absence
from domain.store import tables as t
from domain.store.console.looking import Looking, NotFound
from domain.store.console.who import Who, place_of, spoken_titles, who_is
from domain.store.journal import recorded
from domain.store.lists_overdue import A_DUTY
from domain.store.moments import moment, stamp
from domain.store.people import Identity, identities
from domain.store.rows import read_state
from domain.store.signing_papers import papers_at
from domain.store.store import among

WEEKS: Final = 8
MONTHS: Final = 12
MESSAGES: Final = 30
NEIGHBOURS: Final = 60


class PaperLine(NamedTuple):
    """A paper and until when it is valid; ``known`` is false where it was never signed."""

    key: str
    title: str
    known: bool
    until: date | None
    lasts: bool


@dataclass(frozen=True, kw_only=True)
class BoundCase:
    """A case the helper is tied to, as far as the viewer may see it."""

    case: CaseId
    role: str
    place: str
    risk: str
    pressing: bool
    since: date
    open: int
    overdue: int


class Week(NamedTuple):
    """What falls due in the week from a Monday on; ``late``: due before today, counted in this week."""

    monday: date
    due: int
    late: int


class Month(NamedTuple):
    """Answers of a month: on or before the due day, and after it."""

    first: date
    on_time: int
    late: int


@dataclass(frozen=True, kw_only=True)
class Told:
    """One message to the helper. What it said is not kept; ``about`` are the duties it was about."""

    nudge: NudgeId
    at: datetime
    channel: str
    state: str
    receipt: str | None
    urgent: bool
    about: Sequence[tuple[CaseId, str]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """All there is to see of a helper."""

    who: Who
    papers: Sequence[PaperLine]
    cases: Sequence[BoundCase]
    elsewhere: int
    weeks: Sequence[Week]
    months: Sequence[Month]
    told: Sequence[Told]
    stopped: Sequence[tuple[str, date]]
    absences: Sequence[tuple[Absence, str]]
    neighbours: Sequence[Who]


def volunteer(look: Looking, person: PersonId) -> Page:
    """The helper's page; NotFound where there is none the viewer may see."""
    row = look.connection.execute(select(t.helper).where(t.helper.c.person == person)).one_or_none()
    if row is None or not look.sees(row.unit):
        raise NotFound(person)
    absences = _absences(look, person)
    near = _neighbours(look, row)
    ids = [person, *(each.stand_in for each in absences), *(each.person for each in near)]
    known = identities(look.connection, look.store.seal, ids)
    spoken = spoken_titles(look)
    who = who_is(look, row, known.get(person), spoken)
    ties = _ties(look, person)
    cases = look.also(Right.SEE_CASES) if look.viewer.may(Right.SEE_CASES) else None
    seen = [each for each in ties if cases is not None and cases.sees(each.case.unit)]
    due = _due(look, person)
    return Page(
        who=who, papers=_papers(look, who), cases=_bound(look, seen, due), elsewhere=len(ties) - len(seen),
        weeks=_weeks(look, due), months=_months(look, person), told=_told(look, person, cases),
        stopped=_stopped(look, person), absences=[(each, _name(known, each.stand_in)) for each in absences],
        neighbours=[who_is(look, each, known.get(each.person), spoken) for each in near],
    )  # fmt: skip


def _name(known: Mapping[PersonId, Identity], person: PersonId) -> str:
    return known[person].name if person in known else person


def _papers(look: Looking, who: Who) -> list[PaperLine]:
    signed, spoken = dict(who.papers), spoken_titles(look)
    wanted = papers_at(look.store, who.unit or "")
    keys = [*wanted, *(key for key in signed if key not in wanted)]
    return [
        PaperLine(key, spoken.get(key, key), key in signed, signed.get(key), key in wanted and bool(wanted[key].lasts))
        for key in keys
    ]


def _absences(look: Looking, person: PersonId) -> list[Absence]:
    """Those that are not over, the next first."""
    ahead = [each for each in look.office.absences.get(person, ()) if each.until >= look.today]
    return sorted(ahead)


def _neighbours(look: Looking, row: Row[Any]) -> list[Row[Any]]:
    """Others of the township who serve, of whom one may stand in."""
    unit, person = row.unit, row.person
    top = next((each.id for each in look.office.upward(unit) if each.level is Level.TOWNSHIP), unit)
    below = list(look.office.below(top)) or [unit]
    return list(
        look.connection.execute(
            select(t.helper)
            .where(among(look.connection, t.helper.c.unit, below), t.helper.c.serving, t.helper.c.person != person)
            .order_by(t.helper.c.load, t.helper.c.person)
            .limit(NEIGHBOURS)
        )
    )


class _Tied(NamedTuple):
    case: Case
    role: str
    since: datetime


def _ties(look: Looking, person: PersonId) -> list[_Tied]:
    rows = look.connection.execute(
        select(t.tie.c.role, t.tie.c.since, t.snapshot.c.state)
        .join(t.snapshot, t.snapshot.c.case == t.tie.c.case)
        .where(t.tie.c.person == person, t.tie.c.until.is_(None))
        .order_by(t.tie.c.since, t.tie.c.case)
    )
    return [_Tied(read_state(row.state), row.role, moment(row.since)) for row in rows]


class _Due(NamedTuple):
    case: CaseId
    due_on: date


def _due(look: Looking, person: PersonId) -> list[_Due]:
    """What the helper owes."""
    rows = look.connection.execute(select(t.diary.c.case, t.diary.c.due_on).where(t.diary.c.owed_by == person, A_DUTY))
    return [_Due(row.case, date.fromisoformat(row.due_on)) for row in rows]


def _bound(look: Looking, ties: Sequence[_Tied], due: Sequence[_Due]) -> list[BoundCase]:
    open_, late = Counter(each.case for each in due), Counter(each.case for each in due if each.due_on < look.today)
    return [_line(look, tie, open_[tie.case.id], late[tie.case.id]) for tie in ties]


def _line(look: Looking, tie: _Tied, open_: int, overdue: int) -> BoundCase:
    case, programme = tie.case, look.programme(tie.case)
    role, risks = programme.roles.get(tie.role), list(programme.risks)
    return BoundCase(
        case=case.id, role=role.title.say(look.language) if isinstance(role, Helper) else tie.role,
        place=place_of(look, case.unit), risk=programme.risks[case.risk].say(look.language),
        pressing=len(risks) > 1 and case.risk == risks[-1], since=local_day(tie.since, programme.time_zone),
        open=open_, overdue=overdue,
    )  # fmt: skip


def _weeks(look: Looking, due: Sequence[_Due]) -> list[Week]:
    """This week and those that follow; what is late is owed this week."""
    this = _monday(look.today)
    late = sum(each.due_on < look.today for each in due)
    falls = Counter(_monday(each.due_on) for each in due if each.due_on >= look.today)
    mondays = [this + timedelta(weeks=number) for number in range(WEEKS)]
    return [Week(monday, falls[monday], late if monday == this else 0) for monday in mondays]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _months(look: Looking, person: PersonId) -> list[Month]:
    """Answers of the last twelve months, by the month in which each was given."""
    firsts = list(_firsts(look.today))
    since = stamp(look.now - timedelta(days=31 * MONTHS + 366))
    cases = select(t.tie.c.case).where(t.tie.c.person == person)
    rows = look.connection.execute(
        select(t.journal)
        .where(t.journal.c.case.in_(cases), t.journal.c.name.in_(("duty-opened", "duty-met")), t.journal.c.at >= since)
        .order_by(t.journal.c.case, t.journal.c.position)
    )
    due: dict[tuple[str, int], date] = {}
    counted: Counter[tuple[date, bool]] = Counter()
    for row in rows:
        fact, at = (entry := recorded(row)).fact, entry.at
        if isinstance(fact, DutyOpened) and fact.owed_by == person:
            due[row.case, fact.duty] = fact.due_on
        elif isinstance(fact, DutyMet) and fact.by == person and (row.case, fact.duty) in due:
            answered = local_day(at, look.store.programmes[row.programme].time_zone)
            counted[answered.replace(day=1), answered <= due[row.case, fact.duty]] += 1
    return [Month(first, counted[first, True], counted[first, False]) for first in firsts]


def _firsts(today: date) -> Iterable[date]:
    """The first days of the last twelve months, the earliest first."""
    months = today.year * 12 + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(months - MONTHS + 1, months + 1)]


def _told(look: Looking, person: PersonId, cases: Looking | None) -> list[Told]:
    """The newest messages; of what each was about the case is named where the viewer may see it."""
    newest = select(t.nudge).where(t.nudge.c.person == person).order_by(t.nudge.c.id.desc()).limit(MESSAGES).subquery()
    rows = look.connection.execute(
        select(newest, t.notice.c.case, t.notice.c.kind, t.notice.c.programme, t.snapshot.c.unit)
        .join(t.notice, t.notice.c.nudge == newest.c.id, isouter=True)
        .join(t.snapshot, t.snapshot.c.case == t.notice.c.case, isouter=True)
        .order_by(newest.c.id.desc(), t.notice.c.id)
    )
    found: dict[int, Told] = {}
    about: dict[int, list[tuple[CaseId, str]]] = {}
    for row in rows:
        known = about.setdefault(row.id, [])
        if row.case is not None:
            mine = cases is not None and cases.sees(row.unit)
            known.append((row.case if mine else CaseId(""), look.store.title(row.kind, look.language, row.programme)))
        found[row.id] = Told(
            nudge=row.id, at=moment(row.settled_at or row.planned_at), channel=row.channel, state=row.state,
            receipt=row.receipt, urgent=bool(row.urgent), about=known,
        )  # fmt: skip
    return list(found.values())


def _stopped(look: Looking, person: PersonId) -> list[tuple[str, date]]:
    rows = look.connection.execute(select(t.stopped).where(t.stopped.c.person == person).order_by(t.stopped.c.reach))
    return [(row.reach, moment(row.since).date()) for row in rows]
