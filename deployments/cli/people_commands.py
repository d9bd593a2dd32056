"""``shouwang survey|volunteers|coordinators|units check|import FILE``: sheets in, every row judged, the answer out."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.where import BAD_INPUT, DONE, FINDINGS, BadInput, Where
from domain.programme.schema import Programme
from domain.sheets import Verdict, annotate
from domain.sheets.opening import open_grids
from domain.store.engine import Connection, reading
from domain.store.importing import NothingToRead, Report, SheetKind, judged, known_before, take_in
from domain.store.registry import Imported, note_sheet
from domain.store.registry_cases import in_one

Answered = Annotated[Path | None, Parameter(help="where to write the sheet's copy with verdicts and reasons")]
OfProgramme = Annotated[str | None, Parameter(help="the programme, where there is more than one")]


def add(app: App) -> None:
    """Put the groups of this module into the command line."""
    for kind in SheetKind:
        app.command(_group(kind))


def _group(kind: SheetKind) -> App:
    group = App(name=kind.value, help=f"read {kind.value} from an office's sheet (XLSX or CSV)")

    @group.command
    def check(file: Path, *, answer: Answered = None, programme: OfProgramme = None, where: Where = Where()) -> int:
        """Judge every row; nothing is written into the install."""
        with where.at_hand():
            report = _read(kind, file, where.programme(programme), where)
        _write_answer(report, file, answer, where)
        return _answered(report, where, None)

    @group.command(name="import")
    def import_(file: Path, *, answer: Answered = None, programme: OfProgramme = None, where: Where = Where()) -> int:
        """Judge every row and take in what is accepted; the same file again changes nothing."""
        where.begin()
        chosen = where.programme(programme)
        report = _read(kind, file, chosen, where)
        _write_answer(report, file, answer, where)
        taken = _take(kind, file, chosen, report, where)
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


def _read(kind: SheetKind, file: Path, programme: Programme, where: Where) -> Report:
    grids = open_grids(file)
    try:
        with reading(where.store.engine) as connection:
            known = known_before(connection, where.store, kind)
        return judged(kind, programme, grids, known, where.moment)
    except NothingToRead:
        key = "cli.nobody-to-survey" if kind is SheetKind.SURVEY else "cli.no-units-in-programme"
        raise BadInput(where.say(key, programme=programme.name)) from None


def _take(kind: SheetKind, file: Path, programme: Programme, report: Report, where: Where) -> Imported:
    def within(connection: Connection) -> Imported:
        taken = take_in(connection, where.store, kind, programme, report, where.moment)
        note_sheet(connection, file.read_bytes(), kind.value, taken.new, where.moment)
        return taken

    return in_one(where.store, within, len(report.rows))
