"""From file to reveal, as a newcomer runs it: every process real, only small."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.folder import MARK, take

THREAD = """\
---
title: Toy thread
language: en
pause: 1m
poll: {open: 24h}
---
**Hello.** What should stand at the head?

---
What should stand at the head?

- [ ] Softmax, NLL
- [x] LogSoftmax, NLL
    > NLL wants logarithms.
- [ ] Softmax, CE
- [x] LogSoftmax, CE

CE takes logits.

```poll
id: heads
```

```experiment
run: heads
options: [softmax+nll, logsoftmax+nll, softmax+ce, logsoftmax+ce]
seeds: 2
set: {epochs: 2}
```

---
How was it?

- [ ] fine
- [ ] so-so

```poll
id: how
kind: opinion
```

---
$$ y = Wx $$

The end.

```post
after: polls
```
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """One demo of a small thread; yields its folder and its summary."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "thread.md").write_text(THREAD, "utf-8")
    command = [
        sys.executable,
        "-m",
        "bot",
        "demo",
        "thread.md",
        "--exit",
        "--port",
        "0",
        "--voters",
        "40",
        "--open",
        "5",
    ]
    done = subprocess.run(command, cwd=folder, env=clean(), capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr + (folder / "demo" / "bot.log").read_text()
    return folder, json.loads((folder / "demo" / "summary.json").read_text("utf-8"))


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("POLLBOT_")}


def posts(summary):
    return [publication["posts"] for publication in summary["publications"]]


def polls(summary):
    return [post["poll"] for of in posts(summary) for post in of if post["poll"]]


def test_every_post_is_sent_in_order_to_a_channel_and_a_group(demo):
    _, summary = demo

    assert [p["chat"] for p in summary["publications"]] == ["@ml_channel", "@ml_group"]
    for of in posts(summary):
        assert [(post["kind"], post["state"]) for post in of] == [
            ("text", "sent"), ("poll", "sent"), ("poll", "sent"), ("picture", "sent"),
        ]  # fmt: skip
        ids = [post["message_ids"][0] for post in of]
        assert ids == sorted(ids)


def test_its_admin_has_scheduled_it_in_the_private_chat_and_answered_what_readers_asked(demo):
    folder, _ = demo
    with closing(sqlite3.connect(folder / "demo" / "pollbot.db")) as connection:
        deeds = connection.execute("SELECT admin, publication_id, action FROM audit").fetchall()
        asked = connection.execute("SELECT state, option, thread FROM inquiries").fetchall()

    assert sorted(deeds, key=str) == [(1000, 1, "schedule"), (None, 2, "schedule")]  # the group, from the shell
    assert asked == [("answered", 0, None)] * 2


def test_every_vote_that_stands_is_stored(demo):
    _, summary = demo

    assert summary["votes_cast"] == summary["votes_stored"] > 100


def test_every_poll_is_revealed_with_a_picture(demo):
    folder, summary = demo

    assert [poll["state"] for poll in polls(summary)] == ["revealed"] * 4
    assert all((folder / poll["picture"]).read_bytes().startswith(b"\x89PNG") for poll in polls(summary))
    assert all(poll["reveal_message_ids"] for poll in polls(summary))


def test_the_measurement_supports_exactly_the_right_heads(demo):
    _, summary = demo

    supported = [[option["supported"] for option in poll["options"]] for poll in polls(summary)]
    assert supported == [["no", "yes", "no", "yes"], [None, None]] * 2
    assert [len(poll["findings"]) for poll in polls(summary)] == [4, 0, 4, 0]


def test_the_last_post_comes_after_every_reveal(demo):
    _, summary = demo

    for of in posts(summary):
        reveals = [number for post in of if post["poll"] for number in post["poll"]["reveal_message_ids"]]
        assert min(of[-1]["message_ids"]) > max(reveals)


def test_status_and_export_tell_the_same_from_the_database(demo):
    folder, summary = demo
    env = clean() | {"POLLBOT_DATABASE_URL": f"sqlite:///{folder / 'demo' / 'pollbot.db'}"}

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "bot", *words]
        return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=True).stdout

    told = json.loads(run("status", "--json"))
    ballots = run("export", "2", "--votes").splitlines()
    assert [p["state"] for p in told["publications"]] == ["done", "done"]
    assert len(ballots) - 1 == sum(post["poll"]["voters"] for post in posts(summary)[1] if post["poll"])
    assert ballots[0] == "poll,voter,options,at"
    assert run("export", "1").splitlines()[1].startswith("heads,")


def test_nothing_of_the_demo_is_left_running(demo):
    folder, _ = demo
    here = str(folder)

    def where(process: Path) -> str:
        try:
            return str((process / "cwd").readlink())
        except OSError:  # gone meanwhile, or somebody else's
            return ""

    assert [p.name for p in Path("/proc").glob("[0-9]*") if where(p).startswith(here)] == []


def test_the_next_demo_would_know_all_that_is_left(demo, tmp_path):
    folder, _ = demo
    left = Path(shutil.copytree(folder / "demo", tmp_path / "demo"))
    take(left).close()

    assert [path.name for path in left.iterdir()] == [MARK]
