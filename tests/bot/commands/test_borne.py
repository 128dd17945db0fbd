"""Which typed numbers are known to be so, and which are told."""

import pytest

from bot.commands import borne
from bot.thread import claims, markdown
from experiments.measurement import Measurement, Value
from tests.bot.thread.test_named import MEASURED, source


def poll(confirmed="", **parts):
    text = source(**parts).replace("options: [", f"confirmed: {confirmed or '{}'}\noptions: [")
    return markdown.parse(text, "t.md").posts[0].poll


def told(measured: Measurement = MEASURED, confirmed="", **parts) -> list[str]:
    return list(borne.problems(poll(confirmed, **parts), measured, "en"))


@pytest.mark.parametrize(
    "text",
    [
        "It was {between.accuracy:%}.",  # named
        "It was 91%, from 88 to 94%.",  # borne out
        "With a norm of 5.2.",
        "With 8 seeds.",
        "In torch 2.13.",
        "A convolution 3×3, 64→64→10, for W2 and float32.",  # no claims
        "`95%`, $x = 95$ and, since 2019, nothing.",
    ],
)
def test_what_is_measured_a_setting_or_no_claim_is_not_told(text):
    assert told(below=text) == []


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("It was 95%.", "95%"),
        ("From 87 to 94%.", "87"),
        ("It took 8×.", "8×"),  # 8 is the number of seeds, not how many times
        ("It took 0.3–0.4 ms.", "0.3"),
        ("Twice as long.", "Twice as"),
        ("A quarter of it.", "A quarter"),
        ("At 10⁻⁷.", "10⁻⁷"),
    ],
)
def test_what_nobody_measured_is_told_with_its_words(text, claim):
    first = told(below=text)[0]

    assert first.startswith(f"explanation: {claim!r} is not measured, in “")
    assert "name a measured number by its key, or confirm it with a reason" in first


def test_every_text_is_read_and_a_wrong_option_is_none():
    found = told(above="95%", feedback="95%", below="95%", option=" 95 of them")

    assert [line.partition(": ")[0] for line in found] == [
        "description", "feedback to “between 95 of them”", "explanation", "right option",
    ]  # fmt: skip


def test_what_an_author_stands_for_is_not_told_and_sums_are_worked_out():
    assert told(confirmed="{95: as published, 0.3: 3 / 10, twice as: known}", below="95% is 0.3, twice as much.") == []
    assert told(confirmed="{0.23: e / (e + 9), 0.24: e / (e + 9)}", below="0.23 or 0.24") == [
        "confirmed: '0.24' is not e / (e + 9), which is 0.231969"
    ]


def test_what_is_confirmed_and_stands_nowhere_is_told():
    assert told(confirmed="{95: known}") == ["confirmed: '95' stands in none of the texts"]


@pytest.mark.parametrize("reason", ["9 ** 9 ** 9 ** 9", "().__class__", "1 / 0", "log(-1)", "(" * 200])
def test_a_reason_that_is_no_sum_is_words(reason):
    assert told(confirmed=f"{{95: {reason!r}}}", below="95") == []


def test_a_key_that_this_run_has_no_number_for_is_told():
    without = MEASURED.model_copy(update={"numbers": {}})

    assert told(without, below="{between.accuracy:%}") == ["explanation: this run has no number 'between.accuracy'"]


def test_a_decimal_comma_is_one_in_russian():
    (claim,) = claims.found("Вышло 1,46.", "ru")

    assert (claim.text, claim.value, claim.digits) == ("1,46", 1.46, 2)


def test_a_claim_knows_where_it_stands():
    text = "**So**\nit was `3` and\n> 95%"

    assert [(one.line, one.column) for one in claims.found(text, "en")] == [(3, 3)]


def test_a_band_is_borne_out_by_its_ends_and_by_nothing_between():
    wide = MEASURED.model_copy(update={"numbers": {"between.accuracy": Value(median=50, low=10, high=90)}})

    assert [line[:25] for line in told(wide, below="10%, 50%, 90% and 60%")] == ["explanation: '60%' is not"]
