"""
Make or upgrade a database again and again, each time in a process that is killed at another moment; tell what it left.

A moment is a statement, a commit, a file opened by SQLite, renamed or removed. Prints one JSON object: how many moments
there are, at which a process was killed, and everything that was wrong afterwards.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from alembic import command
from sqlalchemy import Engine, Pool, event

from bot.store import schema
from tests.bot.store import stored

assert command  # loaded once, before the forks
AUDITED = {"os.remove", "os.rename", "sqlite3.connect"}
STRIDE, END = 9, 14  # one statement in nine, and each of the last moments: check, copy, commit


def upgrade(file: Path, scripts: Path, dies_at: int | None = None) -> int:
    """In a process of its own, killed at this moment; returns how many there were when nobody killed it."""
    counted = file.parent / "moments"
    child = os.fork()
    if child == 0:
        passed = 0

        def moment(*_: object) -> None:
            nonlocal passed
            if passed == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
            passed += 1

        event.listen(Engine, "before_cursor_execute", moment)
        event.listen(Engine, "commit", moment)
        event.listen(Pool, "checkin", moment)  # it is committed, the file is still open
        sys.addaudithook(lambda name, given: moment() if name in AUDITED and _ours(given, file) else None)
        schema.upgrade(file, scripts)
        counted.write_text(str(passed))
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code == (0 if dies_at is None else -signal.SIGKILL), f"moment {dies_at}: {code}"
    return int(counted.read_text()) if dies_at is None else dies_at


def _ours(given: tuple[object, ...], file: Path) -> bool:
    """Whether a file of the database's folder is meant: Python renames what it compiles as well, the first time."""
    return str(file.parent) in str(given[0])


def left(file: Path, scripts: Path) -> tuple[str, stored.Rows]:
    """A file's revision and rows."""
    if not file.exists():
        return "nothing", {}
    with closing(sqlite3.connect(file)) as connection:
        sound = [*connection.execute("PRAGMA integrity_check"), *connection.execute("PRAGMA foreign_key_check")]
    assert sound == [("ok",)], sound
    return stored.revision_of(file, scripts) or "nothing", stored.contents(file)


def play(start: Path | None, folder: Path, scripts: Path) -> dict[str, object]:
    """Kill on the way from `start`, or from nothing, to the newest revision."""

    def place(name: str) -> Path:
        (folder / name).mkdir()
        file = folder / name / "pollbot.db"
        return Path(shutil.copy(start, file)) if start else file

    whole = place("whole")
    before, moments, after = left(whole, scripts), upgrade(whole, scripts), left(whole, scripts)
    chosen = sorted({*range(0, moments, STRIDE), *range(moments - END, moments)})
    problems = []
    for moment in chosen:
        file = place(str(moment))
        upgrade(file, scripts, moment)
        found, copies = left(file, scripts), [left(copy, scripts) for copy in file.parent.glob("*.before-*")]
        if found not in (before, after) or any(copy != before for copy in copies):
            problems.append(f"moment {moment}: left {found[0]} half, or a copy that is not whole")
        if start and found == after and not copies:
            problems.append(f"moment {moment}: upgraded without a copy")
        schema.upgrade(file, scripts)  # the next start
        if left(file, scripts) != after or list(file.parent.glob("*.part*")):
            problems.append(f"moment {moment}: the next start did not mend it")
    return {"moments": moments, "killed": chosen, "problems": problems}


if __name__ == "__main__":
    here, way = Path(sys.argv[1]), sys.argv[2]
    first = stored.load(here / "first.db") if way == "upgrade" else None
    print(json.dumps(play(first, here, stored.next_scripts(here))))
