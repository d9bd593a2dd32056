"""A strict stand-in for Tencent Cloud SMS: checks signature v3 from the raw request, keeps a record, counts."""

import hmac
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from peers.provider import Provider, Raw, Refused, holds_link, serving

SECRET_ID: Final = "AKID-stand-in"
SECRET_KEY: Final = "k3y/of+the@stand:in&"
APP: Final = "1400006666"
SIGN: Final = "守望"
MOST_SKEW: Final = timedelta(minutes=5)
LONGEST_VALUE: Final = 12
KEPT_DAYS: Final = 7

LOGIN: Final = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/(\w+)/tc3_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)
TEMPLATES: Final = {"1110": 2, "1120": 1, "1130": 0}
"""The templates that have been approved, and how many variables each has."""

CALLS: Final = {
    "SendSms": {"PhoneNumberSet", "SmsSdkAppId", "TemplateId"},
    "PullSmsSendStatusByPhoneNumber": {"BeginTime", "Offset", "Limit", "PhoneNumber", "SmsSdkAppId"},
}
"""What each call must bring along."""

MORE: Final = {"SignName", "TemplateParamSet", "ExtendCode", "SessionContext", "SenderId", "EndTime"}


@dataclass(slots=True)
class Kept:
    """One message in the record; ``report`` is the carrier's, empty until it comes."""

    number: str
    context: str
    template: str
    values: list[str]
    at: datetime
    serial: str
    report: str = ""


class TencentPeer(Provider):
    """One account with one key, one application, one signature and three templates."""

    def reset(self) -> None:
        """Forget the record too. ``gives_context``: whether reports carry the session, which is off by default."""
        super().reset()
        self.record: list[Kept] = []
        self.gives_context = False

    def serve(self, raw: Raw) -> tuple[int, Any]:
        """The status is always 200, errors stand inside."""
        try:
            self._check_login(raw)
            said = self._call(raw)
        except Refused as refused:
            said = {"Error": {"Code": refused.code, "Message": refused.words}}
        return 200, {"Response": said | {"RequestId": "T-1"}}

    def _check_login(self, raw: Raw) -> None:
        login = LOGIN.fullmatch(raw.headers.get("authorization", ""))
        stamp = raw.headers.get("x-tc-timestamp", "")
        if login is None or not stamp.isdecimal():
            raise Refused("AuthFailure.InvalidAuthorization")
        said = datetime.fromtimestamp(int(stamp), UTC)
        if abs(self.now - said) > MOST_SKEW:
            raise Refused("AuthFailure.SignatureExpire")
        if login[1] != SECRET_ID:
            raise Refused("AuthFailure.SecretIdNotFound")
        signed = login[4].split(";")
        if not {"content-type", "host"} <= set(signed) or signed != sorted(signed):
            raise Refused("AuthFailure.InvalidAuthorization", "content-type and host must be signed")
        scope = (login[2], login[3], "tc3_request")
        right = scope[:2] == (f"{said:%Y-%m-%d}", "sms") and login[5] == _expected(raw, signed, scope)
        if not right:
            raise Refused("AuthFailure.SignatureFailure")

    def _call(self, raw: Raw) -> dict[str, Any]:
        action, version = raw.headers.get("x-tc-action", ""), raw.headers.get("x-tc-version", "")
        if version != "2021-01-11":
            raise Refused("NoSuchVersion")
        if action not in CALLS:
            raise Refused("InvalidAction")
        if not raw.headers.get("x-tc-region") or not raw.headers["content-type"].startswith("application/json"):
            raise Refused("MissingParameter", "The request is missing a required parameter `Region`.")
        fields = {name: value for name, value in json.loads(raw.body).items() if value is not None}
        missing, strange = CALLS[action] - fields.keys(), fields.keys() - CALLS[action] - MORE
        if missing or strange:
            raise Refused("MissingParameter" if missing else "UnknownParameter", f"{missing or strange}")
        return self._send(fields) if action == "SendSms" else self._reports(fields)

    def _send(self, fields: dict[str, Any]) -> dict[str, Any]:
        statuses = [self._sent(number, fields) for number in fields["PhoneNumberSet"]]
        return {"SendStatusSet": statuses}

    def _sent(self, number: str, fields: dict[str, Any]) -> dict[str, Any]:
        status = {"SerialNo": "", "PhoneNumber": number, "Fee": 0, "SessionContext": fields.get("SessionContext", "")}
        try:
            self._check_message(number, fields)
            self.count(number, "LimitExceeded.PhoneNumberOneHourLimit", "the number of SMS messages sent in an hour")
        except Refused as refused:
            return status | {"Code": refused.code, "Message": refused.words, "IsoCode": ""}
        serial = f"5000:{10457106 + len(self.record)}"
        values, context = fields.get("TemplateParamSet") or [], fields.get("SessionContext", "")
        self.record.append(Kept(number, context, fields["TemplateId"], values, self.now, serial))
        return status | {"SerialNo": serial, "Fee": 1, "Code": "Ok", "Message": "send success", "IsoCode": "CN"}

    def _check_message(self, number: str, fields: dict[str, Any]) -> None:
        values = fields.get("TemplateParamSet") or []
        if not re.fullmatch(r"(\+86|0086|86)?1\d{10}", number):
            raise Refused("InvalidParameterValue.IncorrectPhoneNumber")
        if fields["SmsSdkAppId"] != APP:
            raise Refused("InvalidParameterValue.SdkAppIdNotExist")
        if fields.get("SignName") != SIGN:
            raise Refused("FailedOperation.SignatureIncorrectOrUnapproved")
        if fields["TemplateId"] not in TEMPLATES:
            raise Refused("FailedOperation.TemplateUnapprovedOrNotExist")
        if len(values) != TEMPLATES[fields["TemplateId"]]:
            raise Refused("FailedOperation.TemplateParamSetNotMatchApprovedTemplate")
        if any(map(holds_link, values)):
            raise Refused("InvalidParameterValue.ProhibitedUseUrlInTemplateParameter")
        if any(len(value) > LONGEST_VALUE for value in values):
            raise Refused("InvalidParameterValue.TemplateParameterLengthLimit")
        if len(fields.get("SessionContext", "").encode()) >= 512:
            raise Refused("InvalidParameterValue.ContentLengthLimit")

    def _reports(self, fields: dict[str, Any]) -> dict[str, Any]:
        since = datetime.fromtimestamp(fields["BeginTime"], UTC)
        until = datetime.fromtimestamp(fields.get("EndTime", self.now.timestamp()), UTC) + timedelta(seconds=1)
        if since > until or self.now - since > timedelta(days=KEPT_DAYS, minutes=1):
            raise Refused("InvalidParameterValue.BeginTimeVerifyFail")
        if fields["Offset"] != 0 or not 1 <= fields["Limit"] <= 100:
            raise Refused("InvalidParameterValue.LimitVerifyFail")
        reported = [
            kept
            for kept in self.record
            if kept.report and kept.number == fields["PhoneNumber"] and since <= kept.at <= until
        ]
        return {"PullSmsSendStatusSet": [self._shown(kept) for kept in reported[: fields["Limit"]]]}

    def _shown(self, kept: Kept) -> dict[str, Any]:
        return {
            "UserReceiveTime": int(kept.at.timestamp()),
            "CountryCode": "86",
            "SubscriberNumber": kept.number.removeprefix("+86"),
            "PhoneNumber": kept.number,
            "SerialNo": kept.serial,
            "ReportStatus": "SUCCESS" if kept.report == "DELIVRD" else "FAIL",
            "Description": kept.report,
            "SessionContext": kept.context if self.gives_context else "",
        }


def _expected(raw: Raw, signed: list[str], scope: tuple[str, ...]) -> str:
    split = urlsplit(raw.target)
    lines = "".join(f"{name}:{raw.headers[name].strip().lower()}\n" for name in signed)
    digest = sha256(raw.body).hexdigest()
    request = f"{raw.method}\n{split.path}\n{split.query}\n{lines}\n{';'.join(signed)}\n{digest}"
    stamp, day = raw.headers["x-tc-timestamp"], "/".join(scope)
    text = f"TC3-HMAC-SHA256\n{stamp}\n{day}\n{sha256(request.encode()).hexdigest()}"
    key = f"TC3{SECRET_KEY}".encode()
    for part in scope:
        key = hmac.new(key, part.encode(), "sha256").digest()
    return hmac.new(key, text.encode(), "sha256").hexdigest()


@contextmanager
def tencent_peer() -> Iterator[TencentPeer]:
    """The service on loopback."""
    peer = TencentPeer()
    with serving(peer):
        yield peer
