"""
An NHWC buffer goes through x.reshape(N, C, H, W) instead of x.permute(0, 3, 1, 2): what happens?

Image libraries hand over (N, H, W, C), a convolution of PyTorch wants (N, C, H, W). The digits 8×8 are coloured, each
in a hue of its own, packed as NHWC, and brought to NCHW both ways. A small CNN (two convolutions, SGD 0.05 with
momentum 0.9, batches of 64) is trained on either, from the same weights and in the same order of batches.

Rule of the verdict, which no training enters. error: the call raises; same: it returns what permute returns;
scrambled: it returns something else. Supported if so in every seed, not supported if in none. With one channel
reshape and permute are the same. Test accuracy is shown as the consequence: a CNN learns from scrambled pixels, too,
only worse, so a falling loss is no proof of the right layout.

By hand: pollbot experiment nhwc --seeds 8 --votes 25,35,40 --out nhwc.png
"""

from __future__ import annotations

from collections.abc import Callable
from colorsys import hsv_to_rgb
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from experiments import numbers, quantity
from experiments.lazy import F, digits, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures.chart import GREEN, VERDICT, VERMILION, Drawing, Image, Images, Measured
from experiments.quantity import Quantity
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken

if TYPE_CHECKING:
    from torch import Tensor


class NhwcParams(Params):
    """`channels` of an image: 1 is grey, 3 is RGB; an epoch is one pass over 1437 digits in batches of 64."""

    channels: Literal[1, 3] = 3
    epochs: int = Field(default=8, ge=1, le=50)


SIDE = 8
NUMBERS = {
    "misplaced": quantity.percent(phrase("values of an image that are misplaced")),
    "values": Quantity(phrase("values in an image")),
    "stay": Quantity(phrase("values of an image that stay in place")),
    "stay@7x7": Quantity(phrase("the same for an image of 7×7")),
    "stay@299x299": Quantity(phrase("the same for an image of 299×299")),
    "permute.accuracy": quantity.percent(phrase("accuracy of a CNN after permute")),
    "reshape.accuracy": quantity.percent(phrase("accuracy of a CNN after reshape"), missing="where reshape raised"),
}
TOPIC = Topic(params=NhwcParams, options=("error", "scrambled", "same"), numbers=NUMBERS)
SHOWN = 4  # digits in a row of the picture

FINDINGS = {
    "error": phrase("reshape raises an error"),
    "scrambled": phrase("reshape scrambles silently"),
    "same": phrase("one channel, so reshape will do"),
    "mixed": phrase("seeds do not agree"),
}
PANEL = phrase("The same digits, as the network sees them")
NOTE = phrase("with the test accuracy of a CNN, median over seeds")
VIEW = {
    "raises": phrase("view() after permute() raises an error"),
    "passes": phrase("view() after permute() passes here, too"),
}
UNITS = {
    "error": phrase("errors"),
    "scrambled": phrase("misplaced"),
    "same": phrase("pp accuracy"),
}
CONDITION = {
    3: phrase("three channels: of the {values} values of an 8×8 image {stay} stay in place, the first and the last"),
    1: phrase("one channel: the order of values is the same"),
}


def measure(params: NhwcParams, seeds: range, context: Context) -> list[Row]:
    """For each seed: what the calls did, test accuracy in percent after either, and the first digits to look at."""
    return context.each(seeds, lambda seed: _seed(params, seed))


def _seed(params: NhwcParams, seed: int) -> Row:
    data = digits.load()
    images = coloured(torch.cat([data.train_x, data.test_x]), params.channels, seed)  # (1797, 8, 8, c)
    right = permuted(images)
    raised = {"reshape": _raises(lambda: reshaped(images)), "view": _raises(lambda: right.view(len(right), -1))}
    arms = {"permute": right} | ({} if raised["reshape"] else {"reshape": reshaped(images)})
    return {
        "raised": raised,
        "same": all(torch.equal(x, right) for x in arms.values()),
        "accuracy": {name: accuracy(x, params.epochs, seed) for name, x in arms.items()},
        "pixels": {name: _visible(x[:SHOWN]) for name, x in arms.items()},
    }


def permuted(x: Tensor) -> Tensor:
    """(n, h, w, c) -> (n, c, h, w): the axes change places, every value keeps its pixel and its channel."""
    return x.permute(0, 3, 1, 2)


def reshaped(x: Tensor) -> Tensor:
    """(n, h, w, c) -> (n, c, h, w): the values keep their order in memory and are cut anew."""
    n, h, w, c = x.shape
    return x.reshape(n, c, h, w)


def stay(channels: int, side: int = SIDE) -> int:
    """How many values of an image reshape puts where permute does; the one in the middle too, where there is one."""
    places = torch.arange(side * side * channels).view(1, side, side, channels)
    return int((reshaped(places) == permuted(places)).sum())


def misplaced(channels: int) -> float:
    """How many of an image's values, in percent, reshape puts elsewhere than permute does."""
    return 100 * (1 - stay(channels) / (SIDE * SIDE * channels))


def coloured(x: Tensor, channels: int, seed: int) -> Tensor:
    """Grey digits (n, 64), 1 being ink -> (n, 8, 8, channels), 1 being light: each digit in one hue on white."""
    hues = torch.rand(len(x), generator=torch.Generator().manual_seed(seed)).tolist()
    inks = torch.tensor([hsv_to_rgb(hue, 1, 0.8) if channels == 3 else (0.0,) for hue in hues])  # (n, channels)
    return 1 - (1 - inks.view(-1, 1, 1, channels)) * x.view(-1, SIDE, SIDE, 1)


def accuracy(x: Tensor, epochs: int, seed: int) -> float:
    """Train on the first 1437 of (1797, c, 8, 8); the share of right answers on the last 360, in percent."""
    data = digits.load()
    train, test = x.split([len(data.train_x), len(data.test_x)])
    with plain.seeded(seed):
        model = nn.Sequential(
            nn.Conv2d(x.shape[1], 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(),
            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * SIDE * SIDE // 4, digits.CLASSES),
        )  # fmt: skip
    optimiser = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for batch in torch.randperm(len(train), generator=generator).split(64):
            optimiser.zero_grad()
            F.cross_entropy(model(train[batch]), data.train_y[batch]).backward()
            optimiser.step()
    return round(plain.accuracy(model, test, data.test_y), 2)


def _raises(call: Callable[[], object]) -> bool:
    try:
        call()
    except RuntimeError:
        return True
    return False


def _visible(x: Tensor) -> list[Any]:
    """(n, c, 8, 8) as rows of red, green and blue."""
    pixels: list[Any] = x.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).double().round(decimals=2).tolist()
    return pixels


def conclude(params: NhwcParams, rows: list[Row]) -> Outcome:
    """What happened in every seed, and what it cost."""
    found = {happened(row) for row in rows}
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(option, params, rows, found) for option in TOPIC.options),
        data={
            "found": found.pop() if len(found) == 1 else "mixed",
            "view": "raises" if all(row["raised"]["view"] for row in rows) else "passes",
            "accuracy": {name: round(median(row["accuracy"][name] for row in rows), 2) for name in rows[0]["accuracy"]},
            "pixels": rows[0]["pixels"],
        },
        numbers={
            "misplaced": [misplaced(params.channels)],
            "values": [SIDE * SIDE * params.channels],
            "stay": [stay(params.channels)],
            **{f"stay@{side}x{side}": [stay(params.channels, side)] for side in (7, 299)},
            **{
                f"{name}.accuracy": [row["accuracy"][name] for row in rows if name in row["accuracy"]]
                for name in ("permute", "reshape")
            },
        },
    )


def happened(row: Row) -> str:
    """The option that is true of one seed."""
    if row["raised"]["reshape"]:
        return "error"
    return "same" if row["same"] else "scrambled"


def _finding(option: str, params: NhwcParams, rows: list[Row], found: set[str]) -> Finding:
    """Behind `error` stands how many seeds raised, behind `same` what reshape adds to the accuracy."""
    values = {
        "error": [sum(row["raised"]["reshape"] for row in rows)],
        "scrambled": [misplaced(params.channels)],
        "same": [row["accuracy"].get("reshape", 0.0) - row["accuracy"]["permute"] for row in rows],
    }[option]
    return Finding(
        option=option,
        supported="no" if option not in found else "yes" if len(found) == 1 else "depends",
        number=round(median(values), 1),
        spread=(round(min(values), 1), round(max(values), 1)),
        unit=UNITS[option],
        condition={
            language: text.format(values=SIDE * SIDE * params.channels, stay=stay(params.channels))
            for language, text in CONDITION[params.channels].items()
        },
    )


def _settings(params: NhwcParams, seeds: int, language: Language) -> str:
    counts = f"{numbers.counted(seeds, 'seed', language)} · {numbers.counted(params.epochs, 'epoch', language)}"
    what = phrase("coloured digits 8×8")[language] if params.channels == 3 else "digits 8×8"
    return f"CNN, {numbers.sgd(0.05, 0.9, language)} · {counts} · {what}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """The same digits as permute and as reshape hand them to the network."""
    data: dict[str, Any] = measurement.data
    colours = {"permute": GREEN, "reshape": GREEN if data["found"] == "same" else VERMILION}
    shown = [
        Image("" if index else f"{name} {numbers.percent(data['accuracy'][name], 0, language)}", pixels, colours[name])
        for name, images in data["pixels"].items()
        for index, pixels in enumerate(images)
    ]
    return Drawing(
        finding=FINDINGS[data["found"]][language],
        heading=phrase("measured")[language],
        measured={found.option: _measured(found, language) for found in measurement.findings},
        panel=Images(PANEL[language], (NOTE[language], VIEW[data["view"]][language]), shown),
    )


def _measured(found: Finding, language: Language) -> Measured:
    number = numbers.number(found.number, 0, language)
    if found.option == "scrambled":
        number = numbers.percent(found.number, 0, language)
    return Measured(number, VERDICT[found.supported], UNITS[found.option][language])
