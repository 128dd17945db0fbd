"""What readers ask by replies to posts, and admins answer: as a reader, a hostile one, two admins, a stranger."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.loops.actions import Kept
from bot.loops.inbox import Inbox
from bot.store import correcting, inquiries, keeping, store
from bot.store.tables import inquiries as rows
from tests.bot.conftest import KEY
from tests.factory import asked, poll, text


@pytest.fixture
async def posted(stage, admin):
    """A text and a poll in a group; returns the numbers of their messages."""
    await stage.publish(text("Hello"), asked(poll()))
    await stage.tick()
    await stage.tick(minutes=1)
    return [message["message_id"] for message in stage.messages()]


@pytest.fixture
async def commented(stage, admin):
    """A poll in a channel with a discussion group, in which the bot is an administrator; returns its copy's number."""
    stage.post("/chats/@group", {"linked": "@channel"})
    stage.post("/chats/@group/bot", {"status": "administrator"})
    await stage.publish(asked(poll()), chat="@channel")
    await stage.tick()
    (copy,) = stage.messages("@group")
    return copy["message_id"]


def ask(stage, user, words, reply_to, chat="@group", **more):
    """A reader replies to a message; returns that reply's number."""
    given = {"user": user, "chat": chat, "text": words, "reply_to": reply_to, **more}
    return stage.post("/write", given)["message"]["message_id"]


async def take(stage):
    stage.clock.admins.dispatch.kept = Kept(KEY, None)
    await stage.take_votes()
    await Inbox(stage.database, stage.clock.admins, lambda: stage.now).quiet()


def found(stage):
    with store.reading(stage.database) as connection:
        return inquiries.of(connection, 1)


def told(stage):
    """What matters of each: its state and its words."""
    return [(one.state, one.text) for one in found(stage)]


async def write(stage, user, words, **more):
    """Write to the bot in private; returns the newest message there."""
    stage.post("/write", {"user": user, "chat": user, "text": words, **more})
    await take(stage)
    return stage.messages(user)[-1]


async def tap(stage, user, words):
    message = stage.messages(user)[-1]
    keys = [key for row in message["reply_markup"]["inline_keyboard"] for key in row]
    data = next(key["callback_data"] for key in keys if words in key["text"])
    stage.post("/tap", {"user": user, "chat": user, "message_id": message["message_id"], "data": data})
    await take(stage)
    return stage.messages(user)[-1]


async def answer(stage, admin, words):
    """Answer what /questions shows first; returns what the bot says to that."""
    shown = await write(stage, admin, "/questions")
    return await write(stage, admin, words, reply_to=shown["message_id"])


async def test_a_reply_to_a_post_is_shown_with_its_link_and_answered_under_it_by_a_reply(stage, admin, posted):
    (reader,) = stage.users(1)
    number = ask(stage, reader, "Why softmax?", posted[1])  # post 2, inquiry 1
    await take(stage)
    shown = await write(stage, admin, "/questions")
    assert "Why softmax?" in shown["text"]
    assert f"https://t.me/group/{number}" in shown["text"]

    await write(stage, admin, "Because.", reply_to=shown["message_id"])
    await stage.tick()

    last = stage.messages()[-1]
    assert (last["text"], last["reply_to_message"]["message_id"]) == ("Because.", number)
    assert [one.state for one in found(stage)] == ["answered"]
    assert "No question" in (await write(stage, admin, "/questions"))["text"]


async def test_a_reply_to_one_option_names_it(stage, admin, posted):
    (reader,) = stage.users(1)
    ask(stage, reader, "this one?", posted[1], poll_option=1)
    await take(stage)

    assert [(one.position, one.option) for one in found(stage)] == [(2, 1)]
    assert "about the option «option 1»" in (await write(stage, admin, "/questions"))["text"]


async def test_a_comment_below_a_channels_post_is_answered_in_the_discussion_group(stage, admin, commented):
    (reader,) = stage.users(1)
    number = ask(stage, reader, "why?", commented, poll_option=0)
    later = ask(stage, reader, "and this?", None, thread=commented)
    await take(stage)
    assert [(one.state, one.text, one.option) for one in found(stage)] == [
        ("open", "why?", 0),
        ("open", "and this?", None),
    ]

    await answer(stage, admin, "So.")
    await stage.tick()
    last = stage.messages("@group")[-1]
    assert (last["text"], last["reply_to_message"]["message_id"]) == ("So.", number)
    assert last["message_thread_id"] == commented

    ask(stage, reader, "still not clear", last["message_id"])  # what answers our answer asks as well
    await take(stage)
    assert [one.state for one in found(stage)] == ["answered", "open", "open"]
    assert later < last["message_id"]


async def test_what_readers_say_to_each_other_is_not_kept(stage, admin, commented):
    ann, ben = stage.users(2)
    number = ask(stage, ann, "why?", commented)
    ask(stage, ben, "look it up", number)
    stage.post("/write", {"user": ben, "chat": "@group", "text": "hello all"})
    await take(stage)

    assert told(stage) == [("open", "why?")]


async def test_who_asked_is_kept_by_a_pseudonym_alone(stage, admin, posted):
    person = {"first_name": "Eve", "last_name": "Adams", "username": "eve_adams", "id": 987654321}
    stage.post("/users", person)
    ask(stage, person["id"], "why?", posted[0])
    await take(stage)
    with store.reading(stage.database) as connection:
        kept = "\n".join(connection.connection.iterdump())

    assert "why?" in kept
    assert not any(word in kept for word in map(str, person.values()))


@pytest.mark.parametrize("chat", ["ours", "foreign"])
async def test_replies_to_anything_else_are_no_questions(stage, admin, posted, chat):
    (reader,) = stage.users(1)
    if chat == "foreign":
        stage.post("/chats", {"type": "supergroup", "title": "x", "username": "other"})
        sent = await stage.telegram.bot.send_message("@other", "by us, and no post")
        ask(stage, reader, "why?", sent.message_id, chat="@other")
    else:
        sent = await stage.telegram.bot.send_message("@group", "by us, and no post")
        ask(stage, reader, "why?", sent.message_id)
    await take(stage)

    assert found(stage) == []


async def test_an_admin_who_replies_asks_nothing_nor_does_a_command_or_a_picture(stage, admin, posted):
    (reader,) = stage.users(1)
    ask(stage, admin, "well said", posted[0])
    ask(stage, reader, "/start", posted[0])
    await take(stage)

    assert found(stage) == []


async def test_an_edited_question_says_what_it_says_now_until_it_is_answered(stage, admin, posted):
    (reader,) = stage.users(1)
    number = ask(stage, reader, "wyh?", posted[0])
    await take(stage)
    edit = {"user": reader, "chat": "@group", "message_id": number}
    stage.post("/edit", {**edit, "text": "why?"})
    await take(stage)
    assert told(stage) == [("open", "why?")]

    await answer(stage, admin, "So.")
    await stage.tick()
    stage.post("/write", {**edit, "text": "who are you?"})
    await take(stage)

    assert told(stage) == [("answered", "why?")]


async def test_the_answer_to_a_deleted_question_is_not_sent_and_the_admin_learns_it(stage, admin, posted):
    (reader,) = stage.users(1)
    number = ask(stage, reader, "why?", posted[0])
    await take(stage)
    stage.post("/delete", {"user": reader, "chat": "@group", "message_id": number})
    before = len(stage.messages())
    await answer(stage, admin, "So.")
    await stage.tick()

    assert len(stage.messages()) == before
    assert [one.state for one in found(stage)] == ["gone"]
    assert "deleted" in stage.messages(admin)[-1]["text"]


async def test_two_admins_answer_at_once_and_the_first_counts(stage, admin, posted):
    second, reader = stage.users(2)
    stage.post("/chats", {"type": "private", "user": second})
    stage.admins = (admin, second)
    stage.restart()
    ask(stage, reader, "why?", posted[0])
    await take(stage)
    cards = [(await write(stage, one, "/questions"))["message_id"] for one in (admin, second)]
    await write(stage, second, "second", reply_to=cards[1])
    assert "answered already" in (await write(stage, admin, "first", reply_to=cards[0]))["text"]
    await stage.tick()

    assert stage.messages()[-1]["text"] == "second"


async def test_a_stranger_gets_no_question_and_answers_none(stage, admin, posted):
    (reader,) = stage.users(1)
    ask(stage, reader, "why?", posted[0])
    await take(stage)
    stage.post("/write", {"user": reader, "chat": reader, "text": "/questions"})
    await take(stage)
    assert not any("why?" in message["text"] for message in stage.messages(reader))

    await write(stage, admin, "/questions")
    shown = stage.messages(admin)[-1]
    forged = {"message_id": 99, "date": 0, "chat": {"id": reader, "type": "private"}, "text": "mine"}
    forged |= {"from": {"id": reader, "is_bot": False}, "reply_to_message": shown}
    await stage.hear({"update_id": 10**6, "message": forged})
    query = {"id": "1", "from": {"id": reader, "is_bot": False}, "data": "q1|done|1", "message": shown}
    await stage.hear({"update_id": 10**6 + 1, "callback_query": query})

    assert [one.state for one in found(stage)] == ["open"]


async def test_what_needs_no_answer_is_put_aside_and_the_next_is_shown(stage, admin, posted):
    (reader,) = stage.users(1)
    for words in ("one", "two"):
        ask(stage, reader, words, posted[0])
    await take(stage)
    await write(stage, admin, "/questions")
    assert "two" in (await tap(stage, admin, "Next"))["text"]
    assert "one" in (await tap(stage, admin, "Next"))["text"]
    assert "two" in (await tap(stage, admin, "Needs no answer"))["text"]

    assert told(stage) == [("dismissed", "one"), ("open", "two")]


async def test_the_card_counts_what_waits_for_an_answer_and_leads_there(stage, admin, posted):
    (reader,) = stage.users(1)
    for words in ("one", "two"):
        ask(stage, reader, words, posted[0])
    await take(stage)
    await write(stage, admin, "/threads")
    card = await tap(stage, admin, "Тред")
    assert "Questions without an answer: 2" in card["text"]

    assert "one" in (await tap(stage, admin, "Questions: 2"))["text"]


async def test_an_answer_keeps_its_admins_styles(stage, admin, posted):
    (reader,) = stage.users(1)
    ask(stage, reader, "why?", posted[0])
    await take(stage)
    shown = await write(stage, admin, "/questions")
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    await write(stage, admin, "So.", reply_to=shown["message_id"], entities=bold)
    await stage.tick()

    assert stage.messages()[-1]["entities"] == bold


async def test_a_picture_is_no_answer_and_a_long_one_is_refused_with_the_limit(stage, admin, posted):
    (reader,) = stage.users(1)
    ask(stage, reader, "why?", posted[0])
    await take(stage)
    shown = await write(stage, admin, "/questions")
    file = {"user": admin, "chat": admin, "name": "a.txt", "content": "eA==", "reply_to": shown["message_id"]}
    stage.post("/upload", file)
    await take(stage)
    assert "An answer is a text" in stage.messages(admin)[-1]["text"]
    refused = await write(stage, admin, "x" * 4001, reply_to=shown["message_id"])

    assert "longer than 4000" in refused["text"]
    assert [one.state for one in found(stage)] == ["open"]


@pytest.mark.parametrize("kind", ["reset", "lost"])
async def test_an_answer_stands_once_also_after_a_death(stage, admin, posted, kind):
    (reader,) = stage.users(1)
    ask(stage, reader, "why?", posted[0])
    await take(stage)
    await answer(stage, admin, "So.")
    stage.fault("sendMessage", kind)
    await stage.tick()
    stage.restart()
    for _ in range(14):
        await stage.tick(seconds=6)

    assert [message["text"] for message in stage.messages() if message.get("text") == "So."] == ["So."]
    assert [one.state for one in found(stage)] == ["answered"]


async def test_an_answer_that_telegram_refuses_waits_again_with_its_reason(stage, admin, posted):
    (reader,) = stage.users(1)
    ask(stage, reader, "why?", posted[0])
    await take(stage)
    await answer(stage, admin, "So.")
    stage.post("/chats/@group/bot", {"status": "restricted"})
    await stage.tick()

    assert [one.state for one in found(stage)] == ["open"]
    assert "not enough rights" in stage.messages(admin)[-1]["text"]
    assert "not enough rights" in (await write(stage, admin, "/questions"))["text"]
    stage.post("/chats/@group/bot", {"status": "member"})
    await answer(stage, admin, "So.")
    await stage.tick()
    assert stage.messages()[-1]["text"] == "So."


async def test_a_hostile_reader_finds_no_more_room_and_takes_nobody_elses(stage, admin, posted):
    eve, ann = stage.users(2)
    for number in range(60):
        ask(stage, eve, f"{number} " + "x" * 4000, posted[0])
        if number % 20 == 19:
            await take(stage)
    ask(stage, ann, "why?", posted[0])
    await take(stage)

    kept = found(stage)
    assert len(kept) == inquiries.OF_READER + 1
    assert kept[-1].text == "why?"
    assert max(len(one.text) for one in kept) == 1000


async def test_who_asks_to_be_forgotten_has_their_questions_erased_as_well(stage, admin, posted):
    ann, ben = stage.users(2)
    stage.post("/chats", {"type": "private", "user": ann})
    for user in (ann, ben):
        ask(stage, user, f"by {user}", posted[0])
    await take(stage)
    assert "under such a pseudonym" in (await write(stage, ann, "/privacy"))["text"]
    await write(stage, ann, "/forget")
    assert (await tap(stage, ann, "Erase"))["text"] == "Erased; questions: 1."

    assert told(stage) == [("open", f"by {ben}")]


async def test_questions_are_erased_when_their_publications_term_is_over(stage, admin):
    await stage.publish(text("Hello"))
    await stage.tick()
    (reader,) = stage.users(1)
    ask(stage, reader, "why?", 1)
    await take(stage)
    list(keeping.erase(stage.database, stage.now, timedelta(days=1)))
    assert len(found(stage)) == 1
    await stage.tick(days=2)
    list(keeping.erase(stage.database, stage.now, timedelta(days=1)))

    with stage.database.connect() as connection:
        assert connection.execute(select(rows)).all() == []


async def test_what_is_asked_before_its_post_is_recorded_finds_it_and_is_forgotten_with_who_asked(stage, admin):
    await stage.publish(text("Hello"))
    stage.fault("sendMessage", "lost")
    await stage.tick()  # it stands there, and the bot does not know
    ann, ben = stage.users(2)
    for user in (ann, ben):
        stage.post("/chats", {"type": "private", "user": user})
        ask(stage, user, f"by {user}", 1)
    await take(stage)
    assert found(stage) == []
    await write(stage, ann, "/forget")
    assert (await tap(stage, ann, "Erase"))["text"] == "Erased; questions: 1."
    for _ in range(3):
        await stage.tick(seconds=6)

    assert told(stage) == [("open", f"by {ben}")]
    await answer(stage, admin, "So.")
    await stage.tick()
    assert stage.messages()[-1]["text"] == "So."


async def test_what_was_asked_of_a_message_that_was_never_a_post_of_ours_is_not_kept(stage, admin):
    await stage.publish(text("Hello"))
    stage.fault("sendMessage", "lost")
    await stage.tick()
    other = await stage.telegram.bot.send_message("@group", "by us, and no post")
    (reader,) = stage.users(1)
    ask(stage, reader, "why?", other.message_id)
    await take(stage)
    for _ in range(3):
        await stage.tick(seconds=6)

    with stage.database.connect() as connection:
        assert connection.execute(select(rows)).all() == []


async def test_a_post_whose_readers_were_answered_elsewhere_can_still_be_corrected(stage, admin, commented):
    (reader,) = stage.users(1)
    ask(stage, reader, "why?", commented)
    await take(stage)
    await answer(stage, admin, "So.")
    await stage.tick()
    with store.reading(stage.database) as connection:
        (post,) = correcting.stored(connection, 1)

    assert not post.left_behind
