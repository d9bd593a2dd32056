"""What Tencent Cloud's answers and reports mean (its documents "错误码", "公共错误码"; its SDK)."""

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


def _later(**wait: int) -> Meaning:
    return Meaning(OutcomeKind.TEMPORARY, timedelta(**wait))


# A code that is not listed means what its family means (``AuthFailure``, ``InvalidParameterValue`` …). Limits of one
# number say nothing about others, so the channel as a whole need not slow down; limits of the account stop every
# message until ops act. Time-outs behind the interface may have come after the message was taken.
MEANINGS: Final[Mapping[str, Meaning]] = (
    {"Ok": ACCEPTED}
    | dict.fromkeys(
        (
            "AuthFailure", "UnauthorizedOperation", "IpInBlacklist", "IpNotInWhitelist", "ActionOffline",
            "InvalidAction", "InvalidRequest", "InvalidParameter", "InvalidParameterValue", "MissingParameter",
            "UnknownParameter", "NoSuchProduct", "NoSuchVersion", "UnsupportedProtocol", "UnsupportedRegion",
            "UnsupportedOperation", "DryRunOperation", "RequestSizeLimitExceeded",
            "FailedOperation.FailResolvePacket", "FailedOperation.JsonParseFail",
            "FailedOperation.InsufficientBalanceInSmsPackage", "FailedOperation.MissingSignature",
            "FailedOperation.MissingSignatureList", "FailedOperation.MissingTemplateList",
            "FailedOperation.SignIdNotExist", "FailedOperation.SignatureIncorrectOrUnapproved",
            "FailedOperation.TemplateIdNotExist", "FailedOperation.TemplateIncorrectOrUnapproved",
            "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
            "FailedOperation.TemplateUnapprovedOrNotExist", "FailedOperation.NotEnterpriseCertification",
            "FailedOperation.ProhibitSubAccountUse", "FailedOperation.ForbidAddMarketingTemplates",
            "FailedOperation.QualificationIdNotApproved",
            "InternalError.RequestTimeException", "InternalError.RestApiInterfaceNotExist",
            "InternalError.SigFieldMissing", "InternalError.SigVerificationFail", "InternalError.JsonParseFail",
            "LimitExceeded.AppDailyLimit", "LimitExceeded.AppMainlandChinaDailyLimit",
            "LimitExceeded.AppGlobalDailyLimit", "LimitExceeded.AppCountryOrRegionDailyLimit",
            "LimitExceeded.AppCountryOrRegionInBlacklist", "LimitExceeded.DailyLimit",
            "LimitExceeded.PhoneNumberCountLimit",
        ),
        MISCONFIGURED,
    )
    | dict.fromkeys(
        (
            "FailedOperation.ContainSensitiveWord", "FailedOperation.PhoneNumberInBlacklist",
            "FailedOperation.PhoneNumberParseFail", "InvalidParameter.DirtyWordFound",
            "InvalidParameterValue.IncorrectPhoneNumber", "InvalidParameterValue.ContentLengthLimit",
            "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
            "InvalidParameterValue.TemplateParameterLengthLimit",
            "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
        ),
        PERMANENT,
    )
    | {
        "LimitExceeded.PhoneNumberThirtySecondLimit": _later(seconds=30),
        "LimitExceeded.DeliveryFrequencyLimit": _later(minutes=1),
        "LimitExceeded.PhoneNumberOneHourLimit": _later(hours=1),
        "LimitExceeded.PhoneNumberDailyLimit": _later(hours=6),
        "LimitExceeded.PhoneNumberSameContentDailyLimit": _later(hours=6),
        "FailedOperation.MarketingSendTimeConstraint": _later(hours=1),
    }
    | dict.fromkeys(("RequestLimitExceeded", "LimitExceeded"), THROTTLED)
    | dict.fromkeys(("ResourceUnavailable", "ResourceInsufficient"), TEMPORARY)
    | dict.fromkeys(("InternalError", "FailedOperation"), UNKNOWN)
)  # fmt: skip

# Reports carry the carriers' codes, several hundred of them, and words. What mixes "no such number" with "switched
# off" may pass; only what can never change is taken for the end.
NUMBER_GONE: Final = re.compile(r"空号|黑名单|退订|不存在|blacklist|not exist|unsubscri", re.IGNORECASE)
MAY_PASS: Final = re.compile(r"停机|关机|不在服务区|power|out of service", re.IGNORECASE)


class Report(NamedTuple):
    """What became of one message: the provider's name for it, our own where the account has it returned."""

    provider_id: str
    name: str
    delivered: bool
    code: str
    gone: bool


def sent(answer: Answer) -> Outcome:
    """What came of handing a message over to one number."""
    said = _response(answer)
    statuses = said.get("SendStatusSet") if said else None
    if said and isinstance(statuses, list) and len(statuses) == 1 and isinstance(statuses[0], dict):
        status = statuses[0]
        code, provider_id = code_in(status.get("Code")), id_in(status.get("SerialNo"))
        return _judged(code, status.get("Message"), answer, provider_id)
    return refused(answer)


def refused(answer: Answer) -> Outcome:
    """What an answer means that holds an error or nothing that was expected."""
    error = (_response(answer) or {}).get("Error")
    if not isinstance(error, dict):
        return without_code(answer)
    return _judged(code_in(error.get("Code")), error.get("Message"), answer)


def reports_in(answer: Answer) -> tuple[Report, ...] | Outcome:
    """The reports an answer holds, or why there are none."""
    said = _response(answer)
    if said is None or "PullSmsSendStatusSet" not in said:
        return refused(answer)
    try:
        return tuple(map(_report, said["PullSmsSendStatusSet"] or ()))
    except (KeyError, TypeError, AttributeError):
        return unknown("unreadable-record")


def found(reports: Iterable[Report], provider_id: str | None) -> Outcome:
    """What reports about one message say; of several attempts the best counts."""
    report = max(reports, key=lambda report: report.delivered)
    name = provider_id or report.provider_id
    if report.delivered:
        return accepted("delivered", name)
    return permanent(report.code or "failed") if report.gone else temporary(report.code or "failed")


def is_gone(words: str) -> bool:
    """Whether these words of a report say that no message will ever reach this number."""
    return bool(NUMBER_GONE.search(words)) and not MAY_PASS.search(words)


def _report(item: Mapping[str, Any]) -> Report:
    words = str(item.get("Description") or "")
    delivered = item["ReportStatus"] == "SUCCESS"
    name = str(item.get("SessionContext") or "")
    return Report(str(item["SerialNo"]), name, delivered, code_in(words) or "", not delivered and is_gone(words))


def _judged(code: str | None, words: Any, answer: Answer, provider_id: str | None = None) -> Outcome:
    if code is None:
        return without_code(answer)
    detail = words if isinstance(words, str) else ""
    return outcome_of(meaning_of(code, MEANINGS) or UNKNOWN, code, detail, answer, provider_id)


def _response(answer: Answer) -> Mapping[str, Any] | None:
    said = document(answer.body)
    inside = said.get("Response") if isinstance(said, dict) else None
    return inside if isinstance(inside, dict) else None
