"""What an office may set: ``settings.toml`` in the data folder, or ``SHOUWANG_…`` in the environment (which wins)."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, Field, StringConstraints
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

FILE = "settings.toml"

AnyUrl = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]*://\S+$")]
"""Only its shape: which URLs there are knows Apprise alone, and asking it takes seconds."""


class ChannelSetting(BaseModel):
    """A way to reach people: its name and its Apprise URL. Order in the file is the order of preference."""

    name: Literal["mail", "sms", "spool"]
    url: str


class Settings(BaseSettings):
    """All settings of an install, with the embedded defaults."""

    model_config = SettingsConfigDict(
        env_prefix="SHOUWANG_", env_nested_delimiter="__", extra="forbid", hide_input_in_errors=True
    )

    database_url: str = ""
    """SQLAlchemy URL; empty: SQLite in the data folder."""
    base_url: str = "http://127.0.0.1:8790"
    """The address people reach the pages at, as messages carry it."""
    short_url: str | None = None
    """A shorter address of the same pages for text messages, where ``base_url`` is long."""
    signature: str = "守望"
    """Whom a text message is from, in the brackets that mainland gateways ask for."""
    language: Literal["zh", "en"] = "zh"
    channels: list[ChannelSetting] = Field(default_factory=list)
    """Empty: the spool folder inside the data folder."""
    ops_notices: list[AnyUrl] = Field(default_factory=list)
    """Where ops hear what they must put right: any URLs of Apprise."""
    programme: str = "linyi-1204"
    """The programme a command means that names none."""
    web_port: int = 8790
    prefect_port: int = 4200
    round_every_minutes: int = Field(default=10, ge=1, le=1440)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file."""
        return (env_settings, init_settings)


def read_settings(folder: Path) -> Settings:
    """The settings of the install in ``folder``; pydantic's ValidationError or TOMLDecodeError when they are wrong."""
    file = folder / FILE
    written = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    settings = Settings(**written)
    changes: dict[str, Any] = {}
    if not settings.database_url:
        changes["database_url"] = f"sqlite:///{folder.absolute() / 'shouwang.db'}"
    if not settings.channels:
        spool = quote(str(folder.absolute() / "spool"))
        changes["channels"] = [ChannelSetting(name="spool", url=f"swspool://{spool}")]
    return settings.model_copy(update=changes)
