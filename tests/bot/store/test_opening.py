"""Which files are opened, which are made or upgraded, and the sentences about all others."""

import os
import re
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from bot.errors import StoreError
from bot.store import location, schema, store
from tests.bot.store import stored

NOBODY = 65534
TYPED = st.text(st.characters(codec="utf-8"))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "pollbot.db"


@pytest.fixture
def folder():
    """One that another user can reach, with a database in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        store.create(f"sqlite:///{folder / 'pollbot.db'}").dispose()
        (folder / "pollbot.db").chmod(0o666)
        yield folder
        folder.chmod(0o777)


@pytest.fixture
def _nobody():
    """This process without root's power over every file."""
    if os.geteuid() == 0:
        os.setresuid(NOBODY, NOBODY, 0)
        yield
        os.setresuid(0, 0, 0)
    else:
        yield


def foreign(file, *statements):
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(";".join(statements))
    return file.read_bytes()


def test_where_there_is_no_database_nothing_is_made(file, url):
    with pytest.raises(StoreError, match=f"no database at {file}; .*run. makes it"):
        store.connect(url)
    assert not file.exists()


def test_an_empty_file_is_filled_but_not_by_what_only_reads(file, url):
    file.touch()
    with pytest.raises(StoreError, match="the file is empty"):
        store.connect(url)
    store.create(url).dispose()

    store.connect(url).dispose()


def test_an_older_database_is_upgraded_by_run_alone(file, tmp_path):
    stored.load(file)
    scripts = stored.next_scripts(tmp_path)
    with pytest.raises(StoreError, match=r"another version of pollbot \(0001; this one needs 0002\): `pollbot run`"):
        schema.check(file, scripts)
    schema.upgrade(file, scripts)

    schema.check(file, scripts)


@pytest.mark.parametrize("opened", [store.connect, store.create])
def test_a_newer_database_is_left_alone(file, url, opened):
    stored.load(file)
    foreign(file, "UPDATE alembic_version SET version_num = '9000'")
    before = stored.contents(file)

    with pytest.raises(StoreError, match=r"newer pollbot \(9000\); this one knows \d{4}"):
        opened(url)
    assert stored.contents(file) == before


@pytest.mark.parametrize("opened", [store.connect, store.create])
@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE songs (id INTEGER)"],
        ["CREATE TABLE songs (id INTEGER)", "CREATE TABLE alembic_version (version_num)"],
        ["CREATE TABLE songs (id)", "CREATE TABLE alembic_version (v)", "INSERT INTO alembic_version VALUES ('0001')"],
        ["CREATE TABLE facts (id)", "CREATE TABLE publications (id)", "CREATE TABLE alembic_version (version_num)"],
    ],
)
def test_another_programs_database_is_not_filled_with_our_tables(file, url, opened, statements):
    before = foreign(file, *statements)

    with pytest.raises(StoreError, match="is another program's database"):
        opened(url)
    assert file.read_bytes() == before


@settings(max_examples=60, deadline=None)
@given(content=st.binary(min_size=2, max_size=5000))  # SQLite takes a single byte for an empty file
@example(b"\0\0")
@example(b"hello")
@example(b"SQLite format 3\0")
@example(b"SQLite format 3\0" + bytes(5000))
def test_a_file_that_is_no_database_stays_as_it_is(content):
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "pollbot.db"
        file.write_bytes(content)

        with pytest.raises(StoreError, match=f"{file} is (not a SQLite database|damaged)"):
            store.create(f"sqlite:///{file}")
        assert file.read_bytes() == content


@settings(deadline=None)
@given(url=TYPED | TYPED.map("sqlite:///".__add__))
@example("sqlite:///%20?.db")
@example("sqlite:///a//b.db")
def test_every_address_is_a_file_or_a_sentence(url):
    with suppress(StoreError):
        assert location.of(url) == Path(os.path.realpath(make_url(url).database))


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        "sqlite+aiosqlite:///x.db",
        "postgresql:///x",
    ],
)
def test_an_address_that_names_no_file_is_told_with_one_that_does(url):
    with pytest.raises(StoreError, match=f"{re.escape(repr(url))} names no SQLite file; write .* sqlite:///pollbot.db"):
        location.of(url)


def test_no_sentence_tells_a_password():
    with pytest.raises(StoreError, match=r"postgresql://\*\*\*@host/x' names no SQLite file"):
        location.of("postgresql://me:secret@host/x")


@pytest.mark.parametrize("opened", [store.connect, store.create])
def test_a_folder_that_is_missing_is_named(tmp_path, opened):
    with pytest.raises(StoreError, match=f"there is no folder {tmp_path / 'no'};"):
        opened(f"sqlite:///{tmp_path / 'no' / 'pollbot.db'}")


@pytest.mark.parametrize("opened", [store.connect, store.create])
def test_what_is_no_file_is_named(tmp_path, opened):
    with pytest.raises(StoreError, match=f"{tmp_path} is no file"):
        opened(f"sqlite:///{tmp_path}")
    with pytest.raises(StoreError, match="/dev/null is no file"):
        opened("sqlite:////dev/null")


@pytest.mark.parametrize("opened", [store.connect, store.create])
def test_a_file_that_may_not_be_written_is_named(folder, opened, request):
    (folder / "pollbot.db").chmod(0o444)
    request.getfixturevalue("_nobody")

    with pytest.raises(StoreError, match=f"{folder / 'pollbot.db'} may not be read and written by this user"):
        opened(f"sqlite:///{folder / 'pollbot.db'}")


@pytest.mark.parametrize("opened", [store.connect, store.create])
@pytest.mark.parametrize("name", ["pollbot.db", "new.db"])
def test_a_folder_that_may_not_be_written_is_named(folder, opened, name, request):
    folder.chmod(0o555)
    request.getfixturevalue("_nobody")

    with pytest.raises(StoreError, match=f"folder {folder} may not be written|no database at"):
        opened(f"sqlite:///{folder / name}")


def test_a_name_that_no_disk_takes_is_a_sentence(tmp_path):
    with pytest.raises(StoreError, match="unable to open database file"):
        store.create(f"sqlite:///{tmp_path / ('x' * 300)}")


def test_a_link_is_followed_to_where_the_log_and_the_copies_lie(file, url, tmp_path):
    (tmp_path / "data").mkdir()
    file.symlink_to(tmp_path / "data" / "real.db")
    store.create(url).dispose()

    assert location.of(url) == tmp_path / "data" / "real.db"
    store.connect(url).dispose()


def test_a_database_held_by_another_program_is_told(file, url, monkeypatch):
    store.create(url).dispose()
    monkeypatch.setattr(schema, "PATIENCE_S", 0)
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(StoreError, match="is held by another program"):
            store.connect(url)


def test_a_database_that_is_taken_away_is_not_made_anew(file, database):
    with store.reading(database):
        file.unlink()
        with pytest.raises(Exception, match="unable to open database file"), store.reading(database):
            pass


def test_who_makes_a_database_waits_for_another_who_is_at_it(file, monkeypatch):
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(schema, "sleep", lambda _: other.in_transaction and other.execute("ROLLBACK"))
        schema.upgrade(file)

    schema.check(file)
