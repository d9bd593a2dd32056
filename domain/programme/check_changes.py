"""Rules about change: a helper who leaves, a case that moves, quiet talks, money that goes to an account."""

from collections.abc import Iterator
from typing import Final

from domain.programme.check import Rule
from domain.programme.course import courses, kinds_owing
from domain.programme.mistakes import Finding, Path, found
from domain.programme.schema import Desk, DutyKind, FieldKind, Helper, Move, Programme, Stage

SETTLES: Final = ("moved", "transfer-declined")
ANSWERS: Final = (Move.ACCEPT_TRANSFER, Move.DECLINE_TRANSFER)


def check_changes(programme: Programme) -> Iterator[Finding]:
    """Everything wrong with how things change."""
    for rule in _RULES:
        yield from rule(programme)


def one_succeeds_one(programme: Programme) -> Iterator[Finding]:
    """Succession and handover are of a role that one helper fills."""
    for name, duty in programme.duties.items():
        for way, triggers in ((("opens", "after"), duty.opens.after), (("met_by",), duty.met_by)):
            for place, trigger in enumerate(triggers):
                word, _, role = trigger.partition(":")
                if word == "succeeded" and _several(programme, role):
                    yield found(("duties", name, *way, place), "succeeds-several", name=role)
        for place, consequence in enumerate(duty.consequences):
            if consequence.releases is not None and _several(programme, consequence.releases):
                path: Path = ("duties", name, "consequences", place, "releases")
                yield found(path, "succeeds-several", name=consequence.releases)


def _several(programme: Programme, name: str) -> bool:
    role = programme.roles.get(name)
    return isinstance(role, Helper) and role.tie == "several"


def proposals_are_decided_while_one_leaves(programme: Programme) -> Iterator[Finding]:
    """A successor is proposed while the first still serves, in check-in: there too somebody decides."""
    role = programme.pairing.role if programme.pairing is not None else ""
    looking = any(
        duty.opens.ending == role or f"leaving:{role}" in duty.opens.after for duty in programme.duties.values()
    )
    for name, duty in programme.duties.items() if looking else ():
        asked = sorted({"proposed", "approved"} & set(duty.opens.after))
        if asked and duty.stages and Stage.CHECK_IN not in duty.stages:
            yield found(("duties", name, "stages"), "successor-undecided", name=name, role=role)


def somebody_looks_ahead(programme: Programme) -> Iterator[Finding]:
    """Where helpers serve until an age, their last day is seen coming."""
    if programme.serving is None:
        return
    looked = {duty.opens.ending for duty in programme.duties.values()}
    for name, role in programme.roles.items():
        first = programme.pairing is not None and programme.pairing.role == name
        if isinstance(role, Helper) and (role.needed or first) and name not in looked:
            yield found(("serving",), "nobody-looks-ahead", name=name)


def talks_are_held_by_a_desk(programme: Programme) -> Iterator[Finding]:
    """Late answers are talked about by somebody above, once."""
    if programme.lateness is None:
        return
    for name in programme.opened_by.get(f"raised:{programme.lateness.raises}", ()):
        if not isinstance(programme.roles.get(programme.duties[name].owed_by), Desk | None):
            yield found(("duties", name, "owed_by"), "talk-by-helper", name=programme.duties[name].owed_by)


def transfers_are_answered(programme: Programme) -> Iterator[Finding]:
    """The receiving desk owes an answer from the asking until the case moved or stays."""
    for name, duty in programme.duties.items():
        role = programme.roles.get(duty.owed_by)
        path: Path = ("duties", name)
        if isinstance(role, Desk) and role.of == "transfer":
            if duty.opens.after != ("transfer-asked",):
                yield found((*path, "opens"), "transfer-opens", owner=duty.owed_by)
            elif not _ends(duty):
                yield found((*path, "met_by"), "transfer-never-ends", name=name)
            else:
                yield from _in_every_stage(programme, name, duty)
        for place, consequence in enumerate(duty.consequences):
            if consequence.move in ANSWERS and "transfer-asked" not in duty.opens.after:
                yield found((*path, "consequences", place, "move"), "transfer-not-asked", move=consequence.move)


def _ends(duty: DutyKind) -> bool:
    moves = {consequence.move for consequence in duty.consequences}
    return moves.issuperset(ANSWERS) or set(SETTLES) <= set(duty.met_by)


def _in_every_stage(programme: Programme, name: str, duty: DutyKind) -> Iterator[Finding]:
    stages = {stage for course in courses(programme) if name in course.duties for stage in course.stages}
    left_out = sorted(stage.value for stage in stages - set(duty.stages))
    if left_out and duty.stages:
        yield found(("duties", name, "stages"), "transfer-out-of-stage", name=name, stages=", ".join(left_out))


def accounts_have_a_guardian(programme: Programme) -> Iterator[Finding]:
    """Money goes to the account of a child's guardian, or to a subject's own: a project has neither."""
    for name, duty in programme.duties.items():
        others = [kind for kind in kinds_owing(programme, duty) if programme.subject_of(kind) == "project"]
        for key, question in duty.asks.items() if others else ():
            if question.type is FieldKind.ACCOUNT:
                path: Path = ("duties", name, "asks", key, "type")
                yield found(path, "account-of-a-project", kinds=", ".join(others))


_RULES: Final[tuple[Rule, ...]] = (
    one_succeeds_one,
    proposals_are_decided_while_one_leaves,
    somebody_looks_ahead,
    talks_are_held_by_a_desk,
    transfers_are_answered,
    accounts_have_a_guardian,
)
