"""Polls that need more than a question and words for options: letters, a text before them, pictures."""

import pytest

from bot.loops import reveal
from bot.store import questions
from bot.store.polls import ClosedPoll, Tally
from bot.thread.model import Experiment, Formula, Image, Option
from tests.factory import asked, png, poll

LETTERED = (
    Option(text="A. loss.backward() …", label="A", correct=True, feedback="сначала"),
    Option(text="B. opt.step()", label="B"),
)
CODE = "**A.**\n```python\nloss.backward()\n```\n**B.** `opt.step()`"
PICTURED = (Option(text="A", correct=True, picture=Image(path="a.png")), Option(text="neither"))
FILES = [png(100, 50), png(60, 40), png(30, 20)]  # its own, its option's, its explanation's


def lettered(**fields):
    return poll().model_copy(update={"options": LETTERED, "description": CODE, **fields})


def pictured(**fields):
    shown = {"options": PICTURED, "picture": Formula(latex="x"), "explained": (Image(path="b.png"),)}
    return poll().model_copy(update=shown | fields)


def sizes(*photos):
    return [(photo[-1]["width"], photo[-1]["height"]) for photo in photos]


async def test_letters_stand_in_the_poll_and_what_they_mean_above_it(stage):
    await stage.publish(asked(lettered()))
    await stage.tick()

    (message,) = stage.messages()
    assert [option["text"] for option in message["poll"]["options"]] == ["A", "B"]
    assert message["poll"]["description"] == "A.\nloss.backward()\nB. opt.step()"
    assert {"type": "pre", "offset": 3, "length": 15, "language": "python"} in message["poll"]["description_entities"]


async def test_the_text_of_a_polls_post_goes_out_before_it_and_the_poll_is_closed_and_answered_as_ever(stage):
    (ann,) = stage.users(1)
    await stage.publish(asked(lettered(description=""), text=CODE))
    await stage.tick()
    stage.vote(ann, 1, message=2)
    await stage.take_votes()
    await stage.tick(hours=1)
    ballot = stage.compute("draw", png())["ballot"]
    await stage.tick(seconds=1)

    first, second, answer = stage.messages()
    assert (first["text"][:2], second["poll"]["is_closed"]) == ("A.", True)
    assert [(one["text"], one["votes"]) for one in ballot["options"]] == [
        ("A. loss.backward() …", 0),
        ("B. opt.step()", 1),
    ]
    assert answer["reply_to_message"]["message_id"] == 2
    assert stage.status().state == "done"


@pytest.mark.parametrize("method", ["sendMessage", "sendPoll"])
@pytest.mark.parametrize("kind", ["lost", "reset", "error"])
async def test_neither_the_text_nor_its_poll_is_lost_or_doubled_when_an_answer_is(stage, admin, method, kind):
    stage.fault(method, kind)
    await stage.publish(asked(lettered(description=""), text=CODE))
    await stage.tick()
    stage.restart()
    for _ in range(4):
        await stage.tick(minutes=1)

    assert [("poll" in one, one["message_id"]) for one in stage.messages()] == [(False, 1), (True, 2)]
    assert stage.status().posts[0].poll.state == "open"


async def test_a_poll_of_the_same_letters_about_something_else_is_not_taken_for_ours(stage, admin):
    stage.fault("sendPoll", "reset")
    await stage.publish(asked(lettered()))
    await stage.tick()
    await stage.telegram.bot.send_poll("@group", "Which?", ["A", "B"], description="another")
    await stage.tick(minutes=1)
    await stage.tick(minutes=1)

    assert [post.message_ids for post in stage.status().posts] == [[2]]


async def test_going_on_without_a_poll_that_is_refused_keeps_its_text_and_stops_its_experiment(stage, admin):
    measured = Experiment(run="zero_init", options=("learns", "dead"), despite="so")
    stage.fault("sendPoll", "error", status=400, description="Bad Request: no")
    await stage.publish(asked(lettered(description="", experiment=measured), text=CODE))
    await stage.tick()
    before = stage.queued()
    questions.decide(stage.database, publication=1, position=1, answer="skip", now=stage.now)
    await stage.tick(minutes=1)

    assert (before, stage.queued()) == (["measure"], [])
    assert (stage.status().posts[0].state, len(stage.messages())) == ("sent", 1)


async def test_pictures_stand_with_the_poll_and_its_options_and_with_the_explanation(stage):
    await stage.publish(asked(pictured()), files=[FILES])
    await stage.tick()
    await stage.tick(hours=1)
    stage.compute("draw", png())
    await stage.tick(seconds=1)

    (message, chart, explained) = stage.messages()
    shown = message["poll"]
    assert sizes(shown["media"]["photo"], shown["options"][0]["media"]["photo"]) == [(100, 50), (60, 40)]
    assert "media" not in shown["options"][1]
    assert sizes(chart["photo"], explained["photo"]) == [(40, 30), (30, 20)]


async def test_a_poll_with_pictures_whose_answer_was_lost_is_found_again(stage, admin):
    stage.fault("sendPoll", "lost")
    await stage.publish(asked(pictured()), files=[FILES])
    await stage.tick()
    stage.restart()
    await stage.tick(minutes=1)

    assert (len(stage.messages()), stage.status().posts[0].poll.state) == (1, "open")


async def test_a_channel_is_told_who_may_vote(stage):
    await stage.publish(asked(poll().model_copy(update={"members_only": True, "countries": ("KZ",)})), chat="@channel")
    await stage.tick()

    shown = stage.messages("@channel")[0]["poll"]
    assert (shown["members_only"], shown["country_codes"]) == (True, ["KZ"])


def test_answer_and_feedback_name_the_letter_and_what_it_stands_for():
    told = reveal.text(ClosedPoll(1, "ru", lettered(), Tally((3, 1), 4), None, None), None).text

    assert told == "✅ Правильный ответ: A. loss.backward() …\n\n• A. loss.backward() …: сначала"
