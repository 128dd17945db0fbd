"""
A post with a task list becomes a poll: question above, options, explanation after, settings in fences.

What belongs to the question (code between it and the options, too) is the poll's description. So are options for whom
letters stand in the poll, where they fit; else all of that goes out before the poll.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.errors import Problem
from bot.thread import markup
from bot.thread.model import Experiment, Markdown, Poll
from bot.thread.parts import ENTITY_LIMIT
from bot.thread.reader import frontmatter, lettered, options, wording
from bot.thread.reader.blocks import Block, Cut
from bot.thread.reader.fences import ExperimentFence, PollFence, PollSettings
from bot.thread.reader.source import Problems, Section
from bot.thread.rich import length
from experiments.catalogue import ENTRIES, Entry, nearest

DESCRIPTION = 1024  # units, as a caption
REFERENCE = re.compile(r" {0,3}\[[^\]]+\]:")


@dataclass
class Polls:
    """What the polls of a thread share: the author's defaults and pictures, and in which line each id was taken."""

    defaults: PollSettings
    folder: Path
    taken: dict[str, int] = field(default_factory=dict)
    count: int = 0


@dataclass(frozen=True)
class Fence:
    """One of our own fences: its line in the file, and the settings in it."""

    line: int
    yaml: frontmatter.Yaml


def read(
    section: Section,
    blocks: Sequence[Block],
    fences: Mapping[str, Fence],
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
    letters = _letters(settings, fences.get("poll"))
    told = problems.errors
    problems.extend([*_alone(section, blocks, at), *options.near_misses(section, blocks)])
    choices = options.read(section, blocks[at], polls.folder, problems, letters=letters)
    broken = problems.errors > told
    words = wording.read(section, blocks, at, cuts, polls.folder, problems)
    measured = _experiment(fences["experiment"], problems) if "experiment" in fences else None
    if not broken and settings is not None:
        problems.extend(options.whole(section, blocks[at], choices, settings.get("kind", polls.defaults.kind)))
        problems.extend(_unmeasured(fences["experiment"].yaml, measured, len(choices)) if measured else ())
        problems.extend(
            _unshared(fences["poll"].yaml, settings["shares"], len(choices)) if "shares" in settings else ()
        )
    if words and not letters:
        problems.extend(_too_long(section, words.description))
    if settings and letters and settings.get("shuffle"):
        message = "letters of shuffled options stand as C, A, B: take shuffle or letters away"
        problems.append(Problem(section.first + blocks[at].start, 1, message, "warning"))
    if words is None or settings is None or problems.errors > before:
        return None
    chosen = {name: value for name, value in settings.items() if name != "letters"}
    poll = Poll(options=tuple(one.option for one in choices), experiment=measured, **vars(words), **chosen)
    return _placed(poll, lettered.above(choices) if letters else "")


def _letters(settings: Mapping[str, Any] | None, fence: Fence | None) -> bool:
    """Are letters wanted? Guessed where the settings are wrong, so that what is told of the options is right."""
    if settings is None:
        return fence is not None and bool(fence.yaml.data.get("letters"))
    return bool(settings.get("letters"))


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
        has = f"{length(shown.text)} characters and {len(shown.entities)} marks"
        most = f"a poll's description has at most {DESCRIPTION} and {ENTITY_LIMIT}"
        first = next(number for number, line in enumerate(section.lines) if line.strip())
        message = f"the text above the question has {has}: {most}; put the rest into a post of its own"
        yield Problem(section.first + first, 1, message)


def _alone(section: Section, blocks: Sequence[Block], at: int) -> Iterator[Problem]:
    """A poll is one task list; what splits it in two, and what its post cannot hold."""
    after = blocks[at + 1] if len(blocks) > at + 1 else None
    if after and after.kind == "blockquote" and section.lines[after.start - 1].strip():
        message = "this quote belongs to no option: indent it by four spaces, or put a blank line before it"
        yield Problem(section.first + after.start, 1, message)
    for block in blocks[at + 1 :]:
        if block.tasks:
            message = "a second task list: a post is one poll; put --- between two polls, and no text between options"
            yield Problem(section.first + block.start, 1, message)
    for number, line in enumerate(section.lines):
        if REFERENCE.match(line) and not any(block.start <= number < block.end for block in blocks):
            message = "in a poll's post write links in full, [text](https://…): its parts are shown apart"
            yield Problem(section.first + number, 1, message)


def _settings(
    section: Section, options_at: Block, fence: Fence | None, polls: Polls, problems: Problems
) -> dict[str, Any] | None:
    """What the author set, in the fence or for all polls, and the poll's id."""
    settings = polls.defaults.model_dump(exclude_unset=True)
    mark = section.first + options_at.start, 1
    if fence:
        own = frontmatter.check(PollFence, fence.yaml, problems)
        if own is None:
            return None
        settings |= own.model_dump(exclude_unset=True)
        mark = fence.yaml.mark(("id",)) if own.id else mark
    name = settings.get("id") or f"poll-{polls.count}"
    if name in polls.taken:
        message = f"the poll in line {polls.taken[name]} already has the id {name!r}: give this one another, id: …"
        problems.append(Problem(*mark, message))
    polls.taken.setdefault(name, mark[0])
    return {**settings, "id": name}


def _experiment(fence: Fence, problems: Problems) -> Experiment | None:
    found = frontmatter.check(ExperimentFence, fence.yaml, problems)
    run, settings = fence.yaml.data.get("run"), fence.yaml.data.get("set", {})
    entry = ENTRIES.get(str(run))
    if entry:
        problems.extend(_keys(entry, fence.yaml))
        try:
            entry.params.model_validate(settings)
        except ValidationError as error:
            problems.extend(frontmatter.explain(entry.params, fence.yaml, error, ("set",)))
    elif run is not None:
        message = f"unknown experiment {run!r}: {nearest(str(run), list(ENTRIES))}"
        problems.append(Problem(*fence.yaml.mark(("run",)), message))
    return Experiment(**found.model_dump()) if found else None


def _keys(entry: Entry, yaml: frontmatter.Yaml) -> Iterator[Problem]:
    """Option keys that the experiment does not report, or that stand twice."""
    given = yaml.data.get("options")
    names = given if isinstance(given, list) else []
    for number, name in enumerate(names):
        mark = yaml.mark(("options", number))
        if name not in entry.options:
            yield Problem(*mark, f"{entry.name!r} has no option key {name!r}: {nearest(str(name), entry.options)}")
        elif name in names[:number]:
            yield Problem(*mark, f"the key {name!r} stands here twice: each option has its own")


def _unmeasured(yaml: frontmatter.Yaml, experiment: Experiment, count: int) -> Iterator[Problem]:
    if len(experiment.options) != count:
        keys = "1 key" if len(experiment.options) == 1 else f"{len(experiment.options)} keys"
        message = f"{keys} for {count} options of the poll: name one key for each, in the same order"
        yield Problem(*yaml.mark(("options",)), message)


def _unshared(yaml: frontmatter.Yaml, shares: Sequence[float], count: int) -> Iterator[Problem]:
    if len(shares) != count or not sum(shares):
        message = (
            f"shares {list(shares)} for {count} options: one number for each, in the same order, not all of them 0"
        )
        yield Problem(*yaml.mark(("shares",)), message)
