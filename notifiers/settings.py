"""What telling people needs to know of the install: its address, its channels in order of preference, its signature."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.settings import ChannelSetting, Settings

__all__ = ["ChannelSetting", "Telling", "telling"]

ANSWER_PATH = "/a"
CASE_PATH = "/c"


class Telling(BaseModel):
    """Settings of planner and worker. ``channels`` in order of preference, each name once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(/[^\s]*[^\s/])?$", max_length=48)]
    """The pages' address without a slash at the end; longer than 48 signs it would not fit into a text message."""
    channels: tuple[ChannelSetting, ...]
    signature: str = Field(default="守望", min_length=1, max_length=12)
    """Whom a text message is from, in the brackets that mainland gateways ask for: 【守望】."""
    links_live_days: int = Field(default=30, ge=1, le=366)
    console: bool = False
    """Whether a coordinator's mail may link to the console's page of the case."""

    @model_validator(mode="after")
    def _each_name_once(self) -> Self:
        names = [channel.name for channel in self.channels]
        if len(names) != len(set(names)):
            raise ValueError("channels: each name may stand there once")
        return self

    @property
    def answer_address(self) -> str:
        """The fixed address of text messages, where a short code is entered."""
        return self.base_url + ANSWER_PATH

    def answer_link(self, token: str) -> str:
        """The signed link of one duty, for mail."""
        return f"{self.answer_address}/{token}"

    def case_link(self, case: str) -> str:
        """The console's page of a case."""
        return f"{self.base_url}{CASE_PATH}/{case}"


def telling(settings: Settings) -> Telling:
    """The part of an install's settings that telling people needs."""
    return Telling(base_url=settings.base_url.rstrip("/"), channels=tuple(settings.channels))
