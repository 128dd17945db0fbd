"""`pollbot run` as a process: it waits for a Telegram that answers nothing of use, and is alone on its database."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from bot.store import lock
from tests.bot.conftest import TOKEN
from tests.patience import PATIENCE_S, eventually

PAGE = b"<html>\r\n<h1>502 Bad Gateway</h1>\r\n</html>"


class Front(BaseHTTPRequestHandler):
    """Before the emulator stands a proxy that answers with a page until it is told to let through."""

    through = ""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, answer = 502, PAGE
        if self.through:
            kind = {"Content-Type": self.headers["Content-Type"]}
            passed = httpx.post(f"{self.through}{self.path}", content=body, headers=kind, timeout=90)
            status, answer = passed.status_code, passed.content
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Tests are quiet."""


@pytest.fixture
def front():
    handler = type("Front", (Front,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    handler.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield handler
    server.shutdown()
    server.server_close()


class Bot:
    """A bot process in a folder of its own; what it logs."""

    def __init__(self, folder, api):
        env = {k: v for k, v in os.environ.items() if not k.startswith("POLLBOT_")}
        env |= {"POLLBOT_TOKEN": TOKEN, "POLLBOT_API_URL": api, "POLLBOT_LOG_FORMAT": "json"}
        self.log = folder / f"log-{time.monotonic_ns()}"
        command = [sys.executable, "-m", "bot", "run", "--no-worker"]
        with self.log.open("w") as out:
            self.process = subprocess.Popen(command, cwd=folder, env=env, stdout=out, stderr=out)

    def until(self, says, times=1):
        eventually(lambda: self.log.read_text().count(says) >= times or self.process.poll() is not None)
        told = self.log.read_text()
        assert told.count(says) >= times, told
        return told

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@contextmanager
def bot(folder, api):
    running = Bot(folder, api)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def test_a_bot_that_is_answered_by_a_proxy_waits_and_then_runs(tmp_path, front, api):
    with bot(tmp_path, front.url) as running:
        running.until("waiting for Telegram", times=2)
        front.through = api
        log = running.until('"event": "running"')

        assert running.end(signal.SIGTERM) == 0
    assert re.findall(r'"again_in_s": ([\d.]+)', log)[:2] == ["1.0", "2.0"]


def test_a_page_of_a_proxy_is_one_line_in_the_log_and_stops_nothing(tmp_path, front, api):
    front.through = api
    with bot(tmp_path, front.url) as running:
        running.until('"event": "running"')
        front.through = ""
        httpx.post(f"{api}/bot{TOKEN}/deleteWebhook")  # what waits is woken, and asks again
        log = running.until(
            "502 with what the Bot API does not answer: <html> <h1>502 Bad Gateway</h1> </html>", times=2
        )
        front.through = api

        assert running.end(signal.SIGTERM) == 0
    assert "Traceback" not in log
    assert all(line.startswith("{") for line in log.splitlines())


def test_a_bot_that_waits_for_telegram_ends_when_it_is_told_to(tmp_path):
    with bot(tmp_path, "http://127.0.0.1:9") as running:
        running.until("Telegram cannot be reached at http://127.0.0.1:9: no connection: ConnectionRefusedError")

        assert running.end(signal.SIGTERM) == 0


def test_a_second_bot_on_a_database_refuses_to_start_and_the_first_goes_on(tmp_path, api):
    with bot(tmp_path, api) as first:
        first.until('"event": "running"')
        before = first.log.read_text()
        with bot(tmp_path, api) as second:
            assert second.process.wait(60) == 1

        assert "another bot serves" in second.log.read_text()
        assert first.log.read_text() == before
        assert first.process.poll() is None


def test_a_bot_that_was_killed_leaves_no_lock(tmp_path, api):
    with bot(tmp_path, api) as first:
        first.until('"event": "running"')
        first.end(signal.SIGKILL)

    with lock.held(f"sqlite:///{tmp_path / 'pollbot.db'}", "bot"):
        pass
