"""Rules about the whole course of a case: every duty can be reached, nothing runs in circles, there is a way out."""

from collections.abc import Iterator, Mapping
from typing import Final

from domain.programme.check import Rule
from domain.programme.mistakes import Finding, Path, found
from domain.programme.schema import DutyKind, Move, Programme, Stage

OPEN: Final = frozenset({Stage.IDENTIFICATION, Stage.PAIRING, Stage.CHECK_IN, Stage.FOLLOW_UP})

LATER: Final[Mapping[Stage, frozenset[Stage]]] = {
    Stage.IDENTIFICATION: OPEN,
    Stage.PAIRING: OPEN - {Stage.IDENTIFICATION},
    Stage.CHECK_IN: OPEN - {Stage.IDENTIFICATION},
    Stage.FOLLOW_UP: frozenset({Stage.FOLLOW_UP}),
}
"""The stages a case may be in once it was in one; a duty owed once goes along."""

STAGE_AT: Final[Mapping[str, frozenset[Stage]]] = {
    "opened": frozenset({Stage.IDENTIFICATION}),
    "admitted": frozenset({Stage.PAIRING}),
    "proposed": frozenset({Stage.PAIRING, Stage.FOLLOW_UP}),
    "approved": frozenset({Stage.PAIRING, Stage.FOLLOW_UP}),
    "declined": frozenset({Stage.PAIRING, Stage.FOLLOW_UP}),
    "tie-begun": frozenset({Stage.CHECK_IN, Stage.FOLLOW_UP}),
    "tie-ended": frozenset({Stage.PAIRING, Stage.CHECK_IN, Stage.FOLLOW_UP}),
    "reopened": frozenset({Stage.PAIRING}),
    "closed": frozenset(),
}
"""Where a case stands right after something happened; what is not here may happen in any open stage."""


def check_course(programme: Programme) -> Iterator[Finding]:
    """Everything wrong with the course of a case."""
    for rule in _RULES:
        yield from rule(programme)


def duties_can_be_reached(programme: Programme) -> Iterator[Finding]:
    """Some trigger of every duty can happen while the case is in one of its stages."""
    reached = _reached(programme)
    for name, duty in programme.duties.items():
        if name in reached or not duty.stages:
            continue
        path: Path = ("duties", name, "opens", "after")
        triggers = ", ".join(duty.opens.after)
        if any(_stages_at(trigger, programme) & set(duty.stages) for trigger in duty.opens.after):
            yield found(path, "never-reached", name=name, triggers=triggers)
        else:
            stages = ", ".join(stage.value for stage in duty.stages)
            yield found(path, "never-in-stage", name=name, triggers=triggers, stages=stages)


def _reached(programme: Programme) -> set[str]:
    reached: set[str] = set()
    while True:
        more = {name for name, duty in programme.duties.items() if _opens(duty, programme, reached)} - reached
        if not more:
            return reached
        reached |= more


def _opens(duty: DutyKind, programme: Programme, reached: set[str]) -> bool:
    if not duty.opens.after:
        return bool(OPEN & set(duty.stages))
    return any(
        _stages_at(trigger, programme) & set(duty.stages) and _causes(trigger, programme) & {*reached, ""}
        for trigger in duty.opens.after
    )


def _causes(trigger: str, programme: Programme) -> set[str]:
    """The duties whose end brings a trigger about; an empty name where it comes from outside."""
    word, _, name = trigger.partition(":")
    if word in {"met", "refused", "lapsed"}:
        return {name}
    if word == "raised":
        return {kind for kind, duty in programme.duties.items() if any(c.raises == name for c in duty.consequences)}
    return {""}


def _stages_at(trigger: str, programme: Programme) -> frozenset[Stage]:
    if trigger in STAGE_AT:
        return STAGE_AT[trigger]
    causes = [programme.duties[name] for name in _causes(trigger, programme) if name in programme.duties]
    if not causes:
        return OPEN
    return frozenset().union(*(LATER.get(stage, frozenset()) for duty in causes for stage in duty.stages))


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


def somebody_listens(programme: Programme) -> Iterator[Finding]:
    """A new case, a message that reached nobody and an ended tie each become somebody's duty."""
    wanted = ["opened", "telling-failed"]
    if programme.pairing is not None:
        wanted += ["admitted", "proposed", "approved", "tie-ended"]
    for trigger in wanted:
        if trigger not in programme.opened_by:
            yield found(("duties",), "nobody-listens", trigger=trigger)


def stages_have_a_rhythm(programme: Programme) -> Iterator[Finding]:
    """As long as a case is watched over, something comes round by itself."""
    stages = {stage for duty in programme.duties.values() for stage in duty.stages}
    if any(season.move is Move.FOLLOW_UP for season in programme.life.values()):
        stages.add(Stage.FOLLOW_UP)
    for stage in (Stage.CHECK_IN, Stage.FOLLOW_UP):
        if stage in stages and not any(d.opens.recurs and stage in d.stages for d in programme.duties.values()):
            yield found(("duties",), "stage-without-rhythm", stage=stage)


def there_is_a_way_through(programme: Programme) -> Iterator[Finding]:
    """A case can be admitted, and some day closed; only a unit's own rhythm goes on for ever."""
    moves = {each.move for duty in programme.duties.values() for each in duty.consequences}
    for move in (Move.ADMIT, Move.CLOSE):
        if move not in moves and not (move is Move.CLOSE and programme.subject == "unit"):
            yield found(("duties",), f"no-way-to-{move.value}")


_RULES: Final[tuple[Rule, ...]] = (
    duties_can_be_reached,
    nothing_is_met_in_circles,
    nothing_waits_for_the_end,
    somebody_listens,
    stages_have_a_rhythm,
    there_is_a_way_through,
)
