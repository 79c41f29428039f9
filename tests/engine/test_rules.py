"""Every rule of the table is right, in both modes, to every order that a learner meets."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini as ad
from autograd_mini import rules
from autograd_mini.primitive import PRIMITIVES
from tests.engine.cases import CASES, MODES, MP, near

every_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.text + " on " + " × ".join(map(str, c.domain)))


def inside(case):
    return st.tuples(*(st.floats(lo, hi) for lo, hi in case.domain))


def units(n):
    return [tuple(float(i == k) for i in range(n)) for k in range(n)]


def test_every_primitive_of_the_table_is_in_the_list():
    used = {row.op for case in CASES for row in ad.trace(case.ours, *case.point).rows}
    assert set(PRIMITIVES) - {"stop_gradient"} == used - {"input", "constant"}


@every_case
@given(data=st.data())
@settings(max_examples=12)
def test_values_and_first_derivatives_are_those_of_mpmath_at_50_digits(case, data):
    at = data.draw(inside(case))
    assert near(case.ours(*at), float(case.theirs(*map(MP.mpf, at))), 1e-14)
    value, gradient = ad.value_and_grad(case.ours, tuple(range(len(at))))(*at)
    assert value == case.ours(*at)
    for unit, slope in zip(units(len(at)), gradient, strict=True):
        assert near(slope, case.derivative(at, tuple(map(int, unit))))
        assert near(ad.jvp(case.ours, at, unit)[1], slope, 1e-15)


@every_case
@given(data=st.data())
@settings(max_examples=12)
def test_forward_and_reverse_mode_pass_the_dot_test(case, data):
    at, direction = data.draw(inside(case)), data.draw(st.tuples(*(st.floats(-1, 1) for _ in case.domain)))
    weight = data.draw(st.floats(-1, 1))
    pushed = weight * ad.jvp(case.ours, at, direction)[1]
    pulled = ad.vjp(case.ours, *at)[1](weight)
    terms = [p * d for p, d in zip(pulled, direction, strict=True)]
    assert abs(pushed - sum(terms)) <= 4e-15 * (abs(pushed) + sum(map(abs, terms))) + 1e-300


@every_case
def test_what_the_tangent_leaves_over_shrinks_with_the_square_of_the_step(case):
    """Taylor's remainder f(x + h d) − f(x) − h J d, with f by mpmath: no step size to choose, slope 2."""
    at = case.point
    direction = (0.75, -0.5)[: len(at)]
    slope = ad.jvp(case.ours, at, direction)[1]

    def remainder(h):
        moved = [MP.mpf(x) + h * MP.mpf(d) for x, d in zip(at, direction, strict=True)]
        return abs(case.theirs(*moved) - case.theirs(*map(MP.mpf, at)) - h * MP.mpf(slope))

    coarse, fine = remainder(MP.mpf(2) ** -12), remainder(MP.mpf(2) ** -13)
    assert fine < 1e-18 or MP.log(coarse / fine, 2) >= 1.9


@every_case
@pytest.mark.parametrize("outer", MODES)
@pytest.mark.parametrize("inner", MODES)
def test_second_derivatives_are_right_in_all_four_nestings(case, inner, outer):
    at = case.point
    n = len(at)
    for j, k in product(range(n), repeat=2):

        def at_place(place, f, xs):
            return lambda x: f(*xs[:place], x, *xs[place + 1 :])

        def first(*xs, j=j):
            return MODES[inner](at_place(j, case.ours, xs))(xs[j])

        got = MODES[outer](at_place(k, first, at))(at[k])
        order = tuple((i == j) + (i == k) for i in range(n))
        assert near(got, case.derivative(at, order), 1e-11), (j, k)


@pytest.mark.parametrize("case", [c for c in CASES if len(c.domain) == 1], ids=lambda c: f"{c.text} on {c.domain[0]}")
def test_third_derivatives_are_right_in_all_eight_nestings(case):
    (x,) = case.point
    want = case.derivative((x,), (3,))
    for modes in product(MODES.values(), repeat=3):
        f = case.ours
        for derivative in modes:
            f = derivative(f)
        assert near(f(x), want, 1e-10)


@every_case
def test_check_grads_finds_nothing_wrong(case):
    ad.check_grads(case.ours, case.point, order=2)


@pytest.mark.parametrize(
    ("name", "x"), [("expm1", -40.0), ("sigmoid", -40.0), ("sigmoid", 40.0), ("arctan", 1e9),
                    ("log1p", 1e-18), ("arcsin", 1 - 2**-40), ("arccosh", 1 + 2**-40), ("arctanh", -1 + 2**-40)]
)  # fmt: skip
def test_slopes_keep_their_digits_where_they_are_tiny_or_huge(name, x):
    """The closed form by mpmath; relative, because a slope of 1e−18 that comes out as 0 is wrong in every digit."""
    closed = {
        "expm1": MP.exp, "sigmoid": lambda x: 1 / (2 + 2 * MP.cosh(x)),
        "arctan": lambda x: 1 / (1 + x * x), "log1p": lambda x: 1 / (1 + x), "arcsin": lambda x: 1 / MP.sqrt(1 - x * x),
        "arccosh": lambda x: 1 / MP.sqrt(x * x - 1), "arctanh": lambda x: 1 / (1 - x * x),
    }  # fmt: skip
    want = float(closed[name](MP.mpf(x)))
    for derivative in MODES.values():
        assert derivative(getattr(ad, name))(x) == pytest.approx(want, rel=1e-12, abs=0)


@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_function_is_the_same_on_a_float_and_on_a_traced_value(name):
    case = next((c for c in CASES if c.text.startswith(f"{name}(")), None)
    at = case.point if case else (0.625,)
    function = getattr(ad, name)
    value = function(*at)
    assert type(value) is float
    assert ad.jvp(function, at, (1.0,) * len(at))[0] == value == ad.vjp(function, *at)[0]
    assert function(*map(ad.Dual, at)).primal == value


def test_stop_gradient_keeps_the_value_and_drops_the_slope():
    for derivative in MODES.values():
        assert derivative(ad.stop_gradient)(3.0) == 0.0
        assert derivative(lambda x: ad.stop_gradient(x) * x)(3.0) == 3.0
        assert derivative(derivative(lambda x: ad.stop_gradient(x * x) * x * x))(3.0) == 18.0
    assert ad.stop_gradient(2.5) == 2.5
    # An infinite slope that is stopped does not come back as ∞ · 0.
    assert ad.grad(lambda x: x + ad.stop_gradient(ad.sqrt(x)))(0.0) == 1.0
    assert ad.jvp(lambda x: x + ad.stop_gradient(ad.sqrt(x)), (0.0,), (1.0,))[1] == 1.0


@pytest.mark.parametrize("wrap", [lambda x: (x, x), lambda x: [x], lambda x: {"a": x}], ids=["tuple", "list", "dict"])
def test_stop_gradient_of_several_numbers_stops_them_all_or_says_that_it_takes_one(wrap):
    def f(x):
        stopped = ad.stop_gradient(wrap(x))
        return (stopped["a"] if isinstance(stopped, dict) else stopped[0]) * x

    for derivative in MODES.values():
        try:
            assert derivative(f)(3.0) == 3.0
        except TypeError as error:
            assert "stop_gradient" in str(error)


@pytest.mark.parametrize("mode", MODES)
def test_comparisons_are_those_of_the_values_in_every_mode(mode):
    """Traced with traced, and with numbers on either side; a branch is taken or not, it has no slope."""

    def f(x):
        y = x * x
        assert (y > x, y >= x, y < x, y <= x, y == x, y != x) == (True, True, False, False, False, True)
        assert (9 > y, 9.0 >= y, 9 < y, 9.0 <= y, 9 == y, 9.0 != y) == (False, True, False, True, True, False)
        assert y in [1.0, 9.0] and y != "9" and y is not None and bool(y) and not bool(y - 9)
        assert sorted([y, x, 5.0, -y]) == [-9.0, 3.0, 5.0, 9.0]
        with pytest.raises(TypeError):
            _ = y < "9"
        return max(x, y, 5.0) - min(x, y)

    assert MODES[mode](f)(3.0) == 5.0
    assert MODES[mode](MODES[mode](f))(3.0) == 2.0


def test_the_printed_table_has_a_row_for_every_primitive_and_says_the_conventions():
    assert [row[0] for row in rules.operations()[1:]] == list(PRIMITIVES)
    sections = rules.markdown().split("\n## ")
    for section, rows in ((sections[1], rules.operations()), (sections[2], rules.conventions())):
        table = [line for line in section.splitlines() if line.startswith("|")]
        assert len(table) == len(rows) + 1
        cells = {line.count("|") - line.count("\\|") for line in table}
        assert len(cells) == 1, "every row of the Markdown table has the same number of cells"
    for name in ("absolute", "relu", "maximum", "minimum", "power", "sqrt", "hypot", "arctan2", "stop_gradient"):
        assert next(r for r in rules.TABLE if r.name == name).convention
