"""Methods that change or remove what was sent."""

from __future__ import annotations

from emulator.botapi import access, content, entities, markup
from emulator.botapi.content import Formatted
from emulator.botapi.registry import Asked, method
from emulator.botapi.sending import album_item
from emulator.wire import Json, bad_request
from emulator.world.chats import Message
from emulator.world.files import Media

UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@method
def edit_message_text(asked: Asked) -> Json:
    message = _editable(asked)
    body = content.message_text(asked.params)
    if message.media or message.poll:
        raise bad_request("there is no text in the message to edit")
    return _change(asked, message, body, message.media)


@method
def edit_message_caption(asked: Asked) -> Json:
    message = _editable(asked)
    body = content.caption(asked.params)
    if not message.media:
        raise bad_request("there is no caption in the message to edit")
    return _change(asked, message, body, message.media)


@method
def edit_message_media(asked: Asked) -> Json:
    message = _editable(asked)
    media, body = album_item(asked, asked.params.json("media", "input media"))
    if message.poll:
        raise bad_request("there is no media in the message to edit")
    return _change(asked, message, body, media)


@method
def edit_message_reply_markup(asked: Asked) -> Json:
    message = _editable(asked)
    return _change(asked, message, Formatted(message.text, message.entities), message.media)


def _editable(asked: Asked) -> Message:
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    message = asked.message(chat, "to edit")
    if not access.may_edit(asked.bot, message):
        raise bad_request("message can't be edited")
    return message


def _change(asked: Asked, message: Message, body: Formatted, media: Media | None) -> Json:
    keyboard = markup.read_inline(asked.params)
    marks = entities.named(asked.world, body.entities)
    before = (message.text, message.entities, message.media, message.markup)
    if before == (body.text, marks, media, keyboard):
        raise bad_request(UNCHANGED)
    message.text, message.entities, message.media, message.markup = body.text, marks, media, keyboard
    message.edited = asked.world.clock.now()
    asked.world.feed.touch(message.chat.id, message.id)
    return message.json()


@method
def delete_message(asked: Asked) -> bool:
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    message = asked.message(chat, "to delete")
    access.check_deleting(asked.bot, message, asked.world.clock.now())
    del chat.messages[message.id]
    asked.world.feed.touch(chat.id, message.id)
    return True
