"""The words of a text message: one matter in a sentence, many as a count; how to answer; as a filed template too.

The text is always a template with values put in, so that a provider which takes no free text is given just these.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from domain.rules.ways import Way
from domain.words import LANGUAGES, say, sentences
from domain.words.places import places, units
from notifiers.channels import Filled
from notifiers.matters import Matter
from notifiers.phrases import Wording, day_in_words, level_name, own_words, short_state, shortened
from notifiers.settings import Telling

ONE_PART: Final = 70
PART_OF_MANY: Final = 67
"""UTF-16 units a text message holds alone and as a part of a longer one (3GPP TS 23.040, UCS-2), signature included."""

MOST_PARTS: Final = 2
"""Text messages that one duty may take."""

SHORT_TITLE: Final = 18
"""UTF-16 units of a title where nothing else is left to leave out."""

ADDRESS: Final = "address"
"""The value that is part of the filed text itself: mainland rules forbid links among the values."""

_FILLED_IN: Final = frozenset({Way.FORM, Way.PROPOSAL, Way.EARLY})


class Form(NamedTuple):
    """One way to say it: what there is to say (``one``, ``many``) and to do; each a filed template of its own."""

    about: str
    action: str
    urgent: bool = False

    @property
    def key(self) -> str:
        """The name of the template."""
        return f"{self.about}-{self.action}" + ("-urgent" if self.urgent else "")

    def places(self, language: str) -> tuple[str, ...]:
        """The names of its values in the order of its words, without the address."""
        named = (name for key in self._sentences for name in places(sentences("messages", language)[key]))
        return tuple(name for name in dict.fromkeys(named) if name != ADDRESS)

    def text(self, language: str, values: Mapping[str, str]) -> str:
        """Its words with these values, without the signature."""
        text = "".join(say(language, f"messages.{key}", **values) for key in self._sentences)
        return say(language, "messages.sms-urgent", text=text) if self.urgent else text

    @property
    def _sentences(self) -> tuple[str, str]:
        return f"sms-{self.about}", f"sms-{self.action}"


FORMS: Final = tuple(
    Form(about, action, urgent)
    for about in ("one", "many")
    for action in ("reply", "answer", "open", "see-to-it", "act-on-it")
    for urgent in (False, True)
)
"""Every form there is."""


class _Draft(NamedTuple):
    form: Form
    values: Mapping[str, str]

    @property
    def filled(self) -> Filled:
        """As a filed template."""
        return Filled(key=self.form.key, values={name: self.values[name] for name in self.form.places(LANGUAGES[0])})


def sms_wording(
    about: Sequence[Matter], language: str, settings: Telling, code: str | None, *, again: bool = False,
    longest_value: int | None = None,
) -> Wording:  # fmt: skip
    """A text message. ``code`` opens the page at the fixed address; digits are offered where matters have some.

    ``longest_value``: what a value may have where the text goes as a filed template (``Channel.longest_value``).
    """
    drafts = list(_drafts(about, language, settings, code))
    texts = [signed(draft.form.text(language, draft.values), language, settings, again=again) for draft in drafts]
    fits = (
        place
        for place, (draft, text) in enumerate(zip(drafts, texts, strict=True))
        if sms_parts(text) <= MOST_PARTS and _go_in(draft.filled.values, longest_value)
    )
    chosen = next(fits, len(texts) - 1)
    return Wording("", texts[chosen], filled=drafts[chosen].filled)


def sms_parts(text: str) -> int:
    """How many text messages a text is sent as."""
    length = units(text)
    return 1 if length <= ONE_PART else -(-length // PART_OF_MANY)


def signed(text: str, language: str, settings: Telling, *, again: bool = False) -> str:
    """With the signature before it; ``again`` says that it is sent a second time."""
    if again:
        text = say(language, "messages.sms-repeat", text=text)
    return say(language, "messages.sms-signed", signature=settings.signature, text=text)


def said_wording(
    says: str, values: Mapping[str, str], language: str, settings: Telling, *, longest_value: int | None = None
) -> Wording:
    """An answer to somebody's reply, in a sentence of its own (``replies.*.yaml``); a long list loses its end."""
    ways = list(_fewer(values, language, longest_value))
    texts = [signed(say(language, f"replies.{says}", **way), language, settings) for way in ways]
    fits = (
        place
        for place, (way, text) in enumerate(zip(ways, texts, strict=True))
        if sms_parts(text) <= MOST_PARTS and _go_in(way, longest_value)
    )
    chosen = next(fits, len(texts) - 1)
    filled = Filled(key=f"says-{says}", values=ways[chosen])
    return Wording(say(language, "replies.subject"), texts[chosen], filled=filled)


def _go_in(values: Mapping[str, str], longest: int | None) -> bool:
    """Whether values go into the places of a filed template."""
    return longest is None or all(units(value) <= longest for value in values.values())


def _fewer(values: Mapping[str, str], language: str, longest: int | None) -> Iterator[Mapping[str, str]]:
    """The values as they are, then with ever fewer duties listed, at last with whatever is too long cut."""
    fewer = dict(values)
    yield fewer
    comma = say(language, "messages.sms-comma")
    listed = re.split(rf"{re.escape(comma)}(?=\d)", values.get("listed", ""))
    for count in range(len(listed) - 1, 0, -1):
        fewer = fewer | {"listed": say(language, "messages.sms-and-more", listed=comma.join(listed[:count]))}
        yield fewer
    short = {"title": SHORT_TITLE, "listed": longest or PART_OF_MANY}
    yield {
        name: shortened(value, min(longest or PART_OF_MANY, short.get(name, len(value))))
        for name, value in fewer.items()
    }


def _drafts(about: Sequence[Matter], language: str, settings: Telling, code: str | None) -> Iterator[_Draft]:
    """The fullest form first; whatever a shorter one leaves out, the page tells."""
    action, page = _action(about, settings, code)
    urgent, kind = any(matter.urgent for matter in about), "one" if len(about) == 1 else "many"
    said: Mapping[str, str] = {}
    for said in _said(about, language):
        for how in _hows(about, language) if code else ():
            yield _Draft(Form(kind, "reply", urgent), {**said, **page, "how": how})
        yield _Draft(Form(kind, action, urgent), {**said, **page})
    if "title" in said:
        short = {"title": shortened(said["title"], SHORT_TITLE)}
        yield _Draft(Form(kind, action, urgent), {**said, **page, **short})


def _said(about: Sequence[Matter], language: str) -> Iterator[Mapping[str, str]]:
    """What there is to do; of one duty in the programme's own words first."""
    if len(about) > 1:
        yield {"count": str(len(about)), "state": _digest(about, language)}
        return
    matter = about[0]
    own = own_words(matter.own_sms, matter, language)
    for title in (own, matter.title) if own else (matter.title,):
        for state in _states(about, language):
            yield {"title": title, "case": matter.case, "state": state}


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
