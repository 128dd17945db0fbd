"""One bot and one worker for a database."""

import pytest

from bot.errors import StoreError
from bot.store import lock


def test_a_bot_and_a_worker_serve_a_database_together(url):
    with lock.held(url, "bot"), lock.held(url, "worker"):
        pass


@pytest.mark.parametrize("who", ["bot", "worker"])
def test_another_one_is_refused_however_it_writes_the_address(tmp_path, monkeypatch, url, who):
    monkeypatch.chdir(tmp_path)
    with lock.held(url, who), pytest.raises(StoreError, match=f"another {who} serves {tmp_path}/pollbot.db"):
        lock.held("sqlite:///./pollbot.db", who).__enter__()


def test_a_lock_is_free_when_its_block_has_ended(url):
    for _ in range(2):
        with lock.held(url, "bot"):
            pass


def test_an_error_within_is_not_taken_for_a_lock(url):
    with pytest.raises(BlockingIOError), lock.held(url, "bot"):
        raise BlockingIOError


@pytest.mark.parametrize(
    ("address", "words"),
    [("sqlite:////nowhere/at/all.db", "there is no folder /nowhere/at"), ("nonsense", "names no SQLite file")],
)
def test_a_database_that_cannot_be_locked_is_one_sentence(address, words):
    with pytest.raises(StoreError, match=words):
        lock.held(address, "bot").__enter__()
