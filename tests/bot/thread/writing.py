"""Threads as hypothesis makes them up, and as an author would write them."""

import string
from datetime import timedelta

from hypothesis import strategies as st

from bot.thread.model import Experiment, Formula, Option, Poll, Post, Thread

signs = st.characters(categories=("L", "M", "N", "P", "S"), exclude_characters="\ufffd")
lines = st.lists(st.text(signs, min_size=1, max_size=12), min_size=1, max_size=6).map(" ".join)
words = st.lists(st.text("абвгде xyz", min_size=1).map(str.split).map(" ".join).filter(bool), min_size=1, max_size=5)
prose = st.lists(words.map(" ".join), max_size=3).map("\n\n".join)
seconds = st.integers(5, 2_628_000).map(lambda number: timedelta(seconds=number))
experiments = st.builds(
    Experiment,
    run=st.just("zero_init"),
    options=st.permutations(["learns", "dead"]).map(tuple),
    seeds=st.integers(1, 256),
    set=st.fixed_dictionaries({}, optional={"zeroed": st.just([1, 3]), "bias": st.sampled_from(["none", "zero"])}),
)


@st.composite
def polls(draw):
    texts = draw(st.lists(lines, min_size=2, max_size=12, unique=True))
    kind = draw(st.sampled_from(["poll", "quiz", "opinion"]))
    right = set() if kind == "opinion" else draw(st.sets(st.sampled_from(range(len(texts))), min_size=1))
    options = [
        Option(text=text, correct=number in right, feedback=draw(st.one_of(st.just(""), words.map(" ".join))))
        for number, text in enumerate(texts)
    ]
    flags = {name: draw(st.booleans()) for name in ("hide_results", "anonymous", "multiple", "revoting", "shuffle")}
    experiment = draw(experiments) if len(texts) == 2 else None
    words_of_it = {"question": draw(lines), "description": draw(prose), "explanation": draw(prose)}
    name = draw(st.text("abc-7", min_size=1, max_size=9))
    return Poll(id=name, options=options, kind=kind, open=draw(seconds), experiment=experiment, **words_of_it, **flags)


plain_posts = st.builds(
    Post,
    line=st.just(0),
    text=prose.filter(bool),
    pictures=st.lists(st.builds(Formula, latex=st.sampled_from(["x", r"\frac{1}{2}"])), max_size=3),
    pause=seconds,
    days=st.integers(0, 9),
)
poll_posts = st.builds(Post, line=st.just(0), poll=polls(), pause=seconds, days=st.integers(0, 9))
threads = st.builds(
    Thread,
    title=words.map(" ".join),
    language=st.sampled_from(["ru", "en"]),
    posts=st.lists(
        st.one_of(plain_posts, poll_posts),
        min_size=1,
        max_size=4,
        unique_by=lambda post: post.poll.id if post.poll else id(post),
    ).map(tuple),
)


def written(thread: Thread) -> str:
    head = f'---\ntitle: "{thread.title}"\nlanguage: {thread.language}\n---\n'
    return head + "\n---\n".join("\n\n".join(filter(None, _post(post))) for post in thread.posts)


def _post(post: Post):
    yield post.text
    for picture in post.pictures:
        yield f"$$\n{picture.latex}\n$$"
    if post.poll:
        yield from _poll(post.poll)
    yield f"```post\npause: {post.days}d{int(post.pause.total_seconds())}s\nafter: {post.after}\n```"


def _poll(poll: Poll):
    yield poll.description
    yield escaped(poll.question)
    yield "\n".join(_option(option) for option in poll.options)
    yield poll.explanation
    flags = "\n".join(
        f"{name}: {str(getattr(poll, name)).lower()}"
        for name in ("hide_results", "anonymous", "multiple", "revoting", "shuffle")
    )
    yield f"```poll\nid: '{poll.id}'\nkind: {poll.kind}\nopen: {int(poll.open.total_seconds())}s\n{flags}\n```"
    if found := poll.experiment:
        settings = f"options: {list(found.options)}\nseeds: {found.seeds}\nset: {found.set}"
        yield f"```experiment\nrun: {found.run}\n{settings}\n```"


def _option(option: Option) -> str:
    feedback = f"\n    > {option.feedback}" if option.feedback else ""
    return f"- [{'x' if option.correct else ' '}] {escaped(option.text)}{feedback}"


def escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in string.punctuation else sign for sign in text)
