"""forwardMessage and copyMessage. A forwarded poll stays the same poll; a copied one is new."""

from __future__ import annotations

from emulator.botapi import access, content
from emulator.botapi.content import Destination, Formatted
from emulator.botapi.registry import Asked, method
from emulator.wire import Json, bad_request
from emulator.world.chats import Message
from emulator.world.polls import Poll

PERMISSIONS = {"photo": "can_send_photos", "document": "can_send_documents"}


@method
def forward_message(asked: Asked) -> Json:
    source, where = _source(asked, "to forward"), _target(asked)
    if source.protected:
        raise bad_request("message has protected content and can't be forwarded")
    _check_poll(source.poll, where)
    body = Formatted(source.text, source.entities)
    sent = content.post(asked, where, body, media=source.media, poll=source.poll, origin=source.origin_json())
    return sent.json()


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
