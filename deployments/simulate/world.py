"""The office as people in it see it: open cases as they stand, helpers nearby, and who will do something when."""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from typing import Final

from deployments.simulate.conduct import Conduct, Intent
from domain.case import Case
from domain.ids import CaseId, PersonId, UnitId
from domain.store.engine import reading
from domain.store.lists_people import HelperLine, helpers
from domain.store.offices import office
from domain.store.rows import read_state
from domain.store.store import Store
from domain.store.units import COUNTY_DIGITS
from domain.store.virtual_clock import all_states
from domain.store.writing import read_states

PREFECTURE_DIGITS: Final = 4

Due = tuple[Case, list[Intent]]
"""What people are going to do about a case on a day."""


class World:
    """Everything is as the database says; nothing here cannot be read from it again."""

    def __init__(self, store: Store, conduct: Conduct) -> None:
        self.store, self.conduct = store, conduct
        self.cases: dict[CaseId, Case] = {}
        self.numbers: list[CaseId] = []
        self.bound: dict[PersonId, dict[CaseId, int]] = defaultdict(dict)
        self.helpers: dict[PersonId, HelperLine] = {}
        self.volunteers: list[PersonId] = []
        self.gone: set[PersonId] = set()
        self._near: dict[str, list[PersonId]] = {}
        self._next: dict[CaseId, int] = {}
        self._agenda: list[tuple[int, CaseId]] = []
        self.look_around()
        self.know_helpers()

    def look_around(self) -> None:
        """See who sits where and who is away."""
        with reading(self.store.engine) as connection:
            self.office = office(connection, self.store)

    def know_helpers(self) -> None:
        """See which helpers there are."""
        with reading(self.store.engine) as connection:
            known = helpers(connection)
        near: dict[str, list[PersonId]] = defaultdict(list)
        for helper in known:
            for digits in (0, PREFECTURE_DIGITS, COUNTY_DIGITS, len(helper.unit)):
                if digits <= len(helper.unit):
                    near[helper.unit[:digits]].append(helper.person)
        self.helpers = {helper.person: helper for helper in known}
        self.volunteers = sorted(self.helpers)
        self.gone = {helper.person for helper in known if not helper.serving}
        self._near = near

    def hear(self, cases: Iterable[Case], since: int) -> None:
        """How cases stand now; nobody does anything about them before ``since``."""
        for case in cases:
            before = self.cases.get(case.id)
            if before is None:
                insort(self.numbers, case.id)
            self._rebind(before, case)
            self.cases[case.id] = case
            self._plan(case, since)

    def look_at(self, cases: Sequence[CaseId], since: int) -> None:
        """See how cases stand that something else than these people's acts has changed."""
        if cases:
            with reading(self.store.engine) as connection:
                states = read_states(connection, cases)
            self.hear(map(read_state, states.values()), since)

    def look_at_all(self, since: int) -> None:
        """See how every case stands."""
        with reading(self.store.engine) as connection:
            states = all_states(connection)
        self.hear(map(read_state, states), since)

    def due(self, day: int) -> Iterator[Due]:
        """What is to be done by a day, case by case in the order of their numbers."""
        ready: set[CaseId] = set()
        while self._agenda and self._agenda[0][0] <= day:
            on, case = heappop(self._agenda)
            if self._next.get(case) == on:
                ready.add(case)
        for number in sorted(ready):
            intents = self.conduct.intents(self.cases[number], self._next[number])
            yield self.cases[number], _one_for_each([intent for intent in intents if intent.on <= day])

    def plan_anew(self, cases: Iterable[CaseId], since: int) -> None:
        """What could not be done comes round again."""
        for number in cases:
            self._plan(self.cases[number], since)

    @property
    def next_day(self) -> int | None:
        """The next day on which somebody will do something."""
        while self._agenda and self._next.get(self._agenda[0][1]) != self._agenda[0][0]:
            heappop(self._agenda)
        return self._agenda[0][0] if self._agenda else None

    def nearby(self, unit: UnitId) -> Iterator[PersonId]:
        """Helpers by nearness: of the township, of the county, of the city, everybody."""
        code = unit.partition("-")[0]
        seen: set[PersonId] = set()
        for digits in (len(code), COUNTY_DIGITS, PREFECTURE_DIGITS, 0):
            for person in self._near.get(code[:digits], ()):
                if person not in seen:
                    seen.add(person)
                    yield person

    def room(self, person: PersonId) -> int:
        """How many more cases a helper may take on."""
        return 0 if person in self.gone else self.helpers[person].capacity - sum(self.bound.get(person, {}).values())

    def somebody_waits(self, day: int) -> bool:
        """Whether a case waits for a helper and nobody has been proposed."""
        return any(self.conduct.waits(case, day) for case in self.cases.values())

    def _plan(self, case: Case, since: int) -> None:
        on = self.conduct.next_day(case, since)
        if on is None:
            self._next.pop(case.id, None)
        elif self._next.get(case.id) != on:
            self._next[case.id] = on
            heappush(self._agenda, (on, case.id))

    def _rebind(self, before: Case | None, case: Case) -> None:
        old = [tie.person for tie in before.ties] if before else []
        new = [tie.person for tie in case.ties]
        if old == new:
            return
        for person in old:
            self.bound[person].pop(case.id, None)
        for person in new:
            self.bound[person][case.id] = self.bound[person].get(case.id, 0) + 1


def _one_for_each(intents: Iterable[Intent]) -> list[Intent]:
    """Of several things people would do about one duty only the first, in the order of the duties."""
    ordered = sorted(intents, key=lambda intent: (intent.duty, intent.on, intent.what.value))
    firsts: dict[tuple[object, ...], Intent] = {}
    for intent in ordered:
        firsts.setdefault((intent.duty,) if intent.duty else (intent.what, intent.role), intent)
    return list(firsts.values())
