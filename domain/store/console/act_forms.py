"""The forms of acts: what may be chosen, what was typed, what is wrong with that."""

from collections.abc import Mapping
from typing import NamedTuple

from domain.case import Case
from domain.ids import PersonId
from domain.store.console.act_fields import Choice, FieldType, Scene, Trouble
from domain.store.console.acts import Act, acts_now
from domain.store.console.duties import before
from domain.store.console.looking import Looking


class FormField(NamedTuple):
    """A field as a form shows it: what may be chosen, what was typed, what is wrong with that."""

    name: str
    type: FieldType
    required: bool
    choices: tuple[Choice, ...]
    value: str
    trouble: Trouble | None


class Form(NamedTuple):
    """An act's form; ``fields`` is empty where it has to be asked for, because it reads more than the case."""

    act: Act
    fields: tuple[FormField, ...]


def form_of(
    act: Act, scene: Scene, given: Mapping[str, str] | None = None, troubles: Mapping[str, Trouble] | None = None
) -> Form:
    """The form of an act, with what was typed kept."""
    given, troubles = given or {}, troubles or {}
    fields = (
        FormField(
            each.name, each.type, each.required, tuple(each.options(scene)) if each.options else (),
            given.get(each.name, ""), troubles.get(each.name),
        )
        for each in act.fields
    )  # fmt: skip
    return Form(act, tuple(fields))


def forms_now(look: Looking, case: Case, names: Mapping[PersonId, str]) -> tuple[Form, ...]:
    """The acts that make sense now, with their forms as far as they need not look any further than the case."""
    scene = Scene(look=look, case=case, seen=before(look, case), names=names)
    return tuple(Form(act, ()) if act.looks_further else form_of(act, scene) for act in acts_now(scene))
