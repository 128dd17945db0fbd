import pytest
from rich.console import Console
from sqlalchemy import event
from sqlalchemy import text as sql

from bot.commands import board, status
from bot.errors import SettingsError
from bot.store import messages, polls, questions
from bot.store.messages import Intent
from bot.store.polls import Tally
from bot.thread.model import Experiment
from experiments.catalogue import ENTRIES
from tests.conftest import NOON
from tests.factory import CHANNEL, GROUP, HOUR, MINUTE, asked, poll, publish, send, standing, text


def measured(name: str = "heads") -> Experiment:
    return Experiment(run=name, options=ENTRIES["heads"].options[:3])


def rewrite(database, **content) -> None:
    """Have another version have written the first post's content."""
    with database.begin() as connection:
        for path, value in content.items():
            where = "$." + path.replace("__", ".")
            statement = sql("UPDATE posts SET content = json_set(content, :where, json(:value)) WHERE position = 1")
            connection.execute(statement, {"where": where, "value": value})


def shown(database, now=NOON) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(board.tables(status.read(database, live=True), now))
    return capture.get()


@pytest.fixture
def closed(database):
    """A publication whose poll is closed, and the post's id."""
    publish(database, NOON, asked(poll()))
    post_id = send(database, NOON, 10)
    (it,) = standing(database, NOON)
    polls.closing(database, it.id)
    polls.closed(database, it.id, Tally((1, 2, 3), 6), NOON + HOUR)
    return post_id


@pytest.mark.parametrize("state", ["unknown", "failed"])
def test_a_stopped_reveal_stops_its_publication(database, closed, state):
    intent = Intent(closed, "reveal", 0)
    messages.intend(database, intent, chat_id=GROUP.id, digest="digest", now=NOON)
    questions.stop(database, intent, state, "photo_invalid_dimensions")
    (found,) = status.read(database).publications

    assert (found.state, found.posts[0].stopped) == ("stopped", True)
    assert found.posts[0].poll.error == "photo_invalid_dimensions"
    assert "reveal stopped" in shown(database)


def test_a_reveal_that_waits_is_no_stopped_one(database, closed):
    assert status.read(database).publications[0].state == "running"


def test_a_post_shows_when_it_went_not_when_it_was_due(database):
    publish(database, NOON, text(), text())
    send(database, NOON + 7 * MINUTE, 10)
    first, second = status.read(database).publications[0].posts

    assert (first.due, first.sent, second.sent) == (NOON, NOON + 7 * MINUTE, None)
    assert "sent 2026-12-01 12:07:00" in shown(database)
    assert "due in 60 s" in shown(database)


def test_what_a_run_does_is_shown_by_name(database):
    publish(database, NOON, asked(poll(experiment=measured())))

    assert status.read(database).publications[0].posts[0].run.experiment == "heads"
    assert "heads queued" in shown(database)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"poll__experiment__run": '"heads_of_old"'}, "no experiment 'heads_of_old' in this version of pollbot"),
        ({"poll__experiment__set": '{"depth_of_old": 3}'}, "depth_of_old: Extra inputs are not permitted"),
        ({"colour": '"red"'}, "cannot read what is stored of the post: colour: Extra"),
        ({"poll": "[]"}, "cannot read what is stored of the post: poll: Input should be"),
    ],
)
def test_a_post_of_another_version_is_told_with_the_reason(database, content, why):
    publish(database, NOON, asked(poll(experiment=measured())), text())
    rewrite(database, **content)
    (found,) = status.read(database).publications

    assert (found.state, found.posts[0].kind, found.posts[1].kind) == ("stopped", "unreadable", "text")
    assert why in found.posts[0].error
    assert "unreadable" in shown(database)


def test_a_post_of_another_version_that_is_over_stops_nothing(database):
    publish(database, NOON, text())
    send(database, NOON, 10)
    rewrite(database, colour='"red"')

    assert status.read(database).publications[0].state == "done"


def test_a_terminal_is_told_of_done_publications_in_one_line(database):
    for chat in (GROUP, CHANNEL):
        publish(database, NOON, text(), chat=chat)
    send(database, NOON, 10, chat=GROUP)

    assert [publication.id for publication in status.read(database, live=True).publications] == [2]
    assert "1 publication is done: `pollbot status --all` shows it as well" in shown(database)
    assert [publication.state for publication in status.read(database).publications] == ["done", "planned"]


def test_a_publication_whose_poll_is_open_is_not_done(database, closed):
    assert [publication.id for publication in status.read(database, live=True).publications] == [1]


def test_ten_publications_are_read_by_as_many_statements_as_one(database):
    seen: list[str] = []
    event.listen(database, "before_cursor_execute", lambda *call: seen.append(call[2]))

    def statements(publications: int) -> int:
        for _ in range(publications):
            publish(database, NOON, asked(poll(experiment=measured())), text())
        seen.clear()
        status.read(database)
        return len(seen)

    assert statements(1) == statements(9) < 10


def test_an_unknown_publication_is_told(database):
    with pytest.raises(SettingsError, match="there is no publication 7"):
        status.read(database, 7)
