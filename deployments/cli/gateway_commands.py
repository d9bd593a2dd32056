"""``shouwang messages gateways``, ``test``, ``addresses``: how the channels stand, and whether one works."""

import secrets
from datetime import timedelta
from typing import Annotated, Final

from cyclopts import App, Parameter

from deployments.cli.message_commands import messages
from deployments.cli.named_channel import setting_of
from deployments.cli.where import DONE, FINDINGS, Where
from domain.store.engine import reading
from domain.store.explain_reasons import advice, reason
from domain.store.lists_gateways import GatewayLine, gateway_lines
from notifiers.settings import telling

COUNTED: Final = timedelta(hours=24)
MADE_UP: Final = {"case": "371302-00000", "count": "1", "code": "12345678", "example": "11 1"}
"""What a test puts into the places of a filed template, beside words."""


def add(_app: App) -> None:
    """Put these commands into the group of ``message_commands.py``."""
    messages.command(gateways)
    messages.command(send_test, name="test")
    messages.command(addresses)


def gateways(*, where: Where = Where()) -> int:
    """How each channel stands: what waits and since when, what came of the last 24 hours, whether it rests."""
    channels = [each.name for each in telling(where.settings).channels]
    with reading(where.store.engine) as connection:
        found = gateway_lines(connection, channels, where.moment, where.moment - COUNTED)
    where.show(
        [{**each._asdict(), "bearing": each.bearing} for each in found], "\n".join(_line(each, where) for each in found)
    )
    return FINDINGS if any(each.bearing != "well" for each in found) else DONE


def _line(each: GatewayLine, where: Where) -> str:
    until = where.local(each.rests_until) if each.rests_until else ""
    oldest = where.local(each.oldest_since) if each.oldest_since else where.say("cli.none")
    bearing = where.say(f"gateways.{each.bearing}", until=until)
    line = where.say(
        "cli.gateway", channel=each.channel, queued=each.queued, oldest=oldest, sent=each.sent, failed=each.failed,
        undelivered=each.undelivered, in_doubt=each.in_doubt, bearing=bearing,
        code=each.code or where.say("cli.none"),
    )  # fmt: skip
    to_do = advice(where.spoken, None, each.code) if each.bearing != "well" else ""
    return f"{line}\n  {to_do}" if to_do else line


def send_test(
    channel: Annotated[str, Parameter(help="the name of a channel in settings.toml")],
    *,
    to: Annotated[str, Parameter(help="whom it goes to: an address or number of your own")],
    template: Annotated[str, Parameter(help="which filed template, where a channel sends no other")] = "test",
    where: Where = Where(),
) -> int:
    """Send one test message at once; the outcome in words, its code, and what to do. Nothing of it is kept."""
    # Here and below: the channels bring Apprise along, which no other command of the group needs.
    from notifiers.channels import Filled, Message, open_channel

    where.existing()
    signed = where.say("messages.sms-signed", signature=where.settings.signature, text=where.say("cli.test-text"))
    words = dict.fromkeys(("title", "state", "how", "listed"), where.say("cli.test-word"))
    message = Message(
        nudge_id=f"test-{secrets.token_hex(4)}", to=to, subject=where.say("cli.test-word"), text=signed,
        at=where.moment, filled=Filled(key=template, values=words | MADE_UP),
    )  # fmt: skip
    with open_channel(setting_of(channel, where).url) as opened:
        outcome = opened.send(message)
    said = {
        "channel": channel, "outcome": outcome.kind.value, "code": outcome.code, "provider_id": outcome.provider_id,
        "detail": outcome.detail, "reason": reason(where.spoken, outcome.kind.value, outcome.code),
        "advice": advice(where.spoken, outcome.kind.value, outcome.code),
    }  # fmt: skip
    lines = [where.say("cli.tested", channel=channel, reason=said["reason"]), outcome.detail, said["advice"]]
    where.show(said, "\n".join(line for line in lines if line))
    return DONE if outcome.is_accepted else FINDINGS


def addresses(*, where: Where = Where()) -> int:
    """Where providers are to post reports and replies, for each channel that hears; secret, for they open a door."""
    from notifiers.channels import open_channel
    from notifiers.incoming import address_of

    found = []
    for setting in telling(where.settings).channels:
        with open_channel(setting.url) as opened:
            if opened.hears:
                base = address_of(where.store.seal, where.settings.base_url, setting.name)
                found.append({"channel": setting.name, "report": f"{base}/report", "reply": f"{base}/reply"})
    lines = [where.say("cli.addresses", **each) for each in found]
    last = where.say("cli.addresses-secret" if lines else "cli.none-hears")
    where.show(found, "\n".join([*lines, last]))
    return DONE
