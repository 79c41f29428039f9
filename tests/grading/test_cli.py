"""`autograd-mini grade` and `autograd-mini key new`: what they print, and how they end."""

import json
import signal
import subprocess
import sys
import time

import pytest

from autograd_mini.cli import main
from autograd_mini.exercises.solved import solved
from autograd_mini.grading import box
from autograd_mini.workfolder import shipped


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A folder with a key and a class of one."""
    monkeypatch.chdir(tmp_path)
    assert main(["key", "new", "key"]) == 0
    (tmp_path / "in").mkdir()
    lesson = json.loads((shipped() / "course" / "en" / "00-start-here.ipynb").read_text("utf-8"))
    (tmp_path / "in" / "ada.ipynb").write_text(json.dumps(solved(lesson)), "utf-8")
    return tmp_path


def test_grade_prints_a_table_and_writes_everything(room, capsys):
    (room / "roster.csv").write_text("id,name\nada,Ada\nbo,Bo\n")
    assert main(["grade", "in", "--key", "key", "-o", "out", "--roster", "roster.csv"]) == 0
    told = capsys.readouterr().out
    assert "4 / 4" in told and "ada" in told and "bo" in told and "nothing handed in" in told
    assert {"results.csv", "results.json", "class.html", "students"} <= {p.name for p in (room / "out").iterdir()}


def test_without_a_box_it_refuses_and_with_practice_it_warns_and_every_result_says_so(room, capsys, monkeypatch):
    def none():
        raise box.Unavailable("There is no box here: this test took it away.")

    monkeypatch.setattr(box, "best", none)
    command = ["grade", "in", "--key", "key", "-o", "out"]
    assert main(command) == 1
    assert "no box here" in capsys.readouterr().err
    assert main([*command, "--practice"]) == 0
    told = capsys.readouterr()
    assert "4 / 4" in told.out and "with your rights" in told.err
    assert json.loads((room / "out" / "results.json").read_text("utf-8"))["run"]["box"] == "none"


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["grade", "none", "--key", "key", "-o", "out"], "no folder"),
        (["grade", "in", "--key", "none", "-o", "out"], "key new"),
        (["grade", "in", "--key", "key", "-o", "in/out"], "another folder"),
        (["grade", "in", "--key", "key", "-o", "out", "--roster", "none.csv"], "roster"),
        (["key", "new", "key"], "never overwritten"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(room, capsys, arguments, said):
    assert main(arguments) == 1
    assert said in capsys.readouterr().err


def test_ctrl_c_leaves_what_can_be_taken_up_again(room):
    lesson = json.loads((room / "in" / "ada.ipynb").read_text("utf-8"))
    lesson["cells"].append({"cell_type": "code", "source": "import time\ntime.sleep(0.2)"})
    for i in range(3):
        (room / "in" / f"s{i}.ipynb").write_text(json.dumps(lesson) + " " * i, "utf-8")
    words = [sys.executable, "-m", "autograd_mini.cli", "grade", "in", "--key", "key", "-o", "out", "--jobs", "1"]
    child = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while not (room / "out" / "journal.sqlite-wal").exists():
        time.sleep(0.05)
        assert child.poll() is None
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    told = child.communicate(timeout=20)[1]
    assert child.returncode == 1 and "goes on from there" in told and "Traceback" not in told
    assert main(words[3:-2]) == 0
