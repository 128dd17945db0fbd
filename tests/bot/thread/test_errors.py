"""Whatever is wrong with a file is told at once, each thing in its place and with what to do."""

import pytest

from bot.errors import ThreadError
from bot.thread import markdown

HEAD = "---\ntitle: T\n---\n"  # the post begins in line 4
POLL = HEAD + "Q\n- [x] a\n- [ ] b\n\n"  # a fence begins in line 8
TASKS = HEAD + "Q\n"  # the options begin in line 5
TWICE = POLL + "```poll\nid: x\n```\n---\nQ\n- [x] a\n- [ ] b\n\n```poll\nid: x\n```"
RUN = POLL + "```experiment\nrun: zero_init\noptions: [learns, dead]\n"  # more settings begin in line 11


def said(source: str) -> list[str]:
    with pytest.raises(ThreadError) as caught:
        markdown.parse(source, "t.md")
    return str(caught.value).splitlines()


ONE_PROBLEM = [
    # the file
    ("", "1:1", "the file is empty"),
    ("Hello", "1:1", "a thread begins with front matter"),
    ("---\ntitle: T\n", "1:1", "the front matter that begins here never ends"),
    (HEAD, "3:1", "this post is empty"),
    (HEAD + "a\n---\n\n---\nb", "5:1", "this post is empty"),
    (HEAD + "a\x07b", "4:2", "the control character U+0007 cannot be sent"),
    (HEAD + "a\n----\nb", "5:1", "'----' does not separate posts: write exactly ---"),
    (HEAD + "a\n\n—\n\nb", "6:1", "'—' does not separate posts"),
    (HEAD + "a\n\n```python\nb\n---\nc", "6:1", "this ``` fence is never closed"),
    (HEAD + "$x$ " * 2_001, "4:8001", "more than 4000 signs $ stand in this file"),
    (HEAD + "x" * 140_000, "1:1", "the text is longer than 131072 bytes"),
    # front matter
    ("---\nlanguage: ru\n---\nx", "1:1", "title is missing"),
    ("---\ntitle:\n---\nx", "2:7", "title has no value"),
    ("---\ntitle: " + "x" * 129 + "\n---\nx", "2:8", "title cannot be 'xxx"),
    ("---\ntitle: Thread #3\n---\nx", "2:15", "what follows # would be lost as a comment"),
    ("---\ntitle: a: b\n---\nx", "2:9", "a colon followed by a space begins a value"),
    ("---\ntitle: @ml\n---\nx", "2:8", "a value cannot begin with '@': put the whole value in quotes, title: \"@ml\""),
    ("---\ntitle: *ml*\n---\nx", "2:8", "a value cannot begin with '*'"),
    ("---\ntitle: &ml x\n---\nx", "2:8", "a value cannot begin with & or ! here"),
    ("---\ntitle: [T\n---\nx", "2:8", "'[' is never closed: close it, or put the whole value in quotes, title: \"[T\""),
    ("---\n- title\n---\nx", "2:1", "settings are lines of the form key: value"),
    ("---\ntitle: T\ntitle: U\n---\nx", "3:1", "the key 'title' stands here twice (first in line 2)"),
    ("---\ntitle: T\nlanguge: ru\n---\nx", "3:1", "unknown key 'languge': did you mean 'language'?"),
    ("---\ntitle: T\nlanguage: rus\n---\nx", "3:11", "language cannot be 'rus': did you mean 'ru'?"),
    ("---\ntitle: T\npause: 5\n---\nx", "3:8", "pause: '5' is no duration: write a number with its unit"),
    ("---\ntitle: T\npoll: {open: 4s}\n---\nx", "3:14", "poll.open: '4s' is outside of what Telegram allows"),
    ("---\ntitle: T\npoll: {open: 731h}\n---\nx", "3:14", "poll.open: '731h' is outside"),
    ("---\ntitle: T\npoll: {hide_result: true}\n---\nx", "3:8", "unknown key 'hide_result': did you mean"),
    ("---\ntitle: T\npoll: {shuffle: often}\n---\nx", "3:17", "poll.shuffle cannot be 'often': it is true or false"),
    # time
    ("---\ntitle: T\nstart: tomorrow\n---\nx", "3:8", "start: 'tomorrow' is no time: write it as 2026-12-01"),
    ("---\ntitle: T\nstart: 2026-12-01 19:00\n---\nx", "3:8", "start: '2026-12-01 19:00' has no time zone"),
    ("---\ntitle: T\nstart: 2026-02-30 19:00 UTC\n---\nx", "3:8", "start: '2026-02-30 19:00 UTC' is no time: day"),
    ("---\ntitle: T\nstart: 2026-12-01 19:00 Moskow\n---\nx", "3:8", "start: unknown time zone 'Moskow': did you mean"),
    ("---\ntitle: T\nstart: 2026-03-29 02:30 Europe/Berlin\n---\nx", "3:8", "start: 02:30 does not exist on"),
    # text that Telegram would not show as written
    (HEAD + "**Привет!**мир", "4:1", "** does not make text bold here"),
    (HEAD + "a\nb ~~c", "5:3", "~~ does not make text struck through here"),
    (HEAD + "The __init__ method", "4:5", "__init__ would become a bold 'init'"),
    (HEAD + "a <b>c</b>", "4:3", "Telegram would drop the HTML <b>: write **bold** instead"),
    (HEAD + "<div>\nx\n</div>", "4:1", "Telegram would drop the HTML <div>"),
    (HEAD + "<!-- a note\n\nx", "4:1", "Telegram would drop the HTML '<!-- a note"),
    (HEAD + "[x](a.html)", "4:5", "Telegram opens no link to 'a.html'"),
    (HEAD + r"a $x + \ov{x}$", "4:8", r"unknown command \ov"),
    (HEAD + "a $$x", "4:3", "this $$ has no other $$"),
    # pictures
    (HEAD + "x\n\n![a](none.png)", "6:6", "there is no file 'none.png' beside the thread"),
    (HEAD + "![a](https://e.org/a.png)", "4:6", "'https://e.org/a.png' is not beside the thread"),
    (HEAD + "![a](../a.png)", "4:6", "'../a.png' is not beside the thread"),
    (HEAD + "x ![a](a.png) y", "4:8", "a picture beside text"),
    (HEAD + "![👍](tg://emoji?id=thumb)", "4:6", "'tg://emoji?id=thumb' is not beside the thread"),
    (HEAD + "- x\n- ![a](a.png)", "5:3", "a picture in a list, quote, table or heading"),
    (HEAD + "- x\n- $$a$$ b", "5:3", "a formula in a list, quote, table or heading"),
    (HEAD + "$$\n\\fooo x\n$$", "5:1", r"unknown command \fooo"),
    (HEAD + "$$x$$\n\n" * 11, "24:1", "more than 10 pictures"),
    # polls
    (HEAD + "- [x] a\n- [ ] b", "4:1", "a poll needs a question"),
    (HEAD + "x" * 301 + "\n- [x] a\n- [ ] b", "4:1", "the question has 301 characters: Telegram allows 1 to 300"),
    (HEAD + "x" * 1025 + "\n\nQ\n- [x] a\n- [ ] b", "4:1", "the text above the question has 1025 characters"),
    (TASKS + "- [x] a", "5:1", "the poll has 1 option: 2 to 12 are allowed"),
    (TASKS + "- [x] a\n" + "".join(f"- [ ] {n}\n" for n in range(12)), "5:1", "the poll has 13 options"),
    (TASKS + "".join(f"- [x] {n}\n" for n in range(300)), "5:1", "the poll has 300 options: 2 to 12 are allowed"),
    (TASKS + "- [x] a\n- [ ] " + "x" * 101, "6:7", "the option has 101 characters: Telegram allows 1 to 100"),
    (TASKS + "- [x] a\n- [ ] `a`", "6:7", "'a' is already the option in line 5"),
    (TASKS + "- [ ] a\n- [ ] b", "5:1", "no option is marked as the right answer"),
    (POLL + "```poll\nkind: opinion\n```", "5:3", "an opinion has no right answer"),
    (TASKS + "- [x] a\n- b", "6:1", "'- b' has no box"),
    (TASKS + "- [ ] a\n- [х] b", "6:1", "'- [х] b' is no option ([х] is the Cyrillic letter)"),
    (TASKS + "- [x] a\n- [] b", "6:1", "'- [] b' is no option"),
    (TASKS + "-[x] a", "5:1", "'-[x] a' is no option"),
    (TASKS + "- [x] a\nmore\n- [ ] b", "6:1", "an option is a single line"),
    (TASKS + "- [x] a\n    - c\n- [ ] b", "6:5", "below an option stands nothing but one quote"),
    (TASKS + "- [x] a\n- [ ] b\n> late", "7:1", "this quote belongs to no option"),
    (TASKS + "- [x] a\n- [ ] b\n\nx\n\n- [x] c\n- [ ] d", "10:1", "a second task list"),
    (HEAD + "> - [x] a", "4:5", "a task list in a list or quote is no poll"),
    (HEAD + "$$x$$\n\n$$y$$\n\nQ\n- [x] a\n- [ ] b", "6:1", "a poll has one picture, and 2 stand above its options"),
    (POLL + "![a](a.png)", "8:6", "there is no file 'a.png' beside the thread"),
    (TASKS + "- [x] ![a](a.png)\n- [ ] b", "5:12", "there is no file 'a.png' beside the thread"),
    (TASKS + "- [x] $$x$$ $$y$$\n- [ ] b", "5:1", "an option has one picture: this one has 2"),
    (HEAD + "```\nQ\n```\n- [x] a\n- [ ] b", "7:1", "a poll needs a question"),
    (POLL + "[x]\n\n[x]: https://e.org", "10:1", "in a poll's post write links in full"),
    # fences
    (HEAD + "x\n\n```poll\nid: a\n```", "6:1", "a ```poll fence without a poll"),
    (HEAD + "x\n\n```experiment\nrun: heads\n```", "6:1", "a ```experiment fence without a poll"),
    (HEAD + "x\n\n```pol\nid: a\n```", "6:1", "a ```pol fence would be shown as code: did you mean ```poll?"),
    (POLL + "```poll\nid: a\n```\n```poll\nopen: 1h\n```", "11:1", "a second ```poll fence in this post"),
    (POLL + "> ```poll\n> id: a\n> ```", "8:3", "a ```poll fence in a list or quote"),
    (POLL + "```poll\nid: A b\n```", "9:5", "id cannot be 'A b'"),
    (TWICE, "17:5", "the poll in line 9 already has the id 'x'"),
    (POLL + "```poll\n  id: a\n opne: 1h\n```", "10:2", "the indentation, 1 space, is that of no line above"),
    (HEAD + "x\n\n```post\nafter: polls\n```", "7:8", "after: polls, but no poll comes before"),
    # experiments
    (POLL + "```experiment\nrun: zero_int\noptions: [a, b]\n```", "9:6", "unknown experiment 'zero_int': did you mean"),
    (POLL + "```experiment\nrun: zero_init\n```", "8:1", "options is missing"),
    (POLL + "```experiment\nrun: zero_init\noptions: [learns]\n```", "10:10", "1 key for 2 options of the poll"),
    (POLL + "```experiment\nrun: zero_init\noptions: [learns, dea]\n```", "10:19", "'zero_init' has no option key"),
    (POLL + "```experiment\nrun: zero_init\noptions: [dead, dead]\n```", "10:17", "the key 'dead' stands here twice"),
    (RUN + "seeds: 257\n```", "11:8", "seeds cannot be '257': input should be less than or equal to 256"),
    (RUN + "set: {epoch: 3}\n```", "11:7", "unknown key 'epoch': did you mean 'epochs'?"),
    (RUN + "set: {activation: rellu}\n```", "11:19", "set.activation cannot be 'rellu': did you mean 'relu'?"),
    (RUN + "set: {zeroed: [1, 4]}\n```", "11:19", "set.zeroed.1 cannot be 4: allowed: 1, 2 or 3"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "place", "message"), ONE_PROBLEM, ids=[case[2][:50] for case in ONE_PROBLEM])
def test_one_problem_is_told_at_its_place(source, place, message):
    (line,) = said(source)

    assert line.startswith(f"t.md:{place}: error: {message}")


def test_every_problem_of_a_file_is_told_in_order():
    source = "---\ntitle: T\npause: 5\nlanguge: ru\n---\n<b>a</b> <i>b</i> <b>c</b>\n---\nQ\n- [x] a\n- [ ] a"

    assert [line.split(" ")[0] for line in said(source)] == [
        "t.md:3:8:", "t.md:4:1:", "t.md:6:1:", "t.md:6:10:", "t.md:6:19:", "t.md:10:7:",
    ]  # fmt: skip


def test_an_escaped_star_is_meant_and_no_error():
    assert markdown.parse(HEAD + r"2\*\*3 and `2**3`", "t.md").posts[0].text == r"2\*\*3 and `2**3`"


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (b"---\ntitle: \xff\n---\n", "2:8", "byte 0xff is not UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "1:1", "byte 0x89 is not UTF-8"),
        (b"---\ntitle: T\n---\nx\x00", "4:2", "the control character U+0000 cannot be sent"),
        (b"x" * 200_000, "1:1", "the file has 200000 bytes: a thread has at most 131072"),
        (b"", "1:1", "the file is empty"),
    ],
)
def test_a_file_that_is_no_text_gets_one_clear_problem(tmp_path, content, place, message):
    path = tmp_path / "t.md"
    path.write_bytes(content)

    with pytest.raises(ThreadError) as caught:
        markdown.read(path)

    assert f"{path}:{place}: error: {message}" in str(caught.value)


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(ThreadError, match="No such file or directory"):
        markdown.read(tmp_path / "none.md")
    with pytest.raises(ThreadError, match="is not a file: name a thread"):
        markdown.read(tmp_path)
