"""What is wrong with a channel's URL. Apart from the channels, so that whoever tells it need not load them."""

from dataclasses import dataclass

from domain.words import say


@dataclass(frozen=True, slots=True)
class UrlMistake:
    """One thing wrong with a channel's URL: the key of a sentence and the setting it is about."""

    key: str
    setting: str = ""
    choices: str = ""

    def sentence(self, language: str) -> str:
        """What is wrong and what to write instead. Values are not shown: one of them may be a password."""
        return say(language, f"channels.{self.key}", setting=self.setting, choices=self.choices)


class ChannelUrlRefused(ValueError):
    """A channel's URL that cannot be used, with all its mistakes."""

    def __init__(self, *mistakes: UrlMistake) -> None:
        super().__init__(" ".join(mistake.sentence("en") for mistake in mistakes))
        self.mistakes = mistakes
