"""Programs that nobody wrote: straight lines with fan-out, branches, loops and derivatives inside.

Two oracles, neither of which knows the chain rule as we use it: polynomials with rational
coefficients, differentiated term by term, where + − × on short binary fractions are exact in floats, so
that the answers must be *equal*; and mpmath's numerical derivative at 50 digits.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import autograd_mini as ad
from tests.engine.cases import MODES, MP, OURS, THEIRS, near

# --- polynomials: {(power of x, power of y, power of t): coefficient} -----------------------------------


class Polynomial(dict):
    """In x, y and t, the variable of an inner derivative; exact."""

    def __add__(self, other):
        return Polynomial({m: self.get(m, 0) + other.get(m, 0) for m in {**self, **other}})

    def __sub__(self, other):
        return self + Polynomial({m: -c for m, c in other.items()})

    def __mul__(self, other):
        product = Polynomial()
        for m, a in self.items():
            for n, b in other.items():
                key = tuple(i + j for i, j in zip(m, n, strict=True))
                product[key] = product.get(key, 0) + a * b
        return product

    def degree(self):
        return max((sum(m) for m, c in self.items() if c), default=0)

    def derivative(self, k):
        """Term by term: c xⁿ → n c xⁿ⁻¹."""
        return Polynomial({(*m[:k], m[k] - 1, *m[k + 1 :]): c * m[k] for m, c in self.items() if m[k]})

    def substitute(self, inner):
        """t := inner."""
        total = Polynomial()
        for m, c in self.items():
            term = Polynomial({(m[0], m[1], 0): c})
            for _ in range(m[2]):
                term = term * inner
            total = total + term
        return total

    def at(self, x, y):
        return sum((c * x ** m[0] * y ** m[1] for m, c in self.items()), Fraction(0))


X, Y, T = Polynomial({(1, 0, 0): 1}), Polynomial({(0, 1, 0): 1}), Polynomial({(0, 0, 1): 1})
LINE = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}


@st.composite
def polynomial_programs(draw, variables=(X, Y), size=8):
    """A list of (operation, operand, operand), where an operand is the number of an earlier row or a constant;
    and the polynomial that it computes. ("d/dt", rows, row) is an inner derivative, taken at a row."""
    rows, meaning = [], list(variables)
    for _ in range(draw(st.integers(1, size))):
        kind = draw(st.sampled_from("+-**d" if len(variables) == 2 else "+-*"))
        earlier = st.integers(0, len(meaning) - 1)
        if kind == "d":
            i = draw(earlier)
            inner, poly = draw(polynomial_programs(variables=(*meaning[-3:], T), size=3))
            value = poly.derivative(2).substitute(meaning[i])
            row = ("d/dt", draw(st.sampled_from(list(MODES))), len(meaning[-3:]), inner, i)
        else:
            i = draw(earlier)
            j = draw(earlier | st.sampled_from([-2.0, -0.5, 0.0, 1.0, 2.0]))
            right = meaning[j] if isinstance(j, int) else Polynomial({(0, 0, 0): Fraction(j)})
            value, row = LINE[kind](meaning[i], right), (kind, i, j)
        if value.degree() <= 6:
            rows.append(row)
            meaning.append(value)
    return rows, meaning[-1]


def run(rows, values):
    values = list(values)
    for kind, *rest in rows:
        if kind == "d/dt":
            mode, width, inner, at = rest
            seen = values[-width:]
            values.append(MODES[mode](lambda t, seen=seen, inner=inner: run(inner, [*seen, t]))(values[at]))
        else:
            i, j = rest
            values.append(LINE[kind](values[i], values[j] if isinstance(j, int) else j))
    return values[-1]


quarters = st.integers(-8, 8).map(lambda k: k / 4)


@given(polynomial_programs(), quarters, quarters)
@settings(max_examples=150)
def test_programs_of_plus_minus_times_and_inner_derivatives_are_exact_in_both_modes(program, x, y):
    rows, poly = program

    def f(x, y):
        return run(rows, [x, y])

    at = (Fraction(x), Fraction(y))
    value, slopes = float(poly.at(*at)), tuple(float(poly.derivative(k).at(*at)) for k in (0, 1))
    assert f(x, y) == value
    assert ad.value_and_grad(f, (0, 1))(x, y) == (value, slopes)
    assert ad.jvp(f, (x, y), (1.0, 0.0)) == (value, slopes[0])
    assert ad.jvp(f, (x, y), (0.0, 1.0)) == (value, slopes[1])
    several = run(rows, [ad.Dual(x, (1.0, 0.0)), ad.Dual(y, (0.0, 1.0))]) if plain(rows) else None
    assert several is None or tangent(several) == slopes


@given(polynomial_programs(), quarters, quarters)
@settings(max_examples=80)
def test_second_derivatives_of_such_programs_are_exact_in_all_nestings(program, x, y):
    rows, poly = program
    at = (Fraction(x), Fraction(y))
    for outer in MODES.values():
        for inner in MODES.values():

            def first(x, inner=inner):
                return inner(lambda y: run(rows, [x, y]))(y)

            assert outer(first)(x) == float(poly.derivative(1).derivative(0).at(*at))
            assert outer(inner(lambda x: run(rows, [x, y])))(x) == float(poly.derivative(0).derivative(0).at(*at))


@given(polynomial_programs(), quarters, quarters)
@settings(max_examples=100)
def test_the_trace_of_such_a_program_has_the_same_derivatives(program, x, y):
    rows, poly = program
    trace = ad.trace(lambda x, y: run(rows, [x, y]), x, y)
    at = (Fraction(x), Fraction(y))
    slopes = [float(poly.derivative(k).at(*at)) for k in (0, 1)]
    assert trace.rows[trace.output].value == float(poly.at(*at))
    assert [trace.adjoints()[i] for i in trace.inputs] == slopes
    assert [trace.tangents(seeds)[trace.output] for seeds in ((1.0, 0.0), (0.0, 1.0))] == slopes
    # The adjoints are the sums of the contributions, and a row contributes once for each edge on a road.
    arrived = [0.0] * len(trace.rows)
    for _, target, amount in trace.contributions():
        arrived[target] += amount
    assert tuple(arrived) == trace.adjoints()
    reports = [(c.source, c.target) for c in trace.contributions()[1:]]
    assert sorted(reports) == sorted((user, i) for i in range(len(trace.rows)) for user in trace.consumers(i))


def plain(rows):
    return all(kind != "d/dt" for kind, *_ in rows)


def tangent(value):
    return value.tangent if isinstance(value, ad.Dual) else (0.0, 0.0)


# --- everything else: functions, branches and loops, against 50 digits ----------------------------------

UNARY = "sin cos tanh sigmoid arctan arcsinh absolute square negative".split()
BINARY = "add subtract multiply hypot maximum minimum logaddexp arctan2".split()


@st.composite
def programs(draw):
    rows = []
    for n in range(2, 2 + draw(st.integers(2, 9))):
        earlier = st.integers(max(0, n - 4), n - 1)
        kind = draw(st.sampled_from(["unary", "unary", "binary", "binary", "branch", "loop", "guarded"]))
        op = draw(st.sampled_from(UNARY if kind in ("unary", "loop") else BINARY))
        rows.append((kind, op, draw(earlier), draw(earlier), draw(st.integers(1, 3))))
    return rows


class TooClose(Exception):
    """The program stands on a kink or is badly conditioned: no oracle there."""


def comfortable(kind, op, a, b):
    """Whether an operation on a and b is far from kinks, and keeps its digits."""
    if kind == "branch" or op in ("maximum", "minimum"):
        return abs(a - b) > 1e-3 and abs(a) < 50 and abs(b) < 50
    if op in ("absolute", "arctan2"):
        return 1e-2 < abs(a) < 50 and abs(b) < 50
    return (op != "hypot" or abs(a) + abs(b) > 0.1) and abs(a) < 50 and abs(b) < 50


def follow(rows, values, functions, careful=False):
    """Run a program; with `careful`, refuse to stand near a kink or where round-off is magnified."""
    values = list(values)
    for kind, op, i, j, times in rows:
        a, b = values[i], values[j]
        if careful and not comfortable(kind, op, a, b):
            raise TooClose
        if kind == "unary":
            new = functions[op](a)
        elif kind == "binary":
            new = functions[op](a, b)
        elif kind == "branch":
            new = a * b if a < b else a - b
        elif kind == "loop":
            new = a
            for _ in range(times):
                if careful and not comfortable("unary", op, new, b):
                    raise TooClose
                new = functions[op](new) * 0.5 + b
        else:  # division, logarithm and root where they are smooth
            new = functions["sqrt"](1 + a * a) / functions["exp"](functions["tanh"](b))
            new = new + functions["log"](2 + b * b) ** times
        values.append(new)
    return values[-1]


@given(programs(), st.floats(-2, 2), st.floats(-2, 2))
@settings(max_examples=100)
def test_programs_with_fan_out_branches_and_loops_agree_with_50_digits(rows, x, y):
    try:
        follow(rows, [x, y], OURS, careful=True)
    except TooClose:
        assume(False)

    def ours(x, y):
        return follow(rows, [x, y], OURS)

    def theirs(x, y):
        return follow(rows, [x, y], THEIRS)

    want = [float(MP.diff(theirs, (MP.mpf(x), MP.mpf(y)), order)) for order in ((1, 0), (0, 1))]
    assume(max(map(abs, want)) < 1e6)
    gradient = ad.grad(ours, (0, 1))(x, y)
    for k, unit in enumerate(((1.0, 0.0), (0.0, 1.0))):
        assert near(gradient[k], want[k], 1e-9)
        assert near(ad.jvp(ours, (x, y), unit)[1], gradient[k], 1e-12 * (1 + max(map(abs, want))))
