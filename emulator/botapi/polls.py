"""sendPoll and stopPoll."""

from __future__ import annotations

import re

from emulator.botapi import access, content, entities, markup, options, poll_media
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked, method
from emulator.texts.cleaning import is_visible
from emulator.wire import Json, bad_request
from emulator.world.chats import Chat
from emulator.world.polls import Option, Poll

QUESTION_LIMIT, OPTION_LIMIT, OPTIONS_LIMIT, COUNTRIES_LIMIT = 300, 100, 12, 12
LONGEST_OPEN_S = 2_628_000


@method
def send_poll(asked: Asked) -> Json:
    options = _options(asked.params)
    kind = asked.params.text("type", "regular")
    if kind not in ("regular", "quiz"):
        raise bad_request("unsupported poll type specified")
    media = poll_media.read(asked.params, quiz=kind == "quiz")
    countries = _countries(asked.params)
    where = content.destination(asked, "poll")
    poll = _poll(asked, kind, options, countries)
    _check(poll, where.chat)
    media.keep(asked, poll)
    return content.post(asked, where, content.Formatted(), poll=asked.world.add_poll(poll)).json()


def _options(params: Params) -> list[Option]:
    return [_option(given) for given in params.array("options", "String as options")]


def _option(given: object) -> Option:
    if isinstance(given, str):
        given = {"text": given}
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise bad_request("expected an option to be of type String")
    body = content.formatted(Params(given), "text", "text_entities", "text_parse_mode")
    return Option(body.text, _emoji(body.entities))


def _emoji(marks: list[Json]) -> list[Json]:
    """All that questions and options keep (TDLib, keep_only_custom_emoji)."""
    return [one for one in marks if one["type"] == "custom_emoji"]


def _countries(params: Params) -> list[str]:
    codes = params.array("country_codes", "String", "country_codes")
    if len(codes) > COUNTRIES_LIMIT:
        raise bad_request("too many items specified")
    if not all(isinstance(code, str) for code in codes):
        raise bad_request("expected an Array of String")
    return [str(code) for code in codes]


def _poll(asked: Asked, kind: str, options: list[Option], countries: list[str]) -> Poll:
    params = asked.params
    question, about = content.formatted(params, "question"), content.formatted(params, "description")
    explanation = content.formatted(params, "explanation")
    poll = Poll(
        asked.world.new_poll_id(),
        asked.bot.user.id,
        question.text,
        options,
        kind,
        anonymous=params.flag("is_anonymous", default=True),
        multiple=params.flag("allows_multiple_answers"),
        revoting=params.flag("allows_revoting", default=kind == "regular"),
        hidden=params.flag("hide_results_until_closes"),
        shuffled=params.flag("shuffle_options"),
        members_only=params.flag("members_only"),
        country_codes=countries,
        correct=_correct(params) if kind == "quiz" else [],
        question_entities=_emoji(question.entities),
        explanation=explanation.text if kind == "quiz" else "",
        explanation_entities=entities.named(asked.world, explanation.entities),
        description=about.text,
        description_entities=entities.named(asked.world, about.entities),
        closed=params.flag("is_closed"),
    )
    _set_time(poll, params, asked.world.clock.now())
    return poll


def _set_time(poll: Poll, params: Params, now: int) -> None:
    """A period wins over a date."""
    poll.open_period = min(max(params.integer("open_period"), 0), LONGEST_OPEN_S)
    poll.close_date = now + poll.open_period if poll.open_period else params.integer("close_date")
    if poll.close_date and not poll.open_period:
        poll.open_period = max(poll.close_date - now, 0)


def _correct(params: Params) -> list[int]:
    """The right options, also where only the older parameter for one is given."""
    given = params.array("correct_option_ids", "Integer")
    if not given and params.text("correct_option_id"):
        given = [params.integer("correct_option_id")]
    if not all(isinstance(index, int) for index in given):
        raise bad_request("expected an Array of Integer")
    return [index for index in given if isinstance(index, int)]


def _check(poll: Poll, chat: Chat) -> None:
    """Telegram's checks in Telegram's order."""
    if len(poll.description) > content.CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    _check_question(poll)
    _check_options(poll)
    if poll.kind == "quiz":
        _check_correct(poll)
    _check_voters(poll, chat)


def _check_question(poll: Poll) -> None:
    if not is_visible(poll.question):
        raise bad_request("text must be non-empty")
    if len(poll.question) > QUESTION_LIMIT:
        raise bad_request(f"poll question length must not exceed {QUESTION_LIMIT}")


def _check_options(poll: Poll) -> None:
    if not poll.options:
        raise bad_request("poll must have at least one answer option")
    if len(poll.options) > OPTIONS_LIMIT:
        raise bad_request(f"poll can't have more than {OPTIONS_LIMIT} options")
    texts = [option.text for option in poll.options]
    if not all(map(is_visible, texts)):
        raise bad_request("text must be non-empty")
    if max(map(len, texts)) > OPTION_LIMIT:
        raise bad_request(f"poll options length must not exceed {OPTION_LIMIT}")
    if len(set(texts)) != len(texts):
        raise bad_request("POLL_OPTION_DUPLICATE")


def _check_correct(poll: Poll) -> None:
    if not poll.correct:
        raise bad_request("correct quiz option list must be non-empty")
    if any(a >= b for a, b in zip(poll.correct, poll.correct[1:], strict=False)):
        raise bad_request("correct quiz option list must be increasing")
    if poll.correct[0] < 0 or poll.correct[-1] >= len(poll.options):
        raise bad_request("wrong quiz correct_option_id")


def _check_voters(poll: Poll, chat: Chat) -> None:
    """Who may vote, and whether names are told. That a country is one is for Telegram's servers to know."""
    if not all(re.fullmatch("[A-Z]{2}", code) for code in poll.country_codes):
        raise bad_request("invalid country code specified")
    if chat.type != "channel" and (poll.members_only or poll.country_codes):
        raise bad_request("poll voters can be restricted only in channel chats")
    if chat.type == "channel" and not poll.anonymous:
        raise bad_request("non-anonymous polls can't be sent to channel chats")


@method
def stop_poll(asked: Asked) -> Json:
    """Close it; the answer is the final tally. The bot also gets it as an update."""
    options.check_business(asked.params)
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    message = asked.message(chat, "with poll to stop")
    keyboard = markup.read_inline(asked.params, chat.type)
    poll = message.poll
    if not poll:
        raise bad_request("message is not a poll")
    if poll.closed or not access.may_edit(asked.bot, message):
        raise bad_request("poll can't be stopped")
    poll.closed, message.markup = True, keyboard
    asked.world.poll_changed(poll)
    asked.world.send(poll.owner, "poll", poll.json(), poll.id)
    return poll.json()
