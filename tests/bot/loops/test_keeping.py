from datetime import timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot import settings
from bot.errors import SettingsError
from bot.loops import keeping
from bot.store import votes
from bot.store.polls import Tally, closed, closing
from tests.conftest import NOON
from tests.factory import KEY, answer, asked, poll, publish, send


async def test_what_is_erased_is_told_in_the_log_and_nothing_is_where_nothing_was(database):
    publish(database, NOON, asked(poll()))
    send(database, NOON, 10, telegram_id="P")
    votes.record(database, [answer(1, "P", 1, 0), answer(2, "P", 2, 0)], KEY, NOON)
    closing(database, 1)
    closed(database, 1, Tally((2, 0, 0), 2), NOON)
    with capture_logs() as told:
        for _ in range(2):
            await keeping.once(database, 30, NOON + timedelta(days=31))

    said = {"event": "erased what was kept long enough", "rows": 4, "kept_days": 30, "swept": True, "log_level": "info"}
    assert told == [said]
    with database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM votes")).scalar() == 0


async def test_what_is_erased_is_no_more_in_the_file_nor_in_its_log(database, tmp_path):
    row = "INSERT INTO strays (update_id, reason, content, at) VALUES (1, 'why', 'mArKeD', '2020-01-01 00:00:00')"
    with database.begin() as connection:
        connection.execute(text(row))
    await keeping.once(database, 30, NOON)

    assert [path.name for path in tmp_path.iterdir() if b"mArKeD" in path.read_bytes()] == []


@pytest.mark.parametrize(("value", "days"), [("", None), ("30", 30)])
def test_votes_are_kept_for_ever_unless_days_are_set(monkeypatch, value, days):
    monkeypatch.setenv("POLLBOT_KEEP_VOTES_DAYS", value)

    assert settings.load().keep_votes_days == days


@pytest.mark.parametrize("value", ["0", "-1", "month"])
def test_what_is_no_number_of_days_is_refused(monkeypatch, value):
    monkeypatch.setenv("POLLBOT_KEEP_VOTES_DAYS", value)

    with pytest.raises(SettingsError, match=f"POLLBOT_KEEP_VOTES_DAYS='{value}'"):
        settings.load()
