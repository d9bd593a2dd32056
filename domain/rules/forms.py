"""Answers as people type or tick them, turned into what a duty's form asks for."""

from collections.abc import Mapping, Sequence
from typing import Final

from domain.facts import Answer
from domain.programme.schema import DutyKind, FieldKind, Question
from domain.rules.answers import SEALED
from domain.rules.refusals import Reason, Refusal

YES: Final = frozenset({"yes", "y", "true", "1", "是", "有", "对"})
NO: Final = frozenset({"no", "n", "false", "0", "否", "没有", "无", "不"})


def read_form(kind: DutyKind, given: Mapping[str, Sequence[str]]) -> tuple[dict[str, Answer], dict[str, str]]:
    """(answers, notes) from texts by question; a Refusal names a question that is unknown or not answered legally.

    An empty text is no answer. An option may be given by its key or by its words in either language.
    """
    answers: dict[str, Answer] = {}
    notes: dict[str, str] = {}
    for key, texts in given.items():
        question = kind.asks.get(key)
        if question is None:
            raise Refusal(Reason.ANSWER_UNKNOWN, key)
        written = [text.strip() for text in texts if text.strip()]
        if not written:
            continue
        if question.type in SEALED:
            notes[key] = written[0]
        else:
            answers[key] = _answer(key, question, written)
    return answers, notes


def _answer(key: str, question: Question, written: Sequence[str]) -> Answer:
    match question.type:
        case FieldKind.YES_NO:
            return _yes_or_no(key, written[0])
        case FieldKind.SCALE | FieldKind.CHOICE:
            return _option(key, question, written[0])
        case FieldKind.CHOICES:
            return tuple(_option(key, question, part) for text in written for part in text.split(","))
        case FieldKind.COUNT if written[0].isdecimal():
            return int(written[0])
        case FieldKind.DATE:
            return written[0]
        case _:
            raise Refusal(Reason.ANSWER_ILLEGAL, key)


def _yes_or_no(key: str, text: str) -> bool:
    if text.lower() not in YES | NO:
        raise Refusal(Reason.ANSWER_ILLEGAL, key)
    return text.lower() in YES


def _option(key: str, question: Question, text: str) -> str:
    for option, words in question.options.items():
        if text.strip() in {option, words.zh, words.en}:
            return option
    raise Refusal(Reason.ANSWER_ILLEGAL, key)
