"""Turning what is known into pages: templates, the words of a language, days as people write them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from domain.words import say
from web.static import static_address

PAGES: Final = Path(__file__).parent / "pages"


@lru_cache
def templates() -> Environment:
    """The templates, every value escaped."""
    made = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["style"] = Markup(style())
    made.globals["static"] = static_address
    return made


@lru_cache
def style() -> str:
    """The one style sheet, which stands inside every page: a page is one request."""
    return (PAGES / "style.css").read_text(encoding="utf-8").strip()


def page(
    name: str, language: str, code: int = 200, headers: Mapping[str, str] | None = None, /, **values: object
) -> HTMLResponse:
    """A page in a language. In templates ``t`` says a sentence of the area ``web``, ``day`` a day."""

    def t(key: str, **more: object) -> str:
        return say(language, f"web.{key}", **more)

    def spoken(on: date, today: date) -> str:
        return day(on, today, language)

    html = templates().get_template(name).render(t=t, language=language, day=spoken, **values)
    return HTMLResponse(html, status_code=code, headers=dict(headers or {}))


def day(on: date, today: date, language: str) -> str:
    """A day as people of the language write it: with the day of the week, and the year only where it is another."""
    months, weekdays = (say(language, f"web.{names}").split() for names in ("months", "weekdays"))
    form = "date" if on.year == today.year else "date-year"
    month, weekday = months[on.month - 1], weekdays[on.weekday()]
    return say(language, f"web.{form}", year=on.year, month=month, day=on.day, weekday=weekday)
