"""Rules about the whole course of a case: every duty can be reached, nothing runs in circles, there is a way out."""

from collections.abc import Iterator
from typing import Final

from domain.programme.check import Rule
from domain.programme.course import Course, courses
from domain.programme.mistakes import Finding, Path, found
from domain.programme.schema import DutyKind, Helper, Move, Programme, Stage

ENDLESS: Final = frozenset({"unit", "school"})
"""Subjects that may be watched for ever."""


def check_course(programme: Programme) -> Iterator[Finding]:
    """Everything wrong with the course of a case."""
    for rule in _RULES:
        yield from rule(programme)


def duties_can_be_reached(programme: Programme) -> Iterator[Finding]:
    """Some trigger of every duty can happen while a case that owes it is in one of its stages."""
    every = courses(programme)
    reached = {name for course in every for name in _reached(course)}
    for name, duty in programme.duties.items():
        if name not in reached and duty.stages:
            yield _unreached([course for course in every if name in course.duties], name, duty)


def _unreached(owing: list[Course], name: str, duty: DutyKind) -> Finding:
    stages = ", ".join(stage.value for stage in duty.stages)
    if not duty.opens.after:
        return found(("duties", name, "stages"), "stage-unreached", name=name, stages=stages)
    path: Path = ("duties", name, "opens", "after")
    triggers = ", ".join(duty.opens.after)
    if any(course.stages_at(trigger) & set(duty.stages) for trigger in duty.opens.after for course in owing):
        return found(path, "never-reached", name=name, triggers=triggers)
    return found(path, "never-in-stage", name=name, triggers=triggers, stages=stages)


def _reached(course: Course) -> set[str]:
    reached: set[str] = set()
    while True:
        left = {name: duty for name, duty in course.duties.items() if name not in reached}
        more = {name for name, duty in left.items() if _opens(duty, course, reached)}
        if not more:
            return reached
        reached |= more


def _opens(duty: DutyKind, course: Course, reached: set[str]) -> bool:
    if not duty.opens.after:
        return bool(course.stages & set(duty.stages))
    return any(
        course.stages_at(trigger) & set(duty.stages) and course.causes(trigger) & {*reached, ""}
        for trigger in duty.opens.after
    )


def nothing_is_met_in_circles(programme: Programme) -> Iterator[Finding]:
    """No end of a duty brings about, without anybody's doing, that very end again."""
    for name, duty in programme.duties.items():
        for place, trigger in enumerate(duty.met_by):
            if trigger in duty.opens.after:
                yield found(("duties", name, "met_by", place), "met-as-it-opens", trigger=trigger)
            elif trigger in _follow(f"met:{name}", programme):
                yield found(("duties", name, "met_by", place), "circle", trigger=trigger, name=name)


def _follow(start: str, programme: Programme) -> set[str]:
    """A trigger and every end that it brings about at once, through ``met_by``, without anybody's doing."""
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        trigger = ahead.pop()
        if trigger not in seen:
            seen.add(trigger)
            ahead += [f"met:{kind}" for kind in programme.met_by.get(trigger, ())]
    return seen


def nothing_waits_for_the_end(programme: Programme) -> Iterator[Finding]:
    """When a case is closed all its duties end, and none opens."""
    for name, duty in programme.duties.items():
        for way, triggers in ((("opens", "after"), duty.opens.after), (("met_by",), duty.met_by)):
            if "closed" in triggers:
                yield found(("duties", name, *way, triggers.index("closed")), "waits-for-the-end")


def kinds_can_be_paired(programme: Programme) -> Iterator[Finding]:
    """Only a kind of case around which somebody may be bound begins in pairing."""
    for course in courses(programme):
        if course.start is Stage.PAIRING and not course.roles:
            yield found(("eligible", "kinds", course.kind), "kind-never-paired", kind=course.kind)


def somebody_listens(programme: Programme) -> Iterator[Finding]:
    """A new case, a message that reached nobody and an ended tie each become somebody's duty."""
    lacking = {course.kind: _unheard(course) for course in courses(programme)}
    for trigger in ("opened", "telling-failed", "admitted", "proposed", "approved", "tie-ended"):
        yield from _of_kinds(programme, "nobody-listens", [k for k, each in lacking.items() if trigger in each],
                             trigger=trigger)  # fmt: skip


def _unheard(course: Course) -> list[str]:
    heard = {trigger for duty in course.duties.values() for trigger in duty.opens.after}
    wanted = ["opened", "telling-failed"]
    if course.start is Stage.PAIRING:
        wanted.append("admitted")
    pairing = course.programme.pairing
    if pairing is not None and pairing.role in course.roles:
        wanted += ["proposed", "approved"]
        wanted += ["tie-ended"] if f"tie-ended:{pairing.role}" not in heard else []
    return [trigger for trigger in wanted if trigger not in heard]


def stages_have_a_rhythm(programme: Programme) -> Iterator[Finding]:
    """As long as a case is watched over, something comes round by itself; a project is a chain with an end."""
    watched = [course for course in courses(programme) if programme.subject_of(course.kind) != "project"]
    for stage in (Stage.CHECK_IN, Stage.FOLLOW_UP):
        stands = [course for course in watched if stage in course.stages]
        lacking = [course.kind for course in stands if not _has_rhythm(course, stage)]
        yield from _of_kinds(programme, "stage-without-rhythm", lacking, stage=stage)


def _has_rhythm(course: Course, stage: Stage) -> bool:
    return any(
        duty.opens.recurs and stage in duty.stages and _always_filled(course, duty.owed_by, stage)
        for duty in course.duties.values()
    )


def _always_filled(course: Course, role: str, stage: Stage) -> bool:
    """Whether somebody certainly owes it: a desk, or in check-in the helpers who were needed to come there."""
    if not isinstance(course.programme.roles[role], Helper):
        return True
    if role not in course.roles or stage is not Stage.CHECK_IN or course.start is not Stage.PAIRING:
        return False
    return course.roles[role].needed or len(course.roles) == 1


def there_is_a_way_through(programme: Programme) -> Iterator[Finding]:
    """A case can be admitted, and some day closed; only a unit's or a school's own rhythm goes on for ever."""
    for move in (Move.ADMIT, Move.CLOSE):
        endless = ENDLESS if move is Move.CLOSE else frozenset()
        wanting = [course for course in courses(programme) if programme.subject_of(course.kind) not in endless]
        lacking = [course.kind for course in wanting if move not in course.moves]
        yield from _of_kinds(programme, f"no-way-to-{move.value}", lacking)


def _of_kinds(programme: Programme, problem: str, lacking: list[str], **values: object) -> Iterator[Finding]:
    """Said once of the whole file where every kind of case lacks it, else of each kind that does."""
    if len(lacking) == len(programme.eligible.kinds):
        yield found(("duties",), problem, **values)
        return
    for kind in lacking:
        yield found(("eligible", "kinds", kind), f"kind-{problem}", kind=kind, **values)


_RULES: Final[tuple[Rule, ...]] = (
    duties_can_be_reached,
    nothing_is_met_in_circles,
    nothing_waits_for_the_end,
    kinds_can_be_paired,
    somebody_listens,
    stages_have_a_rhythm,
    there_is_a_way_through,
)
