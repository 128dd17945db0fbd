"""Whatever people write, call their files, their chats and themselves: a line in the log at most, and no harm."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.loops.admin import Admins
from bot.loops.reply import Reply
from bot.loops.rights import Known
from bot.store import inbox, votes
from bot.store.tables import metadata
from bot.telegram.api import Telegram
from tests.bot.conftest import KEY, TOKEN
from tests.conftest import NOON
from tests.factory import CHANNEL, GROUP, asked, poll, publish, text

OWNER, STRANGER = 1, 31337
NASTY = (
    "\0", "\u202e", "\ud800", "\r\n", "{chat}", "{0.__class__}", "%s", "../../etc/passwd", "'; DROP TABLE posts; --",
    "|" * 64, "t1|cancel|1", "v1|skip|1|1|post.0", "d1|yes|1|1|1", "p1|forget", "/threads", "https://t.me/c/1/1",
    "https://t.me/group/1", "@" * 300, "a" * 5000, "🏳️‍🌈" * 30, "٣", "-0", "9" * 30, "", " ", "---\n", "---\ntitle: {",
)  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=80), st.lists(st.sampled_from(NASTY), max_size=4).map("".join)
)


def from_(user, **more):
    return {"from": {"id": user, "is_bot": False, "first_name": "A"} | more}


def private(user, **more):
    return {
        "message_id": 5,
        "date": 1,
        "chat": {"id": user, "type": "private", "first_name": "A"},
        **from_(user),
        **more,
    }


def placed(user, words):
    """An update for each place where somebody's words may stand."""
    channel = {"id": -1001, "type": "channel", "title": words, "username": words}
    tapped = {"id": words, "data": words, "message": private(user, text=words)}
    file = {"file_id": words, "file_name": words, "mime_type": words, "file_size": 5}
    kept = {"status": "administrator", "can_post_messages": True, "user": {"id": 4242, "is_bot": True}}
    yield "message", private(user, text=words)
    for command in ("/start ", "/help ", "/threads ", "/log@", "/"):
        yield "message", private(user, text=command + words)
    yield "message", private(user, document=file, caption=words)
    yield "message", private(user, document=file | {"file_name": f"{words}.md"})
    yield "message", private(user, photo=[{"file_id": words}], caption=words)
    yield "message", private(user, text="x", forward_origin={"type": words}, entities=[{"type": words}])
    yield "edited_message", private(user, text=words, document=file)
    yield "message", private(user, text="/threads") | from_(user, first_name=words, username=words, language_code=words)
    yield "callback_query", tapped | from_(user, last_name=words)
    for start in ("t1|", "d1|", "v1|", "p1|", "t1|sure|1|"):
        yield "callback_query", tapped | {"data": start + words} | from_(user)
    yield "my_chat_member", {"chat": channel, **from_(user), "new_chat_member": kept, "date": 1}
    yield "chat_member", {"chat": channel, **from_(user), "old_chat_member": kept, "new_chat_member": kept, "date": 1}


def rows(connection):
    """All but what bounds, counts and waits."""
    left_out = ("inbox", "taken", "facts", "told", "strays")
    tables = [table for table in metadata.sorted_tables if table.name not in left_out]
    return {table.name: connection.execute(select(table)).all() for table in tables}


@pytest.mark.parametrize("user", [OWNER, STRANGER])
def test_no_word_anywhere_does_harm(database, user):
    publish(database, NOON, asked(poll()), text("Later"))
    admins = Admins(database, Telegram(TOKEN, "http://127.0.0.1:9"), (OWNER,), "en", lambda: NOON, lambda: 0.0)
    admins.rights._known = {chat: Known(0.0, frozenset()) for chat in (GROUP.id, CHANNEL.id)}  # as Telegram told
    number = iter(range(1, 10**9))

    @given(WORDS)
    @settings(max_examples=60)
    def say(words):
        with database.connect() as connection:
            before = rows(connection)
        updates = [{"update_id": next(number), kind: told} for kind, told in placed(user, words)]
        with capture_logs() as logs:
            votes.record_pushed(database, json.loads(json.dumps(updates)), KEY, NOON)
            carried = inbox.carry_out(database, admins.carry_out, NOON)
        assert carried.stuck == []
        assert [log for log in logs if log["log_level"] == "error" or log.get("exc_info")] == []
        assert len(logs) <= len(updates)
        for unsaid in inbox.unsaid(database, ()):
            assert len(Reply.model_validate_json(unsaid.reply).notice) <= 200
        if user == STRANGER:
            with database.connect() as connection:
                assert rows(connection) == before

    say()
