"""Lists of duties as lines and as JSON: the same on every list."""

from collections.abc import Sequence

from deployments.cli.where import Where
from domain.store.lists import OpenDuty


def show_duties(where: Where, duties: Sequence[OpenDuty], none: str) -> None:
    """Show duties with titles and the names of units; ``none`` is the sentence for an empty list."""
    names = where.unit_names(each.unit for each in duties)
    answer = [
        {
            "id": each.id, **each._asdict(), "overdue": each.overdue, "unit_name": names.get(each.unit, ""),
            "title": where.store.title(each.kind, where.spoken),
        }
        for each in duties
    ]  # fmt: skip
    where.show(answer, "\n".join(_line(each, names.get(each.unit, ""), where) for each in duties) or where.say(none))


def _line(each: OpenDuty, unit: str, where: Where) -> str:
    late = where.say("cli.days-late", days=each.days_late) if each.overdue else ""
    climbed = where.say("cli.climbed", level=where.say(f"story.level-{each.climbed_to}")) if each.climbed_to else ""
    title = where.store.title(each.kind, where.spoken)
    return "  ".join(
        part for part in (each.id, title, unit, str(each.due_on), late, climbed, each.owed_by or "") if part
    )
