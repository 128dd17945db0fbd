"""Doubt is settled by looking: whatever stands in a chat is found there, without a question and without a trace."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from telegram import Bot

from bot.store import copies, votes
from bot.telegram.api import Telegram
from bot.telegram.http import Http
from tests.bot.conftest import TOKEN
from tests.factory import asked, poll, text

BOT = int(TOKEN.partition(":")[0])
PROBES = ("editMessageReplyMarkup", "forwardMessages", "forwardMessage", "deleteMessage")


def write(stage, chat, count, user=1000):
    return [
        stage.post("/write", {"user": user, "chat": chat, "text": f"n{n}"})["message"]["message_id"]
        for n in range(count)
    ]


def spent(stage):
    """How many calls a look has cost, and how many of them showed a message to the admin."""
    made = [call["method"] for call in stage.get("/calls")["calls"]]
    return sum(made.count(probe) for probe in PROBES), made.count("forwardMessage")


def place(stage, kind, **fields):
    """A chat with this name, in which the one who looks at the page may write."""
    stage.post("/chats", {"type": kind, "title": "t", "username": "place", "admins": [1000], **fields})
    return "@place"


POST_ONLY = {"bot": "administrator", "rights": {"can_edit_messages": False}}
LIVELY = {
    "supergroup, privacy mode": ("supergroup", {}, 60),
    "supergroup, sees all": ("supergroup", {"bot": "administrator"}, 290),
    "group, privacy mode": ("group", {}, 60),
    "channel, posts only": ("channel", POST_ONLY, 290),
}


async def in_doubt(stage, chat, post=None, *, before=0, after=0):
    """One message is known, others write, the answer to the next is lost, others write again; the bot is killed."""
    await stage.publish(text("known"), post or asked(poll()), chat=chat)
    await stage.tick()
    write(stage, chat, before)
    stage.fault("sendPoll", "lost")
    await stage.tick(minutes=1)
    write(stage, chat, after)
    stage.restart()
    stage.sim.delete("/calls").raise_for_status()
    await stage.tick(seconds=6)


@pytest.mark.parametrize("lively", LIVELY)
@pytest.mark.parametrize(("before", "after"), [(0, 0), (200, 0), (0, 200)])
async def test_a_poll_among_hundreds_of_messages_is_adopted(stage, admin, lively, before, after):
    kind, fields, most = LIVELY[lively]
    await in_doubt(stage, place(stage, kind, **fields), before=before, after=after)

    assert [post.state for post in stage.status().posts] == ["sent", "sent"]
    assert stage.status().posts[1].poll.state == "open"
    calls, reads = spent(stage)
    assert (calls <= most, reads) == (True, 1), calls
    assert stage.messages(str(admin)) == []


@pytest.mark.parametrize("lively", LIVELY)
async def test_a_poll_that_never_arrived_among_hundreds_of_messages_is_sent_once(stage, admin, lively):
    kind, fields, most = LIVELY[lively]
    chat = place(stage, kind, **fields)
    await stage.publish(text("known"), asked(poll()), chat=chat)
    await stage.tick()
    write(stage, chat, 200)
    stage.fault("sendPoll", "reset")
    await stage.tick(minutes=1)
    stage.sim.delete("/calls").raise_for_status()
    await stage.tick(seconds=6)
    calls, reads = spent(stage)
    await stage.tick(seconds=1)

    assert [post.state for post in stage.status().posts] == ["sent", "sent"]
    assert [m["message_id"] for m in stage.messages(chat) if "poll" in m] == stage.status().posts[1].message_ids
    assert (calls <= most, reads) == (True, 0), calls


async def first_in_doubt(stage, chat):
    """Nothing of ours is known in this chat, and the answer to the first message is lost."""
    stage.fault("sendMessage", "lost")
    await stage.publish(text("one"), text("two"), chat=chat)
    await stage.tick()
    stage.restart()
    stage.sim.delete("/calls").raise_for_status()
    await stage.tick(seconds=6)
    await stage.tick(minutes=1)
    own = [message["text"] for message in stage.messages(chat) if message.get("from", {}).get("id") == BOT]
    return own, [post.state for post in stage.status().posts]


@pytest.mark.parametrize("last", [0, 7, 899])
@pytest.mark.parametrize("fields", [{}, {"bot": "administrator"}])
async def test_the_first_message_in_an_old_chat_whose_first_ids_are_gone_is_adopted(stage, admin, last, fields):
    chat = place(stage, "supergroup", **fields)
    stage.post("/chats/@place", {"skip": last})
    write(stage, chat, 30)
    found = await first_in_doubt(stage, chat)

    assert found == (["one", "two"], ["sent", "sent"])
    assert spent(stage)[0] < 120
    assert stage.messages(str(admin)) == []


async def test_the_first_message_in_a_chat_with_holes_is_adopted(stage, admin):
    chat = place(stage, "supergroup", bot="administrator")
    ids = write(stage, chat, 500)
    async with Bot(TOKEN, f"{stage.telegram.api_url}/bot") as bot:
        for number in ids[255:258]:
            await bot.delete_message(chat, number)

    assert await first_in_doubt(stage, chat) == (["one", "two"], ["sent", "sent"])
    assert spent(stage)[0] < 80


async def test_in_a_basic_group_what_others_wrote_to_the_bot_meanwhile_hides_nothing(stage, admin):
    chat = place(stage, "group")
    people = stage.users(25)
    await stage.publish(text("known"), asked(poll()), chat=chat)
    await stage.tick()
    for one in people:
        stage.post("/write", {"user": one, "chat": one, "text": "hi"})
    stage.fault("sendPoll", "lost")
    await stage.tick(minutes=1)
    stage.restart()
    stage.sim.delete("/calls").raise_for_status()
    await stage.tick(seconds=6)

    assert [post.state for post in stage.status().posts] == ["sent", "sent"]
    assert spent(stage)[0] < 40
    assert stage.messages(str(admin)) == []


@pytest.mark.parametrize("method", ["editMessageReplyMarkup", "forwardMessages", "forwardMessage"])
async def test_a_chat_that_is_not_found_for_a_moment_is_looked_into_again_before_anybody_is_asked(stage, admin, method):
    refusal = {"status": 400, "description": "Bad Request: chat not found", "times": 3}
    stage.fault("sendPoll", "lost")
    await stage.publish(asked(poll()), chat="@group")
    await stage.tick()
    stage.fault(method, "error", **refusal)
    for _ in range(5):
        await stage.tick(seconds=6)

    assert [post.state for post in stage.status().posts] == ["sent"]
    assert stage.messages(str(admin)) == []


async def test_a_chat_that_stays_not_found_is_asked_about_after_a_minute(stage, admin):
    stage.fault("sendPoll", "lost")
    await stage.publish(asked(poll()), chat="@group")
    await stage.tick()
    stage.fault("editMessageReplyMarkup", "error", status=400, description="Bad Request: chat not found", times=99)
    states = []
    for seconds in (6, 59, 6):
        await stage.tick(seconds=seconds)
        states.append(stage.status().posts[0].state)

    assert states == ["sending", "sending", "unknown"]
    assert "cannot look whether it arrived: there is no such chat" in stage.messages(str(admin))[-1]["text"]


LEFT = {
    "deleting fails": ("deleteMessage", {"kind": "error"}),
    "deleting has no answer": ("deleteMessage", {"kind": "lost"}),
    "forwarding has no answer": ("forwardMessage", {"kind": "lost"}),
    "forwarding never happens": ("forwardMessage", {"kind": "reset"}),
}


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("word", ["talk", "nothing"])
async def test_a_copy_that_a_dead_bot_left_with_the_admin_is_found_and_deleted(stage, admin, left, word):
    method, fault = LEFT[left]
    said = write(stage, admin, 3, user=admin) if word == "talk" else []
    stage.fault("sendPoll", "lost")
    await stage.publish(asked(poll()))
    await stage.tick()
    stage.fault(method, **fault)
    await stage.tick(seconds=6)
    stage.restart()
    said += write(stage, admin, 3, user=admin) if word == "talk" else []
    await stage.tick(seconds=6)
    await stage.tick(seconds=6)

    assert [message["message_id"] for message in stage.messages(str(admin))] == said
    assert copies.left(stage.database) == []
    assert [post.state for post in stage.status().posts] == ["sent"]


async def hidden_poll(stage, gap=3_000):
    """A poll arrives behind more ids than anybody looks through, and its answer is lost."""
    chat = place(stage, "group")
    await stage.publish(text("known"), asked(poll()), chat=chat)
    await stage.tick()
    stage.post("/chats/@place", {"skip": gap})
    stage.fault("sendPoll", "lost")
    await stage.tick(minutes=1)
    stage.restart()
    return next(message["message_id"] for message in stage.messages(chat) if "poll" in message)


async def test_votes_in_a_poll_that_is_not_found_prove_that_it_arrived(stage, admin):
    number = await hidden_poll(stage)
    (ann,) = stage.users(1)
    stage.vote(ann, 2, chat="@place", message=number)
    await stage.take_votes()
    for _ in range(14):
        await stage.tick(seconds=6)

    assert [post.state for post in stage.status().posts] == ["sent", "unknown"]
    assert "it arrived: people vote in it" in stage.messages(str(admin))[-1]["text"]
    assert sum("poll" in message for message in stage.messages("@place")) == 1


async def test_while_a_named_poll_is_in_doubt_telegram_is_asked_what_unknown_polls_ask(stage, admin):
    stage.fault("sendPoll", "lost")
    await stage.publish(asked(poll()))
    await stage.tick()
    wanted = [votes.anonymous_open(stage.database, stage.now + timedelta(seconds=after)) for after in (0, 4, 6)]
    await stage.tick(seconds=6)

    assert wanted == [False, False, True]
    assert not votes.anonymous_open(stage.database, stage.now)


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_what_stood_behind_too_large_a_hole_counts_and_what_was_sent_again_is_deleted(stage, admin, kind):
    chat = place(stage, kind)
    await stage.publish(text("known"), asked(poll()), chat=chat)
    await stage.tick()
    stage.post("/chats/@place", {"skip": 3_000})
    stage.fault("sendPoll", "lost")
    await stage.tick(minutes=1)
    (first,) = [message["message_id"] for message in stage.messages(chat) if "poll" in message]
    await stage.tick(seconds=6)
    again = stage.status().posts[1].state
    await stage.tick(seconds=1)

    assert (again, stage.status().posts[1].message_ids) == ("planned", [first])
    assert [message["message_id"] for message in stage.messages(chat) if "poll" in message] == [first]


@pytest.mark.parametrize("last", [60_000, 2_000_000])
async def test_the_first_message_counts_wherever_an_old_chat_is(stage, admin, last):
    chat = place(stage, "supergroup", bot="administrator")
    stage.post("/chats/@place", {"skip": last})
    write(stage, chat, 30)
    await first_in_doubt(stage, chat)
    await stage.tick(minutes=1)

    own = [(m["message_id"], m["text"]) for m in stage.messages(chat) if m["from"]["id"] == BOT]
    assert own[0] == (last + 31, "one")
    assert [words for _, words in own] == ["one", "two"]


async def test_a_call_that_takes_effect_later_than_anybody_waits_doubles_nothing(stage, admin):
    stage.telegram.requests.answer_s = 0.5  # stands for 20 s
    stage.fault("sendMessage", "delay", seconds=3)
    await stage.publish(text("one"), text("two"))
    await stage.tick()
    stage.telegram.requests.answer_s = 20
    await stage.tick(seconds=6)
    stage.fault("sendMessage", "delay", seconds=4)
    for seconds in (1, 6, 60):
        await stage.tick(seconds=seconds)

    assert [message["text"] for message in stage.messages()] == ["one", "two"]
    assert [post.state for post in stage.status().posts] == ["sent", "sent"]


async def test_a_bot_that_dies_after_sending_again_keeps_the_first_of_both(stage, admin):
    number = await hidden_poll(stage)
    await stage.tick(seconds=6)
    stage.fault("sendPoll", "lost")
    for seconds in (1, 1, 6, 1):
        await stage.tick(seconds=seconds)
        stage.restart()

    assert [message["message_id"] for message in stage.messages("@place") if "poll" in message] == [number]
    assert stage.status().posts[1].message_ids == [number]


class Older(Http):
    """A server that does not know suggested posts: it does as if they were not asked for."""

    async def post(self, path, body, kind="application/json"):
        if b"suggested_post_parameters" in body:
            kept = [(name, value) for name, value in parse_qsl(body.decode()) if name != "suggested_post_parameters"]
            body = urlencode(kept).encode()
        return await super().post(path, body, kind)


@pytest.mark.parametrize("chat", ["@channel", "@group"])
@pytest.mark.parametrize("readers", [True, False])
async def test_a_server_that_knows_no_suggested_posts_shows_nothing_in_public_and_leaves_nothing(
    stage, admin, chat, readers
):
    stage.post(f"/chats/{chat}", {"admins": [1000]})
    stage.admins = stage.admins if readers else ()
    async with Telegram(TOKEN, stage.telegram.api_url, Older(stage.telegram.api_url)) as telegram:
        stage.telegram = telegram
        stage.restart()
        await stage.publish(text("known"), text("lost"), text("end"), chat=chat)
        await stage.tick()
        write(stage, chat, 5)
        stage.fault("sendMessage", "lost")
        await stage.tick(minutes=1)
        stage.restart()
        for _ in range(3):
            await stage.tick(seconds=60)

        said = [message["text"] for message in stage.messages(chat) if "text" in message]
        assert [words for words in said if not words.startswith("n")] == ["known", "lost"] + ["end"] * readers
        assert telegram.counts is not readers  # it was asked, and never again
        assert not [message for message in stage.messages(chat) if "forward_origin" in message]
        assert [message for message in stage.messages(str(admin)) if "forward_origin" in message] == []


class Busy(Http):
    """Before each call of the bot, somebody writes; whoever calls for ever is stopped."""

    def __init__(self, api, stage, chat):
        super().__init__(api)
        self.stage, self.chat, self.calls = stage, chat, 0

    async def post(self, path, body, kind="application/json"):
        self.calls += 1
        assert self.calls < 2_000, "the look has no end"
        write(self.stage, self.chat, 1)
        return await super().post(path, body, kind)


@pytest.mark.parametrize("kind", ["lost", "reset"])
async def test_where_people_write_as_fast_as_the_bot_looks_the_look_has_an_end(stage, admin, api, kind):
    chat = place(stage, "supergroup", bot="administrator")
    await stage.publish(text("known"), asked(poll()), chat=chat)
    await stage.tick()
    stage.fault("sendPoll", kind)
    await stage.tick(minutes=1)
    async with Telegram(TOKEN, api, Busy(api, stage, chat)) as telegram:
        stage.telegram = telegram
        stage.restart()
        await stage.tick(seconds=6)
        await stage.tick(seconds=1)

    assert [post.state for post in stage.status().posts] == ["sent", "sent"]
    assert len([message for message in stage.messages(chat) if "poll" in message]) == 1
    assert stage.messages(str(admin)) == []
