"""Messages as they stand in a chat."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.wire import Json, filled
from emulator.world.chats import Chat
from emulator.world.files import StoredFile
from emulator.world.members import User
from emulator.world.polls import Poll


@dataclass(frozen=True)
class Media:
    """`kind` is "photo" or "document"."""

    kind: str
    file: StoredFile

    def json(self) -> Json:
        shown = self.file.photo_json() if self.kind == "photo" else self.file.document_json()
        return {self.kind: shown}


@dataclass
class Message:
    """`sender` is None where the channel itself speaks; `text` is the caption where there is media."""

    chat: Chat
    id: int
    date: int
    sender: User | None
    bot_id: int | None = None
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    media: Media | None = None
    poll: Poll | None = None
    reply_to: Message | None = None
    markup: Json | None = None
    album: str | None = None
    origin: Json | None = None
    protected: bool = False
    edited: int | None = None

    def json(self, *, with_reply: bool = True) -> Json:
        """A Message; a reply's own reply is left out, as Telegram does."""
        body: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.json()}
        body |= {"from": self.sender.json()} if self.sender else {"sender_chat": self.chat.json()}
        words = ("caption", "caption_entities") if self.media else ("text", "entities")
        more = dict(zip(words, (self.text, self.entities), strict=True)) | {
            "media_group_id": self.album,
            "forward_origin": self.origin,
            "reply_markup": self.markup,
            "edit_date": self.edited,
            "has_protected_content": self.protected or None,
            "poll": self.poll and self.poll.json(described=True),
            "reply_to_message": self.reply_to.json(with_reply=False) if self.reply_to and with_reply else None,
        }
        return body | filled(more) | (self.media.json() if self.media else {})

    def origin_json(self) -> Json:
        """Where a forward of this message comes from: always the first writer."""
        if self.origin:
            return self.origin
        if self.sender:
            return {"type": "user", "date": self.date, "sender_user": self.sender.json()}
        return {"type": "channel", "date": self.date, "chat": self.chat.json(), "message_id": self.id}
