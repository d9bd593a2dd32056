"""The proof: the audit and what it found, who has read whose record, who may sign in and who is signed in."""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import UnitId
from domain.rules.access import Right
from domain.store.console import proof
from domain.store.console.looking import Looking
from domain.store.console.proof import READINGS
from domain.words import sentences
from web.console.desk import Desk, console
from web.posted import Given

_LONGEST: Final = 80


@console(Right.SEE_PROOF)
def proof_page(_request: Request, desk: Desk, _given: Given) -> Response:
    """The last audit, and the button for another one."""
    with desk.look(Right.SEE_PROOF) as look:
        run = proof.last_run(look)
        limited, scope = look.units is not None, _scope(desk, look)
    return desk.page(
        "console/proof.html", run=run, limited=limited, scope=scope, auditor=desk.site.auditor,
        found=[(each.severity.value, each.sentence(desk.language), each.case) for each in run.found] if run else [],
    )  # fmt: skip


@console(Right.SEE_PROOF)
def run_audit(_request: Request, desk: Desk, _given: Given) -> Response:
    """Begin an audit; where one is under way, that one goes on."""
    desk.site.auditor.start(desk.site.store, desk.viewer, desk.site.now)
    return desk.to("/console/proof")


@console(Right.SEE_PROOF)
def audit_progress(_request: Request, desk: Desk, _given: Given) -> Response:
    """How far the audit is, for a page that asks every second; the whole page anew once it is done."""
    with desk.look(Right.SEE_PROOF):
        pass
    if desk.site.auditor.under_way is None:
        return Response(headers={"HX-Redirect": f"{desk.root}/console/proof"})
    return desk.page("console/proof-progress.html", auditor=desk.site.auditor)


@console(Right.SEE_PROOF)
def readings_page(request: Request, desk: Desk, _given: Given) -> Response:
    """Who has read whose record, when, what for."""
    asked = request.query_params
    reader, case = (asked.get(name, "").strip()[:_LONGEST] for name in ("reader", "case"))
    before = int(asked["before"]) if asked.get("before", "").isdecimal() and len(asked["before"]) < 10 else None
    with desk.look(Right.SEE_PROOF) as look:
        known = proof.logins(look)
        found = proof.readings(look, known, reader, case, before)
        units, scope = {each.unit: look.unit_name(each.unit) for each in found}, _scope(desk, look)
    return desk.page(
        "console/proof-readings.html", readings=found[:READINGS], more=len(found) > READINGS, known=known,
        reader=reader, case=case, before=before, units=units, scope=scope, purpose=_purposes(desk),
    )  # fmt: skip


@console(Right.SEE_PROOF)
def sign_ins_page(_request: Request, desk: Desk, _given: Given) -> Response:
    """Who may sign in, with which roles, and who is signed in; nothing to change here."""
    with desk.look(Right.SEE_PROOF) as look:
        known = proof.logins(look)
        under_way, scope = proof.sessions(look, known), _scope(desk, look)
        units = {grant.unit: look.unit_name(grant.unit) for login in known for grant in login.grants}
    return desk.page(
        "console/proof-sign-ins.html", known=known, sessions=under_way, scope=scope,
        held=lambda grant: _held(desk, grant.role.value, grant.unit, units),
    )  # fmt: skip


def _scope(desk: Desk, look: Looking) -> str:
    return desk.say("and").join(look.unit_name(unit) for unit in look.tops)


def _held(desk: Desk, role: str, unit: UnitId, units: Mapping[UnitId, str]) -> str:
    return desk.say("held", role=desk.say(f"role-{role}"), unit=units.get(unit) or desk.say("everywhere"))


def _purposes(desk: Desk) -> Mapping[str, str]:
    """What records are read for, in words."""
    start = "purpose-"
    said = sentences("console_proof", desk.language)
    return {key.removeprefix(start): text for key, text in said.items() if key.startswith(start)}
