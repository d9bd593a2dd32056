"""What is done from the board of pairing: decide, propose by hand, look for pairs in a unit."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection

from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Programme
from domain.rules import commands as c
from domain.rules.access import NotAllowed, Right, Viewer
from domain.rules.pairing_forms import Pairing, Proposed
from domain.rules.pairing_words import packed
from domain.rules.refusals import Refusal
from domain.store.acting import all_carried
from domain.store.console.acting import act, acting, acting_person
from domain.store.console.candidates import proposal_by_hand
from domain.store.console.looking import Looking, looking
from domain.store.console.pairing import decides
from domain.store.console.waiting import OnTheWay, on_the_way
from domain.store.pairs import best_pairs
from domain.store.store import Store
from domain.store.writing import Outcome, carry_out_within

AT_ONCE: Final = 300
"""For so many waiting children at most pairs are looked for while somebody waits for the page."""


class TooMany(Exception):
    """More children wait in a unit than pairs are looked for at once: ``most``."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class Found(NamedTuple):
    """What a search came to: proposals made, children for whom nobody was found."""

    proposed: int
    left: int


def decide(store: Store, viewer: Viewer, case: CaseId, now: datetime, *, accept: bool, reason: str) -> Outcome:
    """Agree to an open proposal or decline it; NotAllowed for who does not sit at the desk that decides."""
    command = c.DecideProposal(case=case, by=acting_person(viewer), accept=accept, reason=reason)

    def decided(connection: Connection, look: Looking) -> Outcome:
        if not decides(look, look.case(case)):
            raise NotAllowed(Right.ACT)
        return carry_out_within(connection, store, [command], now)[0]

    return acting(store, viewer, Right.ACT, now, decided)


def propose_this_one(store: Store, viewer: Viewer, case: CaseId, person: PersonId, now: datetime) -> Outcome:
    """Propose a helper chosen by hand; both must be the viewer's to look after.

    Whoever is proposed already gives way, where the viewer sits at the desk that decides.
    """
    by = acting_person(viewer)

    def proposed(connection: Connection, look: Looking) -> Outcome:
        found = look.case(case)
        commands: list[c.Command] = [proposal_by_hand(look, case, person, by)]
        if found.proposal is not None and found.proposal.person != person and decides(look, found):
            commands.insert(0, c.DecideProposal(case=case, by=by, accept=False, reason="better-match"))
        return all_carried(carry_out_within(connection, store, commands, now))[-1]

    try:
        return acting(store, viewer, Right.ACT, now, proposed)
    except Refusal as refusal:
        return refusal


def propose_now(store: Store, viewer: Viewer, unit: UnitId, now: datetime) -> Found:
    """Look for the best pairs among the children waiting in a unit and propose them; TooMany where it would take long.

    The search itself holds up nobody: it reads first, and what was overtaken meanwhile is refused.
    """
    by = acting_person(viewer)
    with looking(store, viewer, Right.ACT, now) as look:
        way = on_the_way(look, unit)
        found = [_search(way, programme) for programme in _newest(store)]
    commands = [_proposing(each, by) for pairing in found for each in pairing.proposals]
    outcomes = act(store, viewer, commands, now) if commands else []
    refused = sum(isinstance(outcome, Refusal) for outcome in outcomes)
    return Found(len(commands) - refused, sum(len(pairing.left_over) for pairing in found) + refused)


def _search(way: OnTheWay, programme: Programme) -> Pairing:
    look, cases = way.look, way.without_helper(programme, AT_ONCE + 1)
    if len(cases) > AT_ONCE:
        raise TooMany(AT_ONCE)
    return best_pairs(look.connection, look.store, programme, cases, look.today)


def _proposing(found: Proposed, by: PersonId) -> c.Command:
    why = tuple(map(packed, found.why))
    return c.ProposeHelper(case=found.case, person=found.person, score=found.score, why=why, by=by)


def _newest(store: Store) -> list[Programme]:
    newest = {each.programme: each for each in sorted(store.programmes.values(), key=lambda each: each.version)}
    return [each for each in newest.values() if each.pairing is not None]
