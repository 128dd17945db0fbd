"""
The simulated admin of the demo: whoever looks at the page, in the private chat with the bot.

A thread is sent as a file, checked, and scheduled by the bot's own dialogue; then its card is opened, and what readers
ask is answered. All of it goes through the emulator's control API, as from a phone.
"""

from __future__ import annotations

import base64
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import httpx

from bot.errors import PollbotError
from bot.thread import drawn, writer
from bot.thread.model import Image, Language, Thread

VIEWER = 1000  # the user of whoever looks at the page
ANSWER_S, TICK_S = 300.0, 0.1
MOST = 6_000_000  # bytes that the bot reads
START = "+3s"
ANSWERS: dict[Language, tuple[str, ...]] = {
    "ru": (
        "Спасибо за вопрос! Разница ровно в том, что здесь измеряется: в ответе под опросом будет картинка.",
        "По делу. Сначала проголосуйте, как думаете, а после закрытия сравним с измерением.",
    ),
    "en": (
        "Thanks for asking! The difference is just what is measured here: the answer below the poll has the picture.",
        "Good point. Vote for what you think first; when the poll has closed, we compare it with the measurement.",
    ),
}


class SilentError(PollbotError):
    """The bot has not answered in its private chat."""


class Admin:
    """`wait` lets a moment pass; it raises where the demo is to end."""

    def __init__(self, url: str, language: Language, wait: Callable[[float], None]) -> None:
        self.http = httpx.Client(base_url=f"{url}/sim", timeout=30)
        self.language = language
        self.wait = wait
        self._post("/chats", {"type": "private", "user": VIEWER})

    def schedule(self, thread: Thread, file: Path, chat: str) -> bool:
        """Send a thread and have it scheduled to a chat; False where the bot does not read such a file."""
        name, content = packed(thread, file)
        if len(content) > MOST:
            return False
        sent = {"user": VIEWER, "chat": VIEWER, "name": name, "content": base64.b64encode(content).decode()}
        self._post("/upload", sent)
        for data, words in (("d1|plan|", ""), ("d1|to|", chat)):
            shown = self._shows(data)
            if shown is None:
                return False
            self._tap(shown, data, words)
        if self._shows("d1|at|") is None:
            return False
        self.write(START)
        self._tap(self._shows("d1|yes|"), "d1|yes|")
        return self._shows("t1|card|") is not None

    def write(self, words: str, **more: object) -> None:
        self._post("/write", {"user": VIEWER, "chat": VIEWER, "text": words, **more})

    def open_card(self) -> None:
        """Have the threads listed, and the first of them shown."""
        self.write("/threads")
        listed = self._shows("t1|card|", last=True)
        self._tap(listed, "t1|card|")

    def answer(self, answered: int) -> None:
        """Answer so many inquiries by replying to what /questions shows."""
        words = ANSWERS[self.language]
        self.write("/questions")
        for number in range(answered):
            shown = self._shows("q1|done|", last=True)
            if shown is None:
                return
            self.write(words[number % len(words)], reply_to=shown["message_id"])

    def _shows(self, data: str, *, last: bool = False) -> dict[str, Any] | None:
        """
        The newest message of the bot's that has such a button, once there is one; `last`: which nothing stands below.

        None where the bot refuses instead.
        """
        end = time.monotonic() + ANSWER_S
        while time.monotonic() < end:
            messages = self._get(f"/chats/{VIEWER}/messages")["messages"]
            theirs = messages[-1:] if last else messages[::-1]
            for message in theirs:
                if any(key["callback_data"].startswith(data) for key in _keys(message)):
                    return cast("dict[str, Any]", message)
            if messages and messages[-1]["from"]["is_bot"] and not _keys(messages[-1]):
                return None
            self.wait(TICK_S)
        raise SilentError("the bot has not answered its admin")

    def _tap(self, message: dict[str, Any] | None, data: str, words: str = "") -> None:
        """Tap the first button that has such data, and says these words."""
        key = next(k for k in _keys(message or {}) if k["callback_data"].startswith(data) and words in k["text"])
        where = {"user": VIEWER, "chat": VIEWER, "message_id": (message or {})["message_id"]}
        self._post("/tap", {**where, "data": key["callback_data"]})

    def _get(self, path: str) -> dict[str, Any]:
        return cast("dict[str, Any]", self.http.get(path).raise_for_status().json())

    def _post(self, path: str, body: dict[str, Any]) -> None:
        self.http.post(path, json=body).raise_for_status()


def _keys(message: dict[str, Any]) -> list[dict[str, Any]]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    return [key for row in rows for key in row if "callback_data" in key]


def packed(thread: Thread, file: Path) -> tuple[str, bytes]:
    """A thread as its admin sends it, by name: Markdown, or with its pictures an archive."""
    text = writer.written(thread).encode()
    shown = [
        (one, data) for post in thread.posts for one, data in zip(post.shown, drawn.files(post, file), strict=True)
    ]
    pictures = {one.path: data for one, data in shown if isinstance(one, Image)}
    if not pictures:
        return f"{file.stem}.md", text
    packed_ = io.BytesIO()
    with zipfile.ZipFile(packed_, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in {f"{file.stem}.md": text, **pictures}.items():
            archive.writestr(path, data)
    return f"{file.stem}.zip", packed_.getvalue()
