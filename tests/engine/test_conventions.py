"""What a derivative is where mathematics leaves a choice, or has no finite answer: the table of the docs, row by row.

A derivative is never a ZeroDivisionError; a value outside its domain always is an error, which names the operation.
"""

import math
from functools import reduce
from itertools import product

import pytest

import autograd_mini as ad
from autograd_mini.primitive import PRIMITIVES
from autograd_mini.rules import CONVENTIONS, TABLE, conventions
from tests.engine.cases import MODES

INF, NAN = math.inf, math.nan


def same(got, want):
    return got == want or (got != got and want != want)


# --- the table that `autograd-mini rules` prints ----------------------------------------------------------


def program(text, np):
    """The program of a row, in NumPy's names and the table's."""
    names = {**(vars(np) if np else {}), **{name: getattr(ad, name) for name in PRIMITIVES}}
    return eval(f"lambda x, y=None: {text}", names)


def gradient(f, points, mode):
    """df/dx for every argument of f: in reverse mode by its gradient, in forward mode seed by seed."""
    if mode == "reverse":
        return ad.grad(f, tuple(range(len(points))))(*points)
    if all(isinstance(p, float) for p in points):
        units = [tuple(float(j == k) for j in range(len(points))) for k in range(len(points))]
        return tuple(ad.jvp(f, points, unit)[1] for unit in units)
    return tuple(ad.jacfwd(f, k)(*points) for k in range(len(points)))


NUMBERS = [row[:3] for row in CONVENTIONS if not isinstance(row[1], list)]
NEEDS_NUMPY = ("clip", "remainder")
PLACES = ["a number", "an array without axes", "an array of one entry"]


@pytest.mark.filterwarnings("ignore:.*encountered")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("text", "at", "slope"), NUMBERS, ids=[text for text, *_ in NUMBERS])
def test_every_row_of_the_table_holds_for_a_number_and_for_arrays_of_one(text, at, slope, place, mode):
    on_arrays = place != "a number"
    np = pytest.importorskip("numpy") if on_arrays or text.startswith(NEEDS_NUMPY) else None
    points, slopes = (at, slope) if isinstance(at, tuple) else ((at,), (slope,))
    f = program(text, np)
    if on_arrays:
        points = tuple(np.full((1,) * (place == PLACES[2]), p) for p in points)
    got = gradient((lambda *a: f(*a).sum()) if on_arrays and points[0].ndim else f, points, mode)
    if not on_arrays:
        assert all(isinstance(g, float) for g in got)
    else:
        assert all(g.shape == p.shape for g, p in zip(got, points, strict=True))
    assert all(same(float(g.item() if on_arrays else g), s) for g, s in zip(got, slopes, strict=True)), got


ARRAYS = [row[:3] for row in CONVENTIONS if isinstance(row[1], list)]


@pytest.mark.filterwarnings("ignore:.*encountered")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("text", "at", "slope"), ARRAYS, ids=[text for text, *_ in ARRAYS])
def test_every_row_of_the_table_about_arrays_holds(text, at, slope, mode):
    np = pytest.importorskip("numpy")
    want = slope[mode] if isinstance(slope, dict) else slope
    f = program(text, np)
    (got,) = gradient(lambda x: np.sum(f(x)), (np.array(at),), mode)
    np.testing.assert_allclose(got, want, rtol=1e-14, atol=0)


def test_the_table_states_the_conventions_that_are_promised():
    promised = {
        "absolute(x)", "relu(x)", "maximum(x, y)", "x ** 0", "0.0 ** x", "sqrt(x)", "linalg.norm(x)", "sort(x)[0]",
        "prod(x)", "clip(x, 1.0, 3.0)", "std(x)", "sign(x)", "stop_gradient(x) * x", "max(x)",
    }  # fmt: skip
    assert promised <= {text for text, *_ in CONVENTIONS}
    for rule in TABLE:  # what the operation table says of an operation is tested here, too
        assert len(conventions(rule.name)) > 1 or not rule.convention, rule.name


# --- further points, orders and combinations of modes -----------------------------------------------------


@pytest.mark.parametrize(
    ("what", "f", "x", "order", "slope"),
    [
        # kinks
        ("abs'", abs, 0.0, 1, 0.0),
        ("abs''", abs, 0.0, 2, 0.0),
        ("sign'", ad.sign, 0.0, 1, 0.0),
        ("relu'", ad.relu, 0.0, 1, 0.0),
        ("relu''", ad.relu, 0.0, 2, 0.0),
        ("max(x, 0)' at the tie", lambda x: ad.maximum(x, 0.0), 0.0, 1, 0.5),
        ("min(2, x)' at the tie", lambda x: ad.minimum(2.0, x), 2.0, 1, 0.5),
        ("max(x, x)'", lambda x: ad.maximum(x, x), 2.0, 1, 1.0),
        ("(max(x, 0)³)''' under ½", lambda x: ad.maximum(x, 0.0) ** 3, 0.0, 3, 0.75),
        # powers at zero
        ("(x⁰)'", lambda x: x**0, 0.0, 1, 0.0),
        ("(x⁰·⁰)''", lambda x: x**0.0, 0.0, 2, 0.0),
        ("(x¹)'", lambda x: x**1, 0.0, 1, 1.0),
        ("(x¹)''", lambda x: x**1, 0.0, 2, 0.0),
        ("(x²)'", lambda x: x**2, 0.0, 1, 0.0),
        ("(x²)''", lambda x: x**2, 0.0, 2, 2.0),
        ("(x²)'''", lambda x: x**2, 0.0, 3, 0.0),
        ("(x³)'''", lambda x: x**3, 0.0, 3, 6.0),
        ("(x³)''''", lambda x: x**3, 0.0, 4, 0.0),
        ("(x²)'' at −0", lambda x: x**2, -0.0, 2, 2.0),
        ("(x³)'' at −2", lambda x: x**3, -2.0, 2, -12.0),
        ("(x^½)'", lambda x: x**0.5, 0.0, 1, INF),
        ("(x^1.5)'", lambda x: x**1.5, 0.0, 1, 0.0),
        ("(x^1.5)''", lambda x: x**1.5, 0.0, 2, INF),
        ("d/dy 0^y at 2", lambda y: 0.0**y, 2.0, 1, 0.0),
        ("d/dy 0^y at 0", lambda y: 0.0**y, 0.0, 1, 0.0),
        ("d/dy (−2)^y at 3", lambda y: (-2.0) ** y, 3.0, 1, NAN),
        # infinite slopes
        ("√'", ad.sqrt, 0.0, 1, INF),
        ("√''", ad.sqrt, 0.0, 2, -INF),
        ("(√x)²'", lambda x: ad.sqrt(x) ** 2, 0.0, 1, NAN),
        ("arcsin' at 1", ad.arcsin, 1.0, 1, INF),
        ("arcsin' at −1", ad.arcsin, -1.0, 1, INF),
        ("arccos' at 1", ad.arccos, 1.0, 1, -INF),
        ("arccosh' at 1", ad.arccosh, 1.0, 1, INF),
        # no slope
        ("norm'", lambda x: ad.sqrt(x * x + 0.0), 0.0, 1, NAN),
        ("hypot(x, 0)'", lambda x: ad.hypot(x, 0.0), 0.0, 1, NAN),
        ("arctan2(y, 0)'", lambda y: ad.arctan2(y, 0.0), 0.0, 1, NAN),
        ("std of constants", lambda x: ad.sqrt((x - (x + 2.0) / 2) ** 2 / 2), 2.0, 1, NAN),
        ("variance of constants", lambda x: (x - (x + 2.0) / 2) ** 2 / 2, 2.0, 1, 0.0),
        # stable forms
        ("sigmoid' at −800", ad.sigmoid, -800.0, 1, 0.0),
        ("sigmoid'' at 800", ad.sigmoid, 800.0, 2, 0.0),
        ("logaddexp(0, y)' at 1000", lambda y: ad.logaddexp(0.0, y), 1000.0, 1, 1.0),
        ("logaddexp(1000, y)' at 0", lambda y: ad.logaddexp(1000.0, y), 0.0, 1, 0.0),
        ("hypot' of huge", lambda x: ad.hypot(x, 3e200), 4e200, 1, 0.8),
        ("arctan'' of huge", ad.arctan, 1e200, 2, 0.0),
        # a slope too large for a float, of a value that is not
        ("(1/x)' of tiny", lambda x: 1 / x, 1e-200, 1, -INF),
        ("(x^−1.5)' of tiny", lambda x: x**-1.5, 1e-200, 1, -INF),
        ("(x⁻²)' of tiny, from the left", lambda x: x**-2, -1e-150, 1, INF),
        ("(x⁻³)' of tiny, from the left", lambda x: x**-3, -1e-100, 1, -INF),
        ("(ln x)'' of tiny", ad.log, 1e-300, 2, -INF),
        # what AD says is not always what is true (Beck & Fischer 1994, the if-problem)
        ("if-problem", lambda x: 0.0 * x if x == 0 else x, 0.0, 1, 0.0),
        ("branch not taken", lambda x: x if x >= 0 else ad.sqrt(-x), 1.0, 1, 1.0),
        # arctan2 as it should be
        ("arctan2(y, 1)' at ½", lambda y: ad.arctan2(y, 1.0), 0.5, 1, 0.8),
        ("arctan2(y, 1)'' at ½", lambda y: ad.arctan2(y, 1.0), 0.5, 2, -0.64),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_the_convention_holds_in_every_combination_of_modes(what, f, x, order, slope):
    for modes in product(MODES, repeat=order):
        g = f
        for mode in modes:
            g = MODES[mode](g)
        got = g(x)
        assert same(got, slope) or got == pytest.approx(slope, rel=1e-14, abs=0), f"{modes}: {got}"


@pytest.mark.parametrize(
    ("f", "at", "slopes"),
    [
        (ad.maximum, (2.0, 2.0), (0.5, 0.5)),
        (ad.minimum, (2.0, 2.0), (0.5, 0.5)),
        (ad.maximum, (3.0, 2.0), (1.0, 0.0)),
        (ad.minimum, (3.0, 2.0), (0.0, 1.0)),
        (ad.hypot, (0.0, 0.0), (NAN, NAN)),
        (ad.arctan2, (0.0, 0.0), (NAN, NAN)),
        (ad.power, (0.0, 0.0), (0.0, 0.0)),
        (ad.power, (0.0, 1.0), (1.0, 0.0)),
        (ad.power, (0.0, 2.0), (0.0, 0.0)),
        (ad.power, (0.0, 0.5), (INF, 0.0)),
        (ad.power, (-2.0, 3.0), (12.0, NAN)),
    ],
)
def test_functions_of_two_numbers_keep_their_conventions(f, at, slopes):
    assert all(map(same, ad.grad(f, (0, 1))(*at), slopes))
    forward = tuple(ad.jvp(f, at, unit)[1] for unit in ((1.0, 0.0), (0.0, 1.0)))
    # A seed of 0 on an infinite or missing slope is 0·∞ = nan in forward mode, as IEEE 754 has it.
    assert all(same(a, b) or a != a for a, b in zip(forward, slopes, strict=True))


def test_a_power_has_its_mixed_derivative_where_its_exponent_is_zero():
    """∂²(x^y)/∂x∂y = x^(y−1) (1 + y ln x), which is 1/x at y = 0."""
    for outer, inner in product(MODES.values(), repeat=2):
        assert outer(lambda y, inner=inner: inner(lambda x: x**y)(2.0))(0.0) == 0.5
        assert outer(lambda x, inner=inner: inner(lambda y: x**y)(0.0))(2.0) == 0.5


def total(xs):
    return sum(xs[1:], xs[0])


@pytest.mark.parametrize(
    ("f", "at", "gradient"),
    [
        (lambda v: v[0] * v[1] * v[2], [0.0, 2.0, 3.0], [6.0, 0.0, 0.0]),
        (lambda v: ad.sqrt(v[0] * v[0] + v[1] * v[1]), [0.0, 0.0], [NAN, NAN]),
        (lambda v: v[0] * v[0] + v[1] * v[1], [0.0, 0.0], [0.0, 0.0]),
        (lambda v: reduce(ad.maximum, v), [1.0, 3.0, 3.0, 2.0], [0.0, 0.5, 0.5, 0.0]),
        (lambda v: v[[0, 0, 1][0]] + v[0] + v[1], [5.0, 7.0, 9.0], [2.0, 1.0, 0.0]),
        (lambda v: total([x - total(v) / 4 for x in v]), [1.0, 2.0, 4.0, 8.0], [0.0] * 4),
        (lambda v: ad.log(total([ad.exp(x - max(v)) for x in v])) + max(v), [1000.0, 0.0], [1.0, 0.0]),
        (lambda v: sorted(v)[0] * 10 + sorted(v)[2], [3.0, 1.0, 2.0], [1.0, 10.0, 0.0]),
    ],
    ids=["product with a zero", "norm at 0", "squares at 0", "ties of max", "an index twice", "mean removed",
         "log-sum-exp, shifted", "sorting"],
)  # fmt: skip
def test_sums_products_and_norms_of_several_numbers(f, at, gradient):
    assert all(map(same, ad.grad(f)(at), gradient))


@pytest.mark.parametrize(
    ("program", "kind", "words"),
    [
        (lambda x: 1 / x, ZeroDivisionError, "divide"),
        (lambda x: x / 0, ZeroDivisionError, "divide"),
        (ad.reciprocal, ZeroDivisionError, "reciprocal"),
        (lambda x: x**-1, (ValueError, ZeroDivisionError), "power"),
        (lambda x: (x - 8.0) ** (1 / 3), ValueError, "power"),
        (ad.log, ValueError, "log.*x > 0"),
        (ad.log2, ValueError, "log2"),
        (ad.log10, ValueError, "log10"),
        (lambda x: ad.log1p(x - 1), ValueError, "log1p"),
        (lambda x: ad.sqrt(x - 1), ValueError, "sqrt.*x ≥ 0"),
        (lambda x: ad.arcsin(x + 2), ValueError, "arcsin"),
        (lambda x: ad.arccosh(x), ValueError, "arccosh"),
        (lambda x: ad.arctanh(x + 1), ValueError, "arctanh"),
        (lambda x: ad.sin(x + INF), ValueError, "sin"),
        (lambda x: ad.exp(x + 1000), OverflowError, "exp"),
        (lambda x: 1 / (1 + ad.exp(-(x - 800))), OverflowError, r"exp\(800.0\)"),
        (lambda x: ad.cosh(x + 1000), OverflowError, "cosh"),
    ],
)
def test_a_value_outside_the_domain_is_an_error_that_names_the_operation_in_every_mode(program, kind, words):
    by_hand, traced = (lambda x: program(ad.Dual(x, 1.0))), (lambda x: ad.trace(program, x))
    for run in (by_hand, traced, *(mode(program) for mode in MODES.values())):
        with pytest.raises(kind, match=words):
            run(0.0)
