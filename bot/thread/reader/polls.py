"""
A post with a task list becomes a poll: question above, options, explanation after, settings in fences.

What belongs to the question (code between it and the options, too) is the poll's description. So are options for whom
letters stand in the poll, where they fit; else all of that goes out before the poll.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import Problem
from bot.thread import markup
from bot.thread.model import Markdown, Poll
from bot.thread.moment import written
from bot.thread.parts import ENTITY_LIMIT
from bot.thread.reader import experiment, frontmatter, lettered, named, options, wording
from bot.thread.reader.blocks import Block, Cut
from bot.thread.reader.fences import PollFence, PollSettings
from bot.thread.reader.frontmatter import Yaml
from bot.thread.reader.source import Problems, Section
from bot.thread.rich import length
from bot.thread.worded import worded
from experiments.catalogue import ENTRIES

DESCRIPTION = 1024  # units, as a caption


@dataclass
class Polls:
    """What the polls of a thread share: the author's defaults and pictures, and in which line each id was taken."""

    defaults: PollSettings
    folder: Path
    taken: dict[str, int] = field(default_factory=dict)
    count: int = 0


def read(
    section: Section,
    blocks: Sequence[Block],
    fences: Mapping[str, Yaml],
    cuts: Sequence[Cut],
    polls: Polls,
    problems: Problems,
) -> tuple[Poll, Markdown] | None:
    """
    The poll of a section with a task list among its `blocks`, and what goes out before it; None after adding what is
    wrong with it.
    """
    before = problems.errors
    polls.count += 1
    at = next(number for number, block in enumerate(blocks) if block.tasks)
    settings = _settings(section, blocks[at], fences.get("poll"), polls, problems)
    letters = _letters(settings, fences.get("poll"), polls.defaults)
    told = problems.errors
    problems.extend([*_alone(section, blocks, at), *options.near_misses(section, blocks)])
    choices = options.read(section, blocks[at], polls.folder, problems, letters=letters)
    broken = problems.errors > told
    words = wording.read(section, blocks, at, cuts, polls.folder, problems)
    measured = experiment.read(fences["experiment"], problems) if "experiment" in fences else None
    if measured and measured.run in ENTRIES:
        problems.extend(named.problems(section, blocks, at, ENTRIES[measured.run]))
    if not broken and settings is not None:
        problems.extend(options.whole(section, blocks[at], choices, settings.get("kind", polls.defaults.kind)))
        problems.extend(experiment.unmeasured(fences["experiment"], measured, len(choices)) if measured else ())
        problems.extend(_unshared(fences["poll"], settings["shares"], len(choices)) if "shares" in settings else ())
    if words and not letters:
        problems.extend(_too_long(section, words.description))
    if words is None or settings is None or problems.errors > before:
        return None
    chosen = {name: value for name, value in settings.items() if name != "letters"}
    poll = Poll(options=tuple(one.option for one in choices), experiment=measured, **vars(words), **chosen)
    return _placed(poll, lettered.above(choices) if letters else "")


def _letters(settings: Mapping[str, Any] | None, fence: Yaml | None, defaults: PollSettings) -> bool:
    """Are letters wanted? Guessed where the settings are wrong, so that what is told of the options is right."""
    given = settings if settings is not None else fence.data if fence else {}
    return str(given.get("letters", defaults.letters)).lower() in ("yes", "true", "on")


def _placed(poll: Poll, above: Markdown) -> tuple[Poll, Markdown]:
    """The options for whom letters stand in the poll are in its description, or with all of that before it."""
    whole = "\n\n".join(filter(None, [poll.description, above]))
    fits = _fits(whole)
    return poll.model_copy(update={"description": whole if fits else ""}), "" if fits else whole


def _fits(description: Markdown) -> bool:
    shown = markup.render(description)
    return length(shown.text) <= DESCRIPTION and len(shown.entities) <= ENTITY_LIMIT


def _too_long(section: Section, description: Markdown) -> Iterator[Problem]:
    if not _fits(description):
        shown = markup.render(description)
        first = next(number for number, line in enumerate(section.lines) if line.strip())
        message = worded(
            "the text above the question has {characters} characters and {marks} marks: a poll's description has at "
            "most {longest} and {most}; put the rest into a post of its own",
            characters=length(shown.text),
            marks=len(shown.entities),
            longest=DESCRIPTION,
            most=ENTITY_LIMIT,
        )
        yield Problem(section.first + first, 1, message)


def _alone(section: Section, blocks: Sequence[Block], at: int) -> Iterator[Problem]:
    """A poll is one task list; what splits it in two, and what its post cannot hold."""
    after = blocks[at + 1] if len(blocks) > at + 1 else None
    if after and after.kind == "blockquote" and section.lines[after.start - 1].strip():
        message = worded("this quote belongs to no option: indent it by four spaces, or put a blank line before it")
        yield Problem(section.first + after.start, 1, message)
    for block in blocks[at + 1 :]:
        if block.tasks:
            message = worded(
                "a second task list: a post is one poll; put --- between two polls, and no text between options"
            )
            yield Problem(section.first + block.start, 1, message)
    for block in blocks:
        if block.kind == "reference":
            message = worded("in a poll's post write links in full, [text](https://…): its parts are shown apart")
            yield Problem(section.first + block.start, 1, message)


def _settings(
    section: Section, options_at: Block, fence: Yaml | None, polls: Polls, problems: Problems
) -> dict[str, Any] | None:
    """What the author set, in the fence or for all polls, and the poll's id."""
    settings = polls.defaults.model_dump(exclude_unset=True)
    mark = section.first + options_at.start, 1
    if fence:
        own = frontmatter.check(PollFence, fence, problems)
        if own is None:
            return None
        settings |= own.model_dump(exclude_unset=True)
        mark = fence.mark(("id",)) if own.id else mark
    name = settings.get("id") or f"poll-{polls.count}"
    if name in polls.taken:
        message = worded(
            "the poll in line {taken} already has the id {name!r}: give this one another, id: …",
            taken=polls.taken[name],
            name=name,
        )
        problems.append(Problem(*mark, message))
    polls.taken.setdefault(name, mark[0])
    remind, open_ = settings.get("remind"), settings.get("open", PollSettings().open)
    if remind and remind >= open_:
        at = fence.mark(("remind",)) if fence else mark
        message = worded(
            "remind: {before}, but the poll is open for {open}: remind later than it begins",
            before=written(remind),
            open=written(open_),
        )
        problems.append(Problem(*at, message))
    if settings.get("letters") and settings.get("shuffle"):
        message = worded("letters of shuffled options stand as C, A, B: take shuffle or letters away")
        problems.append(Problem(section.first + options_at.start, 1, message, "warning"))
    return {**settings, "id": name}


def _unshared(yaml: Yaml, shares: Sequence[float], count: int) -> Iterator[Problem]:
    if len(shares) != count or not sum(shares):
        message = worded(
            "shares {shares} for {count} options: one number for each, in the same order, not all of them 0",
            shares=list(shares),
            count=count,
        )
        yield Problem(*yaml.mark(("shares",)), message)
