"""A mended file takes the place of what has not gone out: shown first, all of it or nothing."""

import pytest
from sqlalchemy import select

from bot.commands import replace, status
from bot.errors import SettingsError, ThreadError
from bot.store import messages, questions, schedule, steering
from bot.store.messages import Intent
from bot.store.tables import metadata, runs
from bot.thread import markdown
from tests.conftest import NOON
from tests.factory import GROUP, png, send

THREAD = """\
---
title: Mended
language: en
pause: 5m
---
The first.

---
Which head?

- [ ] none
- [x] one

```poll
id: heads
```

---
The last.
"""


@pytest.fixture
def planned(database, tmp_path):
    """A publication of three posts, and its file."""
    file = tmp_path / "thread.md"
    file.write_text(THREAD)
    thread = markdown.read(file)
    schedule.schedule(database, thread, GROUP, start=NOON, now=NOON, files=[[], [], []])
    return database, file


def everything(database):
    with database.connect() as connection:
        return {table.name: connection.execute(select(table)).all() for table in metadata.sorted_tables}


def mended(planned, old, new, position=None, sure=lambda _: True):
    database, file = planned
    file.write_text(file.read_text().replace(old, new))
    return replace.replace(database, 1, file, position, NOON, sure)


def posts(database):
    return schedule.thread(database, 1)[0].posts


def test_what_differs_is_shown_and_then_replaced(planned):
    shown = []
    told = mended(
        planned, "- [ ] none\n- [x] one", "- [x] none\n- [ ] one", sure=lambda words: shown.append(words) or True
    )

    assert told == "publication 1: replaced post 2"
    assert "post 2:" in shown[0]
    assert "-- [ ] none\n-- [x] one\n+- [x] none\n+- [ ] one" in shown[0]
    assert [option.correct for option in posts(planned[0])[1].poll.options] == [True, False]


def test_where_it_is_not_meant_nothing_is_changed(planned):
    before = everything(planned[0])

    assert mended(planned, "The last.", "Another.", sure=lambda _: False) == "publication 1: nothing is replaced"
    assert everything(planned[0]) == before


def test_where_nothing_differs_nobody_is_asked(planned):
    assert mended(planned, "The", "The", sure=pytest.fail) == "publication 1: nothing differs, and nothing is replaced"


def test_one_post_alone_is_replaced(planned):
    mended(planned, "The first.", "One.")
    told = mended(planned, "The last.", "Three.", 3)

    assert told == "publication 1: replaced post 3"
    assert [post.text for post in posts(planned[0])] == ["One.", "", "Three."]


def test_what_has_gone_out_stays_and_what_has_not_is_replaced(planned):
    send(planned[0], NOON, 1)
    mended(planned, "The first.", "Too late.")
    told = mended(planned, "The last.", "In time.")

    assert told == "publication 1: replaced post 3"
    assert [post.text for post in posts(planned[0])] == ["The first.", "", "In time."]
    with pytest.raises(
        SettingsError, match="post 1 of publication 1 has gone out or is on its way; to be replaced: 2, 3"
    ):
        mended(planned, "Too late.", "Far too late.", 1)


@pytest.mark.parametrize("state", ["unknown", "sending"])
def test_a_post_that_may_stand_in_the_chat_is_not_replaced(planned, state):
    database, _ = planned
    intent = Intent(schedule.address(database, 1, 1).post_id, "post", 0)
    messages.intend(database, intent, chat_id=GROUP.id, digest="digest", now=NOON)
    if state == "unknown":
        questions.stop(database, intent, "unknown", "lost")

    with pytest.raises(SettingsError, match="post 1 of publication 1 has gone out or is on its way"):
        mended(planned, "The first.", "Another.", 1)


def test_a_post_that_is_held_for_its_key_is_planned_again_and_nobody_has_approved_the_new_one(planned):
    database, _ = planned
    send(database, NOON, 1)
    questions.hold(database, schedule.address(database, 1, 2), "post", "key", "contradicted", NOON)
    mended(planned, "- [ ] none\n- [x] one", "- [x] none\n- [ ] one")

    assert status.read(database).publications[0].posts[1].state == "planned"
    assert questions.unasked(database) == []
    (due,) = schedule.due_posts(database, NOON.replace(hour=23))
    assert (due.address.position, due.approved) == (2, False)


EXPERIMENT = "\n```experiment\nrun: heads\noptions: [softmax+nll, logsoftmax+nll]\nseeds: {}\n```\n"


def test_the_new_measurement_is_queued_and_the_old_one_given_up(planned):
    database, _ = planned
    mended(planned, "```poll\nid: heads\n```\n", "```poll\nid: heads\n```\n" + EXPERIMENT.format(3))
    mended(planned, "seeds: 3", "seeds: 4")

    with database.connect() as connection:
        found = connection.execute(select(runs.c.input, runs.c.state)).all()
    assert {(row.input["seeds"], row.state) for row in found} == {(3, "cancelled"), (4, "queued")}


def test_a_picture_that_has_changed_in_an_unchanged_file_is_replaced(planned):
    database, file = planned
    (file.parent / "a.png").write_bytes(png(40, 30))
    mended(planned, "The last.", "![words](a.png)")
    (file.parent / "a.png").write_bytes(png(60, 30))
    shown = []

    assert mended(planned, "", "", sure=lambda words: shown.append(words) or True) == "publication 1: replaced post 3"
    assert shown == ["post 3:\nits pictures differ"]
    assert schedule.content(database, schedule.address(database, 1, 3).post_id).pictures == [png(60, 30)]


@pytest.mark.parametrize(
    ("old", "new", "error", "told"),
    [
        ("\n---\nThe last.", "", SettingsError, "has 2 posts and publication 1 has 3"),
        ("- [x] one\n", "", ThreadError, "option"),
        ("id: heads\n", "id: heads\nmembers_only: true\n", SettingsError, "is no channel"),
    ],
)
def test_a_file_that_cannot_take_its_place_changes_nothing(planned, old, new, error, told):
    before = everything(planned[0])

    with pytest.raises(error, match=told):
        mended(planned, old, new)
    assert everything(planned[0]) == before


def test_who_replaced_what_is_in_the_audit(planned):
    mended(planned, "The", "A")

    with planned[0].connect() as connection:
        assert [(deed.action, deed.position) for deed in steering.deeds(connection)] == [("replace", 3), ("replace", 1)]


def test_there_is_no_publication_to_be_replaced(planned):
    with pytest.raises(SettingsError, match="there is no publication 7"):
        replace.replace(planned[0], 7, planned[1], None, NOON, pytest.fail)
