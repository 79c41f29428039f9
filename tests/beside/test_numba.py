"""`jit(f, backend="numba")`: programs of floats as machine code. numba is installed by `.ci/run` or by hand."""

import math

import numba
import numpy as np
import pytest

import autograd_mini as ad
from tests.engine.cases import CASES, near

CHUNK = 12  # cases in a program: numba takes most of its time for each
CHUNKS = [CASES[k : k + CHUNK] for k in range(0, len(CASES), CHUNK)]


def test_there_is_one_program_for_each_chunk_of_cases():
    assert numba.__version__ and sum(map(len, CHUNKS)) == len(CASES)


@pytest.mark.parametrize("cases", CHUNKS, ids=lambda cases: cases[0].text)
def test_machine_code_has_the_derivatives_that_mpmath_finds(cases):
    starts = [sum(len(c.domain) for c in cases[:k]) for k in range(len(cases))]

    def derivatives(*xs):
        """∂/∂x of each case at its own point."""
        return tuple(ad.grad(c.ours)(*xs[s : s + len(c.domain)]) for c, s in zip(cases, starts, strict=True))

    point = [x for c in cases for x in c.point]
    compiled = ad.jit(derivatives, backend="numba")
    compiled(*point)  # run as it is, and written down
    for case, got in zip(cases, compiled(*point), strict=True):
        assert near(got, case.derivative(case.point, (1, *[0] * (len(case.domain) - 1)))), case.text


def test_the_body_does_not_run_again_and_the_numbers_are_those_of_the_other_backend():
    runs = []

    def f(x, y):
        runs.append(1)
        return math.pi * ad.sin(x * y) / y

    compiled = ad.jit(ad.value_and_grad(f, (0, 1)), backend="numba")
    compiled(0.5, 1.5)
    before = len(runs)
    for x, y in [(0.5, 1.5), (-2.0, 0.25), (3.0, -1.0)]:
        value, (dx, dy) = compiled(x, y)
        assert near(value, math.pi * math.sin(x * y) / y)
        assert near(dx, math.pi * math.cos(x * y))
        assert near(dy, math.pi * (x * math.cos(x * y) / y - math.sin(x * y) / y**2))
    assert len(runs) == before


def test_a_branch_that_goes_the_other_way_gets_machine_code_of_its_own():
    def f(x):
        return x * x if x > 1.0 else 3.0 * x

    compiled = ad.jit(ad.grad(f), backend="numba")
    assert [compiled(x) for x in (2.0, 0.5, 2.0, 0.5, 1.0, 4.0)] == [4.0, 3.0, 4.0, 3.0, 3.0, 8.0]


def test_trees_keep_their_shape():
    compiled = ad.jit(ad.grad(lambda p: p["a"] * p["b"][0] + p["b"][1]), backend="numba")
    for _ in range(3):
        assert compiled({"a": 2.0, "b": [5.0, 1.0]}) == {"a": 5.0, "b": [2.0, 1.0]}


@pytest.mark.parametrize(("f", "x"), [(ad.log, -1.0), (ad.sqrt, -1.0), (lambda x: 1.0 / x, 0.0), (ad.exp, 1000.0)])
def test_where_a_function_has_no_finite_value_f_itself_answers(f, x):
    compiled = ad.jit(f, backend="numba")
    compiled(0.5), compiled(0.5)
    try:
        expected = f(x)
    except Exception as error:
        with pytest.raises(type(error)):
            compiled(x)
    else:
        assert compiled(x) == expected


def test_programs_with_arrays_and_long_programs_run_as_with_the_other_backend():
    x = np.linspace(0.1, 1.0, 7)
    compiled = ad.jit(ad.grad(lambda x: np.sum(np.sin(x))), backend="numba")
    compiled(x)
    assert np.allclose(compiled(x), np.cos(x), rtol=1e-15)

    def chain(x):
        for _ in range(2000):
            x = ad.sin(x)
        return x

    compiled = ad.jit(chain, backend="numba")
    assert compiled(1.0) == compiled(1.0) == chain(1.0)
