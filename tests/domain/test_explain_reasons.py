"""What a code means and what to do about it: known in both languages, never a guess."""

import pytest

from domain.store.explain_reasons import SAME, advice, reason
from domain.words import LANGUAGES, sentences
from notifiers.channels.aliyun_answers import MEANINGS as ALIYUN
from notifiers.channels.tencent_answers import MEANINGS as TENCENT
from notifiers.outcomes import OutcomeKind


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("permanent", "550 5.1.1", "the mail server does not take mail for this mailbox (550 5.1.1)"),
        ("misconfigured", "535", "the provider does not accept user and password (or key) (535)"),
        ("misconfigured", "isv.AMOUNT_NOT_ENOUGH", "the account at the provider has run out of money"),
        ("permanent", "no-address", "there is no address for this channel (no-address)"),
        ("temporary", "never heard of", "not taken for the moment (never heard of)"),
        ("undelivered", "stat:UNDELIV err:001", "never arrived (stat:UNDELIV err:001)"),
        ("accepted", None, "taken by the provider"),
        (None, None, "no outcome yet"),
    ],
)
def test_a_code_is_told_in_words_else_its_kind_and_the_code_is_always_shown(
    kind: str | None, code: str | None, said: str
) -> None:
    assert reason("en", kind, code).startswith(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_outcome_has_words_and_something_to_do(language: str) -> None:
    assert all(reason(language, kind, None) and advice(language, kind, None) for kind in OutcomeKind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_that_come_to_the_same_have_words(language: str) -> None:
    known = sentences("reasons", language)
    assert [word for word in sorted(set(SAME.values())) if f"code-{word}" not in known] == []


def test_codes_of_sms_services_are_spelt_as_the_channels_know_them() -> None:
    theirs = {code for code in SAME if code.startswith(("isv.", "FailedOperation.", "LimitExceeded."))}
    assert theirs - ALIYUN.keys() - TENCENT.keys() - {"isv.BUSINESS_LIMIT_CONTROL"} == set()
