"""Lists of coordinators: who sits at which desk, written by code or by names."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from samples.sheets import LINYI, csv_bytes, survey

from deployments.demo.population import write_population
from domain.sheets import Row, SheetError, Verdict
from domain.sheets.coordinators import ListedCoordinator, read_coordinators

BY_CODE: Final[Mapping[str, object]] = {
    "姓名": "孙立新",
    "职务": "县区分会秘书长",
    "单位(区划代码)": "371302",
    "联系电话": "18000000002",
    "电子邮箱": "sun@example.org",
}
BY_NAME: Final[Mapping[str, object]] = {
    "姓名": "孙立新",
    "职务": "乡镇分会负责人",
    "县区": "费县",
    "乡镇(街道)": "费城街道",
    "联系电话": "18000000002",
}
Judge = Callable[..., tuple[str, list[str], str | None]]


def read(path: Path, seen: frozenset[str] = frozenset()) -> tuple[Row[ListedCoordinator], ...]:
    return read_coordinators(path, LINYI, seen).rows


@pytest.fixture
def judged(tmp_path: Path) -> Judge:
    """The verdict, the keys of what is said, and the desk, of a row that differs in these cells."""

    def judge(row: Mapping[str, object] = BY_CODE, **changes: object) -> tuple[str, list[str], str | None]:
        (found,) = read(survey(tmp_path / "c.xlsx", {**row, **changes}, headings=list(row)))
        said = [reason.key for reason in (*found.reasons, *found.remarks)]
        return found.verdict.value, said, found.item.unit if found.item else None

    return judge


def test_the_demos_list_of_coordinators_is_accepted_whole(tmp_path: Path) -> None:
    made = write_population(tmp_path, children=0, volunteers=0, seed=1, on=date(2026, 9, 1))
    report = read_coordinators(made.coordinators, LINYI, frozenset())
    assert report.counts()[Verdict.ACCEPTED] == len(made.people.coordinators) == len(report.rows)
    assert (report.ignored, report.skipped) == ((), ())
    assert [row.item.unit for row in report.rows if row.item] == [one.unit for one in made.people.coordinators]


def test_a_coordinator_is_read_with_all_that_the_list_says(tmp_path: Path) -> None:
    (row,) = read(survey(tmp_path / "c.xlsx", BY_CODE, headings=list(BY_CODE)))
    assert row.item == ListedCoordinator(
        name="孙立新", unit="371302", phone="18000000002", email="sun@example.org", post="县区分会秘书长"
    )
    assert (row.verdict, row.why("zh")) == (Verdict.ACCEPTED, "")


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("3713", "3713"),
        (371302, "371302"),
        ("３７１３０２", "371302"),
        ("371325001", "371325001"),
        ("371300", "3713"),
        ("371302000000", "371302"),
        ("371325001000", "371325001"),
        ("临沂市", "3713"),
        ("兰山区", "371302"),
        ("费县费城街道", "371325001"),
        ("费县费城街道办事处", "371325001"),
    ],
)
def test_a_unit_may_be_written_as_a_code_or_by_its_name(judged: Judge, written: object, unit: str) -> None:
    assert judged(**{"单位(区划代码)": written}) == ("accepted", [], unit)


@pytest.mark.parametrize(
    ("county", "township", "unit"),
    [
        ("费县", "费城街道", "371325001"),
        ("费县", None, "371325"),
        (None, "费城街道", "371325001"),
        (None, None, "3713"),
    ],
)
def test_without_a_township_the_desk_is_the_countys_and_without_a_county_the_whole_areas(
    judged: Judge, county: str | None, township: str | None, unit: str
) -> None:
    verdict, _, found = judged(BY_NAME, 县区=county, **{"乡镇(街道)": township})
    assert (verdict, found) == ("accepted", unit)


@pytest.mark.parametrize(
    ("changes", "verdict", "key"),
    [
        ({"姓名": None}, "refused", "name-missing"),
        ({"姓名": "孙?新"}, "needs review", "name-odd"),
        ({"单位(区划代码)": "370102"}, "refused", "no-such-county"),
        ({"单位(区划代码)": "371325999"}, "refused", "no-such-township"),
        ({"单位(区划代码)": None}, "refused", "township-missing"),
        ({"单位(区划代码)": "济南市历下区"}, "refused", "no-such-township"),
        ({"联系电话": "12345"}, "refused", "phone-too-short"),
        ({"电子邮箱": "sun at example"}, "needs review", "email-invalid"),
        ({"联系电话": None, "电子邮箱": None}, "needs review", "contact-missing"),
    ],
)
def test_a_coordinator_is_refused_or_asked_about_with_the_reason(
    judged: Judge, changes: dict[str, object], verdict: str, key: str
) -> None:
    found, said, _ = judged(**changes)
    assert (found, said[:1]) == (verdict, [key])


def test_the_same_person_at_the_same_desk_counts_once(tmp_path: Path) -> None:
    first = {**BY_CODE, "电子邮箱": None}
    rows = read(survey(tmp_path / "c.xlsx", BY_CODE, first, headings=list(BY_CODE)))
    assert [row.verdict for row in rows] == [Verdict.ACCEPTED, Verdict.DUPLICATE]
    known = frozenset({row.item.identity() for row in rows[:1] if row.item})
    assert read(survey(tmp_path / "d.xlsx", BY_CODE, headings=list(BY_CODE)), known)[0].verdict is Verdict.DUPLICATE


def test_the_same_person_at_a_second_desk_is_asked_about(tmp_path: Path) -> None:
    second = {**BY_CODE, "单位(区划代码)": "371325"}
    rows = read(survey(tmp_path / "c.xlsx", BY_CODE, second, headings=list(BY_CODE)))
    assert [row.verdict for row in rows] == [Verdict.ACCEPTED, Verdict.NEEDS_REVIEW]


def test_a_list_without_any_unit_is_refused_as_a_whole(tmp_path: Path) -> None:
    lines = [["姓名", "职务", "联系电话", "电子邮箱"], ["孙立新", "秘书长", "18000000002", "sun@example.org"]]
    path = tmp_path / "c.csv"
    path.write_bytes(csv_bytes(lines, "gb18030"))
    with pytest.raises(SheetError) as error:
        read(path)
    assert "乡镇（街道）" in error.value.say("zh")


def test_a_coordinator_never_shows_itself_in_a_trace(tmp_path: Path) -> None:
    (row,) = read(survey(tmp_path / "c.xlsx", BY_CODE, headings=list(BY_CODE)))
    assert "孙立新" not in repr(row.item)
    assert "18000000002" not in f"{row!r} {row.item!s}"


@pytest.mark.parametrize("written", ["37", 37, "370000", "370000000000", "山东省"])
def test_the_desk_of_a_whole_province_is_named_where_the_programme_is_for_it(tmp_path: Path, written: object) -> None:
    row = {**BY_CODE, "单位(区划代码)": written}
    (found,) = read_coordinators(survey(tmp_path / "c.xlsx", row, headings=list(row)), "37", frozenset()).rows
    assert found.item is not None
    assert found.item.unit == "37"
