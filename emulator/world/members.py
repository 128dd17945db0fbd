"""Who a user or bot is in a chat, and what it may do there."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.wire import Json

STATUSES = ("creator", "administrator", "member", "restricted", "left", "kicked")
ADMIN_RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
]
CHANNEL_RIGHTS = ["can_post_messages", "can_edit_messages", "can_manage_direct_messages"]
GROUP_RIGHTS = ["can_pin_messages", "can_manage_topics", "can_manage_tags"]
UNUSUAL = ("can_manage_topics", "can_manage_tags", "can_manage_direct_messages")  # not among all rights by default
PERMISSIONS = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
]


@dataclass(frozen=True)
class User:
    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False

    def json(self) -> Json:
        names = {"last_name": self.last_name, "username": self.username}
        given = {key: value for key, value in names.items() if value}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **given}


@dataclass(frozen=True)
class Member:
    """
    `rights` overrides the defaults: every right for an administrator, none for the restricted. `until` is when a ban or
    a restriction ends, 0 for never; `outside` is who is restricted and not in the chat; `tag` is shown beside the name,
    for who runs the chat as a title; `by` is the bot that appointed an administrator.
    """

    user: User
    status: str
    rights: dict[str, bool] = field(default_factory=dict)
    until: int = 0
    outside: bool = False
    tag: str = ""
    anonymous: bool = False
    by: int | None = None

    @property
    def inside(self) -> bool:
        return self.status not in ("left", "kicked") and not self.outside

    @property
    def runs_it(self) -> bool:
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        """Whether an administrator's right, or a restricted member's permission, is given."""
        if self.status == "creator":
            return True
        return self.rights.get(right, self.status == "administrator" and right not in UNUSUAL)

    def json(self, chat_type: str, asker: int | None = None) -> Json:
        """A ChatMember as the Bot API shows it to the bot `asker`, who may edit those whom it appointed."""
        base: Json = {"status": self.status, "user": self.user.json()}
        tag = {"tag": self.tag} if self.tag else {}
        title = {"custom_title": self.tag} if self.tag else {}
        match self.status:
            case "creator":
                return base | {"is_anonymous": self.anonymous} | title
            case "administrator":
                editable = {"can_be_edited": self.by is not None and self.by == asker}
                return base | editable | {"is_anonymous": self.anonymous} | self.rights_json(chat_type) | title
            case "restricted":
                stands = {"is_member": not self.outside, "until_date": self.until}
                return base | stands | {p: self.may(p) for p in PERMISSIONS} | tag
            case "kicked":
                return base | {"until_date": self.until}
            case "member":
                return base | tag
            case _:
                return base

    def rights_json(self, chat_type: str) -> Json:
        return {right: self.may(right) for right in rights_of(chat_type)}


def rights_of(chat_type: str) -> list[str]:
    """Those that an administrator of such a chat has or has not."""
    return ADMIN_RIGHTS + (CHANNEL_RIGHTS if chat_type == "channel" else GROUP_RIGHTS)
