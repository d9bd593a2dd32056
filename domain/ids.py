"""Names for the kinds of identifiers, so that a type checker can tell them apart."""

from typing import NewType

CaseId = NewType("CaseId", str)
"""Also the case number people see: ``371302-00412`` (county division code, running number)."""

PersonId = NewType("PersonId", str)
"""``p000000412``; says nothing about the person."""

UnitId = NewType("UnitId", str)
"""A division code (``37``, ``3713``, ``371302``, ``371302001``) or ``<code>-<name's digest>`` below it."""

DutyId = NewType("DutyId", str)
"""``<case id>/<running number in the case>``."""

LoginId = NewType("LoginId", str)
"""``u000000012``: somebody who may sign in."""

NoticeId = NewType("NoticeId", int)
NudgeId = NewType("NudgeId", int)
SignalId = NewType("SignalId", int)


def duty_id(case: CaseId, number: int) -> DutyId:
    """The id of the ``number``-th duty of a case, counted from 1."""
    return DutyId(f"{case}/{number}")


def case_of(duty: DutyId) -> CaseId:
    """The case a duty belongs to."""
    return CaseId(duty.rpartition("/")[0])
