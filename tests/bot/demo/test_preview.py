"""A preview shows what readers will see, from the first post on, and names the post that Telegram would refuse."""

import re

import httpx
import pytest

from bot.demo import preview
from bot.thread import markdown
from tests.bot.conftest import png

HEAD = "---\ntitle: T\nlanguage: en\n---\n"
QUIZ = """\
Which?

- [x] left
    > As it **should** be.
- [ ] right

Because.
"""


@pytest.fixture
def sent(api, sim, tmp_path):
    """What a thread becomes in the channel: refusals, and the messages that stand there."""

    async def send(thread):
        refused = await preview.send_all(api, thread, tmp_path / "t.md", "@channel")
        return refused, sim.get("/chats/@channel/messages").json()["messages"]

    return send


async def test_below_a_poll_stands_what_its_author_reveals(sent):
    _, (_, poll, reveal, after) = await sent(markdown.parse(f"{HEAD}Hello.\n\n---\n{QUIZ}\n---\nBye.\n", "t.md"))

    assert poll["poll"]["question"] == "Which?"
    assert reveal["text"] == "✅ The right answer: left\n\nBecause.\n\n• left: As it should be."
    assert reveal["reply_to_message"]["message_id"] == poll["message_id"]
    assert after["text"] == "Bye."


async def test_every_post_that_is_refused_is_told_with_its_line_and_the_others_are_shown(sent):
    thread = markdown.parse(f"{HEAD}{QUIZ}\n---\nHello.\n\n---\n{QUIZ}", "t.md")
    polls = [post.poll and post.poll.model_copy(update={"question": "?" * 301}) for post in thread.posts]
    posts = [post.model_copy(update={"poll": poll}) for post, poll in zip(thread.posts, polls, strict=True)]
    refused, messages = await sent(thread.model_copy(update={"posts": tuple(posts)}))

    assert [(problem.line, "Telegram refuses this post" in problem.message) for problem in refused] == [
        (post.line, True) for post in posts if post.poll
    ]
    assert [message["text"] for message in messages] == ["Hello."]


async def test_a_picture_that_was_damaged_since_it_was_checked_is_told_with_its_line(sent, tmp_path):
    (tmp_path / "a.png").write_bytes(png())
    thread = markdown.parse(f"{HEAD}![](a.png)\n\n---\nHello.\n\n---\n![](a.png)\n", "t.md", tmp_path)
    (tmp_path / "a.png").write_bytes(png()[:20])  # since then
    refused, messages = await sent(thread)

    assert [(problem.line, problem.message[:18]) for problem in refused] == [
        (line, "'a.png' is damaged") for line in (5, 11)
    ]
    assert [message["text"] for message in messages] == ["Hello."]


def test_the_address_that_is_printed_opens_at_the_first_message(place):
    process = place.start("preview", "t.md", "--port", "0")
    url, chat, number = re.search(r"(http://[^/]+)/\?chat=(\S+)&message=(\d+)", process.stdout.readline()).groups()
    messages = httpx.get(f"{url}/sim/chats/{chat}/messages").json()["messages"]

    assert messages[0]["message_id"] == int(number)
    assert messages[0]["text"] == "Hello."
