"""Sheets brought at the console: judged for whoever brings them, taken in only where he or she is at home."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from domain.ids import PersonId, UnitId
from domain.places import ancestors
from domain.programme.schema import Programme
from domain.programme.versions import in_force
from domain.rules.access import Right, Viewer
from domain.rules.sheet_rules import body_rules, roster_rules, survey_rules
from domain.sheets.annotate import annotated
from domain.sheets.blank import BODIES, COORDINATORS, ROSTER, SURVEY, Blank, blank_sheet
from domain.sheets.coordinators import Below, coordinator_form
from domain.sheets.forms import body_form, roster_form, survey_form
from domain.sheets.opening import grids_in
from domain.sheets.report import Reason, Row, SheetError, Verdict
from domain.store import tables as t
from domain.store.console.acting import acting, acting_person
from domain.store.console.kept_sheets import Kept, Outcome, Shelf
from domain.store.console.looking import Looking, NotFound, looked, looking
from domain.store.importing import (
    NothingToRead,
    Report,
    SheetKind,
    judged,
    known_before,
    readable,
    take_in,
    unit_of,
)
from domain.store.moments import moment
from domain.store.people import identities
from domain.store.registry import Imported, digest_of, note_sheet
from domain.store.store import Store
from domain.store.units import division_of

__all__ = ["Kept", "NothingToRead", "Outcome", "Report", "SheetError", "SheetKind", "Shelf", "Verdict"]

FIRST: Final = (Verdict.REFUSED, Verdict.NEEDS_REVIEW, Verdict.DUPLICATE, Verdict.ACCEPTED)
"""In which order a preview shows rows: first what somebody has to put right."""

MOST_SHOWN: Final = 20
_CASES: Final = frozenset({SheetKind.SURVEY, SheetKind.UNITS})


class Earlier(NamedTuple):
    """A sheet that was taken in before. ``by`` is who brought it; nothing where it came by command."""

    kind: SheetKind
    at: datetime
    new: int
    by: str


def programmes(look: Looking) -> list[Programme]:
    """The programmes a sheet may be for, each in the version that is in force."""
    names = sorted({each.programme for each in look.store.programmes.values()})
    of_name = [[each for each in look.store.programmes.values() if each.programme == name] for name in names]
    return [found for some in of_name if (found := in_force(some, look.today))]


def programme_named(look: Looking, name: str) -> Programme:
    """One of these; NotFound."""
    found = next((each for each in programmes(look) if each.programme == name), None)
    if found is None:
        raise NotFound(name)
    return found


def kinds_for(look: Looking) -> dict[str, list[SheetKind]]:
    """Which sheets each programme can be brought, by the programme's key."""
    return {
        each.programme: [kind for kind in SheetKind if readable(kind, each, look.now)] for each in programmes(look)
    }  # fmt: skip


def judge(store: Store, viewer: Viewer, kept: Kept, now: datetime) -> Report:
    """Every row with its verdict for this viewer: what lies elsewhere is refused. SheetError, NothingToRead."""
    kind = SheetKind(kept.kind)
    with looking(store, viewer, Right.IMPORT, now) as look:
        programme = programme_named(look, kept.programme)
        known = known_before(look.connection, store, kind)
    # Read outside of the transaction: a heavy workbook takes a minute.
    return only_mine(look, judged(kind, programme, grids_in(kept.content, kept.name), known, now))


def only_mine(look: Looking, report: Report) -> Report:
    """A report in which rows about places the viewer does not look after are refused, and say nothing else."""
    mine: dict[UnitId, bool] = {}

    def row(each: Row[Any]) -> Row[Any]:
        if each.item is None:
            return each
        unit = unit_of(each.item)
        if unit not in mine:
            mine[unit] = _is_mine(look, unit)
        refused = replace(
            each, verdict=Verdict.REFUSED, reasons=(Reason("not-your-place"),), remarks=(), item=None
        )  # fmt: skip
        return each if mine[unit] else refused

    return replace(report, rows=tuple(row(each) for each in report.rows))


def _is_mine(look: Looking, unit: UnitId) -> bool:
    """Whether a unit, which may not stand in the tree yet, lies where the viewer imports."""
    if look.sees(unit):
        return True
    tops, code = look.viewer.units(look.right), division_of(unit)
    above = {code, *(each.code for each in ancestors(code))}
    return tops is None or any(top in above for top in tops)


def answer_to(kept: Kept, report: Report, language: str) -> bytes:
    """The sheet again as a workbook, with verdict and reasons behind each row."""
    return annotated(report, grids_in(kept.content, kept.name), language)


def takes(kind: SheetKind, report: Report) -> int:
    """How many rows an import would take in: doubtful ones become cases to look into, but neither helpers nor desks."""
    counts = report.counts()
    return counts[Verdict.ACCEPTED] + (counts[Verdict.NEEDS_REVIEW] if kind in _CASES else 0)


def import_sheet(store: Store, viewer: Viewer, kept: Kept, now: datetime) -> Kept:
    """Take a sheet in, in the viewer's name; what is left is its copy with the verdicts. SheetError, Refusal."""
    by = acting_person(viewer)
    report = judge(store, viewer, kept, now)
    answer = answer_to(kept, report, viewer.language)

    def taken(connection: Connection, look: Looking) -> Imported:
        programme, kind = programme_named(look, kept.programme), SheetKind(kept.kind)
        done = take_in(connection, store, kind, programme, only_mine(look, report), now, by)
        note_sheet(connection, kept.content, kind.value, done.new, now, by)
        return done

    done = acting(store, viewer, Right.IMPORT, now, taken)
    counts = {verdict.value: count for verdict, count in report.counts().items()}
    return Kept(
        kind=kept.kind, programme=kept.programme, name=kept.name, answer=answer,
        outcome=Outcome(done.new, done.known, counts, done.cases[0][1] if len(done.cases) == 1 else ""),
    )  # fmt: skip


def imported_before(look: Looking, kept: Kept) -> datetime | None:
    """When the very same file was taken in, where it was."""
    at = look.connection.scalar(select(t.sheet.c.imported_at).where(t.sheet.c.digest == digest_of(kept.content)))
    return moment(at) if at else None


def history(look: Looking) -> Sequence[Earlier]:
    """The sheets taken in last by people of the viewer's units; for who looks everywhere, by command too."""
    statement = (
        select(t.sheet)
        .join(t.person, t.person.c.id == t.sheet.c.by, isouter=True)
        .where(*look.within(t.person.c.unit))
        .order_by(t.sheet.c.imported_at.desc(), t.sheet.c.digest)
        .limit(MOST_SHOWN)
    )
    rows = look.connection.execute(statement).all()
    names = _names(look, {PersonId(row.by) for row in rows if row.by})
    return [
        Earlier(SheetKind(row.kind), moment(row.imported_at), row.accepted, names.get(row.by, row.by or ""))
        for row in rows
    ]


def _names(look: Looking, people: set[PersonId]) -> dict[PersonId, str]:
    if not people or not look.viewer.may(Right.SEE_PEOPLE):
        return {}
    seen = looked(look.connection, look.store, look.viewer, Right.SEE_PEOPLE, look.now, look.office)
    return {person: who.name for person, who in identities(seen.connection, look.store.seal, people).items()}


def blank(look: Looking, kind: SheetKind, programme: Programme, title: str) -> bytes:
    """An empty sheet of a kind with the headings that are understood, as a workbook."""
    return blank_sheet(blank_of(kind, programme, look), title, look.language)


def blank_of(kind: SheetKind, programme: Programme, look: Looking) -> Blank:
    """What an empty sheet of a kind asks for in a programme."""
    match kind:
        case SheetKind.SURVEY:
            kinds = survey_rules(programme, look.today).kinds
            return Blank(survey_form(kinds), SURVEY, [names[0] for names in kinds.values()])
        case SheetKind.VOLUNTEERS:
            rules = roster_rules(programme, look.today)
            form = roster_form(rules.papers)
            papers = [field for field in form.fields if field.startswith("paper:")]
            return Blank(form, (*ROSTER, *papers), [names[0] for names in rules.kinds.values()])
        case SheetKind.COORDINATORS:
            return Blank(coordinator_form(Below()), COORDINATORS)
        case SheetKind.UNITS:
            kinds = body_rules(programme, look.today).kinds
            return Blank(body_form(), BODIES, [names[0] for names in kinds.values()])
