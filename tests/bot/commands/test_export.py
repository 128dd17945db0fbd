"""Tables for others: read back by a CSV and a JSON reader, never compared as text with our own writer."""

import csv
import io
import json
import tracemalloc
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy import text as sql

from bot.commands import export
from bot.commands.export import Ballot, Count
from bot.store import pseudonym, votes
from bot.store.polls import Tally, closed, closing
from tests.conftest import NOON
from tests.factory import CHANNEL, KEY, answer, asked, poll, publish, send, snapshot

ANN, BOB = 1, 2
READERS = {"csv": lambda text: list(csv.DictReader(io.StringIO(text))), "json": json.loads}


@pytest.fixture
def opened(database):
    """Two group polls of one publication, which Telegram knows as P and Q."""
    publish(database, NOON, asked(poll("first")), asked(poll("second")))
    send(database, NOON, 10, telegram_id="P")
    send(database, NOON + timedelta(minutes=1), 11, telegram_id="Q")
    return database


def vote(database, *updates, minutes=0):
    votes.record(database, updates, KEY, NOON + timedelta(minutes=minutes))


def name(user):
    return f"{pseudonym.of(user, KEY, 1) & (1 << 64) - 1:016x}"


def written(form, columns, rows):
    out = io.StringIO()
    export.write(columns, rows, form, out)
    return out.getvalue()


def test_a_vote_is_exported_with_its_options_from_one_on_and_its_hashed_voter(opened):
    vote(opened, answer(1, "P", ANN, 0, 2))

    assert list(export.ballots(opened, 1)) == [Ballot("first", name(ANN), "1 3", "2026-12-01T12:00:00+00:00")]


def test_a_changed_vote_is_exported_once_with_the_time_of_its_last_change(opened):
    vote(opened, answer(1, "P", ANN, 0))
    vote(opened, answer(2, "P", ANN, 1), minutes=5)

    assert [(one.options, one.at[11:16]) for one in export.ballots(opened, 1)] == [("2", "12:05")]


def test_a_vote_taken_back_is_not_exported(opened):
    vote(opened, answer(1, "P", ANN, 0), answer(2, "P", BOB, 1), answer(3, "P", ANN))

    assert [one.voter for one in export.ballots(opened, 1)] == [name(BOB)]


def test_polls_come_in_the_thread_s_order_and_no_other_publication_s(opened):
    publish(opened, NOON, asked(poll("other")))
    send(opened, NOON, 12, telegram_id="R")
    vote(opened, answer(1, "Q", ANN, 0), answer(2, "R", ANN, 0), answer(3, "P", ANN, 0), answer(4, "P", BOB, 0))

    assert [one.poll for one in export.ballots(opened, 1)] == ["first", "first", "second"]
    assert [one.poll for one in export.ballots(opened, 2)] == ["other"]


def test_tallies_count_what_stands_and_say_what_is_right(opened):
    vote(opened, answer(1, "P", ANN, 0), answer(2, "P", BOB, 1), answer(3, "P", ANN, 1))

    counted = list(export.tallies(opened, 1))
    assert counted[:3] == [
        Count("first", "option 0", 0, 0),
        Count("first", "option 1", 2, 1),
        Count("first", "option 2", 0, 0),
    ]
    assert [one.votes for one in counted[3:]] == [0, 0, 0]


def test_tallies_of_a_closed_anonymous_poll_are_what_telegram_said_last(database):
    publish(database, NOON, asked(poll()), chat=CHANNEL)
    send(database, NOON, 10, telegram_id="P", chat=CHANNEL)
    vote(database, snapshot(1, "P", 5, 1, 0))
    closing(database, 1)
    closed(database, 1, Tally((7, 1, 0), 8), NOON)

    assert [one.votes for one in export.tallies(database, 1)] == [7, 1, 0]
    assert list(export.ballots(database, 1)) == []


@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_empty_table_can_be_read_too(form):
    text = written(form, Ballot._fields, [])

    assert READERS[form](text) == []
    assert form == "json" or text.split() == ["poll,voter,options,at"]


rows = st.lists(st.builds(Count, st.text(), st.text(), st.integers(0), st.integers(0, 1)))


@given(rows=rows)
def test_json_says_what_was_written_whatever_letters_it_has(rows):
    whole = json.dumps([row._asdict() for row in rows], ensure_ascii=False, indent=1)

    assert written("json", Count._fields, rows) == whole + "\n"


@given(rows=rows)
def test_csv_says_what_was_written_whatever_letters_it_has(rows):
    header, *read = csv.reader(io.StringIO(written("csv", Count._fields, rows), newline=""))

    assert tuple(header) == Count._fields
    assert [[back(cell) for cell in row] for row in read] == [[str(value) for value in row] for row in rows]


def back(cell: str) -> str:
    """A cell without the sign that keeps a spreadsheet from taking it for a formula, as the README has it."""
    return cell[1:] if cell.startswith("'") and export.FORMULA.match(cell) else cell


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "'=1", "＝1", "－1", "=HYPERLINK(1)", "-"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_option_is_a_formula_in_a_spreadsheet(text):
    table = written("csv", Count._fields, [Count("p", text, -3, 1)])
    _, (poll, option, *numbers) = csv.reader(io.StringIO(table, newline=""))

    assert option == f"'{text}"
    assert (poll, numbers) == ("p", ["-3", "1"])


@given(rows=rows)
def test_no_cell_of_a_table_begins_as_a_formula(rows):
    _, *read = csv.reader(io.StringIO(written("csv", Count._fields, rows), newline=""))

    texts = [cell.strip() for poll, option, *_ in read for cell in (poll, option)]
    assert not [text for text in texts if text[:1] in set("=+-@＝＋－＠")]


def test_an_export_looks_up_its_own_polls_votes_and_reads_nobody_else_s(opened):
    asked_for = []
    event.listen(opened, "before_cursor_execute", lambda _c, _u, said, values, *_: asked_for.append((said, values)))
    vote(opened, answer(1, "P", ANN, 0))
    del asked_for[:]
    assert list(export.ballots(opened, 1))

    with opened.connect() as connection:
        queries = [(said, values) for said, values in asked_for if "history" in said]
        plans = [str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {q}", v).all()) for q, v in queries]
    assert len(plans) == 2  # one for each poll, however many votes it has
    assert not [plan for plan in plans if "SCAN" in plan]


def peak(database, publication):
    """The most that an export holds at once, in bytes."""
    tracemalloc.start()
    try:
        count = sum(1 for _ in export.ballots(database, publication))
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_ten_times_as_many_votes_take_no_more_memory(opened):
    vote(opened, *(answer(i, "P", i, 0) for i in range(1, 2 * export.PORTION)))
    list(export.ballots(opened, 1))  # what is remembered from the first time on is no vote
    few, before = peak(opened, 1)
    with opened.begin() as connection:
        many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        connection.execute(sql(f"INSERT INTO history {many} SELECT 100000 + i, 1, 100000 + i, 1, 0 FROM n"))
        some = f"{many} SELECT 1, 100000 + i, 1, 100000 + i FROM n"
        connection.execute(sql(f"INSERT INTO votes (poll_id, voter, options, update_id) {some}"))
    all_, after = peak(opened, 1)

    assert all_ == few + 20_000
    assert after < 1.5 * before
