"""The inputs as subscribers get them: sent, and read back from Telegram; ⟨kind⟩ and ⟨/⟩ stand around entities."""

from pathlib import Path

import pytest

from bot.telegram import outgoing
from bot.thread import markdown
from bot.thread.drawn import files
from tests.bot.conftest import Stage

INPUTS = Path(__file__).parents[1] / "thread" / "inputs"
SEEN = {
    "01-short-commands": [
        ("Шаг ⟨code⟩η⟨/⟩, параметры ⟨code⟩φ⟨/⟩, предел ⟨code⟩n → ∞⟨/⟩, отношение ⟨code⟩≤⟨/⟩ и сумма ⟨code⟩∑⟨/⟩,"
        " а ⟨code⟩θ⟨/⟩ — как надо.")
    ],
    "02-braced-index": [
        ("Элемент ⟨code⟩xᵢⱼ⟨/⟩ матрицы ⟨code⟩W⁽¹⁾⟨/⟩, состояние ⟨code⟩hₜ⟨/⟩, размер ⟨code⟩dₖ⟨/⟩, степень ⟨code⟩eˣ⟨/⟩"
        " и ⟨code⟩2¹⁰⟨/⟩.")
    ],
    "04-norm-prose": ["Добавим к лоссу ||w||^2 и ||b||^2.", "Сравните KL(p||q) и KL(q||p)."],
    "07-price-after": ["Подписка стоит 20$/мес и 200$/год.", "ГПУ сдают за 100$, а не 200$."],
    "09-price-approx": [
        "Цена $10.49, с налогом (⟨bold⟩~$11.20⟨/⟩), а раньше было ~700 рублей (⟨bold⟩~$9⟨/⟩)."
    ],
    "10-stars-poll": ["Чему равно 2*3*4?", "○ 2*3*4 = 24", "○ lr*grad*0.9"],
    "11-stars-text": ["Тензор имеет N*C*H*W чисел."],
    "13-link-in-table": [
        "⟨pre⟩статья | год\n-------+-----\nBERT   | 2018⟨/⟩\n⟨text_link https://arxiv.org/abs/1810.04805⟩BERT⟨/⟩"
    ],
    "15-nested-lists": [
        ("• data/\n  • train/\n    • cats\n  • test/\n• ⟨url⟩model.pt⟨/⟩\n\n1. Шаг:\n\n⟨pre python⟩opt.step()⟨/⟩\n\n"
        "2. Ещё\n   • раз\n   • два")
    ],
    "16-loose-list": ["• первый абзац\n\n  второй абзац того же пункта\n\n• другой пункт"],
    "17-nested-fence": [
        '⟨pre markdown⟩# h\n```python\nx = 1\n```⟨/⟩\n\nи в конце код:\n\n⟨pre python⟩print("🙂")⟨/⟩'
    ],
    "18-emoji-offsets": [
        ("👨\u200d👩\u200d👧\u200d👦 ⟨bold⟩жирный 🤖⟨/⟩ 🇷🇺 ⟨code⟩код 🤖⟨/⟩ ⟨italic⟩курсив 🏳️\u200d🌈⟨/⟩"
        " ⟨text_link https://example.com/a_(b)⟩ссылка 🔥⟨/⟩")
    ],
    "19-one-spoiler-bar": ["Пишут ⟨code⟩x || y⟨/⟩, а в тексте x || y — и всё."],
    "20-fence-attributes": ["⟨pre python⟩x = 1⟨/⟩"],
    "25-cases-cyrillic": ["[photo]"],
    "26-environments": ["[photo]", "[photo]"],
    "28-kazakh-formula": ["[photo]"],
    "30-emoji-options": ["Взлетит?", "○ 👍", "○ 👎", "○ 🤷\u200d♀️", "○ 🔥🔥🔥"],
    "32-code-between": ["⟨pre python⟩print([1, 2][::-1])⟨/⟩", "Что напечатает?", "○ [2, 1]", "○ [1, 2]"],
    "38-two-lists": ["Даны:\n\n• A\n• B", "Что верно?", "○ A", "○ B"],
}  # fmt: skip
LETTERS = "\n\n```poll\nletters: yes\n```\n"
LETTERED = {
    "33-code-in-options": [
        "⟨bold⟩A.⟨/⟩\n⟨pre python⟩loss.backward()⟨/⟩\n\n⟨bold⟩B.⟨/⟩\n⟨pre python⟩opt.step()⟨/⟩",
        "Где ошибка?", "○ A", "○ B",
    ],
    "34-long-option": [
        ("⟨bold⟩A.⟨/⟩ Чтобы по ходу обучения менять шаг: сначала большой, потом всё меньше, пока веса не перестанут"
        " прыгать вокруг минимума\n⟨bold⟩B.⟨/⟩ Чтобы не забыть zero_grad"),
        "Зачем нужен scheduler?", "○ A", "○ B",
    ],
}  # fmt: skip


def marked(text: str, entities: list[dict]) -> str:
    """A text with its entities written into it, cut out as Telegram does it: in UTF-16 units."""
    units = text.encode("utf-16-le")
    for entity in sorted(entities, key=lambda entity: -entity["offset"]):
        start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
        begins = " ".join(entity[key] for key in ("type", "url", "language") if key in entity)
        inside = units[start:end].decode("utf-16-le")
        units = units[:start] + f"⟨{begins}⟩{inside}⟨/⟩".encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le")


def shown(message: dict) -> list[str]:
    if "photo" in message:
        return ["[photo]"]
    if "text" in message:
        return [marked(message["text"], message.get("entities", []))]
    poll = message["poll"]
    above = marked(poll.get("description", ""), poll.get("description_entities", []))
    return [*filter(None, [above]), poll["question"], *(f"○ {option['text']}" for option in poll["options"])]


async def seen(stage: Stage, text: str, file: Path) -> list[str]:
    chat = await stage.telegram.chat("@group")
    for post in markdown.parse(text, file.name, file.parent).posts:
        for message in outgoing.of_post(post, files(post, file)):
            await stage.telegram.send(chat, message)
    return [line for message in stage.messages() for line in shown(message)]


@pytest.mark.parametrize("name", SEEN)
async def test_what_the_author_wrote_is_what_subscribers_get(stage, name):
    file = INPUTS / f"{name}.md"

    assert await seen(stage, file.read_text("utf-8"), file) == SEEN[name]


@pytest.mark.parametrize("name", LETTERED)
async def test_options_that_do_not_fit_stand_above_a_poll_of_letters(stage, name):
    file = INPUTS / f"{name}.md"

    assert await seen(stage, file.read_text("utf-8") + LETTERS, file) == LETTERED[name]
