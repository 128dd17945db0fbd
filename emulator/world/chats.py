"""Chats (channels, groups, supergroups and private ones), their members, and the messages that stand in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.wire import Json, filled
from emulator.world.files import Media
from emulator.world.joining import InviteLink, JoinRequest
from emulator.world.members import PERMISSIONS, Member, User
from emulator.world.polls import Poll
from emulator.world.topics import Topic

TYPES = ("channel", "supergroup", "group", "private")
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


@dataclass
class Chat:
    """
    In a private chat `id` is the user's own; `title` is then the user's name. A draft is not shown on the page.
    `linked` is a channel's discussion group, and that group's channel; a `forum` has topics.

    `preview` is set where the chat shows a file that somebody is writing: how that stands.
    """

    id: int
    type: str
    title: str
    username: str | None = None
    description: str | None = None
    permissions: dict[str, bool] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int = 0
    subscribers: int | None = None
    migrated_to: int | None = None
    deleted: bool = False
    language: str | None = None  # in which the page speaks of it; none: in the language of who looks
    draft: bool = False
    preview: Json | None = None
    last_name: str | None = None
    protected: bool = False
    photo: Json | None = None
    pinned: list[int] = field(default_factory=list)
    links: dict[str, InviteLink] = field(default_factory=dict)
    requests: dict[int, JoinRequest] = field(default_factory=dict)
    banned_chats: set[int] = field(default_factory=set)
    reactions: list[Json] | None = None
    action: tuple[int, str, int] | None = None  # which bot is doing what, until when
    linked: int | None = None
    forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)

    def json(self) -> Json:
        """A Chat as it stands in messages and updates."""
        name = {"first_name": self.title} if self.type == "private" else {"title": self.title}
        last = {"last_name": self.last_name} if self.type == "private" else {}
        more = {"username": self.username, "is_forum": self.forum or None}
        return filled({"id": self.id, "type": self.type, **name, **last, **more})

    def full_json(self, viewer: User) -> Json:
        """A ChatFullInfo, the answer of getChat."""
        more: Json = {
            "accent_color_id": abs(self.id) % 7,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(GIFTS, False),
            "description": self.description,
            "active_usernames": [self.username] if self.username else None,
            "photo": self.photo,
            "pinned_message": self.messages[max(self.pinned)].json(with_reply=False) if self.pinned else None,
            "has_protected_content": self.protected or None,
            "available_reactions": self.reactions,
            "invite_link": self.primary_link(viewer.id),
            "linked_chat_id": self.linked,
        }
        if self.type in ("group", "supergroup"):
            more["permissions"] = self.permissions_json()
        return self.json() | filled(more)

    def permissions_json(self) -> dict[str, bool]:
        return {p: self.allows(p) for p in PERMISSIONS}

    def primary_link(self, user_id: int) -> str | None:
        """Each administrator has one of their own."""
        own = (link for link in self.links.values() if link.primary and link.creator == user_id and not link.revoked)
        return next((link.url for link in own), None)

    def member(self, user: User) -> Member:
        """How the user stands here; whoever never came has "left"."""
        return self.members.get(user.id, Member(user, "left"))

    def put(self, user: User, status: str, rights: dict[str, bool] | None = None) -> Member:
        return self.seat(Member(user, status, rights or {}))

    def seat(self, member: Member) -> Member:
        """Let this be how the user stands here."""
        self.members[member.user.id] = member
        return member

    def allows(self, permission: str) -> bool:
        """Whether ordinary members may do it."""
        return self.permissions.get(permission, True)

    def member_count(self) -> int:
        return self.subscribers or sum(member.inside for member in self.members.values())


@dataclass
class Message:
    """
    `sender` is None where the channel itself speaks; `text` is the caption where there is media.

    A `note` is no message that anybody sent: the page shows it beside them. `service` is what happened to the chat,
    `special` what is neither words nor a file: dice, a place, a contact. `external` is what is answered elsewhere,
    `keys` the keyboard that it opens under the input field. `copied`: a channel's post in its discussion group, put
    there by Telegram itself. `thread` is the message that all answers go back to, or the topic; `option` what a reply
    to a poll is about.
    """

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
    note: Json | None = None
    service: Json | None = None
    special: Json | None = None
    external: Json | None = None
    quote: Json | None = None
    effect: str = ""
    keys: Json | None = None
    preview: Json | None = None
    paid: Json | None = None
    above: bool = False
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    copied: Message | None = None
    thread: int | None = None
    option: str | None = None

    @property
    def topic(self) -> Topic | None:
        """The topic of a forum that it stands in, but for the one that all else stands in."""
        return self.chat.topics.get(self.thread) if self.chat.forum and self.thread else None

    def json(self, *, with_reply: bool = True) -> Json:
        """A Message; a reply's own reply is left out, as Telegram does."""
        body: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.json()}
        body |= {"from": self.sender.json()} if self.sender else {"sender_chat": self.chat.json()}
        body |= {"sender_chat": self.copied.chat.json(), "is_automatic_forward": True} if self.copied else {}
        words = ("caption", "caption_entities") if self.media or self.paid else ("text", "entities")
        more = dict(zip(words, (self.text, self.entities), strict=True)) | {
            "media_group_id": self.album,
            "forward_origin": self.origin,
            "reply_markup": self.markup,
            "edit_date": self.edited,
            "has_protected_content": self.protected or None,
            "reply_to_message": self._replied() if with_reply else None,
            "reply_to_poll_option_id": self.option,
            "message_thread_id": self.thread,
            "is_topic_message": bool(self.topic) or None,
            "external_reply": self.external,
            "quote": self.quote,
            "effect_id": self.effect,
            "link_preview_options": self.preview,
            "show_caption_above_media": self.above or None,
        }
        media = self.media.in_message() if self.media else {}
        return body | filled(more) | self.shown_json() | media | (self.service or {})

    def shown_json(self) -> Json:
        """What it shows besides words: a file, a poll, a place."""
        body = filled({"poll": self.poll and self.poll.json(described=True), "paid_media": self.paid})
        marks = {"has_media_spoiler": True} if self.media and self.media.spoiler else {}
        return body | (self.media.json() | marks if self.media else {}) | (self.special or {})

    def _replied(self) -> Json | None:
        """In a topic, what answers nothing else answers the message that began it."""
        began = self.chat.messages.get(self.topic.id) if self.topic else None
        shown = self.reply_to or (began if began is not self else None)
        return shown.json(with_reply=False) if shown else None

    def origin_json(self) -> Json:
        """Where a forward of this message comes from: always the first writer."""
        if self.origin:
            return self.origin
        if self.sender:
            return {"type": "user", "date": self.date, "sender_user": self.sender.json()}
        return {"type": "channel", "date": self.date, "chat": self.chat.json(), "message_id": self.id}
