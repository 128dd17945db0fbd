import resource
import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256

import pytest
from alembic import command
from sqlalchemy import create_engine, event, inspect
from sqlalchemy.exc import IntegrityError

from bot.commands import doctor, status
from bot.errors import StoreError
from bot.store import due_polls, schedule, schema, store
from tests.bot.store import stored
from tests.conftest import NOON
from tests.factory import asked, poll, publish, send

LATER_ON = NOON + timedelta(days=1)
LATER = schema.revisions()[1:]
INBOX = "0005"
STATES = {
    "posts": "planned sending sent unknown failed skipped",
    "messages": "sending sent unknown failed skipped",
    "polls": "open closing closed revealed",
    "runs": "queued running done failed cancelled",
}
# By revision: the columns ("table.column") whose values it changes on purpose.
MEANT = {"0002": {"messages.digest", "polls.error"}}


@pytest.fixture
def file(tmp_path):
    return stored.load(tmp_path / "pollbot.db")


@pytest.fixture
def scripts(tmp_path):
    return stored.next_scripts(tmp_path)


def test_the_migrations_and_the_tables_agree_and_can_be_undone(tmp_path):
    with schema.migration(tmp_path / "pollbot.db") as connection:
        config = schema.alembic_config(connection)
        command.upgrade(config, "head")
        command.check(config)
        command.downgrade(config, "base")
        left = inspect(connection).get_table_names()
        command.upgrade(config, "head")

    assert left == ["alembic_version"]


def test_the_names_of_the_migrations_files_are_their_revisions():
    from alembic.script import ScriptDirectory

    walked = ScriptDirectory(str(schema.SCRIPTS)).walk_revisions()

    assert [script.revision for script in walked] == schema.revisions()[::-1]


def test_a_new_migration_gets_the_next_number(file, scripts):
    stored.move(file, scripts, "0002")
    with schema.migration(file, scripts) as connection:
        command.revision(schema.alembic_config(connection, scripts), "more columns", autogenerate=True)

    assert schema.revisions(scripts) == ["0001", "0002", "0003"]
    assert 'down_revision = "0002"' in (scripts / "versions" / "0003_more_columns.py").read_text().replace("'", '"')


@pytest.mark.parametrize(
    ("frozen", "digest"),
    [
        (stored.FIRST, "6d385c87e18974c3ac425a4fbc47cb95aa2a858afa3cf5c57109c39dfd857621"),
        (stored.STORED, "97902717c208f3de57246b292165159a8184ac045c0c06e60de41defd549d37a"),
    ],
)
def test_what_databases_in_use_were_made_by_never_changes(frozen, digest):
    assert sha256(frozen.read_bytes()).hexdigest() == digest, "write another migration instead"


def test_the_stored_database_has_rows_in_every_table_and_every_state(file):
    held = stored.contents(file)

    assert [table for table, rows in held.items() if not rows] == []
    states = {table: {row["state"].strip("'") for row in held[table]} for table in STATES}
    assert states == {table: set(names.split()) for table, names in STATES.items()}


@pytest.mark.parametrize("revision", [*LATER, "of the tests"])
def test_each_revision_goes_up_down_and_up_again_and_loses_nothing(file, scripts, revision):
    number, scripts = ("0002", scripts) if revision == "of the tests" else (revision, schema.SCRIPTS)
    below = schema.revisions(scripts)[schema.revisions(scripts).index(number) - 1]
    if below != "0001":
        stored.move(file, scripts, below)
    before, form = stored.contents(file), stored.shape(file)

    stored.move(file, scripts, number)
    up = stored.contents(file)
    stored.move(file, scripts, below)
    down, form_down = stored.contents(file), stored.shape(file)
    stored.move(file, scripts, number)

    meant = MEANT.get(revision, set())
    assert stored.shared(up, before, meant) == stored.shared(before, up, meant)
    assert (down, form_down) == (before, form)
    assert stored.contents(file) == up


def test_why_a_post_is_held_outlives_the_way_down_and_up_again(file):
    stored.move(file, schema.SCRIPTS, "0002")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE messages SET why = 'broken', digest = NULL WHERE why = 'gone'")
        connection.commit()
    before = stored.contents(file)["messages"]
    for revision in ("0001", "0002"):
        stored.move(file, schema.SCRIPTS, revision)

    assert "'broken'" in {row["why"] for row in before}
    assert stored.contents(file)["messages"] == before


def test_what_is_stored_already_has_its_kind_and_its_number_of_options(file):
    stored.move(file, schema.SCRIPTS, "0006")
    with closing(sqlite3.connect(file)) as connection:
        waits = "1, 'waiting', '2026-12-01 12:00:00.000000', NULL, NULL, NULL"
        for number, content in enumerate(
            ['{"update_id": 1, "callback_query": {}}', '{"message": 1}', '{"new": 1}', "{}"]
        ):
            connection.execute(f"INSERT INTO inbox VALUES ({number}, {waits}, '{content}')")
        connection.commit()
    stored.move(file, schema.SCRIPTS, "0007")
    with closing(sqlite3.connect(file)) as connection:
        kinds = [kind for (kind,) in connection.execute("SELECT kind FROM inbox ORDER BY update_id")]
        polls = connection.execute(
            "SELECT options, json_array_length(content, '$.poll.options') FROM polls"
            " JOIN posts ON posts.id = post_id WHERE json_valid(content)"
        ).fetchall()

    assert kinds == ["callback_query", "message", "", ""]
    assert polls
    assert all(options == length for options, length in polls)


def test_what_waits_in_the_inbox_is_kept_aside_on_the_way_down(file):
    stored.move(file, schema.SCRIPTS, INBOX)
    with closing(sqlite3.connect(file)) as connection:
        came = "'2026-12-01 12:00:00.000000'"
        connection.execute(f"INSERT INTO inbox VALUES (7, 1, 'waiting', {came}, NULL, NULL, NULL, '{{}}')")
        connection.execute(f"INSERT INTO inbox VALUES (8, 1, 'stuck', {came}, {came}, 'KeyError(1)', NULL, '{{}}')")
        connection.commit()
    stored.move(file, schema.SCRIPTS, schema.revisions()[schema.revisions().index(INBOX) - 1])
    kept = {(row["update_id"], row["reason"], row["content"]) for row in stored.contents(file)["strays"]}

    assert {("7", "'not handled yet'", "'{}'"), ("8", "'KeyError(1)'", "'{}'")} <= kept


def test_the_way_down_is_refused_while_it_would_count_people_twice(database, tmp_path):
    publish(database, NOON, asked(poll()))
    send(database, NOON, 10, telegram_id="P")
    database.dispose()

    with pytest.raises(StoreError, match="polls P are open: the version before would count their voters twice"):
        stored.move(tmp_path / "pollbot.db", schema.SCRIPTS, "0007")


def test_what_the_first_version_stored_is_read_by_this_one(file, url):
    schema.upgrade(file)
    with store.opened(url) as database:
        due = [due.address for due in schedule.due_posts(database, LATER_ON)]

        assert sorted((post.publication, post.position) for post in due) == [(2, 4), (4, 2), (7, 1)]
        assert len(status.read(database).publications) == 7
        assert len(due_polls.to_close(database, LATER_ON)) == 3
        assert "integrity" not in " ".join(doctor.examine(database, LATER_ON))


def test_a_table_that_others_point_to_can_be_made_anew(file, scripts):
    schema.upgrade(file, scripts)

    assert all("why" in stored.contents(file)[table][0] for table in ("posts", "polls"))


def test_with_foreign_keys_on_no_database_in_use_could_be_migrated(file, scripts):
    database = create_engine(f"sqlite:///{file}")
    event.listen(database, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), database.begin() as connection:
        command.upgrade(schema.alembic_config(connection, scripts), "head")
    database.dispose()


def test_a_migration_that_leaves_rows_pointing_to_nothing_changes_nothing(file, tmp_path):
    scripts = stored.next_scripts(tmp_path, "DELETE FROM publications WHERE id = 1")
    before = stored.contents(file)

    with pytest.raises(StoreError, match="posts 1 names no row of publications"):
        schema.upgrade(file, scripts)
    assert stored.contents(file) == before
    assert not list(tmp_path.glob("*.before-*"))


def test_a_migration_that_fails_is_a_sentence_and_changes_nothing(file, tmp_path):
    scripts = stored.next_scripts(tmp_path, "INSERT INTO facts (name, value) VALUES ('tick', '')")
    before = stored.contents(file)

    with pytest.raises(StoreError, match=r"stays as it was: .*UNIQUE constraint failed"):
        schema.upgrade(file, scripts)
    assert stored.contents(file) == before


@pytest.mark.parametrize(
    ("sql", "room"),
    [
        ("INSERT INTO facts VALUES ('big', hex(zeroblob(200000)))", +100_000),  # for the copy, not for the log
        ("UPDATE polls SET why = error", -5_000),  # for the log, not for the copy
    ],
)
def test_a_migration_for_which_the_disk_is_too_small_changes_nothing_and_leaves_no_copy(file, tmp_path, sql, room):
    scripts = stored.next_scripts(tmp_path, sql)
    before, (_, hard) = stored.contents(file), resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + room, hard))
    try:
        with pytest.raises(StoreError, match="disk"):
            schema.upgrade(file, scripts)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert stored.contents(file) == before
    assert {path.name for path in tmp_path.iterdir()} == {"pollbot.db", "migrations"}


def test_what_a_migration_replaces_is_kept_beside_with_what_stood_in_the_log(file, scripts, tmp_path):
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("INSERT INTO facts VALUES ('only', 'in the log')")
        reader.commit()
        before = stored.contents(file)
        schema.upgrade(file, scripts)

    assert stored.contents(tmp_path / "pollbot.db.before-0002") == before
    assert sorted(path.name for path in tmp_path.glob("pollbot.db*")) == ["pollbot.db", "pollbot.db.before-0002"]


def test_an_older_copy_is_never_lost(file, scripts, tmp_path):
    (tmp_path / "pollbot.db.before-0002").write_text("mine")
    schema.upgrade(file, scripts)

    assert (tmp_path / "pollbot.db.before-0002").read_text() == "mine"
    assert stored.revision_of(tmp_path / "pollbot.db.before-0002.2", scripts) == "0001"


def test_a_copy_may_be_read_by_nobody_who_may_not_read_the_database(file, scripts, tmp_path):
    file.chmod(0o600)
    schema.upgrade(file, scripts)

    assert (tmp_path / "pollbot.db.before-0002").stat().st_mode & 0o777 == 0o600


def test_a_database_is_left_alone_when_it_is_current(url, tmp_path):
    store.create(url).dispose()
    made = (tmp_path / "pollbot.db").read_bytes()
    store.create(url).dispose()

    assert (tmp_path / "pollbot.db").read_bytes() == made
    assert [path.name for path in tmp_path.iterdir()] == ["pollbot.db"]
