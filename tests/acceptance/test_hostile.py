"""An hour of a group, seen through its enemies: nobody gets in where they do not belong, and the thread runs."""

import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from statistics import median
from threading import Event

import pytest

from tests.acceptance import enemies
from tests.acceptance.enemies import Enemies
from tests.acceptance.group import LONGEST, OTHER, QUESTIONS, SECOND, SPEED, THREAD, TOKEN, WORDS, hour, vote_until_done


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The hour, what the enemies got, and how many looks each vote took to be stored."""
    folder = tmp_path_factory.mktemp("hour")
    with hour(folder) as one, ExitStack() as stack:
        (folder / "hour.md").write_text(THREAD, "utf-8")
        schedule = ("bot", "schedule", str(folder / "hour.md"), "--chat", "@group", "--start", "now")
        assert one.start(*schedule, log="schedule.log").wait() == 0, (folder / "schedule.log").read_text()
        over = Event()
        hostile = Enemies(one.client, one.port)
        polls = [{"question": q, "options": ["none", "one", "both"], "is_anonymous": False} for q in QUESTIONS]
        deeds = [
            hostile.member(one.member, one.chat, WORDS),
            hostile.bot(OTHER, one.chat, WORDS, polls),
            hostile.stranger(one.stranger),
            hostile.page(OTHER),
            stack.enter_context(hostile.scanner()),
        ]
        pool = stack.enter_context(ThreadPoolExecutor())
        stack.callback(over.set)
        doing = [pool.submit(enemies.again, deed, over) for deed in deeds]
        bot = one.start("tests.acceptance.hour", str(SPEED), log="bot.log")
        stack.callback(bot.wait)
        stack.callback(bot.kill)
        looks = vote_until_done(one, bot)
        over.set()
        for deed in doing:
            deed.result()
        bot.terminate()
        assert bot.wait() == 0, (folder / "bot.log").read_text()[-3000:]
        yield one, hostile, looks


def test_the_thread_stands_once_and_is_the_bots_own(played):
    one, _, _ = played

    messages = one.get(f"chats/{one.chat}/messages?limit=100000")["messages"]
    mine = [m for m in messages if m.get("from", {}).get("id") == int(TOKEN.split(":", maxsplit=1)[0])]

    said = [m.get("text") or m["poll"]["question"] for m in mine if "reply_to_message" not in m]
    assert said == [WORDS[0], QUESTIONS[0], QUESTIONS[1], WORDS[1], QUESTIONS[2], WORDS[2]]
    assert len([m for m in mine if "reply_to_message" in m]) == len(QUESTIONS)


def test_every_vote_counts_as_telegram_counts_it(played):
    one, _, _ = played

    with closing(sqlite3.connect(one.file)) as connection:
        polls = dict(connection.execute("SELECT telegram_id, tally FROM polls"))
    seen = {poll["id"]: poll for poll in one.get("polls")["polls"]}
    tallies = {name: [option["voter_count"] for option in seen[name]["options"]] for name in polls}

    assert {name: str(tally) for name, tally in tallies.items()} == polls


def test_no_vote_waits_for_what_strangers_do(played):
    """A second is 200 looks; on a busy machine it is the people who are slow, but not for half of the votes."""
    one, _, looks = played

    assert len(looks) >= len(QUESTIONS)
    assert median(looks) < SECOND
    assert max(looks) < LONGEST, one.client.get(f"/bot{TOKEN}/getWebhookInfo").json()


def test_no_message_has_reached_an_admin(played):
    """What the bot forwards there to be read is its own, and deleted at once."""
    one, _, _ = played

    written = [
        call
        for method in ("sendMessage", "sendPoll", "sendPhoto")
        for call in one.get(f"calls?method={method}")["calls"]
        if str(call["params"].get("chat_id")) == str(one.admin)
    ]
    assert written == []
    assert [m for m in one.get(f"chats/{one.admin}/messages")["messages"] if m.get("text") != "/start"] == []


def test_no_page_and_no_port_scanner_is_let_in(played):
    _, hostile, _ = played

    assert hostile.let_in == []


def test_no_file_is_written_outside_of_the_databases_folder_and_none_is_for_others_to_read(played):
    one, _, _ = played

    outside = [path for name in ("home", "tmp", "here") for path in (one.folder / name).rglob("*") if path.is_file()]
    assert [path for path in outside if "matplotlib" not in path.parts] == []  # it keeps a list of fonts at home
    state = [path for path in one.file.parent.rglob("*") if os.path.lexists(path)]
    assert {path.name.partition("pollbot.db")[0] for path in state} == {""}
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in state if path.stat().st_mode & 0o077} == {}


def test_the_log_has_neither_token_nor_traceback(played):
    one, _, _ = played

    log = (one.folder / "bot.log").read_text("utf-8")
    assert TOKEN not in log
    assert "Traceback" not in log
