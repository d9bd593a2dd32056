"""Foreign sites, odd requests and broken bodies: each gets a polite page, none a fault, and nothing is written."""

import socket
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
from support.office import BEGIN, ZHOU, open_case, open_office, pair
from support.site import Visitor, count_of, everything, heading_of, visiting, words_of

from domain.ids import CaseId
from domain.store.store import Store
from domain.store.writing import TooBusy
from web.posted import MOST_BYTES, MOST_FIELDS

CASE: Final = CaseId("371302-00001")
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
ANSWER: Final = b"needs_help=no"


@pytest.fixture
def visitor(sqlite_url: str) -> Iterator[Visitor]:
    """Zhou owes a first visit."""
    store = open_office(sqlite_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN) as someone:
        yield someone


@pytest.fixture
def link(visitor: Visitor) -> str:
    """The link to its report."""
    return visitor.link(ZHOU, CASE, "first_visit")


def raw(visitor: Visitor, link: str, body: bytes, **headers: str) -> httpx.Response:
    """A post with this very body."""
    return visitor.client.post(link, content=body, headers=FORM | {k.replace("_", "-"): v for k, v in headers.items()})


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}, {"Origin": "https://evil.example"},
        {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site", "Origin": "https://evil.example"},
    ],
)  # fmt: skip
def test_another_sites_page_cannot_post_an_answer(visitor: Visitor, link: str, headers: dict[str, str]) -> None:
    before = everything(visitor.store)
    page = raw(visitor, link, ANSWER, **headers)
    assert (page.status_code, heading_of(page)) == (403, "这次提交没有被接受")
    assert everything(visitor.store) == before


@pytest.mark.parametrize("headers", [{}, {"Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "none"}])
def test_a_browser_new_or_old_can_post_from_the_page_itself(
    visitor: Visitor, link: str, headers: dict[str, str]
) -> None:
    assert heading_of(raw(visitor, link, ANSWER, **headers)) == "已收到，谢谢您！"


def test_a_browser_that_names_the_pages_own_origin_can_post(visitor: Visitor, link: str) -> None:
    assert heading_of(raw(visitor, link, ANSWER, Origin=visitor.address)) == "已收到，谢谢您！"


def test_behind_a_proxy_the_address_people_use_is_the_pages_own(sqlite_url: str) -> None:
    store = open_office(sqlite_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN, base_url="https://shouwang.example/help") as visitor:
        answered = raw(
            visitor, visitor.link(ZHOU, CASE, "first_visit"), ANSWER, Origin="https://shouwang.example", Host="inner"
        )
        lost = visitor.get("/nowhere")
    assert heading_of(answered) == "已收到，谢谢您！"
    assert 'href="/help/a"' in lost.text


def test_every_answer_may_not_be_framed_kept_or_indexed_and_loads_nothing(visitor: Visitor, link: str) -> None:
    for path in (link, "/a", "/", "/nowhere", "/overdue", "/health"):
        headers = visitor.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
        assert (headers["referrer-policy"], headers["x-robots-tag"]) == ("same-origin", "noindex, nofollow")


def test_the_wrong_method_gets_a_page_that_says_so(visitor: Visitor, link: str) -> None:
    for method, path in (("PUT", link), ("DELETE", link), ("PATCH", "/a"), ("POST", "/"), ("POST", "/overdue")):
        page = visitor.client.request(method, path)
        assert (page.status_code, heading_of(page)) == (405, "这个地址不能这样打开")
    assert set(visitor.client.put(link).headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("path", ["/nowhere", "/a/b/c", "/favicon.ico", "/overdue/a/b", "/static/../../etc/passwd"])
def test_an_unknown_address_gets_a_page_that_says_where_to_go(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)
    assert (page.status_code, heading_of(page)) == (404, "没有这个网页")
    assert 'href="/a"' in page.text


@pytest.mark.parametrize(
    ("body", "code", "heading"),
    [
        (b"note=" + b"x" * MOST_BYTES, 413, "写得太长了"),
        (b"needs_help=no&note=%B9%FA%BC%D2", 400, "没有看懂这次提交"),
        ("needs_help=no&note=国家".encode("gb18030"), 400, "没有看懂这次提交"),
        (b"\xff\xfe\x00\x00", 400, "没有看懂这次提交"),
        (b"&".join(b"a=1" for _ in range(MOST_FIELDS + 1)), 400, "没有看懂这次提交"),
        (b"needs_help=no&note=%ED%A0%80", 400, "没有看懂这次提交"),
        (b"%", 422, "首次见面"),
        (b"&&&===", 422, "首次见面"),
        (b"", 422, "首次见面"),
    ],
    ids=["huge", "gbk", "raw-gbk", "noise", "many-fields", "surrogates", "percent", "signs", "empty"],
)
def test_an_odd_body_gets_a_polite_page_and_changes_nothing(
    visitor: Visitor, link: str, body: bytes, code: int, heading: str
) -> None:
    before = everything(visitor.store)
    for path in (link, "/a"):
        page = raw(visitor, path, body)
        assert 400 <= page.status_code < 500
        if path == link:
            assert (page.status_code, heading_of(page)) == (code, heading)
    assert everything(visitor.store) == before


def test_a_body_without_end_is_cut_off(visitor: Visitor, link: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(2_000):
            yield b"x" * 1_000

    try:
        page = visitor.client.post(link, content=endless(), headers=FORM)
    except httpx.WriteError:
        return  # hung up on, which is also an answer
    assert page.status_code == 413


@pytest.mark.parametrize("kind", ["application/json", "multipart/mixed; boundary=x", "text/plain", "garbage"])
def test_only_a_form_is_understood(visitor: Visitor, link: str, kind: str) -> None:
    page = visitor.client.post(link, content=b'{"needs_help": "no"}', headers={"Content-Type": kind})
    assert (page.status_code, heading_of(page)) == (415, "没有看懂这次提交")


def test_a_sign_that_ends_a_string_in_a_database_is_dropped(visitor: Visitor, link: str) -> None:
    assert heading_of(raw(visitor, link, b"needs_help=no%00&note=a%00b")) == "已收到，谢谢您！"


def test_somebody_who_hangs_up_in_the_middle_of_an_answer_does_no_harm(visitor: Visitor, link: str) -> None:
    before = everything(visitor.store)
    host, _, port = visitor.address.removeprefix("http://").partition(":")
    head = (
        f"POST {link} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {FORM['Content-Type']}\r\nContent-Length: 500\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode() + ANSWER)
    assert visitor.get("/health").text == "ok"
    assert everything(visitor.store) == before


def test_a_fault_of_our_own_gets_a_polite_page_without_its_reason(
    visitor: Visitor, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: Any) -> None:
        raise RuntimeError("secret-reason")

    monkeypatch.setattr("web.answering.carry_out", break_down)
    page = raw(visitor, link, ANSWER)
    assert (page.status_code, heading_of(page)) == (500, "系统出了问题")
    assert "secret-reason" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_when_too_many_write_at_once_the_page_asks_to_try_again(
    visitor: Visitor, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(store: Store, *_: Any) -> None:
        raise TooBusy(1)

    monkeypatch.setattr("web.answering.carry_out", busy)
    page = raw(visitor, link, ANSWER)
    assert (page.status_code, page.headers["retry-after"]) == (503, "10")
    assert "您的回答还没有记下" in words_of(page)
    assert count_of(visitor.store, "duty-met") == 3
