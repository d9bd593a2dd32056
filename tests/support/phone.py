"""People with simple phones in tests: what is texted to them through a real gateway, and what they text back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Final
from urllib.parse import quote

from peers.gateway import PASSWORD_IN_URL, USER, GatewayPeer, SeenRequest
from peers.kannel import as_posted, report_fetched
from support.office import do, duty_of
from support.telling import BASE, contacts, tell

from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.store.engine import reading
from domain.store.posts import posts
from domain.store.store import Store
from notifiers.channels import Channel, open_channel
from notifiers.incoming import Taken, secret_of, settle_posts, take_post
from notifiers.planner import PlanReport
from notifiers.reports import DeliveryReport
from notifiers.settings import ChannelSetting, Telling

HOW_MANY_DIGITS: Final = 11
DELIVERED, UNDELIVERED, ON_ITS_WAY = 1, 2, 8
"""What Kannel calls what became of a message."""


@dataclass
class Phones:
    """An office whose volunteers have no mail, and their phones at the end of a gateway that answers."""

    store: Store
    gateway: GatewayPeer
    settings: Telling
    channels: Mapping[str, Channel]
    written: Iterator[int] = field(default_factory=lambda: count(1))

    def tell(self, now: datetime, worker: str = "w1") -> tuple[PlanReport, DeliveryReport]:
        """What a delivery does: posts that were left, a round, planning, sending."""
        settle_posts(self.store, self.settings, self.channels, now)
        return tell(self.store, self.settings, self.channels, now, worker)

    def got(self, person: PersonId) -> list[str]:
        """The text messages on somebody's phone, oldest first."""
        return [str(each.fields["text"]) for each in self._to(person)]

    def writes(self, person: PersonId, text: str, now: datetime, key: str | None = None) -> str:
        """Somebody texts something back, and what came of it is told by the post's own record."""
        return self.posts(reply_address(number_of(person), text, key or f"m{next(self.written)}"), now)

    def reports(self, person: PersonId, state: int, now: datetime, place: int = -1) -> str:
        """The provider reports on a message to somebody: the last one, or the one at this place."""
        asked = str(self._to(person)[place].fields["dlr-url"])
        return self.posts(report_fetched(asked, state).partition(secret_of(self.store.seal, "sms") + "/")[2], now)

    def posts(self, address: str, now: datetime) -> str:
        """The gateway asks for an address of ours; what came of it, empty while it has to wait."""
        taken = self.taken(address, now)
        assert taken.status == 200, taken
        with reading(self.store.engine) as connection:
            return posts(connection, 1)[0][3] or ""

    def taken(self, address: str, now: datetime) -> Taken:
        """The gateway asks for an address of ours."""
        secret = secret_of(self.store.seal, "sms")
        return take_post(self.store, self.settings, self.channels, "sms", secret, as_posted(address), now)

    def _to(self, person: PersonId) -> Sequence[SeenRequest]:
        return [each for each in self.gateway.seen if each.fields["to"] == f"+86{number_of(person)}"]


@contextmanager
def on_the_phone(
    store: Store, gateway: GatewayPeer, *without_mail: PersonId, then: Mapping[str, Channel] | None = None, **more: str
) -> Iterator[Phones]:
    """An office that texts, first of all; ``then`` are channels that come after the text messages."""
    gateway.reset()
    for person in without_mail:
        contacts(store, person, email=None)
    url = sms_url(store, gateway)
    with open_channel(url) as sms:
        own = ChannelSetting(name="sms", url=url, **more)
        others = [ChannelSetting(name=name, url=f"{name}://") for name in then or ()]
        settings = Telling(base_url=BASE, channels=(own, *others))
        yield Phones(store, gateway, settings, {"sms": sms, **(then or {})})


def sms_url(store: Store, gateway: GatewayPeer, base: str = BASE) -> str:
    """The channel of a Kannel that reports and passes on replies."""
    report = quote(f"{base}/in/sms/{secret_of(store.seal, 'sms')}/", safe="")
    login = f"{USER}:{PASSWORD_IN_URL}"
    return (
        f"swsms://{login}@127.0.0.1:{gateway.port}/cgi-bin/sendsms?mode=plain&preset=kannel&from=10690000"
        f"&hears=yes&report_url={report}"
    )


def number_of(person: PersonId) -> str:
    """Somebody's telephone, as the office of tests gives it."""
    return f"1390000{person[-4:]}"


def reply_address(number: str, text: str, key: str) -> str:
    """What Kannel asks for when somebody has texted."""
    return f"reply?number=%2B86{number}&hex={text.encode().hex()}&charset=UTF-8&id={key}&time=1788224400"


def first_visit_made(store: Store, case: CaseId, by: PersonId, now: datetime) -> None:
    """The companion makes the first visit and says so on the page."""
    number = duty_of(store, case, "first_visit")
    do(store, c.AnswerDuty(case=case, duty=number, by=by, answers={"needs_help": False}), now)
