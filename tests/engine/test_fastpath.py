"""The fast paths are the general path, written out: the same bits, whatever comes by."""

import math
import operator
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini as ad
from autograd_mini.dual import ScalarDual
from autograd_mini.fastpath import code
from autograd_mini.primitive import PRIMITIVES
from autograd_mini.rules import TABLE
from autograd_mini.tape import Scalar, Variable
from tests.engine.cases import MODES

WRITTEN = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
    "power": operator.pow, "negative": operator.neg, "absolute": abs,
}  # fmt: skip
ODD = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -3.0, 1e-320, 1e200, -1e200, math.inf, -math.inf, math.nan]


def bits(x):
    """A float down to the last bit; all nans are one, and so are 0 and −0, as sums do not keep that sign."""
    return "nan" if x != x else struct.pack(">d", x + 0.0).hex()


def told(f, *args):
    """The bits that f returns, or the kind and the words of its error."""
    try:
        return [bits(x) for x in f(*args)]
    except (ArithmeticError, ValueError, TypeError) as error:
        return type(error), str(error)


def functions(name):
    """An operation as it is called (each of its spellings), and its primitive, which knows no fast path."""
    spellings = [getattr(ad, name), *([WRITTEN[name]] if name in WRITTEN else [])]
    return spellings, PRIMITIVES[name]


def uses(f, at):
    """Everything that can be asked of f at a point, with each choice of traced operands."""
    n = len(at)
    for chosen in product((False, True), repeat=n):
        if not any(chosen):
            continue

        def partly(*xs, chosen=chosen):
            rest = iter(xs)
            return f(*(next(rest) if c else x for c, x in zip(chosen, at, strict=True)))

        traced = [x for c, x in zip(chosen, at, strict=True) if c]
        yield lambda g=partly, xs=traced: ad.jvp(g, xs, [0.75, -1.25][: len(xs)])
        yield lambda g=partly, xs=traced: flat(ad.value_and_grad(g, tuple(range(len(xs))))(*xs))
        yield lambda g=partly, xs=traced: ad.vjp(g, *xs)[1](-1.5)
    yield lambda: flat(parts(f(*(ad.Dual(x, (1.0, -0.5)) for x in at))))
    yield lambda: parts(f(*(ad.Dual(x, 2.0) for x in at)))
    if n == 2:  # one variable on both sides
        yield lambda: ad.jvp(lambda x: f(x, x), at[:1], (0.75,))
        yield lambda: flat(ad.value_and_grad(lambda x: f(x, x), (0,))(at[0]))


def flat(pair):
    return pair[0], *pair[1]


def parts(dual):
    return dual.primal, dual.tangent


def assert_the_same(name, at):
    spellings, general = functions(name)
    slow = [told(use) for use in uses(general, at)]
    for spelling in spellings:
        assert [told(use) for use in uses(spelling, at)] == slow, (name, at)


@pytest.mark.parametrize("rule", TABLE, ids=lambda r: r.name)
def test_every_rule_has_a_fast_path_that_compiles(rule):
    text = code(rule)
    compile(text, rule.name, "exec")
    assert bool(text) == any(p != 0.0 for p in rule.partials)


@pytest.mark.parametrize("name", PRIMITIVES)
def test_the_fast_path_gives_the_same_bits_and_the_same_errors_at_odd_points(name):
    for at in product(ODD, repeat=PRIMITIVES[name].arity):
        assert_the_same(name, at)


@pytest.mark.parametrize("name", PRIMITIVES)
@given(data=st.data())
@settings(max_examples=25)
def test_the_fast_path_gives_the_same_bits_at_any_point(name, data):
    number = st.floats(-4, 4) | st.floats() | st.integers(-3, 3).map(float)
    assert_the_same(name, tuple(data.draw(number) for _ in range(PRIMITIVES[name].arity)))


@pytest.mark.parametrize("name", [n for n, p in PRIMITIVES.items() if p.arity == 2])
def test_the_other_operand_may_be_any_real_number(name):
    from fractions import Fraction

    np = pytest.importorskip("numpy")
    spellings, general = functions(name)
    for other in (2, True, Fraction(1, 2), np.float64(2.0), np.float32(0.5), np.int64(2)):
        for f, derivative in product(spellings, MODES.values()):
            for side in (lambda g, x, other=other: g(x, other), lambda g, x, other=other: g(other, x)):
                fast = told(lambda: [float(derivative(lambda x: side(f, x))(1.5))])  # noqa: B023
                slow = told(lambda: [float(derivative(lambda x: side(general, x))(1.5))])  # noqa: B023
                assert fast == slow, (f, other)


def test_everyday_values_take_the_fast_path_and_others_do_not():
    seen = []

    def f(x):
        seen.append(type(ad.sin(x) * 2.0 + x))
        return x

    ad.grad(f)(1.0), ad.jvp(f, (1.0,), (1.0,)), ad.grad(ad.grad(f))(1.0)
    assert seen == [Scalar, ScalarDual, Variable]


def test_a_tape_of_floats_may_meet_a_nested_value_half_way():
    for outer, inner in product(MODES.values(), repeat=2):

        def program(x, inner=inner):
            def f(y):
                early = ad.sin(y) * y  # floats of the inner tape, or traced ones, as y is
                late = early * x  # here the outer variable comes in
                return late + early * 2.0

            return inner(f)(0.5)  # (x + 2) · d/dy (y sin y), with a plain float as its argument

        slope = math.sin(0.5) + 0.5 * math.cos(0.5)
        assert outer(program)(3.0) == pytest.approx(slope, rel=1e-15)
        assert program(3.0) == pytest.approx(5 * slope, rel=1e-15)


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: ad.sqrt(x) ** 2, 0.0, math.nan),  # 0 · ∞
        (lambda x: ad.sqrt(x) * 0.0 + x, 0.0, math.nan),
        (lambda x: ad.sqrt(x) * 2.0, 0.0, math.inf),
        (lambda x: (ad.sqrt(x), x * 3.0)[1], 0.0, 3.0),  # a dead row, however singular, is silent
        (lambda x: ad.maximum(ad.sqrt(x), -1.0) + x, 0.0, math.inf),
        (lambda x: ad.minimum(ad.sqrt(x), -1.0) + x, 0.0, math.nan),
        (lambda x: x * math.inf, 1.0, math.inf),
        (lambda x: (x * math.inf) * 0.0, 1.0, math.nan),
    ],
)
def test_zero_times_infinity_is_not_skipped_and_dead_rows_are_silent(f, x, slope):
    generic = ad.trace(f, x)
    for got in (ad.grad(f)(x), ad.vjp(f, x)[1](1.0)[0], generic.adjoints()[0]):
        assert bits(got) == bits(slope)
    assert bits(ad.jvp(f, (x,), (1.0,))[1]) == bits(slope)


def test_a_pullback_may_be_called_again_and_with_any_seeds():
    def f(x, y):
        z = x * y
        return z, x, 7.0, z, z + ad.sin(y), y * 0.0

    (*out,), pullback = ad.vjp(f, 2.0, 5.0)
    assert out == [10.0, 2.0, 7.0, 10.0, 10.0 + math.sin(5.0), 0.0]
    for _ in range(2):
        assert pullback((1.0, 0.0, 0.0, 0.0, 0.0, 0.0)) == (5.0, 2.0)
        assert pullback((0.0, 1.0, 0.0, 0.0, 0.0, 0.0)) == (1.0, 0.0)
        assert pullback((0.0, 0.0, 1.0, 0.0, 0.0, 0.0)) == (0.0, 0.0)
        assert pullback((1.0, 0.0, 0.0, 10.0, 0.0, 0.0)) == (55.0, 22.0)  # the same output twice
        assert pullback((0.0, 0.0, 0.0, 0.0, 1.0, 0.0)) == (5.0, 2.0 + math.cos(5.0))
        assert pullback((1.0, 1.0, 1.0, 1.0, 1.0, 1.0)) == (16.0, 6.0 + math.cos(5.0))
        assert pullback((0.0,) * 6) == (0.0, 0.0)


def test_a_pullback_called_with_a_nested_seed_and_then_with_a_float_is_right_each_time():
    _, pullback = ad.vjp(lambda x: ad.exp(x) * x, 1.0)
    slope = 2 * math.e
    assert pullback(1.0) == (slope,)
    assert ad.grad(lambda s: pullback(s)[0] * s)(3.0) == pytest.approx(6 * slope, rel=1e-15)
    assert ad.jvp(lambda s: pullback(s)[0], (3.0,), (1.0,))[1] == slope
    assert pullback(1.0) == (slope,)


def test_a_pullback_called_inside_itself_is_right():
    """The seeds of one call are computed by another call of the same pullback."""
    _, pullback = ad.vjp(lambda x: x * x * x, 2.0)  # slope 12
    assert pullback(pullback(pullback(1.0)[0])[0]) == (12.0**3,)


def test_one_pullback_may_be_called_by_four_threads_at_once():
    def f(x):
        for _ in range(300):
            x = x * 1.0 + 0.0
        return x

    _, pullback = ad.vjp(f, 2.0)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(pullback, [1.0, 2.0, 3.0, 4.0] * 50))
    finally:
        sys.setswitchinterval(interval)
    assert answers == [(1.0,), (2.0,), (3.0,), (4.0,)] * 50


def test_fresh_threads_may_compile_the_fast_paths_at_the_same_time():
    program = """
import sys, threading
sys.setswitchinterval(1e-6)
import autograd_mini as ad
start, wrong = threading.Barrier(4), []
def work(k):
    start.wait()
    for n in range(20):
        x = 1.0 + k + n / 8
        f = lambda x: ad.sin(x) / x - 2.0 ** x + abs(-x) * ad.hypot(x, 2)
        if abs(ad.grad(f)(x) - ad.jvp(f, (x,), (1.0,))[1]) > 1e-12 * 2.0 ** x:
            wrong.append(x)
threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
[t.start() for t in threads], [t.join() for t in threads]
print(wrong)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


class Vector:
    """A learner's own class, which knows how to be multiplied by a number."""

    def __init__(self, *parts):
        self.parts = parts

    def __rmul__(self, number):
        return Vector(*(number * part for part in self.parts))

    def sum(self):
        return sum(self.parts)


def test_a_class_that_knows_how_to_be_multiplied_is_asked():
    for derivative in (*MODES.values(), lambda f: lambda x: f(ad.Dual(x, 1.0)).tangent):
        assert derivative(lambda x: (x * Vector(x, 2.0)).sum())(3.0) == 8.0
