"""The batched program against the plain one: nn.Module, torch.optim, one model after another."""

import pytest
import torch
from torch import nn

from experiments.digits import Digits, load
from experiments.ensemble import ACTIVATIONS, BATCH, Arm, Ensemble, Recipe, batch_orders, initial, train
from experiments.experiment import Run
from experiments.topics.heads import HEADS

SEEDS, EPOCHS = 2, 3
ARMS = [
    Arm(lr=0.1),
    Arm(lr=0.01, activation="tanh", bias="none", zeroed=(2,)),
    Arm(lr=0.05, activation="identity", bias="zero", zeroed=(1, 3)),
    *(Arm(loss=loss, lr=0.02) for loss in HEADS.values()),
]


@pytest.fixture(scope="module")
def few() -> Digits:
    """Five batches and a rest, so that an epoch is short and its last samples are left out."""
    digits = load()
    return Digits(digits.train_x[:350], digits.train_y[:350], digits.test_x, digits.test_y)


def plain_model(arm: Arm, seed: int) -> list[nn.Linear]:
    weights, biases = initial(range(SEEDS))
    layers = []
    for index, (w, b) in enumerate(zip(weights, biases, strict=True), start=1):
        layer = nn.Linear(w.shape[1], w.shape[2], bias=arm.bias != "none")
        layer.weight.data = torch.zeros_like(w[seed].T) if index in arm.zeroed else w[seed].T.clone()
        if arm.bias != "none":
            layer.bias.data = b[seed, 0].clone() if arm.bias == "default" else torch.zeros_like(b[seed, 0])
        layers.append(layer)
    return layers


def plain_training(arm: Arm, seed: int, data: Digits, optimiser: str) -> list[nn.Linear]:
    layers = plain_model(arm, seed)
    parameters = [p for layer in layers for p in layer.parameters()]
    sgd = torch.optim.SGD(parameters, lr=arm.lr, momentum=0.9)
    stepper = sgd if optimiser == "sgd" else torch.optim.Adam(parameters, lr=arm.lr)
    act = ACTIVATIONS[arm.activation]
    for order in batch_orders(range(SEEDS), len(data.train_y), EPOCHS)[:, seed]:
        for batch in order[: len(order) // BATCH * BATCH].split(BATCH):
            x = layers[2](act(layers[1](act(layers[0](data.train_x[batch])))))
            stepper.zero_grad()
            arm.loss(x, data.train_y[batch]).mean().backward()
            stepper.step()
    return layers


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_the_ensemble_trains_every_model_as_torch_does_alone(few, optimiser):
    ensemble = Ensemble(ARMS, range(SEEDS))
    train(ensemble, few, Recipe(optimiser, EPOCHS), Run())

    for index, arm in enumerate(ARMS):
        for seed in range(SEEDS):
            for mine, layer in zip(ensemble.weights, plain_training(arm, seed, few, optimiser), strict=True):
                torch.testing.assert_close(
                    mine[index * SEEDS + seed].detach().T, layer.weight.data, atol=2e-5, rtol=1e-4
                )


def test_the_norms_are_those_of_the_gradients_before_the_step(few):
    history = train(Ensemble(ARMS[:1], range(SEEDS)), few, Recipe("sgd", 1), Run(), watch_gradients=True)
    layers = plain_model(ARMS[0], 0)
    batch = batch_orders(range(SEEDS), 350, 1)[0, 0, :BATCH]
    logits = layers[2](layers[1](layers[0](few.train_x[batch]).relu()).relu())
    nn.functional.cross_entropy(logits, few.train_y[batch]).backward()

    assert history.gradients.shape == (1, SEEDS, 5, 3)
    torch.testing.assert_close(history.gradients[0, 0, 0], torch.stack([layer.weight.grad.norm() for layer in layers]))


def test_arms_share_their_seeds_start_and_batches(few):
    history = train(Ensemble([Arm(), Arm()], range(SEEDS)), few, Recipe("sgd", 2), Run())

    assert torch.equal(history.accuracy[0], history.accuracy[1])
    assert not torch.equal(history.accuracy[0, 0], history.accuracy[0, 1])


def test_the_same_training_twice_gives_the_same_numbers(few):
    first, second = (train(Ensemble(ARMS, range(SEEDS)), few, Recipe("adam", 2), Run()).accuracy for _ in range(2))

    assert torch.equal(first, second)


def test_a_seed_does_not_depend_on_how_many_there_are():
    assert torch.equal(initial(range(5))[0][1][3:], initial(range(3, 5))[0][1])
    assert torch.equal(batch_orders(range(5), 100, 2)[:, 3:], batch_orders(range(3, 5), 100, 2))


def test_a_bias_that_is_not_there_stays_away(few):
    ensemble = Ensemble([Arm(bias="none"), Arm(bias="zero")], range(SEEDS))
    train(ensemble, few, Recipe("adam", 1), Run())

    assert all((b[:SEEDS] == 0).all() for b in ensemble.biases)
    assert all((b[SEEDS:] != 0).any() for b in ensemble.biases)


def test_progress_is_told_after_each_epoch(few):
    told = []
    train(Ensemble([Arm()], range(1)), few, Recipe("sgd", 2), Run(lambda fraction, note: told.append((fraction, note))))

    assert told == [(0.5, "epoch 1/2"), (1.0, "epoch 2/2")]
