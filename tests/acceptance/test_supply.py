"""What is installed, and in what it runs: every package with its hashes; the images and the compose file."""

import json
import os
import re
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.acceptance.test_habits import made, project, words
from tests.supply import bill, holes, licences, lists
from tests.supply.lists import Pin

ROOT = Path(__file__).parents[2]
PINNED = lists.read(*lists.VENV)


def test_every_package_is_pinned_once_with_its_hashes_torch_and_cuda_and_the_build_s_tools_too():
    unhashed = [
        line
        for file in (*lists.VENV, *lists.APART)
        for line in re.findall(r"^(?![ -]).*(?<!\\)$", words(file), re.MULTILINE)
        if line
    ]

    assert len({pin[:3] for pin in PINNED}) == len(PINNED) > 120
    assert {"torch", "sympy", "jinja2", "setuptools", "triton"} <= {pin.name for pin in PINNED}
    assert {"setuptools"} == {pin.name for pin in lists.read("requirements-build.txt")}
    assert {"uv", "pip-audit"} <= {pin.name for pin in lists.read("requirements-tools.txt")}
    assert unhashed == []


@pytest.mark.parametrize("file", [*lists.VENV, *lists.APART])
def test_what_is_read_of_a_list_is_all_of_it(file):
    first = [line for line in words(file).splitlines() if line.startswith("-r")]
    again = "".join(f"{line}\n" for line in [*first, *map(str, lists.read(file))])

    assert again == words(file)


def test_each_list_adds_to_the_one_before():
    first = [words(path).partition("\n")[0] for path in ("requirements-worker.txt", "requirements-dev.txt")]

    assert first == ["-r requirements.txt", "-r requirements-worker.txt"]


def declared(*extras: str) -> set[str]:
    optional = project()["optional-dependencies"]
    asked = [*project()["dependencies"], *(one for extra in extras for one in optional[extra])]
    return {re.match(r"[A-Za-z0-9._-]+", one)[0].lower().replace(".", "-") for one in asked}


@pytest.mark.parametrize(("files", "extras"), [(1, ()), (4, ("worker",)), (5, ("worker", "dask", "dev"))])
def test_what_the_project_needs_is_locked_where_it_is_needed(files, extras):
    pinned = {pin.name for pin in lists.read(*lists.VENV[:files])}

    assert declared(*extras) - pinned == set()


def test_torch_is_locked_in_the_version_that_the_project_wants():
    locked = {
        pin.version.partition("+")[0] for pin in lists.read("requirements-torch.txt", "requirements-torch-cpu.txt")
    }

    assert {f"torch=={version}" for version in locked} == {
        one for one in project()["optional-dependencies"]["worker"] if one.startswith("torch")
    }


INDEX = "http://127.0.0.1:9/cpu"


def test_nothing_is_installed_without_hashes_but_torch_from_an_index_that_a_person_names():
    installs = [line for line in made("demo") if "/pip " in line and "--editable" not in line]
    named = [line for line in made("demo", TORCH_INDEX=INDEX) if "--index-url" in line]

    assert len(installs) == 4
    assert [line for line in installs if "--require-hashes" not in line] == []
    assert [line.split()[-1] for line in named] == ["torch==2.13.0"]
    assert [line for line in made("demo") if "--editable" in line and "--no-build-isolation" in line]


def stages() -> dict[str, str]:
    """The Dockerfile's instructions by stage, a line each."""
    text = re.sub(r"^#.*\n", "", words("Dockerfile"), flags=re.MULTILINE).replace("\\\n", " ")
    parts = re.split(r"^FROM (\S+) AS (\w+)$", text, flags=re.MULTILINE)
    return {name: f"FROM {base}{body}" for base, name, body in zip(*[iter(parts[1:])] * 3, strict=True)}


def test_each_image_installs_what_it_needs_with_hashes_and_nothing_that_builds_or_tests():
    lines = [line for body in stages().values() for line in body.splitlines() if "pip install" in line]
    bot = {pin.name for pin in lists.read("requirements.txt")}

    assert [line for line in lines if "--require-hashes" not in line and "--no-index" not in line] == []
    assert re.findall(r"requirements\S*\.txt", stages()["installed"]) == ["requirements.txt"] * 2
    assert "requirements" not in stages()["bot"]
    assert {*re.findall(r"--requirement (\S+?\.txt)", stages()["worker"])} == {
        "requirements-torch.txt",
        "requirements-torch-index.txt",
        "requirements-worker.txt",
        "requirements-cuda.txt",
    }
    assert "--no-build-isolation" in stages()["wheel"]
    assert bot & {"numpy", "matplotlib", "pytest", "distributed", "setuptools"} == set()


def digest_check() -> str:
    return re.search(r"RUN (expr .*)", stages()["base"])[1]


@pytest.mark.parametrize(
    ("base", "code"),
    [(f"python:3.11-slim@sha256:{'0a' * 32}", 0), ("python:3.11-slim", 1), ("python@sha256:0a", 1), ("", 1)],
)
def test_an_image_is_built_upon_a_base_with_a_digest_alone(base, code):
    command = ["sh", "-c", digest_check()]
    done = subprocess.run(command, env={"BASE": base, "PATH": os.environ["PATH"]}, check=False)

    assert stages()["base"].startswith("FROM ${BASE}\nARG BASE\nRUN expr")  # before anything else
    assert done.returncode == code


def test_each_image_tells_whose_rights_are_in_it():
    assert "COPY LICENSE docs/licences.md" in stages()["installed"]
    assert 'licenses="MIT AND LGPL-3.0-only"' in stages()["installed"]


def compose() -> dict:
    return YAML(typ="safe").load(words("docker-compose.yml"))


@pytest.mark.parametrize("service", ["bot", "worker"])
def test_a_container_may_do_little_and_use_little(service):
    given = compose()["services"][service]

    assert (given["read_only"], given["cap_drop"], given["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert given["pids_limit"] <= 256
    assert given["mem_limit"] in ("512m", "2g")
    assert "POLLBOT_TOKEN" not in given.get("environment", {})
    assert given["build"]["args"]["BASE"].startswith("${BASE:?")  # compose ends where it is not set


def test_the_worker_in_a_container_has_neither_a_network_nor_a_secret():
    worker, bot = compose()["services"]["worker"], compose()["services"]["bot"]

    assert worker["network_mode"] == "none"
    assert "secrets" not in worker
    assert {*bot["secrets"]} == {*compose()["secrets"]} == {"pollbot_token", "pollbot_voter_key"}


@pytest.mark.parametrize("file", [".gitignore", ".dockerignore"])
def test_no_secret_comes_into_the_repository_or_an_image(file):
    assert {".env", *compose()["secrets"]} <= {*words(file).split()}


def installed(pin: Pin) -> bool:
    try:
        return distribution(pin.name).version.split("+")[0] == pin.version
    except PackageNotFoundError:
        return False


def test_the_page_of_licences_tells_what_the_installed_packages_tell():
    told = dict(re.findall(r"^\| (\S+) \| (.+?) \|", words("docs/licences.md"), re.MULTILINE))
    pins = lists.read(*lists.IMAGES)
    here = {pin.name for pin in pins if installed(pin)}

    assert {pin.name for pin in pins} == told.keys() - {"package"}
    assert len(here) > 50
    assert {name: told[name] for name in here} == {name: licences.of(name) for name in here}
    assert told["python-telegram-bot"].startswith("LGPL-3.0")
    assert [name for name in here if told[name] == licences.UNTOLD] == []


def test_the_page_of_licences_is_as_the_audit_writes_it():
    assert licences.page(words("docs/licences.md")) == words("docs/licences.md")


@pytest.mark.parametrize("name", licences.BY_FILE)
def test_a_licence_that_no_metadata_tell_stands_in_the_package(name):
    files = [file for file in distribution(name).files if "licen" in file.name.lower()]

    assert [file for file in files if licences.BY_FILE[name] in file.read_text()]


def test_the_bill_of_materials_has_every_pin_of_the_images_with_all_its_hashes():
    found = json.loads(bill.bill())
    parts = {
        (part["name"], part["version"], *(p["value"] for p in part["properties"] if p["value"].startswith("sha256:")))
        for part in found["components"]
    }

    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    assert parts == {(pin.name, pin.version, *pin.hashes) for pin in lists.read(*lists.IMAGES)}


AUDITS = {"a hole": ("Found 1 known vulnerability", 1, 1), "none": ("No known vulnerabilities found", 0, 0)}
AUDITS["an index that knows nothing"] = ("x  Dependency not found on PyPI and could not be audited: x", 0, 2)
AUDITS["nobody to ask"] = ("requests.exceptions.ConnectionError: Max retries exceeded", 1, 2)


@pytest.mark.parametrize("what", AUDITS)
def test_an_audit_that_asked_nobody_does_not_pass_for_one_that_found_nothing(tmp_path, capsys, what):
    told, code, expected = AUDITS[what]
    (tmp_path / "pip-audit").write_text(f"#!/bin/sh\necho '{told}' >&2\nexit {code}\n")
    (tmp_path / "pip-audit").chmod(0o755)

    assert holes.main(str(tmp_path / "pip-audit")) == expected
    assert ("SKIPPED" in capsys.readouterr().out) == (expected == 2)
