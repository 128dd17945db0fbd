"""Methods for how a chat looks: its title, description and photo; and what is pinned in it."""

from __future__ import annotations

from emulator.botapi import access, media, options, telling
from emulator.botapi.registry import Asked, method
from emulator.wire import Json, bad_request
from emulator.world import pictures
from emulator.world.chats import Chat
from emulator.world.files import StoredFile, Upload
from emulator.world.world import World

TITLE_LIMIT, DESCRIPTION_LIMIT = 128, 255
STICKERS_FROM = 100  # members
SMALL, BIG = 160, 640  # pixels of a chat's photo


@method
def set_chat_title(asked: Asked) -> bool:
    """A longer one is cut."""
    chat = _chat(asked)
    title = " ".join(asked.params.text("title").split())[:TITLE_LIMIT]
    if not title:
        raise bad_request("title must be non-empty")
    _check(asked, chat, "title")
    if title != chat.title:
        asked.world.rename(chat, title)
        asked.world.feed.touch(chat.id)
        _happened(asked, chat, {"new_chat_title": title})
    return True


@method
def set_chat_description(asked: Asked) -> bool:
    chat, description = _chat(asked), asked.params.text("description").strip()
    if chat.type == "private":
        raise bad_request("can't change private chat description")
    if not _may_change(asked, chat):
        raise bad_request("not enough rights to set chat description")
    if description == (chat.description or ""):
        raise bad_request("chat description is not modified")
    if len(description) > DESCRIPTION_LIMIT:
        raise bad_request("CHAT_ABOUT_TOO_LONG")
    chat.description = description or None
    return True


@method
def set_chat_photo(asked: Asked) -> bool:
    upload = uploaded_photo(asked)
    chat = _chat(asked)
    _check(asked, chat, "photo")
    shown, chat.photo = portrait(asked.world, upload.content)
    asked.world.feed.touch(chat.id)
    _happened(asked, chat, {"new_chat_photo": shown.shown()})
    return True


@method
def delete_chat_photo(asked: Asked) -> bool:
    chat = _chat(asked)
    _check(asked, chat, "photo")
    if chat.photo:
        chat.photo = None
        asked.world.feed.touch(chat.id)
        _happened(asked, chat, {"delete_chat_photo": True})
    return True


def uploaded_photo(asked: Asked) -> Upload:
    ref = asked.params.text("photo")
    upload = asked.params.files.get(ref.removeprefix("attach://") if ref.startswith("attach://") else "photo")
    if not upload:
        raise bad_request("photo must be uploaded as an InputFile" if ref else "there is no photo in the request")
    return upload


def portrait(world: World, content: bytes) -> tuple[StoredFile, Json]:
    """As a photo in a message, and as a ChatPhoto: the middle of it, in two sizes."""
    picture = media.checked_photo(content)
    if min(picture.width, picture.height) < SMALL:
        raise bad_request("PHOTO_CROP_SIZE_SMALL")
    told: Json = {}
    for name, side in (("small", SMALL), ("big", BIG)):
        size = picture.square(side)
        file = world.add_file(Upload("photo.jpg", size.content), "chat_photo", {"width": side, "height": side})
        told |= {f"{name}_file_id": file.id, f"{name}_file_unique_id": file.unique_id}
        square = size
    whole = pictures.opened(square.content)
    assert whole  # just made here
    return world.add_photo(whole), told


@method
def pin_chat_message(asked: Asked) -> bool:
    """A service message says so, whether or not anybody is notified."""
    chat = _pinnable(asked)
    message = asked.message(chat, "to pin")
    _check_pinning(asked, chat)
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        asked.world.feed.touch(chat.id, message.id)
        _happened(asked, chat, {"pinned_message": message.json(with_reply=False)})
    return True


@method
def unpin_chat_message(asked: Asked) -> bool:
    """The one that is named, or the newest that is pinned."""
    chat = _pinnable(asked)
    number = asked.params.integer("message_id") or max(chat.pinned, default=0)
    message = asked.seen(chat, number)
    if not message:
        raise bad_request("message to unpin not found")
    _check_pinning(asked, chat)
    if number in chat.pinned:
        chat.pinned.remove(number)
        asked.world.feed.touch(chat.id, number)
    return True


@method
def unpin_all_chat_messages(asked: Asked) -> bool:
    chat = _pinnable(asked)
    _check_pinning(asked, chat)
    for number in chat.pinned:
        asked.world.feed.touch(chat.id, number)
    chat.pinned.clear()
    return True


def _pinnable(asked: Asked) -> Chat:
    options.check_business(asked.params)
    return _chat(asked)


def _check_pinning(asked: Asked, chat: Chat) -> None:
    """In a channel whoever may edit may pin (TDLib, DialogManager::can_pin_messages)."""
    member = chat.member(asked.bot.user)
    right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
    if chat.type != "private" and not (member.runs_it and member.may(right)):
        raise bad_request("not enough rights to manage pinned messages in the chat")


@method
def set_chat_sticker_set(asked: Asked) -> bool:
    """There are no sticker sets here, and small groups may have none anyway."""
    chat = _chat(asked)
    _check_supergroup(chat)
    if not asked.params.text("sticker_set_name"):
        raise bad_request("sticker_set_name is empty")
    _check_stickers(asked, chat)
    raise bad_request("STICKERSET_INVALID")


@method
def delete_chat_sticker_set(asked: Asked) -> bool:
    """None was ever set."""
    chat = _chat(asked)
    _check_supergroup(chat)
    _check_stickers(asked, chat)
    return True


def _check_stickers(asked: Asked, chat: Chat) -> None:
    if not _may_change(asked, chat):
        raise bad_request("not enough rights to change supergroup sticker set")
    if chat.member_count() < STICKERS_FROM:
        raise bad_request("can't set supergroup sticker set")


def _check_supergroup(chat: Chat) -> None:
    if chat.type != "supergroup":
        raise bad_request("method is available only for supergroups")


def _chat(asked: Asked) -> Chat:
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    return chat


def _check(asked: Asked, chat: Chat, what: str) -> None:
    if chat.type == "private":
        raise bad_request(f"can't change private chat {what}")
    if not _may_change(asked, chat):
        raise bad_request(f"not enough rights to change chat {what}")


def _may_change(asked: Asked, chat: Chat) -> bool:
    """In a supergroup members may where all may; in a basic group a bot must have been appointed."""
    member = chat.member(asked.bot.user)
    if member.runs_it:
        return member.may("can_change_info")
    return chat.type == "supergroup" and member.inside and chat.permissions.get("can_change_info", False)


def _happened(asked: Asked, chat: Chat, service: Json) -> None:
    telling.happened(asked.world, chat, asked.bot.user, asked.bot.user.id, service)
