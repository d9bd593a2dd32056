"""Signed links: what they say, until when, and that nobody else can make one."""

from datetime import UTC, datetime, timedelta
from string import ascii_letters, digits

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import DutyId, PersonId
from notifiers.links import LinkClaim, LinkRefusal, link_token, read_token

KEY = b"k" * 32
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ZHOU, TALK = PersonId("p000000011"), DutyId("371302-00412/17")
SAFE = frozenset(ascii_letters + digits + "-_.")


def token(**changes: object) -> str:
    usual: dict[str, object] = {"key": KEY, "person": ZHOU, "duty": TALK, "expires": NOW + timedelta(days=30)}
    return link_token(**(usual | changes))  # type: ignore[arg-type]


def test_a_link_says_who_may_answer_which_duty_and_until_when() -> None:
    assert read_token(KEY, token(), NOW) == LinkClaim(ZHOU, TALK, NOW + timedelta(days=30))


def test_a_link_is_good_until_its_last_moment_and_not_at_it() -> None:
    last = NOW + timedelta(days=30)
    assert isinstance(read_token(KEY, token(), last - timedelta(seconds=1)), LinkClaim)
    assert read_token(KEY, token(), last) is LinkRefusal.EXPIRED


def test_a_link_signed_with_another_key_opens_nothing() -> None:
    assert read_token(b"x" * 32, token(), NOW) is LinkRefusal.TAMPERED


def test_nothing_but_a_link_is_taken_for_one() -> None:
    for wrong in ("", ".", "abc", "a.b", "周.周", "WyJwMSJd." + "x" * 43, token() + "x"):
        assert read_token(KEY, wrong, NOW) is LinkRefusal.TAMPERED


def test_a_link_of_which_one_sign_was_changed_opens_nothing() -> None:
    good = token()
    for place in range(len(good) - 1):
        other = "A" if good[place] != "A" else "B"
        assert read_token(KEY, good[:place] + other + good[place + 1 :], NOW) is LinkRefusal.TAMPERED


@given(number=st.integers(0, 999_999_999), duty=st.integers(1, 9999), minutes=st.integers(1, 10_000_000))
def test_a_link_can_stand_in_any_address_bar(number: int, duty: int, minutes: int) -> None:
    made = token(person=f"p{number:09d}", duty=f"371302-00412/{duty}", expires=NOW + timedelta(minutes=minutes))
    assert set(made) <= SAFE
    assert made[0] != "."
    assert isinstance(read_token(KEY, made, NOW), LinkClaim)
