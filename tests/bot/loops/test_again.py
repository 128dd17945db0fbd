"""The line under a reveal that measures it again, as subscribers get it."""

import io
import re
import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.store import runs
from bot.thread import escape, markup
from bot.thread.model import Poll
from experiments import by_hand, command, perform
from experiments.catalogue import run_key
from experiments.measurement import Finding, Measurement
from experiments.topic import Context
from tests.bot.conftest import Stage
from tests.bot.shell import asked_for, shell
from tests.factory import asked, png
from tests.outcomes import threads

BOTH = {"ru": "", "en": ""}


def agreeing(polled: Poll) -> Measurement:
    """A measurement that finds what the poll's key says."""
    experiment = polled.experiment
    assert experiment is not None
    findings = tuple(
        Finding(
            option=key, supported="yes" if option.correct else "no", number=1, spread=(1, 1), unit=BOTH, condition=BOTH
        )
        for key, option in zip(experiment.options, polled.options, strict=True)
    )
    versions = {"torch": "2", experiment.run: "1"}
    return Measurement(
        experiment=experiment.run, params={}, seeds=1, versions=versions, settings=BOTH, findings=findings, data={}
    )


def key(polled: Poll) -> str:
    return run_key(polled.experiment.run, polled.experiment.set, polled.experiment.seeds)


async def revealed(stage: Stage, outcomes: list[tuple[Poll, Measurement]]) -> list[tuple[str, str]]:
    """Publish these polls, measured so; returns the line of each reveal, and the content key below it."""
    await stage.publish(*(asked(polled) for polled, _ in outcomes))
    found = {key(polled): measurement.model_dump_json().encode() for polled, measurement in outcomes}
    while run := runs.claim(stage.database, "test", ("measure",), stage.now):
        runs.finish(stage.database, run.key, owner="test", output=found[run.key], now=stage.now)
    for _ in outcomes:
        await stage.tick(minutes=1)
    await stage.tick(hours=1000)
    while stage.queued():
        stage.compute("draw", png())
        await stage.tick(seconds=1)
    said = "\n".join(message.get("text") or message.get("caption") or "" for message in stage.messages())
    return re.findall(r"^(pollbot .*)\n.* · ([0-9a-f]{16})$", said, re.MULTILINE)


@pytest.mark.parametrize("path", threads(), ids=lambda path: "-".join(path.parts[-2:]))
async def test_the_line_under_each_reveal_of_our_threads_asks_for_the_run_that_was_measured(stage, path):
    polls = [post.poll for post in threads()[path].posts if post.poll and post.poll.experiment]
    lines = await revealed(stage, [(polled, agreeing(polled)) for polled in polls])

    assert len(lines) == len(polls)
    assert [asked_for(line) for line, _ in lines] == [told for _, told in lines] == [key(polled) for polled in polls]


@pytest.mark.parametrize("run", ["where_nan", "weights_only", "trace_branch"])
async def test_it_runs_as_it_stands_and_tells_the_same_numbers(stage, run, tmp_path):
    polled = next(
        post.poll for thread in threads().values() for post in thread.posts if post.poll and _runs(post.poll, run)
    )
    entry = command.find(run)
    measurement = perform.measure(run, entry.params(**polled.experiment.set), polled.experiment.seeds, Context())
    ((line, _),) = await revealed(stage, [(polled, measurement)])
    done = shell(tmp_path, line, COLUMNS="300")

    assert done.returncode == 0, done.stderr
    assert done.stdout == shown(measurement)
    assert (tmp_path / f"{run}.png").exists()


def _runs(polled: Poll, run: str) -> bool:
    return polled.experiment is not None and polled.experiment.run == run


def shown(measurement: Measurement) -> str:
    out = io.StringIO()
    console = Console(file=out, width=300)
    told = run_key(measurement.experiment, measurement.params, measurement.seeds)
    console.print(by_hand.table(measurement, "en", told))
    console.print(by_hand.numbers_of(measurement, "en"))
    return out.getvalue()


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from("`$*_\\\"' |<["), min_size=1))
def test_a_line_is_shown_to_the_letter_whatever_markdown_would_make_of_it(words):
    line = f"pollbot experiment heads --set {shlex.quote(words)}"
    shown = markup.render(escape.code(line))

    assert (shown.text, [entity.type for entity in shown.entities]) == (line, ["code"])
