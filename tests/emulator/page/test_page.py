"""The page as a person sees it, in a real browser: one for all tests, and a profile of its own for each."""

from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect
from telegram import InputFile, InputMediaPhoto, InputPollOption

from tests.emulator.conftest import controlling, png, speaking
from tests.patience import PATIENCE_S

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
QUIET += ["--no-first-run", "--disable-component-update"]
expect.set_options(timeout=1000 * PATIENCE_S)
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser():
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser):
    profile = await browser.new_context(viewport={"width": 400, "height": 860}, locale="ru-RU")
    made = await profile.new_page()
    made.set_default_timeout(1000 * PATIENCE_S)
    made.failures = []
    made.on("pageerror", lambda error: made.failures.append(str(error)))
    made.on("console", lambda line: made.failures.append(line.text) if line.type == "error" else None)
    yield made
    await profile.close()
    assert made.failures == []


@pytest_asyncio.fixture(loop_scope="module")
async def bot(url):
    async with speaking(url) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def sim(url):
    async with controlling(url) as made:
        yield made


async def test_a_poll_appears_by_itself_and_votes_move_its_bars(page, url, bot, sim):
    chat, users = await sim.chat("channel"), await sim.users(3)
    await page.goto(f"{url}/?chat={chat}")
    await expect(page.locator("#title")).to_have_text("ML")

    poll = (await bot.send_poll(chat, "Which loss?", ["NLL", "CE"], description="Think first")).poll.id
    await expect(page.locator(".question")).to_have_text("Which loss?")
    await expect(page.locator(".about")).to_have_text("Think first")
    await expect(page.locator(".share")).to_have_count(0)

    await page.locator(".option", has_text="CE").click()
    await expect(page.locator(".share")).to_have_text(["0%", "100%"])
    await sim.post("votes", votes=[{"user": user, "poll": poll, "options": [0]} for user in users])
    await expect(page.locator(".share")).to_have_text(["75%", "25%"])
    await expect(page.locator(".foot span")).to_have_text("4 голоса")
    await expect(page.locator(".option").first.locator(".bar i")).to_have_attribute("style", "width: 75%;")

    await page.get_by_text("Отменить голос").click()
    await expect(page.locator(".mark")).to_have_count(2)
    assert (await sim.get("polls"))["votes_cast"] == 3


async def test_several_answers_are_ticked_and_then_sent(page, url, bot, sim):
    chat = await sim.chat()
    poll = (await bot.send_poll(chat, "q", ["a", "b", "c"], allows_multiple_answers=True)).poll.id
    await page.goto(f"{url}/?chat={chat}")

    await page.locator(".option").nth(0).click()
    await page.locator(".option").nth(2).click()
    await page.get_by_text("Голосовать", exact=True).click()

    await expect(page.locator(".option.chosen")).to_have_count(2)
    assert (await sim.get("polls"))["polls"][0]["votes"] == {"1000": [0, 2]}
    assert poll


async def test_right_answers_show_when_a_quiz_closes(page, url, bot, sim):
    chat = await sim.chat()
    quiz = await bot.send_poll(chat, "q", ["a", "b"], type="quiz", correct_option_ids=[1], explanation="because b")
    await page.goto(f"{url}/?chat={chat}")
    await expect(page.locator(".option.right")).to_have_count(0)

    await bot.stop_poll(chat, quiz.message_id)

    await expect(page.locator(".option.right .label")).to_have_text("b")
    await expect(page.locator(".explanation")).to_have_text("because b")
    await expect(page.locator(".kind")).to_have_text("Финальные результаты")


async def test_hidden_results_stay_hidden_from_who_voted(page, url, bot, sim):
    chat = await sim.chat()
    await bot.send_poll(chat, "q", ["a", "b"], hide_results_until_closes=True)
    await page.goto(f"{url}/?chat={chat}")

    await page.locator(".option").first.click()

    await expect(page.locator(".option.chosen .mark")).to_have_count(1)
    await expect(page.locator(".share")).to_have_count(0)
    await expect(page.locator(".foot span")).to_have_text("1 голос · итоги после закрытия")


async def test_a_reply_shows_what_it_answers_and_an_edit_what_it_became(page, url, bot, sim):
    chat = await sim.chat("channel")
    first = await bot.send_message(chat, "the question")
    await page.goto(f"{url}/?chat={chat}")
    answer = await bot.send_photo(chat, png(), caption="the answer", reply_to_message_id=first.message_id)

    await expect(page.locator(".bubble .quote span")).to_have_text("the question")
    await expect(page.locator(".photos img")).to_have_js_property("naturalWidth", 40)
    await answer.edit_caption("a better answer")
    await expect(page.locator(".text").last).to_contain_text("a better answer")
    await first.delete()
    await expect(page.locator(".bubble")).to_have_count(1)


async def test_markup_in_a_text_does_nothing(page, url, bot, sim):
    evil = "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'>"
    chat = await sim.chat("channel")
    await page.goto(f"{url}/?chat={chat}")
    await bot.send_message(chat, evil)
    await bot.send_poll(chat, evil, [evil[:50]], description=evil)
    other = [{"type": "text_link", "offset": 0, "length": 4, "url": "ton://window-hit"}]  # neither web nor Telegram
    await sim.call("sendMessage", chat_id=chat, text="link", entities=other)
    script = [other[0] | {"url": "javascript:window.hit = 1"}]
    refused = await sim.call("sendMessage", chat_id=chat, text="link", entities=script)

    await expect(page.locator(".text").first).to_contain_text(evil)
    await expect(page.locator(".bubble")).to_have_count(3)
    assert await page.locator(".bubble a, .bubble script, .bubble img").count() == 0
    assert await page.evaluate("window.hit") is None
    assert not refused["ok"]


async def test_entities_become_the_looks_they_name(page, url, bot, sim):
    chat = await sim.chat("channel")
    text = "👩‍💻 <b>bold <i>both</i></b>\n<blockquote>said <b>so</b></blockquote>\n<pre>x = 1</pre>"
    await bot.send_message(chat, text, parse_mode="HTML")
    await page.goto(f"{url}/?chat={chat}")

    await expect(page.locator(".text > b")).to_have_text(["bold ", "both"])
    await expect(page.locator(".text > b > i")).to_have_text("both")
    await expect(page.locator("blockquote b")).to_have_text("so")
    await expect(page.locator("pre")).to_have_text("x = 1")


async def test_a_person_writes_replies_and_taps(page, url, bot, sim):
    chat = await sim.chat(bot="administrator")
    keyboard = {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}
    await sim.call("sendMessage", chat_id=chat, text="Продолжать?", reply_markup=keyboard)
    await page.goto(f"{url}/?chat={chat}")

    await page.locator(".row").hover()
    await page.locator(".answer").click()
    await page.locator("#text").fill("почему?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine .quote span")).to_have_text("Продолжать?")
    await page.get_by_role("button", name="Да").click()
    updates = await bot.get_updates(timeout=5)
    query = next(u.callback_query for u in [*updates, *await bot.get_updates(timeout=5)] if u.callback_query)
    await query.answer("Продолжаем")

    await expect(page.locator("#toast")).to_have_text("Продолжаем")
    assert next(u.message.text for u in updates if u.message) == "почему?"


async def test_one_may_vote_as_somebody_else_and_read_another_chat(page, url, bot, sim):
    one, two = await sim.chat(), await sim.chat("channel", username="two")
    await sim.post("users", first_name="Анна")
    await bot.send_poll(one, "q", ["a", "b"], is_anonymous=False)
    await bot.send_message(two, "in the second")
    await page.goto(url)

    await page.locator("#menu").click()
    await page.locator("#me").focus()
    await page.locator("#me").select_option(label="Анна")
    await page.locator(".option").first.click()
    await expect(page.locator(".option.chosen")).to_have_count(1)
    await page.goto(f"{url}/?chat=@two")

    await expect(page.locator(".text")).to_contain_text("in the second")
    assert [u.poll_answer.user.first_name for u in await bot.get_updates() if u.poll_answer] == ["Анна"]


async def test_the_chat_stays_at_the_bottom_unless_one_reads_above(page, url, bot, sim):
    chat = await sim.chat("channel")
    await page.goto(f"{url}/?chat={chat}")
    for number in range(30):
        last = await bot.send_message(chat, f"post {number}")
    await expect(bubble(page, last)).to_be_in_viewport()

    await page.locator("#log").hover()
    await page.mouse.wheel(0, -900)
    await expect(page.locator("#down")).to_be_visible()
    unseen = await bot.send_message(chat, "post 30")
    await expect(page.locator("#unseen")).to_have_text("1")
    await expect(bubble(page, unseen)).not_to_be_in_viewport()
    await page.locator("#down").click()
    await expect(bubble(page, unseen)).to_be_in_viewport()


def bubble(page, message):
    """A message by its id: the time that stands in its bubble may complete any text that one looks for."""
    return page.locator(f'[data-id="{message.message_id}"]')


async def test_a_link_to_a_message_opens_there_and_stays_there(page, url, bot, sim):
    chat = await sim.chat("channel")
    for number in range(40):
        await bot.send_message(chat, f"post {number}")
    await page.goto(f"{url}/?chat={chat}&message=1")

    await expect(page.locator("[data-id='1']")).to_be_in_viewport(ratio=1)
    await bot.send_message(chat, "one more")
    await expect(page.locator("#unseen")).to_have_text("1")
    await expect(page.locator("[data-id='1']")).to_be_in_viewport(ratio=1)
    assert page.url.endswith("&message=1")


async def test_a_poll_shows_its_pictures_and_one_that_is_tapped_grows_without_a_vote(page, url, bot, sim):
    chat = await sim.chat("channel")
    options = [InputPollOption("a", media=InputMediaPhoto("attach://a")), InputPollOption("b")]
    media = {"media": InputMediaPhoto(png(80, 60)), "api_kwargs": {"a": InputFile(png())}}
    await bot.send_poll(chat, "q", options, description="about", **media)
    await page.goto(f"{url}/?chat={chat}")

    await expect(page.locator(".bubble > .photos img")).to_have_js_property("naturalWidth", 80)
    await page.locator(".choice img").click()

    await expect(page.locator("#viewer img")).to_have_js_property("naturalWidth", 40)
    assert (await sim.get("polls"))["votes_cast"] == 0


async def test_the_picture_of_an_explanation_shows_when_the_quiz_is_answered(page, url, bot, sim):
    chat, solution = await sim.chat("channel"), InputMediaPhoto(png())
    await bot.send_poll(chat, "q", ["a", "b"], type="quiz", correct_option_ids=[1], explanation_media=solution)
    await page.goto(f"{url}/?chat={chat}")
    await expect(page.locator(".option")).to_have_count(2)
    await expect(page.locator(".explanation")).to_have_count(0)

    await page.locator(".option").first.click()

    await expect(page.locator(".explanation img")).to_be_visible()


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (("en-US", "", None), "4 subscribers"),
        (("ru-RU", "", None), "4 подписчика"),
        (("fr-FR", "", None), "4 subscribers"),
        (("ru-RU", "", "en"), "4 subscribers"),
        (("en-US", "&lang=ru", "en"), "4 подписчика"),
        (("en-US", "&lang=xx", "ru"), "4 подписчика"),
    ],
)
async def test_the_page_speaks_as_its_address_its_chat_or_its_browser_says(browser, url, sim, wish, said):
    browsers, asked, chats = wish
    chat = await sim.chat("channel", language=chats, members=await sim.users(2))
    profile = await browser.new_context(locale=browsers)
    page = await profile.new_page()

    await page.goto(f"{url}/?chat={chat}{asked}")

    reading, code = ("Вы читаете канал", "ru") if "под" in said else ("You are reading a channel", "en")
    await expect(page.locator("#subtitle")).to_have_text(said)
    await expect(page.locator("#readonly")).to_have_text(reading)
    await expect(page.locator("html")).to_have_attribute("lang", code)
    await profile.close()
