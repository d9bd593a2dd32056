"""What a programme asks of the sheets an office brings."""

from collections.abc import Mapping
from datetime import date

from domain.programme.schema import Named, Paper, Programme
from domain.sheets.survey import SurveyRules
from domain.sheets.volunteers import RosterRules


def survey_rules(programme: Programme, on: date) -> SurveyRules:
    """How a survey's rows are judged under a programme on a day."""
    eligible = programme.eligible
    return SurveyRules(kinds=_names(eligible.kinds), below_age=eligible.below_age or 120, within=programme.area, on=on)


def roster_rules(programme: Programme, on: date) -> RosterRules:
    """How a roster's rows are judged under a programme on a day."""
    return RosterRules(papers=_names(programme.papers), kinds=_names(programme.helpers), within=programme.area, on=on)


def _names(things: Mapping[str, Named] | Mapping[str, Paper]) -> dict[str, tuple[str, ...]]:
    return {key: (thing.title.zh, thing.title.en, *thing.also) for key, thing in things.items()}
