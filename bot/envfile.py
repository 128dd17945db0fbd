"""
The `.env` beside the database: the settings of whoever writes there, and of nobody else.

Who writes it decides where the token goes and who is obeyed. So one that came with somebody else's files does not
count: it must be this user's and closed to others, as no checkout leaves a file (0644); and where the token comes from
elsewhere, it is not read at all unless POLLBOT_ENV_FILE names it: no token is sent where a lesser source says.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import SettingsError

VARIABLE = "POLLBOT_ENV_FILE"
PREFIX = "POLLBOT_"


def read(folder: Path, known: Collection[str], say: Callable[[str], None]) -> dict[str, str]:
    """
    What the file sets besides what is `known`, by names in capitals; `say` is told its path and these names.

    It is the file that POLLBOT_ENV_FILE names, none where that is empty, else `.env` in `folder`, if there is one.
    Raises `SettingsError` for a file that cannot be read, or should not be believed.
    """
    named = os.environ.get(VARIABLE)
    path = Path(named or folder / ".env").absolute()
    if named == "" or not (named or os.path.lexists(path)):
        return {}
    if not named and f"{PREFIX}TOKEN" in known:
        say(f"{path} is not read, for POLLBOT_TOKEN comes from elsewhere; {VARIABLE}={path} reads it")
        return {}
    # Without ${NAME}: else it could send any variable of ours to an address of its own.
    found = dotenv_values(stream=StringIO(_text(path, named=bool(named))), interpolate=False)
    given = {name.upper(): value for name, value in found.items() if value and name.upper().startswith(PREFIX)}
    sets = {name: given[name] for name in sorted(given.keys() - known)}
    say(f"settings from {path}: {', '.join(name.removeprefix(PREFIX) for name in sets) or 'none'}")
    return sets


def _text(path: Path, *, named: bool) -> str:
    """What is in the very file that was looked at."""
    wait = 0 if named else os.O_NONBLOCK  # a pipe that lies there shall hold nobody up
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | wait), encoding="utf-8") as file:
            if not named:
                _refuse_foreign(path, os.fstat(file.fileno()))
            return file.read()
    except OSError as error:
        raise SettingsError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is not UTF-8; write it anew") from None


def _refuse_foreign(path: Path, found: os.stat_result) -> None:
    remedy = f"or let {VARIABLE} name the file that is meant; empty, it names none"
    if not stat.S_ISREG(found.st_mode):
        raise SettingsError(f"{path} is no file; take it away, {remedy}")
    if found.st_uid not in {0, os.geteuid()}:
        raise SettingsError(f"{path} belongs to another user (uid {found.st_uid}); take it away, {remedy}")
    if found.st_mode & 0o077:
        mode = f"{stat.S_IMODE(found.st_mode):04o}"
        raise SettingsError(f"{path} is open to others (mode {mode}); if you wrote it, chmod 600 {path}, {remedy}")
