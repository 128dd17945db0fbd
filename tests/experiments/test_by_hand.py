import json
import subprocess
import sys

import pytest

from experiments.__main__ import main
from experiments.catalogue import ENTRIES, run_key
from experiments.perform import perform
from experiments.topic import silent
from experiments.topics.heads import HeadsParams
from experiments.topics.zero_init import ZeroInitParams

TOY = ["--set", "epochs=1", "--seeds", "2"]


def told(capsys, *arguments: str) -> str:
    assert main([*arguments, "--out", "x.png"]) == 1
    return capsys.readouterr().err


def test_an_experiment_by_hand_measures_tells_and_draws(tmp_path, capsys):
    out = tmp_path / "heads.png"
    code = main(["heads", *TOY, "--votes", "18,23.6,51.7,6.7", "--language", "ru", "--out", str(out)])

    assert code == 0
    assert out.read_bytes()[:4] == b"\x89PNG"
    assert "logsoftmax+ce" in capsys.readouterr().err


def test_a_list_is_given_with_commas(tmp_path):
    out = tmp_path / "zero.png"

    assert main(["zero_init", *TOY, "--set", "zeroed=1,3", "--set", "bias=none", "--out", str(out)]) == 0
    assert out.stat().st_size > 10_000


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["hedas"], "unknown experiment 'hedas': did you mean 'heads'?"),
        (["heads", "--set", "epoch=3"], "heads has no parameter 'epoch': did you mean 'epochs'?"),
        (["heads", "--set", "lr"], "--set 'lr' is not of the form k=v"),
        (["heads", "--set", "lr=7"], "--set lr=7: input should be less than or equal to 1"),
        (["zero_init", "--set", "zeroed=4"], "--set zeroed=4: input should be 1, 2 or 3"),
        (["heads", "--votes", "1,2"], "--votes needs 4 percentages, one for each of: softmax+nll"),
        (["heads", "--votes", "a,b,c,d"], "--votes 'a,b,c,d' must be numbers"),
        (["heads", "--seeds", "0"], "--seeds must be at least 1, not 0"),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(capsys, arguments, reason):
    message = told(capsys, *arguments)

    assert message.startswith(f"experiments: {reason}")
    assert message.count("\n") == 1


def test_a_folder_that_is_not_there_is_told_before_anything_is_trained(capsys, tmp_path):
    assert main(["heads", "--out", str(tmp_path / "no" / "x.png")]) == 1
    assert "there is no folder" in capsys.readouterr().err


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
