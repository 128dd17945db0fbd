"""What an experiment hands over: numbers and findings, plain data that needs no torch to be read."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from languages import catalogue, text

Language = catalogue.Language
Text = text.Text

Verdict = Literal["yes", "no", "depends"]


class Frozen(BaseModel):
    # a gradient that overflows is inf: as JSON it must not become null, which no reader takes for a number
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")


class Finding(Frozen):
    """What was found about one option: the verdict, the number behind it, its range over seeds, the condition."""

    option: str
    supported: Verdict
    number: float
    spread: tuple[float, float]
    unit: Text
    condition: Text


class Value(Frozen):
    """A number of all seeds: the median, and the band from the lowest to the highest."""

    median: float
    low: float
    high: float


class Measurement(Frozen):
    """
    The outcome of one run, stored once.

    `settings` is the line that a picture prints (optimiser, seeds, data); `data` is what the experiment's own
    `draw` needs, in the experiment's own shape. `numbers` are what texts name, by the keys of `Topic.numbers`.
    """

    experiment: str
    params: dict[str, JsonValue]
    seeds: int
    versions: dict[str, str]
    settings: Text
    findings: tuple[Finding, ...]
    data: dict[str, JsonValue]
    numbers: dict[str, Value] = {}  # an older version stored none


class OptionVotes(Frozen):
    """One option of a closed poll as the picture shows it; `key` is None where the poll has no experiment."""

    text: str
    votes: int
    correct: bool
    key: str | None = None


class Ballot(Frozen):
    """The final tally of a poll: `voters` people, who may have chosen several options each."""

    question: str
    options: tuple[OptionVotes, ...]
    voters: int
    opinion: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """The options of the experiment that the poll asks about."""
        return frozenset(option.key for option in self.options if option.key)


class PollSummary(Frozen):
    """
    One closed poll of a thread, as the picture of its result shows it; shares are of votes.

    `right` is the share of right votes: None where nothing is right, or nobody voted. `favourite` is what most have
    chosen, `surprise` the most chosen of what is wrong; each is empty where there is none.
    """

    position: int
    question: str
    votes: int
    right: float | None
    favourite: str = ""
    favourite_share: float = 0.0
    favourite_right: bool = False
    surprise: str = ""
    surprise_share: float = 0.0


class Summary(Frozen):
    """The result of a thread that has ended."""

    title: str
    polls: tuple[PollSummary, ...]
