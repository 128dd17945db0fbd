"""Who does not belong: another bot, a hostile member, a stranger, a hostile web page, and who only knows the port."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event
from typing import Any

import httpx

EVIL = "WIN https://evil.example/login @everyone"
PAUSE_S = 0.2  # between what one of them does and the next
HALF_OPEN = 300  # connections that begin and never say what they want

Deed = Callable[[int], None]


def again(deed: Deed, over: Event) -> None:
    """Do it, numbered, until it is over."""
    turn = 0
    while not over.wait(PAUSE_S):
        deed(turn)
        turn += 1


class Enemies:
    """Each deed is done again and again by a thread of its own. `let_in` keeps what should have been refused."""

    def __init__(self, client: httpx.Client, port: int) -> None:
        self.client = client
        self.port = port
        self.let_in: list[str] = []

    def member(self, user: int, chat: int, words: list[str]) -> Deed:
        """Writes what the thread is going to say."""
        return lambda turn: self._sim("write", user=user, chat=chat, text=words[turn % len(words)])

    def bot(self, token: str, chat: int, words: list[str], polls: list[dict[str, Any]]) -> Deed:
        """Another bot in the same chat says the same, and asks the same."""

        def deed(turn: int) -> None:
            said = {"text": words[turn % len(words)]}
            method, given = ("sendPoll", polls[turn % len(polls)]) if turn % 3 == 0 else ("sendMessage", said)
            with suppress(httpx.ReadError):  # what is to go wrong for the bot may strike this one
                self.client.post(f"/bot{token}/{method}", json={"chat_id": chat, **given})

        return deed

    def stranger(self, user: int) -> Deed:
        """Takes the bot into a chat and throws it out again, blocks it, writes to it, shows it links."""
        own = self._sim("chats", type="supergroup", title=EVIL, admins=[user])["chat"]["id"]
        self._sim("chats", type="private", user=user)

        def deed(turn: int) -> None:
            self._sim(f"chats/{own}/bot", status=("kicked", "administrator", "left", "restricted")[turn % 4])
            if turn % 2:
                said = ("/start", "https://t.me/group/7", EVIL, "/mend 1 1 --send")[turn // 2 % 4]
                self._sim("write", user=user, chat=user, text=said)

        return deed

    def page(self, token: str) -> Deed:
        """What a page may send to anybody, and all that it may when its name leads to this machine."""
        simple = {"Origin": "https://evil.example", "Content-Type": "text/plain"}
        rebound = {"Host": "rebound.evil.example", "Content-Type": "application/json"}
        image = {"Referer": "https://evil.example/", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}
        tries = [
            ("POST", "/sim/users", simple),
            ("POST", "/sim/users", simple | {"Content-Type": "application/json"}),
            ("POST", "/sim/users", rebound),
            ("GET", "/sim/chats", rebound),
            ("GET", "/", rebound),
            ("GET", f"/bot{token}/setWebhook?url=http://127.0.0.1:9/admin", image),
        ]

        def deed(turn: int) -> None:
            method, path, headers = tries[turn % len(tries)]
            body = b'{"count": 1}' if method == "POST" else b""
            self._refused(self.client.request(method, path, headers=headers, content=body))

        return deed

    @contextmanager
    def scanner(self) -> Iterator[Deed]:
        """Knows where the webhook listens, and no secret: half-open connections, endless heads, guesses."""
        opened: list[socket.socket] = []

        def deed(turn: int) -> None:
            for _ in range(10):
                with suppress(OSError):
                    one = socket.create_connection(("127.0.0.1", self.port), 1)
                    opened.append(one)
                    one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * (turn % 3 * 100))
            while len(opened) > HALF_OPEN:
                opened.pop(0).close()
            secret = {"X-Telegram-Bot-Api-Secret-Token": f"guess-{turn}"}
            with suppress(httpx.HTTPError):  # its port is nobody's before the bot listens, and full at times
                self._refused(httpx.post(f"http://127.0.0.1:{self.port}/", headers=secret, json={"update_id": turn}))

        try:
            yield deed
        finally:
            for one in opened:
                one.close()

    def _sim(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/sim/{path}", json=body).raise_for_status().json()

    def _refused(self, answer: httpx.Response) -> None:
        if answer.status_code < 400:
            self.let_in.append(f"{answer.request.method} {answer.url} {dict(answer.request.headers)}")
