"""Telegram's side of a reveal: answers stopPoll and sendPhoto as Telegram does, and notes when."""

import json
import re
import time
from dataclasses import dataclass, field

GROUP = {"id": -1002, "type": "supergroup", "title": "bench"}
OPTIONS = 4
ANSWER_S = 0.02  # of a message
MESSAGE = re.compile(rb'"?message_id"?[:=]\s*(\d+)')  # of a form, or of the JSON in it


@dataclass
class Chat:
    """By the poll's message: when stopPoll was answered, when the picture had come, how many bytes it was sent with.

    `sent`: when each text came.
    """

    stopped: dict[int, float] = field(default_factory=dict)
    pictured: dict[int, tuple[float, int]] = field(default_factory=dict)
    sent: list[float] = field(default_factory=list)

    def answer(self, method: bytes, body: bytes) -> object:
        """The result of a method that the bot calls with the poll's message as `message_id`, at once."""
        message = int(found[1]) if (found := MESSAGE.search(body)) else 0
        if method == b"sendmessage":
            time.sleep(ANSWER_S)
            self.sent.append(time.time())
            return {"message_id": len(self.sent), "date": 0, "chat": GROUP, "text": "?"}
        if method == b"stoppoll":
            self.stopped[message] = time.time()
            return poll(message)
        if method == b"sendphoto":
            self.pictured[message] = time.time(), len(body)
            photo = {"file_id": "p", "file_unique_id": "p", "width": 1600, "height": 1900}
            return {"message_id": 1_000_000 + message, "date": 0, "chat": GROUP, "photo": [photo]}
        return {"url": "", "pending_update_count": 0} if method == b"getwebhookinfo" else True

    def told(self) -> dict:
        return {"stopped": self.stopped, "pictured": self.pictured, "sent": self.sent}


def poll(message: int) -> dict:
    """As stopPoll tells it: every poll with votes of its own, so that no two pictures are the same."""
    counts = [message % 89 + 7 * option + 1 for option in range(OPTIONS)]
    options = [{"text": str(i), "voter_count": n, "persistent_id": str(i)} for i, n in enumerate(counts)]
    said = {"id": str(message), "question": "?", "options": options, "total_voter_count": sum(counts)}
    kind = {"type": "regular", "is_anonymous": False, "is_closed": True, "allows_multiple_answers": False}
    return {**said, **kind, "allows_revoting": True, "members_only": False}


def http(result: object) -> bytes:
    body = json.dumps({"ok": True, "result": result}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
