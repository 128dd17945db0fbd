"""`check` takes the picture files that Telegram takes, and says of the others what is wrong with them."""

import os
import unicodedata
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.errors import PictureError, ThreadError
from bot.thread import markdown
from bot.thread.model import Image as Shown
from bot.thread.reader import raster
from emulator.world.pictures import shape_of

POST = "---\ntitle: T\n---\nBefore.\n\n![a]({})\n"
WAYS = [
    ("PNG", {}),
    ("JPEG", {}),
    ("JPEG", {"progressive": True, "exif": b"Exif\0\0" + bytes(900)}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"exif": b"Exif\0\0" + bytes(30)}),
]
OTHERS = {
    "GIF": "a GIF",
    "BMP": "a BMP picture",
    "TIFF": "a TIFF picture",
    "AVIF": "an AVIF picture",
    "PDF": "a PDF",
    "PPM": "no picture",
}
sides = st.integers(1, 90)


def painted(kind: str, size: tuple[int, int] = (30, 20), **options) -> bytes:
    file = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def told(folder: Path, target: str) -> str:
    """What `check` says of a thread with this picture; empty if all is well."""
    try:
        markdown.parse(POST.format(target), "t.md", folder)
    except ThreadError as error:
        return str(error)
    return ""


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(WAYS), st.tuples(sides, sides))
def test_a_whole_picture_within_the_ratio_is_taken_and_the_emulator_sees_its_size(way, size):
    kind, options = way
    content = painted(kind, size, **options)

    assert bool(raster.fault(content)) == (max(size) > 20 * min(size))
    assert shape_of(content) == size


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(WAYS), st.integers(5, 3000))
def test_a_picture_that_ends_too_early_is_told(way, missing):
    """The last few bytes only say that it ends here, and nobody misses them."""
    whole = painted(way[0], (70, 50), **way[1])

    assert raster.fault(whole[:-missing])


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(WAYS), st.integers(0, 10**6), st.binary(min_size=1, max_size=40))
def test_damaged_bytes_are_told_or_taken_but_never_an_error(way, place, noise):
    content = bytearray(painted(way[0], (9, 7), **way[1]))
    start = place % len(content)
    content[start : start + len(noise)] = noise

    assert isinstance(raster.fault(bytes(content)), str)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=60), st.sampled_from([b"", b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_a_few_bytes_are_no_picture_and_never_an_error(rest, head):
    assert raster.fault(head + rest)
    assert isinstance(shape_of(head + rest), tuple | None)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((8000, 2001), "8000 × 2001 pixels: its sides are at most 10,000 together"),
        ((4001, 200), "4001 × 200 pixels: a side is at most 20 times the other"),
        ((200, 4001), "200 × 4001 pixels: a side is at most 20 times the other"),
        ((4000, 200), ""),
        ((2500, 2500), ""),
    ],
)
def test_sides_beyond_telegram_s_limits_are_told(kind, size, words):
    file = BytesIO()
    Image.new("L", size).save(file, kind)
    found = raster.fault(file.getvalue())

    assert words in found
    assert bool(words) == bool(found)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and has no pixel: whoever decodes first would take the room for all."""
    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x10\6\0\0\0"
    return b"\x89PNG\r\n\x1a\n\0\0\0\r" + header + crc32(header).to_bytes(4, "big") + b"\0\0\xff\xffIDAT"


@pytest.mark.parametrize("size", [(10_000, 10_000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_how_many_pixels_a_picture_has_is_told_before_any_is_decoded(size):
    assert "its sides are at most 10,000 together" in raster.fault(bomb(*size))


def test_a_webp_whose_decoder_would_take_too_much_is_told():
    assert "a WebP picture has at most 8,000,000 here" in raster.fault(painted("WEBP", (3000, 3000), lossless=True))


@pytest.mark.parametrize(("kind", "words"), OTHERS.items())
def test_a_picture_of_another_kind_is_named(kind, words):
    assert raster.fault(painted(kind)) == f"is {words}: {raster.SHOWN}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC picture"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "a video"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "an SVG drawing"),
        (b"\x89PNG\r\n\x1a\n", "a damaged picture"),
        (b"", "no picture"),
        (b"<html>404</html>", "no picture"),
    ],
)
def test_what_pillow_does_not_know_is_named_as_well(content, words):
    assert raster.fault(content) == f"is {words}: {raster.SHOWN}"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_told(kind):
    moving = painted(kind, save_all=True, append_images=[Image.new("RGB", (30, 20), "red")], duration=100)

    assert "moves" in raster.fault(moving)


def test_a_second_view_within_a_phone_s_jpeg_does_no_harm():
    assert raster.fault(painted("MPO", save_all=True, append_images=[Image.new("RGB", (30, 20))])) == ""


NAMES = st.text(st.sampled_from("aЯё %é#(ქ漢&+'"), min_size=1, max_size=8).map(lambda n: f"{n.strip()}x.png")


@settings(deadline=None, max_examples=40)
@given(NAMES, st.sampled_from(["NFC", "NFD"]), st.sampled_from(["NFC", "NFD"]), st.booleans())
def test_any_name_is_found_however_it_is_written_and_kept(tmp_path_factory, name, kept, written, encoded):
    folder = tmp_path_factory.mktemp("any")
    (folder / unicodedata.normalize(kept, name)).write_bytes(painted("PNG"))
    spelled = unicodedata.normalize(written, name)
    target = quote(spelled) if encoded else f"<{spelled.replace('%', '%25')}>"

    assert told(folder, target) == ""


def test_a_picture_whose_name_has_spaces_becomes_part_of_its_post(tmp_path):
    name = "Снимок экрана 2026-11-26.png"
    (tmp_path / name).write_bytes(painted("PNG"))

    for target in (f"<{name}>", name.replace(" ", "%20"), quote(name)):
        [post] = markdown.parse(POST.format(target), "t.md", tmp_path).posts
        assert post.pictures == (Shown(path=name),)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("https://example.com/a.png", "is not beside the thread, in its folder or below it: save it there"),
        ("/etc/a.png", "is not beside the thread"),
        ("../a.png", "is not beside the thread"),
        ("below/../a.png", "is not beside the thread"),
        ("%2e%2e/a.png", "is not beside the thread"),
        ("Board.png", "there is no file 'Board.png' beside the thread: did you mean 'board.png'?"),
        ("gone.png", "there is no file 'gone.png' beside the thread: put it there"),
        ("board.png/x.png", "cannot read the picture 'board.png/x.png': Not a directory"),
        ("below", "'below' is no file that holds a picture"),
        ("", "'' is no file that holds a picture"),
        ("out.png", "'out.png' is a link that leads out of the thread's folder"),
        ("outside/a.png", "'outside/a.png' is a link that leads out of the thread's folder"),
        ("loop.png", "cannot read the picture 'loop.png': Too many levels of symbolic links"),
        ("nowhere.png", "cannot read the picture 'nowhere.png': No such file or directory"),
        ("pipe.png", "'pipe.png' is no file that holds a picture"),
        ("large.png", "'large.png' has 10.0 MB: a picture has at most 10 MB"),
        ("in.png", ""),
        ("below/deep.png", ""),
    ],
)
def test_a_picture_that_is_no_file_in_the_thread_s_folder_is_told_with_its_place(tmp_path, target, words):
    folder, outside = tmp_path / "thread", tmp_path / "outside"
    for made in (folder / "below", outside):
        made.mkdir(parents=True)
    for file in (outside / "a.png", folder / "board.png", folder / "below/deep.png"):
        file.write_bytes(painted("PNG"))
    for name, to in {
        "out.png": "../outside/a.png",
        "outside": outside,
        "loop.png": "loop.png",
        "in.png": "board.png",
        "nowhere.png": "x",
    }.items():
        (folder / name).symlink_to(to)
    os.mkfifo(folder / "pipe.png")
    (folder / "large.png").write_bytes(bytes((10 << 20) + 1))
    found = told(folder, target)

    assert words in found
    assert found.startswith("t.md:6:") if words else not found


@pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
def test_a_picture_that_may_not_be_read_is_told(tmp_path):
    (tmp_path / "a.png").touch(0)

    assert "cannot read the picture 'a.png': Permission denied" in told(tmp_path, "a.png")


def test_what_was_checked_is_what_is_returned(tmp_path):
    (tmp_path / "a.png").write_bytes(painted("PNG"))

    assert raster.load("a.png", tmp_path) == painted("PNG")
    (tmp_path / "a.png").write_bytes(painted("GIF"))
    with pytest.raises(PictureError, match=r"'a\.png' is a GIF"):
        raster.load("a.png", tmp_path)
