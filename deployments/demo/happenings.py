"""What happens of itself in a made-up city: risks change, helpers move away, a family leaves, somebody falls silent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from random import Random
from typing import Final, NamedTuple

from deployments.demo.acts import Act, What
from deployments.demo.town import Town
from domain.case import Case, Duty
from domain.ids import PersonId
from domain.programme.schema import Stage
from domain.rules import commands as c

_A_DAY: Final = {"risk": 0.0006, "replace": 0.0003, "leave": 0.0001, "close": 0.00005}
"""How likely each is for one case on one day."""

_SILENT_SHARE: Final = 0.01
_LET_GO_SHARE: Final = 0.003
_CRIES: Final = 2
_CLIMBED: Final = (12, 5)
_LATE: Final = (2, 1)
"""Between how many days before the end the duties are due of which nobody says anything more."""


class Owed(NamedTuple):
    """A duty of a case."""

    case: Case
    duty: Duty


@dataclass(frozen=True)
class Happenings:
    """Draws what happens; the same seed, the same."""

    town: Town
    seed: int

    def of_day(self, today: date, now: datetime) -> None:
        """What happens on an ordinary day."""
        happening: dict[str, Callable[[Case], c.Command | None]] = {
            "risk": lambda case: self._another_risk(case, today),
            "replace": lambda case: self.town.deeds.replace(case, "ill", today),
            "leave": lambda case: self._let_go(case, today),
            "close": lambda case: self._close(case, today),
        }
        served = [case for case in self.town.open_cases() if case.ties]
        hit: dict[str, c.Command | None] = {}
        for what, command in happening.items():
            draws = self._draws(what, today)
            for case in draws.sample(served, _about(_A_DAY[what] * len(served), draws)):
                hit.setdefault(case.id, command(case))
        self.town.carry([command for command in hit.values() if command is not None], now)

    def fall_silent(self, today: date) -> None:
        """Some stop answering shortly before the end, so that the last days show what that leads to."""
        for first, last in (_CLIMBED, _LATE):
            if today == self.town.last - timedelta(days=first + 1):
                between = (self.town.last - timedelta(days=first), self.town.last - timedelta(days=last))
                owed = [each for each in self._owed_by_helpers() if between[0] <= each.duty.due_on <= between[1]]
                self.town.silent |= {(case.id, duty.number) for case, duty in self._some(owed, today)}

    def leave_some_over(self, today: date, now: datetime) -> None:
        """A few helpers move away at the end: their children wait for somebody."""
        served = [case for case in self.town.open_cases() if case.ties and case.base is Stage.CHECK_IN]
        count = min(len(served), ceil(_LET_GO_SHARE * len(served)))
        chosen = self._draws("left-over", today).sample(served, count)
        self._carry([self._let_go(case, today) for case in chosen], now)

    def cry_for_help(self, today: date, now: datetime) -> None:
        """One or two call for help on the last day, when nobody else does."""
        if any(self._is_urgent(each) for each in self._open()):
            return
        able = [each for each in self._owed_by_helpers() if each.duty.opens_on <= today and self._can_cry(each)]
        chosen = self._draws("cry", today).sample(able, min(_CRIES, len(able)))
        acts = [(case, Act(today, 0, case.id, duty.number, What.CRY_FOR_HELP)) for case, duty in chosen]
        self._carry([self.town.deeds.command(case, act, today) for case, act in acts], now)

    def _open(self) -> Iterator[Owed]:
        for case in self.town.open_cases():
            for duty in case.duties.values():
                yield Owed(case, duty)

    def _owed_by_helpers(self) -> list[Owed]:
        """Duties with a form that a helper owes in person."""
        duties = self.town.programme.duties
        return [each for each in self._open() if each.duty.owed_by and duties[each.duty.kind].asks]

    def _some(self, owed: Sequence[Owed], today: date) -> list[Owed]:
        count = min(len(owed), max(2, round(_SILENT_SHARE * len(owed))))
        return self._draws("silent", today).sample(owed, count)

    def _can_cry(self, owed: Owed) -> bool:
        return self.town.deeds.form(owed.duty.kind, owed.case.risk).can_cry

    def _is_urgent(self, owed: Owed) -> bool:
        programme = self.town.programme
        return any(rung.urgent for rung in programme.ladders[programme.duties[owed.duty.kind].ladder].rungs)

    def _another_risk(self, case: Case, today: date) -> c.Command | None:
        by = self._desk(case, today)
        others = [risk for risk in self.town.programme.risks if risk != case.risk]
        if by is None or not others:
            return None
        return c.ChangeRisk(case=case.id, risk=self._draws(case.id, today).choice(others), by=by)

    def _let_go(self, case: Case, today: date) -> c.Command | None:
        by, tie = self._desk(case, today), next(iter(case.ties), None)
        if by is None or tie is None:
            return None
        return c.EndTie(case=case.id, role=tie.role, by=by, reason="moved-away")

    def _close(self, case: Case, today: date) -> c.Command | None:
        by = self._desk(case, today)
        return c.CloseCase(case=case.id, by=by, reason="moved-away") if by else None

    def _desk(self, case: Case, today: date) -> PersonId | None:
        return self.town.deeds.at_desk(case, self.town.programme.lowest_desk, today)

    def _carry(self, commands: Sequence[c.Command | None], now: datetime) -> None:
        self.town.carry([command for command in commands if command is not None], now)

    def _draws(self, *what: object) -> Random:
        return Random("/".join(str(part) for part in (self.seed, *what)))


def _about(wanted: float, draws: Random) -> int:
    """A whole number that is ``wanted`` on average."""
    return int(wanted) + (draws.random() < wanted % 1)
