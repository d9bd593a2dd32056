"""Console pages: templates, words, the menu, days and moments as people write them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from jinja2 import Environment
from starlette.responses import HTMLResponse

from domain.calendar import local_day
from domain.rules.access import Right
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
)


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
            menu=_menu(desk),
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


def _menu(desk: "Desk") -> list[Entry]:
    return [entry for entry in MENU if desk.viewer.may(entry.right)]


def _spoken(desk: "Desk") -> Mapping[str, object]:
    zone = next((each.time_zone for each in desk.site.store.programmes.values()), None)
    today = local_day(desk.now, zone) if zone else desk.now.date()

    def spoken_day(on: date | str) -> str:
        return day(date.fromisoformat(on) if isinstance(on, str) else on, today, desk.language)

    def spoken_moment(at: datetime) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    return {"day": spoken_day, "moment": spoken_moment, "today": today}
