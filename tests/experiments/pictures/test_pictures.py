"""Every picture is read in code: nothing cut off, nothing on top of something else, nothing too small."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from experiments import numbers, perform
from experiments.measurement import Ballot, OptionVotes
from experiments.pictures import tally
from experiments.pictures.figure import TEXT, Page, house_style, wrap
from experiments.pictures.fonts import look, table, text_width
from experiments.pictures.glyphs import TABLE, clusters, printable, undrawn
from experiments.topics import heads
from tests.experiments.conftest import HEADS_BALLOT, ballot
from tests.experiments.conftest import figure as pictured
from tests.experiments.engines.proof import faults

YES_NO = ballot(
    OptionVotes(text="да 🔥", votes=31, correct=True, key="learns"),
    OptionVotes(text="нет", votes=69, correct=False, key="dead"),
)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def votes(*counts: int, right=(0,), opinion=False) -> Ballot:
    options = (OptionVotes(text=f"o{i}", votes=n, correct=i in right) for i, n in enumerate(counts))
    return ballot(*options, opinion=opinion)


@LANGUAGES
def test_the_picture_of_heads_is_fit_to_be_sent(heads_measured, language):
    assert faults(pictured(heads_measured, HEADS_BALLOT, language)) == []


@LANGUAGES
def test_the_pictures_of_zero_weights_are_fit_to_be_sent(one_zero, two_zeros, language):
    for measured in (one_zero, two_zeros):
        assert faults(pictured(measured, YES_NO, language)) == []


@LANGUAGES
@pytest.mark.parametrize("outcome", ["learns", "dead", "slow"])
@pytest.mark.parametrize("zeroed", [[1], [1, 3], [1, 2, 3]])
def test_every_title_of_zero_weights_fits(one_zero, language, outcome, zeroed):
    measured = one_zero.model_copy(
        update={"params": {**one_zero.params, "zeroed": zeroed}, "data": {**one_zero.data, "outcome": outcome}}
    )

    assert faults(pictured(measured, YES_NO, language)) == []
    assert not any("…" in text for text in texts(pictured(measured, YES_NO, language)))


POLLS = st.builds(
    lambda rows, question, opinion: ballot(*rows, question=question, opinion=opinion),
    st.lists(
        st.builds(
            OptionVotes,
            text=st.one_of(
                st.text(st.sampled_from("абв gW$_^\\{}\n—"), min_size=1, max_size=100),
                st.text(st.sampled_from("б 🔥👍👨\u200d👩‍👧é漢🇰🇿אب\u0301"), min_size=1, max_size=20),
            ),
            votes=st.one_of(st.integers(0, 3), st.integers(0, 10**6)),
            correct=st.booleans(),
            key=st.sampled_from([None, *heads.NAMES]),
        ),
        min_size=1,
        max_size=12,
    ),
    st.one_of(st.text(max_size=20), st.text(st.sampled_from("абв gW—"), max_size=300)),
    st.booleans(),
)


@settings(max_examples=25, deadline=None)
@given(POLLS, st.sampled_from(["ru", "en"]))
def test_the_picture_of_any_votes_is_fit_to_be_sent(poll, language):
    assert faults(tally.votes_figure(poll, language)) == []


def test_the_picture_of_any_votes_beside_a_measurement_is_fit_to_be_sent(heads_measured):
    @settings(max_examples=10, deadline=None)
    @given(POLLS, st.sampled_from(["ru", "en"]))
    def check(poll, language):
        assert faults(pictured(heads_measured, poll, language)) == []

    check()


def test_the_proof_sees_what_is_wrong():
    page = Page()
    page.write("wide " * 30, 0.5, 1)
    page.write("on", 1, 2)
    page.write("top", 1, 2.05)
    page.write("tiny", 1, 5, 9)

    assert faults(page.finish(6)) == [
        "'tiny' is 9.0 points",
        f"{'wide ' * 30!r} is cut off",
        "'on' and 'top' overlap",
    ]


def test_a_picture_is_light_enough_for_a_phone(heads_measured, one_zero):
    for drawn in (
        perform.draw(heads_measured, HEADS_BALLOT, "ru"),
        perform.draw(one_zero, YES_NO, "ru"),
        tally.votes_only(YES_NO, "en"),
    ):
        image = Image.open(io.BytesIO(drawn))
        assert len(drawn) < 150_000
        assert image.width == 1600
        assert image.height < 2200


def test_the_same_votes_draw_the_same_bytes():
    assert tally.votes_only(YES_NO, "ru") == tally.votes_only(YES_NO, "ru")


def test_votes_and_measurement_stand_in_the_picture(heads_measured):
    seen = texts(pictured(heads_measured, HEADS_BALLOT, "ru"))

    assert {"Большинство ошиблось:", "CE сама делает LogSoftmax"} <= set(seen)
    assert "51,7\N{NO-BREAK SPACE}%" in seen
    assert "97\N{NO-BREAK SPACE}%" in seen  # the median
    assert "FC → LogSoftmax → CrossEntropyLoss\N{NO-BREAK SPACE}✓" in seen


def test_exact_zeros_are_drawn_and_named(two_zeros):
    figure = pictured(two_zeros, YES_NO, "en")
    dead = figure.axes[1]
    floor = next(
        y for y, label in zip(dead.get_yticks(), dead.get_yticklabels(), strict=True) if label.get_text() == "exactly 0"
    )

    assert all(abs(line.get_ydata() - floor).max() < 0.7 for line in dead.lines)
    assert len({float(line.get_ydata()[0]) for line in dead.lines}) == 3


@pytest.mark.parametrize(
    ("poll", "verdict"),
    [
        (votes(6, 5), "right"),
        (votes(5, 6), "wrong"),
        (votes(5, 5), "tied"),
        (votes(0, 0), "nobody"),
        (votes(3, 4, 3, right=(0, 2)), "right"),
        (votes(3, 4, right=()), None),
        (votes(3, 4, opinion=True), None),
    ],
)
def test_the_majority_is_of_all_votes_for_right_options(poll, verdict):
    assert tally.majority(poll) == verdict


def test_an_answer_that_the_measurement_contradicts_is_not_called_right(one_zero):
    turned = ballot(*(o.model_copy(update={"correct": not o.correct}) for o in YES_NO.options))

    assert tally.majority(YES_NO, one_zero) == "wrong"
    assert tally.majority(turned, one_zero) == "disputed"


def test_an_answer_that_depends_is_neither_right_nor_wrong(one_zero):
    unsure = one_zero.model_copy(
        update={"findings": tuple(f.model_copy(update={"supported": "depends"}) for f in one_zero.findings)}
    )

    assert tally.majority(YES_NO, unsure) == "depends"


def labels(*written: str, language="ru") -> list[str]:
    return tally.labels([OptionVotes(text=text, votes=1, correct=False) for text in written], language)


def test_options_of_emoji_alone_are_told_apart_by_them():
    options = ("👍", "👎", "🤷\u200d♀️", "🔥🔥🔥", "🇷🇺", "🇰🇿", "🏳️\u200d🌈", "1️⃣")

    assert labels(*options) == list(options)


@pytest.mark.parametrize(
    "twins", [("👍🏻", "👍🏿"), ("a", "а"), ("x\u200b", "x"), ("\u200b", "\u2060"), ("\U00013000", "вариант 1")]
)
def test_options_that_look_the_same_are_numbered(twins):
    first, second = labels(*twins)

    assert first.endswith("вариант 1")
    assert second.endswith("вариант 2")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.sampled_from("aаo👍🏻🏿\u200b\u0301\U00013000 "), max_size=3), min_size=2, max_size=4))
def test_two_labels_never_look_the_same(written):
    shown = labels(*written, language="en")

    assert len({look(label) for label in shown} - {b""}) == len(written)


def test_each_of_many_choices_is_a_share_of_the_voters():
    options = tuple(OptionVotes(text=name, votes=3, correct=True) for name in "ab")
    seen = texts(tally.votes_figure(Ballot(question="?", options=options, voters=4), "en"))

    assert seen.count("75.0%") == 2


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("да 🔥", "да 🔥"),
        ("a\n b", "a b"),
        ("W₁ → ∇ ✓ ℝ 𝔼", "W₁ → ∇ ✓ ℝ 𝔼"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("Қазақ, җ, λ, 漢字, 한글, ไทย, עברית, العربية", "Қазақ, җ, λ, 漢字, 한글, ไทย, עברית, العربية"),
        ("a\U00013000b", "a b"),
        ("a" + "\u0301" * 20, "a" + "\u0301" * 4),
    ],
)
def test_only_what_a_font_has_is_printed(text, kept):
    assert printable(text) == kept


def test_marks_heaped_upon_letters_push_the_lines_apart():
    heaps = " ".join(["a" + "\u0301" * 9] * 60)
    poll = ballot(OptionVotes(text=heaps[:100], votes=1, correct=True), question=heaps)

    assert faults(tally.votes_figure(poll, "ru")) == []


def test_what_no_font_has_is_told_once():
    assert undrawn("\U00013000 x \U00013000 漢 \ue000") == ["\U00013000", "\ue000"]


def test_the_table_of_glyphs_is_that_of_the_fonts():
    assert TABLE.read_text().splitlines() == list(table())


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=12))
def test_whatever_is_printed_has_a_glyph(text):
    """matplotlib warns of a sign that it has to draw as a box, and a warning fails a test."""
    assert text_width(printable(text), TEXT) >= 0


@given(st.lists(st.sampled_from(["🤷🏽‍♀️", "🇷🇺", "🏳️‍🌈", "1️⃣", "б́", "a", "漢", "👨‍👩‍👧", "❤️", " "])))
def test_text_is_cut_between_whole_signs(signs):
    assert list(clusters("".join(signs))) == signs


@given(st.text(st.sampled_from("абв W"), min_size=1, max_size=200), st.floats(0.5, 7))
def test_wrapped_lines_fit_and_lose_no_letter(text, width):
    lines = wrap(text, TEXT, width)

    assert all(text_width(line, TEXT) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_what_does_not_fit_into_its_lines_ends_in_an_ellipsis():
    lines = wrap("слово " * 40, TEXT, 3, lines=2)

    assert len(lines) == 2
    assert lines[1].endswith("…")


@pytest.mark.parametrize(
    ("count", "ru"),
    [(1, "1 сид"), (2, "2 сида"), (5, "5 сидов"), (11, "11 сидов"), (21, "21 сид"), (112, "112 сидов"), (0, "0 сидов")],
)
def test_counted_words_have_the_right_form(count, ru):
    assert numbers.counted(count, "seed", "ru").replace(numbers.NBSP, " ") == ru


@pytest.mark.parametrize(
    ("value", "ru", "en"),
    [
        (0.1, "0,1", "0.1"),
        (6.42e-5, "0,00006", "0.00006"),
        (1.4142, "1,41", "1.41"),
        (0, "0", "0"),
        (100, "100", "100"),
    ],
)
def test_numbers_are_written_as_the_language_does(value, ru, en):
    assert (numbers.plain(value, "ru"), numbers.plain(value, "en")) == (ru, en)


def test_equal_ends_of_a_range_are_written_once():
    assert numbers.percents(7.9, 8.1, "en") == "8%"
    assert numbers.percents(95.6, 98, "ru") == "96–98\N{NO-BREAK SPACE}%"


def test_the_style_leaves_no_trace():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    with house_style():
        assert mpl.rcParams["font.size"] == 17

    assert dict(mpl.rcParams) == before
