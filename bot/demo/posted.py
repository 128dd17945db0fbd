"""A reading of a thread file as messages in the emulator: the posts with their reveals, and notes on what is wrong."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from bot import settings
from bot.commands.check import excerpt
from bot.demo import sample
from bot.demo.demo import CHANNEL
from bot.demo.drawings import Drawings
from bot.demo.processes import Emulator
from bot.demo.sample import DEMO, Evidence
from bot.errors import Problem, ThreadError
from bot.store.address import Chat
from bot.telegram import outgoing
from bot.telegram.api import Telegram
from bot.telegram.outcome import Refused
from bot.thread import drawn, filled, formula, markdown
from bot.thread.markdown import Part, Reading
from bot.thread.model import Language, Poll, Post
from bot.thread.reader import source
from bot.thread.reader.source import Problems

SHOWN, DRAFT = "ml_channel", "ml_channel_draft"


class Posted:
    """The chat that shows the file. It is filled behind the scene, and then becomes what is new at once."""

    def __init__(self, file: Path, emulator: Emulator, drawings: Drawings) -> None:
        self.file, self.drawings = file, drawings
        self.databases = (settings.database_url(), DEMO)
        self.reading = Reading(None, (1, 1), (), Problems())
        self.parts: tuple[Part, ...] = ()
        self.language: Language = "ru"
        self.lines: list[str] = []
        self.draw = lru_cache(256)(formula.draw)
        self.telegram = Telegram(emulator.token, emulator.url)
        self.sim = httpx.AsyncClient(base_url=f"{emulator.url}/sim", timeout=60, trust_env=False, verify=False)  # noqa: S501 loopback
        self.loop = asyncio.Runner()

    def __enter__(self) -> Self:
        self.loop.run(self._begin())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.loop.run(self._end())
        self.loop.close()

    async def _begin(self) -> None:
        await self.telegram.connect()
        for name, draft in ((SHOWN, False), (DRAFT, True)):
            await self._post("/chats", type="channel", title=name, username=name, draft=draft)
        self.draft: Chat = await self.telegram.chat(f"@{DRAFT}")

    async def _end(self) -> None:
        await self.sim.aclose()
        await self.telegram.aclose()

    def read(self) -> set[str]:
        """Read the file; returns which pictures it names. Where no post can be found, those that were there stay."""
        try:
            text = source.load(self.file)
            self.lines = source.lines(text)
            self.reading = markdown.partly(text, self.file.parent)
        except ThreadError as error:
            self.lines = []
            self.reading = Reading(None, (1, 1), (), Problems(error.problems))
        self.parts = self.reading.parts or self.parts
        self.language = self.reading.front.language if self.reading.front else self.language
        return {name for part in self.parts for name in part.pictures()}

    def show(self) -> list[Problem]:
        """Show what was read, all at once; returns everything that is wrong with it."""
        with self.drawings.asking(), Evidence.at_hand(self.databases) as evidence:
            return self.loop.run(self._show(evidence))

    async def _show(self, evidence: Evidence) -> list[Problem]:
        found = sorted(self.reading.problems)
        starts = [part.section.first for part in self.reading.parts]
        await self._note([problem for problem in found if not bisect_right(starts, problem.line)], 0)
        for number, part in enumerate(self.parts, 1):
            beside = [problem for problem in found if bisect_right(starts, problem.line) == number]
            await self._note(beside, number, unread=part.post is None)
            refused = await self._send(part.post, evidence) if part.post else []
            await self._note(refused, number)
            found += refused
        await self._renew(found, self.drawings.trouble or evidence.trouble)
        return found

    async def _send(self, post: Post, evidence: Evidence) -> list[Problem]:
        """Send a post, and the reveal of its poll; returns why it cannot be sent."""
        try:
            files = drawn.files(post, self.file, self.draw)
            for message in outgoing.of_post(self._filled(post, evidence), files):
                sent = await self.telegram.send(self.draft, message)
            for message in self._revealed(post.poll, files, evidence) if post.poll else []:
                await self.telegram.send(self.draft, message, reply_to=sent.message_ids[0])
        except Refused as error:
            return [Problem(post.line, 1, f"Telegram refuses this post: {error}")]
        except ThreadError as error:  # a picture has changed since it was checked
            return list(error.problems)
        return []

    def _filled(self, post: Post, evidence: Evidence) -> Post:
        asked = post.poll and post.poll.experiment
        return filled.post(post, evidence.measured(asked)[1] if asked else None, self.language)

    def _revealed(self, poll: Poll, files: Sequence[bytes], evidence: Evidence) -> list[outgoing.Outgoing]:
        return sample.of_poll(poll, files[len(poll.asked) :], self.language, evidence, self.drawings)

    async def _note(self, problems: Sequence[Problem], post: int, *, unread: bool = False) -> None:
        if problems:
            shown = [self._shown(problem) for problem in problems]
            await self._post(f"/chats/@{DRAFT}/notes", post=post, unread=unread, problems=shown)

    def _shown(self, problem: Problem) -> dict[str, object]:
        """A problem with the line in which it is, and where in what is shown of that."""
        known = 1 <= problem.line <= len(self.lines)
        line, at = excerpt(self.lines[problem.line - 1], problem.column) if known else ("", 0)
        return asdict(problem) | {"source": line, "at": at}

    async def _renew(self, found: Sequence[Problem], remark: str) -> None:
        errors = sum(problem.severity == "error" for problem in found)
        preview = {"file": self.file.name, "errors": errors, "warnings": len(found) - errors}
        preview |= {"read": int(time.time()), "remark": remark}
        title = CHANNEL[self.language]
        await self._post(
            f"/chats/@{SHOWN}/contents", draft=f"@{DRAFT}", title=title, language=self.language, preview=preview
        )

    async def _post(self, path: str, **body: object) -> None:
        (await self.sim.post(path, json=body)).raise_for_status()
