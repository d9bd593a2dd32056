"""The one door through which the console changes cases: in the viewer's own name, and only where a role allows it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.rules.access import NotAllowed, Right, Viewer
from domain.store.acting import in_one_act
from domain.store.console.looking import Looking, looked
from domain.store.store import Store
from domain.store.writing import Outcome, carry_out_within

T = TypeVar("T")


def acting_person(viewer: Viewer) -> PersonId:
    """In whose name the viewer acts; NotAllowed for who is nobody here (ops, an auditor)."""
    if viewer.person is None or not viewer.may(Right.ACT):
        raise NotAllowed(Right.ACT)
    return viewer.person


def act(store: Store, viewer: Viewer, commands: Sequence[c.Command], now: datetime) -> list[Outcome]:
    """Carry out commands about cases the viewer may act on; NotFound where one is not, then nothing is done.

    What the rules refuse comes back as a Refusal, as from ``carry_out``.
    """
    acting_person(viewer)

    def carried(connection: Connection, look: Looking) -> list[Outcome]:
        for command in commands:
            look.must_see(command.unit) if isinstance(command, c.OpenCase) else look.case(CaseId(command.case))
        return carry_out_within(connection, store, commands, now)

    return acting(store, viewer, Right.ACT, now, carried)


def acting(store: Store, viewer: Viewer, right: Right, now: datetime, done: Callable[[Connection, Looking], T]) -> T:
    """Do something in one transaction, with a look by the same right in it; NotAllowed, NotFound undo everything."""
    if not viewer.may(right):
        raise NotAllowed(right)
    return in_one_act(store, lambda connection: done(connection, looked(connection, store, viewer, right, now)))
