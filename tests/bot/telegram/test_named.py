import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.telegram import named

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{4,31}", fullmatch=True)
WAYS = (
    "{}",
    "@{}",
    "t.me/{}",
    "http://t.me/{}",
    "https://t.me/{}/",
    "https://t.me/@{}",
    "https://www.t.me/s/{}?before=5",
    "https://telegram.me/{}/123",
    "https://T.me/{}?boost",
    "https://{}.t.me",
    "tg://resolve?domain={}&post=3",
    " @{}\n",
)


@given(NAMES, st.sampled_from(WAYS))
def test_a_name_is_understood_however_it_is_written(name, way):
    assert named.ref(way.format(name)) == f"@{name}"


@pytest.mark.parametrize(
    ("words", "meant"),
    [("-1001234567890", "-1001234567890"), ("−1001", "-1001"), ("42", "42"), ("https://t.me/c/1234/56", "-1001234")],
)
def test_an_id_is_understood_and_so_is_the_link_of_a_private_message(words, meant):
    assert named.ref(words) == meant


@pytest.mark.parametrize("words", ["https://t.me/+AbCdEf", "t.me/joinchat/AbC", "https://t.me/"])
def test_a_link_that_names_no_chat_says_what_to_give_instead(words):
    with pytest.raises(SettingsError, match=r"-100"):
        named.ref(words)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("@my channel", "write @name, https://t.me/name or an id such as -1001234567890"),
        ("@сhannel", "'с' is not Latin"),
        ("https://t.me/сhannel", "'с' is not Latin"),
        ("t.me/abc", "'abc' is no name: Telegram's have 4 to 32"),
        ("", "write @name"),
        ("https://vk.com/name", "write @name"),
    ],
)
def test_what_is_no_chat_says_what_one_looks_like(words, meant):
    with pytest.raises(SettingsError) as told:
        named.ref(words)

    assert meant in str(told.value)


@given(st.text())
def test_whatever_is_written_is_a_chat_or_a_sentence(words):
    with suppress(SettingsError):
        assert re.fullmatch(r"@\w{4,32}|-?\d+", named.ref(words))


def test_an_id_that_telegram_does_not_know_is_told_with_the_one_that_is_meant():
    assert "-1001234567890" in named.hint("1234567890")
    assert "-1001234567890" in named.hint("-1234567890")
    assert named.hint("-1001234567890") == named.hint("@name") == ""
