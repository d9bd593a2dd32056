"""Forms filled in ahead, a few dozen for each kind and mood: filling in one costs more than deciding on it."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from deployments.simulate.behaviour import Behaviour
from deployments.simulate.chances import WHOLE, Chances, is_hit
from domain.case import Case
from domain.programme.schema import FieldKind, Programme
from domain.rules.made_up import Form, Given, Mood

AHEAD: Final = 24
GROWN: Final = 20
"""The age from which somebody may stand on their own feet."""


class _Key(NamedTuple):
    programme: str
    kind: str
    risk: str
    mood: Mood


class Forms:
    """Answers to whatever duties ask, by the moods the behaviour declares. ``words``: free words to write."""

    def __init__(self, behaviour: Behaviour, chances: Chances, words: Sequence[str]) -> None:
        self.behaviour, self.chances, self.words = behaviour, chances, words
        self._forms: dict[tuple[str, str, str], Form] = {}
        self._ready: dict[_Key, tuple[Given, ...]] = {}

    def fill_in(self, programme: Programme, case: Case, duty: int, on: date) -> Given:
        """The form of an open duty, filled in on a day."""
        kind = case.duties[duty].kind
        form = self._form(programme, kind, case.risk)
        draws = self.chances.four(case.id, duty, "form")
        mood = self._mood(form, case, on, draws.a, draws.b)
        if _depends_on_more(form):
            about = self.chances.stream(case.id, duty, "form")
            return form.fill_in(mood, on, about, self.words, account_of(case))
        key = _Key(programme.name, kind, case.risk, mood)
        if key not in self._ready:
            self._ready[key] = tuple(self._filled(form, mood, on, f"{key}/{number}") for number in range(AHEAD))
        return self._ready[key][int(draws.c * AHEAD)]

    def _filled(self, form: Form, mood: Mood, on: date, name: str) -> Given:
        return form.fill_in(mood, on, self.chances.stream("ready", name), self.words)

    def _form(self, programme: Programme, kind: str, risk: str) -> Form:
        key = (programme.name, kind, risk)
        if key not in self._forms:
            noted = self.behaviour.helpers.notes / WHOLE
            self._forms[key] = Form(programme, programme.duties[kind], risk, noted)
        return self._forms[key]

    def _mood(self, form: Form, case: Case, on: date, first: float, second: float) -> Mood:
        if form.can_end and (case.born is None or on.year - case.born.year >= GROWN):
            return Mood.ENDING if is_hit(second, self.behaviour.families.established) else Mood.WELL
        helpers = self.behaviour.helpers
        if is_hit(first, helpers.urgent):
            return Mood.URGENT
        return Mood.TROUBLED if is_hit(first, helpers.urgent + helpers.troubled) else Mood.WELL


def _depends_on_more(form: Form) -> bool:
    """Whether an answer depends on the day or the family, so that it cannot be made ahead."""
    return any(question.type in {FieldKind.DATE, FieldKind.ACCOUNT} for question in form.kind.asks.values())


def account_of(case: Case) -> str:
    """The made-up account of a case's guardian."""
    return account_number(case.family) if case.family is not None else ""


def account_number(person: str) -> str:
    """The made-up account of somebody: beginning with digits that no bank gives out."""
    return f"0000{person.removeprefix('p'):0>15}"
