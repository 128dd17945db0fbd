"""Every refusal in the words of the real server."""

import json
import subprocess
import sys

import httpx
import pytest

from emulator.app import create_app
from emulator.server import serve_in_thread
from tests.emulator.conftest import TOKEN, png
from tests.patience import PATIENCE_S


@pytest.fixture(scope="module")
def url():
    """One emulator for all: a refused call changes nothing."""
    with serve_in_thread(create_app((TOKEN,))) as address:
        yield address


POLL = {"question": "q", "options": ["a", "b"]}
QUIZ = {**POLL, "type": "quiz"}
HERE = {"chat_id": "@here"}
MISREAD = "wrong remote file identifier specified"
PHOTO, STICKER = ({"type": kind, "media": "attach://none"} for kind in ("photo", "sticker"))
CASES = [
    ("nonsense", {}, 404, "Not Found: method not found"),
    ("getChat", {"chat_id": 77}, 400, "chat not found"),
    ("sendMessage", {"text": "x"}, 400, "chat_id is empty"),
    ("sendMessage", HERE, 400, "message text is empty"),
    ("sendMessage", {**HERE, "text": " \n "}, 400, "text must be non-empty"),
    ("sendMessage", {**HERE, "text": "\u200b \u2800"}, 400, "text must be non-empty"),
    ("sendMessage", {**HERE, "text": "x" * 4097}, 400, "message is too long"),
    ("sendMessage", {**HERE, "text": "x", "parse_mode": "Fancy"}, 400, "unsupported parse_mode"),
    (
        "sendMessage",
        {**HERE, "text": "<x>", "parse_mode": "HTML"},
        400,
        'can\'t parse entities: Unsupported start tag "x" at byte offset 0',
    ),
    (
        "sendMessage",
        {**HERE, "text": "a<b then", "parse_mode": "HTML"},
        400,
        'can\'t parse entities: Unclosed start tag "b" at byte offset 1',
    ),
    (
        "sendMessage",
        {**HERE, "text": "й *b", "parse_mode": "MarkdownV2"},
        400,
        "can't parse entities: Can't find end of Bold entity at byte offset 3",
    ),
    (
        "sendMessage",
        {**HERE, "text": "й *b", "parse_mode": "Markdown"},
        400,
        "can't parse entities: Can't find end of the entity starting at byte offset 3",
    ),
    ("sendMessage", {**HERE, "text": "й" * 16385}, 400, "text is too long"),
    ("sendMessage", {**HERE, "text": "x", "entities": [1]}, 400, "can't parse MessageEntity: expected an Object"),
    (
        "sendMessage",
        {**HERE, "text": "x", "entities": [{"type": "nonsense", "offset": 0, "length": 1}]},
        400,
        "can't parse MessageEntity: Unsupported type specified",
    ),
    (
        "sendMessage",
        {**HERE, "text": "x", "entities": [{"type": "bold", "length": 1}]},
        400,
        "can't parse MessageEntity: Can't find field \"offset\"",
    ),
    (
        "sendMessage",
        {**HERE, "text": "x", "entities": [{"type": "text_link", "offset": 0, "length": 1, "url": "nonsense"}]},
        400,
        "entity URL 'nonsense' is invalid: Wrong HTTP URL",
    ),
    (
        "sendMessage",
        {**HERE, "text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
        400,
        "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
    ),
    ("sendMessage", {**HERE, "text": "x", "message_thread_id": 5}, 400, "message thread not found"),
    (
        "sendMessage",
        {**HERE, "text": "x", "reply_parameters": {"message_id": 99}},
        400,
        "message to be replied not found",
    ),
    ("sendPhoto", {**HERE, "caption": "x"}, 400, "there is no photo in the request"),
    ("sendPhoto", {**HERE, "photo": "x", "caption": "x" * 1025}, 400, "message caption is too long"),
    ("sendPhoto", {**HERE, "photo": "zz"}, 400, f"{MISREAD}: Wrong padding in the string"),
    ("sendPhoto", {**HERE, "photo": "AgAC zzz"}, 400, f"{MISREAD}: Wrong character in the string"),
    ("sendPhoto", {**HERE, "photo": "zzzzz"}, 400, f"{MISREAD}: Wrong string length"),
    ("sendPhoto", {**HERE, "photo": "zzzzzzzz"}, 400, f"{MISREAD}: can't unserialize it. Wrong last symbol"),
    ("sendPhoto", {**HERE, "photo": "AgACzzzz"}, 400, "wrong file identifier/HTTP URL specified"),
    ("sendPhoto", {**HERE, "photo": "attach://x"}, 400, "there is no photo in the request"),
    ("sendPhoto", {**HERE, "photo": "http://example.com/x.png"}, 400, "failed to get HTTP URL content"),
    ("sendPhoto", {**HERE, "photo": "ftp://a.b/x"}, 400, "invalid file HTTP URL specified: Unsupported URL protocol"),
    ("sendMediaGroup", {**HERE, "media": []}, 400, "there are no messages to send"),
    ("sendPoll", {**HERE, **POLL, "options": []}, 400, "poll must have at least one answer option"),
    ("sendPoll", {**HERE, **POLL, "options": "x"}, 400, "can't parse options JSON object"),
    ("sendPoll", {**HERE, **POLL, "options": {}}, 400, "expected an Array of String as options"),
    ("sendPoll", {**HERE, **POLL, "options": [1]}, 400, "expected an option to be of type String"),
    ("sendPoll", {**HERE, **POLL, "options": list("abcdefghijklm")}, 400, "poll can't have more than 12 options"),
    ("sendPoll", {**HERE, **POLL, "options": ["x" * 101]}, 400, "poll options length must not exceed 100"),
    ("sendPoll", {**HERE, **POLL, "options": ["a", " "]}, 400, "text must be non-empty"),
    ("sendPoll", {**HERE, **POLL, "options": ["a", "a"]}, 400, "POLL_OPTION_DUPLICATE"),
    ("sendPoll", {**HERE, **POLL, "question": ""}, 400, "text must be non-empty"),
    ("sendPoll", {**HERE, **POLL, "question": "x" * 301}, 400, "poll question length must not exceed 300"),
    ("sendPoll", {**HERE, **POLL, "description": "x" * 1025}, 400, "message caption is too long"),
    ("sendPoll", {**HERE, **POLL, "type": "exam"}, 400, "unsupported poll type specified"),
    ("sendPoll", {**HERE, **POLL, "members_only": True}, 400, "poll voters can be restricted only in channel chats"),
    ("sendPoll", {**HERE, **POLL, "country_codes": ["KZ"]}, 400, "poll voters can be restricted only in channel chats"),
    ("sendPoll", {**HERE, **POLL, "country_codes": ["kz"]}, 400, "invalid country code specified"),
    ("sendPoll", {**HERE, **POLL, "country_codes": ["KZ"] * 13}, 400, "too many items specified"),
    ("sendPoll", {**HERE, **POLL, "country_codes": [7]}, 400, "expected an Array of String"),
    ("sendPoll", {**HERE, **POLL, "country_codes": "["}, 400, "can't parse country_codes JSON object"),
    ("sendPoll", {**HERE, **POLL, "media": "["}, 400, "can't parse InputPollMedia JSON object"),
    ("sendPoll", {**HERE, **POLL, "media": [PHOTO]}, 400, "failed to parse InputPollMedia: expected an Object"),
    ("sendPoll", {**HERE, **POLL, "media": {}}, 400, 'failed to parse InputPollMedia: Can\'t find field "type"'),
    ("sendPoll", {**HERE, **POLL, "media": STICKER}, 400, "failed to parse InputPollMedia: invalid type specified"),
    ("sendPoll", {**HERE, **POLL, "media": {"type": "photo"}}, 400, "failed to parse InputPollMedia: media not found"),
    ("sendPoll", {**HERE, **POLL, "media": PHOTO}, 400, "failed to parse InputPollMedia: media not found"),
    ("sendPoll", {**HERE, **QUIZ, "explanation_media": []}, 400, "failed to parse InputPollMedia: expected an Object"),
    (
        "sendPoll",
        {**HERE, **POLL, "options": [{"text": "a", "media": {"type": "document", "media": "x"}}]},
        400,
        "failed to parse poll option media: invalid type specified",
    ),
    ("sendPoll", {**HERE, **POLL, "options": [{"text": "", "media": PHOTO}]}, 400, "text must be non-empty"),
    ("sendPoll", {**HERE, **QUIZ}, 400, "correct quiz option list must be non-empty"),
    ("sendPoll", {**HERE, **QUIZ, "correct_option_ids": [1, 0]}, 400, "correct quiz option list must be increasing"),
    ("sendPoll", {**HERE, **QUIZ, "correct_option_ids": [2]}, 400, "wrong quiz correct_option_id"),
    ("stopPoll", {**HERE, "message_id": 99}, 400, "message with poll to stop not found"),
    ("editMessageText", {**HERE, "message_id": 99, "text": "x"}, 400, "message to edit not found"),
    ("deleteMessage", {**HERE, "message_id": 99}, 400, "message to delete not found"),
    ("copyMessage", {**HERE, "from_chat_id": "@here", "message_id": 99}, 400, "message to copy not found"),
    ("forwardMessage", {**HERE, "from_chat_id": "@here", "message_id": 99}, 400, "message to forward not found"),
    ("getFile", {}, 400, "file_id not specified"),
    ("getFile", {"file_id": "zz"}, 400, "invalid file_id"),
    ("getFile", {"file_id": "AgACzzzz"}, 400, "wrong file_id or the file is temporarily unavailable"),
    ("getChatMember", {**HERE, "user_id": 9}, 400, "PARTICIPANT_ID_INVALID"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        400,
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("setWebhook", {"url": "x"}, 400, "bad webhook: invalid URL specified"),
    ("setWebhook", {"url": "http://127.0.0.1:1/", "secret_token": "x" * 257}, 400, "secret token is too long"),
    (
        "setWebhook",
        {"url": "http://127.0.0.1:1/", "secret_token": "ы"},
        400,
        "secret token contains unallowed characters",
    ),
]


@pytest.mark.parametrize(("method", "params", "code", "reason"), CASES)
async def test_a_bad_call_is_refused_in_telegrams_words(sim, method, params, code, reason):
    await sim.chat(username="here")

    answer = await sim.call(method, **params)

    prefix = "Bad Request: " if code == 400 else ""
    assert answer == {"ok": False, "error_code": code, "description": prefix + reason}


async def test_lengths_are_counted_in_code_points_after_trimming(sim):
    chat = await sim.chat()

    assert (await sim.call("sendMessage", chat_id=chat, text=" " + "👩" * 4096 + " "))["ok"]
    assert (await sim.call("sendPoll", chat_id=chat, question="👩" * 300, options=["👩" * 100]))["ok"]


async def test_the_reply_is_checked_before_the_options_of_a_poll(sim):
    """So a poll without options shows whether a message exists, and sends nothing."""
    chat = await sim.chat()
    there = (await sim.call("sendMessage", chat_id=chat, text="x"))["result"]["message_id"]
    probe = {"chat_id": chat, "question": "probe", "options": []}

    absent = await sim.call("sendPoll", **probe, reply_parameters={"message_id": there + 1})
    present = await sim.call("sendPoll", **probe, reply_parameters={"message_id": there})

    assert absent["description"] == "Bad Request: message to be replied not found"
    assert present["description"] == "Bad Request: poll must have at least one answer option"


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("4242", "Unauthorized: invalid token specified"),
        ("0242:x", "Unauthorized: invalid token specified"),
        ("1:" + "x" * 80, "Unauthorized: invalid token specified"),
        ("4242:wrong", "Unauthorized"),
    ],
)
async def test_a_wrong_token_is_unauthorized(sim, token, reason):
    answer = await sim.client.post(f"/bot{token}/getMe")

    assert (answer.status_code, answer.json()["description"]) == (401, reason)


async def test_a_path_that_is_no_method_is_not_found(sim):
    answer = await sim.client.get(f"/bot{TOKEN}")

    assert (answer.status_code, answer.json()["description"]) == (404, "Not Found")


STANDING = [
    ("channel", "kicked", 403, "Forbidden: bot was kicked from the channel chat"),
    ("supergroup", "kicked", 403, "Forbidden: bot was kicked from the supergroup chat"),
    ("group", "kicked", 403, "Forbidden: bot was kicked from the group chat"),
    ("group", "left", 403, "Forbidden: bot is not a member of the group chat"),
    ("channel", "left", 403, "Forbidden: bot is not a member of the channel chat"),
    ("channel", "member", 400, "Bad Request: need administrator rights in the channel chat"),
    ("supergroup", "restricted", 400, "Bad Request: not enough rights to send polls to the chat"),
]


@pytest.mark.parametrize(("kind", "status", "code", "reason"), STANDING)
async def test_who_may_not_post_is_told_why(sim, kind, status, code, reason):
    chat = await sim.chat(kind)
    await sim.post(f"chats/{chat}/bot", status=status)

    assert await sim.call("sendPoll", chat_id=chat, **POLL) == {"ok": False, "error_code": code, "description": reason}


async def test_an_administrator_without_the_right_to_post_may_not_post(sim):
    chat = await sim.chat("channel", rights={"can_post_messages": False})

    refused = await sim.call("sendMessage", chat_id=chat, text="x")

    assert refused["description"] == "Bad Request: need administrator rights in the channel chat"


async def test_a_group_can_forbid_photos_to_ordinary_members(sim):
    chat = await sim.chat(permissions={"can_send_photos": False})
    photo = {"photo": ("a.png", png())}

    answer = await sim.client.post(f"/bot{TOKEN}/sendPhoto", data={"chat_id": chat}, files=photo)

    assert answer.json()["description"] == "Bad Request: not enough rights to send photos to the chat"


async def test_an_upgraded_group_tells_its_new_id(sim):
    chat = await sim.chat("group")
    moved = (await sim.post(f"chats/{chat}", upgraded=True))["migrated_to"]

    refused = await sim.call("sendMessage", chat_id=chat, text="x")

    assert refused["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert refused["parameters"] == {"migrate_to_chat_id": moved}


async def test_a_deleted_group_is_gone(sim):
    chat = await sim.chat("group")
    await sim.post(f"chats/{chat}", deleted=True)

    refused = await sim.call("sendMessage", chat_id=chat, text="x")

    assert refused["description"] == "Forbidden: the group chat was deleted"


async def test_a_named_poll_cannot_be_sent_to_a_channel(sim):
    refused = await sim.call("sendPoll", chat_id=await sim.chat("channel"), **POLL, is_anonymous=False)

    assert refused["description"] == "Bad Request: non-anonymous polls can't be sent to channel chats"


async def test_an_edit_that_changes_nothing_is_refused(sim):
    chat = await sim.chat()
    sent = (await sim.call("sendMessage", chat_id=chat, text="x"))["result"]["message_id"]

    refused = await sim.call("editMessageText", chat_id=chat, message_id=sent, text="x")

    assert refused["description"] == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )


async def test_what_others_wrote_cannot_be_edited(sim):
    chat, (user,) = await sim.chat(bot="administrator"), await sim.users()
    written = (await sim.post("write", user=user, chat=chat, text="mine"))["message"]["message_id"]

    refused = await sim.call("editMessageText", chat_id=chat, message_id=written, text="x")

    assert refused["description"] == "Bad Request: message can't be edited"


async def test_a_protected_message_is_not_forwarded_but_its_bot_may_copy_it(sim):
    chat = await sim.chat()
    sent = (await sim.call("sendMessage", chat_id=chat, text="x", protect_content=True))["result"]["message_id"]
    there = {"chat_id": chat, "from_chat_id": chat, "message_id": sent}

    assert "can't be forwarded" in (await sim.call("forwardMessage", **there))["description"]
    assert (await sim.call("copyMessage", **there))["ok"]


async def test_a_body_that_is_no_json_is_refused(sim):
    headers = {"Content-Type": "application/json"}

    answer = await sim.client.post(f"/bot{TOKEN}/getMe", content=b"{", headers=headers)

    assert (answer.status_code, answer.json()["ok"]) == (400, False)


async def test_a_photo_beyond_the_limits_is_refused(sim):
    chat = await sim.chat()

    async def send(content: bytes) -> str:
        files = {"photo": ("a.png", content)}
        answer = await sim.client.post(f"/bot{TOKEN}/sendPhoto", data={"chat_id": str(chat)}, files=files)
        return json.loads(answer.text)["description"]

    assert await send(b"") == "Bad Request: file must be non-empty"
    assert await send(b"text") == "Bad Request: IMAGE_PROCESS_FAILED"
    assert await send(png(9000, 1001)) == "Bad Request: PHOTO_INVALID_DIMENSIONS"
    assert "too big for a photo; the maximum size is 10485760 bytes" in await send(png() + b"\0" * 10485760)


def test_a_port_that_is_taken_is_said_in_one_line(url):
    port = str(httpx.URL(url).port)
    done = subprocess.run(
        [sys.executable, "-m", "emulator", "--port", port],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"emulator: port {port}: ")
    assert len(done.stderr.splitlines()) == 1
