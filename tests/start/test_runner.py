"""The command that runs all tests: nothing is left out unseen, and what fails is seen by who called."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run import Parts, interpreter

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import os
import pytest

def test_the_home_of_this_user_is_out_of_reach():
    assert "autograd-mini-tests-" in os.environ["AUTOGRAD_MINI_HOME"]

def test_in_a_browser():
    pytest.skip("no browser: looked everywhere")

@pytest.mark.slow
def test_slow_and_wrong():
    assert False
"""


@pytest.fixture
def pytest_on(tmp_path):
    """Run pytest under our conftest.py and settings on the tests above."""

    def run(*words, ci):
        for name in ("conftest.py", "pyproject.toml"):
            shutil.copy(ROOT / name, tmp_path)
        (tmp_path / "test_it.py").write_text(TESTS)
        command = [sys.executable, "-m", "pytest", "-q", *words, tmp_path / "test_it.py"]
        env = {**os.environ, "CI": ci, "PYTEST_ADDOPTS": ""}
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)

    return run


@pytest.mark.parametrize("words, ci, code", [
    ((), "false", 0),  # what could not run is named
    (("-n", "1", "--dist", "loadscope"), "true", 1),  # and in CI it is a failure
    (("--all",), "false", 1),  # the slow one runs, too
])
def test_nothing_is_left_out_unseen(pytest_on, words, ci, code):
    run = pytest_on(*words, ci=ci)
    assert run.returncode == code
    assert "\nNOT RUN: no browser: looked everywhere\n" in run.stdout
    assert ("1 failed" in run.stdout) == ("--all" in words)


def test_a_failing_part_fails_the_whole_and_the_others_still_run(capfd):
    parts = Parts()
    parts.run("first", [sys.executable, "-c", "raise SystemExit(3)"])
    parts.run("second", [sys.executable, "-c", "print('NOT RUN: no browser')"])
    assert parts.close() == 1
    said = capfd.readouterr().out
    assert "FAILED  first" in said and "passed  second" in said
    assert said.splitlines()[-1] == "Something failed. Not run here: no browser."


def test_what_runs_meanwhile_is_shown_and_counted_as_any_other_part(capfd):
    parts = Parts()
    jobs = [("third", [sys.executable, "-c", "print('NOT RUN: no browser'); raise SystemExit(3)"], {}),
            ("fourth", [sys.executable, "-c", "import os; print(os.environ['WHICH'])"], {"WHICH": "the fourth"})]
    with parts.meanwhile(jobs):
        parts.run("first", [sys.executable, "-c", "print('the first')"])
    assert parts.close() == 1
    said = capfd.readouterr().out
    assert said.index("the first") < said.index("== third ==") < said.index("the fourth")
    assert "passed  first" in said and "FAILED  third" in said and "passed  fourth" in said
    assert said.splitlines()[-1] == "Something failed. Not run here: no browser."


@pytest.mark.parametrize("ci, code", [("false", 0), ("true", 1)])
def test_a_part_that_cannot_run_here_is_in_the_last_line_and_fails_ci(monkeypatch, capsys, ci, code):
    monkeypatch.setenv("CI", ci)
    parts = Parts()
    parts.left_out.append("no Python 3.13")
    assert parts.close() == code
    assert "Not run here: no Python 3.13." in capsys.readouterr().out.splitlines()[-1]


def test_an_interpreter_is_one_that_runs_and_not_a_shim(tmp_path, monkeypatch):
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\necho 'python3.12: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert interpreter("3.12") is None
    here = "{}.{}".format(*sys.version_info)
    (tmp_path / f"python{here}").symlink_to(sys.executable)
    assert interpreter(here) == str(tmp_path / f"python{here}")


@pytest.mark.parametrize("code", [0, 3])
def test_ci_ends_as_the_tests_end(tmp_path, code):
    (tmp_path / ".ci").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    start = f"import os, sys\nsys.exit(0 if '--version' in sys.argv else {code} if os.environ['CI'] == 'true' else 9)\n"
    (tmp_path / "start.py").write_text(start)
    for name, does in (("dpkg-query", "echo install ok installed"), ("chromium", "true")):
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    assert subprocess.run(["bash", tmp_path / ".ci" / "run"], env=env).returncode == code
