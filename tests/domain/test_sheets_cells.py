"""What single cells mean: days, ID numbers, telephones, kinds, villages."""

from datetime import date, datetime

import pytest
from samples.sheets import KINDS, an_id

from domain.sheets.dates import DateTrouble, Day, PartOnly, Unclear, read_date
from domain.sheets.grid import Cell
from domain.sheets.ids import IdNumber, IdTrouble, read_id
from domain.sheets.kinds import KindFound, KindsPossible, read_kind
from domain.sheets.people import age_on
from domain.sheets.phones import Phone, PhoneTrouble, read_phone
from domain.sheets.texts import listed, looks_like_name, read_sex, tidy_name, tidy_village


@pytest.mark.parametrize(
    "written",
    [
        "2019年4月2日", "2019年04月02日", "2019 年 4 月 2 日", "2019.4.2", "2019.04.02.",
        "2019-04-02", "2019/4/2", "20190402",
        20190402, 20190402.0, "２０１９年４月２日", "２０１９．４．２", "二〇一九年四月二日",
        "二零一九年四月二日", "二○一九年四月二日",
        43557, 43557.0, "43557", "2019-04-02 00:00:00", "2019-04-02T00:00:00", "2019/4/2 0:00",
        "2019年4月2日出生", "2019、4、2",
        "2019，4，2", "2019年4月2号", "2019年4月2日(公历)", date(2019, 4, 2),
        datetime.fromisoformat("2019-04-02 08:30"), "'2019-04-02",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written: Cell) -> None:
    reading = read_date(written)
    assert isinstance(reading, Day)
    assert reading.day == date(2019, 4, 2)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("二〇一〇年十二月三十一日", date(2010, 12, 31)),
        ("二〇一一年十月十日", date(2011, 10, 10)),
        ("二〇一二年元月二十日", date(2012, 1, 20)),
        ("13/4/2019", date(2019, 4, 13)),
        ("2012-2-29", date(2012, 2, 29)),
    ],
)
def test_other_days_are_read_too(written: str, day: date) -> None:
    assert read_date(written) == Day(day, as_text=True)


@pytest.mark.parametrize(
    ("written", "year", "month"),
    [("2019年4月", 2019, 4), ("2019.04", 2019, 4), ("2019-4", 2019, 4), ("201904", 2019, 4),
    ("二〇一九年四月", 2019, 4),
     ("2019", 2019, None), (2019, 2019, None), ("2019年", 2019, None), (2019.1, 2019, None)],
)  # fmt: skip
def test_a_month_or_a_year_is_not_made_into_a_day(written: Cell, year: int, month: int | None) -> None:
    assert read_date(written) == PartOnly(year, month)


@pytest.mark.parametrize("written", ["2019-02-30", "2019年13月1日", "20190431", "1019-04-02"])
def test_a_day_that_never_was_is_impossible(written: str) -> None:
    assert read_date(written) is DateTrouble.IMPOSSIBLE


def test_days_with_several_readings_stay_open() -> None:
    assert read_date("4/2/2019") == Unclear((date(2019, 2, 4), date(2019, 4, 2)))
    assert read_date("19.4.2") == Unclear((date(1919, 4, 2), date(2019, 4, 2)))
    assert read_date("农历二〇一九年四月初二") == Unclear(())


@pytest.mark.parametrize("written", ["不详", "abc", "=TODAY()", "7", -1, 1e300, "四月"])
def test_what_is_no_day_is_unreadable(written: Cell) -> None:
    assert read_date(written) is DateTrouble.UNREADABLE


def test_an_age_counts_full_years() -> None:
    assert age_on(date(2026, 4, 1), date(2008, 4, 2)) == 17
    assert age_on(date(2026, 4, 2), date(2008, 4, 2)) == 18
    assert age_on(date(2026, 2, 28), date(2008, 2, 29)) == 17
    assert age_on(date(2026, 3, 1), date(2008, 2, 29)) == 18


@pytest.mark.parametrize(
    "written",
    ["37139920200327150X", "37139920200327150x", "３７１３９９２０２００３２７１５０Ｘ",
    "371399 20200327 150X", "371399-20200327-150X",
     "'37139920200327150X", '="37139920200327150X"', "37139920200327150×", " 37139920200327150Х "],
)  # fmt: skip
def test_an_id_number_is_tidied(written: str) -> None:
    reading = read_id(written)
    assert isinstance(reading, IdNumber)
    assert (reading.number, reading.born, reading.sex) == ("37139920200327150X", date(2020, 3, 27), "female")
    assert reading.place_known


@pytest.mark.parametrize(
    ("written", "trouble"),
    [
        (3.713992010020518e17, IdTrouble.CUT),
        (371399201002051800, IdTrouble.CUT),
        ("371399201002051000", IdTrouble.CUT),
        ("3.71399E+17", IdTrouble.CUT),
        ("371399201601141611", IdTrouble.CHECK_DIGIT),
        ("37139920160114161", IdTrouble.SHAPE),
        ("3713992016011416111", IdTrouble.SHAPE),
        ("A12345678", IdTrouble.SHAPE),
        ("٣٧١٣٩٩٢٠١٦٠١١٤١٦١١", IdTrouble.SHAPE),
        ("", IdTrouble.BLANK),
        (None, IdTrouble.BLANK),
        ("无", IdTrouble.BLANK),
        ("未上户口", IdTrouble.BLANK),
        ("/", IdTrouble.BLANK),
        ("——", IdTrouble.BLANK),
    ],
)
def test_an_id_number_one_cannot_use_says_why(written: Cell, trouble: IdTrouble) -> None:
    assert read_id(written) is trouble


def test_a_check_digit_may_fit_an_impossible_birth_date() -> None:
    body = "37130220161314000"
    numbers = [body + digit for digit in "0123456789X"]
    assert {read_id(number) for number in numbers} >= {IdTrouble.BIRTH}


def test_an_id_of_fifteen_digits_is_lengthened_and_marked() -> None:
    reading = read_id("371302750102123")
    assert isinstance(reading, IdNumber)
    assert reading.short
    assert reading.number.startswith("37130219750102123")
    assert reading.born == date(1975, 1, 2)
    assert reading.sex == "male"


def test_zeros_at_the_end_are_looked_at_even_when_the_check_digit_fits() -> None:
    genuine = next(
        number
        for day in range(1, 29)
        for hundreds in range(10)
        if (number := f"371302201601{day:02d}{hundreds}000") and isinstance(read_id(number), IdNumber)
    )
    reading = read_id(genuine)
    assert isinstance(reading, IdNumber)
    assert reading.maybe_cut


def test_an_unusual_place_in_the_id_is_only_noted() -> None:
    reading = read_id(an_id(date(2016, 1, 14), "男", place="990101"))
    assert isinstance(reading, IdNumber)
    assert not reading.place_known
    older = read_id(an_id(date(1976, 1, 14), "男", place="372801"))
    assert isinstance(older, IdNumber)
    assert older.place_known


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13805390001", "13805390001"),
        (13805390001.0, "13805390001"),
        ("138-0539-0001", "13805390001"),
        ("138 0539 0001", "13805390001"),
        ("+86 13805390001", "13805390001"),
        ("8613805390001", "13805390001"),
        ("013805390001", "13805390001"),
        ("１３８０５３９０００１", "13805390001"),
        ("0539-7212345", "0539-7212345"),
        ("(0539)7212345", "0539-7212345"),
        ("05397212345", "0539-7212345"),
        (5397212345, "0539-7212345"),
        ("010-62345678", "010-62345678"),
        ("0539-7212345转123", "0539-7212345"),
    ],
)
def test_a_telephone_number_is_tidied(written: Cell, number: str) -> None:
    reading = read_phone(written)
    assert isinstance(reading, Phone)
    assert reading.number == number
    assert not reading.others


@pytest.mark.parametrize(
    "written", ["13805390001/0539-7212345", "12345、13805390001", "13805390001 13905390002", "0539-1、13805390001"]
)
def test_the_first_usable_of_several_numbers_is_taken(written: str) -> None:
    reading = read_phone(written)
    assert isinstance(reading, Phone)
    assert (reading.number, reading.others) == ("13805390001", True)


@pytest.mark.parametrize(
    ("written", "trouble"),
    [
        ("12345", PhoneTrouble.TOO_SHORT),
        ("1380539000", PhoneTrouble.TOO_SHORT),
        ("138053900012", PhoneTrouble.TOO_LONG),
        ("7212345", PhoneTrouble.NO_AREA),
        ("12805390001", PhoneTrouble.NOT_A_NUMBER),
        ("没记住", PhoneTrouble.NOT_A_NUMBER),
        ("()", PhoneTrouble.NOT_A_NUMBER),
        ("、", PhoneTrouble.NOT_A_NUMBER),
        ("无", PhoneTrouble.BLANK),
        (None, PhoneTrouble.BLANK),
    ],
)
def test_a_telephone_number_one_cannot_call_says_why(written: Cell, trouble: PhoneTrouble) -> None:
    assert read_phone(written) is trouble


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("孤儿", "orphan"),
        (" 孤 儿 ", "orphan"),
        ("事实孤儿", "de_facto_orphan"),
        ("事實孤兒", "de_facto_orphan"),
        ("事实无人抚养", "de_facto_orphan"),
        ("父亲在监狱服刑", "parent_in_prison"),
        ("母亲患重病", "parent_gravely_ill"),
        ("父亲精神残疾二级", "parent_mentally_ill"),
        ("系孤儿（父母均去世）", "orphan"),
    ],
)
def test_a_kind_is_known_in_other_words(written: str, kind: str) -> None:
    reading = read_kind(written, KINDS)
    assert isinstance(reading, KindFound)
    assert reading.kind == kind


@pytest.mark.parametrize("written", ["父亲服刑，母亲重病", "父母服刑、父母大病", "疑似孤儿", "非孤儿", "不是事实孤儿"])
def test_a_kind_in_doubt_is_left_to_somebody(written: str) -> None:
    assert isinstance(read_kind(written, KINDS), KindsPossible)


def test_a_name_of_one_character_counts_only_by_itself() -> None:
    kinds = {"orphan": ("孤儿", "孤")}
    assert read_kind("孤", kinds) == KindFound("orphan", reworded=False)
    assert read_kind("孤僻", kinds) is None


@pytest.mark.parametrize("written", ["家庭富裕", "留守儿童", "123", "孤"])
def test_what_is_no_kind_of_the_programme_is_none(written: str) -> None:
    assert read_kind(written, KINDS) is None


@pytest.mark.parametrize(
    ("written", "village"),
    [
        ("田家峪村村民委员会", "田家峪村"),
        ("高桥村民委员会", "高桥村"),
        ("三合屯社区居民委员会", "三合屯社区"),
        ("城关居委会", "城关社区"),
        ("马槽村委会", "马槽村"),
        ("马槽村", "马槽村"),
        ("兰山区银雀山街道三合屯社区", "三合屯社区"),
        ("三 合 屯 社 区", "三合屯社区"),
        ("村民委员会", "村民委员会"),
        ("无", ""),
        ("", ""),
    ],
)
def test_a_village_is_tidied(written: str, village: str) -> None:
    assert tidy_village(written, "银雀山街道") == village


def test_names_are_tidied_and_odd_ones_noticed() -> None:
    assert tidy_name("刘 佳　怡") == "刘佳怡"
    assert tidy_name("阿依古丽•买买提") == "阿依古丽·买买提"
    assert all(looks_like_name(name) for name in ("刘佳怡", "阿依古丽·买买提", "𬭎明", "欧阳小雨", "Anna Li"))
    assert not any(looks_like_name(name) for name in ("张?", "王", "李3", "=1+1", "□□", "张三(女)"))


def test_sexes_and_lists_are_read() -> None:
    assert [read_sex(text) for text in ("女", "男孩", " F ", "2", "", "？")] == [
        "female",
        "male",
        "female",
        "female",
        None,
        None,
    ]
    assert listed("数学、书法，心理咨询/数学") == ("数学", "书法", "心理咨询")
    assert listed("无") == ()
