"""The batched program against the plain one: nn.Module, torch.optim, one model after another."""

import pytest
import torch
from torch import nn

from experiments.ensemble.digits import Digits, load
from experiments.ensemble.ensemble import BATCH, Arm, Ensemble, History, Recipe, batch_orders, train
from experiments.ensemble.stacked import ACTIVATIONS, initial
from experiments.topic import Context
from experiments.topics.heads import HEADS

SEEDS, EPOCHS = 2, 3
STEPS = 5  # an epoch of `few`


def halved(steps: int) -> float:
    """StepLR(step_size=2, gamma=0.5)."""
    return 0.5 ** (steps // 2)


ARMS = [
    Arm(lr=0.1),
    Arm(lr=0.01, activation="tanh", bias="none", zeroed=(2,)),
    Arm(lr=0.05, activation="identity", bias="zero", zeroed=(1, 3)),
    *(Arm(loss=loss, lr=0.02) for loss in HEADS.values()),
    Arm(lr=0.05, weight_decay=0.1),
    Arm(lr=0.05, weight_decay=0.1, decay="decoupled"),
    Arm(lr=0.1, schedule=halved),
    Arm(lr=0.1, schedule=halved, schedule_per="batch"),
    Arm(lr=0.01, keep_grad=True),
    Arm(lr=0.01, keep_grad=True, weight_decay=0.01),
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
        layer = nn.Linear(w.shape[2], w.shape[1], bias=arm.bias != "none")
        layer.weight.data = torch.zeros_like(w[seed]) if index in arm.zeroed else w[seed].clone()
        if arm.bias != "none":
            layer.bias.data = b[seed, :, 0].clone() if arm.bias == "default" else torch.zeros_like(b[seed, :, 0])
        layers.append(layer)
    return layers


def torch_optimiser(arm: Arm, parameters: list[nn.Parameter], name: str) -> torch.optim.Optimizer:
    if name == "adam":
        kind = torch.optim.Adam if arm.decay == "l2" else torch.optim.AdamW
        return kind(parameters, lr=arm.lr, weight_decay=arm.weight_decay)
    # torch has no SGD with a decay beside the step: the test shrinks the parameters itself
    return torch.optim.SGD(
        parameters, lr=arm.lr, momentum=0.9, weight_decay=arm.weight_decay if arm.decay == "l2" else 0
    )


def plain_training(arm: Arm, seed: int, data: Digits, optimiser: str) -> dict[str, object]:
    """The usual loop: the layers, and what was seen on the way."""
    layers = plain_model(arm, seed)
    parameters = [p for layer in layers for p in layer.parameters()]
    stepper = torch_optimiser(arm, parameters, optimiser)
    scheduler = torch.optim.lr_scheduler.StepLR(stepper, step_size=2, gamma=0.5 if arm.schedule else 1)
    act = ACTIVATIONS[arm.activation]
    losses, rates = [], []
    for order in batch_orders(range(SEEDS), len(data.train_y), EPOCHS)[:, seed]:
        for batch in order[: len(order) // BATCH * BATCH].split(BATCH):
            x = layers[2](act(layers[1](act(layers[0](data.train_x[batch])))))
            if not arm.keep_grad:
                stepper.zero_grad()
            loss = arm.loss(x, data.train_y[batch]).mean()
            loss.backward()
            losses.append(loss.item())
            if optimiser == "sgd" and arm.decay == "decoupled":
                for p in parameters:
                    p.data.mul_(1 - scheduler.get_last_lr()[0] * arm.weight_decay)
            stepper.step()
            if arm.schedule_per == "batch":
                scheduler.step()
        if arm.schedule_per == "epoch":
            scheduler.step()
        rates.append(scheduler.get_last_lr()[0])
    return {"layers": layers, "losses": torch.tensor(losses).view(EPOCHS, -1).mean(1), "rates": rates}


@pytest.fixture(scope="module", params=["sgd", "adam"])
def both_ways(few, request):
    """The ensemble and its history; for each arm and seed what the usual loop came to."""
    ensemble = Ensemble(ARMS, range(SEEDS))
    history = train(ensemble, few, Recipe(request.param, EPOCHS), Context())
    plain = {(a, s): plain_training(arm, s, few, request.param) for a, arm in enumerate(ARMS) for s in range(SEEDS)}
    return ensemble, history, plain


def close(mine: torch.Tensor, theirs: torch.Tensor) -> None:
    """To float accuracy: where a gradient is nearly 0, Adam makes its rounding as large as a step, 0.1 at most."""
    torch.testing.assert_close(mine, theirs, atol=1e-4, rtol=1e-4)


def test_the_ensemble_trains_every_model_as_torch_does_alone(both_ways):
    ensemble, _, plain = both_ways
    for (arm, seed), one in plain.items():
        for index, layer in enumerate(one["layers"]):
            close(ensemble.weights[index][arm * SEEDS + seed], layer.weight.data)
            if layer.bias is not None:
                close(ensemble.biases[index][arm * SEEDS + seed, :, 0], layer.bias.data)


def test_the_history_tells_what_the_loop_saw(both_ways):
    _, history, plain = both_ways
    for (arm, seed), one in plain.items():
        weights = torch.cat([layer.weight.data.flatten() for layer in one["layers"]])

        close(history.objective[arm, seed], one["losses"])
        close(history.weight_norm[arm, seed, -1], weights.norm())
        assert history.lr[arm].tolist() == pytest.approx(one["rates"])


def test_the_norms_are_those_of_the_gradients_before_the_step(few):
    history = train(Ensemble(ARMS[:1], range(SEEDS)), few, Recipe("sgd", 1), Context(), watch_gradients=True)
    layers = plain_model(ARMS[0], 0)
    batch = batch_orders(range(SEEDS), 350, 1)[0, 0, :BATCH]
    logits = layers[2](layers[1](layers[0](few.train_x[batch]).relu()).relu())
    nn.functional.cross_entropy(logits, few.train_y[batch]).backward()

    assert history.gradients.shape == (1, SEEDS, 5, 3)
    torch.testing.assert_close(history.gradients[0, 0, 0], torch.stack([layer.weight.grad.norm() for layer in layers]))


def test_arms_share_their_seeds_start_and_batches(few):
    history = train(Ensemble([Arm(), Arm()], range(SEEDS)), few, Recipe("sgd", 2), Context())

    assert torch.equal(history.accuracy[0], history.accuracy[1])
    assert not torch.equal(history.accuracy[0, 0], history.accuracy[0, 1])


def test_the_same_training_twice_gives_the_same_numbers(few):
    first, second = (train(Ensemble(ARMS, range(SEEDS)), few, Recipe("adam", 2), Context()).accuracy for _ in range(2))

    assert torch.equal(first, second)


def test_a_seed_does_not_depend_on_how_many_there_are():
    assert torch.equal(initial(range(5))[0][1][3:], initial(range(3, 5))[0][1])
    assert torch.equal(batch_orders(range(5), 100, 2)[:, 3:], batch_orders(range(3, 5), 100, 2))


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
@pytest.mark.parametrize("size", [1, 3, 8])
def test_a_seed_s_numbers_are_the_same_bytes_in_a_chunk_of_any_size(few, size, optimiser):
    def history(seeds: range) -> History:
        return train(Ensemble(ARMS, seeds), few, Recipe(optimiser, 2), Context(), watch_gradients=True)

    whole, part = history(range(16)), history(range(8, 8 + size))

    for name in ("accuracy", "objective", "weight_norm", "gradients"):
        assert torch.equal(getattr(part, name), getattr(whole, name)[:, 8 : 8 + size])


def test_a_loss_may_know_of_one_sample_a_row_only(few):
    def by_rows(z, y):
        return nn.functional.nll_loss(nn.functional.log_softmax(z, dim=-1), y, reduction="none")

    history = train(Ensemble([Arm(), Arm(loss=by_rows)], range(SEEDS)), few, Recipe(epochs=2), Context())

    close(history.objective[0], history.objective[1])


def test_a_bias_that_is_not_there_stays_away(few):
    ensemble = Ensemble([Arm(bias="none"), Arm(bias="zero")], range(SEEDS))
    train(ensemble, few, Recipe("adam", 1), Context())

    assert all((b[:SEEDS] == 0).all() for b in ensemble.biases)
    assert all((b[SEEDS:] != 0).any() for b in ensemble.biases)


def test_progress_is_told_after_each_epoch(few):
    told = []
    train(
        Ensemble([Arm()], range(1)),
        few,
        Recipe("sgd", 2),
        Context(lambda fraction, note: told.append((fraction, note))),
    )

    assert told == [(0.5, "epoch 1/2"), (1.0, "epoch 2/2")]
