"""What there is to be found in the box: no reference, no known mistake, no file but the library's."""

import os
import socket
from pathlib import Path

import pytest

import autograd_mini
from autograd_mini.exercises.catalogue import CATALOGUE, SETS
from autograd_mini.exercises.declare import Exercise

HOME = Path(__file__).parents[2]
ALL = [e for exercises in CATALOGUE.sets.values() for e in exercises if isinstance(e, Exercise)]


def lines(text):
    """Lines of a program that stand nowhere by chance."""
    return {line.strip() for line in text.splitlines() if len(line.strip()) > 30}


def secrets():
    answers = {line for e in ALL for line in lines(e.solution) - lines(e.starter)}
    return sorted(answers - lines(autograd_mini.__doc__) | {m.message for e in ALL for m in e.mistakes})


SECRETS = secrets()


def said(answer):
    assert answer["ended"] == "whole" and answer["cells"] == [{"ok": True}] * len(answer["cells"]), answer
    return answer["said"]


def test_there_are_references_to_be_looked_for():
    assert len(SECRETS) > 50 and SETS


def test_no_reference_is_in_the_memory_of_the_server(box):
    from tests.grading.test_box import held, tree

    memory = b"".join(held(pid) for pid in tree(box.server.pid))
    assert [s for s in SECRETS[:: len(SECRETS) // 30] if s.encode() in memory] == []


def test_no_module_with_a_reference_is_imported(run):
    names = said(run("import sys\nprint(*sorted(sys.modules), sep='\\n')")).split()
    ours = {n for n in names if n.startswith("autograd_mini.exercises") or n.startswith("tests")}
    package = "autograd_mini.exercises"
    assert ours == {package, *(f"{package}.{n}" for n in ("declare", "judge", "limit", "run"))}


def test_the_collector_knows_no_declaration(run):
    look = """
import gc
from autograd_mini.exercises.declare import Catalogue, Choice, Exercise, Part, Prediction
gc.unfreeze()
print([o for o in gc.get_objects() if isinstance(o, (Catalogue, Choice, Exercise, Part, Prediction))])
"""
    assert said(run(look)) == "[]\n"


@pytest.mark.parametrize("name", ["catalogue", "declared", "check", "solved", "show", "journal"])
def test_a_module_that_leads_to_a_reference_cannot_be_imported(run, name):
    back = f"""
import sys
sys.path.insert(0, {str(HOME)!r})
del sys.modules["autograd_mini.exercises"]
"""
    folder = HOME / "autograd_mini/exercises"
    for cell in (f"import autograd_mini.exercises.{name}", f"import importlib.util as u, sys\ns = "
                 f"u.spec_from_file_location('x', {str(folder / name)!r} + '.py')\ns.loader.exec_module("
                 "u.module_from_spec(s))"):  # fmt: skip
        for before in ("", back):
            assert "error" in run(before + cell)["cells"][0]


def test_every_file_that_can_be_read_is_of_the_library(run):
    """The tree is walked from outside, and each file of ours is asked for by its name."""
    files = [p for top in ("autograd_mini", "course", "labs", "tests", "docs") for p in (HOME / top).rglob("*")]
    files = [str(p) for p in files if p.is_file()]
    cell = f"""
for name in {files!r}:
    try:
        open(name, "rb").read(1)
        print(name)
    except OSError:
        pass
"""
    read = {Path(n).relative_to(HOME) for n in said(run(cell)).splitlines()}
    inner = {Path("autograd_mini/exercises") / f"{n}.py" for n in ("run", "judge", "declare", "limit")}
    assert inner <= read
    assert all(p in inner or (p.parent == Path("autograd_mini") and p.suffix == ".py") for p in read), read
    texts = "".join((HOME / p).read_text() for p in read)
    assert [s for s in SECRETS if s in texts] == []


def test_a_walk_finds_nothing_beside_the_libraries(box, run):
    cell = """
import os, sys
import numpy, autograd_mini
ours = [os.path.dirname(os.__file__), os.path.dirname(numpy.__file__), numpy.__path__[0] + ".libs",
        os.path.dirname(autograd_mini.__file__)] + [p for p in sys.path if p]
for folder, folders, files in os.walk("/"):
    for name in files:
        path = os.path.join(folder, name)
        if not path.startswith(tuple(ours)):
            try:
                open(path, "rb").read(1)
                print(path)
            except OSError:
                pass
"""
    assert said(run(cell, seconds=9)) == ""


PLACES = ["/etc", "/etc/passwd", "/proc/self/environ", "/proc/1/cmdline", "/sys/kernel", "/dev/null", "/var"]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_of_the_machine_cannot_be_read(run, place):
    answer = run(f"import os\nos.listdir({place!r})", f"open({place!r}).read(1)")
    assert all(c.get("error") in ("PermissionError", "FileNotFoundError", "NotADirectoryError")
               for c in answer["cells"]), answer  # fmt: skip


def test_nothing_can_be_written_anywhere(run, tmp_path):
    (tmp_path / "mine").write_text("kept")
    cells = [f"open({where!r}, 'w').write('x')" for where in ("x", "/x", "/tmp/x", "/dev/shm/x", str(tmp_path / "x"))]
    cells += [f"open({str(tmp_path / 'mine')!r}, 'a').write('x')", "import tempfile; tempfile.TemporaryFile()"]
    cells += [f"import os; os.{call}" for call in (
        "mkdir('/tmp/x')", f"remove({str(tmp_path / 'mine')!r})", f"chmod({str(tmp_path)!r}, 0o777)",
        f"utime({str(tmp_path / 'mine')!r})", f"rename({str(tmp_path / 'mine')!r}, {str(tmp_path / 'x')!r})",
        f"truncate({str(tmp_path / 'mine')!r}, 0)", "mkfifo('/tmp/x')",
    )]  # fmt: skip
    answer = run(*cells)
    assert all("error" in c for c in answer["cells"]), answer
    assert (tmp_path / "mine").read_text() == "kept" and os.listdir(tmp_path) == ["mine"]


def test_nobody_can_be_reached(run):
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        port = listener.getsockname()[1]
        datagrams.bind(("127.0.0.1", port))
        answer = run(
            f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)",
            f"import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))",
            "import socket; socket.socket(socket.AF_UNIX).connect('\\0abstract')",
            "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
            "import urllib.request; urllib.request.urlopen('http://127.0.0.1')",
        )
        for one in (listener, datagrams):
            one.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()
        with pytest.raises(BlockingIOError):
            datagrams.recv(1)
    assert all("error" in c for c in answer["cells"]), answer


def test_its_environment_its_arguments_and_its_descriptors_tell_nothing(run):
    cell = """
import os, sys
print(sorted(os.environ), sys.argv, os.getcwd())
for fd in range(64):
    try:
        os.fstat(fd)
        print(fd, end=" ")
    except OSError:
        pass
"""
    names, descriptors = said(run(cell)).splitlines()
    assert "HOME" not in names and "PATH" not in names and names.endswith(" [''] /")
    assert len(descriptors.split()) == 4  # nothing to read, twice what it says, the answer


def test_in_namespaces_there_is_nobody_else(box, run):
    """In the other mode the machine's own processes and names are there to be seen, and not to be touched."""
    answer = said(run("import os\nprint(os.getppid(), os.getuid(), os.path.exists('/etc'))"))
    assert box.mode != "namespaces" or answer == "1 65534 False\n"
