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

from autograd_mini.formatting import fmt
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


NAN, INF = math.nan, math.inf
# What a derivative is where mathematics leaves a choice, or has no finite answer. The programs use NumPy's names,
# and the table's where NumPy has none. A point in parentheses is one number for each argument, and one in brackets
# an array; what is said of a number holds for an array of it, too. A test runs every row, in both modes.
CONVENTIONS = [
    # program                       at                 derivative         why
    ("absolute(x)",                 0.0,               0.0,               "the mean of the slopes on both sides"),
    ("sign(x)",                     0.0,               0.0,               "flat on both sides"),
    ("relu(x)",                     0.0,               0.0,               "a unit at its threshold counts as off"),
    ("maximum(x, y)",               (2.0, 2.0),        (0.5, 0.5),        "at a tie, equal shares"),
    ("minimum(x, y)",               (2.0, 2.0),        (0.5, 0.5),        "at a tie, equal shares"),
    ("clip(x, 1.0, 3.0)",           3.0,               0.5,               "a maximum and a minimum: a limit is a tie"),
    ("max(x)",                      [1.0, 3.0, 3.0],   [0.0, 0.5, 0.5],   "among ties, equal shares; so min"),
    ("sort(x)[0]",                  [1.0, 1.0, 3.0],   [1.0, 0.0, 0.0],   "from one place, the first of ties"),
    ("remainder(x, 2.0)",           4.0,               1.0,               "the whole quotient counts as constant"),
    ("0.0 * x if x == 0 else x",    0.0,               0.0,               "a branch is followed as it was taken"),
    ("x ** 0",                      0.0,               0.0,               "x⁰ is 1 everywhere"),
    ("x ** 2",                      0.0,               0.0,               "a whole power is smooth"),
    ("0.0 ** x",                    2.0,               0.0,               "0^y is 0 for all y > 0"),
    ("(-2.0) ** x",                 3.0,               NAN,               "the value exists at whole y only"),
    ("sqrt(x)",                     0.0,               INF,               "the limit from the right"),
    ("cbrt(x)",                     0.0,               INF,               "the limit from both sides"),
    ("arcsin(x)",                   1.0,               INF,               "the limit from inside"),
    ("arccosh(x)",                  1.0,               INF,               "the limit from inside"),
    ("arccos(x)",                   1.0,               -INF,              "the limit from inside"),
    ("sqrt(x) ** 2",                0.0,               NAN,               "0 · ∞ is nan, as IEEE 754 has it"),
    ("0.0 * sqrt(x)",               0.0,               NAN,               "0 · ∞ is nan, and is not hidden"),
    ("hypot(x, y)",                 (0.0, 0.0),        (NAN, NAN),        "the tip of a cone has no slope"),
    ("arctan2(x, y)",               (0.0, 0.0),        (NAN, NAN),        "the origin has no direction"),
    ("linalg.norm(x)",              [0.0, 0.0],        [NAN, NAN],        "the tip of a cone; its square is smooth"),
    ("std(x)",                      [2.0, 2.0],        [NAN, NAN],        "the root of a variance of 0; var is smooth"),
    ("where(x >= 0, x, sqrt(-x))",  [1.0],             {"reverse": [NAN], "forward": [1.0]},
     "reverse mode sends 0 into the branch not chosen, and 0 · nan is nan"),
    ("prod(x)",                     [0.0, 2.0, 3.0],   [6.0, 0.0, 0.0],   "products of the others, without a division"),
    ("linalg.det(x)",               [[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]], "minors where det x = 0"),
    ("sum(linalg.eigh(x)[1])",      [[1.0, 0.0], [0.0, 1.0]], [[NAN, NAN], [NAN, NAN]],
     "eigenvectors of equal eigenvalues are not determined"),
    ("x[[0, 0, 1]].sum()",          [4.0, 5.0, 6.0],   [2.0, 1.0, 0.0],   "an entry taken twice receives twice"),
    ("logaddexp(x, y)",             (1000.0, 0.0),     (1.0, 0.0),        "shifted inside, so nothing overflows"),
    ("stop_gradient(x) * x",        3.0,               3.0,               "a constant to every derivative, by request"),
]  # fmt: skip


def operations() -> list[tuple[str, ...]]:
    """The cells of the operation table, its head first; z is the operation's value."""
    head = ("operation", "∂z/∂x", "∂z/∂y", "domain", "convention")
    rows = [
        (r.name, pretty(r.partials[0]), pretty(r.partials[1]) if len(r.partials) > 1 else "", r.domain, r.convention)
        for r in TABLE
    ]
    return [head, *rows]


def _numbers(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{_numbers(v)} in {mode} mode" for mode, v in value.items())
    if isinstance(value, tuple | list):
        inside = ", ".join(map(_numbers, value))
        return f"({inside})" if isinstance(value, tuple) else f"[{inside}]"
    assert isinstance(value, float)
    return fmt(value)


def conventions(about: str = "") -> list[tuple[str, ...]]:
    """The cells of the conventions, their head first; with a name, of those that are about it."""
    import re

    rows = [row for row in CONVENTIONS if not about or about in re.findall(r"\w+", row[0].replace("**", " power "))]
    return [("program", "at", "derivative", "why"), *((row[0], *map(_numbers, row[1:3]), row[3]) for row in rows)]


def aligned(rows: list[tuple[str, ...]]) -> str:
    """A table as plain text."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def numpy_functions() -> dict[str, Callable[..., object]]:
    """NumPy's functions that are differentiated beyond the table, by name; empty where NumPy is not installed."""
    from importlib.util import find_spec

    if not find_spec("numpy"):
        return {}
    from autograd_mini.numpy_names import FUNCTIONS, METHODS, PASSED, UFUNCS
    from autograd_mini.operations import Flat

    named = {f"{f.__module__}.{f.__name__}": own for f, own in FUNCTIONS.items() if f not in PASSED}
    named |= {f"numpy.{f.__name__}": own for f, own in UFUNCS.items() if not isinstance(own, Flat)}
    named |= {f"numpy.{f.__name__}.{method}": own for (f, method), own in METHODS.items()}
    table = {rule.name for rule in TABLE} | {"argsort"}
    short = {name.removeprefix("numpy."): own for name, own in sorted(named.items())}
    return {name: own for name, own in short.items() if name not in table}


TITLES = (
    ("Operations", "x and y are the operands, z is the value. Both modes of differentiation read this table."),
    ("Conventions", "What a derivative is where mathematics leaves a choice or has no finite answer. At a number, "
     "it is the same for an array of that number."),
    ("NumPy's functions", "On arrays these are differentiated too, and .outer of the operations of two operands."),
)


def text() -> str:
    """The operations, the conventions and NumPy's functions as plain text."""
    import textwrap

    rest = textwrap.fill(", ".join(numpy_functions()), 110, break_on_hyphens=False)
    bodies = (aligned(operations()), aligned(conventions()), rest)
    return "\n\n".join(f"{name}. {why}\n\n{body}" for (name, why), body in zip(TITLES, bodies, strict=True) if body)


def markdown() -> str:
    """The same as a page of the documentation."""
    rest = ", ".join(f"`{name}`" for name in numpy_functions())
    bodies = (_table(operations(), code=(0,)), _table(conventions(), code=(0,)), rest)
    parts = (f"## {name}\n\n{why}\n\n{body}\n" for (name, why), body in zip(TITLES, bodies, strict=True) if body)
    return "# What is differentiated, and how\n\n" + "\n".join([INTRODUCTION, *parts]).rstrip("\n")


INTRODUCTION = """This page is printed by `autograd-mini rules --markdown`. A value outside its domain is an error
for a number, which names the operation; for an array it is nan or ∞, as in NumPy. A derivative is never an error: where
it has no finite value it is nan or ∞, for a number and for an array alike.
"""


def _table(rows: list[tuple[str, ...]], code: tuple[int, ...]) -> str:
    """Markdown, with some columns set as code."""
    head, *body = [[c.replace("|", "\\|") for c in row] for row in rows]
    body = [[f"`{c}`" if k in code else c for k, c in enumerate(row)] for row in body]
    lines = [f"| {' | '.join(row)} |" for row in (head, *body)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


SHORT = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power", "sub": "subtract", "mul": "multiply",
    "div": "divide", "truediv": "divide", "true_divide": "divide", "pow": "power", "neg": "negative", "abs": "absolute",
    "ln": "log", "logistic": "sigmoid", "atan2": "arctan2",
    **{f"a{name}": f"arc{name}" for name in "sin cos tan sinh cosh tanh".split()},
}  # fmt: skip


def find(name: str) -> Rule | None:
    """The operation of a name: NumPy's, or a short one such as mul."""
    return next((rule for rule in TABLE if rule.name == SHORT.get(name, name)), None)


def one(rule: Rule) -> str:
    """One operation, a line for each thing that is stated of it."""
    head, cells = operations()[0], next(row for row in operations() if row[0] == rule.name)
    about = conventions(rule.name)
    stated = aligned([pair for pair in zip(head, cells, strict=True) if pair[1]])
    return stated + ("\n\n" + aligned(about) if len(about) > 1 else "")
