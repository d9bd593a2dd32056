"""Pairing over the database: who waits, who could help, and the proposals made of it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, exists, or_, select

from domain.case import Case, Tie
from domain.facts import PairingProposed
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Helper, Programme, Stage
from domain.programme.schema import Pairing as PairingOfProgramme
from domain.programme.spans import months_later
from domain.rules.commands import ProposeHelper
from domain.rules.office import Office
from domain.rules.pairing import ChildToPair, Pairing, PairingRules, Reason, VolunteerToPair, propose
from domain.rules.pairing_programme import rules_of
from domain.rules.pairing_words import packed, unpacked
from domain.rules.tying import may_be_paired
from domain.store import tables as t
from domain.store.engine import reading
from domain.store.journal import recorded
from domain.store.offices import office, read_papers
from domain.store.people import identities
from domain.store.rows import read_state
from domain.store.store import Store, among
from domain.store.units import subtree
from domain.store.writing import Outcome, carry_out


class Waiting(NamedTuple):
    """A proposal somebody still has to answer; ``approved`` once the coordinator agreed and the helper is asked."""

    case: CaseId
    person: PersonId
    score: int
    approved: bool
    since: datetime
    why: tuple[Reason, ...]


def propose_in(store: Store, programme: Programme, unit: UnitId, now: datetime, by: PersonId | None = None) -> Pairing:
    """Find the best pairing for the children waiting in a unit, and store a proposal for each one paired."""
    pairing = look_for_pairs(store, programme, unit, now)
    commands = [
        ProposeHelper(
            case=found.case,
            person=found.person,
            score=found.score,
            why=tuple(map(packed, found.why)),
            by=by,
        )
        for found in pairing.proposals
    ]
    refused = {
        command.case
        for command, outcome in zip(commands, carry_out(store, commands, now), strict=True)
        if _refused(outcome)
    }
    kept = tuple(found for found in pairing.proposals if found.case not in refused)
    return Pairing(kept, pairing.left_over, pairing.unused)


def _refused(outcome: Outcome) -> bool:
    return isinstance(outcome, Exception)


def look_for_pairs(store: Store, programme: Programme, unit: UnitId, now: datetime) -> Pairing:
    """The best pairing as of now; changes nothing."""
    on = now.astimezone(programme.time_zone).date()
    with reading(store.engine) as connection:
        waiting = waiting_cases(connection, programme, on)
        wanted = set(subtree(connection, unit))
        cases = [case for case in waiting if case.unit in wanted and case.proposal is None]
        return best_pairs(connection, store, programme, cases, on)


def best_pairs(
    connection: Connection, store: Store, programme: Programme, cases: Sequence[Case], on: date
) -> Pairing:  # fmt: skip
    """The best pairing for these cases, whose subjects' birth and sex are known, on a day."""
    if programme.pairing is None:
        return propose([], [], PairingRules(), on)
    around = office(connection, store)
    rules = rules_of(programme, programme.pairing, on, store.calendar)
    everybody = _volunteers(connection, store, around, on + timedelta(days=rules.papers_ahead_days))
    volunteers = [each for each in everybody if may_fill(each.kind, programme, programme.pairing.role)]
    children = [child_to_pair(case, programme.pairing, around) for case in cases]
    return propose(children, volunteers, rules, on)


def may_fill(kind: str, programme: Programme, role: str) -> bool:
    """Whether a kind of volunteer is one that the role is for."""
    wanted = programme.roles[role]
    return not isinstance(wanted, Helper) or not wanted.of or kind in wanted.of


MONTHS_AHEAD: Final = 6
"""So long before a helper's last day a successor is looked for by itself; by hand one may be proposed any time."""


def waiting_cases(connection: Connection, programme: Programme, on: date) -> list[Case]:
    """The cases that wait for a helper: nobody is there, or the one there will leave before long."""
    last = months_later(on, MONTHS_AHEAD)
    return [case for case in _without_staying_helper(connection, programme) if _leaves_by(case, programme, last)]


def unpaired_cases(connection: Connection, programme: Programme) -> list[Case]:
    """The cases in which nobody fills the role that pairing fills, in the order of their numbers."""
    return [case for case in _without_staying_helper(connection, programme) if not _tied(case, programme)]


def _leaves_by(case: Case, programme: Programme, day: date) -> bool:
    tie = _tied(case, programme)
    return tie is None or (tie.serves_until is not None and tie.serves_until <= day)


def _tied(case: Case, programme: Programme) -> Tie | None:
    return case.tied(programme.pairing.role) if programme.pairing is not None else None


def _without_staying_helper(connection: Connection, programme: Programme) -> list[Case]:
    """The cases for which somebody may be proposed, by the rules; read without looking into all the others."""
    role = programme.pairing.role if programme.pairing is not None else ""
    tie = t.tie.c
    bound = exists().where(tie.case == t.snapshot.c.case, tie.role == role, tie.until.is_(None))
    rows = connection.scalars(
        select(t.snapshot.c.state)
        .where(
            t.snapshot.c.stage.not_in((Stage.IDENTIFICATION.value, Stage.CLOSED.value)),
            t.snapshot.c.programme.like(f"{programme.programme}@%"),
            or_(~bound, t.snapshot.c.state.like('%"serves_until":%')),
        )
        .order_by(t.snapshot.c.case)
    )
    cases = [case for case in map(read_state, rows) if may_be_paired(case, programme)]
    return [case for case in cases if case.born is not None and case.sex is not None]


def child_to_pair(case: Case, pairing: PairingOfProgramme, around: Office) -> ChildToPair:
    """A case as pairing sees it; whoever declined, or is bound already, is not for it."""
    assert case.sex is not None
    assert case.born is not None
    not_these = {*case.declined, *(tie.person for tie in case.all_tied(pairing.role))}
    return ChildToPair(
        case=case.id, sex=case.sex, born=case.born, kind=case.kind, risk=case.risk, place=_path(case.unit, around),
        family=case.family, needs=frozenset(pairing.skills_for.get(case.kind, ())), declined=frozenset(not_these),
    )  # fmt: skip


def _path(unit: UnitId, around: Office) -> tuple[UnitId, ...]:
    return tuple(above.id for above in around.upward(unit))[::-1]


def _volunteers(connection: Connection, store: Store, around: Office, serving_on: date) -> list[VolunteerToPair]:
    """Everybody on the roster; who will not serve on that day any more counts as serving no longer."""
    rows = connection.execute(select(t.helper)).all()
    asked = Counter(case.proposal.person for case in _with_proposal(connection) if case.proposal)
    families = _families(connection)
    born = {
        person: who.born for person, who in identities(connection, store.seal, [row.person for row in rows]).items()
    }
    return [
        volunteer_to_pair(
            row, around, serving_on, born=born.get(row.person), asked=asked[row.person],
            families=families.get(row.person, {}),
        )
        for row in rows
    ]  # fmt: skip


def volunteer_to_pair(
    row: Row[Any], around: Office, serving_on: date, *, born: date | None, asked: int, families: Mapping[str, int]
) -> VolunteerToPair:
    """A row of the roster as pairing sees it. ``asked``: open proposals, each of which holds a place."""
    return VolunteerToPair(
        person=row.person, sex=row.sex, born=born, place=_path(row.unit, around),
        capacity_left=row.capacity - row.load - asked, kind=row.kind, skills=frozenset(json.loads(row.skills)),
        papers_valid_until=read_papers(row.papers), serving=_serves(row, serving_on), cases_of_families=families,
        load=row.load,
    )  # fmt: skip


def _serves(helper: Row[Any], on: date) -> bool:
    return bool(helper.serving) and (helper.serves_until is None or helper.serves_until >= on.isoformat())


def _with_proposal(connection: Connection) -> list[Case]:
    """The cases in which a proposal is open, in the order of their numbers."""
    open_ = t.snapshot.c.state.like('%"proposal":{%')
    return [
        read_state(state) for state in connection.scalars(
            select(t.snapshot.c.state).where(open_).order_by(t.snapshot.c.case)
        )
    ]  # fmt: skip


class _Family(msgspec.Struct, frozen=True):
    """What of a case's state says which children are brothers and sisters; nothing else of it is read."""

    family: PersonId | None = None


_family_decoder: Final = msgspec.json.Decoder(_Family)


def family_in(state: str) -> PersonId | None:
    """The family of the case that a snapshot holds, without reading the rest of it."""
    return _family_decoder.decode(state).family


def _families(connection: Connection) -> dict[PersonId, Counter[str]]:
    """How many children of each family a helper is tied to."""
    rows = connection.execute(
        select(t.tie.c.person, t.snapshot.c.state)
        .join(t.snapshot, t.snapshot.c.case == t.tie.c.case)
        .where(t.tie.c.until.is_(None))
    )
    found: dict[PersonId, Counter[str]] = {}
    for person, state in rows:
        family = family_in(state)
        if family is not None:
            found.setdefault(person, Counter())[family] += 1
    return found


def proposals(connection: Connection, programme: Programme, unit: UnitId | None = None) -> list[Waiting]:
    """The proposals that wait for an answer, in one unit or everywhere."""
    name = f"{programme.programme}@"
    cases = [case for case in _with_proposal(connection) if case.programme.startswith(name)]
    if unit is not None:
        wanted = set(subtree(connection, unit))
        cases = [case for case in cases if case.unit in wanted]
    made = last_proposals(connection, [case.id for case in cases])
    return [
        Waiting(
            case.id,
            case.proposal.person,
            fact.score,
            case.proposal.approved,
            at,
            tuple(map(unpacked, fact.why)),
        )
        for case in cases
        if case.proposal is not None
        for fact, at in [made[case.id]]
    ]


def last_proposals(connection: Connection, cases: Sequence[CaseId]) -> dict[CaseId, tuple[PairingProposed, datetime]]:
    """Whom was proposed last for each case and why, and when."""
    found: dict[CaseId, tuple[PairingProposed, datetime]] = {}
    rows = connection.execute(
        select(t.journal)
        .where(t.journal.c.name == "pairing-proposed", among(connection, t.journal.c.case, cases))
        .order_by(t.journal.c.case, t.journal.c.position)
    )
    for row in rows:
        found[row.case] = _proposal_in(row)
    return found


def _proposal_in(row: Row[Any]) -> tuple[PairingProposed, datetime]:
    """The proposal in a row of the journal, and when it was made."""
    entry = recorded(row)
    if not isinstance(entry.fact, PairingProposed):
        raise TypeError(entry.position)
    return entry.fact, entry.at
