"""What the next month brings to a unit: what falls due by week, activities, papers that run out, stages of life."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import func, literal, literal_column, select, union_all

from domain import facts as f
from domain.ids import CaseId, UnitId
from domain.programme.schema import Programme, Stage
from domain.rules.moments import SERVICE_ENDS
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.figures_period import Period
from domain.store.offices import read_papers
from domain.store.store import unled

MOST_KINDS: Final = 14
MOST_LIVES: Final = 40
_SUNDAY: Final = 6


class Week(NamedTuple):
    """A part of the month, from Monday to Sunday or to the month's end."""

    first: date
    last: date


class Due(NamedTuple):
    """How many duties of a kind fall due in each week; without a title: all kinds that come seldom."""

    title: str
    weeks: tuple[int, ...]

    @property
    def all(self) -> int:
        """In the whole month."""
        return sum(self.weeks)


class Growing(NamedTuple):
    """A case whose subject grows into another stage of life, or whose helper's service ends (``stage`` empty)."""

    case: CaseId
    stage: str
    on: date


class Held(NamedTuple):
    """An activity and its day."""

    case: CaseId
    title: str
    unit: UnitId
    on: date


class Paper(NamedTuple):
    """A kind of paper that runs out for so many helpers."""

    title: str
    helpers: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All of it."""

    month: Period
    weeks: Sequence[Week]
    due: Sequence[Due]
    totals: Due
    growing: Sequence[Growing]
    activities: Sequence[Held]
    papers: Sequence[Paper]


def plan_of(look: Looking, unit: UnitId, month: Period) -> Plan:
    """What a month brings to a unit and all below it."""
    weeks = list(weeks_of(month))
    rows = _diary(look, unit, month)
    counts: dict[str, list[int]] = {}
    totals = [0] * len(weeks)
    for row in rows:
        if not row.case:
            place = next(n for n, week in enumerate(weeks) if date.fromisoformat(row.due_on) <= week.last)
            counts.setdefault(look.store.title(row.kind, look.language), [0] * len(weeks))[place] += row.many
            totals[place] += row.many
    return Plan(
        month=month, weeks=weeks, due=_most_first(counts, len(weeks)), totals=Due("", tuple(totals)),
        growing=[_growing(look, row) for row in rows if row.case],
        activities=_activities(look, unit, month), papers=_papers(look, unit, month),
    )  # fmt: skip


def weeks_of(month: Period) -> Iterator[Week]:
    """The month's weeks, the first and the last cut to the month."""
    first = month.first
    while first <= month.last:
        last = min(first + timedelta(days=_SUNDAY - first.weekday()), month.last)
        yield Week(first, last)
        first = last + timedelta(days=1)


def _diary(look: Looking, unit: UnitId, month: Period) -> Sequence[Any]:
    """Duties counted by kind and day; of what happens to cases by themselves the first cases."""
    diary = t.diary.c
    here = (
        diary.due_on >= month.first.isoformat(), diary.due_on <= month.last.isoformat(),
        look.place_by_place(diary.unit, unit),
    )  # fmt: skip
    duties = (
        select(literal("").label("case"), diary.kind, diary.due_on, func.count().label("many"))
        .where(diary.number > 0, *here)
        .group_by(diary.due_on, diary.kind)
    )
    own = select(diary.case, diary.kind, diary.due_on, literal(1)).where(diary.number == 0, *here)
    own = select(own.order_by(diary.due_on, diary.kind, diary.case).limit(MOST_LIVES).subquery())
    return look.connection.execute(union_all(duties, own).order_by("due_on", "kind", "case")).all()


def _most_first(counts: dict[str, list[int]], weeks: int) -> list[Due]:
    due = sorted((Due(title, tuple(each)) for title, each in counts.items()), key=lambda each: (-each.all, each.title))
    if len(due) <= MOST_KINDS:
        return due
    rest = [sum(each.weeks[week] for each in due[MOST_KINDS - 1 :]) for week in range(weeks)]
    return [*due[: MOST_KINDS - 1], Due("", tuple(rest))]


def _growing(look: Looking, row: Any) -> Growing:
    if row.kind == SERVICE_ENDS:
        return Growing(row.case, "", date.fromisoformat(row.due_on))
    seasons = (each.life[row.kind].title for each in look.store.programmes.values() if row.kind in each.life)
    title = next(seasons, None)
    return Growing(row.case, title.say(look.language) if title else row.kind, date.fromisoformat(row.due_on))


def _activities(look: Looking, unit: UnitId, month: Period) -> list[Held]:
    """Activities of the month: an activity is invited to itself, and the last such fact tells its day."""
    invited = t.journal.c.name == literal_column("'invited'")
    own = literal_column('\'%"activity":"\'').concat(t.journal.c.case).concat(literal_column("'\"%'"))
    rows = look.connection.execute(
        select(t.journal.c.case, t.journal.c.version, t.journal.c.body, t.snapshot.c.unit, t.snapshot.c.programme)
        .join(t.snapshot, t.snapshot.c.case == t.journal.c.case)
        .where(invited, t.journal.c.body.like(own), t.snapshot.c.stage != Stage.CLOSED.value)
        # Few facts are invitations: the database begins with these, not with all cases of the unit.
        .where(*look.within(unled(look.connection, t.snapshot.c.unit), unit))
        .order_by(t.journal.c.case, t.journal.c.position)
    )
    last: dict[str, Held] = {}
    for row in rows:
        fact = f.read_fact("invited", row.version, row.body)
        if isinstance(fact, f.Invited):
            last[row.case] = Held(row.case, _kind(look, row.programme, fact.kind), row.unit, fact.on)
    held = [each for each in last.values() if month.first <= each.on <= month.last]
    return sorted(held, key=lambda each: (each.on, each.case))


def _kind(look: Looking, programme: str, kind: str) -> str:
    method = look.store.programmes.get(programme)
    known = method.eligible.kinds.get(kind) if method else None
    return known.title.say(look.language) if known else kind


def _papers(look: Looking, unit: UnitId, month: Period) -> list[Paper]:
    """Papers of helpers who serve that run out in the month, by kind."""
    rows = look.connection.execute(
        select(t.helper.c.papers).where(
            t.helper.c.serving, t.helper.c.papers.contains(f'"{month.first:%Y-%m}-', autoescape=True),
            *look.within(t.helper.c.unit, unit),
        )
    )  # fmt: skip
    counts: dict[str, int] = {}
    for row in rows:
        for key, until in read_papers(row.papers).items():
            if until is not None and month.first <= until <= month.last:
                counts[key] = counts.get(key, 0) + 1
    return [Paper(_paper(look.store.programmes.values(), key, look.language), many) for key, many in counts.items()]


def _paper(programmes: Iterable[Programme], key: str, language: str) -> str:
    titles = (each.papers[key].title for each in programmes if key in each.papers)
    found = next(titles, None)
    return found.say(language) if found else key
