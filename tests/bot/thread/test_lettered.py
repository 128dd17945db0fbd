"""Polls whose options do not fit: letters, code, pictures, and what belongs to the question."""

from string import ascii_uppercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ThreadError
from bot.thread import markdown, markup
from bot.thread.model import Formula, Image, Post
from bot.thread.reader.lettered import SHORT
from bot.thread.rich import length
from tests.factory import png

HEAD = "---\ntitle: T\n---\n"
LETTERS = "\n\n```poll\nletters: yes\n```\n"
CODED = """Где ошибка?

- [x] A
  ```python
  loss.backward()
  ```
- [ ] B
  ```python
  for x in y:
      opt.step()
  ```"""
LONG = (
    "Чтобы по ходу обучения менять шаг: сначала большой, потом меньше, пока веса не перестанут прыгать вокруг минимума"
)


def read(body, folder=None) -> Post:
    (post,) = markdown.parse(HEAD + body, "t.md", *filter(None, [folder])).posts
    return post


def names(post):
    return [(option.label, option.text) for option in post.poll.options]


def refused(body) -> str:
    with pytest.raises(ThreadError) as caught:
        read(body)
    return str(caught.value)


def test_code_in_options_stands_in_the_description_under_letters_which_the_author_may_have_written():
    post = read(CODED + LETTERS)
    shown = markup.render(post.poll.description)

    assert names(post) == [("A", "A. loss.backward()"), ("B", "B. for x in y: …")]
    assert shown.text == "A.\nloss.backward()\n\nB.\nfor x in y:\n    opt.step()"
    assert [entity.language for entity in shown.entities if entity.type == "pre"] == ["python", "python"]


def test_an_option_of_any_length_is_called_by_its_letter_and_its_first_words():
    post = read(f"Зачем?\n\n- [x] {LONG}\n- [ ] Чтобы не забыть `zero_grad`{LETTERS}")

    (first, words), (second, whole) = names(post)
    assert (first, second, whole) == ("A", "B", "B. Чтобы не забыть zero_grad")
    assert (words[:19], words[-2:], len(words) <= SHORT + 5) == ("A. Чтобы по ходу об", " …", True)
    assert markup.render(post.poll.description).text == f"A. {LONG}\nB. Чтобы не забыть zero_grad"


@pytest.mark.parametrize("options", [CODED, f"Q\n\n- [x] {LONG}\n- [ ] b", "Q\n\n- [x] a\n  b\n- [ ] c"])
def test_an_option_that_does_not_fit_is_told_with_letters_as_the_remedy(options):
    assert "letters: yes in a ```poll fence" in refused(options)
    assert read(options + LETTERS).poll.options[0].label == "A"


def test_letters_can_be_wanted_for_all_polls_of_a_thread():
    (post,) = markdown.parse(f"---\ntitle: T\npoll: {{letters: yes}}\n---\nQ\n\n- [x] {LONG}\n- [ ] b", "t.md").posts

    assert [option.voted for option in post.poll.options] == ["A", "B"]


def test_what_a_description_cannot_hold_goes_out_as_a_text_before_the_poll():
    post = read("О чём речь.\n\nQ\n\n" + "".join(f"- [x] {LONG} {number}\n" for number in range(9)) + LETTERS)

    assert (post.kind, post.poll.question, post.poll.description) == ("poll", "Q", "")
    assert markup.render(post.text).text.split("\n")[::10] == ["О чём речь.", f"I. {LONG} 8"]


def test_a_hundred_marks_and_more_do_not_fit_a_description_either():
    marked = " ".join(["`a`"] * 60)

    assert (read(f"Q\n\n- [x] {marked}\n- [ ] x {marked}{LETTERS}").poll.description) == ""


def test_an_option_may_hold_paragraphs_lists_and_its_feedback_last():
    post = read("Q\n\n- [x] one\n\n  two\n  - three\n\n  > because\n- [ ] four" + LETTERS)

    assert markup.render(post.poll.description).text == "A. one\n\ntwo\n• three\n\nB. four"
    assert [option.feedback for option in post.poll.options] == ["because", ""]


def test_a_quote_before_the_end_of_an_option_is_no_feedback():
    assert "6:3: error: the quote with an option's feedback is the last" in refused(
        "Q\n- [x] a\n  > b\n\n  c\n- [ ] d" + LETTERS
    )


def test_code_beside_a_box_is_told_and_below_it_taken():
    code = "```python\n  a()\n  ```\n- [ ] b" + LETTERS

    assert "5:7: error: code begins in a line of its own, below the box" in refused(f"Q\n- [x] {code}")
    assert names(read(f"Q\n- [x]\n  {code}"))[0] == ("A", "A. a()")


def test_code_within_a_line_may_stand_between_three_backticks():
    post = read("Q\n- [x] ```a`b``` and c\n- [ ] d" + LETTERS)

    assert markup.render(post.poll.description).text == "A. a`b and c\nB. d"


def test_options_that_say_the_same_are_told_in_spite_of_their_letters():
    assert "'a' is already the option in line 5" in refused("Q\n- [x] a\n- [ ] a" + LETTERS)


@pytest.mark.parametrize(("value", "told"), [("yes", 0), ("no", 1)])
def test_what_is_told_of_options_goes_by_the_letters_that_are_set_beside_a_wrong_setting(value, told):
    _, problems = markdown.inspect(HEAD + f"Q\n- [x] {'a' * 101}\n- [ ] b\n```poll\nletters: {value}\nopen: x\n```")

    assert ["the option has 101" in problem.message for problem in problems].count(True) == told


def test_letters_that_would_be_shuffled_are_a_warning():
    thread, problems = markdown.inspect(HEAD + "Q\n- [x] a\n- [ ] b\n```poll\nletters: yes\nshuffle: yes\n```")

    assert thread is not None
    assert [(p.line, p.severity, p.message[:28]) for p in problems] == [(5, "warning", "letters of shuffled options ")]


pieces = st.sampled_from(["текст", "`x`", "**b**", "два слова", "x < y", "2*3*4", "[l](https://e.org)", "$x^2$", "👍"])
blocks = st.lists(pieces, min_size=1, max_size=40).map(" ".join) | st.sampled_from(
    ["\n  ```python\n  x = 1\n  ```", "a\n  ```\n  - [x] 1\n\n  2\n  ```", "a\n\n  b", "a\n  - b\n  - c", "a\n  1. b"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(blocks, min_size=2, max_size=12, unique_by=lambda body: " ".join(body.split())))
def test_nothing_of_any_option_is_lost_and_each_stands_behind_its_letter(bodies):
    post = read("Q\n\n" + "\n".join(f"- [x] {body}" for body in bodies) + LETTERS)
    above = post.poll.description or post.text
    shown = markup.render(above).text
    alone = [markup.render(body.replace("\n  ", "\n")).text for body in bodies]

    letters = list(ascii_uppercase[: len(bodies)])
    assert [option.voted for option in post.poll.options] == letters
    assert "".join(shown.split()) == "".join(
        f"{x}.{''.join(said.split())}" for x, said in zip(letters, alone, strict=True)
    )
    assert length(markup.render(post.poll.description).text) <= 1024


def test_code_between_the_question_and_its_options_belongs_to_the_poll():
    post = read("Сначала.\n\nЧто напечатает?\n\n```python\nprint(1)\n```\n\n- [x] [2, 1]\n- [ ] [1, 2]")

    assert post.poll.question == "Что напечатает?"
    assert markup.render(post.poll.description).text == "Сначала.\n\nprint(1)"
    assert [option.voted for option in post.poll.options] == ["[2, 1]", "[1, 2]"]


def test_of_two_lists_the_first_is_the_description_and_the_second_the_options():
    post = read("Даны:\n\n- A\n- B\n\nЧто верно?\n\n- [x] A\n- [ ] B")

    assert (post.poll.question, markup.render(post.poll.description).text) == ("Что верно?", "Даны:\n\n• A\n• B")


@pytest.mark.parametrize("options", ["- (x) да\n- ( ) нет", "- ( ) да\n- (х) нет", "1. () да\n2. (X) нет"])
def test_round_boxes_are_told_and_never_published_as_a_list(options):
    assert refused("Q\n\n" + options).count("is no option") == 2


@pytest.mark.parametrize("above", ["Q\n", "Q\n\n- [x] a\n- [ ] b\n\nAnd?\n"])
def test_boxes_without_dashes_are_told_and_never_published_as_text(above):
    assert refused(above + "[x] да\n[ ] нет").count("' is no option: write - [ ]") == 2


def test_a_list_that_only_speaks_of_x_is_a_list():
    assert read("- (x) is the input\n- (y) is the output").kind == "text"


def test_options_may_be_pictures_with_their_alternative_text_or_a_letter(tmp_path):
    (tmp_path / "curve (1).png").write_bytes(png())
    shown = ["![падает](<curve (1).png>)", "![](<curve (1).png>)", "$$x^2$$", r"$$\frac{a}{b} \int$$", "ни одна"]
    post = read("Q\n\n- [x] " + "\n- [ ] ".join(shown), tmp_path)

    curve = Image(path="curve (1).png")
    pictures = [curve, curve, Formula(latex="x^2"), Formula(latex=r"\frac{a}{b} \int"), None]
    assert [option.picture for option in post.poll.options] == pictures
    assert [option.voted for option in post.poll.options] == ["падает", "B", "C", "D", "ни одна"]
    assert [option.text for option in post.poll.options][2] == "C. x²"


def test_what_looks_like_a_picture_within_an_option_s_code_is_a_text():
    post = read("Q\n\n- [x] `![](a.png)` $$x$$\n- [ ] ![👍](tg://emoji?id=5368324170671202286) $$y$$")

    assert [option.text for option in post.poll.options] == ["![](a.png)", "👍"]


def test_with_letters_only_what_is_said_besides_a_picture_stands_above_the_poll():
    post = read("Q\n\n- [x] $$x$$\n- [ ] медленно $$y$$" + LETTERS)

    assert markup.render(post.poll.description).text == "B. медленно"
    assert post.shown == (Formula(latex="x"), Formula(latex="y"))


def test_a_poll_takes_the_picture_above_its_options_and_the_reveal_those_below():
    post = read("До.\n\n$$x$$\n\nQ\n\n- [x] a\n- [ ] b\n\nПотому что\n\n$$y$$\n\n$$z$$")

    assert (post.poll.picture, post.poll.explained) == (Formula(latex="x"), (Formula(latex="y"), Formula(latex="z")))
    assert (post.poll.description, post.poll.explanation) == ("До.", "Потому что")


def test_a_formula_between_question_and_options_or_within_the_question_is_the_polls_picture():
    between, within = read("Q\n\n$$x$$\n\n- [x] a\n- [ ] b"), read("Q $$x$$\n\n- [x] a\n- [ ] b")

    assert [(p.poll.question, p.poll.description, p.poll.picture) for p in (between, within)] == [
        ("Q", "", Formula(latex="x"))
    ] * 2


def test_who_may_vote_stands_in_the_fence():
    poll = read("Q\n- [x] a\n- [ ] b\n```poll\nmembers_only: true\ncountries: [KZ, no, FT]\n```").poll

    assert (poll.members_only, poll.countries) == (True, ("KZ", "NO", "FT"))


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ("[UK]", "'UK' is no country: write the two letters of ISO 3166-1, such as GB; FT lets anonymous numbers vote"),
        ("[KZ, KZ]", "a country stands here twice"),
        ("[KZ, RU, BY, AM, KG, UZ, TJ, TM, AZ, GE, MD, UA, FT]", "13 countries: Telegram allows at most 12"),
    ],
)
def test_a_country_that_telegram_would_not_know_is_told(codes, told):
    assert f"countries: {told}" in refused(f"Q\n- [x] a\n- [ ] b\n```poll\ncountries: {codes}\n```")
