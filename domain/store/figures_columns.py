"""The figures there are: how each is reckoned from a tally, what it is called, which way is better."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

from domain.programme.schema import CLIMB, Stage
from domain.store.figures_tally import Key, Tally
from domain.words import say, sentences

Reckoned = float | int | None
_A_DAY: Final = 24.0


class Form(StrEnum):
    """What a figure is: so many, a part of one, days or hours; ``SPREAD`` is a difference between two parts."""

    COUNT = "count"
    SHARE = "share"
    SPREAD = "spread"
    DAYS = "days"
    HOURS = "hours"

    @property
    def in_points(self) -> bool:
        """Whether a change is told in points of a hundred, not in per cent."""
        return self in {Form.SHARE, Form.SPREAD}


class Group(StrEnum):
    """What belongs together, in the order in which it is shown."""

    CASES = "cases"
    KINDS = "kinds"
    PAIRING = "pairing"
    HELPERS = "helpers"
    DUTIES = "duties"
    CLIMBS = "climbs"
    URGENT = "urgent"
    ACTIVITIES = "activities"
    CLOSURES = "closures"
    DONE = "done"
    ANSWERS = "answers"


@dataclass(frozen=True)
class Column:
    """One figure. ``least_first``: the smallest is the best. ``main``: shown beside each unit even in a short table."""

    key: str
    group: Group
    form: Form
    reckon: Callable[[Tally], Reckoned]
    title: Callable[[str], str]
    least_first: bool = False
    main: bool = False


def count(*key: str) -> Callable[[Tally], Reckoned]:
    """How many of one thing."""
    return lambda tally: tally.counts.get(key, 0)


def total(keys: Iterable[Key]) -> Callable[[Tally], Reckoned]:
    """How many of several things."""
    wanted = tuple(keys)
    return lambda tally: sum(tally.counts.get(key, 0) for key in wanted)


def share(some: Iterable[Key], of: Iterable[Key]) -> Callable[[Tally], Reckoned]:
    """What part of several things is some of them; nothing where there are none."""
    part, whole = total(some), total(of)

    def reckon(tally: Tally) -> Reckoned:
        everything = whole(tally)
        return (part(tally) or 0) / everything if everything else None

    return reckon


def middle(key: str, hours: float = 1.0) -> Callable[[Tally], Reckoned]:
    """The median of lengths of time, counted in so many hours."""

    def reckon(tally: Tally) -> Reckoned:
        spans = tally.spans.get((key,))
        return median(spans) / hours if spans else None

    return reckon


def _named(key: str, /, **values: str) -> Callable[[str], str]:
    return lambda language: say(language, f"figures.{key}", **values)


def _duty(*ends: str) -> tuple[Key, ...]:
    return tuple(("duty", end) for end in ends)


ENDS: Final = ("on-time", "late", "excused", "superseded", "lapsed", "overdue", "open")
_MISSED: Final = ("late", "lapsed", "overdue")
_JUDGED: Final = ("on-time", *_MISSED)
_CLOSED: Final = "closed"


def fixed_columns(reasons: Iterable[str]) -> Iterator[Column]:
    """The figures that stand in every table; ``reasons`` are those for which cases were closed."""
    yield from _cases(tuple((_CLOSED, reason) for reason in reasons))
    yield from _pairing()
    yield from _helpers()
    yield from _duties()
    yield from _climbs()
    yield from _urgent()
    yield from _activities()


def _cases(closed: tuple[Key, ...]) -> Iterator[Column]:
    group, form = Group.CASES, Form.COUNT
    yield Column("cases.open", group, form, count("open"), _named("cases-open"), main=True)
    for stage in Stage:
        yield Column(f"stage.{stage.value}", group, form, count("stage", stage.value), _stage(stage))
    yield Column("cases.opened", group, form, count("opened"), _named("cases-opened"), main=True)
    yield Column("cases.reopened", group, form, count("reopened"), _named("cases-reopened"))
    yield Column("cases.closed", group, form, total(closed), _named("cases-closed"), main=True)
    for way in ("in", "out"):
        moved = total((("moved", way, "near"), ("moved", way, "far")))
        yield Column(f"cases.moved_{way}", group, form, moved, _named(f"cases-moved-{way}"))


def _stage(stage: Stage) -> Callable[[str], str]:
    return lambda language: say(language, "figures.stage", stage=say(language, f"diagram.{stage.value}"))


def _pairing() -> Iterator[Column]:
    group = Group.PAIRING
    waiting = share([("waiting",)], [("to-pair",)])
    yield Column("pairing.paired", group, Form.COUNT, count("paired"), _named("paired"), main=True)
    yield Column("pairing.waiting", group, Form.COUNT, count("waiting"), _named("waiting"), least_first=True)
    yield Column("pairing.waiting_share", group, Form.SHARE, waiting, _named("waiting-share"), True, True)
    yield Column("pairing.days", group, Form.DAYS, middle("paired", _A_DAY), _named("pairing-days"), least_first=True)
    yield Column("pairing.successions", group, Form.COUNT, count("succeeded"), _named("successions"))


def _helpers() -> Iterator[Column]:
    group, form = Group.HELPERS, Form.COUNT
    yield Column("helpers.with_case", group, form, _people("helpers"), _named("helpers-with-case"))
    yield Column("helpers.served", group, form, _people("served"), _named("helpers-served"))
    yield Column("helpers.serving", group, form, _today("serving"), _named("helpers-serving"))
    yield Column("helpers.idle", group, form, _today("idle"), _named("helpers-idle"), least_first=True)


def _people(key: str) -> Callable[[Tally], Reckoned]:
    return lambda tally: len(tally.people.get((key,), ()))


def _today(key: str) -> Callable[[Tally], Reckoned]:
    """What the roster says today; nobody wrote down what it said a year ago."""
    return lambda tally: tally.counts.get(("roster", key))


def _duties() -> Iterator[Column]:
    group = Group.DUTIES
    yield Column("duties.due", group, Form.COUNT, total(_duty(*ENDS)), _named("due"), main=True)
    for end in ENDS:
        worse = end in _MISSED
        yield Column(
            f"duties.{end.replace('-', '_')}", group, Form.COUNT, count("duty", end), _named(f"duty-{end}"), worse
        )
    on_time, late = share(_duty("on-time"), _duty(*_JUDGED)), share(_duty(*_MISSED), _duty(*_JUDGED))
    yield Column("duties.on_time_share", group, Form.SHARE, on_time, _named("on-time-share"), main=True)
    yield Column("duties.late_share", group, Form.SHARE, late, _named("late-share"), True, True)


def _climbs() -> Iterator[Column]:
    levels = tuple(("climbed", level.value) for level in CLIMB)
    yield Column("climbs.all", Group.CLIMBS, Form.COUNT, total(levels), _named("climbs-all"), True, True)
    for key in levels:
        yield Column(f"climbs.{key[1]}", Group.CLIMBS, Form.COUNT, count(*key), _climb(key[1]), least_first=True)


def _climb(level: str) -> Callable[[str], str]:
    return lambda language: say(language, "figures.climbs", level=say(language, f"story.level-{level}"))


def _urgent() -> Iterator[Column]:
    group, waiting = Group.URGENT, count("urgent", "waiting")
    yield Column("urgent.raised", group, Form.COUNT, count("urgent"), _named("urgent"), least_first=True)
    yield Column("urgent.hours", group, Form.HOURS, middle("urgent"), _named("urgent-hours"), least_first=True)
    yield Column("urgent.waiting", group, Form.COUNT, waiting, _named("urgent-waiting"), least_first=True)


def _activities() -> Iterator[Column]:
    group = Group.ACTIVITIES
    yield Column("activities.invited", group, Form.COUNT, count("invited"), _named("invited"))
    yield Column("activities.attended", group, Form.COUNT, count("attended"), _named("attended"))


def closures(reasons: Iterable[str]) -> Iterator[Column]:
    """Cases closed, by reason."""
    for reason in reasons:
        yield Column(f"closures.{reason}", Group.CLOSURES, Form.COUNT, count(_CLOSED, reason), _reason(reason))


def _reason(reason: str) -> Callable[[str], str]:
    key = f"reason-{reason}"
    return lambda language: say(language, f"story.{key}") if key in sentences("story", language) else reason
