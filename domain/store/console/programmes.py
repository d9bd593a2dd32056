"""The programmes this install knows, and how many cases of the viewer's area run under each version, by stage."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import func, select

from domain.programme.schema import Programme, Stage
from domain.rules.access import Right
from domain.store import tables as t
from domain.store.console.looking import Looking, NotFound


class Known(NamedTuple):
    """One version. ``cases``: by stage, nothing for who sees no cases; ``newest``: whether it is the last one."""

    programme: Programme
    cases: Mapping[str, int]
    newest: bool

    @property
    def open_cases(self) -> int:
        """Cases that are not closed."""
        return sum(count for stage, count in self.cases.items() if stage != Stage.CLOSED.value)


def programmes(look: Looking) -> list[Known]:
    """Every version, those of one programme together, the newest first."""
    counts = cases_by_programme(look)
    ordered = sorted(look.store.programmes.values(), key=lambda each: (each.programme, -each.version))
    newest = {each.programme: each.name for each in reversed(ordered)}
    return [Known(each, counts.get(each.name, {}), newest[each.programme] == each.name) for each in ordered]


def programme(look: Looking, name: str) -> Known:
    """One version; NotFound."""
    found = next((each for each in programmes(look) if each.programme.name == name), None)
    if found is None:
        raise NotFound(name)
    return found


def cases_by_programme(look: Looking) -> dict[str, Counter[str]]:
    """How many cases of the area run under which version, by stage; nothing for who sees no cases."""
    if not look.viewer.may(Right.SEE_CASES):
        return {}
    within = look.also(Right.SEE_CASES).within(t.tally.c.unit)
    columns, cases = (t.tally.c.programme, t.tally.c.stage), func.sum(t.tally.c.cases).label("cases")
    found: dict[str, Counter[str]] = {}
    for row in look.connection.execute(select(*columns, cases).where(*within).group_by(*columns).having(cases > 0)):
        found.setdefault(row.programme, Counter())[row.stage] += row.cases
    return found
