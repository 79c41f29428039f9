"""What is graded stays graded: through kills, regrading and a full disk."""

import os
import signal
import sqlite3
import subprocess
import sys

import pytest

from autograd_mini.grading import key
from autograd_mini.grading.journal import Journal, JournalProblem, Versions

FIRST = Versions("set 1", "grader 1", "key 1")
MARK = {"id": "a", "points": 1, "words": ["ε"]}


def test_what_is_written_is_there_again(tmp_path):
    journal = Journal(tmp_path, FIRST)
    journal.write("sha", "a", "box", [MARK])
    journal.close()
    journal = Journal(tmp_path, FIRST)
    assert journal.done() == {("sha", "a")} and journal.marks("sha") == {"a": [MARK]} and journal.boxes() == ["box"]


def test_marks_are_never_replaced(tmp_path):
    journal = Journal(tmp_path, FIRST)
    journal.write("sha", "a", "box", [MARK])
    journal.write("sha", "a", "box", [MARK | {"points": 9}])
    assert journal.marks("sha")["a"][0]["points"] == 1


@pytest.mark.parametrize("other", [("set 2", "grader 1", "key 1"), ("set 1", "grader 2", "key 1"),
                                   ("set 1", "grader 1", "key 2")])  # fmt: skip
def test_another_version_is_graded_anew_and_the_old_marks_are_kept(tmp_path, other):
    journal = Journal(tmp_path, FIRST)
    journal.write("sha", "a", "box", [MARK])
    journal.close()
    journal = Journal(tmp_path, Versions(*other))
    assert not journal.done() and not journal.marks("sha")
    journal.write("sha", "a", "box", [MARK | {"points": 0}])
    journal.close()
    assert Journal(tmp_path, FIRST).marks("sha")["a"][0]["points"] == 1


def test_a_kill_costs_nothing_that_was_written(tmp_path):
    program = (
        "import sys, pathlib\n"
        "from autograd_mini.grading.journal import Journal, Versions\n"
        f"journal = Journal(pathlib.Path({str(tmp_path)!r}), Versions('set 1', 'grader 1', 'key 1'))\n"
        "for i in range(10**9):\n"
        "    journal.write('sha', str(i), 'box', [])\n"
        "    print(i, flush=True)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    told = [int(child.stdout.readline()) for _i in range(50)]
    child.send_signal(signal.SIGKILL)
    child.wait()
    journal = Journal(tmp_path, FIRST)
    assert {("sha", str(i)) for i in told} <= journal.done()


def test_two_at_a_time_are_refused(tmp_path):
    journal = Journal(tmp_path, FIRST)
    with pytest.raises(JournalProblem, match="at work"):
        Journal(tmp_path, FIRST)
    journal.close()


def test_a_full_disk_is_said_and_costs_nothing_that_was_written(tmp_path):
    journal = Journal(tmp_path, FIRST)
    journal.write("sha", "a", "box", [MARK])
    journal.base.execute(f"pragma max_page_count = {journal.base.execute('pragma page_count').fetchone()[0] + 1}")
    with pytest.raises(JournalProblem, match="disk is full"):
        for i in range(1000):
            journal.write("sha", f"b{i}", "box", [MARK | {"words": ["x" * 1000]}])
    journal.close()
    assert ("sha", "a") in Journal(tmp_path, FIRST).done()


def test_a_file_that_is_no_journal_is_said(tmp_path):
    (tmp_path / "journal.sqlite").write_bytes(b"something else" * 1000)
    with pytest.raises(JournalProblem, match="cannot be used"):
        Journal(tmp_path, FIRST)


def test_the_key_is_not_in_the_journal(tmp_path):
    secret = bytes(range(32))
    journal = Journal(tmp_path, Versions("set", "grader", key.fingerprint(secret)))
    journal.write("sha", "a", "box", [MARK])
    journal.close()
    data = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert secret not in data and secret.hex().encode() not in data and sqlite3.sqlite_version


# ---- the key -------------------------------------------------------------------------------------


def test_a_new_key_is_its_owner_s_alone_and_never_overwritten(tmp_path):
    file = tmp_path / "key"
    key.new(file)
    assert file.stat().st_mode & 0o777 == 0o600 and len(key.load(file)) == 32
    before = file.read_bytes()
    with pytest.raises(key.KeyProblem):
        key.new(file)
    assert file.read_bytes() == before


def test_a_key_that_others_can_read_or_that_is_none_is_refused(tmp_path):
    file = tmp_path / "key"
    key.new(file)
    os.chmod(file, 0o644)
    with pytest.raises(key.KeyProblem, match="chmod"):
        key.load(file)
    os.chmod(file, 0o600)
    file.write_text("short")
    with pytest.raises(key.KeyProblem):
        key.load(file)
    with pytest.raises(key.KeyProblem, match="key new"):
        key.load(tmp_path / "none")
