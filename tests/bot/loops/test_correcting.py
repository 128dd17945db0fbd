"""What stands in a chat is corrected: a wrong key after its reveal, words and pictures; over HTTP, as admins do it."""

import pytest
from sqlalchemy import select

from bot.store.tables import audit, corrections, posts
from tests.bot.loops.correction import MENDED, THREAD, edits, here, revealed, scheduled, to_the_end
from tests.bot.loops.test_desk import shown
from tests.bot.loops.test_drafts import everyone, packed, send, settle, tap
from tests.conftest import NOON
from tests.factory import png

__all__ = ["here"]
PICTURED = THREAD.replace("The first.", "![](one.png)\n\nThe first.")


async def correct(stage, admin, content, name="heads.md"):
    """Send it, confirm it, and let the chat follow, its drawing included."""
    said = await send(stage, admin, content, name)
    await tap(stage, admin, "Yes, correct thread 1")
    await follow(stage)
    return said["text"]


async def follow(stage, picture=None):
    await stage.tick(seconds=1)
    if "draw" in stage.queued():
        stage.compute("draw", picture or png(80, 30))
    await stage.tick(seconds=1)


def rows(stage):
    return [(one.purpose, one.state, one.why) for one in everyone(stage, corrections)]


async def test_a_wrong_key_is_corrected_after_its_reveal_caption_and_picture_and_marked(stage, admin, here):
    await scheduled(stage, here)
    await to_the_end(stage, png(60, 30))
    (wrong,) = revealed(stage)
    assert wrong["caption"].startswith("✅ The right answer: none")

    said = await send(stage, admin, MENDED)
    assert "This is thread 1 → @group, scheduled already. This would change:" in said["text"]
    assert "No. 2: its answer is shown: caption and picture will be corrected" in said["text"]
    assert "\n+- [ ] none\n" in said["text"]
    assert (await tap(stage, admin, "Yes, correct thread 1"))["text"].startswith("«Heads» → @group")
    await stage.tick(seconds=1)
    asked = stage.compute("draw", png(80, 30))
    await stage.tick(seconds=1)

    (right,) = revealed(stage)
    assert [option["correct"] for option in asked["ballot"]["options"]] == [False, True]
    assert right["message_id"] == wrong["message_id"]
    assert right["caption"].startswith(
        "✏️ Corrected. Another answer was named right here before: none.\n\n✅ The right answer: one\n\nBecause."
    )
    assert (right["photo"][0]["width"], wrong["photo"][0]["width"]) == (80, 60)
    assert edits(stage) == ["editMessageMedia"]
    assert [option.correct for option in stage.status().posts[1].poll.options] == [False, True]


async def test_what_stood_before_and_who_corrected_it_is_in_the_audit(stage, admin, here):
    await scheduled(stage, here)
    await to_the_end(stage, png(60, 30))
    await correct(stage, admin, MENDED)

    (row,) = everyone(stage, corrections)
    (deed,) = everyone(stage, audit)
    assert (row.state, row.audit_id) == ("done", deed.id)
    assert (deed.admin, deed.position, deed.action) == (admin, 2, "correct")
    assert [option["correct"] for option in deed.before["poll"]["options"]] == [True, False]


async def test_a_reveal_that_went_out_as_text_is_corrected_as_text(stage, admin, here):
    await scheduled(stage, here)
    await to_the_end(stage)
    await correct(stage, admin, MENDED)

    (right,) = revealed(stage)
    assert right["text"].startswith("✏️ Corrected. Another answer was named right here before: none.")
    assert edits(stage) == ["editMessageText"]
    assert rows(stage) == [("reveal", "done", None)]


def long(letters, text=MENDED):
    return text.replace("Because.", "\n\n".join(f"{letter} " + letter * 3000 for letter in letters))


async def test_a_reveal_of_several_messages_grows_and_shrinks(stage, admin, here):
    await scheduled(stage, here, long("ab", THREAD))
    await to_the_end(stage, png(60, 30))
    before = [one["message_id"] for one in revealed(stage)]
    assert len(before) == 3

    await correct(stage, admin, long("abcd"))
    grown = revealed(stage)
    assert [one["message_id"] for one in grown][:3] == before
    assert [one["text"][0] for one in grown[1:] if one["text"][0] in "abcd"] == list("abcd")
    await correct(stage, admin, MENDED)
    (right,) = revealed(stage)

    assert right["caption"].startswith("✏️ Corrected.")
    assert {one.state for one in everyone(stage, corrections)} == {"done"}
    assert stage.status().posts[1].poll.reveal_message_ids == before[:1]


async def test_words_and_pictures_that_stand_are_edited_each_as_little_as_it_needs(stage, admin, here):
    await scheduled(stage, here, PICTURED, one_png=png(40, 30))
    words = packed(heads_md=PICTURED.replace("The first.", "The very first."), one_png=png(40, 30))
    assert "is out: the message will be edited" in await correct(stage, admin, words, "heads.zip")
    assert stage.messages()[0]["caption"] == "The very first."
    assert edits(stage) == ["editMessageCaption"]
    picture = packed(heads_md=PICTURED.replace("The first.", "The very first."), one_png=png(50, 30))
    assert "(its pictures differ)" in await correct(stage, admin, picture, "heads.zip")

    assert (stage.messages()[0]["caption"], stage.messages()[0]["photo"][0]["width"]) == ("The very first.", 50)
    assert edits(stage)[1:] == ["editMessageMedia"]


async def test_one_tap_does_all_of_it_whatever_has_gone_out(stage, admin, here):
    await scheduled(stage, here)
    await stage.tick(minutes=5)
    said = await correct(stage, admin, MENDED.replace("The", "A"))

    assert "No. 1: is out" in said
    assert "No. 2: its answer is not shown yet" in said
    assert "No. 3: not out yet: it will be replaced" in said
    await to_the_end(stage, png(60, 30))
    texts = [one.get("text") or one.get("caption") or one["poll"]["question"] for one in stage.messages()]
    assert texts[:3] == ["A first.", "Which head?", "A last."]
    assert texts[3].startswith("✅ The right answer: one")
    assert [one.action for one in everyone(stage, audit)] == ["correct", "correct", "replace"]
    assert all(one.before for one in everyone(stage, audit))


async def test_a_poll_whose_picture_is_being_drawn_is_revealed_with_the_corrected_key_alone(stage, admin, here):
    await scheduled(stage, here)
    await stage.tick(minutes=5)
    await stage.tick(hours=2)
    assert stage.queued() == ["draw"]
    await send(stage, admin, MENDED)
    await tap(stage, admin, "Yes, correct")
    stage.compute("draw", png(60, 30))  # of the wrong key
    await stage.tick(seconds=1)
    assert revealed(stage) == []
    await follow(stage)

    assert revealed(stage)[0]["caption"].startswith("✅ The right answer: one")
    assert everyone(stage, corrections) == []


async def test_an_answer_that_is_being_rendered_goes_out_only_as_it_was_read(stage, admin, here, monkeypatch):
    from bot.loops import reveal

    await scheduled(stage, here)
    compose = reveal.compose
    await send(stage, admin, MENDED)

    def meanwhile(*given):
        monkeypatch.setattr(reveal, "compose", compose)
        composed = compose(*given)
        with stage.database.begin() as connection:  # as an order does
            connection.execute(posts.update().values(revision=posts.c.revision + 1))
        return composed

    monkeypatch.setattr(reveal, "compose", meanwhile)
    await stage.tick(minutes=5)
    await stage.tick(hours=2)
    stage.compute("draw", png())
    await stage.tick()
    assert revealed(stage) == []
    await stage.tick(seconds=5)

    assert len(revealed(stage)) == 1


@pytest.mark.parametrize("kind", ["flood", "error", "reset", "lost"])
async def test_whatever_becomes_of_an_edit_it_is_made_until_it_is_surely_there(stage, admin, here, kind):
    await scheduled(stage, here)
    await to_the_end(stage, png(60, 30))
    await send(stage, admin, MENDED)
    await tap(stage, admin, "Yes, correct")
    fields = {"flood": {"retry_after": 7}, "error": {"status": 500, "description": "Internal"}}
    stage.fault("editMessageMedia", kind, **fields.get(kind, {}))
    await follow(stage)
    stage.restart()
    for _ in range(2):
        await stage.tick(seconds=8)

    assert revealed(stage)[0]["caption"].startswith("✏️ Corrected.")
    assert rows(stage) == [("reveal", "done", None)]


async def test_a_message_that_was_deleted_is_told_with_what_to_do_and_the_statistics_count_anew(stage, admin, here):
    await scheduled(stage, here)
    await to_the_end(stage, png(60, 30))
    await stage.telegram.delete((await stage.telegram.chat("@group")).id, revealed(stage)[0]["message_id"])
    await correct(stage, admin, MENDED)
    told = stage.messages(admin)[-1]

    assert (
        "“Heads” → @group, post 2: it could not be corrected in the chat (message to edit not found)." in told["text"]
    )
    assert "That message was deleted: write the correction into the chat yourself" in told["text"]
    assert shown(told) == ["Try again", "Leave the chat as it is"]
    assert [option.correct for option in stage.status().posts[1].poll.options] == [False, True]
    await tap(stage, admin, "Leave")
    await stage.tick(seconds=1)
    assert rows(stage) == [("reveal", "left", "deleted")]


async def test_where_the_bot_is_not_any_more_it_tries_again_when_it_is_back(stage, admin, here):
    await scheduled(stage, here)
    await to_the_end(stage, png(60, 30))
    stage.post("/chats/@group/bot", {"status": "kicked"})
    await correct(stage, admin, MENDED)
    assert "Bring me back into the chat" in stage.messages(admin)[-1]["text"]
    assert len([one for one in stage.messages(admin) if "could not be corrected" in one.get("text", "")]) == 1
    stage.post("/chats/@group/bot", {"status": "member"})
    await tap(stage, admin, "Try again")
    await stage.tick(seconds=1)

    assert revealed(stage)[0]["caption"].startswith("✏️ Corrected.")
    assert rows(stage) == [("reveal", "done", None)]


async def test_a_picture_that_cannot_be_drawn_is_told_and_nothing_of_the_reveal_is_changed(stage, admin, here):
    await scheduled(stage, here)
    await to_the_end(stage, png(60, 30))
    before = revealed(stage)
    await send(stage, admin, MENDED)
    await tap(stage, admin, "Yes, correct")
    await stage.tick(seconds=1)
    stage.compute("draw", None, "out of memory")
    await stage.tick(seconds=1)

    assert "(out of memory)" in stage.messages(admin)[-1]["text"]
    assert "see whether pollbot worker runs" in stage.messages(admin)[-1]["text"]
    assert revealed(stage) == before


async def test_a_correction_of_a_correction_names_what_was_said_first_and_takes_its_place(stage, admin, here):
    await scheduled(stage, here)
    await to_the_end(stage, png(60, 30))
    for content in (MENDED, THREAD.replace("Because.", "After all.")):
        await send(stage, admin, content)
        await tap(stage, admin, "Yes, correct")
    await follow(stage)

    assert [state for _, state, _ in rows(stage)] == ["left", "done"]
    assert revealed(stage)[0]["caption"].startswith("✏️ Corrected.\n\n✅ The right answer: none\n\nAfter all.")
    assert "nothing changes" in (await send(stage, admin, THREAD.replace("Because.", "After all.")))["text"]


async def test_two_admins_at_once_correct_it_once_and_the_second_sees_what_is_left(stage, admin, here):
    (second,) = stage.users(1)
    stage.post("/chats", {"type": "private", "user": second})
    stage.admins = (admin, second)
    stage.restart()
    await scheduled(stage, here)
    await to_the_end(stage, png(60, 30))
    for one in stage.admins:
        await send(stage, one, MENDED)
    for one in stage.admins:
        message = stage.messages(one)[-1]
        data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        assert len(data.encode()) <= 64
        stage.post("/tap", {"user": one, "chat": one, "message_id": message["message_id"], "data": data})
    await settle(stage)

    assert [one.admin for one in everyone(stage, audit)] == [admin]
    assert stage.messages(second)[-1]["text"] == "Thread 1 → @group: nothing changes."
    answers = [call["params"].get("text") for call in stage.calls("answerCallbackQuery")]
    assert sorted(answers) == ["Correcting it.", "The thread has gone on meanwhile: please look once more."]


async def test_what_has_gone_out_since_it_was_shown_is_shown_once_more(stage, admin, here):
    await scheduled(stage, here)
    said = await send(stage, admin, MENDED)
    assert "No. 2: not out yet" in said["text"]
    await stage.tick(minutes=5)
    anew = await tap(stage, admin, "Yes, correct")

    assert "No. 2: its answer is not shown yet" in anew["text"]
    assert everyone(stage, audit) == []
    await tap(stage, admin, "Yes, correct")
    assert [one.action for one in everyone(stage, audit)] == ["correct"]


REFUSED = [
    (5, lambda text: text.replace("Which head?", "Which tail?"), "Telegram lets nobody change question, options"),
    (5, lambda text: text.replace("one\n", "two\n"), "Telegram lets nobody change question, options"),
    (5, lambda text: text.replace("open: 2h", "open: 3h"), "how long a poll stays open is fixed once it stands"),
    (5, lambda text: text.replace("id: heads", "id: heads\nmultiple: true"), "Telegram lets nobody change"),
    (5, lambda text: text.replace("The first.", "a " * 3000), "went out in messages: 1, its new text takes 2"),
    (5, lambda text: text.replace("The first.", "$$x$$\n\nThe first."), "text, picture or poll, it stays what it is"),
    (5, lambda text: text + "\n---\n\nOne more.\n", "The file has posts: 4, thread 1 has 3"),
    (5, lambda text: text.replace("\n---\n\nThe last.\n", ""), "The file has posts: 2, thread 1 has 3"),
    (0, lambda text: text.replace("open: 2h", "open: 2h\nmembers_only: true"), "who may vote is for channels to say"),
]


@pytest.mark.parametrize(("minutes", "change", "reason"), REFUSED)
async def test_what_cannot_be_corrected_is_told_with_what_can_and_changes_nothing(
    stage, admin, here, minutes, change, reason
):
    await scheduled(stage, here)
    await stage.tick(minutes=minutes)
    before = everyone(stage, posts)
    said = await send(stage, admin, change(THREAD))

    assert reason in said["text"]
    assert "nothing was changed" in said["text"]
    assert not [label for label in shown(said) if "orrect" in label]
    assert (everyone(stage, posts), everyone(stage, audit)) == (before, [])


async def test_of_a_cancelled_thread_what_stands_is_corrected_and_what_will_not_go_out_is_not(stage, admin, here):
    from bot.store import steering

    await scheduled(stage, here)
    with stage.database.begin() as connection:
        steering.steer(connection, steering.Order("cancel", 1), stage.now)
    assert "No. 2 will not go out: it is skipped or cancelled." in (await send(stage, admin, MENDED))["text"]
    await correct(stage, admin, THREAD.replace("The first.", "The very first."))

    assert [one["text"] for one in stage.messages()] == ["The very first."]


async def test_a_post_on_its_way_is_left_alone_until_it_stands(stage, admin, here):
    await scheduled(stage, here)
    stage.fault("sendPoll", "lost")
    await stage.tick(minutes=5)

    assert "No. 2 is just going out, or waits for your answer." in (await send(stage, admin, MENDED))["text"]


async def test_a_quiz_of_telegram_s_keeps_its_own_mark_and_that_is_said(stage, admin, here):
    quiz = "id: heads\nkind: quiz"
    await scheduled(stage, here, THREAD.replace("id: heads", quiz))
    await stage.tick(minutes=5)

    assert (
        "in the poll itself the old answer stays marked"
        in (await send(stage, admin, MENDED.replace("id: heads", quiz)))["text"]
    )


async def test_another_thread_of_the_same_title_is_offered_beside_and_no_button_lies(stage, admin, here):
    for _ in range(2):
        await scheduled(stage, here)
    said = await send(stage, admin, MENDED)
    assert "scheduled several times already" in said["text"]
    assert shown(said)[:2] == ["✏️ Correct thread 2 → @group", "✏️ Correct thread 1 → @group"]
    asked = await tap(stage, admin, "thread 1")
    assert "This is thread 1 → @group" in asked["text"]
    await tap(stage, admin, "Yes, correct thread 1")

    assert [one.publication_id for one in everyone(stage, audit)] == [1]


async def test_the_card_says_how_to_correct(stage, admin, here):
    await scheduled(stage, here)
    stage.post("/write", {"user": admin, "chat": admin, "text": "/threads"})
    await settle(stage)
    await tap(stage, admin, "Heads")
    how = await tap(stage, admin, "Correct")

    assert "Send the mended file, with the same title “Heads”" in how["text"]
    assert (await tap(stage, admin, "Refresh"))["text"].startswith("«Heads» → @group")


async def test_nobody_else_corrects_anything_by_an_admin_s_buttons(stage, admin, here):
    await scheduled(stage, here)
    await to_the_end(stage, png(60, 30))
    stage.post("/chats/@group/bot", {"status": "kicked"})
    await correct(stage, admin, MENDED)
    await send(stage, admin, THREAD)
    (mine,) = [row[0]["callback_data"] for row in stage.messages(admin)[-1]["reply_markup"]["inline_keyboard"]][:1]
    with stage.database.connect() as connection:
        before = [connection.execute(select(table)).all() for table in (posts, corrections, audit)]
    data = [mine, "c1|again|1", "c1|leave|1", "d1|diff|1|1", "t1|how|1"]
    for user in (31337, *stage.users(1)):
        taps = [
            {"id": str(n), "from": {"id": user, "is_bot": False, "first_name": "A"}, "data": one}
            for n, one in enumerate(data)
        ]
        await stage.hear(*({"update_id": 10**6 + user * 10 + n, "callback_query": one} for n, one in enumerate(taps)))

    with stage.database.connect() as connection:
        assert [connection.execute(select(table)).all() for table in (posts, corrections, audit)] == before
    assert stage.now > NOON
