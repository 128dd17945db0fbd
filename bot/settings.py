"""The settings, read once: environment, then `.env`, then a directory of secret files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

SECRETS = Path("/run/secrets")  # where containers put secrets, one file each


class Settings(BaseSettings):
    """
    `WEBHOOK_URL` empty means long polling; else it is the public address of what listens at `WEBHOOK_HOST` and
    `WEBHOOK_PORT`. `VOTER_KEY` empty is made on first start and kept in the database. `SYNCHRONOUS` FULL waits for the
    disk at every commit, so that power loss takes nothing that Telegram was told we have.
    """

    model_config = SettingsConfigDict(
        env_prefix="POLLBOT_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
    )

    token: SecretStr = SecretStr("")
    api_url: str = "https://api.telegram.org"
    database_url: str = "sqlite:///pollbot.db"
    admins: Annotated[tuple[int, ...], NoDecode] = ()
    engine: str = Field(default="local", pattern=r"^(local|dask://[^:/]+:\d+)$")
    webhook_url: str = Field(default="", pattern=r"^(https?://[^/\s]+\S*)?$")
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(default=8080, ge=0, le=65535)
    chat_rate: float = Field(default=20, gt=0)  # messages a minute to one chat, and as many at once
    total_rate: float = Field(default=30, gt=0)  # messages a second to all chats
    synchronous: Literal["NORMAL", "FULL"] = "NORMAL"
    voter_key: SecretStr = SecretStr("")
    log_format: Literal["console", "json"] = "console"
    language: Literal["ru", "en"] = "ru"

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    def need_token(self) -> str:
        """The bot's token, or a sentence that says where to get one."""
        if not self.token.get_secret_value():
            msg = "POLLBOT_TOKEN is not set: ask @BotFather for a token and put it into the environment or into .env"
            raise SettingsError(msg)
        return self.token.get_secret_value()


def load() -> Settings:
    """Read the settings; raises `SettingsError` naming each wrong one, its value and what is allowed."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"POLLBOT_{str(e['loc'][0]).upper()}={e['input']!r}: {e['msg']}" for e in error.errors()]
        raise SettingsError("\n".join(lines)) from None
