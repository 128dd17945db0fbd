"""`python -m tests.watched MODULE WORDS…`: a program of ours, and at its end the databases that it leaves open."""

import atexit
import runpy
import sqlite3
import sys
from contextlib import suppress


def left_open(connections: list[sqlite3.Connection]) -> list[str]:
    """The files of those connections that nobody closed; they are closed now."""
    files = []
    for connection in connections:
        with suppress(sqlite3.ProgrammingError):  # raised by one that is closed
            files.append(connection.execute("PRAGMA database_list").fetchone()[2])
            connection.close()
    return files


def watch() -> list[sqlite3.Connection]:
    """All that are opened from now on, by whomever; kept, so that none is closed by being collected."""
    connections: list[sqlite3.Connection] = []

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event == "sqlite3.connect/handle":
            connections.append(arguments[0])

    sys.addaudithook(hear)
    return connections


if __name__ == "__main__":
    opened = watch()
    atexit.register(lambda: sys.stderr.writelines(f"left open: {file}\n" for file in left_open(opened)))
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
