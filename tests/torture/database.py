"""The bot's database as an outsider reads it: plain SQL, read only, none of the bot's own queries."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

UNFINISHED = """
    SELECT (SELECT count(*) FROM posts WHERE state NOT IN ('sent', 'skipped'))
         + (SELECT count(*) FROM polls WHERE state != 'revealed') AS number"""
FINISHED = "SELECT count(*) AS number FROM posts WHERE publication_id = ? AND state IN ('sent', 'skipped')"
STOPPED = """
    SELECT publication_id AS publication, position, purpose, part, chat_id
    FROM messages JOIN posts ON posts.id = post_id WHERE messages.state IN ('unknown', 'failed')"""


class Database:
    def __init__(self, file: Path) -> None:
        self.file = file

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def unfinished(self) -> int:
        """How many posts are not sent, and polls not revealed."""
        return int(self.rows(UNFINISHED)[0]["number"])

    def finished(self, publication: int) -> int:
        """How many posts of a publication are sent, or gone on without."""
        return int(self.rows(FINISHED, publication)[0]["number"])

    def stopped(self) -> list[dict[str, Any]]:
        """Messages that wait for the admin's word."""
        return self.rows(STOPPED)

    def voter_key(self) -> bytes:
        return Path(f"{self.file}.voter-key").read_bytes().strip()
