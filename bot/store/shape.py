"""
The shape of an update that cannot be read: which fields it has and what kind of value each holds.

No value is kept and no field's name but those that Telegram gives: a person's id or name may stand anywhere in what is
not as it should be. The shape of a shape is the same.
"""

from __future__ import annotations

UPDATE = {"update_id", "poll_answer", "poll", "message", "callback_query", "my_chat_member", "chat", "from"}
ANSWER = {"poll_id", "user", "voter_chat", "option_ids", "option_persistent_ids"}
PERSON = {"id", "is_bot", "first_name", "last_name", "username", "title", "type", "language_code"}
POLL = {"question", "options", "text", "persistent_id", "voter_count", "total_voter_count", "is_closed", "is_anonymous"}
NAMES = UPDATE | ANSWER | PERSON | POLL
TEXT, NUMBER, MORE, OTHER = KINDS = ("<text>", "<number>", "<more>", "<other>")
DEEPEST = 6
LONGEST = 12  # of a list


def of(value: object, depth: int = 0) -> object:
    """The same fields and brackets, with a kind in the place of each value."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if value in KINDS else TEXT
    if isinstance(value, int | float):
        return NUMBER
    if depth == DEEPEST:
        return MORE
    if isinstance(value, list):
        return [of(one, depth + 1) for one in value[:LONGEST]] + [MORE for _ in value[LONGEST : LONGEST + 1]]
    assert isinstance(value, dict)
    return {name if name in NAMES else OTHER: of(one, depth + 1) for name, one in value.items()}
