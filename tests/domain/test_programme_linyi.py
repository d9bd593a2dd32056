"""The shipped programme carries Linyi's method as its organisers published it."""

import inspect
import re
from pathlib import Path
from typing import Final

import pytest
from pydantic import BaseModel, TypeAdapter
from support.programmes import linyi

from domain.programme import schema
from domain.programme.schema import FieldKind, Helper, Move, Stage
from domain.programme.spans import Length, Unit, rough_days

README: Final = Path(__file__).parents[2] / "domain" / "programme" / "README.md"
MOST_REQUIRED: Final = 6


def test_five_kinds_of_children_under_eighteen_are_eligible() -> None:
    eligible = linyi().eligible
    assert eligible.below_age == 18
    assert list(eligible.kinds) == [
        "orphan", "de_facto_orphan", "parent_mentally_ill", "parent_in_prison", "parent_gravely_ill",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("孤儿", "orphan"),
        ("事实孤儿", "de_facto_orphan"),
        ("父母一方患精神病", "parent_mentally_ill"),
        ("父母服刑", "parent_in_prison"),
        ("父亲在监狱服刑", "parent_in_prison"),
        ("父母大病", "parent_gravely_ill"),
    ],
)
def test_the_words_of_survey_sheets_mean_a_kind(word: str, kind: str) -> None:
    named = linyi().eligible.kinds[kind]
    assert word in (named.title.zh, *named.also)


def test_a_girl_gets_a_woman_elders_are_asked_first_and_papers_come_before_service() -> None:
    pairing = linyi().pairing
    assert pairing is not None
    assert pairing.helper_for == {"female": "female"}
    assert pairing.first[0] == "elder"
    assert pairing.papers == ("pledge", "confidentiality", "safety")
    for heading in ("承诺书签订日期", "保密协议签订日期", "培训日期"):
        assert any(heading in paper.also for paper in linyi().papers.values())


def test_a_talk_asks_about_five_dimensions_and_the_four_supports() -> None:
    asks = linyi().duties["monthly_talk"].asks
    for dimension in ("studies", "daily_life", "psychology", "thoughts", "health"):
        assert asks[dimension].type is FieldKind.SCALE
        assert list(asks[dimension].options) == ["well", "fair", "poor"]
    assert list(asks["supports"].options) == ["heart", "will", "skill", "hardship"]


def test_the_first_visit_and_the_talks_follow_the_risk() -> None:
    first, talk = linyi().duties["first_visit"].opens.within, linyi().duties["monthly_talk"].opens.every
    assert isinstance(first, schema.Cadence)
    assert isinstance(talk, schema.Cadence)
    assert [str(first.by_risk[risk]) for risk in ("low", "medium", "high")] == [
        "10 working days", "5 working days", "2 working days",
    ]  # fmt: skip
    assert [str(talk.by_risk[risk]) for risk in ("low", "medium", "high")] == ["1 month", "2 weeks", "1 week"]


def test_at_least_four_visits_a_year_at_every_risk() -> None:
    every = linyi().duties["home_visit"].opens.every
    assert isinstance(every, schema.Cadence)
    assert all(rough_days(length) <= rough_days(Length(3, Unit.MONTH)) for length in every.by_risk.values())


def test_what_a_volunteer_owes_climbs_township_county_city() -> None:
    ladder = linyi().ladders[linyi().duties["monthly_talk"].ladder]
    assert [str(rung.climb) for rung in ladder.rungs if rung.climb] == ["township", "county", "city"]
    assert [str(rung.at) for rung in ladder.rungs] == [
        "3 days before", "due day", "3 days after", "10 days after", "20 days after",
    ]  # fmt: skip
    assert str(ladder.rungs[-1].repeat) == "7 days"


def test_aid_goes_from_request_to_receipt() -> None:
    duties = linyi().duties
    assert duties["aid_approval"].opens.after == ("met:aid_request",)
    assert duties["aid_payment"].opens.after == ("met:aid_approval",)
    assert duties["aid_receipt"].opens.after == ("met:aid_payment",)
    assert "paid_to_guardian" in duties["aid_payment"].asks


def test_the_watch_lasts_twenty_years_and_a_person_ends_it() -> None:
    assert str(linyi().duties["twenty_years"].opens.within) == "20 years"
    closing = [kind for kind, duty in linyi().duties.items() if any(c.move is Move.CLOSE for c in duty.consequences)]
    assert closing == ["closure"]
    assert linyi().life["majority"].move is Move.FOLLOW_UP


def test_every_stage_owes_something() -> None:
    owed = {stage for duty in linyi().duties.values() for stage in duty.stages}
    assert owed == {Stage.IDENTIFICATION, Stage.PAIRING, Stage.CHECK_IN, Stage.FOLLOW_UP}


def test_a_volunteers_form_is_answered_in_under_a_minute() -> None:
    programme = linyi()
    for kind, duty in programme.duties.items():
        required = [question for question in duty.asks.values() if question.required]
        assert len(required) <= MOST_REQUIRED, kind
        if isinstance(programme.roles[duty.owed_by], Helper):
            assert FieldKind.TEXT not in {question.type for question in required}, kind


def test_titles_are_short_and_no_two_duties_are_called_the_same() -> None:
    for language, most in (("zh", 10), ("en", 24)):
        titles = [duty.title.say(language) for duty in linyi().duties.values()]
        assert len(set(titles)) == len(titles)
        assert [title for title in titles if len(title) > most] == []


def test_every_open_value_names_its_source() -> None:
    assert len(linyi().settings) > 20
    assert all(setting.source.strip() for setting in linyi().settings.values())


def test_every_key_a_programme_may_have_is_explained() -> None:
    explained = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", README.read_text(encoding="utf-8")))))
    models = [model for _, model in inspect.getmembers(schema, inspect.isclass) if issubclass(model, BaseModel)]
    keys = {key for model in models for key in model.model_fields}
    assert len(keys) > 60
    assert keys - explained == set()


def test_every_trigger_stage_move_and_type_is_explained() -> None:
    text = README.read_text(encoding="utf-8")
    pattern = TypeAdapter(schema.Trigger).json_schema()["pattern"]
    words = {*re.findall(r"[a-z-]{3,}", pattern.split("[")[0]), *schema.Move, *schema.FieldKind, *schema.Level}
    assert {word for word in words if f"`{word}" not in text and f"{word}`" not in text} - {"desk"} == set()
