"""``shouwang bench answers``: many volunteers answer at the same moment, on SQLite, through the real pages."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Barrier, Thread
from typing import Final, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import select

from deployments.benchmarks.crowd import bound, volunteer
from deployments.benchmarks.round import Measured
from domain.facts import DutyMet, stored_name
from domain.ids import DutyId, duty_id
from domain.programme.schema import DutyKind, FieldKind, Programme, Question
from domain.store import tables as t
from domain.store.engine import reading
from domain.store.install import open_install
from domain.store.lists import open_duties
from domain.store.store import Store
from notifiers.links import link_token

MOST_SECONDS: Final = 1.0
_LIVES: Final = timedelta(days=1)
_STARTS_WITHIN: Final = 30.0
_ANSWERS_WITHIN: Final = 60.0


class Posted(NamedTuple):
    """One post: the page's status, and how many seconds it took; 0 where nothing came back."""

    status: int
    seconds: float


def measure(
    programme: Programme, now: datetime, *, people: int, times: int, say: Callable[[str], None]
) -> list[Measured]:
    """What nineteen in twenty wait at most, and how many answers were lost or counted twice; each posted ``times``."""
    with TemporaryDirectory() as folder:
        data = Path(folder)
        store = open_install(data)
        duties = bound(store, programme, people, now)
        forms = [_form(store, programme, number, duties, now) for number in range(people)]
        with _serving(data) as port:
            posted = _at_once(port, [each for each in forms for _ in range(times)])
        met = _met(store, [duty for duty, _, _ in forms])
    seconds = sorted(each.seconds for each in posted)
    slowest = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    said = ", ".join(f"{status}: {count}" for status, count in sorted(Counter(each.status for each in posted).items()))
    say(f"answers {len(posted)} posts at once ({said}), median {quantiles(seconds, n=2)[0]:.3f} s, p95 {slowest:.3f} s")
    lost = sum(met[duty] == 0 for duty, _, _ in forms)
    twice = sum(met[duty] > 1 for duty, _, _ in forms)
    return [
        Measured("answers-p95-seconds sqlite", slowest, MOST_SECONDS),
        Measured("answers-lost sqlite", lost, 0), Measured("answers-twice sqlite", twice, 0),
    ]  # fmt: skip


def _form(
    store: Store, programme: Programme, number: int, duties: dict[str, DutyId], now: datetime
) -> tuple[DutyId, str, str]:
    """(duty, its page's path, the filled form) of one volunteer."""
    duty = duties[volunteer(number)]
    with reading(store.engine) as connection:
        kinds = {each.id: each.kind for each in open_duties(connection, now, person=volunteer(number))}
    token = link_token(store.seal.signing_key, volunteer(number), duty, now + _LIVES)
    return duty, f"/a/{token}", urlencode(_filled(programme.duties[kinds[duty]], now))


def _filled(kind: DutyKind, now: datetime) -> dict[str, str]:
    return {key: _value(question, now) for key, question in kind.asks.items() if question.required}


def _value(question: Question, now: datetime) -> str:
    match question.type:
        case FieldKind.YES_NO:
            return "no"
        case FieldKind.COUNT:
            return str(question.least)
        case FieldKind.DATE:
            return now.date().isoformat()
        case FieldKind.TEXT:
            return "—"
        case _:
            return next(iter(question.options), "—")


def _at_once(port: int, forms: Sequence[tuple[DutyId, str, str]]) -> list[Posted]:
    """Every form at the same moment, each over a connection of its own that stands already, as phones' would."""
    start, found = Barrier(len(forms)), list[Posted]()
    crowd = [Thread(target=_post, args=(port, path, form, start, found)) for _, path, form in forms]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    return found


def _post(port: int, path: str, form: str, start: Barrier, found: list[Posted]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWERS_WITHIN)
    line.connect()
    start.wait()
    began = time.monotonic()
    try:
        line.request("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = line.getresponse()
        answer.read()
        found.append(Posted(answer.status, time.monotonic() - began))
    except OSError:
        found.append(Posted(0, time.monotonic() - began))
    finally:
        line.close()


def _met(store: Store, duties: Sequence[DutyId]) -> Counter[DutyId]:
    """How often each of these duties was met, by the journal."""
    with reading(store.engine) as connection:
        journal = connection.execute(
            select(t.journal.c.case, t.journal.c.body).where(t.journal.c.name == stored_name(DutyMet))
        ).all()
    wanted = set(duties)
    met = (duty_id(row.case, _number(row.body)) for row in journal)
    return Counter(duty for duty in met if duty in wanted)


def _number(body: str) -> int:
    return int(json.loads(body)["duty"])


@contextmanager
def _serving(data: Path) -> Iterator[int]:
    """The pages of an install as ``shouwang up`` serves them, in a process of their own; the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "uvicorn", "web.app:build", "--factory", "--host", "127.0.0.1", "--port", str(port),
        "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    server = subprocess.Popen(command, env={**os.environ, "SHOUWANG_DATA": str(data)})
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=_STARTS_WITHIN)


def _wait_for(port: int) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/a")
            if line.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            line.close()
    raise TimeoutError("the pages did not start")
