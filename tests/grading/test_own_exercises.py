"""A teacher's own exercises: docs/teaching.md does what it says, faults are told, the folder stays out of the box."""

import json
import os
import re
import shlex
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from textwrap import dedent

import pytest

import autograd_mini
from autograd_mini.cli import main
from autograd_mini.exercises import matrix
from autograd_mini.exercises.catalogue import CATALOGUE, DeclarationProblem, read
from autograd_mini.exercises.check import verdicts
from autograd_mini.exercises.declare import Catalogue, Choice, Exercise, Hidden, Mistake, Part, Prediction
from autograd_mini.exercises.run import lacking
from autograd_mini.grading import box, own_exercises
from autograd_mini.grading import grade as grading

TEACHING = Path(__file__).parents[2] / "docs" / "teaching.md"
KEY = bytes(range(32))
needs_a_box = pytest.mark.skipif(
    all(box.why_not(mode) for mode in box.MODES), reason="no kind of box works on this machine"
)


# ---- docs/teaching.md ------------------------------------------------------------------------------


def blocks(heading):
    """(kind, text) of the code blocks below a heading: "python" and "text" in fences, "shell" indented."""
    section = TEACHING.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$|((?:^    \S[^\n]*\n)+)", section, re.MULTILINE | re.DOTALL):
        yield (match[1], match[2]) if match[1] else ("shell", dedent(match[3]))


def shell(line):
    """A line of the page, as a shell would run it."""
    words = shlex.split(line)
    if words[0] == "mkdir":
        return os.makedirs(*words[1:])
    assert words[0] == "autograd-mini"
    assert main(words[1:]) == 0, line


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder of somebody who follows the page, and what each command printed beside what the page shows."""
    folder, shown = tmp_path_factory.mktemp("teacher"), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOGRAD_MINI_LANG", "en")
        patch.chdir(folder)
        for kind, text in blocks("Two exercises of your own"):
            if kind == "shell":
                printed = StringIO()
                with redirect_stdout(printed):
                    for line in text.splitlines():
                        shell(line)
            elif kind == "text":
                shown.append((text, printed.getvalue()))
            elif name := re.match(r"# (own/\w+\.py)\n", text):
                Path(name[1]).write_text(text, "utf-8")
            else:
                exec(compile(text, str(TEACHING), "exec"), {})
    return folder, shown


@needs_a_box
def test_every_block_of_the_page_runs_and_prints_what_it_shows(followed):
    _folder, shown = followed
    assert len(shown) == 3
    for page, printed in shown:
        assert page in printed


@needs_a_box
def test_the_marks_of_the_page_come_with_their_reasons(followed):
    folder, _shown = followed
    results = json.loads((folder / "results" / "results.json").read_text("utf-8"))
    marks = {(s["student"], m["id"]): m for s in results["students"] for m in s["marks"]}
    assert len(marks) == 6 and {s["notebook"] for s in results["students"]} == {"homework.ipynb"}
    added, engine = marks["bo", "own-newton-step"], marks["cy", "own-logistic-slope"]
    assert (added["kind"], added["mistake"]) == ("known", 0) and "added" in added["words"][0]
    assert (engine["kind"], engine["points"]) == ("raises", 0) and "not there in this exercise" in engine["words"][0]
    (page,) = (folder / "results" / "students").glob("bo-*.html")
    assert "added" in page.read_text("utf-8")


@needs_a_box
def test_without_a_notebook_in_the_folder_answers_are_found_by_id_or_name(followed, tmp_path):
    folder, _shown = followed
    (tmp_path / "own").mkdir()
    for file in (folder / "own").glob("*.py"):
        (tmp_path / "own" / file.name).write_text(file.read_text("utf-8"), "utf-8")
    (tmp_path / "in").mkdir()
    notebook = json.loads((folder / "handed-in" / "bo.ipynb").read_text("utf-8"))
    (tmp_path / "in" / "bo.ipynb").write_text(json.dumps(notebook), "utf-8")
    for cell in notebook["cells"]:
        del cell["id"]
    (tmp_path / "in" / "bare.ipynb").write_text(json.dumps(notebook), "utf-8")
    asked = own_exercises.released(tmp_path / "own")
    record = grading.grade(tmp_path / "in", KEY, tmp_path / "out", asked=asked)
    assert {s["student"]: (s["points"], s["possible"]) for s in record["students"]} == {"bo": (2, 3), "bare": (2, 3)}


@needs_a_box
def test_the_folder_cannot_be_read_in_the_box(followed, tmp_path):
    folder, _shown = followed
    secret = folder / "own" / "logistic.py"
    spy = f"""
import os, sys
try:
    found = open({str(secret)!r}).read()
except OSError:
    found = None
try:
    listed = os.listdir({str(secret.parent)!r})
except OSError:
    listed = None
memory = [name for name in sys.modules if name.startswith("autograd_mini") and ("matrix" in name or "own" in name)]

def logistic_slope(x):
    s = 1 / (1 + math.exp(-x))
    return s * (1 - s) if found is listed is None and not memory else None
"""
    notebook = json.loads((folder / "own" / "homework.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = spy if cell["id"] == "exercise-own-logistic-slope" else cell["source"]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "eve.ipynb").write_text(json.dumps(notebook), "utf-8")
    for mode in (mode for mode in box.MODES if not box.why_not(mode)):
        asked = own_exercises.released(folder / "own")
        (eve,) = grading.grade(tmp_path / "in", KEY, tmp_path / mode, asked=asked, mode=mode)["students"]
        assert eve["points"] == 2, mode


@needs_a_box
def test_another_declaration_is_graded_anew(followed):
    folder, _shown = followed
    asked = own_exercises.released(folder / "own")
    before = grading.version(asked)
    changed = Catalogue({"own": (HALF,)})
    assert grading.version((own_exercises.Released("own", (own_exercises.cell(HALF),), changed),)) != before
    assert grading.version(own_exercises.released(folder / "own")) == before


@needs_a_box
def test_questions_of_one_s_own_are_marked(tmp_path):
    for student, value in {"ada": "6", "bo": "3", "cy": "..."}.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        source = f"from autograd_mini.exercises import predict\npredict('own-predict', {value})"
        cells = [{"cell_type": "code", "source": source}]
        (tmp_path / "in" / f"{student}.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}), "utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "questions.py").write_text(
        "from autograd_mini.exercises.declare import Mistake, Prediction\n"
        "EXERCISES = (Prediction(id='own-predict', title='x·x', prompt='…', answer=6.0, explanation='…',\n"
        "    mistakes=(Mistake(3.0, 'That is one road of two.'),), hints=('one', 'two', 'three')),)\n",
        "utf-8",
    )
    record = grading.grade(tmp_path / "in", KEY, tmp_path / "out", asked=own_exercises.released(tmp_path / "own"))
    kinds = {s["student"]: (s["points"], s["marks"][0]["kind"]) for s in record["students"]}
    assert kinds == {"ada": (1, "right"), "bo": (0, "known"), "cy": (0, "unattempted")}


# ---- without ---------------------------------------------------------------------------------------

HALF = Exercise(
    id="own-half",
    title="Half of the slope",
    prompt="…",
    answer="half",
    setup="import autograd_mini as ad",
    without=("grad", "hvp"),
    starter="def half(x):\n    return ...",
    solution="def half(x):\n    return x",
    probes=("half(3.5)", "half(4.5)"),
    hints=("one", "two", "three"),
)


@pytest.mark.parametrize(
    "program",
    [
        "def half(x): return ad.grad(lambda t: t * t)(x) / 2",
        "def half(x):\n    from autograd_mini import grad\n    return grad(lambda t: t * t)(x) / 2",
        "def half(x):\n    from autograd_mini.transforms import grad\n    return grad(lambda t: t * t)(x) / 2",
        "def half(x): return ad.hvp(lambda t: t**3 / 6, (x,), (1.0,))",
    ],
)
def test_what_an_exercise_does_without_is_absent_in_its_check(program):
    space = {"ad": autograd_mini}
    exec(program, space)
    (found,) = verdicts(HALF, [space["half"]])
    assert found.verdict.kind == "raises"


def test_the_engine_is_whole_again_afterwards():
    before = (autograd_mini.grad, autograd_mini.hvp, list(autograd_mini.__all__))
    with pytest.raises(ZeroDivisionError), lacking(("grad", "hvp")):
        assert not hasattr(autograd_mini, "grad") and "hvp" not in autograd_mini.__all__
        assert autograd_mini.jvp(lambda x: x * x, (3.0,), (1.0,)) == (9.0, 6.0)
        raise ZeroDivisionError
    assert (autograd_mini.grad, autograd_mini.hvp, list(autograd_mini.__all__)) == before


def test_no_exercise_of_the_course_uses_what_it_does_without():
    names = {name for e, _part in CATALOGUE.by_id.values() if isinstance(e, Exercise) for name in e.without}
    assert names <= set(autograd_mini.__all__)


# ---- what is told about faults ---------------------------------------------------------------------

GOOD = {
    "id": "own-square", "title": "A square", "prompt": "…", "answer": "square",
    "starter": "def square(x):\n    return ...", "solution": "def square(x):\n    return x * x",
    "probes": ("square(3.5)", "square(4.5)"), "hidden": (Hidden("square({x})", {"x": (3.0, 9.0)}),),
    "hints": ("one", "two", "three"), "variants": ("square = lambda x: x**2",),
    "mistakes": (Mistake("def square(x): return 2 * x", "That is twice the number."),),
}  # fmt: skip
TWICE, THRICE = GOOD["mistakes"][0], Mistake("def square(x): return 3 * x", "That is three times the number.")
PARTS = {"title": "Part", "probes": ("square(3.5)", "square(4.5)"), "hints": ("one", "two", "three")}
FAULTS = {
    "a wrong solution": ({"solution": "def square(x):\n    return 2 * x"}, "variant 1 does not pass"),
    "a wrong variant": ({"variants": ("def square(x): return x",)}, "variant 1 does not pass"),
    "a solution that raises": ({"solution": "def square(x):\n    return y"}, "gives no numbers"),
    "a solution that does not run": ({"solution": "1 / 0"}, "ZeroDivisionError"),
    "a solution without the name": ({"solution": "quadrat = 1"}, "does not define square"),
    "a starter that answers": ({"starter": "def square(x):\n    return x * x"}, "counts as an attempt"),
    "a starter that raises": ({"starter": "square = undefined"}, "NameError"),
    "a mistake that is right": ({"mistakes": (Mistake("def square(x): return x * x", "Right."),)}, "its own message"),
    "two mistakes that are one": (
        {"mistakes": (TWICE, Mistake("def square(x): return x + x", "Added."))},
        "No probe tells mistake 2 of own-square from mistake 1",
    ),
    "probes at which all agree": ({"probes": ("square(2.0)", "square(0.0)"), "hidden": ()}, "two probes off 0"),
    "two messages alike": ({"mistakes": (TWICE, Mistake(THRICE.wrong, TWICE.message))}, "a message of its own"),
    "a hint too few": ({"hints": ("one", "two")}, "three hints"),
    "no title": ({"title": " "}, "no title"),
    "a pole in the domain": (
        {"hidden": (Hidden("square(1 / ({x} - {x}))", {"x": (3.0, 9.0)}),)},
        "no finite numbers",
    ),
    "a domain without digits": (
        {"hidden": (Hidden("square(math.sin({x} * 1e9))", {"x": (3.0, 9.0)}),)},
        "one rounding changes",
    ),
    "a method that is not there": ({"parts": (Part(id="p", methods=("cube",), **PARTS),)}, "not in the solution"),
    "a method in two parts": (
        {"parts": tuple(Part(id=id, methods=("square",), **PARTS) for id in "pq")},
        "more than one part",
    ),
    "no such name to do without": ({"without": ("gradient",)}, "gradient"),
}
QUESTION = {"title": "?", "prompt": "?", "explanation": "!", "hints": ("one", "two", "three")}
QUESTIONS = {
    "a mistake that is right": (Prediction(id="q", answer=6.0, mistakes=(Mistake(6.001, "…"),), **QUESTION), "message"),
    "an option without its message": (
        Choice(id="q", options={"a": "x", "b": "y"}, answer="a", mistakes=(), **QUESTION),
        "have no message: b",
    ),
    "an answer that is no option": (Choice(id="q", options={"a": "x"}, answer="c", mistakes=(), **QUESTION), "options"),
}


def test_what_is_well_declared_has_no_faults():
    row = matrix.look(Exercise(**GOOD), draws=50)
    assert (row.right, row.mistakes, row.probes, row.hidden, row.problems) == ((2, 2), (1, 1), 2, 4, ())


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_an_exercise_is_told(fault):
    changed, said = FAULTS[fault]
    assert said in "\n".join(matrix.look(Exercise(**GOOD | changed), draws=50).problems)


@pytest.mark.parametrize("fault", QUESTIONS)
def test_each_fault_of_a_question_is_told(fault):
    declared, said = QUESTIONS[fault]
    assert said in "\n".join(matrix.look(declared).problems)


HEAD = "from autograd_mini.exercises.declare import Exercise\n"


def module(**changed):
    """A file that declares one exercise."""
    plain = GOOD | {"hidden": (), "mistakes": ()} | changed
    return HEAD + f"EXERCISES = (Exercise(**{plain!r}),)"


@pytest.mark.parametrize(
    "files, said",
    [
        ({}, "no Python file"),
        ({"a.py": "x = 1"}, "EXERCISES"),
        ({"a.py": "EXERCISES = (1,)"}, "EXERCISES"),
        ({"a.py": "\n\nundefined"}, "a.py:3: NameError"),
        ({"a.py": "EXERCISES = ("}, "SyntaxError"),
        ({"a.py": HEAD + "EXERCISES = (Exercise(id='x'),)"}, "a.py:2: TypeError"),
        ({"a.py": module(), "b.py": module()}, "twice"),
        ({"a.py": module(id="dual-product")}, "The course has"),
    ],
)
def test_a_folder_that_cannot_be_taken_is_refused_in_a_sentence(tmp_path, capsys, files, said):
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(DeclarationProblem, match=re.escape(said)):
        read(tmp_path)
    assert main(["exercises", "test", str(tmp_path)]) == 1
    assert said in capsys.readouterr().err


NOTEBOOK = '{"nbformat": 4, "cells": [{"cell_type": "code", "id": %s, "source": %s}]}'


@pytest.mark.parametrize(
    "text, said",
    [
        ("{}", "notebook of format 4"),
        (NOTEBOOK % ('"exercise-own-cube"', '"x = 1"'), "no exercise of that id"),
        (NOTEBOOK % ('"exercise-own-square"', '"x = 1"'), "does not begin with the declared starter"),
    ],
)
def test_a_notebook_that_does_not_fit_is_told(tmp_path, capsys, text, said):
    (tmp_path / "a.py").write_text(module(), "utf-8")
    (tmp_path / "a.ipynb").write_text(text, "utf-8")
    assert main(["exercises", "test", str(tmp_path)]) == 1
    assert said in capsys.readouterr().err


def test_the_command_ends_with_1_and_says_what_is_wrong(tmp_path, capsys):
    (tmp_path / "a.py").write_text(module(variants=("square = lambda x: x",)), "utf-8")
    assert main(["exercises", "test", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "own-square: variant 1 does not pass own-square" in told.out and "1 / 2" in told.out
    assert "1 fault" in told.err and "Traceback" not in told.err + told.out
