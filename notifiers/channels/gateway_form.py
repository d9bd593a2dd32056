"""How one SMS gateway wants to be spoken to, as declared in its URL or by a preset with the same names."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx

from notifiers.channels.phones import written
from notifiers.channels.url_settings import UrlSettings

PRESETS: Final[dict[str, dict[str, str]]] = {
    # Kannel 1.4 sendsms. Its meta-data travels with the message into the delivery report.
    "kannel": {
        "method": "GET",
        "send": "query",
        "auth": "none",
        ":username": "{user}",
        ":password": "{password}",
        ":from": "{from}",
        ":to": "{to}",
        ":text": "{text}",
        ":charset": "UTF-8",
        ":coding": "2",
        ":meta-data": "?shouwang?nudge={id}",
        "ok_status": "202",
        "ok_match": r"\A(0: Accepted|3: Queued|Sent\.)",
        "code_match": r"\A([03]):",
        "misconfigured_match": r"\A(Authorization failed|Sender missing|(Unknown|Incomplete) req)|misformed",
        "permanent_match": r"\ANot routable|denied by|receiver number",
        "temporary_match": r"\A(Temporal failure|Sending failed)",
        # Reports as asked for below, replies as in the example of deployments/examples/kannel.
        "report_message": "nudge",
        "report_state": "state",
        "report_code": "code",
        "report_id": "id",
        "report_delivered": "1",
        "report_undelivered": "2|16",
        "report_waiting": "4|8",
        "report_code_match": r"stat:\S+(?: err:\S+)?|NACK/[^/\s]+",
        "report_permanent": r"stat:REJECTD|NACK/0x0000000b\b",
        "reply_number": "number",
        "reply_text": "text",
        "reply_hex": "hex",
        "reply_charset": "charset",
        "reply_id": "id",
        "reply_time": "time",
    },
    "json": {
        "method": "POST",
        "send": "json",
        "auth": "basic",
        ":from": "{from}",
        ":to": "{to}",
        ":text": "{text}",
        ":id": "{id}",
        "ok_status": "2xx",
        "report_message": "/id",
        "report_id": "/message_id",
        "report_state": "/status",
        "report_code": "/code",
        "report_code_match": r"\A[\w.:-]{1,40}\Z",
        "report_delivered": "delivered|delivrd",
        "report_undelivered": "undelivered|undeliv|failed|rejected|rejectd|expired",
        "report_waiting": "accepted|queued|sent|enroute",
        "report_permanent": "rejected|rejectd",
        "reply_number": "/from",
        "reply_text": "/text",
        "reply_id": "/message_id",
        "reply_time": "/time",
    },
}

REPORT_FIELDS: Final[dict[str, dict[str, str]]] = {
    # Mask: 1 delivered, 2 not delivered, 16 refused by the centre; 4 and 8 would only say that it is on its way.
    # Kannel puts in %d (which of these), %A (the centre's words) and %F (the centre's id).
    "kannel": {
        ":dlr-mask": "19",
        ":dlr-url": "{report_url}/report?nudge={id_quoted}&state=%d&code=%A&id=%F",
    },
    "json": {":callback": "{report_url}/report"},
}
"""What is asked for in addition where ``report_url`` says where reports are to be posted."""

FORM_SETTINGS: Final = frozenset({"preset", "method", "send", "auth", "from", "phone", "mode", "ca"})
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
PLACEHOLDERS: Final = frozenset({"to", "text", "subject", "id", "id_quoted", "from", "user", "password", "report_url"})


@dataclass(frozen=True, slots=True)
class GatewayForm:
    """The request's shape. A field name that begins with ``/`` is a place in JSON: ``/messages/0/to``."""

    address: httpx.URL
    method: str
    send: str
    basic_auth: bool
    phone: str
    fields: Mapping[str, str]
    headers: Mapping[str, str]


def with_preset(given: Mapping[str, str]) -> dict[str, str]:
    """The settings given, on top of those of the preset they name; kannel where they name none."""
    preset = given.get("preset") or "kannel"
    asked = REPORT_FIELDS.get(preset, {}) if given.get("report_url") else {}
    return {**PRESETS.get(preset, {}), **asked, **given}


def gateway_form(settings: UrlSettings, address: str) -> GatewayForm:
    """Read the shape of a request from settings that already hold their preset's."""
    settings.choice("preset", PRESETS, "kannel")
    fields = {name[1:]: value for name, value in settings.given.items() if name.startswith(":") and value}
    for name, template in fields.items():
        unknown = set(PLACEHOLDER.findall(template)) - PLACEHOLDERS
        settings.refuse_if(bool(unknown), "placeholder-unknown", name)
    used = set(PLACEHOLDER.findall(" ".join(fields.values())))
    settings.refuse_if(not {"to", "text"} <= used, "nothing-to-fill", ":")
    return GatewayForm(
        address=_address(settings, address),
        method=settings.choice("method", ("GET", "POST", "PUT"), "POST"),
        send=settings.choice("send", ("query", "form", "json"), "json"),
        basic_auth=settings.choice("auth", ("basic", "none"), "none") == "basic",
        phone=settings.choice("phone", ("e164", "digits", "national"), "e164"),
        fields=fields,
        headers={name[1:]: value for name, value in settings.given.items() if name.startswith("+")},
    )


def number_for(form: GatewayForm, number: str) -> str | None:
    """The number as this gateway writes it, None when it is none."""
    return written(number, form.phone)


def request_for(form: GatewayForm, values: Mapping[str, str]) -> httpx.Request:
    """The request with the values put in; a field that comes out empty is left out."""
    filled = {name: _filled(template, values) for name, template in form.fields.items()}
    fields = {name: value for name, value in filled.items() if value}
    headers = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "shouwang"}
    if form.basic_auth:
        headers["authorization"] = f"Basic {basic_login(values['user'], values['password'])}"
    headers |= {name: _filled(template, values) for name, template in form.headers.items()}
    if form.send == "query":
        # The address was read once; httpx would go through every character of the text again, most of the cost.
        target = form.address.raw_path + b"?" + _encoded(fields).encode("ascii")
        return httpx.Request(form.method, form.address, headers=headers, extensions={"target": target})
    content, kind = _content(form.send, fields)
    return httpx.Request(form.method, form.address, headers={"content-type": kind} | headers, content=content)


def _address(settings: UrlSettings, address: str) -> httpx.URL:
    try:
        return httpx.URL(address)
    except httpx.InvalidURL:
        settings.refuse_if(True, "host-missing")
        return httpx.URL()


def basic_login(user: str, password: str) -> str:
    """User and password as they stand in a header (RFC 7617)."""
    return b64encode(f"{user}:{password}".encode()).decode("ascii")


def _filled(template: str, values: Mapping[str, str]) -> str:
    # In one go: braces inside a message are text, not placeholders.
    return PLACEHOLDER.sub(lambda found: values[found[1]], template)


def _encoded(fields: Mapping[str, str]) -> str:
    return urlencode(fields, quote_via=quote, safe="")


def _content(send: str, fields: Mapping[str, str]) -> tuple[bytes, str]:
    if send == "form":
        return _encoded(fields).encode("ascii"), "application/x-www-form-urlencoded; charset=utf-8"
    document: Any = {}
    for name, value in fields.items():
        document = _placed(document, name.strip("/").split("/") if name.startswith("/") else [name], value)
    return json.dumps(document, ensure_ascii=False).encode(), "application/json; charset=utf-8"


def _placed(node: Any, place: list[str], value: str) -> Any:
    """``node`` with ``value`` at ``place``; what is missing is made, a list where the step is a number."""
    if not place:
        return value
    step, rest = place[0], place[1:]
    if step.isdigit():
        items = list(node) if isinstance(node, list) else []
        items += [None] * (int(step[:2]) + 1 - len(items))
        items[int(step[:2])] = _placed(items[int(step[:2])], rest, value)
        return items
    members = dict(node) if isinstance(node, dict) else {}
    return members | {step: _placed(members.get(step), rest, value)}
