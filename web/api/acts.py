"""Acts on a case, one table: what each asks for, and the command it becomes. To add an act is to add a row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body
from pydantic import Field

from domain.facts import stored_name
from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.rules.access import Right
from domain.rules.refusals import Refusal
from domain.store.console import api_cases
from domain.store.console.acting import acting_person
from domain.store.writing import Outcome
from domain.words import say
from web.api import shapes
from web.api.caller import Acting, endpoint
from web.api.shapes import CaseNumber, DutyNumber, Given, Key, Number
from web.api.trouble import Mistake, Trouble
from web.fields import problems_of, read_answers


class OfDuty(Given):
    """Which duty of the case."""

    duty: Number


class Excuse(OfDuty):
    """Which duty, and why it is let go."""

    reason: Key = Field(description="A short key, never a sentence and never a name.", examples=["not-needed"])


class Decide(Given):
    """Whether the proposed helper is approved."""

    accept: bool
    reason: Key = Field(default="other", description="Why not.")


class Risk(Given):
    """The level of risk from now on, as the programme calls it."""

    risk: Key


class Why(Given):
    """Why, as a short key."""

    reason: Key = Field(examples=["self-reliant"])


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act. ``makes``: the command it becomes, for a case, in somebody's name, with what was sent."""

    says: str
    takes: type[Given]
    makes: Callable[[CaseId, PersonId, Any], c.Command]


ACTS: Final[Mapping[str, Act]] = {
    "acknowledge": Act(
        says="Say from above: it is seen, somebody is on it.", takes=OfDuty,
        makes=lambda case, by, given: c.AcknowledgeDuty(case=case, duty=given.duty, by=by),
    ),
    "excuse": Act(
        says="Let a duty go, by name and with a reason.", takes=Excuse,
        makes=lambda case, by, given: c.ExcuseDuty(case=case, duty=given.duty, by=by, reason=given.reason),
    ),
    "decide-proposal": Act(
        says="Approve or decline the open proposal of a helper.", takes=Decide,
        makes=lambda case, by, given: c.DecideProposal(case=case, by=by, accept=given.accept, reason=given.reason),
    ),
    "risk": Act(
        says="Set the level of risk.", takes=Risk,
        makes=lambda case, by, given: c.ChangeRisk(case=case, risk=given.risk, by=by),
    ),
    "close": Act(
        says="End the watch.", takes=Why,
        makes=lambda case, by, given: c.CloseCase(case=case, by=by, reason=given.reason),
    ),
    "reopen": Act(
        says="Begin the watch again.", takes=Why,
        makes=lambda case, by, given: c.ReopenCase(case=case, by=by, reason=given.reason),
    ),
}  # fmt: skip

_ONCE: Final = (
    " Asked twice, the second is refused (409) and changes nothing: what is done is done once, so that a program that"
    " got no answer may simply ask again."
)


def routes() -> APIRouter:
    """An address for every act, and the one for answering a duty."""
    router = APIRouter(tags=["acts"])
    for key, act in ACTS.items():
        _add(router, key, act)
    endpoint(
        router, "POST", "/cases/{case}/duties/{duty}/answer", Right.ACT, 404, 408, 409, 413,
        description="Answer a duty that is the owner's own to answer, with everything its form asks." + _ONCE,
        summary="Answer a duty",
    )(answer_duty)  # fmt: skip
    return router


def _add(router: APIRouter, key: str, act: Act) -> None:
    def do(case: CaseNumber, given: Any, caller: Acting) -> shapes.Done:
        command = act.makes(CaseId(case), acting_person(caller.viewer), given)
        return done(caller.act(command)[0])

    do.__name__ = f"{key}_case" if key in {"close", "reopen"} else key
    do.__annotations__["given"] = Annotated[act.takes, Body()]
    endpoint(
        router, "POST", f"/cases/{{case}}/acts/{key}", Right.ACT, 404, 408, 409, 413, description=act.says + _ONCE,
        summary=act.says.rstrip("."),
    )(do)  # fmt: skip


def answer_duty(case: CaseNumber, duty: DutyNumber, given: shapes.Answers, caller: Acting) -> shapes.Done:
    """Answer a duty; every mistake at once."""
    by = acting_person(caller.viewer)
    with caller.look(Right.ACT) as look:
        kind = api_cases.form_of(look, CaseId(case), duty)
    typed = {key: shapes.said(value) for key, value in given.answers.items()}
    problems = dict(problems_of(kind, caller.language, typed)) | {
        key: say(caller.language, "refusals.answer-unknown", about=key) for key in typed.keys() - kind.asks.keys()
    }
    mistakes = [Mistake(where=f"body.answers.{key}", what=what) for key, what in sorted(problems.items())]
    if mistakes:
        raise Trouble(422, mistakes)
    answers, notes = read_answers(kind, typed)
    command = c.AnswerDuty(case=CaseId(case), duty=duty, by=by, answers=answers, notes=notes, through="page")
    return done(caller.act(command)[0])


def done(outcome: Outcome) -> shapes.Done:
    """What became true; the refusal is raised where the rules refuse."""
    if isinstance(outcome, Refusal):
        raise outcome
    names = [stored_name(type(decided.fact)) for decided in outcome.facts]
    return shapes.Done(case=outcome.case.id, stage=outcome.case.stage.value, facts=names)
