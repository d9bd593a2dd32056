"""What figures need of a programme: its time zone, which duties are urgent, what questions ask."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from domain.programme.schema import FieldKind, Programme
from domain.rules.moments import Circumstances, overdue_from
from domain.rules.office import Office
from domain.store.figures_period import Bounds, Period, bounds, year_earlier
from domain.store.moments import stamp
from domain.store.store import Store


class KindOfDuty(NamedTuple):
    """One kind of duty as figures see it."""

    urgent: bool
    questions: Mapping[str, FieldKind]


UNKNOWN_KIND: Final = KindOfDuty(urgent=False, questions={})
"""A kind whose programme this install does not have: counted as a duty, its answers are not understood."""


class Method:
    """One version of a programme. ``bounds``: the period's, then those of the year before."""

    def __init__(self, name: str, around: Circumstances, known: bool, period: Period, now: datetime) -> None:
        zone = around.programme.time_zone
        self.programme = name.partition("@")[0]
        self.bounds: tuple[Bounds, Bounds] = (
            bounds(period, now, zone),
            bounds(period.year_before(), year_earlier(now, zone), zone),
        )
        self._around, self._overdue = around, dict[date, str]()
        self._kinds = _kinds(around.programme) if known else {}

    def overdue_from(self, due_on: date) -> str:
        """The moment from which a duty due on a day is overdue, as the journal writes moments."""
        found = self._overdue.get(due_on)
        if found is None:
            found = self._overdue[due_on] = stamp(overdue_from(due_on, self._around))
        return found

    def kind(self, kind: str) -> KindOfDuty:
        """What the programme says of a kind of duty."""
        return self._kinds.get(kind, UNKNOWN_KIND)


class Methods:
    """Every version of every programme, each looked at once."""

    def __init__(self, store: Store, office: Office, period: Period, now: datetime) -> None:
        self._store, self._office, self._period, self._now = store, office, period, now
        self._known: dict[str, Method] = {}

    def of(self, name: str) -> Method:
        """One version by its name; where this install does not have it, local days are those of another."""
        found = self._known.get(name)
        if found is None:
            programme = self._store.programmes.get(name) or next(iter(self._store.programmes.values()))
            around = Circumstances(programme, self._store.calendar, self._office)
            known = name in self._store.programmes
            found = self._known[name] = Method(name, around, known, self._period, self._now)
        return found


def _kinds(programme: Programme) -> dict[str, KindOfDuty]:
    return {
        kind: KindOfDuty(
            any(rung.urgent for rung in programme.rungs_of[kind]),
            {key: question.type for key, question in duty.asks.items()},
        )
        for kind, duty in programme.duties.items()
    }
