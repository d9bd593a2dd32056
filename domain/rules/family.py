"""Who answers for a child at home, named after the case was opened, or somebody else in that place."""

from datetime import datetime
from typing import Final

from domain import facts as f
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.rules.unfolding import Unfolding

_HAS_GUARDIAN: Final = "child"


def name_guardian(unfolding: Unfolding, command: c.NameGuardian, now: datetime) -> None:
    """From now on money for the child goes to this person's account and to no other."""
    case = unfolding.case
    if unfolding.around.programme.subject_of(case.kind) != _HAS_GUARDIAN:
        raise Refusal(Reason.ANSWERS_ITSELF, case.kind)
    if case.family == command.person:
        raise Refusal(Reason.SAME_GUARDIAN)
    unfolding.add(f.GuardianNamed(family=command.person, by=command.by), now, command.by)
