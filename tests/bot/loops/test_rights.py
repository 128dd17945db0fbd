"""Who may is asked of Telegram, beside the transaction, and remembered for five minutes at most; over HTTP."""

import asyncio
from datetime import timedelta

import pytest

from bot.loops import right_words, rights, words
from bot.loops.inbox import Inbox
from bot.loops.intake import ALWAYS
from bot.store import chats, inbox, questions, steering
from bot.store.chats import Known
from bot.store.tables import audit
from bot.store.tables import drafts as rows
from tests.bot.loops.test_desk import shown
from tests.bot.loops.test_drafts import GOOD, drafting, everyone, say, send, tap
from tests.conftest import NOON
from tests.factory import publish, text
from tests.patience import until


@pytest.fixture
async def planned(stage, admin):
    """A thread into the channel, due in an hour; who runs the channel, and a stranger, both known to the bot."""
    stage.now = NOON - timedelta(hours=1)
    publish(stage.database, NOON, text("First"), text("last"), chat=await stage.telegram.chat("@channel"))
    ann, stranger = stage.users(2)
    for user in (ann, stranger):
        stage.post("/chats", {"type": "private", "user": user})
    stage.post("/chats/@channel", {"admins": [ann]})
    return stage, ann, stranger


def inbox_of(stage):
    return Inbox(stage.database, stage.clock.admins, lambda: stage.now)


async def write(stage, user, said):
    stage.post("/write", {"user": user, "chat": user, "text": said})
    await stage.take_votes()
    await inbox_of(stage).quiet()
    return stage.messages(user)[-1]["text"]


def asked(stage):
    return len(stage.calls("getChatAdministrators"))


def answers(stage):
    """What was shown for a moment to who tapped."""
    return [call["params"].get("text") for call in stage.calls("answerCallbackQuery")]


async def test_who_runs_the_channel_pauses_a_thread_by_two_taps_and_the_audit_has_it(planned):
    stage, ann, _ = planned
    await write(stage, ann, "/threads")
    for button in ("Тред", "Pause"):
        card = await tap(stage, ann, button)

    assert card["text"].startswith("«Тред» → @channel: paused")
    with stage.database.connect() as connection:
        assert [(deed.admin, deed.action) for deed in steering.deeds(connection)] == [(ann, "pause")]


async def test_who_was_demoted_a_moment_ago_is_refused_with_the_card_still_on_their_screen(planned):
    stage, ann, _ = planned
    await write(stage, ann, "/threads")
    card = await tap(stage, ann, "Тред")
    stage.post("/chats/@channel", {"members": [ann]})
    after = await tap(stage, ann, "Pause")

    assert (after["text"], shown(after)) == (card["text"], shown(card))
    assert answers(stage)[-1] == right_words.STRANGER["en"]
    assert everyone(stage, audit) == []


async def test_telegram_is_asked_once_in_five_minutes_and_no_answer_is_believed_for_longer(planned):
    stage, ann, stranger = planned
    for user in (ann, ann, stranger):
        await write(stage, user, "/threads")
    assert asked(stage) == 1

    stage.now += timedelta(seconds=rights.KNOWN_S - 1)
    await write(stage, ann, "/threads")
    assert asked(stage) == 1
    stage.now += timedelta(seconds=1)
    await write(stage, ann, "/threads")

    assert asked(stage) == 2


async def test_a_demotion_that_nobody_told_the_bot_of_counts_within_five_minutes(planned):
    """As in a group where the bot is no administrator."""
    stage, ann, _ = planned
    assert "What is planned" in await write(stage, ann, "/threads")
    stage.post("/chats/@channel", {"members": [ann]})
    (demoted,) = await stage.wire.updates(0, 0, ["chat_member"])
    await stage.wire.updates(demoted["update_id"] + 1, 0, [*ALWAYS])
    stage.now += timedelta(seconds=rights.KNOWN_S)

    assert await write(stage, ann, "/threads") == right_words.STRANGER["en"]


@pytest.mark.parametrize("change", [{"kind": "status", "status": "administrator"}, {}])
async def test_whatever_changes_somebodys_place_has_telegram_asked_anew(planned, change):
    stage, ann, stranger = planned
    await write(stage, ann, "/threads")
    if change:
        stage.post("/chats/@channel/bot", {"status": "administrator"})
    else:
        stage.post("/chats/@channel", {"admins": [stranger]})
    await write(stage, ann, "/threads")

    assert asked(stage) == 2


async def test_somebody_who_comes_or_goes_and_runs_nothing_leaves_no_trace(planned):
    stage, ann, stranger = planned
    await write(stage, ann, "/threads")
    stage.post("/chats/@channel", {"members": [stranger]})
    stage.post("/chats/@channel", {"gone": [stranger]})
    await stage.take_votes()
    with stage.database.connect() as connection:
        assert inbox.waiting(connection, stage.now + timedelta(days=1)) == 0
    await write(stage, ann, "/threads")

    assert asked(stage) == 1


async def test_an_answer_from_before_a_change_is_not_believed(planned):
    """The question is under way when its asker is demoted."""
    stage, ann, _ = planned
    stage.fault("getChatAdministrators", "delay", seconds=0.3)
    stage.post("/write", {"user": ann, "chat": ann, "text": "/threads"})
    await stage.take_votes()
    loop = inbox_of(stage)
    loop.step()
    await until(lambda: stage.unanswered("getChatAdministrators"))
    stage.post("/chats/@channel", {"members": [ann]})
    await stage.take_votes()
    await loop.quiet()

    assert stage.messages(ann)[-1]["text"] == right_words.STRANGER["en"]
    assert asked(stage) == 2


async def test_what_telegram_does_not_answer_is_not_allowed_and_said_and_soon_asked_again(planned):
    stage, ann, _ = planned
    await write(stage, ann, "/threads")
    await tap(stage, ann, "Тред")
    stage.now += timedelta(seconds=rights.KNOWN_S)
    stage.fault("getChatAdministrators", "error", status=500)
    await tap(stage, ann, "Pause")
    assert answers(stage)[-1] == right_words.UNTOLD["en"]
    assert everyone(stage, audit) == []

    stage.now += timedelta(seconds=rights.SOON_S)
    assert "paused" in (await tap(stage, ann, "Pause"))["text"]


async def test_a_telegram_that_is_silent_holds_nobody_up_but_who_asked(planned, admin, monkeypatch):
    stage, ann, _ = planned
    monkeypatch.setattr(rights, "ANSWER_S", 0.5)
    stage.fault("getChatAdministrators", "delay", seconds=1.5)
    for user in (ann, admin):
        stage.post("/write", {"user": user, "chat": user, "text": "/threads"})
    await stage.take_votes()
    loop = asyncio.create_task(inbox_of(stage).run())
    await until(lambda: "What is planned" in stage.messages(admin)[-1]["text"])
    assert stage.messages(ann)[-1]["text"] == "/threads"
    await until(lambda: stage.messages(ann)[-1]["text"] == right_words.UNTOLD["en"])
    loop.cancel()
    await asyncio.wait({loop})


async def test_what_waits_for_an_answer_keeps_its_order(planned):
    stage, ann, _ = planned
    for said in ("/threads", "/forget", "/log"):  # of these the second needs nobody to be asked
        stage.post("/write", {"user": ann, "chat": ann, "text": said})
    await stage.take_votes()
    await inbox_of(stage).quiet()

    said = [message["text"].partition("\n")[0] for message in stage.messages(ann)[3:]]
    assert said[::2] == ["What is planned and under way:", "Nobody has done anything yet."]
    assert said[1].startswith("Erase all that I keep of your votes and questions?")
    assert asked(stage) == 1


async def test_a_bot_that_dies_while_telegram_is_asked_carries_the_order_out_once_when_it_is_back(planned):
    stage, ann, _ = planned
    await write(stage, ann, "/threads")
    await tap(stage, ann, "Тред")
    stage.restart()  # nothing is remembered
    stage.fault("getChatAdministrators", "delay", seconds=0.3)
    card = stage.messages(ann)[-1]
    stage.post("/tap", {"user": ann, "chat": ann, "message_id": card["message_id"], "data": "t1|move|1|3600"})
    await stage.take_votes()
    dying = asyncio.create_task(inbox_of(stage).run())
    await until(lambda: stage.unanswered("getChatAdministrators"))
    dying.cancel()
    await asyncio.wait({dying})
    assert everyone(stage, audit) == []
    stage.restart()
    await inbox_of(stage).quiet()

    assert [row.action for row in everyone(stage, audit)] == ["move"]
    assert [post.due for post in stage.status().posts] == [
        NOON + timedelta(hours=1),
        NOON + timedelta(hours=1, minutes=1),
    ]


async def test_where_the_bot_was_thrown_out_nobody_but_the_owner_may(planned, admin):
    stage, ann, _ = planned
    await write(stage, ann, "/threads")
    stage.post("/chats/@channel/bot", {"status": "kicked"})

    assert await write(stage, ann, "/threads") == right_words.STRANGER["en"]
    assert "What is planned" in await write(stage, admin, "/threads")


async def test_who_brings_the_bot_into_a_chat_of_their_own_may_nothing(planned):
    stage, _, stranger = planned
    stage.post("/chats", {"type": "channel", "title": "mine", "username": "mine", "admins": [stranger]})
    said = await send(stage, stranger, GOOD)

    assert said["text"] == right_words.STRANGER["en"]
    assert everyone(stage, rows) == []


async def test_an_administrator_schedules_into_their_own_chat_alone(planned):
    """By its name as well, and also where they run a chat that is not ours."""
    stage, ann, _ = planned
    stage.post("/chats", {"type": "channel", "title": "mine", "username": "mine", "admins": [ann]})
    group = await stage.telegram.chat("@group")
    with stage.database.begin() as connection:
        chats.keep(connection, Known(group.id, "@group", "group"), NOON)
    await send(stage, ann, GOOD)
    assert shown(await tap(stage, ann, "Schedule")) == ["channel (@channel)", "Throw it away"]
    for named in ("@group", "@mine"):
        assert "only its administrators who may post there" in (await say(stage, ann, named))["text"]
    await tap(stage, ann, "channel (@channel)")
    for words_ in ("In an hour", "Yes"):
        card = await tap(stage, ann, words_)

    assert card["text"].startswith("«Heads» → @channel: planned")
    assert [(row.admin, row.action) for row in everyone(stage, audit)] == [(ann, "schedule")]


async def test_who_is_demoted_between_yes_and_the_commit_schedules_nothing(planned):
    stage, ann, _ = planned
    await send(stage, ann, GOOD)
    for button in ("Schedule", "@channel", "In an hour"):
        await tap(stage, ann, button)
    stage.fault("getChatMember", "delay", seconds=0.3)
    message = stage.messages(ann)[-1]
    (yes,) = (row[0]["callback_data"] for row in message["reply_markup"]["inline_keyboard"] if "Yes" in row[0]["text"])
    stage.post("/tap", {"user": ann, "chat": ann, "message_id": message["message_id"], "data": yes})
    await stage.take_votes()
    await inbox_of(stage).quiet()
    loop = drafting(stage)
    loop.step()
    await until(lambda: stage.unanswered("getChatMember"))
    stage.post("/chats/@channel", {"members": [ann]})
    await loop.quiet()

    assert everyone(stage, audit) == []
    assert [row.state for row in everyone(stage, rows)] == ["fine"]
    assert "only its administrators who may post there" in stage.messages(ann)[-1]["text"]


@pytest.mark.parametrize("still", [True, False])
async def test_who_scheduled_a_thread_is_asked_about_its_trouble_while_they_may(planned, admin, still):
    stage, ann, _ = planned
    with stage.database.begin() as connection:
        done = {"at": NOON, "admin": ann, "publication_id": 1, "action": "schedule"}
        connection.execute(audit.insert().values(**done))
    if not still:
        stage.post("/chats/@channel", {"members": [ann]})
    stage.fault("sendMessage", "error", status=400, description="Bad Request: nonsense")
    await stage.tick(hours=1)
    await stage.tick()

    told = [message["text"] for message in stage.messages(ann)]
    assert "nonsense" in stage.messages(admin)[-1]["text"]
    assert [words_ for words_ in told if "nonsense" in words_] == told[-1:] * still


async def test_who_scheduled_it_settles_it(planned):
    stage, ann, _ = planned
    stage.admins = ()
    stage.restart()
    with stage.database.begin() as connection:
        done = {"at": NOON, "admin": ann, "publication_id": 1, "action": "schedule"}
        connection.execute(audit.insert().values(**done))
    stage.fault("sendMessage", "error", status=400, description="Bad Request: nonsense")
    await stage.tick(hours=1)
    await stage.tick()
    assert words.WILL_SEND["en"] in (await tap(stage, ann, "Send it again"))["text"]
    assert questions.unasked(stage.database) == []


ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


async def test_an_anonymous_administrator_is_sent_to_the_private_chat_once_an_hour(planned):
    stage, _, _ = planned
    group = next(chat for chat in stage.get("/chats")["chats"] if chat.get("username") == "group")
    chat = {"id": group["id"], "type": "supergroup", "title": "group", "username": "group"}
    told = {"message_id": 5, "date": 1, "from": ANONYMOUS, "sender_chat": chat, "chat": chat}
    orders = ("/threads", "/threads@pollbot_4242_bot", "/threads@another_bot", "/nonsense", "hello")
    for number, said in enumerate(orders[::-1]):
        await stage.hear({"update_id": 10**6 + number, "message": told | {"text": said}})
        assert (right_words.PRIVATE["en"] in [one["text"] for one in stage.messages()]) == (number >= 3)

    assert len(stage.messages()) == 1
