"""What a bot may do in a chat, and Telegram's words when it may not."""

from __future__ import annotations

from emulator.wire import ApiError, bad_request, forbidden
from emulator.world.chats import Chat, Message
from emulator.world.topics import GENERAL
from emulator.world.world import Bot

# What each kind of message needs, and what it is called when that is missing (TDLib, can_send_message_content).
KINDS = {
    "text": ("can_send_messages", "text messages"),
    "poll": ("can_send_polls", "polls"),
    "photo": ("can_send_photos", "photos"),
    "live_photo": ("can_send_photos", "photos"),
    "document": ("can_send_documents", "documents"),
    "animation": ("can_send_other_messages", "animations"),
    "audio": ("can_send_audios", "music"),
    "video": ("can_send_videos", "videos"),
    "video_note": ("can_send_video_notes", "video notes"),
    "voice": ("can_send_voice_notes", "voice notes"),
    "sticker": ("can_send_other_messages", "stickers"),
    "dice": ("can_send_other_messages", "dice"),
    "location": ("can_send_messages", "locations"),
    "live location": ("can_send_messages", "live locations"),
    "venue": ("can_send_messages", "venues"),
    "contact": ("can_send_messages", "contacts"),
    "paid_media": ("can_send_photos", "paid media"),
}
EDITABLE_S = 48 * 3600


def check_reading(bot: Bot, chat: Chat) -> None:
    """Public chats may be read from outside, unless the bot was thrown out."""
    status = chat.member(bot.user).status
    if chat.type == "private" or (status == "left" and chat.username):
        return
    check_inside(bot, chat)


def check_inside(bot: Bot, chat: Chat) -> None:
    """The bot must be in the chat, and the chat must still be one."""
    if chat.migrated_to:
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=chat.migrated_to,
        )
    if chat.deleted:
        raise forbidden(f"the {chat.type} chat was deleted" if chat.type == "group" else "the chat was deleted")
    status = chat.member(bot.user).status
    if status == "kicked":
        blocked = "bot was blocked by the user"
        raise forbidden(blocked if chat.type == "private" else f"bot was kicked from the {chat.type} chat")
    if status == "left" and chat.type != "private":
        raise forbidden(f"bot is not a member of the {chat.type} chat")


def hears(bot: Bot, message: Message) -> bool:
    """Bots in groups hear only what is meant for them, unless they are administrators."""
    chat = message.chat
    member = chat.member(bot.user)
    if chat.type == "private":
        return member.status != "kicked"
    if not member.inside:
        return False
    answered = message.reply_to is not None and message.reply_to.bot_id == bot.user.id
    called = f"@{bot.user.username}".lower() in message.text.lower()
    command = any(entity["type"] == "bot_command" for entity in message.entities)
    return member.runs_it or answered or called or command or message.service is not None


def sees(bot: Bot, message: Message) -> bool:
    """
    May the bot name this message by its id?

    What privacy mode hides is as good as absent: "bots can receive messageEmpty because of their privacy mode" (TDLib,
    GetChannelMessagesQuery::on_result). Who reads a public chat from outside is no member, and sees all of it.
    """
    if message.bot_id == bot.user.id or message.chat.type in ("channel", "private"):
        return True
    return hears(bot, message) or not message.chat.member(bot.user).inside


def check_posting(bot: Bot, chat: Chat, kind: str) -> None:
    """May the bot send this kind of message here?"""
    permission, noun = KINDS[kind]
    if chat.type == "private":
        return
    member = chat.member(bot.user)
    if chat.type == "channel":
        if not (member.runs_it and member.may("can_post_messages")):
            raise bad_request("need administrator rights in the channel chat")
        return
    allowed = member.may(permission) if member.status == "restricted" else chat.allows(permission)
    if not (member.runs_it or allowed):
        raise bad_request(f"not enough rights to send {noun} to the chat")


def check_topic(bot: Bot, chat: Chat, thread: int | None) -> None:
    """What is closed is open for whoever steers topics."""
    topic = chat.topics.get(thread or GENERAL) if chat.forum else None
    member = chat.member(bot.user)
    if topic and topic.closed and not (member.runs_it and member.may("can_manage_topics")):
        raise bad_request("TOPIC_CLOSED")


def may_edit(bot: Bot, message: Message) -> bool:
    """
    Own messages, and others' posts in a channel with the right to edit; never forwards and service messages.

    As TDLib, MessagesManager::can_edit_message: what is a bot's own has no limit of time.
    """
    if message.origin or message.service:
        return False
    return _own(bot, message) or _may_in_channel(bot, message.chat, "can_edit_messages")


def check_deleting(bot: Bot, message: Message, now: int) -> None:
    """Own messages within 48 hours, and whatever an administrator with that right wants."""
    member = message.chat.member(bot.user)
    if member.runs_it and member.may("can_delete_messages"):
        return
    if not (_own(bot, message) and now - message.date < EDITABLE_S):
        raise bad_request("message can't be deleted")


def _own(bot: Bot, message: Message) -> bool:
    """A channel's post counts as the bot's own only while the bot may post there."""
    if message.bot_id != bot.user.id:
        return False
    return message.chat.type != "channel" or _may_in_channel(bot, message.chat, "can_post_messages")


def _may_in_channel(bot: Bot, chat: Chat, right: str) -> bool:
    member = chat.member(bot.user)
    return chat.type == "channel" and member.runs_it and member.may(right)
