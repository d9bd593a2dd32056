"""What a text message of one digit may say: read from the file, heard by a desk, and said of nothing it cannot say."""

from typing import Final

import pytest
from support.small_programme import SMALL

from domain.programme.read import read_programme, shipped_programmes
from domain.programme.schema import Desk, DutyKind, Helper, Level, Programme
from domain.rules.replies import replies_of

MONEY_AND_PAPERS: Final = (
    "aid_request",
    "approval",
    "payment",
    "receipt",
    "review",
    "renewal",
    "consent",
    "insurance",
    "closure",
)
"""Words in the names of duties that nobody meets by a digit."""


@pytest.fixture(params=sorted(shipped_programmes()))
def programme(request: pytest.FixtureRequest) -> Programme:
    return shipped_programmes()[request.param]


def owed_by_helpers(programme: Programme) -> dict[str, DutyKind]:
    return {key: duty for key, duty in programme.duties.items() if isinstance(programme.roles[duty.owed_by], Helper)}


def test_yes_and_no_in_replies_mean_what_the_question_makes_of_them() -> None:
    found = shipped_programmes()["linyi-1204@1"].duties["home_visit"].replies
    assert found is not None
    assert (found.done, found.help) == ({"needs_help": False}, {"needs_help": True})


def test_what_only_a_reply_raises_is_reached_in_the_stages_of_its_duty() -> None:
    text = SMALL.replace("{mood: poor}, raises: sad, risk: high", "{mood: poor}, risk: high", 1)
    text = text.replace(
        "    consequences:\n      - {when: {mood", "    replies: {cannot: sad}\n    consequences:\n      - {when: {mood"
    )
    read = read_programme(text)
    assert isinstance(read, Programme), [each.sentence("en") for each in read]


def test_cannot_opens_one_duty_for_the_nearest_desk_told_at_once_and_met_by_answering_it(programme: Programme) -> None:
    (name,) = programme.opened_by["raised:cannot_go"]
    duty = programme.duties[name]
    role, ladder = programme.roles[duty.owed_by], programme.ladders[duty.ladder].rungs
    desks = [each.desk for each in programme.roles.values() if isinstance(each, Desk)]
    assert isinstance(role, Desk)
    assert role.desk == max(desks, key=list(Level).index)
    assert ladder[0].at_once
    assert duty.replies is not None
    assert duty.replies.done == {"arranged": True}


def test_whatever_a_helper_has_to_do_somewhere_may_be_said_to_be_impossible(programme: Programme) -> None:
    counted = {"school_plan", "school_visit", "school_services", "rooms", "school_desks", "books", "clubs", "home_word"}
    for key, duty in owed_by_helpers(programme).items():
        if duty.opens.paper is None and key not in counted:
            assert duty.replies is not None, key
            assert duty.replies.cannot == "cannot_go", key


def test_no_paper_payment_receipt_or_review_is_met_by_a_digit(programme: Programme) -> None:
    for key, duty in programme.duties.items():
        if any(word in key for word in MONEY_AND_PAPERS):
            replies = replies_of(duty)
            assert replies is None or replies.done is None, key
