"""The rounds as Prefect plans them: read, paused, resumed, started and given other times through its HTTP API."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from domain.words import say
from web.prefect_api import Call, NotAnswering

NAMES: Final = ("round", "delivery", "identification", "pairing", "check-in", "escalation", "follow-up")
ZONE: Final = "Asia/Shanghai"
COUNTY: Final = "county:"
BY_HAND: Final = "by-hand"
EVERY: Final = ("5", "10", "15", "20", "30", "60")
"""Minutes between two rounds that may be chosen; all of them divide the hour."""

MOST_SHOWN: Final = 3
_ALL: Final = 200
_PLANNED: Final = {"type": {"any_": ["SCHEDULED"]}}
_BEGUN: Final = {"type": {"not_any_": ["SCHEDULED"]}}


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run. ``state``: Prefect's word in small letters; ``at``: when it began, or is to."""

    id: str
    name: str
    state: str
    at: datetime | None
    took: timedelta


@dataclass(frozen=True, kw_only=True)
class Line:
    """One of our deployments. ``schedules``: as Prefect keeps them; ``active``: whether it runs by itself."""

    id: str
    name: str
    schedules: Sequence[Mapping[str, Any]]
    active: bool
    paused: bool
    coming: Sequence[Run]
    gone: Sequence[Run]

    def when(self, language: str) -> list[str]:
        """Each of its schedules in words."""
        return [when_words(each["schedule"], language) for each in self.schedules]


def lines(call: Call, sees: Callable[[str], bool]) -> list[Line]:
    """All our deployments in the order in which people list them; NotAnswering.

    ``sees``: whether the viewer looks into a county; runs of other counties are left out.
    """
    known = {each["name"]: each for each in call.read("/deployments/filter") if each["name"] in NAMES}
    coming = _runs(call, _PLANNED, "NEXT_SCHEDULED_START_TIME_ASC", "next_scheduled_start_time", sees)
    gone = _runs(call, _BEGUN, "START_TIME_DESC", "start_time", sees)
    return [_line(known[name], coming, gone) for name in NAMES if name in known]


def _runs(
    call: Call, state: Mapping[str, Any], sort: str, moment: str, sees: Callable[[str], bool]
) -> dict[str, list[Run]]:
    asked = {"flow_runs": {"state": state}, "sort": sort, "limit": _ALL}
    found: dict[str, list[Run]] = {}
    for each in call.read("/flow_runs/filter", asked):
        runs = found.setdefault(str(each["deployment_id"]), [])
        if len(runs) < MOST_SHOWN and all(map(sees, _counties(each))):
            runs.append(_run(each, moment))
    return found


def _counties(each: Mapping[str, Any]) -> list[str]:
    """The counties a run was for; none where it was for all."""
    return [tag.removeprefix(COUNTY) for tag in each.get("tags") or () if tag.startswith(COUNTY)]


def _run(each: Mapping[str, Any], moment: str) -> Run:
    at = each.get(moment)
    return Run(
        id=each["id"], name=each["name"], state=(each.get("state_name") or each.get("state_type") or "").lower(),
        at=datetime.fromisoformat(at) if at else None, took=timedelta(seconds=round(each.get("total_run_time") or 0)),
    )  # fmt: skip


def _line(known: Mapping[str, Any], coming: Mapping[str, list[Run]], gone: Mapping[str, list[Run]]) -> Line:
    schedules = known.get("schedules") or []
    active = not known.get("paused") and any(each.get("active") for each in schedules)
    return Line(
        id=known["id"], name=known["name"], schedules=schedules, active=active, paused=bool(known.get("paused")),
        coming=coming.get(known["id"], ()) if active else (), gone=gone.get(known["id"], ()),
    )  # fmt: skip


def named(call: Call, name: str) -> Line | None:
    """One of our deployments."""
    found: Iterable[Mapping[str, Any]] = call.read("/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
    return next((_line(each, {}, {}) for each in found if each["name"] == name and name in NAMES), None)


def switch(call: Call, line: Line, *, active: bool) -> None:
    """Let it run by itself, or no more: the switch Prefect's dashboard shows beside each schedule."""
    for each in line.schedules:
        call.send("PATCH", f"/deployments/{line.id}/schedules/{each['id']}", {"active": active})
    if active and line.paused:
        call.send("POST", f"/deployments/{line.id}/resume_deployment", {})
    if active:
        _plan(call, line)


def run_now(call: Call, line: Line) -> None:
    """Run it once, now, whatever its schedule."""
    call.send("POST", f"/deployments/{line.id}/create_flow_run", {})


def set_cron(call: Call, line: Line, cron: str) -> None:
    """Give it one schedule in place of those it had; a paused one stays paused."""
    schedule = {"cron": cron, "timezone": ZONE}
    if not line.schedules:
        new = [{"schedule": schedule, "active": True, "slug": BY_HAND}]
        call.send("POST", f"/deployments/{line.id}/schedules", new)
    else:
        kept, *others = line.schedules
        for other in others:
            call.send("DELETE", f"/deployments/{line.id}/schedules/{other['id']}", None)
        changed = {"schedule": schedule, "slug": BY_HAND}
        call.send("PATCH", f"/deployments/{line.id}/schedules/{kept['id']}", changed)
    if line.active or not line.schedules:
        _plan(call, line)


def _plan(call: Call, line: Line) -> None:
    """Make the next runs now: the scheduler would notice a changed schedule only with its next long look."""
    wanted = {"min_runs": MOST_SHOWN, "max_runs": MOST_SHOWN}
    try:
        call.send("POST", f"/deployments/{line.id}/schedule", wanted)
    except NotAnswering as refused:
        if refused.status is None:
            raise


def cron_of(every: str, at: str) -> str | None:
    """The cron line of what the form offers: every so many minutes, or (``daily``) at a time of day; else nothing."""
    if every in EVERY:
        return "0 * * * *" if every == "60" else f"*/{every} * * * *"
    hours, _, minutes = at.partition(":")
    given = (
        every == "daily"
        and at.isascii()
        and hours.isdecimal()
        and minutes.isdecimal()
        and len(hours) <= 2
        and len(minutes) == 2
    )
    if not given or int(hours) > 23 or int(minutes) > 59:
        return None
    return f"{int(minutes)} {int(hours)} * * *"


def when_words(schedule: Mapping[str, Any], language: str) -> str:
    """A schedule in words; a cron line nobody has words for as it is written."""
    if schedule.get("interval"):
        return say(language, "schedule.every", span=_span(int(schedule["interval"]), language))
    if schedule.get("rrule"):
        return f"{schedule['rrule']} ({schedule.get('timezone') or 'UTC'})"
    cron = str(schedule.get("cron") or "")
    return _cron_words(cron, language) or f"{cron} ({schedule.get('timezone') or 'UTC'})"


def _cron_words(cron: str, language: str) -> str:
    minute, hour, *days = cron.split() if len(cron.split()) == 5 else ("", "", "")
    if days != ["*", "*", "*"]:
        return ""
    if hour == "*":
        apart = "60" if minute == "0" else minute.removeprefix("*/")
        return say(language, "schedule.every", span=_span(int(apart) * 60, language)) if apart.isdecimal() else ""
    if minute.isdecimal() and hour.isdecimal():
        return say(language, "console_schedule.daily-at", time=f"{int(hour):02d}:{int(minute):02d}")
    return ""


def _span(seconds: int, language: str) -> str:
    for key, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds % length == 0:
            return say(language, f"schedule.{key}", count=seconds // length)
    return say(language, "schedule.seconds", count=seconds)
