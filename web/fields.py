"""A duty's questions as fields of a form, what was typed into them, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from unicodedata import normalize

from domain.facts import Answer
from domain.programme.schema import DutyKind, FieldKind, Question
from domain.rules.answers import check_answers
from domain.rules.forms import read_form
from domain.rules.refusals import Reason, Refusal
from domain.sheets.dates import Day, read_date
from domain.words import say
from web.posted import Given

MOST_SIGNS: Final = 2_000
"""Signs a free answer may have; what a page of handwriting holds."""

MOST_SIGNS_OF_A_VALUE: Final = 40

_BESIDE_EACH_OTHER: Final = 3
_NARROW: Final = 6
_HALF: Final = 12
_WIDE_FROM: Final = 0x2E80


class Field(NamedTuple):
    """One question as a page shows it; ``values`` is what was typed, ``problem`` what is wrong with that.

    ``shape``: how options stand, ``row`` beside each other, ``pairs``, or ``list``.
    """

    key: str
    title: str
    type: FieldKind
    required: bool
    options: tuple[tuple[str, str], ...]
    shape: str
    least: int
    most: int
    values: tuple[str, ...]
    problem: str


Problems = Mapping[str, str]
"""Sentences by question."""


def fields(kind: DutyKind, language: str, given: Given, problems: Problems) -> list[Field]:
    """A duty's questions, in the programme's order."""
    return [
        _field(key, question, language, tuple(given.get(key, ())), problems.get(key, ""))
        for key, question in kind.asks.items()
    ]


def _field(key: str, question: Question, language: str, values: tuple[str, ...], problem: str) -> Field:
    options = tuple((option, words.say(language)) for option, words in question.options.items())
    if question.type is FieldKind.YES_NO:
        options = (("yes", say(language, "web.yes")), ("no", say(language, "web.no")))
    return Field(
        key, question.title.say(language), question.type, question.required, options, _shape(options),
        question.least, question.most, values, problem,
    )  # fmt: skip


def _shape(options: tuple[tuple[str, str], ...]) -> str:
    widest = max((_width(words) for _, words in options), default=0)
    if len(options) <= _BESIDE_EACH_OTHER and widest <= _NARROW:
        return "row"
    return "pairs" if widest <= _HALF else "list"


def _width(words: str) -> int:
    """In halves of a Chinese sign."""
    return sum(2 if ord(sign) >= _WIDE_FROM else 1 for sign in words)


def read_answers(kind: DutyKind, given: Given) -> tuple[dict[str, Answer], dict[str, str]]:
    """(answers, notes); a Refusal where something typed does not fit, or was not asked at all."""
    return read_form(kind, {key: _plain(kind.asks.get(key), texts) for key, texts in given.items()})


def _plain(question: Question | None, texts: list[str]) -> list[str]:
    """As the rules read them: full-width digits as digits, a day however it is written as its ISO form."""
    if question is None or question.type is FieldKind.TEXT:
        return texts
    if any(len(text) > MOST_SIGNS_OF_A_VALUE for text in texts):
        return ["?"]
    plain = [normalize("NFKC", text).strip() for text in texts]
    return [_iso(text) for text in plain] if question.type is FieldKind.DATE else plain


def _iso(text: str) -> str:
    read = read_date(text)
    return read.day.isoformat() if isinstance(read, Day) else text


def problems_of(kind: DutyKind, language: str, given: Given) -> Problems:
    """Everything wrong with a form, each question by itself, so that nobody has to send it again and again."""
    return dict(_problems(kind, language, given))


def _problems(kind: DutyKind, language: str, given: Given) -> Iterator[tuple[str, str]]:
    for key, question in kind.asks.items():
        texts = given.get(key, [])
        title = question.title.say(language)
        if any(len(text) > MOST_SIGNS for text in texts):
            yield key, say(language, "web.too-long", question=title, most=MOST_SIGNS)
            continue
        alone = kind.model_copy(update={"asks": {key: question}})
        try:
            check_answers(alone, *read_answers(alone, {key: texts}))
        except Refusal as refusal:
            yield key, _sentence(question, title, refusal, language)


def _sentence(question: Question, title: str, refusal: Refusal, language: str) -> str:
    if refusal.reason is Reason.ANSWER_MISSING:
        return say(language, "web.missing", question=title)
    match question.type:
        case FieldKind.COUNT:
            return say(language, "web.not-a-count", question=title, least=question.least, most=question.most)
        case FieldKind.DATE:
            return say(language, "web.not-a-day", question=title)
        case _:
            return say(language, "web.not-an-option", question=title)
