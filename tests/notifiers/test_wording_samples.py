"""Samples and the sheet of templates: nothing a message can ask for is missing there, and nothing is made up."""

import re
from datetime import date
from typing import Final

import pytest
from support.programmes import linyi
from support.telling import BASE, telling

from domain.programme.read import shipped_programmes
from domain.words import LANGUAGES, sentences
from notifiers.channels import open_channel
from notifiers.filing import Filing, filings
from notifiers.lint import LONGEST_VALUE, OPT_OUT, worst_texts
from notifiers.preview import preview
from notifiers.samples import Samples
from notifiers.wording_sms import FORMS, sms_wording

TODAY: Final = date(2026, 11, 28)
SHIPPED: Final = shipped_programmes()


@pytest.fixture(scope="module", params=LANGUAGES)
def sheet(request: pytest.FixtureRequest) -> tuple[Filing, ...]:
    return filings(SHIPPED.values(), request.param, telling(), TODAY)


def filed(sheet: tuple[Filing, ...], key: str) -> Filing:
    return next(each for each in sheet if each.key == key)


@pytest.fixture(scope="module")
def zh() -> tuple[Filing, ...]:
    return filings(SHIPPED.values(), "zh", telling(), TODAY)


def test_every_template_the_wording_can_ask_for_is_in_the_sheet(zh: tuple[Filing, ...]) -> None:
    asked = {
        wording.filled.key
        for programme in SHIPPED.values()
        for wording in worst_texts(programme, "zh", LONGEST_VALUE)
        if wording.filled
    }
    for programme in SHIPPED.values():
        samples = Samples(programme, "zh", telling(), TODAY)
        for sample in (*samples.of_duties(), *samples.of_any()):
            wording = sms_wording(sample.about, "zh", telling(), sample.code, longest_value=LONGEST_VALUE)
            assert wording.filled is not None
            asked.add(wording.filled.key)
    keys = [each.key for each in zh]
    assert asked <= set(keys)
    says = [f"says-{key}" for key in sentences("replies", "zh") if key != "subject"]
    assert keys == [*(form.key for form in FORMS), *says]


def test_a_row_says_all_that_a_form_of_either_service_asks_for(zh: tuple[Filing, ...]) -> None:
    row = filed(zh, "one-answer")
    assert row.aliyun == f"${{title}}，案号${{case}}，${{state}}。请打开 {BASE}/a 输入 ${{code}} 填报。"
    assert row.tencent == f"{{1}}，案号{{2}}，{{3}}。请打开 {BASE}/a 输入 {{4}} 填报。"
    assert [(place.name, place.longest) for place in row.places] == [
        ("title", 20), ("case", 12), ("state", 26), ("code", 8),
    ]  # fmt: skip
    assert row.field == ":one-answer=CODE,title,case,state,code"
    assert row.sample.startswith("【守望】")
    assert row.signs == len(row.sample)


def test_every_field_is_one_that_the_channels_read(sheet: tuple[Filing, ...]) -> None:
    fields = "&".join(each.field for each in sheet)
    with open_channel(f"swaliyun://id:key@h?sign=a&{fields.replace('CODE', 'SMS_1')}") as aliyun:
        assert aliyun.longest_value == 35
    with open_channel(f"swtencent://id:key@h?app=1400006666&sign=a&{fields.replace('CODE', '1')}") as tencent:
        assert tencent.longest_value == 12


def test_the_sample_is_the_template_with_its_values(sheet: tuple[Filing, ...]) -> None:
    for each in sheet:
        text = each.aliyun
        for place in each.places:
            text = text.replace(f"${{{place.name}}}", place.sample)
        assert each.sample == f"【守望】{text}"
        numbered = {f"{{{number}}}" for number in range(1, len(each.places) + 1)}
        assert set(re.findall(r"\{\d+\}", each.tencent)) == numbered


def test_no_value_is_an_address_or_longer_than_it_is_said_to_be(sheet: tuple[Filing, ...]) -> None:
    for each in sheet:
        for place in each.places:
            assert 0 < len(place.sample) <= place.longest <= LONGEST_VALUE, (each.key, place)
            assert BASE not in place.sample


def test_no_template_has_a_signature_or_says_how_to_opt_out(sheet: tuple[Filing, ...]) -> None:
    assert [each.key for each in sheet if "【" in each.aliyun + each.tencent or OPT_OUT.search(each.sample)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_of_duty_is_shown_on_time_late_and_as_it_climbs(language: str) -> None:
    shown = preview(linyi(), language, telling(), TODAY)
    groups = {group.key: group for group in shown.groups}
    assert [*linyi().duties, "any", "answers"] == list(groups)
    for kind in linyi().duties:
        assert len(groups[kind].examples) >= 2
    texts = [each.wording.text for example in groups["home_visit"].examples for each in example.shown]
    assert any("2026" in text for text in texts)
    assert len(groups["answers"].examples) == len(sentences("replies", language)) - 1


def test_a_group_chat_is_shown_only_what_a_desk_reads() -> None:
    shown = preview(linyi(), "zh", telling(), TODAY, ["chat"])
    talk = next(group for group in shown.groups if group.key == "monthly_talk")
    told = [example.situation for example in talk.examples if example.shown]
    assert told
    assert all("已上报" in situation for situation in told)


def test_of_one_channel_only_that_one_is_shown() -> None:
    shown = preview(linyi(), "zh", telling(), TODAY, ["sms"])
    assert {each.channel for group in shown.groups for example in group.examples for each in example.shown} == {"sms"}
    assert "谈心，案号371300-00000，12月1日到期" in shown.text()


def test_a_preview_is_of_nobody() -> None:
    text = preview(linyi(), "zh", telling(), TODAY).text()
    assert set(re.findall(r"\d{6}-\d{5}", text)) == {"371300-00000"}
    assert set(re.findall(r"/a/\w+", text)) == {"/a/example"}


def test_the_page_shows_mails_as_they_look_and_takes_nothing_from_elsewhere() -> None:
    page = preview(linyi(), "zh", telling(), TODAY).page()
    assert page.count("<iframe") > len(linyi().duties)
    assert 'srcdoc="&lt;!doctype html&gt;' in page
    assert not re.search(r"<(link|img|script src)|@import|url\(", page)
    assert page.count('class="bubble') > len(linyi().duties)
