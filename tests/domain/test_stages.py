"""The way of a case: legal moves stand in one table."""

import pytest

from domain.programme.schema import Stage
from domain.stages import ESCALATES, MOVES, Step, stage_after


def test_a_case_goes_from_identification_over_pairing_to_check_in_and_follow_up() -> None:
    stage = Stage.IDENTIFICATION
    for step in (Step.ADMITTED, Step.PAIRED, Step.GROWN, Step.CLOSED):
        following = stage_after(stage, step)
        assert following is not None
        stage = following
    assert stage is Stage.CLOSED


def test_a_case_that_lost_its_volunteer_waits_for_another() -> None:
    assert stage_after(Stage.CHECK_IN, Step.UNPAIRED) is Stage.PAIRING


def test_one_grown_up_stays_in_follow_up_whoever_comes_and_goes() -> None:
    assert stage_after(Stage.FOLLOW_UP, Step.PAIRED) is Stage.FOLLOW_UP
    assert stage_after(Stage.FOLLOW_UP, Step.UNPAIRED) is Stage.FOLLOW_UP


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in {Stage.CLOSED, Stage.ESCALATION}])
def test_every_open_stage_can_be_closed(stage: Stage) -> None:
    assert stage_after(stage, Step.CLOSED) is Stage.CLOSED


def test_nothing_but_reopening_leads_out_of_closed() -> None:
    assert {step for stage, step in MOVES if stage is Stage.CLOSED} == {Step.REOPENED, Step.REOPENED_ALONE}


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        (Stage.IDENTIFICATION, Step.PAIRED),
        (Stage.PAIRING, Step.UNPAIRED),
        (Stage.CHECK_IN, Step.ADMITTED),
        (Stage.CLOSED, Step.CLOSED),
        (Stage.FOLLOW_UP, Step.REFUSED),
    ],
)
def test_a_move_that_is_not_in_the_table_is_illegal(stage: Stage, step: Step) -> None:
    assert stage_after(stage, step) is None


def test_every_stage_can_be_reached_and_left() -> None:
    reached = {to for (_, _), to in MOVES.items()} | {Stage.IDENTIFICATION}
    left = {stage for stage, _ in MOVES}
    by_itself = set(Stage) - {Stage.ESCALATION}
    assert reached == by_itself
    assert left == by_itself


def test_escalation_lies_over_every_open_stage_and_is_none_by_itself() -> None:
    assert set(Stage) - {Stage.ESCALATION, Stage.CLOSED} == ESCALATES
    assert Stage.ESCALATION not in {stage for stage, _ in MOVES} | set(MOVES.values())
