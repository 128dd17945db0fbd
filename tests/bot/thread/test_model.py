from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.thread.model import Formula, Image, Option, Post, Thread
from tests.conftest import NOON
from tests.factory import poll

MINUTES = st.integers(0, 600).map(lambda n: timedelta(minutes=n))
texts = st.builds(Post, line=st.just(1), text=st.just("t"), pause=MINUTES, after=st.sampled_from(("post", "polls")))
polls = st.builds(
    lambda open_, pause: Post(line=1, poll=poll().model_copy(update={"open": open_}), pause=pause), MINUTES, MINUTES
)


@given(posts=st.lists(st.one_of(texts, polls), min_size=1, max_size=8))
def test_each_post_is_due_its_pause_after_what_it_waits_for(posts):
    due = Thread(title="T", posts=posts).due(NOON)

    assert due[0] == NOON
    for number, post in enumerate(posts[1:], 1):
        closes = [at + before.poll.open for at, before in zip(due, posts[:number], strict=False) if before.poll]
        waits_for = [due[number - 1], *(closes if post.after == "polls" else [])]
        assert due[number] == max(waits_for) + post.pause


def test_a_post_after_polls_waits_for_the_longest_and_not_for_the_last():
    long, short = (
        Post(line=1, poll=poll().model_copy(update={"open": timedelta(hours=h)}), pause=timedelta(0)) for h in (3, 1)
    )
    after = Post(line=1, text="t", pause=timedelta(minutes=1), after="polls")

    assert Thread(title="T", posts=(long, short, after)).due(NOON)[2] == NOON + timedelta(hours=3, minutes=1)


def test_what_older_versions_do_not_know_is_stored_only_where_it_is_used():
    plain = Post(line=1, poll=poll(), pause=timedelta(0)).model_dump(mode="json")["poll"]
    new = {"members_only": True, "picture": Formula(latex="x")}
    closed = Post(line=1, poll=poll().model_copy(update=new), pause=timedelta(0)).model_dump(mode="json")["poll"]

    assert set(closed) - set(plain) == set(new)
    assert set(plain["options"][0]) == {"text", "correct", "feedback"}


def test_pictures_are_stored_in_one_order_the_polls_own_its_options_its_explanations():
    option = Option(text="A", picture=Formula(latex="b"))
    shown = {"picture": Formula(latex="a"), "options": (Option(text="x"), option), "explained": (Image(path="c"),)}
    post = Post(line=1, poll=poll().model_copy(update=shown), pause=timedelta(0))

    assert post.shown == (Formula(latex="a"), Formula(latex="b"), Image(path="c"))
    assert Post.model_validate_json(post.model_dump_json()) == post
