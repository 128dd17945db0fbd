"""Keyboards: parsed and refused as the real server does."""

import pytest

ROW = "can't parse inline keyboard button: "
NO = "inline keyboard button URL "
KEY = "can't parse keyboard button: "
WRONG = [
    ({"inline_keyboard": "zzz"}, 'field "inline_keyboard" must be of type Array'),
    ({"inline_keyboard": ["z"]}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
    ({"inline_keyboard": [["z"]]}, ROW + "InlineKeyboardButton must be an Object"),
    ({"inline_keyboard": [[{"url": "a.b"}]]}, ROW + 'Can\'t find field "text"'),
    ({"inline_keyboard": [[{"text": [], "url": "a.b"}]]}, ROW + 'Field "text" must be of type String'),
    ({"inline_keyboard": [[{"text": "x"}]]}, ROW + "text buttons are unallowed in the inline keyboard"),
    ({"inline_keyboard": [[{"text": "x", "callback_data": "x" * 65}]]}, "BUTTON_DATA_INVALID"),
    (
        {"inline_keyboard": [[{"text": "x", "url": "nonsense"}]]},
        NO + "'nonsense' is invalid: Wrong HTTP URL",
    ),
    (
        {"inline_keyboard": [[{"text": "x", "url": "http://"}]]},
        NO + "'http://' is invalid: URL host is empty",
    ),
    ({"inline_keyboard": [[{"text": "x", "url": "a.b", "style": "red"}]]}, ROW + "invalid button style specified"),
    ({"inline_keyboard": [[{"text": "x", "copy_text": {}}]]}, ROW + 'Can\'t find field "text"'),
    ({"inline_keyboard": [[{"text": "x", "web_app": 1}]]}, ROW + 'Field "web_app" must be of type Object'),
    ({"inline_keyboard": [[{"text": "x", "web_app": {"url": "https://a.b"}}]]}, "BUTTON_TYPE_INVALID"),
    (
        {"inline_keyboard": [[{"text": "x", "login_url": {"url": "http://a.b"}}]]},
        "inline keyboard button login URL 'http://a.b' is invalid: Only HTTPS links are allowed",
    ),
    ({"keyboard": "zzz"}, 'field "keyboard" must be of type Array'),
    ({"keyboard": ["z"]}, 'field "keyboard" must be an Array of Arrays'),
    ({"keyboard": [[1]]}, KEY + "KeyboardButton must be a String or an Object"),
    ({"keyboard": [[{"text": "x", "request_contact": True}]]}, "phone number can be requested in private chats only"),
    ({"keyboard": [[{"text": "x", "request_poll": {}}]]}, "poll can be requested in private chats only"),
    ("[", "can't parse reply keyboard markup JSON object"),
    ([], "object expected as reply markup"),
]


@pytest.mark.parametrize(("markup", "words"), WRONG)
async def test_a_keyboard_that_is_none_is_refused(sim, markup, words):
    answer = await sim.call("sendMessage", chat_id=await sim.chat(), text="x", reply_markup=markup)

    assert answer["description"] == f"Bad Request: {words}"


async def test_a_channel_has_inline_keyboards_and_no_inline_queries(sim):
    channel = await sim.chat("channel")
    query = {"inline_keyboard": [[{"text": "x", "switch_inline_query": ""}]]}
    for markup, words in (
        ({"keyboard": [["x"]]}, "inline keyboard expected"),
        (query, "can't use switch_inline_query"),
    ):
        answer = await sim.call("sendMessage", chat_id=channel, text="x", reply_markup=markup)
        assert answer["description"].startswith(f"Bad Request: {words}")


async def test_addresses_are_completed_empty_buttons_left_out_and_rows_cut(sim):
    row = [
        {"text": "x", "url": "example.com"},
        {"text": "", "url": "a.b"},
        *([{"text": "y", "callback_data": "y"}] * 20),
    ]

    sent = await sim.call(
        "sendMessage", chat_id=await sim.chat(), text="x", reply_markup={"inline_keyboard": [row, []]}
    )

    ((first, *rest),) = sent["result"]["reply_markup"]["inline_keyboard"]
    assert (first, len(rest)) == ({"text": "x", "url": "http://example.com/"}, 11)


async def test_keys_under_the_input_field_are_not_in_the_message(sim):
    chat = await sim.chat()
    for markup in ({"keyboard": [["a", {"text": "b"}]]}, {"remove_keyboard": True}, {"force_reply": True}):
        sent = await sim.call("sendMessage", chat_id=chat, text="x", reply_markup=markup)
        assert "reply_markup" not in sent["result"]
