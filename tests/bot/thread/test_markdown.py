"""A thread file becomes exactly the thread that its author meant."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.thread import markdown
from bot.thread.model import Experiment, Formula, Image, Option, Poll, Post, Thread
from tests.factory import png

PNG = png()
HEAD = "---\ntitle: T\n---\n"
EXAMPLE = """---
title: Тред №3. Что стоит знать во фреймворке
language: ru
start: 2026-12-01 19:00 Europe/Moscow   # may be left out and given when scheduling
pause: 5m                               # between posts
poll: {open: 24h, hide_results: true}   # defaults for every poll of the thread
---
Что стоит знать в фреймворке (для определённости PyTorch): …

---
Для тех, кто на доске: $$W_{t+1} = W_t - \\eta\\, \\frac{\\partial L}{\\partial y}\\, x^\\top$$

---
Пояснения: FC = Linear. Если не понимаете, о чём речь, ответьте реплаем с вопросом.

Что должно быть в голове у сети для многоклассовой классификации?

- [ ] FC, Softmax, NLLLoss
    > Лосс равен −p и не штрафует уверенную ошибку.
- [x] FC, LogSoftmax, NLLLoss
- [ ] FC, Softmax, CrossEntropyLoss
- [x] FC, LogSoftmax, CrossEntropyLoss

NLL ждёт логарифмы вероятностей, CE — сырые логиты. LogSoftmax можно применять повторно …

```poll
id: heads
open: 24h
```

```experiment
run: heads
options: [softmax+nll, logsoftmax+nll, softmax+ce, logsoftmax+ce]
seeds: 16
```
"""
HEADS = Poll(
    id="heads",
    question="Что должно быть в голове у сети для многоклассовой классификации?",
    description="Пояснения: FC = Linear. Если не понимаете, о чём речь, ответьте реплаем с вопросом.",
    options=(
        Option(text="FC, Softmax, NLLLoss", feedback="Лосс равен −p и не штрафует уверенную ошибку."),
        Option(text="FC, LogSoftmax, NLLLoss", correct=True),
        Option(text="FC, Softmax, CrossEntropyLoss"),
        Option(text="FC, LogSoftmax, CrossEntropyLoss", correct=True),
    ),
    explanation="NLL ждёт логарифмы вероятностей, CE — сырые логиты. LogSoftmax можно применять повторно …",
    open=timedelta(hours=24),
    hide_results=True,
    experiment=Experiment(
        run="heads", options=("softmax+nll", "logsoftmax+nll", "softmax+ce", "logsoftmax+ce"), seeds=16
    ),
)
PAUSE = timedelta(minutes=5)
MEANT = Thread(
    title="Тред №3. Что стоит знать во фреймворке",
    language="ru",
    start=datetime(2026, 12, 1, 19, tzinfo=ZoneInfo("Europe/Moscow")),
    posts=(
        Post(line=8, text="Что стоит знать в фреймворке (для определённости PyTorch): …", pause=PAUSE),
        Post(
            line=11,
            text="Для тех, кто на доске:",
            pictures=(Formula(latex=r"W_{t+1} = W_t - \eta\, \frac{\partial L}{\partial y}\, x^\top"),),
            pause=PAUSE,
        ),
        Post(line=14, poll=HEADS, pause=PAUSE),
    ),
)


def posts(text: str) -> tuple[Post, ...]:
    return markdown.parse(HEAD + text, "t.md").posts


def poll(text: str) -> Poll:
    (post,) = posts(text)
    assert post.poll
    return post.poll


def test_the_example_of_the_design_is_read_as_it_is_meant():
    assert markdown.parse(EXAMPLE, "t.md") == MEANT


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("---\ntitle", "\ufeff---\ntitle"), ("---\n", "---  \n")])
def test_line_ends_a_byte_order_mark_and_blanks_after_a_separator_change_nothing(change):
    assert markdown.parse(EXAMPLE.replace(*change), "t.md") == MEANT


def test_a_line_of_three_hyphens_under_a_paragraph_separates_and_makes_no_heading():
    assert [post.text for post in posts("one\n---\ntwo")] == ["one", "two"]


def test_a_line_of_three_hyphens_in_a_fence_is_code():
    assert posts("```yaml\n---\na: 1\n```")[0].text == "```yaml\n---\na: 1\n```"


def test_a_plain_list_is_a_text_and_a_python_fence_is_code():
    (post,) = posts("- one\n- two\n\n```python\nx = 1\n```")

    assert post.kind == "text"
    assert post.text == "- one\n- two\n\n```python\nx = 1\n```"


def test_formulas_and_pictures_leave_the_text_in_their_order(tmp_path):
    (tmp_path / "a.png").write_bytes(PNG)
    source = HEAD + "Before\n\n$$\nx^2\n$$\n\n![what it shows](a.png)\n\nAfter $$y$$ it"

    (post,) = markdown.parse(source, "t.md", tmp_path).posts

    assert post.pictures == (Formula(latex="x^2"), Image(path="a.png"), Formula(latex="y"))
    assert post.text == "Before\n\nAfter it"


def test_what_looks_like_a_formula_within_code_stays_beside_one_that_is_taken_out():
    (post,) = posts("Write `$$x$$`, and see $$y$$ it\n$$z$$")

    assert post.pictures == (Formula(latex="y"), Formula(latex="z"))
    assert post.text == "Write `$$x$$`, and see it"


def test_a_post_fence_sets_its_pause_and_what_it_waits_for():
    _, post = posts("Q\n- [x] a\n- [ ] b\n---\nEnd\n\n```post\npause: 1h30m\nafter: polls\n```")

    assert post == Post(line=8, text="End", pause=timedelta(minutes=90), after="polls")


def test_a_polls_own_settings_win_over_those_of_the_thread():
    head = "---\ntitle: T\npoll: {open: 2d, kind: opinion, shuffle: true}\n---\n"
    (post,) = markdown.parse(head + "Q\n- [ ] a\n- [ ] b\n\n```poll\nopen: 1h\n```", "t.md").posts

    assert post.poll == Poll(
        id="poll-1", question="Q", options=(Option(text="a"), Option(text="b")),
        open=timedelta(hours=1), kind="opinion", shuffle=True,
    )  # fmt: skip


def test_polls_without_an_id_are_numbered_among_the_polls():
    found = posts(
        "text\n---\nQ\n- [x] a\n- [ ] b\n---\nQ\n- [x] a\n- [ ] b\n\n```poll\nid: mine\n```\n---\nQ\n- [x] a\n- [ ] b"
    )

    assert [post.poll.id for post in found if post.poll] == ["poll-1", "mine", "poll-3"]


def test_questions_and_options_become_plain_text():
    found = poll("**Is** `2**3` $\\ge$\n[eight](https://e.org)?\n\n- [x] *yes* &amp; `a_b`\n- [ ] > 5")

    assert found.question == "Is 2**3 ≥ eight?"
    assert [option.text for option in found.options] == ["yes & a_b", "> 5"]


def test_everything_above_the_question_is_the_description_and_all_below_the_options_the_explanation():
    found = poll("One\n\n- two\n\nQ?\n\n- [x] a\n- [ ] b\n\nThree\n\n```poll\nid: x\n```\n\n```python\nfour\n```")

    assert found.description == "One\n\n- two"
    assert found.explanation == "Three\n\n```python\nfour\n```"


def test_feedback_keeps_its_markup_and_lines():
    found = poll("Q\n\n- [x] a\n    > **one**\n    > - two\n- [ ] b\n\n    > three")

    assert [option.feedback for option in found.options] == ["**one**\n- two", "three"]


def test_a_picture_may_have_a_russian_name_with_spaces(tmp_path):
    (tmp_path / "моя картинка.png").write_bytes(PNG)
    (post,) = markdown.parse(HEAD + "![](<моя картинка.png>)", "t.md", tmp_path).posts

    assert post == Post(line=4, pictures=(Image(path="моя картинка.png"),), pause=PAUSE)


def test_yaml_words_are_not_turned_into_other_things():
    thread = markdown.parse("---\ntitle: 2026\nstart: 2026-12-01T19:00:00+03:00\n---\nx", "t.md")

    assert thread.title == "2026"
    assert thread.start == datetime(2026, 12, 1, 19, tzinfo=ZoneInfo("Europe/Moscow"))


def test_comments_spoilers_and_custom_emoji_are_an_authors_right():
    source = (
        "<!-- a note, <!-- all of it -->\n\n||x|| <tg-spoiler>y</tg-spoiler> ![👍](tg://emoji?id=5368324170671202286)"
    )

    assert len(posts(source)) == 1
