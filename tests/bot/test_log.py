"""The token never reaches the log, and everything else does."""

import json
import logging
import re
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import log

TOKEN = "4242123:AAab-c_defghijklmnopqrstuvwxyz0123"
OTHERS = "999999999:" + "Zz9_-" * 7
FORMS = [TOKEN, quote(TOKEN, safe=""), quote(quote(TOKEN, safe=""), safe=""), f"https://x/bot{TOKEN}/getMe", TOKEN[:30]]


@pytest.fixture(autouse=True)
def _as_before():
    """The log is one for the whole process: put it back."""
    handlers = logging.root.handlers[:]
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_word_commands_the_terminal_that_shows_the_log(capsys, form):
    log.configure(form)
    structlog.get_logger().warning(
        "asked\x1b[31m", title="a\x9bm\n2026-12-01 forged\u202e", error=ValueError("\x1b[8m")
    )
    logging.getLogger("library").warning("said %s", "\x1b]0;x\x07\nforged")

    written = capsys.readouterr().err
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", written)
    assert "\n2026-12-01 forged" not in written
    assert "\nforged" not in written


def test_json_means_the_same_whatever_commands_stand_in_it(capsys):
    log.configure("json")
    structlog.get_logger().warning("asked", title="a\x9bm\n\x1b\u202e")

    assert json.loads(capsys.readouterr().err)["title"] == "a\x9bm\n\x1b\u202e"


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("shown", FORMS)
def test_the_token_never_reaches_the_log_whoever_writes_it(capsys, form, shown):
    log.configure(form, token=TOKEN)
    structlog.get_logger().warning("asked", nested=[{"y": (shown, {shown: shown.encode()})}], error=ValueError(shown))
    logging.getLogger("library").warning("asked %s", {"url": shown})

    written = capsys.readouterr().err
    assert "AAab" not in written
    assert written.count("<token>") == 5


def test_a_traceback_loses_the_token_only(capsys):
    log.configure("console", token=TOKEN)
    try:
        Path(f"/nowhere/bot{TOKEN}/getMe").read_text()
    except OSError:
        structlog.get_logger().exception("failed")
        logging.getLogger("library").exception("failed")

    assert capsys.readouterr().err.count("No such file or directory: '/nowhere/bot<token>/getMe'") == 2


def test_a_token_of_another_bot_is_known_by_its_look():
    assert log.hiding()(f"bot{OTHERS}/getMe") == "bot<token>/getMe"


@pytest.mark.parametrize("words", ["tcp://10.0.0.128:8786", "http://192.168.10.200:8081", "12:30:45", "4242123:port"])
def test_an_address_is_no_token(words):
    assert log.hiding(TOKEN)(words) == words


plain = st.recursive(
    st.none() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
planted = st.recursive(
    st.tuples(st.text(max_size=5), st.sampled_from(FORMS), st.text(max_size=5)).map("/".join),
    lambda inner: st.tuples(inner, plain) | st.dictionaries(st.text(max_size=5), inner, min_size=1, max_size=3),
)


@given(planted)
def test_a_structure_with_the_token_in_it_comes_out_without(value):
    for line in (repr(value), json.dumps(value)):
        assert "AAab" not in log.hiding(TOKEN)(line)


@given(plain)
def test_a_structure_without_a_token_comes_out_as_it_is(value):
    for line in (repr(value), json.dumps(value)):
        assert log.hiding(TOKEN)(line) == line


def test_russian_stays_readable_in_json(capsys):
    log.configure("json")
    structlog.get_logger().info("Тред")

    assert "Тред" in capsys.readouterr().err
