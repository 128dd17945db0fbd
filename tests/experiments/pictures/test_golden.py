"""Pictures look as they did when somebody last looked at them."""

import pytest
from PIL import Image

from experiments import perform
from experiments.catalogue import ENTRIES
from tests.experiments.conftest import figure
from tests.experiments.engines.proof import faults
from tests.experiments.pictures import golden

TOLERANCE = 12.0  # of 255, in any square of 10 x 10 pixels: another rounding of glyphs, not another letter
EACH = pytest.mark.parametrize(("name", "language"), [(name, lang) for name in ENTRIES for lang in golden.LANGUAGES])
BALLOTS = golden.ballots()


@EACH
def test_the_picture_is_as_it_was(name, language):
    drawn = golden.small(perform.draw(golden.stored(name), BALLOTS[name][language], language))
    seen = Image.open(golden.FOLDER / f"{name}.{language}.png")

    assert golden.difference(drawn, seen) < TOLERANCE


@EACH
def test_the_picture_is_fit_to_be_sent(name, language):
    assert faults(figure(golden.stored(name), BALLOTS[name][language], language)) == []


def test_another_number_is_seen():
    measurement, ballot = golden.stored("heads"), BALLOTS["heads"]["ru"]
    first, *rest = measurement.findings
    changed = measurement.model_copy(update={"findings": (first.model_copy(update={"number": 12.0}), *rest)})
    one, two = (golden.small(perform.draw(one, ballot, "ru")) for one in (measurement, changed))

    assert golden.difference(one, two) > 2 * TOLERANCE
