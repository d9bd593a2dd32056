"""``shouwang survey|volunteers|coordinators|units check|import FILE``: sheets in, every row judged, the answer out."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from deployments.cli.where import BAD_INPUT, DONE, FINDINGS, BadInput, Where
from domain.programme.schema import Programme
from domain.rules.sheet_rules import body_rules, has_village_desks, roster_rules, survey_rules
from domain.sheets import SheetReport, Verdict, annotate, read_survey, read_volunteers
from domain.sheets.bodies import read_bodies
from domain.sheets.coordinators import Below, read_coordinators
from domain.store.engine import reading, writing
from domain.store.registry import (
    Imported,
    Seen,
    import_coordinators,
    import_volunteers,
    note_sheet,
)
from domain.store.registry_bodies import BODY, import_bodies
from domain.store.registry_survey import import_survey
from domain.store.units import bodies

Answered = Annotated[Path | None, Parameter(help="where to write the sheet's copy with verdicts and reasons")]
OfProgramme = Annotated[str | None, Parameter(help="the programme, where there is more than one")]
Report = SheetReport[Any]


def add(app: App) -> None:
    """Put the groups of this module into the command line."""
    for name, read, take in (
        ("survey", _read_survey, _take_survey),
        ("volunteers", _read_volunteers, _take_volunteers),
        ("coordinators", _read_coordinators, _take_coordinators),
        ("units", _read_units, _take_units),
    ):
        app.command(_group(name, read, take))


def _group(
    name: str,
    read: Callable[[Path, Programme, Where], Report],
    take: Callable[[Path, Programme, Report, Where], Imported],
) -> App:
    group = App(name=name, help=f"read {name} from an office's sheet (XLSX or CSV)")

    @group.command
    def check(file: Path, *, answer: Answered = None, programme: OfProgramme = None, where: Where = Where()) -> int:
        """Judge every row; nothing is written into the install."""
        with where.at_hand():
            report = read(file, where.programme(programme), where)
        _write_answer(report, file, answer, where)
        return _answered(report, where, None)

    @group.command(name="import")
    def import_(file: Path, *, answer: Answered = None, programme: OfProgramme = None, where: Where = Where()) -> int:
        """Judge every row and take in what is accepted; the same file again changes nothing."""
        where.begin()
        chosen = where.programme(programme)
        report = read(file, chosen, where)
        _write_answer(report, file, answer, where)
        taken = take(file, chosen, report, where)
        return _answered(report, where, taken)

    return group


def _write_answer(report: Report, file: Path, answer: Path | None, where: Where) -> None:
    """Before anything is taken in, so that a place nobody can write to changes nothing."""
    if answer is None:
        return
    if answer.exists() and answer.samefile(file):
        raise BadInput(where.say("cli.answer-over-sheet"))
    annotate(report, file, answer, where.spoken)


def _answered(report: Report, where: Where, taken: Imported | None) -> int:
    where.show(_as_json(report, where, taken), _as_text(report, where, taken))
    counts = report.counts()
    if not report.rows:
        return BAD_INPUT
    doubtful = counts[Verdict.REFUSED] + counts[Verdict.NEEDS_REVIEW]
    return FINDINGS if doubtful else DONE


def _as_json(report: Report, where: Where, taken: Imported | None) -> dict[str, object]:
    answer: dict[str, object] = {
        "rows": [
            {"row": row.number, "sheet": row.sheet, "verdict": row.verdict.value, "why": row.why(where.spoken)}
            for row in report.rows
        ],
        "counts": {verdict.value: count for verdict, count in report.counts().items()},
        "ignored": list(report.ignored),
    }
    if taken is not None:
        cases = [{"row": row, "case": case} for row, case in taken.cases]
        answer["imported"] = {"new": taken.new, "known": taken.known, "cases": cases}
    return answer


def _as_text(report: Report, where: Where, taken: Imported | None) -> str:
    lines = [
        where.say("cli.row", row=row.number, verdict=row.verdict.say(where.spoken), why=why)
        for row in report.rows
        if (why := row.why(where.spoken)) or row.verdict is not Verdict.ACCEPTED
    ]
    counts = "  ".join(f"{verdict.say(where.spoken)} {count}" for verdict, count in report.counts().items())
    lines.append(counts)
    if taken is not None:
        lines.append(where.say("cli.imported", new=taken.new, known=taken.known))
    return "\n".join(lines)


def _on(programme: Programme, where: Where) -> Any:
    return where.moment.astimezone(programme.time_zone).date()


def _read_survey(file: Path, programme: Programme, where: Where) -> Report:
    rules = survey_rules(programme, _on(programme, where))
    if not rules.kinds:
        raise BadInput(where.say("cli.nobody-to-survey", programme=programme.name))
    with reading(where.store.engine) as connection:
        seen = Seen(connection, where.store, "child")
    return read_survey(file, rules, seen)


def _take_survey(file: Path, programme: Programme, report: Report, where: Where) -> Imported:
    taken = import_survey(where.store, programme, report, where.moment)
    return _noted(file, "survey", taken, where)


def _read_volunteers(file: Path, programme: Programme, where: Where) -> Report:
    with reading(where.store.engine) as connection:
        seen = Seen(connection, where.store, "volunteer")
    return read_volunteers(file, roster_rules(programme, _on(programme, where)), seen)


def _take_volunteers(file: Path, programme: Programme, report: Report, where: Where) -> Imported:
    return _noted(file, "volunteers", import_volunteers(where.store, programme, report), where)


def _read_coordinators(file: Path, programme: Programme, where: Where) -> Report:
    named: dict[str, tuple[str, ...]] = {}
    with reading(where.store.engine) as connection:
        seen = Seen(connection, where.store, "coordinator")
        for body in bodies(connection):
            named[body.name] = (*named.get(body.name, ()), body.id)
    below = Below(villages=has_village_desks(programme), bodies=named)
    return read_coordinators(file, programme.area, seen, below)


def _take_coordinators(file: Path, _programme: Programme, report: Report, where: Where) -> Imported:
    return _noted(file, "coordinators", import_coordinators(where.store, report), where)


def _read_units(file: Path, programme: Programme, where: Where) -> Report:
    rules = body_rules(programme, _on(programme, where))
    if not rules.kinds:
        raise BadInput(where.say("cli.no-units-in-programme", programme=programme.name))
    with reading(where.store.engine) as connection:
        seen = Seen(connection, where.store, BODY)
    return read_bodies(file, rules, seen)


def _take_units(file: Path, programme: Programme, report: Report, where: Where) -> Imported:
    return _noted(file, "units", import_bodies(where.store, programme, report, where.moment), where)


def _noted(file: Path, kind: str, taken: Imported, where: Where) -> Imported:
    with writing(where.store.engine) as connection:
        note_sheet(connection, file, kind, taken.new, where.moment)
    return taken
