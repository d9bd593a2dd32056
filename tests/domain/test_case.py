"""A case is the fold of its facts: evolve never refuses what fits, and is loud about what cannot."""

from collections.abc import Sequence
from datetime import date

import msgspec
import pytest
from support.life import CASE, CHILD, VILLAGE, Life, opened, paired
from support.office import BEGIN, COUNTY_DESK, LIU, TOWNSHIP_DESK, ZHOU, days

from domain import facts as f
from domain.case import BrokenJournal, Case, evolve, fold
from domain.ids import PersonId
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.store.rows import read_state, write_state


def after(life: Life, *facts: f.Fact) -> Case:
    assert life.case is not None
    case = life.case
    for fact in facts:
        case = evolve(case, fact, BEGIN + days(1))
    return case


def a_duty(number: int, kind: str = "urgent_help") -> f.DutyOpened:
    return f.DutyOpened(
        duty=number, kind=kind, opens_on=date(2026, 9, 1), due_on=date(2026, 9, 2), because="raised:needs_help"
    )


def test_the_journal_makes_the_case_again() -> None:
    life = paired()
    life.pass_until(BEGIN + days(60))
    life.give(c.ChangeRisk(case=CASE, by=TOWNSHIP_DESK, risk="high"), BEGIN + days(60))
    life.give(c.Reassign(case=CASE, role="companion", to=LIU, by=COUNTY_DESK, reason="ill"), BEGIN + days(61))
    life.pass_until(BEGIN + days(120))
    assert fold(life.journal) == life.case


def test_a_snapshot_is_the_case_again() -> None:
    life = paired()
    life.pass_until(BEGIN + days(60))
    assert life.case is not None
    assert read_state(write_state(life.case)) == life.case


def test_each_fact_moves_the_position_on_by_one() -> None:
    life = opened()
    assert life.case is not None
    assert life.case.position == len(life.journal)


def test_a_rung_that_climbed_puts_the_case_into_escalation_and_its_end_takes_it_back() -> None:
    life = opened()
    climbed = f.RungReached(duty=90, rung=0, told=(TOWNSHIP_DESK,), climbed_to="county")
    case = after(life, a_duty(90), climbed)
    assert case.stage is Stage.ESCALATION
    assert case.base is Stage.PAIRING
    assert evolve(case, f.DutyMet(duty=90, by=TOWNSHIP_DESK, on=date(2026, 9, 3)), BEGIN).stage is Stage.PAIRING


def test_a_rung_that_only_reminds_leaves_the_stage_alone() -> None:
    case = after(opened(), a_duty(90), f.RungReached(duty=90, rung=0, told=(TOWNSHIP_DESK,)))
    assert case.stage is Stage.PAIRING
    assert case.duties[90].rungs == 1


def test_a_duty_met_is_remembered_by_its_kind_and_one_excused_is_not() -> None:
    met = after(opened(), a_duty(90), f.DutyMet(duty=90, by=None, on=date(2026, 9, 3)))
    excused = after(opened(), a_duty(90), f.DutyExcused(duty=90, by=TOWNSHIP_DESK, reason="other"))
    assert met.last_met["urgent_help"] == date(2026, 9, 3)
    assert "urgent_help" not in excused.last_met
    assert 90 not in met.duties
    assert 90 not in excused.duties


def test_a_tie_ends_for_the_one_who_leaves_only() -> None:
    life = paired()
    case = after(life, f.TieBegun(role="companion", person=LIU))
    assert case.tied("companion") == case.ties[-1]
    case = evolve(case, f.TieEnded(role="companion", person=ZHOU, by=COUNTY_DESK, reason="ill"), BEGIN)
    assert [tie.person for tie in case.ties] == [LIU]
    assert case.stage is Stage.CHECK_IN


def test_a_case_without_anybody_goes_back_to_pairing() -> None:
    case = after(paired(), f.TieEnded(role="companion", person=ZHOU, by=COUNTY_DESK, reason="ill"))
    assert case.base is Stage.PAIRING
    assert case.ties == ()


def test_a_paper_signed_again_is_that_persons_only() -> None:
    case = after(
        paired(),
        f.TieBegun(role="companion", person=LIU),
        f.PaperRenewed(person=LIU, paper="pledge", until=date(2030, 1, 1)),
    )
    papers = {tie.person: tie.papers.get("pledge") for tie in case.ties}
    assert papers == {ZHOU: date(2028, 8, 1), LIU: date(2030, 1, 1)}


def test_a_closed_case_has_no_ties_and_no_proposal() -> None:
    life = paired()
    life.give(c.CloseCase(case=CASE, by=COUNTY_DESK, reason="moved-away"), BEGIN + days(3))
    assert life.case is not None
    assert (life.case.stage, life.case.ties, life.case.proposal, life.case.duties) == (Stage.CLOSED, (), None, {})


@pytest.mark.parametrize(
    "fact",
    [
        f.DutyMet(duty=77, by=None, on=date(2026, 9, 3)),
        f.DutyExcused(duty=77, by=TOWNSHIP_DESK, reason="other"),
        f.DutySuperseded(duty=77, by_duty=1, because="risk"),
        f.DutyLapsed(duty=77, into=1, onto=None),
        f.RungReached(duty=77, rung=0, told=()),
        f.CaseAdmitted(by=None),
        f.CaseReopened(by=TOWNSHIP_DESK, reason="other"),
        f.CaseOpened(
            subject=CHILD, unit=VILLAGE, county=VILLAGE, kind="orphan", sex="female", born=date(2015, 1, 1), risk="low",
            programme="linyi-1204@1",
        ),
    ],
    ids=lambda fact: f.stored_name(fact),
)  # fmt: skip
def test_a_fact_that_cannot_fit_is_a_broken_journal(fact: f.Fact) -> None:
    with pytest.raises(BrokenJournal):
        after(opened(), fact)


def test_a_journal_with_a_gap_is_broken() -> None:
    journal = opened().journal
    with pytest.raises(BrokenJournal):
        fold([*journal[:2], *journal[3:]])


def test_a_journal_begins_with_the_opening() -> None:
    journal: Sequence[f.Recorded] = opened().journal
    for broken in ([], journal[1:]):
        with pytest.raises(BrokenJournal):
            fold(broken)


def test_a_broken_journal_names_the_case_and_no_person() -> None:
    with pytest.raises(BrokenJournal) as broken:
        after(opened(), f.DutyMet(duty=77, by=PersonId("p000000042"), on=date(2026, 9, 3)))
    assert str(broken.value) == f"{CASE}: duty 77 is not open"


def test_reopening_begins_the_watch_anew() -> None:
    life = opened()
    life.give(c.CloseCase(case=CASE, by=COUNTY_DESK, reason="moved-away"), BEGIN + days(3))
    life.give(c.ReopenCase(case=CASE, by=COUNTY_DESK, reason="returned"), BEGIN + days(400))
    assert life.case is not None
    assert life.case.watched_since == BEGIN + days(400)
    assert life.case.opened_at == BEGIN
    assert life.case.base is Stage.PAIRING


def test_what_happened_stays_as_it_was() -> None:
    life = opened()
    before = life.case
    assert before is not None
    kept = msgspec.json.encode(before)
    evolve(before, a_duty(90), BEGIN)
    assert msgspec.json.encode(before) == kept
