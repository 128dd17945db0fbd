import io
import json
import re
import subprocess
import sys

import pytest

from experiments import by_hand
from experiments.catalogue import ENTRIES, run_key
from experiments.perform import perform
from experiments.topic import silent
from experiments.topics.heads import HeadsParams
from experiments.topics.zero_init import ZeroInitParams


def test_an_experiment_by_hand_measures_tells_and_draws(tmp_path, capsys):
    out = tmp_path / "heads.png"
    by_hand.run("heads", ["epochs=1"], 2, out, "ru", "18,23.6,51.7,6.7")
    told = capsys.readouterr()

    assert out.read_bytes()[:4] == b"\x89PNG"
    assert re.search(r"logsoftmax\+ce +│ yes", told.out)
    assert str(out) in told.err.replace("\n", "")


def test_the_content_key_of_what_was_measured_is_told(tmp_path, capsys):
    by_hand.run("where_nan", [], 2, tmp_path / "x.png")

    assert run_key("where_nan", {}, 2) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("votes", "reason"),
    [
        ("1,2", "--votes needs 4 percentages, one for each of: softmax+nll"),
        ("1,2,3,400", "--votes needs 4 percentages"),
        ("nan,1,2,3", "--votes needs 4 percentages"),
        ("a,b,c,d", "--votes 'a,b,c,d' must be numbers"),
    ],
)
def test_votes_that_cannot_be_are_told(votes, reason):
    with pytest.raises(by_hand.Mistake, match=re.escape(reason)):
        by_hand.run("heads", [], 1, votes=votes)


def test_seeds_that_cannot_be_are_told():
    with pytest.raises(by_hand.Mistake, match="--seeds must be at least 1, not 0"):
        by_hand.run("heads", [], 0)


def test_a_file_that_stands_there_is_left_as_it_is_by_the_trial(tmp_path):
    (tmp_path / "x.png").write_text("mine")
    by_hand.writable("--out", tmp_path / "x.png")
    by_hand.writable("--out", tmp_path / "new.png")

    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("x.png", "mine")]


def test_a_task_that_is_none_is_told():
    with pytest.raises(ValueError, match="no task 'darw': did you mean 'draw'"):
        perform({"task": "darw"}, silent)


def test_the_bot_reads_the_catalogue_without_torch():
    code = (
        "import sys, experiments.catalogue, experiments.measurement, experiments.engines.local;"
        "print({'torch', 'numpy', 'matplotlib'} & set(sys.modules))"
    )

    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


def test_a_run_has_the_same_key_however_it_is_written():
    plain = run_key("zero_init", {"zeroed": [1, 2]}, 8)

    assert run_key("zero_init", {"bias": "default", "zeroed": [2, 1, 2]}, 8) == plain
    assert run_key("zero_init", {"zeroed": [1]}, 8) != plain
    assert run_key("zero_init", {"zeroed": [1, 2]}, 9) != plain


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_every_experiment_finds_something_about_every_option_of_its_catalogue_entry(entry):
    params = {"epochs": 1} if "epochs" in entry.params.model_fields else {}
    job = {"task": "measure", "experiment": entry.name, "params": params, "seeds": 1}
    measured = json.loads(perform(job, silent))

    assert tuple(finding["option"] for finding in measured["findings"]) == entry.options


def test_the_defaults_are_what_the_files_say():
    assert HeadsParams() == HeadsParams(epochs=30, lr=0.1, momentum=0.9)
    assert ZeroInitParams(zeroed=(2, 1)).zeroed == (1, 2)


def test_a_terminal_is_asked_until_it_can_be(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("sqr\nlog\n"))
    given = by_hand.ask("where_nan")
    told = capsys.readouterr()

    assert given == ["function=log"]
    assert "function sqrt or log [sqrt]:" in told.out + told.err
    assert "--set function=sqr: input should be 'sqrt' or 'log'" in told.err


def test_an_empty_answer_and_the_end_of_the_input_take_the_defaults(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n0.2\n"))

    assert by_hand.ask("heads") == ["lr=0.2"]


def test_the_numbers_are_printed_as_texts_write_them(tmp_path, capsys):
    by_hand.run("where_nan", [], 2, tmp_path / "x.png")

    assert re.search(r"nan +100% +100% +gradients at 0 that are NaN", capsys.readouterr().out)
