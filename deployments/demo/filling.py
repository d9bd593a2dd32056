"""Fills an empty install with a made-up city and some months of its past, all of it through the engine itself."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from deployments.demo.arrivals import write_sheets
from deployments.demo.past import Living, Past
from deployments.demo.post import Post, only_spool
from deployments.demo.sizes import CHILDREN, MONTHS, TENTH, VOLUNTEERS
from domain.calendar import local_day
from domain.programme.schema import Programme
from domain.programme.spans import months_later
from domain.programme.versions import in_force
from domain.settings import Settings
from domain.store.engine import reading
from domain.store.moments import whole
from domain.store.people import Kind, people_of
from domain.store.store import Store
from domain.words import sentences
from notifiers.opening import open_channels
from notifiers.settings import telling

PREFECTURE_DIGITS: Final = 4
KINDS: Final[tuple[Kind, ...]] = ("child", "elder", "volunteer", "coordinator", "guardian")


class Filled(NamedTuple):
    """What was brought about: people taken in, cases opened, facts written, messages sent, since which day.

    ``refused``: commands the rules did not allow, as people do what was overtaken meanwhile. ``set_aside``: cases
    that failed the engine itself, which never should.
    """

    coordinators: int
    volunteers: int
    cases: int
    facts: int
    messages: int
    since: date
    refused: int
    set_aside: int


class CannotFill(Exception):
    """This install is not to be filled; ``key`` names the sentence that says why (``demo.…``)."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def fill(
    store: Store,
    settings: Settings,
    *,
    children: int = CHILDREN // TENTH,
    volunteers: int = VOLUNTEERS // TENTH,
    months: int = MONTHS,
    seed: int = 1,
    now: datetime,
    progress: Callable[[Living], None] = lambda _: None,
) -> Filled:
    """Let so many children and volunteers live through the last months, up to ``now``; all messages go to the spool.

    The past begins with the programme's first day at the earliest. The same seed and moment give the same journal.
    CannotFill when somebody is in the install already, or its messages would leave the house.
    """
    programme, how = _check(store, settings, now), telling(settings)
    last = local_day(now, programme.time_zone)
    begin = min(max(months_later(last, -months), programme.valid_from), last)
    words = _notes(settings.language)
    with TemporaryDirectory(prefix="shouwang-demo-") as folder, open_channels(how) as channels:
        sheets = write_sheets(
            Path(folder), programme, children=children, volunteers=volunteers, seed=seed, begin=begin, last=last
        )
        past = Past(store, programme, sheets, Post(store, how, channels), words, seed)
        past.live_through(whole(now), progress)
    return _told(past, begin)


def is_empty(store: Store) -> bool:
    """Whether nobody is in the install yet."""
    with reading(store.engine) as connection:
        return not any(people_of(connection, kind) for kind in KINDS)


def _check(store: Store, settings: Settings, now: datetime) -> Programme:
    if not is_empty(store):
        raise CannotFill("not-empty")
    if not only_spool(settings):
        raise CannotFill("not-only-spool")
    fitting = [
        programme
        for programme in store.programmes.values()
        if programme.subject == "child" and programme.pairing and len(programme.area) == PREFECTURE_DIGITS
    ]
    wished = [each for each in fitting if each.programme == settings.programme] or fitting[:1]
    chosen = in_force(wished, now.date())
    if chosen is None:
        raise CannotFill("no-programme")
    return chosen


def _told(past: Past, begin: date) -> Filled:
    town = past.town
    return Filled(
        past.coordinators, past.volunteers, len(town.cases), town.facts, past.post.sent, begin, town.refused.total(),
        town.set_aside,
    )  # fmt: skip


def _notes(language: str) -> tuple[str, ...]:
    return tuple(text for key, text in sentences("demo", language).items() if key.startswith("note-"))
