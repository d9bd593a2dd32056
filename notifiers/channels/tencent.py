"""SMS through Tencent Cloud: ``swtencent://ID:KEY@sms.tencentcloudapi.com/?app=…&sign=…&:one-answer=1110,case,code``."""

import re
from datetime import timedelta
from typing import Any, ClassVar, Final

from domain import clock
from notifiers.channels.cloud_sms import CLOUD_SETTINGS, NOT_MAINLAND, CloudSmsChannel
from notifiers.channels.filed_templates import Ready
from notifiers.channels.http_line import Answer
from notifiers.channels.incoming import Incoming, Posted
from notifiers.channels.message import Message
from notifiers.channels.phones import mainland
from notifiers.channels.provider_codes import still_in_doubt
from notifiers.channels.tencent_answers import found, reports_in, sent
from notifiers.channels.tencent_posts import tencent_post
from notifiers.channels.tencent_signing import tencent_request
from notifiers.channels.url_settings import UrlSettings
from notifiers.outcomes import Outcome, misconfigured, unknown

SERVICE: Final = "sms"
VERSION: Final = "2021-01-11"
MOST_REPORTS: Final = 100
KEPT: Final = timedelta(days=7)
"""How far back Tencent Cloud can be asked."""

CLOCKS_DIFFER: Final = timedelta(minutes=5)


class TencentChannel(CloudSmsChannel):
    """One application. The nudge's id goes along as ``SessionContext``.

    Asked about an earlier attempt, the service lists what carriers have reported, by its own numbers; our name for a
    message is among it only where the service's staff have switched that on, so only then (``context=yes``) can an
    attempt without an answer be found again.
    """

    service_name = "Shouwang Tencent Cloud SMS"
    service_url = "https://cloud.tencent.com/product/sms"
    setup_url = "https://cloud.tencent.com/document/product/382"
    protocol = "swtencent"
    known_settings: ClassVar[frozenset[str]] = CLOUD_SETTINGS | {"app", "region", "context"}
    template_code = re.compile(r"\d{1,12}")
    longest_value = 12

    def configure(self, settings: UrlSettings) -> None:
        """Read the application and the region too."""
        super().configure(settings)
        self._app = settings.text("app")
        self._region = settings.text("region", "ap-guangzhou")
        self.can_ask = settings.choice("context", ("yes", "no"), "no") == "yes"

    def submit(self, message: Message, number: str, ready: Ready) -> Outcome:
        """SendSms for one number."""
        fields = {
            "PhoneNumberSet": [f"+86{number}"],
            "SmsSdkAppId": self._app,
            "SignName": self._sign,
            "TemplateId": ready.code,
            "TemplateParamSet": list(ready.values.values()),
            "SessionContext": message.nudge_id,
        }
        answer = self._call("SendSms", fields)
        return answer if isinstance(answer, Outcome) else sent(answer)

    def ask(self, message: Message, provider_id: str | None) -> Outcome:
        """PullSmsSendStatusByPhoneNumber since the message's date; what is not listed may still be on its way."""
        number, now = mainland(message.to), clock.now()
        if number is None:
            return NOT_MAINLAND
        fields = {
            "BeginTime": int(max(message.at - CLOCKS_DIFFER, now - KEPT).timestamp()),
            "EndTime": int(now.timestamp()),
            "Offset": 0,
            "Limit": MOST_REPORTS,
            "PhoneNumber": f"+86{number}",
            "SmsSdkAppId": self._app,
        }
        answer = self._call("PullSmsSendStatusByPhoneNumber", fields)
        reports = answer if isinstance(answer, Outcome) else reports_in(answer)
        if isinstance(reports, Outcome):
            return still_in_doubt(reports)
        ours = [one for one in reports if one.name == message.nudge_id or one.provider_id == provider_id]
        return found(ours, provider_id) if ours else unknown("not-reported-yet", provider_id=provider_id)

    def read_post(self, posted: Posted) -> Incoming:
        """Reports of delivery and replies."""
        return tencent_post(posted)

    def _call(self, action: str, fields: dict[str, Any]) -> Answer | Outcome:
        operation, place = (action, VERSION), (SERVICE, self._region)
        key = (self.user or "", self.password or "")
        try:
            request = tencent_request(self._address, operation, place, fields, key, clock.now())
        except (ValueError, UnicodeError):
            return misconfigured("not-a-request")
        return self._line.exchange(request)
