"""Mail through a few kept connections: ``swmail://user:password@host:port/?from=…&mode=starttls|tls|plain``."""

import ssl
from typing import Final, get_args

from notifiers.channels.channel import HOST, ChannelPlugin, Doubt
from notifiers.channels.letter import DOMAIN, Sender, address_on_the_wire, letter
from notifiers.channels.message import CONTROL, Message
from notifiers.channels.smtp_line import MailDoor, Mode
from notifiers.channels.smtp_lines import SmtpLines
from notifiers.channels.trust import trusted
from notifiers.channels.url_settings import UrlSettings
from notifiers.outcomes import Outcome, permanent
from notifiers.reaching import AT_ONCE_BY_MAIL, Reach

PORTS: Final[dict[Mode, int]] = {"starttls": 587, "tls": 465, "plain": 25}
MOST_CONNECTIONS: Final = 8
"""More at once is what many servers refuse from one client."""


class MailChannel(ChannelPlugin):
    """One server, one sender, a few connections. A repeat bears the same Message-ID as the first."""

    service_name = "Shouwang mail"
    service_url = "https://www.rfc-editor.org/rfc/rfc5321"
    setup_url = "https://www.rfc-editor.org/rfc/rfc6409"
    protocol = "swmail"
    templates = (
        "{schema}://{host}",
        "{schema}://{host}:{port}",
        "{schema}://{user}:{password}@{host}:{port}",
    )
    reach = Reach.MAIL
    known_settings = frozenset({"from", "name", "mode", "ca", "ehlo", "domain", "reply_to", "idle", "connections"})
    doubt = Doubt.ONE_MARKED

    def configure(self, settings: UrlSettings) -> None:
        """Read sender, way of securing the line, and own authority."""
        self._sender = _sender(settings)
        modes: dict[str, Mode] = {mode: mode for mode in get_args(Mode)}
        mode = modes[settings.choice("mode", modes, "starttls")]
        door = MailDoor(
            host=str(self.host).strip("[]"),
            port=self.port or PORTS[mode],
            mode=mode,
            user=self.user or "",
            password=self.password or "",
            greeting_name=_greeting_name(settings, self._sender),
            connect_seconds=self.socket_connect_timeout,
            read_seconds=self.socket_read_timeout,
            idle_seconds=settings.seconds("idle", 5.0),
        )
        numbers = [str(number) for number in range(1, MOST_CONNECTIONS + 1)]
        most = int(settings.choice("connections", numbers, str(AT_ONCE_BY_MAIL)))
        self._lines = SmtpLines(door, _no_trust() if mode == "plain" else trusted(settings), most)

    def deliver(self, message: Message) -> Outcome:
        """Write the mail and hand it over."""
        to = address_on_the_wire(message.to)
        if to is None:
            return permanent("not-a-mail-address")
        written = letter(message, to, self._sender, self.tzinfo)
        return self._lines.hand_over(self._sender.address, to, written)

    def close(self) -> None:
        """Say goodbye to the server."""
        self._lines.close()


def _sender(settings: UrlSettings) -> Sender:
    given = settings.text("from")
    address = address_on_the_wire(given)
    settings.refuse_if(bool(given) and address is None, "setting-not-an-address", "from")
    name, reply_to = settings.text("name", ""), settings.text("reply_to", "")
    settings.refuse_if(bool(CONTROL.search(name)), "setting-has-line-break", "name")
    settings.refuse_if(bool(reply_to) and not address_on_the_wire(reply_to), "setting-not-an-address", "reply_to")
    domain = settings.text("domain", (address or "").rpartition("@")[2] or "localhost")
    settings.refuse_if(not DOMAIN.fullmatch(domain), "setting-not-a-domain", "domain")
    reply_address = address_on_the_wire(reply_to) or ""
    return Sender(address=address or "", name=name, domain=domain, reply_to=reply_address)


def _greeting_name(settings: UrlSettings, sender: Sender) -> str:
    """The name said to the server; the machine's own would cost a look-up and be told to strangers."""
    name = settings.text("ehlo", sender.domain)
    settings.refuse_if(not DOMAIN.fullmatch(name) and not HOST.fullmatch(name), "setting-not-a-domain", "ehlo")
    return name


def _no_trust() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
