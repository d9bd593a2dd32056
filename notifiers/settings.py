"""What telling people needs to know of the install: its address, its channels in order of preference, its signature."""

from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.settings import ChannelSetting, Settings
from domain.store.outbox import DESK
from notifiers.reaching import Reach, reach_of

__all__ = ["ChannelSetting", "Telling", "telling"]

ANSWER_PATH: Final = "/a"
CASE_PATH: Final = "/c"
STOP_PATH: Final = "/stop"
LONGEST_IN_SMS: Final = 36

Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(/[^\s]*[^\s/])?$", max_length=200)]


class Telling(BaseModel):
    """Settings of planner and worker. ``channels`` in order of preference, each name once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: Address
    """The pages' address without a slash at the end."""
    short_url: Address | None = None
    """A shorter address of the same pages for text messages, where ``base_url`` has more than 36 signs."""
    channels: tuple[ChannelSetting, ...]
    signature: str = Field(default="守望", min_length=1, max_length=8)
    """Whom a text message is from, in the brackets that mainland gateways ask for: 【守望】."""
    links_live_days: int = Field(default=30, ge=1, le=366)
    confirm_replies: bool = True
    """Whether a text message of one digit is answered by one that says what was noted."""
    console: bool = False
    """Whether a coordinator's mail may link to the console's page of the case."""

    @model_validator(mode="after")
    def _each_name_once(self) -> Self:
        names = [channel.name for channel in self.channels]
        if len(names) != len(set(names)):
            raise ValueError("channels: each name may stand there once")
        if DESK in names:
            raise ValueError(f"channels: {DESK} is what the last way is called; choose another name")
        return self

    @model_validator(mode="after")
    def _address_fits_a_text_message(self) -> Self:
        by_sms = any(reach_of(channel) is Reach.SMS for channel in self.channels)
        if by_sms and len(self.short_url or self.base_url) > LONGEST_IN_SMS:
            raise ValueError(f"short_url: text messages need an address of at most {LONGEST_IN_SMS} signs")
        return self

    @property
    def answer_address(self) -> str:
        """The fixed address of text messages, where a short code is entered."""
        return (self.short_url or self.base_url) + ANSWER_PATH

    def answer_link(self, token: str) -> str:
        """The signed link of one duty, for mail."""
        return f"{self.base_url}{ANSWER_PATH}/{token}"

    def stop_link(self, token: str) -> str:
        """The page on which somebody says that he or she wants no more mail."""
        return f"{self.base_url}{STOP_PATH}/{token}"

    def case_link(self, case: str) -> str:
        """The console's page of a case."""
        return f"{self.base_url}{CASE_PATH}/{case}"


def telling(settings: Settings) -> Telling:
    """The part of an install's settings that telling people needs."""
    return Telling(
        base_url=settings.base_url.rstrip("/"), short_url=settings.short_url, channels=tuple(settings.channels),
        signature=settings.signature, confirm_replies=settings.confirm_replies,
    )  # fmt: skip
