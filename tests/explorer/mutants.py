"""
Mistakes planted into the bot, each a small patch: an explorer that does not find one of them is worth nothing.

A patch is applied in this process and taken back; `scene`, `deaths` and `faults` say where it is looked for.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

from tests.explorer.scene import SCENES, Scene


@dataclass(frozen=True)
class Mutant:
    """In `where` (module:function, or module:class.method) `old` becomes `new`."""

    name: str
    where: str
    old: str
    new: str
    scene: str
    deaths: int = 1
    faults: int = 0
    cuts: bool = False

    @property
    def explored(self) -> Scene:
        return SCENES[self.scene].within(deaths=self.deaths, faults=self.faults, cuts=self.cuts)


D, C, V, M, R, P, Q, K, L = (
    "bot.loops.delivery:Delivery", "bot.loops.closing:Closing", "bot.store.votes", "bot.store.messages",
    "bot.loops.reveal", "bot.store.polls", "bot.store.questions", "bot.store.correcting", "bot.loops.correcting:Correcting",
)  # fmt: skip
MUTANTS = (
    # delivery
    Mutant("an intent is not committed", f"{M}:intend", "connection.execute(insert(messages), row)", "pass", "two"),
    Mutant("an intent is not synced", f"{M}:intend", "store.durable(database)", "database.begin()", "two", cuts=True),
    Mutant("an arrival is not recorded", f"{M}:arrived", 'connection.execute(ARRIVED, {**its, "message_ids": message_ids, "sent": now})', "pass", "two", 0),
    Mutant("what is in doubt is sent again unseen", f"{D}._resolve", "found = await self.doubts.look(address, intent, message, part)", "found = probe.Absent(10**6)", "two"),
    Mutant("what is in doubt is taken for sent", f"{D}._resolve", "found = await self.doubts.look(address, intent, message, part)", "found = Sent([99])", "two"),
    Mutant("what was lost counts as not sent", f"{D}._send", "except NotSent as error:", "except (NotSent, Unclear) as error:", "two", 0, 1),
    Mutant("nobody waits for a late effect", "bot.loops.doubt:Doubts.may_take_effect_s", "now = self.pace.monotonic()", "return 0.0\n    now = 0.0", "two", 1, 1),
    Mutant("parts begin anew after a death", f"{D}.deliver", "tried = {} if fresh is not None else messages.parts(self.database, address.post_id, purpose)", "tried = {}", "long"),
    Mutant("the first part ends the post", f"{D}.deliver", "number == count - 1", "number == 0", "long"),
    # closing
    Mutant("a poll is closed here before Telegram is told", f"{C}.close", "tally = await self._stop(poll, poll.message_id)", "tally = polls.known_tally(self.database, poll.id)", "poll", 0),
    Mutant("a refusal to stop a poll is believed", f"{C}._checked", "if self._early(poll):\n        return None\n    try", "return polls.known_tally(self.database, poll.id)\n    try", "poll"),
    Mutant("the turnout is the running counter", f"{P}:closed", '"turnout": tally.turnout', '"turnout": polls.c.voters', "poll", 0),
    Mutant("the final tally is forgotten", f"{P}:closed", '"tally": list(tally.counts)', '"tally": [0 for _ in tally.counts]', "poll", 0),
    Mutant("the counters of an anonymous poll stay behind", f"{P}:closed", "votes.set_counts(connection, poll, tally.counts, tally.turnout)", "pass", "anonymous", 0),
    Mutant("what is closing is not closed after a death", "bot.store.due_polls:to_close", "connection.execute(TO_CLOSE, asked).all()", "[row for row in connection.execute(TO_CLOSE, asked).all() if connection.exec_driver_sql('SELECT state FROM polls WHERE id = ?', (row[7],)).scalar() == 'open']", "bare"),
    # votes, intake
    Mutant("the offset is forgotten", f"{V}:record", 'store.remember(connection, "offset", str(max(batch.ids) + 1))', "pass", "votes", 0),
    Mutant("the offset is one too far", f"{V}:record", "str(max(batch.ids) + 1)", "str(max(batch.ids) + 2)", "votes", 0),
    Mutant("the offset is stored before the votes", f"{V}:record", "        with _taking(database, batch) as connection:\n", '        with database.begin() as connection:\n            store.remember(connection, "offset", str(max(batch.ids, default=0) + 1))\n        with _taking(database, batch) as connection:\n', "poll"),
    Mutant("a tap is not synced", f"{V}:_taking", "if batch.others", "if False", "corrected", cuts=True),
    Mutant("a vote counts beside the one before it", f"{V}:_cast", "moves.subtract(", "list(", "votes", 0),
    Mutant("the older vote stands", f"{V}:_cast", "vote.update_id > before[one].update_id", "False", "votes", 0),
    Mutant("early votes are lost", f"{P}:open_", "votes.adopt(connection, opened.telegram_id, key, now)", "pass", "poll"),
    Mutant("early votes count twice", f"{V}:adopt", "apply(connection, batch, key, now)", "apply(connection, batch, key, now); set_counts(connection, 1, [2, 2, 2], 2)", "poll"),
    Mutant("a vote of nobody known is dropped", f"{V}:apply", "for item in items if item.telegram_id not in known", "for item in ()", "poll"),
    # reveal
    Mutant("the reveal does not wait for its own doubt", f"{M}:parts", "m.purpose == purpose", "m.purpose == 'post'", "poll"),
    Mutant("the reveal tells the running counters", f"{R}:ballot", "zip(poll.poll.options, poll.tally.counts, keys, strict=True)", "zip(poll.poll.options, (0, 0, 0), keys, strict=True)", "poll", 0),
    Mutant("the reveal is sent twice", f"{P}:revealed", "connection.execute(update(polls).where(polls.c.post_id == post_id).values(**done))", "pass", "poll", 0),
    Mutant("the reveal stands under no poll", "bot.loops.clock:Clock._reveal", "reply_to=due.message_id", "reply_to=None", "poll", 0),
    # the admin
    Mutant("an answer is not carried out", f"{Q}:decided", "connection.execute(messages.delete().where(messages.c.id == row.id))", "pass", "corrected", 0),
    Mutant("what is told is not taken before", "bot.store.news:take", 'connection.execute(update(news).where(THESE).values(taken=now), {"numbers": _numbers(items)})', "pass", "told"),
    Mutant("what is being told is not synced", "bot.store.news:take", "store.durable(database)", "database.begin()", "told", cuts=True),
    Mutant("what was being told is told again", "bot.store.news:begin", "delete(news).where(N.taken.is_not(None))", "update(news).values(taken=None)", "told"),
    Mutant("a disputed key goes out unasked", "bot.loops.answer_key:_refusal", "if not wrong:", "if wrong:", "corrected", 0),
    # an admin's dialogue
    Mutant("a scheduled draft is not done", "bot.store.drafts:finish", 'change(connection, number, state="done", publication_id=publication, thread=None, awaits=None)', "change(connection, number, awaits=None)", "uploaded", 0),
    Mutant("a thread is scheduled before its draft is done", "bot.store.drafts:schedule_it", "    finish(connection, draft.id, publication)\n", "    connection.commit()\n    connection.begin()\n    finish(connection, draft.id, publication)\n", "uploaded"),
    Mutant("a cancelled thread goes on", "bot.store.steering:_cancel", "_give_up(connection, post.id, now)", "pass", "cancelled", 0),
    Mutant("what was not sent goes out though it is cancelled", f"{M}:_withdraw", 'state == "planned" and connection.execute(CANCELLED, {"post": intent.post_id}).scalar()', "False", "cancelled"),
    Mutant("a correction is stored and the chat forgotten", f"{K}:_correct", "_wait(connection, post_id, purpose, audit_id, change, now)", "pass", "edited", 0),
    Mutant("an edit is recorded before it is made", f"{L}._take", "    try:\n        await self._call(due, step)", "    correcting.edited(self.database, due.id, number + 1)\n    try:\n        await self._call(due, step)", "edited"),
    Mutant("an edit is not recorded", f"{K}:finish", '_set(connection, number, ("editing",), state="done", tried=None)', "pass", "edited", 0),
    Mutant("an order is not synced before its edit", f"{K}:begin", "store.durable(database)", "database.begin()", "shell", cuts=True),
    Mutant("a correction keeps the picture of the wrong key", f"{K}:_correct", "values(run_key=key, drawing_key=None)", "values(run_key=key)", "revealed", 0),
    Mutant("nobody waits for a late edit", f"{L}._may_take_effect_s", "if due.tried is None:", "if True:", "shell", 1, 1),
)  # fmt: skip


class StaleError(Exception):
    """A patch does not fit the code any more."""


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """While this block runs, the bot has the mistake."""
    module_name, _, path = mutant.where.partition(":")
    module = import_module(module_name)
    *owners, name = path.split(".")
    owner = module
    for one in owners:
        owner = getattr(owner, one)
    sound = vars(owner)[name]
    function = inspect.unwrap(sound)
    source = textwrap.dedent(inspect.getsource(function))
    old, new = mutant.old, mutant.new
    if source.count(old) != 1:
        raise StaleError(f"{mutant.name}: {mutant.where} has {source.count(old)} times {old!r}")
    code = "from __future__ import annotations\n" + source.replace(old, new)
    space: dict[str, object] = {}
    exec(compile(code, f"<{mutant.name}>", "exec"), vars(module) | {}, space)
    broken = space[name]
    function.__code__, kept = broken.__code__, function.__code__
    try:
        yield
    finally:
        function.__code__ = kept
