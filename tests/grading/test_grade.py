"""A folder in, marks out: the same whether at once or after any number of kills."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import pytest

from autograd_mini.exercises.solved import solved
from autograd_mini.grading import grade as grading
from autograd_mini.grading import intake
from autograd_mini.grading.grade import GradingProblem
from autograd_mini.workfolder import shipped

KEY = bytes(range(32))
LESSON = json.loads((shipped() / "course" / "en" / "07-reverse-mode.ipynb").read_text("utf-8"))
IDS = ("reverse-product", "reverse-collect", "reverse-predict-sum")


def replaced(notebook, **sources):
    """The notebook with other sources in some cells: `exercise_reverse_product="…"`."""
    changed = deepcopy(notebook)
    for cell in changed["cells"]:
        cell["source"] = sources.get(cell.get("id", "").replace("-", "_"), cell["source"])
    return changed


RIGHT = solved(LESSON)
WRONG = replaced(RIGHT, exercise_reverse_product="def product_report(x, y, z_bar): return z_bar * x, z_bar * y")


def hand_in(root, **notebooks):
    root.mkdir(exist_ok=True)
    for name, notebook in notebooks.items():
        (root / f"{name}.ipynb").write_text(json.dumps(notebook), "utf-8")
    return root


def points(record):
    return {s["student"]: s["points"] for s in record["students"]}


def essence(record):
    """The results without times."""
    students = deepcopy(record["students"])
    for mark in (mark for s in students for mark in s["marks"]):
        del mark["seconds"]
    return students


def test_marks_with_their_reasons(tmp_path):
    root = hand_in(tmp_path / "in", ada=RIGHT, bo=WRONG, cy=LESSON)
    (root / "dee.ipynb").write_text("no notebook")
    (root / "eve.ipynb").write_text(json.dumps(replaced(LESSON) | {"cells": []}))
    record = grading.grade(root, KEY, tmp_path / "out", jobs=2)
    assert points(record) == {"ada": 12, "bo": 11, "cy": 0, "dee": 0, "eve": 0}
    ada, bo, cy, dee, eve = record["students"]
    assert ada["possible"] == bo["possible"] == cy["possible"] == 12
    (lost,) = [mark for mark in bo["marks"] if mark["kind"] != "right"]
    assert (lost["id"], lost["kind"], lost["mistake"]) == ("reverse-product", "known", 0) and lost["words"]
    assert {mark["kind"] for mark in cy["marks"]} == {"unattempted"}
    assert "JSON" in dee["reason"] and "No exercise" in eve["reason"]
    assert json.loads((tmp_path / "out" / "results.json").read_text("utf-8")) == record
    assert KEY.hex() not in "".join(p.read_text("latin-1") for p in (tmp_path / "out").rglob("*") if p.is_file())


def test_ids_that_an_editor_has_stripped_cost_nothing(tmp_path):
    bare = deepcopy(RIGHT)
    for cell in bare["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {}
    assert points(grading.grade(hand_in(tmp_path / "in", ada=bare), KEY, tmp_path / "out")) == {"ada": 12}


def test_only_what_counts_is_marked(tmp_path):
    record = grading.grade(hand_in(tmp_path / "in", ada=RIGHT), KEY, tmp_path / "out", ids=IDS)
    assert {mark["id"] for mark in record["students"][0]["marks"]} == set(IDS) == {u["id"] for u in record["units"]}


def test_python_files_that_are_handed_in_are_not_imported(tmp_path):
    root = hand_in(tmp_path / "in", ada=RIGHT)
    for name in ("json.py", "numpy.py", "sitecustomize.py", "autograd_mini/__init__.py", "math.py"):
        trap = root / "ada2" / name
        trap.parent.mkdir(parents=True, exist_ok=True)
        trap.write_text(f"open({str(tmp_path / 'trapped')!r}, 'w')\n")
    (root / "ada2" / "x.ipynb").write_text(json.dumps(RIGHT))
    assert points(grading.grade(root, KEY, tmp_path / "out")) == {"ada": 12, "ada2": 12}
    assert not (tmp_path / "trapped").exists()


def test_what_is_graded_is_not_graded_again(tmp_path, monkeypatch):
    root = hand_in(tmp_path / "in", ada=RIGHT, bo=WRONG)
    first = grading.grade(root, KEY, tmp_path / "out", ids=IDS)

    def never(*_args, **_options):
        raise AssertionError("graded again")

    monkeypatch.setattr(grading, "exercise_marks", never)
    monkeypatch.setattr(grading, "question_marks", never)
    assert essence(grading.grade(root, KEY, tmp_path / "out", ids=IDS)) == essence(first)


def test_the_teacher_s_word_wins_and_is_shown(tmp_path):
    root, out = hand_in(tmp_path / "in", bo=WRONG), tmp_path / "out"
    out.mkdir()
    (out / "overrides.csv").write_text("id,exercise,points,reason\nbo,reverse-product,0.5,idea right\n")
    (bo,) = grading.grade(root, KEY, out)["students"]
    (mark,) = [m for m in bo["marks"] if m["id"] == "reverse-product"]
    assert (mark["points"], mark["reason"], mark["overridden"]) == (0.5, "idea right", True) and bo["points"] == 11.5
    (out / "overrides.csv").write_text("id,exercise\nbo,reverse-product\n")
    with pytest.raises(intake.Unreadable):
        grading.grade(root, KEY, out)


def test_who_is_missing_is_listed(tmp_path):
    listed = tmp_path / "roster.csv"
    listed.write_text("id,name\nada,Ada\nzoe,Zoë\n", "utf-8")
    root = hand_in(tmp_path / "in", ada=RIGHT)
    record = grading.grade(root, KEY, tmp_path / "out", roster=intake.roster(listed), ids=IDS)
    assert record["missing"] == [{"student": "zoe", "name": "Zoë"}] and record["students"][0]["name"] == "Ada"


def test_two_notebooks_of_one_student_are_flagged(tmp_path):
    root = tmp_path / "in"
    hand_in(root, x=LESSON)
    hand_in(root / "ada", first=RIGHT, second=WRONG)
    students = grading.grade(root, KEY, tmp_path / "out")["students"]
    flags = {s["file"]: any(m["flag"] for m in s["marks"]) for s in students}
    assert flags == {"ada/first.ipynb": True, "ada/second.ipynb": True, "x.ipynb": False}


def test_the_order_and_the_number_of_workers_change_nothing(tmp_path):
    root = hand_in(tmp_path / "in", **{f"s{i}": [RIGHT, WRONG, LESSON][i % 3] for i in range(9)})
    one = grading.grade(root, KEY, tmp_path / "one", jobs=1, ids=IDS)
    four = grading.grade(root, KEY, tmp_path / "four", jobs=4, ids=IDS)
    assert essence(one) == essence(four)


def test_results_do_not_go_among_the_submissions(tmp_path):
    root = hand_in(tmp_path / "in", ada=RIGHT)
    for out in (root, root / "out"):
        with pytest.raises(GradingProblem):
            grading.grade(root, KEY, out)
    with pytest.raises(GradingProblem):
        grading.grade(tmp_path / "none", KEY, tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(GradingProblem):
        grading.grade(tmp_path / "empty", KEY, tmp_path / "out")


# ---- kills ---------------------------------------------------------------------------------------


def command(root, out, secret):
    return [sys.executable, "-m", "autograd_mini.cli", "grade", str(root), "--key", str(secret), "-o", str(out)]


def descendants(pid):
    """The processes below one, by /proc."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
    below, todo = [], [pid]
    while todo:
        new = [child for child, parent in parents.items() if parent == todo[-1]]
        todo.pop()
        below += new
        todo += new
    return below


def survive(seconds, kill):
    """Kill one grading at a random moment: what of it is alive a second later (three, on a busy machine)?"""
    time.sleep(seconds)
    children = descendants(kill.pid)
    kill.send_signal(signal.SIGKILL)
    kill.wait()
    for _i in range(300):
        alive = [pid for pid in children if (Path("/proc") / str(pid)).exists() and not zombie(pid)]
        if not alive:
            return []
        time.sleep(0.01)
    return alive


def zombie(pid):
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def test_kills_of_the_grader_and_of_its_boxes_change_nothing(tmp_path):
    start = json.loads((shipped() / "course" / "en" / "00-start-here.ipynb").read_text("utf-8"))
    slow = {"cell_type": "code", "source": "import time\ntime.sleep(0.1)"}
    classes = [made | {"cells": [*made["cells"], slow]} for made in (start, solved(start))]
    root = hand_in(tmp_path / "in", **{f"s{i}": classes[i % 2] for i in range(12)})
    for i, path in enumerate(sorted(root.iterdir())):  # every file its own bytes, lest one be graded for all
        path.write_text(path.read_text("utf-8") + " " * i, "utf-8")
    undisturbed = grading.grade(root, KEY, tmp_path / "calm")
    secret = tmp_path / "key"
    secret.write_text(KEY.hex())
    secret.chmod(0o600)
    out, chance = tmp_path / "out", random.Random(7)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    for kill in range(4):
        child = subprocess.Popen(command(root, out, secret), stdout=subprocess.DEVNULL, env=environment)
        if kill % 2:
            time.sleep(chance.uniform(0.6, 1.2))
            for pid in descendants(child.pid)[:1]:
                with suppress(ProcessLookupError):  # it may have ended just now
                    os.kill(pid, signal.SIGKILL)
        assert survive(chance.uniform(0.5, 1.5), child) == []
    subprocess.run(command(root, out, secret), check=True, env=environment, timeout=120)
    record = json.loads((out / "results.json").read_text("utf-8"))
    assert essence(record) == essence(undisturbed)
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) > len(undisturbed["students"])


# ---- the whole course ----------------------------------------------------------------------------


def test_every_solved_notebook_of_the_course_earns_everything_and_none_as_handed_out_earns_anything(tmp_path):
    root = tmp_path / "in"
    for path in sorted(shipped().glob("*/en/*.ipynb")):
        notebook = json.loads(path.read_text("utf-8"))
        hand_in(root, **{f"solved {path.stem}": solved(notebook), f"open {path.stem}": notebook})
    record = grading.grade(root, KEY, tmp_path / "out")
    assert len(record["students"]) == 2 * len(list(shipped().glob("*/en/*.ipynb"))) >= 28
    for entry in record["students"]:
        full = entry["possible"] if entry["student"].startswith("solved") else 0
        assert entry["points"] == full and entry["possible"] > 0, entry
