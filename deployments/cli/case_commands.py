"""``shouwang case …``: what a coordinator decides about a case, each act by a named person."""

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import App, Parameter

from deployments.cli.where import DONE, FINDINGS, BadInput, Refused, Where
from domain.facts import stored_name
from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.rules.refusals import Refusal
from domain.store.engine import reading
from domain.store.explain import story
from domain.store.writing import Carried, Outcome, carry_out

By = Annotated[str, Parameter(help="who decides: the id of a person")]
Duty = Annotated[str, Parameter(help="the duty: CASE/NUMBER")]
Why = Annotated[str, Parameter(help="the reason as a short key, such as moved-away")]

case = App(name="case", help="find a case, look at it, decide about it")


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(case)


@case.command
def acknowledge(duty: Duty, *, by: By, where: Where = Where()) -> int:
    """Say: I see it, I am on it. The ladder waits, and goes on when nothing has come of it."""
    number, of = duty_number(duty, where)
    return carry(where, [c.AcknowledgeDuty(case=of, duty=number, by=PersonId(by))])


@case.command
def excuse(duty: Duty, *, by: By, reason: Why, where: Where = Where()) -> int:
    """Let a duty go, by name and with a reason."""
    number, of = duty_number(duty, where)
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


def duty_number(duty: str, where: Where) -> tuple[int, CaseId]:
    """A duty's number and its case, from ``CASE/NUMBER``."""
    of, _, number = duty.strip().rpartition("/")
    if not of or not number.isdecimal() or len(number) > 9:
        raise BadInput(where.say("cli.duty-form", given=duty))
    return int(number), CaseId(of)


def carry(where: Where, commands: Sequence[c.Command]) -> int:
    """Carry out commands of people known here and show what became true.

    A single refusal is raised, of many each is told. BadInput when the one who decides is nobody known.
    """
    where.people(*{by for command in commands if (by := getattr(command, "by", None))})
    outcomes = carry_out(where.store, commands, where.moment)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    if len(outcomes) == 1 and refused:
        raise where.refused(refused[0])
    told = [_told(command.case, outcome, where) for command, outcome in zip(commands, outcomes, strict=True)]
    where.show(told, _as_text(outcomes, told, where))
    if refused:
        raise Refused(where.say("cli.some-refused", refused=len(refused), all=len(outcomes)), refused[0], FINDINGS)
    return DONE


def show_carried(where: Where, done: Carried) -> None:
    """Show what became true of one case."""
    told = [_told(done.case.id, done, where)]
    where.show(told, _as_text([done], told, where))


def _told(case: CaseId, outcome: Outcome, where: Where) -> dict[str, Any]:
    if isinstance(outcome, Refusal):
        return {"case": case, "refused": outcome.reason.value, "why": str(where.refused(outcome))}
    facts = [stored_name(fact) for fact, _ in outcome.facts]
    return {"case": case, "stage": outcome.case.stage.value, "facts": facts}


def _as_text(outcomes: Sequence[Outcome], told: Sequence[dict[str, Any]], where: Where) -> str:
    """One case as the sentences that became true, many with a line each."""
    if len(outcomes) == 1 and isinstance(outcomes[0], Carried):
        return "\n".join([*_sentences(outcomes[0], where), _line(told[0], where)])
    return "\n".join(_line(each, where) for each in told) or where.say("cli.nothing-waits")


def _sentences(done: Carried, where: Where) -> list[str]:
    before = done.case.position - len(done.facts)
    with reading(where.store.engine) as connection:
        lines = story(connection, where.store, done.case.id, where.spoken)
    return [line.sentence for line in lines if before < line.position <= done.case.position]


def _line(told: dict[str, Any], where: Where) -> str:
    if "refused" in told:
        return where.say("cli.not-carried", case=told["case"], why=told["why"])
    return where.say("cli.carried", case=told["case"], stage=where.say(f"diagram.{told['stage']}"))
