"""What an install is made of: its database, programmes, calendar and seal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import String

from domain.calendar import Calendar
from domain.programme.schema import Programme
from domain.rules.office import Office
from domain.store.sealing import Seal


@dataclass(frozen=True)
class Store:
    """An open install. ``programmes`` by name and version (``linyi-1204@1``)."""

    engine: Engine
    programmes: Mapping[str, Programme]
    days: Calendar | Callable[[], Calendar]
    seal: Seal
    offices: dict[tuple[int, int, int], Office] = field(default_factory=dict, repr=False)
    """The office read last, by its version, that of its absences, and the number of the last of these."""

    @property
    def calendar(self) -> Calendar:
        """The calendar as it is now: the one given, or what the office's files say by now."""
        return self.days if isinstance(self.days, Calendar) else self.days()

    def title(self, kind: str, language: str, programme: str | None = None) -> str:
        """What a kind of duty is called in a programme, or by the newest that has it; the bare key where none does."""
        names = sorted(self.programmes, key=lambda name: (name == programme, name), reverse=True)
        for name in names:
            if kind in self.programmes[name].duties:
                return self.programmes[name].duties[kind].title.say(language)
        return kind


def among(connection: Connection, column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """``column IN values`` as one short statement however many values there are."""
    if connection.dialect.name == "sqlite":
        listed = func.json_each(bindparam(None, _json(values))).table_valued("value")
        return column.in_(select(listed.c.value))
    wanted: ColumnElement[Any] = bindparam(None, list(values), type_=ARRAY(String))
    return column == func.any(wanted)


def unled(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column checked of what something narrower has found: SQLite looks for nothing by its indexes then.

    PostgreSQL, which counts what stands in them, needs no such hint and would guess worse for it.
    """
    return column.concat("") if connection.dialect.name == "sqlite" else column


def one_of(system: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The same for a statement made once; ``name`` is the parameter that brings the values (``listed``)."""
    if system == "sqlite":
        return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))
    return column == func.any(bindparam(name, type_=ARRAY(String)))


def listed(connection: Connection, values: Sequence[str]) -> str | list[str]:
    """Values for the parameter of ``one_of``."""
    return _json(values) if connection.dialect.name == "sqlite" else list(values)


def _json(values: Sequence[str]) -> str:
    return "[" + ",".join(f'"{value}"' for value in values) + "]"
