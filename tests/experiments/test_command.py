"""The line under a reveal: whatever was set, `pollbot experiment` reads back what was meant."""

from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from experiments import code, command, topics
from experiments.catalogue import ENTRIES, Entry, run_key
from experiments.topic import Params, Topic
from tests.bot.shell import asked_for, typed

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


class Any(Params):
    """A parameter of every kind that a topic may declare."""

    flag: bool = False
    count: int = 3
    rate: float = 0.1
    side: Literal[1, 3, "auto"] = 3
    name: str = "a b"
    maybe: str | None = None
    either: int | str = 1
    layers: tuple[int, ...] = (1, 2)
    names: tuple[str, ...] = ("relu", "1")
    mixed: tuple[int | str | None, ...] = ()
    grid: tuple[tuple[float, ...], ...] = ((1.0, 2.0),)
    table: dict[str, int] = Field(default={})


@pytest.fixture(autouse=True, scope="module")
def _any():
    """A topic of its own in the catalogue, because the real ones have no such parameters yet."""
    ENTRIES["any"] = Entry("any", Topic(params=Any, options=("yes",)), topics)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code, "digest", lambda _: "0" * 16)  # it has no file whose code could be told
        yield
    del ENTRIES["any"]


def allowed(params: type[Params]) -> st.SearchStrategy[dict]:
    """Any of the parameters that a thread may set, as its file writes them."""
    whole = st.from_type(params).map(lambda found: found.model_dump(mode="json"))
    return st.tuples(whole, st.sets(st.sampled_from([*params.model_fields]))).map(
        lambda pair: {name: pair[0][name] for name in pair[1]}
    )


@pytest.mark.parametrize("name", [*ENTRIES, "any"])
def test_every_default_is_read_back_from_the_form_that_a_reveal_writes(name):
    entry = ENTRIES[name]
    defaults = entry.params().model_dump(mode="json")

    for field, value in defaults.items():
        _, assigned, _ = typed(command.written(name, {field: value}, 1))
        assert getattr(command.parameters(entry, assigned), field) == getattr(entry.params(), field)


@pytest.mark.parametrize("name", ENTRIES)
def test_the_line_of_any_run_has_the_key_of_that_run(name):
    @settings(max_examples=20, deadline=None)
    @given(allowed(ENTRIES[name].params), st.integers(1, 256))
    def check(params, seeds):
        assert asked_for(command.written(name, params, seeds)) == run_key(name, params, seeds)

    check()


SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "flag": st.booleans(),
        "count": st.integers(),
        "rate": st.floats(allow_nan=False, allow_infinity=False),
        "side": st.sampled_from([1, 3, "auto"]),
        "name": WORDS,
        "maybe": st.none() | st.just("null") | WORDS,
        "either": st.integers() | WORDS | st.integers().map(str),
        "layers": st.lists(st.integers()),
        "names": st.lists(WORDS | st.integers().map(str)),
        "mixed": st.lists(st.none() | st.integers() | WORDS | st.integers().map(str)),
        "grid": st.lists(st.lists(st.floats(allow_nan=False, allow_infinity=False))),
        "table": st.dictionaries(WORDS, st.integers()),
    },
)


@settings(deadline=None)
@given(SETTINGS)
def test_so_has_the_line_of_parameters_of_every_kind(params):
    assert asked_for(command.written("any", params, 16)) == run_key("any", params, 16)


@pytest.mark.parametrize(
    ("params", "line"),
    [
        ({"lr": 0.1, "epochs": 5}, "pollbot experiment heads --seeds 16 --set lr=0.1 --set epochs=5"),
        ({"lr": 0.30000000000000004}, "pollbot experiment heads --seeds 16 --set lr=0.30000000000000004"),
    ],
)
def test_a_number_is_written_as_an_author_would(params, line):
    assert command.written("heads", params, 16) == line


@pytest.mark.parametrize(
    ("params", "setting"),
    [
        ({"layers": [1, 2]}, "layers=1,2"),
        ({"names": ["relu", "tanh"]}, "names=relu,tanh"),
        ({"name": "it's"}, """'name=it'"'"'s'"""),
        ({"name": "1"}, "name=1"),
        ({"either": "1"}, """'either="1"'"""),
        ({"names": ["a,b"]}, """'names=["a,b"]'"""),
        ({"maybe": None}, "maybe=null"),
        ({"flag": True}, "flag=true"),
        ({"name": "a\nb"}, """'name="a\\nb"'"""),
    ],
)
def test_the_plainest_form_is_written_and_a_shell_takes_it(params, setting):
    assert command.written("any", params, 16) == f"pollbot experiment any --seeds 16 --set {setting}"


@pytest.mark.parametrize(
    ("name", "assigned", "reason"),
    [
        ("heads", ["epoch=3"], "heads has no parameter 'epoch': did you mean 'epochs'?"),
        ("heads", ["lr"], "--set 'lr' is not of the form NAME=VALUE"),
        ("heads", ["lr=7"], "--set lr=7: input should be less than or equal to 1"),
        ("heads", ["lr=fast"], "--set lr=fast: input should be a valid number, unable to parse string as a number"),
        ("heads", ["lr=0.1,0.2"], "--set lr=0.1,0.2: input should be a valid number, unable to parse string"),
        ("nhwc", ["channels=2"], "--set channels=2: input should be 1 or 3"),
        ("zero_init", ["zeroed=1,4"], "--set zeroed=1,4: input should be 1, 2 or 3"),
        ("zero_init", ["bias=non"], "--set bias=non: input should be 'default', 'zero' or 'none'"),
    ],
)
def test_what_is_not_allowed_is_told_in_one_sentence(name, assigned, reason):
    with pytest.raises(command.Mistake) as told:
        command.parameters(command.find(name), assigned)

    assert str(told.value).startswith(reason)
    assert "\n" not in str(told.value)


@settings(deadline=None)
@given(st.sampled_from([*ENTRIES]), st.data())
def test_whatever_a_person_types_is_taken_or_told(name, data):
    entry = ENTRIES[name]
    setting = f"{data.draw(st.sampled_from([*entry.params.model_fields]))}={data.draw(WORDS)}"
    try:
        command.parameters(entry, [setting])
        told = setting
    except command.Mistake as mistake:
        told = str(mistake)

    assert told.startswith((setting, f"--set {setting}: "))


def test_a_run_of_an_experiment_that_is_gone_still_has_its_line():
    assert command.written("gone", {"n": [1]}, 2) == "pollbot experiment gone --seeds 2 --set 'n=[1]'"
