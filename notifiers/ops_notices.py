"""Telling ops what delivery found to be wrong, by any URL Apprise knows: each cause once."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from domain.settings import Settings
from domain.store import ops_notices as kept
from domain.store.engine import reading, writing
from domain.store.moments import whole
from domain.store.ops_notices import CHANNEL_LENGTH, CODE_LENGTH, Cause
from domain.store.store import Store
from domain.words import say
from notifiers.ops_child import Exit
from notifiers.outcomes import Outcome, OutcomeKind, accepted, misconfigured, temporary, unknown
from notifiers.reports import DeliveryReport, Finding

SECONDS: Final = 30.0
MOST_LINES: Final = 20
OURS: Final = "ops"
"""What a finding about these notices themselves names as its channel."""


def tell_findings(store: Store, settings: Settings, report: DeliveryReport, now: datetime) -> DeliveryReport:
    """Tell ops what a delivery found and they do not know yet; the report, with what stood in the way of telling.

    Nothing is sent within a transaction. A process that dies meanwhile leaves it to a later delivery, so ops may
    hear of something twice rather than never.
    """
    moment, found = whole(now), _by_cause(report.findings)
    news = _news(store, settings, found, report.through, moment)
    if not news:
        return report
    outcomes = tell_ops(settings.ops_notices, *_words(settings, found, news))
    if any(outcome.kind in (OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN) for outcome in outcomes):
        with writing(store.engine) as connection:
            kept.were_told(connection, news, moment)
    return report.plus(DeliveryReport(findings=tuple(_obstacles(settings.ops_notices, outcomes))))


def tell_ops(urls: Sequence[str], title: str, body: str, seconds: float = SECONDS) -> list[Outcome]:
    """What each URL came to, one after another; never raises, and no outcome holds anything of a URL.

    Temporary: Apprise says that it was not taken, of which it gives no reason. Misconfigured: it knows no such URL.
    Unknown: nothing was heard within ``seconds``, or the process that told it broke.
    """
    return [_told(url, title, body, seconds) for url in urls]


def _told(url: str, title: str, body: str, seconds: float) -> Outcome:
    here = str(Path(__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}
    command = [sys.executable, "-P", "-m", "notifiers.ops_child"]
    notice = json.dumps({"url": url, "title": title, "body": body}).encode("ascii")
    quiet = subprocess.DEVNULL
    try:
        child = subprocess.run(
            command, input=notice, stdout=quiet, stderr=quiet, env=environment, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return unknown("timed-out")
    except OSError:
        return temporary("no-process")
    match child.returncode:
        case Exit.TAKEN:
            return accepted("apprise")
        case Exit.NOT_TAKEN:
            return temporary("not-taken")
        case Exit.NOT_UNDERSTOOD:
            return misconfigured("not-understood")
        case _:
            return unknown("process-broke")


def _by_cause(findings: Iterable[Finding]) -> Mapping[Cause, Finding]:
    """One finding a cause; however many messages cannot be written, one kind of error is one cause."""
    found: dict[Cause, Finding] = {}
    for each in findings:
        code = each.code if each.channel else each.detail
        found.setdefault(Cause(each.channel[:CHANNEL_LENGTH], code[:CODE_LENGTH]), each)
    return found


def _news(
    store: Store, settings: Settings, found: Mapping[Cause, Finding], through: Sequence[str], now: datetime
) -> set[Cause]:
    if not settings.ops_notices:
        return set()
    with reading(store.engine) as connection:
        if not found and not kept.any_remembered(connection):
            return set()
    with writing(store.engine) as connection:
        return kept.take_note(connection, found.keys(), through, now)


def _words(settings: Settings, found: Mapping[Cause, Finding], news: set[Cause]) -> tuple[str, str]:
    """Title and body, in the office's language."""
    language = settings.language
    lines = [_line(language, found[cause]) for cause in sorted(news)]
    more = len(lines) - MOST_LINES
    if more > 0:
        lines = [*lines[:MOST_LINES], say(language, "ops.more", count=more)]
    where, once = say(language, "ops.where", address=settings.base_url), say(language, "ops.once")
    return say(language, "ops.title", count=len(news)), "\n".join((*lines, "", where, once))


def _line(language: str, finding: Finding) -> str:
    if not finding.channel:
        return say(language, "ops.unwritable", code=finding.code, detail=finding.detail)
    return say(language, "ops.channel", channel=finding.channel, code=finding.code, detail=finding.detail).rstrip()


def _obstacles(urls: Sequence[str], outcomes: Sequence[Outcome]) -> Iterable[Finding]:
    """Of a URL its scheme only: the rest of it may be a key."""
    for url, outcome in zip(urls, outcomes, strict=True):
        if not outcome.is_accepted:
            yield Finding(OURS, f"{url.partition('://')[0]} {outcome.code}")
