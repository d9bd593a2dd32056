"""Rules about kinds of cases: their ages, and that what one kind owes is taken over by what it owes as well."""

from collections.abc import Iterator
from typing import Final

from domain.programme.check import Rule
from domain.programme.course import grows, kinds_owing
from domain.programme.mistakes import Finding, found
from domain.programme.schema import Programme


def check_kinds(programme: Programme) -> Iterator[Finding]:
    """Everything wrong with kinds of cases."""
    for rule in _RULES:
        yield from rule(programme)


def only_the_living_have_an_age(programme: Programme) -> Iterator[Finding]:
    """An age is asked of children and elders, not of a school, a unit or a project."""
    for name, kind in programme.eligible.kinds.items():
        for key in ("below_age", "from_age"):
            if getattr(kind, key) is not None and not grows(programme, name):
                path = ("eligible", "kinds", name, key)
                yield found(path, "age-of-a-thing", name=key, subject=programme.subject_of(name))


def ages_leave_somebody(programme: Programme) -> Iterator[Finding]:
    """Some age is neither too young nor too old."""
    eligible = programme.eligible
    if _nobody(eligible.below_age, eligible.from_age):
        yield found(("eligible", "from_age"), "ages-of-nobody", least=eligible.from_age, below=eligible.below_age)
        return
    for name in eligible.kinds:
        below, least = programme.ages_of(name)
        if grows(programme, name) and _nobody(below, least):
            yield found(("eligible", "kinds", name), "ages-of-nobody", least=least, below=below)


def _nobody(below: int | None, least: int | None) -> bool:
    return below is not None and least is not None and least >= below


def lapses_stay_with_the_kind(programme: Programme) -> Iterator[Finding]:
    """What lapses becomes a duty that this kind of case owes."""
    for name, duty in programme.duties.items():
        into = programme.duties.get(duty.lapses_into or "")
        others = [kind for kind in kinds_owing(programme, duty) if into and into.kinds and kind not in into.kinds]
        if others:
            path = ("duties", name, "lapses_into")
            yield found(path, "lapses-out-of-kind", into=duty.lapses_into, kinds=", ".join(others))


_RULES: Final[tuple[Rule, ...]] = (
    only_the_living_have_an_age,
    ages_leave_somebody,
    lapses_stay_with_the_kind,
)
