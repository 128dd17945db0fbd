"""No answer key goes out unchecked."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands import answers
from bot.loops import answer_key, reveal
from bot.store import measurements, runs, store
from bot.thread.model import Experiment
from experiments.measurement import Finding, Measurement
from tests.bot.loops.test_doubt import tap, told
from tests.bot.loops.test_reveal import closed
from tests.conftest import NOON
from tests.factory import HOUR, asked, png, poll, text

HEADS = Experiment(run="heads", options=("softmax+nll", "logsoftmax+nll", "softmax+ce"), seeds=2)
DESPITE = HEADS.model_copy(update={"despite": "в лекции было так"})


def measured(*supported: str) -> Measurement:
    """What was found about the three options."""
    findings = tuple(
        Finding(
            option=key, supported=found, number=77.5, spread=(77.5, 96.7), unit={"ru": "%", "en": "%"},
            condition={"ru": "при SGD", "en": "with SGD"},
        )
        for key, found in zip(HEADS.options, supported, strict=True)
    )  # fmt: skip
    settings = {"ru": "SGD", "en": "SGD"}
    versions = {"torch": "2.13.0", "heads": "2"}
    return Measurement(
        experiment="heads", params={}, seeds=2, versions=versions, settings=settings, findings=findings, data={}
    )


AGREES, OTHERWISE, DEPENDS = ("no", "yes", "no"), ("no", "no", "yes"), ("depends", "yes", "no")


def compute(stage, *supported: str) -> None:
    stage.compute("measure", measured(*supported).model_dump_json().encode())


async def test_a_poll_goes_out_only_when_its_measurement_is_there_and_agrees(stage):
    await stage.publish(asked(poll(experiment=HEADS)), text("next"))
    await stage.tick()
    before = len(stage.messages())
    compute(stage, *AGREES)
    await stage.tick(seconds=1)

    assert (before, len(stage.messages())) == (0, 1)


async def test_a_contradicted_key_stops_the_poll_and_the_admin_reads_option_number_and_condition(stage, admin):
    await stage.publish(asked(poll(experiment=HEADS)), text("next"))
    compute(stage, *OTHERWISE)
    await stage.tick()
    await stage.tick(hours=2)
    question = told(stage, admin)[-1]["text"]

    assert stage.messages() == []
    assert "“option 1” is marked as right, but the measurement does not support it" in question
    assert "77.5 %, 77.5–96.7 (with SGD)" in question
    assert "“option 2” is marked as not right, but the measurement supports it" in question


@pytest.mark.parametrize(("button", "states"), [("Publish", ["sent", "sent"]), ("Go on", ["skipped", "sent"])])
async def test_the_admin_decides_about_a_contradicted_key(stage, admin, button, states):
    await stage.publish(asked(poll(experiment=HEADS)), text("next"))
    compute(stage, *OTHERWISE)
    await stage.tick()
    await tap(stage, admin, button)
    await stage.tick(minutes=1)
    await stage.tick(minutes=1)

    assert [post.state for post in stage.status().posts] == states


async def test_an_experiment_that_failed_leaves_the_key_unchecked_and_the_admin_is_asked(stage, admin):
    await stage.publish(asked(poll(experiment=HEADS)))
    stage.compute("measure", None, "ValueError: no digits\n\nTraceback…")
    await stage.tick()

    assert "the key is not checked: experiment heads failed: ValueError: no digits" in told(stage, admin)[-1]["text"]
    assert "Traceback" not in told(stage, admin)[-1]["text"]


async def test_a_measurement_that_does_not_come_is_asked_about_and_not_waited_for_without_end(stage, admin):
    await stage.publish(asked(poll(experiment=HEADS)))
    await stage.tick(minutes=9)
    patient = told(stage, admin)
    await stage.tick(minutes=2)

    assert patient == []
    assert "experiment heads is 0% done; does pollbot worker run?" in told(stage, admin)[-1]["text"]


async def test_what_depends_stops_no_poll(stage):
    await stage.publish(asked(poll(experiment=HEADS)))
    compute(stage, *DEPENDS)
    await stage.tick()

    assert len(stage.messages()) == 1


async def test_a_key_with_a_reason_goes_out_in_spite_of_the_measurement_and_readers_are_told_both(stage):
    await stage.publish(asked(poll(experiment=DESPITE)))
    compute(stage, *OTHERWISE)
    await stage.tick()
    await stage.tick(hours=1)
    stage.compute("draw", png())
    await stage.tick(seconds=1)
    caption = stage.messages()[-1]["caption"]

    assert "⚠️ «option 1» отмечен как верный, но измерение его опровергает: 77,5 %, 77,5–96,7 (при SGD)" in caption
    assert "Автор настаивает: в лекции было так" in caption


@pytest.mark.parametrize(
    ("supported", "wrong"),
    [(AGREES, []), (DEPENDS, []), (OTHERWISE, ["option 1", "option 2"]), (("yes",) * 3, ["option 0", "option 2"])],
)
def test_a_contradiction_is_a_mark_that_is_the_opposite_of_a_finding(supported, wrong):
    found = answer_key.contradictions(poll(experiment=HEADS), measured(*supported))

    assert [option.text for option, _ in found] == wrong


def test_a_check_finds_what_it_queued_whatever_the_worker_measures_on(database):
    asked_ = poll(experiment=HEADS)
    with database.begin() as connection:
        key = measurements.queue(connection, HEADS, runs.POLL, due=NOON, now=NOON)
        store.remember(connection, "device", "cuda")
    runs.claim(database, "worker", ("measure",), NOON)
    runs.finish(database, key, owner="worker", output=measured(*AGREES).model_dump_json().encode(), now=NOON)

    assert answers.compare(database, Path("x.md"), asked_, "en", Console(file=io.StringIO())) == 0


def test_the_reveal_ends_with_the_line_that_measures_it_again():
    experiment = Experiment(run="heads", options=HEADS.options[:2], seeds=16, set={"epochs": 5, "lr": 0.1})
    told = reveal.text(closed(experiment=experiment), measured(*AGREES)).text

    assert "pollbot experiment heads --seeds 16 --set epochs=5 --set lr=0.1" in told
    assert told.splitlines()[-1].startswith("torch 2.13.0 · heads 2 · ")


async def test_a_poll_whose_experiment_has_changed_since_it_was_scheduled_is_measured_anew(stage):
    await stage.publish(asked(poll(experiment=HEADS)))
    with stage.database.begin() as connection:
        store.remember(connection, "device", "cuda")
    await stage.tick()
    compute(stage, *AGREES)  # what was queued when it was scheduled
    compute(stage, *AGREES)
    await stage.tick(seconds=1)

    assert len(stage.messages()) == 1


def contradicted(stage, admin):
    return [one["text"] for one in told(stage, admin) if "contradicts the key" in one["text"]]


async def test_a_contradiction_is_told_when_it_is_measured_and_the_admin_s_word_does_not_bring_the_poll_forward(
    stage, admin
):
    await stage.publish(text("first"), asked(poll(experiment=HEADS)), text("next"))
    compute(stage, *OTHERWISE)
    stage.now -= 2 * HOUR  # so long before it is due
    await stage.tick()
    early = contradicted(stage, admin)
    await tap(stage, admin, "Publish it")
    await stage.tick(seconds=1)
    before = len(stage.messages())
    await stage.tick(hours=3)

    assert (len(early), before) == (1, 0)
    assert len(stage.messages()) == 1


async def test_posts_ahead_of_a_contradicted_key_go_out_meanwhile(stage, admin):
    await stage.publish(text("first"), text("second"), asked(poll(experiment=HEADS)), text("next"))
    compute(stage, *OTHERWISE)
    for _ in range(4):
        await stage.tick(minutes=1)

    assert [message["text"] for message in stage.messages()] == ["first", "second"]
    assert [post.state for post in stage.status().posts] == ["sent", "sent", "failed", "planned"]


async def test_a_measurement_that_comes_while_its_poll_is_held_settles_the_question_by_itself(stage, admin):
    await stage.publish(asked(poll(experiment=HEADS)), text("next"))
    await stage.tick()
    await stage.tick(minutes=11)
    held = stage.status().posts[0].state
    compute(stage, *AGREES)
    await stage.tick(seconds=1)
    await tap(stage, admin, "Go on")
    await stage.hear_news()

    assert (held, stage.status().posts[0].state) == ("failed", "sent")
    assert len([message for message in stage.messages() if "poll" in message]) == 1
    assert "confirms the key" in told(stage, admin)[-1]["text"]


async def test_a_measurement_that_comes_while_its_poll_is_held_and_contradicts_it_is_asked_about_anew(stage, admin):
    await stage.publish(asked(poll(experiment=HEADS)))
    await stage.tick()
    await stage.tick(minutes=11)
    first = len(told(stage, admin))
    compute(stage, *OTHERWISE)
    await stage.tick(seconds=1)

    assert (first, len(told(stage, admin))) == (1, 2)
    assert len(contradicted(stage, admin)) == 1
    assert stage.messages() == []


async def test_a_late_measurement_lets_no_other_held_post_go(stage, admin):
    await stage.publish(asked(poll(experiment=HEADS)), rule="ask")
    await stage.tick(hours=2)
    compute(stage, *AGREES)
    await stage.tick(seconds=1)

    assert stage.status().posts[0].state == "failed"
    assert stage.messages() == []
