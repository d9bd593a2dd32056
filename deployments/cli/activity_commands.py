"""``shouwang activity …``: camps, lessons and meetings planned, invited to, counted, put off, called off."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any

from cyclopts import App, Parameter

from deployments.cli.case_commands import By, carry
from deployments.cli.where import DONE, BadInput, Where
from domain.ids import CaseId, PersonId
from domain.programme.schema import Programme, Question
from domain.rules.refusals import Reason, Refusal
from domain.store.activities import (
    Activity,
    Count,
    Guest,
    OwesNothing,
    Planned,
    activities,
    calling_off,
    counts,
    followed,
    how_many_invited,
    invitations,
    may_come,
    plan_activity,
    putting_off,
)
from domain.store.activities import activity as activity_of
from domain.store.engine import reading
from domain.store.people import identities

Unit = Annotated[str | None, Parameter(help="only this unit and what lies below it")]
Of = Annotated[str, Parameter(help="the activity: the number of its case")]
Day = Annotated[date, Parameter(help="the day, YYYY-MM-DD")]

activity = App(name="activity", help="plan camps, lessons and meetings, invite to them, see who came")


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(activity)


@activity.command
def plan(
    *, kind: str, unit: str, name: str, on: Day, by: By, programme: str | None = None, where: Where = Where()
) -> int:
    """Plan an activity on a day: a case of its own, with what is to be done before and after it."""
    where.people(by)
    chosen, at = where.programme(programme), where.unit(unit)
    _check_kind(chosen, kind, where)
    if at is None or not at.startswith(chosen.area):
        raise BadInput(where.say("cli.unit-outside", unit=unit, programme=chosen.name))
    try:
        case = plan_activity(where.store, chosen, Planned(kind, at, name, on), PersonId(by), where.moment)
    except Refusal as refusal:
        raise where.refused(refusal) from None
    except OwesNothing:
        raise BadInput(where.say("cli.activity-owes-nothing", kind=kind)) from None
    title = chosen.eligible.kinds[kind].title.say(where.spoken)
    where.show({"activity": case, "on": on}, where.say("cli.activity-planned", activity=case, kind=title, on=on))
    return DONE


def _check_kind(programme: Programme, kind: str, where: Where) -> None:
    known = [each for each in programme.eligible.kinds if f"invited:{each}" in programme.opened_by]
    if kind not in known:
        raise BadInput(where.say("cli.not-an-activity", kind=kind, known=", ".join(known) or "—"))


@activity.command
def invite(
    of: Of,
    *cases: str,
    by: By,
    unit: Unit = None,
    kind: Annotated[str | None, Parameter(help="with --unit: the kind of cases")] = None,
    where: Where = Where(),
) -> int:
    """Invite cases by their numbers, or with --unit and --kind all of that kind not invited yet; all at once."""
    found = _activity(of, where)
    if bool(cases) == (unit is not None and kind is not None) or (unit is None) != (kind is None):
        raise BadInput(where.say("cli.cases-or-kind"))
    wanted = [where.case(case) for case in cases] if cases else _who_may_come(found, unit, kind or "", where)
    return carry(where, invitations(found, dict.fromkeys(wanted), PersonId(by)))


def _who_may_come(found: Activity, unit: str | None, kind: str, where: Where) -> list[CaseId]:
    kinds = where.store.programmes[found.programme].eligible.kinds
    if kind not in kinds:
        raise BadInput(where.say("cli.no-such-kind", kind=kind, known=", ".join(kinds)))
    of = where.unit(unit)
    with reading(where.store.engine) as connection:
        return may_come(connection, found, kind, of)


@activity.command(name="put-off")
def put_off(of: Of, *, on: Day, by: By, where: Where = Where()) -> int:
    """Put an activity off to another day: everybody who has not said no is asked again for the new day."""
    found = _activity(of, where)
    with reading(where.store.engine) as connection:
        commands = putting_off(connection, found, on, PersonId(by))
    return carry(where, commands)


@activity.command(name="call-off")
def call_off(of: Of, *, by: By, where: Where = Where()) -> int:
    """Call an activity off: its case is closed, and whatever is still owed about it is let go in your name."""
    found = _activity(of, where)
    with reading(where.store.engine) as connection:
        commands = calling_off(connection, found, PersonId(by))
    return carry(where, commands)


def _activity(of: str, where: Where) -> Activity:
    """An activity that is still to be held or to be counted."""
    found = _known(of, where)
    if found.ended is not None:
        raise where.refused(Refusal(Reason.CASE_CLOSED, of))
    return found


def _known(of: str, where: Where) -> Activity:
    with reading(where.store.engine) as connection:
        found = activity_of(connection, CaseId(of))
    if found is None:
        raise BadInput(where.say("cli.no-such-activity", activity=of))
    return found


@activity.command(name="list")
def list_(*, unit: Unit = None, year: int | None = None, where: Where = Where()) -> int:
    """Activities by their days: of a unit, of a year, or all."""
    of = where.unit(unit)
    with reading(where.store.engine) as connection:
        found = activities(connection, of, year)
        invited = how_many_invited(connection)
    names, units = _names(found, where), where.unit_names(each.unit for each in found)
    where.show(
        [
            _data(each, where) | {"name": names.get(each.case, ""), "invited": invited[each.case],
                                  "unit_name": units.get(each.unit, "")}
            for each in found
        ],
        "\n".join(
            _line(each, names.get(each.case, ""), units.get(each.unit, ""), invited[each.case], where) for each in found
        ) or where.say("cli.no-activities"),
    )  # fmt: skip
    return DONE


def _names(found: Sequence[Activity], where: Where) -> dict[CaseId, str]:
    """What activities are called: kept sealed, though nobody's name."""
    with reading(where.store.engine) as connection:
        known = identities(connection, where.store.seal, [each.subject for each in found])
    return {each.case: known[each.subject].name for each in found if each.subject in known}


def _data(each: Activity, where: Where) -> dict[str, Any]:
    return {
        "activity": each.case, "kind": each.kind, "title": _title(each, where), "unit": each.unit, "on": each.on,
        "ended": each.ended, "called_off": each.called_off,
    }  # fmt: skip


def _title(each: Activity, where: Where) -> str:
    programme = where.store.programmes.get(each.programme)
    known = programme.eligible.kinds.get(each.kind) if programme else None
    return known.title.say(where.spoken) if known else each.kind


def _line(each: Activity, name: str, unit: str, invited: int, where: Where) -> str:
    state = "called-off" if each.called_off else "over" if each.ended is not None else "ahead"
    return where.say(
        "cli.activity", activity=each.case, on=each.on, kind=_title(each, where), name=name, unit=unit, invited=invited,
        state=where.say(f"cli.activity-{state}"),
    )  # fmt: skip


@activity.command
def show(of: Of, *, where: Where = Where()) -> int:
    """An activity: who was invited, who agreed, declined or has not answered, who came, and how many."""
    found = _known(of, where)
    with reading(where.store.engine) as connection:
        everybody = followed(connection, found.case)
    invited = [guest for guest in everybody if guest.case != found.case]
    own = [guest for guest in everybody if guest.case == found.case]
    name = _names([found], where).get(found.case, "")
    unit = where.unit_names([found.unit]).get(found.unit, "")
    data = _data(found, where) | {
        "name": name, "unit_name": unit, "invited": len(invited), "own": _counted(own, found, where),
        "duties": _counted(invited, found, where), "cases": [_guest_data(guest) for guest in invited],
    }  # fmt: skip
    lines = [_line(found, name, unit, len(invited), where)]
    lines += [_count_line(kind, count, found, where) for part in (own, invited) for kind, count in counts(part).items()]
    lines += [_guest_line(guest, found, where) for guest in invited]
    where.show(data, "\n".join(lines))
    return DONE


def _counted(part: Iterable[Guest], found: Activity, where: Where) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind, "title": _duty_title(kind, found, where), "came": dict(count.came),
            "answers": {question: dict(given) for question, given in count.answers.items()},
        }
        for kind, count in counts(part).items()
    ]  # fmt: skip


def _guest_data(guest: Guest) -> dict[str, Any]:
    return {
        "case": guest.case, "on": guest.on,
        "duties": [
            {"duty": f"{guest.case}/{owed.duty}", "kind": owed.kind, "came": owed.came, "answers": owed.answers}
            for owed in guest.owed.values()
        ],
    }  # fmt: skip


def _count_line(kind: str, count: Count, found: Activity, where: Where) -> str:
    sign = where.say("cli.list-sign")
    came = sign.join(f"{where.say(f'cli.came-{what}')} {number}" for what, number in sorted(count.came.items()))
    asks = _asks(kind, found, where)
    answers = [
        where.say(
            "cli.activity-answers", question=asks[question].title.say(where.spoken),
            answers=sign.join(f"{_said(asks[question], what, where)} {number}" for what, number in given.items()),
        )
        for question, given in count.answers.items()
        if question in asks
    ]  # fmt: skip
    title = _duty_title(kind, found, where)
    return "  ".join([where.say("cli.activity-count", title=title, came=came), *answers])


def _asks(kind: str, found: Activity, where: Where) -> dict[str, Question]:
    programme = where.store.programmes.get(found.programme)
    return dict(programme.duties[kind].asks) if programme and kind in programme.duties else {}


def _said(question: Question, answer: str, where: Where) -> str:
    if answer in question.options:
        return question.options[answer].say(where.spoken)
    return where.say(f"cli.{answer}") if answer in {"yes", "no"} else answer


def _duty_title(kind: str, found: Activity, where: Where) -> str:
    """As the activity's own programme calls it."""
    programme = where.store.programmes.get(found.programme)
    known = programme.duties.get(kind) if programme else None
    return known.title.say(where.spoken) if known else where.store.title(kind, where.spoken)


def _guest_line(guest: Guest, found: Activity, where: Where) -> str:
    parts = [
        f"{_duty_title(owed.kind, found, where)} {where.say(f'cli.came-{owed.came}')}" for owed in guest.owed.values()
    ]
    return "  ".join([guest.case, str(guest.on), *parts])
