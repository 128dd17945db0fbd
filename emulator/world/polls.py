"""Polls: what they carry, who chose what, and when a choice is accepted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from emulator.wire import Json, SimError, filled
from emulator.world.files import Media, Special


@dataclass(frozen=True)
class Option:
    text: str
    entities: list[Json] = field(default_factory=list)
    media: Media | Special | None = None


@dataclass
class Poll:
    """`votes` holds the standing choice of each voter: a user's id, or a chat's for who votes as a channel."""

    id: str
    owner: int
    question: str
    options: list[Option]
    kind: str = "regular"
    anonymous: bool = True
    multiple: bool = False
    revoting: bool = True
    hidden: bool = False
    shuffled: bool = False
    members_only: bool = False
    country_codes: list[str] = field(default_factory=list)
    correct: list[int] = field(default_factory=list)
    question_entities: list[Json] = field(default_factory=list)
    explanation: str = ""
    explanation_entities: list[Json] = field(default_factory=list)
    explanation_media: Media | Special | None = None
    description: str = ""
    description_entities: list[Json] = field(default_factory=list)
    media: Media | Special | None = None
    open_period: int = 0
    close_date: int = 0
    closed: bool = False
    votes: dict[int, list[int]] = field(default_factory=dict)
    counts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = [0] * len(self.options)

    @property
    def persistent_ids(self) -> list[str]:
        """What its options go by, whatever becomes of their order."""
        return [str(index) for index in range(len(self.options))]

    def copy(self, new_id: str, owner: int) -> Poll:
        """The same question as a new, open poll without votes or a time to close."""
        fresh: Json = {"id": new_id, "owner": owner, "votes": {}, "closed": False, "open_period": 0, "close_date": 0}
        return replace(self, **fresh)

    def vote(self, voter: int, chosen: list[int]) -> bool:
        """
        Make this the voter's choice, none for a retraction; returns whether anything changed.

        Raises `SimError` with the words that Telegram's servers have for their own apps.
        """
        self._check(voter, chosen)
        before, after = self.votes.pop(voter, []), sorted(chosen)
        if after:
            self.votes[voter] = after
        for index in before:
            self.counts[index] -= 1
        for index in after:
            self.counts[index] += 1
        return before != after

    def _check(self, voter: int, chosen: list[int]) -> None:
        if self.closed:
            raise SimError(400, "MESSAGE_POLL_CLOSED")
        if len(set(chosen)) != len(chosen) or not all(0 <= index < len(self.options) for index in chosen):
            raise SimError(400, "OPTION_INVALID")
        if len(chosen) > 1 and not self.multiple:
            raise SimError(400, "OPTIONS_TOO_MUCH")
        if voter in self.votes and not self.revoting:
            raise SimError(400, "REVOTE_NOT_ALLOWED")

    def json(self, *, described: bool = False) -> Json:
        """
        As its bot sees it, true counts always; only messages show the description and its media, `poll` updates do not.

        The deprecated `correct_option_id` is left out: client libraries warn about it on every quiz.
        """
        body: Json = {
            "id": self.id,
            "question": self.question,
            "question_entities": self.question_entities,
            "total_voter_count": len(self.votes),
            "is_closed": self.closed,
            "is_anonymous": self.anonymous,
            "type": self.kind,
            "allows_multiple_answers": self.multiple,
            "allows_revoting": self.revoting,
            "members_only": self.members_only,
            "country_codes": self.country_codes,
            "correct_option_ids": self.correct,
            "description": self.description if described else "",
            "description_entities": self.description_entities if described else [],
            "media": self.media.json() if self.media and described else None,
            "explanation_media": self.explanation_media and self.explanation_media.json(),
        }
        if self.explanation:
            body["explanation"] = self.explanation
        if self.open_period and self.close_date and not self.closed:
            body |= {"open_period": self.open_period, "close_date": self.close_date}
        body = filled(body) | {"options": self._options()}
        return body | ({"explanation_entities": self.explanation_entities} if self.explanation else {})

    def _options(self) -> list[Json]:
        shown = zip(self.options, self.counts, strict=True)
        return [
            filled({"persistent_id": str(index), "text": option.text, "text_entities": option.entities})
            | ({"media": option.media.json()} if option.media else {})
            | {"voter_count": count}
            for index, (option, count) in enumerate(shown)
        ]
