"""Lesson 14: what JAX and PyTorch printed is what our cells print, and what they print here when they are installed."""

import json
import math
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest

from autograd_mini import beside
from autograd_mini.beside.programs import ERRORS, NAMES, PROGRAMS
from tests.beside.record import HOUSE, traceback

LESSON = HOUSE / "course" / "en" / "14-jax-and-pytorch.ipynb"
SHOWN = re.compile(r"^.{24} ([−\d].*)$", re.MULTILINE)  # a line of the lesson's `show`

every_library = pytest.mark.parametrize("library", NAMES)


def ours(name):
    """The numbers that the lesson's own cell stores."""
    cells = {cell["id"]: cell for cell in json.loads(LESSON.read_text(encoding="utf-8"))["cells"]}
    text = "".join("".join(output["text"]) for output in cells[f"program-{name}"]["outputs"])
    return [float(x) for x in beside.NUMBER.findall(" ".join(SHOWN.findall(text)).replace("−", "-"))]


def theirs(library, name):
    return [float(x) for x in beside.NUMBER.findall(beside.recorded()[library]["outputs"][name])]


@every_library
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_lessons_cell_prints_the_numbers_that_the_library_printed(library, name):
    printed = theirs(library, name)
    if (library, name) == ("torch", "fan-out"):
        printed[1] -= printed[0]  # .grad is a running total
    assert printed
    assert all(math.isclose(a, b, rel_tol=5e-4) for a, b in zip(ours(name)[: len(printed)], printed, strict=True))


@every_library
def test_a_run_here_prints_the_recorded_numbers_or_says_that_it_cannot(library):
    first, *differences = beside.run(library).lines
    if find_spec(library):
        assert first.endswith("5 of 5 programs print the recorded numbers.")
        assert mine(traceback(ERRORS[library])) == mine(beside.recorded()[library]["error"])
    else:
        assert "is not installed here" in first
    assert not differences


def mine(text):
    """What a reader is told to look for in a traceback: the frames of train.py, and the error's name."""
    return re.findall(r"^ +File \"train.py\", line \d+", text, re.MULTILINE) + re.findall(
        r"^[\w.]+Error(?=:)", text, re.MULTILINE
    )


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("tensor(5.5000)", "Array(5.4999995, dtype=float32)", True),
        ("tensor(114., grad_fn=<SubBackward0>)", "114.0", True),
        ("[-215.60004 -88.]", "tensor([-215.6000,  -88.0000])", True),
        ("tensor(5.5000)", "tensor(5.6000)", False),
        ("tensor(5.5000)", "tensor(-5.5000)", False),
        ("[1.5 2.5]", "[1.5]", False),
        ("1.5", "TypeError: no such function", False),
    ],
)
def test_outputs_are_compared_by_their_numbers(old, new, same):
    assert beside.same(old, new) is same


def test_a_number_that_differs_is_told(monkeypatch):
    old = beside.recorded()["jax"]["outputs"]
    monkeypatch.setattr(beside, "find_spec", lambda name: True)
    monkeypatch.setattr(beside, "ran", lambda name: {"version": "9.9", "outputs": old | {"fan-out": "114.0\n228.0"}})
    first, second = beside.run("jax").lines
    assert first == "JAX 9.9: 4 of 5 programs print the recorded numbers."
    assert "fan-out" in second and "228.0" in second


def test_without_a_name_nothing_runs_and_nothing_of_them_is_imported():
    program = (
        "import sys; from autograd_mini import beside; [beside.show(name) for name in beside.PROGRAMS]; "
        "print(beside.run().title, {'jax', 'torch'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Nothing of JAX or PyTorch was run here. set()"


def test_a_library_or_a_program_by_another_name_is_refused():
    with pytest.raises(ValueError, match="jax, torch"):
        beside.run("numpy")
    with pytest.raises(ValueError, match="fan-out"):
        beside.show("hessian")
