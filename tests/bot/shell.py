"""A command line as a person types it, in a shell where `pollbot` is on the path."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import typer

from bot.cli import app
from experiments import command
from experiments.catalogue import run_key

EXPERIMENT = typer.main.get_command(app).commands["experiment"]
ROOT = Path(__file__).parents[2]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """No settings of this machine's, and this very tree under the name `pollbot`."""
    program = folder / "bin" / "pollbot"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m bot "$@"\n')
    program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("POLLBOT_")}
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    packages = os.pathsep.join(filter(None, (settings.pop("PYTHONPATH", ""), str(ROOT))))
    return kept | {"PATH": path, "PYTHONPATH": packages, **settings}


def shell(folder: Path, line: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """What becomes of a line in this folder."""
    encoding = settings.get("PYTHONIOENCODING", "utf-8")
    env = environment(folder, **settings)
    return subprocess.run(
        line, shell=True, cwd=folder, env=env, capture_output=True, text=True, encoding=encoding, check=False
    )


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What a failed command said: one sentence of pollbot's own, no traceback."""
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert done.stderr.startswith("pollbot: ")
    return done.stderr.removeprefix("pollbot: ")


def without_torch(folder: Path, how: str) -> dict[str, str]:
    """Settings for a Python whose torch cannot be imported."""
    (folder / "without").mkdir()
    (folder / "without" / "torch.py").write_text(f"raise {how}\n")
    return {"PYTHONPATH": str(folder / "without")}


def typed(line: str) -> tuple[str, list[str], int]:
    """What the command itself makes of a line of `pollbot experiment`: name, --set, --seeds."""
    program, name, *words = shlex.split(line)
    assert (program, name) == ("pollbot", "experiment")
    given = EXPERIMENT.make_context(name, words).params
    return given["name"], given["params"] or [], given["seeds"]


def asked_for(line: str) -> str:
    """The content key of the run that a line asks for."""
    name, settings, seeds = typed(line)
    return run_key(name, command.parameters(command.find(name), settings).model_dump(mode="json"), seeds)
