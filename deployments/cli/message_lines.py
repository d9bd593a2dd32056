"""Messages as the command line shows them: a line each in a list, everything about one of them."""

from typing import Any, Final

from deployments.cli.where import Where
from domain.store.explain_reasons import reason
from domain.store.lists_messages import Cause, Message

FEW: Final = 3
"""So many duties stand in one line of a list; all of them in ``messages show``."""


def message_data(each: Message, where: Where) -> dict[str, Any]:
    """Plain values; ``reason`` is what its provider said, in words."""
    causes = [
        {**cause._asdict(), "title": where.store.title(cause.kind, where.spoken, cause.programme)}
        for cause in each.causes
    ]
    return {**each._asdict(), "causes": causes, "reason": _reason(each, where)}


def message_line(each: Message, where: Where) -> str:
    """To whom, through what, how it stands, about what."""
    planned = where.local(each.settled_at or each.planned_at)
    return where.say(
        "cli.message", id=each.why, person=each.person, channel=each.channel, state=_state(each, where),
        planned=planned, about=_about(each, where),
    )  # fmt: skip


def message_story(each: Message, where: Where) -> list[str]:
    """What a provider said of it and later reported, what it took the place of and what took its own."""
    lines = []
    if each.outcome is not None:
        name = each.provider_id or where.say("cli.none")
        lines.append(where.say("cli.message-outcome", reason=_reason(each, where), name=name))
    if each.receipt is not None and each.receipt_at is not None:
        told = reason(where.spoken, each.receipt, each.receipt_code)
        lines.append(where.say("cli.message-receipt", receipt=told, at=where.local(each.receipt_at)))
    if each.resent_by is not None:
        lines.append(where.say("cli.message-resent", before=each.replaces, by=each.resent_by))
    elif each.replaces is not None:
        lines.append(where.say("cli.message-instead", before=each.replaces))
    if each.replaced_by is not None:
        lines.append(where.say("cli.message-replaced", successor=each.replaced_by))
    return lines


def cause_line(each: Cause, where: Where) -> str:
    """One thing a message is about."""
    title = where.store.title(each.kind, where.spoken, each.programme)
    line = where.say("cli.message-cause", duty=each.duty, title=title, rung=each.rung, due_on=each.due_on)
    return f"{line} {where.say('cli.message-moot')}" if each.moot else line


def _state(each: Message, where: Where) -> str:
    """How it stands, with what is known beyond that: the receipt, or why it has not gone through."""
    state = where.say(f"cli.state-{each.state}")
    if each.receipt is not None:
        return where.say("cli.state-because", state=state, why=where.say(f"reasons.kind-{each.receipt}"))
    if each.outcome is not None and each.state in {"queued", "failed", "doubtful"}:
        return where.say("cli.state-because", state=state, why=_reason(each, where))
    return state


def _reason(each: Message, where: Where) -> str | None:
    return reason(where.spoken, each.outcome, each.code) if each.outcome is not None else None


def _about(each: Message, where: Where) -> str:
    if each.says is not None:
        return where.say("cli.message-answer")
    duties = list(dict.fromkeys(cause.duty for cause in each.causes))
    about = where.say("cli.list-sign").join(duties[:FEW])
    return where.say("cli.and-more", some=about, count=len(duties)) if len(duties) > FEW else about
