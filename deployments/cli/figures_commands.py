"""``shouwang figures``: each unit's figures, beside its neighbours' and last year's; the yearly assessment."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from cyclopts import App, Parameter

from deployments.cli.figures_asked import period_of, unit_of
from deployments.cli.figures_files import write_csv, write_xlsx
from deployments.cli.figures_lines import score_lines, table_lines
from deployments.cli.where import DONE, FINDINGS, BadInput, Where
from domain.programme.schema import Level, Programme
from domain.store.engine import reading
from domain.store.figures import Asked, Line, Table, figures
from domain.store.figures_scores import Scores, assessments, point_questions, scores

HONOURED: Final = 3
UnitGiven = Annotated[str | None, Parameter(name="--unit", help="the unit, by its id or name; left out: all")]
Year = Annotated[int | None, Parameter(help="a calendar year; left out: this year up to today")]
First = Annotated[date | None, Parameter(name="--from", help="the first day")]
Last = Annotated[date | None, Parameter(name="--until", help="the last day")]
By = Annotated[Level | None, Parameter(help="the level of the units to list; left out: the next one below")]

group = App(name="figures", help="figures of units, beside their neighbours' and last year's")


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(group)


@group.default
def table(
    *, unit: UnitGiven = None, year: Year = None, first: First = None, last: Last = None, by: By = None,
    programme: Annotated[str | None, Parameter(help="only cases of this programme")] = None,
    about: Annotated[str, Parameter(help="only figures whose key begins so, such as duties")] = "",
    csv: Annotated[Path | None, Parameter(help="write them into this CSV file")] = None,
    xlsx: Annotated[Path | None, Parameter(help="write them into this workbook")] = None,
    where: Where = Where(),
) -> int:  # fmt: skip
    """The figures of a unit and of each unit below it, with change and rank."""
    asked = Asked(period_of(where, year, first, last), unit_of(where, unit), by, _key(where, programme))
    with reading(where.store.engine) as connection:
        found = figures(connection, where.store, asked, where.moment)
    _check_about(where, found, about)
    written = _write(where, found, csv, xlsx)
    if written and not where.json:
        where.show(None, "\n".join(where.say("figures.written", file=file) for file in written))
    else:
        text = "" if where.json else "\n".join(table_lines(where, found, _name(where, found.total), about))
        where.show(_as_data(where, found, about) if where.json else None, text)
    return FINDINGS if found.left_out else DONE


def _key(where: Where, programme: str | None) -> str | None:
    return where.programme(programme).programme if programme is not None else None


def _check_about(where: Where, found: Table, about: str) -> None:
    if not any(column.key.startswith(about) for column in found.columns):
        raise BadInput(where.say("figures.over-nothing", about=about))


def _write(where: Where, found: Table, csv: Path | None, xlsx: Path | None) -> list[Path]:
    for file, write in ((csv, write_csv), (xlsx, write_xlsx)):
        if file is not None:
            write(file, where, found)
    return [file for file in (csv, xlsx) if file is not None]


def _name(where: Where, total: Line) -> str:
    if not total.unit:
        return where.say("figures.heading-all")
    return where.say("story.unit-named", name=total.name, unit=total.unit)


def _as_data(where: Where, found: Table, about: str) -> dict[str, Any]:
    columns = [(number, column) for number, column in enumerate(found.columns) if column.key.startswith(about)]
    return {
        "period": found.period._asdict(), "before": found.period.year_before()._asdict(), "level": found.level,
        "figures": [
            {"key": column.key, "group": column.group, "form": column.form, "title": column.title(where.spoken),
             "best": "least" if column.least_first else "most"}
            for _, column in columns
        ],
        "total": _line(found.total, columns), "units": [_line(line, columns) for line in found.lines],
        "left_out": found.left_out,
    }  # fmt: skip


def _line(line: Line, columns: list[tuple[int, Any]]) -> msgspec.Raw:
    """A line already in JSON, so that thousands of villages do not stand in memory as mappings."""
    cells = {column.key: line.cells[number] for number, column in columns}
    return msgspec.Raw(
        msgspec.json.encode({"unit": line.unit, "name": line.name, "level": line.level, "figures": cells})
    )  # fmt: skip


@group.command
def assess(
    programme: Annotated[str, Parameter(help="the programme")],
    *, duty: Annotated[str | None, Parameter(help="the duty whose points count; left out: the yearly one")] = None,
    unit: UnitGiven = None, year: Year = None, first: First = None, last: Last = None,
    by: Annotated[Level | None, Parameter(help="the mean of each unit of this level; left out: each case")] = None,
    best: Annotated[int, Parameter(help="so many places are honoured")] = HONOURED,
    where: Where = Where(),
) -> int:  # fmt: skip
    """The yearly assessment: points, rank, and who is honoured."""
    method = where.programme(programme)
    kind = _assessment(where, method, duty)
    asked = Asked(period_of(where, year, first, last), unit_of(where, unit), by)
    with reading(where.store.engine) as connection:
        found = scores(connection, where.store, asked, method, kind, where.moment, best)
    where.show(_scores_data(asked, kind, found), "\n".join(_scores_text(where, method, kind, asked, found)))
    return DONE


def _assessment(where: Where, method: Programme, duty: str | None) -> str:
    """The duty whose points count: the one named, else the only yearly one."""
    name = method.title.say(where.spoken)
    if duty is not None:
        known = [kind for kind, each in method.duties.items() if point_questions(each)]
        if duty not in known:
            given = {"kind": duty, "programme": name, "known": where.say("cli.list-sign").join(known)}
            raise BadInput(where.say("figures.no-such-duty", **given))
        return duty
    yearly = assessments(method)
    if not yearly:
        raise BadInput(where.say("figures.no-assessment", programme=name))
    if len(yearly) > 1:
        known_ones = where.say("cli.list-sign").join(yearly)
        raise BadInput(where.say("figures.which-assessment", programme=name, known=known_ones))
    return yearly[0]


def _scores_data(asked: Asked, kind: str, found: Scores) -> dict[str, Any]:
    return {
        "period": asked.period._asdict(), "duty": kind, "questions": found.questions, "most": found.most,
        "lines": [line._asdict() for line in found.lines],
    }  # fmt: skip


def _scores_text(where: Where, method: Programme, kind: str, asked: Asked, found: Scores) -> list[str]:
    period, before = asked.period, asked.period.year_before()
    if not found.lines:
        return [where.say("figures.nothing-assessed", first=period.first, last=period.last)]
    duty = method.duties[kind]
    heading = where.say(
        "figures.scores-heading", title=duty.title.say(where.spoken), programme=method.title.say(where.spoken),
        most=found.most, first=period.first, last=period.last, before_first=before.first, before_last=before.last,
    )  # fmt: skip
    titles = [duty.asks[question].title.say(where.spoken) for question in found.questions]
    return [heading, "", *score_lines(where, found.lines, titles)]
