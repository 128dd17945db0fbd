"""What is kept of a text and of the entities that a bot gave."""

from functools import partial

import pytest

from emulator.texts import given, links, reading
from emulator.texts.entity import Entity, TextError

BOLD, ITALIC, QUOTE, CODE = (partial(Entity, kind) for kind in ("bold", "italic", "blockquote", "code"))
NESTED = [
    ([BOLD(0, 2), BOLD(2, 2)], [BOLD(0, 4)]),
    ([BOLD(1, 2), BOLD(0, 4)], [BOLD(0, 4)]),
    ([BOLD(0, 4), ITALIC(1, 2)], [BOLD(0, 1), BOLD(1, 3), ITALIC(1, 2)]),
    ([BOLD(0, 3), ITALIC(2, 3)], [BOLD(0, 2), ITALIC(2, 3), BOLD(2, 1)]),
    ([QUOTE(0, 6), QUOTE(1, 2)], [QUOTE(0, 6)]),
    ([QUOTE(0, 3), CODE(2, 3)], [QUOTE(0, 3)]),
    ([QUOTE(0, 6), CODE(2, 3)], [QUOTE(0, 6), CODE(2, 3)]),
    ([CODE(0, 4), BOLD(1, 2)], [CODE(0, 4)]),
    ([CODE(0, 2), CODE(2, 2)], [CODE(0, 2), CODE(2, 2)]),
    ([Entity("pre", 0, 2), Entity("pre", 0, 2, "py")], [Entity("pre", 0, 2, "py")]),
    ([CODE(1, 2), BOLD(0, 4)], [BOLD(0, 1), CODE(1, 2), BOLD(3, 1)]),
    ([Entity("text_link", 0, 4, "http://x.org/"), CODE(1, 1)], [Entity("text_link", 0, 4, "http://x.org/")]),
]
TRIMMED = [
    ("  a\n ", [], "a", []),
    (" a ", [BOLD(0, 3)], " a", [BOLD(0, 2)]),
    ("a\r\nb", [BOLD(3, 1)], "a\nb", [BOLD(2, 1)]),
    ("a\tb\x07c\u202ed", [BOLD(5, 1)], "a b cd", []),
    ("\u200f\u200f\u200ea", [], "\u200c\u200c\u200ea", []),
    (" \n ", [BOLD(0, 1)], "", []),
    ("\u200b \u00a0", [], "\u200b \u00a0", []),
]
REFUSED = [
    ("👍", BOLD(1, 1), "Entity begins in a middle of a UTF-16 symbol at byte offset 4"),
    ("a👍", BOLD(0, 2), "Entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 5"),
    ("a👍", QUOTE(0, 2), "Entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 5"),
    ("a", BOLD(2, 1), "Entity begins after the end of the text at UTF-16 offset 2"),
    ("a", BOLD(0, 3), "Entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 3"),
    ("a", BOLD(-1, 1), "Receive an entity with incorrect offset -1"),
    ("a", BOLD(0, -1), "Receive an entity with incorrect length -1"),
]
GIVEN = [
    (1, "Can't parse MessageEntity: expected an Object"),
    ({"type": "bold", "length": 1}, "Can't parse MessageEntity: Can't find field \"offset\""),
    ({"type": "x", "offset": 0, "length": 1}, "Can't parse MessageEntity: Unsupported type specified"),
    ({"offset": 0, "length": 1}, "Can't parse MessageEntity: Can't find field \"type\""),
    ({"type": "bold", "offset": [], "length": 1}, 'Can\'t parse MessageEntity: Field "offset" must be a Number'),
    ({"type": "text_link", "offset": 0, "length": 1}, "Can't parse MessageEntity: Can't find field \"url\""),
    ({"type": "text_link", "offset": 0, "length": 1, "url": "x"}, "Entity URL 'x' is invalid: Wrong HTTP URL"),
    (
        {"type": "custom_emoji", "offset": 0, "length": 1, "custom_emoji_id": 0},
        "Invalid custom emoji identifier specified",
    ),
]
LINKS = [
    ("x.org", "http://x.org/"),
    ("HTTPS://X.org?a#b", "https://x.org/?a#b"),
    ("x.org:080/a b", "http://x.org:80/a%20b"),
    ("http://a:b@x.org", "http://a:b@x.org/"),
    ("http://[::1]/", "http://[::1]/"),
    ("tg:resolve?domain=x", "tg://resolve?domain=x"),
    ("пример.рф", "http://пример.рф/"),
]
NO_LINKS = [
    ("javascript:alert(1)", "Wrong port number specified in the URL"),
    ("javascript://x.org", "Unsupported URL protocol"),
    ("x", "Wrong HTTP URL"),
    ("", "URL host is empty"),
    ("[x", "Disallowed character in URL host"),
    ("http://x.org:99999", "Wrong port number specified in the URL"),
    ("http://a b.org", "Disallowed character in URL host"),
    ("http://a%g.org", "Wrong percent-encoded symbol in URL host"),
    ("tg://a.b", "Unallowed characters in URL host"),
    ("tg://a:80", "Wrong tg URL"),
]


@pytest.mark.parametrize(("marks", "kept"), NESTED)
def test_entities_are_joined_cut_and_nested(marks, kept):
    assert reading.kept("a a a a a", marks)[1] == kept


@pytest.mark.parametrize(("text", "marks", "kept", "left"), TRIMMED)
def test_letters_that_go_take_nothing_else_with_them(text, marks, kept, left):
    assert reading.kept(text, marks) == (kept, left)


@pytest.mark.parametrize(("text", "mark", "reason"), REFUSED)
def test_an_entity_covers_letters_of_the_text(text, mark, reason):
    with pytest.raises(TextError) as refused:
        reading.kept(text, [mark])

    assert str(refused.value) == reason


@pytest.mark.parametrize(("mark", "reason"), GIVEN)
def test_what_is_no_entity_is_refused(mark, reason):
    with pytest.raises(TextError) as refused:
        given.read([mark])

    assert str(refused.value) == reason


def test_what_telegram_finds_by_itself_nobody_can_give():
    marks = [{"type": "url", "offset": 0, "length": 1}, {"type": "bold", "offset": "0", "length": 1}]

    assert given.read(marks) == [BOLD(0, 1)]


def test_a_link_to_a_user_is_a_mention():
    mark = {"type": "text_link", "offset": 0, "length": 1, "url": "tg://user?id=7"}

    assert given.read([mark]) == [Entity("text_mention", 0, 1, "7")]


@pytest.mark.parametrize(("link", "whole"), LINKS)
def test_an_address_is_completed(link, whole):
    assert links.checked(link) == whole


@pytest.mark.parametrize(("link", "reason"), NO_LINKS)
def test_what_is_no_address_is_refused(link, reason):
    with pytest.raises(TextError) as refused:
        links.checked(link)

    assert str(refused.value) == reason


FOUND = [
    ("see x.org, t.me/x and https://пример.рф/a(b).", {"url": ["x.org", "t.me/x", "https://пример.рф/a(b)"]}),
    ("e.g. 1.5 file.zzz a.Com", {}),
    ("(x.org/a,) @x.org a@b@c.com", {"url": ["x.org/a"]}),
    ("mail a_b@x.org", {"email": ["a_b@x.org"]}),
    ("@name @gif @ab no@name", {"mention": ["@name", "@gif"]}),
    ("/do /do@bot a/b /a@b /test/", {"bot_command": ["/do", "/do@bot"]}),
    ("#tag #1 #a#b #ж", {"hashtag": ["#tag", "#ж"]}),
    ("$USD $usd $1INCH $TOOLONGNAME", {"cashtag": ["$USD", "$1INCH"]}),
    ("4111 1111 1111 1111 and 4111 1111 1111 1112", {"bank_card_number": ["4111 1111 1111 1111"]}),
    ("4  1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", {}),
    ("call +7 (912) 345-67-89 or +12", {"phone_number": ["+7 (912) 345-67-89"]}),
    ("tg://resolve?domain=x", {"url": ["tg://resolve?domain=x"]}),
]


@pytest.mark.parametrize(("text", "found"), FOUND)
def test_what_telegram_finds_by_itself(text, found):
    _, entities = reading.kept(text, [])

    kinds: dict[str, list[str]] = {}
    for one in entities:
        kinds.setdefault(one.kind, []).append(text[one.offset : one.end])
    assert kinds == found


def test_nothing_is_found_in_code_or_over_the_edge_of_a_quote():
    assert reading.kept("x.org", [CODE(0, 5)]) == ("x.org", [CODE(0, 5)])
    assert reading.kept("x.org", [QUOTE(0, 2)]) == ("x.org", [QUOTE(0, 2)])
    assert reading.kept("x.org", [BOLD(0, 5)]) == ("x.org", [Entity("url", 0, 5), BOLD(0, 5)])
