"""Whoever fills the folder in which pollbot is started gets no code run there, no setting, and no secret."""

import ast
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import packages_distributions
from pathlib import Path

import httpx
import pytest

from bot import settings
from bot.store import heartbeat, store
from experiments import launch
from tests import made
from tests.bot.descendants import environment, living, marked, words
from tests.patience import PATIENCE_S, eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
ROOT = Path(__file__).parents[2]
OURS = ("bot", "emulator", "experiments", "languages", "migrations")
TOKEN, KEY, CLOUD = "4242:demo", "the voters' key, of some length", "cloud-secret"
SECRETS = {
    "POLLBOT_TOKEN": TOKEN,
    "POLLBOT_VOTER_KEY": KEY,
    "CLOUD_KEY": CLOUD,
    "HTTPS_PROXY": "http://ann:pw@127.0.0.1:9",
}
TRAP = "import os\nopen({marker!r}, 'a').write(__name__ + chr(10))\nos._exit(7)\n"
ENV = "POLLBOT_ENGINE=dask://127.0.0.1:9\nPOLLBOT_API_URL=http://127.0.0.1:9\nPOLLBOT_DATABASE_URL=sqlite:///evil.db\n"
THREAD = """---
title: T
language: en
start: 2099-01-01 13:00 Europe/Moscow
---
How many?

- [x] zero
- [ ] infinitely many

```experiment
run: where_nan
options: [nan, inf]
seeds: 256
```
"""
QUIZ = "::q:: How many? {=zero ~one}"


class Place:
    """A folder that a stranger has filled: a trap by every name that any process of ours imports, and a `.env`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.marker = folder, folder / "MARKER"
        self.started: list[subprocess.Popen[str]] = []
        trap = folder / "trap"
        trap.write_text(TRAP.format(marker=str(self.marker)))
        for name in {*sys.stdlib_module_names, *packages_distributions(), "sitecustomize"} - {*OURS}:
            if name.isidentifier():
                (folder / f"{name}.py").hardlink_to(trap)
        for name in OURS:
            (folder / name).mkdir()
            (folder / name / "__init__.py").hardlink_to(trap)
        (folder / ".env").write_text(ENV)
        (folder / ".env").chmod(0o600)
        (folder / "matplotlibrc").write_text("figure.dpi: 20\nsavefig.dpi: 20\n")
        (folder / "thread.md").write_text(THREAD)
        (folder / "quiz.gift").write_text(QUIZ)

    def start(self, *line: str, python: tuple[str, ...] = (), **given: str) -> subprocess.Popen[str]:
        """As the console script starts it: its own folder is first on the path, and not this one."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("POLLBOT_")}
        env = own | {"PYTHONPATH": str(ROOT)} | marked(self.folder) | given
        command = [*(python or launch.command("bot")), *line]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        self.started.append(subprocess.Popen(command, cwd=self.folder, env=env, text=True, **pipes))
        return self.started[-1]

    def run(self, *line: str, **given: str) -> tuple[int, str]:
        process = self.start(*line, **given)
        told, _ = process.communicate(timeout=PATIENCE_S)
        return process.returncode, told

    @property
    def trapped(self) -> str:
        return self.marker.read_text() if self.marker.exists() else ""

    def end(self) -> None:
        for number in living(self.folder):
            os.kill(number, signal.SIGKILL)
        for process in self.started:
            process.wait()
            process.stdout.close()


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    yield place
    place.end()


def test_the_traps_work(place):
    """A Python that is started as anybody would start it runs what lies there."""
    process = place.start("--help", python=(sys.executable, "-m", "bot"))
    process.communicate()

    assert (process.returncode, place.trapped != "") == (7, True)


@pytest.mark.parametrize(
    "line",
    [
        "check thread.md --experiments",
        "import quiz.gift --out draft.md",
        "experiment",
        "experiment where_nan --seeds 4",
        "experiment timing --seeds 1 --set calls=20",
        "--version",
    ],
)
def test_a_command_that_is_local_takes_neither_code_nor_settings_from_the_folder(place, line):
    code, told = place.run(*line.split())

    assert (code, place.trapped) == (0, ""), told
    assert ".env" not in told


def test_a_picture_looks_the_same_in_every_folder(place, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for folder in (place.folder, elsewhere):
        process = Place.start(place, "experiment", "where_nan", "--seeds", "4", "--out", str(folder / "out.png"))
        told, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, told
        (place.folder / "matplotlibrc").unlink(missing_ok=True)

    assert (place.folder / "out.png").read_bytes() == (elsewhere / "out.png").read_bytes()


def test_a_preview_takes_neither_code_nor_settings_from_the_folder(place):
    process = place.start("preview", "thread.md", "--port", "0", **SECRETS)
    line = process.stdout.readline()
    url = line.split("see it: ")[1].split("/?")[0]
    chat = f"{url}/sim/chats/@ml_channel/messages"
    shown = eventually(lambda: [m for m in httpx.get(chat, trust_env=False).json()["messages"] if "photo" in m])

    assert (place.trapped, bool(shown)) == ("", True)  # a picture, so somebody has drawn
    others = [number for number in living(place.folder) if number != process.pid]
    assert len(others) >= 2  # the emulator, and who draws
    assert [told for number in others if (told := secrets(number))] == []


def test_a_demo_takes_neither_code_nor_settings_from_the_folder(place):
    (place.folder / "thread.md").write_text(
        THREAD.partition("```")[0].replace("start: 2099-01-01 13:00 Europe/Moscow\n", "")
    )
    line = ("demo", "thread.md", "--exit", "--port", "0", "--open", "1", "--voters", "3")
    code, told = place.run(*line, **SECRETS)

    assert (code, place.trapped) == (0, ""), told


def secrets(number: int) -> list[str]:
    """What a process was handed and should not have been."""
    own = environment(number)
    hidden = [name for name, value in own.items() if value in SECRETS.values()]
    return hidden + [name for name in own if name.startswith("POLLBOT_") and name not in ALLOWED]


ALLOWED = {f"POLLBOT_{name.upper()}" for name in settings.WorkerSettings.model_fields}


def beaten(place: Place) -> bool:
    with store.opened(f"sqlite:///{place.folder}/pollbot.db") as database, store.reading(database) as connection:
        return bool(store.fact(connection, "beat"))


@pytest.fixture
def serving(place, api):
    """How a bot is run here: with a database, and with secrets in its environment."""
    made.fresh(f"sqlite:///{place.folder}/pollbot.db").dispose()
    return {**SECRETS, "POLLBOT_API_URL": api, "NO_PROXY": "127.0.0.1"}


@pytest.mark.parametrize("command", ["run", "worker"])
def test_a_worker_and_its_children_run_no_code_of_the_folder_and_know_no_secret(place, serving, command):
    process = place.start(command, **serving)
    born = eventually(lambda: len([n for n in living(place.folder) if "experiments.engines.child" in words(n)]) > 1)
    assert (born, place.trapped) == (True, ""), process.communicate(process.kill())
    assert eventually(lambda: beaten(place))
    children = [number for number in living(place.folder) if number != process.pid]
    by_module = {words(number)[3]: {*environment(number)} for number in children if len(words(number)) > 3}
    given = {name for name in by_module["experiments.engines.child"] if name.startswith("POLLBOT_")}

    assert {number: told for number in children if (told := secrets(number))} == {}
    assert given == set()
    assert by_module.keys() == {"experiments.engines.child"} | ({"bot.worker"} if command == "run" else set())
    if command == "worker":
        assert secrets(process.pid) == []


@pytest.mark.parametrize(
    "line",
    [
        "schedule thread.md --chat @group --far",
        "status",
        "status --json",
        "backup copy.db",
        "health",
        "health --worker",
    ],
)  # fmt: skip
def test_a_command_on_the_database_runs_no_code_of_the_folder(place, serving, sim, line):
    with store.opened(f"sqlite:///{place.folder}/pollbot.db") as database:
        for who in ("bot", "worker"):
            heartbeat.beat(database, who, datetime.now(UTC))
    code, told = place.run(*line.split(), **serving)

    assert (code, place.trapped) == (0, ""), told
    assert ("is not read, for POLLBOT_TOKEN comes from elsewhere" in told) == line.startswith("schedule")


@pytest.mark.parametrize("line", ["doctor", "mend 1 1 --send", "export 1"])
def test_a_command_that_has_something_to_say_runs_no_code_of_the_folder(place, serving, line):
    code, told = place.run(*line.split(), **serving)

    assert (code, place.trapped) == (1, ""), told


STARTERS = re.compile(r"\b(subprocess\.(Popen|run|check_output)|create_subprocess_\w+|os\.(posix_spawn|exec\w+))\(")


def functions():
    """Each function of the sources, by file and text."""
    for path in (path for part in OURS for path in (ROOT / part).rglob("*.py")):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield str(path.relative_to(ROOT)), ast.get_source_segment(text, node)


def test_whatever_starts_a_process_has_its_environment_from_one_place():
    """So that a new one cannot forget it."""
    starting = [(path, text) for path, text in functions() if STARTERS.search(text)]

    assert len({path for path, _ in starting}) >= 6
    assert [path for path, text in starting if "launch.environment(" not in text] == []
