"""Numbers that texts name, in what goes out; and what a check says of a key that nothing speaks for."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands import answers
from bot.loops import reveal
from bot.store import measurements, runs
from bot.store.polls import ClosedPoll, Tally
from experiments.measurement import Measurement, Value
from tests.bot.loops.test_answer_key import AGREES, HEADS, measured
from tests.conftest import NOON
from tests.factory import asked, poll

NUMBERS = {"softmax+ce.accuracy": Value(median=88, low=86, high=96)}
NAMES = "Учится до {softmax+ce.accuracy:%}."


def known(*supported: str) -> Measurement:
    return measured(*supported).model_copy(update={"numbers": NUMBERS})


async def test_a_description_is_filled_when_its_poll_goes_out(stage):
    await stage.publish(asked(poll(experiment=HEADS).model_copy(update={"description": NAMES})))
    stage.compute("measure", known(*AGREES).model_dump_json().encode())
    await stage.tick()
    await stage.tick(seconds=1)

    assert stage.messages()[-1]["poll"]["description"] == "Учится до 88\N{NO-BREAK SPACE}%."


def revealed(measurement: Measurement | None, source: str = "") -> str:
    asked_ = poll(experiment=HEADS)
    options = tuple(option.model_copy(update={"feedback": NAMES}) for option in asked_.options)
    asked_ = asked_.model_copy(update={"explanation": NAMES, "options": options})
    return reveal.text(ClosedPoll(0, "ru", asked_, Tally((1, 1, 1), 3), "key", None), measurement, source=source).text


def test_explanation_and_feedback_are_filled_at_the_reveal():
    assert revealed(known(*AGREES)).count("Учится до 88\N{NO-BREAK SPACE}%.") == 4


def test_a_reveal_without_its_measurement_has_dots():
    assert revealed(None).count("Учится до ….") == 4


def test_where_pollbot_is_from_stands_beside_the_line():
    told = revealed(known(*AGREES), "https://e.org/pollbot")

    assert "pollbot experiment heads --seeds 2 · pollbot: https://e.org/pollbot\n" in told


def checked(database, asked_, *supported: str) -> tuple[int, str]:
    with database.begin() as connection:
        key = measurements.queue(connection, HEADS, runs.POLL, due=NOON, now=NOON)
    runs.claim(database, "worker", ("measure",), NOON)
    runs.finish(database, key, owner="worker", output=known(*supported).model_dump_json().encode(), now=NOON)
    out = io.StringIO()
    return answers.compare(database, Path("x.md"), asked_, "en", Console(file=out, width=2000)), out.getvalue()


@pytest.mark.parametrize("right", [0, 1, 2])
def test_what_depends_speaks_for_no_key_and_for_no_other(database, right):
    options = [option.model_copy(update={"correct": at == right}) for at, option in enumerate(poll().options)]
    problems, told = checked(
        database, poll(experiment=HEADS).model_copy(update={"options": tuple(options)}), *["depends"] * 3
    )

    assert problems == 0
    assert "it depends: the measurement neither supports nor contradicts the key\n" in told
    assert "agrees" not in told


def test_one_option_that_depends_is_told_beside_those_that_agree(database):
    _, told = checked(database, poll(experiment=HEADS), "depends", "yes", "no")

    assert "agrees with the key, but of 1 of 3 options it says neither yes nor no: it depends" in told


def test_exchanged_options_are_seen_by_their_keys_and_numbers(database):
    _, told = checked(database, poll(experiment=HEADS), *AGREES)

    for option, key in zip(poll().options, HEADS.options, strict=True):
        assert f"] {option.text} ← {key}: 77.5 %, 77.5–96.7" in told


def test_a_picture_that_cannot_be_drawn_is_a_problem(database):
    asked_ = poll(experiment=HEADS)
    checked(database, asked_, *AGREES)
    out = io.StringIO()
    with answers._drawing() as draw:  # what was measured has no curves
        problems = answers.drawn(database, Path("x.md"), asked_, "en", Console(file=out, width=2000), draw)

    assert problems == 1
    assert "poll" in out.getvalue()
    assert "error: its picture cannot be drawn: KeyError: 'curves'" in out.getvalue()
