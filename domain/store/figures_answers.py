"""What answers add to figures: sums of numbers, shares of yes, how often each option was chosen."""

from collections.abc import Mapping
from typing import Final, assert_never

from domain.facts import Answer
from domain.programme.schema import FieldKind
from domain.store.figures_method import Method
from domain.store.figures_tally import Tally

SCORE: Final = "score"


def add_answers(tally: Tally, method: Method, kind: str, answers: Mapping[str, Answer]) -> None:
    """Count every answer of a form that is no day."""
    questions = method.kind(kind).questions
    for question, answer in answers.items():
        asked = questions.get(question)
        if asked is not None:
            _add(tally, asked, (method.programme, kind, question), answer)


def _add(tally: Tally, asked: FieldKind, where: tuple[str, str, str], answer: Answer) -> None:
    match asked:
        case FieldKind.COUNT if isinstance(answer, int):
            tally.add("answer", *where, "sum", many=answer)
        case FieldKind.YES_NO if isinstance(answer, bool):
            tally.add("answer", *where, "yes" if answer else "no")
        case FieldKind.SCALE | FieldKind.CHOICE if isinstance(answer, str):
            tally.add("answer", *where, answer)
        case FieldKind.CHOICES if isinstance(answer, tuple):
            for option in answer:
                tally.add("answer", *where, option)
        case (
            FieldKind.COUNT | FieldKind.YES_NO | FieldKind.SCALE | FieldKind.CHOICE | FieldKind.CHOICES
            | FieldKind.DATE | FieldKind.TEXT | FieldKind.ACCOUNT
        ):  # fmt: skip
            return
        case _:
            assert_never(asked)


def giving_points(questions: Mapping[str, FieldKind]) -> tuple[str, ...]:
    """The questions that give points: the one called ``score``, or all that are answered with a number."""
    numbers = tuple(question for question, asked in questions.items() if asked is FieldKind.COUNT)
    return (SCORE,) if SCORE in numbers else numbers


def points_of(method: Method, kind: str, answers: Mapping[str, Answer]) -> dict[str, int]:
    """The points given in a form."""
    given = ((question, answers.get(question)) for question in giving_points(method.kind(kind).questions))
    return {question: answer for question, answer in given if isinstance(answer, int)}
