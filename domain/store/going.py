"""A helper serves no more, from one moment on: died, moved away, may not go on. Nobody waits for what was asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.rules.refusals import Refusal
from domain.store import tables as t
from domain.store.acting import all_carried, in_one_act
from domain.store.leaving import Bound, check_helper, ties_of
from domain.store.offices import office_changed
from domain.store.rows import read_state
from domain.store.store import Store
from domain.store.writing import Carried, Outcome, carry_out_within, read_states


class Gone(NamedTuple):
    """What became of a helper's cases.

    Those the successor took over, those in which somebody is looked for, why the successor could not take some of
    them; and the people for whom the helper was to stand in.
    """

    handed: tuple[CaseId, ...]
    searched: tuple[CaseId, ...]
    refused: tuple[tuple[CaseId, Refusal], ...]
    unattended: tuple[PersonId, ...]


@dataclass(frozen=True, kw_only=True)
class Going:
    """Who has gone, who says so and why, and who is to take over, where that is known."""

    person: PersonId
    by: PersonId
    reason: str
    to: PersonId | None = None


def gone(store: Store, going: Going, now: datetime) -> Gone:
    """End a helper's service in one transaction: the successor takes over where that may be, else a search begins."""
    return in_one_act(store, lambda connection: end_service_within(connection, store, going, now))


def end_service_within(connection: Connection, store: Store, going: Going, now: datetime) -> Gone:
    """The same within a transaction of the caller's."""
    return _Ending(connection, store, going, now).end()


class _Ending:
    """The end of one helper's service, in one transaction."""

    def __init__(self, connection: Connection, store: Store, going: Going, now: datetime) -> None:
        self.connection, self.store, self.going, self.now = connection, store, going, now

    def end(self) -> Gone:
        """All of it."""
        going = self.going
        for person in (going.person, going.to or going.person):
            check_helper(self.connection, person)
        serving = update(t.helper).where(t.helper.c.person == going.person).values(serving=False)
        self.connection.execute(serving)
        self._withdraw_proposals()
        bound = ties_of(self.connection, going.person)
        outcomes = self._handed(bound)
        left = [tie for tie in bound if not isinstance(outcomes.get(tie), Carried)]
        self._let_go(left)
        return Gone(
            _cases(tie for tie in bound if tie not in left),
            _cases(left),
            tuple((tie.case, each) for tie, each in outcomes.items() if isinstance(each, Refusal)),
            self._end_standing_in(),
        )

    def _handed(self, bound: Sequence[Bound]) -> dict[Bound, Outcome]:
        """What came of handing over each tie in which nobody has taken over yet."""
        to = self.going.to
        if to is None:
            return {}
        states = read_states(self.connection, [tie.case for tie in bound])
        last = [tie for tie in bound if self._came_last(states[tie.case], tie.role)]
        commands = [
            c.Reassign(case=tie.case, role=tie.role, to=to, by=self.going.by, reason=self.going.reason) for tie in last
        ]
        return dict(zip(last, carry_out_within(self.connection, self.store, commands, self.now), strict=True))

    def _came_last(self, state: str, role: str) -> bool:
        tie = read_state(state).tied(role)
        return tie is not None and tie.person == self.going.person

    def _let_go(self, ties: Sequence[Bound]) -> None:
        going = self.going
        commands = [
            c.Release(case=tie.case, role=tie.role, person=going.person, by=going.by, reason=going.reason)
            for tie in ties
        ]
        all_carried(carry_out_within(self.connection, self.store, commands, self.now))

    def _withdraw_proposals(self) -> None:
        asked = t.snapshot.c.state.like(f'%"proposal":{{"person":"{self.going.person}"%')
        commands = [
            c.DecideProposal(case=case, by=self.going.by, accept=False, reason=self.going.reason)
            for case in self.connection.scalars(select(t.snapshot.c.case).where(asked).order_by(t.snapshot.c.case))
        ]
        all_carried(carry_out_within(self.connection, self.store, commands, self.now))

    def _end_standing_in(self) -> tuple[PersonId, ...]:
        """Whoever is or will be away with this helper standing in hears in person again."""
        absence = t.absence.c
        ahead = (absence.stand_in == self.going.person) & (absence.until >= self.now.date().isoformat())
        left = tuple(self.connection.scalars(select(absence.person).where(ahead).order_by(absence.person)))
        if left:
            self.connection.execute(delete(t.absence).where(ahead))
            office_changed(self.connection)
        return left


def _cases(ties: Iterable[Bound]) -> tuple[CaseId, ...]:
    return tuple(dict.fromkeys(tie.case for tie in ties))
