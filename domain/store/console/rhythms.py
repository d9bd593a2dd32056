"""What comes round when: the rhythms of the programmes that cases of the viewer's area live by."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from domain.programme.aspects_duty import rhythm
from domain.programme.plain import Plain
from domain.programme.schema import Programme
from domain.rules.moments import Circumstances, next_on_calendar
from domain.store.console.looking import Looking
from domain.store.console.programmes import programmes


class Rhythm(NamedTuple):
    """A duty that comes round. ``when``: label and phrase; ``next_on``: nothing where each case counts for itself."""

    title: str
    owner: str
    when: tuple[tuple[str, str], ...]
    stages: str
    next_on: date | None


class Rhythms(NamedTuple):
    """All that comes round in one programme, what has a day of its own first."""

    name: str
    title: str
    cases: int
    rhythms: tuple[Rhythm, ...]


def rhythms(look: Looking) -> list[Rhythms]:
    """The rhythms of every version under which open cases of the area run."""
    used = sorted((each for each in programmes(look) if each.open_cases), key=lambda each: -each.open_cases)
    return [
        Rhythms(
            each.programme.name, each.programme.title.say(look.language), each.open_cases,
            tuple(_sorted(_of(look, each.programme))),
        )
        for each in used
    ]  # fmt: skip


def _of(look: Looking, programme: Programme) -> Iterator[Rhythm]:
    plain, around = Plain(programme, look.language), Circumstances(programme, look.store.calendar, look.office)
    for duty in programme.duties.values():
        if duty.opens.recurs:
            stages = plain.listed(plain.stage(stage) for stage in duty.stages)
            coming = next_on_calendar(duty.opens, look.today, around)
            yield Rhythm(
                plain.words(duty.title), plain.role(duty.owed_by), tuple(rhythm(plain, duty.opens)), stages, coming
            )


def _sorted(found: Iterator[Rhythm]) -> list[Rhythm]:
    return sorted(found, key=lambda each: (each.next_on is None, each.next_on or date.max))
