"""
Where the time of a picture goes, in ms: a drawing as the worker's child does it, each after a rest.

By hand: python -m tests.bench.drawing COUNT < JOB
"""

import itertools
import json
import sys
import time
from collections.abc import Callable
from statistics import median

from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from experiments.perform import perform

PARTS = ("layout", "rasterising", "128 colours", "PNG")
REST_S = 1.0


def marked(call: Callable, marks: list[float]) -> Callable:
    def timed(*args, **kwargs):
        marks.append(time.perf_counter())
        try:
            return call(*args, **kwargs)
        finally:
            marks.append(time.perf_counter())

    return timed


def main() -> None:
    order, marks = json.load(sys.stdin), []
    FigureCanvasAgg.draw, Image.Image.save = (marked(f, marks) for f in (FigureCanvasAgg.draw, Image.Image.save))
    took = []
    for _ in range(int(sys.argv[1]) + 1):
        marks.clear()
        time.sleep(REST_S)
        marks.append(time.perf_counter())
        perform(order, lambda *_: None)
        took.append([(after - before) * 1000 for before, after in itertools.pairwise(marks)])
    columns = zip(*took[1:], strict=True)  # the first one loads fonts
    print(json.dumps(dict(zip(PARTS, map(median, columns), strict=True))))


if __name__ == "__main__":
    main()
