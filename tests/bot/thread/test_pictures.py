"""`check` takes the picture files that Telegram takes, and says of the others what is wrong with them."""

import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.errors import ThreadError
from bot.thread import markdown
from bot.thread.reader import raster
from emulator.world.files import picture_size

POST = "---\ntitle: T\n---\n![a](NAME)\n"
WAYS = [
    ("PNG", {}),
    ("PNG", {"interlace": 1}),
    ("JPEG", {}),
    ("JPEG", {"progressive": True, "exif": b"Exif\0\0" + bytes(900)}),
    ("WebP", {}),
    ("WebP", {"lossless": True}),
    ("WebP", {"exif": b"Exif\0\0" + bytes(30)}),
]
sides = st.integers(1, 90)


def painted(kind: str, size: tuple[int, int], **options) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "red").save(file, kind, **options)
    return file.getvalue()


def headers(width: int, height: int) -> dict[str, bytes]:
    """What says the size, in each kind; nothing follows."""
    both = (width - 1) | (height - 1) << 14
    return {
        "a.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height),
        "a.jpg": b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x11\x08" + struct.pack(">HH", height, width),
        "lossy.webp": b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height),
        "lossless.webp": b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", both),
        "extended.webp": b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0" + b"".join(
            (side - 1).to_bytes(3, "little") for side in (width, height)
        ),
    }  # fmt: skip


def problem(folder, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    try:
        markdown.parse(POST.replace("NAME", name), "t.md", folder)
    except ThreadError as error:
        return str(error)
    return ""


@settings(deadline=None)
@given(st.sampled_from(WAYS), st.tuples(sides, sides))
def test_kind_and_size_are_those_of_the_picture(way, size):
    kind, options = way
    content = painted(kind, size, **options)

    assert raster.look(content) == (kind, *size)
    assert picture_size(content) == size


@settings(deadline=None)
@given(st.sampled_from(WAYS), st.integers(0, 60))
def test_what_ends_too_early_is_no_picture_but_never_an_error(way, length):
    kind, options = way
    whole = painted(kind, (7, 5), **options)

    assert raster.look(whole[:length]) in (None, (kind, 7, 5))
    assert picture_size(whole[:length]) in (None, (7, 5))


@settings(deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"", b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_any_bytes_are_looked_at_without_an_error(rest, head):
    content = head + rest
    found = raster.look(content)

    assert picture_size(content) == (found and found[1:]) or content.startswith(b"GIF")


@pytest.mark.parametrize("name", headers(1, 1))
@pytest.mark.parametrize(
    ("width", "height", "words"),
    [
        (8000, 2001, "8000 × 2001 pixels: its sides are at most 10,000 together"),
        (4001, 200, "4001 × 200 pixels: a side is at most 20 times the other"),
        (200, 4001, "200 × 4001 pixels: a side is at most 20 times the other"),
        (8000, 2000, ""),
        (4000, 200, ""),
    ],
)
def test_sides_beyond_telegram_s_limits_are_told(tmp_path, name, width, height, words):
    found = problem(tmp_path, name, headers(width, height)[name])

    assert words in found
    assert bool(words) == bool(found)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.webp", b"RIFF\0\0\0\0WAVEfmt ", "its content is no WebP picture, or a damaged one"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "its content is no PNG picture, or a damaged one"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\5", "its content is no PNG picture, or a damaged one"),
        ("a.jpg", headers(5, 5)["a.png"], "its content is a PNG picture: rename it"),
    ],
)
def test_what_is_no_picture_of_its_name_is_told(tmp_path, name, content, words):
    assert f"{name!r} is not what its name says: {words}" in problem(tmp_path, name, content)
