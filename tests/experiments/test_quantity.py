"""How a measured number is written into a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.thread.reader.named import NAMED
from experiments import quantity
from experiments.catalogue import ENTRIES
from experiments.measurement import Value
from experiments.quantity import FormError, Quantity
from languages.text import verbatim

KNOWN = {
    "accuracy": quantity.percent(verbatim("accuracy")),
    "first": quantity.times(verbatim("the first call")),
    "step": Quantity(verbatim("a step"), "ms"),
    "norm": Quantity(verbatim("the norm")),
}
FOUND = {
    "accuracy": Value(median=91.3, low=88.06, high=94.4),
    "first": Value(median=15.5, low=9.2, high=18),
    "step": Value(median=0.3512, low=0.3, high=0.45),
    "norm": Value(median=5.68e-7, low=5.68e-7, high=5.68e-7),
}


def told(key, form, language="en"):
    return quantity.written(FOUND[key], KNOWN[key], quantity.form(key, form, KNOWN), language)


@pytest.mark.parametrize(
    ("key", "form", "ru", "en"),
    [
        ("accuracy", None, "91", "91"),
        ("accuracy", "%", "91\N{NO-BREAK SPACE}%", "91%"),
        ("accuracy", "range%", "88–94\N{NO-BREAK SPACE}%", "88–94%"),
        ("accuracy", "low.1%", "88,1\N{NO-BREAK SPACE}%", "88.1%"),
        ("accuracy", "high", "94", "94"),
        ("first", "rangex", "9,2–18×", "9.2–18×"),
        ("first", ".0x", "16×", "16×"),
        ("step", "ms", "0,35\N{NO-BREAK SPACE}мс", "0.35\N{NO-BREAK SPACE}ms"),
        ("norm", "range", "5,7·10⁻⁷", "5.7·10⁻⁷"),
        ("norm", ".1", "5,7·10⁻⁷", "5.7·10⁻⁷"),
    ],
)
def test_a_number_is_written_as_its_form_says_in_either_language(key, form, ru, en):
    assert (told(key, form, "ru"), told(key, form)) == (ru, en)


def test_nearly_all_is_not_told_as_all():
    assert (
        quantity.written(Value(median=99.72, low=99.7, high=100), KNOWN["accuracy"], quantity.Form(), "en") == "99.72"
    )


@pytest.mark.parametrize(
    ("key", "form", "reason"),
    [
        ("firsst", None, "no number has the key 'firsst': did you mean 'first'?"),
        ("zzz", None, "allowed: accuracy, first, step, norm"),
        ("accuracy", "worst%", "'worst%' is no form of a number: write median, low, high or range"),
        ("accuracy", "", "'' is no form"),
        ("accuracy", "ms", "'accuracy' is no number of ms: its unit is %"),
        ("norm", "%", "'norm' is no number of %: it has no unit"),
    ],
)
def test_a_key_or_form_that_there_is_not_is_told_with_what_is_allowed(key, form, reason):
    with pytest.raises(FormError) as error:
        quantity.form(key, form, KNOWN)

    assert reason in str(error.value)


@given(st.text("adeghilmnorw.0123456789%xs", max_size=9))
def test_whatever_stands_behind_a_colon_is_read_or_told(form):
    try:
        told = quantity.form("first", form, KNOWN).unit
    except FormError as error:
        told = str(error)

    assert told in ("", "x") or repr(form) in told or "its unit is x" in told


@pytest.mark.parametrize(
    ("typed", "digits", "unit", "so"),
    [
        (91, 0, "%", True), (91.3, 1, "%", True), (88, 0, "%", True), (94, 0, "%", True),
        (92, 0, "%", False), (91, 0, "x", False), (91, 0, "", False), (0, 0, "%", False),
    ],
)  # fmt: skip
def test_a_typed_number_is_borne_out_by_the_median_and_the_ends_alone(typed, digits, unit, so):
    assert quantity.borne(typed, digits, unit, FOUND["accuracy"], KNOWN["accuracy"]) is so


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_every_key_can_be_named_in_a_text(entry):
    for key, found in entry.numbers.items():
        assert NAMED.fullmatch(f"{{{key}:range{found.unit}}}" if found.unit else f"{{{key}}}")
        assert all(found.meaning.values())
