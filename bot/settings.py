"""The settings, read once: the environment, then a `.env` (see `bot.envfile`), then a directory of secret files."""

from __future__ import annotations

import os
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot import envfile, hidden
from bot.errors import SettingsError
from languages.catalogue import Language

SECRETS = Path("/run/secrets")  # where containers put secrets, one file each
DATABASE = "sqlite:///pollbot.db"


class WorkerSettings(BaseSettings):
    """What a worker needs: it is handed these and no other, and reads no file for them."""

    model_config = SettingsConfigDict(env_prefix=envfile.PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: str = DATABASE
    # `dask://` in clear, `tls://` with the certificates that dask's own configuration names.
    engine: str = Field(default="local", pattern=r"^(local|(dask|tls)://[^:/@\s]+:\d+)$")
    log_format: Literal["console", "json"] = "console"

    def environment(self) -> dict[str, str]:
        """These settings, for a worker's environment."""
        return {f"{envfile.PREFIX}{name.upper()}": str(getattr(self, name)) for name in WorkerSettings.model_fields}


class Settings(WorkerSettings):
    """
    `WEBHOOK_URL` empty means long polling; else it is the public address of what listens at `WEBHOOK_HOST` and
    `WEBHOOK_PORT`. `VOTER_KEY` empty is made on first start and kept in a file beside the database. `SYNCHRONOUS` FULL
    waits for the disk at every commit, so that power loss takes nothing that Telegram was told we have.
    """

    model_config = SettingsConfigDict(secrets_dir=SECRETS if SECRETS.is_dir() else None)

    token: SecretStr = SecretStr("")
    plain_http: bool = False  # may API_URL be http:// beyond this machine?
    api_url: str = Field(default="https://api.telegram.org", pattern=r"^https?://[^\s\\]+$")
    admins: Annotated[tuple[int, ...], NoDecode] = ()
    webhook_url: str = Field(default="", pattern=r"^(https?://[^/\s]+\S*)?$")
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(default=8080, ge=0, le=65535)
    chat_rate: float = Field(default=20, gt=0)  # messages a minute to one chat, and as many at once
    total_rate: float = Field(default=30, gt=0)  # messages a second to all chats
    synchronous: Literal["NORMAL", "FULL"] = "NORMAL"
    voter_key: SecretStr = SecretStr("")
    keep_votes_days: int | None = Field(default=None, ge=1, le=36_500)  # after a publication has ended; None: for ever
    language: Language = "ru"
    source: str = Field(default="", pattern=r"^(https?://\S+)?$")  # where readers get pollbot, told under a reveal
    quiet: bool = False  # are admins told of each post, closing and reveal only where they want it?

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("api_url")
    @classmethod
    def _no_token_in_clear(cls, value: str, info: ValidationInfo) -> str:
        """Every call has the token in its first line."""
        if value.startswith("http:") and not info.data.get("plain_http") and not _on_this_machine(value):
            msg = (
                "http:// sends the token in clear; write https://, or POLLBOT_PLAIN_HTTP=yes where no stranger listens"
            )
            raise ValueError(msg)
        return value

    def need_token(self) -> str:
        """The bot's token, or a sentence that says where to get one."""
        if not self.token.get_secret_value():
            msg = "POLLBOT_TOKEN is not set: ask @BotFather for a token and put it into the environment or into .env"
            raise SettingsError(msg)
        return self.token.get_secret_value()


Kind = TypeVar("Kind", bound=WorkerSettings)


def load(say: Callable[[str], None] = lambda _: None) -> Settings:
    """Read the settings, those of a `.env` as well: `say` is told what it sets. Raises `SettingsError`."""
    known = {name.upper() for name, value in os.environ.items() if value}
    known |= {file.name.upper() for file in SECRETS.iterdir()} if SECRETS.is_dir() else set()
    beside = Path(os.path.realpath(database_url().removeprefix("sqlite:///"))).parent
    given = envfile.read(beside, known, say)
    return made(Settings, **{name.removeprefix(envfile.PREFIX).lower(): value for name, value in given.items()})


def made(kind: type[Kind], **given: Any) -> Kind:  # noqa: ANN401 as pydantic takes them
    """
    What is given, and of the rest what this environment has; no `.env` is read for it.

    Raises `SettingsError` naming each wrong one, its value and what is allowed.
    """
    try:
        return kind(**given)
    except ValidationError as error:
        lines = [f"POLLBOT_{str(e['loc'][0]).upper()}={_shown(e['input'])}: {e['msg']}" for e in error.errors()]
        raise SettingsError("\n".join(lines)) from None


def _shown(value: object) -> str:
    return hidden.address(repr(value))


def database_url() -> str:
    """Where the database is by the environment alone: what has no other settings, and where a `.env` would lie."""
    return os.environ.get("POLLBOT_DATABASE_URL") or DATABASE


def _on_this_machine(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a name, or an address that is none: `road` says so
        return False
