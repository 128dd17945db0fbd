"""What each experiment finds, at full size."""

import math

import pytest
from torch.nn.functional import cross_entropy

from experiments.topics import heads, zero_init
from experiments.topics.zero_init.words import CELLS
from tests.experiments.conftest import measured


def supported(measurement) -> dict[str, str]:
    return {finding.option: finding.supported for finding in measurement.findings}


def dead(measurement) -> set[str]:
    return {cell for cell, found in measurement.data["grid"].items() if found["outcome"] == "dead"}


def cells(*activations, biases=("zero", "none")) -> set[str]:
    return {f"{activation}/{bias}" for activation in activations for bias in biases}


def test_only_the_logsoftmax_heads_are_right(heads_measured):
    assert supported(heads_measured) == {
        "softmax+nll": "no",
        "logsoftmax+nll": "yes",
        "softmax+ce": "no",
        "logsoftmax+ce": "yes",
    }


def test_the_wrong_heads_do_train_and_end_lower_in_their_median_seed(heads_measured):
    middle = {finding.option: finding.number for finding in heads_measured.findings}

    assert middle["logsoftmax+nll"] == middle["logsoftmax+ce"] > 95
    assert 50 < middle["softmax+nll"] < 90
    assert 50 < middle["softmax+ce"] < 90


def test_a_wrong_head_is_never_said_not_to_train(heads_measured):
    told = {finding.option: finding.condition for finding in heads_measured.findings}

    assert told["softmax+ce"]["ru"].startswith("учится, но не тому")
    assert told["softmax+nll"]["en"].startswith("trains, but on the wrong objective")


def test_a_confident_mistake_has_the_gradient_that_algebra_says():
    # The true class has p = 1 / (e^10 + 9): cross-entropy has p - onehot, about sqrt(2), and -p has p * sqrt(2).
    assert heads.confident_mistake(heads.HEADS["logsoftmax+ce"]) == pytest.approx(math.sqrt(2), abs=0.01)
    assert heads.confident_mistake(heads.HEADS["softmax+nll"]) == pytest.approx(6.4e-5, rel=0.02)


def test_a_loss_that_differs_only_where_confidently_wrong_is_found_out():
    def clipped(z, y):
        return cross_entropy(z, y, reduction="none").clamp(max=8)

    assert heads.objective_gap(clipped) > heads.TOLERANCE


def test_a_loss_with_the_right_value_and_no_gradient_is_found_out():
    def detached(z, y):
        return cross_entropy(z, y, reduction="none").detach() + 0 * z.sum(-1)

    assert heads.objective_gap(detached) > heads.TOLERANCE


def test_one_zero_matrix_learns_with_tanh_and_no_bias(one_zero):
    assert supported(one_zero) == {"learns": "yes", "dead": "no"}
    assert one_zero.findings[0].number > 90
    assert dead(one_zero) == cells("relu")


def test_two_zero_matrices_are_dead_with_tanh_and_no_bias(two_zeros):
    assert supported(two_zeros) == {"learns": "no", "dead": "yes"}
    assert two_zeros.findings[0].spread[1] < 15
    assert two_zeros.findings[1].number == 0
    assert dead(two_zeros) == cells("relu", "tanh", "identity")


def test_with_a_default_bias_two_zero_matrices_are_not_dead(two_zeros):
    outcome = {cell: found["outcome"] for cell, found in two_zeros.data["grid"].items()}

    assert outcome["tanh/default"] in ("learns", "slow")
    assert outcome["relu/default"] in ("learns", "slow")


@pytest.mark.parametrize(
    ("zeroed", "expected"),
    [
        ((1,), cells("relu")),
        ((3,), set()),
        ((2, 3), cells("relu", "tanh", "identity")),
        ((1, 3), cells("relu", "tanh", "identity")),
    ],
)
def test_what_is_dead_is_dead_from_the_first_steps(zeroed, expected):
    found = measured("zero_init", 2, zeroed=zeroed, epochs=1)

    assert dead(found) == expected


def test_what_has_not_learnt_in_one_epoch_depends_and_is_not_dead():
    found = measured("zero_init", 1, zeroed=(1, 2), bias="default", epochs=1)

    assert supported(found) == {"learns": "depends", "dead": "depends"}
    assert found.findings[1].number > 0


def test_the_condition_names_what_decides(one_zero, two_zeros):
    assert one_zero.findings[0].condition == {
        "ru": "W₂ = 0: мертва при ReLU (нулевой bias или без него); в остальных случаях учится",
        "en": "W₂ = 0: dead with ReLU (zero bias or none); otherwise learns",
    }
    assert (
        two_zeros.findings[0]
        .condition["ru"]
        .startswith("W₁ = W₂ = 0: мертвы при любой активации (нулевой bias или без него)")
    )


def test_the_optimisers_must_agree():
    assert zero_init.outcome([{"accuracy": [97, 97], "largest": [1, 1]}] * 4) == "learns"
    assert zero_init.outcome([{"accuracy": [97, 50], "largest": [1, 1]}] * 4) == "slow"


def test_one_gradient_that_is_not_zero_is_life():
    dead = [{"accuracy": [10, 10], "largest": [0, 0]}] * 3

    assert zero_init.outcome([*dead, {"accuracy": [10, 10], "largest": [0, 0]}]) == "dead"
    assert zero_init.outcome([*dead, {"accuracy": [10, 10], "largest": [0, 1e-30]}]) == "slow"


def test_measurements_come_back_from_json_as_they_were(heads_measured, two_zeros):
    for found in (heads_measured, two_zeros):
        assert type(found).model_validate_json(found.model_dump_json()) == found


def test_every_cell_of_the_neighbours_is_measured(one_zero):
    assert set(one_zero.data["grid"]) == {"/".join(cell) for cell in CELLS}


def test_the_settings_name_optimiser_seeds_and_data(heads_measured, one_zero):
    assert (
        heads_measured.settings["ru"]
        == "SGD 0,1, момент 0,9 · 16\N{NO-BREAK SPACE}сидов · 30\N{NO-BREAK SPACE}эпох · digits 8×8"
    )
    assert one_zero.settings["en"].startswith("W₂ = 0, tanh, no bias · SGD 0.1, momentum 0.9 and Adam 0.001 · 16")
