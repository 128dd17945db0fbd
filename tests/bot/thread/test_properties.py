"""What holds for any file, and for any thread."""

from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Problem, ThreadError
from bot.thread import characters, markdown, markup
from bot.thread.dialect.parser import parser
from bot.thread.model import Thread
from bot.thread.reader import blocks, source
from bot.thread.rich import length

from .writing import threads, written

SEED = Path("threads/pytorch.md").read_text(encoding="utf-8")
PIECES = (
    "---\n", "\n", "\n\n", "- [ ] ", "- [x] ", "    > ", "> ", "```\n", "```poll\n", "```experiment\n", "```post\n",
    "run: heads\n", "options: [", "set: {", "id: x\n", "after: polls\n", "$$", "$", "\\frac{", "}", "![a](b.png)",
    "[x](y)", "[x]: y\n", "<b>", "<!--", "-->", "**", "~~", "||", "*", "_",
    "<tg-spoiler>", "</tg-spoiler>", "[", "](https://e.org)", "__init__", "@", "*a", "&a", "!t", ": ", "|", "# ",
    "===\n", "1. ", "\t", "\r", "\x00", "\u2028", "\ufeff", "\ud800", "👩‍💻", "слово ", "a ", "{", "]", "`", "~~~\n",
)  # fmt: skip
made_of_pieces = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
broken_seeds = st.builds(
    lambda start, length, piece: SEED[:start] + piece + SEED[start + length :],
    st.integers(0, len(SEED)), st.integers(0, 60), st.sampled_from(PIECES),
)  # fmt: skip
anything = st.one_of(
    st.text(),
    made_of_pieces,
    made_of_pieces.map("---\ntitle: T\n---\n{}".format),
    made_of_pieces.map("---\n{}\n---\nx".format),
    broken_seeds,
)


def problems(read: Callable[[], Thread]) -> tuple[Problem, ...]:
    """What `read` says is wrong; anything else that it raises fails the test."""
    try:
        assert isinstance(read(), Thread)
    except ThreadError as error:
        return error.problems
    return ()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(anything)
def test_any_text_is_a_thread_or_gives_problems_within_it(text):
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = problems(lambda: markdown.parse(text, "t.md"))

    assert all(1 <= problem.line <= len(lines) and problem.column >= 1 for problem in found)


@settings(max_examples=200)
@given(made_of_pieces)
def test_entities_of_any_text_nest_as_telegram_wants_them(text):
    rich = markup.render(text.replace("\ud800", ""))
    spans = [(one.offset, one.offset + one.length, one.type) for one in rich.entities]

    assert all(0 <= start < end <= length(rich.text) for start, end, _ in spans)
    assert [pair for pair in combinations(spans, 2) if not _nested(*pair)] == []


CODE, QUOTES = {"code", "pre"}, {"blockquote", "expandable_blockquote"}


def _nested(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Apart, or one within the other: no code in or around anything but a quote, no quote in a quote."""
    (_, end, outer), (begin, stop, inner) = sorted((one, other), key=lambda span: (span[0], -span[1]))
    if end <= begin:
        return True
    quoted = (outer in QUOTES) != (inner in QUOTES)
    return stop <= end and outer != inner and (quoted or not {outer, inner} & (CODE | QUOTES))


@settings(max_examples=200)
@given(made_of_pieces)
def test_no_line_of_any_text_vanishes_without_being_told(text):
    section = source.Section(1, tuple(characters.CONTROL.sub("?", line) for line in source.lines(text)))
    found, links = source.Problems(), {}
    blocks.parse(section, found)
    tokens = parser().parse(section.text, links)
    whole = ("table_open", "heading_open")  # their second line is no text
    spans = [token.map for token in tokens if token.map and (token.nesting == 0 or token.type in whole)]
    spans += [item.map for item, after in pairwise(tokens) if item.map and item.nesting > 0 > after.nesting]
    spans += [named["map"] for named in [*links.get("references", {}).values(), *links.get("duplicate_refs", [])]]
    shown = {number for start, end in spans for number in range(start, end)}
    silent = [line for number, line in enumerate(section.lines) if number not in shown and line.strip(" \t>")]

    assert silent == [] or found.errors


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_without_front_matter_give_problems(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.md"
    path.write_bytes(data)

    assert problems(lambda: markdown.read(path))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(threads)
def test_a_thread_written_as_markdown_is_read_back_the_same(thread):
    found = markdown.parse(written(thread), "t.md")

    assert without_lines(found) == thread


def without_lines(thread: Thread) -> Thread:
    return thread.model_copy(update={"posts": tuple(post.model_copy(update={"line": 0}) for post in thread.posts)})
