"""Rules about telling people: quiet hours and days, the digest, and what a text message of one digit says."""

from collections.abc import Iterator
from typing import Final

from domain.programme.check import Rule, can_be, impossible
from domain.programme.mistakes import Finding, found
from domain.programme.schema import Manners, Programme
from domain.programme.times import days_in

MOST_QUIET_DAYS: Final = 31
"""Nobody is left untold for longer: a reminder that waits a month is none."""


def check_telling(programme: Programme) -> Iterator[Finding]:
    """Everything wrong with how people are told."""
    for rule in _RULES:
        yield from rule(programme)


def times_exist(programme: Programme) -> Iterator[Finding]:
    """Quiet hours are times of the day and leave some of it."""
    manners = programme.manners
    for key in ("quiet_from", "quiet_until", "digest_at"):
        text = getattr(manners, key)
        if text is not None and not _is_clock(text):
            yield found(("manners", key), "clock-form", name=key, value=text)
    if manners.quiet_from == manners.quiet_until:
        yield found(("manners", "quiet_until"), "always-quiet", value=manners.quiet_until)
    elif manners.digest_at is not None and _is_quiet(manners, manners.digest_at):
        yield found(("manners", "digest_at"), "digest-in-quiet-hours", value=manners.digest_at)


def _is_clock(text: str) -> bool:
    hour, minute = (int(part) for part in text.split(":"))
    return hour <= 23 and minute <= 59


def _is_quiet(manners: Manners, clock: str) -> bool:
    """Whether a time of the day (``HH:MM``) lies in the quiet hours."""
    begins, ends = manners.quiet_from, manners.quiet_until
    return begins <= clock < ends if begins <= ends else clock >= begins or clock < ends


def quiet_days_are_few(programme: Programme) -> Iterator[Finding]:
    """A time of the year in which nothing is sent is a festival, not a season."""
    for place, name in enumerate(programme.manners.quiet_during):
        time = programme.times_of_year.get(name)
        if time is not None and days_in(time) > MOST_QUIET_DAYS:
            yield found(("manners", "quiet_during", place), "quiet-too-long", name=name, most=MOST_QUIET_DAYS)


def replies_can_be_taken(programme: Programme) -> Iterator[Finding]:
    """What a digit stands for fits the form, and only what is done by hand is done by a digit."""
    for name, duty in programme.duties.items():
        if duty.replies is None:
            continue
        if duty.met_by and not duty.asks:
            yield found(("duties", name, "replies"), "reply-not-by-hand", name=name)
        for word in ("done", "help"):
            for key, wanted in (getattr(duty.replies, word) or {}).items():
                question = duty.asks.get(key)
                if question is not None and not can_be(question, wanted):
                    yield impossible(("duties", name, "replies", word, key), question, wanted)


_RULES: Final[tuple[Rule, ...]] = (times_exist, quiet_days_are_few, replies_can_be_taken)
