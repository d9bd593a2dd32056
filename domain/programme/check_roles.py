"""Rules about helpers' roles: how many fill one, what they sign, and that nobody needed is missing unnoticed."""

from collections.abc import Iterator
from typing import Final

from domain.programme.check import Rule
from domain.programme.course import WATCHED, Course, courses, kinds_owing
from domain.programme.mistakes import Finding, Path, found
from domain.programme.schema import DutyKind, Helper, Programme, Stage


def check_roles(programme: Programme) -> Iterator[Finding]:
    """Everything wrong with helpers' roles."""
    for rule in _RULES:
        yield from rule(programme)


def helpers(programme: Programme) -> dict[str, Helper]:
    """The roles that helpers are bound in."""
    return {name: role for name, role in programme.roles.items() if isinstance(role, Helper)}


def numbers_make_sense(programme: Programme) -> Iterator[Finding]:
    """Several have a least and a most, one has neither."""
    for name, role in helpers(programme).items():
        written = sorted({"least", "most"} & role.model_fields_set)
        if role.tie == "one" and written:
            yield found(("roles", name, written[0]), "range-of-one", name=written[0])
        elif role.least > role.most:
            path: Path = ("roles", name, "least" if "least" in written else "most")
            yield found(path, "least-above-most", least=role.least, most=role.most)


def owners_are_of_the_kind(programme: Programme) -> Iterator[Finding]:
    """A helper owes duties of the kinds of cases that have the role."""
    roles = helpers(programme)
    for name, duty in programme.duties.items():
        role = roles.get(duty.owed_by)
        if role is None or not role.kinds:
            continue
        others = [kind for kind in kinds_owing(programme, duty) if kind not in role.kinds]
        if others:
            path: Path = ("duties", name, "kinds" if duty.kinds else "owed_by")
            values = {"owner": duty.owed_by, "others": ", ".join(others), "kinds": ", ".join(role.kinds)}
            yield found(path, "owner-of-other-kind", **values)


def several_do_it_together(programme: Programme) -> Iterator[Finding]:
    """A desk that owes a duty takes part anyway; a helper may do it with whoever else is bound in the same role."""
    for name, duty in programme.duties.items():
        if duty.owed_by in duty.together_with and not isinstance(programme.roles.get(duty.owed_by), Helper):
            place = duty.together_with.index(duty.owed_by)
            yield found(("duties", name, "together_with", place), "together-with-oneself", name=duty.owed_by)


def ties_name_their_role(programme: Programme) -> Iterator[Finding]:
    """Where several roles are filled, another one's tie must not meet the search for this one."""
    for name, duty in programme.duties.items():
        if not any(len(programme.helper_roles(kind)) > 1 for kind in kinds_owing(programme, duty)):
            continue
        for way, triggers in (("met_by", duty.met_by), ("opens", duty.opens.after)):
            path: Path = ("duties", name, "met_by") if way == "met_by" else ("duties", name, "opens", "after")
            if way == "met_by" or any(trigger.startswith("tie-begun") for trigger in duty.met_by):
                for place, trigger in enumerate(triggers):
                    if trigger in {"tie-begun", "tie-ended"}:
                        yield found((*path, place), "tie-of-whom", trigger=trigger)


def nobody_is_missing_unnoticed(programme: Programme) -> Iterator[Finding]:
    """For every role that is needed, and every stage in which it may be empty, a duty finds somebody."""
    told: set[tuple[str, str, Stage]] = set()
    for course in courses(programme):
        for role in (role for role, each in course.roles.items() if each.needed):
            for trigger, stage in _empty_at(course, role):
                if not _found(course, role, trigger, stage) and (role, trigger, stage) not in told:
                    told.add((role, trigger, stage))
                    yield found(("roles", role), "nobody-looks-for", name=role, trigger=trigger, stage=stage)


def _empty_at(course: Course, role: str) -> Iterator[tuple[str, Stage]]:
    """When and in which stage a role of a case is empty."""
    yield "admitted", course.start
    yield "reopened", course.start
    alone = len(course.roles) == 1 and course.roles[role].least == 1 and course.start is Stage.PAIRING
    for stage in sorted(WATCHED & course.stages):
        if not (alone and stage is Stage.CHECK_IN):
            yield f"tie-ended:{role}", stage


def _found(course: Course, role: str, trigger: str, stage: Stage) -> bool:
    return any(
        stage in duty.stages and _opened(duty, trigger) and _met_by_tie(duty, role) for duty in course.duties.values()
    )


def _opened(duty: DutyKind, trigger: str) -> bool:
    return trigger in duty.opens.after or trigger.partition(":")[0] in duty.opens.after


def _met_by_tie(duty: DutyKind, role: str) -> bool:
    return "tie-begun" in duty.met_by or f"tie-begun:{role}" in duty.met_by


def papers_that_pause_run_out(programme: Programme) -> Iterator[Finding]:
    """Only a paper that runs out can make a helper rest."""
    for name, paper in programme.papers.items():
        if paper.pauses and paper.lasts is None:
            yield found(("papers", name, "pauses"), "pauses-for-good", name=name)


_RULES: Final[tuple[Rule, ...]] = (
    numbers_make_sense,
    owners_are_of_the_kind,
    several_do_it_together,
    ties_name_their_role,
    nobody_is_missing_unnoticed,
    papers_that_pause_run_out,
)
