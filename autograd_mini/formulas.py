"""Formulas as data: what the rule table is written in.

`-z / y` with `y` and `z` from this module is not a number but a small tree. The one tree of a
partial derivative is compiled to Python for both modes, printed in the documentation, and written
out beside a row of the evaluation trace: a rule is stated once and has many readers.
"""

from __future__ import annotations

from autograd_mini.formatting import SUPERSCRIPT, fmt

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Formula:
    """A tree: an operation's name and its operands; a symbol is `Formula("symbol", name)`."""

    __slots__ = ("op", "operands")

    def __init__(self, op: str, *operands: object) -> None:
        self.op, self.operands = op, operands

    def __add__(self, other: object) -> Formula:
        return Formula("add", self, other)

    def __radd__(self, other: object) -> Formula:
        return Formula("add", other, self)

    def __sub__(self, other: object) -> Formula:
        return Formula("subtract", self, other)

    def __rsub__(self, other: object) -> Formula:
        return Formula("subtract", other, self)

    def __mul__(self, other: object) -> Formula:
        return Formula("multiply", self, other)

    def __rmul__(self, other: object) -> Formula:
        return Formula("multiply", other, self)

    def __truediv__(self, other: object) -> Formula:
        return Formula("divide", self, other)

    def __rtruediv__(self, other: object) -> Formula:
        return Formula("divide", other, self)

    def __pow__(self, other: object) -> Formula:
        return Formula("power", self, other)

    def __neg__(self) -> Formula:
        return Formula("negative", self)

    def __gt__(self, other: object) -> Formula:
        return Formula(">", self, other)

    def equals(self, other: object) -> Formula:
        """The condition `self == other` (`==` itself keeps its usual meaning)."""
        return Formula("==", self, other)


def symbol(name: str) -> Formula:
    return Formula("symbol", name)


def function(name: str) -> Callable[..., Formula]:
    """The operation `name`, to be applied to formulas."""
    return lambda *operands: Formula(name, *operands)


def where(condition: Formula, then: object, otherwise: object) -> Formula:
    """`then` where the condition holds, else `otherwise`."""
    return Formula("where", condition, then, otherwise)


# Operations that never raise on floats may stay infix; the others are called by name, so that the
# caller decides whether 1/0 is an error (a value) or an infinity (a derivative).
INFIX = {"add": "+", "subtract": "-", "multiply": "*", ">": ">", "==": "=="}


FLOAT = "float_"  # what the function of floats is called in emitted Python


def python(formula: object, on_floats: bool = False, prefix: str = "") -> str:
    """The formula as a Python expression over the names of operations, after a prefix, and symbols.

    With `on_floats`, division and sign are Python's own, and functions those of floats.
    """
    if not isinstance(formula, Formula):
        return repr(formula)
    if formula.op == "symbol":
        return str(formula.operands[0])
    parts = [python(o, on_floats, prefix) for o in formula.operands]
    if on_floats and formula.op == "divide":
        return f"({parts[0]} / {parts[1]})"
    if on_floats and formula.op == "negative":
        return f"(-{parts[0]})"
    if formula.op == "where":
        return f"({parts[1]} if {parts[0]} else {parts[2]})"
    if formula.op in INFIX:
        return f"({parts[0]} {INFIX[formula.op]} {parts[1]})"
    return f"{FLOAT if on_floats else prefix}{formula.op}({', '.join(parts)})"


def names(formula: object) -> set[str]:
    """The symbols in a formula, and the operations that it calls by name."""
    if not isinstance(formula, Formula):
        return set()
    if formula.op == "symbol":
        return {str(formula.operands[0])}
    own = set() if formula.op in INFIX or formula.op == "where" else {formula.op}
    return own.union(*(names(o) for o in formula.operands))


# How an operation is written for a reader; the rest are written name(operands).
SIGNS = {
    "add": "{} + {}", "subtract": "{} − {}", "multiply": "{} × {}", "divide": "{} / {}", "negative": "−{}",
    ">": "{} > {}", "==": "{} = {}", "absolute": "|{}|", "square": "{}²", "reciprocal": "1 / {}",
    "log": "ln {}", "log2": "log₂ {}", "log10": "log₁₀ {}", "exp": "exp {}", "sqrt": "√{}",
    "maximum": "max({}, {})", "minimum": "min({}, {})",
}  # fmt: skip
SPACED = {"sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan"}
PREFIXES = SPACED | {"log", "log2", "log10", "exp"}  # (ln x) x, lest it read ln (x x)
TIGHTNESS = {"add": 1, "subtract": 1, "negative": 2, "multiply": 2, "divide": 2, "where": 0, ">": 0, "==": 0}
ATOM = 9


def written(op: str, *operands: str) -> str:
    """One operation on operands that are already text: 'x1 × x2', 'ln x1', 'x1²'."""
    if op == "power":
        exponent = operands[1].strip("()").replace("−", "-")
        whole = exponent.lstrip("-").isdecimal()
        return operands[0] + exponent.translate(SUPERSCRIPT) if whole else f"{operands[0]}^{operands[1]}"
    if op in SIGNS:
        return SIGNS[op].format(*operands)
    return f"{op} {operands[0]}" if op in SPACED else f"{op}({', '.join(operands)})"


def constant(x: float) -> str:
    """A number that stands as an operand: a negative one in parentheses."""
    return f"({fmt(x)})" if x < 0 else fmt(x)


def pretty(formula: object, called: Mapping[str, str] | None = None) -> str:
    """The formula for a reader; `called` gives the symbols other names."""
    return _pretty(formula, called or {})[0]


def _pretty(formula: object, called: Mapping[str, str]) -> tuple[str, int]:
    """The text and how tightly it holds together."""
    if not isinstance(formula, Formula):
        assert isinstance(formula, int | float)
        return (fmt(formula), ATOM if formula >= 0 else 2)
    if formula.op == "symbol":
        name = str(formula.operands[0])
        return called.get(name, name), ATOM
    if formula.op == "where":
        condition, then, otherwise = (_pretty(o, called)[0] for o in formula.operands)
        if isinstance(formula.operands[1], Formula) and formula.operands[1].op == "where":
            then = f"({then})"
        return f"{then} if {condition}, else {otherwise}", 0
    if formula.op == "multiply" and _pretty(formula.operands[0], called) == _pretty(formula.operands[1], called):
        formula = Formula("square", formula.operands[0])
    tight = TIGHTNESS.get(formula.op, ATOM)
    bracketed = formula.op not in ("maximum", "minimum", "absolute")
    parts = []
    for k, operand in enumerate(formula.operands):
        text, own = _pretty(operand, called)
        need = tight + (k == 1 and formula.op in ("subtract", "multiply", "divide")) if tight < ATOM else ATOM
        called_with = formula.op not in SIGNS and formula.op not in SPACED and formula.op != "power"
        runs_on = formula.op == "multiply" and k == 0 and isinstance(operand, Formula) and operand.op in PREFIXES
        parts.append(f"({text})" if runs_on or (bracketed and not called_with and own < need) else text)
    if formula.op == "multiply":
        return " ".join(parts), tight
    return written(formula.op, *parts), ATOM if tight == ATOM and formula.op not in SPACED else min(tight, 3)
