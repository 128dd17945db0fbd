"""An admin sends a thread to the bot, reads what is wrong with it, and schedules it; over HTTP, by taps and words."""

import asyncio
import base64
import io
import os
import signal
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.loops import actions, apart, draft_desk, drafts
from bot.loops.inbox import Inbox
from bot.store import chats as known
from bot.store import drafts as stored
from bot.store.chats import Known
from bot.store.tables import draft_pictures, posts, publications
from bot.store.tables import drafts as rows
from tests.bot import descendants
from tests.bot.loops.test_desk import everything, shown, tapped
from tests.conftest import NOON
from tests.factory import png
from tests.patience import until

GOOD = """---
title: Heads
language: en
---

Hello **there**

---

```poll
id: one
open: 2h
```

Which one?

- [x] this
- [ ] that
"""
WRONG = GOOD.replace("open: 2h", "opne: 2h")
LATE = "\nWhere the bot is late, posts go out nevertheless.\nSchedule it?"
END = GOOD.replace("Hello", "Good day") + "\n---\n\nThe end\n"
PICTURED = GOOD.replace("Hello **there**", "![](one.png)\n\nHello")


def drafting(stage):
    admins = stage.clock.admins
    return drafts.Drafts(
        stage.database, stage.telegram, admins.rights, admins.speaks, lambda: stage.now, stage.monotonic
    )


async def settle(stage):
    """All that has come is handled, as the loops do."""
    await stage.take_votes()
    await Inbox(stage.database, stage.clock.admins, lambda: stage.now).quiet()
    await drafting(stage).quiet()


async def send(stage, admin, content, name="heads.md"):
    """Send a file in private; returns what the bot says of it."""
    content = content.encode() if isinstance(content, str) else content
    body = {"user": admin, "chat": admin, "name": name, "content": base64.b64encode(content).decode()}
    stage.post("/upload", body)
    await settle(stage)
    return stage.messages(admin)[-1]


async def say(stage, admin, text):
    stage.post("/write", {"user": admin, "chat": admin, "text": text})
    await settle(stage)
    return stage.messages(admin)[-1]


async def tap(stage, admin, words, message=None):
    """Tap the button that says so, under the newest message; returns what stands there then."""
    message = message or stage.messages(admin)[-1]
    buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
    data = next(button["callback_data"] for button in buttons if words in button["text"])
    stage.post("/tap", {"user": admin, "chat": admin, "message_id": message["message_id"], "data": data})
    await settle(stage)
    return next(one for one in stage.messages(admin) if one["message_id"] == message["message_id"])


def pressed(user, data, number):
    """The update of a tap in a private chat, whatever buttons stand there."""
    update_ = tapped(user, data)
    message = {"message_id": 1, "date": 1, "chat": {"id": user, "type": "private", "first_name": "A"}, "text": "x"}
    return {"update_id": number, "callback_query": {**update_["callback_query"], "message": message}}


def everyone(stage, table):
    with stage.database.connect() as connection:
        return connection.execute(select(table)).all()


def packed(**entries):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return content.getvalue()


@pytest.fixture
def there(stage, admin):
    """The admin has brought the bot into the group."""
    chat = stage.get("/chats")["chats"]
    group = next(one for one in chat if one.get("username") == "group")
    with stage.database.begin() as connection:
        known.keep(connection, Known(group["id"], "@group", "group"), NOON)
    return admin


async def test_from_the_file_to_a_scheduled_thread_are_four_taps(stage, there):
    said = await send(stage, there, GOOD)
    assert (
        said["text"]
        == "Heads: all is well.\nPosts: 2, of them polls: 1. Takes 2\u00a0hrs 5\u00a0mins.\nNothing is measured."
    )
    assert said["entities"] == [{"type": "code", "offset": 0, "length": 5}]

    asked = await tap(stage, there, "Schedule")
    assert shown(asked) == ["group (@group)", "Throw it away"]
    asked = await tap(stage, there, "group")
    assert asked["text"].startswith("Heads → group: when? It is 1 Dec 2026, 12:00 (UTC).")
    assert shown(asked) == ["In an hour", "Today 18:00", "Tomorrow 10:00", "← Another chat"]
    asked = await tap(stage, there, "Tomorrow")
    first, last = "2 Dec 2026, 10:00 (UTC)", "2 Dec 2026, 10:05 (UTC)"
    assert asked["text"] == f"Heads → group\nPosts: 2, the first {first}, the last {last}.{LATE}"
    card = await tap(stage, there, "Yes")

    assert card["message_id"] == said["message_id"]
    assert card["text"].startswith("«Heads» → @group: planned\n0 of 2 are out.")
    assert [post.due.isoformat() for post in stage.status().posts] == [
        "2026-12-02T10:00:00+00:00", "2026-12-02T10:05:00+00:00",
    ]  # fmt: skip
    assert [draft.state for draft in everyone(stage, rows)] == ["done"]


async def test_what_was_scheduled_goes_out_with_its_pictures(stage, there):
    await send(stage, there, packed(heads_md=PICTURED, one_png=png()), "heads.zip")
    for words in ("Schedule", "group", "In an hour", "Yes"):
        await tap(stage, there, words)
    assert everyone(stage, draft_pictures) == []
    await stage.tick(hours=1)
    await stage.tick(minutes=5)

    assert stage.messages()[0]["caption"] == "Hello"
    assert stage.messages()[0]["photo"]
    assert stage.messages()[1]["poll"]["question"] == "Which one?"


async def test_each_error_has_its_line_and_column_and_the_line_itself(stage, there):
    said = await send(stage, there, WRONG)

    assert said["text"].startswith("heads.md: not ready, errors: 1.")
    assert "❌ line 12, column 1: " in said["text"]
    assert said["text"].endswith("\nopne: 2h")
    assert "reply_markup" not in said
    assert [one.state for one in everyone(stage, rows)] == ["wrong"]


async def test_what_is_wrong_is_said_in_the_admins_language(stage, there):
    stage.language = "ru"
    stage.restart()
    said = await send(stage, there, WRONG)
    assert said["text"] == (
        "heads.md: не готов, ошибок: 1. Исправьте и пришлите файл снова.\n\n"
        "❌ строка 12, столбец 1: ключа 'opne' нет: имелось в виду 'open'?\nopne: 2h"
    )

    await send(stage, there, GOOD)
    await tap(stage, there, "Запланировать")
    await tap(stage, there, "group")
    said = await say(stage, there, "2026-12-01 25:00 Europe/Moscow")

    assert said["text"].startswith("Такого времени нет: «2026-12-01 25:00».\nМожно так: завтра 10:00")


async def test_what_is_long_comes_as_a_file_whole(stage, there):
    many = GOOD + "".join(f"\n---\n\n```poll\nopne: {number}\n```\n" for number in range(60))
    await send(stage, there, many)
    report, document = stage.messages(there)[-2:]

    assert len(report["text"]) < 4096
    assert report["text"].endswith("the rest is in the file.")
    assert document["document"]["file_name"] == "problems.txt"
    assert b"line 376, column 1" in stage.sim.get(f"/files/{document['document']['file_id']}").content


async def test_a_corrected_file_replaces_the_draft_and_says_what_has_changed(stage, there):
    old = await send(stage, there, GOOD)
    await send(stage, there, WRONG)
    said = await send(stage, there, END)
    assert "Posts changed: 1.\nPosts added: 3." in said["text"]
    assert "Nothing has changed since the last time." in (await send(stage, there, END))["text"]
    assert len(everyone(stage, rows)) == 1

    stale = await tap(stage, there, "Schedule", old)

    assert stale["text"] == "This draft is no more."


async def test_a_pasted_text_is_read_and_read_anew_when_it_is_edited(stage, there):
    said = await say(stage, there, WRONG.replace("**", ""))
    assert said["text"].startswith("text: not ready")
    (row,) = everyone(stage, rows)
    chat = {"id": there, "type": "private", "first_name": "A"}
    edited = {"message_id": row.message_id, "date": 1, "edit_date": 2, "chat": chat, "from": chat}
    await stage.hear({"update_id": 10**6, "edited_message": {**edited, "text": GOOD}})
    await drafting(stage).quiet()

    assert stage.messages(there)[-1]["text"].startswith("Heads: all is well.")
    assert [one.state for one in everyone(stage, rows)] == ["fine"]


async def test_edited_messages_are_asked_for(stage, there):
    assert "edited_message" in stage.intake.kinds()


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b" \n", "blank.md", "blank.md: the file is empty."),
        (b"---\ntitle: \xff\n---\n", "latin.md", "byte 0xff is not UTF-8"),
        (b"%PDF-1.7", "paper.pdf", "paper.pdf: I read files .md, .markdown, .txt, and archives .zip"),
        (png(), "photo.png", "This is no thread. Send a file .md; where it shows pictures, a .zip"),
        (b"x" * (129 << 10), "long.md", "long.md: 129 KiB are too much. A thread has at most 128 KiB"),
        (b"x" * 7_000_000, "large.zip", "large.zip: 7.0 MB are too much"),
        (b"PK\3\4 broken", "broken.zip", "broken.zip: this archive is damaged"),
        (packed(a_md=GOOD, b_md=GOOD), "two.zip", "two.zip: the archive must hold exactly one file .md"),
        (packed(one_png=png()), "none.zip", "none.zip: the archive must hold exactly one file .md"),
        (packed(a_md=GOOD, zeros_png=b"\0" * (30 << 20)), "bomb.zip", "bomb.zip: too much is in the archive"),
        (packed(a_md=PICTURED), "alone.zip", "there is no file 'one.png' beside the thread"),
    ],
)
async def test_bad_input_is_refused_with_what_is_allowed_and_changes_nothing(stage, there, content, name, reason):
    said = (await send(stage, there, content, name)).get("text", "")

    assert reason in said
    assert "/tmp" not in said
    assert everyone(stage, publications) == everyone(stage, posts) == everyone(stage, draft_pictures) == []
    assert "fine" not in [one.state for one in everyone(stage, rows)]


@pytest.mark.parametrize("name", ["../evil.md", "/evil.md", "a\\evil.md", "C:evil.md"])
async def test_names_in_an_archive_lead_nowhere_else(stage, there, name, tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        one = zipfile.ZipInfo("x")
        one.filename = name
        archive.writestr(one, GOOD)

    assert "names in the archive lead out of it" in (await send(stage, there, content.getvalue(), "a.zip"))["text"]


async def test_a_link_in_an_archive_is_no_file(stage, there):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.md", PICTURED)
        link = zipfile.ZipInfo("one.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    assert "lead out of it" in (await send(stage, there, content.getvalue(), "a.zip"))["text"]


async def test_a_text_of_which_telegram_took_the_markup_is_refused(stage, there):
    marks = [{"type": "bold", "offset": 40, "length": 5}]
    stage.post("/write", {"user": there, "chat": there, "text": GOOD, "entities": marks})
    await settle(stage)

    assert "Send it as a file .md" in stage.messages(there)[-1]["text"]
    assert everyone(stage, rows) == []


async def test_a_chat_and_a_time_may_be_written_in_words(stage, there):
    await send(stage, there, GOOD)
    await tap(stage, there, "Schedule")
    assert "is no chat. Write @name" in (await say(stage, there, "no such thing"))["text"]
    assert "chat not found" in (await say(stage, there, "@nowhere"))["text"]
    assert "when?" in (await say(stage, there, "@channel"))["text"]
    assert "Write: tomorrow 10:00, fri 18:00" in (await say(stage, there, "soon"))["text"]
    assert "does not exist" in (await say(stage, there, "2027-03-28 02:30 Europe/Berlin"))["text"]
    assert "That time has passed" in (await say(stage, there, "2026-11-30 10:00 UTC"))["text"]
    assert "more than a year away" in (await say(stage, there, "2028-01-01 10:00 UTC"))["text"]
    sure = await say(stage, there, "2026-12-02 10:00 Europe/Moscow")
    assert "the first 2 Dec 2026, 10:00 (Europe/Moscow)" in sure["text"]
    card = await tap(stage, there, "Yes")

    assert "→ @channel: planned" in card["text"]
    assert stage.status().posts[0].due.isoformat() == "2026-12-02T07:00:00+00:00"
    (row,) = everyone(stage, publications)
    assert row.zone == "Europe/Moscow"


async def test_the_same_thread_twice_into_one_chat_is_refused_and_another_chat_is_offered(stage, there):
    for words in ("Schedule", "group", "In an hour", "Yes"), ("Schedule", "group"):
        await send(stage, there, GOOD)
        for word in words:
            said = await tap(stage, there, word)

    assert "has this thread already: publication 1" in said["text"]
    assert "group (@group)" in shown(said)
    assert len(everyone(stage, publications)) == 1


async def test_rights_lost_between_choice_and_confirmation_are_told_and_nothing_is_stored(stage, there):
    await send(stage, there, GOOD)
    for words in ("Schedule", "group", "In an hour"):
        await tap(stage, there, words)
    stage.post("/chats/@group/bot", {"status": "kicked"})
    said = await tap(stage, there, "Yes")

    assert "chat '@group': " in said["text"]
    assert "add @" in said["text"]
    assert everyone(stage, publications) == []


async def test_a_poll_for_members_only_goes_to_no_group(stage, there):
    await send(stage, there, GOOD.replace("open: 2h", "open: 2h\nmembers_only: true"))
    await tap(stage, there, "Schedule")

    assert "is no channel, and poll one says who may vote" in (await tap(stage, there, "group"))["text"]


async def test_two_admins_at_once_schedule_a_thread_once(stage, there):
    (second,) = stage.users(1)
    stage.post("/chats", {"type": "private", "user": second})
    stage.admins = (there, second)
    stage.restart()
    for admin in (there, second):
        await send(stage, admin, GOOD)
        for words in ("Schedule", "group", "In an hour"):
            await tap(stage, admin, words)
    for admin in (there, second):
        message = stage.messages(admin)[-1]
        data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        stage.post("/tap", {"user": admin, "chat": admin, "message_id": message["message_id"], "data": data})
    await settle(stage)

    assert len(everyone(stage, publications)) == 1
    texts = [stage.messages(admin)[-1]["text"] for admin in (there, second)]
    assert sorted("has this thread already" in text for text in texts) == [False, True]


async def test_a_draft_is_shown_as_it_will_be_with_its_polls_closed(stage, there):
    thread = PICTURED.replace("- [x] this", "- [x] this\n  > Because").replace(
        "open: 2h", "open: 2h\nmembers_only: true"
    )
    said = await send(stage, there, packed(heads_md=thread, one_png=png()), "heads.zip")
    await tap(stage, there, "Show me", said)
    *_, picture, poll, revealed, end = stage.messages(there)

    assert (picture["caption"], bool(picture["photo"])) == ("Hello", True)
    assert (poll["poll"]["question"], poll["poll"]["is_closed"]) == ("Which one?", True)
    assert revealed["text"].startswith("✅ The right answer: this\n\n• this: Because\n\nHere the answer will stand")
    assert revealed["reply_to_message"]["message_id"] == poll["message_id"]
    assert end["text"].startswith("Heads: so subscribers will see it.")
    assert shown(end) == ["Schedule", "Show me", "🧪 Try it in seconds", "Throw it away"]
    assert everyone(stage, publications) == []


async def test_what_telegram_refuses_to_show_is_told_and_the_draft_is_as_before(stage, there):
    said = await send(stage, there, GOOD)
    stage.fault("sendPoll", "error", status=400, description="Bad Request: no")
    await tap(stage, there, "Show me", said)

    assert stage.messages(there)[-1]["text"] == "Telegram refuses post 2: no"
    assert [one.state for one in everyone(stage, rows)] == ["fine"]


async def test_who_scheduled_it_is_in_the_audit(stage, there):
    await send(stage, there, GOOD)
    for words in ("Schedule", "group", "In an hour", "Yes"):
        await tap(stage, there, words)

    assert (await say(stage, there, "/log"))["text"] == f"1 Dec 2026, 12:00 UTC — {there}: scheduled, thread 1"


async def test_a_file_that_telegram_does_not_hand_out_is_told(stage, there):
    stage.fault("getFile", "error", status=400, description="Bad Request: file is too big")
    said = await send(stage, there, GOOD)

    why = "Telegram has no such file, or it is too big (file is too big)"
    assert said["text"] == f"heads.md: Telegram does not hand out this file: {why}. Send it once more."


@pytest.mark.parametrize("kind", ["flood", "reset", "lost"])
@pytest.mark.parametrize("method", ["getFile", "sendMessage"])
async def test_while_telegram_is_in_trouble_a_draft_waits(stage, there, kind, method):
    loop = drafting(stage)
    with stage.database.begin() as connection:
        stored.keep(connection, stored.Source(there, 1, text=GOOD), NOON)
    if method == "getFile":
        await send(stage, there, GOOD)
        file_id = everyone(stage, rows)[-1].file_id
        with stage.database.begin() as connection:
            stored.keep(connection, stored.Source(there, 10**6, "other.md", file_id), NOON)
    stage.fault(method, kind, retry_after=7)
    await loop.quiet()
    assert [one for one in everyone(stage, rows) if one.state == "new" or one.unsaid]
    stage.now += timedelta(seconds=8)
    await loop.quiet()

    assert {(one.state, one.unsaid) for one in everyone(stage, rows)} == {("fine", None)}
    assert stage.messages(there)[-1]["text"].startswith("Heads: all is well.")


async def test_what_cannot_be_read_takes_no_other_s_place(stage, there):
    await send(stage, there, GOOD)
    await send(stage, there, "\n")
    stage.fault("getFile", "error", status=400, description="Bad Request: no")
    await send(stage, there, WRONG)
    assert [one.state for one in everyone(stage, rows)] == ["fine", "wrong", "wrong"]

    assert "Nothing has changed since" in (await send(stage, there, GOOD))["text"]
    assert [one.state for one in everyone(stage, rows)] == ["fine"]


async def test_a_file_that_is_larger_than_it_says_is_not_fetched_for_ever(stage, there):
    await send(stage, there, b"x" * 9_000_000, "film.zip")
    document = stage.messages(there)[-2]["document"]
    chat = {"id": there, "type": "private", "first_name": "A"}
    sent = {"message_id": 10**5, "date": 1, "chat": chat, "from": chat, "document": {**document, "file_size": 10}}
    await stage.hear({"update_id": 2 * 10**6, "message": sent})
    await drafting(stage).quiet()

    assert "an answer of more than" in stage.messages(there)[-1]["text"]
    assert [one.state for one in everyone(stage, rows)] == ["wrong"]


async def test_what_takes_too_long_to_read_is_given_up(stage, there, monkeypatch):
    monkeypatch.setattr(apart, "LIMIT_S", 0.01)
    said = await send(stage, there, GOOD)

    assert said["text"] == "heads.md: reading it would take too long. Divide the thread."


async def test_a_reader_that_dies_is_told_and_the_bot_goes_on(stage, there, monkeypatch, tmp_path):
    """It is killed from outside, as by a machine without memory."""
    with stage.database.begin() as connection:
        stored.keep(connection, stored.Source(there, 1, "a.md", text=GOOD), NOON)
    for name, value in descendants.marked(tmp_path).items():
        monkeypatch.setenv(name, value)
    loop = drafting(stage)
    loop.step()
    await until(lambda: descendants.living(tmp_path))
    for number in descendants.living(tmp_path):
        os.kill(number, signal.SIGTERM)
    await loop.quiet()

    assert "a.md: reading it broke off" in stage.messages(there)[-1]["text"]
    assert [one.state for one in everyone(stage, rows)] == ["wrong"]


async def test_a_stale_button_says_so(stage, there):
    await send(stage, there, GOOD)
    for words in ("Schedule", "group", "In an hour"):
        message = await tap(stage, there, words)
    await tap(stage, there, "Yes")
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert data.startswith("d1|yes|")
    before = everything(stage.database)
    await stage.hear(pressed(there, data, 10**6))
    await drafting(stage).quiet()

    assert everything(stage.database) == before
    assert len(everyone(stage, publications)) == 1


async def test_a_button_for_another_chat_than_the_one_chosen_since_schedules_nothing(stage, there):
    await send(stage, there, GOOD)
    for words in ("Schedule", "group", "In an hour"):
        message = await tap(stage, there, words)
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await tap(stage, there, "Another chat")
    await say(stage, there, "@channel")
    await stage.hear(pressed(there, data, 10**6))
    await drafting(stage).quiet()

    assert everyone(stage, publications) == []
    assert [one.chat for one in everyone(stage, rows)] == ["@channel"]


@pytest.fixture
async def fine(stage, there):
    """A draft that can be scheduled, and every button that its admin has."""
    await send(stage, there, GOOD)
    for words in ("Schedule", "group"):
        await tap(stage, there, words)
    (row,) = everyone(stage, rows)
    soon = int((stage.now + timedelta(hours=1)).timestamp())
    rest = {"to": f"|{row.chat_id}"} | dict.fromkeys(("at", "yes", "slot", "take"), f"|{row.chat_id}|{soon}")
    rest |= {"diff": "|1", "mend": "|1|0123456789ab", "topic": f"|{row.chat_id}|1"}
    verbs = [verb for verbs in draft_desk.BUTTONS.values() for verb in verbs]
    every = [f"d1|{verb}|{row.id}{rest.get(verb, '')}" for verb in verbs]
    assert len(every) >= 7
    assert all(map(actions.by_button, every))
    return every


@pytest.mark.parametrize("who", ["a stranger", "a former admin", "another admin"])
async def test_nobody_else_does_anything_with_a_draft(stage, there, fine, who):
    """Whatever a button of its admin can say, and whatever file is sent."""
    (other,) = stage.users(1)
    stage.admins = (there, other) if who == "another admin" else (there,)
    user = there if who == "a former admin" else other
    if who == "a former admin":
        stage.admins = ()
    stage.restart()
    before = everything(stage.database)
    before.pop("told")  # it bounds what strangers are told
    await stage.hear(*(pressed(user, data, 10**6 + number) for number, data in enumerate(fine)))
    if who != "another admin":
        document = {"file_id": "x", "file_name": "a.md", "file_size": 10}
        chat = {"id": user, "type": "private", "first_name": "A"}
        sent = {"message_id": 10**5, "date": 1, "chat": chat, "from": chat, "document": document}
        await stage.hear(
            {"update_id": 2 * 10**6, "message": sent}, {"update_id": 2 * 10**6 + 1, "edited_message": sent}
        )
    await drafting(stage).quiet()
    after = everything(stage.database)
    after.pop("told")

    assert after == before


async def test_what_a_former_admin_wanted_is_not_carried_out(stage, there, fine):
    with stage.database.begin() as connection:
        connection.execute(update(rows).values(state="wanted", start=NOON + timedelta(hours=1)))
    stage.admins = ()
    stage.restart()
    await drafting(stage).quiet()

    assert everyone(stage, publications) == []
    assert [row.state for row in everyone(stage, rows)] == ["fine"]
    assert stage.messages(there)[-1]["text"].startswith("heads.md: you are no administrator of any chat")


async def test_data_of_every_button_fits_telegram(stage, there):
    longest = f"d1|yes|{'9' * 9}|-{'9' * 18}|{'9' * 11}"

    assert actions.by_button(longest)
    assert len(longest) <= 64


CALLS = {"showing": "sendMessage", "asking": "getChat", "wanted": "getChat", "fine": "sendMessage"}


@pytest.mark.parametrize("state", CALLS)
async def test_a_bot_that_dies_within_a_step_leaves_it_before_and_the_next_one_does_it(stage, there, fine, state):
    with stage.database.begin() as connection:
        unsaid = '{"text": "hello"}' if state == "fine" else None
        start = NOON + timedelta(hours=1)
        connection.execute(update(rows).values(state=state, start=start, unsaid=unsaid, part=0))
    before = everything(stage.database)
    stage.fault(CALLS[state], "delay", seconds=0.3)
    await dying(stage, lambda: stage.unanswered(CALLS[state]))
    assert everything(stage.database) == before
    await drafting(stage).quiet()

    (row,) = everyone(stage, rows)
    assert (row.state, row.unsaid) == ("done" if state == "wanted" else "fine", None)
    assert len(everyone(stage, publications)) == (state == "wanted")


async def test_a_bot_that_dies_while_a_file_is_read_takes_the_reader_along(stage, there, monkeypatch, tmp_path):
    for name, value in descendants.marked(tmp_path).items():
        monkeypatch.setenv(name, value)
    with stage.database.begin() as connection:
        stored.keep(connection, stored.Source(there, 1, "a.md", text=GOOD), NOON)
    await dying(stage, lambda: descendants.living(tmp_path))
    assert descendants.living(tmp_path) == []
    assert [one.state for one in everyone(stage, rows)] == ["new"]
    await drafting(stage).quiet()

    assert [one.state for one in everyone(stage, rows)] == ["fine"]


async def dying(stage, moment):
    """The loop runs until then, and no further."""
    loop = asyncio.create_task(drafting(stage).run())
    await until(moment)
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def test_a_draft_that_is_replaced_while_telegram_is_asked_goes_nowhere(stage, there, fine):
    await tap(stage, there, "Another chat")
    stage.fault("getChat", "delay", seconds=0.3)
    stage.post("/write", {"user": there, "chat": there, "text": "@channel"})
    await stage.take_votes()
    await Inbox(stage.database, stage.clock.admins, lambda: stage.now).quiet()
    loop = drafting(stage)
    loop.step()
    await until(lambda: stage.unanswered("getChat"))
    await send(stage, there, GOOD)
    await loop.quiet()

    assert [(one.state, one.chat) for one in everyone(stage, rows)] == [("fine", None)]
    assert stage.messages(there)[-1]["text"].startswith("Heads: all is well.")


async def test_what_two_loops_carry_out_at_once_is_scheduled_once(stage, there, fine):
    """As by a bot that was replaced while it asked Telegram."""
    with stage.database.begin() as connection:
        connection.execute(update(rows).values(state="wanted", start=NOON + timedelta(hours=1), unsaid=None))
    stage.fault("getChat", "delay", seconds=0.3)
    slow = drafting(stage)
    slow.step()
    await until(lambda: stage.unanswered("getChat"))
    await drafting(stage).quiet()
    await slow.quiet()

    assert [one.state for one in everyone(stage, rows)] == ["done"]
    assert len(everyone(stage, publications)) == 1


async def test_an_admin_has_room_for_so_many_drafts(database):
    with database.begin() as connection:
        for number in range(2 * stored.ROOM):
            stored.keep(connection, stored.Source(1, number, f"{number}.md", "file"), NOON)
        kept = connection.execute(select(rows)).all()

    assert [row.name for row in kept] == [f"{number}.md" for number in range(stored.ROOM, 2 * stored.ROOM)]
