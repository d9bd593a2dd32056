"""How made-up volunteers answer: most on time, some late, a few never; the same seed, the same answers."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.ids import CaseId


@dataclass(frozen=True, slots=True)
class OnTime:
    """Answers so many days before the due day, 0 on it."""

    days_before: int


@dataclass(frozen=True, slots=True)
class Late:
    """Answers so many days after the due day."""

    days: int


@dataclass(frozen=True, slots=True)
class Never:
    """Says nothing."""


@dataclass(frozen=True, slots=True)
class NeedsHelp:
    """Answers on time that the child needs help."""

    days_before: int


Behaviour = OnTime | Late | Never | NeedsHelp


@dataclass(frozen=True, slots=True)
class Shares:
    """Of a thousand duties how many are late, never answered, or answered with a call for help; the rest on time."""

    late: int
    never: int
    needs_help: int


@dataclass(frozen=True, slots=True)
class Habit:
    """Of a thousand cases how many have such a volunteer, and how that one answers."""

    cases: int
    shares: Shares


HABITS: Final = (
    Habit(830, Shares(late=60, never=5, needs_help=15)),
    Habit(130, Shares(late=400, never=60, needs_help=20)),
    Habit(40, Shares(late=250, never=500, needs_help=10)),
)
"""The steady, the forgetful and those about to give up; made up so that each step of a ladder is seen in a demo."""

_MOST_DAYS_BEFORE: Final = 6
_MOST_DAYS_LATE: Final = 25


def answer_for(case: CaseId, duty_kind: str, due_on: date, seed: int) -> Behaviour:
    """How the volunteer of a case answers one duty."""
    shares = habit_of(case, seed).shares
    draw = _draw(1000, seed, case, duty_kind, due_on.isoformat())
    days_before = _draw(_MOST_DAYS_BEFORE + 1, seed, case, duty_kind, due_on.isoformat(), "before")
    if draw < shares.never:
        return Never()
    if draw < shares.never + shares.late:
        return Late(_days_late(case, duty_kind, due_on, seed))
    if draw < shares.never + shares.late + shares.needs_help:
        return NeedsHelp(days_before)
    return OnTime(days_before)


def habit_of(case: CaseId, seed: int) -> Habit:
    """How the volunteer of a case is wont to answer."""
    draw = _draw(1000, seed, case)
    for habit in HABITS:
        if draw < habit.cases:
            return habit
        draw -= habit.cases
    return HABITS[-1]


def _days_late(case: CaseId, duty_kind: str, due_on: date, seed: int) -> int:
    """Of two draws the smaller: short delays are more frequent than long ones."""
    draws = (_draw(_MOST_DAYS_LATE, seed, case, duty_kind, due_on.isoformat(), which) for which in "12")
    return 1 + min(draws)


def _draw(below: int, *what: object) -> int:
    digest = hashlib.blake2b("/".join(str(part) for part in what).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % below
