"""Whether answers fit a duty's form, and what they bring about."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from domain import facts as f
from domain.facts import Answer
from domain.programme.schema import Consequence, DutyKind, FieldKind, Question
from domain.rules.refusals import Reason, Refusal

SEALED: Final = frozenset({FieldKind.TEXT, FieldKind.ACCOUNT})
"""The kinds of answers that are kept sealed, never in a fact."""


def check_answers(
    kind: DutyKind,
    answers: Mapping[str, Answer],
    notes: Mapping[str, str],
    part: str | None = None,
    *,
    whole: bool = True,
) -> None:
    """Refuse unknown, missing and illegal answers; the refusal names the question. Free words are notes alone.

    ``part``: the part of life the subject is in; what is asked in others alone may be left out. Not ``whole``: a text
    message of one digit, which leaves all other questions open.
    """
    for key in (*answers, *notes):
        if key not in kind.asks:
            raise Refusal(Reason.ANSWER_UNKNOWN, key)
        if (kind.asks[key].type in SEALED) is (key in answers):
            raise Refusal(Reason.ANSWER_ILLEGAL, key)
    for key, question in kind.asks.items():
        given = notes.get(key) if question.type in SEALED else answers.get(key)
        if given is None:
            if whole and question.required and is_asked(question, part):
                raise Refusal(Reason.ANSWER_MISSING, key)
        elif not _legal(question, given):
            raise Refusal(Reason.ANSWER_ILLEGAL, key)


def _legal(question: Question, given: Answer) -> bool:
    match question.type:
        case FieldKind.YES_NO:
            return isinstance(given, bool)
        case FieldKind.SCALE | FieldKind.CHOICE:
            return isinstance(given, str) and given in question.options
        case FieldKind.CHOICES:
            return isinstance(given, tuple | list) and all(key in question.options for key in given)
        case FieldKind.COUNT:
            whole = isinstance(given, int) and not isinstance(given, bool)
            return whole and question.least <= int(given) <= question.most  # type: ignore[arg-type]
        case FieldKind.DATE:
            return isinstance(given, str) and _is_day(given)
        case FieldKind.TEXT | FieldKind.ACCOUNT:
            return isinstance(given, str)


def is_asked(question: Question, part: str | None) -> bool:
    """Whether a question is asked in a part of life."""
    return not question.life or part in question.life


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def consequences(kind: DutyKind, answers: Mapping[str, Answer]) -> tuple[Consequence, ...]:
    """The consequences whose every condition the answers meet."""
    return tuple(each for each in kind.consequences if _holds(each, answers))


def _holds(consequence: Consequence, answers: Mapping[str, Answer]) -> bool:
    return all(_matches(answers.get(key), wanted) for key, wanted in consequence.when.items())


def _matches(given: Answer | None, wanted: Answer) -> bool:
    if isinstance(given, tuple | list):
        return bool(set(given) & set(wanted if isinstance(wanted, tuple) else (wanted,)))
    if isinstance(wanted, tuple):
        return given in wanted
    return given == wanted and isinstance(given, bool) == isinstance(wanted, bool)


def signed_on(kind: DutyKind, met: f.DutyMet) -> date:
    """The day a paper was signed, as the answer's first date says; else the day of the answer."""
    for key, question in kind.asks.items():
        given = met.answers.get(key)
        if question.type is FieldKind.DATE and isinstance(given, str):
            return date.fromisoformat(given)
    return met.on
