"""What a learner has done is never lost: not by two kernels, a kill, a full disk, an update."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from autograd_mini.exercises import check, hint, progress
from autograd_mini.exercises.journal import events, export, path, record, report, standings

WRITER = "import sys; from autograd_mini.exercises.journal import record\n"


def writer(code):
    return subprocess.Popen([sys.executable, "-c", WRITER + code], stdout=subprocess.PIPE, text=True)


def product(a, b):
    return a * b


def test_two_kernels_writing_200_marks_each_lose_none():
    kernels = [writer(f"for i in range(200): assert not record('k{k}', 'answer', passed=True, n=i)") for k in (0, 1)]
    assert [k.wait(60) for k in kernels] == [0, 0]
    found = [(e["id"], e["n"]) for e in events()]
    assert sorted(found) == sorted((f"k{k}", n) for k in (0, 1) for n in range(200))
    assert all(line == b"" or json.loads(line) for line in path().read_bytes().split(b"\n")), "one event, one line"


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's")
def test_a_kill_at_any_moment_costs_at_most_the_last_line():
    for k in range(5):
        before = len(events())
        child = writer("for i in range(10**6): record('x', 'answer', passed=True, n=i); print(i, flush=True)")
        for _i in range(20 + 7 * k):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        said = [20 + 7 * k - 1, *(int(line) for line in child.stdout if line.endswith("\n"))][-1]
        child.wait()
        assert len(events()) - before >= said + 1


def test_a_torn_last_line_is_dropped_and_costs_the_next_one_nothing():
    record("one", "answer", passed=True)
    with path().open("ab") as f:
        f.write(b'{"id": "two", "event": "ans')
    assert [e["id"] for e in events()] == ["one"]
    record("three", "answer", passed=True)
    assert [e["id"] for e in events()] == ["one", "three"]


def test_bytes_that_are_no_event_are_left_out():
    record("one", "answer", passed=True)
    with path().open("ab") as f:
        f.write(b'\xff\xfe\n[1, 2]\n{"id": 3}\n\n"text"\n')
    record("two", "hint", level=1)
    assert [e["id"] for e in events()] == ["one", "two"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_a_sentence_and_the_check_still_answers(home):
    home.mkdir()
    (home / "progress.jsonl").symlink_to("/dev/full")
    shown = check("dual-product", product)
    assert shown.passed and "Your progress could not be saved" in shown.lines[-1]


def test_a_disk_that_fills_within_a_line_is_a_sentence_and_costs_that_line_only(monkeypatch):
    record("one", "answer", passed=True)
    real = os.write
    with monkeypatch.context() as m:
        m.setattr(os, "write", lambda handle, data: real(handle, data[:10]))
        assert "could not be saved" in record("two", "answer", passed=True)
    assert record("three", "answer", passed=True) == ""
    assert [e["id"] for e in events()] == ["one", "three"]


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AUTOGRAD_MINI_HOME", str(tmp_path / "file"))
    assert "could not be saved" in check("dual-product", product).lines[-1]
    assert events() == [] and "Nothing is done yet" in repr(progress())


def test_only_answers_count_and_a_point_once_made_stays():
    hint("dual-product", 2)
    check("dual-product", ...)
    check("dual-product", product)
    check("dual-product", lambda a, b: a)
    row = next(r for r in standings()["dual_numbers"] if r.id == "dual-product")
    assert (row.passed, row.tries, row.hints) == (True, 2, 1)


def test_an_event_of_an_exercise_that_is_gone_is_kept_and_harms_nobody():
    record("long-gone", "answer", passed=True)
    assert "Nothing is done yet" in repr(progress())
    assert [e["id"] for e in events()] == ["long-gone"]


def test_progress_tells_of_what_has_been_begun():
    check("dual-product", product)
    text = repr(progress())
    assert "ε and dual numbers: 1 of" in text and "Start here" not in text


def test_the_report_names_every_exercise_and_where_it_is_kept():
    check("dual-product", product)
    text = report()
    assert "(dual-product)" in text and str(path()) in text
    assert all(row.id in text for rows in standings().values() for row in rows)


def test_an_export_holds_everything(tmp_path):
    check("dual-product", product)
    data = json.loads(export(tmp_path / "out.json").read_text("utf-8"))
    assert data["events"] == events()
    assert {"id": "dual-product", "passed": True}.items() <= next(
        row for row in data["exercises"]["dual_numbers"] if row["id"] == "dual-product"
    ).items()


def test_the_folder_is_the_users_data_folder(monkeypatch):
    monkeypatch.delenv("AUTOGRAD_MINI_HOME")
    assert path().name == "progress.jsonl" and "autograd-mini" in str(path())


def test_a_mark_is_kept_in_under_5_ms():
    record("warm", "answer", passed=True)
    times = []
    for _i in range(20):
        start = time.perf_counter()
        record("x", "answer", passed=True)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.005
