"""What nobody sees is told by its code; what belongs to a script or an emoji stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.thread import characters, markdown

HEAD = "---\ntitle: T\n---\n"  # the post begins in line 4
HARMLESS = [
    "🤷‍♀️ 👨‍👩‍👧 ❤️‍🔥 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ 👍🏽",
    "می‌خواهم",
    "क्‍ष",
    "ශ්‍රී",
    "ภาษา\u200bไทย",
    "\u200fאב\u200e a",
    "see \u2068שלום\u2069 and \u202bאב\u202c",
    "№\u00a03, 10\u202f000",
    "⠓⠑⠇⠇⠕⠀⠓",
    "e\u0301 й",
]
words = st.text(st.sampled_from("abcде🔥 "), min_size=1, max_size=6)
balanced = st.recursive(
    words,
    lambda inner: st.builds(
        lambda pair, text, end: f"{pair[0]}{text}{pair[1]}{end}",
        st.sampled_from(["\u2066\u2069", "\u2067\u2069", "\u2068\u2069", "\u202a\u202c", "\u202b\u202c"]), inner, words,
    ),
)  # fmt: skip


def told(line: str) -> list[tuple[int, str, str]]:
    return [(one.column, one.severity, one.message.split()[0]) for one in characters.problems([line])]


@pytest.mark.parametrize("text", HARMLESS, ids=ascii)
def test_what_a_script_or_an_emoji_needs_is_no_slip(text):
    assert told(text) == []
    option = markdown.parse(f"{HEAD}Q\n\n- [x] {text}\n- [ ] b", "t.md").posts[0].poll.options[0].text
    assert option == characters.ODD_SPACE.sub(" ", text)


@given(words, st.sampled_from("\u00ad\u200b\u200c\u200d\u2060\u2062\ufeff\u3164\u180e"), words)
def test_what_nobody_sees_within_words_is_told_as_a_warning(before, sign, after):
    thread, problems = markdown.inspect(f"{HEAD}x{before}y{sign}z{after}")

    assert [(p.line, p.column, p.severity) for p in problems] == [(4, len(before) + 3, "warning")]
    assert problems[0].message.startswith(f"{characters.code(sign)}, which nobody sees")
    assert thread


@given(st.lists(balanced, max_size=4).map("".join))
def test_directions_that_are_closed_stay(text):
    assert told(text) == []


@given(balanced, st.sampled_from("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u202c\u2069"), balanced)
def test_a_direction_that_is_not_closed_or_never_was_opened_is_an_error(before, sign, after):
    assert [severity for _, severity, code in told(before + sign + after) if code == characters.code(sign)] == ["error"]


@pytest.mark.parametrize(
    "text", ["---\ntitle: T\u202eT\n---\na", f"{HEAD}a `b\u202eb\u202c`", f"{HEAD}Q\n\n- [x] \u202da\n- [ ] b"]
)
def test_letters_turned_round_are_refused_wherever_they_stand(text):
    _, (problem,) = markdown.inspect(text)

    assert problem.severity == "error"
    assert problem.message.endswith("turns round what follows it: delete it")


@given(st.text("\u200b\u2060\u3164\u2800\u00ad\ufe0f\u034f\u200f\uffa0\u115f", min_size=1, max_size=4))
def test_a_blank_option_is_an_error_with_its_codes(blank):
    _, problems = markdown.inspect(f"{HEAD}Q\n\n- [x] a\n- [ ] {blank}")

    (message,) = [problem.message for problem in problems if problem.severity == "error"]
    assert message.startswith("nothing is seen of this option (U+")


def test_each_character_is_told_once_with_how_often_it_stands():
    (problem,) = characters.problems(["a", "b\u200bc\u200b", "\u200bd"])

    assert (problem.line, problem.column) == (2, 2)
    assert problem.message.endswith("(here and in 2 more places)")


@pytest.mark.parametrize("line", ["-\u00a0[x] a", "- [\u00a0] a", "- [x]\u00a0a", "-\u2003[x] a"])
def test_an_odd_space_of_a_box_is_told_by_its_code(line):
    _, problems = markdown.inspect(f"{HEAD}Q\n\n- [x] b\n{line}\n- [ ] c")

    assert characters.code(next(sign for sign in line if characters.ODD_SPACE.match(sign))) in problems[0].message
    assert problems.errors


def test_two_options_that_look_the_same_are_told():
    _, problems = markdown.inspect(f"{HEAD}Q\n\n- [x] да\n- [ ] да\u200b")

    assert "'да' is already the option in line 6: options must differ" in [problem.message for problem in problems]
