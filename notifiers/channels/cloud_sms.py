"""What SMS services have in common that send filed templates only: settings, checks before sending, the line."""

import re
import ssl
from typing import ClassVar, Final
from urllib.parse import quote

from notifiers.channels.channel import ChannelPlugin, Doubt
from notifiers.channels.filed_templates import Ready, filed_templates, filled_in
from notifiers.channels.http_line import HttpLine
from notifiers.channels.message import Message
from notifiers.channels.phones import mainland
from notifiers.channels.trust import trusted
from notifiers.channels.url_settings import UrlMistake, UrlSettings
from notifiers.outcomes import Outcome, permanent
from notifiers.reaching import Reach

CLOUD_SETTINGS: Final = frozenset({"sign", "longest", "mode", "ca"})
NOT_MAINLAND: Final = permanent("not-a-mainland-number")


class CloudSmsChannel(ChannelPlugin):
    """One account at one service; a service adds its codes, ``submit``, ``ask`` and ``read_post``.

    A repeat is a second SMS: neither service knows a reference it has seen.
    """

    title_maxlen = 0
    templates = ("{schema}://{user}:{password}@{host}", "{schema}://{user}:{password}@{host}:{port}")
    reach = Reach.SMS
    hears = True
    doubt = Doubt.ONE
    template_code: ClassVar[re.Pattern[str]]
    longest_value: int

    def configure(self, settings: UrlSettings) -> None:
        """Read what both services need: key and secret, signature, templates, how to reach them."""
        for name in settings.given:
            if name.startswith("+"):
                settings.mistakes.append(UrlMistake("setting-unknown", name, ", ".join(sorted(self.known_settings))))
        settings.refuse_if(not (self.user and self.password), "login-missing")
        self._sign = settings.text("sign")
        self.longest_value = settings.count("longest", type(self).longest_value)
        self._filed = filed_templates(settings, self.template_code)
        mode = settings.choice("mode", ("tls", "plain"), "tls")
        port = f":{self.port}" if self.port else ""
        self._address = f"{'https' if mode == 'tls' else 'http'}://{self.host}{port}{quote(self.fullpath) or '/'}"
        trust = trusted(settings) if mode == "tls" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._line = HttpLine(trust, self.socket_connect_timeout, self.socket_read_timeout)

    def deliver(self, message: Message) -> Outcome:
        """Refuse what the service would refuse, then one request and one answer."""
        number = mainland(message.to)
        if number is None:
            return NOT_MAINLAND
        ready = filled_in(message.filled, self._filed, self.longest_value)
        return ready if isinstance(ready, Outcome) else self.submit(message, number, ready)

    def submit(self, message: Message, number: str, ready: Ready) -> Outcome:
        """Hand over one message; ``number`` has eleven digits."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the kept connections."""
        self._line.close()
