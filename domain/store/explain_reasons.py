"""What a provider's answer means and what to do about it, in words: by its code where it is known, else by kind."""

from collections.abc import Mapping
from typing import Final

from domain.words import say, sentences

SAME: Final[Mapping[str, str]] = {
    code: word
    for word, codes in {
        "no-money": (
            "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE", "FailedOperation.InsufficientBalanceInSmsPackage",
            "UnauthorizedOperation.SerivceSuspendDueToArrears",
        ),
        "blacklisted": (
            "isv.BLACK_KEY_CONTROL_LIMIT", "MOBILE_IN_BLACK", "USER_REJECT", "FailedOperation.PhoneNumberInBlacklist",
        ),
        "impossible-number": (
            "isv.MOBILE_NUMBER_ILLEGAL", "InvalidParameterValue.IncorrectPhoneNumber", "not-a-mainland-number",
            "not-a-mainland-mobile", "not-a-phone-number",
        ),
        "no-signal": ("MOBILE_NOT_ON_SERVICE", "MOBILE_SEND_LIMIT", "NOT_ON_SERVICE"),
        "too-many-to-one": (
            "isv.BUSINESS_LIMIT_CONTROL", "LimitExceeded.DeliveryFrequencyLimit",
            "LimitExceeded.PhoneNumberDailyLimit", "LimitExceeded.PhoneNumberOneHourLimit",
            "LimitExceeded.PhoneNumberThirtySecondLimit",
        ),
        "template-refused": (
            "isv.SMS_TEMPLATE_ILLEGAL", "isv.TEMPLATE_MISSING_PARAMETERS",
            "FailedOperation.TemplateIncorrectOrUnapproved", "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
        ),
        "signature-refused": ("isv.SMS_SIGNATURE_ILLEGAL", "FailedOperation.SignatureIncorrectOrUnapproved"),
        "wrong-login": (
            "535", "534", "530", "538", "SignatureDoesNotMatch", "InvalidAccessKeyId.NotFound",
            "AuthFailure.SecretIdNotFound", "AuthFailure.SignatureFailure", "login-not-offered", "login-not-ascii",
        ),
        "wrong-clock": ("InvalidTimeStamp.Expired", "AuthFailure.SignatureExpire", "310000 timestamp", "19021"),
        "no-such-mailbox": ("550", "551", "553"),
        "mailbox-full": ("552",),
        "robot-gone": ("93000", "93004", "93008", "300001", "300005", "400101", "400102", "400106", "19001", "19007"),
        "no-connection": (
            "connection-refused", "connection-timed-out", "connection-failed", "name-server-silent", "tls-cut-off",
            "dropped-at-greeting",
        ),
        "no-safe-line": ("tls-certificate", "tls-handshake", "starttls-not-offered"),
        "silence": ("timed-out", "dropped", "dropped-after-letter", "answer-unread"),
        "not-taken": ("not-in-record",),
        "no-room-on-disk": ("ENOSPC", "EDQUOT"),
        "no-folder": ("EACCES", "EROFS", "EEXIST", "ENOENT", "ENOTDIR"),
    }.items()
    for code in codes
}  # fmt: skip
"""Codes of providers, and of ours, that come to the same for whoever has to act."""


def reason(language: str, kind: str | None, code: str | None) -> str:
    """``no such mailbox (550 5.1.1)``; the six kinds of outcomes where the code says nothing to us."""
    said = _found(language, "code", code) or _found(language, "kind", kind) or say(language, "reasons.kind-none")
    return say(language, "reasons.with-code", reason=said, code=code) if code else said


def advice(language: str, kind: str | None, code: str | None) -> str:
    """What to do about it."""
    return _found(language, "do", code) or _found(language, "do", kind) or ""


def _found(language: str, prefix: str, word: str | None) -> str | None:
    if not word:
        return None
    # A mail server's code may be followed by a longer one: 535 5.7.8.
    names = (word, word.partition(" ")[0])
    known = sentences("reasons", language)
    keys = (f"{prefix}-{SAME.get(name, name)}" for name in names)
    return next((known[key] for key in keys if key in known), None)
