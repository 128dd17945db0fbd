"""Ctrl-C while a command begins: it ends as a shell expects and without a traceback, wherever it comes."""

import signal
import subprocess

import pytest

from tests.bot.shell import environment

# Python imports this file before anything else; Ctrl-C then comes with an import, however slow the machine is.
PROBE = """
import os, signal, sys

def probe(event, arguments, left=[{imports}], begun=[]):
    if event == "import" and (begun or arguments[0] in ("bot.cli", "bot.worker.worker")):
        begun.append(arguments[0])
        if len(begun) == left[0]:
            open({interrupted!r}, "w").close()
            os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(probe)
"""
MEASURING = "experiment heads --seeds 1 --set epochs=1"


@pytest.mark.parametrize(
    ("line", "imports"),
    [
        *(("status", imports) for imports in (1, 2, 10, 100, 300)),
        *(("check thread.md", imports) for imports in (3, 200, 500)),
        *(("experiment", imports) for imports in (5, 300)),
        *((MEASURING, imports) for imports in (50, 500, 900, 1400)),
        ("worker", 400),
    ],
)
def test_ctrl_c_with_any_import_ends_the_command_without_a_traceback(tmp_path, line, imports):
    interrupted = str(tmp_path / "interrupted")  # no process is handed a variable that it does not need
    (tmp_path / "sitecustomize.py").write_text(PROBE.format(imports=imports, interrupted=interrupted))
    (tmp_path / "thread.md").write_text("---\ntitle: T\n---\nHello.\n")
    command = [tmp_path / "bin" / "pollbot", *line.split()]
    env = environment(tmp_path, PYTHONPATH=str(tmp_path))
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    assert (tmp_path / "interrupted").exists()
    assert "Traceback" not in done.stderr
    assert done.returncode in (130, -signal.SIGINT)  # to a shell they are the same
