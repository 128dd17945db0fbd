"""Time as admins order it: the week ahead, their clocks, slots, another time in words, tries, polls asked again."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.loops import actions, plan
from bot.store import chats as known
from bot.store import steering
from bot.store.chats import Known
from bot.store.tables import audit, drafts, posts, publications
from bot.store.tables import slots as slot_rows
from tests.bot.loops.test_desk import shown
from tests.bot.loops.test_drafts import GOOD, pressed, say, send, settle, tap
from tests.conftest import NOON
from tests.factory import asked, png, poll, publish, text

SERIES = GOOD.replace("language: en", "language: en\nevery: monday 10:00 Europe/Berlin") + "\n---\n\nThe end\n"
HOUR = timedelta(hours=1)


@pytest.fixture
def there(stage, admin):
    group = next(one for one in stage.get("/chats")["chats"] if one.get("username") == "group")
    with stage.database.begin() as connection:
        known.keep(connection, Known(group["id"], "@group", "group"), NOON)
    return admin


def everyone(stage, table):
    with stage.database.connect() as connection:
        return connection.execute(select(table)).all()


def dues(stage):
    return [row.due for row in everyone(stage, posts)]


async def test_the_week_ahead_stands_on_one_screen_by_day_and_by_ones_own_clocks(stage, there):
    await stage.publish(text("One"), text("Two"))
    publish(stage.database, NOON + 10 * HOUR, asked(poll()))
    publish(stage.database, NOON + timedelta(days=20), text("Far"))
    stage.now = NOON + timedelta(minutes=30)
    await say(stage, there, "/zone Moscow")
    said = await say(stage, there, "/plan")

    assert said["text"] == (
        "The week ahead. It is 1 Dec 2026, 15:30 (Europe/Moscow).\n\n"
        "Tuesday, 01 Dec\n15:00 ⏰ Тред → @group, no. 1–2\n\nWednesday, 02 Dec\n01:00 Тред → @group, no. 1"
    )
    assert shown(said) == ["Тред → @group", "Тред → @group"]
    card = await tap(stage, there, "Тред")
    assert card["text"].startswith("«Тред» → @group")


async def test_what_does_not_fit_on_the_screen_is_counted(stage, there):
    for number in range(plan.LINES + 5):
        publish(stage.database, NOON + number * HOUR, text("One"))
    said = await say(stage, there, "/plan")

    assert "…and 5 more lines. All of it: pollbot plan." in said["text"]
    assert len(shown(said)) == plan.CARDS


async def test_a_zone_is_confirmed_with_the_time_there_and_drafts_go_by_it(stage, there):
    said = await say(stage, there, "/zone")
    assert "Your clocks: UTC, it is 1 Dec 2026, 12:00 (UTC) there." in said["text"]
    said = await tap(stage, there, "Berlin")
    assert said["text"] == "You: clocks are Europe/Berlin now, it is 1 Dec 2026, 13:00 (Europe/Berlin) there."
    assert "is not clear, and nothing has changed" in (await say(stage, there, "/zone Mars"))["text"]
    await say(stage, there, "/zone @group Asia/Almaty")
    await send(stage, there, GOOD)
    await tap(stage, there, "Schedule")
    asked_ = await tap(stage, there, "group")

    assert "It is 1 Dec 2026, 17:00 (Asia/Almaty)" in asked_["text"]
    await say(stage, there, "/zone @group Europe/London")
    sure = await say(stage, there, "tomorrow at 10:00")
    assert "the first 2 Dec 2026, 10:00 (Europe/London)" in sure["text"]


@pytest.fixture
async def slotted(stage, there):
    await say(stage, there, "/slots @group mon,wed,fri 18:00 Europe/Moscow")
    return there


async def test_a_thread_goes_into_the_next_free_slot_of_its_chat(stage, slotted):
    said = stage.messages(slotted)[-1]["text"]
    assert said == (
        "group: slots monday, wednesday, friday 18:00 Europe/Moscow. "
        "The next free one is 2 Dec 2026, 18:00 (Europe/Moscow)."
    )
    for title in ("Heads", "Tails"):
        await send(stage, slotted, GOOD.replace("Heads", title).replace("Hello", title), f"{title}.md")
        for words in ("Schedule", "group", "Next free slot", "Yes"):
            await tap(stage, slotted, words)

    assert [row.start for row in everyone(stage, publications)] == [
        datetime(2026, 12, 2, 15, tzinfo=UTC), datetime(2026, 12, 4, 15, tzinfo=UTC),
    ]  # fmt: skip


async def test_two_admins_at_once_do_not_get_the_same_slot(stage, slotted):
    (second,) = stage.users(1)
    stage.post("/chats", {"type": "private", "user": second})
    stage.admins = (slotted, second)
    stage.restart()
    for admin in (slotted, second):
        await send(stage, admin, GOOD.replace("Heads", f"Of {admin}").replace("Hello", f"I am {admin}"))
        for words in ("Schedule", "group", "Next free slot"):
            await tap(stage, admin, words)
    for admin in (slotted, second):
        message = stage.messages(admin)[-1]
        (yes,) = [
            b["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for b in row if "Yes" in b["text"]
        ]
        stage.post("/tap", {"user": admin, "chat": admin, "message_id": message["message_id"], "data": yes})
    await settle(stage)
    late = stage.messages(second)[-1]

    assert len(everyone(stage, publications)) == 1
    assert "Another publication has just taken this slot. Nothing has changed" in late["text"]
    assert "Next free slot: 4 Dec 2026, 18:00 (Europe/Moscow)" in shown(late)[0] or "4 Dec" in " ".join(shown(late))
    assert [row.state for row in everyone(stage, drafts)] == ["done", "fine"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("/slots", "A chat's slots:"),
        ("/slots @group", "there are no slots. Set them"),
        ("/slots @group soon", "“soon” is no slot, and nothing has changed"),
        ("/slots @group 7d", "“7d” is no slot"),
        ("/slots @nowhere mon 18:00", "I do not know that chat"),
        ("/slots !! mon 18:00", "I do not know that chat"),
        ("/move", "Which thread, and when?"),
        ("/move 7 tomorrow 10:00", "There is no such publication."),
        ("/move x tomorrow 10:00", "Which thread, and when?"),
        ("/move 1 soon", "“soon”: at what hour?\nNothing has changed."),
        ("/move 1 yesterday", "“yesterday” is no time."),
        ("/move 1 2026-11-30 10:00", "has passed, and nothing has changed"),
        ("/move 1 2029-11-30 10:00", "more than a year away, and nothing has changed"),
        ("/move 1 2027-03-28 02:30 Europe/Berlin", "clocks go forward then. The nearest is 2027-03-28 03:30."),
        ("/move 1 -2h", "has passed, and nothing has changed"),
        ("/move 1 +x", "is no span"),
        ("/zone @group Mars", "is not clear"),
    ],
)
async def test_each_refusal_says_what_is_wrong_and_what_is_allowed_and_changes_nothing(stage, there, words, said):
    publish(stage.database, NOON + HOUR, text("One"))
    before = [everyone(stage, table) for table in (posts, publications, slot_rows, audit)]
    english = (await say(stage, there, words))["text"]
    stage.language = "ru"
    stage.restart()
    russian = (await say(stage, there, words))["text"]

    assert said in english
    assert re.search("[а-я]", russian)
    assert [everyone(stage, table) for table in (posts, publications, slot_rows, audit)] == before


async def test_a_thread_is_moved_in_words_when_the_time_as_understood_is_confirmed(stage, there):
    publish(stage.database, NOON + HOUR, text("One"), text("Two"))
    before = dues(stage)
    said = await say(stage, there, "/move 1 завтра в 10 мск")
    assert "no. 1 goes out 2 Dec 2026, 10:00 (Europe/Moscow)" in said["text"]
    assert dues(stage) == before
    card = await tap(stage, there, "Yes")

    assert "2 Dec 2026, 07:00" in card["text"]
    assert dues(stage) == [due + timedelta(hours=18) for due in before]
    await say(stage, there, "/move 1 +2h")
    await tap(stage, there, "Yes")
    assert dues(stage) == [due + timedelta(hours=20) for due in before]


async def test_a_card_is_replied_to_with_a_time(stage, there):
    publish(stage.database, NOON + HOUR, text("One"))
    await say(stage, there, "/threads")
    await tap(stage, there, "Тред")
    card = await tap(stage, there, "Another time")
    assert "Reply to this message" in card["text"]
    stage.post("/write", {"user": there, "chat": there, "text": "fri 18:00", "reply_to": card["message_id"]})
    await settle(stage)
    await tap(stage, there, "Yes")

    assert dues(stage) == [datetime(2026, 12, 4, 18, tzinfo=UTC)]


async def test_a_stale_yes_moves_nothing_into_the_past(stage, there):
    publish(stage.database, NOON + HOUR, text("One"))
    said = await say(stage, there, "/move 1 +1h")
    stage.now = NOON + timedelta(days=1)
    before = dues(stage)
    await tap(stage, there, "Yes", said)

    assert dues(stage) == before


async def test_two_admins_who_press_opposite_buttons_at_once_get_one_after_the_other(stage, there):
    publish(stage.database, NOON + HOUR, text("One"))
    (second,) = stage.users(1)
    stage.post("/chats", {"type": "private", "user": second})
    stage.admins = (there, second)
    stage.restart()
    orders = [
        (there, "pause|1"),
        (second, "move|1|3600"),
        (second, "resume|1"),
        (there, "pause|1"),
        (second, "cancel|1"),
    ]
    await stage.hear(*(pressed(admin, f"t1|{data}", 10**6 + n) for n, (admin, data) in enumerate(orders)))

    assert [(deed.admin, deed.action) for deed in reversed(deeds(stage))] == [
        (there, "pause"), (second, "move"), (second, "resume"), (there, "pause"), (second, "cancel"),
    ]  # fmt: skip
    assert [row.state for row in everyone(stage, posts)] == ["skipped"]


def deeds(stage):
    with stage.database.connect() as connection:
        return steering.deeds(connection)


async def test_a_thread_is_tried_in_seconds_in_private_and_counts_for_nothing(stage, there):
    await send(stage, there, SERIES)
    await tap(stage, there, "Try it")
    await tap(stage, there, "Try it")  # one at a time
    assert len(everyone(stage, publications)) == 1
    for _ in range(4):
        await stage.tick(seconds=1)
    (marked, hello, question, end) = stage.messages(there)[-4:]
    stage.post("/vote", {"user": there, "chat": there, "message_id": question["message_id"], "options": [0]})
    await stage.take_votes()
    await stage.tick(seconds=5)
    await stage.catch_up()
    stage.compute("draw", png())
    await stage.tick(seconds=1)
    reveal = stage.messages(there)[-1]

    assert marked["text"].startswith("🧪 A try: each hour is a second.")
    assert (hello["text"], question["poll"]["question"], end["text"]) == ("Hello there", "Which one?", "The end")
    assert reveal["reply_to_message"]["message_id"] == question["message_id"]
    (row,) = everyone(stage, publications)
    assert (row.trial, row.title, row.chat_id) == (True, "🧪 Heads", there)
    assert [deed.action for deed in deeds(stage)] == ["try"]
    assert [draft.state for draft in everyone(stage, drafts)] == ["fine"]
    await tap(
        stage, there, "Schedule", next(m for m in stage.messages(there) if "Heads: all is well" in m.get("text", ""))
    )


async def test_a_series_shows_its_chapters_before_it_is_scheduled(stage, there):
    said = await send(stage, there, SERIES)
    assert "A series: chapters 2, monday 10:00 Europe/Berlin." in said["text"]
    for words in ("Schedule", "group", "7 Dec"):
        said = await tap(stage, there, words)
    card = await tap(stage, there, "Yes")
    assert "A series: monday 10:00 Europe/Berlin." in card["text"]

    assert "Chapters: 2. When: 7 Dec 2026, 10:00 (UTC)" not in said["text"]
    assert "Chapters: 2. When:" in said["text"]
    assert dues(stage) == [
        datetime(2026, 12, 7, 9, tzinfo=UTC), datetime(2026, 12, 7, 9, 5, tzinfo=UTC),
        datetime(2026, 12, 14, 9, tzinfo=UTC),
    ]  # fmt: skip


async def test_a_series_at_an_hour_that_clocks_skip_is_refused_and_another_start_is_asked_for(stage, there):
    await send(stage, there, SERIES.replace("monday 10:00", "sunday 02:30"))
    for words in ("Schedule", "group"):
        await tap(stage, there, words)
    said = await say(stage, there, "2027-03-21 02:30 Europe/Berlin")

    assert "02:30 does not exist on 2027-03-28 in Europe/Berlin: clocks jump" in said["text"]
    assert everyone(stage, publications) == []


async def test_a_closed_poll_is_asked_again_with_its_key_and_pictures(stage, there):
    number = await stage.publish(asked(poll()))
    await stage.tick()
    await say(stage, there, "/threads")
    card = await tap(stage, there, "Тред")
    await stage.hear(pressed(there, f"t1|again|{number}|1", 10**6))  # it is open
    assert len(everyone(stage, publications)) == 1
    await stage.tick(hours=1)
    await stage.catch_up()
    stage.compute("draw", png())
    await stage.tick(seconds=1)
    for words in ("Refresh", "Ask no. 1 again", "Yes"):
        card = await tap(stage, there, words, card)
    await stage.tick(seconds=1)

    assert card["text"].startswith("«Тред» → @group: planned")
    assert [one["poll"]["question"] for one in stage.messages() if "poll" in one] == ["Which?", "Which?"]
    assert [(deed.publication, deed.position, deed.action) for deed in deeds(stage)] == [(number, 1, "again")]


ID = st.integers(0, 10**9 - 1)


@given(ID, st.integers(-(10**15), 10**15), st.integers(0, 10**11 - 1), st.integers(0, 10**9 - 1))
@settings(max_examples=50)
def test_whatever_a_button_names_its_data_has_at_most_64_bytes(of, chat, seconds, number):
    """Every button that there is, made as long as its pattern allows of what it holds."""
    for action in actions.ACTIONS:
        if action.button is None:
            continue
        pattern = action.button.pattern
        data = pattern.replace(actions.OF, str(of)).replace(r"(-?\d{1,18})", str(chat)).replace(actions.N, str(number))
        data = data.replace(r"(\d{1,11})", str(seconds)).replace(r"\|", "|")
        data = re.sub(r"\(\?:?cancel\|.*", "close|999999999", data).replace(r"([A-Za-z_/+\-0-9:]{1,40})", "A" * 40)
        data = re.sub(r"\\d\{1,(\d+)\}", lambda found: "9" * int(found[1]), data)
        assert len(data.encode("ascii")) <= 64, (action.name, data)
