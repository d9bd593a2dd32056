"""SMS through Aliyun: ``swaliyun://KEY_ID:SECRET@dysmsapi.aliyuncs.com/?sign=…&:one-answer=SMS_1,case,code``."""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from domain import clock
from notifiers.channels.aliyun_answers import Row, found, page_of, sent
from notifiers.channels.aliyun_posts import CHINA, aliyun_post
from notifiers.channels.aliyun_signing import aliyun_request
from notifiers.channels.cloud_sms import CLOUD_SETTINGS, NOT_MAINLAND, CloudSmsChannel
from notifiers.channels.filed_templates import Ready
from notifiers.channels.http_line import Answer
from notifiers.channels.incoming import Incoming, Posted
from notifiers.channels.message import Message
from notifiers.channels.phones import mainland
from notifiers.channels.provider_codes import still_in_doubt
from notifiers.outcomes import Outcome, misconfigured, temporary, unknown

VERSION: Final = "2017-05-25"
PAGE: Final = 50
MOST_PAGES: Final = 10
DAYS_KEPT: Final = 30
"""How far back Aliyun can be asked."""

RECORD_LAG: Final = timedelta(minutes=3)
"""So long after sending a message may still be missing in the record; the worker asks later than that."""


class AliyunChannel(CloudSmsChannel):
    """One AccessKey. The nudge's id goes along as ``OutId``, by which the record can be searched."""

    service_name = "Shouwang Aliyun SMS"
    service_url = "https://www.aliyun.com/product/sms"
    setup_url = "https://help.aliyun.com/zh/sms/"
    protocol = "swaliyun"
    known_settings: ClassVar[frozenset[str]] = CLOUD_SETTINGS
    template_code = re.compile(r"[A-Za-z0-9_-]{1,64}")
    longest_value = 35
    can_ask = True

    def submit(self, message: Message, number: str, ready: Ready) -> Outcome:
        """SendSms for one number."""
        fields = {
            "PhoneNumbers": number,
            "SignName": self._sign,
            "TemplateCode": ready.code,
            "OutId": message.nudge_id,
        }
        if ready.values:
            fields["TemplateParam"] = json.dumps(ready.values, ensure_ascii=False)
        answer = self._call("SendSms", fields)
        return answer if isinstance(answer, Outcome) else sent(answer)

    def ask(self, message: Message, provider_id: str | None) -> Outcome:
        """QuerySendDetails for each day on which it may have been sent, until our own name for it is found."""
        number, now = mainland(message.to), clock.now()
        if number is None:
            return NOT_MAINLAND
        if now - message.at > timedelta(days=DAYS_KEPT):
            return unknown("too-old-to-ask", provider_id=provider_id)
        for day in _days(message.at, now):
            rows = self._rows(number, day, provider_id)
            if isinstance(rows, Outcome):
                return rows
            ours = [row for row in rows if row.name == message.nudge_id]
            if ours:
                return found(ours, provider_id)
        return temporary("not-in-record") if now - message.at > RECORD_LAG else unknown("record-may-lag")

    def read_post(self, posted: Posted) -> Incoming:
        """Reports of delivery and replies."""
        return aliyun_post(posted)

    def _rows(self, number: str, day: date, provider_id: str | None) -> list[Row] | Outcome:
        """All messages to a number on a day; anything less is no answer, for ours might be in what is missing."""
        rows: list[Row] = []
        asked = {"PhoneNumber": number, "SendDate": f"{day:%Y%m%d}", "PageSize": str(PAGE)}
        asked |= {"BizId": provider_id} if provider_id else {}
        for page in range(1, MOST_PAGES + 1):
            answer = self._call("QuerySendDetails", {**asked, "CurrentPage": str(page)})
            read = answer if isinstance(answer, Outcome) else page_of(answer)
            if isinstance(read, Outcome):
                return still_in_doubt(read)
            rows += read.rows
            if len(rows) >= read.total:
                return rows
            if not read.rows:
                break
        return unknown("record-incomplete")

    def _call(self, action: str, fields: dict[str, str]) -> Answer | Outcome:
        key = (self.user or "", self.password or "")
        try:
            request = aliyun_request(self._address, (action, VERSION), fields, key, clock.now(), uuid.uuid4().hex)
        except (ValueError, UnicodeError):
            return misconfigured("not-a-request")
        return self._line.exchange(request)


def _days(since: datetime, until: datetime) -> Iterator[date]:
    """The days in China from one moment to another, both included."""
    last = until.astimezone(CHINA).date()
    first = min(since.astimezone(CHINA).date(), last)
    yield from (first + timedelta(days=n) for n in range((last - first).days + 1))
