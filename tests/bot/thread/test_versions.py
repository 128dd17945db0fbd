"""What has changed from one version of a thread to the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.thread.versions import Changes, changes
from tests.factory import text, thread

WORDS = st.lists(st.sampled_from("abcde"), min_size=1, max_size=8)


def written(words):
    return thread(*(text(word).model_copy(update={"line": number}) for number, word in enumerate(words)))


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("abc", "abc", ([], [], [])),
        ("abc", "xabc", ([], [1], [])),
        ("abc", "axc", ([2], [], [])),
        ("abc", "ac", ([], [], [2])),
        ("abc", "axyc", ([2], [3], [])),
        ("abc", "x", ([1], [], [2, 3])),
    ],
)
def test_posts_are_changed_added_or_removed(before, after, found):
    assert changes(written(before), written(after)) == Changes(*found)


@given(WORDS, WORDS)
def test_nothing_has_changed_only_between_the_same(before, after):
    found = changes(written(before), written(after))

    assert (not any(found)) == (before == after)
    assert len(before) + len(found.added) - len(found.removed) == len(after)
