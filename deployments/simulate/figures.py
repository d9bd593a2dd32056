"""The figures of a simulation: as data for ``--json``, and as rows of numbers for the page."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from deployments.simulate.years import Plan
from domain.programme.spans import months_later
from domain.store.audit import AuditReport
from domain.store.engine import reading
from domain.store.lifetime import ENDS, LATE, KindOfDuty, Lifetime, Year, lifetime
from domain.store.store import Store

STAGES: Final = ("identification", "pairing", "check-in", "follow-up", "closed")
LEVELS: Final = ("village", "township", "county", "city", "province")
LATER: Final = -1


@dataclass(frozen=True)
class Figures:
    """What a simulation came to."""

    plan: Plan
    lived: Lifetime
    report: AuditReport

    def as_data(self, language: str) -> dict[str, Any]:
        """Everything as plain values."""
        plan, report = self.plan, self.report
        return {
            "programme": plan.programme.name, "children": plan.size.children, "volunteers": plan.size.volunteers,
            "years": plan.years, "seed": plan.seed, "begin": plan.begin.isoformat(), "end": plan.end.isoformat(),
            "cases": self.lived.cases, "facts": self.lived.facts, "clean": report.clean,
            "breaches": [each.sentence(language) for each in report.breaches],
            "concerns": [each.sentence(language) for each in report.concerns],
            "breach_count": report.breach_count, "concern_count": report.concern_count,
            "duties": dict(self.ends), "open_duties": self.open_duties,
            "by_year": [_year(year) for year in self.lived.years],
            "by_kind": {kind: _kind(each) for kind, each in sorted(self.lived.kinds.items())},
        }  # fmt: skip

    @property
    def ends(self) -> dict[str, int]:
        """How many duties ended in which way, over all years."""
        return {how: sum(year.ends[how] for year in self.lived.years) for how in ENDS.values()}

    @property
    def open_duties(self) -> int:
        """How many stand open at the end."""
        return sum(year.opened for year in self.lived.years) - sum(self.ends.values())

    @property
    def messages_a_month(self) -> float:
        """Messages to one helper in a month in which there was any, over all years."""
        months = sum(year.helper_months for year in self.lived.years)
        return sum(year.helper_messages for year in self.lived.years) / months if months else 0.0


def figures_of(store: Store, plan: Plan, report: AuditReport) -> Figures:
    """The figures of a simulated office, read from its database."""
    begins: list[date] = [months_later(plan.begin, 12 * year) for year in range(plan.years + 1)]
    with reading(store.engine) as connection:
        lived = lifetime(connection, store.programmes, begins, plan.programme.time_zone)
    return Figures(plan, lived, report)


def _year(year: Year) -> dict[str, Any]:
    return {
        "begins": year.begins.isoformat(), "facts": year.facts, "opened": year.opened,
        **{how: year.ends[how] for how in ENDS.values()},
        "on_time": year.late[0], "late_week": year.late[LATE[1]], "late_month": year.late[LATE[2]],
        "late_more": year.late[LATER],
        "climbs": {level: year.climbs[level] for level in LEVELS if year.climbs[level]},
        "ties_begun": year.ties_begun, "ties_ended": year.ties_ended, "successions": year.successions,
        "stages": {stage: year.stages[stage] for stage in STAGES},
        "messages": year.messages, "messages_to_helpers": year.helper_messages,
        "messages_a_helper_and_month": round(year.messages_a_month, 2), "most_in_a_month": year.most_in_a_month,
    }  # fmt: skip


def _kind(kind: KindOfDuty) -> dict[str, Any]:
    return {
        **{how: kind.ends[how] for how in ENDS.values()},
        "answered": kind.answered, "late": kind.late,
        "days_late": round(kind.days_late / kind.late, 1) if kind.late else 0,
    }  # fmt: skip
