"""Nobody is spoken to in two languages at once: Russian has no English words but named ones, English no Russian."""

import re

import pytest

from languages import gathered

# What is the same in Russian: code, keys of files, formats, names, and what people of the trade say in English.
NAMED = {
    *re.findall(
        r"\w+",
        """
        Adam AdamW BCE BatchNorm CE CNN CPU CUDA DataLoader Dropout GPU Linear LogSoftmax MLP MSE NLL NLLLoss NaN Norm
        ReLU SGD Softmax TracerWarning Version PyTorch True False None
        backward batch best bias bf fp bool by data digits dropout eval export float forward grad hand hook if int
        isfinite lambda load loss lr momentum pickle reshape script softmax step tanh trace train weight decay where inf
        max min dead
        AIFF BMP BOM AVIF GIF HEIC HTML ID ISO JPEG Markdown PDF PNG POST SVG TIFF TeX URL UTC UTF Unicode WebP YAML
        Telegram Europe Moscow md txt zip csv json pollbot markdown import
        after anonymous countries despite experiment false hide id install key kind language letters multiple name note
        now open opinion options pause poll polls post quiz replace results revoting run schedule seeds set shares
        shuffle start status term text title true worker yes no
        array begin code end left limits quad right red spoiler tg such file picture bold docs permute threads
        torch value doctor leaderboard remind median low high range ms
        chapter cron drip every fri mon monday none plan thu wed
        """,
    )
}
FIELD = re.compile(r"\{[^{}]*\}")
CODE = re.compile(
    r"https?://\S+|[/@][\w.]+|`[^`]*`|<[^>]*>|\\\w+|\w+[.:]\w[\w.()=]*|\w+\([^)]*\)|\w*_\w+|--\w+|U\+\w+|\d+[a-z]+"
)
RUSSIAN = [
    text for message in gathered.read(gathered.HERE / "ru.po") if message.id for text in gathered.texts(message.string)
]


def plain(text):
    return CODE.sub(" ", FIELD.sub(" ", text))


def test_russian_has_no_english_words_but_those_that_are_named():
    strange = {
        (word, text) for text in RUSSIAN for word in re.findall(r"[A-Za-z]{2,}", plain(text)) if word not in NAMED
    }

    assert strange == set()


def test_english_has_no_russian_words():
    ids = [one for message in gathered.template() if message.id for one in gathered.texts(message.id)]

    assert [text for text in ids if re.search("[А-Яа-яЁё]{2,}", text.replace("МСК", ""))] == []


@pytest.mark.parametrize("folder", ["bot/loops", "experiments", "emulator", "languages"])
def test_no_russian_stands_in_the_code(folder):
    """Beside what people are called, in the emulator; docstrings and comments may have examples."""
    found = []
    for path in sorted(
        {*(gathered.HERE.parent / folder).rglob("*.py")} - {gathered.HERE.parent / "emulator/world/world.py"}
    ):
        text = re.sub(r'"""(?s:.*?)"""|«[^»]*»|#.*', "", path.read_text("utf-8"))
        found += [f"{path.name}: {line.strip()}" for line in text.splitlines() if re.search("[а-яё]", line)]

    assert found == []
