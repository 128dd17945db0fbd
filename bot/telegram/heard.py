"""
What is believed of an update that is no vote: the parts that somebody's order is read from have the form they need.

Only this is looked at; whatever else Telegram sends along may have any form.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.telegram.answer import line

Id = Annotated[int, Field(gt=-(2**63), lt=2**63)]


def _whole(words: str) -> str:
    """What has no half of a letter: neither a row nor an answer takes that."""
    words.encode()
    return words


Words = Annotated[str, AfterValidator(_whole)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Person(Part):
    id: Id
    language_code: Words | None = None


class Chat(Part):
    id: Id
    type: Words = ""
    title: Words | None = None
    username: Words | None = None


class Entity(Part):
    type: Words = ""
    offset: Id = 0
    length: Id = 0
    url: Words | None = None
    language: Words | None = None
    custom_emoji_id: Words | None = None


class Document(Part):
    file_id: Words
    file_name: Words | None = None
    file_size: Id | None = None
    mime_type: Words | None = None


class Key(Part):
    callback_data: Words | None = None


class Keyboard(Part):
    inline_keyboard: list[list[Key]] | None = None


class Reply(Part):
    message_id: Id
    reply_markup: Keyboard | None = None


class Message(Part):
    message_id: Id
    chat: Chat
    sender: Person | None = Field(default=None, alias="from")
    sender_chat: Chat | None = None
    text: Words | None = None
    caption: Words | None = None
    entities: list[Entity] | None = None
    document: Document | None = None
    reply_to_message: Reply | None = None


class Query(Part):
    id: Words
    sender: Person = Field(alias="from")
    data: Words | None = None
    message: Message | None = None


class Place(Part):
    status: Words
    can_post_messages: bool | None = None


class Member(Part):
    chat: Chat
    sender: Person = Field(alias="from")
    new_chat_member: Place


class Update(Part):
    callback_query: Query | None = None
    message: Message | None = None
    edited_message: Message | None = None
    my_chat_member: Member | None = None
    chat_member: Member | None = None


def wrong(update: dict[str, Any]) -> str | None:
    """What of an update has another form, in one line; None where nothing has."""
    try:
        Update.model_validate(update)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return line(f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    return None
