"""When the machine stands still: no round, no message, no answer until it runs again."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from deployments.simulate.behaviour import Machine
from deployments.simulate.chances import A_YEAR, Chances


class Outage(NamedTuple):
    """The days of standstill, by their ordinals, both included."""

    first: int
    last: int


class Running:
    """The days on which the machine makes its round."""

    def __init__(self, machine: Machine, chances: Chances, begin: date, end: date) -> None:
        self.begin, self.every = begin.toordinal(), machine.round_every
        self.outages = tuple(_outages(machine, chances, begin.toordinal() + 1, end.toordinal() - 1))

    def day(self, wanted: int) -> int:
        """The first day from a wanted one on on which a round is made."""
        late = (wanted - self.begin) % self.every
        day = wanted + (self.every - late if late else 0)
        for outage in self.outages:
            if outage.first <= day <= outage.last:
                return self.day(outage.last + 1)
        return day


def _outages(machine: Machine, chances: Chances, first: int, last: int) -> Iterator[Outage]:
    day = first
    while True:
        day = chances.falls_on(day, machine.outages / A_YEAR, "outage") if machine.outages else last + 1
        if day > last:
            return
        length = 1 + int(chances.one("outage", day, "days") * machine.outage_days)
        yield Outage(day, min(last, day + length - 1))
        day += length + 1
