"""One section of a thread file becomes one post: a text, pictures with a caption, or a poll."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from bot.errors import Problem
from bot.thread import markup
from bot.thread.model import Post
from bot.thread.reader import blocks as markdown
from bot.thread.reader import frontmatter, options, pictures, polls
from bot.thread.reader.blocks import Block, Cut, prose
from bot.thread.reader.chapters import Chapters
from bot.thread.reader.fences import FrontMatter, PostFence
from bot.thread.reader.frontmatter import Yaml
from bot.thread.reader.polls import Polls
from bot.thread.reader.source import Problems, Section
from bot.thread.worded import worded

OURS = ("poll", "experiment", "post")


def read(
    section: Section, front: FrontMatter, folder: Path, shared: Polls, chapters: Chapters, problems: Problems
) -> Post | None:
    """The post in a section; None after adding what is wrong with it. `folder` holds the author's pictures."""
    before = problems.errors
    line = section.first + next((number for number, text in enumerate(section.lines) if text.strip()), -1)
    found = markdown.parse(section, problems)
    ours = [block for block in found if block.kind == "fence" and block.info in OURS]
    fences = _fences(section, ours, problems)
    rest = [block for block in found if block not in ours]
    problems.extend(_misnamed(section, found))
    timing = _timing(fences.get("post"), shared, problems)
    tasks = any(block.tasks for block in rest)
    begins = chapters.begins(timing, fences.get("post"), problems, poll=tasks)
    days, pause = front.pause if begins or timing.pause is None else timing.pause
    blank = Post(line=line, days=days, pause=pause, after=timing.after, begins=begins)
    cuts = [Cut(block.start, block.end) for block in ours]
    if tasks:
        asked = polls.read(section, rest, fences, cuts, shared, problems)
        if asked is None or problems.errors > before:
            return None
        poll, above = asked
        return blank.model_copy(update={"text": above, "poll": poll})
    problems.extend([*_astray(section, rest, fences), *options.near_misses(section, rest)])
    shown, taken = pictures.read(section, rest, folder, problems)
    text = prose(section, 0, len(section.lines), [*cuts, *taken])
    if problems.errors == before and not shown and not any(markup.says(section.text, block.tokens) for block in rest):
        problems.append(Problem(line, 1, worded("this post is empty: write its text, or take away one --- line")))
    if problems.errors > before:
        return None
    return blank.model_copy(update={"text": text, "pictures": shown})


def _fences(section: Section, ours: Sequence[Block], problems: Problems) -> Mapping[str, Yaml]:
    """Our own fences by name, with what stands in them; a fence that cannot be read is left out."""
    fences: dict[str, Yaml] = {}
    lines: dict[str, int] = {}
    for block in ours:
        line = section.first + block.start
        if block.info in lines:
            message = worded(
                "a second ```{info} fence in this post (the first is in line {lines}): join them",
                info=block.info,
                lines=lines[block.info],
            )
            problems.append(Problem(line, 1, message))
            continue
        lines[block.info] = line
        yaml = frontmatter.load(section.part(block.start + 1, block.end - 1), problems)
        if yaml is not None:
            fences[block.info] = yaml
    return fences


def _misnamed(section: Section, found: Sequence[Block]) -> Iterator[Problem]:
    """Fences that were probably meant as ours, and ours where they are not seen."""
    for block in found:
        for token in block.tokens:
            name = token.info.strip()
            if token.type != "fence" or (name in OURS and token.level == 0):
                continue
            place = section.find(token.markup + token.info, token.map[0] if token.map else block.start)
            near = get_close_matches(name.lower(), OURS, n=1, cutoff=0.8)
            if name in OURS:
                yield Problem(
                    *place, worded("a ```{name} fence in a list or quote: begin it at the start of a line", name=name)
                )
            elif near:
                yield Problem(
                    *place,
                    worded(
                        "a ```{name} fence would be shown as code: did you mean ```{near}?", name=name, near=near[0]
                    ),
                )


def _timing(fence: Yaml | None, shared: Polls, problems: Problems) -> PostFence:
    timing = frontmatter.check(PostFence, fence, problems) if fence else None
    if fence and timing and timing.after == "polls" and not shared.count:
        message = worded("after: polls, but no poll comes before this post: delete the line, or move the post down")
        problems.append(Problem(*fence.mark(("after",)), message))
    return timing or PostFence()


def _astray(section: Section, rest: Sequence[Block], fences: Mapping[str, Yaml]) -> Iterator[Problem]:
    """What belongs to a poll, in a post that has none."""
    for name in ("poll", "experiment"):
        if name in fences:
            message = worded("a ```{name} fence without a poll: write options, - [ ] text, in the same post", name=name)
            yield Problem(*fences[name].start, message)
    for block in rest:
        task = next((token for token in block.tokens if markdown.is_task(token)), None)
        if task and task.map:
            message = worded("a task list in a list or quote is no poll: begin its lines with - [ ]")
            yield Problem(*section.find("[", task.map[0]), message)
