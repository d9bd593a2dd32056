"""``carry_out``: the one writer. Many commands as readily as one; all of it or none of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, select
from sqlalchemy.exc import IntegrityError, OperationalError

from domain.case import Case
from domain.ids import CaseId, PersonId
from domain.programme.schema import FieldKind
from domain.rules import commands as c
from domain.rules.decide import decide
from domain.rules.moments import Circumstances
from domain.rules.refusals import Reason, Refusal
from domain.rules.unfolding import Decided
from domain.sheets.accounts import tidy_account
from domain.store import tables as t
from domain.store.engine import writing
from domain.store.moments import stamp, whole
from domain.store.notes import keep_notes
from domain.store.offices import office
from domain.store.people import known_by
from domain.store.rows import Rows, read_state
from domain.store.saving import Overtaken, recovered, save, set_aside, tied_cases
from domain.store.store import Store, among, listed, one_of

TRIES: Final = 20
SET_ASIDE_FOR: Final = timedelta(hours=1)
OF_MANY: Final = (c.LetTimePass, c.ReckonAnew, c.MoveCase)
"""The commands nobody gave about one case: a poison case among many is set aside, and the others go on."""


class Carried(NamedTuple):
    """A command that was carried out: the case as it is now, and the facts it made true."""

    case: Case
    facts: tuple[Decided, ...]


Outcome = Carried | Refusal


class TooBusy(Exception):
    """Others kept changing the same cases; nothing was written, and the command may be given again."""


def carry_out(store: Store, commands: Sequence[c.Command], now: datetime) -> list[Outcome]:
    """Carry out commands in order, in one transaction; an outcome for each, in the same order.

    A refused command changes nothing and holds up no other. A race for a case is settled by the journal's key
    (case, position): the loser writes nothing and is tried again; TooBusy when that goes on and on.
    """
    for _ in range(TRIES):
        try:
            with writing(store.engine) as connection:
                return carry_out_within(connection, store, commands, now)
        except (IntegrityError, Overtaken):
            continue
        except OperationalError as error:
            if "deadlock" not in str(error.orig):
                raise
    raise TooBusy(len(commands))


def carry_out_within(
    connection: Connection, store: Store, commands: Sequence[c.Command], now: datetime
) -> list[Outcome]:
    """The same inside a transaction of the caller's, who tries again when it is overtaken."""
    deciding = Deciding(connection, store, commands, whole(now))
    outcomes = [deciding.outcome(command) for command in commands]
    save(connection, deciding.rows)
    _carry_signatures(connection, store, deciding.rows, whole(now))
    recovered(connection, [done.case.id for done in outcomes if isinstance(done, Carried)])
    return outcomes


def _carry_signatures(connection: Connection, store: Store, rows: Rows, now: datetime) -> None:
    """A paper signed once is signed for every child the helper is tied to."""
    renewed = {(fact.person, fact.paper): (fact, case) for case, fact in rows.papers}
    others: list[c.Command] = [
        c.RenewPaper(case=other, person=fact.person, paper=fact.paper, until=fact.until, by=fact.person)
        for fact, case in renewed.values()
        for other in tied_cases(connection, fact.person)
        if other != case
    ]
    if others:
        deciding = Deciding(connection, store, others, now)
        for command in others:
            deciding.outcome(command)
        save(connection, deciding.rows)


class Deciding:
    """One batch: its cases as they change, and the rows they will leave."""

    def __init__(self, connection: Connection, store: Store, commands: Sequence[c.Command], now: datetime) -> None:
        self.connection, self.store, self.now = connection, store, now
        self.commands = commands
        self.rows = Rows(stamp(now))
        self.cases: dict[CaseId, Case] = {}
        self.states = read_states(connection, [command.case for command in commands])
        self.office = office(connection, store, _helpers_of(commands))
        self._around: dict[str, Circumstances] = {}
        self._borne: dict[PersonId, int] = {}

    def outcome(self, command: c.Command) -> Outcome:
        """Decide one command; what it makes true is gathered, nothing is written yet."""
        try:
            return self._outcome(command)
        except Exception as error:
            # The one loop that must not die: a poison case is set aside and reported, its batch goes on.
            if not isinstance(command, OF_MANY):
                raise
            return self._set_aside(command.case, error)

    def _outcome(self, command: c.Command) -> Outcome:
        before = self._case(command.case)
        if before is None and not isinstance(command, c.OpenCase):
            return Refusal(Reason.NO_SUCH_CASE, command.case)
        name = before.programme if before is not None else getattr(command, "programme", "")
        if before is None and name not in self.store.programmes:
            return Refusal(Reason.NO_SUCH_PROGRAMME, name)
        around = self.around(name)
        if isinstance(command, c.AnswerDuty) and command.notes:
            command = self._with_holders(command, before, around)
        if isinstance(command, c.AnswerDuty):
            around = self._seen_elsewhere(command, before, around)
        decided = decide(before, command, around, self.now)
        return decided if isinstance(decided, Refusal) else self._take(before, command, decided, around)

    def _seen_elsewhere(self, command: c.AnswerDuty, case: Case | None, around: Circumstances) -> Circumstances:
        """Let a late answer be counted together with those to the helper's other cases."""
        duty = case.duties.get(command.duty) if case is not None else None
        if duty is None or duty.owed_by is None or around.programme.lateness is None:
            return around
        if duty.due_on >= around.day(self.now):
            return around
        others = [
            self.cases.get(each.id, each) for each in self._bound.get(duty.owed_by, ()) if each.id != command.case
        ]
        return replace(around, elsewhere={duty.owed_by: tuple(others)})

    @cached_property
    def _bound(self) -> Mapping[PersonId, Sequence[Case]]:
        """The cases of every helper who owes something in this batch: one query, and none as long as nobody is late."""
        owed = [duty.owed_by for case in self.cases.values() for duty in case.duties.values()]
        answered = {each.case for each in self.commands if isinstance(each, c.AnswerDuty)} - self.cases.keys()
        owed += [duty.owed_by for case in _readable(self.states, answered) for duty in case.duties.values()]
        return bound_cases(self.connection, {person for person in owed if person is not None})

    def _with_holders(self, command: c.AnswerDuty, case: Case | None, around: Circumstances) -> c.AnswerDuty:
        """Find out whose the accounts are that an answer names."""
        duty = case.duties.get(command.duty) if case is not None else None
        asks = around.programme.duties[duty.kind].asks if duty is not None else {}
        accounts = {
            key: tidy_account(text)
            for key, text in command.notes.items()
            if key in asks and asks[key].type is FieldKind.ACCOUNT
        }
        if not accounts:
            return msgspec.structs.replace(command, holders={})
        known = known_by(self.connection, self.store.seal, "account", accounts.values())
        holders = {key: known[text] for key, text in accounts.items() if text in known}
        return msgspec.structs.replace(command, holders=holders)

    def _case(self, case: CaseId) -> Case | None:
        if case not in self.cases and case in self.states:
            self.cases[case] = read_state(self.states[case])
        return self.cases.get(case)

    def around(self, name: str) -> Circumstances:
        """What a case is decided by: the programme version it began under, the calendar, the office."""
        if name not in self._around:
            programmes = self.store.programmes
            self._around[name] = Circumstances(programmes[name], self.store.calendar, self.office, programmes)
        return self._around[name]

    def _take(
        self,
        before: Case | None,
        command: c.Command,
        decided: tuple[Case, tuple[Decided, ...]],
        around: Circumstances,
    ) -> Outcome:
        after, facts = decided
        if after.programme != around.programme.name:
            around = self.around(after.programme)
        if facts:
            self.rows.add(before, after, facts, getattr(command, "by", None), around)
            self.cases[after.id] = after
            self._bear_load()
        if isinstance(command, c.ReckonAnew) or (not facts and isinstance(command, c.LetTimePass)):
            self.rows.reckon_anew(after, around)
        if isinstance(command, c.AnswerDuty) and command.notes:
            keep_notes(self.connection, self.store, after, command.duty, command.notes)
        return Carried(after, facts)

    def _bear_load(self) -> None:
        """Let the next command of the batch see how full a helper has become through this one."""
        if self.rows.load == self._borne:
            return
        standings = dict(self.office.helpers)
        for person, change in self.rows.load.items():
            if person in standings:
                load = standings[person].load + change - self._borne.get(person, 0)
                standings[person] = standings[person]._replace(load=load)
        self._borne = dict(self.rows.load)
        self.office = replace(self.office, helpers=standings)
        self._around.clear()

    def _set_aside(self, case: CaseId, error: Exception) -> Refusal:
        """Leave a case that fails the engine itself alone for an hour, and say so; its batch goes on."""
        until = stamp(self.now + SET_ASIDE_FOR)
        row = {
            "case": case,
            "until": until,
            "since": stamp(self.now),
            "error": type(error).__name__,
            "times": 1,
        }
        set_aside(self.connection, row)
        return Refusal(Reason.SET_ASIDE, type(error).__name__)


def read_states(connection: Connection, ids: Sequence[CaseId]) -> dict[CaseId, str]:
    """The snapshots of these cases, in one query."""
    wanted = list(dict.fromkeys(ids))
    rows = connection.execute(_states(connection.dialect.name), {"wanted": listed(connection, wanted)})
    return dict(rows.tuples().all())


def bound_cases(connection: Connection, people: Collection[PersonId]) -> Mapping[PersonId, Sequence[Case]]:
    """The cases these people are bound to now, as they stand; what nobody can read is left out."""
    rows = connection.execute(
        select(t.tie.c.person, t.snapshot.c.case, t.snapshot.c.state)
        .join(t.snapshot, t.snapshot.c.case == t.tie.c.case)
        .where(t.tie.c.until.is_(None), among(connection, t.tie.c.person, sorted(people)))
        .distinct()
        .order_by(t.snapshot.c.case)
    ).all()
    cases = {case.id: case for case in _readable({row.case: row.state for row in rows}, {row.case for row in rows})}
    found: dict[PersonId, list[Case]] = {}
    for row in rows:
        if row.case in cases:
            found.setdefault(row.person, []).append(cases[row.case])
    return found


def _readable(states: Mapping[CaseId, str], wanted: Iterable[CaseId]) -> Iterator[Case]:
    for case in wanted:
        with suppress(msgspec.DecodeError, KeyError):
            yield read_state(states[case])


@lru_cache
def _states(system: str) -> Select[tuple[CaseId, str]]:
    return select(t.snapshot.c.case, t.snapshot.c.state).where(one_of(system, t.snapshot.c.case, "wanted"))


def _helpers_of(commands: Sequence[c.Command]) -> list[PersonId]:
    people: list[PersonId] = []
    for command in commands:
        match command:
            case c.ProposeHelper():
                people.append(command.person)
            case c.AnswerProposal():
                people.append(command.by)
            case c.Reassign():
                people.append(command.to)
            case c.Bind():
                people.append(command.person)
            case _:
                pass
    return people
