"""The Makefile, and whoever calls it: the hosted CI, git's hooks, the images, the lock."""

import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.supply import lists

ROOT = Path(__file__).parents[2]
SLEEP = re.compile(r"\b(?:time|asyncio)\.sleep\((?!0\)).*?\)")  # sleep(0) only lets others go first


def words(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def project() -> dict:
    return tomllib.loads(words("pyproject.toml"))["project"]


def make(*arguments: str, folder: Path = ROOT, **variables: str) -> str:
    """What make prints, called by hand and not by the make that runs the tests."""
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "TORCH_INDEX")}
    command = ["make", *arguments, *(f"{name}={value}" for name, value in variables.items())]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False).stdout


def made(*goals: str, **variables: str) -> list[str]:
    """What make would do for these goals where nothing is set up yet."""
    return make("--dry-run", "--always-make", *goals, **variables).replace("\\\n", " ").splitlines()


def targets() -> list[str]:
    return re.search(r"^\.PHONY: (.*)$", words("Makefile"), re.MULTILINE)[1].split()


def test_make_alone_tells_every_target_with_the_texts_in_one_column():
    told = make().splitlines()

    assert [line.split()[0] for line in told] == targets()
    assert len({re.match(r"\S+ +", line).end() for line in told}) == 1
    assert max(map(len, told)) <= 120


@pytest.mark.parametrize("goal", [goal for goal in targets() if goal not in ("help", "lock", "clean")])
def test_whichever_target_comes_first_sets_up_the_whole_environment(goal):
    done = made(goal)
    installs = [number for number, line in enumerate(done) if ".venv/bin/pip " in line]

    assert [re.search(r"requirements-[a-z-]+|--editable", done[number])[0] for number in installs] == [
        "requirements-torch-cpu",
        "requirements-torch",
        "requirements-dev",
        "requirements-cuda",
        "--editable",
    ]
    assert len(done) > installs[-1] + 2  # and then does what it is for


def test_torch_comes_from_the_index_that_one_variable_names_and_nothing_else_does():
    index = "http://127.0.0.1:9/cpu"
    (asked,) = [line for line in made("demo", TORCH_INDEX=index) if "--index-url" in line]

    assert asked.split()[-3:-1] == ["--index-url", index]
    assert asked.split()[-1].startswith("torch==")
    assert not [line for line in made("demo") if "--index-url" in line]


def first_words(tmp_path: Path, **variables: str) -> str:
    """What somebody reads who calls make in a tree without .venv, with a Python that makes none."""
    (tmp_path / "Makefile").write_text(words("Makefile"))
    for name in (*lists.VENV, "pyproject.toml"):
        (tmp_path / name).touch()
    return make("demo", folder=tmp_path, PYTHON="true", **variables).split("true -m venv")[0]


def test_before_anything_is_downloaded_the_first_line_says_that_torch_may_bring_gigabytes(tmp_path):
    first, second, *_ = first_words(tmp_path).splitlines()

    assert "gigabytes of CUDA" in first
    assert second.endswith("TORCH_INDEX=URL make demo")


def test_who_has_named_an_index_reads_only_that_it_is_used(tmp_path):
    assert first_words(tmp_path, TORCH_INDEX="http://x/cpu").splitlines() == [
        "Setting up .venv, once, with torch from http://x/cpu"
    ]


def test_torch_has_one_version_in_makefile_images_and_project():
    said = {
        found
        for path in ("Makefile", "Dockerfile", "pyproject.toml")
        for found in re.findall(r"torch==([\d.]+)", words(path))
    }

    assert len(said) == 1


def runs(node: object) -> list[str]:
    """Every `run:` of a workflow."""
    if isinstance(node, dict):
        own = [node["run"]] if "run" in node else []
        return own + [line for value in node.values() for line in runs(value)]
    return [line for value in node for line in runs(value)] if isinstance(node, list) else []


def test_the_hosted_ci_calls_only_what_the_makefile_has():
    asked = [
        shlex.split(re.sub(r"\$\{\{.*?\}\}", "1", line))
        for line in runs(YAML(typ="safe").load(words(".github/workflows/ci.yml")))
    ]
    goals = [word for line in asked for word in line[1:] if "=" not in word]

    assert {line[0] for line in asked} == {"make"}
    assert {"check", "test"} <= {*goals} <= {*targets()}


def test_the_hosted_ci_tries_every_python_from_the_oldest_allowed_on():
    matrix = YAML(typ="safe").load(words(".github/workflows/ci.yml"))["jobs"]["test"]["strategy"]["matrix"]["python"]

    assert matrix == [f"3.{minor}" for minor in range(11, 15)]
    assert project()["requires-python"] == f">={matrix[0]}"


def test_every_hook_of_git_is_a_part_of_make_check():
    checks = [line.split()[0:2] for line in made("check") if line.startswith(".venv/bin/")]
    (local,) = YAML(typ="safe").load(words(".pre-commit-config.yaml"))["repos"]

    assert local["repo"] == "local"
    for hook in local["hooks"]:
        tool = [word for word in hook["entry"].split() if not word.startswith("-")]
        assert tool == ["make", "check"] or [line for line in checks if line[: len(tool)] == tool], hook["entry"]


def test_the_changelog_has_the_version_of_the_project_with_its_day():
    assert re.search(
        rf"^## {re.escape(project()['version'])} - \d{{4}}-\d\d-\d\d$", words("CHANGELOG.md"), re.MULTILINE
    )
    assert words("CHANGELOG.md").index("## Unreleased") < words("CHANGELOG.md").index("## 0")


def test_no_test_waits_for_a_fixed_time():
    """It waits for what it needs: tests.patience."""
    tests = {path: path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    sleeping = [f"{path.relative_to(ROOT)}: {call}" for path in tests for call in SLEEP.findall(tests[path])]

    assert sleeping == []
