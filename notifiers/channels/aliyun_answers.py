"""What Aliyun's answers and reports mean (help.aliyun.com, "API错误码", "回执错误码", "公共错误码")."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

from notifiers.channels.http_line import Answer
from notifiers.channels.provider_codes import (
    ACCEPTED,
    MISCONFIGURED,
    PERMANENT,
    TEMPORARY,
    THROTTLED,
    UNKNOWN,
    Meaning,
    code_in,
    document,
    id_in,
    meaning_of,
    outcome_of,
    without_code,
)
from notifiers.outcomes import Outcome, OutcomeKind, accepted, permanent, temporary, unknown

# An account's own ceilings (day, month, money) and everything about signature, template, rights or clock stop every
# message until ops act. A system error may have come after the message was taken, so the record is asked.
MEANINGS: Final[Mapping[str, Meaning]] = (
    dict.fromkeys(("OK",), ACCEPTED)
    | dict.fromkeys(
        (
            "isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL", "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE",
            "isv.PRODUCT_UN_SUBSCRIPT", "isv.PRODUCT_UNSUBSCRIBE", "isv.ACCOUNT_NOT_EXISTS", "isv.ACCOUNT_ABNORMAL",
            "isv.SECURITY_FROZEN_ACCOUNT", "isp.RAM_PERMISSION_DENY", "isv.DENY_IP_RANGE",
            "isv.SMS_SIGNATURE_ILLEGAL", "isv.SMS_SIGNATURE_SCENE_ILLEGAL", "isv.SMS_SIGN_ILLEGAL",
            "isv.SIGN_STATE_ILLEGAL", "isv.SIGN_NAME_ILLEGAL", "isv.SIGNATURE_BLACKLIST", "isv.EXTEND_CODE_ERROR",
            "isv.ONE_CODE_MULTIPLE_SIGN", "isv.CODE_EXCEED_LIMIT", "isv.CODE_ERROR", "PORT_NOT_REGISTERED",
            "isv.SMS_TEMPLATE_ILLEGAL", "isv.TEMPLATE_MISSING_PARAMETERS", "isv.TEMPLATE_PARAMS_ILLEGAL",
            "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE", "TEMPLATE_PARAMETER_COUNT_ILLEGAL",
            "isv.TEMPLATE_PARAMETER_COUNT_ILLEGAL", "template_parameter_count_illegal",
            "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT", "isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL", "isv.SMS_TEST_NUMBER_LIMIT",
            "isv.INVALID_PARAMETERS", "isv.INVALID_JSON_PARAM", "isv.MOBILE_COUNT_OVER_LIMIT", "PARAMS_ILLEGAL",
            "isv.DOMESTIC_NUMBER_NOT_SUPPORTED", "NO_ROUTE",
            "SignatureDoesNotMatch", "IncompleteSignature", "SignatureNonceUsed", "InvalidTimeStamp",
            "InvalidAccessKeyId", "InvalidVersion", "NoSuchVersion", "InvalidAction", "Forbidden", "NoPermission",
            "MissingParameter", "InvalidParameter", "InvalidProtocol", "UnsupportedHTTPMethod", "InactiveAccessKey",
        ),
        MISCONFIGURED,
    )
    | dict.fromkeys(
        (
            "isv.MOBILE_NUMBER_ILLEGAL", "isv.BLACK_KEY_CONTROL_LIMIT", "isv.CUSTOMER_REFUSED",
            "isv.SMS_CONTENT_ILLEGAL", "isv.UNSUPPORTED_CONTENT", "isv.PARAM_LENGTH_LIMIT",
            "isv.PARAM_NOT_SUPPORT_URL", "CONTENT_KEYWORD", "CONTENT_ERROR",
            "MOBILE_IN_BLACK", "USER_REJECT", "SP_NOT_BY_INTER_SMS",
        ),
        PERMANENT,
    )
    | dict.fromkeys(("isv.BUSINESS_LIMIT_CONTROL", "MOBILE_SEND_LIMIT"), Meaning(OutcomeKind.TEMPORARY))
    | dict.fromkeys(("IS_CLOSE", "ServiceUnavailable"), TEMPORARY)
    | dict.fromkeys(("Throttling",), THROTTLED)
    | dict.fromkeys(("isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "InternalError"), UNKNOWN)
)  # fmt: skip

NUMBER_LIMIT: Final = "isv.BUSINESS_LIMIT_CONTROL"

# Aliyun counts back from this moment, not by calendar days ("触发天级流控Permits:40"): some hours later there may be
# room again. A number's limit says nothing about other numbers, so the channel as a whole need not slow down.
LIMIT_WAITS: Final = (
    (re.compile(r"分钟|minute", re.IGNORECASE), timedelta(minutes=1)),
    (re.compile(r"天级|自然日|\bday", re.IGNORECASE), timedelta(hours=6)),
    (re.compile(r""), timedelta(hours=1)),
)

NUMBER_GONE: Final = frozenset(
    {
        "isv.MOBILE_NUMBER_ILLEGAL", "isv.BLACK_KEY_CONTROL_LIMIT", "isv.CUSTOMER_REFUSED",
        "MOBILE_IN_BLACK", "USER_REJECT",
    }
)  # fmt: skip
"""Codes of reports after which no message will ever reach this number; "switched off or no such number" is one code
at Aliyun (MOBILE_NOT_ON_SERVICE) and so not among them."""

NO_REPORT_YET: Final = "REQUEST_SUCCESS"


class Row(NamedTuple):
    """One message in the provider's record: our own name for it, 1 waits, 2 failed, 3 delivered, the carrier's code."""

    name: str
    status: int
    code: str


class Page(NamedTuple):
    """One page of the record, and how many rows there are in all."""

    total: int
    rows: tuple[Row, ...]


def sent(answer: Answer) -> Outcome:
    """What came of handing a message over."""
    said = document(answer.body)
    code = code_in(said.get("Code")) if isinstance(said, dict) else None
    if code is None:
        return without_code(answer)
    return outcome_of(_meaning(code, said), code, answer.body, answer, id_in(said.get("BizId")))


def page_of(answer: Answer) -> Page | Outcome:
    """A page of the record, or why there is none."""
    said = document(answer.body)
    if not isinstance(said, dict) or code_in(said.get("Code")) is None:
        return without_code(answer)
    try:
        if said["Code"] == "OK":
            rows = said["SmsSendDetailDTOs"]["SmsSendDetailDTO"]
            return Page(int(said["TotalCount"]), tuple(map(_row, rows)))
    except (KeyError, TypeError, ValueError, AttributeError):
        return unknown("unreadable-record")
    return outcome_of(_meaning(said["Code"], said), said["Code"], answer.body, answer)


def found(rows: Iterable[Row], provider_id: str | None) -> Outcome:
    """What rows about one message say; of several attempts the best counts."""
    row = max(rows, key=lambda row: (row.status in (1, 3), row.status))
    match row.status:
        case 1 | 3:
            return accepted(("waiting", "delivered")[row.status == 3], provider_id)
        case 2 if MEANINGS.get(row.code) is PERMANENT:
            return permanent(row.code)
        case 2:
            return temporary(row.code or "failed")
        case _:
            return unknown("unreadable-record")


def _row(row: Mapping[str, Any]) -> Row:
    return Row(str(row.get("OutId") or ""), int(row["SendStatus"]), code_in(row.get("ErrCode")) or "")


def _meaning(code: str, said: Mapping[str, Any]) -> Meaning:
    if code == NUMBER_LIMIT:
        text = str(said.get("Message"))
        return Meaning(OutcomeKind.TEMPORARY, next(wait for words, wait in LIMIT_WAITS if words.search(text)))
    return meaning_of(code, MEANINGS) or UNKNOWN
