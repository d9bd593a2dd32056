"""Sheets: brought, looked through row by row, taken in, and given back with what was found."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from domain.rules.access import Right
from domain.rules.refusals import Refusal
from domain.store.console import sheets
from domain.store.console.looking import NotFound
from domain.store.console.one_row import BY_HAND
from domain.store.console.sheets import FIRST, Kept, NothingToRead, Report, SheetError, SheetKind, Verdict
from web.console.desk import Desk, console
from web.console.uploading import takes_a_sheet
from web.posted import Given
from web.posted_files import Sent

ROWS: Final = 100
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TAGS: Final = {
    Verdict.REFUSED: "late", Verdict.NEEDS_REVIEW: "soon", Verdict.DUPLICATE: "", Verdict.ACCEPTED: "well",
}  # fmt: skip


class Line(NamedTuple):
    """One row as the preview shows it."""

    number: int
    sheet: str
    called: str
    verdict: Verdict
    said: str
    tag: str
    reasons: str
    remarks: str


@console(Right.IMPORT)
def sheets_page(_request: Request, desk: Desk, _given: Given) -> Response:
    """What can be brought, and what was."""
    return _start(desk)


@takes_a_sheet(Right.IMPORT)
def bring(_request: Request, desk: Desk, sent: Sent | None) -> Response:
    """Take a sheet, look through it, and show what was found of each row."""
    given = sent.given if sent else {}
    kind, programme = _one(given, "kind"), _one(given, "programme")
    if sent is None:
        problem = desk.say("sheets.too-large", megabytes=20)
        return _start(desk, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problem, kind, programme)
    if kind not in set(SheetKind) or not sent.files:
        key = "kind-missing" if kind not in set(SheetKind) else "file-missing"
        return _start(desk, HTTPStatus.UNPROCESSABLE_ENTITY, desk.say(f"console_sheets.{key}"), kind, programme)
    kept = Kept(kind=kind, programme=programme, name=sent.names[0], content=sent.files[0])
    try:
        report = judge_for(desk, kept)
    except (SheetError, NothingToRead) as trouble:
        return _start(desk, HTTPStatus.UNPROCESSABLE_ENTITY, told_of(desk, trouble), kind, programme)
    return looked_through(desk, kept, report)


def looked_through(desk: Desk, kept: Kept, report: Report) -> Response:
    """Put a sheet on the shelf and lead to what was found of each row."""
    shelf = desk.site.shelf
    key = shelf.keep(desk.site.store.seal, desk.viewer.login, kept, desk.now)
    shelf.report(key, lambda: report)
    return desk.to(f"/console/sheets/{key}")


@console(Right.IMPORT)
def sheet_page(request: Request, desk: Desk, _given: Given) -> Response:
    """A sheet that was brought: its rows with their verdicts, or what came of taking it in."""
    key, kept = _kept(request, desk)
    return _result(desk, key, kept) if kept.outcome else _preview(request, desk, key, kept)


@console(Right.IMPORT)
def take_in(request: Request, desk: Desk, _given: Given) -> Response:
    """Take in what was accepted."""
    key, kept = _kept(request, desk)
    if kept.outcome is None:
        try:
            done = sheets.import_sheet(desk.site.store, desk.viewer, kept, desk.now)
        except (SheetError, NothingToRead) as trouble:
            return _start(desk, HTTPStatus.UNPROCESSABLE_ENTITY, told_of(desk, trouble), kept.kind, kept.programme)
        except Refusal as refusal:
            said = desk.say(f"refusals.{refusal.reason.value}", about=refusal.about)
            return _preview(request, desk, key, kept, HTTPStatus.CONFLICT, said)
        desk.site.shelf.put(desk.site.store.seal, desk.viewer.login, key, done, desk.now)
    return desk.to(f"/console/sheets/{key}")


@console(Right.IMPORT)
def annotated_sheet(request: Request, desk: Desk, _given: Given) -> Response:
    """The sheet again, with verdict and reasons behind each row."""
    key, kept = _kept(request, desk)
    content = kept.answer or sheets.answer_to(kept, _report(desk, key, kept), desk.language)
    return _workbook(content, desk.say("console_sheets.answer-name", kind=_kind(desk, kept.kind)))


@console(Right.IMPORT)
def blank_sheet(request: Request, desk: Desk, _given: Given) -> Response:
    """An empty sheet to fill in."""
    kind = request.path_params["kind"]
    with desk.look(Right.IMPORT) as look:
        programme = sheets.programme_named(look, request.query_params.get("programme", ""))
        if kind not in sheets.kinds_for(look)[programme.programme]:
            raise NotFound(kind)
        content = sheets.blank(look, SheetKind(kind), programme, _kind(desk, kind))
    return _workbook(content, desk.say("console_sheets.blank-name", kind=_kind(desk, kind)))


def _start(desk: Desk, status: int = 200, problem: str = "", kind: str = "", programme: str = "") -> Response:
    with desk.look(Right.IMPORT) as look:
        offered, history, readable = sheets.programmes(look), sheets.history(look), sheets.kinds_for(look)
        scope = desk.say("and").join(look.unit_name(unit) for unit in look.tops)
    titles = {each.programme: each.title.say(desk.language) for each in offered}
    chosen = programme if programme in titles else usual_programme(desk, titles)
    return desk.page(
        "console/sheets.html", status, problem=problem, kinds=list(SheetKind), chosen_kind=kind or SheetKind.SURVEY,
        titles=titles, chosen=chosen, readable=readable, history=history, scope=scope, by_hand=BY_HAND,
    )  # fmt: skip


def usual_programme(desk: Desk, titles: dict[str, str]) -> str:
    """The office's own programme where it is offered, else the first."""
    usual = desk.site.settings.programme
    return usual if usual in titles else next(iter(titles), "")


def _preview(
    request: Request, desk: Desk, key: str, kept: Kept, status: int = 200, problem: str = ""
) -> Response:  # fmt: skip
    report = _report(desk, key, kept)
    with desk.look(Right.IMPORT) as look:
        before, title = sheets.imported_before(look, kept), sheets.programme_named(look, kept.programme).title
    rows = sorted(report.rows, key=lambda row: FIRST.index(row.verdict))
    pages = max(1, -(-len(rows) // ROWS))
    page = min(pages, _number(request.query_params.get("page", "")))
    several = len({row.sheet for row in rows}) > 1
    return desk.page(
        "console/sheet.html", status, key=key, kept=kept, kind=_kind(desk, kept.kind), problem=problem, before=before,
        title=title.say(desk.language), counts=_counts(desk, report), takes=sheets.takes(SheetKind(kept.kind), report),
        lines=[_line(desk, row) for row in rows[(page - 1) * ROWS : page * ROWS]], page=page, pages=pages,
        report=report, several=several, scope="",
    )  # fmt: skip


def _result(desk: Desk, key: str, kept: Kept) -> Response:
    outcome = kept.outcome
    assert outcome is not None
    counts = [(each.say(desk.language), outcome.counts.get(each.value, 0), each.value) for each in FIRST]
    return desk.page(
        "console/sheet-done.html", key=key, kept=kept, outcome=outcome, counts=counts, kind=_kind(desk, kept.kind),
    )  # fmt: skip


def _kept(request: Request, desk: Desk) -> tuple[str, Kept]:
    key = request.path_params["key"]
    with desk.look(Right.IMPORT):
        kept = desk.site.shelf.find(desk.site.store.seal, desk.viewer.login, key, desk.now)
    if kept is None:
        raise NotFound(key)
    return key, kept


def judge_for(desk: Desk, kept: Kept) -> Report:
    """Every row with its verdict; few sheets at a time. SheetError, NothingToRead."""
    with desk.site.shelf.turn:
        return sheets.judge(desk.site.store, desk.viewer, kept, desk.now)


def _report(desk: Desk, key: str, kept: Kept) -> Report:
    return desk.site.shelf.report(key, lambda: sheets.judge(desk.site.store, desk.viewer, kept, desk.now))


def told_of(desk: Desk, trouble: SheetError | NothingToRead) -> str:
    """Why a sheet as a whole cannot be taken, in words."""
    if isinstance(trouble, NothingToRead):
        return desk.say("console_sheets.nothing-to-read")
    return trouble.say(desk.language)


def _line(desk: Desk, row: Any) -> Line:
    between = "" if desk.language == "zh" else " "
    reasons, remarks = (
        between.join(each.say(desk.language) for each in some) for some in (row.reasons, row.remarks)
    )  # fmt: skip
    said = row.verdict.say(desk.language)
    return Line(row.number, row.sheet, row.called, row.verdict, said, _TAGS[row.verdict], reasons, remarks)


def _counts(desk: Desk, report: Report) -> Sequence[tuple[str, int, str]]:
    counts = report.counts()
    return [(each.say(desk.language), counts[each], each.value) for each in FIRST]


def _kind(desk: Desk, kind: str) -> str:
    return desk.say(f"console_sheets.kind-{kind}")


def _workbook(content: bytes, name: str) -> Response:
    named = f"attachment; filename=\"sheet.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    return Response(content, media_type=WORKBOOK, headers={"Content-Disposition": named})


def _number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def _one(given: Given, name: str) -> str:
    return "".join(given.get(name, ())[:1])
