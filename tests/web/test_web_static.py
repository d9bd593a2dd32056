"""Our own scripts: each at an address with its digest, kept for good, packed where that is understood, nothing else."""

import gzip
from collections.abc import Iterator

import pytest
from support.office import BEGIN, open_office
from support.site import Visitor, visiting

from web.static import FOLDER, assets, static_address


@pytest.fixture
def visitor(sqlite_url: str) -> Iterator[Visitor]:
    """Somebody before the pages of an empty office."""
    with visiting(open_office(sqlite_url), BEGIN) as someone:
        yield someone


@pytest.mark.parametrize("name", ["keeping.js", "answer.js"])
def test_a_script_is_kept_by_browsers_for_good_because_its_address_changes_with_it(visitor: Visitor, name: str) -> None:
    got = visitor.get(static_address(name))
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert got.headers["content-type"] == "text/javascript; charset=utf-8"
    assert got.content == (FOLDER / name).read_bytes()
    assert got.headers["content-encoding"] == "gzip"


def test_who_does_not_understand_packing_gets_it_plain(visitor: Visitor) -> None:
    got = visitor.get(static_address("answer.js"), headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in got.headers
    assert got.content == (FOLDER / "answer.js").read_bytes()
    assert gzip.decompress(assets()["answer.js"].packed or b"") == got.content


@pytest.mark.parametrize(
    "path",
    [
        "/static/0000000000000000/answer.js",
        "/static/x/nothing.js",
        "/static/x/..%2Fapp.py",
        "/static/",
        "/static/x/y/z",
    ],
)
def test_any_other_address_is_nowhere(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_scripts_can_only_be_fetched(visitor: Visitor) -> None:
    assert visitor.post(static_address("answer.js")).status_code == 405


def test_the_worker_is_asked_for_anew_each_time(visitor: Visitor) -> None:
    got = visitor.get("/sw.js")
    assert got.headers["cache-control"] == "no-cache"
    assert got.content.startswith((FOLDER / "keeping.js").read_bytes())


def test_a_page_may_load_from_its_own_address_and_from_nowhere_else(visitor: Visitor) -> None:
    policy = visitor.get("/a").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules.pop("style-src").startswith("'self' 'sha256-")
    assert rules == {
        "default-src": "'none'", "script-src": "'self'", "img-src": "'self' data: blob:", "connect-src": "'self'",
        "worker-src": "'self'", "manifest-src": "'self'", "form-action": "'self'", "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }  # fmt: skip
