"""Choosing for one child: everybody around in order of how well they fit, and why the others do not."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, case, select

from domain.case import Case
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import CLIMB, Level, Pairing, Programme
from domain.rules import pairing_points as points
from domain.rules.access import Right
from domain.rules.commands import ProposeHelper
from domain.rules.pairing_forms import ChildToPair, PairingRules, Proposed, Reason, VolunteerToPair
from domain.rules.pairing_programme import rules_of
from domain.rules.pairing_reasons import Pair
from domain.rules.pairing_words import packed
from domain.rules.refusals import Reason as Refused
from domain.rules.refusals import Refusal
from domain.rules.tying import may_be_paired
from domain.store import tables as t
from domain.store.console.looking import Looking, NotFound
from domain.store.console.pairing import Child, child_of, decides, reasons, siblings_of
from domain.store.console.waiting import open_proposals
from domain.store.console.who import Who, shown, spoken_titles
from domain.store.pairs import child_to_pair, may_fill, volunteer_to_pair
from domain.store.people import identities
from domain.store.rows import read_state
from domain.store.store import among
from domain.words import say

MOST: Final = 1_000
"""So many helpers are weighed for one child, the nearest and those with room first."""
A_PAGE: Final = 50


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One helper for one child: the points and why, or why not."""

    who: Who
    score: int
    why: Sequence[str]
    nearness: str
    """The deepest level of the tree that both share; empty where they share none."""
    against: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Whom there is to choose among. ``areas``: how far one may look (level, unit), narrowest first."""

    child: Child
    area: UnitId
    areas: Sequence[tuple[Level, UnitId]]
    fitting: int
    candidates: Sequence[Candidate]
    pages: int
    weighed: int
    siblings: Sequence[CaseId]
    tied: Who | None
    proposed: Who | None
    may_be_proposed: bool
    mine: bool
    """Somebody is proposed already, and the viewer sits at the desk that may choose another instead."""
    capped: bool


def choice(look: Looking, number: CaseId, area: UnitId | None, page: int) -> Choice:
    """The helpers around a child, those who fit best first; NotFound where the programme pairs nobody."""
    weighing = Weighing.of(look, look.case(number))
    areas = weighing.areas()
    chosen = area if area in {unit for _, unit in areas} else _default(areas)
    weighed = weighing.weigh(chosen)
    here = weighed[(page - 1) * A_PAGE : page * A_PAGE]
    return weighing.shown(chosen, areas, weighed, here)


def _default(areas: Sequence[tuple[Level, UnitId]]) -> UnitId:
    """The county where one may look so far: a township often has nobody left."""
    return next((unit for level, unit in areas if level is Level.COUNTY), areas[-1][1])


def proposal_by_hand(look: Looking, number: CaseId, person: PersonId, by: PersonId) -> ProposeHelper:
    """The command that proposes a helper chosen by hand, with the points and reasons the engine would give."""
    weighing = Weighing.of(look, look.case(number))
    look.also(Right.SEE_PEOPLE).person_unit(person)
    row = look.connection.execute(select(t.helper).where(t.helper.c.person == person)).one_or_none()
    if row is None:
        raise Refusal(Refused.NO_SUCH_HELPER, person)
    found = weighing.proposed(weighing.volunteers([row])[0])
    return ProposeHelper(case=number, person=person, score=found.score, why=tuple(map(packed, found.why)), by=by)


@dataclass(frozen=True, kw_only=True)
class _Weighed:
    """A helper weighed: the proposal it would be, and what stands against it."""

    row: Row[Any]
    found: Proposed
    depth: int
    against: Reason | None


@dataclass(frozen=True)
class Weighing:
    """One child among helpers."""

    look: Looking
    case: Case
    programme: Programme
    pairing: Pairing
    rules: PairingRules
    child: ChildToPair

    @classmethod
    def of(cls, look: Looking, case: Case) -> "Weighing":
        """The rules around a case; NotFound where its programme pairs nobody."""
        programme = look.programme(case)
        pairing = programme.pairing
        if pairing is None or case.born is None or case.sex is None:
            raise NotFound(case.id)
        rules = rules_of(programme, pairing, look.today, look.store.calendar)
        return cls(look, case, programme, pairing, rules, child_to_pair(case, pairing, look.office))

    def areas(self) -> list[tuple[Level, UnitId]]:
        """The units around the child that the rules allow and the viewer looks into, narrowest first."""
        people = self.look.also(Right.SEE_PEOPLE)
        found = [
            (above.level, above.id)
            for above in self.look.office.upward(self.case.unit)
            if CLIMB.index(above.level) <= CLIMB.index(self.pairing.within) and people.sees(above.id)
        ]
        if not found:
            raise NotFound(self.case.id)
        return [each for each in found if each[0] is not Level.VILLAGE] or found

    def weigh(self, area: UnitId) -> list[_Weighed]:
        """Everybody of an area, those who fit first, each group the best first."""
        rows = self._rows(area)
        pairs = zip(rows, self.volunteers(rows), strict=True)
        weighed = [self._weighed(row, volunteer) for row, volunteer in pairs]
        return sorted(weighed, key=lambda each: (each.against is not None, -each.found.score, each.row.person))

    def _rows(self, area: UnitId) -> Sequence[Row[Any]]:
        office, helper = self.look.office, t.helper.c
        near = next((each.id for each in office.upward(self.case.unit) if each.level is Level.TOWNSHIP), area)
        here = among(self.look.connection, helper.unit, list(office.below(near)))
        within = among(self.look.connection, helper.unit, list(office.below(area)))
        able = helper.serving & (helper.load < helper.capacity)
        order = (case((able & here, 0), (able, 1), (here, 2), else_=3), helper.person)
        return self.look.connection.execute(select(t.helper).where(within).order_by(*order).limit(MOST)).all()

    def volunteers(self, rows: Sequence[Row[Any]]) -> list[VolunteerToPair]:
        """Helpers as the rules see them."""
        look, people = self.look, [row.person for row in rows]
        known = identities(look.connection, look.store.seal, people)
        asked, helped = self._asked(), self._family_helped()
        until = look.today + timedelta(days=self.rules.papers_ahead_days)
        return [
            volunteer_to_pair(
                row, look.office, until, born=known[row.person].born if row.person in known else None,
                asked=asked[row.person], families={self.case.family: helped[row.person]} if self.case.family else {},
            )
            for row in rows
        ]  # fmt: skip

    def _asked(self) -> Counter[PersonId]:
        """How many open proposals name each helper."""
        others = (each for each in open_proposals(self.look) if each.id != self.case.id)
        return Counter(each.proposal.person for each in others if each.proposal is not None)

    def _family_helped(self) -> Counter[PersonId]:
        """How many brothers and sisters of the child each helper is bound to."""
        family = self.case.family
        if family is None:
            return Counter()
        rows = self.look.connection.scalars(
            select(t.snapshot.c.state).where(
                t.snapshot.c.unit == self.case.unit,
                t.snapshot.c.case != self.case.id,
                t.snapshot.c.state.like(f'%"family":"{family}"%'),
            )
        )
        ties = (tie for state in rows for tie in read_state(state).all_tied(self.pairing.role))
        return Counter(tie.person for tie in ties)

    def proposed(self, volunteer: VolunteerToPair) -> Proposed:
        """The proposal that a helper would be: points, and why."""
        siblings = sum(volunteer.cases_of_families.values())
        return Pair(self.child, volunteer, 0, siblings).proposed(self.rules, self.look.today)

    def _weighed(self, row: Row[Any], volunteer: VolunteerToPair) -> _Weighed:
        depth = points.shared_depth(self.child.place, volunteer.place)
        return _Weighed(row=row, found=self.proposed(volunteer), depth=depth, against=self._against(volunteer, depth))

    def _against(self, volunteer: VolunteerToPair, depth: int) -> Reason | None:
        """The first thing that keeps this helper from this child."""
        if any(tie.person == volunteer.person for tie in self.case.all_tied(self.pairing.role)):
            return Reason("not-tied")
        if not points.right_sex(self.child.sex, volunteer.sex, self.rules):
            return Reason("not-sex", {"who": self.rules.helper_sex_for[self.child.sex]})
        if not may_fill(volunteer.kind, self.programme, self.pairing.role):
            return Reason("not-kind")
        if depth < self.rules.depth_asked():
            return Reason("not-area")
        if volunteer.person in self.case.declined:
            return Reason("not-declined")
        return points.obstacle(volunteer, self.rules, self.look.today)

    def shown(
        self, area: UnitId, areas: Sequence[tuple[Level, UnitId]], weighed: Sequence[_Weighed], here: Sequence[_Weighed]
    ) -> Choice:
        """One page of it in words."""
        tied = self.case.tied(self.pairing.role)
        proposed = self.case.proposal
        others = [each.person for each in (tied, proposed) if each is not None]
        rows = self._with_rows([each.row for each in here], others)
        people = {each.person: each for each in shown(self.look, rows)}
        return Choice(
            child=child_of(self.look, self.case, self.programme), area=area, areas=areas,
            fitting=sum(each.against is None for each in weighed),
            candidates=[self._candidate(each, people[each.row.person]) for each in here],
            pages=max(-(-len(weighed) // A_PAGE), 1), weighed=len(weighed),
            siblings=siblings_of(self.look, [self.case])[self.case.id],
            tied=people.get(tied.person) if tied else None,
            proposed=people.get(proposed.person) if proposed else None,
            may_be_proposed=proposed is None and may_be_paired(self.case, self.programme),
            mine=proposed is not None and decides(self.look, self.case), capped=len(weighed) >= MOST,
        )  # fmt: skip

    def _with_rows(self, rows: Sequence[Row[Any]], others: Iterable[PersonId]) -> list[Row[Any]]:
        missing = [person for person in others if all(row.person != person for row in rows)]
        more = select(t.helper).where(among(self.look.connection, t.helper.c.person, missing))
        return [*rows, *(self.look.connection.execute(more).all() if missing else ())]

    def _candidate(self, each: _Weighed, who: Who) -> Candidate:
        look, level = self.look, self.rules.levels[each.depth - 1] if each.depth else ""
        why = reasons(look, self.programme, map(packed, each.found.why))
        return Candidate(
            who=who, score=each.found.score, why=why, nearness=level,
            against=said_against(look, each.against) if each.against else "",
        )  # fmt: skip


def said_against(look: Looking, reason: Reason) -> str:
    """Why a helper does not fit, in words."""
    names: Mapping[str, str] = spoken_titles(look)
    values = {name: names.get(str(value), value) for name, value in reason.values.items()}
    if "who" in values:
        values["who"] = say(look.language, f"pairing.who-{values['who']}")
    return say(look.language, f"console_pairing.not-{reason.key.removeprefix('not-')}", **values)
