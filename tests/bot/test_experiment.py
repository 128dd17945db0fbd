"""`pollbot experiment` as a person types it."""

import re

import pytest

from experiments.catalogue import ENTRIES
from tests.bot.shell import said, shell, without_torch

MISSING = "ModuleNotFoundError(\"No module named 'torch'\", name='torch')"
BROKEN = "ImportError('libc10.so: cannot open shared object file', name='torch._C')"


def test_the_picture_is_named_after_the_experiment_and_lies_in_this_folder(tmp_path):
    done = shell(tmp_path, "pollbot experiment nhwc --set channels=3 --set epochs=1 --seeds 1")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "nhwc.png").read_bytes()[:4] == b"\x89PNG"
    assert "│ scrambled │ yes" in done.stdout


@pytest.mark.parametrize(
    ("how", "told"), [(MISSING, "torch is missing"), (BROKEN, "torch cannot be loaded (libc10.so:")]
)
def test_a_missing_torch_is_one_sentence_with_the_remedy(tmp_path, how, told):
    done = shell(tmp_path, "pollbot experiment heads", **without_torch(tmp_path, how))

    assert said(done).startswith(told)
    assert "pip install '.[worker]'" in done.stderr
    assert not (tmp_path / "heads.png").exists()


@pytest.mark.parametrize(
    "line", ["pollbot experiment", "pollbot experiment --help", "pollbot experiment heads --votes 1"]
)
def test_what_measures_nothing_needs_no_torch(tmp_path, line):
    done = shell(tmp_path, line, **without_torch(tmp_path, "SystemExit('torch was imported')"))

    assert "torch was imported" not in done.stderr
    assert done.returncode == ("--votes" in line)


def test_without_a_name_all_experiments_are_listed(tmp_path):
    listed = shell(tmp_path, "pollbot experiment").stdout

    assert re.findall(r"^\S+", listed, re.MULTILINE) == [*ENTRIES]


def test_the_options_are_explained_in_columns(tmp_path):
    told = shell(tmp_path, "pollbot experiment --help", COLUMNS="100").stdout
    columns = {
        line.index(words)
        for words in ("A parameter.", "How many seeds.", "The picture:")
        for line in told.split("\n")
        if words in line
    }

    assert len(columns) == 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("hedas", "unknown experiment 'hedas': did you mean 'heads'?"),
        ("heads --set lr=7", "--set lr=7: input should be less than or equal to 1"),
        ("heads --out no/x.png", "--out 'no/x.png' cannot be written (No such file or directory)"),
        ("heads --out .", "--out '.' cannot be written (Is a directory)"),
        ("heads --profile no/x.json", "--profile 'no/x.json' cannot be written"),
    ],
)
def test_what_cannot_be_is_one_sentence_before_torch_is_imported(tmp_path, line, told):
    done = shell(tmp_path, f"pollbot experiment {line}", **without_torch(tmp_path, "SystemExit('torch was imported')"))

    assert said(done).startswith(told)


@pytest.mark.parametrize("encoding", ["ascii", "cp1251"])
def test_findings_are_printed_in_every_encoding(tmp_path, encoding):
    done = shell(tmp_path, "pollbot experiment where_nan --seeds 1 --language ru", PYTHONIOENCODING=encoding)

    assert done.returncode == 0, done.stderr
    assert "where_nan.png" in done.stderr
