"""The control API under /sim: what people do in the chats."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.botapi import discussion, looks
from emulator.page.view import number_of, viewer_of
from emulator.sim import acting, body, moving
from emulator.sim.body import MOST_AT_ONCE, Body, chat_of
from emulator.wire import ApiError, Json, SimError
from emulator.world.chats import TYPES, Chat
from emulator.world.files import StoredFile
from emulator.world.members import STATUSES, User
from emulator.world.topics import GENERAL, Topic
from emulator.world.world import VIEWER
from languages.catalogue import languages

SPECIAL = ("dice", "location", "venue", "contact")
UPLOADED = ("photo", "document", "video", "animation", "audio", "voice", "video_note", "sticker")
MOST_IDS = 1_000_000_000  # as many as a request may pass over


async def make_users(request: Request) -> Response:
    """One user, or `count` of them at once, or a list in `users`."""
    given = await body.read(request)
    wanted = given.items("users") or [given] * given.integer("count", 1, most=MOST_AT_ONCE, least=0)
    many = len(wanted) > 1 and not given.fields.get("users")
    made = [_make_user(one, f" {number}" if many else "") for number, one in enumerate(wanted, 1)]
    return JSONResponse({"users": [user.json() for user in made]})


def _make_user(given: Body, suffix: str) -> User:
    number = given.integer("id", given.world.new_user_id())
    if number in given.world.users:
        raise SimError(409, f"user {number} exists")
    name = given.text("first_name", "User") + suffix
    last, username = given.optional("last_name", str), given.optional("username", str)
    user = given.world.add_user(User(number, name, last, username))
    if "photo" in given.fields:
        given.world.portraits[user.id] = [portrait_of(given, "photo")[0]]
    return user


async def make_chat(request: Request) -> Response:
    given = await body.read(request)
    kind = given.text("type")
    if kind not in TYPES:
        raise SimError(400, f"no chat type {kind!r}; there are {', '.join(TYPES)}")
    chat = _private(given) if kind == "private" else _public(given, kind)
    given.world.add_chat(chat)
    return JSONResponse({"chat": chat.json()})


def _private(given: Body) -> Chat:
    return moving.private(given.user())


def _public(given: Body, kind: str) -> Chat:
    """With the page's viewer in it, and the bot: as administrator of a channel, as member of a group."""
    world = given.world
    number = given.integer("id", world.new_chat_id(kind))
    if number in world.chats:
        raise SimError(409, f"chat {number} exists")
    chat = Chat(number, kind, given.text("title"), given.optional("username", str), given.optional("description", str))
    chat.permissions, chat.protected = given.flags("permissions"), bool(given.fields.get("protected"))
    chat.reactions = _reactions(given)
    chat.subscribers = given.optional("member_count", int)
    chat.language, chat.draft = language_of(given, chat), bool(given.fields.get("draft"))
    chat.put(VIEWER, "member")
    if given.fields.get("forum") and kind == "supergroup":
        chat.forum, chat.topics, chat.last_message_id = True, {GENERAL: Topic(GENERAL, "General")}, GENERAL
    for user, place in _people(given):
        chat.put(user, place)
    status = given.fields.get("bot", "administrator" if kind == "channel" else "member")
    if status:
        world.add_chat(chat)
        acting.set_bot(world, chat, given.bot(), _status(status), given.flags("rights"))
    _link(given, chat)
    return chat


def _link(given: Body, chat: Chat) -> None:
    """A channel and its discussion group, whichever of them is named."""
    if given.fields.get("linked") is None:
        return
    other = given.chat("linked")
    channel, group = (chat, other) if chat.type == "channel" else (other, chat)
    if (channel.type, group.type) != ("channel", "supergroup"):
        raise SimError(400, "a channel is linked with a supergroup")
    discussion.link(given.world, channel, group)


def language_of(given: Body, chat: Chat) -> str | None:
    """In which the page speaks of the chat."""
    language = given.optional("language", str) or chat.language
    if language is not None and language not in languages():
        raise SimError(400, f"no language {language!r}; there are {', '.join(languages())}")
    return language


def _people(given: Body) -> Iterator[tuple[User, str]]:
    """Whose place in the chat is told, and which."""
    for name, status in (("members", "member"), ("admins", "administrator"), ("gone", "left")):
        for user_id in given.numbers(name):
            yield given.world.find_user(user_id), status
    if "creator" in given.fields:
        yield given.user("creator"), "creator"


def _reactions(given: Body) -> list[Json] | None:
    """Those that a chat allows, by their emoji; None for all."""
    allowed: list[str] | None = given.optional("reactions", list)
    return None if allowed is None else [{"type": "emoji", "emoji": str(one)} for one in allowed]


def portrait_of(given: Body, name: str) -> tuple[StoredFile, Json]:
    """A picture in base64 as a user's or a chat's photo."""
    try:
        return looks.portrait(given.world, given.content(name))
    except ApiError as error:
        raise SimError(400, error.description.removeprefix("Bad Request: ")) from None


def _status(status: object) -> str:
    if status not in STATUSES:
        raise SimError(400, f"no status {status!r}; there are {', '.join(STATUSES)}")
    return str(status)


async def set_bot(request: Request) -> Response:
    """Change the bot's status or rights in a chat: kick it, restrict it, promote it."""
    given = await body.read(request)
    chat, bot = chat_of(given.world, request.path_params["chat"]), given.bot()
    member = acting.set_bot(given.world, chat, bot, _status(given.text("status")), given.flags("rights"))
    return JSONResponse({"member": member.json(chat.type)})


async def change_chat(request: Request) -> Response:
    """
    Change title, description, photo, permissions or people: `members`, `admins` with their `rights`, and who is `gone`;
    `skip` passes over ids; `deleted` and `upgraded` end a group. Where `by` names who does it, service messages tell of
    it.
    """
    given = await body.read(request)
    chat = chat_of(given.world, request.path_params["chat"])
    for service in _look(given, chat):
        if "by" in given.fields:
            acting.happen(given.world, given.user("by"), chat, service)
    chat.permissions |= given.flags("permissions")
    chat.protected = bool(given.fields.get("protected", chat.protected))
    chat.reactions = _reactions(given) if "reactions" in given.fields else chat.reactions
    for user, status in _people(given):
        rights = given.flags("rights") if status == "administrator" else {}
        acting.set_person(given.world, chat, user, status, rights)
    _link(given, chat)
    chat.deleted = bool(given.fields.get("deleted", chat.deleted))
    given.world.skip(chat, given.integer("skip", 0, most=MOST_IDS, least=0))
    if given.fields.get("upgraded") and chat.type == "group" and not chat.migrated_to:
        moving.upgrade(given.world, given.owner(chat), chat)
    given.world.feed.touch(chat.id)
    return JSONResponse({"chat": chat.json(), "migrated_to": chat.migrated_to})


def _look(given: Body, chat: Chat) -> list[Json]:
    """How the chat looks from now on; what a service message would tell of each change."""
    told: list[Json] = []
    title = given.text("title", chat.title)
    if title != chat.title:
        told.append({"new_chat_title": title})
    given.world.rename(chat, title)
    chat.description = given.text("description", chat.description or "") or None
    if "photo" in given.fields and given.fields["photo"] is None:
        told += [{"delete_chat_photo": True}] if chat.photo else []
        chat.photo = None
    elif "photo" in given.fields:
        shown, chat.photo = portrait_of(given, "photo")
        told.append({"new_chat_photo": shown.shown()})
    return told


async def list_chats(request: Request) -> Response:
    viewer = viewer_of(request)
    return JSONResponse({"chats": [viewer.chat(chat) for chat in viewer.world.chats.values()]})


async def list_messages(request: Request) -> Response:
    """Messages as the Bot API shows them, with what the page needs under `seen`; `after` and `limit` narrow."""
    viewer = viewer_of(request)
    chat = chat_of(viewer.world, request.path_params["chat"])
    after, limit = (number_of(request, name) for name in ("after", "limit"))
    found = [message for message in chat.messages.values() if message.id > after]
    return JSONResponse({"messages": [viewer.message(message) for message in found[-limit:]]})


async def vote(request: Request) -> Response:
    given = await body.read(request)
    changed = _vote(given)
    return JSONResponse({"changed": changed, "poll": given.poll().json(described=True)})


def _vote(given: Body) -> bool:
    voter = given.chat("as_chat") if "as_chat" in given.fields else given.user()
    return acting.vote(given.world, voter, given.poll(), given.numbers("options"))


async def vote_in_bulk(request: Request) -> Response:
    """Many votes in one request; those refused are listed, the others stand."""
    given = await body.read(request)
    changed, refused = 0, []
    for index, one in enumerate(given.items("votes")):
        try:
            changed += _vote(one)
        except SimError as error:
            refused.append({"index": index, "error": error.message})
    return JSONResponse({"changed": changed, "refused": refused})


async def list_polls(request: Request) -> Response:
    """Every poll with each voter's standing choice; `votes_cast` counts the voters whose choice stands."""
    polls = request.app.state.world.polls.values()
    shown = [poll.json(described=True) | {"votes_cast": len(poll.votes), "votes": poll.votes} for poll in polls]
    return JSONResponse({"polls": shown, "votes_cast": sum(len(poll.votes) for poll in polls)})


async def write(request: Request) -> Response:
    given = await body.read(request)
    marks: list[Json] = [one.fields for one in given.items("entities")]
    chat = _chat_to_write(given)
    if service := given.optional("service", dict):
        return JSONResponse({"message": acting.happen(given.world, given.user(), chat, service).json()})
    if special := given.optional("special", dict):
        if len(special) != 1 or not set(special) <= set(SPECIAL):
            raise SimError(400, f"'special' must have one field of {', '.join(SPECIAL)}")
        return JSONResponse({"message": acting.show(given.world, given.user(), chat, special, given.reply_to()).json()})
    message = acting.write(given.world, given.user(), chat, given.text("text"), given=marks, at=_place(given))
    return JSONResponse({"message": message.json()})


def _place(given: Body) -> acting.Place:
    """What is answered, which option of it, in which thread."""
    reply_to = given.reply_to()
    option, thread = given.optional("poll_option", int), given.optional("thread", int)
    if option is not None and not (reply_to and reply_to.poll and 0 <= option < len(reply_to.poll.options)):
        raise SimError(400, f"there is no option {option} to reply to")
    ids = reply_to.poll.persistent_ids if reply_to and reply_to.poll else []
    return acting.Place(reply_to, None if option is None else ids[option], thread)


def _chat_to_write(given: Body) -> Chat:
    """The chat; a user's own id opens the private chat with the bot, as pressing Start does."""
    user = given.user()
    if given.fields.get("chat") == user.id and user.id not in given.world.chats:
        return given.world.add_chat(_private(given))
    return given.chat()


async def upload(request: Request) -> Response:
    """A file by its `name`, its `content` in base64: what no form of a page can say."""
    given = await body.read(request)
    kind = given.text("as", "")
    if kind not in ("", *UPLOADED):
        raise SimError(400, f"no kind of file {kind!r}; there are {', '.join(UPLOADED)}")
    there = given.user(), _chat_to_write(given), given.upload()
    message = acting.upload(given.world, *there, given.text("caption", ""), reply_to=given.reply_to(), kind=kind)
    return JSONResponse({"message": message.json()})


async def tap(request: Request) -> Response:
    """Tap a button; waits up to `wait` seconds for the bot to answer."""
    given = await body.read(request)
    made = acting.tap(given.world, given.user(), given.message(), given.text("data"))
    answer = await made.wait(given.number("wait", 0.0))
    return JSONResponse({"id": made.id, "answer": answer})


routes = [
    Route("/sim/users", make_users, methods=["POST"]),
    Route("/sim/chats", make_chat, methods=["POST"]),
    Route("/sim/chats", list_chats, methods=["GET"]),
    Route("/sim/chats/{chat}", change_chat, methods=["POST"]),
    Route("/sim/chats/{chat}/bot", set_bot, methods=["POST"]),
    Route("/sim/chats/{chat}/messages", list_messages),
    Route("/sim/vote", vote, methods=["POST"]),
    Route("/sim/votes", vote_in_bulk, methods=["POST"]),
    Route("/sim/polls", list_polls),
    Route("/sim/write", write, methods=["POST"]),
    Route("/sim/upload", upload, methods=["POST"]),
    Route("/sim/tap", tap, methods=["POST"]),
]
