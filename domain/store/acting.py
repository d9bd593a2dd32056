"""One act that touches more than cases: the office's own rows and the commands that follow, all of it or none of it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from domain.rules.refusals import Refusal
from domain.store.engine import writing
from domain.store.saving import Overtaken
from domain.store.store import Store
from domain.store.writing import TRIES, Carried, Outcome, TooBusy

T = TypeVar("T")


def in_one_act(store: Store, act: Callable[[Connection], T]) -> T:
    """Do something in one transaction, again where somebody else was quicker; TooBusy when that goes on and on."""
    for _ in range(TRIES):
        try:
            with writing(store.engine) as connection:
                return act(connection)
        except BaseException as error:
            # What was read of the office in there may never come to be.
            store.offices.clear()
            if not _is_worth_another_try(error):
                raise
    raise TooBusy(1)


def _is_worth_another_try(error: BaseException) -> bool:
    if isinstance(error, OperationalError):
        return "deadlock" in str(error.orig)
    return isinstance(error, IntegrityError | Overtaken)


def all_carried(outcomes: Sequence[Outcome]) -> list[Carried]:
    """The outcomes where every command was carried out; else the first refusal is raised and nothing is written."""
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            raise outcome
    return [outcome for outcome in outcomes if isinstance(outcome, Carried)]
