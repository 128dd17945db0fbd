"""Votes as bytes, made before the clock starts: 260 bytes each, every one by another voter."""

POLLS = 10
FIRST = 700_000_001  # number of the first update; Telegram begins at random below 1,000,000,000


def poll_id(number: int) -> str:
    return f"523123456789012{number:04d}"


def vote(index: int, polls: int = POLLS) -> bytes:
    voter = 5_000_000_000 + index * 7_919 % 4_000_000_007  # spread, as Telegram's ids are
    option = index % 3
    return (
        b'{"update_id":%d,"poll_answer":{"poll_id":"%s","user":{"id":%d,"is_bot":false,"first_name":"Voter",'
        b'"last_name":"Number %d","username":"voter_%d","language_code":"en"},"option_ids":[%d],'
        b'"option_persistent_ids":["%d"]}}'
        % (FIRST + index, poll_id(index % polls).encode(), voter, index, index, option, option)
    )


def batch(votes: list[bytes]) -> bytes:
    body = b'{"ok":true,"result":[' + b",".join(votes) + b"]}"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body
