"""Every primitive and its derivative, once: the table that both modes read.

A row gives the operation's name (NumPy's), its value on floats, and its partial derivatives as
formulas in the operands x, y and the value z = op(x, y) itself. Forward mode multiplies tangents by
the partials, reverse mode multiplies adjoints by them; nothing else in the engine knows a derivative.

The names z (the value, ChainRules' Ω) and the one-line form follow ChainRules' `@scalar_rule`. The
partials are those of Abramowitz & Stegun 1964, §4, in the form that loses least to round-off.
"""

from __future__ import annotations

import math
import operator

from autograd_mini.formulas import Formula, function, pretty, symbol, where

TYPE_CHECKING = False  # `typing` is half of the time that `import autograd_mini` would take
if TYPE_CHECKING:
    from collections.abc import Callable

x, y, z = symbol("x"), symbol("y"), symbol("z")
exp, log, sqrt, sin, cos, sinh, cosh, sigmoid, sign, hypot = (
    function(name) for name in "exp log sqrt sin cos sinh cosh sigmoid sign hypot".split()
)


class Rule:
    """One primitive.

    `value` maps floats to a float and may raise ValueError, ZeroDivisionError or OverflowError
    outside the domain; `partials` holds ∂z/∂x (and ∂z/∂y); `domain` says where the value exists,
    `convention` what the derivative is where mathematics leaves a choice.
    """

    def __init__(
        self, name: str, value: Callable[..., float], partials: tuple[Formula | float, ...],
        domain: str = "", convention: str = "",
    ) -> None:  # fmt: skip
        self.name, self.value, self.partials, self.domain, self.convention = name, value, partials, domain, convention


def _logistic(x: float) -> float:
    # Two forms, so that exp never overflows.
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def _logaddexp(x: float, y: float) -> float:
    return max(x, y) + math.log1p(math.exp(-abs(x - y))) if x != y else x + math.log(2.0)


def _maximum(x: float, y: float) -> float:
    return x if x >= y or x != x else y


def _minimum(x: float, y: float) -> float:
    return x if x <= y or x != x else y


def _sign(x: float) -> float:
    return x if x == 0 or x != x else math.copysign(1.0, x)


def _square(x: float) -> float:
    return x * x


def _reciprocal(x: float) -> float:
    return 1.0 / x


def _half_at_tie(first: Formula, second: Formula) -> Formula:
    return where(first > second, 1.0, where(first.equals(second), 0.5, 0.0))


TABLE = [
    #    name         value on floats   ∂z/∂x                                 ∂z/∂y
    Rule("add",       operator.add,     (1.0,                                 1.0)),
    Rule("subtract",  operator.sub,     (1.0,                                 -1.0)),
    Rule("multiply",  operator.mul,     (y,                                   x)),
    Rule("divide",    operator.truediv, (1.0 / y,                             -z / y), "y ≠ 0"),
    Rule("power",     math.pow,         (where(y.equals(0.0), where(x.equals(0.0), 0.0, y / x), y * x ** (y - 1.0)),
                                         where(x.equals(0.0), 0.0, z * log(x))),
         "x > 0, or y whole; y ≥ 0 where x = 0", "x⁰ has slope 0; 0^y has slope 0 in y"),
    Rule("negative",  operator.neg,     (-1.0,)),
    Rule("absolute",  abs,              (sign(x),), "", "slope 0 at x = 0"),
    Rule("sign",      _sign,            (0.0,), "", "slope 0 everywhere"),
    Rule("square",    _square,          (2.0 * x,)),
    Rule("reciprocal", _reciprocal,     (-(z * z),), "x ≠ 0"),
    Rule("sqrt",      math.sqrt,        (0.5 / z,), "x ≥ 0", "slope ∞ at x = 0"),
    Rule("cbrt",      math.cbrt,        (1.0 / (3.0 * (z * z)),), "", "slope ∞ at x = 0"),
    Rule("exp",       math.exp,         (z,)),
    Rule("exp2",      math.exp2,        (math.log(2.0) * z,)),
    Rule("expm1",     math.expm1,       (exp(x),)),
    Rule("log",       math.log,         (1.0 / x,), "x > 0"),
    Rule("log1p",     math.log1p,       (1.0 / (1.0 + x),), "x > −1"),
    Rule("log2",      math.log2,        (1.0 / (math.log(2.0) * x),), "x > 0"),
    Rule("log10",     math.log10,       (1.0 / (math.log(10.0) * x),), "x > 0"),
    Rule("sin",       math.sin,         (cos(x),), "x finite"),
    Rule("cos",       math.cos,         (-sin(x),), "x finite"),
    Rule("tan",       math.tan,         (1.0 + z * z,), "x finite"),
    Rule("arcsin",    math.asin,        (1.0 / sqrt((1.0 - x) * (1.0 + x)),), "−1 ≤ x ≤ 1", "slope ∞ at x = ±1"),
    Rule("arccos",    math.acos,        (-1.0 / sqrt((1.0 - x) * (1.0 + x)),), "−1 ≤ x ≤ 1", "slope −∞ at x = ±1"),
    Rule("arctan",    math.atan,        (1.0 / (1.0 + x * x),)),
    Rule("arctan2",   math.atan2,       (y / hypot(x, y) / hypot(x, y),       -x / hypot(x, y) / hypot(x, y)),
         "", "slope nan at (0, 0)"),
    Rule("sinh",      math.sinh,        (cosh(x),)),
    Rule("cosh",      math.cosh,        (sinh(x),)),
    Rule("tanh",      math.tanh,        (1.0 - z * z,)),
    Rule("arcsinh",   math.asinh,       (1.0 / hypot(x, 1.0),)),
    Rule("arccosh",   math.acosh,       (1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)),), "x ≥ 1", "slope ∞ at x = 1"),
    Rule("arctanh",   math.atanh,       (1.0 / ((1.0 - x) * (1.0 + x)),), "−1 < x < 1"),
    Rule("sigmoid",   _logistic,        (z * sigmoid(-x),)),
    Rule("relu",      lambda x: _maximum(x, 0.0), (where(x > 0.0, 1.0, 0.0),), "", "slope 0 at x = 0"),
    Rule("logaddexp", _logaddexp,       (sigmoid(x - y),                      sigmoid(y - x))),
    Rule("hypot",     math.hypot,       (x / z,                               y / z), "", "slope nan at (0, 0)"),
    Rule("maximum",   _maximum,         (_half_at_tie(x, y),                  _half_at_tie(y, x)),
         "", "½ each at a tie"),
    Rule("minimum",   _minimum,         (_half_at_tie(y, x),                  _half_at_tie(x, y)),
         "", "½ each at a tie"),
    Rule("stop_gradient", operator.pos,        (0.0,), "", "slope 0 everywhere, by request"),
]  # fmt: skip


def _cells() -> list[tuple[str, ...]]:
    head = ("operation", "∂z/∂x", "∂z/∂y", "domain", "convention")
    rows = [
        (r.name, pretty(r.partials[0]), pretty(r.partials[1]) if len(r.partials) > 1 else "", r.domain, r.convention)
        for r in TABLE
    ]
    return [head, *rows]


def text() -> str:
    """The table as aligned plain text; z is the operation's value."""
    rows = _cells()
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def markdown() -> str:
    """The table as Markdown, for the documentation."""
    head, *rows = ("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in _cells())
    return "\n".join([head, "|" + "---|" * len(_cells()[0]), *rows])
