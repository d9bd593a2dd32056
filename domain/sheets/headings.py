"""Finds where a sheet's headings stand and which column means what."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from domain.places.spelling import simplified
from domain.sheets.grid import Grid, Span, solid, text_of
from domain.sheets.kinds import Kinds, kind_named

# The columns of this house's own answer, passed over when an answered sheet comes in again.
VERDICT: Final = "verdict"
WHY: Final = "why"

_ROWS_LOOKED_AT: Final = 40
_COLUMNS_LOOKED_AT: Final = 300
_LONGEST_HEADING: Final = 80
_DEEPEST: Final = 3
_FEWEST_COLUMNS: Final = 3
_NOISE: Final = re.compile(r"[\W_]+")
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>")
_REGISTERED: Final = re.compile(r"户籍|户口|籍贯|原")
_COUNTED: Final = re.compile(r"^[0-9]{1,2}(?=[^0-9])")
_WORSE: Final = 100


@dataclass(frozen=True)
class Form:
    """What a kind of sheet asks for.

    ``fields``: names a column goes by, the surest first, as they read without blanks and punctuation.
    ``required``: of each group at least one must be there. ``subjects``: words that may stand before a name without
    changing it. ``strangers``: a heading over several columns with one of these words speaks of somebody else.
    ``called``: what the rows speak of, people or bodies (schools, committees, projects).
    """

    fields: Mapping[str, tuple[str, ...]]
    required: tuple[tuple[str, ...], ...]
    subjects: tuple[str, ...]
    strangers: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    tick_kinds: Kinds
    called: Literal["person", "body"] = "person"


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose headings were found; rows from 0. ``ticks``: columns that stand for one kind each."""

    grid: Grid
    top: int
    bottom: int
    columns: Mapping[str, int]
    ticks: Mapping[int, str]
    ignored: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]

    @property
    def score(self) -> int:
        """How many columns were recognised."""
        return len(self.columns) + len(self.ticks)


class Reader:
    """Recognises headings of one form; what it worked out about a text is kept."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._ranks = {
            _NOISE.sub("", name).lower(): (field, rank)
            for field, names in reversed(list(form.fields.items()))
            for rank, name in reversed(list(enumerate(names)))
        }
        self._subjects = re.compile(rf"^(?:{_any_of(form.subjects)})的?(?=.)")
        self._strangers = re.compile(_any_of(form.strangers))
        self._groups = {name: group for group, names in form.groups.items() for name in names}
        self._known: dict[tuple[str, ...], tuple[str, int] | None] = {}

    def table(self, grid: Grid) -> Table | None:
        """The best reading of a sheet's headings; ``None`` when nothing looks like them."""
        last = min(_ROWS_LOOKED_AT, len(grid.rows))
        merged = tuple(span for span in grid.merged if span.top < last)
        readings = [
            self._reading(grid, merged, top, top + depth - 1)
            for depth in range(1, _DEEPEST + 1)
            for top in range(last)
            if top + depth <= len(grid.rows)
        ]
        # Of equal readings the one that cuts through no merged cell, and of these the flattest.
        best = max(
            readings,
            key=lambda table: (-len(table.missing), table.score, not _cuts(merged, table.top, table.bottom)),
            default=None,
        )
        return best if best is not None and best.score >= _FEWEST_COLUMNS else None

    def _reading(self, grid: Grid, merged: tuple[Span, ...], top: int, bottom: int) -> Table:
        paths = heading_paths(grid, merged, top, bottom)
        best: dict[str, tuple[int, int]] = {}
        for column, path in enumerate(paths):
            if found := self._field(path):
                field, rank = found
                best[field] = min(best.get(field, (rank, column)), (rank, column))
        columns = {field: column for field, (_, column) in best.items()}
        if (VERDICT in columns) != (WHY in columns):  # an office's own column, not this house's answer
            columns = {field: column for field, column in columns.items() if field not in (VERDICT, WHY)}
        ticks = self._ticks(paths, columns)
        taken = {*columns.values(), *ticks}
        ignored = tuple(path[-1] for column, path in enumerate(paths) if path and column not in taken)
        missing = tuple(group for group in self._form.required if not self._given(group, columns, ticks))
        return Table(grid, top, bottom, columns, ticks, ignored, missing)

    def _given(self, group: tuple[str, ...], columns: Mapping[str, int], ticks: Mapping[int, str]) -> bool:
        return any(field in columns for field in group) or ("kind" in group and bool(ticks))

    def _ticks(self, paths: list[tuple[str, ...]], columns: Mapping[str, int]) -> dict[int, str]:
        taken = set(columns.values())
        named = {
            column: kind
            for column, path in enumerate(paths)
            if path and column not in taken and (kind := kind_named(path[-1], self._form.tick_kinds))
        }
        return named if len(named) > 1 else {}

    def _field(self, path: tuple[str, ...]) -> tuple[str, int] | None:
        if path not in self._known:
            found = (self._ranks.get(name) for name in self._spellings(path))
            best = next((field for field in found if field), None)
            if best and any(_REGISTERED.search(part) for part in path):
                best = best[0], best[1] + _WORSE
            self._known[path] = best
        return self._known[path]

    def _spellings(self, path: tuple[str, ...]) -> Iterator[str]:
        """Ways to read a heading: with the one above it, then by itself, with and without what stands in brackets."""
        if not path:
            return
        *above, last = path
        if above:
            for group in self._group_names(above[-1]):
                yield from (group + form for form in self._forms(last))
        if not any(self._strangers.search(part) for part in above):
            yield from self._forms(last)

    def _group_names(self, heading: str) -> Iterator[str]:
        for form in self._forms(heading):
            yield self._groups.get(form, form)

    def _forms(self, heading: str) -> Iterator[str]:
        text = simplified(solid(heading)).lower()
        for variant in (text, _BRACKETS.sub("", text)):
            bare = _COUNTED.sub("", _NOISE.sub("", variant))
            yield bare
            if (shorter := self._subjects.sub("", bare)) != bare:
                yield shorter


def _any_of(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in words)


def heading_paths(grid: Grid, merged: tuple[Span, ...], top: int, bottom: int) -> list[tuple[str, ...]]:
    """For each column the headings over it, from the topmost down, each once."""
    owner = {
        (row, column): (span.top, span.left)
        for span in merged
        if span.top <= bottom and span.bottom >= top
        for row in range(max(span.top, top), min(span.bottom, bottom) + 1)
        for column in range(span.left, span.right + 1)
    }
    paths: list[tuple[str, ...]] = []
    left: list[str] = []
    for column in range(_width(grid, top, bottom)):
        cells = [grid.at(*owner.get((row, column), (row, column))) for row in range(top, bottom + 1)]
        words = [text_of(cell)[:_LONGEST_HEADING] for cell in cells]
        left = _with_parents(words, left, [(row, column) in owner for row in range(top, bottom + 1)])
        paths.append(tuple(dict.fromkeys(word for word in left if word)))
    return paths


def _cuts(merged: tuple[Span, ...], top: int, bottom: int) -> bool:
    return any(span.top < top <= span.bottom or span.top <= bottom < span.bottom for span in merged)


def _width(grid: Grid, top: int, bottom: int) -> int:
    return min(_COLUMNS_LOOKED_AT, max((len(row) for row in grid.rows[top : bottom + 1]), default=0))


def _with_parents(words: list[str], left: list[str], merged: list[bool]) -> list[str]:
    """A file without merged cells names the parent only over its first column: the next columns inherit it."""
    filled = list(words)
    for level in range(len(words) - 1):
        if not words[level] and not merged[level] and any(words[level + 1 :]) and left:
            filled[level] = left[level]
    return filled
