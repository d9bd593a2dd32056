"""What a real Kannel asked our address for: requests of Debian's 1.4.5-12, with an SMPP centre and a fake one.

``smsbox`` sends GET without a body and with the headers of ``HEADERS``; only the secret in the address is left out.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, quote_plus, urlsplit

from notifiers.channels import Posted

HEADERS: Final = {"connection": "keep-alive", "user-agent": "Kannel/1.4.5", "host": "127.0.0.1:8790"}
PEER: Final = "127.0.0.1"

# Reports, as the address in dlr-url comes back.
DELIVERED: Final = (
    "report?nudge=n%2B12%2Fa%3Ab&state=1&code=id%3A0000000001+sub%3A001+dlvrd%3A001+submit+date%3A2611282230+done+date"
    "%3A2611282231+stat%3ADELIVRD+err%3A000+text%3A&id=0000000001"
)
DELIVERED_BY_A_FAKE_CENTRE: Final = "report?nudge=n13&state=1&code=&id=4c425e5d-860b-49ad-9379-40f195be28ff"
UNDELIVERED: Final = (
    "report?nudge=4712&state=2&code=id%3A0000000002+sub%3A001+dlvrd%3A001+submit+date%3A2611282230+done+date"
    "%3A2611282231+stat%3AUNDELIV+err%3A001+text%3A&id=0000000002"
)
REJECTED: Final = UNDELIVERED.replace("stat%3AUNDELIV+err%3A001", "stat%3AREJECTD+err%3A099")
NO_SUCH_NUMBER: Final = "report?nudge=n14&state=16&code=NACK%2F0x0000000b%2FInvalid+Destination+Address&id="
ON_ITS_WAY: Final = "report?nudge=4711&state=8&code=ACK%2F&id=0000000001"

# Text messages from people, by the get-url of deployments/examples/kannel.
REPLY_DIGIT: Final = (
    "reply?number=%2B8613812345678&hex=31&charset=UTF-8&id=34ff7970-e32c-4968-bd80-3487fb946e88&time=1795905355"
)
REPLY_CHINESE: Final = (
    "reply?number=%2B8613812345678&hex=003300205B695B50642C8D704E86&charset=UTF-16BE"
    "&id=cf9e0489-29ee-4f21-a88b-265e04e85922&time=1795905355"
)
REPLY_WITH_A_PICTURE: Final = (
    "reply?number=%2B8613812345678&hex=FF110020597D7684D83DDC4D&charset=UTF-16BE"
    "&id=72fc1bdc-878f-46b4-9d4f-503cf278e46f&time=1795905355"
)
# The same channel with %b instead of %e: what a page server makes of UTF-16BE in an address.
REPLY_CHINESE_AS_BYTES: Final = (
    "reply?number=%2B8613812345678&text=%003%00+%5Bi%5BPd%2C%8DpN%86&charset=UTF-16BE"
    "&id=ac20da7a-6c2b-40f4-a256-859360e783fc&time=1795905355"
)


def as_posted(address: str, **changes: str) -> Posted:
    """A request as our pages hand it on; ``address`` is what stands after the secret."""
    split = urlsplit(address)
    query: Mapping[str, str] = dict(parse_qsl(split.query, keep_blank_values=True))
    given = {"peer": PEER, **changes}
    return Posted(method="GET", path=split.path, query=query, headers=HEADERS, body=b"", peer=given["peer"])


def report_fetched(dlr_url: str, state: int, answer: str = "", centre_id: str = "") -> str:
    """The address Kannel fetches: its codes replaced, all else as it was given, ``%2B`` and the like too."""
    codes = {"%d": str(state), "%A": quote_plus(answer), "%F": quote_plus(centre_id)}
    for code, value in codes.items():
        dlr_url = dlr_url.replace(code, value)
    return dlr_url
