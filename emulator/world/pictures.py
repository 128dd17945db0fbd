"""Pictures: decoded as a whole, and made anew in the sizes that Telegram keeps."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

LONGEST = (90, 320, 800, 1280)  # pixels of the longest side
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
QUALITY = 87
GREY = (120, 120, 120)


@dataclass(frozen=True)
class Size:
    width: int
    height: int
    content: bytes


@dataclass(frozen=True)
class Picture:
    """The first picture of a file, upright; `seconds` is how long a moving one lasts."""

    image: Image.Image
    kind: str
    seconds: int = 0

    @property
    def width(self) -> int:
        return int(self.image.width)

    @property
    def height(self) -> int:
        return int(self.image.height)

    def sizes(self) -> list[Size]:
        """From the smallest to the largest, none larger than the picture itself."""
        longest = max(self.width, self.height)
        wanted = [size for size in LONGEST if size < longest] + [min(longest, LONGEST[-1])]
        large = Picture(self._shrunk(wanted[-1]), self.kind)  # the others are made of it: that is much less to do
        return [Size(*large.shape(size), _jpeg(large._shrunk(size))) for size in dict.fromkeys(wanted)]

    def scaled(self, longest: int) -> Size:
        """As JPEG, its longest side no longer than this; what is clear becomes white."""
        return Size(*self.shape(longest), _jpeg(self._shrunk(longest)))

    def shape(self, longest: int) -> tuple[int, int]:
        share = min(1.0, longest / max(self.width, self.height))
        return max(1, round(self.width * share)), max(1, round(self.height * share))

    def _shrunk(self, longest: int) -> Image.Image:
        from PIL import Image

        small = self.image.resize(self.shape(longest), Image.Resampling.BICUBIC, reducing_gap=2.0)
        return _on_white(small)

    def webp(self) -> bytes:
        written = BytesIO()
        self.image.save(written, "WEBP")
        return written.getvalue()

    def square(self, side: int) -> Size:
        """As a chat's photo: the middle of it, enlarged where it is too small."""
        from PIL import ImageOps

        return Size(side, side, _jpeg(_on_white(ImageOps.fit(self.image, (side, side)))))


def shape_of(content: bytes) -> tuple[int, int] | None:
    """Width and height by the header alone; None where there is no picture of a known kind."""
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            return image.size
    except Exception:  # noqa: BLE001 whatever a decoder stumbles over, it is no picture
        return None


def opened(content: bytes) -> Picture | None:
    """None for what is no picture, or only a part of one."""
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            kind, frames = str(image.format), int(getattr(image, "n_frames", 1))
            image.load()
            seconds = _seconds(image, frames) if kind == "GIF" else 0
            image.seek(0)
            mode = "RGBA" if image.has_transparency_data else "RGB"
            return Picture(ImageOps.exif_transpose(image).convert(mode), kind, seconds)
    except Exception:  # noqa: BLE001 whatever a decoder stumbles over, it is no picture
        return None


def fit(content: bytes, longest: int) -> Size | None:
    """A JPEG that is small enough as it is, any other picture scaled; None for what is none."""
    picture = opened(content)
    if picture and picture.kind == "JPEG" and max(picture.width, picture.height) <= longest:
        return Size(picture.width, picture.height, content)
    return picture.scaled(longest) if picture else None


def grey(width: int, height: int) -> Size:
    """What stands for the first frame of a film: nobody here can decode one."""
    from PIL import Image

    share = min(1.0, 320 / max(width, height, 1))
    shape = max(1, round(width * share)), max(1, round(height * share))
    return Size(*shape, _jpeg(Image.new("RGB", shape, GREY)))


def _seconds(image: Image.Image, frames: int) -> int:
    total = 0.0
    for number in range(min(frames, 1000)):
        image.seek(number)
        total += float(image.info.get("duration", 0))
    return round(total / 1000)


def _on_white(image: Image.Image) -> Image.Image:
    from PIL import Image

    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _jpeg(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
