"""Every command, path and link that a document shows: it exists, and the README's steps run as they stand."""

import importlib.util
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import typer.main

from bot.cli import app
from emulator.app import create_app
from emulator.botapi.methods import METHODS
from emulator.server import serve_in_thread
from tests.patience import eventually

ROOT = Path(__file__).parents[2]
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "ARCHITECTURE.md",
    "emulator/README.md",
    "docs/thread-file.md",
    "docs/dialect.md",
    "docs/import.md",
)
COMMANDS = typer.main.get_command(app).commands
ELSEWHERE = ("cd", "dask", "docker", "echo", "export", "git", "head", "install", "pip", "pre-commit")
TOKEN = "4242:demo"


def words(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def prose(path: str) -> str:
    """Without what stands in blocks."""
    return re.sub(r"^ *(`{3,4})\w*\n.*?\1$", "", words(path), flags=re.DOTALL | re.MULTILINE)


def shown(document: str) -> list[list[str]]:
    """The commands of its shell blocks and those that stand `so`, split into words."""
    blocks = re.findall(r"```sh\n(.*?)```", words(document), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`((?:\.venv/bin/|make |pollbot |python -m |TORCH_INDEX=)[^`]+)`", prose(document))
    commands = [shlex.split(part, comments=True) for line in lines for part in line.replace("…", "").split(" && ")]
    return [said for command in commands if (said := [word for word in command if not re.match(r"[A-Z_]+=", word)])]


def options(command: str) -> set[str]:
    return {name for option in COMMANDS[command].params for name in (*option.opts, *option.secondary_opts)}


def unknown(said: list[str]) -> list[str]:
    """What in a command does not exist here."""
    name, rest = said[0].removeprefix(".venv/bin/"), said[1:]
    if name in ELSEWHERE:
        return []
    if name == "make":
        return [word for word in rest if f"\n{word}:" not in words("Makefile")]
    if name.startswith("python"):
        return [] if importlib.util.find_spec(rest[1]) else [rest[1]]
    if name != "pollbot":
        return [] if (Path(sys.executable).parent / name).exists() else [name]
    if rest[0] not in (*COMMANDS, "--version"):
        return rest[:1]
    asked = re.findall(r"(?<![\w-])--[a-z-]+", " ".join(rest[1:]))
    return [option for option in asked if option not in options(rest[0])]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_shows_exists_with_its_options(document):
    assert [(said, wrong) for said in shown(document) if (wrong := unknown(said))] == []


@pytest.mark.parametrize(
    "line", ["make tests", "pollbot invite x", ".venv/bin/pollbot run --fast", "python -m bot.nothing"]
)
def test_a_command_that_does_not_exist_would_be_found(line):
    assert unknown(line.split())


def anchors(path: str) -> set[str]:
    """The names of a document's headings, as hosts of Markdown make them."""
    titles = re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_and_path_of_a_document_leads_somewhere(document):
    folder, broken = Path(document).parent, []
    linked = re.sub(r"`[^`\n]+`(?!\])", "", prose(document))  # what stands in code is shown, and leads nowhere
    for link in re.findall(r"\]\(((?!https?:)[^)\s]+)\)", linked):
        path, _, anchor = link.partition("#")
        target = folder / path if path else Path(document)
        if not (ROOT / target).exists() or (anchor and anchor not in anchors(str(target))):
            broken.append(link)
    parts = "bot|docs|emulator|experiments|languages|migrations|tests|threads"
    paths = re.findall(rf"`((?:{parts})/[\w./]*)`", prose(document))
    broken += [path for path in paths if "NAME" not in path and not (ROOT / path).exists()]

    assert broken == []


def test_no_command_that_a_document_shows_has_a_date_that_will_pass():
    commands = [" ".join(said) for document in DOCUMENTS for said in shown(document)]

    assert [command for command in commands if re.search(r"20\d\d-\d\d", command)] == []


def test_the_emulator_s_page_names_every_method_and_no_other():
    listed = re.search(r"## Methods\n\n(.*?)\n\n", words("emulator/README.md"), re.DOTALL)[1]

    assert {name.lower() for name in re.findall(r"\w+", listed)} == set(METHODS)


@pytest.fixture
def tree(tmp_path):
    """The tree as `make` leaves it, with this Python in .venv."""
    (tmp_path / ".venv/bin").mkdir(parents=True)
    python = shlex.quote(sys.executable)
    for name, start in {
        "pollbot": f"PYTHONPATH='{ROOT}' exec {python} -m bot",
        "alembic": f"exec {python} -m alembic",
    }.items():
        (tmp_path / ".venv/bin" / name).write_text(f'#!/bin/sh\n{start} "$@"\n')
        (tmp_path / ".venv/bin" / name).chmod(0o755)
    (tmp_path / "threads").symlink_to(ROOT / "threads")
    return tmp_path


def test_the_recipe_for_a_column_makes_a_migration_that_adds_it(tree):
    recipe = re.search(r"## How to add a column.*?```sh\n(.*?)```", words("CONTRIBUTING.md"), re.DOTALL)[1]
    for part in ("bot", "experiments", "languages", "migrations", "pyproject.toml"):
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, tree / part)
    tables = tree / "bot/store/tables.py"
    tables.write_text(tables.read_text().replace('Column("title"', 'Column("subtitle", Text), Column("title"', 1))
    before = {*(tree / "migrations/versions").glob("0*.py")}
    commands = recipe.replace("/tmp/empty.db", f"{tree}/empty.db")
    env = {**os.environ, "PYTHONPATH": str(tree)}
    subprocess.run(["sh", "-ec", commands], cwd=tree, env=env, check=True, timeout=600)

    (made,) = {*(tree / "migrations/versions").glob("0*.py")} - before
    assert int(made.name[:4]) == len(before) + 1
    assert re.findall(r"add_column\(sa.Column\('(\w+)'", made.read_text()) == ["subtitle"]


def test_the_readme_s_steps_run_as_they_stand(tree):
    steps = re.findall(
        r"^   (?!```)(\S.*)$", re.search(r"## On Telegram.*?(?=\n## )", words("README.md"), re.DOTALL)[0], re.MULTILINE
    )
    first, *others, last = [step.replace("123456:…", TOKEN) for step in steps]
    env = {name: value for name, value in os.environ.items() if not name.startswith("POLLBOT_")}
    with serve_in_thread(create_app((TOKEN,))) as api, httpx.Client(base_url=f"{api}/sim") as sim:
        sim.post("/chats", json={"type": "channel", "title": "c", "username": "your_channel"}).raise_for_status()
        env["POLLBOT_API_URL"] = api
        for step in others:
            subprocess.run(["sh", "-ec", step], cwd=tree, env=env, check=True, timeout=600)
        bot = subprocess.Popen(["sh", "-ec", f"exec {last}"], cwd=tree, env=env)
        assert eventually(lambda: bot.poll() is not None or sim.get("/calls?method=getUpdates").json()["unanswered"])
        bot.send_signal(signal.SIGTERM)

        assert bot.wait(600) == 0
    assert (first.split()[:2], len(others), last) == (["make", "check"], 2, ".venv/bin/pollbot run")
