"""Measurements at full size are shared with all tests; the sizes are those that the threads' polls ask for."""

import pytest
import torch
from matplotlib.figure import Figure

from experiments import perform
from experiments.catalogue import run_key
from experiments.measurement import Ballot, Language, Measurement, OptionVotes
from experiments.pictures import picture
from experiments.topic import Context
from tests import outcomes

torch.set_num_threads(1)


def measured(name: str, seeds: int, **params) -> Measurement:
    """An experiment at any size: what the threads ask for is measured once for all tests, the rest in this process."""
    asked = perform.entry(name).params(**params)
    return outcomes.stored(run_key(name, params, seeds)) or perform.measure(name, asked, seeds, Context())


def figure(measurement: Measurement, ballot: Ballot, language: Language) -> Figure:
    """The picture of a reveal, before it becomes a PNG."""
    return picture.figure(perform.drawing(measurement, language), measurement, ballot, language)


def ballot(*options: OptionVotes, question="?", opinion=False) -> Ballot:
    return Ballot(question=question, options=options, voters=sum(o.votes for o in options), opinion=opinion)


HEADS_BALLOT = ballot(
    OptionVotes(text="FC → Softmax → NLLLoss", votes=32, correct=False, key="softmax+nll"),
    OptionVotes(text="FC → LogSoftmax → NLLLoss", votes=42, correct=True, key="logsoftmax+nll"),
    OptionVotes(text="FC → Softmax → CrossEntropyLoss", votes=92, correct=False, key="softmax+ce"),
    OptionVotes(text="FC → LogSoftmax → CrossEntropyLoss", votes=12, correct=True, key="logsoftmax+ce"),
)


@pytest.fixture(scope="session")
def heads_measured() -> Measurement:
    return measured("heads", 16)


@pytest.fixture(scope="session")
def one_zero() -> Measurement:
    return measured("zero_init", 16, zeroed=(2,), activation="tanh", bias="none")


@pytest.fixture(scope="session")
def two_zeros() -> Measurement:
    return measured("zero_init", 16, zeroed=(1, 2), activation="tanh", bias="none")
