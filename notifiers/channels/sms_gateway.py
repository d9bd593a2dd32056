"""SMS through any HTTP gateway, by declaration: ``swsms://user:password@host/path?preset=kannel&from=…``."""

import ssl
from collections.abc import Iterable
from typing import ClassVar
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
from notifiers.channels.http_line import HttpLine
from notifiers.channels.message import Message
from notifiers.channels.trust import trusted
from notifiers.channels.url_settings import UrlSettings
from notifiers.outcomes import Outcome, misconfigured, permanent
from notifiers.reaching import Reach


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
    known_settings: ClassVar[frozenset[str]] = FORM_SETTINGS | ANSWER_SETTINGS
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

    def secrets(self) -> Iterable[str]:
        """The login in its other form, and fixed fields and headers: one of them may be a key."""
        login = basic_login(self.user or "", self.password or "")
        return (login, *self._form.fields.values(), *self._form.headers.values())

    def close(self) -> None:
        """Close the kept connections."""
        self._line.close()

    def _values(self, message: Message, number: str) -> dict[str, str]:
        return {
            "to": number,
            "text": message.text,
            "subject": message.subject,
            "id": message.nudge_id,
            "from": self._from,
            "user": self.user or "",
            "password": self.password or "",
        }
