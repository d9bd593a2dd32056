"""One child, elder or volunteer by hand: a sheet of one row, judged and taken in as any other."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from domain.places import Level, children, place
from domain.programme.schema import Programme
from domain.sheets.blank import DIGITS, Blank, heading_of
from domain.store.console.looking import Looking
from domain.store.console.sheets import SheetKind, blank_of
from domain.words import say

BY_HAND: Final = (SheetKind.SURVEY, SheetKind.VOLUNTEERS)
_REQUIRED: Final = frozenset({"name", "kind", "township"})
_SEXES: Final = {"male": "男", "female": "女"}


class Cell(NamedTuple):
    """One thing that is asked. ``shape``: text, digits, day, or choice of ``options`` (what is sent, what is read)."""

    key: str
    title: str
    shape: str
    required: bool
    options: Sequence[tuple[str, str]] = ()


def cells(look: Looking, kind: SheetKind, programme: Programme) -> list[Cell]:
    """What is asked of one, in the order of the sheet; the county goes with the township."""
    blank = blank_of(kind, programme, look)
    return [_cell(look, blank, kind, programme, key) for key in blank.fields if key != "county"]


def as_sheet(look: Looking, kind: SheetKind, programme: Programme, given: Mapping[str, str]) -> bytes:
    """What was typed, by the keys of the cells, as a sheet of one row."""
    blank, typed = blank_of(kind, programme, look), dict(given)
    code = typed.get("township", "")
    if code in dict(_townships(look, programme)):
        typed |= {"county": place(code[:6]).name, "township": place(code).name}
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(blank.form.fields[key][0] for key in blank.fields)
    rows.writerow(typed.get(key, "").strip() for key in blank.fields)
    return written.getvalue().encode("utf-8-sig")


def _cell(look: Looking, blank: Blank, kind: SheetKind, programme: Programme, key: str) -> Cell:
    title = heading_of(blank.form, key, look.language)
    options = list(_options(look, blank, kind, programme, key))
    day = key == "born" or key.startswith("paper:")
    shape = "choice" if options else "day" if day else "digits" if key in DIGITS else "text"
    return Cell(key, title[:1].upper() + title[1:], shape, key in _REQUIRED, options)


def _options(look: Looking, blank: Blank, kind: SheetKind, programme: Programme, key: str) -> Iterator[tuple[str, str]]:
    if key == "sex":
        yield from ((written, say(look.language, f"console_pairing.helper-{sex}")) for sex, written in _SEXES.items())
    elif key == "kind":
        known = programme.eligible.kinds if kind is SheetKind.SURVEY else programme.helpers
        titles = {each.title.zh: each.title.say(look.language) for each in known.values()}
        yield from ((name, titles.get(name, name)) for name in blank.kinds)
    elif key == "township":
        yield from _townships(look, programme)


def _townships(look: Looking, programme: Programme) -> Iterator[tuple[str, str]]:
    """The townships of the programme's area in which the viewer may take somebody in: code and name."""
    for top in look.viewer.units(look.right) or (programme.area,):
        yield from _below(str(top), programme.area)


def _below(code: str, area: str) -> Iterator[tuple[str, str]]:
    if not (code.startswith(area) or area.startswith(code)):
        return
    try:
        here = place(code)
    except KeyError:
        return
    if here.level is Level.TOWNSHIP:
        yield code, f"{place(code[:6]).name} {here.name}"
    for each in children(code):
        yield from _below(each.code, area)
