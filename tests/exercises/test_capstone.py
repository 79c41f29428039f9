"""The conformance list: right engines keep it, every known wrong one does not; and the network trains."""

import cmath
import json
import math
from dataclasses import replace

import pytest

import autograd_mini as ad
from autograd_mini.exercises import conformance, declare
from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.conformance import COURSE, NAMES, compiled, from_lab_4, lines, own, promises, score
from autograd_mini.exercises.run import namespace
from autograd_mini.exercises.solved import solved
from tests.notebooks.rebuild import HOUSE

LAB_4 = CATALOGUE.by_id["reverse-engine"][0]
MISTAKES = [
    pytest.param(str(mistake.wrong), id=f"{unit.id}-{number}")
    for unit in (*LAB_4.parts, LAB_4)
    for number, mistake in enumerate(unit.mistakes, start=1)
]
CAPSTONE = HOUSE / "labs" / "en" / "9-capstone.ipynb"


def engine(*programs):
    space = namespace(LAB_4, LAB_4.solution, *programs)
    return own(*(space[name] for name in NAMES))


def broken(tried):
    return (line for line in lines(tried) if line.status != "kept")


@pytest.fixture
def lab_4(tmp_path, monkeypatch):
    """A work folder in which lab 4 holds the given cells."""
    monkeypatch.chdir(tmp_path)

    def write(*sources):
        cells = [{"cell_type": "code", "source": source} for source in sources]
        (tmp_path / "4-reverse-engine.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")

    return write


def test_the_engine_of_the_course_keeps_every_promise():
    assert list(broken(COURSE)) == []


@pytest.mark.parametrize("program", ("", *LAB_4.variants), ids=("solution", "variant-1", "variant-2"))
def test_a_right_engine_of_lab_4_keeps_every_promise(program):
    assert list(broken(engine(program))) == []


@pytest.mark.parametrize("program", MISTAKES)
def test_a_known_wrong_engine_breaks_a_promise_and_is_told_where(program, monkeypatch):
    monkeypatch.setattr(conformance, "SECONDS", 2.0)
    line = next(broken(engine(program)))
    assert line.status == "broken" and "at x = " in line.words


def test_the_starter_keeps_nothing_and_most_of_it_is_not_begun():
    space = namespace(LAB_4, LAB_4.starter)
    found = [line.status for line in lines(own(*(space[name] for name in NAMES)))]
    assert "kept" not in found and found.count("open") >= len(found) - 1


CLOSED = [case for promise in promises() for case in promise.cases if len(case.outputs) == 1]


@pytest.mark.parametrize("case", CLOSED, ids=range(len(CLOSED)))
def test_the_right_numbers_are_those_of_the_complex_step(case):
    """f(x + ih) = f(x) + ih f′(x) + …: no engine has a hand in it."""
    h = 1e-30
    functions = replace(COURSE, sin=cmath.sin, log=cmath.log, exp=cmath.exp)
    f = compiled(case.program, functions)
    for k, slope in enumerate(case.right[0].slopes):
        if any(map(math.isnan, case.at)):
            continue
        out = complex(f(*(x + 1j * h * (i == k) for i, x in enumerate(case.at))))
        assert out.real == pytest.approx(case.right[0].value, rel=1e-9, abs=1e-12)
        assert out.imag / h == pytest.approx(slope, rel=1e-9, abs=1e-12)


def test_the_lines_of_two_outputs_and_of_nan_are_worked_out_by_hand():
    by_name = {promise.name: promise.cases[0] for promise in promises()}
    second, turns = by_name["a second sweep"], by_name["two outputs, swept in turn"]
    assert [sweep.slopes for sweep in second.right] == [(5 + 1 / 5, 3 - 3 / 25)] * 3
    assert [sweep.slopes for sweep in turns.right] == [(5.0, 3.0), (1 / 5, -3 / 25), (5.0, 3.0)]
    x, y, z = by_name["nan, and only where it belongs"].right[0].slopes
    assert (x, z) == (5.0, 1.0) and math.isnan(y)


def test_a_fault_that_one_line_sees_is_told_with_both_numbers():
    turned = replace(COURSE, sin=lambda x: 2.0 * ad.stop_gradient(ad.sin(x)) - ad.sin(x))
    found = {line.name: line.words for line in broken(turned)}
    assert found["sin"] == "sin(x) at x = 3: the slope for x came out as 0.9900, and −0.9900 is right."
    assert {"the running example", "20 random programs"} <= found.keys() and "cos" not in found


def test_the_score_counts_and_an_interrupt_keeps_what_was_reached(capsys):
    score(COURSE)
    assert capsys.readouterr().out.endswith(f"Score: {len(promises())} of {len(promises())}.\n")

    def stopped(_x):
        raise KeyboardInterrupt

    score(replace(COURSE, sin=stopped))
    assert "Score: 8 of 28." in capsys.readouterr().out
    score(None)
    assert capsys.readouterr().out == "○ Not begun: 0 of 28.\n"


def test_a_line_shows_its_programs(capsys):
    conformance.program("fan-out")
    assert capsys.readouterr().out == "# at x = 3\nb = x * x\nreturn b + (b * x) * x\n"
    conformance.program("20 random programs")
    assert capsys.readouterr().out.count("# at x = ") == 20


def test_an_endless_engine_is_stopped_and_the_list_goes_on(monkeypatch):
    monkeypatch.setattr(conformance, "SECONDS", 0.2)

    def endless(_x):
        while True:
            pass

    found = {line.name: line for line in lines(replace(COURSE, log=endless))}
    assert "not done after" in found["log"].words and found["fan-out"].status == "kept"


# ---- the notebook of lab 4 ------------------------------------------------------------------------


def test_the_engine_is_read_from_the_notebook_of_lab_4(lab_4, capsys):
    lab_4(
        "%matplotlib inline",
        "import math\nx = [1.5]",
        f"{LAB_4.solution}\nraise SystemExit('no check is run')",
        "1 / 0",
    )
    found = from_lab_4()
    assert capsys.readouterr().out == "✓ Your engine from 4-reverse-engine.ipynb is here.\n"
    assert list(broken(found)) == []


def test_without_an_engine_a_sentence_says_so_and_nothing_is_blocked(lab_4, capsys):
    assert from_lab_4() is None and "No engine of yours" in capsys.readouterr().out
    lab_4("import math", declare.starter(LAB_4) + "\n# a comment changes nothing")
    assert from_lab_4() is None and "No engine of yours" in capsys.readouterr().out
    lab_4("x = 3")
    assert from_lab_4() is None and "No engine of yours" in capsys.readouterr().out
    lab_4(f"numbers = {{}}['gone']\n{LAB_4.solution}")
    assert from_lab_4() is None and "stop with KeyError" in capsys.readouterr().out
    lab_4("class Node:\n    pass")
    assert from_lab_4() is None and "stop with KeyError: 'sin'" in capsys.readouterr().out
    lab_4("import math", "class Node:\n    def __init__(self, value:\n        pass")
    assert from_lab_4() is None
    said = capsys.readouterr().out
    assert "is no Python" in said and "in its line 2, “def __init__(self, value:”" in said


# ---- the network ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lent", (None, "lab 4"))
def test_the_solved_notebook_trains_as_its_last_column_says(lent, capsys, monkeypatch):
    monkeypatch.chdir(CAPSTONE.parent)
    space = {"__name__": "notebook"}
    for cell in solved(json.loads(CAPSTONE.read_text(encoding="utf-8")))["cells"]:
        if cell["cell_type"] == "code" and cell["id"] != "score-course":
            if cell["id"] == "train":
                space["engine"] = engine() if lent else COURSE
                capsys.readouterr()
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            exec(source, space)
            if cell["id"] == "train":
                head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["steps", "your", "loss", "on", "their", "side", "expected"] and len(rows) == 9
    for row in rows:
        _steps, loss, _side, _of, _all, expected = row.split()
        assert loss == expected
    assert "40 of 40" in rows[-1]


def test_what_is_no_engine_and_a_line_that_is_not_on_the_list_get_one_sentence():
    with pytest.raises(TypeError, match=r"score takes an engine, .* not str"):
        score("x")
    with pytest.raises(ValueError, match=r"called “fan out”.*“fan-out”"):
        conformance.program("fan out")
