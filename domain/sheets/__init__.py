"""Sheets as offices write them: surveys and rosters in, every row judged, the answer out."""

from domain.sheets.annotate import annotate
from domain.sheets.report import Reason, Row, SheetError, SheetReport, Verdict
from domain.sheets.survey import SurveyedChild, SurveyRules, read_survey
from domain.sheets.volunteers import RosteredVolunteer, RosterRules, read_volunteers

__all__ = [
    "Reason",
    "RosterRules",
    "RosteredVolunteer",
    "Row",
    "SheetError",
    "SheetReport",
    "SurveyRules",
    "SurveyedChild",
    "Verdict",
    "annotate",
    "read_survey",
    "read_volunteers",
]
