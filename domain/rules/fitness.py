"""Whether a helper may be bound to a case: serving, sex rule, papers, room."""

from collections.abc import Mapping
from datetime import date

from domain.case import Case
from domain.ids import PersonId
from domain.programme.schema import Helper, Pairing, Role
from domain.rules.moments import Circumstances
from domain.rules.office import Standing
from domain.rules.refusals import Reason, Refusal


def check_fit(case: Case, person: PersonId, around: Circumstances, on: date, role: str | None = None) -> Standing:
    """The helper's standing, when every hard rule allows the tie; else a refusal naming the first that does not.

    Without ``role`` it is the one pairing fills.
    """
    standing = around.office.helpers.get(person)
    if standing is None:
        raise Refusal(Reason.NO_SUCH_HELPER, person)
    _check_serving(standing, on)
    pairing = around.programme.pairing
    if pairing is not None and role in {None, pairing.role}:
        _check_rules(case, standing, pairing, on)
    if role is not None:
        _check_role(around.programme.roles[role], standing, on)
    if standing.load >= standing.capacity:
        raise Refusal(Reason.HELPER_FULL, person)
    return standing


def check_stand_in(case: Case, role: str, person: PersonId, around: Circumstances, on: date) -> None:
    """A refusal unless a helper may stand in for another in a role for a while; room is not asked of a stand-in."""
    standing = around.office.helpers.get(person)
    if standing is None:
        raise Refusal(Reason.NO_SUCH_HELPER, person)
    _check_serving(standing, on)
    pairing = around.programme.pairing
    if pairing is not None and role == pairing.role:
        _check_rules(case, standing, pairing, on)
    _check_role(around.programme.roles[role], standing, on)


def _check_serving(standing: Standing, on: date) -> None:
    if not standing.serving or (standing.serves_until is not None and standing.serves_until < on):
        raise Refusal(Reason.HELPER_NOT_SERVING, standing.person)


def _check_rules(case: Case, standing: Standing, pairing: Pairing, on: date) -> None:
    wanted = pairing.helper_for.get(case.sex) if case.sex is not None else None
    if wanted is not None and standing.sex != wanted:
        raise Refusal(Reason.HELPER_SEX, wanted)
    _check_papers(pairing.papers, standing, on)


def _check_role(role: Role, standing: Standing, on: date) -> None:
    if not isinstance(role, Helper):
        return
    if role.of and standing.kind not in role.of:
        raise Refusal(Reason.NOT_THIS_HELPER, ", ".join(role.of))
    _check_papers(role.papers, standing, on)


def _check_papers(papers: tuple[str, ...], standing: Standing, on: date) -> None:
    for paper in papers:
        if not paper_valid(standing.papers, paper, on):
            raise Refusal(Reason.PAPER_MISSING, paper)


def paper_valid(papers: Mapping[str, date | None], paper: str, on: date) -> bool:
    """Whether a paper was signed and has not run out by ``on``, that day included."""
    if paper not in papers:
        return False
    until = papers[paper]
    return until is None or until >= on
