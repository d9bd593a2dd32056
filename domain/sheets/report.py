"""What the reading of a sheet answers: a verdict and all its reasons for each row, or one clear error."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Generic, TypeVar

from domain.words import say

Item = TypeVar("Item")
_LIST_SIGN: Final = {"zh": "、"}
_BETWEEN_SENTENCES: Final = {"zh": ""}


class Verdict(StrEnum):
    """What becomes of a row."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    NEEDS_REVIEW = "needs review"

    def say(self, language: str) -> str:
        """The verdict's word."""
        return say(language, f"sheets.verdict-{self.value.replace(' ', '-')}")


# A row is what the first of these says that one of its reasons asks for.
GRAVEST_FIRST: Final = (Verdict.REFUSED, Verdict.DUPLICATE, Verdict.NEEDS_REVIEW, Verdict.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence by key and values; the values are places, kinds, columns, row numbers, never what a cell says."""

    key: str
    values: Mapping[str, "Value"] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """The sentence."""
        values = {name: _said(value, language) for name, value in self.values.items()}
        return say(language, f"sheets.{self.key}", **values)


# A reason inside a reason is a phrase: a column's name, a row of another sheet.
Value = str | int | Reason | tuple[str | Reason, ...]


class SheetError(Exception):
    """The file as a whole cannot be taken; ``reason`` says why and what to do."""

    def __init__(self, key: str, **values: Value) -> None:
        super().__init__(key)
        self.reason = Reason(key, values)

    def say(self, language: str) -> str:
        """The sentence."""
        return self.reason.say(language)


@dataclass(frozen=True, slots=True, repr=False)
class Row(Generic[Item]):
    """One row of people: its number in the sheet, the verdict with every reason, remarks that change nothing.

    ``item`` is what was read; a refused row has none. ``called`` is the name as it stands in the sheet, for whoever
    brought it.
    """

    number: int
    sheet: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    remarks: tuple[Reason, ...]
    item: Item | None
    called: str = ""

    def why(self, language: str) -> str:
        """The reasons, then the remarks, as sentences; empty when there is nothing to say."""
        sentences = [reason.say(language) for reason in (*self.reasons, *self.remarks)]
        return _BETWEEN_SENTENCES.get(language, " ").join(sentences)


@dataclass(frozen=True, slots=True)
class HeadingPlace:
    """Where a sheet's headings stand, rows from 0; ``answers`` are the two columns of an earlier answer."""

    sheet: str
    top: int
    bottom: int
    answers: tuple[int, int] | None


@dataclass(frozen=True, slots=True, repr=False)
class SheetReport(Generic[Item]):
    """All rows in the sheet's order.

    ``ignored``: headings of columns nobody asks for. ``skipped``: (sheet, row number) of rows with something in
    them that are no people: totals, signatures, headings again. ``passed_over``: names of visible sheets that do not
    have all the headings.
    """

    rows: tuple[Row[Item], ...]
    ignored: tuple[str, ...]
    skipped: tuple[tuple[str, int], ...]
    headings: tuple[HeadingPlace, ...]
    passed_over: tuple[str, ...] = ()

    def counts(self) -> dict[Verdict, int]:
        """How many rows each verdict has, all four named."""
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in Verdict}


class Findings:
    """Gathers what is to be said of one row while it is read."""

    def __init__(self) -> None:
        self._reasons: list[tuple[Verdict, Reason]] = []
        self._remarks: list[Reason] = []

    def refuse(self, key: str, **values: Value) -> None:
        """The row cannot be taken until this is put right."""
        self._reasons.append((Verdict.REFUSED, Reason(key, values)))

    def duplicate(self, key: str, **values: Value) -> None:
        """The same person is there already."""
        self._reasons.append((Verdict.DUPLICATE, Reason(key, values)))

    def review(self, key: str, **values: Value) -> None:
        """Somebody has to look at this."""
        self._reasons.append((Verdict.NEEDS_REVIEW, Reason(key, values)))

    def remark(self, key: str, **values: Value) -> None:
        """Worth saying, changes nothing."""
        self._remarks.append(Reason(key, values))

    @property
    def verdict(self) -> Verdict:
        """The gravest of what was found."""
        found = {verdict for verdict, _ in self._reasons}
        return next((verdict for verdict in GRAVEST_FIRST if verdict in found), Verdict.ACCEPTED)

    def row(self, number: int, sheet: str, item: Item | None, called: str = "") -> Row[Item]:
        """The finished row, the gravest reasons first."""
        ordered = sorted(self._reasons, key=lambda found: GRAVEST_FIRST.index(found[0]))
        verdict = self.verdict
        kept = None if verdict is Verdict.REFUSED else item
        return Row(number, sheet, verdict, tuple(reason for _, reason in ordered), tuple(self._remarks), kept, called)


def _said(value: Value, language: str) -> str | int:
    match value:
        case Reason():
            return value.say(language)
        case tuple():
            return _LIST_SIGN.get(language, ", ").join(str(_said(entry, language)) for entry in value)
        case _:
            return value
