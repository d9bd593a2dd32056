"""``shouwang pair …``: find pairs, see them with their reasons, agree or decline."""

from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.case_commands import By, Why, carry
from deployments.cli.where import DONE, FINDINGS, BadInput, Where
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Programme
from domain.rules.commands import AnswerProposal, DecideProposal
from domain.rules.pairing import Reason
from domain.rules.pairing_words import sentence, titles
from domain.store.engine import reading
from domain.store.pairs import Waiting, propose_in
from domain.store.pairs import proposals as waiting_proposals

OfProgramme = Annotated[str | None, Parameter(help="the programme, where there is more than one")]

pair = App(name="pair", help="pair children with volunteers; find successors for those who leave")


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(pair)


@pair.command
def propose(unit: str, *, programme: OfProgramme = None, by: str | None = None, where: Where = Where()) -> int:
    """Find the best pairing for the children waiting in a unit, store it as proposals, and say why."""
    chosen, of = where.programme(programme), where.unit(unit) or UnitId(unit)
    if by is not None:
        where.people(by)
    found = propose_in(where.store, chosen, of, where.moment, PersonId(by) if by else None)
    answer = {
        "proposals": [
            {"case": each.case, "person": each.person, "score": each.score, "why": sentences(each.why, where, chosen)}
            for each in found.proposals
        ],
        "left_over": [{"case": each.case, "why": sentences(each.why, where, chosen)} for each in found.left_over],
        "unused": {"count": found.unused.count, "why": sentences(found.unused.why, where, chosen)},
    }
    lines = [f"{each.case}  {each.person}  {each.score}  {_join(each.why, where, chosen)}" for each in found.proposals]
    lines += [
        where.say("cli.left-over", case=each.case, why=_join(each.why, where, chosen)) for each in found.left_over
    ]
    lines.append(where.say("cli.proposed", made=len(found.proposals), left=len(found.left_over)))
    where.show(answer, "\n".join(lines))
    return FINDINGS if found.left_over else DONE


@pair.command(name="list")
def list_(unit: str | None = None, *, programme: OfProgramme = None, where: Where = Where()) -> int:
    """The proposals that wait for an answer, each with why."""
    chosen, of = where.programme(programme), where.unit(unit)
    with reading(where.store.engine) as connection:
        found = waiting_proposals(connection, chosen, of)
    answer = [
        {
            "case": each.case, "person": each.person, "score": each.score, "approved": each.approved,
            "since": each.since, "why": sentences(each.why, where, chosen),
        }
        for each in found
    ]  # fmt: skip
    where.show(answer, "\n".join(_line(each, where, chosen) for each in found) or where.say("cli.nothing-waits"))
    return DONE


@pair.command
def accept(*cases: str, by: By, unit: str | None = None, where: Where = Where()) -> int:
    """Agree to proposals as coordinator: the cases named, or all of a unit. The volunteers are asked now."""
    chosen = _chosen(where, cases, unit, approved=False)
    return carry(where, [DecideProposal(case=case, by=PersonId(by), accept=True) for case in chosen])


@pair.command
def decline(*cases: str, by: By, reason: Why = "other", where: Where = Where()) -> int:
    """Decline proposals as coordinator."""
    chosen = _chosen(where, cases, None, approved=False)
    return carry(where, [DecideProposal(case=case, by=PersonId(by), accept=False, reason=reason) for case in chosen])


@pair.command
def answer(
    *cases: str, by: str | None = None, no: bool = False, unit: str | None = None, where: Where = Where()
) -> int:
    """Answer as the volunteer who was asked (yes, or --no); for a unit: as each of those asked."""
    chosen = _chosen(where, cases, unit, approved=True)
    asked = {each.case: each.person for each in _waiting(where, unit)}
    nobody = PersonId("")
    return carry(where, [
        AnswerProposal(case=case, by=PersonId(by) if by else asked.get(case, nobody), accept=not no)
        for case in chosen
    ])  # fmt: skip


def _chosen(where: Where, cases: tuple[str, ...], unit: str | None, *, approved: bool) -> list[CaseId]:
    """The cases named, or those of a unit whose proposal waits for this answer; BadInput when neither is said."""
    if not cases and unit is None:
        raise BadInput(where.say("cli.cases-or-unit"))
    if cases:
        return [CaseId(case) for case in cases]
    return [each.case for each in _waiting(where, unit) if each.approved is approved]


def _waiting(where: Where, unit: str | None) -> list[Waiting]:
    """The proposals of every programme, each once: all its versions share them."""
    wanted = where.unit(unit)
    newest = {each.programme: each for each in where.store.programmes.values()}
    with reading(where.store.engine) as connection:
        found = [waiting_proposals(connection, each, wanted) for each in newest.values()]
    return [each for some in found for each in some]


def _line(each: Waiting, where: Where, programme: Programme) -> str:
    state = where.say("cli.asked" if each.approved else "cli.to-decide")
    return f"{each.case}  {each.person}  {each.score}  {state}  {_join(each.why, where, programme)}"


def sentences(why: tuple[Reason, ...], where: Where, programme: Programme) -> list[str]:
    """Reasons as sentences, with the programme's own titles of papers, kinds and risks."""
    names = titles(programme, where.spoken)
    return [sentence(where.spoken, reason, names) for reason in why]


def _join(why: tuple[Reason, ...], where: Where, programme: Programme) -> str:
    return where.say("cli.list-sign").join(sentences(why, where, programme))
