#!/usr/bin/env python3
"""Set up autograd-mini in .venv beside this file, then open the course or run the tests.

    python3 start.py [--no-browser] [--port N] ...           open the course (more: autograd-mini lab --help)
    python3 start.py test [--latest] [--all] [PYTEST WORDS]  run all tests, or pytest with these words
"""
# Standard library only; parses on Python 3.6, so that it can say which Python it needs; prints ASCII.
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
ME = "py start.py" if os.name == "nt" else "python3 start.py"
# Variables that would lead Python or uv to another place, or make every start a slow one.
ASTRAY = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONDONTWRITEBYTECODE")
NO_SPACE = ("no space left", "not enough space", "disk quota", "errno 28")
NO_NETWORK = ("dns error", "name resolution", "failed to establish", "error sending request", "could not connect",
              "connection refused", "network is unreachable", "timed out", "proxyerror")
OLD_PYTHON = """This is Python {}.{}; the course needs 3.11 or newer.
  macOS           install Python from python.org (or: brew install python@3.13), then: python3.13 start.py
  Debian, Ubuntu  sudo apt install python3.12 python3.12-venv, then: python3.12 start.py
  Windows         install Python from python.org, then: py -3.13 start.py
  conda           conda env create -f environment.yml, conda activate autograd-mini, then: autograd-mini lab"""


def say(text):
    print("start.py: " + text.encode("ascii", "replace").decode(), flush=True)


def stop(text):
    say("cannot go on. " + text)
    sys.exit(1)


def run(command, env, doing=""):
    """Run a command and show what it prints as it comes. Did it succeed? Where it had to, stop with the way out."""
    printed = ""
    try:
        child = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for raw in child.stdout:
            line = raw.decode("utf-8", "replace").rstrip()
            printed += line.lower() + "\n"
            if not line.startswith((" + ", " - ")):  # uv's list of a hundred packages
                say("  " + line)
        done = child.wait() == 0
    except OSError as error:
        done, printed = False, str(error).lower()
    if not done and doing:
        if any(words in printed for words in NO_SPACE) or shutil.disk_usage(ROOT).free < 50e6:
            stop(f"The disk is full: {doing} failed. Free 1 GB, then run this command again.")
        if any(words in printed for words in NO_NETWORK):
            stop(f"There is no network, or a proxy that has to be named in HTTPS_PROXY: {doing} failed. "
                 "Connect, then run this command again; what has been fetched is kept.")
        if "CONDA_PREFIX" in os.environ:
            stop(f"{doing} failed while a conda environment is active. Run: conda deactivate, then: {ME}. "
                 "Or with conda: conda env create -f environment.yml")
        stop(f"{doing} failed; the lines above say why. To begin anew, delete .venv and run: {ME}")
    return done


def prepare(extra, latest):
    """The Python and the variables of an environment that has the project with `extra` installed."""
    home = os.path.join(ROOT, os.environ.get("AUTOGRAD_MINI_VENV", ".venv") + ("-latest" if latest else ""))
    python = os.path.join(home, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
    stamp = os.path.join(home, "start.stamp")  # written last: where and which Python, then what is in it
    env = {key: value for key, value in os.environ.items() if key not in ASTRAY}
    env.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_RETRIES=os.environ.get("PIP_RETRIES", "2"))
    place = ascii((ROOT, sys.base_prefix, sys.version)) + "\n"
    files = [open(os.path.join(ROOT, name), "rb").read() for name in ("pyproject.toml", "constraints.txt")]
    content = hashlib.sha256(b"".join(files)).hexdigest() + " "
    found = open(stamp).read() if os.path.exists(stamp) and os.path.exists(python) else ""
    if found in (place + content + extra, place + content + "all") and not latest:
        return python, env
    if found.startswith(place):
        os.remove(stamp)
    else:  # none yet, half made, moved, or of another Python
        if os.path.realpath(sys.prefix) == os.path.realpath(home):
            stop("This is the Python inside .venv, which has to be made anew. Run: deactivate, then: " + ME)
        say("making {} with Python {}.{}".format(os.path.basename(home), *sys.version_info))
        run([sys.executable, "-m", "venv", "--clear", home], env, "Making .venv")
    say("installing the course and what it needs: a few minutes the first time")
    versions = ["--upgrade"] if latest else ["-c", "constraints.txt"]
    words = ["install", "-e", f".[{extra}]", *versions]
    pip = [python, "-m", "pip"]
    if not (run([*pip, "install", "-q", "--only-binary", ":all:", "uv", *versions], env)
            and run([python, "-m", "uv", "pip", *words, "--python", python], env)):
        say("uv could not do it; trying pip, which takes longer")
        run([*pip, *words, "--progress-bar", "off"], env, "Installing")
    if not run([python, "-c", "import autograd_mini"], env):
        stop("Python does not find what was installed. Move the course to a folder with only a-z in its path.")
    with open(stamp, "w") as file:
        file.write(place + content + extra)
    return python, env


def main(words):
    if words[:1] in (["-h"], ["--help"]):
        return print(__doc__)
    if sys.version_info < (3, 11):  # noqa: UP036
        stop(OLD_PYTHON.format(*sys.version_info))
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            stop(f"This Python has no {module}. "
                 f"Debian, Ubuntu: sudo apt install python3.{sys.version_info[1]}-venv, then: {ME}")
    tests = words[:1] == ["test"]
    python, env = prepare("all" if tests else "labs", tests and "--latest" in words)
    runner = os.path.join(ROOT, "tests", "run.py")
    command = [python, runner, *words[1:]] if tests else [python, "-m", "autograd_mini.cli", "lab", *words]
    if os.name != "nt":
        os.execve(python, command, env)  # so that Ctrl-C and signals reach the course itself
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C reaches the course too, which ends by itself
    return subprocess.call(command, env=env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
