"""A picture beside the thread: its file is found, read once, decoded whole; what Telegram would not show is told."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from PIL import Image, UnidentifiedImageError, WebPImagePlugin

from bot.errors import PictureError
from bot.thread.reader import disk
from bot.thread.worded import worded

# Telegram's limits of a photo: its size, the sum of its sides, how many times one may be the other.
MEGABYTES, SIDES, RATIO = 10, 10_000, 20
KINDS = ("PNG", "JPEG", WebPImagePlugin.WebPImageFile.format)  # named, so that Pillow loads no other reader
WEBP = 8_000_000  # pixels: its decoder takes 16 bytes for each, the others 4
SHOWN = worded("Telegram shows PNG, JPEG and WebP: save it as one of these")
OTHERS = {  # by how the file begins
    "a GIF": rb"GIF8",
    worded("a BMP picture"): rb"BM",
    worded("a TIFF picture"): rb"II\*\0|MM\0\*",
    worded("an AVIF picture"): rb".{4}ftypavi",
    worded("a HEIC picture"): rb".{4}ftyp(hei|hev|mif|msf)",
    "a video": rb".{4}ftyp|\x1aE\xdf\xa3",
    worded("an SVG drawing"): rb"(\xef\xbb\xbf)?\s*<(svg|\?xml|!DOCTYPE svg)",
    "a PDF": rb"%PDF",
    worded("a damaged picture"): rb"\x89PNG|\xff\xd8\xff|RIFF.{4}WEBP",
}


def load(path: str, folder: Path) -> bytes:
    """The content of a picture that can be sent; `path` is as the author wrote it. Raises `PictureError`."""
    pure = PurePosixPath(path)
    if "://" in path or pure.is_absolute() or ".." in pure.parts or "\\" in path:
        mend = worded("save it there and write its name") if "://" in path else worded("move it there")
        raise PictureError(
            worded("{path!r} is not beside the thread, in its folder or below it: {mend}", path=path, mend=mend)
        )
    try:
        content = disk.read_below(folder, _found(path, folder), MEGABYTES << 20)
    except disk.NoFileError:
        raise PictureError(worded("{path!r} is no file that holds a picture", path=path)) from None
    except disk.TooLargeError as error:
        size = worded("{size:.1f} MB", size=error.size / (1 << 20))
        raise PictureError(
            worded(
                "{path!r} has {size}: a picture has at most {megabytes} MB", path=path, size=size, megabytes=MEGABYTES
            )
        ) from None
    except disk.OutsideError:
        message = worded(
            "{path!r} is a link that leads out of the thread's folder: put the picture itself there", path=path
        )
        raise PictureError(message) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PictureError(worded("cannot read the picture {path!r}: {reason}", path=path, reason=reason)) from error
    if wrong := fault(content):
        raise PictureError(worded("{path!r} {wrong}", path=path, wrong=wrong))
    return content


def _found(path: str, folder: Path) -> Path:
    """The file, in whatever Unicode form the disk keeps its name; case counts here, because it does elsewhere."""
    place = folder
    for part in PurePosixPath(path).parts:
        names = [entry.name for entry in place.iterdir()]
        twins = [name for name in names if _composed(name) == _composed(part)]
        if not twins:
            close = {name.casefold(): name for name in names}
            near = get_close_matches(part.casefold(), close, n=1, cutoff=0.8)
            mend = worded("did you mean {close!r}?", close=close[near[0]]) if near else worded("put it there")
            raise PictureError(worded("there is no file {path!r} beside the thread: {mend}", path=path, mend=mend))
        place /= part if part in twins else twins[0]
    return place


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def fault(content: bytes) -> str:
    """Why Telegram would not show it; empty if it will."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is odd in a picture, and of pixels far above Telegram's limit
            return _fault(content)
    except UnidentifiedImageError:
        kind = next((kind for kind, head in OTHERS.items() if re.match(head, content, re.DOTALL)), worded("no picture"))
        return worded("is {kind}: {shown}", kind=kind, shown=SHOWN)
    except Image.DecompressionBombError:
        return worded("has more pixels than any picture may: its sides are at most {sides:,} together", sides=SIDES)
    except Exception as error:  # noqa: BLE001 damaged bytes raise whatever they hit in Pillow
        return worded("is damaged, or only a part of a picture ({error}): save it anew", error=error)


def _fault(content: bytes) -> str:
    """Kind and size are known before anything is decoded."""
    with Image.open(io.BytesIO(content), formats=KINDS) as image:
        if wrong := _unfit(image):
            return wrong
        image.verify()  # the checksums and the end of a PNG; nothing else can be asked of this image afterwards
    with Image.open(io.BytesIO(content), formats=KINDS) as image:
        if image.format in ("JPEG", "MPO"):
            image.draft("L", (1, 1))  # every byte is read, an eighth of each side kept
        image.load()
    return ""


def _unfit(image: Image.Image) -> str:
    width, height = image.size
    size = worded("has {width} × {height} pixels", width=width, height=height)
    if width + height > SIDES:
        return worded("{size}: its sides are at most {sides:,} together", size=size, sides=SIDES)
    if max(width, height) > RATIO * min(width, height):
        return worded("{size}: a side is at most {ratio} times the other", size=size, ratio=RATIO)
    if image.format == "WEBP" and width * height > WEBP:
        return worded(
            "{size}: a WebP picture has at most {webp:,} here, make it smaller or save it as PNG or JPEG",
            size=size,
            webp=WEBP,
        )
    if image.format != "MPO" and getattr(image, "is_animated", False):  # a phone's JPEG may hold a second view
        return worded("moves: a picture of a post stands still, save one frame of it")
    return ""
