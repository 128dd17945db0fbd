"""A third language is one file: a card, the help and a reveal are said in it, with no word of another."""

import pytest

from bot.loops import card, desk, draft_words, reveal, words
from bot.store import store
from languages.text import Text
from tests.factory import asked, poll, text
from tests.languages import pseudo


@pytest.fixture(autouse=True)
def spoken(tmp_path):
    with pseudo.spoken(tmp_path):
        yield


async def test_a_card_is_said_in_it(stage):
    await stage.publish(text("Ω"), asked(poll()))
    await stage.tick()
    with store.reading(stage.database) as connection:
        told, russian = (card.card(connection, 1, language) for language in (pseudo.CODE, "ru"))

    title, month = "Тред", "Dec"  # the author's, and CLDR's of December
    assert pseudo.left(told.text, russian.text) <= {title, month}
    assert pseudo.left(str(told.buttons), str(russian.buttons)) == set()


def test_a_reveal_is_said_in_it():
    told, russian = (" ".join(reveal.written(poll(), language)) for language in (pseudo.CODE, "ru"))

    assert pseudo.left(told, russian) == set()


@pytest.mark.parametrize("module", [words, draft_words, desk.card_words])
def test_every_text_is_said_in_it(module):
    found = [value for value in vars(module).values() if isinstance(value, Text)]
    tables = [value for value in vars(module).values() if isinstance(value, dict)]
    found += [one for table in tables for one in table.values() if isinstance(one, Text)]

    assert [one["en"] for one in found if pseudo.left(one[pseudo.CODE], one["ru"])] == []
