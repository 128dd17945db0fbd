"""
TDLib's own cases: `TDLIB_DIR=…/td pytest tests/emulator/texts`, a checkout of its source (test/message_entities.cpp).

Those that stand there with plain values are read; the few that its program makes in loops are not.
"""

import os

import pytest

from emulator.texts import addresses, automatic, cards, cleaning, domains, html, markdown_v2, reading
from emulator.texts.entity import TextError
from tests.emulator.texts import tdlib

FOLDER = os.environ.get("TDLIB_DIR", "")
SOURCE = tdlib.source(FOLDER) if FOLDER else ""
KEEPS_BLANKS = 7  # the argument of check_fix_formatted_text: the text is not trimmed, as no bot can ask for


def cases(name: str) -> list:
    if not SOURCE:
        reason = "TDLIB_DIR names no checkout of TDLib's source"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason))]
    return [pytest.param(call.args, id=f"line {call.line}") for call in tdlib.calls(SOURCE, name)]


def read(parse, text):
    try:
        return parse(text)
    except TextError as reason:
        return str(reason)


def expected(args):
    return args[1] if len(args) == 2 else (args[1], [tdlib.entity(one) for one in args[2]])


@pytest.mark.parametrize("args", cases("check_parse_html"))
def test_html(args):
    assert read(html.parse, args[0]) == expected(args)


@pytest.mark.parametrize("args", cases("check_parse_markdown"))
def test_markdown_v2(args):
    assert read(markdown_v2.parse, args[0]) == expected(args)


FINDERS = {
    "check_mention": automatic.mentions,
    "check_bot_command": automatic.commands,
    "check_hashtag": automatic.hashtags,
    "check_cashtag": automatic.cashtags,
    "check_bank_card_number": cards.cards,
    "check_tg_url": addresses.inner,
}


@pytest.mark.parametrize("name", FINDERS)
def test_what_is_found(name):
    for case in cases(name):
        if not SOURCE:
            pytest.skip("TDLIB_DIR names no checkout of TDLib's source")
        text, wanted = case.values[0]
        assert [text[begin:end] for begin, end in FINDERS[name](text)] == wanted


@pytest.mark.parametrize("args", cases("check_url"))
def test_addresses(args):
    text, urls, *emails = args
    found = list(addresses.outer(text))

    assert [text[begin:end] for kind, begin, end in found if kind == "url"] == urls
    assert [text[begin:end] for kind, begin, end in found if kind == "email"] == (emails[0] if emails else [])


@pytest.mark.parametrize("args", cases("check_is_email_address"))
def test_addresses_of_e_mail(args):
    assert bool(domains.EMAIL.fullmatch(args[0])) is args[1]


@pytest.mark.parametrize("args", cases("check_fix_formatted_text"))
def test_what_is_kept_of_a_text_and_its_entities(args):
    given = [tdlib.entity(one) for one in args[1]]
    if isinstance(args[2], bool):  # refused, or empty: which of them is for the method to say
        kept = read(lambda text: reading.kept(text, given), args[0])
        assert isinstance(kept, str) or not cleaning.is_visible(kept[0])
        return
    wanted = [tdlib.entity(one) for one in args[3]]
    text, kept = cleaning.cleaned(args[0]), read(lambda text: reading.kept(text, given), args[0])
    if not cleaning.is_visible(kept[0]):
        assert args[2] == ""  # as of a person; a bot's caption may be so
    elif args[KEEPS_BLANKS : KEEPS_BLANKS + 1] == [False] or text == text.strip(" \n"):
        assert kept == (args[2], wanted)
    else:
        assert kept[0] == args[2].strip(" \n")
