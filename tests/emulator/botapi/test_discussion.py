"""A channel's posts are copied into its discussion group, and what answers a copy is a comment."""

import pytest


@pytest.fixture
async def linked(sim):
    """A channel and its group, in which the bot is an administrator."""
    channel = await sim.chat("channel", username="ml")
    group = await sim.chat("supergroup", username="talk", linked="@ml", bot="administrator")
    return channel, group


async def told(sim, kind="message"):
    answer = await sim.call("getUpdates", timeout=0)
    return [update[kind] for update in answer["result"] if kind in update]


async def test_a_post_stands_in_the_group_as_telegrams_copy_and_an_administrator_hears_of_it(sim, linked):
    channel, group = linked
    post = (await sim.call("sendMessage", chat_id=channel, text="hello"))["result"]
    (copy,) = await told(sim)

    assert copy["chat"]["id"] == group
    assert (copy["from"]["id"], copy["sender_chat"]["id"], copy["is_automatic_forward"]) == (777000, channel, True)
    assert copy["forward_origin"]["chat"]["id"] == channel
    assert copy["forward_origin"]["message_id"] == post["message_id"]


@pytest.mark.parametrize("status", ["administrator", "member"])
async def test_a_comment_is_heard_by_administrators_alone_and_names_the_post(sim, linked, status):
    channel, group = linked
    post = (await sim.call("sendMessage", chat_id=channel, text="hello"))["result"]
    copy = (await sim.get(f"chats/{group}/messages"))["messages"][-1]
    await sim.post(f"chats/{group}/bot", status=status)
    (user,) = await sim.users()
    await sim.post("write", user=user, chat=group, text="why?", reply_to=copy["message_id"])
    heard = [one for one in await told(sim) if one.get("text") == "why?"]

    assert len(heard) == (status == "administrator")
    for comment in heard:
        assert comment["message_thread_id"] == copy["message_id"]
        assert comment["reply_to_message"]["forward_origin"]["message_id"] == post["message_id"]


async def test_a_poll_is_the_same_in_both_and_its_option_can_be_answered(sim, linked):
    channel, group = linked
    await sim.call("sendPoll", chat_id=channel, question="?", options=["a", "b"])
    copy = (await sim.get(f"chats/{group}/messages"))["messages"][-1]
    (user,) = await sim.users()
    await sim.post("write", user=user, chat=group, text="b?", reply_to=copy["message_id"], poll_option=1)
    comment = (await told(sim))[-1]

    assert comment["reply_to_poll_option_id"] == comment["reply_to_message"]["poll"]["options"][1]["persistent_id"]
    assert "no option 2" in await sim.refused(
        "write", user=user, chat=group, text="c?", reply_to=copy["message_id"], poll_option=2
    )


async def test_a_bot_answers_an_option_and_below_a_comment(sim, linked):
    channel, group = linked
    await sim.call("sendPoll", chat_id=channel, question="?", options=["a", "b"])
    copy = (await sim.get(f"chats/{group}/messages"))["messages"][-1]
    about = {"message_id": copy["message_id"], "poll_option_id": "1"}
    sent = (await sim.call("sendMessage", chat_id=group, text="this", reply_parameters=about))["result"]

    assert sent["reply_to_poll_option_id"] == "1"
    assert sent["message_thread_id"] == copy["message_id"]


async def test_the_page_counts_the_comments_below_a_post_and_an_edit_reaches_the_copy(sim, linked):
    channel, group = linked
    post = (await sim.call("sendMessage", chat_id=channel, text="hello"))["result"]
    copy = (await sim.get(f"chats/{group}/messages"))["messages"][-1]["message_id"]
    await sim.post("write", user=1000, chat=group, text="one", thread=copy)
    await sim.call("editMessageText", chat_id=channel, message_id=post["message_id"], text="hello!")

    seen = (await sim.get(f"chats/{channel}/messages"))["messages"][-1]["seen"]
    assert seen["comments"] == {"count": 1, "chat": group, "message": copy}
    assert [one["text"] for one in (await sim.get(f"chats/{group}/messages"))["messages"]] == ["hello!", "one"]


async def test_people_edit_and_delete_what_is_their_own(sim, linked):
    _, group = linked
    ann, ben = await sim.users(2)
    number = (await sim.post("write", user=ann, chat=group, text="one"))["message"]["message_id"]
    await sim.refused("edit", user=ben, chat=group, message_id=number, text="two")
    await sim.post("edit", user=ann, chat=group, message_id=number, text="two")

    (edited,) = await told(sim, "edited_message")
    assert (edited["text"], edited["message_id"]) == ("two", number)
    await sim.post("delete", user=ann, chat=group, message_id=number)
    assert (await sim.get(f"chats/{group}/messages"))["messages"] == []


async def test_only_a_channel_and_a_supergroup_are_linked_and_both_know_it(sim, linked):
    channel, group = linked
    assert "linked" in await sim.refused("chats", type="group", title="g", linked="@ml")
    full = [(await sim.call("getChat", chat_id=chat))["result"]["linked_chat_id"] for chat in linked]
    assert full == [group, channel]
