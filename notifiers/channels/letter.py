"""Writes a message as a mail; the same message always gives the same bytes, so that a repeat is known."""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import tzinfo
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from notifiers.channels.message import Message

LONGEST_PLAIN_LINE: Final = 900
LONGEST_CODED_LINE: Final = 76
"""RFC 2045 §6.8."""
# Lines with encoded words hold at most 76 characters, the header's name included.
MOST_BYTES_IN_WORD: Final = 39
INSIDE_MASK, INSIDE_CHARACTER = 0b1100_0000, 0b1000_0000
"""How a byte of UTF-8 shows that its character began before it (RFC 3629 §3)."""
ATOM: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
LOCAL_PART: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}", re.ASCII)
DOMAIN: Final = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{1,63}", re.IGNORECASE)

HeaderLines = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a channel's mails come from; ``domain`` is the right-hand side of their ids."""

    address: str
    name: str
    domain: str
    reply_to: str = ""


def address_on_the_wire(address: str) -> str | None:
    """An address as SMTP takes it, its domain in ASCII; None when it is none that every server could take."""
    local, _, domain = address.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return f"{local}@{domain}" if LOCAL_PART.fullmatch(local) and DOMAIN.fullmatch(domain) else None


def message_id(nudge_id: str, domain: str) -> str:
    """The same for every attempt at one nudge."""
    return f"<{_atom(f'nudge-{nudge_id}')}@{domain}>"


def letter(message: Message, to: str, sender: Sender, zone: tzinfo | None) -> bytes:
    """The whole mail, seven bits wide with CRLF, to the address ``to``."""
    lines = header_lines(message, to, sender, zone)
    head = "".join(f"{name}: {_encoded(name, value)}\r\n" for name, value in lines)
    return (head + _body(message)).encode("ascii")


def header_lines(message: Message, to: str, sender: Sender, zone: tzinfo | None) -> HeaderLines:
    """The mail's headers before encoding, in the order in which people read them."""
    thread = f"<{_atom(f'duty-{message.thread}')}@{sender.domain}>" if message.thread else ""
    lines = (
        ("From", _named(message.sender_name or sender.name, sender.address)),
        ("To", to),
        ("Reply-To", sender.reply_to),
        ("Subject", message.subject),
        ("Date", format_datetime(message.at.astimezone(zone))),
        ("Message-ID", message_id(message.nudge_id, sender.domain)),
        # Mail programs fold by these even though no mail bears the thread's own id.
        ("In-Reply-To", thread),
        ("References", thread),
        ("Auto-Submitted", "auto-generated"),
        *_ways_out(message.unsubscribe or ""),
        ("MIME-Version", "1.0"),
    )
    return tuple((name, value) for name, value in lines if value)


def _ways_out(link: str) -> HeaderLines:
    """The mail program's own button (RFC 2369); one press is enough where the link is https (RFC 8058 §3.1)."""
    one_click = "List-Unsubscribe=One-Click" if link.startswith("https://") else ""
    return ("List-Unsubscribe", f"<{link}>" if link else ""), ("List-Unsubscribe-Post", one_click)


def boundary(message: Message) -> str:
    """What parts the plain text from the HTML; taken from the id, so that it is the same each time."""
    return "=_" + sha256(message.nudge_id.encode()).hexdigest()[:32]


def _body(message: Message) -> str:
    plain = _part("plain", message.text)
    if message.html is None:
        return plain
    edge = boundary(message)
    parts = "".join(f"--{edge}\r\n{part}\r\n" for part in (plain, _part("html", message.html)))
    return f'Content-Type: multipart/alternative;\r\n boundary="{edge}"\r\n\r\n{parts}--{edge}--\r\n'


def _part(subtype: str, text: str) -> str:
    lines = text.splitlines()
    if text.isascii() and max(map(len, lines), default=0) <= LONGEST_PLAIN_LINE:
        encoding, content = "7bit", "\r\n".join(lines)
    else:
        coded = b64encode("\r\n".join(lines).encode()).decode("ascii")
        wrapped = (coded[start : start + LONGEST_CODED_LINE] for start in range(0, len(coded), LONGEST_CODED_LINE))
        encoding, content = "base64", "\r\n".join(wrapped)
    kind = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}'
    return f"{kind}\r\n\r\n{content}\r\n"


def _encoded(name: str, value: str) -> str:
    plain = value.isascii() and "=?" not in value and len(value) <= LONGEST_PLAIN_LINE
    # A link is never encoded: whatever it holds, it is ASCII and short enough for one line.
    if plain or name == "List-Unsubscribe":
        return value
    if name != "From":
        return _encoded_words(value)
    display, _, address = value.rpartition(" <")
    return f"{_encoded_words(display)}\r\n <{address}"


@lru_cache
def _encoded_words(text: str) -> str:
    """RFC 2047 §2; the standard library's own takes ten times as long, most of a mail's cost."""
    coded, words, start = text.encode(), list[bytes](), 0
    while start < len(coded):
        end = start + MOST_BYTES_IN_WORD
        while end < len(coded) and coded[end] & INSIDE_MASK == INSIDE_CHARACTER:
            end -= 1
        words.append(coded[start:end])
        start = end
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode('ascii')}?=" for word in words)


def _named(name: str, address: str) -> str:
    if not name:
        return address
    if name.isascii() and not ATOM.fullmatch(name.replace(" ", "-")):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address}>"


def _atom(text: str) -> str:
    """``text`` as the left-hand side of an id; replaced by its digest where it could not stand there."""
    return text if ATOM.fullmatch(text) else sha256(text.encode()).hexdigest()[:32]
