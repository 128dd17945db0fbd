"""
What is asked about results in private: /results, then a publication, then its picture; and whether to be told of each
post. Anybody may ask for their own place on a leaderboard: /score.

Callback data: `r1|list`, `r1|show|ID`, `r1|draw|ID`.
"""

from __future__ import annotations

from bot.loops import naming, news_words, result, result_words
from bot.loops.actions import OF, Turn, button, command
from bot.loops.reply import Reply
from bot.store import ending, news, pseudonym, results

LISTED = 20  # publications in one list
TITLE = 60  # characters of one on its button
LONGEST = 3500  # characters of a message
BOARDS = 5  # threads whose places are told


@command("results", told=result_words.TOLD_RESULTS)
def listed(turn: Turn) -> Reply:
    found = ending.with_results(turn.connection, LISTED, turn.person.among)
    buttons = tuple((naming.short(f"«{title}»", TITLE), f"r1|show|{number}") for number, title in found)
    return Reply(text=turn.say(result_words.RESULTS if found else result_words.NO_RESULTS), buttons=buttons)


@button("results", r"r1\|list", "admins")
def listed_again(turn: Turn) -> Reply:
    return listed(turn).model_copy(update={"card": True})


@button("result", rf"r1\|show\|{OF}", "publication")
def shown(turn: Turn, publication: str) -> Reply:
    """How the polls of one publication came out."""
    number = int(publication)
    if not ending.has_results(turn.connection, number):
        return Reply(text=turn.say(result_words.NO_RESULTS), card=True)
    text = result.text(turn.connection, number, turn.language, LONGEST)
    picture, back = turn.say(result_words.PICTURE), turn.say(result_words.LIST)
    title = ending.about(turn.connection, number).title
    buttons = (picture, f"r1|draw|{number}"), (back, "r1|list")
    return Reply(text=text, buttons=buttons, card=True, verbatim=(title,))


@button("result drawn", rf"r1\|draw\|{OF}", "publication")
def drawn(turn: Turn, publication: str) -> Reply:
    """Its picture, as it stands now, to who asks."""
    number = int(publication)
    if not ending.has_results(turn.connection, number):
        return Reply(text=turn.say(result_words.NO_RESULTS), card=True)
    ending.draw_anew(turn.connection, number)
    news.add(turn.connection, "picture", turn.now, publication=number, admin=turn.person.id)
    return Reply(text="", card=True, notice=turn.say(result_words.DRAWN))


@command("quiet", told=news_words.TOLD_QUIET)
def quiet(turn: Turn) -> Reply:
    """Each post, closing and reveal is told, or none."""
    often = not news.wishes(turn.connection).get(turn.person.id, turn.often)
    news.wish(turn.connection, turn.person.id, often=often)
    return Reply(text=turn.say(news_words.HEARS[often]))


@command("score", told=result_words.TOLD_SCORE, about="anybody")
def score(turn: Turn) -> Reply | None:
    """The asker's places, by the pseudonyms that they have: with the key, and for nobody else."""
    if turn.kept is None:
        return None
    lines = []
    for publication, title in ending.boards(turn.connection, BOARDS):
        names = [pseudonym.of(turn.person.id, turn.kept.key, within) for within in (publication, None)]
        right = results.score(turn.connection, publication, names)
        if right is None:
            continue
        place, people = result.place(results.leaderboard(turn.connection, publication), right)
        told = {"thread": title, "right": right, "polls": results.scored(turn.connection, publication)}
        lines.append(turn.answer(result_words.SCORE, **told, place=place, people=people))
    return Reply(text="\n".join(lines) or turn.answer(result_words.NO_SCORE))
