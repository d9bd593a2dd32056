"""Rules about single parts of a programme: lengths, days, words, questions, conditions."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, Final

from pydantic import BaseModel

from domain.calendar import FESTIVALS
from domain.programme.mistakes import Finding, Path, found
from domain.programme.recurrence import rule_problem
from domain.programme.schema import DutyKind, FieldKind, Helper, Named, Paper, Programme, Question
from domain.programme.spans import Length, Offset, Unit, rough_days

Rule = Callable[[Programme], Iterator[Finding]]

MOST_YEARS: Final = 100
MOST_TITLE: Final[Mapping[str, int]] = {"zh": 12, "en": 30}
"""A duty's title stands in an SMS."""


def check_parts(programme: Programme) -> Iterator[Finding]:
    """Everything wrong with single parts."""
    for rule in _RULES:
        yield from rule(programme)


def _lengths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Length]]:
    if isinstance(value, Length):
        yield path, value
    elif isinstance(value, Offset):
        if value.length.amount:
            yield path, value.length
    elif isinstance(value, BaseModel):
        for key in type(value).model_fields:
            yield from _lengths(getattr(value, key), (*path, key))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _lengths(inner, (*path, key))
    elif isinstance(value, tuple):
        for place, inner in enumerate(value):
            yield from _lengths(inner, (*path, place))


def lengths_are_sensible(programme: Programme) -> Iterator[Finding]:
    """Nothing lasts no time or longer than a life; only a part of life may begin at 0 years."""
    for path, length in _lengths(programme):
        if length.amount == 0 and path[0] != "life":
            yield found(path, "length-nothing", name=path[-1], value=length)
        elif rough_days(length) > rough_days(Length(MOST_YEARS, Unit.YEAR)):
            yield found(path, "length-too-long", name=path[-1], value=length, most=MOST_YEARS)


def ages_are_in_years(programme: Programme) -> Iterator[Finding]:
    """An age is counted in whole years."""
    for name, season in programme.life.items():
        if season.from_age.unit is not Unit.YEAR:
            yield found(("life", name, "from_age"), "age-in-years", value=season.from_age)
    for name, duty in programme.duties.items():
        if duty.opens.age is not None and duty.opens.age.unit is not Unit.YEAR:
            yield found(("duties", name, "opens", "age"), "age-in-years", value=duty.opens.age)


def life_goes_on(programme: Programme) -> Iterator[Finding]:
    """Parts of life are written youngest first, and no two begin at once."""
    ages = [(name, rough_days(season.from_age)) for name, season in programme.life.items()]
    for (before, younger), (name, older) in pairwise(ages):
        if older <= younger:
            yield found(("life", name, "from_age"), "life-order", name=name, before=before)


def days_exist(programme: Programme) -> Iterator[Finding]:
    """Every ``MM-DD`` is a day of the calendar."""
    for name, duty in programme.duties.items():
        if duty.opens.yearly not in {None, *FESTIVALS} and not exists(str(duty.opens.yearly)):
            yield found(("duties", name, "opens", "yearly"), "no-such-day", value=duty.opens.yearly)
    for name, season in programme.life.items():
        if season.on is not None and not exists(season.on):
            yield found(("life", name, "on"), "no-such-day", value=season.on)


def exists(month_day: str) -> bool:
    """Whether ``MM-DD`` is a day of the calendar, in a leap year at least."""
    try:
        date.fromisoformat(f"2000-{month_day}")
    except ValueError:
        return False
    return True


def rules_are_safe(programme: Programme) -> Iterator[Finding]:
    """A recurrence rule goes on for ever, skips no month and comes to a day."""
    for name, duty in programme.duties.items():
        problem = rule_problem(duty.opens.rule) if duty.opens.rule is not None else None
        if problem is not None:
            yield found(("duties", name, "opens", "rule"), problem.problem, part=problem.part)


def titles_fit_an_sms(programme: Programme) -> Iterator[Finding]:
    """A duty's title is short in every language."""
    for name, duty in programme.duties.items():
        for language, most in MOST_TITLE.items():
            title = duty.title.say(language)
            if len(title) > most:
                yield found(("duties", name, "title", language), "title-too-long", length=len(title), most=most)


def questionscan_be_answered(programme: Programme) -> Iterator[Finding]:
    """A choice has two options or more, a count a range, and only a count has one."""
    for name, duty in programme.duties.items():
        for key, question in duty.asks.items():
            yield from _question(("duties", name, "asks", key), question)


def _question(path: Path, question: Question) -> Iterator[Finding]:
    if len(question.options) == 1:
        yield found((*path, "options"), "one-option", name=path[-1])
    ranged = {"least", "most"} & question.model_fields_set
    if ranged and question.type is not FieldKind.COUNT:
        yield found((*path, min(ranged)), "range-without-count", name=min(ranged), type=question.type)
    if question.least >= question.most:
        yield found((*path, "least" if "least" in ranged else "most"), "empty-range",
                    least=question.least, most=question.most)  # fmt: skip


def conditions_can_hold(programme: Programme) -> Iterator[Finding]:
    """What a consequence waits for is something its question can be answered with."""
    for name, duty in programme.duties.items():
        for place, consequence in enumerate(duty.consequences):
            path: Path = ("duties", name, "consequences", place)
            brings = (consequence.raises, consequence.risk, consequence.move, consequence.refuses, consequence.releases)
            if not any(brings):
                yield found(path, "brings-nothing")
            for key, wanted in consequence.when.items():
                question = duty.asks.get(key)
                if question is not None and not can_be(question, wanted):
                    yield impossible((*path, "when", key), question, wanted)


def can_be(question: Question, wanted: bool | int | str | tuple[str, ...]) -> bool:
    """Whether a question can be answered so."""
    match question.type:
        case FieldKind.YES_NO:
            return isinstance(wanted, bool)
        case FieldKind.COUNT:
            whole = isinstance(wanted, int) and not isinstance(wanted, bool)
            return whole and question.least <= int(wanted) <= question.most  # type: ignore[arg-type]
        case FieldKind.DATE | FieldKind.TEXT | FieldKind.ACCOUNT:
            return False
        case _:
            options = wanted if isinstance(wanted, tuple) else (wanted,)
            return bool(options) and all(option in question.options for option in options)


def impossible(path: Path, question: Question, wanted: object) -> Finding:
    """That a question can never be answered so."""
    shown = ", ".join(map(str, wanted)) if isinstance(wanted, tuple) else wanted
    match question.type:
        case FieldKind.YES_NO:
            return found(path, "condition-yes-no", name=path[-1], value=shown)
        case FieldKind.COUNT:
            return found(path, "condition-count", name=path[-1], least=question.least, most=question.most)
        case FieldKind.DATE | FieldKind.TEXT | FieldKind.ACCOUNT:
            return found(path, "condition-never", name=path[-1], type=question.type)
        case _:
            return found(path, "condition-option", name=path[-1], value=shown, known=", ".join(question.options))


def names_are_one_things(programme: Programme) -> Iterator[Finding]:
    """A word of a sheet means one kind, one paper, one kind of helper."""
    yield from _ambiguous(programme.eligible.kinds, ("eligible", "kinds"))
    yield from _ambiguous(programme.papers, ("papers",))
    yield from _ambiguous(programme.helpers, ("helpers",))


def _ambiguous(things: Mapping[str, Named] | Mapping[str, Paper], path: Path) -> Iterator[Finding]:
    owner: dict[str, str] = {}
    for name, thing in things.items():
        written: list[tuple[Path, str]] = [(("title", "zh"), thing.title.zh)]
        written += [(("also", place), word) for place, word in enumerate(thing.also)]
        for way, word in written:
            before = owner.setdefault(word.strip().casefold(), name)
            if before != name:
                yield found((*path, name, *way), "two-meanings", value=word, before=before)


def weights_are_not_negative(programme: Programme) -> Iterator[Finding]:
    """A wish in pairing gives points or none."""
    for name, weight in (programme.pairing.weights if programme.pairing else {}).items():
        if weight < 0:
            yield found(("pairing", "weights", name), "weight-negative", name=name, value=weight)


def lists_say_things_once(programme: Programme) -> Iterator[Finding]:
    """A stage, paper, kind or helper stands once in its list."""
    lists: list[tuple[Path, tuple[str, ...]]] = []
    for name, duty in programme.duties.items():
        lists += _lists(name, duty)
    for name, role in programme.roles.items():
        if isinstance(role, Helper):
            lists += [(("roles", name, key), getattr(role, key)) for key in ("of", "papers", "kinds")]
    if programme.pairing is not None:
        lists += [(("pairing", "papers"), programme.pairing.papers), (("pairing", "first"), programme.pairing.first)]
    for path, words in lists:
        for place, word in enumerate(words):
            if word in words[:place]:
                yield found((*path, place), "twice-in-list", value=str(word))


def _lists(name: str, duty: DutyKind) -> list[tuple[Path, tuple[str, ...]]]:
    path: Path = ("duties", name)
    return [
        ((*path, "stages"), duty.stages),
        ((*path, "opens", "after"), duty.opens.after),
        ((*path, "met_by"), duty.met_by),
        ((*path, "kinds"), duty.kinds),
        ((*path, "together_with"), duty.together_with),
        *(((*path, "asks", key, "life"), question.life) for key, question in duty.asks.items()),
    ]


_RULES: Final[tuple[Rule, ...]] = (
    lengths_are_sensible,
    ages_are_in_years,
    life_goes_on,
    days_exist,
    rules_are_safe,
    titles_fit_an_sms,
    questionscan_be_answered,
    conditions_can_hold,
    names_are_one_things,
    weights_are_not_negative,
    lists_say_things_once,
)
