"""The experiment of a poll, as its author asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from bot.errors import Problem
from bot.thread.model import Experiment
from bot.thread.reader import frontmatter
from bot.thread.reader.fences import ExperimentFence
from bot.thread.reader.frontmatter import Yaml
from bot.thread.reader.source import Problems
from bot.thread.worded import nearest, worded
from experiments.catalogue import ENTRIES, Entry


def read(yaml: Yaml, problems: Problems) -> Experiment | None:
    """What is asked for, unless it has not even the form of that; whatever is wrong with its names is added."""
    found = frontmatter.check(ExperimentFence, yaml, problems)
    run, settings = yaml.data.get("run"), yaml.data.get("set", {})
    entry = ENTRIES.get(str(run))
    if entry:
        problems.extend(_keys(entry, yaml))
        try:
            entry.params.model_validate(settings)
        except ValidationError as error:
            problems.extend(frontmatter.explain(entry.params, yaml, error, ("set",)))
    elif run is not None:
        message = worded("unknown experiment {run!r}: {nearest}", run=run, nearest=nearest(str(run), list(ENTRIES)))
        problems.append(Problem(*yaml.mark(("run",)), message))
    return Experiment(**found.model_dump()) if found else None


def unmeasured(yaml: Yaml, experiment: Experiment, count: int) -> Iterator[Problem]:
    """Whether each of `count` options has its key."""
    if len(experiment.options) != count:
        given = len(experiment.options)
        keys = worded("1 key") if given == 1 else worded("{given} keys", given=given)
        message = worded(
            "{keys} for {count} options of the poll: name one key for each, in the same order", keys=keys, count=count
        )
        yield Problem(*yaml.mark(("options",)), message)


def _keys(entry: Entry, yaml: Yaml) -> Iterator[Problem]:
    """Option keys that the experiment does not report, or that stand twice."""
    given = yaml.data.get("options")
    names = given if isinstance(given, list) else []
    for number, name in enumerate(names):
        mark = yaml.mark(("options", number))
        if name not in entry.options:
            yield Problem(
                *mark,
                worded(
                    "{experiment!r} has no option key {name!r}: {nearest}",
                    experiment=entry.name,
                    name=name,
                    nearest=nearest(str(name), entry.options),
                ),
            )
        elif name in names[:number]:
            yield Problem(*mark, worded("the key {name!r} stands here twice: each option has its own", name=name))
