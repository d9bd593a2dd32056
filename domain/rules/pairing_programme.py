"""The rules of pairing as a programme declares them, ready for ``propose``."""

from dataclasses import replace
from datetime import date
from typing import Final

from domain.programme.schema import Pairing, Programme
from domain.programme.spans import WorkingDays, later
from domain.rules.pairing_forms import PairingRules, Weights

URGENCY_STEP: Final = 30
"""Points for each step of risk: enough to go first where helpers are few, too few to outweigh a near helper's place."""


def rules_of(programme: Programme, pairing: Pairing, on: date, calendar: WorkingDays) -> PairingRules:
    """The rules for a pairing on a day; a programme lists its risks from the lowest."""
    return PairingRules(
        required_papers=pairing.papers,
        papers_ahead_days=(later(on, pairing.papers_valid_for, calendar) - on).days,
        helper_sex_for={str(sex): str(helper) for sex, helper in pairing.helper_for.items()},
        within=pairing.within.value,
        skills_for={kind: frozenset(skills) for kind, skills in pairing.skills_for.items()},
        first=pairing.first,
        urgency={risk: URGENCY_STEP * step for step, risk in enumerate(programme.risks)},
        weights=replace(Weights(), **{str(wish): points for wish, points in pairing.weights.items()}),
    )
