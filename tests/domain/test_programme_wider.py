"""Teams, elders, schools, units, projects, endings, transfers, seasons: each of their rules broken once, on purpose."""

import pytest
from support.wide_programme import BROKEN_WIDE, WIDE

from domain.programme.mistakes import Mistake
from domain.programme.read import read_programme
from domain.programme.schema import Programme


def mistakes(*changes: tuple[str, str], text: str = WIDE) -> tuple[Mistake, ...]:
    """Every mistake of the wide programme after pieces of it were written differently."""
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    read = read_programme(text)
    return () if isinstance(read, Programme) else read


def told(found: tuple[Mistake, ...]) -> set[tuple[str, str]]:
    """Where each stands and what is wrong."""
    return {(each.key, each.problem) for each in found}


def test_the_wide_programme_is_a_good_one() -> None:
    assert [each.sentence("en") for each in mistakes()] == []


@pytest.mark.parametrize(("before", "after", "key", "problem"), BROKEN_WIDE)
def test_each_wider_rule_is_told_at_its_place(before: str, after: str, key: str, problem: str) -> None:
    found = mistakes((before, after))
    assert (key, problem) in told(found)
    for each in found:
        for language in ("zh", "en"):
            assert each.what(language)
            assert each.write_instead(language)
            assert each.line > 1 or each.key in {"programme", ""}


def test_helpers_bound_by_hand_need_no_pairing_for_their_ties_to_be_waited_for() -> None:
    start, end = WIDE.index("pairing:\n"), WIDE.index("ladders:")
    found = {each.key for each in mistakes(text=WIDE[:start] + WIDE[end:])}
    assert "duties.decide.opens.after[0]" in found
    assert not {key for key in found if "find_c" in key or "handover" in key}


def test_a_school_or_a_unit_may_be_watched_for_ever_and_a_project_needs_no_rhythm() -> None:
    assert "eligible.kinds.group" not in {each.key for each in mistakes(("until_age: 75", "until_age: 0"))}
    school = mistakes(("subject: unit", "subject: school"))
    assert school == ()
    thing = mistakes(("subject: unit", "subject: project"))
    assert told(thing) == {("eligible.kinds.group", "kind-no-way-to-close")}


def test_a_rhythm_that_only_somebody_who_may_be_missing_owes_is_none() -> None:
    found = mistakes(
        ("kinds: [left, elder]\n    opens: {yearly: mid-autumn}", "kinds: [left]\n    opens: {yearly: mid-autumn}"),
        ("opens: {rule: \"FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9\", during: autumn}\n    ladder: desk\n"
         "    lapses_into: look_again", "opens: {after: [admitted], within: 1 year}\n    ladder: desk"),
        ('"lapsed:look_back", "lapsed:greeting"', '"lapsed:greeting"'),
    )  # fmt: skip
    assert ("eligible.kinds.elder", "kind-stage-without-rhythm") in told(found)


def test_a_member_of_a_team_begins_while_the_others_are_still_looked_for() -> None:
    assert mistakes(("kinds: [left]\n    together_with", "kinds: [left]\n    together_with")) == ()
    early = (
        "stages: [check-in]\n    kinds: [left]\n    together_with",
        "stages: [pairing, check-in]\n    kinds: [left]\n    together_with",
    )
    assert "nobody-tied" not in {each.problem for each in mistakes(early)}


def test_what_follows_from_an_invitation_knows_its_day() -> None:
    chain = ('["met:consent"], on: on', '["refused:consent", "met:consent"], on: on')
    assert mistakes(chain) == ()
