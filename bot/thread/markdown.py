"""
A thread file becomes a thread. `read` and `parse` raise ThreadError with everything that is wrong, each at its place;
`inspect` tells warnings as well, and `partly` reads as much as can be read of a file that is being written.

The file is cut at its `---` lines (source), settings are checked (frontmatter, fences), and every section becomes
a post (posts, with blocks, pictures, polls and options).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Problem, ThreadError
from bot.thread.model import Post, Thread
from bot.thread.reader import chapters, frontmatter, pictures, posts, slips, source
from bot.thread.reader.chapters import Chapters
from bot.thread.reader.fences import FrontMatter
from bot.thread.reader.frontmatter import Mark
from bot.thread.reader.polls import Polls
from bot.thread.reader.source import Problems, Section
from bot.thread.worded import worded


@dataclass(frozen=True)
class Part:
    """A section of the file, and the post in it, unless that cannot be read."""

    section: Section
    post: Post | None

    def pictures(self) -> set[str]:
        """Every file that is named as a picture, also where the post cannot be read: it may be what is missing."""
        return set(pictures.named(self.section))


@dataclass(frozen=True)
class Reading:
    """What could be read of a file; `front` is None where the front matter cannot be. A rhythm stands at `rhythm`."""

    front: FrontMatter | None
    rhythm: Mark
    parts: tuple[Part, ...]
    problems: Problems


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
    reading = partly(text, folder)
    front, problems = reading.front, reading.problems
    if front is not None and front.leaderboard:
        problems.extend(_nobody_known(reading))
    if problems.errors or front is None:
        return None, problems.told()
    thread = Thread(
        title=front.title,
        language=front.language,
        start=front.start,
        late=front.late,
        late_after=front.late_after,
        summary=front.summary,
        leaderboard=front.leaderboard,
        rhythm=front.every or front.drip,
        posts=tuple(part.post for part in reading.parts if part.post),
    )
    problems.extend(chapters.told(thread, reading.rhythm))
    return None if problems.errors else thread, problems.told()


def partly(text: str, folder: Path = Path()) -> Reading:
    """Every post that can be read, whatever is wrong with the others."""
    problems = Problems()
    front_lines, sections = source.cut(text, problems)
    front, place = _front_matter(front_lines, problems) if front_lines else (None, (1, 1))
    # a wrong front matter must not hide what is wrong below it
    settings = front or FrontMatter(title="?")
    shared, series = Polls(settings.poll, folder), Chapters(settings)
    parts = []
    for section in sections:
        told = problems.errors > source.ENOUGH  # of what is behind, nothing would be told
        parts.append(Part(section, None if told else posts.read(section, settings, folder, shared, series, problems)))
    return Reading(front, place, tuple(parts), problems)


def _nobody_known(reading: Reading) -> Iterator[Problem]:
    """A leaderboard counts whose votes are known, where something is right."""
    polls = [part.post.poll for part in reading.parts if part.post and part.post.poll]
    if not any(one.kind != "opinion" and not one.anonymous for one in polls):
        message = "leaderboard: yes, but no poll here has a right answer and names its voters: take the line away"
        yield Problem(1, 1, message)


def _front_matter(lines: Section, problems: Problems) -> tuple[FrontMatter | None, Mark]:
    """What is set there, and where its rhythm is."""
    yaml = frontmatter.load(lines, problems)
    if yaml is None:
        return None, (1, 1)
    if "title" in yaml.data:
        problems.extend(_lost(lines, *yaml.mark(("title",))))
    place = yaml.mark(("every",) if "every" in yaml.data else ("drip",))
    return frontmatter.check(FrontMatter, yaml, problems), place


def _lost(lines: Section, line: int, column: int) -> Iterator[Problem]:
    """A title such as `Thread #3`, of which YAML takes the end for a comment."""
    value = lines.lines[line - lines.first][column - 1 :]
    if " #" in value and value[0] not in "\"'|>":
        message = worded(
            "what follows # would be lost as a comment: {in_quotes}", in_quotes=slips.in_quotes("title", value.strip())
        )
        yield Problem(line, column + value.index(" #") + 1, message)
