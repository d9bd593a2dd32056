"""Rosters of volunteers: who may serve, and with what still missing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from samples.sheets import LINYI, ON, PAPERS, SAMPLES, VOLUNTEER_KINDS, Rows, an_id, grid, survey, workbook

from domain.sheets import RosteredVolunteer, RosterRules, Row, SheetError, Verdict, read_volunteers
from domain.sheets.volunteers import judge_volunteers

RULES = RosterRules(papers=PAPERS, kinds=VOLUNTEER_KINDS, within=LINYI, on=ON)
VOLUNTEER: Final[Mapping[str, object]] = {
    "姓名": "马若曦",
    "性别": "女",
    "身份证号码": an_id(date(1957, 10, 13), "女"),
    "类别": "五老",
    "联系电话": "15057329843",
    "电子邮箱": "ma@example.org",
    "县区": "费县",
    "乡镇(街道)": "费城街道",
    "可帮扶人数": 1,
    "特长": "心理咨询、书法",
    "承诺书签订日期": date(2026, 8, 1),
    "保密协议签订日期": "2026年8月2日",
    "培训日期": "2026.8.3",
}


def read(path: Path, **changes: object) -> tuple[Row[RosteredVolunteer], ...]:
    return read_volunteers(path, replace(RULES, **changes), frozenset()).rows  # type: ignore[arg-type]


def judged(changes: Mapping[str, object]) -> tuple[str, list[str], RosteredVolunteer | None]:
    """The verdict, the keys of what is said, and the volunteer, of a row that differs in these cells."""
    (row,) = judge_volunteers([grid({**VOLUNTEER, **changes})], RULES, frozenset()).rows
    return row.verdict.value, [reason.key for reason in (*row.reasons, *row.remarks)], row.item


def test_the_sample_roster_is_accepted_and_says_which_papers_are_missing() -> None:
    rows = read(SAMPLES / "volunteers.xlsx")
    assert [row.number for row in rows] == list(range(4, 124))
    assert {row.verdict for row in rows} == {Verdict.ACCEPTED}
    items = [row.item for row in rows if row.item]
    assert len(items) == 120
    assert all((len(item.papers) == 3) == (not row.remarks) for row, item in zip(rows, items, strict=True))
    assert sum(item.kind == "elder" for item in items) == 43


def test_a_volunteer_is_read_with_all_that_the_roster_says(tmp_path: Path) -> None:
    (row,) = read(survey(tmp_path / "v.xlsx", VOLUNTEER, headings=list(VOLUNTEER)))
    assert row.item == RosteredVolunteer(
        name="马若曦", sex="female", id_number=str(VOLUNTEER["身份证号码"]), born=date(1957, 10, 13), kind="elder",
        phone="15057329843", email="ma@example.org", township="371325001", capacity=1, skills=("心理咨询", "书法"),
        papers={"pledge": date(2026, 8, 1), "confidentiality": date(2026, 8, 2), "training": date(2026, 8, 3)},
    )  # fmt: skip
    assert (row.verdict, row.why("zh")) == (Verdict.ACCEPTED, "")


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"姓名": None}, "name-missing"),
        ({"身份证号码": an_id(date(2008, 9, 2), "女")}, "too-young"),
        ({"身份证号码": an_id(date(1957, 10, 13), "男")}, "sex-contradicts-id"),
        ({"身份证号码": 3.71399195710130e17}, "id-cut"),
        ({"联系电话": "12345"}, "phone-too-short"),
        ({"乡镇(街道)": "不存在镇"}, "no-such-township"),
        ({"县区": None, "乡镇(街道)": None}, "township-missing"),
        ({"培训日期": date(2026, 9, 2)}, "paper-in-future"),
    ],
)
def test_a_volunteer_is_refused_with_the_reason(changes: dict[str, object], key: str) -> None:
    verdict, said, _ = judged(changes)
    assert (verdict, key in said) == ("refused", True)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"身份证号码": None}, "id-missing"),
        ({"身份证号码": "371325571013040"}, "id-short"),
        ({"联系电话": None, "电子邮箱": None}, "contact-missing"),
        ({"联系电话": "7212345"}, "phone-no-area"),
        ({"电子邮箱": "ma.example.org"}, "email-invalid"),
        ({"类别": "宇航员"}, "volunteer-kind-unknown"),
        ({"类别": None}, "volunteer-kind-unknown"),
        ({"类别": "五老、教师"}, "volunteer-kind-unclear"),
        ({"可帮扶人数": "很多"}, "capacity-unreadable"),
        ({"可帮扶人数": 300}, "capacity-many"),
        ({"乡镇(街道)": None}, "volunteer-township-missing"),
        ({"培训日期": "2026年8月"}, "paper-unreadable"),
    ],
)
def test_a_volunteer_needs_review_with_the_reason(changes: dict[str, object], key: str) -> None:
    verdict, said, _ = judged(changes)
    assert (verdict, key in said) == ("needs review", True)


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"培训日期": None}, ["papers-missing"]),
        ({"培训日期": "未培训"}, ["papers-missing"]),
        ({"培训日期": "已培训"}, ["paper-without-day", "papers-missing"]),
        ({"可帮扶人数": 0}, ["capacity-none"]),
        ({"联系电话": "150 5732 9843"}, ["phone-tidied"]),
    ],
)
def test_a_remark_leaves_a_volunteer_accepted(changes: dict[str, object], keys: list[str]) -> None:
    verdict, said, _ = judged(changes)
    assert (verdict, said) == ("accepted", keys)


@pytest.mark.parametrize(
    ("written", "capacity"),
    [(None, 1), ("", 1), (2, 2), (2.0, 2), ("2人", 2), ("两名", 2), ("３", 3), ("十", 10), ("0", 0)],
)
def test_how_many_children_somebody_can_take(written: object, capacity: int) -> None:
    _, _, volunteer = judged({"可帮扶人数": written})
    assert volunteer is not None
    assert volunteer.capacity == capacity


def test_only_the_county_known_is_the_countys_code() -> None:
    _, _, volunteer = judged({"乡镇(街道)": None})
    assert volunteer is not None
    assert volunteer.township == "371325"


def test_the_same_volunteer_twice_is_a_duplicate(tmp_path: Path) -> None:
    without = {**VOLUNTEER, "身份证号码": None}
    rows = read(survey(tmp_path / "v.xlsx", VOLUNTEER, VOLUNTEER, without, without, headings=list(VOLUNTEER)))
    assert [row.verdict.value for row in rows] == ["accepted", "duplicate", "needs review", "duplicate"]
    assert [reason.key for reason in rows[2].reasons] == ["id-missing", "perhaps-same"]


def test_what_was_imported_before_is_a_duplicate() -> None:
    seen = {row.item.identity() for row in read(SAMPLES / "volunteers.xlsx") if row.item}
    again = read_volunteers(SAMPLES / "volunteers.xlsx", RULES, seen)
    assert again.counts()[Verdict.DUPLICATE] == 120


def test_a_programme_without_kinds_or_papers_asks_for_none(tmp_path: Path) -> None:
    row = read(survey(tmp_path / "v.xlsx", {**VOLUNTEER, "类别": None}, headings=list(VOLUNTEER)), kinds={}, papers={})[
        0
    ]
    assert row.item is not None
    assert (row.verdict, row.item.kind, row.item.papers, row.remarks) == (Verdict.ACCEPTED, "", {}, ())


def test_a_roster_in_two_rows_of_headings_and_other_words(tmp_path: Path) -> None:
    rows: Rows = [
        ["志愿者基本信息", None, None, "联系方式", None, "服务区域", None, "帮扶对象", None, "签订材料", None],
        [
            "志愿者姓名",
            "性别",
            "公民身份号码",
            "手机",
            "邮箱",
            "所在县区",
            "镇街",
            "姓名",
            "与志愿者关系",
            "承诺书",
            "培训时间",
        ],
        [
            "马若曦",
            "女",
            VOLUNTEER["身份证号码"],
            15057329843,
            None,
            "费县",
            "费城",
            "王小雨",
            "邻居",
            "2026-8-1",
            46237,
        ],
    ]
    report = read_volunteers(
        workbook(tmp_path / "v.xlsx", rows, merged=["A1:C1", "D1:E1", "F1:G1", "H1:I1", "J1:K1"]),
        replace(RULES, kinds={}),
        frozenset(),
    )
    (row,) = report.rows
    assert row.item is not None
    assert (row.item.name, row.item.phone, row.item.township) == ("马若曦", "15057329843", "371325001")
    assert row.item.papers == {"pledge": date(2026, 8, 1), "training": date(2026, 8, 3)}
    assert report.ignored == ("姓名", "与志愿者关系")


def test_a_roster_without_names_says_what_is_missing(tmp_path: Path) -> None:
    headings = ["性别", "身份证号码", "联系电话", "特长"]
    with pytest.raises(SheetError) as error:
        read(survey(tmp_path / "v.xlsx", VOLUNTEER, headings=headings))
    assert "姓名、乡镇（街道）" in error.value.say("zh")
