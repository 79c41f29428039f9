"""What learners wrote in the lessons' exercises, and the sentence that they need."""

import math

import numpy as np
import pytest

import autograd_mini as ad
from autograd_mini.exercises import check
from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.declare import Exercise
from autograd_mini.exercises.setting import behind

FIRST = '[("v1", "ln", "x1"), ("v2", "*", "x1", "x2")'

PRODUCT = "f = lambda x: x * math.sin(x) * math.sin(2 * x) * math.sin(3 * x)"

SLIPS = [
    ("trace-fill", f'rows = {FIRST}, ("v4", "-", "v3", "v5")]', "Row v4 uses 'v3', which is no input and no row"),
    ("trace-fill", f'rows = {FIRST}, ("v3", "sin x2", "x2")]', "Row v3 has the operation 'sin x2'."),
    ("trace-fill", f'rows = {FIRST}, ("v3", "sin", "sin x2")]', "Row v3 uses 'sin x2', which is no input"),
    ("trace-fill", f'rows = {FIRST}, ("v4", "+", "v1", "v2", "x1")]', "Row v4: + takes 2 operands."),
    ("trace-fill", f'rows = {FIRST}, "v3 = sin x2"]', "Row 3 is not (name, operation, operands…)."),
    ("tape-order", 'order = ["e", "d", "c", "b"]', "f never reports, so nothing reaches the others. f comes first."),
    ("tape-order", 'order = ["f", "v4"]', "'v4' is no row of this graph."),
    ("swell-share", "slope = lambda x: 16 - x * (160 - x * (384 - 256 * x))", "The brackets have been multiplied out."),
    ("swell-bug", f"{PRODUCT}\nslope = lambda x: (f(x + 1e-5) - f(x - 1e-5)) / 2e-5", "This is near, and not exact"),
    ("tape-ready", "def ready(consumers, reported): return len(consumers) - 1", "Return a list"),
]  # fmt: skip


@pytest.mark.parametrize("id, program, said", SLIPS)
def test_a_slip_is_told_in_a_sentence(id, program, said):
    space = {"math": math, "ad": ad}
    exec(program, space)
    text = repr(check(id, *(space[name] for name in CATALOGUE.by_id[id][0].names)))
    assert said in text and "Error" not in text, text


MATRICES = [
    ("arrays-matmul", "def matmul_pullback(a, b, g): return g @ b.T, g.T @ a",
     "Result 2 of 2 should have the shape (3, 4); yours has the shape (4, 3)."),
    ("arrays-matmul", "def matmul_pullback(a, b, g): return b.T @ g, a.T @ g", "as many columns as B has rows"),
    ("arrays-bug", "def layer_pullback(x, w, b, g): return g @ w.T, x.T @ g, g.sum()",
     "Result 3 of 3 should have the shape (2,); yours has the shape ()."),
    ("higher-hvp", "import autograd_mini as ad\ndef hvp(f, x, v): return ad.jvp(ad.grad(f), (x,), (v,))",
     "The right result is there, as entry 2 of 2. Return it alone."),
    ("higher-hvp", "import autograd_mini as ad\ndef hvp(f, x, v): return ad.vjp(ad.grad(f), x)[1](v)",
     "as entry 1 of 1"),
    ("sharp-leaky", "def leaky_rule(x, x_dot): return (x if x > 0 else x / 10), x_dot", "chooses entry by entry"),
]  # fmt: skip


@pytest.mark.parametrize("id, program, said", MATRICES)
def test_of_several_arrays_the_one_that_is_wrong_is_told(id, program, said):
    space = {}
    exec(program, space)
    (name,) = CATALOGUE.by_id[id][0].names
    text = repr(check(id, space[name]))
    assert said in text, text
    assert "Result 1 of" not in text


def test_the_line_that_is_quoted_is_never_one_of_a_library():
    def newton_step(f, x):
        return x - np.linalg.solve(ad.grad(f)(x), ad.hessian(f)(x))

    text = repr(check("newton-step", newton_step))
    assert "LinAlgError" in text and "The line is: `return x - np.linalg.solve(" in text


def test_what_stands_behind_the_names_of_a_probe_is_shown_and_runs():
    def safe_sqrt(x):
        return np.sqrt(np.where(x > 0, x, 0.0)) * 2.0

    shown = check("sharp-safe-sqrt", safe_sqrt)
    assert "Behind `others`, `pushed`, `signs`, to try it yourself:" in shown.lines
    space = {"np": np, "ad": ad, "safe_sqrt": safe_sqrt}
    exec(shown.code, space)
    assert np.isnan(eval("pushed(safe_sqrt, signs, others + 3.5)", space)[0])
    assert f"<details><summary>Show it</summary><pre>{shown.code[:20]}" in shown._repr_mimebundle_()["text/html"]


def test_of_what_a_probe_names_nothing_is_missing_and_no_engine_is_given_away():
    for exercise in (d for unit in CATALOGUE.sets.values() for d in unit if isinstance(d, Exercise)):
        for probe in exercise.probes:
            names, code = behind(exercise.setup, probe)
            space = dict(vars(math)) | {"math": math, "ad": ad, "np": np}
            exec(code, space)
            assert set(names) <= space.keys()


def engine(*changes):
    """Lab 4's engine as a learner may have it, in one namespace, with slips; and what is said about it."""
    exercise = CATALOGUE.by_id["reverse-engine"][0]
    text = exercise.solution
    for right, slip in changes:
        assert right in text
        text = text.replace(right, slip)
    space = {"math": math}
    exec(text, space)
    return repr(check("reverse-engine", *(space[name] for name in exercise.names))).replace("\u2003", " ")


ON_ITS_HEAD = ("sorted(found, key=lambda row: row.number)", "sorted(found, key=lambda row: -row.number)")


def test_a_right_sweep_over_a_wrong_tape_is_right():
    text = engine(ON_ITS_HEAD)
    assert "✗ The tape\n" in text and "The tape stands on its head" in text
    assert "✓ The return sweep\n" in text and "lent by the reference: The tape." in text


def test_what_was_lent_is_given_back():
    exercise = CATALOGUE.by_id["reverse-engine"][0]
    space = {"math": math}
    exec(exercise.solution.replace(*ON_ITS_HEAD), space)
    mine = space["tape"]
    check("reverse-engine", *(space[name] for name in exercise.names))
    assert space["tape"] is mine


def test_the_whole_is_not_right_before_its_parts_are():
    text = engine(("return lift(other) + self", "return other + self"))
    assert "9 of 11 right" in text and "○ The whole\n" in text and "Python calls `__radd__` again" in text


def test_partials_without_brackets_are_told_in_a_sentence():
    text = engine(("(self, other), (1.0, 1.0)", "(self, other), 1.0"))
    assert "should be tuples" in text and "Error" not in text


def test_a_walk_with_a_list_is_told_before_the_long_program():
    text = engine(("found, todo = {out}, [out]", "found, todo = [out], [out]"), ("found.add(", "found.append("))
    assert "Keep a set of the rows found." in text and "did not end in time" not in text
