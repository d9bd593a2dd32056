"""Every message of a programme to look at before anybody gets it: as text for a screen, as one page for a phone."""

from collections.abc import Collection, Iterator
from datetime import date
from functools import lru_cache, partial
from typing import Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from domain.ids import NudgeId
from domain.programme.schema import Programme
from domain.words import say, sentences
from domain.words.places import units
from notifiers.phrases import Wording
from notifiers.reaching import Words
from notifiers.samples import Sample, Samples
from notifiers.settings import Telling
from notifiers.wording import chat_wording, mail_wording
from notifiers.wording_sms import said_wording, sms_parts, sms_wording

CHANNELS: Final[tuple[Words, ...]] = ("sms", "mail", "chat")
NUDGE: Final = NudgeId(12)


class Shown(NamedTuple):
    """One message in one kind of channel."""

    channel: Words
    wording: Wording

    @property
    def signs(self) -> int:
        """Its length in UTF-16 units."""
        return units(self.wording.text)

    @property
    def parts(self) -> int:
        """How many text messages it is."""
        return sms_parts(self.wording.text)

    @property
    def key(self) -> str:
        """Its template's key, where it is a text message."""
        return self.wording.filled.key if self.wording.filled else ""


class Example(NamedTuple):
    """One situation in words, and its message in each channel."""

    situation: str
    shown: tuple[Shown, ...]


class Group(NamedTuple):
    """What belongs together: a kind of duty (``key``), what any duty may be, the answers to replies."""

    key: str
    title: str
    examples: tuple[Example, ...]


class Preview(NamedTuple):
    """The messages of a programme in one language, as they would be on a day."""

    programme: Programme
    language: str
    groups: tuple[Group, ...]

    def page(self) -> str:
        """As one page, without anything from elsewhere."""
        return _template().render(preview=self, say=partial(say, self.language))

    def text(self) -> str:
        """As text for a screen."""
        lines = [say(self.language, "preview.heading", name=self.programme.name, title=self._title)]
        for group in self.groups:
            lines += ["", group.title]
            for example in group.examples:
                for shown in example.shown:
                    lines.append(f"  {heading(example, shown, self.language)}")
                    lines += [f"    {line}".rstrip() for line in _lines(shown)]
        return "\n".join(lines)

    @property
    def _title(self) -> str:
        return self.programme.title.say(self.language)


def preview(
    programme: Programme,
    language: str,
    settings: Telling,
    today: date,
    channels: Collection[Words] = CHANNELS,
    longest_value: int | None = None,
) -> Preview:
    """Every message of a programme: each kind of duty, one and many of any kind, the answers to replies.

    ``longest_value``: as the channel for text messages has it (``Channel.longest_value``).
    """
    samples = Samples(programme, language, settings, today)
    writer = _Writer(samples, channels, longest_value)
    groups = (*writer.duties(), writer.any_duty(), writer.answers())
    return Preview(programme, language, tuple(group for group in groups if group.examples))


def heading(example: Example, shown: Shown, language: str) -> str:
    """The situation, the channel, and how long a text message is."""
    channel = say(language, f"preview.channel-{shown.channel}")
    if shown.channel != "sms":
        return say(language, "preview.shown", situation=example.situation, channel=channel)
    size = say(language, "preview.size", signs=shown.signs, parts=shown.parts, key=shown.key)
    return say(language, "preview.shown-size", situation=example.situation, channel=channel, size=size)


class _Writer(NamedTuple):
    samples: Samples
    channels: Collection[Words]
    longest_value: int | None

    @property
    def language(self) -> str:
        return self.samples.language

    def duties(self) -> Iterator[Group]:
        found: dict[str, list[Example]] = {}
        for sample in self.samples.of_duties():
            found.setdefault(sample.kind, []).append(self._example(sample))
        for kind, examples in found.items():
            title = self.samples.programme.duties[kind].title.say(self.language)
            yield Group(kind, title, tuple(examples))

    def any_duty(self) -> Group:
        examples = tuple(self._example(sample) for sample in self.samples.of_any())
        return Group("any", say(self.language, "preview.any"), examples)

    def answers(self) -> Group:
        if "sms" not in self.channels:
            return Group("answers", "", ())
        says = [key for key in sentences("replies", self.language) if key != "subject"]
        examples = (Example(say(self.language, f"preview.says-{key}"), (self._said(key),)) for key in says)
        return Group("answers", say(self.language, "preview.answers"), tuple(examples))

    def _example(self, sample: Sample) -> Example:
        situation = say(self.language, f"preview.situation-{sample.situation}")
        if sample.urgent and sample.situation != "urgent":
            situation = say(self.language, "preview.situation-too", situation=situation)
        return Example(situation, tuple(self._shown(sample)))

    def _shown(self, sample: Sample) -> Iterator[Shown]:
        about, language, settings = sample.about, self.language, self.samples.settings
        if "sms" in self.channels:
            yield Shown("sms", sms_wording(about, language, settings, sample.code, longest_value=self.longest_value))
        if "mail" in self.channels:
            yield Shown("mail", mail_wording(about, language, settings, NUDGE))
        if "chat" in self.channels and sample.for_desk:
            yield Shown("chat", chat_wording(about, language, settings, NUDGE))

    def _said(self, says: str) -> Shown:
        values = self.samples.said(says)
        settings, longest = self.samples.settings, self.longest_value
        return Shown("sms", said_wording(says, values, self.language, settings, longest_value=longest))


def _lines(shown: Shown) -> list[str]:
    subject = [shown.wording.subject, ""] if shown.channel == "mail" else []
    return [*subject, *shown.wording.text.rstrip("\n").split("\n")]


@lru_cache(maxsize=1)
def _template() -> Template:
    loader = PackageLoader("notifiers")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("preview.html")
