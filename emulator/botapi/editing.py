"""Methods that change or remove what was sent."""

from __future__ import annotations

from dataclasses import replace

from emulator.botapi import access, content, discussion, entities, ids, markup, options
from emulator.botapi.albums import DUSTY, album_item
from emulator.botapi.content import Formatted
from emulator.botapi.registry import Asked, method
from emulator.botapi.sending import shown_preview
from emulator.wire import Json, bad_request
from emulator.world.chats import Message
from emulator.world.files import Media

UNSPOKEN = ("sticker", "video_note")  # kinds without a caption
FIXED = (*UNSPOKEN, "voice")  # kinds that nothing can take the place of
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@method
def edit_message_text(asked: Asked) -> Json:
    message = editable(asked)
    body = content.message_text(asked.params)
    if message.media or message.poll or message.special or message.paid:
        raise bad_request("there is no text in the message to edit")
    return _change(asked, message, body, message.media, shown_preview(asked, body))


@method
def edit_message_caption(asked: Asked) -> Json:
    """Kinds that have no caption keep none."""
    message = editable(asked)
    body = content.caption(asked.params)
    media = message.media
    if not (media and media.kind not in UNSPOKEN) and not message.paid:
        raise bad_request("there is no caption in the message to edit")
    if media and media.kind in DUSTY:
        media = replace(media, above=asked.params.flag("show_caption_above_media"))
    return _change(asked, message, body, media)


@method
def edit_message_media(asked: Asked) -> Json:
    """Whatever it was, words or a file; in an album only what the album may hold."""
    message = editable(asked)
    media, body = album_item(asked, asked.params.json("media", "input media"))
    if message.poll or message.special or message.paid or (message.media and message.media.kind in FIXED):
        raise bad_request("message media can't be edited")
    if message.album and message.media and _class(media) != _class(message.media):
        raise bad_request("can't change media type in the album")
    return _change(asked, message, body, media)


def _class(media: Media) -> str:
    return "seen" if media.kind in DUSTY else media.kind


@method
def edit_message_reply_markup(asked: Asked) -> Json:
    message = editable(asked)
    return _change(asked, message, Formatted(message.text, message.entities), message.media, message.preview)


def editable(asked: Asked) -> Message:
    """The message named by chat and id. Inline mode, which names them otherwise, is not here."""
    options.check_missing(asked.params)
    options.check_business(asked.params)
    if asked.params.text("inline_message_id") and not asked.params.text("chat_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    message = asked.message(chat, "to edit")
    if not access.may_edit(asked.bot, message):
        raise bad_request("message can't be edited")
    return message


def _change(asked: Asked, message: Message, body: Formatted, media: Media | None, preview: Json | None = None) -> Json:
    keyboard = markup.read_inline(asked.params, message.chat.type)
    marks = entities.named(asked.world, body.entities)
    preview = preview or None
    before = (message.text, message.entities, message.media, message.preview, message.markup)
    if before == (body.text, marks, media, preview, keyboard):
        raise bad_request(UNCHANGED)
    message.text, message.entities, message.media = body.text, marks, media
    message.preview, message.markup = preview, keyboard
    message.edited = asked.world.clock.now()
    asked.world.feed.touch(message.chat.id, message.id)
    discussion.edited(asked.world, message)
    return message.json()


@method
def delete_message(asked: Asked) -> bool:
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    message = asked.message(chat, "to delete")
    access.check_deleting(asked.bot, message, asked.world.clock.now())
    asked.world.remove(message)
    return True


@method
def delete_messages(asked: Asked) -> bool:
    """Those that are not there are skipped; all the others, or none."""
    numbers = ids.messages(asked.params)
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    found = [message for message in (asked.seen(chat, number) for number in numbers) if message]
    for message in found:
        access.check_deleting(asked.bot, message, asked.world.clock.now())
    for message in found:
        asked.world.remove(message)
    return True
