"""Pairing: the best proposal of a volunteer for each child, and why; the same people, the same answer."""

from collections.abc import Sequence
from datetime import date

from domain.ids import CaseId
from domain.rules.pairing_forms import (
    LEVELS,
    NEARNESS,
    ChildToPair,
    LeftOver,
    Pairing,
    PairingRules,
    Proposed,
    Reason,
    Unused,
    VolunteerToPair,
    Weights,
)
from domain.rules.pairing_points import obstacle
from domain.rules.pairing_reasons import Explainer, Pair, siblings_of, unused

__all__ = [
    "LEVELS",
    "NEARNESS",
    "ChildToPair",
    "LeftOver",
    "Pairing",
    "PairingRules",
    "Proposed",
    "Reason",
    "Unused",
    "VolunteerToPair",
    "Weights",
    "propose",
]

_Chosen = dict[CaseId, tuple[ChildToPair, VolunteerToPair, int]]


def propose(
    children: Sequence[ChildToPair], volunteers: Sequence[VolunteerToPair], rules: PairingRules, on: date
) -> Pairing:
    """Pairs as many children as can be, and of all such pairings takes the one with the most points.

    No pair breaks a hard rule: sex, least age, area, papers valid from ``on`` long enough, room, serving,
    never the volunteer declined before. Points come from the wishes (see ``Weights``). The order in which
    people are given does not matter: they are taken by their ids.
    """
    children = sorted(children, key=lambda child: child.case)
    volunteers = sorted(volunteers, key=lambda volunteer: volunteer.person)
    everyone = [(volunteer, obstacle(volunteer, rules, on)) for volunteer in volunteers]
    ready = [volunteer for volunteer, found in everyone if found is None]
    chosen = _chosen(children, ready, rules, on)
    explain = Explainer(everyone, rules, on)
    helping = frozenset(helper.person for _, helper, _ in chosen.values())
    return Pairing(
        proposals=_proposals(chosen, rules, on),
        left_over=tuple(explain.left_over(child) for child in children if child.case not in chosen),
        unused=unused(everyone, children, helping, rules),
    )


def _chosen(
    children: Sequence[ChildToPair], ready: Sequence[VolunteerToPair], rules: PairingRules, on: date
) -> _Chosen:
    """By case: the child, the volunteer, and the volunteer's how-many-th new child it is, from 0."""
    if not children or not ready:
        return {}
    # Here: numpy and scipy take longer to load than most commands last.
    from domain.rules.pairing_board import board_of
    from domain.rules.pairing_match import NOBODY
    from domain.rules.pairing_siblings import pair_children

    board = board_of(children, ready, rules, on)
    columns = pair_children(board, children, rules.weights.siblings)
    return {
        child.case: (child, ready[board.volunteers[column]], int(board.places[column]))
        for child, column in zip(children, columns, strict=True)
        if column != NOBODY
    }


def _proposals(chosen: _Chosen, rules: PairingRules, on: date) -> tuple[Proposed, ...]:
    siblings = siblings_of({case: (child, helper) for case, (child, helper, _) in chosen.items()})
    pairs = (Pair(child, helper, before, siblings.get(case, 0)) for case, (child, helper, before) in chosen.items())
    return tuple(pair.proposed(rules, on) for pair in pairs)
