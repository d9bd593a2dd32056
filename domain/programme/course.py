"""The course of one kind of case: what it owes, where it may stand, and where what happened finds it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from domain.programme.schema import DutyKind, Helper, Move, Programme, Stage

OPEN: Final = frozenset({Stage.IDENTIFICATION, Stage.PAIRING, Stage.CHECK_IN, Stage.FOLLOW_UP})
WATCHED: Final = OPEN - {Stage.IDENTIFICATION}
NOWHERE: Final[frozenset[Stage]] = frozenset()

GROWING: Final = frozenset({"child", "elder"})
"""The subjects that have an age and parts of life."""

LATER: Final[Mapping[Stage, frozenset[Stage]]] = {
    Stage.IDENTIFICATION: OPEN,
    Stage.PAIRING: WATCHED,
    Stage.CHECK_IN: WATCHED,
    Stage.FOLLOW_UP: frozenset({Stage.FOLLOW_UP}),
}
"""The stages a case may be in once it was in one; a duty owed once goes along."""


def kinds_owing(programme: Programme, duty: DutyKind) -> tuple[str, ...]:
    """The kinds of cases that owe a duty."""
    return tuple(kind for kind in programme.eligible.kinds if not duty.kinds or kind in duty.kinds)


def grows(programme: Programme, kind: str) -> bool:
    """Whether what cases of a kind are about has an age."""
    return programme.subject_of(kind) in GROWING


def raising(programme: Programme, name: str) -> list[str]:
    """The duties whose answers, or replies, raise something."""
    return [
        key
        for key, duty in programme.duties.items()
        if any(each.raises == name for each in duty.consequences) or (duty.replies and duty.replies.cannot == name)
    ]


def courses(programme: Programme) -> list["Course"]:
    """The course of every kind of case."""
    return [Course(programme, kind) for kind in programme.eligible.kinds]


class Course:
    """What cases of one kind may come to, read off the programme."""

    def __init__(self, programme: Programme, kind: str) -> None:
        self.programme = programme
        self.kind = kind
        self._at: dict[str, frozenset[Stage]] = {}

    @cached_property
    def duties(self) -> Mapping[str, DutyKind]:
        """The duties that such cases owe."""
        return {key: duty for key, duty in self.programme.duties.items() if not duty.kinds or self.kind in duty.kinds}

    @cached_property
    def roles(self) -> Mapping[str, Helper]:
        """The roles that helpers fill around such cases."""
        return self.programme.helper_roles(self.kind)

    @cached_property
    def start(self) -> Stage:
        """The stage after admission."""
        return Stage(self.programme.eligible.kinds[self.kind].starts)

    @cached_property
    def grows(self) -> bool:
        """Whether what such cases are about has an age."""
        return grows(self.programme, self.kind)

    @cached_property
    def moves(self) -> frozenset[Move]:
        """What answers may do to the whole case."""
        return frozenset(each.move for duty in self.duties.values() for each in duty.consequences if each.move)

    @cached_property
    def stages(self) -> frozenset[Stage]:
        """The open stages in which such cases may ever stand."""
        stages = {Stage.IDENTIFICATION, self.start}
        if self.roles:
            stages.add(Stage.CHECK_IN)
        grown = self.grows and any(season.move is Move.FOLLOW_UP for season in self.programme.life.values())
        if grown or Move.FOLLOW_UP in self.moves:
            stages.add(Stage.FOLLOW_UP)
        return frozenset(stages)

    def stages_at(self, trigger: str) -> frozenset[Stage]:
        """Where such a case stands right after something happened."""
        if trigger not in self._at:
            self._at[trigger] = self._found_at(trigger) & self.stages
        return self._at[trigger]

    def _found_at(self, trigger: str) -> frozenset[Stage]:
        found: set[Stage] = set()
        for name in self.causes(trigger):
            if not name:
                found |= self._from_outside(trigger)
            elif name in self.duties:
                found |= {later for stage in self.duties[name].stages for later in LATER.get(stage, NOWHERE)}
        return frozenset(found)

    def causes(self, trigger: str) -> set[str]:
        """The duties whose end brings a trigger about; an empty name where it comes from outside."""
        word, _, name = trigger.partition(":")
        if word in {"met", "refused", "lapsed"}:
            return {name}
        if word == "raised":
            late = self.programme.lateness
            outside = {""} if late is not None and late.raises == name else set()
            return outside | (self._raising.get(name, set()))
        return {""}

    @cached_property
    def _raising(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key, duty in self.duties.items():
            for each in duty.consequences:
                found.setdefault(each.raises or "", set()).add(key)
            if duty.replies is not None and duty.replies.cannot is not None:
                found.setdefault(duty.replies.cannot, set()).add(key)
        return found

    def _from_outside(self, trigger: str) -> frozenset[Stage]:
        word, _, name = trigger.partition(":")
        match word:
            case "opened":
                return frozenset({Stage.IDENTIFICATION})
            case "admitted" | "reopened":
                return frozenset({self.start})
            case "proposed" | "approved" | "declined":
                pairing = self.programme.pairing
                return WATCHED if pairing is not None and pairing.role in self.roles else NOWHERE
            case "tie-begun" | "tie-ended" | "leaving" | "succeeded":
                return self._of_helpers(word, name)
            case "invited":
                return WATCHED
            case "life-stage":
                return OPEN if self.grows else NOWHERE
            case "closed":
                return NOWHERE
            case _:
                return OPEN

    def _of_helpers(self, word: str, role: str) -> frozenset[Stage]:
        if not self.roles or (role and role not in self.roles):
            return NOWHERE
        if word == "succeeded" and self.roles[role].tie != "one":
            return NOWHERE
        if word == "tie-ended" or self._stays_in_pairing(role):
            return WATCHED
        return WATCHED - {Stage.PAIRING}

    def _stays_in_pairing(self, role: str) -> bool:
        """Whether a case may still wait in pairing once a helper is bound (in a role): somebody else is needed too."""
        if self.start is not Stage.PAIRING:
            return False
        needed = {name: each for name, each in self.roles.items() if each.needed}
        if not role:
            return len(self.roles) > 1 and bool(needed)
        return any(name != role or (each.tie == "several" and each.least > 1) for name, each in needed.items())
