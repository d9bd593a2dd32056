"""What a programme asks of the sheets an office brings."""

from collections.abc import Mapping
from datetime import date
from typing import Final, cast

from domain.programme.schema import Desk, Level, Named, Paper, Programme
from domain.rules.moments import GROWING
from domain.sheets.bodies import BodyRules, Subject
from domain.sheets.survey import Ages, SurveyRules
from domain.sheets.volunteers import RosterRules

_OLDEST: Final = 120
_FAMILIES: Final = ("户", "家庭", "household", "family", "families")
_VILLAGES: Final = ("村", "社区", "village", "community")
_PARTNERS: Final = ("共建", "合作", "伙伴", "企业", "公司", "协会", "基金会", "社会组织", "partner", "company", "donor")


def survey_rules(programme: Programme, on: date) -> SurveyRules:
    """How a survey's rows are judged under a programme on a day: its kinds that are children or elders."""
    eligible = programme.eligible
    kinds = [key for key in eligible.kinds if programme.subject_of(key) in GROWING]
    own = {key: programme.ages_of(key) for key in kinds}
    return SurveyRules(
        kinds={key: _names(eligible.kinds)[key] for key in kinds},
        below_age=eligible.below_age or _OLDEST,
        within=programme.area,
        on=on,
        ages={key: Ages(below, least or 0) for key, (below, least) in own.items()},
        elders=frozenset(key for key in kinds if programme.subject_of(key) == "elder"),
        begins=_yet_to_begin(programme, on),
    )


def roster_rules(programme: Programme, on: date) -> RosterRules:
    """How a roster's rows are judged under a programme on a day."""
    return RosterRules(papers=_names(programme.papers), kinds=_names(programme.helpers), within=programme.area, on=on)


def body_rules(programme: Programme, on: date, only: str | None = None) -> BodyRules:
    """How a sheet of schools, units and projects is judged; ``only``: the kind of all its rows, where that is known.

    Activities are left out: they are planned one by one, each with its day.
    """
    subjects = {key: programme.subject_of(key) for key in programme.eligible.kinds}
    names = _names(programme.eligible.kinds)
    kinds = {
        key: names[key]
        for key, subject in subjects.items()
        if subject not in GROWING and (key == only or f"invited:{key}" not in programme.opened_by)
    }
    titles = {key: names[:2] for key, names in kinds.items()}
    return BodyRules(
        kinds=kinds,
        subjects={key: cast(Subject, subjects[key]) for key in kinds},
        within=programme.area,
        households=_named_so(kinds, _FAMILIES),
        partners=_named_so(titles, _PARTNERS),
        villages=_named_so(titles, _VILLAGES),
        only=only,
        begins=_yet_to_begin(programme, on),
    )


def _yet_to_begin(programme: Programme, on: date) -> date | None:
    return programme.valid_from if on < programme.valid_from else None


def has_village_desks(programme: Programme) -> bool:
    """Whether somebody answers at a village's desk."""
    return any(isinstance(role, Desk) and role.desk is Level.VILLAGE for role in programme.roles.values())


def _named_so(kinds: Mapping[str, tuple[str, ...]], words: tuple[str, ...]) -> frozenset[str]:
    """The kinds of whose names one has one of these words in it."""
    return frozenset(
        key for key, names in kinds.items() if any(word in name.lower() for word in words for name in names)
    )  # fmt: skip


def _names(things: Mapping[str, Named] | Mapping[str, Paper]) -> dict[str, tuple[str, ...]]:
    return {key: (thing.title.zh, thing.title.en, *thing.also) for key, thing in things.items()}
