"""Methods for reactions: a bot's own, and taking away those of others."""

from __future__ import annotations

from emulator.botapi import access, ids, rights
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked, method
from emulator.wire import Json, bad_request
from emulator.world.chats import Chat, Message

# Of Telegram's own reactions, as the Bot API lists them under ReactionTypeEmoji.
EMOJI = frozenset(
    "❤👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
) | {"❤\u200d🔥", "👨\u200d💻", "🤷\u200d♂", "🤷", "🤷\u200d♀"}
MOST_OF_A_BOT = 1


@method
def set_message_reaction(asked: Asked) -> bool:
    """Bots have one at a time, and cannot pay for any. `is_big` only makes it seen more."""
    given = types(asked.params)
    chat = asked.chat()
    access.check_reading(asked.bot, chat)
    message = asked.message(chat, "to react")
    check(chat, given)
    if len(given) > MOST_OF_A_BOT:
        raise bad_request("REACTIONS_TOO_MANY")
    if message.service:
        raise bad_request("REACTION_INVALID")
    put(asked, message, asked.bot.user.id, given)
    return True


@method
def delete_message_reaction(asked: Asked) -> bool:
    """Somebody else's, by an administrator who may delete messages."""
    chat, who = _cleared(asked)
    put(asked, asked.message(chat, "to delete reaction from"), who, [])
    return True


@method
def delete_all_message_reactions(asked: Asked) -> bool:
    chat, who = _cleared(asked)
    for message in [one for one in chat.messages.values() if who in one.reactions]:
        put(asked, message, who, [])
    return True


def _cleared(asked: Asked) -> tuple[Chat, int]:
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    who = asked.params.long("actor_chat_id") or ids.user(asked).id
    if chat.type not in ("group", "supergroup"):
        raise bad_request("method is available only for groups and supergroups")
    rights.needed(asked, chat, "can_delete_messages", "not enough rights to delete reactions")
    return chat, who


def put(asked: Asked, message: Message, who: int, given: list[Json]) -> None:
    if given:
        message.reactions[who] = given
    else:
        message.reactions.pop(who, None)
    asked.world.feed.touch(message.chat.id, message.id)


def counted(message: Message) -> list[Json]:
    """ReactionCounts, the most used first."""
    counts: dict[str, tuple[Json, int]] = {}
    for one in (one for given in message.reactions.values() for one in given):
        counts[repr(one)] = one, counts.get(repr(one), (one, 0))[1] + 1
    shown = sorted(counts.values(), key=lambda found: -found[1])
    return [{"type": kind, "total_count": count} for kind, count in shown]


def types(params: Params) -> list[Json]:
    return [_type(one) for one in params.array("reaction", "ReactionType", "reaction types")]


def _type(given: object) -> Json:
    wrong = "can't parse ReactionType"
    if not isinstance(given, dict):
        raise bad_request(f"{wrong}: expected an Object")
    if "type" not in given:
        raise bad_request(f'{wrong}: Can\'t find field "type"')
    field = {"emoji": "emoji", "custom_emoji": "custom_emoji_id"}.get(str(given["type"]))
    if not field:
        raise bad_request(f"{wrong}: invalid reaction type specified")
    if given.get(field) is None:
        raise bad_request(f'{wrong}: Can\'t find field "{field}"')
    return {"type": given["type"], field: str(given[field]).replace("\ufe0f", "")}


def check(chat: Chat, given: list[Json]) -> None:
    """Custom emoji only where a chat allows them by name; which others are allowed, a chat may say."""
    allowed = chat.reactions
    for one in given:
        known = one["type"] == "emoji" and one["emoji"] in EMOJI
        if (allowed is None and not known) or (allowed is not None and one not in allowed):
            raise bad_request("REACTION_INVALID")
