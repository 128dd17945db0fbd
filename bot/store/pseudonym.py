"""
Pseudonyms: what stands for a voter's Telegram id in the database, so that the file names nobody.

All of them are made with the voter key, which lies elsewhere (`store.voter_key`). A voter has another pseudonym in each
publication, so nobody is followed over all of them; polls that were opened before 0008 keep the one they had for all.
What is voted in a poll that is not known yet belongs to no publication: there the id is hidden, by another mask for
each update, and comes out again when the poll is known, with the key alone.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b


def of(telegram_id: int, key: bytes, publication: int | None) -> int:
    """A voter's name within a publication, or where there was one for all: a keyed 64-bit hash."""
    secret = key if publication is None else _within(key, publication)
    return int.from_bytes(blake2b(b"%d" % telegram_id, key=secret, digest_size=8).digest(), "big", signed=True)


@lru_cache(1024)
def _within(key: bytes, publication: int) -> bytes:
    return blake2b(b"%d" % publication, key=key, person=b"publication").digest()


def speaker(telegram_id: int, key: bytes) -> int:
    """Who has chosen a language, apart from how they voted."""
    digest = blake2b(b"%d" % telegram_id, key=key, person=b"language", digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def hidden(telegram_id: int, key: bytes, update_id: int) -> int:
    """A voter's id behind the mask of one update; hidden once more, it comes out."""
    mask = blake2b(b"%d" % update_id, key=key, person=b"stray", digest_size=8).digest()
    return telegram_id ^ int.from_bytes(mask, "big", signed=True)


def fingerprint(key: bytes) -> str:
    """By which a key is known again; it tells nothing of the key."""
    return blake2b(key=key, person=b"fingerprint", digest_size=16).hexdigest()
