"""Figures as somebody reads them on a screen: the unit's own in full, then the units below beside each other."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.cells import cell_len

from deployments.cli.where import Where
from domain.store.figures import Column, Line, Table
from domain.store.figures_columns import Form, Reckoned
from domain.store.figures_scores import ScoreLine
from domain.store.figures_table import Cell

_NOTHING = "—"


def table_lines(where: Where, table: Table, name: str, about: str) -> list[str]:
    """The whole table; of the units below only the main figures, or those ``about`` something."""
    before = table.period.year_before()
    lines = [
        where.say(
            "figures.heading", name=name, first=table.period.first, last=table.period.last,
            before_first=before.first, before_last=before.last,
        ),
        "",
        *_total(where, table, about),
        *_units(where, table, about),
    ]  # fmt: skip
    return [*lines, where.say("figures.left-out", count=table.left_out)] if table.left_out else lines


def _total(where: Where, table: Table, about: str) -> list[str]:
    pairs = [
        (column, cell)
        for column, cell in zip(table.columns, table.total.cells, strict=True)
        if column.key.startswith(about) and (column.main or cell.value or cell.before)
    ]
    rows: list[Sequence[str]] = []
    for group, members in groupby(pairs, key=lambda pair: pair[0].group):
        heading = where.say(f"figures.group-{group.value}")
        rows.append((heading, *(where.say(f"figures.{key}") for key in ("now", "year-before", "change"))))
        rows += [_figure(where, column, cell) for column, cell in members]
        rows.append(())
    return aligned(rows)


def _figure(where: Where, column: Column, cell: Cell) -> tuple[str, ...]:
    title = "  " + column.title(where.spoken)
    return title, shown(column.form, cell.value), shown(column.form, cell.before), changed(where, column.form, cell)


def _units(where: Where, table: Table, about: str) -> list[str]:
    if not table.lines:
        return [where.say("figures.no-units")]
    chosen = [
        number
        for number, column in enumerate(table.columns)
        if (column.key.startswith(about) and _anywhere(table, number) if about else column.main)
    ]
    level = where.say(f"story.level-{table.level}")
    titles = [table.columns[number].title(where.spoken) for number in chosen]
    rows = [(where.say("figures.by-unit", level=level), where.say("figures.unit"), *titles)]
    rows += [
        (line.name, line.unit, *(_ranked(where, table, line, number) for number in chosen)) for line in table.lines
    ]
    return [*aligned(rows), "", where.say("figures.legend", count=len(table.lines))]


def _anywhere(table: Table, number: int) -> bool:
    cell = table.total.cells[number]
    return bool(cell.value or cell.before)


def _ranked(where: Where, table: Table, line: Line, number: int) -> str:
    cell, form = line.cells[number], table.columns[number].form
    if cell.rank is None:
        return shown(form, cell.value)
    change = changed(where, form, cell)
    return where.say("figures.ranked", value=shown(form, cell.value), change=change, rank=cell.rank)


def shown(form: Form, value: Reckoned) -> str:
    """A figure as it is written."""
    match form:
        case _ if value is None:
            return _NOTHING
        case Form.COUNT:
            return f"{value:,}"
        case Form.SHARE:
            return f"{value * 100:.1f} %"
        case Form.SPREAD:
            return f"{value * 100:.1f}"
        case Form.DAYS | Form.HOURS:
            return f"{value:,.1f}"


def changed(where: Where, form: Form, cell: Cell) -> str:
    """How far a figure is from the one of the year before: per cent, of shares points."""
    if cell.change is None:
        return _NOTHING
    return where.say("figures.points", number=f"{cell.change:+.1f}") if form.in_points else f"{cell.change:+.1f} %"


def score_lines(where: Where, lines: Iterable[ScoreLine], titles: Sequence[str]) -> list[str]:
    """An assessment, the best first."""
    heads = ("rank", "honours", "name", "unit", "score-case", "score-cases", "score-total", "year-before", "change")
    rows: list[Sequence[str]] = [(*(where.say(f"figures.{head}") for head in heads), *titles)]
    rows += [_score(where, line, len(titles)) for line in lines]
    return aligned(rows)


def _score(where: Where, line: ScoreLine, questions: int) -> tuple[str, ...]:
    change = _NOTHING if line.change is None else f"{line.change:+.1f} %"
    points = [f"{each:g}" for each in line.points.values()] or [_NOTHING] * questions
    return (
        str(line.rank or _NOTHING), where.say("figures.honoured") if line.honoured else "", line.name, line.unit,
        line.case or "", str(line.cases), _points(line.total), _points(line.before), change, *points,
    )  # fmt: skip


def _points(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:g}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines with columns one below the other; a Chinese sign is two wide."""
    columns = max((len(row) for row in rows), default=0)
    widths = [max((cell_len(row[number]) for row in rows if number < len(row)), default=0) for number in range(columns)]
    return [
        "  ".join(text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=False)).rstrip()
        for row in rows
    ]
