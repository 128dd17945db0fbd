"""
The reveal: under a closed poll, its right answer, the explanation, and how people voted beside what was measured.

While a worker measures and draws, the reveal waits, but not for ever: without a measurement it goes out with the
vote chart, without any worker as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from bot.errors import PollbotError
from bot.loops import answer_key, words
from bot.loops.doubt import digest
from bot.store import polls, runs, store
from bot.store.due_polls import DueReveal
from bot.store.messages import Part
from bot.store.polls import ClosedPoll
from bot.store.states import UNDONE
from bot.store.store import Database
from bot.telegram import outgoing
from bot.telegram.outgoing import Outgoing
from bot.thread import escape, filled, markup
from bot.thread.model import Language, Option, Poll
from bot.thread.rich import Rich
from experiments import command
from experiments.measurement import Ballot, Finding, Measurement, OptionVotes, Text

log = structlog.get_logger()
PATIENCE_S = 600.0  # for a measurement that is not there when its poll closes
DRAWING_S = 120.0  # on top of that, for the picture
DRAW_LIMIT_S = 30.0


def awaits(due: DueReveal, waited_s: float) -> bool:
    """Is a worker still at it? `waited_s` is how long this process has been waiting for the poll's reveal."""
    if due.drawn is None:
        return due.measured in UNDONE and waited_s < PATIENCE_S
    return due.drawn in UNDONE and waited_s < PATIENCE_S + DRAWING_S


def queue_drawing(database: Database, poll: ClosedPoll, now: datetime) -> None:
    """Queue the drawing of a closed poll, with its measurement if there is one."""
    with store.reading(database) as connection:
        measured = runs.outcome(connection, poll.run_key)
    done = measured is not None and measured.state == "done"
    if measured and not done:
        log.error("no measurement", poll=poll.poll.id, run=poll.run_key, reason=measured.error or "not in time")
    polls.drawing(database, poll, drawing(poll, measured=done), now)


def compose(database: Database, poll: ClosedPoll, begun: Mapping[int, Part]) -> list[Outgoing]:
    """
    The messages of a reveal whose picture is drawn, or cannot be had.

    One that was `begun` without its picture goes on without, though a worker has drawn it since: its text is not split
    into the same parts.
    """
    body, drawn = _told(database, poll)
    shown = outgoing.of_pictures(poll.pictures)
    without = [*outgoing.of_text(body), *shown]
    if drawn is None or goes_on(begun, without):
        return without
    return [*outgoing.captioned([drawn], body), *shown]


def recompose(database: Database, poll: ClosedPoll, *, drawn: bool) -> list[Outgoing]:
    """The messages of a reveal that is corrected, whether it went out with a drawing or not. Raises `UndrawnError`."""
    body, picture = _told(database, poll)
    shown = outgoing.of_pictures(poll.pictures)
    if not drawn:
        return [*outgoing.of_text(body), *shown]
    if picture is None:
        with store.reading(database) as connection:
            run = runs.outcome(connection, poll.drawing_key)
        raise UndrawnError((run and run.error) or "not in time")
    return [*outgoing.captioned([picture], body), *shown]


def _told(database: Database, poll: ClosedPoll) -> tuple[Rich, bytes | None]:
    """Its text, and the drawing if there is one."""
    with store.reading(database) as connection:
        measured = runs.outcome(connection, poll.run_key)
        drawn = runs.outcome(connection, poll.drawing_key)
        source = store.fact(connection, "source")
    if drawn is not None and drawn.output is None:
        log.error("no picture", poll=poll.poll.id, run=poll.drawing_key, reason=drawn.error or "not in time")
    # One that came after the drawing was queued does not count: text and picture tell the same.
    timely = measured.output if measured and (drawn is None or drawn.input["measurement"]) else None
    body = text(poll, Measurement.model_validate_json(timely) if timely else None, source=source)
    return body, drawn and drawn.output


def goes_on(begun: Mapping[int, Part], parts: Sequence[Outgoing]) -> bool:
    """Are these the parts of which some have been tried?"""
    tried = {number: part.digest for number, part in begun.items() if part.digest}
    return bool(tried) and all(
        number < len(parts) and digest(parts[number]) == known for number, known in tried.items()
    )


def drawing(poll: ClosedPoll, *, measured: bool) -> runs.Run:
    """The run that draws a poll's picture; `measurement` in its input is the key of the run that measured."""
    source = {
        "task": "draw",
        "measurement": poll.run_key if measured else None,
        "ballot": ballot(poll).model_dump(mode="json"),
        "language": poll.language,
    }
    return runs.Run(runs.content_key(source), "draw", source, DRAW_LIMIT_S)


def ballot(poll: ClosedPoll) -> Ballot:
    """The final tally as the picture needs it."""
    experiment = poll.poll.experiment
    keys = experiment.options if experiment else (None,) * len(poll.poll.options)
    rows = zip(poll.poll.options, poll.tally.counts, keys, strict=True)
    options = tuple(OptionVotes(text=o.text, votes=n, correct=o.correct, key=key) for o, n, key in rows)
    opinion = poll.poll.kind == "opinion"
    return Ballot(question=poll.poll.question, options=options, voters=poll.tally.turnout, opinion=opinion)


class UndrawnError(PollbotError):
    """There is no picture for a reveal that had one; the message says why."""


def text(
    poll: ClosedPoll, measurement: Measurement | None, unmeasured: Text = words.NO_MEASUREMENT, source: str = ""
) -> Rich:
    """
    Answer, explanation, feedback to each option, and what the measurement says, or why there is none.

    `source` is where readers get pollbot, if that is known.
    """
    blocks = [*_corrected(poll), *written(filled.poll(poll.poll, measurement, poll.language), poll.language)]
    if measurement:
        blocks.append("\n".join(_depends(poll, *pair) for pair in answer_key.pairs(poll.poll, measurement)))
        blocks.append(_disputed(poll, measurement))
        settings = f"_{words.MEASURED[poll.language]}: {escape.inline(measurement.settings[poll.language])}_"
        blocks.append(f"{settings}\n{_repeat(poll, measurement, source)}")
    elif poll.poll.experiment:
        blocks.append(f"_{unmeasured[poll.language]}_")
    return markup.render("\n\n".join(block for block in blocks if block))


def _corrected(poll: ClosedPoll) -> list[str]:
    """Readers see that it once said something else, and which answer that was."""
    if poll.revealed is None:
        return []
    now = tuple(option.text for option in poll.poll.options if option.correct)
    mark = f"✏️ **{words.CORRECTED[poll.language]}**"
    if poll.revealed == now or not poll.revealed:
        return [mark]
    named = ", ".join(f"**{escape.inline(option)}**" for option in poll.revealed)
    return [f"{mark} {words.NAMED[poll.language]}: {named}."]


def written(poll: Poll, language: Language) -> list[str]:
    """The blocks of a reveal that the author wrote: answer, explanation, feedback to each option."""
    feedback = "\n".join(f"• **{escape.inline(o.text)}**: {o.feedback}" for o in poll.options if o.feedback)
    return [_answer(poll, language), poll.explanation, feedback]


def _answer(poll: Poll, language: Language) -> str:
    right = [f"**{escape.inline(option.text)}**" for option in poll.options if option.correct]
    if not right:
        return f"📊 {words.OUTCOME[language]}"
    if len(right) == 1:
        return f"✅ {words.ANSWER[language]}: {right[0]}"
    return f"✅ {words.ANSWERS[language]}:\n" + "\n".join(right)


def _depends(poll: ClosedPoll, option: Option, finding: Finding) -> str:
    if finding.supported != "depends":
        return ""
    chosen, condition = escape.inline(option.text), escape.inline(finding.condition[poll.language])
    return f"⚖️ {words.IT_DEPENDS[poll.language]}: **{chosen}** — {condition}"


def _disputed(poll: ClosedPoll, measurement: Measurement) -> str:
    """What the measurement contradicts, and why the author stands by it."""
    assert poll.poll.experiment is not None
    wrong = answer_key.contradictions(poll.poll, measurement)
    lines = [f"⚠️ {escape.inline(answer_key.statement(*one, poll.language))}" for one in wrong]
    if wrong and poll.poll.experiment.despite:
        lines.append(f"{words.DESPITE[poll.language]}: {escape.inline(poll.poll.experiment.despite)}")
    return "\n".join(lines)


def _repeat(poll: ClosedPoll, measurement: Measurement, source: str) -> str:
    """The line that measures it again: command, where that is from, versions, content key."""
    experiment = poll.poll.experiment
    assert experiment is not None
    line = command.written(experiment.run, experiment.set, experiment.seeds)
    versions = " · ".join(f"{name} {version}" for name, version in measurement.versions.items())
    whence = f" · pollbot: {escape.inline(source)}" if source else ""
    return f"{escape.code(line)}{whence}\n_{escape.inline(versions)} · {poll.run_key}_"
