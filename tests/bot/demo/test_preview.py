"""A preview shows what readers will see of a file that is being written, and beside it what is wrong."""

import re
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.publish import store_thread
from bot.demo.drawings import MISSING, Drawings
from bot.demo.posted import Posted
from bot.demo.processes import Emulator
from bot.store import runs, store
from bot.thread import markdown
from experiments.measurement import Finding, Measurement
from tests.bot.conftest import TOKEN
from tests.factory import CHANNEL, png
from tests.patience import eventually

HEAD = "---\ntitle: T\nlanguage: en\n---\n"
QUIZ = """\
Which?

- [x] left
    > As it **should** be.
- [ ] right

Because.
"""
TEXT, POLL, OPEN_FENCE, ONE_OPTION, NO_PICTURE = (
    "Hello {n}.",
    QUIZ.replace("?", " {n}?"),
    "```poll",
    "- [ ] a",
    "![](none.png)",
)


class Desk:
    """A file on an author's desk, and what the page shows of it."""

    def __init__(self, posted: Posted, sim: httpx.Client) -> None:
        self.posted, self.sim = posted, sim
        self.file = posted.file

    def save(self, *posts: str, head: str = HEAD) -> list[dict]:
        self.file.write_text(head + "\n---\n".join(posts))
        return self.look()

    def look(self) -> list[dict]:
        self.posted.read()
        self.posted.show()
        return self.messages()

    def messages(self) -> list[dict]:
        return self.sim.get("/chats/@ml_channel/messages").json()["messages"]

    def chat(self) -> dict:
        return next(chat for chat in self.sim.get("/chats").json()["chats"] if chat["username"] == "ml_channel")


@pytest.fixture
def desk(api, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    emulator = Emulator(api, TOKEN)
    with httpx.Client(base_url=f"{api}/sim") as sim, Posted(tmp_path / "t.md", emulator, Drawings()) as posted:
        yield Desk(posted, sim)


def notes(messages: list[dict]) -> list[tuple]:
    found = [message["seen"]["note"] for message in messages if message["seen"]["note"]]
    return [(note["post"], note["unread"], [p["message"] for p in note["problems"]]) for note in found]


def test_below_a_poll_stands_its_reveal(desk):
    _, poll, reveal, after = desk.save("Hello.", QUIZ, "Bye.")

    assert poll["poll"]["question"] == "Which?"
    assert reveal["text"] == "✅ The right answer: left\n\nBecause.\n\n• left: As it should be."
    assert reveal["reply_to_message"]["message_id"] == poll["message_id"]
    assert after["text"] == "Bye."


def test_the_picture_of_a_reveal_comes_as_soon_as_it_is_drawn(desk):
    desk.save(QUIZ)
    with desk.posted.drawings as drawings:
        assert eventually(lambda: drawings.fresh)
        _, reveal = desk.look()

    assert reveal["caption"].startswith("✅ The right answer: left")
    assert reveal["photo"][-1]["width"] > 600
    assert not drawings.pending()


def test_without_matplotlib_the_reveal_is_its_text_and_the_page_says_why(desk):
    desk.posted.drawings.able, desk.posted.drawings.trouble = False, MISSING
    desk.save(QUIZ)

    assert desk.chat()["preview"]["remark"] == MISSING
    assert not desk.posted.drawings.pending()


def test_a_measurement_that_is_at_hand_is_told_and_else_that_it_will_be(desk):
    fence = "\n```experiment\nrun: zero_init\noptions: [learns, dead]\nseeds: 2\n```\n"
    _, before = desk.save(QUIZ + fence)
    with store.created("sqlite:///pollbot.db") as database:
        now = datetime.now(UTC)
        store_thread(database, markdown.read(desk.file), desk.file, CHANNEL, now, now)
        run = runs.claim(database, "test", ("measure",), now)
        runs.finish(database, run.key, owner="test", output=measurement().model_dump_json().encode(), now=now)
    _, after = desk.look()

    assert before["text"].endswith("The measurement will stand here: it is made before the poll goes out.")
    assert "Measured: 2 seeds" in after["text"]
    assert after["message_id"] == before["message_id"]


def measurement() -> Measurement:
    texts = {"ru": "2 сида", "en": "2 seeds"}
    found = {"number": 1.0, "spread": (1.0, 1.0), "unit": texts, "condition": texts}
    findings = (
        Finding(option="learns", supported="yes", **found),
        Finding(option="dead", supported="no", **found),
    )
    return Measurement(
        experiment="zero_init", params={}, seeds=2, versions={}, settings=texts, findings=findings, data={}
    )


def test_a_post_that_is_refused_is_told_with_its_line_and_the_others_are_shown(desk):
    desk.file.write_text(f"{HEAD}Hello.\n\n---\n{QUIZ}\n---\nBye.")
    desk.posted.read()
    desk.sim.post(
        "/faults", json={"kind": "error", "method": "sendPoll", "status": 400, "description": "Bad Request: no"}
    )
    (refused,) = desk.posted.show()

    assert (refused.line, refused.message) == (8, "Telegram refuses this post: no")
    assert [heard(message) for message in desk.messages()] == ["Hello.", "post 2 read", "Bye."]


def test_a_picture_that_was_damaged_since_it_was_checked_is_told_with_its_line(desk, tmp_path):
    (tmp_path / "a.png").write_bytes(png())
    desk.file.write_text(f"{HEAD}![](a.png)\n\n---\nHello.\n")
    desk.posted.read()
    (tmp_path / "a.png").write_bytes(png()[:20])  # since then
    (damaged,) = desk.posted.show()

    assert (damaged.line, damaged.message[:18]) == (5, "'a.png' is damaged")
    assert [heard(message) for message in desk.messages()] == ["post 1 read", "Hello."]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([TEXT, POLL, OPEN_FENCE, ONE_OPTION, NO_PICTURE]), min_size=1, max_size=6))
def test_a_note_stands_where_a_post_cannot_be_read_and_all_others_are_shown(desk, posts):
    meant = {TEXT: ["Hello {n}."], POLL: ["Which {n}?", "✅ The right answer: left"]}
    messages = desk.save(*(post.replace("{n}", str(n)) for n, post in enumerate(posts, 1)))

    assert [heard(message) for message in messages] == [
        line.replace("{n}", str(n)) for n, post in enumerate(posts, 1) for line in meant.get(post, ["post {n} unread"])
    ]
    assert desk.chat()["preview"]["errors"] == sum(len(problems) for *_, problems in notes(messages))


def heard(message: dict) -> str:
    """The first line of a message, or of which post it is a note."""
    if note := message["seen"]["note"]:
        return f"post {note['post']} {'unread' if note['unread'] else 'read'}"
    return (message.get("text") or message["poll"]["question"]).partition("\n")[0]


def test_a_problem_is_told_with_its_place_its_line_and_where_in_that(desk):
    (note, *_) = desk.save("Hello.", "Which?\n\n- [ ] a\n- [ ] b\n\n```poll\nopne: 1h\n```")[1:]

    assert note["seen"]["note"]["problems"] == [
        {"line": 13, "column": 1, "severity": "error", "source": "opne: 1h", "at": 0}
        | {"message": "unknown key 'opne': did you mean 'open'?"}
    ]


def test_a_front_matter_that_is_wrong_hides_no_post_and_keeps_the_language(desk):
    desk.save("Hello.", "Bye.")
    top, *posts = desk.save("Hello.", "Bye.", head="---\ntitle: T\nlanguage: en\npause: 5x\n---\n")

    assert notes([top])[0][:2] == (0, False)
    assert [message["text"] for message in posts] == ["Hello.", "Bye."]
    assert desk.chat()["language"] == "en"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"no front matter"])
def test_what_is_no_thread_at_the_moment_leaves_the_posts_that_were_there(desk, content):
    desk.save("Hello.", "Bye.")
    desk.file.write_bytes(content)
    top, *posts = desk.look()

    assert notes([top])[0][0] == 0
    assert [message["text"] for message in posts] == ["Hello.", "Bye."]


def test_what_was_not_edited_stays_with_its_votes(desk):
    _, poll, *_ = desk.save("Hello.", QUIZ, "Bye.")
    voted = {"user": 1000, "poll": poll["poll"]["id"], "options": [1]}
    desk.sim.post("/vote", json=voted).raise_for_status()
    _, _, same, *_ = desk.save("One more.", "Hello.", QUIZ, "Bye, bye.")

    assert same["message_id"] == poll["message_id"]
    assert same["seen"]["poll"]["chosen"] == [1]


def test_the_page_speaks_the_language_of_the_thread(desk):
    desk.save("Hello.", head="---\ntitle: T\nlanguage: ru\n---\n")
    russian = desk.chat()
    desk.save("Hello.")
    english = desk.chat()

    assert (russian["language"], russian["title"]) == ("ru", "ML-канал")
    assert (english["language"], english["title"]) == ("en", "ML channel")


def test_the_address_that_is_printed_opens_at_the_first_message(place):
    process = place.start("preview", "t.md", "--port", "0")
    url, chat, number = re.search(r"(http://[^/]+)/\?chat=(\S+)&message=(\d+)", process.stdout.readline()).groups()
    messages = httpx.get(f"{url}/sim/chats/{chat}/messages").json()["messages"]

    assert messages[0]["message_id"] == int(number)
    assert messages[0]["text"] == "Hello."


def test_a_file_that_is_not_there_is_told(place):
    assert "cannot read 'none.md': No such file or directory" in place.refused("preview", "none.md")
