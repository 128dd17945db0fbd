"""
Everything that can be done, from the list by which the bot itself takes it apart: who may do it, and who may not.

A new action without an example here fails, and so does one that a stranger, a former admin or the administrator of
another chat can do.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from bot.loops import right_words
from bot.loops.actions import ACTIONS, Kept
from bot.loops.inbox import Inbox
from bot.loops.reply import Reply
from bot.store import chats, correcting, drafts, inquiries, messages, questions, schedule
from bot.store.address import Chat
from bot.store.chats import Known
from bot.store.inbox import NotYet
from bot.store.messages import Intent
from bot.store.tables import audit, corrections, metadata, posts, publications
from bot.store.tables import inquiries as inquiry_rows
from tests.bot.conftest import KEY, Stage
from tests.conftest import NOON
from tests.factory import asked, poll, publish, send, text, thread

SOON = int((NOON + timedelta(hours=1)).timestamp())
FILE = {"file_id": "x", "file_name": "a.md", "file_size": 10}
REPLIED = {"message_id": 5, "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "q1|done|1"}]]}}
PASTED = {"text": "---\ntitle: A\n---\n\nHello\n"}

# One way to do each action: a button's data, or a message; the ids in it are those of `House`.
EXAMPLES = {
    "/start": {"text": "/start"},
    "/help": {"text": "/help"},
    "/privacy": {"text": "/privacy"},
    "/forget": {"text": "/forget"},
    "/language": {"text": "/language"},
    "language": "l1|ru",
    "/threads": {"text": "/threads"},
    "/status": {"text": "/status"},
    "/plan": {"text": "/plan"},
    "/log": {"text": "/log"},
    "/results": {"text": "/results"},
    "/quiet": {"text": "/quiet"},
    "/score": {"text": "/score"},
    "results": "r1|list",
    "result": "r1|show|{running}",
    "result drawn": "r1|draw|{running}",
    "/questions": {"text": "/questions"},
    "question next": "q1|next|0",
    "question of": "q1|of|{running}",
    "question done": "q1|done|{inquiry}",
    "question there": "q1|there|{doubted}",
    "question again": "q1|again|{doubted}",
    "answer to a question": {"text": "So.", "reply_to_message": REPLIED},
    "/zone": {"text": "/zone Europe/Berlin"},
    "/slots": {"text": "/slots @channel mon 18:00"},
    "/move": {"text": "/move 1 tomorrow 10:00"},
    "zone": "z1|Europe/Berlin",
    "when": "t1|when|{running}",
    "to": f"t1|to|{{running}}|{SOON}",
    "ask": "t1|ask|{running}|1",
    "again": "t1|again|{running}|1",
    "time for a card": {
        "text": "tomorrow 10:00",
        "reply_to_message": {"message_id": 3, "reply_markup": {"inline_keyboard": [[{"callback_data": "t1|card|1"}]]}},
    },
    "forget": "p1|forget",
    "threads": "t1|threads",
    "card": "t1|card|{running}",
    "how": "t1|how|{running}",
    "sure": "t1|sure|{running}|cancel",
    "pause": "t1|pause|{running}",
    "resume": "t1|resume|{paused}",
    "cancel": "t1|cancel|{running}",
    "move": "t1|move|{running}|60",
    "skip": "t1|skip|{running}|2",
    "send": "t1|send|{running}|2",
    "close": "t1|close|{running}|1",
    "answer again": "v1|again|{failed}|1|post.0",
    "answer skip": "v1|skip|{failed}|1|post.0",
    "answer there": "v1|there|{doubtful}|1|post.0|7",
    "correction again": "c1|again|{correction}",
    "correction leave": "c1|leave|{correction}",
    "show where it stands": {"text": "https://t.me/channel/7"},
    "thread as a file": {"document": FILE},
    "thread as a file, mended": {"document": FILE},
    "thread as a text": PASTED,
    "thread as a text, mended": PASTED,
    "picture": {"photo": [{"file_id": "x"}]},
    "words": {"text": "@channel"},
    "draft plan": "d1|plan|{draft}",
    "draft show": "d1|show|{draft}",
    "draft when": "d1|when|{draft}",
    "draft drop": "d1|drop|{draft}",
    "draft diff": "d1|diff|{draft}|{running}",
    "draft mend": "d1|mend|{draft}|{running}|000000000000",
    "draft to": "d1|to|{draft}|{channel}",
    "draft at": f"d1|at|{{draft}}|{{channel}}|{SOON}",
    "draft topic": "d1|topic|{draft}|{channel}|7",
    "draft try": "d1|try|{draft}",
    "draft slot": f"d1|slot|{{draft}}|{{channel}}|{SOON}",
    "draft take": f"d1|take|{{draft}}|{{channel}}|{SOON}",
    "draft yes": f"d1|yes|{{draft}}|{{channel}}|{SOON}",
}
ANYBODY = {"/start", "/help", "/privacy", "/forget", "forget", "/language", "language", "/score"}
TITLE = "Secret"
REFUSALS = {
    words["en"].format(chat="@channel")
    for words in (right_words.STRANGER, right_words.NOT_YOURS, right_words.UNTOLD, right_words.NOT_THEIRS)
}


@dataclass
class House:
    """Publications into the channel, one in each state that an action needs, and people."""

    stage: Stage
    owner: int
    ann: int  # an administrator of the channel
    former: int  # was one a moment ago
    mute: int  # is one, and may not post
    other: int  # an administrator of the group
    stranger: int
    channel: Chat
    numbers: dict[str, int]

    async def does(self, who, name):
        """Have somebody do it; returns what is said, and whether anything has changed. Leaves no trace."""
        with self.stage.database.connect() as connection, connection.begin() as transaction:
            number = drafted(connection, who, self.channel, "chat" if name == "words" else None)
            before = rows(connection)
            said = await self.carried(connection, self.update(who, name, number))
            changed = rows(connection) != before
            transaction.rollback()
        return said, changed

    def update(self, who, name, draft):
        example, chat = EXAMPLES[name], {"id": who, "type": "private", "first_name": "A"}
        told = {"from": {"id": who, "is_bot": False, "first_name": "A"}}
        if isinstance(example, str):
            data = example.format(**self.numbers, draft=draft, channel=self.channel.id)
            message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
            return {"update_id": 1, "callback_query": told | {"id": "1", "data": data, "message": message}}
        kind = "edited_message" if name.endswith("mended") else "message"
        return {"update_id": 1, kind: told | {"message_id": 7, "date": 1, "chat": chat} | example}

    async def carried(self, connection, heard):
        """As the inbox does: where Telegram is to be asked first, that is done, and then it is tried again."""
        while True:
            try:
                with connection.begin_nested():
                    said = self.stage.clock.admins.carry_out(connection, heard)
            except NotYet as waits:
                await waits.ask()
            else:
                return Reply.model_validate_json(said) if said else None


def rows(connection):
    """All but what was told lately: that bounds what strangers are told."""
    tables = [table for table in metadata.sorted_tables if table.name != "told"]
    return {table.name: connection.execute(select(table)).all() for table in tables}


def drafted(connection, admin, chat, awaits):
    number = drafts.keep(connection, drafts.Source(admin, 1, "heads.md", "file"), NOON)
    drafts.read(connection, drafts.one(connection, number), thread(text("Hello"), asked(poll())), [[], []])
    where = {"chat": chat.ref, "chat_id": chat.id, "chat_type": chat.type, "zone": "UTC", "awaits": awaits}
    drafts.change(connection, number, **where)
    return number


def stopped(database, chat, state):
    number = publish(database, NOON, text("Stopped"), chat=chat)
    due = next(one for one in schedule.due_posts(database, NOON) if one.address.publication == number)
    intent = Intent(due.address.post_id, "post", 0)
    messages.intend(database, intent, chat_id=chat.id, digest="digest", now=NOON)
    questions.stop(database, intent, state, "refused")
    return number


def undone(database, publication):
    """A correction that Telegram has refused."""
    with database.begin() as connection:
        post = connection.scalar(select(posts.c.id).where(posts.c.publication_id == publication, posts.c.position == 1))
        deed = connection.execute(
            insert(audit)
            .values(at=NOON, publication_id=publication, action="correct", position=1)
            .returning(audit.c.id)
        )
        row = {"post_id": post, "purpose": "post", "audit_id": deed.scalar_one(), "made": NOON, "pictured": False}
        row |= {"state": "waiting", "part": 0}
        number = connection.execute(insert(corrections).values(**row).returning(corrections.c.id)).scalar_one()
    correcting.begin(database, number, NOON)
    correcting.fail(database, number, "refused", "refused")
    return number


def inquired(database, chat):
    """Two questions of readers about the first post: one waits, of the other's answer nobody can tell."""
    numbers = []
    for number in (11, 12):
        said = {"chat": {"id": chat.id}, "message_id": number, "from": {"id": 5}, "text": "Why?", "edited": False}
        about = {"post": {"chat": chat.id, "message_id": 10}, "option": None, "thread": None}
        with database.begin() as connection:
            inquiries.hear(connection, said | about, KEY, NOON)
            numbers.append(connection.scalar(select(func.max(inquiry_rows.c.id))))
    with database.begin() as connection:
        assert inquiries.answer(connection, numbers[1], 1, "So.", [])
    inquiries.failed(database, Intent(1, "answer", numbers[1]), "unknown", "?")
    return numbers


async def hear(stage):
    await stage.take_votes()
    await Inbox(stage.database, stage.clock.admins, lambda: stage.now).quiet()


@pytest.fixture
async def house(stage, admin):
    ann, former, mute, other, stranger = people = stage.users(5)
    for one in people:
        stage.post("/chats", {"type": "private", "user": one})
    channel, group = await stage.telegram.chat("@channel"), await stage.telegram.chat("@group")
    stage.post("/chats/@channel", {"admins": [ann, former]})
    stage.post("/chats/@channel", {"admins": [mute], "rights": {"can_post_messages": False}})
    stage.post("/chats/@group", {"admins": [other]})
    running = publish(stage.database, NOON, asked(poll()), text("Second"), text("Third"), chat=channel)
    send(stage.database, NOON, 10, chat=channel)
    numbers = {
        "running": running,
        "failed": stopped(stage.database, channel, "failed"),
        "doubtful": stopped(stage.database, channel, "unknown"),
        "paused": publish(stage.database, NOON, text("Paused"), chat=channel),
    }
    with stage.database.begin() as connection:
        chats.keep(connection, Known(group.id, "@group", "group"), NOON)
        connection.execute(update(publications).values(title=TITLE))
        connection.execute(update(publications).where(publications.c.id == numbers["paused"]).values(paused=NOON))
    stage.clock.admins.dispatch.kept = Kept(KEY, None)
    numbers["correction"] = undone(stage.database, running)
    numbers["inquiry"], numbers["doubted"] = inquired(stage.database, channel)
    found = House(stage, admin, ann, former, mute, other, stranger, channel, numbers)
    assert (await found.does(former, "pause"))[1]
    stage.post("/chats/@channel", {"members": [former]})
    await hear(stage)
    return found


def test_every_action_has_an_example_here():
    assert set(EXAMPLES) == {one.name for one in ACTIONS}


def test_only_help_and_ones_own_votes_are_for_anybody():
    assert {one.name for one in ACTIONS if one.about == "anybody"} == ANYBODY


def test_what_is_about_a_publication_or_a_draft_names_it():
    about = {one.name for one in ACTIONS if one.about in ("publication", "correction", "inquiry", "draft")}

    assert {one.name for one in ACTIONS if one.button and "of" in one.button.groupindex} == about


@pytest.mark.parametrize("who", ["owner", "ann"])
async def test_who_is_named_in_the_settings_and_who_runs_the_chat_can_do_everything(house, who):
    done = {name: await house.does(getattr(house, who), name) for name in EXAMPLES}

    assert [name for name, (said, changed) in done.items() if not (said or changed)] == []
    assert [name for name, (said, _) in done.items() if said and {said.text, said.notice} & REFUSALS] == []


@pytest.mark.parametrize("who", ["stranger", "former", "mute"])
async def test_nobody_else_can_do_anything(house, who):
    """A stranger; who was an administrator until a moment ago, and asks by a card on their screen; who may not post."""
    orders = [name for name in EXAMPLES if name not in ANYBODY]
    done = {name: await house.does(getattr(house, who), name) for name in orders}

    assert [name for name, (_, changed) in done.items() if changed] == []
    assert [name for name, (said, _) in done.items() if said and not {said.text, said.notice} & REFUSALS] == []
    assert [name for name, (said, _) in done.items() if said is None and isinstance(EXAMPLES[name], str)] == []


async def test_the_administrator_of_another_chat_can_do_nothing_here_and_sees_nothing_of_it(house):
    done = {name: await house.does(house.other, name) for name in EXAMPLES}
    others = {one.name for one in ACTIONS if one.about in ("publication", "correction", "inquiry", "draft")}

    assert [name for name in others if done[name][1] or not {done[name][0].notice} & REFUSALS] == []
    assert [name for name, (said, _) in done.items() if said and TITLE in said.stored()] == []
    assert done["show where it stands"] == (None, False)
    assert all(done[name][1] for name in ("thread as a file", "thread as a text", "words"))


async def test_a_draft_that_may_go_elsewhere_changes_nothing_in_a_chat_that_is_not_theirs(house):
    """Nor does it show what stands there."""
    with house.stage.database.begin() as connection:
        number = drafted(connection, house.other, house.channel, None)
        drafts.change(connection, number, chat=None, chat_id=None, chat_type=None)
    for name in ("draft diff", "draft mend"):
        with house.stage.database.connect() as connection, connection.begin() as transaction:
            before = rows(connection)
            said = await house.carried(connection, house.update(house.other, name, number))
            assert (rows(connection), said.text, said.notice in REFUSALS) == (before, "", True)
            transaction.rollback()


async def test_a_draft_is_its_admins_alone(house):
    with house.stage.database.begin() as connection:
        number = drafted(connection, house.ann, house.channel, None)
    for name in (one.name for one in ACTIONS if one.about == "draft"):
        told = house.update(house.owner, name, number)
        with house.stage.database.connect() as connection, connection.begin() as transaction:
            before = rows(connection)
            said = await house.carried(connection, told)
            assert (rows(connection), said.notice) == (before, right_words.NOT_THEIRS["en"])
            transaction.rollback()
