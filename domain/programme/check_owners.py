"""Rules about who owes what and when: roles, papers, stages, lapses, moves of the whole case."""

from collections.abc import Iterator, Mapping
from typing import Final

from domain.programme.check import Rule
from domain.programme.course import OPEN, WATCHED, kinds_owing
from domain.programme.mistakes import Finding, Path, found
from domain.programme.schema import Desk, DutyKind, Helper, Move, Programme, Proposed, Stage

_MOVES_FROM: Final[Mapping[Move, frozenset[Stage]]] = {
    Move.ADMIT: frozenset({Stage.IDENTIFICATION}),
    Move.REFUSE: frozenset({Stage.IDENTIFICATION}),
    Move.FOLLOW_UP: frozenset({Stage.PAIRING, Stage.CHECK_IN}),
    Move.CLOSE: WATCHED,
    Move.ACCEPT_TRANSFER: OPEN,
    Move.DECLINE_TRANSFER: OPEN,
}
"""The stages in which an answer may move the case so."""


def check_owners(programme: Programme) -> Iterator[Finding]:
    """Everything wrong with who owes what and when."""
    for rule in _RULES:
        yield from rule(programme)


def stages_can_owe(programme: Programme) -> Iterator[Finding]:
    """A duty names a stage; escalation lies over the others by itself, and nothing is owed in a closed case."""
    for name, duty in programme.duties.items():
        path: Path = ("duties", name, "stages")
        if not duty.stages:
            yield found(path, "no-stage")
        for place, stage in enumerate(duty.stages):
            if stage in {Stage.ESCALATION, Stage.CLOSED}:
                yield found((*path, place), f"stage-{stage.value}")


def helpers_owe_while_tied(programme: Programme) -> Iterator[Finding]:
    """Before somebody is tied to the case, nobody fills a helper's role; a team's first members wait for the others."""
    for name, duty in programme.duties.items():
        if not isinstance(programme.roles.get(duty.owed_by), Helper):
            continue
        waits = any(len(programme.helper_roles(kind)) > 1 for kind in kinds_owing(programme, duty))
        for place, stage in enumerate(duty.stages):
            if stage is Stage.IDENTIFICATION or (stage is Stage.PAIRING and not waits):
                yield found(("duties", name, "stages", place), "nobody-tied", stage=stage, owner=duty.owed_by)


def proposals_owe_while_open(programme: Programme) -> Iterator[Finding]:
    """Somebody proposed owes an answer from approval until the proposal ends."""
    for name, duty in programme.duties.items():
        if not isinstance(programme.roles.get(duty.owed_by), Proposed):
            continue
        path: Path = ("duties", name)
        if duty.opens.after != ("approved",):
            yield found((*path, "opens"), "proposal-opens", owner=duty.owed_by)
        tied = f"tie-begun:{programme.pairing.role}" if programme.pairing is not None else "tie-begun"
        for trigger in ("tie-begun", "declined"):
            if trigger not in duty.met_by and (trigger != "tie-begun" or tied not in duty.met_by):
                yield found((*path, "met_by"), "proposal-met", trigger=trigger, owner=duty.owed_by)


def pairing_roles_fit(programme: Programme) -> Iterator[Finding]:
    """Pairing fills a helper's role, and a desk decides."""
    pairing = programme.pairing
    if pairing is None:
        for name, role in programme.roles.items():
            if isinstance(role, Proposed):
                yield found(("roles", name, "proposal"), "proposal-without-pairing")
        return
    if isinstance(programme.roles.get(pairing.role), Desk | Proposed):
        helpers = [name for name, role in programme.roles.items() if isinstance(role, Helper)]
        yield found(("pairing", "role"), "pairing-role", name=pairing.role, known=", ".join(helpers))
    if isinstance(programme.roles.get(pairing.desk), Helper | Proposed):
        yield found(("pairing", "desk"), "pairing-desk", name=pairing.desk, known=_desks(programme))


def _desks(programme: Programme) -> str:
    return ", ".join(name for name, role in programme.roles.items() if isinstance(role, Desk))


def lapses_land_on_desks(programme: Programme) -> Iterator[Finding]:
    """What lapses becomes a duty of a desk, owed once, in every stage from which it may come."""
    for name, duty in programme.duties.items():
        into = programme.duties.get(duty.lapses_into or "")
        if into is None:
            continue
        path: Path = ("duties", name, "lapses_into")
        if isinstance(programme.roles.get(into.owed_by), Helper | Proposed):
            yield found(path, "lapses-onto-helper", into=duty.lapses_into, owner=into.owed_by)
        if not into.opens.after:
            yield found(path, "lapses-into-rhythm", into=duty.lapses_into)
        left_out = [stage.value for stage in duty.stages if stage not in into.stages]
        if left_out and into.stages:
            yield found(path, "lapses-out-of-stage", into=duty.lapses_into, stages=", ".join(left_out))


def papers_run_out(programme: Programme) -> Iterator[Finding]:
    """Whoever is tied renews what runs out; what lasts for good is never renewed."""
    renewed: set[tuple[str, str]] = set()
    for name, duty in programme.duties.items():
        paper = programme.papers.get(duty.opens.paper or "")
        if paper is None:
            continue
        renewed.add((duty.owed_by, duty.opens.paper or ""))
        if paper.lasts is None:
            yield found(("duties", name, "opens", "paper"), "paper-for-good", name=duty.opens.paper)
        if not isinstance(programme.roles.get(duty.owed_by), Helper | None):
            yield found(("duties", name, "owed_by"), "paper-owner", name=duty.owed_by)
    for path, role, name in _signed(programme):
        paper = programme.papers.get(name)
        if paper is not None and paper.lasts is not None and (role, name) not in renewed:
            yield found(path, "paper-not-renewed", name=name, role=role)


def _signed(programme: Programme) -> Iterator[tuple[Path, str, str]]:
    """Where a helper in a role must have signed a paper."""
    pairing = programme.pairing
    for place, name in enumerate(pairing.papers if pairing is not None else ()):
        yield ("pairing", "papers", place), pairing.role if pairing is not None else "", name
    for role, each in programme.roles.items():
        for place, name in enumerate(each.papers if isinstance(each, Helper) else ()):
            if pairing is None or (pairing.role, name) not in {(role, paper) for paper in pairing.papers}:
                yield ("roles", role, "papers", place), role, name


def moves_fit_their_stage(programme: Programme) -> Iterator[Finding]:
    """A case is admitted or refused while it is identified, and closed once it was admitted."""
    for name, duty in programme.duties.items():
        for place, consequence in enumerate(duty.consequences):
            if consequence.move is not None:
                yield from _move(("duties", name, "consequences", place, "move"), duty, consequence.move)
    for name, season in programme.life.items():
        if season.move not in {None, Move.FOLLOW_UP}:
            yield found(("life", name, "move"), "life-move", move=season.move)


def _move(path: Path, duty: DutyKind, move: Move) -> Iterator[Finding]:
    wrong = [stage.value for stage in duty.stages if stage not in _MOVES_FROM[move]]
    if wrong:
        right = ", ".join(sorted(stage.value for stage in _MOVES_FROM[move]))
        yield found(path, "move-stage", move=move, stages=", ".join(wrong), right=right)


_RULES: Final[tuple[Rule, ...]] = (
    stages_can_owe,
    helpers_owe_while_tied,
    proposals_owe_while_open,
    pairing_roles_fit,
    lapses_land_on_desks,
    papers_run_out,
    moves_fit_their_stage,
)
