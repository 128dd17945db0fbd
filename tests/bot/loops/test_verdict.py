"""The verdict of a look against the truth, over random chats: who wrote, what was deleted, where the message is."""

import asyncio
from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram import probe
from bot.telegram.api import Telegram
from bot.telegram.outgoing import PollMessage, TextMessage
from bot.thread.rich import Rich
from emulator.app import create_app
from emulator.server import serve_in_thread
from tests.bot.conftest import TOKEN
from tests.factory import poll

MESSAGES = {"text": TextMessage(Rich("sought")), "poll": PollMessage(poll())}
POSTS = {"bot": "administrator", "rights": {"can_edit_messages": False}}
PLACES = [("supergroup", {}), ("supergroup", POSTS), ("group", {}), ("channel", POSTS), ("channel", {})]
ACTIONS = st.one_of(
    st.tuples(st.just("others"), st.integers(1, 12)),
    st.tuples(st.just("own"), st.integers(1, 2)),
    st.tuples(st.just("gone"), st.integers(1, 900)),
)


class Case(NamedTuple):
    """What happens in a chat before the message is sent, does it arrive, and what happens until the bot looks."""

    place: tuple[str, dict[str, Any]]
    message: str
    before: list[tuple[str, int]]
    arrives: bool
    after: list[tuple[str, int]]


class Place:
    """A chat, and which of the bot's messages in it are recorded. The others write what the bot looks for."""

    def __init__(self, sim: httpx.AsyncClient, telegram: Telegram) -> None:
        self.sim, self.telegram, self.known = sim, telegram, set()

    async def post(self, path, **body):
        return (await self.sim.post(f"/sim/{path}", json=body)).raise_for_status().json()

    async def make(self, kind, fields):
        self.reader = (await self.post("users"))["users"][0]["id"]
        await self.post("chats", type="private", user=self.reader)
        said = await self.telegram.bot.send_message(self.reader, "the counter that basic groups share stands here")
        self.last = said.message_id if kind == "group" else 0
        self.id = (await self.post("chats", type=kind, title="t", admins=[1000], **fields))["chat"]["id"]
        # Where the bot may edit what others post, nobody can tell it from the bot's own.
        self.words = "something else" if (kind, fields) == ("channel", {}) else "sought"

    async def act(self, what, count, *, known):
        if what == "gone":
            await self.post(f"chats/{self.id}", skip=count)
        for _ in range(count if what == "own" else 0):
            number = (await self.telegram.bot.send_message(self.id, "mine")).message_id
            self.known |= {number} if known else set()
        for _ in range(count if what == "others" else 0):
            await self.post("write", user=1000, chat=self.id, text=self.words)

    async def read(self, number):
        seen = await self.telegram.forward(self.reader, self.id, number)
        await self.telegram.delete(self.reader, seen.message_id)
        return seen


async def verdict(url, case):
    """What the look says, and the truth."""
    async with httpx.AsyncClient(base_url=url, timeout=60, verify=False) as sim, Telegram(TOKEN, url) as telegram:
        place, message = Place(sim, telegram), MESSAGES[case.message]
        await place.make(*case.place)
        for action in case.before:
            await place.act(*action, known=True)
        there = await telegram.send(await telegram.chat(str(place.id)), message) if case.arrives else None
        for action in case.after:  # what is the bot's own there belongs to no publication
            await place.act(*action, known=False)
        last = max(place.known, default=place.last)
        return await probe.Search(telegram, place.id, place.known, last, (place.reader,)).look(
            message, place.read
        ), there


def small_holes(made):
    """Less is gone in a row than is taken for the end of a chat; what privacy mode hides is a hole as well."""
    return sum(count for what, count in made if what != "own") < 900


@pytest.fixture(scope="module")
def url():
    with serve_in_thread(create_app((TOKEN,))) as address:
        yield address


@settings(max_examples=40, deadline=None)
@given(
    case=st.builds(
        Case,
        st.sampled_from(PLACES),
        st.sampled_from(sorted(MESSAGES)),
        st.lists(ACTIONS, max_size=6).filter(small_holes),
        st.booleans(),
        st.lists(ACTIONS, max_size=6),
    )
)
def test_what_is_there_is_found_and_what_is_not_there_is_not(url, case):
    found, there = asyncio.run(verdict(url, case))

    assert found == there if there else isinstance(found, probe.Absent)
