"""What changes between two programmes is said in plain words, and nothing that changes is left unsaid."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import pytest
from pydantic import BaseModel
from support.programmes import changed_linyi, linyi
from support.wide_programme import WIDE

from domain.programme.diff import Change, as_text, differences
from domain.programme.read import read_programme, shipped_programmes
from domain.programme.schema import Level, Move, Programme, Stage
from domain.programme.spans import Length, Offset

LANGUAGES: Final = ("zh", "en")


def wide(*changes: tuple[str, str]) -> Programme:
    """The wide programme with pieces of it written differently."""
    text = WIDE
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    read = read_programme(text)
    assert isinstance(read, Programme), [each.sentence("en") for each in read]
    return read


def said(old: Programme, new: Programme, language: str = "zh") -> list[tuple[str, str]]:
    """What is changed, and how it is said."""
    return [(change.about, change.sentence) for change in differences(old, new, language)]


def test_a_programme_and_itself_have_no_difference() -> None:
    for programme in shipped_programmes().values():
        assert differences(programme, programme, "zh") == ()
    assert as_text((), linyi(), linyi(), "zh") == "linyi-1204@1 与 linyi-1204@1 内容相同。"


def test_another_rhythm_is_told_for_each_risk_it_concerns() -> None:
    new = changed_linyi(("talk_low: {value: 1 month", "talk_low: {value: 3 weeks"))
    assert said(linyi(), new) == [("谈心", "多久一次（风险低）：1 个月 → 3 周"), ("talk_low", "数值：1 个月 → 3 周")]
    assert said(linyi(), new, "en")[0] == ("Talk", "how often (risk low): 1 month → 3 weeks")


def test_another_owner_question_and_consequence_are_told() -> None:
    new = wide(
        ("owed_by: county\n    stages: [check-in]\n    kinds: [left, elder]\n    opens: {after: [\"risk:high\"]",
         "owed_by: township\n    stages: [check-in]\n    kinds: [left, elder]\n    opens: {after: [\"risk:high\"]"),
        ("within: 5 days}\n    ladder: top\n    asks: {account",
         "within: 5 days}\n    ladder: desk\n    asks: {yuan: {title: {zh: 金额, en: yuan}, type: count}, account"),
        ("consequences: [{when: {need: yes}, raises: need}]",
         "consequences: [{when: {need: yes}, raises: need, risk: high}]"),
    )  # fmt: skip
    told = said(wide(), new)
    assert ("拨付", "由谁承担：县 → 乡镇") in told
    assert ("拨付", "问题“金额”：新增，填数字，0 到 1000，必答") in told
    assert ("拨付", "第 1 级提醒：到期当天提醒承担人，之后每 1 周一次 → 开立时提醒承担人") in told
    assert ("谈心", "答“有无需求：是”时：开始“认领需求” → 开始“认领需求”，风险改为高") in told


def test_a_ladder_is_called_by_the_duties_that_are_on_it_and_told_once() -> None:
    new = changed_linyi(
        ("{at: 10 days after, climb: county, acknowledged_for: 5 days, copy_to: [township_desk]}",
         "{at: 7 days after, climb: county, acknowledged_for: 5 days, copy_to: [township_desk]}"),
    )  # fmt: skip
    ((about, sentence),) = said(linyi(), new)
    assert about == "“谈心”、“联系监护人或老师”、“入户走访”、“新春问候”等 6 项的提醒阶梯"
    assert sentence == (
        "第 4 级：到期后 10 天上报到县区级，抄送乡镇分会，知悉后等 5 天 → "
        "到期后 7 天上报到县区级，抄送乡镇分会，知悉后等 5 天"
    )


def test_what_is_new_and_what_is_gone_is_told_with_what_it_is_or_was() -> None:
    start, end = WIDE.index("  greeting:\n"), WIDE.index("  patrol:\n")
    fewer = read_programme(
        WIDE[:start] + WIDE[end:].replace('"lapsed:look_back", "lapsed:greeting"', '"lapsed:look_back"')
    )
    assert isinstance(fewer, Programme), fewer
    gone = next(change for change in differences(wide(), fewer, "zh") if change.key == "greeting")
    assert gone.sentence == "取消：中秋慰问（原为：由谁承担：乡镇；每年的日子：中秋节；在哪些阶段：探访、跟进）"
    new = next(change for change in differences(fewer, wide(), "en") if change.key == "greeting")
    assert new.how == "added"
    assert new.sentence.startswith("new: Greeting (owed by: township; every year on: the Mid-Autumn Festival; in ")


def test_the_text_is_grouped_and_names_each_thing_once() -> None:
    new = changed_linyi(
        ("talk_low: {value: 1 month", "talk_low: {value: 3 weeks"),
        ("talk_high: {value: 1 week", "talk_high: {value: 5 days"),
        ("    lasts: {setting: safety_lasts}", "    lasts: {setting: safety_lasts}\n    pauses: true"),
    )
    text = as_text(differences(linyi(), new, "zh"), linyi(), new, "zh")
    assert text.splitlines()[:6] == [
        "从 linyi-1204@1 到 linyi-1204@1 的变化", "", "事项", "  谈心", "    多久一次（风险低）：1 个月 → 3 周",
        "    多久一次（风险高）：1 周 → 5 天",
    ]  # fmt: skip
    assert text.count("  谈心\n") == 1
    assert "文书\n  安全须知\n    到期后暂停服务：新增，是" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_programme_file_stands_in_what_is_said(language: str) -> None:
    found = shipped_programmes()
    told = [
        change.sentence
        for old in found.values()
        for new in found.values()
        for change in differences(old, new, language)
        if change.section != "settings"
    ]
    assert len(told) > 500
    keys = {key for programme in found.values() for key in (*programme.duties, *programme.roles) if "_" in key}
    jargon = re.compile(r"\b(owed_by|by_risk|met_by|lapses_into|at_once|tie-begun|FREQ|[a-z]+:[a-z]+)\b")
    assert [sentence for sentence in told if jargon.search(sentence)] == []
    assert [sentence for sentence in told if keys & set(re.findall(r"\w+", sentence))] == []


def other(value: Any) -> Any:
    """A value of the same kind that is not the same."""
    match value:
        case bool():
            return not value
        case StrEnum():
            return next(each for each in type(value) if each != value)
        case Length():
            return value._replace(amount=value.amount + 1)
        case Offset():
            return value._replace(length=value.length._replace(amount=value.length.amount + 1), before=not value.before)
        case int():
            return value + 1
        case tuple():
            return ()
        case _:
            return None


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value within a programme that could be another one, and the way to it."""
    if isinstance(value, BaseModel):
        for key in value.model_fields_set:
            yield from leaves(getattr(value, key), (*path, key))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    elif other(value) is not None or isinstance(value, str):
        yield path, value


def put(value: Any, path: tuple[Any, ...], leaf: Any) -> Any:
    """The same with another value at the end of a way."""
    if not path:
        return leaf
    step, rest = path[0], path[1:]
    if isinstance(value, BaseModel):
        return value.model_copy(update={step: put(getattr(value, step), rest, leaf)})
    if isinstance(value, Mapping):
        return {**value, step: put(value[step], rest, leaf)}
    return (*value[:step], put(value[step], rest, leaf), *value[step + 1 :])


INSTEAD: Final[Mapping[str, str]] = {
    "subject": "elder", "starts": "pairing check-in", "yearly": "dragon-boat", "around": "dragon-boat",
    "rule": "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=9", "begins": "06-16", "ends": "12-01", "on": "09-02",
    "tie": "several one", "of": "case transfer", "female": "male", "zh": "别的", "area": "4400",
    "quiet_from": "21:00", "quiet_until": "07:00",
}  # fmt: skip
"""What stands in place of a word, by the key it stands under; names of things are taken from their section."""

NAMES: Final[Mapping[str, str]] = {
    "owed_by": "roles", "role": "roles", "desk": "roles", "releases": "roles", "ending": "roles", "ladder": "ladders",
    "lapses_into": "duties", "risk": "risks", "risk_at_start": "risks", "paper": "papers", "during": "times_of_year",
    "outside": "times_of_year",
}  # fmt: skip


def another(programme: Programme, path: tuple[Any, ...], value: Any) -> Any:
    """What may stand in place of a value; nothing where no other one is told apart by words alone."""
    if not isinstance(value, str) or isinstance(value, StrEnum):
        return other(value)
    key = path[-1]
    if key in NAMES and not (key == "desk" and path[0] == "roles"):
        return next((name for name in getattr(programme, NAMES[key]) if name != value), None)
    if key == "on" and path[0] == "duties":
        return None
    if key == "raises":
        return next(name for name in ("need", "often_late") if name != value)
    return next((word for word in INSTEAD.get(str(key), "").split() if word != value), None)


def test_whatever_is_written_differently_is_told() -> None:
    old = wide(("life:\n  junior", 'manners: {quiet_from: "20:00", quiet_until: "08:00"}\nlife:\n  junior'))
    tried = 0
    for path, value in leaves(old):
        instead = another(old, path, value)
        if path[0] in {"programme", "version", "title"} or instead is None or path[-1] in {"en", "at_once"}:
            continue
        new: Programme = put(old, path, instead)
        for cached in ("opened_by", "met_by"):
            new.__dict__.pop(cached, None)
        assert differences(old, new, "zh"), (path, value, instead)
        tried += 1
    assert tried > 250


def test_a_change_carries_what_a_page_needs() -> None:
    new = changed_linyi(("talk_low: {value: 1 month", "talk_low: {value: 3 weeks"))
    assert differences(linyi(), new, "zh")[0] == Change(
        "duties", "monthly_talk", "谈心", "changed", "多久一次（风险低）", "1 个月", "3 周",
        "多久一次（风险低）：1 个月 → 3 周",
    )  # fmt: skip


def test_every_level_stage_and_move_has_its_words() -> None:
    from domain.programme.plain import Plain

    for language in LANGUAGES:
        plain = Plain(linyi(), language)
        assert all(plain.level(level) for level in Level)
        assert all(plain.stage(stage) for stage in Stage)
        assert all(plain.say(f"brings-{move.value}") for move in Move)
