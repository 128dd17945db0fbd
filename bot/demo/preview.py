"""The preview: a thread's posts, and below each poll what its author reveals, in the emulator's page at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx

from bot.commands import publish
from bot.demo.demo import CHANNEL, TOKEN
from bot.demo.processes import DemoError, Processes, start_emulator, take_port
from bot.demo.subscribers import Subscribers
from bot.errors import Problem, ThreadError
from bot.loops import reveal
from bot.telegram import outgoing
from bot.telegram.api import Telegram
from bot.telegram.outcome import Refused
from bot.thread import markdown, markup
from bot.thread.model import Post, Thread


def show(file: Path, port: int) -> None:
    """Keep the page open until a signal ends it; raises `ThreadError` with every post that Telegram would refuse."""
    thread = markdown.read(file)
    with take_port(port) as sock, Processes() as processes:
        url = start_emulator(processes, sock)
        try:
            chat = Subscribers(url, 1).channel(CHANNEL[thread.language])
        except httpx.HTTPError as error:
            raise DemoError(f"the emulator does not answer: {error}") from None
        refused = asyncio.run(send_all(url, thread, file, chat))
        if refused:
            raise ThreadError(str(file), refused)
        print(f"{file} as subscribers will see it: {url}/?chat={chat}&message=1  (Ctrl-C ends)", flush=True)
        while True:
            processes.wait()


async def send_all(url: str, thread: Thread, file: Path, chat: str) -> list[Problem]:
    """Send every post that Telegram takes; returns what is wrong with the others."""
    refused: list[Problem] = []
    async with Telegram(TOKEN, url) as telegram:
        address = await telegram.chat(chat)
        for post in thread.posts:
            try:
                files = publish.files(post, file)
                for message in outgoing.of_post(post, files):
                    sent = await telegram.send(address, message)
                for message in _reveal(post, thread, files):
                    await telegram.send(address, message, reply_to=sent.message_ids[0])
            except ThreadError as error:  # a picture that has changed since it was checked
                refused += error.problems
            except Refused as error:
                refused.append(Problem(post.line, 1, f"Telegram refuses this post: {error}"))
    return refused


def _reveal(post: Post, thread: Thread, files: Sequence[bytes]) -> list[outgoing.Outgoing]:
    """What the author wrote for a poll's reveal; votes and what is measured are not known yet."""
    if not post.poll:
        return []
    blocks = reveal.written(post.poll, thread.language)
    said = outgoing.of_text(markup.render("\n\n".join(block for block in blocks if block)))
    return [*said, *outgoing.of_pictures(files[len(post.poll.asked) :])]
