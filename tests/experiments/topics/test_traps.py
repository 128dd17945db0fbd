"""The traps of threads/pytorch-traps.md: what each experiment finds, and what would be a find of another kind."""

import math
from functools import cache

import pytest
import torch

from bot.commands import answers
from experiments import perform
from experiments.measurement import Ballot, Measurement, OptionVotes
from experiments.topic import Context
from experiments.topics import (
    bce_cliff,
    bf16_updates,
    clip_nan,
    data_mul,
    decay_groups,
    eval_mode,
    frozen_layer,
    leaf,
    loss_scale,
    smoothing_floor,
    step_order,
    workers,
)
from tests.experiments.conftest import figure, measured
from tests.experiments.engines.proof import faults
from tests.outcomes import ROOT, threads

FILES = [ROOT / "threads" / "pytorch-traps.md", ROOT / "threads" / "en" / "pytorch-traps.md"]
POLLS = {poll.id: poll for poll in answers.asked(threads()[FILES[0]])}
SMALL = {  # what is quick enough to be measured again: two seeds, alone and beside another
    "clip_nan": {}, "frozen_layer": {}, "ignored_batch": {}, "bce_cliff": {}, "eval_mode": {}, "data_mul": {},
    "leaf": {}, "decay_groups": {}, "loss_scale": {"epochs": 1}, "bf16_updates": {"epochs": 1},
    "smoothing_floor": {"epochs": 1}, "step_order": {"epochs": 1},
}  # fmt: skip


def verdicts(found) -> dict[str, str]:
    return {finding.option: finding.supported for finding in found.findings}


def asked(poll) -> Measurement:
    return _asked(poll.id)


@cache
def _asked(name) -> Measurement:
    experiment = POLLS[name].experiment
    return measured(experiment.run, experiment.seeds, **experiment.set)


@pytest.mark.parametrize("name", POLLS)
def test_what_is_measured_is_what_the_thread_says_and_comes_back_from_json(name):
    poll = POLLS[name]
    found = asked(poll)
    keyed = dict(zip(poll.experiment.options, poll.options, strict=True))

    assert {key: verdicts(found)[key] for key in keyed} == {
        key: "yes" if option.correct else "no" for key, option in keyed.items()
    }
    assert Measurement.model_validate_json(found.model_dump_json()) == found


def test_both_languages_ask_the_same():
    russian, english = (answers.asked(threads()[file]) for file in FILES)

    keys = [[poll.experiment.model_copy(update={"confirmed": {}}) for poll in polls] for polls in (russian, english)]
    assert keys[0] == keys[1]
    assert [[option.correct for option in poll.options] for poll in russian] == [
        [option.correct for option in poll.options] for poll in english
    ]


@pytest.mark.parametrize("name", SMALL)
def test_a_seed_is_measured_alike_alone_and_in_company(name):
    topic = perform.entry(name)
    params = topic.params(**SMALL[name])
    one, two = (topic.module.measure(params, seeds, Context()) for seeds in (range(1, 2), range(2)))

    assert one[0] == two[1]


@pytest.mark.parametrize("name", POLLS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_whatever_was_found_its_picture_is_fit_to_be_sent(name, language):
    """Each option as the only right one, none, and all in doubt."""
    poll = POLLS[name]
    found = asked(poll)
    rows = zip(poll.options, poll.experiment.options, strict=True)
    ballot = Ballot(
        question=poll.question,
        options=tuple(
            OptionVotes(text=o.text, votes=9 - n, correct=n == 0, key=key) for n, (o, key) in enumerate(rows)
        ),
        voters=30,
    )
    for right in (*poll.experiment.options, "", "depends"):
        told = tuple(
            one.model_copy(
                update={"supported": "depends" if right == "depends" else "yes" if one.option == right else "no"}
            )
            for one in found.findings
        )
        assert faults(figure(found.model_copy(update={"findings": told}), ballot, language)) == []


def test_a_nan_spreads_by_the_norm_alone():
    cells = asked(POLLS["clip-nan"]).data["cells"]
    total = asked(POLLS["clip-nan"]).data["total"]

    assert {way: cells[way]["nan"][0] for way in cells} == {"plain": 1, "value": 1, "norm": total}
    assert cells["norm"]["inf"] == [1, 0]  # the others do not move at all


def test_one_seed_of_another_kind_takes_the_verdict_back():
    def row(*counts):
        cells = {way: {poison: [[count, 5] for count in counts] for poison in ("nan", "inf")} for way in clip_nan.WAYS}
        return {"total": 100, "layer": 10, **cells}

    def of(*rows):
        return verdicts(clip_nan.conclude(clip_nan.ClipNanParams(), list(rows)))

    assert of(row(100, 100), row(100, 100))["all"] == "yes"
    assert of(row(100, 100), row(100, 1)) == {"none": "no", "one": "depends", "layer": "no", "all": "depends"}
    assert of(row(10, 10))["layer"] == of(row(0, 0))["none"] == "yes"


def test_a_factor_that_adam_sees_is_told():
    def of(up, one=(0.1, 90.0)):
        row = {name: {"down": [0.1, 90.0], "one": list(one), "up": list(up)} for name in ("adam", "sgd")}
        return verdicts(loss_scale.conclude(loss_scale.LossScaleParams(), [row]))

    assert of((0.1, 91.0))["same"] == "yes"
    assert of((0.2, 90.0))["faster"] == "yes"
    assert of((50.0, 10.0))["fails"] == "yes"
    assert set(of((0.1, 80.0)).values()) == {"no"}


def test_only_what_has_no_gradient_stands_still():
    data = asked(POLLS["frozen-layer"]).data

    assert {name for name, moved in data["zero"].items() if moved} == {"momentum", "adam", "adamw"}
    assert set(data["none"].values()) == {0.0}
    assert verdicts(measured("frozen_layer", 1, optimiser="sgd"))["stands"] == "yes"


def test_an_empty_batch_harms_nothing_but_the_mean():
    found = asked(POLLS["ignored-batch"]).data

    assert found["mean"] == {"loss": "NaN", "gradient": "0", "weights": "finite"}
    assert found["sum"] == found["by_hand"] == {"loss": "0", "gradient": "0", "weights": "finite"}
    assert verdicts(measured("ignored_batch", 1, reduction="sum"))["zero"] == "yes"


@pytest.mark.parametrize(("logit", "outcome"), [(16.0, "one"), (17.0, "zero"), (36.0, "zero")])
def test_the_cliff_of_float32_stands_between_16_and_17(logit, outcome):
    row = bce_cliff.measure(bce_cliff.BceCliffParams(logit=logit), range(1), Context())[0]

    assert bce_cliff._outcome(row["sigmoid"]) == outcome
    assert row["logits"] == pytest.approx(1, abs=1e-6)


def test_float32_loses_next_to_nothing_and_learns():
    found = asked(POLLS["bf16-updates"])
    curves = found.data["curves"]

    assert found.findings[2].number > 90
    assert curves["fp32"]["median"][-1] > curves["bf16"]["median"][-1] + 20


def test_a_share_between_is_some():
    rows = [{name: {"lost": lost, "accuracy": [10.0, 20.0]} for name in ("bf16", "fp32")} for lost in (50.0, 60.0)]
    params = bf16_updates.Bf16UpdatesParams(epochs=1)

    assert verdicts(bf16_updates.conclude(params, rows)) == {"few": "no", "some": "yes", "most": "no"}


def test_eval_stops_modules_and_nothing_else():
    does = asked(POLLS["eval-mode"]).data["does"]

    assert [value > 0 for value in does["module"]] == [True, False, True]
    assert [value > 0 for value in does["functional"]] == [True, True, True]
    assert [value > 0 for value in does["norm"]] == [True, False, True]
    assert eval_mode.ASKED.keys() == set(eval_mode.OPTIONS)


def test_whoever_is_counted_is_told():
    assert asked(POLLS["data-mul"]).data["cells"] == {
        "data": ["same", "wrong"],
        "detach": ["counted", "raised"],
        "no_grad": ["counted", "raised"],
    }


def test_nobody_silent_is_an_answer_of_its_own():
    rows = [{way: [["counted", "raised"]] * 2 for way in data_mul.WAYS}]

    assert verdicts(data_mul.conclude(data_mul.DataMulParams(), rows))["none"] == "yes"


@pytest.mark.parametrize("smoothing", [0.01, 0.1, 0.3])
def test_free_logits_come_to_the_entropy_of_the_target(smoothing):
    assert smoothing_floor.free(smoothing, seed=1) == pytest.approx(smoothing_floor.floor(smoothing), abs=2e-4)


def test_training_stays_above_the_floor_and_near_it():
    lows = asked(POLLS["smoothing-floor"]).findings[2]

    assert 0.5003 < lows.spread[0] <= lows.spread[1] < 0.6
    assert smoothing_floor.floor(0.1) == pytest.approx(-0.91 * math.log(0.91) - 0.09 * math.log(0.01))


def test_leaves_keep_gradients_and_are_what_an_optimiser_takes():
    assert asked(POLLS["leaf"]).data == {
        "times": ["no", "none", "refused"],
        "double": ["no", "none", "refused"],
        "retained": ["no", "gradient", "taken"],
        "after": ["yes", "gradient", "taken"],
        "parameter": ["yes", "gradient", "taken"],
    }
    assert set(leaf.WAYS) == set(asked(POLLS["leaf"]).data)


def test_two_groups_spare_biases_and_gains():
    data = asked(POLLS["decay-groups"]).data

    assert set(data["one"].values()) == {0.1}
    assert data["two"] == {"matrix": 0.1, "embedding": 0.1, "bias": 0.0, "gain": 0.0}
    assert {decay_groups.part(name) for name, _ in decay_groups.network().named_parameters()} == set(decay_groups.PARTS)


def turned(order: str) -> set[str]:
    return {order[n:] + order[:n] for n in range(len(order))}


def test_orders_that_are_one_circle_have_one_verdict_and_there_are_six_circles():
    found = verdicts(asked(POLLS["step-order"]))
    circles = {frozenset(turned(order)) for order in step_order.FOUR}

    assert len(circles) == len(step_order.CIRCLES) == 6
    assert {frozenset(turned(order)) for order in step_order.CIRCLES} == circles
    assert all(len({found[order] for order in circle}) == 1 for circle in circles)
    assert [order for order in step_order.SCHEDULED if found[order] == "yes"] == ["fbslz", "zfbsl", "fzbsl"]


def test_forward_after_step_is_what_saves_backward():
    raised = set(asked(POLLS["step-order"]).data["raised"])

    assert raised == turned("fszb")


def test_workers_that_make_no_difference_are_told():
    def of(ratio):
        row = {"indexing": 1.0, "none": 10.0, "workers": 10.0 * ratio, "persistent": 10.0}
        return verdicts(workers.conclude(workers.WorkersParams(), [row]))

    assert [of(ratio)[name] for ratio, name in ((3, "slower"), (1.1, "same"), (0.5, "faster"))] == ["yes"] * 3


def test_a_worker_of_a_loader_loads_all_data_once():
    epoch = workers._epochs(1, 0, "workers")

    assert epoch() == len(torch.arange(1437))


def test_the_frozen_layer_is_the_first():
    moved = frozen_layer._moved(frozen_layer.FrozenLayerParams(), 0, "adam", "zero")

    assert 1 < moved < 50
