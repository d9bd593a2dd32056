"""Made-up answers to a duty's form, whatever it asks: mostly that all is well, now and then that something is not."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from enum import Enum, auto
from functools import cached_property
from random import Random
from typing import Final, NamedTuple

from domain.case import Case
from domain.facts import Answer
from domain.programme.schema import Consequence, DutyKind, FieldKind, Move, Programme, Question
from domain.rules.answers import consequences

_YES: Final = 0.85
_ASKED_FOR: Final = 0.4
_NOTED: Final = 0.1
_FIRST_CRY: Final = 0.85
_A_YEAR: Final = timedelta(days=365)


class Mood(Enum):
    """What somebody has to tell: nothing special, something to see to, something that cannot wait, that all is done."""

    WELL = auto()
    TROUBLED = auto()
    URGENT = auto()
    ENDING = auto()


_TROUBLED: Final = (Mood.TROUBLED, Mood.URGENT)


class Given(NamedTuple):
    """A form as filled in; ``notes`` are free words."""

    answers: dict[str, Answer]
    notes: dict[str, str]


class Form:
    """A kind of duty as somebody fills it in for a case at a level of risk."""

    def __init__(self, programme: Programme, kind: DutyKind, risk: str, noted: float = _NOTED) -> None:
        self.programme, self.kind, self.risk, self.noted = programme, kind, risk, noted
        self._least: dict[str, Sequence[Answer]] = {}

    def fill_in(self, mood: Mood, on: date, draws: Random, words: Sequence[str], account: str = "") -> Given:
        """Legal answers on a day; what the mood does not settle is as well as can be.

        ``account``: the guardian's, where money is to be paid.
        """
        told = self._told(mood, draws)
        given = Given({}, {})
        for key, question in self.kind.asks.items():
            if question.type is FieldKind.ACCOUNT:
                if account:
                    given.notes[key] = account
            elif question.type is FieldKind.TEXT:
                if question.required or draws.random() < self.noted:
                    given.notes[key] = draws.choice(words)
            elif key in told:
                given.answers[key] = _put(question, told[key], draws)
            elif (answer := self._well(key, question, on, draws)) is not None:
                given.answers[key] = answer
        return given

    @property
    def can_cry(self) -> bool:
        """Whether an answer to it can bring about something urgent."""
        return any(self._urgent(each) for each in self._troubles)

    @property
    def can_end(self) -> bool:
        """Whether an answer to it can end the watch, or lead to the duty that does."""
        return bool(self._ends)

    @cached_property
    def _ends(self) -> tuple[Consequence, ...]:
        return tuple(each for each in self.kind.consequences if each.when and self._closes(each))

    @cached_property
    def _troubles(self) -> tuple[Consequence, ...]:
        """What answers can bring about besides good; nobody ends a watch by the way."""
        found = (each for each in self.kind.consequences if each.when and each not in self._ends)
        return tuple(each for each in found if self._gravity(each))

    def _closes(self, brings: Consequence) -> bool:
        opened = self.programme.opened_by.get(f"raised:{brings.raises}", ())
        after = (each.move for kind in opened for each in self.programme.duties[kind].consequences)
        return Move.CLOSE in {brings.move, *after}

    def _told(self, mood: Mood, draws: Random) -> Mapping[str, Answer]:
        if mood is Mood.ENDING and self._ends:
            return draws.choice(self._ends).when
        urgent = [each for each in self._troubles if self._urgent(each)]
        others = [each for each in self._troubles if not self._urgent(each)]
        if mood is Mood.URGENT and urgent:
            chosen = urgent[0] if draws.random() < _FIRST_CRY else draws.choice(urgent)
            return chosen.when
        return draws.choice(others).when if mood in _TROUBLED and others else {}

    def _urgent(self, brings: Consequence) -> bool:
        opened = self.programme.opened_by.get(f"raised:{brings.raises}", ())
        ladders = (self.programme.ladders[self.programme.duties[kind].ladder] for kind in opened)
        return any(rung.urgent for ladder in ladders for rung in ladder.rungs)

    def _well(self, key: str, question: Question, on: date, draws: Random) -> Answer | None:
        if not question.required and draws.random() >= _ASKED_FOR:
            return None
        match question.type:
            case FieldKind.YES_NO:
                best = self._best(key, (True, False))
                return best[0] if len(best) == 1 else draws.random() < _YES
            case FieldKind.SCALE:
                best = self._best(key, tuple(question.options))
                return draws.choices(best, _falling(len(best)))[0]
            case FieldKind.CHOICE:
                return draws.choice(self._best(key, tuple(question.options)))
            case FieldKind.CHOICES:
                best = self._best(key, tuple(question.options))
                return tuple(map(str, draws.sample(best, min(draws.randint(1, 2), len(best)))))
            case FieldKind.COUNT if question.required:
                return draws.randint(question.least, min(question.most, question.least + 3))
            case FieldKind.DATE if self.kind.opens.paper is not None:
                return on.isoformat()
            case FieldKind.DATE if question.required:
                return (on + _A_YEAR).isoformat()
            case _:
                return None

    def _best(self, key: str, options: Sequence[Answer]) -> Sequence[Answer]:
        """The options that bring about least."""
        if key not in self._least:
            graveness = {option: self._graveness(key, option) for option in options}
            self._least[key] = [option for option in options if graveness[option] == min(graveness.values())]
        return self._least[key]

    def _graveness(self, key: str, option: Answer) -> int:
        return sum(self._gravity(each) for each in consequences(self.kind, {key: option}) if key in each.when)

    def _gravity(self, brings: Consequence) -> int:
        moves = {None: 0, Move.ADMIT: 0, Move.ACCEPT_TRANSFER: 0}
        changes = brings.risk is not None and brings.risk != self.risk
        return 2 * changes + 3 * (brings.raises is not None) + 4 * brings.refuses + moves.get(brings.move, 5)


Fills = Callable[[Case, DutyKind, date], tuple[Mapping[str, Answer], Mapping[str, str]]]
"""What is answered to a case's duty of a kind on a day: answers, and free words."""

TROUBLED: Final = 0.03
"""The share of answers in a trial that tell of something to see to."""


def as_a_rule(programmes: Mapping[str, Programme]) -> Fills:
    """Everybody answers that all is well, now and then that something is not; the same answer for the same duty."""
    forms: dict[tuple[str, str, str], Form] = {}

    def fill_in(case: Case, kind: DutyKind, on: date) -> tuple[Mapping[str, Answer], Mapping[str, str]]:
        key = (case.programme, kind.title.en, case.risk)
        if key not in forms:
            forms[key] = Form(programmes[case.programme], kind, case.risk)
        draws = Random(f"{case.id}/{kind.title.en}/{on}")
        mood = Mood.TROUBLED if draws.random() < TROUBLED else Mood.WELL
        given = forms[key].fill_in(mood, on, draws, ("-",))
        return given.answers, given.notes

    return fill_in


def _put(question: Question, wanted: Answer, draws: Random) -> Answer:
    """One of the answers a consequence waits for, in the shape of the question."""
    one = draws.choice(wanted) if isinstance(wanted, tuple) else wanted
    return (str(one),) if question.type is FieldKind.CHOICES else one


def _falling(count: int) -> list[int]:
    """Each three times as likely as the next: scales begin with the best."""
    return [3 ** (count - place) for place in range(count)]
