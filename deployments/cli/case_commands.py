"""``shouwang case …``: what a coordinator decides about a case, each act by a named person."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.where import DONE, Refused, Where
from domain.facts import stored_name
from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.rules.refusals import Refusal
from domain.store.writing import Outcome, carry_out

By = Annotated[str, Parameter(help="who decides: the id of a person")]
Duty = Annotated[str, Parameter(help="the duty: CASE/NUMBER")]
Why = Annotated[str, Parameter(help="the reason, one word or key")]

case = App(name="case", help="decide about a case")


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(case)


@case.command
def acknowledge(duty: Duty, *, by: By, where: Where = Where()) -> int:
    """Say: I see it, I am on it. The ladder waits, and goes on when nothing has come of it."""
    number, of = duty_number(duty)
    return carry(where, [c.AcknowledgeDuty(case=of, duty=number, by=PersonId(by))])


@case.command
def excuse(duty: Duty, *, by: By, reason: Why, where: Where = Where()) -> int:
    """Let a duty go, by name and with a reason."""
    number, of = duty_number(duty)
    return carry(where, [c.ExcuseDuty(case=of, duty=number, by=PersonId(by), reason=reason)])


@case.command
def risk(case: str, level: str, *, by: By, where: Where = Where()) -> int:
    """Set the level of risk; what is owed moves with it at once."""
    return carry(where, [c.ChangeRisk(case=CaseId(case), risk=level, by=PersonId(by))])


@case.command
def reassign(case: str, *, to: str, by: By, reason: Why, role: str = "companion", where: Where = Where()) -> int:
    """Bind another helper in place of the one there is; the open promises move along."""
    return carry(where, [c.Reassign(case=CaseId(case), role=role, to=PersonId(to), by=PersonId(by), reason=reason)])


@case.command(name="end-tie")
def end_tie(case: str, *, by: By, reason: Why, role: str = "companion", where: Where = Where()) -> int:
    """Let a helper go without a successor yet; finding one becomes a duty at once."""
    return carry(where, [c.EndTie(case=CaseId(case), role=role, by=PersonId(by), reason=reason)])


@case.command
def close(case: str, *, by: By, reason: Why, where: Where = Where()) -> int:
    """End the watch over a case."""
    return carry(where, [c.CloseCase(case=CaseId(case), by=PersonId(by), reason=reason)])


@case.command
def reopen(case: str, *, by: By, reason: Why, where: Where = Where()) -> int:
    """Begin the watch over a closed case again."""
    return carry(where, [c.ReopenCase(case=CaseId(case), by=PersonId(by), reason=reason)])


def duty_number(duty: str) -> tuple[int, CaseId]:
    """A duty's number and its case, from ``CASE/NUMBER``; 0 where there is no number."""
    of, _, number = duty.rpartition("/")
    return (int(number) if number.isdigit() else 0), CaseId(of or duty)


def carry(where: Where, commands: Sequence[c.Command]) -> int:
    """Carry out commands, show what became true; a single refusal is raised, of many each is told."""
    outcomes = carry_out(where.store, commands, where.moment)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    if len(outcomes) == 1 and refused:
        raise where.refused(refused[0])
    told = [_told(command, outcome, where) for command, outcome in zip(commands, outcomes, strict=True)]
    where.show(told, "\n".join(_line(each) for each in told))
    if refused:
        raise Refused(where.say("cli.some-refused", refused=len(refused), all=len(outcomes)), refused[0])
    return DONE


def _told(command: c.Command, outcome: Outcome, where: Where) -> dict[str, object]:
    if isinstance(outcome, Refusal):
        return {"case": command.case, "refused": outcome.reason.value, "why": str(where.refused(outcome))}
    facts = [stored_name(fact) for fact, _ in outcome.facts]
    return {"case": command.case, "stage": outcome.case.stage.value, "facts": facts}


def _line(told: dict[str, object]) -> str:
    if "refused" in told:
        return f"{told['case']}  ✗ {told['why']}"
    facts = told["facts"]
    return f"{told['case']}  ✓ {', '.join(facts) if isinstance(facts, list) else ''}"
