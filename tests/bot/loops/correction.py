"""A thread that runs, and what is mended in it: for tests of corrections."""

from itertools import count

import pytest

from bot.commands import apart as reader
from bot.loops import apart
from bot.store import schedule
from tests.bot.loops.test_drafts import packed

THREAD = """---
title: Heads
language: en
pause: 5m
---

The first.

---

Which head?

- [x] none
  > It learns nothing.
- [ ] one
  > It learns.

```poll
id: heads
open: 2h
```

Because.

---

The last.
"""
MENDED = THREAD.replace("- [x] none", "- [ ] none").replace("- [ ] one", "- [x] one")
EDITS = ("editMessageText", "editMessageCaption", "editMessageMedia", "deleteMessage")


@pytest.fixture
def here(monkeypatch, tmp_path):
    """What is sent is read by the same code in this process: that it has one of its own has its own tests."""
    folders = (tmp_path / f"read {number}" for number in count())

    def read(content):
        folder = next(folders)
        folder.mkdir()
        return reader.examined(folder, content)

    async def examined(content):
        return read(content)

    monkeypatch.setattr(apart, "examined", examined)
    return read


async def scheduled(stage, here, text=THREAD, chat="@group", **files):
    """Its first post is out."""
    found = here(packed(heads_md=text, **files) if files else text.encode())
    assert found.thread, found.findings
    place = await stage.telegram.chat(chat)
    schedule.schedule(stage.database, found.thread, place, start=stage.now, now=stage.now, files=found.files)
    await stage.tick(seconds=1)


async def to_the_end(stage, picture=None):
    """On to the reveal: with a picture, or without a worker as text."""
    await stage.tick(minutes=5)
    await stage.tick(hours=2)
    if picture:
        stage.compute("draw", picture)
        await stage.tick(seconds=1)
    else:
        await stage.tick(minutes=13)


def edits(stage):
    """The methods by which the group was edited."""
    group = next(chat["id"] for chat in stage.get("/chats")["chats"] if chat.get("username") == "group")
    return [one for one in EDITS for call in stage.calls(one) if str(call["params"].get("chat_id")) == str(group)]


def revealed(stage, chat="@group"):
    """The messages of a reveal."""
    return [message for message in stage.messages(chat) if "reply_to_message" in message]
