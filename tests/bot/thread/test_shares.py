"""`shares` of a poll: a number for each option, and the demo's voters decide by them."""

import pytest

from bot.demo.subscribers import Subscribers
from bot.thread import markdown

THREAD = "---\ntitle: T\n---\nq?\n\n- [x] a\n- [ ] b\n\n```poll\nshares: {}\n```\n"


@pytest.mark.parametrize("shares", ["[1]", "[0, 0]", "[1, 2, 3]"])
def test_shares_that_are_not_one_for_each_option_are_told_in_their_place(shares):
    _, problems = markdown.inspect(THREAD.format(shares))

    assert [(problem.line, problem.column) for problem in problems] == [(10, 9)]


@pytest.mark.parametrize("shares", ["[-1, 2]", "[.nan, 1]", "[.inf, 1]", "[a, b]"])
def test_a_share_is_a_number_from_zero_on(shares):
    thread, _ = markdown.inspect(THREAD.format(shares))

    assert thread is None


def test_voters_of_a_demo_decide_by_them(api):
    voters = Subscribers(api, 100)
    poll = markdown.parse(THREAD.format("[3, 1]"), "t.md").posts[0].poll
    last = {move.voter: move.options for move in voters.plan(poll, 0, 10) if move.options}
    voters.http.close()

    assert sum(options == (0,) for options in last.values()) == 75
