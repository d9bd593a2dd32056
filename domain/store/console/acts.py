"""Every act on a case, in one table: what it asks for, when it makes sense, and the command it becomes.

What a form of the console shows and what a program may send both come from here. To add an act is to add a row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from domain.case import Case
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.rules.access import Right, Viewer
from domain.rules.refusals import Reason, Refusal
from domain.rules.tying import somebody_decides
from domain.rules.ways import Way
from domain.sheets.texts import tidy_name
from domain.store.accounts import AccountOfAnother, Noted, change_account
from domain.store.console import act_choices as choose
from domain.store.console.act_fields import (
    NOTHING_FILLED,
    ActField,
    FieldType,
    Filled,
    Options,
    Scene,
    Trouble,
    Values,
    read_fields,
)
from domain.store.console.acting import acting, acting_person
from domain.store.console.case_people import who_are
from domain.store.console.duties import Settling, before, settle_within
from domain.store.console.looking import Looking, NotFound
from domain.store.guardians import Guardian, name_within
from domain.store.store import Store
from domain.store.writing import Carried, Outcome, carry_out_within
from domain.words import say

Shown = Callable[[Scene], bool]
Makes = Callable[[Scene, Values, PersonId], c.Command | Guardian | Noted]


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act. ``makes``: the command it becomes. ``receiver``: it is for the unit asked to take the case over.

    ``settles``: it is about one duty, whose own page has its form; it is for those who may settle that duty.
    """

    key: str
    fields: tuple[ActField, ...]
    shown: Shown
    makes: Makes
    receiver: bool = False
    settles: bool = False
    grave: bool = False
    """Whether it ends something, and a form should say so."""

    @property
    def looks_further(self) -> bool:
        """Whether its form must read more than the case: helpers, places, activities."""
        return any(each.type in {FieldType.HELPER, FieldType.UNIT} or each.name == "activity" for each in self.fields)


def _open(scene: Scene) -> bool:
    return scene.case.base is not Stage.CLOSED


def _while(options: Callable[[Scene], Sequence[object]]) -> Shown:
    return lambda scene: _open(scene) and bool(options(scene))


def _choice(name: str, options: Options, *, required: bool = True) -> ActField:
    return ActField(name, FieldType.CHOICE, options, required)


def _reason(*keys: str, required: bool = True) -> ActField:
    return ActField("reason", FieldType.CHOICE, choose.reasons(*keys), required, keys=keys)


def _duty(options: Options) -> ActField:
    return ActField("duty", FieldType.DUTY, options, known=choose.is_duty)


def _reads_activity(scene: Scene, case: str) -> bool:
    return any(choice.value == case for choice in choose.coming_activities(scene))


_HELPER: Final = ActField("to", FieldType.HELPER, choose.helpers_nearby, known=choose.is_helper_in_sight)
_PLACE: Final = ActField("unit", FieldType.UNIT, choose.places, known=choose.is_place)
_CLIMBED, _PROPOSED = choose.waiting(Way.ACKNOWLEDGE), choose.waiting(Way.DECISION)
_GONE: Final = ("ill", "no-time", "moved-away", "too-far", "not-suitable", "died", "retires", "other")


def _answer(scene: Scene, given: Values, by: PersonId) -> c.Command:
    answers, notes = scene.filled
    return c.AnswerDuty(
        case=scene.case.id, duty=int(given["duty"]), by=by, answers=answers, notes=notes, through="page"
    )  # fmt: skip


def _acknowledge(scene: Scene, given: Values, by: PersonId) -> c.Command:
    return c.AcknowledgeDuty(case=scene.case.id, duty=int(given["duty"]), by=by)


def _decide(scene: Scene, given: Values, by: PersonId) -> c.Command:
    return c.DecideProposal(
        case=scene.case.id, by=by, accept=given["approve"] == "yes", reason=given.get("reason", "declined")
    )  # fmt: skip


def _risk(scene: Scene, given: Values, by: PersonId) -> c.Command:
    return c.ChangeRisk(case=scene.case.id, risk=given["risk"], by=by)


def _excuse(scene: Scene, given: Values, by: PersonId) -> c.Command:
    return c.ExcuseDuty(case=scene.case.id, duty=int(given["duty"]), by=by, reason=given["reason"])


def _reassign(scene: Scene, given: Values, by: PersonId) -> c.Command:
    return c.Reassign(
        case=scene.case.id, role=given["role"], to=PersonId(given["to"]), by=by, reason=given["reason"]
    )  # fmt: skip


def _bind(scene: Scene, given: Values, by: PersonId) -> c.Command:
    return c.Bind(case=scene.case.id, role=given["role"], person=PersonId(given["to"]), by=by)


def _tie(given: Values) -> tuple[str, PersonId]:
    role, _, person = given["tie"].partition(" ")
    return role, PersonId(person)


def _release(scene: Scene, given: Values, by: PersonId) -> c.Command:
    role, person = _tie(given)
    return c.Release(case=scene.case.id, role=role, person=person, by=by, reason=given["reason"])


def _leaving(scene: Scene, given: Values, by: PersonId) -> c.Command:
    role, person = _tie(given)
    on, why = given.get("on"), given.get("reason", "came-back")
    return c.AnnounceEnding(
        case=scene.case.id, role=role, person=person, on=date.fromisoformat(on) if on else None, by=by, reason=why
    )  # fmt: skip


def _guardian(_scene: Scene, given: Values, _by: PersonId) -> Guardian:
    return Guardian(tidy_name(given["name"]), given["relation"], given["phone"])


def _account(_scene: Scene, given: Values, _by: PersonId) -> Noted:
    return Noted(given["account"], given.get("bank", ""))


def _transfer(scene: Scene, given: Values, by: PersonId) -> c.Command:
    unit = UnitId(given["unit"])
    county = choose.county_above(scene, unit) or unit
    return c.AskTransfer(
        case=scene.case.id, unit=unit, county=county, by=by, reason=given["reason"], programme=given.get("programme")
    )  # fmt: skip


def _answer_transfer(scene: Scene, given: Values, by: PersonId) -> c.Command:
    accept, why = given["accept"] == "yes", given.get("reason", "other")
    return c.AnswerTransfer(case=scene.case.id, by=by, accept=accept, reason=why)


def _programme(scene: Scene, given: Values, by: PersonId) -> c.Command:
    return c.ChangeProgramme(case=scene.case.id, programme=given["programme"], by=by, reason=given["reason"])


def _invite(scene: Scene, given: Values, by: PersonId) -> c.Command:
    found = choose.activity(scene, given["activity"])
    return c.Invite(case=scene.case.id, activity=found.case, kind=found.kind, on=found.on, by=by)


def _close(scene: Scene, given: Values, by: PersonId) -> c.Command:
    return c.CloseCase(case=scene.case.id, by=by, reason=given["reason"])


def _reopen(scene: Scene, given: Values, by: PersonId) -> c.Command:
    return c.ReopenCase(case=scene.case.id, by=by, reason=given["reason"])


def _holds_activities(scene: Scene) -> bool:
    about = any(trigger.startswith("invited:") for trigger in scene.programme.opened_by)
    return _open(scene) and about and scene.case.base is not Stage.IDENTIFICATION


def _may_be_asked_for(scene: Scene) -> bool:
    decided = somebody_decides(scene.case, scene.programme, "transfer-asked")
    return _open(scene) and scene.case.transfer is None and decided


def _may_be_bound(scene: Scene) -> bool:
    return _open(scene) and scene.case.base is not Stage.IDENTIFICATION and bool(choose.roles_with_room(scene))


ACTS: Final[Mapping[str, Act]] = {act.key: act for act in (
    Act(
        key="answer", shown=_while(choose.answerable), makes=_answer, settles=True,
        fields=(_duty(choose.answerable), ActField("answers", FieldType.ANSWERS, required=False)),
    ),
    Act(key="acknowledge", shown=_while(_CLIMBED), makes=_acknowledge, settles=True, fields=(_duty(_CLIMBED),)),
    Act(
        key="decide-proposal", shown=_while(_PROPOSED), makes=_decide, settles=True,
        fields=(
            _duty(_PROPOSED), ActField("approve", FieldType.YES_NO, choose.yes_or_no),
            _reason("not-suitable", "better-match", "other", required=False),
        ),
    ),
    Act(
        key="risk", shown=_while(choose.other_risks), makes=_risk,
        fields=(_choice("risk", choose.other_risks),),
    ),
    Act(
        key="reassign", shown=_while(choose.filled_roles), makes=_reassign,
        fields=(_choice("role", choose.filled_roles), _HELPER, _reason(*_GONE)),
    ),
    Act(
        key="bind", shown=_may_be_bound, makes=_bind,
        fields=(_choice("role", choose.roles_with_room), _HELPER),
    ),
    Act(
        key="release", shown=_while(choose.bound_helpers), makes=_release, grave=True,
        fields=(_choice("tie", choose.bound_helpers), _reason(*_GONE)),
    ),
    Act(
        key="leaving", shown=_while(choose.staying_helpers), makes=_leaving,
        fields=(
            _choice("tie", choose.staying_helpers), ActField("on", FieldType.DAY),
            _reason("retires", "moves", "ill", "no-time", "other"),
        ),
    ),
    Act(
        key="staying", shown=_while(choose.leaving_helpers), makes=_leaving,
        fields=(_choice("tie", choose.leaving_helpers),),
    ),
    Act(
        key="excuse", shown=_while(choose.excusable), makes=_excuse, grave=True,
        fields=(
            _duty(choose.excusable),
            _reason("done-otherwise", "not-needed", "ill", "away", "moved-away", "other"),
        ),
    ),
    Act(
        key="guardian", makes=_guardian,
        shown=lambda scene: _open(scene) and scene.programme.subject_of(scene.case.kind) == "child",
        fields=(
            ActField("name", FieldType.TEXT), ActField("relation", FieldType.TEXT), ActField("phone", FieldType.PHONE),
        ),
    ),
    Act(
        key="account", makes=_account, shown=lambda scene: _open(scene) and scene.case.family is not None,
        fields=(ActField("account", FieldType.ACCOUNT), ActField("bank", FieldType.TEXT, required=False)),
    ),
    Act(
        key="invite", shown=_holds_activities, makes=_invite,
        fields=(ActField("activity", FieldType.CHOICE, choose.coming_activities, known=_reads_activity),),
    ),
    Act(
        key="transfer", shown=_may_be_asked_for, makes=_transfer,
        fields=(
            _PLACE, _reason("family-moved", "moved-away", "other"),
            _choice("programme", choose.other_programmes, required=False),
        ),
    ),
    Act(
        key="answer-transfer", shown=lambda scene: _open(scene) and scene.case.transfer is not None,
        makes=_answer_transfer, receiver=True,
        fields=(
            ActField("accept", FieldType.YES_NO, choose.yes_or_no),
            _reason("no-room", "not-suitable", "other", required=False),
        ),
    ),
    Act(
        key="programme", shown=_while(choose.other_programmes), makes=_programme,
        fields=(_choice("programme", choose.other_programmes), _reason("new-version", "moved-away", "other")),
    ),
    Act(
        key="close", shown=_open, makes=_close, grave=True,
        fields=(_reason("self-reliant", "family-moved", "adopted", "not-eligible", "died", "other"),),
    ),
    Act(
        key="reopen", shown=lambda scene: not _open(scene), makes=_reopen,
        fields=(_reason("needs-again", "came-back", "closed-by-mistake", "other"),),
    ),
)}  # fmt: skip


def acts_now(scene: Scene) -> list[Act]:
    """The acts that make sense for this case and are the viewer's to do."""
    return [act for act in ACTS.values() if _is_theirs(scene, act) and act.shown(scene)]


def _is_theirs(scene: Scene, act: Act) -> bool:
    """Acts are for those who look after the case where it stands; answering a transfer, where it is asked to go.

    Whose it is to settle a duty is asked of that duty.
    """
    look, case = scene.look, scene.case
    if look.viewer.person is None or not look.viewer.may(Right.ACT):
        return False
    if act.settles:
        return True
    unit = case.transfer.unit if act.receiver and case.transfer else case.unit
    return look.viewer.may_in(Right.ACT, unit, look.office)


def told_about(scene: Scene, about: str) -> str:
    """What a refusal speaks of, in words: a paper, a role, a risk, a unit, a helper; else as it is."""
    programme, language = scene.programme, scene.language
    titled = {**programme.papers, **programme.roles, **programme.eligible.kinds, **programme.helpers}
    if about in titled:
        return titled[about].title.say(language)
    if about in programme.risks:
        return programme.risks[about].say(language)
    if about in {stage.value for stage in Stage}:
        return say(language, f"story.stage-{about}")
    return scene.names.get(PersonId(about)) or scene.look.unit_name(about)


def told_about_case(look: Looking, case_id: CaseId, about: str) -> str:
    """The same, of a case that was given a command elsewhere; NotFound for one that is not the viewer's."""
    case = look.case(case_id)
    return told_about(Scene(look=look, case=case, seen=before(look, case), names=names_of_bound(look, case)), about)


def act_scene(
    look: Looking, case_id: CaseId, key: str, under: str = "", filled: Filled = NOTHING_FILLED
) -> tuple[Act, Scene]:
    """An act and the case it is about, with the names of whoever is bound; NotFound where it is not the viewer's."""
    case = look.case(case_id)
    act, names = ACTS.get(key), names_of_bound(look, case)
    scene = Scene(look=look, case=case, seen=before(look, case), names=names, under=under, filled=filled)
    if act is None or not _is_theirs(scene, act):
        raise NotFound(case_id)
    return act, scene


def names_of_bound(look: Looking, case: Case) -> Mapping[PersonId, str]:
    """What those are called who are bound to a case."""
    return who_are(look, case, [tie.person for tie in case.ties]).names


def do_act(
    store: Store, viewer: Viewer, case: CaseId, key: str, given: Mapping[str, str], now: datetime,
    filled: Filled = NOTHING_FILLED,
) -> Outcome | dict[str, Trouble]:  # fmt: skip
    """Do it in the viewer's name: what became true, why the rules refuse, or what is wrong with each field."""
    by = acting_person(viewer)

    def done(connection: Connection, look: Looking) -> Outcome | dict[str, Trouble]:
        act, scene = act_scene(look, case, key, filled=filled)
        values, troubles = read_fields(act.fields, scene, given)
        if troubles:
            return troubles
        wanted = act.makes(scene, values, by)
        if isinstance(wanted, Guardian):
            return name_within(connection, store, case, wanted, by, now)
        if isinstance(wanted, Noted):
            return _noted(connection, store, scene.case, wanted, by, now)
        if isinstance(wanted, Settling):
            return settle_within(scene.seen, int(values["duty"]), wanted)
        return carry_out_within(connection, store, [wanted], now)[0]

    try:
        return acting(store, viewer, Right.ACT, now, done)
    except Refusal as refusal:
        return refusal


def _noted(
    connection: Connection, store: Store, case: Case, wanted: Noted, by: PersonId, now: datetime
) -> Outcome:  # fmt: skip
    """The account of whoever answers for the subject: sealed with that person's record, which says by whom and when."""
    if case.family is None:
        return Refusal(Reason.NO_GUARDIAN, case.id)
    try:
        change_account(connection, store.seal, case.family, wanted, by, now)
    except AccountOfAnother:
        return Refusal(Reason.ACCOUNT_OF_ANOTHER, case.id)
    return Carried(case, ())
