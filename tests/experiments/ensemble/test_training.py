"""What training does beside the numbers: what diverges stays alone, a killed training goes on."""

import json
import subprocess
import sys

import pytest
import torch

from experiments import by_hand, device
from experiments.ensemble import checkpoint
from experiments.ensemble.ensemble import Arm, Ensemble, History, Recipe, train
from experiments.topic import Context
from tests.bench import trainer
from tests.experiments.ensemble.test_ensemble import few  # noqa: F401 a fixture
from tests.patience import eventually

SEEDS = range(3, 5)


@pytest.fixture
def trained(few):  # noqa: F811
    def trained(*arms: Arm, run: Context | None = None, epochs: int = 4, optimiser="sgd") -> History:
        return train(
            Ensemble(list(arms), SEEDS), few, Recipe(optimiser, epochs), run or Context(), watch_gradients=True
        )

    return trained


def same(one: History, other: History) -> bool:
    names = ("accuracy", "objective", "weight_norm", "gradients", "lr")
    pairs = [(getattr(one, name), getattr(other, name)) for name in names]
    return all(torch.equal(a.nan_to_num(-1), b.nan_to_num(-1)) for a, b in pairs)


def test_a_model_that_diverges_guesses_one_digit_for_all(trained):
    history = trained(Arm(activation="identity", lr=1e6))

    assert history.objective[0, :, -1].isnan().all()
    assert history.accuracy.isfinite().all()
    assert (history.accuracy[0, :, -1] < 0.15).all()


def test_other_arms_do_not_notice_that_one_diverges(trained):
    alone, beside = trained(Arm()), trained(Arm(), Arm(activation="identity", lr=1e6))

    assert torch.equal(alone.accuracy[0], beside.accuracy[0])
    assert torch.equal(alone.gradients[0], beside.gradients[0])


class KilledError(Exception):
    pass


def dies(fraction: float, _note: str) -> None:
    if fraction == 0.5:
        raise KilledError


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_a_killed_training_goes_on_and_comes_to_the_same_bytes(trained, tmp_path, monkeypatch, optimiser):
    monkeypatch.setattr(checkpoint, "SAVE_S", 0)
    arms = [Arm(lr=0.01, keep_grad=True), Arm(activation="identity", lr=1e6), Arm(lr=0.01, weight_decay=0.1)]
    path, told = tmp_path / "run", []
    with pytest.raises(KilledError):
        trained(*arms, run=Context(dies, path), optimiser=optimiser)
    resumed = trained(*arms, run=Context(lambda fraction, _: told.append(fraction), path), optimiser=optimiser)
    whole = trained(*arms, optimiser=optimiser)

    assert told == [0.75, 1.0]
    assert same(resumed, whole)
    assert not list(tmp_path.iterdir())


def test_a_checkpoint_holds_tensors_and_plain_values_only(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "SAVE_S", 0)
    with pytest.raises(KilledError):
        trained(Arm(), run=Context(dies, tmp_path / "run"))

    assert torch.load(tmp_path / "run", weights_only=True)["training"]["epoch"] == 2


def test_the_checkpoint_of_another_training_is_not_read(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "SAVE_S", 0)
    with pytest.raises(KilledError):
        trained(Arm(lr=0.2), run=Context(dies, tmp_path / "run"))

    assert same(trained(Arm(), run=Context(checkpoint=tmp_path / "run")), trained(Arm()))


def test_a_damaged_checkpoint_is_not_read(trained, tmp_path):
    (tmp_path / "run").write_bytes(b"PK\x03\x04 half a file")

    assert same(trained(Arm(), run=Context(checkpoint=tmp_path / "run")), trained(Arm()))


LONG = """
import sys
from pathlib import Path
from experiments.ensemble import checkpoint, digits, ensemble
from experiments.topic import Context
checkpoint.SAVE_S = 0
models = ensemble.Ensemble([ensemble.Arm()], range(2))
ensemble.train(models, digits.load(), ensemble.Recipe(epochs=3000), Context(checkpoint=Path(sys.argv[1])))
"""


def test_a_checkpoint_is_whole_whenever_its_process_is_killed(tmp_path):
    path = tmp_path / "run"
    process = subprocess.Popen([sys.executable, "-c", LONG, str(path)])
    assert eventually(path.exists)
    for _ in range(15):  # it is saved after each epoch, so again and again while it is read
        assert torch.load(path, weights_only=True)["training"]["epoch"] > 0
    process.kill()
    process.wait()

    assert torch.load(path, weights_only=True)["training"]["epoch"] > 0


def test_a_trace_of_the_profiler_names_epochs_and_operators(tmp_path):
    trace = tmp_path / "trace.json"
    by_hand.run("heads", ["epochs=1"], 2, tmp_path / "heads.png", profile=trace)
    names = {event.get("name") for event in json.loads(trace.read_text())["traceEvents"]}

    assert {"epoch 1", "aten::baddbmm"} <= names


def test_the_ensemble_and_the_usual_loop_agree_within_the_noise_of_seeds():
    seeds, epochs = range(8), 3
    ours, theirs = trainer.ensemble(seeds, epochs), trainer.usual(seeds, epochs)
    for name in ours:
        one, other = (torch.tensor([curve[-1] for curve in curves[name]]) for curves in (ours, theirs))
        noise = ((one.var() + other.var()) / len(seeds)) ** 0.5  # of the difference of two means

        assert abs(one.mean() - other.mean()) < 3 * noise


def test_the_bot_keys_by_what_the_worker_said_and_else_by_the_cpu():
    assert [device.keyed(said) for said in (None, "cpu", "cuda", "tpu")] == ["cpu", "cpu", "cuda", "cpu"]


def test_the_device_is_the_one_that_torch_finds_though_torch_is_not_asked():
    code = "import sys; from experiments import device; print(device.own(), 'torch' in sys.modules)"
    found = subprocess.check_output([sys.executable, "-c", code], text=True).split()

    assert found == ["cuda" if torch.cuda.is_available() else "cpu", "False"]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_a_gpu_comes_to_the_same_but_for_rounding(trained):
    there, here = trained(Arm(), run=Context(device="cuda")), trained(Arm())

    torch.testing.assert_close(there.objective, here.objective, atol=1e-3, rtol=1e-3)
