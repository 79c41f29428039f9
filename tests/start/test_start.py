"""start.py: one command on an empty machine; whatever is in the way, a sentence says how round it."""

import ast
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
START = ROOT / "start.py"
OLD = [python for v in (6, 8, 9, 10) for python in Path.home().glob(f".pyenv/versions/3.{v}.*/bin/python")]


@pytest.fixture
def start():
    """start.py as a module."""
    spec = importlib.util.spec_from_file_location("start", START)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path):
    """The checkout, as far as start.py needs it, at a path with a space and an é."""
    home = tmp_path / "my clone é"
    ignore = shutil.ignore_patterns("__pycache__", ".*")
    for name in ("autograd_mini", "course", "labs"):
        shutil.copytree(ROOT / name, home / name, ignore=ignore)
    for name in ("start.py", "pyproject.toml", "constraints.txt", "README.md", "LICENSE", "LICENSE-CONTENT"):
        shutil.copy(ROOT / name, home)
    return home


def port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def environment(tmp_path, **more):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("AUTOGRAD_MINI", "JUPYTER"))}
    caches = {"UV_CACHE_DIR": subprocess.check_output([sys.executable, "-m", "uv", "cache", "dir"], text=True).strip()}
    return {**env, **caches, "HOME": str(tmp_path / "home"), "PYTHONUNBUFFERED": "1", **more}


def served(command, tmp_path, **env):
    """Start the course; the process, and the URL that it printed, once that answers."""
    log = tmp_path / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment(tmp_path, **env), stdout=out, stderr=subprocess.STDOUT)
    for _ in range(3000):
        if found := re.search(r"http://127\.0\.0\.1:\d+/\S+token=\S+", log.read_text("utf-8", "replace")):
            return process, found.group(), log.read_text("utf-8", "replace")
        assert process.poll() is None, log.read_text("utf-8", "replace")
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8", "replace"))


def stopped(process):
    process.send_signal(signal.SIGINT)
    return process.wait(20)


def test_it_is_short_ascii_and_needs_the_standard_library_only():
    text = START.read_bytes().decode("ascii")
    assert len(text.splitlines()) <= 120
    imports = [n for n in ast.walk(ast.parse(text)) if isinstance(n, (ast.Import, ast.ImportFrom))]
    assert {alias.name.partition(".")[0] for n in imports for alias in n.names} <= sys.stdlib_module_names


def test_it_parses_on_python_3_6():
    ast.parse(START.read_text(encoding="ascii"), feature_version=(3, 6))


@pytest.mark.parametrize("python", OLD, ids=lambda path: path.parts[-3])
def test_an_old_python_is_told_which_it_needs_and_where_to_get_it(python):
    run = subprocess.run([python, START], capture_output=True, text=True)
    assert run.returncode == 1 and run.stderr == ""
    assert "needs 3.11" in run.stdout and "python3.12-venv" in run.stdout and "py -3.13 start.py" in run.stdout


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_debians_package(start, monkeypatch, capsys, module):
    find = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == module else find(name))
    with pytest.raises(SystemExit):
        start.main([])
    assert f"sudo apt install python3.{sys.version_info[1]}-venv" in capsys.readouterr().out


@pytest.mark.parametrize(
    "printed, way_out",
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("error: Failed to fetch: dns error: failed to lookup address", "no network"),
        ("NewConnectionError: Failed to establish a new connection: [Errno 101]", "no network"),
        ("error: the build of ε failed", "delete .venv"),
    ],
)
def test_a_failed_step_is_explained_by_what_it_printed(start, monkeypatch, capsys, printed, way_out):
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    with pytest.raises(SystemExit):
        start.run([sys.executable, "-c", f"import sys; sys.stdout.buffer.write({printed.encode()!r}); sys.exit(2)"],
                  dict(os.environ), "Installing")
    said = capsys.readouterr().out
    assert way_out in said and said.isascii()


def test_a_failure_under_an_active_conda_names_both_ways_out(start, monkeypatch, capsys):
    monkeypatch.setenv("CONDA_PREFIX", "/opt/conda")
    with pytest.raises(SystemExit):
        start.run([sys.executable, "-c", "raise SystemExit(1)"], dict(os.environ), "Installing")
    assert "conda deactivate" in (said := capsys.readouterr().out) and "environment.yml" in said


def test_without_a_network_it_says_so_and_leaves_no_environment_that_looks_ready(clone, tmp_path):
    nowhere = f"http://127.0.0.1:{port()}"
    dead = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), nowhere)
    quick = {"PIP_RETRIES": "1", "UV_HTTP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
    run = subprocess.run([sys.executable, clone / "start.py"], env=environment(tmp_path, **dead, **quick),
                         capture_output=True)
    assert run.returncode == 1
    assert b"no network" in run.stdout and run.stdout.isascii()
    assert not (clone / ".venv" / "start.stamp").exists()


def test_from_nothing_to_the_course_and_again_in_seconds(clone, tmp_path, record_property):
    """A half made .venv, another Python's variables, a path with a space and an é; then the second start."""
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").write_text("half")
    (tmp_path / "stray").mkdir()
    (tmp_path / "stray" / "ipykernel.py").write_text("raise ImportError('this is not the environment')")
    stray = {"PYTHONPATH": str(tmp_path / "stray"), "CONDA_PREFIX": str(tmp_path / "stray")}
    command = [sys.executable, clone / "start.py", "--no-browser", "--port", str(port())]

    process, url, log = served(command, tmp_path, **stray)
    try:
        assert urllib.request.urlopen(url).status == 200
        assert "/lab/tree/course/en/00-start-here.ipynb" in url
        assert all(line.isascii() for line in log.splitlines() if line.startswith("start.py: "))
        busy = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True)
        assert busy.returncode == 1 and "--port" in busy.stderr and "Traceback" not in busy.stderr
    finally:
        assert stopped(process) == 0

    began = time.monotonic()
    process, _, log = served(command, tmp_path)
    record_property("figure", f"second start: {time.monotonic() - began:.1f} s")
    assert "installing" not in log
    assert stopped(process) == 0

    with (clone / "constraints.txt").open("a", encoding="utf-8") as file:
        file.write("# an update\n")
    process, _, log = served(command, tmp_path)
    assert "installing" in log and "making" not in log
    assert stopped(process) == 0
