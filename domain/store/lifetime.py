"""What years of an office came to: one pass over the journal, and a few sums over messages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, func, select

from domain import facts as f
from domain.case import Case, evolve, opened
from domain.ids import CaseId
from domain.programme.schema import Programme
from domain.store import tables as t
from domain.store.moments import moment, stamp

AT_A_TIME: Final = 20_000
LATE: Final = (0, 7, 30)
"""Answered on time, up to a week late, up to a month late, later."""

ENDS: Final = {
    "duty-met": "met", "duty-excused": "excused", "duty-superseded": "superseded", "duty-lapsed": "lapsed",
}  # fmt: skip


@dataclass
class Year:
    """One year: what began and ended in it, and how the cases stood at its end."""

    begins: date
    facts: int = 0
    opened: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    late: Counter[int] = field(default_factory=Counter)
    climbs: Counter[str] = field(default_factory=Counter)
    ties_begun: int = 0
    ties_ended: int = 0
    successions: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    helper_messages: int = 0
    helper_months: int = 0
    most_in_a_month: int = 0

    @property
    def messages_a_month(self) -> float:
        """Messages to one helper in a month in which there was any."""
        return self.helper_messages / self.helper_months if self.helper_months else 0.0


@dataclass
class KindOfDuty:
    """What became of one kind of duty over all years."""

    ends: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    late: int = 0
    days_late: int = 0


@dataclass
class Lifetime:
    """All years together."""

    years: list[Year]
    kinds: dict[str, KindOfDuty] = field(default_factory=dict)
    cases: int = 0

    @property
    def facts(self) -> int:
        """How many facts the journal holds."""
        return sum(year.facts for year in self.years)


class _Opened(msgspec.Struct, gc=False):
    duty: int
    kind: str
    due_on: date


class _Ended(msgspec.Struct, gc=False):
    duty: int
    on: date | None = None


class _Reached(msgspec.Struct, gc=False):
    duty: int
    rung: int
    climbed_to: str | None = None


_opened: Final = msgspec.json.Decoder(_Opened)
_ended: Final = msgspec.json.Decoder(_Ended)
_reached: Final = msgspec.json.Decoder(_Reached)

_OF_STAGES: Final = frozenset(
    f.stored_name(fact)
    for fact in (
        f.CaseOpened, f.CaseAdmitted, f.CaseRefused, f.TieBegun, f.TieEnded, f.MovedToFollowUp, f.CaseClosed,
        f.CaseReopened,
    )
)  # fmt: skip


def lifetime(
    connection: Connection, programmes: Mapping[str, Programme], begins: Sequence[date], zone: ZoneInfo
) -> Lifetime:
    """The figures of the years that begin on these days; the last of them ends what is looked at."""
    book = _Book(programmes, begins, zone)
    columns = (t.journal.c.case, t.journal.c.name, t.journal.c.version, t.journal.c.at, t.journal.c.programme,
               t.journal.c.body)  # fmt: skip
    statement = select(*columns).order_by(t.journal.c.case, t.journal.c.position)
    for rows in connection.execute(statement, execution_options={"yield_per": AT_A_TIME}).partitions():
        for row in rows:
            book.take(*row)
    book.close()
    _count_messages(connection, book)
    return book.found


class _Book:
    """The journal as it comes by, case by case."""

    def __init__(self, programmes: Mapping[str, Programme], begins: Sequence[date], zone: ZoneInfo) -> None:
        self.programmes, self.zone = programmes, zone
        self.found = Lifetime([Year(begin) for begin in begins[:-1]])
        self.edges = [stamp(datetime(*begin.timetuple()[:3], tzinfo=zone)) for begin in begins]
        self.number = ""
        self.case: Case | None = None
        self.duties: dict[int, tuple[str, date]] = {}
        self.bound: set[str] = set()
        self.year = 0

    def take(self, number: str, name: str, version: int, at: str, programme: str, body: str) -> None:
        """One more fact."""
        if number != self.number:
            self.close()
            self._begin(number)
        while self.year < len(self.edges) - 2 and at >= self.edges[self.year + 1]:
            self._end_year()
        year = self.found.years[self.year]
        year.facts += 1
        if name == "duty-opened":
            self._open(_opened.decode(body), year)
        elif name in ENDS:
            self._end(_ended.decode(body), ENDS[name], year)
        elif name == "rung-reached":
            self._climb(_reached.decode(body), programme, year)
        elif name in _OF_STAGES:
            self._move(f.read_fact(name, version, body), at, year)

    def close(self) -> None:
        """After a case's last fact: it stands at the end of each later year as it stands now."""
        if self.case is not None:
            while self.year < len(self.found.years):
                self._end_year()

    def _begin(self, number: str) -> None:
        self.number, self.case, self.year = number, None, 0
        self.duties, self.bound = {}, set()
        self.found.cases += 1

    def _end_year(self) -> None:
        if self.case is not None:
            self.found.years[self.year].stages[self.case.base.value] += 1
        self.year += 1

    def _open(self, fact: _Opened, year: Year) -> None:
        year.opened += 1
        self.duties[fact.duty] = (fact.kind, fact.due_on)

    def _end(self, fact: _Ended, how: str, year: Year) -> None:
        kind, due_on = self.duties.pop(fact.duty, ("", date.min))
        year.ends[how] += 1
        of_kind = self.found.kinds.setdefault(kind, KindOfDuty())
        of_kind.ends[how] += 1
        if fact.on is not None:
            days = max(0, (fact.on - due_on).days)
            year.late[next((most for most in LATE if days <= most), -1)] += 1
            of_kind.answered += 1
            of_kind.late += days > 0
            of_kind.days_late += days

    def _climb(self, fact: _Reached, programme: str, year: Year) -> None:
        if fact.climbed_to is None:
            return
        kind = self.duties.get(fact.duty, ("", date.min))[0]
        rungs = self.programmes[programme].rungs_of.get(kind, ()) if programme in self.programmes else ()
        if rungs and rungs[min(fact.rung, len(rungs) - 1)].climb is not None:
            year.climbs[fact.climbed_to] += 1

    def _move(self, fact: f.Fact, at: str, year: Year) -> None:
        """The stage follows from the few facts that move a case: duties are left out of this fold."""
        match fact:
            case f.CaseOpened():
                self.case = opened(CaseId(self.number), fact, moment(at))
                return
            case f.TieBegun():
                year.ties_begun += 1
                year.successions += fact.role in self.bound
                self.bound.add(fact.role)
            case f.TieEnded():
                year.ties_ended += 1
            case _:
                pass
        if self.case is not None:
            self.case = evolve(self.case, fact, moment(at))


def _count_messages(connection: Connection, book: _Book) -> None:
    """Messages sent, by year; of helpers also by month."""
    month = func.substr(t.nudge.c.dated, 1, 7)
    of_one = (
        select(month.label("month"), t.person.c.kind.label("kind"), func.count().label("sent"))
        .join(t.person, t.person.c.id == t.nudge.c.person)
        .where(t.nudge.c.state == "sent")
        .group_by(t.nudge.c.person, t.person.c.kind, month)
        .subquery()
    )
    columns = (of_one.c.month, of_one.c.kind, func.sum(of_one.c.sent), func.count(), func.max(of_one.c.sent))
    for in_month, kind, sent, people, most in connection.execute(select(*columns).group_by(*columns[:2])):
        year = book.found.years[_year_of(in_month, book.found.years)]
        year.messages += int(sent)
        if kind == "volunteer":
            year.helper_messages += int(sent)
            year.helper_months += people
            year.most_in_a_month = max(year.most_in_a_month, most)


def _year_of(month: str, years: Sequence[Year]) -> int:
    later = (place for place, year in enumerate(years) if year.begins.isoformat()[:7] > month)
    return max(0, next(later, len(years)) - 1)
