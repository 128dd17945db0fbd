"""forwardMessage, forwardMessages and copyMessage. A forwarded poll stays the same poll; a copied one is new."""

from __future__ import annotations

from itertools import pairwise

from emulator.botapi import access, content
from emulator.botapi.content import Destination, Formatted
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked, method
from emulator.wire import Json, bad_request
from emulator.world.chats import Message
from emulator.world.polls import Poll

MOST = 100
PERMISSIONS = {"photo": "can_send_photos", "document": "can_send_documents"}


@method
def forward_message(asked: Asked) -> Json:
    source, where = _source(asked, "to forward"), _target(asked)
    if source.protected:
        raise bad_request("message has protected content and can't be forwarded")
    if source.service:
        raise bad_request("the message can't be forwarded")
    _check_poll(source.poll, where)
    return _forward(asked, source, where).json()


@method
def forward_messages(asked: Asked) -> list[Json]:
    """
    Up to a hundred at once, skipping what is not there.

    Checked in the order of telegram-bot-api (Client::process_forward_messages_query) and TDLib
    (MessagesManager::get_forwarded_messages, MessageSendOptions::get_message_send_options): where they are sent, which
    of them there are, and only then how.
    """
    ids = _ids(asked.params)
    where = content.destination(asked, "can_send_messages")
    chat = asked.chat("from_chat_id")
    access.check_reading(asked.bot, chat)
    found = [message for message in (asked.seen(chat, number) for number in ids) if message]
    if not found:
        raise bad_request("there are no messages to forward")
    if asked.params.json("suggested_post_parameters", "suggested post parameters") is not None:
        if len(found) > 1:
            raise bad_request("can't send suggested posts with the method")
        raise bad_request("suggested posts can be sent only to channel direct messages")
    if any(before >= after for before, after in pairwise(ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    sent = [_forward(asked, one, where) for one in found if not (one.protected or one.service)]
    if not sent:
        raise bad_request("messages can't be forwarded")
    return [{"message_id": one.id} for one in sent]


def _ids(params: Params) -> list[int]:
    given = params.array("message_ids", "message identifiers", "message_ids")
    if not given:
        raise bad_request("message identifiers are not specified")
    if len(given) > MOST:
        raise bad_request("too many message identifiers specified")
    if not all(isinstance(number, int) and number > 0 for number in given):
        raise bad_request("invalid message identifier specified")
    return [number for number in given if isinstance(number, int)]


def _forward(asked: Asked, source: Message, where: Destination) -> Message:
    body = Formatted(source.text, source.entities)
    return content.post(asked, where, body, media=source.media, poll=source.poll, origin=source.origin_json())


@method
def copy_message(asked: Asked) -> Json:
    source, where = _source(asked, "to copy"), _target(asked)
    if source.protected:
        raise bad_request("message has protected content and can't be copied")
    _check_poll(source.poll, where)
    new_caption = bool(source.media) and "caption" in asked.params.values
    body = content.caption(asked.params) if new_caption else Formatted(source.text, source.entities)
    poll = source.poll and asked.world.add_poll(source.poll.copy(asked.world.new_poll_id(), asked.bot.user.id))
    return {"message_id": content.post(asked, where, body, media=source.media, poll=poll).id}


def _source(asked: Asked, to_do: str) -> Message:
    chat = asked.chat("from_chat_id")
    access.check_reading(asked.bot, chat)
    return asked.message(chat, to_do)


def _target(asked: Asked) -> Destination:
    source = asked.chat("from_chat_id").messages[asked.params.integer("message_id")]
    kind = "can_send_polls" if source.poll else PERMISSIONS.get(source.media.kind if source.media else "")
    return content.destination(asked, kind or "can_send_messages")


def _check_poll(poll: Poll | None, where: Destination) -> None:
    if poll and not poll.anonymous and where.chat.type == "channel":
        raise bad_request("non-anonymous polls can't be sent to channel chats")
