import json
import logging

import pytest
import structlog

from bot import log


@pytest.fixture(autouse=True)
def _as_before():
    """The log is one for the whole process: put it back."""
    handlers = logging.root.handlers[:]
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers


def test_a_token_never_reaches_the_log_whoever_writes_it(capsys):
    log.configure("json")
    structlog.get_logger().warning("asked http://x/bot123456:AAabcdefgh/getMe")
    logging.getLogger("library").warning("asked http://x/bot123456:AAabcdefgh/getMe")

    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["asked http://x/bot<token>/getMe"] * 2


def test_russian_stays_readable_in_json(capsys):
    log.configure("json")
    structlog.get_logger().info("Тред")

    assert "Тред" in capsys.readouterr().err
