"""
Files of kinds that public bug reports of such bots are about (`inputs/`), and what must be seen of each.

A file is told, with places and causes, or taken, with the right value; or both, where it is told in a warning.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.thread import markdown, markup
from bot.thread.reader import source

INPUTS = Path(__file__).parent / "inputs"

TOLD = {
    "14-footnote-alert": [
        "6:21: error: Telegram has no footnotes",
        "8:1: error: Telegram has no footnotes",
        "10:3: error: Telegram has no alerts: write its heading in bold",
    ],
    "21-image-space": ["8:1: error: this is no picture: write ![](<file name.png>)"],
    "23-link-space": ["6:10: error: this is no link: write [text](<https://…>), with < > or %20"],
    "24-latex-parens": [
        r"6:7: error: \(…\) is no maths here: write $…$",
        r"8:1: error: \[…\] is no maths here: write $$…$$",
    ],
    "33-code-in-options": [
        (
            "9:3: error: below an option stands nothing but one quote with its feedback: '    > …'; code and longer"
            " texts may stand there with letters: yes"
        ),
        "13:3: error: below an option stands nothing but one quote",
    ],
    "34-long-option": [
        "8:7: error: the option has 117 characters: Telegram allows 1 to 100; shorten it, or write letters: yes"
    ],
    "36-radio-options": [
        "8:1: error: '- (x) да' is no option: write - [ ] text, or - [x] text",
        "9:1: error: '- ( ) нет' is no option: write - [ ] text, or - [x] text",
    ],
    "37-nbsp-box": [
        "8:1: error: '-\\xa0[x] да' is no option (it has U+00A0): write - [ ] text",
        "9:1: error: '-\\xa0[ ] нет' is no option (it has U+00A0)",
    ],
    "40-blank-option": [
        "8:7: warning: U+200B, which nobody sees, stands here",
        "8:7: error: nothing is seen of this option (U+200B): write its text",
    ],
    "41-setext": ["7:1: error: '---------' does not separate posts: write exactly ---"],
    "43-rtl-override": ["9:7: error: U+202E turns round what follows it: delete it"],
    "53-etc-gmt": ["3:8: warning: the sign of Etc/GMT+3 is turned round: it means UTC-03:00; write +03:00 if you mean"],
    "55-dst-gap": [
        "3:8: error: start: 02:30 does not exist on 2027-03-28 in Europe/Berlin: clocks jump from 02:00 to 03:00"
    ],
    "56-dst-overlap": [
        "3:8: warning: 02:30 comes twice on 2027-10-31 in Europe/Berlin, where clocks go back: the first is taken"
    ],
    "57-norway": ["3:11: error: language cannot be 'no': allowed: en, ru"],
    "58-sexagesimal": ["3:14: error: poll.open: '12:30' is no duration: write 12h30m or 12m30s"],
    "60-colon-title": [
        '2:15: error: a colon followed by a space begins a value: put the whole value in quotes, title: "Тред №3: лосс"'
    ],
    "61-tab-indent": ["4:1: error: a tab, U+0009, indents this line"],
    "63-nbsp-after-colon": ["3:7: error: U+00A0 stands after the colon: write a plain space"],
    "64-duplicate": ["4:1: error: the key 'pause' stands here twice (first in line 3): delete one"],
    "65-zero-width-first": ["1:1: warning: U+200B, which nobody sees, stands here: delete it"],
    "66-date-key": [
        "3:1: error: unknown key 'date': write start instead",
        "4:1: error: unknown key 'tags': nothing here has it, delete the line",
    ],
    "67-cyrillic-m": ["3:8: error: pause: '5м' is no duration (it has the Cyrillic letter м, U+043C): write 5m"],
    "68-indent": ["3:3: error: the indentation makes this line a part of title above, which has a value"],
}

TAKEN = {
    **{
        name: ("title", name)
        for name in (
            "01-short-commands",
            "02-braced-index",
            "04-norm-prose",
            "07-price-after",
            "09-price-approx",
            "10-stars-poll",
            "11-stars-text",
            "13-link-in-table",
            "15-nested-lists",
            "16-loose-list",
            "17-nested-fence",
            "18-emoji-offsets",
            "19-one-spoiler-bar",
            "20-fence-attributes",
            "25-cases-cyrillic",
            "26-environments",
            "28-kazakh-formula",
            "30-emoji-options",
            "32-code-between",
            "38-two-lists",
        )
    },
    "50-msk": ("start", datetime(2027, 1, 10, 16, tzinfo=UTC)),
    "51-utc-plus-3": ("start", datetime(2027, 1, 10, 16, tzinfo=UTC)),
    "53-etc-gmt": ("start", datetime(2027, 1, 10, 22, tzinfo=UTC)),
    "54-kiev": ("start", datetime(2027, 1, 10, 17, tzinfo=UTC)),
    "56-dst-overlap": ("start", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    "59-version-title": ("title", "1.10"),
    "62-bom-crlf": ("title", "x"),
    "65-zero-width-first": ("title", "x"),
    "70-ops-poll": ("title", "ops"),
}


@pytest.mark.parametrize("path", sorted(INPUTS.glob("*.md")), ids=lambda path: path.stem)
def test_each_input_is_told_or_taken_as_it_must_be(path):
    thread, problems = markdown.inspect(source.load(path), path.parent)
    told = [f"{problem.line}:{problem.column}: {problem.severity}: {problem.message}" for problem in sorted(problems)]
    meant = TOLD.get(path.stem, [])

    assert [line[: len(start)] for line, start in zip(told, meant, strict=True)] == meant
    assert (thread is not None) == (path.stem in TAKEN)
    if thread:
        name, value = TAKEN[path.stem]
        shown = getattr(thread, name)
        assert (shown.astimezone(UTC) if isinstance(shown, datetime) else shown) == value


def test_line_ends_and_marks_of_windows_change_nothing():
    text, poll = markdown.read(INPUTS / "62-bom-crlf.md").posts
    shown = markup.render(text.text)

    assert shown.text == "b и c"
    assert [(entity.type, entity.offset, entity.length) for entity in shown.entities] == [
        ("bold", 0, 1),
        ("code", 4, 1),
    ]
    assert [option.text for option in poll.poll.options] == ["да", "нет"]
