"""``shouwang check-in …``: what is owed, and answering it."""

from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.case_commands import carry, duty_number
from deployments.cli.duty_lines import show_duties
from deployments.cli.where import DONE, BadInput, Refused, Where
from domain.ids import CaseId, PersonId
from domain.programme.schema import DutyKind, FieldKind
from domain.rules.commands import AnswerDuty
from domain.rules.forms import read_form
from domain.rules.refusals import Reason, Refusal
from domain.store.engine import reading
from domain.store.journal import snapshot_of
from domain.store.lists import open_duties

check_in = App(name="check-in", help="see and answer what is owed")


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(check_in)


@check_in.command(name="list")
def list_(
    *, person: str | None = None, unit: str | None = None, case: str | None = None, where: Where = Where()
) -> int:
    """The open duties of a person, a unit or a case, soonest first."""
    of_unit, of_case = where.unit(unit), where.case(case) if case is not None else None
    if person is not None:
        where.people(person)
    with reading(where.store.engine) as connection:
        found = open_duties(
            connection, where.moment, person=PersonId(person) if person else None, unit=of_unit, case=of_case
        )
    show_duties(where, found, "cli.nothing-waits")
    return DONE


@check_in.command
def answer(
    duty: Annotated[str, Parameter(help="the duty: CASE/NUMBER")],
    *given: Annotated[str, Parameter(help="QUESTION=ANSWER, as often as needed")],
    by: Annotated[str, Parameter(help="who answers: the id of a person")],
    where: Where = Where(),
) -> int:
    """Say that a duty is done. Without answers: show the questions."""
    number, case = duty_number(duty, where)
    where.people(by)
    kind = _kind(where, case, number)
    if kind.asks and not given:
        where.show(kind.model_dump(mode="json")["asks"], "\n".join(questions(kind, duty, where)))
        return DONE
    try:
        answers, notes = read_form(kind, _pairs(given, where))
        return carry(where, [AnswerDuty(case=case, duty=number, by=PersonId(by), answers=answers, notes=notes)])
    except Refusal as refusal:
        raise where.refused(_in_words(refusal, kind, where)) from None
    except Refused as refused:
        raise where.refused(_in_words(refused.refusal, kind, where)) from None


def _in_words(refusal: Refusal, kind: DutyKind, where: Where) -> Refusal:
    """The same, naming the question as the form does."""
    if refusal.about not in kind.asks:
        return refusal
    return Refusal(refusal.reason, f"{kind.asks[refusal.about].title.say(where.spoken)} ({refusal.about})")


def _kind(where: Where, case: CaseId, number: int) -> DutyKind:
    with reading(where.store.engine) as connection:
        found = snapshot_of(connection, case)
    if found is None:
        raise where.refused(Refusal(Reason.NO_SUCH_CASE, case))
    if number not in found.duties:
        ended = 0 < number <= found.opened_duties
        raise where.refused(Refusal(Reason.DUTY_ENDED if ended else Reason.NO_SUCH_DUTY, str(number)))
    return where.store.programmes[found.programme].duties[found.duties[number].kind]


def _pairs(given: tuple[str, ...], where: Where) -> dict[str, list[str]]:
    pairs: dict[str, list[str]] = {}
    for each in given:
        key, sign, text = each.partition("=")
        if not sign:
            raise BadInput(where.say("cli.answer-form", given=each))
        pairs.setdefault(key.strip(), []).append(text)
    return pairs


def questions(kind: DutyKind, duty: str, where: Where) -> list[str]:
    """A form's questions as lines: key, words, and what may be answered."""
    lines = [where.say("cli.how-to-answer", duty=duty)]
    for key, question in kind.asks.items():
        star = "*" if question.required else " "
        options = ", ".join(f"{option} ({words.say(where.spoken)})" for option, words in question.options.items())
        form = options or _forms(where).get(question.type, "")
        lines.append(f"{star} {key}: {question.title.say(where.spoken)} [{form}]")
    return lines


def _forms(where: Where) -> dict[FieldKind, str]:
    yes_or_no = where.say("cli.yes-or-no")
    return {
        FieldKind.YES_NO: yes_or_no,
        FieldKind.TEXT: "…",
        FieldKind.ACCOUNT: where.say("cli.account-digits"),
        FieldKind.COUNT: "0, 1, 2 …",
        FieldKind.DATE: "YYYY-MM-DD",
    }
