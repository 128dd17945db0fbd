"""Who stands how in a chat: what a bot may make of it, what it is refused, and who hears of it."""

import pytest

from tests.emulator.conftest import TOKEN

BOT = int(TOKEN.partition(":")[0])
RESTRICT = "not enough rights to restrict/unrestrict chat member"
ALLOWED = ["message", "my_chat_member", "chat_member", "chat_join_request"]


async def group(sim, kind="supergroup", **fields):
    """A group with an owner, an administrator, a member and the bot as administrator; the chat and the people."""
    people = await sim.users(3)
    chat = await sim.chat(
        kind, creator=people[0], admins=[people[1]], members=[people[2]], **{"bot": "administrator"} | fields
    )
    await sim.call("getUpdates", offset=-1, allowed_updates=ALLOWED)
    return chat, people


async def status(sim, chat, user):
    return (await sim.call("getChatMember", chat_id=chat, user_id=user))["result"]


async def heard(sim, kind):
    return [one[kind] for one in (await sim.call("getUpdates"))["result"] if kind in one]


async def refused(sim, method, **fields):
    answer = await sim.call(method, **fields)
    assert not answer["ok"], answer
    return answer["description"].removeprefix("Bad Request: ")


async def test_whoever_is_banned_is_out_cannot_write_and_may_be_let_in_again(sim):
    chat, (_, _, ann) = await group(sim)

    await sim.call("banChatMember", chat_id=chat, user_id=ann)

    assert (await status(sim, chat, ann))["status"] == "kicked"
    assert await sim.refused("write", user=ann, chat=chat, text="x") == "CHAT_WRITE_FORBIDDEN"
    (change,) = await heard(sim, "chat_member")
    stood = [change[one]["status"] for one in ("old_chat_member", "new_chat_member")]
    assert (stood, change["from"]["id"]) == (["member", "kicked"], BOT)
    await sim.call("unbanChatMember", chat_id=chat, user_id=ann, only_if_banned=True)
    assert (await status(sim, chat, ann))["status"] == "left"


async def test_a_ban_and_a_restriction_end_by_themselves(sim):
    chat, (_, _, ann) = await group(sim)
    (ben,) = await sim.users()
    await sim.post("join", user=ben, chat=chat)
    now = (await sim.get("clock"))["now"]
    await sim.call("banChatMember", chat_id=chat, user_id=ann, until_date=now + 100)
    await sim.call("restrictChatMember", chat_id=chat, user_id=ben, permissions={}, until_date=now + 200)
    assert (await status(sim, chat, ann))["until_date"] == now + 100

    await sim.post("clock", offset=150)
    assert [(await status(sim, chat, one))["status"] for one in (ann, ben)] == ["left", "restricted"]
    await sim.post("clock", offset=250)
    assert (await status(sim, chat, ben))["status"] == "member"


@pytest.mark.parametrize("seconds", [-5, 10, 367 * 24 * 3600])
async def test_a_ban_that_is_too_short_or_too_long_is_for_ever(sim, seconds):
    chat, (_, _, ann) = await group(sim)
    until = (await sim.get("clock"))["now"] + seconds

    await sim.call("banChatMember", chat_id=chat, user_id=ann, until_date=until)

    assert (await status(sim, chat, ann))["until_date"] == 0


async def test_a_restricted_member_may_do_what_is_left_and_everything_again(sim):
    chat, (_, _, ann) = await group(sim)

    await sim.call("restrictChatMember", chat_id=chat, user_id=ann, permissions={"can_send_polls": True})
    found = await status(sim, chat, ann)
    assert (found["status"], found["is_member"], found["can_send_messages"], found["can_send_photos"]) == (
        "restricted",
        True,
        True,  # polls bring messages with them
        False,
    )
    everything = {name: True for name in found if name.startswith("can_")}
    await sim.call("restrictChatMember", chat_id=chat, user_id=ann, permissions=everything)
    assert (await status(sim, chat, ann))["status"] == "member"


async def test_an_administrator_is_appointed_gets_a_title_and_is_taken_back(sim):
    chat, (_, _, ann) = await group(sim)
    there = {"chat_id": chat, "user_id": ann}

    await sim.call("promoteChatMember", **there, can_delete_messages=True)
    await sim.call("setChatAdministratorCustomTitle", **there, custom_title="Boss")
    found = await status(sim, chat, ann)
    shown = [
        found[name] for name in ("status", "can_be_edited", "can_delete_messages", "can_pin_messages", "custom_title")
    ]
    assert shown == ["administrator", True, True, False, "Boss"]

    await sim.call("promoteChatMember", **there)
    assert (await status(sim, chat, ann))["status"] == "member"


async def test_what_concerns_owners_other_administrators_and_the_bot_itself_is_refused(sim):
    chat, (owner, other, ann) = await group(sim)
    (stranger,) = await sim.users()
    cases = [
        ("banChatMember", owner, {}, "can't remove chat owner"),
        ("banChatMember", other, {}, "user is an administrator of the chat"),
        ("banChatMember", BOT, {}, "can't restrict self"),
        ("restrictChatMember", other, {"permissions": {}}, "user is an administrator of the chat"),
        ("promoteChatMember", owner, {"can_pin_messages": True}, "can't remove chat owner"),
        ("promoteChatMember", other, {"can_pin_messages": True}, "CHAT_ADMIN_REQUIRED"),
        ("promoteChatMember", BOT, {"can_pin_messages": True}, "can't promote self"),
        ("promoteChatMember", stranger, {"can_pin_messages": True}, "USER_NOT_PARTICIPANT"),
        ("setChatAdministratorCustomTitle", owner, {}, "only the owner can edit their custom title"),
        ("setChatAdministratorCustomTitle", ann, {}, "user is not an administrator"),
        (
            "setChatAdministratorCustomTitle",
            other,
            {"custom_title": "x"},
            "not enough rights to change custom title of the user",
        ),
        ("banChatMember", 0, {}, "invalid user_id specified"),
        ("banChatMember", 999, {}, "PARTICIPANT_ID_INVALID"),
    ]

    for method, user, fields, words in cases:
        assert await refused(sim, method, chat_id=chat, user_id=user, **fields) == words


async def test_rights_that_the_bot_has_not_it_can_neither_use_nor_give(sim):
    weak = {"can_restrict_members": False, "can_promote_members": False, "can_invite_users": False}
    chat, (_, _, ann) = await group(sim, rights=weak)
    there = {"chat_id": chat, "user_id": ann}

    assert await refused(sim, "banChatMember", **there) == RESTRICT
    assert await refused(sim, "promoteChatMember", **there, can_pin_messages=True) == "not enough rights"
    assert await refused(sim, "setChatPermissions", chat_id=chat, permissions={}) == (
        "not enough rights to change chat permissions"
    )
    assert await refused(sim, "createChatInviteLink", chat_id=chat) == "not enough rights to manage chat invite link"
    await sim.post(f"chats/{chat}/bot", status="administrator", rights={"can_pin_messages": False})
    assert await refused(sim, "promoteChatMember", **there, can_pin_messages=True) == "RIGHT_FORBIDDEN"


async def test_what_members_may_is_said_for_all_and_restrains_only_members(sim, bot):
    chat, _ = await group(sim, bot="member")
    await sim.post(f"chats/{chat}", permissions={"can_send_polls": False})

    assert "not enough rights to send polls to the chat" in await refused(
        sim, "sendPoll", chat_id=chat, question="q", options=["a", "b"]
    )
    await sim.post(f"chats/{chat}/bot", status="administrator")
    await sim.call("setChatPermissions", chat_id=chat, permissions={"can_send_messages": True})
    permissions = (await sim.call("getChat", chat_id=chat))["result"]["permissions"]
    assert (permissions["can_send_messages"], permissions["can_send_photos"]) == (True, False)
    assert (await bot.send_poll(chat, "q", ["a", "b"])).poll


@pytest.mark.parametrize("kind", ["group", "channel", "private"])
async def test_methods_say_where_they_are_for(sim, kind):
    (ann,) = await sim.users()
    chat = ann
    if kind == "private":
        await sim.post("chats", type="private", user=ann)
    else:
        chat = await sim.chat(kind, members=[ann], bot="administrator")
    here = {"chat_id": chat, "user_id": ann}

    assert "supergroup" in await refused(sim, "restrictChatMember", **here, permissions={})
    if kind != "channel":
        assert await refused(sim, "promoteChatMember", **here, can_pin_messages=True) == (
            "method is available for supergroup and channel chats only"
        )
    if kind == "private":
        assert await refused(sim, "banChatMember", **here) == "can't ban members in private chats"
        assert await refused(sim, "leaveChat", chat_id=chat) == "can't leave private chats"
        assert await refused(sim, "setChatTitle", chat_id=chat, title="x") == "can't change private chat title"


async def test_a_bot_that_left_says_so_and_is_out(sim):
    chat, _ = await group(sim)

    await sim.call("leaveChat", chat_id=chat)

    assert (await heard(sim, "my_chat_member"))[-1]["new_chat_member"]["status"] == "left"
    said = (await sim.get(f"chats/{chat}/messages"))["messages"][-1]
    assert said["left_chat_member"]["id"] == BOT
    assert (await sim.call("sendMessage", chat_id=chat, text="x"))["error_code"] == 403


async def test_an_invitation_opens_for_so_many_for_so_long_and_not_after_it_is_revoked(sim):
    chat, _ = await group(sim)
    first, second, third = await sim.users(3)
    now = (await sim.get("clock"))["now"]
    made = (await sim.call("createChatInviteLink", chat_id=chat, name="n", member_limit=1, expire_date=now + 99))[
        "result"
    ]
    link = made["invite_link"]

    assert (made["name"], made["member_limit"], made["creator"]["id"]) == ("n", 1, BOT)
    await sim.post("open", user=first, url=link)
    (change,) = await heard(sim, "chat_member")
    assert (change["invite_link"]["invite_link"], change["new_chat_member"]["user"]["id"]) == (link, first)
    assert await sim.refused("open", user=second, url=link) == "INVITE_HASH_EXPIRED"
    await sim.call("editChatInviteLink", chat_id=chat, invite_link=link)
    await sim.post("join", user=second, chat=chat, link=link)
    assert (await sim.call("revokeChatInviteLink", chat_id=chat, invite_link=link))["result"]["is_revoked"]
    assert await sim.refused("join", user=third, chat=chat, link=link) == "INVITE_HASH_EXPIRED"


async def test_the_primary_link_is_replaced_and_shown_in_the_chat(sim):
    chat, _ = await group(sim)
    old, new = [(await sim.call("exportChatInviteLink", chat_id=chat))["result"] for _ in range(2)]

    assert (await sim.call("getChat", chat_id=chat))["result"]["invite_link"] == new != old
    (ann,) = await sim.users()
    assert await sim.refused("open", user=ann, url=old) == "INVITE_HASH_EXPIRED"


@pytest.mark.parametrize("approved", [True, False])
async def test_who_asks_to_join_is_let_in_or_not(sim, approved):
    chat, _ = await group(sim)
    (ann,) = await sim.users()
    made = await sim.call("createChatInviteLink", chat_id=chat, creates_join_request=True)
    here = {"chat_id": chat, "user_id": ann}
    assert await refused(sim, "approveChatJoinRequest", **here) == "HIDE_REQUESTER_MISSING"

    await sim.post("open", user=ann, url=made["result"]["invite_link"])
    (request,) = await heard(sim, "chat_join_request")
    assert (request["from"]["id"], request["invite_link"]["pending_join_request_count"]) == (ann, 1)
    assert (await sim.call("sendMessage", chat_id=request["user_chat_id"], text="why?"))["ok"]
    await sim.call(f"{'approve' if approved else 'decline'}ChatJoinRequest", **here)

    assert (await status(sim, chat, ann))["status"] == ("member" if approved else "left")
    word = "USER_ALREADY_PARTICIPANT" if approved else "HIDE_REQUESTER_MISSING"
    assert await refused(sim, "declineChatJoinRequest", **here) == word


async def test_a_person_s_place_is_changed_from_outside_and_bots_hear_of_it(sim):
    chat, (owner, _, ann) = await group(sim)

    await sim.post(f"chats/{chat}/members", user=ann, status="administrator", rights={"can_pin_messages": False})

    (change,) = await heard(sim, "chat_member")
    assert (change["from"]["id"], change["new_chat_member"]["status"]) == (owner, "administrator")
    await sim.post("leave", user=owner, chat=chat)
    assert (await status(sim, chat, owner))["status"] == "left"
