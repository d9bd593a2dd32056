"""Notices that a person is there already: earlier in the sheets, or in what was imported before."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Literal, Protocol

from domain.sheets.report import Findings, Reason, Verdict
from domain.sheets.texts import same_name


class Identified(Protocol):
    """Somebody a sheet speaks of."""

    @property
    def name(self) -> str:
        """The tidied name."""

    @property
    def id_number(self) -> str | None:
        """The ID number, if there is one."""

    @property
    def township(self) -> str:
        """A code."""

    def identity(self) -> str:
        """The same for the same person, whoever reports it."""

    def likeness(self) -> str:
        """The same for two who may be one person."""


@dataclass(frozen=True, slots=True, repr=False)
class _Earlier:
    where: Reason
    person: Identified


class Register:
    """Who has come by in the sheets so far; ``seen`` holds identities and likenesses of those before.

    ``called``: what is said to be the same, a person or a body.
    """

    def __init__(self, seen: Container[str], called: Literal["person", "body"] = "person") -> None:
        self._seen, self._called = seen, called
        self._same: dict[str, _Earlier] = {}
        self._alike: dict[str, _Earlier] = {}

    def compare(self, person: Identified, where: Reason, findings: Findings) -> None:
        """Says if the person came by before, or may have, and remembers the row.

        A refused row is forgotten: it comes again, put right, and is then the first.
        """
        identity, likeness = person.identity(), person.likeness()
        if earlier := self._same.get(identity):
            self._say_same(person, earlier, findings)
        elif identity in self._seen:
            findings.duplicate("known-already")
        elif earlier := self._alike.get(likeness):
            self._say_alike(person, earlier, findings)
        elif likeness in self._seen:
            findings.review("perhaps-known")
        if findings.verdict is not Verdict.REFUSED:
            self._same.setdefault(identity, _Earlier(where, person))
            self._alike.setdefault(likeness, _Earlier(where, person))

    def _say_same(self, person: Identified, earlier: _Earlier, findings: Findings) -> None:
        if not same_name(person.name, earlier.person.name):
            findings.refuse("same-id-other-name", where=earlier.where)
        else:
            findings.duplicate("same-id" if person.id_number else f"same-{self._called}", where=earlier.where)

    def _say_alike(self, person: Identified, earlier: _Earlier, findings: Findings) -> None:
        both_numbered = person.id_number and earlier.person.id_number
        if both_numbered and person.township != earlier.person.township:
            findings.remark("namesake", where=earlier.where)
        elif self._called == "body":
            findings.review("perhaps-same-body", where=earlier.where)
        else:
            findings.review("perhaps-same", where=earlier.where)
