"""What is missing where a child waits: the helpers around, each counted once under what keeps him or her."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import JSON, ColumnElement, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from domain.ids import CaseId, UnitId
from domain.programme.schema import CLIMB, Helper, Level, Pairing, Programme
from domain.programme.spans import later
from domain.rules.pairing_forms import Reason, Value
from domain.rules.pairing_words import sentence, titles
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.console.waiting import Entry
from domain.store.store import among
from domain.words import say

FREE: Final = "free"
ORDER: Final = (FREE, "full", "not-serving", "paper-missing", "paper-expired", "paper-ends-soon")


class _Kept(NamedTuple):
    """A kind of helper in a place: what keeps them (``paper-missing:pledge``), and how many there are."""

    unit: UnitId
    sex: str
    kind: str
    what: str
    many: int


class Missing(NamedTuple):
    """In words: how many helpers there are, what keeps them; ``free``: some of them could be proposed."""

    why: list[str]
    free: bool


def what_is_missing(look: Looking, entries: Sequence[Entry]) -> dict[CaseId, Missing]:
    """For each waiting child: the helpers in the area, as far as the viewer looks, and what keeps them."""
    found: dict[CaseId, Missing] = {}
    for programme in dict.fromkeys(entry.programme.name for entry in entries):
        some = [entry for entry in entries if entry.programme.name == programme]
        found |= _of_programme(look, some)
    return found


def _of_programme(look: Looking, entries: Sequence[Entry]) -> dict[CaseId, Missing]:
    programme = entries[0].programme
    if programme.pairing is None:
        return {entry.case.id: Missing([], free=False) for entry in entries}
    areas = {entry.case.id: area_of(look, entry.case.unit, programme.pairing.within) for entry in entries}
    within = {area: frozenset(look.office.below(area)) for area in set(areas.values())}
    kept = _everybody(look, programme, programme.pairing, frozenset().union(*within.values()))
    groups = {
        (area, sex): _counted(kept, units, sex)
        for area, units in within.items()
        for sex in {_sex(entry) for entry in entries}
    }
    return {
        entry.case.id: _missing(look, entry, areas[entry.case.id], groups[areas[entry.case.id], _sex(entry)])
        for entry in entries
    }


def _missing(look: Looking, entry: Entry, area: UnitId, counted: Counter[str]) -> Missing:
    return Missing(list(_said(look, entry.programme, entry, area, counted)), free=counted[FREE] > 0)


def _sex(entry: Entry) -> str | None:
    pairing = entry.programme.pairing
    return pairing.helper_for.get(entry.case.sex) if pairing and entry.case.sex else None


def area_of(look: Looking, unit: UnitId, within: Level) -> UnitId:
    """The widest unit around a place in which a helper may be found and which the viewer looks into."""
    widest = unit
    for above in look.office.upward(unit):
        if CLIMB.index(above.level) <= CLIMB.index(within) and look.sees(above.id):
            widest = above.id
    return widest


def _everybody(look: Looking, programme: Programme, pairing: Pairing, units: frozenset[UnitId]) -> list[_Kept]:
    """The roster of these units by what keeps them, counted by the database."""
    what = _what_keeps(look, pairing).label("what")
    role, columns = programme.roles[pairing.role], (t.helper.c.unit, t.helper.c.sex, t.helper.c.kind)
    of = (t.helper.c.kind.in_(role.of),) if isinstance(role, Helper) and role.of else ()
    rows = look.connection.execute(
        select(*columns, what, func.count())
        .where(among(look.connection, t.helper.c.unit, sorted(units)), *of)
        .group_by(*columns, what)
    )
    return [_Kept(*row) for row in rows]


def _what_keeps(look: Looking, pairing: Pairing) -> ColumnElement[str]:
    ahead = later(look.today, pairing.papers_valid_for, look.store.calendar)
    day = t.helper.c.serves_until
    whens: list[tuple[ColumnElement[bool], ColumnElement[str]]] = [
        (~t.helper.c.serving | (day.is_not(None) & (day < ahead.isoformat())), literal("not-serving")),
        (t.helper.c.load >= t.helper.c.capacity, literal("full")),
    ]
    for paper in pairing.papers:
        known, until = paper_columns(look.connection.dialect.name, paper)
        whens += [
            (or_(~known, known.is_(None)), literal(f"paper-missing:{paper}")),
            (until < look.today.isoformat(), literal(f"paper-expired:{paper}")),
            (until < ahead.isoformat(), literal(f"paper-ends-soon:{paper}")),
        ]
    return case(*whens, else_=literal(FREE))


def paper_columns(system: str, paper: str) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """Whether a helper has signed a paper, and the day on which it runs out (nothing: never)."""
    papers = t.helper.c.papers
    if system == "sqlite":
        path = f'$."{paper}"'
        return func.json_type(papers, path).is_not(None), func.json_extract(papers, path)
    known = func.jsonb_exists(cast(papers, JSONB), paper)
    return known, cast(papers, JSON)[paper].as_string()


def _counted(kept: Sequence[_Kept], units: frozenset[UnitId], sex: str | None) -> Counter[str]:
    counted: Counter[str] = Counter()
    for each in kept:
        if each.unit in units and sex in {None, each.sex}:
            counted[each.what] += each.many
    return counted


def _said(look: Looking, programme: Programme, entry: Entry, area: UnitId, counted: Counter[str]) -> Iterator[str]:
    names, everybody = titles(programme, look.language), sum(counted.values())
    level = look.office.units[area].level.value if area in look.office.units else "everywhere"
    values: dict[str, Value] = {"level": level, "who": _sex(entry) or "anyone", "count": everybody}
    yield sentence(look.language, Reason("in-area" if everybody else "nobody-in-area", values))
    for what, count in sorted(counted.items(), key=lambda item: _place_of(item[0])):
        key, _, paper = what.partition(":")
        if key == FREE:
            yield say(look.language, "console_pairing.free", count=count)
        else:
            more: dict[str, Value] = {"paper": paper} if paper else {}
            yield sentence(look.language, Reason(key, {**more, "count": count}), names)
    if entry.case.declined:
        yield sentence(look.language, Reason("declined", {"count": len(entry.case.declined)}))


def _place_of(what: str) -> tuple[int, str]:
    key = what.partition(":")[0]
    return (ORDER.index(key) if key in ORDER else len(ORDER), what)
