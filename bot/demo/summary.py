"""What a demo leaves behind: `summary.json`, the pictures, and a verdict for the terminal."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.text import Text
from sqlalchemy import select

from bot.commands import status
from bot.demo.subscribers import Subscribers
from bot.store import runs, store
from bot.store.store import Database
from bot.store.tables import polls, posts, publications
from bot.thread.model import Post

LAST_VOTES_S = 10.0  # the last votes may still be on their way when the last poll is revealed


def write(
    database: Database, subscribers: Subscribers, folder: Path, began: float, wait: Callable[[], None]
) -> dict[str, Any]:
    """Write `summary.json` and the pictures into `folder`; returns the summary. `wait` lets a moment pass."""
    deadline = time.monotonic() + LAST_VOTES_S
    while (stored := _stored(database)) != (cast := subscribers.votes_cast()) and time.monotonic() < deadline:
        wait()
    summary: dict[str, Any] = status.read(database).model_dump(mode="json")
    for publication in summary["publications"]:
        for post in publication["posts"]:
            if post["poll"]:
                post["poll"] |= _measured(database, publication, post, folder)
    summary |= {"votes_cast": cast, "votes_stored": stored, "wall_s": round(time.monotonic() - began, 1)}
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1), "utf-8")
    return summary


def _stored(database: Database) -> int:
    """Voters whose choice stands in the database: counted rows, and an anonymous poll's own total."""
    with store.reading(database) as connection:
        return sum(connection.scalars(select(polls.c.voters)))


def _measured(database: Database, publication: dict[str, Any], post: dict[str, Any], folder: Path) -> dict[str, Any]:
    query = select(polls, posts.c.content, publications.c.chat_type).join(posts, posts.c.id == polls.c.post_id)
    here = (posts.c.publication_id == publication["id"]) & (posts.c.position == post["position"])
    with store.reading(database) as connection:
        row = connection.execute(query.join(publications).where(here)).one()
        drawn = runs.outcome(connection, row.drawing_key)
        findings = status.findings_of(runs.outcome(connection, row.run_key))
    picture = None
    if drawn and drawn.output:
        picture = folder / f"{Post(**row.content).poll.id}-{row.chat_type}.png"  # type: ignore[union-attr]
        picture.write_bytes(drawn.output)
    waited = (row.revealed - row.closed).total_seconds() if row.revealed and row.closed else None
    return {
        "picture": picture and str(picture),
        "close_to_reveal_s": waited,
        "findings": [finding.model_dump(mode="json") for finding in findings],
    }


MARKS = {"yes": "✓", "no": "✗", "depends": "?", None: "–"}


def verdict(summary: dict[str, Any], folder: Path) -> Text:
    """For each poll: what most people chose, what was measured, how long the reveals took, where the pictures are."""
    same = summary["votes_cast"] == summary["votes_stored"]
    shown = Text("\n")
    places: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for publication in summary["publications"]:
        for poll in (post["poll"] for post in publication["posts"] if post["poll"]):
            places.setdefault(poll["id"], []).append((publication["chat"], poll))
    for name, chats in places.items():
        shown.append(f"{name}\n", "bold")
        shown.append(f"  measured   {'  '.join(_option(option) for option in chats[0][1]['options'])}\n")
        for chat, poll in chats:
            shown.append(f"  {chat:<11} {_place(poll)}\n")
    counted = f"{summary['votes_stored']} of {summary['votes_cast']} votes stored"
    took = f"{summary['wall_s']} s · {folder / 'summary.json'}"
    shown.append(f"\n{counted} · {took}", "bold green" if same else "bold red")
    return shown


def _option(option: dict[str, Any]) -> str:
    return f"{MARKS[option['supported']]} {option['text']}"


def _place(poll: dict[str, Any]) -> str:
    most = max(poll["options"], key=lambda option: option["votes"])
    share = most["votes"] / poll["voters"] if poll["voters"] else 0.0
    waited = "" if poll["close_to_reveal_s"] is None else f"revealed {poll['close_to_reveal_s']:.1f} s after closing"
    chose = f"{share:.0%} chose {most['text']!r}: {'right' if most['correct'] else 'wrong'}"
    return f"{chose} · {waited} · {poll['picture'] or 'no picture'}"
