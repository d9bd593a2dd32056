"""The words of a text message: one matter in a sentence, many as a count; how to answer; as a filed template too.

The text is always a template with values put in, so that a provider which takes no free text is given just these.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from domain.rules.ways import Way
from domain.words import say
from notifiers.channels import Filled
from notifiers.matters import Matter
from notifiers.phrases import Wording, day_in_words, level_name, short_state
from notifiers.settings import Telling

ONE_PART: Final = 70
PART_OF_MANY: Final = 67
"""UTF-16 units a text message holds alone and as a part of a longer one (3GPP TS 23.040, UCS-2), signature included."""

MOST_PARTS: Final = 2
"""Text messages that one duty may take."""

_FILLED_IN: Final = frozenset({Way.FORM, Way.PROPOSAL, Way.EARLY})


class _Draft(NamedTuple):
    """What there is to say (``one``, ``many``) and to do (``reply``, ``open`` …), with the values of both."""

    about: str
    action: str
    values: Mapping[str, str]

    @property
    def key(self) -> str:
        """The name of the template."""
        return f"{self.about}-{self.action}"

    def text(self, language: str) -> str:
        """The template with its values."""
        return say(language, f"messages.sms-{self.about}", **self.values) + say(
            language, f"messages.sms-{self.action}", **self.values
        )


def sms_wording(
    about: Sequence[Matter], language: str, settings: Telling, code: str | None, *, again: bool = False
) -> Wording:
    """A text message. ``code`` opens the page at the fixed address; digits are offered where matters have some."""
    urgent = any(matter.urgent for matter in about)
    drafts = list(_drafts(about, language, settings, code))
    texts = [_whole(draft.text(language), language, settings, urgent=urgent, again=again) for draft in drafts]
    fits = (place for place, text in enumerate(texts) if sms_parts(text) <= MOST_PARTS)
    chosen = next(fits, len(texts) - 1)
    key = drafts[chosen].key + ("-urgent" if urgent else "")
    # The address is part of the filed text itself: mainland rules forbid links among the values.
    values = {name: value for name, value in drafts[chosen].values.items() if name != "address"}
    return Wording("", texts[chosen], filled=Filled(key=key, values=values))


def sms_parts(text: str) -> int:
    """How many text messages a text is sent as."""
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= ONE_PART else -(-units // PART_OF_MANY)


def said_wording(says: str, values: Mapping[str, str], language: str, settings: Telling) -> Wording:
    """An answer to somebody's reply, in a sentence of its own (``replies.*.yaml``)."""
    text = say(language, f"replies.{says}", **values)
    return Wording(
        say(language, "replies.subject"), say(language, "messages.sms-signed", signature=settings.signature, text=text),
        filled=Filled(key=f"says-{says}", values=values),
    )  # fmt: skip


def _drafts(about: Sequence[Matter], language: str, settings: Telling, code: str | None) -> Iterator[_Draft]:
    """The fullest form first; whatever a shorter one leaves out, the page tells."""
    action, values = _action(about, settings, code)
    for state in _states(about, language) if len(about) == 1 else [_digest(about, language)]:
        said = _said(about, state)
        kind = "one" if len(about) == 1 else "many"
        for how in _hows(about, language):
            yield _Draft(kind, "reply" if code else "reply-only", said | values | {"how": how})
        yield _Draft(kind, action, said | values)


def _said(about: Sequence[Matter], state: str) -> dict[str, str]:
    if len(about) == 1:
        return {"title": about[0].title, "case": about[0].case, "state": state}
    return {"count": str(len(about)), "state": state}


def _states(about: Sequence[Matter], language: str) -> Iterator[str]:
    matter, state = about[0], short_state(about[0], language)
    if matter.climbed_to is not None:
        level = level_name(matter.climbed_to, language)
        climbed = say(language, "messages.sms-climbed", state=state, level=level)
        if matter.empty:
            yield say(language, "messages.sms-empty", state=climbed)
        yield climbed
    yield state


def _digest(about: Sequence[Matter], language: str) -> str:
    late = sum(matter.days_late > 0 for matter in about)
    if late:
        return say(language, "messages.sms-late", late=late)
    first = min(matter.due_on for matter in about)
    return say(language, "messages.sms-first", date=day_in_words(first, language, "date-short"))


def _hows(about: Sequence[Matter], language: str) -> Iterator[str]:
    """How to answer by text message: each duty with its code where there are several, the fullest form first."""
    answerable = [matter for matter in about if matter.digits]
    if not answerable:
        return
    if len(about) == 1:
        yield _how_of_one(about[0], language)
        return
    listed = [
        say(language, "messages.sms-coded", code=matter.reply_code, title=matter.title, case=_short(matter.case))
        for matter in answerable
    ]
    digits = sorted({digit for matter in answerable for digit in matter.digits})
    what = _listed(language, [say(language, f"messages.sms-many-{digit}") for digit in digits])
    example = f"{answerable[0].reply_code} {digits[0]}"
    yield say(language, "messages.sms-how-many", listed=_listed(language, listed), what=what, example=example)


def _how_of_one(matter: Matter, language: str) -> str:
    words = {Way.PROPOSAL: "proposal", Way.ACKNOWLEDGE: "acknowledge"}.get(matter.way, "form")
    mark = f"{matter.reply_code} " if matter.reply_code else ""
    said = (
        say(language, f"messages.sms-{words}-{digit}", digit=say(language, "messages.sms-digits", digits=mark + digit))
        for digit in matter.digits
    )
    return _listed(language, list(said))


def _listed(language: str, parts: Sequence[str]) -> str:
    return say(language, "messages.sms-comma").join(parts)


def _short(case: str) -> str:
    """The part of a case number that tells a volunteer's children apart."""
    return case.rpartition("-")[2]


def _action(about: Sequence[Matter], settings: Telling, code: str | None) -> tuple[str, dict[str, str]]:
    page = {"address": settings.answer_address, "code": code or ""}
    if code is not None:
        return ("answer" if any(matter.way in _FILLED_IN for matter in about) else "open"), page
    return ("act-on-it" if any(matter.climbed_to for matter in about) else "see-to-it"), {}


def _whole(text: str, language: str, settings: Telling, *, urgent: bool, again: bool) -> str:
    if urgent:
        text = say(language, "messages.sms-urgent", text=text)
    if again:
        text = say(language, "messages.sms-repeat", text=text)
    return say(language, "messages.sms-signed", signature=settings.signature, text=text)
