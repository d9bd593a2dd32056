"""SMS through any HTTP gateway, by declaration: ``swsms://user:password@host/path?preset=kannel&from=…``."""

import re
import ssl
from collections.abc import Iterable
from typing import ClassVar, Final
from urllib.parse import quote

from notifiers.channels.channel import ChannelPlugin, Doubt
from notifiers.channels.gateway_answers import ANSWER_SETTINGS, answer_rules, judged
from notifiers.channels.gateway_form import (
    FORM_SETTINGS,
    basic_login,
    gateway_form,
    number_for,
    request_for,
    with_preset,
)
from notifiers.channels.gateway_posts import POST_SETTINGS, post_rules, read
from notifiers.channels.http_line import HttpLine
from notifiers.channels.incoming import Incoming, Posted
from notifiers.channels.message import Message
from notifiers.channels.trust import trusted
from notifiers.channels.url_settings import UrlSettings
from notifiers.outcomes import Outcome, misconfigured, permanent
from notifiers.reaching import Reach

REPORT_URL: Final = re.compile(r"https?://[A-Za-z0-9._~:/@\[\]-]+")


class SmsGatewayChannel(ChannelPlugin):
    """One account at one gateway. The nudge's id goes along as its reference."""

    service_name = "Shouwang SMS gateway"
    service_url = "https://www.kannel.org"
    setup_url = "https://www.kannel.org/userguide.shtml"
    protocol = "swsms"
    templates = (
        "{schema}://{host}",
        "{schema}://{host}:{port}",
        "{schema}://{user}:{password}@{host}:{port}",
    )
    title_maxlen = 0
    reach = Reach.SMS
    known_settings: ClassVar[frozenset[str]] = FORM_SETTINGS | ANSWER_SETTINGS | POST_SETTINGS
    hidden_settings = frozenset({"to", "report_url"})
    doubt = Doubt.ONE

    def configure(self, settings: UrlSettings) -> None:
        """Read the shape of requests and the meaning of answers."""
        whole = UrlSettings(with_preset(settings.given), settings.mistakes)
        mode = whole.choice("mode", ("tls", "plain"), "tls")
        port = f":{self.port}" if self.port else ""
        address = f"{'https' if mode == 'tls' else 'http'}://{self.host}{port}{quote(self.fullpath)}"
        self._from = whole.text("from", "")
        self._form = gateway_form(whole, address)
        self._rules = answer_rules(whole)
        self.hears = whole.yes_or_no("hears")
        self._post_rules = post_rules(whole)
        self._report_url = _report_url(whole)
        if self._rules.repeat is not None:
            # The gateway knows a reference it has seen, so sending again cannot make a second message.
            self.doubt = Doubt.NOTHING
        trust = trusted(whole) if mode == "tls" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._line = HttpLine(trust, self.socket_connect_timeout, self.socket_read_timeout)

    def deliver(self, message: Message) -> Outcome:
        """One request, one answer."""
        number = number_for(self._form, message.to)
        if number is None:
            return permanent("not-a-phone-number")
        try:
            request = request_for(self._form, self._values(message, number))
        except (ValueError, UnicodeError):
            return misconfigured("not-a-request")
        answer = self._line.exchange(request)
        return answer if isinstance(answer, Outcome) else judged(answer, self._rules)

    def read_post(self, posted: Posted) -> Incoming:
        """Reports at ``report``, text messages people sent at ``reply``."""
        return read(posted, self._post_rules, self.tzinfo)

    def secrets(self) -> Iterable[str]:
        """The login in its other form, and fixed fields and headers: one of them may be a key."""
        login = basic_login(self.user or "", self.password or "")
        return (login, self._report_url, *self._form.fields.values(), *self._form.headers.values())

    def close(self) -> None:
        """Close the kept connections."""
        self._line.close()

    def _values(self, message: Message, number: str) -> dict[str, str]:
        return {
            "to": number,
            "text": message.text,
            "subject": message.subject,
            "id": message.nudge_id,
            "id_quoted": quote(message.nudge_id, safe=""),
            "from": self._from,
            "user": self.user or "",
            "password": self.password or "",
            "report_url": self._report_url,
        }


def _report_url(settings: UrlSettings) -> str:
    """Where reports are to be posted: the address our pages give the channel, without a slash at its end.

    A percent sign in it would be read by Kannel as a code of its own.
    """
    url = settings.text("report_url", "").rstrip("/")
    settings.refuse_if(bool(url) and not REPORT_URL.fullmatch(url), "setting-not-a-url", "report_url")
    return url
