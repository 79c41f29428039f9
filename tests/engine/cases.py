"""One list of operations drives the tests of all derivatives (the idea is minitorch's `MathTest`).

A case is an expression as text. It is evaluated twice: with the functions of autograd_mini, and with
mpmath's at 50 digits, whose numerical derivatives know nothing of our rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath

import autograd_mini as ad
from autograd_mini.primitive import PRIMITIVES

MP = mpmath.mp.clone()  # a context of its own: other tests keep their precision
MP.dps = 50

OURS: dict[str, Any] = {name: getattr(ad, name) for name in PRIMITIVES}
THEIRS: dict[str, Any] = {
    **{name: getattr(MP, name) for name in "exp sqrt sin cos tan sinh cosh tanh sign hypot".split()},
    **{f"arc{name}": getattr(MP, f"a{name}") for name in "sin cos tan sinh cosh tanh".split()},
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "power": lambda x, y: x**y,
    "negative": lambda x: -x,
    "absolute": abs,
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "exp2": lambda x: 2**x,
    "cbrt": lambda x: MP.sign(x) * abs(x) ** (MP.one / 3),
    "expm1": lambda x: MP.exp(x) - 1,
    "log": MP.ln,
    "log1p": lambda x: MP.ln(1 + x),
    "log2": lambda x: MP.ln(x) / MP.ln(2),
    "log10": lambda x: MP.ln(x) / MP.ln(10),
    "arctan2": MP.atan2,
    "sigmoid": lambda x: 1 / (1 + MP.exp(-x)),
    "relu": lambda x: max(x, MP.mpf(0)),
    "logaddexp": lambda x, y: MP.ln(MP.exp(x) + MP.exp(y)),
    "maximum": max,
    "minimum": min,
}


class Case(NamedTuple):
    """An expression in x (and y), and the interval of each where it is smooth."""

    text: str
    domain: tuple[tuple[float, float], ...]

    @property
    def ours(self) -> Callable[..., Any]:
        return eval(f"lambda {', '.join('xy'[: len(self.domain)])}: {self.text}", dict(OURS))

    @property
    def theirs(self) -> Callable[..., Any]:
        return eval(f"lambda {', '.join('xy'[: len(self.domain)])}: {self.text}", dict(THEIRS))

    @property
    def point(self) -> tuple[float, ...]:
        """One point inside, with short binary digits."""
        return tuple(round((lo + (0.37 + 0.2 * k) * (hi - lo)) * 64) / 64 for k, (lo, hi) in enumerate(self.domain))

    def derivative(self, at: tuple[float, ...], order: tuple[int, ...]) -> float:
        """∂^order of the expression by mpmath."""
        xs = [MP.mpf(x) for x in at]
        value = MP.diff(self.theirs, xs[0], order[0]) if len(xs) == 1 else MP.diff(self.theirs, tuple(xs), order)
        return float(value)


ANY, POSITIVE, NEGATIVE = (-3.0, 3.0), (0.125, 4.0), (-4.0, -0.125)

CASES = [
    Case(text, domain)
    for text, *domain in [
        # operators, and each with a number on its left and on its right
        ("x + y", ANY, ANY), ("2 + x", ANY), ("x + 2", ANY),
        ("x - y", ANY, ANY), ("2 - x", ANY), ("x - 2", ANY),
        ("x * y", ANY, ANY), ("2 * x", ANY), ("x * -2", ANY),
        ("x / y", ANY, POSITIVE), ("x / y", ANY, NEGATIVE), ("2 / x", POSITIVE), ("2 / x", NEGATIVE), ("x / 2", ANY),
        ("x ** y", POSITIVE, ANY), ("2 ** x", ANY), ("0.5 ** x", ANY), ("x ** 2", ANY), ("x ** 3", ANY),
        ("x ** 1", ANY), ("x ** 0", ANY), ("x ** -1", NEGATIVE), ("x ** -2", NEGATIVE), ("x ** 0.5", POSITIVE),
        ("x ** -2.5", POSITIVE), ("-x", ANY), ("+x", ANY), ("abs(x)", POSITIVE), ("abs(x)", NEGATIVE),
        # the same as functions
        ("add(x, y)", ANY, ANY), ("subtract(x, y)", ANY, ANY), ("multiply(x, y)", ANY, ANY),
        ("divide(x, y)", ANY, POSITIVE), ("power(x, y)", POSITIVE, ANY), ("negative(x)", ANY),
        ("absolute(x)", NEGATIVE), ("sign(x)", POSITIVE), ("sign(x)", NEGATIVE), ("square(x)", ANY),
        ("reciprocal(x)", POSITIVE), ("reciprocal(x)", NEGATIVE), ("sqrt(x)", (0.01, 100.0)),
        ("exp(x)", (-20.0, 20.0)), ("expm1(x)", (-20.0, 5.0)), ("exp2(x)", (-20.0, 20.0)), ("cbrt(x)", POSITIVE),
        ("cbrt(x)", NEGATIVE), ("log(x)", (0.01, 100.0)), ("log1p(x)", (-0.9, 9.0)),
        ("log2(x)", (0.01, 100.0)), ("log10(x)", (0.01, 100.0)),
        ("sin(x)", (-7.0, 7.0)), ("cos(x)", (-7.0, 7.0)), ("tan(x)", (-1.25, 1.25)),
        ("arcsin(x)", (-0.9, 0.9)), ("arccos(x)", (-0.9, 0.9)), ("arctan(x)", (-20.0, 20.0)),
        ("arctan2(x, y)", POSITIVE, POSITIVE), ("arctan2(x, y)", POSITIVE, NEGATIVE),
        ("arctan2(x, y)", NEGATIVE, NEGATIVE), ("arctan2(2, x)", POSITIVE), ("arctan2(x, 2)", ANY),
        ("sinh(x)", (-9.0, 9.0)), ("cosh(x)", (-9.0, 9.0)), ("tanh(x)", (-20.0, 20.0)),
        ("arcsinh(x)", (-20.0, 20.0)), ("arccosh(x)", (1.125, 20.0)), ("arctanh(x)", (-0.9, 0.9)),
        ("sigmoid(x)", (-30.0, 30.0)), ("relu(x)", POSITIVE), ("relu(x)", NEGATIVE),
        ("logaddexp(x, y)", (-30.0, 30.0), (-30.0, 30.0)), ("logaddexp(0, x)", (-30.0, 30.0)),
        ("hypot(x, y)", POSITIVE, NEGATIVE), ("hypot(x, 2)", ANY), ("hypot(2, x)", ANY),
        ("maximum(x, y)", POSITIVE, NEGATIVE), ("maximum(x, y)", NEGATIVE, POSITIVE), ("maximum(x, 0)", POSITIVE),
        ("minimum(x, y)", POSITIVE, NEGATIVE), ("minimum(x, y)", NEGATIVE, POSITIVE), ("minimum(0, x)", NEGATIVE),
        # one operand twice: its two roads add up
        ("x + x", ANY), ("x * x", ANY), ("x - x", ANY), ("x / x", POSITIVE), ("x ** x", POSITIVE),
        ("hypot(x, x)", POSITIVE), ("arctan2(x, x)", POSITIVE), ("logaddexp(x, x)", ANY),
    ]
]  # fmt: skip

# The two ways to differentiate a function of one number.
MODES: dict[str, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
    "forward": lambda f: lambda x: ad.jvp(f, (x,), (1.0,))[1],
    "reverse": lambda f: ad.grad(f),
}


def near(got: float, want: float, tolerance: float = 1e-12) -> bool:
    """Equal to within `tolerance`, relative for large numbers and absolute for small ones."""
    return abs(got - want) <= tolerance * (1 + abs(want))
