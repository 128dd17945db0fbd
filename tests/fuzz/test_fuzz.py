"""A short run of `make fuzz`; and mistakes that are planted are found, or else a quiet run would say nothing."""

import pytest

from bot.store.votes import Known
from bot.telegram import peer, result
from bot.telegram.answer import RefusalError
from tests.fuzz import shapes
from tests.fuzz.__main__ import FoundError, fuzz

FEW, ENOUGH = 2_000, 20_000


@pytest.fixture(scope="module")
def real():
    return shapes.real()


def test_the_shapes_are_of_every_kind_that_comes(real):
    kinds = {kind for update in real.updates for kind in update} - {"update_id"}
    statuses = {status for answers in real.answers.values() for status, _ in answers}

    assert kinds == {"poll_answer", "poll", "callback_query", "my_chat_member", "chat_member", "message"}
    assert statuses == {200, 400, 401, 403, 429}
    assert len(set(real.polls())) == 2


def test_what_is_made_wrong_is_borne_on_both_ways(real):
    fuzz(FEW, 1, real=real)


def test_an_input_is_played_again_by_seed_and_number(real, monkeypatch):
    monkeypatch.setattr(RefusalError, "wait_s", property(lambda error: error._parameters["retry_after"]))
    with pytest.raises(FoundError, match="seed 1, number ") as first:
        fuzz(ENOUGH, 1, real=real)
    number = int(str(first.value).partition("number ")[2].partition(":")[0])
    with pytest.raises(FoundError, match=f"seed 1, number {number}: "):
        fuzz(1, 1, number - number % 20, real=real)


def trusting_parameters(error, code, description, parameters):
    Exception.__init__(error, description)
    error.code, error._parameters = code, parameters


def any_number(found):
    return int(found)


def no_end(reply, data):
    reply._parser.feed_data(data)


PLANTED = {
    "a poll has any options": (Known, "has", lambda _known, _item: True),
    "parameters are an object": (RefusalError, "__init__", trusting_parameters),
    "a number is what looks like one": (result, "number", any_number),
    "whatever comes is HTTP": (peer.Reply, "feed", no_end),
}


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_found(real, monkeypatch, mistake):
    monkeypatch.setattr(*PLANTED[mistake])
    with pytest.raises(FoundError):
        fuzz(ENOUGH, 1, real=real)
