"""The yearly assessment: the points each case or unit was given, its rank, and who is honoured."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import fmean
from typing import Final, NamedTuple

from sqlalchemy import Connection

from domain.ids import CaseId, UnitId
from domain.programme.schema import DutyKind, Programme
from domain.programme.spans import Length
from domain.programme.spans import Unit as Span
from domain.rules.office import Office
from domain.store.figures import Asked
from domain.store.figures_answers import SCORE, giving_points
from domain.store.figures_columns import Form
from domain.store.figures_places import Places
from domain.store.figures_reading import read_books
from domain.store.figures_table import change_of, ranks
from domain.store.figures_tally import Book, Score
from domain.store.figures_walk import Books
from domain.store.offices import office
from domain.store.store import Store

_ROUNDED: Final = 2
_YEARLY_RULE: Final = "FREQ=YEARLY"


class ScoreLine(NamedTuple):
    """What one case was given, or the cases of a unit in the mean (``case`` empty). ``points``: by question.

    A unit of which nothing was assessed has no points and no rank.
    """

    unit: UnitId
    name: str
    case: CaseId | None
    cases: int
    points: Mapping[str, float]
    total: float | None
    before: float | None
    change: float | None
    rank: int | None = None
    honoured: bool = False


class Scores(NamedTuple):
    """An assessment: the questions that give points, the most there is to get, and the lines, the best first."""

    questions: tuple[str, ...]
    most: int
    lines: tuple[ScoreLine, ...]


def assessments(programme: Programme) -> tuple[str, ...]:
    """The kinds of duties that come once in a year or less often and ask for points; those with a ``score`` alone."""
    yearly = [kind for kind, duty in programme.duties.items() if point_questions(duty) and _is_yearly(duty)]
    scored = [kind for kind in yearly if SCORE in programme.duties[kind].asks]
    return tuple(scored or yearly)


def _is_yearly(duty: DutyKind) -> bool:
    opens = duty.opens
    by_years = isinstance(opens.every, Length) and opens.every.unit is Span.YEAR
    return opens.yearly is not None or by_years or _YEARLY_RULE in (opens.rule or "")


def point_questions(duty: DutyKind) -> tuple[str, ...]:
    """The questions of a duty that give points."""
    return giving_points({key: question.type for key, question in duty.asks.items()})


def scores(
    connection: Connection, store: Store, asked: Asked, programme: Programme, kind: str, now: datetime, best: int
) -> Scores:
    """The points given in a period, beside those of the year before: by case, or in the mean of a level's units."""
    tree = office(connection, store)
    places = Places(tree, asked.unit, asked.level)
    books = Books(Book(asked.period, places), Book(asked.period.year_before(), places), kind)
    read_books(connection, store, books, now, programme.programme)
    given = _by_case if asked.level is None else _by_unit
    earlier = given(books.before)
    questions = point_questions(programme.duties[kind])
    lines = [_line(each, earlier.get(key), questions, tree) for key, each in given(books.asked).items()]
    most = sum(programme.duties[kind].asks[question].most for question in questions)
    return Scores(questions, most, _ranked(lines, best))


class _Given(NamedTuple):
    """The scores of one line."""

    unit: UnitId
    case: CaseId | None
    scores: list[Score]

    @property
    def mean(self) -> float | None:
        """All points of a case, in the mean."""
        return round(fmean(sum(score.points.values()) for score in self.scores), _ROUNDED) if self.scores else None

    def mean_of(self, question: str) -> float:
        """The points of one question, in the mean."""
        return round(fmean(score.points.get(question, 0) for score in self.scores), _ROUNDED)


def _by_case(book: Book) -> dict[str, _Given]:
    return {score.case: _Given(score.unit, score.case, [score]) for score in book.scores.values()}


def _by_unit(book: Book) -> dict[str, _Given]:
    found = {unit.id: _Given(unit.id, None, []) for unit in book.places.listed}
    for score in book.scores.values():
        row = book.places.row_of(score.unit)
        if row in found:
            found[row].scores.append(score)
    return {str(unit): given for unit, given in found.items()}


def _line(given: _Given, before: _Given | None, questions: Iterable[str], tree: Office) -> ScoreLine:
    total, earlier = given.mean, before.mean if before is not None else None
    points = {question: given.mean_of(question) for question in questions} if given.scores else {}
    name = tree.units[given.unit].name if given.unit in tree.units else given.unit
    change = change_of(Form.COUNT, total, earlier)
    return ScoreLine(given.unit, name, given.case, len(given.scores), points, total, earlier, change)


def _ranked(lines: list[ScoreLine], best: int) -> tuple[ScoreLine, ...]:
    """The best first; all who share the last honoured place are honoured."""
    places = ranks([line.total for line in lines], least_first=False)
    ranked = [
        line._replace(rank=place, honoured=place is not None and place <= best)
        for line, place in zip(lines, places, strict=True)
    ]
    return tuple(sorted(ranked, key=lambda line: (line.rank or len(lines) + 1, line.unit, line.case or "")))
