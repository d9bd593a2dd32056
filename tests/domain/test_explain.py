"""Everything can say why: messages, duties, a whole case; in both languages, without a name."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, event, select
from support.office import BEGIN, LIU, ZHOU, days, open_case, pair
from support.past import NOW, Past, live_through, open_lived_office
from support.programmes import LINYI, linyi
from support.samples import SAMPLES
from support.taken import tell_everybody

from domain import facts as f
from domain.ids import CaseId
from domain.store import tables as t
from domain.store.engine import reading
from domain.store.explain import story, summary, why
from domain.store.explain_facts import sentence_of
from domain.store.explain_words import CaseWords
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.words import LANGUAGES


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Past]:
    store = open_lived_office(f"sqlite:///{tmp_path_factory.mktemp('explain') / 'lived.sqlite'}")
    return store, live_through(store)


@pytest.fixture
def connection(lived: tuple[Store, Past]) -> Iterator[Connection]:
    with reading(lived[0].engine) as opened:
        yield opened


def words(language: str, programme: bool = True) -> CaseWords:
    return CaseWords(language, linyi() if programme else None, {7: "safety_renewal"}, {}, {})


def recorded(fact: f.Fact) -> f.Recorded:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    return f.Recorded(case=CaseId("1"), position=1, fact=fact, at=at, recorded_at=at, actor=None, programme=LINYI)


# Sentences


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [str(fact.__struct_config__.tag) for fact in f.FACTS])
def test_every_fact_has_a_sentence(name: str, language: str) -> None:
    sentence = sentence_of(recorded(SAMPLES[name]), words(language))
    assert len(sentence) > 5
    assert not re.search(r"[{}]|None|  ", sentence)
    assert (re.search(r"[一-鿿]", sentence) is not None) is (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fact_whose_programme_is_gone_still_has_a_sentence(language: str) -> None:
    for fact in SAMPLES.values():
        assert sentence_of(recorded(fact), words(language, programme=False))


def test_a_sentence_says_what_was_answered_in_the_words_of_the_form() -> None:
    answers: dict[str, f.Answer] = {"needs_help": False, "hours": 2, "supports": ("heart", "will")}
    fact = f.DutyMet(duty=3, by=ZHOU, on=BEGIN.date(), answers=answers)
    known = CaseWords("en", linyi(), {3: "home_visit"}, {ZHOU: "volunteer"}, {})
    assert sentence_of(recorded(fact), known) == (
        'Volunteer p000000011 met duty 3 "Home visit" (2026-09-01). '
        "Is help needed? no; Hours spent 2; Which supports were given? heart, will"
    )


def test_a_case_about_a_thing_is_opened_without_a_word_about_its_sex() -> None:
    for language in LANGUAGES:
        thing = replace(SAMPLES["case-opened"], sex=None)
        told, of_a_girl = (sentence_of(recorded(fact), words(language)) for fact in (thing, SAMPLES["case-opened"]))
        assert "，，" not in told
        assert ", ," not in told
        assert len(told) < len(of_a_girl)


def test_what_a_tie_brought_about_names_the_role() -> None:
    for because, told in (("tie-begun:companion", "somebody was bound as"), ("tie-begun", "a companion was bound")):
        opened = replace(SAMPLES["duty-opened"], because=because)
        assert told in sentence_of(recorded(opened), words("en"))


def test_desks_passed_over_are_named() -> None:
    climbed = SAMPLES["rung-reached"]
    assert "Empty desks passed over: 371302001." in sentence_of(recorded(climbed), words("en"))
    assert "空岗，已越过：371302001。" in sentence_of(recorded(climbed), words("zh"))


def test_a_rung_nobody_hears_of_says_so() -> None:
    silent = f.RungReached(duty=7, rung=2, told=(), climbed_to="township")
    assert "nobody to tell" in sentence_of(recorded(silent), words("en"))


# The story


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_tells_every_fact_in_the_order_of_the_journal(
    connection: Connection, lived: tuple[Store, Past], language: str
) -> None:
    store, past = lived
    lines = story(connection, store, past.replaced, language)
    assert [line.position for line in lines] == list(range(1, len(lines) + 1))
    assert len(lines) > 60


def test_a_story_names_people_by_role_and_number_only(connection: Connection, lived: tuple[Store, Past]) -> None:
    store, past = lived
    for case in past:
        told = " ".join(line.sentence for language in LANGUAGES for line in story(connection, store, case, language))
        assert "某" not in told
        assert "1390000" not in told
    told = " ".join(line.sentence for line in story(connection, store, past.replaced, "zh"))
    assert "志愿者（p000000011）" in told
    assert "协调员（p000000004）" in told


def test_a_story_tells_days_as_they_are_where_the_case_lies(connection: Connection, lived: tuple[Store, Past]) -> None:
    store, past = lived
    lines = story(connection, store, past.replaced, "zh")
    at_midnight = [line for line in lines if line.at.hour == 16]
    assert at_midnight
    assert all(line.day == line.at.date() + timedelta(days=1) for line in at_midnight)


def test_a_case_nobody_opened_has_no_story(connection: Connection, lived: tuple[Store, Past]) -> None:
    assert story(connection, lived[0], CaseId("999999-99999"), "zh") == []


def test_how_a_case_stands_is_told_without_reading_its_past(connection: Connection, lived: tuple[Store, Past]) -> None:
    store, past = lived
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    found = summary(connection, store, past.replaced, NOW, "zh")
    event.remove(store.engine, "before_cursor_execute", note)
    assert found is not None
    assert any("志愿者（p" in line for line in found.sentences())
    assert sent
    assert [statement for statement in sent if "journal" in statement] == []


# Why a message


def test_a_message_names_fact_rule_programme_moment_and_person(
    connection: Connection, lived: tuple[Store, Past]
) -> None:
    store, past = lived
    row = connection.execute(
        select(t.notice).where(
            t.notice.c.case == past.replaced, t.notice.c.kind == "guardian_word", t.notice.c.rung == 2
        )
    ).first()
    assert row is not None
    explanation = why(connection, store, f"nudge {row.nudge}")
    assert explanation is not None
    reason = next(each for each in explanation.reasons if (each.duty, each.rule.rung) == (row.duty, 3))
    assert (reason.case, reason.person) == (past.replaced, row.person)
    assert reason.fact.position == row.position
    assert isinstance(reason.fact.fact, f.RungReached)
    assert (reason.rule.programme, reason.rule.kind, reason.rule.ladder) == (LINYI, "guardian_word", "standard")
    assert reason.rule.step is not None
    assert reason.rule.step.climb == "township"
    assert isinstance(reason.chain[-1].entry.fact, f.CaseOpened)


@pytest.mark.parametrize("spelling", ["nudge {}", "n{}", "{}", " Nudge  {} "])
def test_a_message_may_be_asked_about_in_several_ways(
    connection: Connection, lived: tuple[Store, Past], spelling: str
) -> None:
    number = connection.scalar(select(t.nudge.c.id).limit(1))
    explanation = why(connection, lived[0], spelling.format(number))
    assert explanation is not None
    assert explanation.message is not None
    assert explanation.message.id == number


def test_every_message_ever_sent_can_say_why_in_both_languages(
    connection: Connection, lived: tuple[Store, Past]
) -> None:
    store, _ = lived
    for number in connection.scalars(select(t.nudge.c.id).where(t.nudge.c.state == "sent")).all():
        explanation = why(connection, store, f"n{number}")
        assert explanation is not None
        assert explanation.message is not None
        assert {reason.person for reason in explanation.reasons} == {explanation.message.person}
        assert all(reason.rule.step is not None for reason in explanation.reasons)
        for language in LANGUAGES:
            assert len(explanation.sentences(language)) > 4
        json.dumps(explanation.as_data())


def test_a_message_in_words_says_all_of_it(connection: Connection, lived: tuple[Store, Past]) -> None:
    store, past = lived
    nudge = connection.scalar(
        select(t.notice.c.nudge).where(
            t.notice.c.case == past.unpaired, t.notice.c.kind == "find_companion", t.notice.c.rung == 2
        )
    )
    explanation = why(connection, store, f"n{nudge}")
    assert explanation is not None
    told = "\n".join(explanation.sentences("en"))
    assert f"Message {nudge}: to coordinator p000000003" in told
    assert "3 day(s) after the due day, climbs to county" in told
    assert "programme linyi-1204@1" in told
    assert "The case was opened" in told


# Why a duty


def duty_opened(connection: Connection, case: CaseId, kind: str, because: str) -> int:
    rows = connection.execute(
        select(t.journal.c.body)
        .where(t.journal.c.case == case, t.journal.c.name == "duty-opened")
        .order_by(t.journal.c.position)
    )
    bodies = [json.loads(row.body) for row in rows]
    return int(next(body["duty"] for body in bodies if body["kind"] == kind and body["because"] == because))


def chain_of(connection: Connection, store: Store, case: CaseId, duty: int) -> list[str]:
    explanation = why(connection, store, f"{case}/{duty}")
    assert explanation is not None
    return [f.stored_name(step.entry.fact) for step in explanation.reasons[0].chain]


def test_a_duty_that_took_over_a_silent_talk_says_so(connection: Connection, lived: tuple[Store, Past]) -> None:
    store, past = lived
    duty = duty_opened(connection, past.replaced, "silence", "lapsed:monthly_talk")
    chain = chain_of(connection, store, past.replaced, duty)
    assert chain[:4] == ["duty-opened", "duty-lapsed", "rung-reached", "duty-opened"]


def test_urgent_help_goes_back_to_the_answer_that_asked_for_it(
    connection: Connection, lived: tuple[Store, Past]
) -> None:
    store, past = lived
    duty = duty_opened(connection, past.closed, "urgent_help", "raised:needs_help")
    chain = chain_of(connection, store, past.closed, duty)
    assert chain[:5] == ["duty-opened", "raised", "duty-met", "duty-opened", "tie-begun"]
    assert chain[-1] == "case-opened"


def test_a_visit_brought_forward_goes_back_to_the_changed_risk(
    connection: Connection, lived: tuple[Store, Past]
) -> None:
    store, past = lived
    duty = duty_opened(connection, past.replaced, "home_visit", "risk:high")
    assert chain_of(connection, store, past.replaced, duty) == ["duty-opened", "risk-changed"]


def test_a_promise_handed_over_goes_back_to_the_new_volunteer(
    connection: Connection, lived: tuple[Store, Past]
) -> None:
    store, past = lived
    duty = duty_opened(connection, past.replaced, "guardian_word", "handover")
    explanation = why(connection, store, f"{past.replaced}/{duty}")
    assert explanation is not None
    begun = explanation.reasons[0].chain[1].entry.fact
    assert isinstance(begun, f.TieBegun)
    assert begun.person == LIU


def test_a_duty_to_repair_contact_goes_back_to_the_rung_nobody_heard(
    connection: Connection, lived: tuple[Store, Past]
) -> None:
    store, past = lived
    duty = duty_opened(connection, past.unreached, "contact_repair", "telling-failed")
    chain = chain_of(connection, store, past.unreached, duty)
    assert chain[:4] == ["duty-opened", "telling-failed", "rung-reached", "duty-opened"]


def test_a_rhythm_is_not_told_beat_by_beat(connection: Connection, lived: tuple[Store, Past]) -> None:
    store, past = lived
    rows = connection.scalars(
        select(t.journal.c.body).where(t.journal.c.case == past.uphill, t.journal.c.name == "duty-opened")
    )
    beats = [body["duty"] for body in map(json.loads, rows) if body["kind"] == "monthly_talk"]
    explanation = why(connection, store, f"{past.uphill}/{beats[-1]}")
    assert explanation is not None
    chain = explanation.reasons[0].chain
    assert chain[0].left_out == len(beats) - 1 > 1
    assert [f.stored_name(step.entry.fact) for step in chain[1:3]] == ["tie-begun", "proposal-approved"]
    assert any(f"so many times: {len(beats) - 1}" in line for line in explanation.sentences("en"))


def test_every_duty_ever_opened_can_say_why(connection: Connection, lived: tuple[Store, Past]) -> None:
    store, past = lived
    for case in past:
        opened = connection.execute(
            select(t.journal.c.body).where(t.journal.c.case == case, t.journal.c.name == "duty-opened")
        )
        for row in opened.all():
            explanation = why(connection, store, f"{case}/{json.loads(row.body)['duty']}")
            assert explanation is not None
            chain = explanation.reasons[0].chain
            assert len(chain) > 1
            assert len({step.entry.position for step in chain}) == len(chain)
            for language in LANGUAGES:
                explanation.sentences(language)


@pytest.mark.parametrize(
    "what", ["nudge 99999999", "n", "", "371302-00001/999", "999999-00001/1", "drop table", "n-1", "1/2/3"]
)
def test_what_is_not_there_has_no_explanation(connection: Connection, lived: tuple[Store, Past], what: str) -> None:
    assert why(connection, lived[0], what) is None


# How a case stands


def test_a_summary_shows_stage_risk_ties_duties_and_the_next_moment(
    connection: Connection, lived: tuple[Store, Past]
) -> None:
    store, past = lived
    found = summary(connection, store, past.replaced, NOW, "en")
    assert found is not None
    data = found.as_data()
    assert (data["stage"], data["risk"]) == ("escalation", "high")
    assert [tie["person"] for tie in data["ties"]] == [LIU]
    assert {duty["overdue"] for duty in data["duties"]} == {True, False}
    assert data["next_moment"] > "2026-12-10"
    told = "\n".join(found.sentences())
    assert "stage escalation, risk high" in told
    assert "late by" in told
    assert "Climbed to city." in told
    assert "Next looked at: 2026-12-1" in told


def test_a_summary_of_a_closed_case_has_nothing_ahead(connection: Connection, lived: tuple[Store, Past]) -> None:
    found = summary(connection, lived[0], lived[1].closed, NOW, "zh")
    assert found is not None
    assert found.next_moment is None
    assert found.duties == ()
    assert found.sentences()[-1] == "尚未结对。"


def test_a_case_nobody_opened_has_no_summary(connection: Connection, lived: tuple[Store, Past]) -> None:
    assert summary(connection, lived[0], CaseId("999999-99999"), NOW, "zh") is None


def test_a_case_that_is_set_aside_says_so(connection: Connection, lived: tuple[Store, Past]) -> None:
    store, past = lived
    assert all("failed the engine" not in line for line in _lines(connection, store, past))
    with store.engine.connect() as changing:
        row = {
            "case": past.unpaired,
            "until": "2027-01-01T00:00:00Z",
            "since": "2026-12-01T00:00:00Z",
            "error": "x",
            "times": 1,
        }
        changing.execute(t.set_aside.insert().values(**row))
        assert any("failed the engine" in line for line in _lines(changing, store, past))
        changing.rollback()


def _lines(connection: Connection, store: Store, past: Past) -> list[str]:
    found = summary(connection, store, past.unpaired, NOW, "en")
    assert found is not None
    return found.sentences()


def test_explaining_is_the_same_on_both_databases(database_url: str) -> None:
    store = open_lived_office(database_url)
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    run_round(store, BEGIN + days(20))
    tell_everybody(store, BEGIN + days(20))
    with reading(store.engine) as connection:
        assert len(story(connection, store, case, "zh")) > 20
        found = why(connection, store, "n1")
        assert found is not None
        assert len(found.sentences("zh")) > 4
        assert summary(connection, store, case, BEGIN + days(20), "zh") is not None
