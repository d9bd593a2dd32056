"""``shouwang case guardian``: who answers for a child at home, named later or anew."""

from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.case_commands import By, show_carried
from deployments.cli.case_commands import case as case_group
from deployments.cli.where import DONE, BadInput, Where
from domain.ids import PersonId
from domain.rules.refusals import Refusal
from domain.sheets.phones import Phone, PhoneTrouble, read_phone
from domain.sheets.texts import tidy_name, tidy_text
from domain.store.guardians import Guardian, name_guardian

Name = Annotated[str, Parameter(help="the guardian's name")]
Relation = Annotated[str, Parameter(help="what the guardian is to the child, such as grandmother")]
Telephone = Annotated[str, Parameter(help="the guardian's telephone")]


def add(_app: App) -> None:
    """Put the command into its group."""
    case_group.command(guardian)


def guardian(case: str, *, name: Name, relation: Relation, phone: Telephone, by: By, where: Where = Where()) -> int:
    """Name a child's guardian, or another one from now on: sealed, and money goes to that person's account alone."""
    where.people(by)
    named = Guardian(_name(name, where), tidy_text(relation), _number(phone, where))
    try:
        done = name_guardian(where.store, where.case(case), named, PersonId(by), where.moment)
    except Refusal as refusal:
        raise where.refused(refusal) from None
    show_carried(where, done)
    return DONE


def _name(written: str, where: Where) -> str:
    name = tidy_name(written)
    if not name:
        raise BadInput(where.say("sheets.guardian-name-missing"))
    return name


def _number(written: str, where: Where) -> str:
    """A number one can call: without it nobody could be told from a namesake."""
    found = read_phone(written)
    if isinstance(found, Phone):
        return found.number
    key = "missing" if found is PhoneTrouble.BLANK else found.value
    raise BadInput(where.say(f"sheets.guardian-phone-{key}"))
