"""``messages preview`` and ``templates``: words seen and filed before there is an office, and faults told by name."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, ViewportSize
from python_calamine import CalamineWorkbook
from support.browser import open_browser
from support.command_line import Shouwang
from support.small_programme import SMALL

from domain.words import sentences
from notifiers.wording_sms import FORMS

PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
SETTINGS: Final = """
base_url = "https://watch.example.org"
short_url = "https://w.example.org"
signature = "守望临沂"

[[channels]]
name = "sms"
url = "swtencent://id:key@sms.example.org/?app=1400006666&sign=a&:one-open=1,title&longest=12"
"""


@pytest.fixture
def nowhere(tmp_path: Path) -> Shouwang:
    """A folder nobody has begun an install in."""
    return Shouwang(tmp_path / "office", language="zh")


@pytest.fixture
def set_up(nowhere: Shouwang) -> Shouwang:
    """A folder that holds settings and nothing else."""
    nowhere.data.mkdir()
    (nowhere.data / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    return nowhere


def sheet(file: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(file)).get_sheet_by_name(name).to_python()


def test_every_message_is_shown_before_there_is_an_install_and_makes_none(nowhere: Shouwang) -> None:
    text = nowhere.do("messages", "preview", "--programme", "linyi-1204@2")
    assert text.startswith("linyi-1204@2　临沂“1204”")
    assert "去家里看看孩子，案号371300-00000，9月4日到期" in text
    assert "  按时，短信，78 个字，合 2 条（模板 one-answer）\n" in text
    assert "已登记：谈心（案号371300-00000）已完成，谢谢您！" in text
    assert not nowhere.data.exists()


def test_one_channel_in_english(nowhere: Shouwang) -> None:
    text = nowhere.do("messages", "preview", "--channel", "sms", "--language", "en")
    assert "【守望】Talk, 371300-00000, due 4 Sep. " in text
    assert "mail" not in text.partition("\n")[2]


def test_the_sms_service_that_is_set_decides_how_long_values_are(set_up: Shouwang) -> None:
    answer = set_up.ask("messages", "preview", "--channel", "sms")
    (general,) = [group for group in answer["groups"] if group["key"] == "any"]
    assert "one-reply" not in {each["template"] for each in general["messages"]}
    assert all("https://w.example.org/a" in each["text"] for each in general["messages"] if "输入" in each["text"])
    assert answer["faults"] == []


def test_words_that_break_the_promise_are_told_and_the_exit_code_says_so(
    nowhere: Shouwang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sentences("messages", "zh"), "rest", "另有 {count} 项，孩子：{name}")
    said = nowhere("messages", "preview", "--channel", "sms")
    assert said.code == 1
    assert "messages.zh.yaml: rest：消息里不能有“name”这个位置。" in said.out


def test_a_programme_file_with_a_place_for_a_name_is_refused_by_the_check(nowhere: Shouwang, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    words = 'messages: {duties: {talk: {sms: {zh: "和{name}聊聊", en: Talk}}}}\nduties:\n'
    file.write_text(SMALL.replace("duties:\n", words, 1), encoding="utf-8")
    said = nowhere("programmes", "check", file)
    assert said.code == 2
    assert "messages.duties.talk.sms.zh：消息里没有“name”这个位置" in said.out


def test_the_workbook_has_a_row_for_each_template_with_the_offices_own_address(set_up: Shouwang) -> None:
    file = set_up.data / "templates.xlsx"
    said = set_up.do("messages", "templates", "--xlsx", file)
    head, *rows = sheet(file, "模板")
    assert head[:2] == ["模板名称", "类型"]
    answers = len(sentences("replies", "zh")) - 1
    assert f"已写好 {len(rows)} 个模板" in said
    assert [row[0] for row in rows[: len(FORMS)]] == [form.key for form in FORMS]
    assert len(rows) == len(FORMS) + answers
    assert {row[1] for row in rows} == {"通知"}
    answer = next(row for row in rows if row[0] == "one-answer")
    assert answer[2] == "${title}，案号${case}，${state}。请打开 https://w.example.org/a 输入 ${code} 填报。"
    assert answer[3] == "{1}，案号{2}，{3}。请打开 https://w.example.org/a 输入 {4} 填报。"
    assert answer[4].splitlines()[3] == "{4} 即 code：填报用的八位号码，最长 8 个字，例如：48217390"
    assert answer[5].startswith("【守望临沂】")
    assert answer[6] == len(answer[5])
    assert answer[8] == ":one-answer=CODE,title,case,state,code"


def test_the_notes_say_what_is_filed_by_itself_and_what_the_limits_are(set_up: Shouwang) -> None:
    file = set_up.data / "templates.xlsx"
    set_up.do("messages", "templates", "--xlsx", file)
    notes = "\n".join(str(row[0]) for row in sheet(file, "说明"))
    assert "签名：守望临沂。" in notes
    assert "固定网址：https://w.example.org/a。" in notes
    assert "35 个字（阿里云的上限）" in notes


def test_the_csv_says_the_same(nowhere: Shouwang, tmp_path: Path) -> None:
    book, plain = tmp_path / "t.xlsx", tmp_path / "t.csv"
    nowhere.do("messages", "templates", "--xlsx", book, "--csv", plain, "--language", "en")
    with plain.open(encoding="utf-8-sig", newline="") as opened:
        head, *rows = csv.reader(opened)
    assert head == ["key", "kind", "aliyun", "tencent", "values", "sample", "signs", "parts", "field"]
    assert rows == [[str(int(cell)) if isinstance(cell, float) else str(cell) for cell in row]
                    for row in sheet(book, "Templates")[1:]]  # fmt: skip
    assert not nowhere.data.exists()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for both tests."""
    with open_browser() as running:
        yield running


@pytest.mark.timeout(900)  # the first time a browser may have to be fetched
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("script", [True, False])
def test_the_page_fits_a_phone_and_opens_a_mail_as_it_looks(
    nowhere: Shouwang, tmp_path: Path, browser: Browser, script: bool
) -> None:
    file = tmp_path / "preview.html"
    assert nowhere.do("messages", "preview", "--programme", "linyi-1204@2", "--html", file) == f"网页已写好：{file}\n"
    page = browser.new_page(viewport=PHONE, java_script_enabled=script)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    visit = page.locator("#home_visit")
    visit.locator("details.mail summary").first.click()
    mail = visit.locator("iframe").first.content_frame
    mail.get_by_text("到孩子家里走一走").wait_for()
    assert mail.get_by_role("link", name="填报").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert visit.locator(".bubble").first.inner_text().startswith("【守望】去家里看看孩子，案号")
    assert {url.partition(":")[0] for url in asked} <= {"file", "about"}
    page.close()
