"""
What does torch.load make of a whole model, with its defaults?

A random MLP (one to four Linear layers of random widths) is saved whole or as its state_dict, then loaded by
torch.load(f) and by torch.load(f, weights_only=False). Since torch 2.6 weights_only=True is the default: of a pickle
it reads tensors and plain containers, and refuses every other class and function. Why, is shown beside it: a pickle
that calls a function as it is loaded. Ours appends to a list; it could as well delete files.

Rule of the verdict, for the parameter `saved`, by what torch.load(f) gives back in every seed: model, an nn.Module with
the same outputs; weights, the same tensors in a dict; refused, UnpicklingError. No training: nothing hangs on an
optimiser. The condition is that no class was allowed before by torch.serialization.add_safe_globals.

By hand: pollbot experiment weights_only --seeds 8 --votes 48,31,21 --out load.png
"""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING, Any, Literal

from experiments import numbers, quantity, spread
from experiments.lazy import nn, plain, torch
from experiments.measurement import Finding, Language, Measurement, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import Cell, Drawing, Table
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor

Saved = Literal["model", "state_dict"]


class WeightsOnlyParams(Params):
    """What was given to torch.save."""

    saved: Saved = "model"


OUTCOMES = ("model", "refused", "weights")
NUMBERS = {
    outcome: quantity.percent(phrase("torch.load without arguments: {told}").of(told=told))
    for outcome, told in (
        ("model", phrase("the model")),
        ("refused", phrase("refused")),
        ("weights", phrase("the weights")),
    )
} | {
    "ran": quantity.percent(phrase("somebody's code ran, without arguments")),
    "ran@False": quantity.percent(phrase("somebody's code ran with weights_only=False")),
}
TOPIC = Topic(params=WeightsOnlyParams, options=OUTCOMES, numbers=NUMBERS)
FILES = ("state_dict", "model", "code")
CALLS: tuple[dict[str, Any], ...] = ({}, {"weights_only": False})
RAN: list[int] = []  # what the pickle with code in it did to us

FINDINGS = {
    ("model", "refused"): phrase("a whole model is refused"),
    ("state_dict", "weights"): phrase("a state_dict loads as ever"),
}
OTHER = phrase("torch.load gave something else")
HEADING = phrase("share of seeds")
PANEL = phrase("What is in the file, and what load gives")
WHY = phrase("to load a pickle is to run the code in it")
COLUMNS = ("load(f)", "weights_only=False")
ROWS = {
    "state_dict": verbatim("state_dict"),
    "model": phrase("a whole model"),
    "code": phrase("somebody's code"),
}
TOLD = {
    "model": phrase("the model"),
    "weights": phrase("the weights"),
    "refused": phrase("refused"),
    "ran": phrase("the code ran"),
    "other": phrase("this and that"),
}
VERDICTS: dict[str, Verdict] = {
    "model": "yes", "weights": "yes", "refused": "depends", "ran": "no", "other": "depends",
}  # fmt: skip


def ran(seed: int) -> None:
    """The function that is called by loading."""
    RAN.append(seed)


class Payload:
    """Its pickle says: call `ran`. A file from a stranger may name any other function."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __reduce__(self) -> tuple[Any, tuple[int]]:
        return ran, (self.seed,)


def measure(params: WeightsOnlyParams, seeds: range, context: Context) -> list[Row]:  # noqa: ARG001 every file is in the picture
    """For each seed and file: what each of the two calls gave back."""
    return context.each(seeds, _seed)


def _seed(seed: int) -> Row:
    model, x = _model(seed)
    saved = {"state_dict": model.state_dict(), "model": model, "code": Payload(seed)}
    return {name: [_loaded(file, model, x, seed, call) for call in CALLS] for name, file in saved.items()}


def _model(seed: int) -> tuple[nn.Module, Tensor]:
    """An MLP of random depth and widths, and inputs (16, features) for it."""
    with plain.seeded(seed):
        widths = torch.randint(2, 33, (2 + int(torch.randint(4, ())),)).tolist()
        return plain.mlp(*widths), torch.randn(16, widths[0])


def _loaded(saved: Any, model: nn.Module, x: Tensor, seed: int, call: dict[str, Any]) -> str:  # noqa: ANN401
    """What torch.load gave back of what torch.save was given; "ran" where it has run code of the file."""
    file = io.BytesIO()
    torch.save(saved, file)
    file.seek(0)
    RAN.clear()
    try:
        loaded = torch.load(file, **call)
    except pickle.UnpicklingError:
        return "refused"
    if seed in RAN:
        return "ran"
    if isinstance(loaded, nn.Module):
        return "model" if torch.equal(loaded(x), model(x)) else "other"
    own = model.state_dict()
    same = loaded.keys() == own.keys() and all(torch.equal(loaded[name], own[name]) for name in own)
    return "weights" if same else "other"


def conclude(params: WeightsOnlyParams, rows: list[Row]) -> Outcome:
    """What the defaults made of the asked file; all files and both calls for the picture."""
    asked = [row[params.saved][0] for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params.saved, len(rows), language)),
        findings=tuple(_finding(name, [100.0 * (found == name) for found in asked]) for name in OUTCOMES),
        data={name: [_agreed([row[name][call] for row in rows]) for call in range(len(CALLS))] for name in FILES},
        numbers={
            **{name: [100.0 * (found == name) for found in asked] for name in OUTCOMES},
            **{
                key: [100.0 * (row["code"][call] == "ran") for row in rows]
                for call, key in enumerate(("ran", "ran@False"))
            },
        },
    )


def _agreed(found: list[str]) -> str:
    return found[0] if len(set(found)) == 1 else "other"


def _finding(name: str, hits: list[float]) -> Finding:
    """One outcome; its number is the share of the seeds in which it was seen."""
    condition = phrase("torch.load(f) without arguments, nothing allowed by add_safe_globals")
    return spread.share(name, hits, spread.always(hits), phrase("% of seeds"), condition)


def _settings(saved: Saved, seeds: int, language: Language) -> str:
    given = "model" if saved == "model" else "model.state_dict()"
    models = phrase("random MLPs")[language]
    return f"torch.save({given}, f) · {models} · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What the defaults gave back; below, three files and two ways of loading them."""
    data: dict[str, Any] = measurement.data
    saved = str(measurement.params["saved"])
    found = next((finding.option for finding in measurement.findings if finding.supported == "yes"), "")
    rows = {
        ROWS[name][language]: [
            Cell(TOLD[told][language], VERDICTS[told], framed=name == saved and call == 0)
            for call, told in enumerate(data[name])
        ]
        for name in FILES
    }
    return Drawing(
        finding=FINDINGS.get((saved, found), OTHER)[language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Table(PANEL[language], (WHY[language],), COLUMNS, rows),
    )
