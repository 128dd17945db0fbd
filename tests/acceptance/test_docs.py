"""Documents that would fail here if they lied."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import typer

from bot.cli import app
from bot.thread import markdown
from bot.thread.reader.fences import ExperimentFence, FrontMatter, PollFence, PostFence
from experiments.catalogue import ENTRIES
from tests.factory import png

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "experiments", "emulator", "languages")


def words(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def test_every_command_stands_in_the_readme():
    commands = set(typer.main.get_command(app).commands)

    assert commands == set(re.findall(r"`pollbot ([a-z]+)", words("README.md")))


def test_the_architecture_shows_the_tree_as_it_is():
    told = dict(
        re.findall(r"^##+ ([a-z/]+)/(?:: [^\n]*)?\n(.*?)(?=^##|\Z)", words("ARCHITECTURE.md"), re.MULTILINE | re.DOTALL)
    )
    shown = {
        folder: set(re.findall(r"`([a-z_0-9]+)`", "".join(re.findall(r"^\| (`.*?) \|", table, re.MULTILINE))))
        for folder, table in told.items()
    }
    modules = [path.relative_to(ROOT) for part in PACKAGES for path in (ROOT / part).rglob("*.py")]
    tree: dict[str, set[str]] = {}
    for path in modules:
        if "topics" not in path.parts and path.stem != "__init__":
            tree.setdefault(str(path.parent), set()).add(path.stem)

    assert {folder: names for folder, names in shown.items() if folder in tree} == tree


def defined():
    """`module.name` and `Class.name` of everything that `bot` defines."""
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.stem}.{node.name}"
            for member in node.body if isinstance(node, ast.ClassDef) else ():
                yield f"{node.name}.{getattr(member, 'name', '')}"


def test_every_step_of_the_two_ways_through_the_house_is_there():
    ways = words("ARCHITECTURE.md").partition("## Two ways")[2].partition("\n## ")[0]
    steps = set(re.findall(r"`(\w+\.\w+)`", ways))

    assert len(steps) >= 10
    assert steps - {*defined()} == set()


def test_the_thread_file_s_page_names_every_key_and_experiment():
    told = words("docs/thread-file.md")
    keys = [key for fence in (FrontMatter, PollFence, ExperimentFence, PostFence) for key in fence.model_fields]
    keys += [key for entry in ENTRIES.values() for key in (entry.name, *entry.options, *entry.params.model_fields)]

    assert [key for key in keys if f"`{key}`" not in told] == []


def test_the_example_of_the_thread_file_has_no_problem(tmp_path):
    example = re.search(r"````markdown\n(.*?)````", words("docs/thread-file.md"), re.DOTALL)[1]
    for name in re.findall(r"!\[.*?\]\((.*?)\)", example):
        (tmp_path / name).write_bytes(png())
    read = markdown.parse(example, "example.md", tmp_path)

    assert [post.kind for post in read.posts] == ["text", "poll", "poll", "poll", "picture"]


def test_nothing_committed_names_an_index_host_or_a_path_of_one_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    forbidden = re.compile(rb"--(extra-)?index-url https?:|/work/(main|shared)")
    offenders = [str(path) for path in files if path.is_file() and forbidden.search(path.read_bytes())]

    assert offenders in ([], [str(ROOT / "tests/acceptance/test_docs.py")])


def test_check_tells_json_for_programs(tmp_path):
    (tmp_path / "bad.md").write_text("hello")
    command = [sys.executable, "-m", "bot", "check", str(tmp_path / "bad.md"), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert set(json.loads(done.stdout)[0]) == {"file", "line", "column", "severity", "message"}


def test_each_test_of_the_threat_model_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", words("SECURITY.md"))

    assert len(named) > 20
    for path, test in named:
        assert not test or f"def {test}(" in words(path)
        assert "def test_" in words(path)
