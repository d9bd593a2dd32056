"""Rules about ladders: in order of time, up the tree without skipping, and never without a next moment."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from domain.programme.check import Rule
from domain.programme.mistakes import Finding, Path, found
from domain.programme.recurrence import rule_problem, shortest_gap
from domain.programme.schema import CLIMB, Cadence, Desk, DutyKind, Ladder, Level, Open, Programme, Rung
from domain.programme.spans import Length, rough_days

_BEFORE_ALL: Final = float("-inf")


def check_ladders(programme: Programme) -> Iterator[Finding]:
    """Everything wrong with ladders and with duties' use of them."""
    for rule in _RULES:
        yield from rule(programme)


def days_from_due(rung: Rung) -> float:
    """About how many days after the due day a rung stands; a rung at once stands before all others."""
    if rung.at is None:
        return _BEFORE_ALL
    days = rough_days(rung.at.length)
    return -days if rung.at.before else days


def rungs_are_in_order(programme: Programme) -> Iterator[Finding]:
    """From before the due day over the due day to after it, each later than the one above it."""
    for name, ladder in programme.ladders.items():
        for place, (before, rung) in enumerate(pairwise(ladder.rungs), 1):
            if days_from_due(rung) <= days_from_due(before):
                path: Path = ("ladders", name, "rungs", place)
                at = "at_once" if rung.at is None else rung.at
                yield found(path, "rung-order", at=at, before="at_once" if before.at is None else before.at)


def only_the_last_rung_repeats(programme: Programme) -> Iterator[Finding]:
    """A rung before the last gives way to the next and cannot repeat."""
    for name, ladder in programme.ladders.items():
        for place, rung in enumerate(ladder.rungs[:-1]):
            if rung.repeat is not None:
                yield found(("ladders", name, "rungs", place, "repeat"), "repeat-early")


def climbs_go_up(programme: Programme) -> Iterator[Finding]:
    """Each climb is to a level that has a desk, the next one above the last."""
    desks = desk_levels(programme)
    for name, ladder in programme.ladders.items():
        last: Level | None = None
        for place, rung in enumerate(ladder.rungs):
            path: Path = ("ladders", name, "rungs", place, "climb")
            if rung.climb is None:
                continue
            if rung.climb not in desks:
                yield found(path, "no-desk", level=rung.climb, known=", ".join(desks))
            elif last is not None and last in desks:
                yield from _step_up(path, last, rung.climb, desks)
            last = rung.climb


def _step_up(path: Path, last: Level, climb: Level, desks: list[Level]) -> Iterator[Finding]:
    wanted = level_above(last, desks)
    if wanted is None:
        yield found(path, "climbs-past-the-top", level=climb, last=last)
    elif CLIMB.index(climb) <= CLIMB.index(last):
        yield found(path, "climbs-down", level=climb, last=last, wanted=wanted)
    elif climb != wanted:
        yield found(path, "climbs-over", level=climb, last=last, wanted=wanted)


def desk_levels(programme: Programme) -> list[Level]:
    """The levels at which a role sits, from below."""
    return [level for level in CLIMB if any(level == r.desk for r in programme.roles.values() if isinstance(r, Desk))]


def level_above(level: Level | None, desks: list[Level]) -> Level | None:
    """The nearest level with a desk above another; above nobody's level, the lowest."""
    above = desks if level is None else [desk for desk in desks if CLIMB.index(desk) > CLIMB.index(level)]
    return above[0] if above else None


def first_climb_is_next_door(programme: Programme) -> Iterator[Finding]:
    """A duty climbs first to the desk next above the one who owes it."""
    desks = desk_levels(programme)
    for name, duty in programme.duties.items():
        role, ladder = programme.roles.get(duty.owed_by), programme.ladders.get(duty.ladder)
        if role is None or ladder is None:
            continue
        wanted = level_above(role.desk if isinstance(role, Desk) else None, desks)
        first = next((rung.climb for rung in ladder.rungs if rung.climb is not None), None)
        if first is not None and first != wanted:
            yield _wrong_ladder(name, duty, first, wanted)


def _wrong_ladder(name: str, duty: DutyKind, first: Level, wanted: Level | None) -> Finding:
    path: Path = ("duties", name, "ladder")
    values = {"ladder": duty.ladder, "level": first, "owner": duty.owed_by}
    if wanted is None:
        return found(path, "climbs-from-the-top", **values)
    return found(path, "climbs-elsewhere", **values, wanted=wanted)


def nothing_stands_without_a_next_moment(programme: Programme) -> Iterator[Finding]:
    """What is owed once repeats its last rung; what recurs lapses onto a desk that has heard of it by then."""
    for name, duty in programme.duties.items():
        path: Path = ("duties", name)
        ladder = programme.ladders.get(duty.ladder)
        if not duty.opens.recurs:
            yield from _owed_once(path, duty, ladder)
            continue
        if duty.lapses_into is None:
            yield found((*path, "lapses_into"), "lapses-nowhere", name=name)
        if ladder is not None:
            yield from _climbs_in_time(path, duty, ladder)


def _owed_once(path: Path, duty: DutyKind, ladder: Ladder | None) -> Iterator[Finding]:
    if duty.lapses_into is not None:
        yield found((*path, "lapses_into"), "lapses-though-once")
    if ladder is not None and ladder.rungs[-1].repeat is None:
        last = len(ladder.rungs) - 1
        yield found(("ladders", duty.ladder, "rungs", last), "no-next-moment", ladder=duty.ladder, duty=path[1])


def _climbs_in_time(path: Path, duty: DutyKind, ladder: Ladder) -> Iterator[Finding]:
    climbs = [days_from_due(rung) for rung in ladder.rungs if rung.climb is not None]
    shortest = shortest_cadence(duty.opens)
    if not climbs:
        yield found((*path, "ladder"), "recurs-without-climb", ladder=duty.ladder)
    elif shortest is not None and climbs[0] >= shortest:
        yield found((*path, "ladder"), "climbs-too-late", ladder=duty.ladder, days=round(shortest))


def lengths_of(written: Length | Cadence) -> list[Length]:
    """Every length that a cadence may come to."""
    if not isinstance(written, Cadence):
        return [written]
    otherwise = [written.otherwise] if written.otherwise is not None else []
    return [*written.by_risk.values(), *written.by_life.values(), *otherwise]


def shortest_cadence(opens: Open) -> float | None:
    """About how many days lie between two occurrences when they follow each other fastest."""
    if opens.every is not None:
        return min(map(rough_days, lengths_of(opens.every)), default=None)
    if opens.yearly is not None:
        return 365.0
    if opens.rule is not None and rule_problem(opens.rule) is None:
        return shortest_gap(opens.rule)
    return None


_RULES: Final[tuple[Rule, ...]] = (
    rungs_are_in_order,
    only_the_last_rung_repeats,
    climbs_go_up,
    first_climb_is_next_door,
    nothing_stands_without_a_next_moment,
)
