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

# Telegram's limits of a photo: its size, the sum of its sides, how many times one may be the other.
MEGABYTES, SIDES, RATIO = 10, 10_000, 20
KINDS = ("PNG", "JPEG", WebPImagePlugin.WebPImageFile.format)  # named, so that Pillow loads no other reader
WEBP = 8_000_000  # pixels: its decoder takes 16 bytes for each, the others 4
SHOWN = "Telegram shows PNG, JPEG and WebP: save it as one of these"
OTHERS = {  # by how the file begins
    "a GIF": rb"GIF8",
    "a BMP picture": rb"BM",
    "a TIFF picture": rb"II\*\0|MM\0\*",
    "an AVIF picture": rb".{4}ftypavi",
    "a HEIC picture": rb".{4}ftyp(hei|hev|mif|msf)",
    "a video": rb".{4}ftyp|\x1aE\xdf\xa3",
    "an SVG drawing": rb"(\xef\xbb\xbf)?\s*<(svg|\?xml|!DOCTYPE svg)",
    "a PDF": rb"%PDF",
    "a damaged picture": rb"\x89PNG|\xff\xd8\xff|RIFF.{4}WEBP",
}


def load(path: str, folder: Path) -> bytes:
    """The content of a picture that can be sent; `path` is as the author wrote it. Raises `PictureError`."""
    pure = PurePosixPath(path)
    if "://" in path or pure.is_absolute() or ".." in pure.parts or "\\" in path:
        mend = "save it there and write its name" if "://" in path else "move it there"
        raise PictureError(f"{path!r} is not beside the thread, in its folder or below it: {mend}")
    try:
        content = disk.read_below(folder, _found(path, folder), MEGABYTES << 20)
    except disk.NoFileError:
        raise PictureError(f"{path!r} is no file that holds a picture") from None
    except disk.TooLargeError as error:
        size = f"{error.size / (1 << 20):.1f} MB"
        raise PictureError(f"{path!r} has {size}: a picture has at most {MEGABYTES} MB") from None
    except disk.OutsideError:
        message = f"{path!r} is a link that leads out of the thread's folder: put the picture itself there"
        raise PictureError(message) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PictureError(f"cannot read the picture {path!r}: {reason}") from error
    if wrong := fault(content):
        raise PictureError(f"{path!r} {wrong}")
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
            mend = f"did you mean {close[near[0]]!r}?" if near else "put it there"
            raise PictureError(f"there is no file {path!r} beside the thread: {mend}")
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
        kind = next((kind for kind, head in OTHERS.items() if re.match(head, content, re.DOTALL)), "no picture")
        return f"is {kind}: {SHOWN}"
    except Image.DecompressionBombError:
        return f"has more pixels than any picture may: its sides are at most {SIDES:,} together"
    except Exception as error:  # noqa: BLE001 damaged bytes raise whatever they hit in Pillow
        return f"is damaged, or only a part of a picture ({error}): save it anew"


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
    size = f"has {width} × {height} pixels"
    if width + height > SIDES:
        return f"{size}: its sides are at most {SIDES:,} together"
    if max(width, height) > RATIO * min(width, height):
        return f"{size}: a side is at most {RATIO} times the other"
    if image.format == "WEBP" and width * height > WEBP:
        return f"{size}: a WebP picture has at most {WEBP:,} here, make it smaller or save it as PNG or JPEG"
    if image.format != "MPO" and getattr(image, "is_animated", False):  # a phone's JPEG may hold a second view
        return "moves: a picture of a post stands still, save one frame of it"
    return ""
