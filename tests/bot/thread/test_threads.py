"""The threads that come with the project are right, and the PyTorch thread is whole."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.thread import markdown, markup, parts
from tests.outcomes import ROOT, threads

SEED = threads()[ROOT / "threads/pytorch.md"]
POLLS = [post.poll for post in SEED.posts if post.poll]


@pytest.mark.parametrize("path", sorted(Path("threads").rglob("*.md")), ids=str)
def test_every_thread_of_the_project_is_right(path):
    assert markdown.read(path).posts


def test_the_pytorch_thread_has_the_seeds_posts_in_order():
    assert [post.kind for post in SEED.posts] == ["text", "poll", "poll", "poll", "picture", "text"]
    assert SEED.posts[4].after == "polls"
    assert {poll.open for poll in POLLS} == {timedelta(hours=24)}


@pytest.mark.parametrize(
    "fragment",
    [
        "🔥",
        "как строится вычислительный граф",
        "[bs, channels, height, width]",
        "как управлять оптимизатором",
        "как мерить скорость и утилизацию железа",
        "как дебажить наны",
        "как сериализовать модель",
        "как вычисляется лосс",
        "в доку не подглядывать!",
        "FC = Linear (иначе не лезло)",
        "reply с вопросом",
        "многоклассовой классификации в голове",
        "микровопрос про бекпроп",
        "инициализировать матрицу весов нулями?",
        "да, по индукции",
        "теперь точно нет",
        "на доске, но без доски",
        "еще один сломанный FC не даст учиться",
        "Названия и обрывки математики",
        "NLL ожидает на вход логарифмы вероятностей",
        "CE ожидает на вход сырые логиты",
        "LogSoftmax можно применять повторно",
        "правильный вариант (FC, LSM, NLL) и окнорм (FC, LSM, CE)",
        "Разберитесь с математикой и документацией",
        "попробуйте, что будет, если сделать неправильно",
    ],
)
def test_nothing_of_the_seed_is_dropped(fragment):
    source = Path("threads/pytorch.md").read_text(encoding="utf-8").replace("ё", "е")

    assert fragment.replace("ё", "е") in source.replace("`", "")


def test_the_right_answers_are_those_of_the_experiments():
    assert {
        poll.id: {key for key, option in zip(poll.experiment.options, poll.options, strict=True) if option.correct}
        for poll in POLLS
    } == {"heads": {"logsoftmax+nll", "logsoftmax+ce"}, "one-zero": {"learns"}, "two-zeros": {"dead"}}


def test_every_text_of_the_seed_fits_into_one_message():
    texts = [text for post in SEED.posts for text in (post.text, post.poll.explanation if post.poll else "")]

    assert all(len(parts.split(markup.render(text), parts.CAPTION_LIMIT)) <= 1 for text in texts)
