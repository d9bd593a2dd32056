"""The tree of divisions, and finding the one an office meant."""

import subprocess
import sys

import pytest

from domain.places import (
    Address,
    Level,
    Place,
    PlaceProblem,
    PlaceTrouble,
    ancestors,
    children,
    full_name,
    match_address,
    match_county,
    match_township,
    place,
)
from domain.places.divisions import counties_within, name_of, townships_of

LINYI = "3713"


def found(county: str, township: str, within: str = LINYI) -> str:
    """The full name of what was matched, or the trouble."""
    answer = match_township(county=county, township=township, within=within)
    return full_name(answer.code) if isinstance(answer, Place) else str(answer.reason)


def perhaps(county: str, township: str) -> list[str]:
    """The names offered instead."""
    answer = match_township(county=county, township=township, within=LINYI)
    assert isinstance(answer, PlaceProblem)
    return [full_name(candidate.code).removeprefix("山东省临沂市") for candidate in answer.candidates]


def test_the_whole_country_is_there_from_province_to_township() -> None:
    counties = counties_within("")
    assert len(children("")) == 31
    assert sum(len(townships_of(county)) for county in counties) == 41_352
    assert sum(len(children(county.code)) for county in children(LINYI)) == 156
    assert len(children(LINYI)) == 13


def test_a_place_knows_its_level_its_parent_and_all_above_it() -> None:
    assert place("371302002") == Place("371302002", "银雀山街道", Level.TOWNSHIP, "371302")
    assert [above.name for above in ancestors("371302002")] == ["山东省", "临沂市", "兰山区"]
    assert place("37").parent is None
    assert ancestors("37") == ()
    assert children("371302002") == ()


@pytest.mark.parametrize("code", ["99", "3799", "371399", "371302999", "3713020", "", "临沂", "-1"])
def test_an_unknown_code_is_a_key_error(code: str) -> None:
    with pytest.raises(KeyError):
        place(code)


def test_placeholders_of_the_statistics_are_not_spoken() -> None:
    assert full_name("110105") == "北京市朝阳区"
    assert full_name("441900101") == "广东省东莞市石碣镇"


@pytest.mark.parametrize(
    ("county", "township", "meant"),
    [
        ("兰山区", "银雀山街道", "兰山区银雀山街道"),
        ("兰山", "银雀山", "兰山区银雀山街道"),
        ("", "依汶镇", "沂南县依汶镇"),
        ("兰山区", "银雀山街道办事处", "兰山区银雀山街道"),
        ("兰山区", "银雀山办事处", "兰山区银雀山街道"),
        ("兰山区", "义堂镇人民政府", "兰山区义堂镇"),
        ("", "兰山区银雀山街道办", "兰山区银雀山街道"),
        ("兰山区银雀山街道", "", "兰山区银雀山街道"),
        ("兰山区/银雀山街道", "", "兰山区银雀山街道"),
        ("临沂市兰山区", "山东省临沂市兰山区银雀山街道", "兰山区银雀山街道"),
        ("临沂市", "银雀山", "兰山区银雀山街道"),
        ("兰 山 区", "　义堂镇 ", "兰山区义堂镇"),
        ("蘭山區", "銀雀山街道", "兰山区银雀山街道"),
        ("沂南县", "马牧池镇", "沂南县马牧池乡"),
        ("兰陵", "兰陵", "兰陵县兰陵镇"),
        ("兰陵镇", "", "兰陵县兰陵镇"),
        ("", "兰山区兰山", "兰山区兰山街道"),
        ("罗庄", "高都", "罗庄区高都街道"),
        ("", "高都镇", "蒙阴县高都镇"),
        ("兰山区", "银雀山街道三合屯社区12号", "兰山区银雀山街道"),
    ],
)
def test_a_township_is_known_however_it_is_written(county: str, township: str, meant: str) -> None:
    assert found(county, township) == "山东省临沂市" + meant


@pytest.mark.parametrize(
    ("county", "township", "meant"),
    [
        ("临沂高新技术产业开发区", "罗西街道", "临沂高新技术产业开发区罗西街道"),
        ("高新区", "马厂湖", "临沂高新技术产业开发区马厂湖镇"),
        ("临沂高新区管委会", "马厂湖镇", "临沂高新技术产业开发区马厂湖镇"),
        ("临沂经济技术开发区", "芝麻墩街道", "河东区芝麻墩街道"),
        ("沂河新区", "朝阳街道", "河东区朝阳街道"),
        ("临沂临港经济开发区", "坪上镇", "莒南县坪上镇"),
    ],
)
def test_development_zones_find_their_townships(county: str, township: str, meant: str) -> None:
    assert found(county, township) == "山东省临沂市" + meant


def test_a_township_of_another_county_is_refused_and_the_right_county_offered() -> None:
    assert found("兰山区", "沂堂镇") == "no-such-township"
    assert perhaps("兰山区", "沂堂镇")[0] == "罗庄区沂堂镇"


def test_close_spellings_are_offered() -> None:
    assert "兰山区银雀山街道" in perhaps("兰山区", "银鹊山街道")
    assert found("兰山取", "银雀山街道") == "no-such-county"
    assert perhaps("兰山取", "银雀山街道") == ["兰山区"]
    assert perhaps("沂水县", "不存在镇") == []


def test_two_townships_of_one_name_are_both_named() -> None:
    assert found("", "高都") == "ambiguous"
    assert perhaps("", "高都") == ["罗庄区高都街道", "蒙阴县高都镇"]


def test_places_outside_the_area_are_not_found() -> None:
    assert found("济南市历下区", "泉城路街道") == "no-such-county"
    assert found("兰山区", "银雀山街道", within="3701") == "no-such-county"
    assert found("历下区", "泉城路街道", within="37") == "山东省济南市历下区泉城路街道"
    assert found("兰山区", "金雀山街道", within="371302002") == "no-such-township"


def test_names_of_peoples_may_be_left_out() -> None:
    assert found("大理", "下关", within="53").startswith("云南省大理白族自治州大理市")
    assert found("宁蒗县", "永宁镇", within="53") == "云南省丽江市宁蒗彝族自治县永宁镇"
    assert found("朝阳", "望京", within="11") == "北京市朝阳区望京街道"


def test_empty_cells_are_no_township() -> None:
    assert found("", "") == "no-such-township"
    assert found("兰山区", "") == "no-such-township"


def test_every_township_of_the_country_is_found_by_its_own_name() -> None:
    missed = [
        code
        for county in counties_within("")
        for code, name in townships_of(county).items()
        if match_township(county=name_of(county), township=name, within=county[:4]) != place(code)
    ]
    assert missed == []


def test_an_address_keeps_what_stands_behind_the_township() -> None:
    address = match_address("山东省临沂市兰山区银雀山街道三合屯社区12号", within=LINYI)
    assert address == Address(place("371302002"), "三合屯社区12号")


def test_a_county_is_found_by_itself() -> None:
    assert match_county("高新区", within=LINYI) == place("371371")
    assert match_county("兰山", within=LINYI) == place("371302")
    unknown = match_county("火星县", within=LINYI)
    assert isinstance(unknown, PlaceProblem)
    assert unknown.reason is PlaceTrouble.NO_SUCH_COUNTY


def test_nothing_is_unpacked_at_import_and_unpacking_is_quick() -> None:
    program = (
        "import domain.places.divisions as d, time; assert d._lines.cache_info().currsize == 0;"
        "start = time.process_time(); d.place('371302002'); print(time.process_time() - start)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(ran.stdout) < 0.15
