"""A strict stand-in for Aliyun's SMS service: checks signature V3 from the raw request, keeps a record, counts."""

import hmac
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit
from zoneinfo import ZoneInfo

from peers.provider import Provider, Raw, Refused, holds_link, serving

KEY_ID: Final = "LTAI-stand-in"
SECRET: Final = "s3cr/t+&of@the:stand-in"
SIGN: Final = "守望"
CHINA: Final = ZoneInfo("Asia/Shanghai")
MOST_SKEW: Final = timedelta(minutes=15)
LONGEST_VALUE: Final = 35

LOGIN: Final = re.compile(
    r"ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})"
)
NEEDED: Final = ("host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256")
TEMPLATES: Final = {"SMS_1001": {"case", "code"}, "SMS_1002": {"count"}, "SMS_1003": set[str]()}
"""The templates that have been approved, and the variables of each."""


@dataclass(slots=True)
class Kept:
    """One message in the record; 1 waits for the carrier, 2 failed, 3 delivered."""

    number: str
    out_id: str
    template: str
    values: dict[str, str]
    at: datetime
    biz_id: str
    status: int = 1
    err_code: str = ""


class AliyunPeer(Provider):
    """One account with one key, one signature and three templates."""

    def reset(self) -> None:
        """Forget the record too."""
        super().reset()
        self.record: list[Kept] = []
        self.hidden = 0
        self._nonces: set[str] = set()

    def serve(self, raw: Raw) -> tuple[int, Any]:
        """Answers of the gateway have a status of their own, those of the service are always 200."""
        try:
            self._check_login(raw)
            fields = dict(parse_qsl(urlsplit(raw.target).query, keep_blank_values=True))
            said = self._calls(raw)(fields)
        except Refused as refused:
            status = 200 if refused.code.startswith("is") else refused.status
            return status, {"Code": refused.code, "Message": refused.words, "RequestId": "A-1"}
        return 200, {"Code": "OK", "Message": "OK", "RequestId": "A-1"} | said

    def _check_login(self, raw: Raw) -> None:
        missing = [name for name in NEEDED if not raw.headers.get(name)]
        login = LOGIN.fullmatch(raw.headers.get("authorization", ""))
        if missing or login is None:
            raise Refused("IncompleteSignature", f"missing: {missing}")
        if login[1] != KEY_ID:
            raise Refused("InvalidAccessKeyId.NotFound", "Specified access key is not found.", 404)
        self._check_time(raw)
        signed = login[2].split(";")
        must = {name for name in raw.headers if name.startswith("x-acs-") or name in ("host", "content-type")}
        if signed != sorted(signed) or must - set(signed):
            raise Refused("IncompleteSignature", "Not all headers are signed.")
        if not hmac.compare_digest(login[3], _expected(raw, signed)):
            raise Refused("SignatureDoesNotMatch", "Specified signature is not matched with our calculation.")
        self._nonces.add(raw.headers["x-acs-signature-nonce"])

    def _check_time(self, raw: Raw) -> None:
        said = datetime.strptime(raw.headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs(self.now - said) > MOST_SKEW:
            raise Refused("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
        if raw.headers["x-acs-signature-nonce"] in self._nonces:
            raise Refused("SignatureNonceUsed", "Specified signature nonce was used already.")
        if raw.headers["x-acs-content-sha256"] != sha256(raw.body).hexdigest():
            raise Refused("SignatureDoesNotMatch", "The digest is not that of the body.")

    def _calls(self, raw: Raw) -> Any:
        if raw.headers["x-acs-version"] != "2017-05-25":
            raise Refused("InvalidVersion", "Specified parameter Version is not valid.")
        calls = {"SendSms": self._send, "QuerySendDetails": self._query}
        if raw.headers["x-acs-action"] not in calls:
            raise Refused("InvalidAction.NotFound", "Specified api is not found.", 404)
        return calls[raw.headers["x-acs-action"]]

    def _send(self, fields: dict[str, str]) -> dict[str, Any]:
        _need(fields, "PhoneNumbers", "SignName", "TemplateCode")
        number = re.sub(r"\A(\+86|0086|86)(?=1\d{10}\Z)", "", fields["PhoneNumbers"])
        if not re.fullmatch(r"1\d{10}", number):
            raise Refused("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误")
        if fields["SignName"] != SIGN:
            raise Refused("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名")
        values = _values(fields)
        self.count(number, "isv.BUSINESS_LIMIT_CONTROL", f"触发小时级流控Permits:{self.quota}")
        biz_id = f"{len(self.record) + 900100}^0"
        self.record.append(
            Kept(number, fields.get("OutId", ""), fields["TemplateCode"], values, self.now.astimezone(CHINA), biz_id)
        )
        return {"BizId": biz_id}

    def _query(self, fields: dict[str, str]) -> dict[str, Any]:
        _need(fields, "PhoneNumber", "SendDate", "PageSize", "CurrentPage")
        size, page = int(fields["PageSize"]), int(fields["CurrentPage"])
        if not (1 <= size <= 50 and page >= 1 and re.fullmatch(r"\d{8}", fields["SendDate"])):
            raise Refused("isv.INVALID_PARAMETERS", "参数格式不正确")
        rows = [
            kept
            for kept in reversed(self.record)
            if kept.number == fields["PhoneNumber"] and f"{kept.at:%Y%m%d}" == fields["SendDate"]
            if fields.get("BizId", kept.biz_id) == kept.biz_id
        ]
        shown = rows[(page - 1) * size : page * size]
        total = len(rows) + self.hidden
        return {"TotalCount": str(total), "SmsSendDetailDTOs": {"SmsSendDetailDTO": list(map(_shown, shown))}}


def _expected(raw: Raw, signed: list[str]) -> str:
    split = urlsplit(raw.target)
    pairs = sorted(parse_qsl(split.query, keep_blank_values=True))
    query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    lines = "".join(f"{name}:{raw.headers[name].strip()}\n" for name in signed)
    digest = raw.headers["x-acs-content-sha256"]
    request = f"{raw.method}\n{split.path}\n{query}\n{lines}\n{';'.join(signed)}\n{digest}"
    text = f"ACS3-HMAC-SHA256\n{sha256(request.encode()).hexdigest()}"
    return hmac.new(SECRET.encode(), text.encode(), "sha256").hexdigest()


def _need(fields: dict[str, str], *names: str) -> None:
    for name in names:
        if not fields.get(name):
            raise Refused(f"Missing{name}", f"{name} is mandatory for this action.")


def _values(fields: dict[str, str]) -> dict[str, str]:
    variables = TEMPLATES.get(fields["TemplateCode"])
    if variables is None:
        raise Refused("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板")
    values = json.loads(fields.get("TemplateParam", "{}"))
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise Refused("isv.INVALID_JSON_PARAM", "参数格式错误,请修改为字符串值")
    if variables - values.keys():
        raise Refused("isv.TEMPLATE_MISSING_PARAMETERS", "模板变量中存在未赋值变量")
    if values.keys() - variables:
        raise Refused("isv.SMS_TEMPLATE_ILLEGAL", "变量个数与模板不符")
    if not all(1 <= len(value) <= LONGEST_VALUE for value in values.values()):
        raise Refused("isv.PARAM_LENGTH_LIMIT", "参数超过长度限制")
    if any(map(holds_link, values.values())):
        raise Refused("isv.PARAM_NOT_SUPPORT_URL", "变量不支持传入URL")
    return values


def _shown(kept: Kept) -> dict[str, Any]:
    return {
        "PhoneNum": kept.number,
        "OutId": kept.out_id,
        "SendStatus": kept.status,
        "ErrCode": kept.err_code,
        "TemplateCode": kept.template,
        "Content": f"【{SIGN}】{' '.join(kept.values.values())}",
        "SendDate": f"{kept.at:%Y-%m-%d %H:%M:%S}",
    }


@contextmanager
def aliyun_peer() -> Iterator[AliyunPeer]:
    """The service on loopback."""
    peer = AliyunPeer()
    with serving(peer):
        yield peer
