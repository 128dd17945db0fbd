"""
What is published: threads in which every message carries a mark of its own, so that each can be counted.

`⟦2.5.1⟧` stands in post 5 of publication 2, `⟦2.5.r1⟧` in its reveal. Every part of a long post or reveal has one.
"""

from __future__ import annotations

import re
from random import Random

MARK = re.compile(r"⟦(\d+\.\d+\.r?\d+)⟧")
PLAIN = ("text", "long", "album", "photo")
KINDS = ("poll", "text", "measured", "long", "quiz", "album", "multiple", "photo", "anonymous", "opinion")
FIELDS = {"quiz": "kind: quiz", "opinion": "kind: opinion"}
FIELDS |= {"multiple": "multiple: true", "anonymous": "anonymous: true"}
HEAD = '---\ntitle: "Torture {number}"\nlanguage: en\n---\n'
LAST = "⟦{post}.1⟧ The end.\n\n```post\nafter: polls\npause: 1s\n```\n"
POLL = """\
⟦{post}.1⟧ Which?

{options}

⟦{post}.r1⟧ Because.

⟦{post}.r2⟧ {more}

⟦{post}.r3⟧ {more}

```poll
id: p{position}
open: {open}s
{fields}
```
"""
MEASURED = """
```experiment
run: heads
options: [softmax+nll, logsoftmax+nll]
seeds: 1
set: {{epochs: 1, lr: 0.{rate}}}
{despite}
```
"""


def thread(number: int, length: int, quiet: int, rng: Random) -> str:
    """Publication `number` as Markdown: no poll among its first `quiet` posts; its last one waits for all reveals."""
    rest = [KINDS[n % len(KINDS)] for n in range(length - 1 - quiet)]
    rng.shuffle(rest)
    order = [*rng.choices(PLAIN, k=quiet), *rest]
    posts = [_post(kind, f"{number}.{position}", position, rng) for position, kind in enumerate(order, 1)]
    return HEAD.format(number=number) + "\n---\n".join([*posts, LAST.format(post=f"{number}.{length}")])


def marks(text: str) -> list[str]:
    return MARK.findall(text)


def place(publication: int, position: int, purpose: str) -> str:
    """How the marks of a post or reveal begin."""
    return f"{publication}.{position}.{'r' if purpose == 'reveal' else ''}"


def _post(kind: str, post: str, position: int, rng: Random) -> str:
    body = _words(kind, post) if kind in PLAIN else _poll(kind, post, position, rng)
    return f"{body}\n\n```post\npause: {rng.randint(1, 3)}s\n```\n"


def _words(kind: str, post: str) -> str:
    if kind == "long":  # two of the three fit into one message
        return "\n\n".join(f"⟦{post}.{part}⟧ {'many words ' * 170}" for part in (1, 2, 3))
    pictures = {"text": 0, "photo": 1, "album": 2}[kind]
    return "".join(f"$$ y = {n}x $$\n\n" for n in range(pictures)) + f"⟦{post}.1⟧ Some **words**."


def _poll(kind: str, post: str, position: int, rng: Random) -> str:
    count = 2 if kind == "measured" else rng.randint(2, 6)
    right = " " if kind == "opinion" else "x"
    options = "\n".join(f"- [{right if n == 0 else ' '}] option {n}" for n in range(count))
    more = "and so on " * rng.choice((1, 60))  # twice 600 characters do not fit into a caption: a reveal of two parts
    fields = FIELDS.get(kind, "hide_results: true")
    body = POLL.format(post=post, options=options, position=position, open=rng.randint(5, 8), fields=fields, more=more)
    despite = rng.choice(("", 'despite: "so it was planned"'))  # else an admin is asked where the measurement disagrees
    return body + (MEASURED.format(rate=rng.randint(1, 9), despite=despite) if kind == "measured" else "")
