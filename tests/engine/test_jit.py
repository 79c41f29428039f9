"""Programs written down: their text, the passes over them, and `jit`.

The numbers are compared with those of f itself and of its derivatives, which other tests compare with closed forms,
complex steps and 50 digits; here the promise is that writing down and compiling change nothing.
"""

from __future__ import annotations

import inspect
import math
import warnings
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import autograd_mini as ad
from autograd_mini import passes
from autograd_mini.program import recorded
from autograd_mini.program_text import compiled
from autograd_mini.tree import flatten
from tests.engine.array_cases import CASES
from tests.engine.cases import OURS
from tests.engine.test_programs import TooClose, follow, polynomial_programs, programs, quarters, run


def seed_function(x1, x2):
    return ad.log(x1) + x1 * x2 - ad.sin(x2)


def loss(p):
    return np.sum(np.tanh(X @ p["w"] + p["b"]) ** 2)


X = np.array([[0.5, -1.5], [2.5, 0.25], [-0.75, 1.25]])
P = {"w": np.array([0.4, -0.3]), "b": 0.7}


def same(a, b):
    """Equal to the last bit, signs of zeros and kinds of nan aside."""
    leaves, others = flatten(a)[0], flatten(b)[0]
    return all(np.array_equal(x, y, equal_nan=True) for x, y in zip(leaves, others, strict=True))


def near(a, b):
    """NumPy's own function may add in another order than the operations that it is written in here."""
    pairs = zip(flatten(a)[0], flatten(b)[0], strict=True)
    return all(np.allclose(x, y, rtol=1e-13, atol=1e-14, equal_nan=True) for x, y in pairs)


def executed(text, name, **names):
    space = dict(names)
    exec(text, space)
    return space[name]


# --- source -------------------------------------------------------------------------------------------


def test_the_source_of_a_function_is_its_operations_in_order():
    assert ad.source(seed_function, 2.0, 5.0) == (
        "from autograd_mini import log, sin\n\n\n"
        "def seed_function(x1, x2):\n"
        "    v1 = log(x1)\n"
        "    v2 = x1 * x2\n"
        "    v3 = v1 + v2\n"
        "    v4 = sin(x2)\n"
        "    v5 = v3 - v4\n"
        "    return v5\n"
    )


def test_in_the_source_of_a_gradient_adjoints_stand_below_the_line_that_passes_them_on():
    text = ad.source(ad.grad(seed_function, (0, 1)), 2.0, 5.0)
    lines = [line.strip() for line in text.splitlines()]
    assert lines.index("# v1 = log(x1)") < lines.index("v10 = 1.0 / x1") < lines.index("x1_bar = v8 + v11")
    assert lines[-1] == "return (x1_bar, x2_bar)"
    assert "#" not in ad.source(ad.grad(seed_function, (0, 1)), 2.0, 5.0, comments=False)


@pytest.mark.parametrize("transform", [lambda f: f, ad.grad, ad.value_and_grad])
def test_what_is_printed_can_be_executed_and_gives_the_same_numbers(transform):
    f = transform(seed_function)
    again = executed(ad.source(f, 2.0, 5.0), f.__name__)
    for at in ((2.0, 5.0), (0.3, -1.7), (11.0, 0.0)):
        assert same(again(*at), f(*at))
    g = transform(loss)
    again = executed(ad.source(g, P), g.__name__)
    for p in (P, {"w": np.array([-2.0, 0.1]), "b": -1.5}):
        assert same(again(p), g(p))


def test_a_branch_that_was_taken_is_asserted():
    text = ad.source(lambda x: x * x if x > 1.0 else -x, 3.0)
    assert "assert x > 1.0" in text
    again = executed(text, "lambda_")
    assert again(2.0) == 4.0
    with pytest.raises(AssertionError):
        again(0.5)


def test_long_arrays_are_named_and_short_ones_written_out():
    long = np.ones((30, 2))
    text = ad.source(lambda w: np.sum((long @ w) ** 2), np.array([1.5, 2.5]))
    assert "# c1: an array of shape (30, 2), float64" in text
    assert "np.array([0.5, -1.5])" in ad.source(lambda w: np.sum(w * X[0].copy()), np.array([1.5, 2.5]))


def test_source_says_what_it_cannot_write_down():
    with pytest.raises(TypeError, match=r"write 3\.0"):
        ad.source(lambda x: x * 2, 3)
    with pytest.raises(TypeError, match="plain numbers"):
        ad.grad(lambda x: ad.source(lambda y: y * y, x))(3.0)


# --- passes --------------------------------------------------------------------------------------------


def test_passes_leave_of_the_seed_gradient_what_one_would_write_by_hand():
    before = recorded(ad.grad(seed_function, (0, 1)), 2.0, 5.0)
    after = ad.optimize(before)
    assert (passes.operations(before), passes.operations(after)) == (13, 4)
    assert [line.op for line in after.lines if line.op != "input"] == ["cos", "subtract", "divide", "add"]


def test_each_pass_does_what_it_says():
    def ops(f, *passes_):
        return [line.op for line in ad.optimize(recorded(f, 3.0, 4.0), passes_).lines if line.op not in ("input", "")]

    assert ops(lambda x, y: (x * y) + (x * y), passes.share, passes.drop_dead_code) == ["multiply", "add"]
    assert ops(lambda x, y: (x * y, ad.sin(x))[0], passes.drop_dead_code) == ["multiply"]
    assert ops(lambda x, y: 1.0 * x + y / 1.0 - 0.0, passes.simplify) == ["add"]
    assert ops(lambda x, y: ad.negative(-x) + y**1.0, passes.simplify, passes.drop_dead_code) == ["add"]
    assert ops(lambda x, y: x + 0.0, passes.simplify) == ["add"]  # -0.0 + 0.0 is 0.0
    assert ops(lambda x, y: x + 0.0, passes.simplify_inexactly) == []
    assert ops(lambda x, y: x**2.0, passes.simplify_inexactly) == ["multiply"]
    zero = ad.optimize(recorded(lambda x, y: ad.stop_gradient(x) * 0.0 + y, 3.0, 4.0), [passes.simplify_inexactly])
    assert zero.outputs == "y"


def test_memory_counts_what_is_read_again_and_buffers_lower_it():
    x = np.linspace(0.1, 1.0, 1000)
    program = ad.optimize(recorded(lambda x: np.exp(np.sin(x) * 2.0) + 1.0, x))
    assert passes.peak_memory(program) == 3 * 8000  # x, an operand and a result
    lines = passes.reuse_buffers(program).lines
    assert [line.params.get("out") for line in lines if line.op != "input"] == [None, "v1", "v1", "v1"]
    assert passes.reuse_buffers(program, least=8001) is program


@given(st.floats(), st.floats(), st.sampled_from([2.0, -2.0, -1.0, 0.5, 3.0]), st.floats(-1e30, 1e30))
def test_simplified_products_and_signs_are_equal_to_the_last_bit(x, y, d, c):
    def f(x, y):
        return c * (d * x), (x * d) * c, -(c * x), (-x) * y, (-x) * (d * y) + y, -(x * c) - y, y - (-x) * (-y)

    with np.errstate(all="ignore"):
        for a, b in ((x, y), (np.array([x, y]), np.array([y, 1.5]))):
            before = recorded(f, a, b)
            after = ad.optimize(before)
            assert passes.operations(after) < passes.operations(before)
            assert same(compiled(after)(a, b), f(a, b))


def test_what_is_put_at_one_place_of_two_arrays_is_put_there_at_once():
    x = np.array([0.5, -1.5, 2.25])
    program = ad.optimize(recorded(ad.grad(lambda x: np.sum(x[1:] ** 2) + np.sum(np.sin(x[1:]))), x))
    assert [line.op for line in program.lines].count("scatter") == 1
    assert near(compiled(program)(x), np.array([0.0, *(2 * x[1:] + np.cos(x[1:]))]))


def test_reused_buffers_never_hold_what_is_still_read():
    def f(x):
        a = np.sin(x)
        part = a[1:]  # a view of a
        b = a * 2.0
        return b[1:] + part, a, np.exp(b)

    x = np.array([0.3, 0.6, 0.9])
    program = passes.reuse_buffers(ad.optimize(recorded(f, x)))
    assert same(compiled(program)(x), f(x)) and same(x, np.array([0.3, 0.6, 0.9]))


# --- jit -----------------------------------------------------------------------------------------------


def quietly(f):
    """f compiled, where a warning is an error: it must not fall back on f itself."""
    j = ad.jit(f)

    def call(*args):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return j(*args)

    return call


TRANSFORMS = {
    "f": lambda f: f,
    "grad": lambda f: ad.value_and_grad(lambda *xs: np.sum(f(*xs))),
    "jvp": lambda f: lambda *xs: ad.jvp(f, xs, tuple(np.cos(x) for x in xs)),
    "jacfwd": lambda f: ad.jacfwd(f),
    "jacrev": lambda f: ad.jacrev(f),
    "hessian": lambda f: ad.hessian(lambda *xs: np.sum(f(*xs))),
}


@pytest.mark.parametrize(
    "transform", [pytest.param(name, marks=[pytest.mark.slow] * (name in ("jvp", "jacfwd"))) for name in TRANSFORMS]
)
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_compiled_operations_and_their_derivatives_are_the_eager_ones(case, transform):
    f = TRANSFORMS[transform](case.f)
    j = quietly(f)
    for seed in (1, 2):  # the first is written down, the second runs what was written
        xs = case.points(seed)
        with np.errstate(all="ignore"):
            want = f(*xs)
            got = j(*xs)
            assert near(got, want) if transform == "f" else same(got, want), seed


@given(programs(), st.floats(-2, 2), st.floats(-2, 2), st.floats(-2, 2))
@settings(max_examples=60)
def test_compiled_programs_with_branches_and_loops_are_the_eager_ones_whichever_way_they_go(rows, x, y, z):
    try:
        for at in ((x, y), (y, x), (z, x)):
            follow(rows, list(at), OURS, careful=True)
    except TooClose:
        assume(False)
    f = ad.value_and_grad(lambda x, y: follow(rows, [x, y], OURS), (0, 1))
    j = quietly(f)
    for at in ((x, y), (y, x), (z, x), (x, y), (y, x)):
        assert same(j(*at), f(*at))


@given(polynomial_programs(), quarters, quarters)
@settings(max_examples=60)
def test_compiled_derivatives_inside_derivatives_are_exact(program, x, y):
    rows, _ = program
    j = quietly(ad.grad(ad.grad(lambda x, y: run(rows, [x, y]), 0), 1))
    f = ad.grad(ad.grad(lambda x, y: run(rows, [x, y]), 0), 1)
    assert j(x, y) == f(x, y) and j(y, x) == f(y, x)


def test_a_program_runs_once_for_each_kind_of_arguments_and_each_way():
    runs = []

    def f(x):
        runs.append(1)
        return x * x if np.sum(x) > 0 else -x

    j = ad.jit(f)
    for x in (2.0, 3.0, -2.0, -3.0, 2.0, np.ones(2), np.ones(3), np.full(2, 7.0), np.ones(2, np.float32), 5.0, -5.0):
        assert same(j(x), x * x if np.sum(x) > 0 else -x)
        assert getattr(j(x), "dtype", None) == getattr(x, "dtype", None)
    assert len(runs) == 2 * 5  # a run that is written down, and one that answers, for each of five


def test_a_change_of_a_captured_array_is_seen():
    a = np.array([1.0, 2.0])
    j = ad.jit(ad.grad(lambda x: np.sum(a * x)))
    x = np.array([3.0, 4.0])
    assert same(j(x), a) and same(j(x), a)
    a[0] = 10.0
    assert same(j(x), np.array([10.0, 2.0]))


def test_a_captured_array_that_is_a_view_is_seen_changing_too():
    whole = np.array([1.0, 2.0, 3.0])
    a = whole[:2]
    j = ad.jit(ad.grad(lambda x: np.sum(a * x * x)))
    x = np.array([3.0, 4.0])
    assert same(j(x), 2 * a * x)
    whole[0] = 10.0
    assert same(j(x), 2 * a * x)


def test_numbers_in_closures_and_globals_are_checked():
    scale = 3.0

    def helper(x):
        return x * scale * GLOBAL

    j = ad.jit(ad.grad(lambda x: helper(x) * x))
    assert j(2.0) == 2 * 2.0 * 3.0 * GLOBAL
    scale = 5.0
    assert j(2.0) == 2 * 2.0 * 5.0 * GLOBAL
    globals()["GLOBAL"] = 7.0
    try:
        assert j(2.0) == 2 * 2.0 * 5.0 * 7.0
    finally:
        globals()["GLOBAL"] = 0.5
    assert j(2.0) == 2 * 2.0 * 5.0 * 0.5


GLOBAL = 0.5


def test_a_captured_array_put_in_anothers_place_is_seen():
    a = np.array([1.0, 2.0])
    j = ad.jit(lambda x: a * x)
    assert same(j(2.0), np.array([2.0, 4.0]))
    a = np.array([3.0, 4.0, 5.0])
    assert same(j(2.0), np.array([6.0, 8.0, 10.0]))


def test_whole_numbers_strings_and_static_arguments_are_part_of_what_a_program_is_for():
    def f(x, n, how):
        for _ in range(n):
            x = x * x if how == "square" else x + 1.0
        return x

    j = ad.jit(f)
    for args in ((1.5, 2, "square"), (1.5, 3, "square"), (1.5, 2, "add"), (2.5, 2, "square")):
        assert j(*args) == f(*args)
    power = ad.jit(lambda x, n: x**n, static_argnums=1)
    assert (power(3.0, 2.0), power(3.0, 3.0), power(2.0, 3.0)) == (9.0, 27.0, 8.0)


def test_int_of_a_number_and_loops_that_it_bounds_are_guarded():
    def f(x):
        y = x
        for _ in range(int(x)):
            y = y * 1.5
        return y + math.sin(x) + x // 1.0

    j = ad.jit(f)
    for x in (2.5, 3.5, 2.5, 3.25, 7.0):
        assert j(x) == f(x)


def test_too_many_ways_are_said_once_and_f_runs_itself():
    j = ad.jit(lambda x: x * int(x))
    with pytest.warns(UserWarning, match="more than 16 ways") as said:
        for k in range(40):
            assert j(k + 0.5) == (k + 0.5) * k
    assert len(said) == 1


def test_what_cannot_be_written_down_is_said_once_and_f_runs_itself():
    def f(x):
        y = np.array(x)
        y[0] = 5.0
        return y * 2.0

    j = ad.jit(f)
    with pytest.warns(UserWarning, match="jit runs f as it is") as said:
        for _ in range(3):
            assert same(j(np.array([1.0, 2.0])), np.array([10.0, 4.0]))
    assert len(said) == 1


def test_what_changes_from_call_to_call_is_said_once_and_f_runs_itself():
    draws = iter(range(1, 100))
    j = ad.jit(ad.grad(lambda x: x * x * next(draws)))
    with pytest.warns(UserWarning, match="changes from call to call") as said:
        found = [j(1.0) for _ in range(4)]
    assert found == [2.0, 6.0, 8.0, 10.0]  # the second number went into the program that was not kept
    assert len(said) == 1


def test_a_root_of_a_negative_number_raises_and_does_not_turn_complex():
    for f in (ad.grad(lambda x: x**0.5), ad.grad(lambda x: abs(x**1.5))):
        j = ad.jit(f)
        assert j(4.0) == j(4.0) == f(4.0)
        with pytest.raises(ValueError, match="outside the domain of power"):
            j(-4.0)


def test_numbers_are_put_together_in_an_array():
    j = ad.jit(lambda x, y: np.sum(np.stack([x, y]) * np.array([2.0, 3.0])))
    assert [j(1.0, 2.0), j(3.0, 4.0)] == [8.0, 18.0]


def test_jit_and_derivatives_nest_in_both_orders():
    j = ad.jit(seed_function)
    assert ad.grad(j)(2.0, 5.0) == ad.jit(ad.grad(j))(2.0, 5.0) == 5.5
    assert ad.jit(ad.grad(ad.jit(ad.grad(lambda x: x**3.0))))(2.0) == 12.0
    assert same(ad.jit(ad.hessian(ad.jit(lambda x: np.sum(x**3.0))))(np.array([2.0, 3.0])), np.diag([12.0, 18.0]))


def test_singular_points_are_those_of_the_eager_derivative():
    j = ad.jit(ad.grad(ad.sqrt))
    assert (j(4.0), j(0.0), j(9.0)) == (0.25, math.inf, 1 / 6)
    with pytest.raises(ValueError, match="outside the domain"):
        ad.jit(ad.log)(-1.0)
    checked = ad.jit(ad.log)
    assert checked(1.0) == 0.0
    with pytest.raises(ValueError, match="outside the domain"):
        checked(-1.0)


def test_results_are_arrays_of_their_own():
    j = ad.jit(ad.grad(lambda x: np.sum(x)))
    x = np.array([1.0, 2.0])
    for _ in range(3):
        g = j(x)
        assert same(g, np.ones(2))
        g[0] = 99.0
    pair = ad.jit(lambda x, y: ad.grad(lambda x, y: np.sum(x + y), (0, 1))(x, y))
    for _ in range(3):
        a, b = pair(x, x)
        a[0] = 99.0
        assert same(b, np.ones(2))


def test_names_keywords_and_defaults_are_those_of_f():
    def f(x, y=2.0, *, twice=False):
        """What f is for."""
        return x * y * (2.0 if twice else 1.0)

    j = ad.jit(f)
    for _ in range(2):
        assert (j(3.0), j(3.0, 4.0), j(3.0, y=5.0), j(3.0, twice=True)) == (6.0, 12.0, 15.0, 12.0)
    assert (j.__name__, j.__doc__) == ("f", "What f is for.") and inspect.signature(j) == inspect.signature(f)
    with pytest.raises(TypeError):
        j()
    k = ad.jit(lambda v1, v2: v1 / v2)  # names that lines of a program have
    for _ in range(2):
        assert (k(3.0, 2.0), k(v2=3.0, v1=6.0)) == (1.5, 2.0)


def test_arguments_of_the_same_tree_and_another_are_told_apart():
    j = ad.jit(ad.grad(loss))
    for p in (P, {"w": np.array([1.0, 2.0]), "b": 0.5}, {"b": 0.5, "w": np.array([1.0, 2.0])}):
        assert same(dict(sorted(j(p).items())), dict(sorted(ad.grad(loss)(p).items())))
    k = ad.jit(lambda t: t[0] * t[-1])
    assert (k((2.0, 3.0)), k([2.0, 3.0]), k((2.0, 5.0, 7.0)), k((2.0, 4.0))) == (6.0, 6.0, 14.0, 8.0)


def test_long_programs_compile_in_time_that_grows_with_their_length():
    def f(x):
        for _ in range(3000):
            x = ad.sin(x) * 1.01
        return x

    j = quietly(ad.grad(f))
    assert j(0.5) == ad.grad(f)(0.5) == j(0.5)


def test_the_engine_compiles_without_numpy():
    import subprocess
    import sys

    text = (
        "import sys; sys.modules['numpy'] = None\n"
        "import autograd_mini as ad\n"
        "g = ad.grad(lambda x: ad.sin(x) * x)\n"
        "j = ad.jit(g); assert j(2.0) == j(2.0) == g(2.0)\n"
        "assert 'cos(x)' in ad.source(g, 2.0)\n"
    )
    subprocess.run([sys.executable, "-c", text], check=True)


def test_a_function_that_is_defined_anew_is_seen():
    helpers = [lambda x: x * 2.0, lambda x: x * 5.0]
    helper = helpers[0]
    j = ad.jit(ad.grad(lambda x: helper(x) * x))
    assert j(3.0) == j(3.0) == 12.0
    helper = helpers[1]
    assert j(3.0) == 30.0


def test_a_value_that_escapes_its_recording_raises_a_sentence():
    kept = []
    j = ad.jit(lambda x: kept.append(x) or x * 2.0)
    for x in (3.0, np.ones(2)):
        kept.clear()
        j(x)
        with pytest.raises(ad.EscapedValueError, match="already finished"):
            kept[-1] * 2.0  # what was written down; before it came x itself


def test_threads_compile_and_call_one_function_at_once():
    from concurrent.futures import ThreadPoolExecutor

    j = ad.jit(ad.grad(lambda x: x**3.0 if x > 0 else x * x))
    points = [k / 7 - 3.0 for k in range(43)] * 20
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(j, points))
    assert got == [ad.grad(lambda x: x**3.0 if x > 0 else x * x)(x) for x in points]


def test_jit_refuses_what_is_no_function_and_places_counted_from_the_end():
    with pytest.raises(TypeError, match="takes a function first"):
        ad.jit(3.0)
    with pytest.raises(ValueError, match="count arguments from 0"):
        ad.jit(lambda x: x, static_argnums=-1)


def test_a_compiled_batch_is_the_batch():
    f = ad.vmap(ad.grad(lambda x, y: ad.sin(x) * y + ad.exp(-x * x), (0, 1)))
    columns = np.linspace(0.1, 1.0, 7), np.linspace(1.0, 2.0, 7)
    j = quietly(f)
    assert same(j(*columns), f(*columns)) and same(j(*columns), f(*columns))


def test_every_module_of_the_engine_can_be_the_first_that_is_imported():
    import subprocess
    import sys
    from pathlib import Path

    modules = [path.stem for path in Path(ad.__file__).parent.glob("*.py") if path.stem != "__init__"]
    text = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    for m in [m for m in sys.modules if m.startswith('autograd_mini')]: del sys.modules[m]\n"
        "    importlib.import_module(f'autograd_mini.{name}')\n"
    )
    subprocess.run([sys.executable, "-c", text, *modules], check=True)


def test_functions_with_rules_of_their_own_and_checkpoints_compile():
    @ad.custom_vjp
    def clipped(x):
        return x * 3.0

    clipped.defvjp(lambda x: (x, None), lambda saved, bar: (np.clip(bar, -1, 1),))

    @ad.custom_jvp
    def softplus(x):
        return np.log(1 + np.exp(x))

    softplus.defjvp(lambda primals, tangents: (softplus(*primals), tangents[0] * ad.sigmoid(primals[0])))
    again = ad.checkpoint(lambda t: np.sin(t) * t)
    x = np.array([0.3, 0.5])
    for f in (clipped, softplus, again, lambda x: ad.checkpointed_loop(lambda t: np.sin(t) * 1.1, x, 7, 2)):
        for g in (f, ad.grad(lambda x, f=f: np.sum(f(x) * 5.0))):
            j = quietly(g)
            assert same(j(x), g(x)) and same(j(x + 0.1), g(x + 0.1))
    assert same(ad.jit(ad.grad(lambda x: np.sum(clipped(x) * 5.0)))(x), np.ones(2))


# --- what an attack found ----------------------------------------------------------------------------------------


def follows(f, *steps, **options):
    """Whether a compiled f gives what f gives at each of the steps: arguments, or a function that changes something."""
    quick = ad.jit(f, **options)
    for step in steps:
        if callable(step):
            step()
            continue
        for _ in range(2):
            want, got = f(*step), quick(*step)
            assert same(want, got), (step, want, got)
            assert [np.asarray(x).dtype for x in flatten(want)[0]] == [np.asarray(x).dtype for x in flatten(got)[0]]


def test_an_error_that_f_catches_is_no_way_that_a_program_can_know():
    def reciprocal(x):
        try:
            return 1.0 / x
        except ZeroDivisionError:
            return x + 5.0

    def inverse(x):
        try:
            return np.linalg.inv(x)
        except np.linalg.LinAlgError:
            return 0.0 * x

    def logarithm(x):
        try:
            return ad.log(x)
        except ValueError:
            return -99.0 * x

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        follows(reciprocal, (0.0,), (2.0,))
        follows(inverse, (np.zeros((2, 2)),), (np.diag([2.0, 4.0]),))
        follows(logarithm, (-1.0,), (1.0,))
    follows(ad.grad(logarithm), (1.0,), (-3.0,), (2.0,))
    with pytest.raises(TypeError, match="goes on after an error"):
        ad.source(reciprocal, 0.0)


@pytest.mark.parametrize("f, inside, outside", (
    (ad.grad(ad.log), 2.0, -2.0),
    (lambda x: (ad.sqrt(x), x)[1], 2.0, -2.0),
    (lambda x: (1.0 / (x - 2.0), x)[1], 3.0, 2.0),
    (ad.grad(lambda x: ad.log1p(3.0 * x)), 2.0, -2.0),
    (ad.grad(ad.arcsin), 0.5, 2.0),
    (lambda x: (ad.arctanh(x), x)[1], 0.5, 1.0),
))  # fmt: skip
def test_outside_of_a_domain_a_program_raises_what_f_raises_also_where_no_result_needs_the_value(f, inside, outside):
    quick = ad.jit(f)
    assert quick(inside) == quick(inside) == f(inside)
    with pytest.raises((ValueError, ZeroDivisionError)) as eager:
        f(outside)
    with pytest.raises(type(eager.value)) as compiled_one:
        quick(outside)
    assert str(compiled_one.value) == str(eager.value)
    assert math.isnan(quick(math.nan))


def test_texts_and_keys_that_look_like_names_stay_what_they_are_in_long_programs():
    def f(x):
        for _ in range(300):
            x = ad.sin(x) * 1.5
        return {"v1": x, "v7_bar": 2.0 * x, "it's": x}

    quick = ad.jit(f)
    assert quick(1.0) == quick(1.0) == f(1.0)


def test_arguments_called_like_what_a_program_needs_are_no_danger():
    def f(float, int, v3_bar, c1):
        return ad.sin(float) * int + v3_bar * c1

    def g(sin, p, p_w):
        return ad.sin(sin) * p["w"] + p_w * p["w "]

    follows(f, (0.5, 1.5, 2.5, 3.5), (1.5, 2.5, 0.5, 4.5))
    follows(ad.grad(g, (0, 1, 2)), (0.5, {"w": 1.5, "w ": 2.5}, 3.5), (0.75, {"w": 0.5, "w ": 1.5}, 2.5))
    assert executed(ad.source(g, 0.5, {"w": 1.5, "w ": 2.5}, 3.5), "g")(0.5, {"w": 1.5, "w ": 2.5}, 3.5) == g(
        0.5, {"w": 1.5, "w ": 2.5}, 3.5)  # fmt: skip


def test_captured_whole_numbers_masks_and_arrays_without_dimensions_are_seen_changing():
    x, index, mask, zero_d = np.array([1.0, 2.0, 3.0]), np.array([0, 1]), np.array([True, False, True]), np.array(2.0)

    def change():
        index[0], mask[1] = 2, True
        zero_d[()] = 5.0

    for f in (
        lambda x: x[index], lambda x: np.take(x, index), ad.grad(lambda x: np.sum(x[index] ** 2)),
        lambda x: np.where(mask, x, 2.0 * x), lambda x: x * mask, lambda x: np.sum(x[mask]),
        lambda x: x * zero_d, lambda x: (x * zero_d) * (x - zero_d),
    ):  # fmt: skip
        index[:], mask[:] = [0, 1], [True, False, True]
        zero_d[()] = 2.0
        follows(f, (x,), change, (x,))
    zero_d[()] = 2.0
    follows(lambda x: x * zero_d, (3.0,), change, (3.0,))


def test_arguments_that_a_program_is_for_are_compared_by_what_is_in_them():
    x, index, numbers = np.array([1.0, 2.0, 3.0]), np.array([0, 1]), [1.0, 2.0]
    follows(lambda x, i: x[i], (x, index), lambda: index.__setitem__(0, 2), (x, index))
    follows(lambda x, n: x * sum(n), (2.0, numbers), lambda: numbers.append(5.0), (2.0, numbers), static_argnums=1)
    follows(lambda x, s: math.copysign(1.0, s) * x, (2.0, 0.0), (2.0, -0.0), static_argnums=1)
    runs = []

    def counted(x, pair):
        runs.append(x)
        return x * pair[0]

    quick = ad.jit(counted, static_argnums=1)
    assert [quick(2.0, (k, np.int64(k))) for k in (3, 3, 3, 4, 3)] == [6.0, 6.0, 6.0, 8.0, 6.0]
    assert len(runs) == 4  # twice for each of two pairs


def test_a_dict_is_of_its_keys_in_their_order():
    p = {"a": 1.0}
    follows(lambda p: sum(p.values()), (p,), lambda: p.update(b=2.0), (p,), lambda: p.pop("a"), (p,))
    follows(lambda p: next(iter(p.values())) * 1.0, ({"a": 1.0, "b": 2.0},), ({"b": 2.0, "a": 1.0},))
    quick = ad.jit(ad.grad(lambda p: p["a"] * p["b"]))
    for _ in range(2):
        assert list(quick({"a": 2.0, "b": 3.0}).items()) == [("a", 3.0), ("b", 2.0)]
        assert list(quick({"b": 3.0, "a": 2.0}).items()) == [("b", 2.0), ("a", 3.0)]


FACTOR = 2.0


class Model:
    def product(self, x):
        return x * FACTOR

    def __call__(self, x):
        return self.product(x)


def test_what_methods_callable_objects_and_functions_among_the_arguments_read_is_followed(monkeypatch):
    model = Model()
    for f in (model.product, ad.grad(model.product), lambda x, g=model.product: g(x)):
        quick = ad.jit(f)
        monkeypatch.setattr(f"{__name__}.FACTOR", 2.0)
        assert quick(3.0) == quick(3.0) == f(3.0)
        monkeypatch.setattr(f"{__name__}.FACTOR", 5.0)
        assert quick(3.0) == f(3.0)
    quick = ad.jit(lambda x, g: g(x))
    assert quick(3.0, model.product) == 15.0
    monkeypatch.setattr(f"{__name__}.FACTOR", 7.0)
    assert quick(3.0, model.product) == 21.0


def test_a_function_put_in_anothers_place_is_seen_whatever_it_is():
    called = np.sin

    def f(x):
        return called(x)

    quick, x = ad.jit(f), np.array([0.5, 1.5])
    assert same(quick(x), np.sin(x)) and same(quick(x), np.sin(x))
    called = np.cos
    assert same(quick(x), np.cos(x))


@pytest.mark.parametrize("f", (lambda x: x * 1.0, lambda x: x - 0.0, lambda x: x.copy(), lambda x: (x, x)))
def test_a_result_is_never_the_argument_itself(f):
    quick, x = ad.jit(f), np.array([1.0, 2.0])
    for _ in range(2):
        for out in flatten(quick(x))[0]:
            if f(x) is not x and not isinstance(f(x), tuple):
                out[:] = 99.0
    assert x.tolist() == [1.0, 2.0]
    g = ad.jit(ad.grad(lambda x, y: np.sum(x * y), (0, 1)))
    y = np.array([3.0, 4.0])
    for _ in range(2):
        g(x, y)[0][:] = 0.0
    assert y.tolist() == [3.0, 4.0]


def test_texts_and_tuples_in_closures_are_checked():
    kind, pair = "double", (2.0, 3)

    def f(x):
        return x * (2.0 if kind == "double" else 3.0) * pair[0]

    quick = ad.jit(f)
    assert quick(1.0) == quick(1.0) == 4.0
    kind = "treble"
    assert quick(1.0) == 6.0
    pair = (5.0, 3)
    assert quick(1.0) == 15.0


def test_a_captured_tuple_that_is_the_same_is_not_looked_into(monkeypatch):
    monkeypatch.setattr("autograd_mini.compiling.alike", lambda *_: pytest.fail("each call pays for this"))
    workload = ("a network", np.ones(1000), Model())
    quick = ad.jit(lambda x: x * workload[1][0])
    assert quick(3.0) == quick(3.0) == 3.0


def test_nan_is_a_number_that_a_program_can_be_for():
    follows(lambda x: x * (1.0 if math.isnan(x) else 2.0), (math.nan,), (3.0,), (math.nan,), (4.0,))
    limit = math.inf
    follows(lambda x: x if x < limit else -x, (2.0,), (math.inf,))


@pytest.mark.parametrize("f", (
    lambda x: np.maximum(x, 0), lambda x: np.clip(x, -1, 1), lambda x: x * np.float64(2.5), lambda x: np.exp(2.0) / x,
))  # fmt: skip
def test_a_compiled_result_is_of_the_dtype_that_f_gives(f):
    x = np.array([1.5, -2.0, 3.0], np.float32)
    follows(f, (x,))
    follows(ad.grad(lambda x: np.sum(f(x))), (x,))
    follows(ad.jacfwd(f), (x,))


def test_named_tuples_come_back_as_what_they_are():
    class Line(NamedTuple):
        slope: float
        start: float

    f = ad.jit(ad.grad(lambda p: p.slope**2 * p.start))
    assert f(Line(2.0, 3.0)) == f(Line(2.0, 3.0)) == Line(12.0, 4.0)
    assert type(f(Line(2.0, 3.0))) is Line
