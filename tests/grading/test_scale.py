"""A class in parts, or on a cluster, gets the marks that it gets at once."""

import json
from copy import deepcopy

import pytest

from autograd_mini.cli import main
from autograd_mini.exercises.solved import solved
from autograd_mini.grading import grade as grading
from autograd_mini.grading.cluster import Cluster, ClusterProblem
from autograd_mini.grading.journal import Journal, Versions
from autograd_mini.grading.key import fingerprint
from autograd_mini.grading.shards import Shard, ShardProblem, shard
from autograd_mini.workfolder import shipped

KEY = bytes(range(32))
LESSON = json.loads((shipped() / "course" / "en" / "00-start-here.ipynb").read_text("utf-8"))


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A class of seven, with a key; every second has done everything."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for i in range(7):
        notebook = LESSON if i % 2 else solved(LESSON)
        (tmp_path / "in" / f"s{i}.ipynb").write_text(json.dumps(notebook) + " " * i, "utf-8")
    (tmp_path / "key").write_text(KEY.hex())
    (tmp_path / "key").chmod(0o600)
    return tmp_path


def essence(record):
    students = deepcopy(sorted(record["students"], key=lambda s: s["file"]))
    for mark in (mark for s in students for mark in s["marks"]):
        del mark["seconds"]
    return students, record["units"], record["missing"]


def results(folder):
    return json.loads((folder / "results.json").read_text("utf-8"))


# ---- parts ---------------------------------------------------------------------------------------


def test_every_student_is_in_exactly_one_part():
    for student in ("ada", "Zoë", "李小龍", "\ud800"):
        assert sum(Shard(i, 5).holds(student) for i in range(1, 6)) == 1


def test_a_part_is_written_as_a_fraction():
    assert shard("3/8") == Shard(3, 8)
    for text in ("0/8", "9/8", "1", "1/0", "a/b", "1/8/2", "-1/8"):
        with pytest.raises(ValueError):
            shard(text)


def test_parts_put_together_are_what_is_graded_at_once(room):
    (room / "roster.csv").write_text("id,name\ns0,Zero\ns1,One\nx,Nobody\n")
    words = ["grade", "in", "--key", "key", "--roster", "roster.csv"]
    assert main([*words, "-o", "whole"]) == 0
    for i in (1, 2, 3):
        assert main([*words, "--shard", f"{i}/3", "-o", f"part{i}"]) == 0
    assert main(["grade", "merge", "part1", "part2", "part3", "-o", "all"]) == 0
    assert essence(results(room / "all")) == essence(results(room / "whole"))
    assert kept(room / "all") == kept(room / "whole")


def kept(folder):
    run = results(folder)["run"]
    journal = Journal(folder, Versions(run["exercises"], run["grader"], fingerprint(KEY)))
    try:
        return journal.done()
    finally:
        journal.close()


def test_the_same_submission_twice_must_have_the_same_marks(room, capsys):
    assert main(["grade", "in", "--key", "key", "-o", "one"]) == 0
    assert main(["grade", "in", "--key", "key", "-o", "two"]) == 0
    assert main(["grade", "merge", "one", "two", "-o", "all"]) == 0
    assert len(results(room / "all")["students"]) == 7
    record = results(room / "two")
    record["students"][0]["marks"][0]["points"] = 17
    (room / "two" / "results.json").write_text(json.dumps(record), "utf-8")
    assert main(["grade", "merge", "one", "two", "-o", "all2"]) == 1
    assert "other results" in capsys.readouterr().err


def test_results_of_another_key_are_not_put_together(room):
    grading.grade(room / "in", KEY, room / "one")
    grading.grade(room / "in", b"another key for the tests" * 2, room / "two")
    with pytest.raises(ShardProblem, match="another key"):
        grading.merged([room / "one", room / "two"], room / "all")
    with pytest.raises(ShardProblem, match="no results"):
        grading.merged([room / "one", room / "none"], room / "all")


# ---- a cluster -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_cluster_gives_the_same_marks(room):
    distributed = pytest.importorskip("distributed")
    for path in sorted((room / "in").iterdir())[3:]:
        path.unlink()
    undisturbed = grading.grade(room / "in", KEY, room / "here")
    local = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    )
    with local, Cluster(local.scheduler_address) as cluster:
        record = grading.grade(room / "in", KEY, room / "there", cluster=cluster)
    assert essence(record) == essence(undisturbed)
    assert record["run"]["box"] == undisturbed["run"]["box"]


def test_a_cluster_that_is_not_there_is_said(room, monkeypatch):
    distributed = pytest.importorskip("distributed")

    def unreachable(*_args, **_options):
        raise OSError("timed out")

    monkeypatch.setattr(distributed, "Client", unreachable)
    with pytest.raises(ClusterProblem, match="cannot be reached"):
        Cluster("tcp://127.0.0.1:9")
