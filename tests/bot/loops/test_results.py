"""What came of a thread: told to its admins with one picture, in its chat where that is wanted, and asked for again."""

from datetime import timedelta

from sqlalchemy import update

from bot.commands import outcome
from bot.loops.actions import Kept
from bot.store import results, runs, store
from bot.store.tables import publications
from bot.thread.model import Option, Poll
from experiments import perform
from tests.bot.conftest import KEY
from tests.bot.loops.test_desk import shown, tap, write
from tests.factory import HOUR, asked, poll, text


async def closed(stage, *posts, votes=((1, 1, 0),), chat="@group", **settings):
    """A thread of polls, voted in by people in their order, closed and revealed; its title is a Russian word."""
    await stage.publish(*posts, chat=chat)
    if settings:
        with stage.database.begin() as connection:
            connection.execute(update(publications).values(**settings))
    people = stage.users(max(map(len, votes)))
    for given in votes:
        await stage.tick()
        message = [one for one in stage.messages(chat) if "poll" in one][-1]["message_id"]
        for user, option in zip(people, given, strict=False):
            stage.vote(user, option, chat=chat, message=message)
        await stage.take_votes()
        await stage.tick(hours=1)
        worked(stage)
        await stage.tick(seconds=1)
    return people


def worked(stage):
    """What the worker draws."""
    while "draw" in stage.queued():
        run = runs.claim(stage.database, "test", ("draw",), stage.now)
        output = perform.perform(run.input, lambda *_: None)
        runs.finish(stage.database, run.key, owner="test", output=output, now=stage.now)


async def end(stage):
    """The thread ends; its result is drawn and told."""
    await stage.tick()
    for _ in range(2):
        await stage.end()
        await stage.hear_news()
    worked(stage)
    await stage.end()
    await stage.hear_news()


def photos(stage, chat):
    return [message for message in stage.messages(str(chat)) if "photo" in message]


async def test_when_a_thread_ends_each_admin_gets_one_message_with_one_picture(stage, admin):
    (other,) = stage.users(1)
    stage.post("/chats", {"type": "private", "user": other})
    stage.admins = (admin, other)
    stage.restart()
    await closed(stage, asked(poll()))
    await end(stage)
    await end(stage)

    for one in (admin, other):
        (result,) = photos(stage, one)
        assert result["caption"] == "📊 The thread has ended: “Тред”\nPolls: 1, votes: 3\nRight on average: 67%"
    assert len(photos(stage, "@group")) == 1  # the reveal's


async def test_a_result_that_may_have_been_told_is_not_told_again(stage, admin):
    await closed(stage, asked(poll()))
    stage.fault("sendPhoto", "lost")
    await end(stage)
    stage.restart()
    await end(stage)

    assert len(photos(stage, admin)) == 1


async def test_without_a_worker_the_result_comes_as_words(stage, admin):
    await closed(stage, asked(poll()))
    await stage.end()
    await stage.hear_news(seconds=10)
    assert photos(stage, admin) == []

    await stage.hear_news(minutes=3)
    await stage.hear_news()

    assert stage.messages(str(admin))[-1]["text"].startswith("📊 The thread has ended: “Тред”")


async def test_a_thread_of_which_nothing_went_out_has_no_result(stage, admin):
    number = await stage.publish(text("first"))
    await write(stage, admin, "/threads")
    with stage.database.begin() as connection:
        connection.exec_driver_sql("UPDATE posts SET state = 'skipped'")
    await end(stage)

    assert number == 1
    assert photos(stage, admin) == []
    assert not [m for m in stage.messages(str(admin)) if "has ended" in m["text"]]


async def test_the_chat_sees_the_result_once_where_its_author_wants_that(stage, admin):
    await closed(stage, asked(poll()), text("last"), summary=True)
    await stage.tick(minutes=1)
    await end(stage)
    stage.restart()
    await end(stage)

    result = photos(stage, "@group")[-1]
    assert result["caption"].startswith("📊 Тред закончен: «Тред»\nОпросов: 1, голосов: 3")
    assert len(photos(stage, "@group")) == 2
    assert len(photos(stage, admin)) == 1


async def test_a_result_whose_arrival_was_lost_is_found_and_not_sent_again(stage, admin):
    await closed(stage, asked(poll()), summary=True)
    await stage.end()
    worked(stage)
    stage.fault("sendPhoto", "lost")
    await stage.end()
    for _ in range(4):
        await stage.tick(seconds=6)
        await stage.end()

    assert len(photos(stage, "@group")) == 2
    with stage.database.connect() as connection:
        assert connection.exec_driver_sql("SELECT shown IS NOT NULL FROM publications").scalar() == 1


async def test_a_result_that_telegram_refuses_is_done_without_and_nobody_is_asked(stage, admin):
    await closed(stage, asked(poll()), summary=True)
    stage.fault(
        "sendPhoto", "error", status=400, description="Bad Request: not enough rights to send photos to the chat"
    )
    await end(stage)

    assert len(photos(stage, "@group")) == 1
    assert not [m for m in stage.messages(str(admin)) if m.get("reply_markup")]
    assert stage.status().state == "done"


async def test_a_leaderboard_has_no_names_and_each_learns_their_own_place_alone(stage, admin):
    people = await closed(stage, asked(poll("one")), asked(poll("two")), votes=((1, 1, 0), (1, 0, 0)), leaderboard=True)
    await end(stage)

    board = stage.messages()[-1]["text"]
    assert board.splitlines() == [
        "🏆 Кто сколько угадал (опросов: 2)", "2 из 2 — человек: 1", "1 из 2 — человек: 1", "0 из 2 — человек: 1",
        "Имён здесь нет: они нигде не хранятся. Своё место скажу лично: напишите мне /score",
    ]  # fmt: skip
    stage.clock.admins.dispatch.kept = Kept(KEY, None)
    said = [(await write(stage, user, "/score"))[-1]["text"] for user in (*people, *stage.users(1))]
    places = ((2, 1), (1, 2), (0, 3))
    assert said[:3] == [f"“Тред”: {right} of 2 right, place {place} of 3" for right, place in places]
    assert said[3].startswith("I know no votes of yours")


async def test_results_are_a_list_then_one_then_its_picture(stage, admin):
    await closed(stage, asked(poll()), votes=((1, 1, 0, 2, 2, 2),))
    listed = (await write(stage, admin, "/results"))[-1]
    assert shown(listed) == ["«Тред»"]
    seen = await tap(stage, admin, "Тред")

    assert seen["text"].splitlines() == [
        "📊 “Тред”", "Polls: 1, votes: 6", "Right on average: 33%", "", "No. 1: «Which?», votes: 6",
        "33% right after a quarter of the time, 33% at the end", "surprise, 50%: “option 2”",
    ]  # fmt: skip
    assert shown(seen) == ["🖼 As a picture", "← All results"]

    await tap(stage, admin, "picture")
    await stage.end()
    worked(stage)
    await stage.hear_news()
    await stage.hear_news()

    assert [m["caption"].splitlines()[0] for m in photos(stage, admin)].count("📊 “Тред”") == 1


async def test_how_the_opinion_moved_is_told_by_the_history_in_a_group_and_by_snapshots_in_a_channel(stage):
    for chat in ("@group", "@channel"):
        await stage.publish(asked(poll()), chat=chat)
    people = stage.users(4)
    await stage.tick()
    for minutes, option in ((5, 0), (20, 1), (20, 1)):
        stage.now += timedelta(minutes=minutes)
        for chat in ("@group", "@channel"):
            message = stage.messages(chat)[-1]["message_id"]
            for user in people[: 2 if option == 0 else 4]:
                stage.vote(user, option, chat=chat, message=message)
        await stage.take_votes()
    await stage.tick(minutes=30)
    with store.reading(stage.database) as connection:
        found = [results.read(connection, number, moments=True)[0] for number in (1, 2)]

    for one in found:
        told = [(moment.part, moment.voters, one.right_at(moment.counts)) for moment in one.moments]
        assert told == [(0.25, 2, 0.0), (0.5, 4, 1.0), (0.75, 4, 1.0)]
        assert (one.right, one.voters) == (1.0, 4)


async def test_rows_for_a_table_have_every_share_and_leave_empty_what_nobody_knows(stage):
    opinion = Poll(id="mood", question="How?", options=(Option(text="a"), Option(text="b")), kind="opinion", open=HOUR)
    await closed(stage, asked(poll()), asked(opinion), votes=((1, 1, 0), ()))
    first, second = outcome.outcomes(stage.database, 1)

    assert (first.votes, first.right, first.surprise, first.surprise_share) == (3, 0.6667, "option 0", 0.3333)
    assert (second.votes, second.right, second.favourite, second.surprise) == (0, None, None, None)


async def test_the_picture_of_a_result_is_one_that_telegram_takes(stage, admin):
    await closed(stage, asked(poll()))
    await end(stage)
    (result,) = photos(stage, admin)
    size = result["photo"][-1]

    assert size["width"] + size["height"] < 10_000
    assert size["width"] < 20 * size["height"]
