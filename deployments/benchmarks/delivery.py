"""``shouwang bench delivery``: messages on their way beside bare clients, bare rows, kills and a gateway that hangs."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Final, NamedTuple

from deployments.benchmarks.chaos import chaos
from deployments.benchmarks.crowd import gather, telling
from deployments.benchmarks.hanging import slowed
from deployments.benchmarks.planning import planning
from deployments.benchmarks.provider import providing
from deployments.benchmarks.round import Measured, NewDatabase, databases
from deployments.benchmarks.sending import BLOCKS, WARMING, mails, texts
from domain.programme.schema import Programme
from domain.store.engine import open_engine
from domain.store.store import Store
from notifiers.settings import ChannelSetting

LEAST_OF_SMTPLIB: Final = 0.7
LEAST_OF_APPRISE: Final = 10.0
LEAST_OF_HTTPX: Final = 0.6
LEAST_OF_BARE_ROWS: Final = 1 / 3
MOST_SLOWED: Final = 1.1

ANYWHERE: Final = telling(ChannelSetting(name="mail", url="swmail://127.0.0.1"))
"""What is planned here is sent through channels of other names and ports later."""

Say = Callable[[str], None]


class Sizes(NamedTuple):
    """How many messages, notices for how many people, messages and kills in the chaos; seconds beside the hanging."""

    messages: int
    notices: int
    people: int
    chaos: int
    kills: int
    steady: float
    seed: int


def measure(programme: Programme, url: str | None, sizes: Sizes, *, say: Say) -> list[Measured]:
    """All figures on one database system: SQLite in a temporary folder, or the PostgreSQL server of ``url``."""
    kind = "postgresql" if url else "sqlite"
    with databases(url) as new:
        engine = open_engine(new("told"))
        store = gather(engine, programme, ANYWHERE, sizes.messages + WARMING)
        found = [*_sent(store, kind, say), _slowed(store, sizes, kind, say)]
        engine.dispose()
        found.append(_planned(programme, new, sizes, kind, say))
        for asked in (True, False):
            found += _killed(programme, new, sizes, kind, say, asked=asked)
    return found


def _sent(store: Store, kind: str, say: Say) -> list[Measured]:
    with providing() as provider:
        mail, text = mails(store, provider), texts(store, provider)
    server = "aiosmtpd" if find_spec("aiosmtpd") else "a small server of our own"
    say(f"{kind}: mails to {server}, in {BLOCKS} blocks: {mail.line()}")
    say(f"{kind}: text messages by HTTP, in {BLOCKS} blocks: {text.line()}")
    return [
        _at_least(f"mail-{kind}", mail.ratio("ours", "smtplib"), LEAST_OF_SMTPLIB),
        _at_least(f"apprise-{kind}", mail.ratio("ours", "apprise"), LEAST_OF_APPRISE),
        _at_least(f"http-{kind}", text.ratio("ours", "httpx"), LEAST_OF_HTTPX),
    ]


def _slowed(store: Store, sizes: Sizes, kind: str, say: Say) -> Measured:
    alone, beside = slowed(store, seconds=sizes.steady)
    say(f"{kind}: 95 % of a healthy gateway's messages within {alone:.2f} s, beside one that hangs {beside:.2f} s")
    return Measured(f"hanging-{kind}", beside / alone, MOST_SLOWED)


def _planned(programme: Programme, new: NewDatabase, sizes: Sizes, kind: str, say: Say) -> Measured:
    engine = open_engine(new("planned"))
    planned = planning(engine, programme, notices=sizes.notices, people=sizes.people)
    engine.dispose()
    say(f"{kind}: {sizes.notices} notices for {sizes.people} people planned: {planned.line()}")
    return _at_least(f"planner-{kind}", planned.ratio("ours", "bare"), LEAST_OF_BARE_ROWS)


def _killed(
    programme: Programme, new: NewDatabase, sizes: Sizes, kind: str, say: Say, *, asked: bool
) -> list[Measured]:
    """What must not be found is counted; where the gateway cannot be asked, a repeat that says so is no fault."""
    name = f"{'asked' if asked else 'unasked'}-{kind}"
    url = new(f"chaos_{'asked' if asked else 'unasked'}")
    found = chaos(programme, url, messages=sizes.chaos, kills=sizes.kills, asked=asked, seed=sizes.seed)
    say(f"{kind}: a gateway that {'can' if asked else 'cannot'} be asked: {found.line()}")
    repeated = found.repeated if asked else found.unmarked + found.thrice
    return [
        Measured(f"lost-{name}", found.lost, 0),
        Measured(f"repeated-{name}", repeated, 0),
        Measured(f"breaches-{name}", found.breaches, 0),
    ]


def _at_least(name: str, ratio: float, least: float) -> Measured:
    return Measured(name, ratio, least, at_least=True)
