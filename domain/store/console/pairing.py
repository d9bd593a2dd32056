"""The board of pairing: who is proposed for whom and why, who waits and what is missing, who is to be succeeded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from domain.calendar import local_day
from domain.case import Case
from domain.facts import PairingProposed
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Desk, Programme
from domain.rules.pairing_points import years_between
from domain.rules.pairing_words import sentence, titles, unpacked
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.console.missing import what_is_missing
from domain.store.console.waiting import Entry, Part, on_the_way
from domain.store.console.who import Who, place_of, who_they_are
from domain.store.pairs import family_in, last_proposals
from domain.store.store import among
from domain.words import sentences


@dataclass(frozen=True, kw_only=True)
class Child:
    """What the board says of a child: what pairing goes by, and no name."""

    case: CaseId
    unit: UnitId
    place: str
    sex: str | None
    years: int | None
    kind: str
    risk: str
    pressing: bool
    since: date


@dataclass(frozen=True, kw_only=True)
class Line:
    """One child on the board. ``helper``: proposed, or about to leave; ``missing``: why nobody was found.

    ``siblings``: other open cases of the family in the same place. ``mine``: the viewer sits at the desk that decides.
    """

    child: Child
    helper: Who | None = None
    proposed_on: date | None = None
    score: int = 0
    why: Sequence[str] = ()
    missing: Sequence[str] = ()
    free: bool = False
    siblings: Sequence[CaseId] = ()
    mine: bool = False
    last_day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Board:
    """One page of one part of the board; how many stand in each part."""

    counts: Mapping[Part, int]
    lines: Sequence[Line]
    more: bool


def board(look: Looking, part: Part, unit: UnitId | None, page: int) -> Board:
    """One part of the board, 50 children a page."""
    way = on_the_way(look, unit)
    found, more = way.page(part, page)
    return Board(counts=way.counts(), lines=_lines(look, part, found), more=more)


def _lines(look: Looking, part: Part, found: Sequence[Entry]) -> list[Line]:
    siblings = siblings_of(look, [entry.case for entry in found])
    if part is Part.WAITING:
        missing = what_is_missing(look, found)
        return [
            Line(
                child=child_of(look, *entry),
                siblings=siblings[entry.case.id],
                missing=missing[entry.case.id].why,
                free=missing[entry.case.id].free,
            )
            for entry in found
        ]
    helpers = who_they_are(look, [person for entry in found if (person := _helper(part, *entry))])
    made = last_proposals(look.connection, [entry.case.id for entry in found]) if part is not Part.LEAVING else {}
    return [_with_helper(look, part, entry, helpers, made, siblings[entry.case.id]) for entry in found]


def _helper(part: Part, case: Case, programme: Programme) -> PersonId | None:
    if part is not Part.LEAVING:
        return case.proposal.person if case.proposal else None
    tie = case.tied(programme.pairing.role) if programme.pairing else None
    return tie.person if tie else None


def _with_helper(
    look: Looking,
    part: Part,
    entry: Entry,
    helpers: Mapping[PersonId, Who],
    made: Mapping[CaseId, tuple[PairingProposed, datetime]],
    siblings: Sequence[CaseId],
) -> Line:
    case, programme = entry
    person = _helper(part, case, programme)
    helper = helpers.get(person) if person else None
    fact, at = made.get(case.id, (None, None))
    return Line(
        child=child_of(look, case, programme), helper=helper, siblings=siblings, mine=decides(look, case),
        proposed_on=local_day(at, programme.time_zone) if at else None, score=fact.score if fact else 0,
        why=reasons(look, programme, fact.why) if fact else (), last_day=helper.serves_until if helper else None,
    )  # fmt: skip


def child_of(look: Looking, case: Case, programme: Programme) -> Child:
    """What may be said of a child whose case the viewer may see."""
    kind, risks = programme.eligible.kinds.get(case.kind), list(programme.risks)
    opened = [duty.opened_at for duty in case.duties.values() if programme.duties[duty.kind].met_by]
    since = min(opened, default=case.watched_since)
    return Child(
        case=case.id, unit=case.unit, place=place_of(look, case.unit), sex=case.sex,
        years=years_between(case.born, look.today) if case.born else None,
        kind=kind.title.say(look.language) if kind else case.kind,
        risk=programme.risks[case.risk].say(look.language) if case.risk in programme.risks else case.risk,
        pressing=len(risks) > 1 and case.risk == risks[-1], since=local_day(since, programme.time_zone),
    )  # fmt: skip


def reasons(look: Looking, programme: Programme, why: Iterable[str]) -> list[str]:
    """The reasons of a proposal in words; a key from another dictionary is left out."""
    known, names = sentences("pairing", look.language), titles(programme, look.language)
    unpacked_ones = (unpacked(each) for each in why)
    return [sentence(look.language, reason, names) for reason in unpacked_ones if reason.key in known]


def decides(look: Looking, case: Case) -> bool:
    """Whether the viewer sits at the desk that decides on proposals for a case, or above it where that is empty."""
    programme = look.programme(case)
    role = programme.roles.get(programme.pairing.desk) if programme.pairing else None
    if not isinstance(role, Desk) or look.viewer.person is None:
        return False
    return look.viewer.person in look.office.desk(case.unit, role.desk, look.today).people


def siblings_of(look: Looking, cases: Sequence[Case]) -> dict[CaseId, list[CaseId]]:
    """For each case the other open ones of its family where it stands; one query."""
    of_family: dict[PersonId, list[CaseId]] = {}
    families = {case.family for case in cases if case.family is not None}
    units = sorted({case.unit for case in cases if case.family is not None})
    rows = look.connection.execute(
        select(t.snapshot.c.case, t.snapshot.c.state)
        .where(among(look.connection, t.snapshot.c.unit, units), t.snapshot.c.stage != "closed")
        .order_by(t.snapshot.c.case)
    ) if families else ()  # fmt: skip
    for row in rows:
        family = family_in(row.state)
        if family in families and family is not None:
            of_family.setdefault(family, []).append(row.case)
    return {
        case.id: [other for other in of_family.get(case.family, ()) if other != case.id] if case.family else []
        for case in cases
    }
