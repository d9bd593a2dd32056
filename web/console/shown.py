"""Console pages: templates, words, the menu, days and moments as people write them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import Environment
from starlette.responses import HTMLResponse

from domain.calendar import local_day
from domain.rules.access import Right, Viewer
from domain.words import say
from web.showing import day, templates
from web.static import static_address

if TYPE_CHECKING:
    from web.console.desk import Desk


class Entry(NamedTuple):
    """One entry of the menu; shown to who has the right."""

    key: str
    path: str
    right: Right


MENU: Final[Sequence[Entry]] = (
    Entry("today", "/console", Right.SEE_CASES),
    Entry("area", "/console/area", Right.SEE_CASES),
    Entry("cases", "/console/cases", Right.SEE_CASES),
    Entry("pairing", "/console/pairing", Right.SEE_CASES),
    Entry("volunteers", "/console/volunteers", Right.SEE_PEOPLE),
    Entry("messages", "/console/messages", Right.SEE_MESSAGES),
    Entry("meeting", "/console/meeting", Right.SEE_CASES),
    Entry("sheets", "/console/sheets", Right.IMPORT),
    Entry("programmes", "/console/programmes", Right.SEE_PROGRAMMES),
    Entry("schedule", "/console/schedule", Right.SEE_SCHEDULE),
    Entry("flows", "/console/flows/", Right.SEE_FLOWS),
    Entry("proof", "/console/proof", Right.SEE_PROOF),
    Entry("logins", "/console/logins", Right.MANAGE_LOGINS),
)


class Typed(dict[str, str]):
    """What was typed into a form, to be shown again; empty for what was not."""

    def __missing__(self, _key: str) -> str:
        return ""


def console_page(desk: "Desk", name: str, status: int = 200, /, **values: object) -> HTMLResponse:
    """A page for whoever has signed in. ``t`` says a sentence of the area ``console`` (``area.key`` of another)."""
    html = (
        _environment()
        .get_template(name)
        .render(
            desk=desk,
            t=desk.say,
            language=desk.language,
            root=desk.root,
            menu=entries_for(desk.viewer),
            done=desk.done,
            **_spoken(desk),
            **values,
        )
    )
    return HTMLResponse(html, status_code=status)


def outside_page(name: str, language: str, root: str, status: int = 200, /, **values: object) -> HTMLResponse:
    """A page of the console for who has not signed in yet."""

    def t(key: str, **more: object) -> str:
        return say(language, key if "." in key else f"console.{key}", **more)

    html = _environment().get_template(name).render(t=t, language=language, root=root, **values)
    return HTMLResponse(html, status_code=status)


@lru_cache
def _environment() -> Environment:
    made = templates().overlay()
    made.globals = {**made.globals, "static": static_address}
    return made


def entries_for(viewer: Viewer) -> list[Entry]:
    """What of the menu somebody is shown."""
    return [entry for entry in MENU if viewer.may(entry.right)]


def zone_of(desk: "Desk") -> ZoneInfo | None:
    """By which clock moments are said: that of the programmes' place; the machine's own where there is none."""
    return next((each.time_zone for each in desk.site.store.programmes.values()), None)


def moment_at(desk: "Desk", at: datetime) -> str:
    """A moment as it is said on the pages."""
    return f"{at.astimezone(zone_of(desk)):%Y-%m-%d %H:%M}"


def _spoken(desk: "Desk") -> Mapping[str, object]:
    zone = zone_of(desk)
    today = local_day(desk.now, zone) if zone else desk.now.date()

    def spoken_day(on: date | str) -> str:
        return day(date.fromisoformat(on) if isinstance(on, str) else on, today, desk.language)

    def plain_day(on: date) -> str:
        return say(desk.language, "console.plain-day", year=on.year, month=on.month, day=on.day)

    return {"day": spoken_day, "plain_day": plain_day, "moment": partial(moment_at, desk), "today": today}
