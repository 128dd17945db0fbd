"""Everything that comes and is no vote is a row: in order, once, whenever the bot dies."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError

from bot.commands import doctor
from bot.loops import inbox as handling
from bot.loops.inbox import Inbox
from bot.loops.intake import Intake
from bot.store import inbox, store, votes
from bot.telegram.outcome import Refused
from tests.bot.conftest import KEY
from tests.bot.loops.hands import Hands
from tests.conftest import NOON
from tests.factory import answer, asked, poll, text
from tests.patience import until
from tests.refusing import refusing


class Death(BaseException):
    """Of the process: nothing that runs in it comes any further."""


def message(number, chat=1, words="hello"):
    return {"update_id": number, "message": {"message_id": 1, "chat": {"id": chat}, "text": words}}


def come(stage, *updates):
    """As intake stores them."""
    return votes.record(stage.database, updates, KEY, stage.now, votes.offset(stage.database))


def inbox_of(stage, hands):
    """A new process: it knows nothing but the database."""
    return Inbox(stage.database, hands, lambda: stage.now)


async def handle(stage, hands):
    await inbox_of(stage, hands).quiet()
    return hands


def rows(stage):
    with store.reading(stage.database) as connection:
        return [tuple(row) for row in connection.execute(sql("SELECT update_id, state FROM inbox ORDER BY 1"))]


def done(stage):
    """How often each update was carried out, in the order of the first time."""
    with store.reading(stage.database) as connection:
        found = connection.execute(sql("SELECT name, value FROM facts WHERE name LIKE 'done %' ORDER BY rowid"))
        return {int(name.split()[1]): int(value) for name, value in found}


async def test_what_came_before_a_death_is_handled_after_it(stage):
    come(stage, message(1), answer(2, "P", 7, 0), message(3))
    waiting = rows(stage)
    hands = await handle(stage, Hands())

    assert waiting == [(1, "waiting"), (3, "waiting")]
    assert (rows(stage), done(stage), hands.said) == ([], {1: 1, 3: 1}, [(1, "done"), (3, "done")])


async def test_a_death_while_an_update_is_carried_out_leaves_nothing_of_it_and_it_is_carried_out_once(stage):
    def dies(update):
        if update["update_id"] == 2:
            raise Death

    come(stage, message(1), message(2), message(3))
    with pytest.raises(Death):
        await handle(stage, Hands(fails=dies))
    left = (rows(stage), done(stage))
    await handle(stage, Hands())

    assert left == ([(1, "waiting"), (2, "waiting"), (3, "waiting")], {})
    assert (rows(stage), done(stage)) == ([], {1: 1, 2: 1, 3: 1})


async def test_a_death_before_the_reply_leaves_the_reply_alone_to_be_given(stage):
    come(stage, message(1))
    inbox.carry_out(stage.database, Hands().carry_out, stage.now)
    hands = await handle(stage, Hands())

    assert (hands.held, hands.said) == ([], [(1, "done")])
    assert (rows(stage), done(stage)) == ([], {1: 1})


async def test_a_death_after_the_reply_doubles_the_reply_and_nothing_else(stage):
    come(stage, message(1))
    dying, hands = Hands(failing=Death()), Hands()
    with pytest.raises(Death):
        await handle(stage, dying)
    await handle(stage, hands)

    assert dying.said + hands.said == [(1, "done"), (1, "done")]
    assert (rows(stage), done(stage)) == ([], {1: 1})


async def test_a_chat_whose_reply_is_blocked_keeps_its_order_and_holds_up_no_other(stage):
    come(stage, message(1, chat=1), message(2, chat=2), message(3, chat=1), message(4, chat=2))
    hands = Hands(blocked=lambda update: update["update_id"] == 1)
    running = asyncio.create_task(inbox_of(stage, hands).run())
    await until(lambda: rows(stage) == [(1, "waiting"), (3, "waiting")])
    running.cancel()
    await asyncio.wait({running})
    after = await handle(stage, Hands())

    assert (list(done(stage)), hands.begun) == ([1, 2, 3, 4], [1, 2, 4])
    assert ([n for n, _ in hands.said], [n for n, _ in after.said]) == ([2, 4], [1, 3])


async def test_what_cannot_be_digested_stays_with_why_and_when_is_tried_no_more_and_stops_nothing(stage):
    come(stage, message(1), message(2), message(3))
    hands = Hands(fails=lambda update: update["update_id"] == 2)
    for _ in range(2):
        await handle(stage, hands)

    assert [update["update_id"] for update in hands.held] == [1, 2, 3]
    assert (rows(stage), done(stage)) == ([(2, "stuck")], {1: 1, 3: 1})
    assert (
        "update 2 (message of chat 1) is stuck since 2026-12-01 12:00 UTC: ValueError('a mistake in the handler');"
        " mend: pollbot doctor --inbox again, when its cause is gone, or --inbox drop"
    ) in doctor.examine(stage.database, stage.now)


async def test_what_is_stuck_is_handled_by_a_running_bot_when_somebody_says_so(stage):
    come(stage, message(1))
    await handle(stage, Hands(fails=lambda _: True))
    hands = Hands()
    running = asyncio.create_task(inbox_of(stage, hands).run())
    doctor.unstick(stage.database, "again")
    await until(lambda: rows(stage) == [])
    running.cancel()
    await asyncio.wait({running})

    assert (done(stage), hands.said) == ({1: 1}, [(1, "done")])


async def test_what_is_stuck_can_be_dropped(stage):
    come(stage, message(1), message(2))
    await handle(stage, Hands(fails=lambda update: update["update_id"] == 1))

    assert doctor.unstick(stage.database, "drop") == "stuck updates dropped: 1"
    assert rows(stage) == []


async def test_a_reply_that_cannot_be_given_is_stuck_and_its_update_is_not_carried_out_again(stage):
    come(stage, message(1), message(2))
    await handle(stage, Hands(failing=KeyError("tongue")))
    stuck = rows(stage)
    doctor.unstick(stage.database, "again")
    hands = await handle(stage, Hands())

    assert stuck == [(1, "stuck"), (2, "stuck")]
    assert (rows(stage), done(stage), hands.held) == ([], {1: 1, 2: 1}, [])


async def test_a_reply_that_telegram_refuses_ends_its_update(stage):
    come(stage, message(1))
    await handle(stage, Hands(failing=Refused("bot was blocked by the user")))

    assert rows(stage) == []


async def test_a_statement_that_the_database_does_not_understand_is_its_writer_s_mistake(stage):
    class Mistaken(Hands):
        def carry_out(self, connection, update):
            super().carry_out(connection, update)
            connection.exec_driver_sql("SELECT nothing FROM nowhere")

    come(stage, message(1))
    await handle(stage, Mistaken())

    assert rows(stage) == [(1, "stuck")]


async def test_a_full_disk_is_no_update_s_fault_and_passes(stage, capsys):
    class Writing(Hands):
        def carry_out(self, connection, update):
            store.remember(connection, "big", "x" * 1_000_000)
            return super().carry_out(connection, update)

    come(stage, message(1))
    with stage.database.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    await handle(stage, Writing())
    full = rows(stage)
    with stage.database.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {2**30}")
    await handle(stage, Writing())

    assert (full, "disk is full" in capsys.readouterr().out) == ([(1, "waiting")], True)
    assert (rows(stage), done(stage)) == ([], {1: 1})


def polled(stage, *updates):
    """Long polling, whose offset was asked for before: what a webhook takes does not move it."""
    votes.record(stage.database, updates, KEY, stage.now, 0)


def pushed(stage, *updates):
    votes.record_pushed(stage.database, updates, KEY, stage.now)


@pytest.mark.parametrize("first", [polled, pushed])
@pytest.mark.parametrize("again", [polled, pushed])
async def test_an_update_that_is_delivered_again_makes_no_second_row(stage, first, again):
    first(stage, message(5), message(6))
    again(stage, message(6), message(5))  # while they wait
    await handle(stage, Hands(fails=lambda update: update["update_id"] == 6))
    again(stage, message(5), message(6), message(7), message(7))  # when one is handled, and one is stuck

    assert rows(stage) == [(6, "stuck"), (7, "waiting")]


async def test_after_telegram_numbered_anew_the_same_number_is_another_update(stage):
    come(stage, message(5), message(900_000))
    await handle(stage, Hands())
    come(stage, message(5))  # less than was asked for
    hands = await handle(stage, Hands())

    assert [update["update_id"] for update in hands.held] == [5]


async def test_a_webhook_notices_new_numbers_by_what_is_no_vote_as_well(stage):
    pushed(stage, message(5), message(900_000))
    await handle(stage, Hands())
    pushed(stage, message(5))

    assert rows(stage) == [(votes.NUMBERING + 5, "waiting")]


async def test_a_number_is_kept_as_long_as_it_may_come_again_and_not_for_ever(stage):
    pushed(stage, *(message(number) for number in range(1, 50)))
    await handle(stage, Hands(fails=lambda update: update["update_id"] == 1))
    pushed(stage, message(1 + votes.QUEUE))
    pushed(stage, message(1))
    pushed(stage, message(2 + 2 * votes.QUEUE))
    with store.reading(stage.database) as connection:
        kept = connection.execute(sql("SELECT * FROM taken")).scalars().all()

    assert rows(stage) == [(1, "stuck"), (1 + votes.QUEUE, "waiting"), (2 + 2 * votes.QUEUE, "waiting")]
    assert kept == [2 + 2 * votes.QUEUE]


async def test_an_update_and_the_offset_are_stored_together_or_not_at_all(stage):
    with refusing(stage.database), pytest.raises(OperationalError, match="readonly"):
        come(stage, message(1))

    assert (votes.offset(stage.database), rows(stage)) == (0, [])
    with store.reading(stage.database) as connection:
        assert connection.execute(sql("SELECT count(*) FROM taken")).scalar() == 0


async def test_a_flood_that_nobody_reads_is_bounded_and_every_vote_among_it_is_stored(stage, capsys):
    await stage.publish(asked(poll()))
    await stage.tick()
    (name,) = [found["poll"]["id"] for found in stage.messages()]
    taking = Intake(stage.database, KEY, lambda: stage.now)
    flood = [message(number, chat=number % 700, words="x" * 4000) for number in range(1, inbox.ROOM + 2_001)]
    for start in range(0, len(flood), 99):
        vote = answer(10**8 + start, name, start + 1, 1)
        await taking.polled([*flood[start : start + 99], vote], start)

    assert len(rows(stage)) == inbox.ROOM
    assert stage.status().posts[0].poll.voters == len(range(0, len(flood), 99))
    assert "the inbox is full" in capsys.readouterr().out


async def test_a_flood_that_comes_while_the_bot_runs_fills_nothing_and_the_admin_s_tap_behind_it_is_heard(stage):
    hands = Hands(mute=lambda update: "message" in update)
    taking = Intake(stage.database, KEY, lambda: stage.now, hands)
    most, offset = 0, 0
    async with taking.handling():
        for start in range(1, 3_000, 100):
            offset = await taking.polled([message(number, chat=number) for number in range(start, start + 100)], offset)
            await asyncio.sleep(0)  # as a request to Telegram would do, and more than once
            most = max(most, len(rows(stage)))
        await taking.polled([{"update_id": offset, "callback_query": {"from": {"id": 7}}}], offset)
        await until(lambda: rows(stage) == [])

    assert most <= 2 * inbox.TOGETHER
    assert hands.said == [(offset, "done")]
    assert set(done(stage).values()) == {1}


async def test_of_a_flood_that_gets_stuck_the_newest_stay(stage, monkeypatch):
    monkeypatch.setattr(inbox, "STUCK", 20)
    come(stage, *(message(number, chat=number) for number in range(1, 150)))
    await handle(stage, Hands(fails=lambda _: True))
    complaints = [line for line in doctor.examine(stage.database, stage.now) if "stuck" in line]

    assert rows(stage) == [(number, "stuck") for number in range(130, 150)]
    assert [line.split(" ", 1)[0] for line in complaints] == ["update"] * 5 + ["15"]


async def test_what_waits_for_long_is_told_by_doctor(stage):
    come(stage, message(1), message(2))
    stage.now += doctor.PATIENCE * 2

    assert any(line.startswith("2 updates in the inbox are not") for line in doctor.examine(stage.database, stage.now))


async def test_a_tap_outlives_a_death_before_it_is_handled(stage, admin):
    query = await questioned(stage, admin)
    taking = Intake(stage.database, KEY, lambda: stage.now)
    await taking.polled([query], 0)
    stage.restart()
    await handle(stage, stage.clock.admins)
    await stage.tick(seconds=6)

    assert stage.status().posts[0].state == "skipped"


async def test_a_tap_outlives_a_death_between_its_effect_and_its_answer(stage, admin):
    query = await questioned(stage, admin)
    come(stage, query)
    inbox.carry_out(stage.database, stage.clock.admins.carry_out, stage.now)
    stage.restart()
    await handle(stage, stage.clock.admins)

    assert stage.messages(str(admin))[-1]["text"].endswith("\n\nI go on without it.")
    assert stage.calls("answerCallbackQuery")[-1]["params"]["text"] == "I go on without it."


async def test_a_tap_whose_answer_is_lost_is_answered_again_and_that_shows_nothing_twice(stage, admin):
    query = await questioned(stage, admin)
    stage.fault("editMessageText", "lost")
    come(stage, query)
    await handle(stage, stage.clock.admins)

    assert stage.messages(str(admin))[-1]["text"].count("I go on without it.") == 1
    assert (len(stage.calls("editMessageText")), len(stage.calls("answerCallbackQuery"))) == (2, 1)


async def test_a_reply_is_tried_again_while_telegram_is_in_trouble_and_given_up_at_last(stage, monkeypatch):
    monkeypatch.setattr(handling, "TRIES", 2)
    query = await questioned(stage, stage.users(1)[0])
    for _ in range(2):
        stage.fault("editMessageText", "error")
    come(stage, query)
    await handle(stage, stage.clock.admins)

    assert (rows(stage), len(stage.calls("editMessageText"))) == ([], 2)
    assert stage.status().posts[0].state == "skipped"


@pytest.mark.parametrize(
    "data", ["v1|again|one|1|post.0", "v1|", f"v1|skip|{'9' * 30}|1|post.0", "v1|there|1|1|post.0"]
)
async def test_a_tap_that_no_button_of_ours_has_is_over_and_the_next_one_is_carried_out(stage, admin, data):
    query = await questioned(stage, admin)
    broken = {"update_id": 1, "callback_query": {**query["callback_query"], "data": data}}
    come(stage, broken, {**query, "update_id": 2})
    await handle(stage, stage.clock.admins)

    assert (rows(stage), stage.status().posts[0].state) == ([], "skipped")


async def test_a_stranger_cannot_make_the_bot_ring_at_its_admins(stage, admin):
    removed = {"status": "kicked", "user": {"id": 4242}}
    title = "WIN https://evil.example/login @everyone"
    for number in range(1, 31):
        chat = {"id": -number, "type": "group", "title": title}
        come(stage, {"update_id": number, "my_chat_member": {"chat": chat, "new_chat_member": removed}})
    await handle(stage, stage.clock.admins)

    assert (rows(stage), stage.messages(str(admin))) == ([], [])


def place(number, status="kicked", chat=-1002, title="WIN https://evil.example/login @everyone"):
    """What Telegram says of the bot's own place in a chat."""
    about = {
        "chat": {"id": chat, "type": "group", "title": title},
        "from": {"id": 5},
        "new_chat_member": {"status": status},
    }
    return {"update_id": number, "my_chat_member": about}


async def group_of(stage):
    """The id of a chat that has something to come."""
    await stage.publish(text("one"), text("two"))
    return (await stage.telegram.chat("@group")).id


async def test_the_same_is_told_of_a_chat_once_an_hour_also_by_a_bot_that_was_started_anew(stage, admin):
    group = await group_of(stage)
    told = []
    for number, minutes in enumerate((0, 0, 1, 58, 59, 61, 62)):
        stage.now = NOON + timedelta(minutes=minutes)
        stage.restart()
        come(stage, place(2 * number, chat=group))
        await handle(stage, stage.clock.admins)
        come(stage, place(2 * number + 1, "member", chat=group))
        await handle(stage, stage.clock.admins)
        told.append(len(stage.messages(str(admin))))

    assert told == [1, 1, 1, 1, 1, 2, 2]


async def test_of_a_chat_whose_publication_is_done_nothing_is_told(stage, admin):
    await stage.publish(text("one"))
    await stage.tick()
    come(stage, place(1, chat=(await stage.telegram.chat("@group")).id))
    await handle(stage, stage.clock.admins)

    assert stage.messages(str(admin)) == []


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("WIN https://evil.example/login @everyone", "WIN https://evil.example/login @everyone"),
        ("\U0001f52c a\nb\u202ec \x1b[2J", "\U0001f52c a b\ufffdc \ufffd[2J"),
        (" \n ", None),
        ("x" * 500, "x" * 128),
    ],
)
async def test_a_chat_s_title_is_shown_as_code_which_is_neither_a_link_nor_a_mention(stage, admin, title, shown):
    group = await group_of(stage)
    come(stage, place(1, chat=group, title=title))
    await handle(stage, stage.clock.admins)
    (said,) = stage.messages(str(admin))
    shown = shown or str(group)
    length = len(shown.encode("utf-16-le")) // 2

    assert said["text"].startswith(f"{shown}: the bot was removed from the chat. Bring it back")
    assert said["entities"] == [{"type": "code", "offset": 0, "length": length}]


async def test_a_vote_among_updates_whose_replies_take_for_ever_is_stored_at_once(stage):
    await stage.publish(asked(poll()))
    await stage.tick()
    (name,) = [found["poll"]["id"] for found in stage.messages()]
    hands = Hands(blocked=lambda _: True)
    taking = Intake(stage.database, KEY, lambda: stage.now, hands)
    async with taking.handling():
        for start in range(0, 1_300, 100):
            await taking.polled([place(number, chat=-number) for number in range(start, start + 100)], start)
        await until(lambda: len(hands.begun) == 1_300)
        await taking.polled([answer(1_300, name, 7, 1)], 1_300)

        assert stage.status().posts[0].poll.voters == 1
    assert hands.said == []


@pytest.mark.parametrize("kind", [message, place], ids=["messages", "places"])
@pytest.mark.parametrize("chats", [1, 7_000], ids=["one chat", "many chats"])
async def test_an_admin_s_tap_behind_a_flood_has_its_room_and_is_carried_out_after_little_of_it(stage, kind, chats):
    for start in range(0, 20_000, 1_000):
        come(stage, *(kind(number, chat=number % chats) for number in range(start, start + 1_000)))
    come(stage, {"update_id": 20_000, "callback_query": {"from": {"id": 7}}})
    hands = await handle(stage, Hands(mute=lambda update: update["update_id"] < 20_000))

    assert hands.said == [(20_000, "done")]
    most = inbox.ROOM if chats > 1 else inbox.CHAT_ROOM if kind is message else 1
    assert len(hands.held) - 1 == most


async def test_of_the_bot_s_place_in_a_chat_only_the_newest_counts(stage):
    come(stage, place(1, "kicked", chat=-1), place(2, "member", chat=-1), place(3, "kicked", chat=-2))
    come(stage, place(4, "left", chat=-1), place(2, "member", chat=-1))
    hands = await handle(stage, Hands())

    assert [update["update_id"] for update in hands.held] == [3, 4]


async def test_that_the_bot_was_removed_is_told_though_it_died_before(stage, admin):
    await stage.publish(text("one"), text("two"))
    stage.post("/chats/@group/bot", {"status": "kicked"})
    taking = Intake(stage.database, KEY, lambda: stage.now)
    await taking.polled(await stage.wire.updates(0, 0, ["my_chat_member"]), 0)
    stage.fault("sendMessage", "flood")
    stage.restart()
    await handle(stage, stage.clock.admins)

    assert [one["text"][:39] for one in stage.messages(str(admin))] == ["group: the bot was removed from the chat"[:39]]


async def questioned(stage, admin):
    """A post that is held, its question asked; returns the tap that goes on without it."""
    stage.admins = (admin,)
    with suppress(Exception):
        stage.post("/chats", {"type": "private", "user": admin})
    stage.restart()
    stage.fault("sendMessage", "error", status=400, description="Bad Request: not enough rights")
    await stage.publish(text("one"))
    await stage.tick()
    await stage.tick(seconds=1)
    asked = stage.messages(str(admin))[-1]
    rows = asked["reply_markup"]["inline_keyboard"]
    (data,) = [one["callback_data"] for (one,) in rows if one["callback_data"].startswith("v1|skip")]
    where = {"user": admin, "chat": admin, "message_id": asked["message_id"], "data": data}
    stage.post("/tap", where)
    updates = await stage.wire.updates(0, 0, ["callback_query"])
    return next(update for update in updates if "callback_query" in update)
