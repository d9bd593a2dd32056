"""Words that would break the promise are found: by a place for a name, by their length, by what a provider refuses."""

from typing import Final

import pytest
from support.programmes import linyi

from domain.programme.read import shipped_programmes
from domain.programme.schema import Programme
from domain.words import LANGUAGES, sentences
from domain.words.places import units
from notifiers.lint import LONGEST_VALUE, Fault, lint_messages, worst_texts
from notifiers.wording_sms import MOST_PARTS, sms_parts

SHIPPED: Final = shipped_programmes()


def faults(monkeypatch: pytest.MonkeyPatch, key: str, text: str, language: str = "zh") -> list[Fault]:
    """What is found where one sentence is written differently."""
    area, _, name = key.partition(".")
    monkeypatch.setitem(sentences(area, language), name, text)
    return list(lint_messages([linyi()], [language]))


@pytest.mark.timeout(300)
def test_all_words_of_all_programmes_keep_the_promise_in_every_language() -> None:
    assert [fault.sentence("en") for fault in lint_messages(SHIPPED.values())] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_messages_are_really_tried(language: str) -> None:
    texts = [wording.text for wording in worst_texts(linyi(), language, None)]
    title = max((duty.title.say(language) for duty in linyi().duties.values()), key=units)
    # An English title of thirty letters finds no room beside all the rest, and is cut.
    assert any(title[:16] in text and "守" * 8 in text and "x" * 28 in text and "00000000" in text for text in texts)
    assert max(map(units, texts)) > 120
    assert all(sms_parts(text) <= MOST_PARTS for text in texts)


@pytest.mark.parametrize("key", ["messages.opening-one", "messages.sms-one", "replies.done"])
@pytest.mark.parametrize("place", ["name", "phone", "child", "case.subject", "title!r"])
def test_a_place_for_who_somebody_is_has_a_fault_of_its_own(
    monkeypatch: pytest.MonkeyPatch, key: str, place: str
) -> None:
    (fault,) = faults(monkeypatch, key, f"您好，{{{place}}}")
    assert (fault.problem, fault.values["name"]) == ("place", place)
    area, _, name = key.partition(".")
    assert fault.sentence("zh").startswith(f"{area}.zh.yaml: {name}：消息里不能有“{place}”这个位置。")
    assert fault.sentence("en").startswith(f'{area}.zh.yaml: {name}: a message has no place "{place}".')


def test_a_text_message_of_three_parts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults(monkeypatch, "messages.sms-see-to-it", "请" * 100)
    assert {fault.problem for fault in found} == {"too-long"}
    assert any("one-see-to-it" in fault.values["where"] for fault in found)
    assert "超过 2 条短信" in found[0].sentence("zh")


def test_an_answer_of_three_parts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    (fault,) = faults(monkeypatch, "replies.stopped", "好" * 130)
    assert (fault.problem, "says-stopped" in fault.values["where"]) == ("too-long", True)


def test_a_value_that_a_service_refuses_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults(monkeypatch, "messages.sms-first", "最早" * 20 + "{date}到期")
    assert {(fault.problem, fault.values["name"]) for fault in found} == {("value-too-long", "state")}
    assert f"最多收 {LONGEST_VALUE} 个" in found[0].sentence("zh")


def test_an_address_among_the_values_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults(monkeypatch, "messages.sms-due-in", "{date}到期见shouwang.cn")
    assert "value-link" in {fault.problem for fault in found}


def test_an_empty_value_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults(monkeypatch, "messages.sms-due-in", " ")
    assert "value-empty" in {fault.problem for fault in found}


@pytest.mark.parametrize("text", ["已登记。拒收请回复R", "已登记，回T退订", "Noted. To unsubscribe, reply TD."])
def test_how_to_opt_out_does_not_stand_in_a_notification(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (fault,) = faults(monkeypatch, "replies.nothing", text)
    assert fault.problem == "opt-out"


def test_words_of_a_programme_are_tried_with_the_rest() -> None:
    second: Programme = SHIPPED["linyi-1204@2"]
    own = second.messages.duties["home_visit"].sms
    assert own is not None
    assert any(own.zh in wording.text for wording in worst_texts(second, "zh", LONGEST_VALUE))
