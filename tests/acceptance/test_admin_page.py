"""An admin on a phone, in a real browser: a file with a mistake, the file mended, four taps, the thread, its card."""

import subprocess
import sys

import httpx
import pytest
from playwright.async_api import async_playwright, expect

from emulator.app import create_app
from emulator.server import serve_in_thread
from emulator.world.world import VIEWER
from tests.emulator.page.test_page import CHROMIUM, QUIET
from tests.patience import PATIENCE_S, eventually
from tests.torture.processes import environment

TOKEN = "4242:AAAdminOnAPhone"
GOOD = """---
title: Сколько голов?
pause: 0s
---

Перед вами **трансформер**.

---

```poll
open: 15s
```

Сколько в нём голов?

- [ ] одна
- [x] восемь

Так в статье.
"""
WRONG = GOOD.replace("open: 15s", "opne: 15s")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")
expect.set_options(timeout=1000 * PATIENCE_S)


@pytest.fixture
def channel(tmp_path):
    """A bot that runs, brought into a channel by its admin, who has written to it; where the page is, and the chat."""
    with (
        serve_in_thread(create_app((TOKEN,))) as url,
        httpx.Client(base_url=f"{url}/sim", verify=False) as sim,
        (tmp_path / "bot.log").open("w") as log,
    ):
        given = {
            "POLLBOT_TOKEN": TOKEN,
            "POLLBOT_API_URL": url,
            "POLLBOT_ADMINS": str(VIEWER.id),
            "POLLBOT_DATABASE_URL": f"sqlite:///{tmp_path / 'pollbot.db'}",
        }
        command = [sys.executable, "-P", "-m", "bot", "run"]
        bot = subprocess.Popen(command, env=environment(**given), cwd=tmp_path, stdout=log, stderr=log)
        try:
            asks = "/calls?method=getUpdates"
            assert eventually(lambda: sim.get(asks).json()["unanswered"]), (tmp_path / "bot.log").read_text()
            sim.post("/chats", json={"type": "private", "user": VIEWER.id}).raise_for_status()
            made = sim.post("/chats", json={"type": "channel", "title": "Про голову"}).raise_for_status()
            yield url, made.json()["chat"]["id"]
        finally:
            bot.terminate()
            bot.wait()
    assert "Traceback" not in (tmp_path / "bot.log").read_text()


async def test_an_admin_on_a_phone_brings_a_thread_from_a_file_to_its_answer(channel, tmp_path):
    url, chat = channel
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        profile = await browser.new_context(viewport={"width": 400, "height": 860}, device_scale_factor=2)
        page = await profile.new_page()
        page.set_default_timeout(1000 * PATIENCE_S)
        last = page.locator("#log [data-id]").last
        card = page.locator("#log [data-id]").filter(has_text="Обновить").last  # news may stand below it

        async def send(content):
            await page.set_input_files("#file", {"name": "головы.md", "mimeType": "text/markdown", "buffer": content})

        async def shoot(name):
            await page.screenshot(path=tmp_path / f"{name}.png")

        await page.goto(f"{url}/?chat={VIEWER.id}")
        await expect(page.locator("#text")).to_be_visible()  # a file that is chosen before has no chat to go to
        await send(WRONG.encode())
        await expect(last).to_contain_text("строка 11, столбец 1: ключа 'opne' нет: имелось в виду 'open'?")
        await shoot("1-mistake")

        await send(GOOD.encode())
        await expect(last).to_contain_text("Сколько голов? — всё в порядке.")
        await shoot("2-fine")
        await last.get_by_text("Запланировать").click()
        await last.get_by_text("Про голову").click()
        await expect(last).to_contain_text("когда? Сейчас")
        await shoot("3-when")
        await page.fill("#text", "сейчас")
        await page.press("#text", "Enter")
        await expect(last).to_contain_text("Запланировать?")
        await shoot("4-sure")
        await last.get_by_text("Да, запланировать").click()
        await expect(card).to_contain_text("Вышло")
        await card.get_by_text("Обновить").click()
        await expect(card).to_contain_text("Сколько в нём голов?")
        await shoot("5-card")

        await page.goto(f"{url}/?chat={chat}")
        await page.locator(".option", has_text="восемь").click()
        await expect(page.locator("#log")).to_contain_text("Правильный ответ")
        await shoot("6-answer")

        await page.goto(f"{url}/?chat={VIEWER.id}")
        await card.get_by_text("Обновить").click()
        await expect(card).to_contain_text("закончен")
        await shoot("7-done")
        await browser.close()
