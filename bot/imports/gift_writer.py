"""The polls of a thread as Moodle's GIFT, its texts as descriptions; what GIFT has no form for is told in a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.thread import writer
from bot.thread.escape import one_line
from bot.thread.model import Markdown, Poll, Post, Thread


def written(thread: Thread) -> str:
    return "\n".join(_item(post) for post in thread.posts if post.poll or post.text)


def left_out(thread: Thread) -> Iterator[str]:
    """What is in the thread and not in its GIFT."""
    for number, post in enumerate(thread.posts, 1):
        if post.poll and post.poll.kind == "opinion":
            yield f"post {number} is an opinion: GIFT has no question without a right answer"
        if post.shown:
            yield f"post {number} has pictures: GIFT is text"


def _item(post: Post) -> str:
    poll = post.poll
    if poll is None:
        return f"[markdown]{_escaped(post.text)}\n"
    if poll.kind == "opinion":
        return f"// {' '.join(poll.question.split())}: an opinion, GIFT has no question without a right answer\n"
    above, bodies = writer.options(post)
    stem = "\n\n".join(filter(None, (above, one_line(poll.question))))
    general = f"####{_escaped(poll.explanation)}\n" if poll.explanation else ""
    return f"::{_escaped(poll.id)}::[markdown]{_escaped(stem)}{{\n{''.join(_answers(poll, bodies))}{general}}}\n"


def _answers(poll: Poll, bodies: list[Markdown]) -> Iterator[str]:
    """One right answer is `=`; several are weights, thirds as Moodle writes them."""
    count = sum(option.correct for option in poll.options)
    share = f"{100 / count:.5f}".rstrip("0").rstrip(".")
    for option, body in zip(poll.options, bodies, strict=True):
        right = "=" if count == 1 else f"~%{share}%"
        feedback = f"#{_escaped(option.feedback)}" if option.feedback else ""
        yield f"\t{right if option.correct else '~'}{_escaped(body or one_line(option.text))}{feedback}\n"


def _escaped(text: Markdown) -> str:
    r"""GIFT's own signs; an empty line would end the question, so each line break is \n."""
    return re.sub(r"[~=#{}:\\]", r"\\\g<0>", text).replace("\n", "\\n")
