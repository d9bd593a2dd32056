"""Where the console's pages are."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import Route

from web.console import logins, me, office_sign_in
from web.console.acts import act
from web.console.area import area
from web.console.by_hand import by_hand
from web.console.case import case, story, why
from web.console.cases import found, taken_along
from web.console.duty import duty, photo
from web.console.flows import flows
from web.console.live import live
from web.console.meeting import choose_meeting, meeting_done, meeting_kinds, meeting_page, meeting_plan
from web.console.messages import messages, one_message, replies, resend, seen
from web.console.pairing import child_to_pair, pairing, propose, settle_proposal
from web.console.programmes import changes, programme, programmes
from web.console.proof import audit_progress, proof_page, readings_page, run_audit, sign_ins_page
from web.console.schedule import change, schedule
from web.console.sheets import annotated_sheet, blank_sheet, bring, sheet_page, sheets_page, take_in
from web.console.signing import names, one_time_code, sign_in, sign_out, welcome
from web.console.spooled import spooled
from web.console.today import noticed, settle, today
from web.console.trials import begin, trial
from web.console.volunteer import volunteer
from web.console.volunteers import volunteers

_BOTH: Final = ("GET", "POST")
_POST: Final = ("POST",)
_ANY: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")

ROUTES: Final[Sequence[Route]] = (
    Route("/sign-in", sign_in, methods=_BOTH),
    Route("/sign-in/code", one_time_code, methods=_POST),
    Route("/sign-in/oidc", office_sign_in.go),
    Route("/sign-in/oidc/back", office_sign_in.come_back),
    Route("/sign-out", sign_out, methods=_POST),
    Route("/welcome/{secret}", welcome, methods=_BOTH),
    Route("/console", today),
    Route("/console/live", live),
    Route("/console/noticed", noticed),
    Route("/console/names", names, methods=_POST),
    Route("/console/settle", settle, methods=_POST),
    Route("/console/logins", logins.sign_ins, methods=_BOTH),
    Route("/console/logins/{login}", logins.sign_in, methods=_BOTH),
    Route("/console/me", me.account),
    Route("/console/me/language", me.language, methods=_POST),
    Route("/console/me/password", me.password, methods=_POST),
    Route("/console/me/codes", me.codes, methods=_POST),
    Route("/console/me/tokens", me.tokens, methods=_POST),
    Route("/console/me/sign-out", me.sign_out_everywhere, methods=_POST),
    Route("/console/meeting", choose_meeting),
    Route("/console/meeting/{unit}", meeting_page),
    Route("/console/meeting/{unit}/done", meeting_done),
    Route("/console/meeting/{unit}/kinds", meeting_kinds),
    Route("/console/meeting/{unit}/plan", meeting_plan),
    Route("/console/proof", proof_page),
    Route("/console/proof", run_audit, methods=_POST),
    Route("/console/proof/progress", audit_progress),
    Route("/console/proof/readings", readings_page),
    Route("/console/proof/sign-ins", sign_ins_page),
    Route("/console/sheets", sheets_page),
    Route("/console/sheets", bring, methods=_POST),
    Route("/console/sheets/blank/{kind}", blank_sheet),
    Route("/console/sheets/by-hand/{kind}", by_hand, methods=_BOTH),
    Route("/console/sheets/{key}", sheet_page),
    Route("/console/sheets/{key}/import", take_in, methods=_POST),
    Route("/console/sheets/{key}/answer.xlsx", annotated_sheet),
    Route("/console/cases/{case}", case),
    Route("/console/cases/{case}/story", story),
    Route("/console/cases/{case}/why/{position}", why),
    Route("/console/cases/{case}/duties/{duty}", duty, methods=_BOTH),
    Route("/console/cases/{case}/duties/{duty}/photos/{photo}", photo),
    Route("/console/cases/{case}/acts/{act}", act, methods=_BOTH),
    Route("/console/pairing", pairing),
    Route("/console/pairing/decide", settle_proposal, methods=_POST),
    Route("/console/pairing/propose", propose, methods=_POST),
    Route("/console/pairing/{case}", child_to_pair, methods=_BOTH),
    Route("/console/volunteers", volunteers),
    Route("/console/volunteers/{person}", volunteer, methods=_BOTH),
    Route("/console/messages", messages),
    Route("/console/messages/spool", spooled),
    Route("/console/messages/replies", replies),
    Route("/console/messages/replies/seen", seen, methods=_POST),
    Route("/console/messages/{nudge}", one_message),
    Route("/console/messages/{nudge}/resend", resend, methods=_POST),
    Route("/console/programmes", programmes),
    Route("/console/programmes/trials/{trial}", trial),
    Route("/console/programmes/{name}", programme),
    Route("/console/programmes/{name}/changes", changes),
    Route("/console/programmes/{name}/try", begin, methods=_POST),
    Route("/console/schedule", schedule),
    Route("/console/schedule/{name}", change, methods=_POST),
    Route("/console/flows/", flows),
    Route("/console/flows/{rest:path}", flows, methods=_ANY),
    Route("/console/area", area),
    Route("/console/area/{unit}", area),
    Route("/console/cases", found, methods=_BOTH),
    Route("/console/cases.csv", taken_along),
    Route("/console/cases.xlsx", taken_along),
)
