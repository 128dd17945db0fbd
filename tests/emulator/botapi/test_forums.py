"""Topics of a forum: made, steered and written to by bots and people; refused as Telegram refuses."""

import pytest

STEERS = {"can_manage_topics": True}


@pytest.fixture
async def forum(sim):
    return await sim.chat("supergroup", username="forum", forum=True, bot="administrator", rights=STEERS)


@pytest.fixture
async def topic(sim, forum):
    return (await sim.call("createForumTopic", chat_id=forum, name="News"))["result"]["message_thread_id"]


async def last(sim, forum):
    return (await sim.get(f"chats/{forum}/messages"))["messages"][-1]


async def test_what_is_sent_to_a_topic_stands_there_and_answers_what_began_it(sim, forum, topic):
    sent = (await sim.call("sendMessage", chat_id=forum, message_thread_id=topic, text="x"))["result"]

    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic, True)
    assert sent["reply_to_message"]["forum_topic_created"]["name"] == "News"
    assert (await last(sim, forum))["seen"]["topic"] == "News"


async def test_without_a_topic_it_stands_in_the_general_one_which_has_no_number(sim, forum, topic):
    sent = (await sim.call("sendMessage", chat_id=forum, text="x"))["result"]
    refused = await sim.call("sendMessage", chat_id=forum, message_thread_id=1, text="x")

    assert "message_thread_id" not in sent
    assert refused["description"] == "Bad Request: message thread not found"


async def test_an_answer_stands_in_the_topic_of_what_it_answers(sim, forum, topic):
    (user,) = await sim.users()
    written = await sim.post("write", user=user, chat=forum, text="why?", thread=topic)
    about = {"message_id": written["message"]["message_id"]}
    sent = (await sim.call("sendMessage", chat_id=forum, text="so", reply_parameters=about))["result"]

    assert sent["message_thread_id"] == topic


async def test_a_closed_topic_takes_nothing_but_from_those_who_steer_topics(sim, forum, topic):
    await sim.call("closeForumTopic", chat_id=forum, message_thread_id=topic)
    here = {"chat_id": forum, "message_thread_id": topic}
    assert (await sim.call("sendMessage", **here, text="x"))["ok"]
    await sim.post(f"chats/{forum}/bot", status="administrator", rights={"can_manage_topics": False})

    refused = await sim.call("sendMessage", **here, text="x")
    assert refused["description"] == "Bad Request: TOPIC_CLOSED"
    assert await sim.refused("write", user=1000, chat=forum, text="x", thread=topic) == "TOPIC_CLOSED"
    assert (await sim.call("reopenForumTopic", **here))["ok"]  # it is its own
    assert (await sim.call("sendMessage", **here, text="x"))["ok"]


async def test_what_is_deleted_is_gone_with_all_that_stood_there(sim, forum, topic):
    await sim.call("sendMessage", chat_id=forum, message_thread_id=topic, text="x")
    await sim.call("deleteForumTopic", chat_id=forum, message_thread_id=topic)
    refused = await sim.call("sendMessage", chat_id=forum, message_thread_id=topic, text="x")

    assert (await sim.get(f"chats/{forum}/messages"))["messages"] == []
    assert refused["description"] == "Bad Request: message thread not found"


REFUSED = [
    ("createForumTopic", {"name": " "}, "title must be non-empty"),
    ("createForumTopic", {"name": "x", "icon_color": 7}, "invalid icon color specified"),
    ("closeForumTopic", {"message_thread_id": 99}, "TOPIC_ID_INVALID"),
    ("closeForumTopic", {"message_thread_id": 1}, "TOPIC_ID_INVALID"),
    ("reopenGeneralForumTopic", {}, "TOPIC_NOT_MODIFIED"),
    ("unhideGeneralForumTopic", {}, "TOPIC_NOT_MODIFIED"),
    ("editGeneralForumTopic", {"name": ""}, "title must be non-empty"),
]


@pytest.mark.parametrize(("method", "params", "words"), REFUSED)
async def test_what_cannot_be_is_refused(sim, forum, method, params, words):
    refused = await sim.call(method, chat_id=forum, **params)
    assert refused["description"] == f"Bad Request: {words}"


async def test_a_bot_without_the_right_and_a_group_without_topics_are_refused(sim, forum):
    plain = await sim.chat("supergroup", bot="administrator")
    await sim.post(f"chats/{forum}/bot", status="member")

    told = [(await sim.call("createForumTopic", chat_id=chat, name="x"))["description"] for chat in (forum, plain)]
    assert told == ["Bad Request: not enough rights to create a topic", "Bad Request: the chat is not a forum"]


async def test_a_plain_member_hears_what_becomes_of_topics_that_people_make(sim, forum):
    await sim.post(f"chats/{forum}/bot", status="member")
    number = (await sim.post(f"chats/{forum}/topics", user=1000, name="Talk"))["topic"]["message_thread_id"]
    await sim.post(f"chats/{forum}/topics", user=1000, topic=number, name="Chat", closed=True)
    updates = (await sim.call("getUpdates", timeout=0))["result"]
    heard = [update["message"] for update in updates if "message" in update]

    kinds = [next(name for name in one if name.startswith("forum_topic")) for one in heard]
    assert kinds == ["forum_topic_created", "forum_topic_edited", "forum_topic_closed"]
    assert {one["message_thread_id"] for one in heard} == {number}


async def test_the_general_topic_is_renamed_closed_hidden_and_shown_again(sim, forum):
    for method in ("closeGeneralForumTopic", "reopenGeneralForumTopic", "hideGeneralForumTopic"):
        assert (await sim.call(method, chat_id=forum))["ok"]
    await sim.post(f"chats/{forum}/bot", status="administrator", rights={"can_manage_topics": False})
    assert (await sim.call("sendMessage", chat_id=forum, text="x"))["description"] == "Bad Request: TOPIC_CLOSED"
    await sim.post(f"chats/{forum}/bot", status="administrator", rights=STEERS)
    for method, params in {
        "unhideGeneralForumTopic": {},
        "editGeneralForumTopic": {"name": "All"},
        "unpinAllGeneralForumTopicMessages": {},
        "getForumTopicIconStickers": {},
    }.items():
        assert (await sim.call(method, chat_id=forum, **params))["ok"]


async def test_ones_own_topic_is_renamed_without_the_right(sim, forum, topic):
    await sim.post(f"chats/{forum}/bot", status="administrator", rights={"can_manage_topics": False})
    edited = await sim.call("editForumTopic", chat_id=forum, message_thread_id=topic, name="Old news")
    assert edited["ok"]
    assert (await last(sim, forum))["forum_topic_edited"] == {"name": "Old news"}
    unpinned = await sim.call("unpinAllForumTopicMessages", chat_id=forum, message_thread_id=topic)
    assert unpinned["ok"]
