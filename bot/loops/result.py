"""The result of a thread: what is told of it, and the run that draws its picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from bot.loops import naming, result_words, words
from bot.store import ending, results, runs, store
from bot.store.results import PollResult, Score
from bot.store.runs import Run
from bot.store.store import Database
from bot.thread.model import Language
from experiments import numbers
from experiments.measurement import PollSummary, Summary

DRAW_LIMIT_S = 30.0
OPTION = 60  # characters of one
PLACES = 8  # lines of a leaderboard


def drawing(database: Database, publication: int) -> Run:
    """The run that draws how a publication came out, or stands."""
    with store.reading(database) as connection:
        about = ending.about(connection, publication)
        found = results.read(connection, publication)
    summary = Summary(title=about.title, polls=tuple(map(summarised, found)))
    shown = summary.model_dump(mode="json")
    source = {"task": "draw", "measurement": None, "summary": shown, "language": about.language}
    return Run(runs.content_key(source), "draw", source, DRAW_LIMIT_S)


def summarised(one: PollResult) -> PollSummary:
    """A closed poll as its bar shows it."""
    options, most, wrong = one.poll.options, one.favourite, one.surprise
    return PollSummary(
        position=one.position,
        question=one.poll.question,
        votes=sum(one.counts),
        right=one.right,
        favourite="" if most is None else options[most].text,
        favourite_share=one.share(most) or 0.0,
        favourite_right=most is not None and one.keyed and options[most].correct,
        surprise="" if wrong is None else options[wrong].text,
        surprise_share=one.share(wrong) or 0.0,
    )


def caption(connection: Connection, publication: int, language: Language, *, ended: bool = True) -> str:
    """What stands under the picture of a thread that has ended, or of how it stands."""
    about = ending.about(connection, publication)
    lines = [words.say(result_words.ENDED if ended else result_words.SO_FAR, language, thread=about.title)]
    lines += _whole(results.read(connection, publication), language)
    if about.leaderboard:
        lines += ["", *board(connection, publication, language)]
    return "\n".join(lines)


def shown(connection: Connection, publication: int, language: Language) -> str:
    """What is told in the chat of a thread, in its language; without its `summary`, the leaderboard alone."""
    about = ending.about(connection, publication)
    if about.summary:
        return caption(connection, publication, language)
    return "\n".join(board(connection, publication, language))


def text(connection: Connection, publication: int, language: Language, longest: int) -> str:
    """What is known of a publication's closed polls, as many as there is room for."""
    found = results.read(connection, publication, moments=True)
    title = ending.about(connection, publication).title
    blocks = ["\n".join([words.say(result_words.SO_FAR, language, thread=title), *_whole(found, language)])]
    last = ["\n".join(places)] if (places := board(connection, publication, language)) else []
    for number, one in enumerate(found):
        block = "\n".join(_poll(one, language))
        if len("\n\n".join([*blocks, block, *last])) > longest:
            left = {"number": len(found) - number, "publication": publication}
            blocks.append(words.say(result_words.LEFT_OUT, language, **left))
            break
        blocks.append(block)
    return "\n\n".join([*blocks, *last])


def _whole(found: Sequence[PollResult], language: Language) -> Iterator[str]:
    if not found:
        yield words.say(result_words.NO_POLLS, language)
        return
    votes = sum(sum(one.counts) for one in found)
    yield words.say(result_words.WHOLE, language, polls=len(found), votes=votes)
    rights = [one.right for one in found if one.right is not None]
    if rights:
        share = percent(sum(rights) / len(rights), language)
        yield words.say(result_words.RIGHT_ON_AVERAGE, language, share=share)


def _poll(one: PollResult, language: Language) -> Iterator[str]:
    asked = naming.short(" ".join(one.poll.question.split()), OPTION)
    told = {"position": one.position, "words": f"«{asked}»", "votes": sum(one.counts)}
    yield words.say(result_words.POLL, language, **told)
    if not any(one.counts):
        yield words.say(result_words.NOBODY, language)
        return
    yield from _moved(one, language)
    if one.favourite != one.surprise:
        yield _option(one, one.favourite, "FAVOURITE", language)
    if one.surprise is not None:
        yield _option(one, one.surprise, "SURPRISE", language)


def _moved(one: PollResult, language: Language) -> Iterator[str]:
    """How many were right first, as far as that is known, and in the end."""
    if one.right is None:
        return
    share = percent(one.right, language)
    first = next(((moment.part, one.right_at(moment.counts)) for moment in one.moments), None)
    if first is None or first[1] is None:
        yield words.say(result_words.RIGHT, language, share=share)
        return
    part, before = result_words.PART[first[0]], percent(first[1], language)
    yield words.say(result_words.MOVED, language, first=before, part=part, share=share)


def _option(one: PollResult, option: int | None, name: str, language: Language) -> str:
    assert option is not None
    text = {"FAVOURITE": result_words.FAVOURITE, "SURPRISE": result_words.SURPRISE}[name]
    said = naming.short(one.poll.options[option].text, OPTION)
    return words.say(text, language, share=percent(one.share(option) or 0.0, language), option=said)


def board(connection: Connection, publication: int, language: Language) -> list[str]:
    """How many people were right how often, where that is wanted and anybody's votes are known."""
    if not ending.about(connection, publication).leaderboard:
        return []
    polls, scores = results.scored(connection, publication), results.leaderboard(connection, publication)
    if not scores:
        return []
    lines = [words.say(result_words.BOARD, language, polls=polls)]
    lines += [
        words.say(result_words.PLACE, language, right=one.right, polls=polls, people=one.people)
        for one in scores[:PLACES]
    ]
    return [*lines, words.say(result_words.OWN_PLACE, language)]


def place(scores: Sequence[Score], right: int) -> tuple[str, int]:
    """Which place so many right answers are, and of how many people."""
    above = sum(one.people for one in scores if one.right > right)
    beside = sum(one.people for one in scores if one.right == right)
    places = str(above + 1) if beside <= 1 else f"{above + 1}–{above + beside}"
    return places, sum(one.people for one in scores)


def percent(share: float, language: Language) -> str:
    """A share in whole percents."""
    return numbers.percent(100 * share, 0, language)
