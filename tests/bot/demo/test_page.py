"""The preview as its author sees it, in a real browser, while the file is edited."""

import re
import struct

import pytest
from playwright.async_api import async_playwright, expect

from bot.demo.chromium import NAMES
from tests.emulator.page.test_page import CHROMIUM, QUIET
from tests.patience import PATIENCE_S

HEAD = "---\ntitle: T\nlanguage: en\n---\n"
QUESTION = "Which {n}?\n\n- [x] left\n- [ ] right\n\nBecause.\n\n```poll\nid: q{n}\n```"
POSTS = [QUESTION.replace("{n}", str(n)) if n % 5 == 3 else f"Post {n}. " + "Some words. " * 40 for n in range(20)]
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")


def save(place, posts, head=HEAD):
    """As many editors do: another file is put in its place."""
    draft = place.folder / "t.md~"
    draft.write_text(head + "\n\n---\n".join(posts))
    draft.replace(place.folder / "t.md")


async def test_edit_see_err_mend_see(place):
    save(place, POSTS)
    process = place.start("preview", "t.md", "--port", "0")
    url = re.search(r"http://\S+", process.stdout.readline())[0]
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        page = await browser.new_page(viewport={"width": 400, "height": 860})
        page.set_default_timeout(1000 * PATIENCE_S)
        failures = []
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on("console", lambda line: failures.append(line.text) if line.type == "error" else None)
        await page.goto(url)
        await drawn(page)
        await what_is_wrong_above_the_beginning_is_seen_there(place, page)
        await edit_see_err_mend_see(place, page)
        await looks(page)
        await browser.close()
    process.terminate()

    assert failures == []
    assert process.wait(PATIENCE_S) == 143


async def drawn(page):
    """Every reveal has its picture: from here on nothing moves by itself."""
    await expect(page.locator(".photos img")).to_have_count(4)
    await expect(page.locator("#state .verdict")).to_have_text("fine")


async def what_is_wrong_above_the_beginning_is_seen_there(place, page):
    save(place, POSTS, head=HEAD.replace("title", "Title"))
    note = page.locator(".note.error")
    await expect(note.locator("header")).to_have_text("Front matter")
    await expect(note.locator("header")).to_be_in_viewport()

    save(place, POSTS)
    await expect(note).to_have_count(0)
    await expect(page.locator(".bubble", has_text="Post 0.")).to_be_in_viewport()


async def edit_see_err_mend_see(place, page):
    reading = page.locator(".bubble", has_text="Post 10.")
    await page.evaluate("document.querySelectorAll('.row').forEach((row) => { row.wasThere = true; })")
    await reading.evaluate("node => node.scrollIntoView({block: 'center'})")
    top = (await reading.bounding_box())["y"]

    edited = ["Another at the top. " * 40, *POSTS[:11], "Post 11, edited.", *POSTS[12:]]
    save(place, edited)
    await expect(page.locator(".bubble", has_text="Post 11, edited.")).to_be_in_viewport()
    assert abs((await reading.bounding_box())["y"] - top) < 2
    assert await page.evaluate("[...document.querySelectorAll('.row')].filter((row) => !row.wasThere).length") == 2

    save(place, [*edited[:12], QUESTION.replace("left", "").replace("{n}", "11"), *edited[13:]])
    note = page.locator(".note.error")
    await expect(note.locator("header")).to_have_text("Post 13 cannot be read")
    await expect(note).to_be_in_viewport()
    await expect(note.locator(".place")).to_have_text(re.compile(r"^\d+:\d+$"))
    await expect(note.locator("pre")).to_contain_text("- [x]")
    await expect(page.locator("#state .verdict")).to_have_text("1 error")
    await expect(page.locator(".question")).to_have_count(4)
    assert abs((await reading.bounding_box())["y"] - top) < 2

    save(place, edited, head=HEAD.replace("en", "ru"))
    await expect(page.locator(".bubble", has_text="Post 11, edited.")).to_be_in_viewport()
    await expect(page.locator(".note")).to_have_count(0)
    await expect(page.locator("#state .verdict")).to_have_text("всё в порядке")
    await expect(page.locator(".kind").first).to_have_text("Анонимный опрос")
    await expect(page.locator("html")).to_have_attribute("lang", "ru")


async def looks(page):
    """Dark and light by the system or by hand, as wide as a desktop or as a phone."""
    paper = "getComputedStyle(document.getElementById('state')).backgroundColor"
    light = await page.evaluate(paper)
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate(paper)
    await page.locator("#theme").click()
    assert [light != dark, await page.evaluate(paper) == light] == [True, True]

    await page.set_viewport_size({"width": 1280, "height": 860})
    wide = (await page.locator("main").bounding_box())["width"]
    await page.locator("#width").click()
    assert [wide, (await page.locator("main").bounding_box())["width"]] == [960, 400]


def test_one_long_picture_is_written_whatever_is_wrong_and_that_is_told(place):
    save(place, [*POSTS[:4], "- [ ] a", POSTS[5]])
    done = place.run("preview", "t.md", "--port", "0", "--png", "out.png")
    kind, width, height = struct.unpack(">8s8xII", (place.folder / "out.png").read_bytes()[:24])

    assert (done.returncode, kind) == (1, b"\x89PNG\r\n\x1a\n")
    assert re.match(r"pollbot: t\.md:\d+:\d+: error: ", done.stderr)
    assert width == 800
    assert height > 4000
    assert place.is_left()


def test_a_machine_without_a_browser_is_told_what_is_missing(place):
    said = place.refused("preview", "t.md", "--png", "out.png", env={"PATH": ""})

    assert all(name in said for name in NAMES)
    assert not (place.folder / "out.png").exists()


def test_a_picture_that_cannot_be_written_is_told(place):
    assert "'none/out.png' cannot be written: there is no folder 'none'; make it" in place.refused(
        "preview", "t.md", "--port", "0", "--png", "none/out.png"
    )
