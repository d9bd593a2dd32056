"""Lists of duties as lines and as JSON: the same on every list."""

from collections.abc import Sequence

from deployments.cli.where import Where
from domain.store.engine import reading
from domain.store.lists import OpenDuty
from domain.store.lists_urgent import urgent_duties


def show_duties(where: Where, duties: Sequence[OpenDuty], none: str) -> None:
    """Show duties with titles and the names of units, urgent ones marked; ``none`` is what an empty list says."""
    names = where.unit_names(each.unit for each in duties)
    with reading(where.store.engine) as connection:
        urgent = urgent_duties(connection, where.store, duties)
    answer = [
        {
            "id": each.id, **each._asdict(), "overdue": each.overdue, "unit_name": names.get(each.unit, ""),
            "title": where.store.title(each.kind, where.spoken, each.programme), "urgent": each.id in urgent,
        }
        for each in duties
    ]  # fmt: skip
    lines = (_line(each, names.get(each.unit, ""), where, urgent=each.id in urgent) for each in duties)
    where.show(answer, "\n".join(lines) or where.say(none))


def _line(each: OpenDuty, unit: str, where: Where, *, urgent: bool) -> str:
    late = where.say("cli.days-late", days=each.days_late) if each.overdue else ""
    climbed = where.say("cli.climbed", level=where.say(f"story.level-{each.climbed_to}")) if each.climbed_to else ""
    title, mark = where.store.title(each.kind, where.spoken, each.programme), where.say("cli.urgent") if urgent else ""
    return "  ".join(
        part for part in (each.id, mark, title, unit, str(each.due_on), late, climbed, each.owed_by or "") if part
    )
