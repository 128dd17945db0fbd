"""Reads a figure as its printer would: what is clipped, what is too small, what stands on top of what."""

from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

SMALLEST = 14
TOUCH = 0.01  # inches by which two boxes may meet: glyphs do not fill their boxes


def faults(figure: Figure) -> list[str]:
    """One line for each fault; an empty list is a picture fit to be sent."""
    figure.draw_without_rendering()
    inch = figure.dpi
    boxes = [(text, _box(text, inch)) for text in figure.findobj(Text) if _seen(text)]
    width, height = figure.get_size_inches()
    return [
        *(
            f"{text.get_text()!r} is {text.get_fontsize()} points"
            for text, _ in boxes
            if text.get_fontsize() < SMALLEST
        ),
        *(f"{text.get_text()!r} is cut off" for text, box in boxes if not _inside(box, width, height)),
        *(
            f"{one.get_text()!r} and {two.get_text()!r} overlap"
            for (one, here), (two, there) in combinations(boxes, 2)
            if here.overlaps(there)
        ),
    ]


def _seen(text: Text) -> bool:
    return bool(text.get_visible() and text.get_text().strip())


def _box(text: Text, inch: float) -> Bbox:
    return Bbox(text.get_window_extent().get_points() / inch).padded(-TOUCH)


def _inside(box: Bbox, width: float, height: float) -> bool:
    return bool(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height)
