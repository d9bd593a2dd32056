"""What an office may set: ``settings.toml`` in the data folder, or ``SHOUWANG_…`` in the environment (which wins)."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

FILE = "settings.toml"

AnyUrl = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]*://\S+$")]
"""Only its shape: which URLs there are knows Apprise alone, and asking it takes seconds."""


class ChannelSetting(BaseModel):
    """A way to reach people: its name and its Apprise URL. Order in the file is the order of preference.

    ``who`` and ``units`` (with all below them) say for whom it is; ``at_once`` how many messages are under way
    together (otherwise what suits its kind),
    ``per_second`` how many may leave, ``per_number`` how many to one person (``5/hour 10/day``).
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,11}$")
    url: str
    who: Literal["everybody", "volunteers", "coordinators"] = "everybody"
    units: list[str] = Field(default_factory=list)
    at_once: int | None = Field(default=None, ge=1, le=16)
    per_second: float | None = Field(default=None, gt=0)
    per_number: str = Field(default="", pattern=r"^(\d{1,4}/(minute|hour|day|week)( |$))*$")


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
    confirm_replies: bool = True
    """Whether a text message of one digit is answered by one that says what was noted."""
    ops_notices: list[AnyUrl] = Field(default_factory=list)
    """Where ops hear what they must put right: any URLs of Apprise."""
    oidc_issuer: str = Field(default="", pattern=r"^(|https://\S+|http://(127\.0\.0\.1|localhost):\S+)$")
    """The office's own identity provider, exactly as it names itself; empty: names and passwords only."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    """Empty for a public client."""
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
