"""What is written is read back the same: threads by hypothesis, and the threads that we publish."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.thread import markdown, writer
from bot.thread.model import Image, Option, Poll, Post, Thread

from .test_properties import without_lines
from .writing import threads

FILES = sorted(Path("threads").rglob("*.md"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(threads)
def test_a_thread_that_was_written_is_read_back_the_same(thread):
    found = markdown.parse(writer.written(thread), "t.md")

    assert without_lines(found) == thread


@pytest.mark.parametrize("path", FILES, ids=str)
def test_our_own_threads_are_read_back_the_same(path):
    thread = markdown.read(path)

    assert without_lines(markdown.parse(writer.written(thread), "t.md", path.parent)) == without_lines(thread)


def test_whatever_an_option_begins_with_an_explanation_may_begin_with_a_list():
    options = (Option(text="- [x] # 1. a|b"), Option(text="*--*", correct=True, feedback="so\n\n- it is"))
    poll = Poll(id="p", question="--- $x$ [a](b)?", options=options, explanation="- one\n- two", shares=(1, 2.5))
    thread = Thread(
        title="#1: a", posts=(Post(line=0, poll=poll, pause="PT5M"),), start=datetime(2026, 1, 2, tzinfo=UTC)
    )

    assert without_lines(markdown.parse(writer.written(thread), "t.md")) == thread


LETTERED = """---
title: T
language: en
---
Above.

- a list

Which?

- [ ] one **bold**, `code`
    > no
- [x]
  ```py
  a

  b
  **B.** is no letter
  ```

  and more
- [ ] $$x^2$$ three

```poll
letters: yes
members_only: true
countries: [KZ]
```

$$
y
$$
"""


@pytest.mark.parametrize("above", ["", "Long. " * 200])
def test_a_poll_with_letters_pictures_and_voters_is_read_back_the_same(above):
    thread = markdown.parse(LETTERED.replace("Above.", f"Above. {above}"), "t.md")

    assert without_lines(markdown.parse(writer.written(thread), "t.md")) == without_lines(thread)


def test_options_that_are_pictures_alone_are_read_back_the_same():
    text = "---\ntitle: T\n---\nQ\n\n- [x] $$x^2$$\n- [ ] $$\\int x$$\n- [ ] y $$y$$\n- [ ] none"
    thread = markdown.parse(text, "t.md")

    assert [one.voted for one in thread.posts[0].poll.options] == ["A", "B", "y", "none"]
    assert without_lines(markdown.parse(writer.written(thread), "t.md")) == without_lines(thread)


@given(st.text("a /%()<>[]*_`яж.", min_size=1).map(lambda name: f"x{name}.png"))
def test_a_picture_keeps_its_path(path):
    post = Post(line=0, text="x", pictures=(Image(path=path),), pause="PT5M")
    text = writer.written(Thread(title="T", posts=(post,)))
    _, problems = markdown.inspect(text)

    assert [repr(path) in problem.message for problem in problems] == [True]
