"""
Golden images: each experiment's picture as it was when somebody looked at it, in both languages.

    python -m tests.experiments.pictures.golden [EXPERIMENT …]    measures and draws anew

Look at each picture before you commit it. Beside the pictures stand the measurements that they were drawn from: only
the drawing is compared.
"""

import io
import sys
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from bot.commands import answers
from bot.thread import markdown
from bot.thread.model import Poll, Thread
from experiments import perform
from experiments.measurement import Ballot, Measurement, OptionVotes
from experiments.topic import Context
from tests.outcomes import ROOT, threads

FOLDER = Path(__file__).with_name("golden")
LANGUAGES = ("ru", "en")
WIDTH = 400  # pixels: as on a phone
SHARES = (0.31, 0.44, 0.17, 0.08)


@cache
def asking() -> list[Thread]:
    """What asks about experiments: the published threads, and the quizzes of docs/refuted, in English alone."""
    refuted = sorted((ROOT / "docs" / "refuted").glob("*.md"))
    return [*threads().values(), *map(markdown.read, refuted)]


def ballots() -> dict[str, dict[str, Ballot]]:
    """For each experiment, the first poll that asks about it, with made-up votes, in each language, or the other's."""
    found: dict[str, dict[str, Ballot]] = {}
    for thread in asking():
        for poll in answers.asked(thread):
            found.setdefault(poll.experiment.run, {}).setdefault(thread.language, ballot(poll))
    return {run: dict.fromkeys(LANGUAGES, next(iter(asked.values()))) | asked for run, asked in found.items()}


def polls() -> dict[str, Poll]:
    """For each experiment, the first poll that asks about it."""
    found: dict[str, Poll] = {}
    for thread in asking():
        for poll in answers.asked(thread):
            found.setdefault(poll.experiment.run, poll)
    return found


def ballot(poll: Poll) -> Ballot:
    counts = [round(1000 * share) for share in SHARES[: len(poll.options)]]
    rows = zip(poll.options, counts, poll.experiment.options, strict=True)
    options = tuple(OptionVotes(text=o.text, votes=n, correct=o.correct, key=key) for o, n, key in rows)
    return Ballot(question=poll.question, options=options, voters=sum(counts))


def small(picture: bytes) -> Image.Image:
    """As wide as a phone shows it, in colours enough to compare."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.BOX)
    return image.quantize(256, dither=Image.Dither.NONE)


def difference(one: Image.Image, two: Image.Image) -> float:
    """The largest mean difference of any 10 x 10 pixels, 0 to 255; 255 for pictures of different heights."""
    if one.size != two.size:
        return 255.0
    first, second = (np.asarray(image.convert("RGB"), dtype=float) for image in (one, two))
    gap = np.abs(first - second).mean(axis=2)
    rows, columns = (size // 10 * 10 for size in gap.shape)
    blocks = gap[:rows, :columns].reshape(rows // 10, 10, columns // 10, 10)
    return float(blocks.mean(axis=(1, 3)).max())


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    asked = ballots()
    for name, poll in polls().items():
        if names and name not in names:
            continue
        params = perform.entry(name).params(**poll.experiment.set)
        measurement = perform.measure(name, params, poll.experiment.seeds, Context())
        (FOLDER / f"{name}.json").write_text(measurement.model_dump_json())
        for language in LANGUAGES:
            picture = small(perform.draw(measurement, asked[name][language], language))
            picture.save(FOLDER / f"{name}.{language}.png", optimize=True)
        print(name)


def stored(name: str) -> Measurement:
    return Measurement.model_validate_json((FOLDER / f"{name}.json").read_text())


if __name__ == "__main__":
    main(sys.argv[1:])
