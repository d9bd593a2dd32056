"""Writes what would have been sent, one file a message, where people can read it: ``swspool:///folder``."""

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path
from threading import get_ident
from typing import Any, Final
from urllib.parse import quote, urlsplit

from notifiers.channels.channel import ChannelPlugin, Doubt
from notifiers.channels.letter import Sender, boundary, header_lines
from notifiers.channels.message import Message
from notifiers.channels.url_settings import UrlSettings
from notifiers.outcomes import Outcome, accepted, misconfigured, temporary
from notifiers.reaching import Reach

SENDER: Final = Sender(address="nobody@shouwang.invalid", name="守望 Shouwang", domain="shouwang.invalid")
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.EIO})
ENDING: Final = ".eml"


@dataclass(frozen=True, slots=True, repr=False)
class Spooled:
    """One message as it lies in the spool."""

    file: Path
    at: datetime
    to: str
    subject: str
    text: str

    def __repr__(self) -> str:
        return f"Spooled(file={self.file.name!r})"


class SpoolChannel(ChannelPlugin):
    """A folder with one folder a day; a file is named after its nudge, so a repeat replaces the first."""

    service_name = "Shouwang spool"
    service_url = "https://www.rfc-editor.org/rfc/rfc5322"
    setup_url = "https://www.rfc-editor.org/rfc/rfc5322"
    protocol = "swspool"
    templates = ("{schema}://{path}",)
    reach = Reach.FILE
    needs_host = False
    doubt = Doubt.NOTHING
    can_ask = True

    @staticmethod
    def parse_url(url: str, **_: Any) -> dict[str, Any] | None:
        """Take the URL apart; Apprise would read the first folder after ``:///`` as a host."""
        parts, split = ChannelPlugin.parse_url(url), urlsplit(url)
        place = {"host": split.netloc, "fullpath": split.path, "user": None, "password": None, "port": None}
        return parts | place if parts else None

    def configure(self, settings: UrlSettings) -> None:
        """Take the folder from the URL's path."""
        settings.refuse_if(bool(self.host) or self.fullpath == "/", "folder-missing")
        self._folder = Path(self.fullpath)

    def deliver(self, message: Message) -> Outcome:
        """Write the file whole, then put it in its place."""
        place = self._place(message)
        try:
            self._write(place, _readable(message, self._headers(message)))
        except OSError as error:
            name = errno.errorcode.get(error.errno or 0, "disk")
            return temporary(name) if error.errno in FULL else misconfigured(name)
        return accepted("spooled", self._provider_id(place))

    def ask(self, message: Message, provider_id: str | None) -> Outcome:
        """Whether the message lies there."""
        place = self._place(message)
        return (
            accepted("spooled", provider_id or self._provider_id(place)) if place.exists() else temporary("not-spooled")
        )

    def _headers(self, message: Message) -> str:
        lines = header_lines(message, message.to, SENDER, self.tzinfo)
        return "".join(f"{name}: {value}\n" for name, value in lines)

    def _place(self, message: Message) -> Path:
        day = message.at.astimezone(self.tzinfo).date().isoformat()
        return self._folder / day / (quote(message.nudge_id, safe="+") + ENDING)

    def _provider_id(self, place: Path) -> str:
        return f"{place.parent.name}/{place.name}"

    def _write(self, place: Path, content: bytes) -> None:
        for folder in (self._folder, place.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = place.with_name(f".{place.name}.{os.getpid()}.{get_ident()}")
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
            unfinished.replace(place)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()
            raise


def spool_url(folder: Path) -> str:
    """The URL of the channel that writes into ``folder``."""
    return f"swspool://{quote(str(folder.absolute()))}"


def listing(folder: Path, most: int = 20) -> tuple[Spooled, ...]:
    """The messages written last, newest first; empty when there is no such folder."""
    return tuple(islice(_newest_first(folder), most))


def _newest_first(folder: Path) -> Iterator[Spooled]:
    days = sorted((day for day in folder.glob("????-??-??") if day.is_dir()), reverse=True)
    for day in days:
        files = ((file.stat().st_mtime_ns, file) for file in day.glob(f"[!.]*{ENDING}"))
        for _, file in sorted(files, reverse=True):
            yield _read(file)


def _read(file: Path) -> Spooled:
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    plain = mail.get_body(("plain",))
    return Spooled(
        file=file,
        at=parsedate_to_datetime(str(mail["Date"])),
        to=str(mail["To"]),
        subject=str(mail["Subject"] or ""),
        text=str(plain.get_content()).rstrip("\n") if plain else "",
    )


def _readable(message: Message, headers: str) -> bytes:
    """The mail in UTF-8 as it stands, nothing encoded, so that it can be read in any editor."""
    plain = _part("plain", message.text)
    if message.html is None:
        return (headers + plain).encode()
    edge = boundary(message)
    parts = "".join(f"--{edge}\n{part}\n" for part in (plain, _part("html", message.html)))
    return f'{headers}Content-Type: multipart/alternative; boundary="{edge}"\n\n{parts}--{edge}--\n'.encode()


def _part(subtype: str, text: str) -> str:
    kind = f'Content-Type: text/{subtype}; charset="utf-8"\nContent-Transfer-Encoding: 8bit'
    return f"{kind}\n\n" + "\n".join(text.splitlines()) + "\n"
