"""The settings, read once: environment, then `.env`, then a directory of secret files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

SECRETS = Path("/run/secrets")  # where containers put secrets, one file each


class Settings(BaseSettings):
    """`WEBHOOK_URL` empty means long polling; `VOTER_KEY` empty is made on first start and kept in the database."""

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
    webhook_url: str = ""
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
