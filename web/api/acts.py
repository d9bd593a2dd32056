"""The acts on a case as the console's pages offer them, from the same table: an address for each, made from its row."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Query
from pydantic import Field, create_model

from domain.facts import stored_name
from domain.ids import CaseId
from domain.programme.schema import DutyKind
from domain.rules.access import Right
from domain.rules.refusals import Refusal
from domain.store.console.act_fields import NOTHING_FILLED, ActField, FieldType, Filled, Trouble
from domain.store.console.act_forms import Form, form_of, forms_now
from domain.store.console.acts import ACTS, Act, act_scene, do_act, names_of_bound
from domain.store.console.duties import form_asked
from domain.words import say
from web.api import shapes
from web.api.caller import Acting, Reading, endpoint
from web.api.shapes import CaseNumber, Given, Key, Unit
from web.api.trouble import Unfit
from web.fields import problems_of, read_answers

_ONCE: Final = (
    " Asked twice, the second is refused (409) and changes nothing: what is done is done once, so that a program that"
    " got no answer may simply ask again."
)
_TYPES: Final[Mapping[FieldType, Any]] = {
    FieldType.CHOICE: shapes.Typed, FieldType.HELPER: shapes.Person, FieldType.UNIT: shapes.UnitCode,
    FieldType.DUTY: shapes.Number, FieldType.ANSWERS: shapes.Answers, FieldType.YES_NO: bool,
    FieldType.DAY: shapes.Day, FieldType.TEXT: shapes.Typed, FieldType.PHONE: shapes.Typed,
    FieldType.ACCOUNT: shapes.Typed,
}  # fmt: skip
"""What each type of field is in JSON; where the same may be chosen for every case, it is one of these keys."""

_ANSWERS: Final = "answers"


def routes() -> APIRouter:
    """What may be done, and an address for every act."""
    router = APIRouter(tags=["acts"])
    endpoint(router, "GET", "/cases/{case}/acts", Right.ACT, 404, summary="What may be done with a case")(acts)
    for act in ACTS.values():
        _add(router, act)
    return router


def acts(
    case: CaseNumber,
    caller: Reading,
    act: Annotated[Key | None, Query(description="Only this act, with all that may be chosen for it.")] = None,
    under: Unit = None,
) -> shapes.Acts:
    """The acts that make sense now and are the owner's to do, with their fields and what may be chosen.

    Where helpers, places or activities are to be chosen, ask for the act by its name: its `choices` are null before.
    For a transfer `under` names the unit whose parts are listed.
    """
    with caller.look(Right.ACT) as look:
        if act is None:
            found = look.case(CaseId(case))
            forms = forms_now(look, found, names_of_bound(look, found))
        else:
            forms = (form_of(*act_scene(look, CaseId(case), act, under or "")),)
    return shapes.Acts(case=case, acts=[_shown(form, caller.language) for form in forms])


def _shown(form: Form, language: str) -> shapes.Act:
    act, choices = form.act, {each.name: each.choices for each in form.fields}
    return shapes.Act(
        act=act.key, title=say(language, f"console_case.act-{act.key}"),
        says=say(language, f"console_case.what-{act.key}"), grave=act.grave,
        fields=[
            shapes.ActField(
                name=each.name, title=_title(each, language), type=each.type.value, required=each.required,
                choices=[shapes.Choice(**choice._asdict()) for choice in choices[each.name]] if choices else None,
            )
            for each in act.fields
        ],
    )  # fmt: skip


def _add(router: APIRouter, act: Act) -> None:
    def do(case: CaseNumber, given: Any, caller: Acting) -> shapes.Done:
        return _done(caller, CaseId(case), act, given)

    do.__name__ = f"act-{act.key}"
    do.__annotations__["given"] = Annotated[_body(act), Body()]
    endpoint(
        router, "POST", f"/cases/{{case}}/acts/{act.key}", Right.ACT, 404, 408, 409, 413,
        summary=say("en", f"console_case.act-{act.key}"), description=say("en", f"console_case.what-{act.key}") + _ONCE,
    )(do)  # fmt: skip


def _body(act: Act) -> type[Given]:
    fields: dict[str, Any] = {each.name: _in_json(each) for each in act.fields}
    return create_model(f"To{act.key.title().replace('-', '')}", __base__=Given, **fields)


def _in_json(asked: ActField) -> tuple[Any, Any]:
    kind = Literal[asked.keys] if asked.keys else _TYPES[asked.type]
    told = Field(description=_title(asked, "en"))
    return (Annotated[kind, told], ...) if asked.required else (Annotated[kind | None, told], None)


def _title(asked: ActField, language: str) -> str:
    return say(language, f"console_case.field-{asked.name}")


def _done(caller: Acting, case: CaseId, act: Act, given: Given) -> shapes.Done:
    """Do it in the owner's name; Unfit names every mistake, the Refusal is raised where the rules refuse."""
    sent = given.model_dump(exclude_none=True)
    answers = sent.pop(_ANSWERS, {})
    filled = _filled(caller, case, sent["duty"], answers) if act.key == "answer" else NOTHING_FILLED
    typed = {name: shapes.said(value)[0] for name, value in sent.items()}
    outcome = do_act(caller.site.store, caller.viewer, case, act.key, typed, caller.now, filled)
    if isinstance(outcome, dict):
        raise Unfit({field: _problem(field, trouble, caller.language) for field, trouble in outcome.items()})
    if isinstance(outcome, Refusal):
        raise outcome
    facts = [stored_name(type(decided.fact)) for decided in outcome.facts]
    return shapes.Done(case=outcome.case.id, stage=outcome.case.stage.value, facts=facts)


def _problem(field: str, trouble: Trouble, language: str) -> str:
    return say(language, f"console_case.problem-{trouble.value}", field=say(language, f"console_case.field-{field}"))


def _filled(caller: Acting, case: CaseId, duty: int, answers: Mapping[str, Any]) -> Filled:
    """What was answered, read as the page's own form is; every mistake at once."""
    with caller.look(Right.ACT) as look:
        kind = form_asked(look, case, duty)
    if kind is None:
        return NOTHING_FILLED
    typed = {key: shapes.said(value) for key, value in answers.items()}
    problems = {**problems_of(kind, caller.language, typed), **_never_asked(kind, caller.language, typed)}
    if problems:
        raise Unfit({f"{_ANSWERS}.{key}": what for key, what in problems.items()})
    return Filled(*read_answers(kind, typed))


def _never_asked(kind: DutyKind, language: str, typed: Mapping[str, Any]) -> dict[str, str]:
    return {key: say(language, "refusals.answer-unknown", about=key) for key in typed.keys() - kind.asks.keys()}
