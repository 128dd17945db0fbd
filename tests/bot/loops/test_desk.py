"""What admins order from their private chats, over HTTP; and that nobody else can."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.loops import card, right_words
from bot.loops.dispatch import Dispatch
from bot.loops.inbox import Inbox
from bot.loops.rights import Rights
from bot.store import inbox, steering
from bot.store.tables import metadata, posts
from bot.telegram.api import Telegram
from tests.bot.conftest import TOKEN
from tests.conftest import NOON
from tests.factory import asked, poll, publish, text

STRANGER = 31337


async def write(stage, user, words):
    """Write to the bot in private; returns what stands in that chat then."""
    stage.post("/write", {"user": user, "chat": user, "text": words})
    await take(stage)
    return stage.messages(user)


async def take(stage):
    await stage.take_votes()
    await Inbox(stage.database, stage.clock.admins, lambda: stage.now).quiet()


async def tap(stage, admin, words):
    """Tap the button that says so, under the newest message."""
    message = stage.messages(admin)[-1]
    buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
    data = next(button["callback_data"] for button in buttons if words in button["text"])
    stage.post("/tap", {"user": admin, "chat": admin, "message_id": message["message_id"], "data": data})
    await take(stage)
    return stage.messages(admin)[-1]


def shown(message):
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


@pytest.fixture
async def planned(stage, admin):
    """A thread of three posts, the first of which is due in an hour."""
    stage.now = NOON - timedelta(hours=1)
    publish(
        stage.database,
        NOON,
        text("**First** words"),
        asked(poll()),
        text("last"),
        chat=await stage.telegram.chat("@group"),
    )
    return stage


async def test_from_threads_to_the_card_is_one_tap_and_it_says_what_comes_next(planned, admin):
    listed = (await write(planned, admin, "/threads"))[-1]
    assert shown(listed) == ["«Тред» → @group: planned"]

    seen = await tap(planned, admin, "Тред")

    assert seen["message_id"] == listed["message_id"]
    assert seen["text"] == (
        "«Тред» → @group: planned\n0 of 3 are out.\n\nNext is no. 1: «First words»\n1 Dec 2026, 12:00 (UTC)"
    )
    assert shown(seen) == [
        "⏸ Pause", "No. 1 now", "An hour later", "A day later", "Another time…", "Skip no. 1", "Cancel the thread",
        "✏️ Correct", "Refresh", "← All threads",
    ]  # fmt: skip


async def test_a_paused_thread_stands_still_until_it_goes_on(planned, admin):
    await write(planned, admin, "/threads")
    await tap(planned, admin, "Тред")
    seen = await tap(planned, admin, "Pause")
    assert "paused" in seen["text"]
    await planned.tick(hours=2)
    assert planned.messages() == []

    await tap(planned, admin, "Go on")
    await planned.tick(hours=1)

    assert [message["text"] for message in planned.messages()] == ["First words"]


async def test_what_cannot_be_undone_is_asked_once(planned, admin):
    await write(planned, admin, "/threads")
    await tap(planned, admin, "Тред")
    asked_ = await tap(planned, admin, "Cancel")
    assert "Cancel all that is not out yet?" in asked_["text"]
    assert "0 of 3 are out" in (await tap(planned, admin, "No"))["text"]
    assert planned.status().state == "planned"

    await tap(planned, admin, "Cancel")
    assert "cancelled" in (await tap(planned, admin, "Yes"))["text"]
    assert planned.status().state == "cancelled"


async def test_votes_so_far_are_bars_and_a_poll_is_closed_by_two_taps(planned, admin):
    planned.now = NOON
    await planned.tick()
    await planned.tick(minutes=1)
    for user, option in zip(planned.users(3), (0, 1, 1), strict=True):
        planned.vote(user, option, message=planned.messages()[-1]["message_id"])
    await write(planned, admin, "/threads")
    seen = await tap(planned, admin, "Тред")
    assert "Poll no. 2: «Which?»\nuntil 1 Dec 2026, 13:01 (UTC), voters: 3" in seen["text"]
    assert "▓▓▓▓▓▓▓░░░ 2 · option 1" in seen["text"]

    await tap(planned, admin, "Close poll no. 2")
    await tap(planned, admin, "Yes")
    await planned.tick(seconds=1)

    assert planned.get("/polls")["polls"][0]["is_closed"]


async def test_a_stale_button_says_so_and_does_nothing(planned, admin):
    await write(planned, admin, "/threads")
    await tap(planned, admin, "Тред")
    await tap(planned, admin, "Skip no. 1")
    planned.now = NOON
    await planned.tick()  # it has gone out in the meantime

    await tap(planned, admin, "Yes")

    answers = [call["params"].get("text") for call in planned.calls("answerCallbackQuery")]
    assert answers[-1] == "That post is not planned any more."
    assert [post.state for post in planned.status().posts] == ["sent", "planned", "planned"]


async def test_help_and_start_are_answered_an_admin_and_a_stranger_gets_one_line(stage, admin):
    assert "/threads" in (await write(stage, admin, "/help"))[-1]["text"]
    (stranger,) = stage.users(1)
    await write(stage, stranger, "/start")
    await write(stage, stranger, "/start")
    said = await write(stage, stranger, "/threads")

    told = right_words.STRANGER["en"] + (
        "\n/language — the language I speak to you\n/score — how often you were right"
        "\n/privacy — what I keep of people\n/forget — erase what I keep of you\n/help — what I can do"
    )
    assert [m["text"] for m in said] == [
        "/start", told, "/start", "/threads",
    ]  # fmt: skip


async def test_who_did_what_is_told(planned, admin):
    with planned.database.begin() as connection:
        steering.steer(connection, steering.Order("move", 1, by=timedelta(hours=3)), planned.now)
    await write(planned, admin, "/threads")
    await tap(planned, admin, "Тред")
    await tap(planned, admin, "Pause")

    said = (await write(planned, admin, "/log"))[-1]["text"]

    assert said.splitlines() == [
        "1 Dec 2026, 11:00 UTC — the command line: moved by +3h, thread 1",
        f"1 Dec 2026, 11:00 UTC — {admin}: pause, thread 1",
    ]


def tapped(user, data):
    return {
        "update_id": 10**6,
        "callback_query": {"id": "1", "from": {"id": user, "is_bot": False, "first_name": "A"}, "data": data},
    }


def everything(database):
    with database.connect() as connection:
        tables = [table for table in metadata.sorted_tables if table.name not in ("inbox", "taken", "facts")]
        return {table.name: connection.execute(select(table)).all() for table in tables}


WHAT = st.sampled_from([*steering.DEEDS, "threads", "card", "sure", "again", "there", "", "x"])
DATA = st.lists(st.sampled_from(["1", "2", "-1", "9" * 40, "x", "", "cancel", "skip", "post.0"]), max_size=4)
BUTTON = st.builds(
    lambda prefix, what, rest: "|".join([prefix, what, *rest]), st.sampled_from(["t1", "v1", ""]), WHAT, DATA
)


async def test_no_button_does_anything_for_a_stranger_or_a_former_admin(planned, admin):
    """Whatever an admin's button can say."""
    (former,) = planned.users(1)
    every = [
        f"t1|{verb}|1{rest}" for verb in [*steering.DEEDS, "card", "sure"] for rest in ("", "|1", "|cancel", "|60")
    ]
    every += [f"v1|{verb}|1|1|post.0{rest}" for verb in ("again", "skip", "there") for rest in ("", "|7")]
    before = everything(planned.database)
    planned.sim.delete("/calls")
    taps = [tapped(user, data) for data in ["t1|threads", *every] for user in (STRANGER, former)]
    await planned.hear(*({**one, "update_id": 10**6 + number} for number, one in enumerate(taps)))

    assert everything(planned.database) == before
    called = {call["method"] for call in planned.get("/calls")["calls"]}
    assert called == {"answerCallbackQuery", "getChatAdministrators"}
    with planned.database.connect() as connection:
        assert inbox.stuck(connection) == []


def test_data_that_no_button_of_ours_has_changes_nothing_and_raises_nothing(database):
    publish(database, NOON, text("First"), asked(poll()))
    dispatch = Dispatch(Rights(database, Telegram(TOKEN, "http://127.0.0.1:9"), (1,), lambda: 0.0), "en")

    @given(BUTTON)
    @settings(max_examples=300)
    def tap_with(data):
        with database.connect() as connection, connection.begin() as transaction:
            before = connection.execute(select(posts)).all()
            said = dispatch.tapped(connection, tapped(1, data)["callback_query"], NOON)
            after = connection.execute(select(posts)).all()
            transaction.rollback()
        assert (after == before) or (said is not None and said.card)

    tap_with()


async def test_a_list_of_many_is_bounded_and_says_so(planned, admin):
    for number in range(30):
        publish(planned.database, NOON, text(f"{number}"))
    seen = (await write(planned, admin, "/threads"))[-1]

    assert len(shown(seen)) == card.LISTED
    assert "and 11 more" in seen["text"]
