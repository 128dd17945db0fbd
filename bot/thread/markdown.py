"""
A thread file becomes a thread. `read` and `parse` raise ThreadError with everything that is wrong, each at its place;
`inspect` tells warnings as well.

The file is cut at its `---` lines (source), settings are checked (frontmatter, fences), and every section becomes
a post (posts, with blocks, pictures, polls and options).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.errors import Problem, ThreadError
from bot.thread.model import Post, Thread
from bot.thread.reader import frontmatter, posts, source
from bot.thread.reader.fences import FrontMatter
from bot.thread.reader.polls import Polls
from bot.thread.reader.source import Problems, Section


def read(path: Path) -> Thread:
    return parse(source.load(path), str(path), path.parent)


def parse(text: str, name: str, folder: Path = Path()) -> Thread:
    """`name` stands in messages; pictures are looked for in `folder`."""
    thread, problems = inspect(text, folder)
    if thread is None:
        raise ThreadError(name, problems)
    return thread


def inspect(text: str, folder: Path = Path()) -> tuple[Thread | None, Problems]:
    """The thread, unless something keeps it from being used; and everything that is to be said of it."""
    problems = Problems()
    front_lines, sections = source.cut(text, problems)
    front = _front_matter(front_lines, problems) if front_lines else None
    # a wrong front matter must not hide what is wrong below it
    found = _posts(sections, front or FrontMatter(title="?"), folder, problems)
    if problems.errors or front is None:
        return None, problems.told()
    thread = Thread(
        title=front.title,
        language=front.language,
        start=front.start,
        late=front.late,
        late_after=front.late_after,
        posts=tuple(found),
    )
    return thread, problems.told()


def _front_matter(lines: Section, problems: Problems) -> FrontMatter | None:
    yaml = frontmatter.load(lines, problems)
    if yaml is None:
        return None
    if "title" in yaml.data:
        problems.extend(_lost(lines, *yaml.mark(("title",))))
    return frontmatter.check(FrontMatter, yaml, problems)


def _lost(lines: Section, line: int, column: int) -> Iterator[Problem]:
    """A title such as `Thread #3`, of which YAML takes the end for a comment."""
    value = lines.lines[line - lines.first][column - 1 :]
    if " #" in value and value[0] not in "\"'|>":
        message = f'what follows # would be lost as a comment: put the title in quotes, title: "{value.strip()}"'
        yield Problem(line, column + value.index(" #") + 1, message)


def _posts(sections: list[Section], front: FrontMatter, folder: Path, problems: Problems) -> list[Post]:
    shared = Polls(front.poll, folder)
    found: list[Post | None] = []
    for section in sections:
        if problems.errors > source.ENOUGH:
            break  # of what is behind, nothing would be told
        found.append(posts.read(section, front, folder, shared, problems))
    return [post for post in found if post]
