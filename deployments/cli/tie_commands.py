"""``shouwang case bind|release``, ``volunteers leaving|away|gone``: who helps, who leaves, who takes over."""

from datetime import date
from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.case_commands import By, Why, carry
from deployments.cli.case_commands import case as case_group
from deployments.cli.where import DONE, FINDINGS, BadInput, Where
from domain.facts import stored_name
from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.rules.refusals import Refusal
from domain.store.going import Going, Gone
from domain.store.going import gone as let_go
from domain.store.leaving import Saying, announce_leaving, take_back_leaving
from domain.store.standing_in import Away, helper_away
from domain.store.writing import Carried

Role = Annotated[str, Parameter(help="the role, as the programme names it")]
Helper = Annotated[str, Parameter(help="the volunteer: the id of a person")]


def add(app: App) -> None:
    """Put these commands into their groups."""
    for of_case in (bind, release):
        case_group.command(of_case)
    for of_volunteer in (leaving, away, gone):
        app["volunteers"].command(of_volunteer)


def bind(case: str, person: Helper, *, role: Role, by: By, where: Where = Where()) -> int:
    """Bind a volunteer to a case in a role by hand: a member of a team, a helper of a lead, a successor."""
    return carry(where, [c.Bind(case=CaseId(case), role=role, person=PersonId(person), by=PersonId(by))])


def release(case: str, person: Helper, *, role: Role, by: By, reason: Why, where: Where = Where()) -> int:
    """Let one of the volunteers in a role go; whoever else fills it stays, and an empty place becomes a duty."""
    command = c.Release(case=CaseId(case), role=role, person=PersonId(person), by=PersonId(by), reason=reason)
    return carry(where, [command])


def leaving(
    person: Helper,
    *,
    by: By,
    on: Annotated[date | None, Parameter(help="the last day of service, YYYY-MM-DD")] = None,
    reason: Why = "other",
    take_back: Annotated[bool, Parameter(help="the volunteer serves on after all", negative="")] = False,
    where: Where = Where(),
) -> int:
    """Announce a volunteer's last day in every case he or she is tied to; successors are found before it."""
    if (on is None) is not take_back:
        raise BadInput(where.say("cli.leaving-day"))
    where.people(by, person)
    saying = Saying(PersonId(by), reason, where.moment)
    try:
        if on is None:
            done = take_back_leaving(where.store, PersonId(person), saying)
        else:
            done = announce_leaving(where.store, PersonId(person), on, saying)
    except Refusal as refusal:
        raise where.refused(refusal) from None
    _tell_leaving(where, person, on, done)
    return DONE


def _tell_leaving(where: Where, person: str, on: date | None, done: list[Carried]) -> None:
    cases: dict[str, list[str]] = {each.case.id: [] for each in done}
    for each in done:
        cases[each.case.id] += [stored_name(fact) for fact, _ in each.facts]
    key = "cli.leaving-taken-back" if on is None else "cli.leaving"
    answer = {"person": person, "on": on, "cases": [{"case": case, "facts": facts} for case, facts in cases.items()]}
    where.show(answer, where.say(key, person=person, on=on, cases=len(cases)))


def away(
    person: Helper,
    *,
    since: Annotated[date, Parameter(name=("--from", "--since"), help="the first day away, YYYY-MM-DD")],
    until: Annotated[date, Parameter(help="the last day away")],
    stand_in: Annotated[str, Parameter(help="who hears and answers meanwhile: another volunteer")],
    where: Where = Where(),
) -> int:
    """Note that a volunteer is away, both days included; reminders go to the stand-in meanwhile."""
    where.people(person, stand_in)
    if until < since or person == stand_in:
        raise BadInput(where.say("cli.away-backwards" if until < since else "cli.away-alone"))
    try:
        cases = helper_away(where.store, Away(PersonId(person), since, until, PersonId(stand_in)))
    except Refusal as refusal:
        raise where.refused(refusal) from None
    answer = {"person": person, "since": since, "until": until, "stand_in": stand_in}
    where.show({**answer, "cases": cases}, where.say("cli.stands-in", **answer, cases=len(cases)))
    return DONE


def gone(
    person: Helper,
    *,
    by: By,
    reason: Why,
    to: Annotated[str | None, Parameter(help="who takes over at once; without it somebody is looked for")] = None,
    where: Where = Where(),
) -> int:
    """A volunteer serves no more from now on: all ties end, and the desk answers until somebody has taken over."""
    where.people(by, person, *((to,) if to is not None else ()))
    if to == person:
        raise BadInput(where.say("cli.away-alone"))
    going = Going(
        person=PersonId(person), by=PersonId(by), reason=reason, to=PersonId(to) if to is not None else None
    )  # fmt: skip
    try:
        done = let_go(where.store, going, where.moment)
    except Refusal as refusal:
        raise where.refused(refusal) from None
    _tell_gone(where, going, done)
    return FINDINGS if done.refused or done.unattended else DONE


def _tell_gone(where: Where, going: Going, done: Gone) -> None:
    refused = [{"case": case, "why": str(where.refused(refusal))} for case, refusal in done.refused]
    lines = [where.say("cli.gone-refused", case=each["case"], to=going.to, why=each["why"]) for each in refused]
    lines += [where.say("cli.gone-unattended", person=person) for person in done.unattended]
    lines.append(
        where.say("cli.gone", person=going.person, handed=len(done.handed), searched=len(done.searched))
    )  # fmt: skip
    answer = {"person": going.person, **done._asdict(), "refused": refused}
    where.show(answer, "\n".join(lines))
