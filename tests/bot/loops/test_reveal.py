import pytest

from bot.loops import reveal
from bot.store.polls import ClosedPoll, Tally
from bot.thread.model import Experiment, Option, Poll
from experiments.measurement import Finding, Measurement
from tests.factory import asked, png, poll

OPTIONS = (Option(text="a_b * c", correct=True), Option(text="<no>", feedback="потому что $-p$"))
EXPERIMENT = Experiment(run="zero_init", options=("learns", "dead"))


def closed(language="ru", **fields) -> ClosedPoll:
    poll = Poll(id="p", question="?", options=OPTIONS, explanation="Объяснение.", **fields)
    return ClosedPoll(1, language, poll, Tally((3, 1), 4), "c0ffee", None)


UNIT = {"ru": "%", "en": "%"}


def found(option: str, supported: str, condition=UNIT) -> Finding:
    return Finding(option=option, supported=supported, number=1, spread=(1, 1), unit=UNIT, condition=condition)


def measured(learns="yes", dead: Finding = found("dead", "no")) -> Measurement:  # noqa: B008 it is frozen
    settings = {"ru": "SGD 0,1 · 16 сидов", "en": "SGD 0.1 · 16 seeds"}
    return Measurement(
        experiment="zero_init",
        params={},
        seeds=16,
        versions={},
        settings=settings,
        data={},
        findings=(found("learns", learns), dead),
    )


def test_an_option_is_quoted_to_the_letter_whatever_signs_it_has():
    assert "✅ Правильный ответ: a_b * c" in reveal.text(closed(), None).text


def test_feedback_stands_under_its_option():
    assert "• <no>: потому что" in reveal.text(closed(), None).text


def test_the_explanation_and_the_settings_of_the_measurement_are_told():
    told = reveal.text(closed(experiment=EXPERIMENT), measured()).text

    assert "Объяснение." in told
    assert "Измерено: SGD 0,1 · 16 сидов" in told


def test_a_missing_measurement_is_admitted():
    assert "Измерения нет" in reveal.text(closed(experiment=EXPERIMENT), None).text
    assert "There is no measurement" in reveal.text(closed("en", experiment=EXPERIMENT), None).text


def test_a_poll_without_experiment_promises_none():
    assert "змерен" not in reveal.text(closed(), None).text


def test_it_depends_is_told_with_the_condition():
    condition = {"ru": "если bias=False", "en": "if bias=False"}
    told = reveal.text(closed(experiment=EXPERIMENT), measured(dead=found("dead", "depends", condition))).text

    assert "Зависит: <no> — если bias=False" in told


@pytest.mark.parametrize(("language", "word"), [("ru", "Итоги опроса"), ("en", "The outcome")])
def test_an_opinion_poll_has_an_outcome_and_no_right_answer(language, word):
    poll = closed(language)
    opinion = poll.poll.model_copy(update={"kind": "opinion", "options": (Option(text="x"), Option(text="y"))})
    told = reveal.text(poll._replace(poll=opinion), None).text

    assert told.startswith(f"📊 {word}")


def test_the_drawing_of_equal_tallies_has_equal_keys():
    assert reveal.drawing(closed(), measured=True).key == reveal.drawing(closed(), measured=True).key
    assert reveal.drawing(closed(), measured=True).key != reveal.drawing(closed("en"), measured=True).key


async def test_a_reveal_that_began_as_text_goes_on_as_text_though_its_picture_comes_between_two_parts(stage):
    sentences = [f"Sentence {number} of the explanation, which is long enough." for number in range(120)]
    long = "\n\n".join(" ".join(sentences[at : at + 10]) for at in range(0, 120, 10))
    stage.per_chat = 1  # a minute
    stage.restart()
    await stage.publish(asked(poll().model_copy(update={"explanation": long})))
    await stage.tick()
    await stage.tick(hours=1)
    await stage.tick(seconds=reveal.PATIENCE_S + reveal.DRAWING_S + 1)  # no worker: it goes out as text
    parts = len(stage.messages()) - 1
    stage.compute("draw", png())
    for _ in range(8):
        await stage.tick(seconds=60)

    said = " ".join(message["text"] for message in stage.messages() if "text" in message)
    assert stage.status().state == "done"
    assert parts == 1
    assert [said.count(sentence) for sentence in sentences] == [1] * 120
    assert not [message for message in stage.messages() if "photo" in message]
