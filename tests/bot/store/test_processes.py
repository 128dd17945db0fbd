"""What several processes do to one database at once, and what a kill leaves of it: real processes, real files."""

import json
import subprocess
import sys

import pytest


def told(module, *arguments):
    command = [sys.executable, "-m", f"tests.bot.store.{module}", *map(str, arguments)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)


@pytest.mark.parametrize("way", ["create", "upgrade"])
def test_a_kill_at_any_moment_leaves_the_old_or_the_new_database_and_never_half(tmp_path, way):
    seen = told("interrupted", tmp_path, way)

    assert seen["problems"] == []
    assert len(seen["killed"]) > 20


@pytest.mark.parametrize(
    ("way", "lie"), [("create", ["pollbot.db"]), ("upgrade", ["pollbot.db", "pollbot.db.before-0002"])]
)
def test_four_processes_make_or_upgrade_one_database_at_once_and_copy_it_once(tmp_path, way, lie):
    assert told("racing", tmp_path, way) == [[[0] * 4, lie]] * 5
