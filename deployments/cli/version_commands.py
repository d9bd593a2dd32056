"""``shouwang programmes try|move``: a new version tried on the living, and cases moved to it."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any, Final

from cyclopts import App, Parameter
from dateutil.relativedelta import relativedelta

from deployments.cli.case_commands import By, Why
from deployments.cli.programme_commands import programmes, version
from deployments.cli.where import DONE, FINDINGS, BadInput, Where
from domain.case import Case
from domain.ids import PersonId, UnitId
from domain.programme.schema import CLIMB, Programme
from domain.rules.commands import ChangeProgramme
from domain.rules.made_up import as_a_rule
from domain.rules.refusals import Refusal
from domain.rules.trial import Load
from domain.store.engine import reading
from domain.store.trial import Compared, Trial, open_cases, try_version
from domain.store.writing import carry_out

AT_ONCE: Final = 500
"""Cases moved in one transaction."""

On = Annotated[str | None, Parameter(help="the unit whose cases are meant; all where it is left out")]
New = Annotated[str, Parameter(help="a version the install knows (NAME@VERSION), or a programme file")]


def add(_app: App) -> None:
    """The group is put into the command line by its first module."""


@programmes.command(name="try")
def try_(new: New, *, on: On = None, months: int = 12, where: Where = Where()) -> int:
    """Run the open cases forward under the version they have and under NEW, in memory, and compare the load."""
    if not 1 <= months <= 240:
        raise BadInput(where.say("trial.months"))
    programme, unit = _version(new, where), where.unit(on)
    until = where.moment + relativedelta(months=months)
    form = as_a_rule({**where.store.programmes, programme.name: programme})
    with reading(where.store.engine) as connection:
        trial = try_version(connection, where.store, programme, unit, form, where.moment, until, _progress)
    if not trial.whole.cases and not trial.refused:
        raise BadInput(where.say("trial.no-cases", programme=programme.programme))
    where.show(_answer(trial, where), _text(trial, programme, months, where))
    return FINDINGS if trial.refused else DONE


@programmes.command
def move(*, to: str, by: By, reason: Why, on: On = None, where: Where = Where()) -> int:
    """Move the open cases of a unit to another version: open duties give way to the new version's at once."""
    programme, unit = where.programme(to), where.unit(on)
    where.people(by)
    with reading(where.store.engine) as connection:
        cases = [case for case in open_cases(connection, unit) if _moves(case, programme)]
    commands = [
        ChangeProgramme(case=case.id, programme=programme.name, by=PersonId(by), reason=reason) for case in cases
    ]
    outcomes = [
        outcome
        for start in range(0, len(commands), AT_ONCE)
        for outcome in carry_out(where.store, commands[start : start + AT_ONCE], where.moment)
    ]
    refused = [
        {"case": command.case, "reason": outcome.reason.value,
         "why": where.why(outcome)}
        for command, outcome in zip(commands, outcomes, strict=True) if isinstance(outcome, Refusal)
    ]  # fmt: skip
    moved = len(outcomes) - len(refused)
    lines = [where.say("trial.moved", count=moved, programme=programme.name)]
    lines += [f"{each['case']}  {each['why']}" for each in refused]
    where.show({"moved": moved, "refused": refused}, "\n".join(lines))
    return FINDINGS if refused else DONE


def _moves(case: Case, programme: Programme) -> bool:
    return case.programme != programme.name and case.programme.partition("@")[0] == programme.programme


def _version(new: str, where: Where) -> Programme:
    """The version of a name or in a file; a file may not say otherwise than the version the install has."""
    programme = version(new, where)
    if where.store.programmes.get(programme.name, programme) != programme:
        raise BadInput(where.say("trial.same-version", name=programme.name))
    return programme


def _progress(done: int, cases: int) -> None:
    if sys.stderr.isatty() and (done % 20 == 0 or done == cases):
        sys.stderr.write(f"\r{done}/{cases}" + ("\n" if done == cases else ""))


def _answer(trial: Trial, where: Where) -> dict[str, Any]:
    return {
        "whole": _line(trial.whole),
        "townships": [_line(each) for each in trial.townships],
        "answers_seen": trial.answers_seen,
        "refused": [
            {"case": case, "reason": refusal.reason.value,
             "why": where.why(refusal)}
            for case, refusal in trial.refused
        ],
    }  # fmt: skip


def _line(compared: Compared) -> dict[str, Any]:
    return {
        "unit": compared.unit, "cases": compared.cases, "old": _figures(compared.old), "new": _figures(compared.new),
    }  # fmt: skip


def _figures(load: Load) -> dict[str, Any]:
    desks = {level.value: load.desks[level] for level in CLIMB if load.desks[level]}
    return {"visits": load.visits, "messages": load.messages, "late": load.late, "desks": desks}


def _text(trial: Trial, programme: Programme, months: int, where: Where) -> str:
    names = where.unit_names([UnitId(each.unit) for each in trial.townships if each.unit])
    lines = [where.say("trial.title", programme=programme.name, months=months, cases=trial.whole.cases)]
    lines.append(where.say("trial.assumed", answers=trial.answers_seen))
    lines += _told(where.say("trial.whole"), trial.whole, where)
    for each in trial.townships:
        lines += _told(names.get(UnitId(each.unit or ""), where.say("trial.elsewhere")), each, where)
    lines += [where.say("trial.refused", case=case, why=where.why(refusal)) for case, refusal in trial.refused]
    return "\n".join(lines)


def _told(name: str, compared: Compared, where: Where) -> Sequence[str]:
    old, new = compared.old, compared.new
    figures = [
        ("visits", old.visits, new.visits),
        ("messages", old.messages, new.messages),
        ("late", old.late, new.late),
    ]
    figures += [(f"desk-{level.value}", old.desks[level], new.desks[level]) for level in CLIMB]
    rows = [
        where.say("trial.line", what=where.say(f"trial.{key}"), old=before, new=after, change=f"{after - before:+d}")
        for key, before, after in figures
        if before or after
    ]
    return [where.say("trial.unit", name=name, cases=compared.cases), *rows]
