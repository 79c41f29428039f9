"""What `python3 start.py test` runs, inside the environment that it made.

    run.py                  style, types, all tests and notebooks, the browser, the other Pythons
    run.py WORDS            pytest with these words, e.g. tests/engine
    --all                   the tests marked slow, too
    --latest                in an environment of newest versions; says which differ from constraints.txt

Every part runs even when one before it fails. The last line names what could not run here.
"""

import glob
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q"]
BOTH_CORES = ["-n", "2", "--dist", "loadscope"]
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
OTHERS = ("3.12", "3.13")
NBGRADER, NBGRADER_TESTS = ROOT / ".nbgrader", "tests/grading/test_nbgrader.py"  # where .ci/run has put it
# The transcript submits every known mistake and compares all that is said; the others need no more of the exercises.
ONCE_MORE = [f"tests/exercises/test_{name}.py" for name in ("transcript", "solved", "verdicts")]
# What holds on the oldest and the newest Python seldom fails on one between them.
BETWEEN = [f"tests/engine/test_{name}.py" for name in ("promises", "programs", "nesting", "jit", "array_promises")]


def interpreter(version):
    """A Python of this version that runs (a shim that only names it does not), or None."""
    candidates = [
        shutil.which(f"python{version}"),
        *glob.glob(os.path.expanduser(f"~/.pyenv/versions/{version}.*/bin/python")),
        *glob.glob(os.path.expanduser(f"~/.local/share/uv/python/cpython-{version}.*/bin/python3")),
    ]
    for python in filter(None, candidates):
        ask = [python, "-c", "import sys, ensurepip; print('%d.%d' % sys.version_info[:2])"]
        if subprocess.run(ask, capture_output=True, text=True).stdout.strip() == version:
            return python
    return None


def differing():
    """A line for each package whose installed version is not that of constraints.txt."""
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"([\w.-]+)==(\S+)( ; .*)?$", line):
            name, pinned, marker = found.groups()
            try:
                here = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                continue
            if here != pinned and not marker:
                yield f"{name} {pinned} -> {here}"


class Parts:
    """The parts run so far: how each ended, how long it took, what it left out."""

    def __init__(self):
        self.rows, self.left_out = [], []

    def run(self, name, command, **env):
        print(f"\n== {name} ==", flush=True)
        self.rows.append((name, *self.ran(command, env, lambda line: print(line, end="", flush=True))))

    @contextmanager
    def meanwhile(self, jobs):
        """Run jobs, (name, command, env) each, in turn while the context lasts; what they print comes after it."""
        heard = [[] for _ in jobs]
        with ThreadPoolExecutor(1) as pool:
            running = [pool.submit(self.ran, command, env, lines.append)
                       for (_, command, env), lines in zip(jobs, heard, strict=True)]
            try:
                yield
            except BaseException:  # Ctrl-C has reached what runs, too
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        for (name, _, _), future, lines in zip(jobs, running, heard, strict=True):
            print(f"\n== {name} ==\n" + "".join(lines), end="", flush=True)
            self.rows.append((name, *future.result()))

    def ran(self, command, env, tell):
        """Exit code and seconds of a command; `tell` is given each line that it prints."""
        start = time.monotonic()
        child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.PIPE)
        for raw in child.stdout:
            line = raw.decode("utf-8", "replace")
            tell(line)
            if line.startswith("NOT RUN: "):
                self.left_out.append(line.removeprefix("NOT RUN: ").strip())
        return child.wait(), time.monotonic() - start

    def close(self):
        """The summary, what was not run last; the exit code."""
        print("\n== summary ==")
        for name, code, seconds in self.rows:
            print(f"{seconds:6.0f} s  {'passed' if code == 0 else 'FAILED'}  {name}")
        failed = any(code for _, code, _ in self.rows) or (self.left_out and os.environ.get("CI") == "true")
        left_out = "; ".join(dict.fromkeys(self.left_out))
        verdict = "Something failed." if failed else "All that ran passed." if left_out else "All passed."
        print(f"{verdict} Not run here: {left_out or 'nothing'}.")
        return 1 if failed else 0


def main(words):
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    latest = "--latest" in words
    words = [word for word in words if word != "--latest"]
    if set(words) - {"--all"}:
        return subprocess.call([*PYTEST, *words], cwd=ROOT)
    parts = Parts()
    parts.run("style", [sys.executable, "-m", "ruff", "check", "."])
    apart = ("tests/browser", "tests/beside", NBGRADER_TESTS)
    everything = ["tests", "course", "labs", *(f"--ignore={path}" for path in apart), *words]
    parts.run("tests and notebooks", [*PYTEST, *NBVAL, *BOTH_CORES, *everything])
    beside = [("types", [sys.executable, "-m", "mypy"], {})]
    for version in OTHERS:
        if python := interpreter(version):
            chosen = (
                ["tests/engine", "tests/exercises"] if "--all" in words
                else ["tests/engine", *ONCE_MORE] if version == OTHERS[-1]
                else BETWEEN
            )  # fmt: skip
            command = [python, "start.py", "test", *chosen, *words]
            command += ["--latest"] if latest else []
            beside.append((f"on Python {version}", command, {"AUTOGRAD_MINI_VENV": f".venv-{version}"}))
        else:
            parts.left_out.append(f"no Python {version}")
    if NBGRADER.is_dir():
        env = {"PYTHONPATH": str(NBGRADER), "PATH": f"{NBGRADER / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        beside.append(("beside nbgrader", [*PYTEST, NBGRADER_TESTS], env))
    else:
        parts.left_out.append("no nbgrader (see .ci/run)")
    # A second and a third look, which the summary names, because a machine that stands still for half a minute looks
    # like a page that does. It measures how soon a picture follows a key: the other core is all that works beside it.
    with parts.meanwhile(beside):
        parts.run("browser", [*PYTEST, "--reruns", "2", "-rR", "tests/browser", *words])
    others = [name for name in ("jax", "numba") if importlib.util.find_spec(name)]
    parts.left_out += [f"no {name} (pip install {name})" for name in ("jax", "numba") if name not in others]
    if others:  # alone: JAX starts threads
        parts.run(f"beside {' and '.join(others)}", [*PYTEST, "tests/beside"], BESIDE_JAX_LIMIT="300")
    if latest:
        print("\n== newer than constraints.txt ==", *differing(), sep="\n")
    return parts.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
