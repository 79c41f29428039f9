"""The rule table on arrays: each operation entry by entry, with NumPy's broadcasting.

Everything here is written from the table. For each kind of operands `code(rule, kind)` is the Python text
of four functions, compiled when first needed: what a node reports to its parents for a plain adjoint, and
for a traced one; and the tangent for plain tangents, and for traced ones. Where all arrays have one shape
and dtype, a temporary array is written to again as soon as it has been read.
"""

# NumPy's stubs know nothing of traced values, so here they would only be argued with.
# mypy: disable-error-code="call-overload,arg-type,assignment,attr-defined,operator,misc,return-value"

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini import formulas, operations, program_arrays
from autograd_mini.arrays import (
    FAST,
    NUMBERS,
    ONE,
    PLAIN,
    Array,
    ArrayDual,
    ArrayMethods,
    Node,
    Operation,
    array,
    constant,
    fit,
    full,
    held,
    is_recorded,
    kept,
    ndarray,
    one_seed,
    receive,
    receive_number,
    refused,
)  # fmt: skip
from autograd_mini.dual import Forward
from autograd_mini.formulas import Formula
from autograd_mini.primitive import PRIMITIVES, Level, Traced, Value, check_meeting
from autograd_mini.program import Recording
from autograd_mini.rules import TABLE, Rule
from autograd_mini.tape import ClosedTape, Recorder, Tape

# The kind of an operation's operands, as bits: which are traced, which are arrays, and whether the operands
# differ in shape or dtype, are themselves traced one level down, or give a single number.
X_TRACED, Y_TRACED, X_ARRAY, Y_ARRAY, MIXED, NESTED, SINGLE = 1, 2, 4, 8, 16, 32, 64


# --- values --------------------------------------------------------------------------------------------


def logistic(x: Value) -> Value:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


UFUNCS: dict[str, Callable[..., Value]] = {
    **{rule.name: getattr(np, rule.name) for rule in TABLE if hasattr(np, rule.name)},
    "sigmoid": logistic, "relu": lambda x: np.maximum(x, 0.0), "stop_gradient": lambda x: x,
}  # fmt: skip


# --- code ----------------------------------------------------------------------------------------------


class _Text:
    """Lines that compute a formula over z, x and y, some of which are arrays."""

    def __init__(self, kind: int, like: str) -> None:
        self.arrays = {"z"} | {s for s, bit in (("x", X_ARRAY), ("y", Y_ARRAY)) if kind & bit}
        self.reuse = not kind & (NESTED | MIXED | SINGLE)
        self.like, self.lines = like, list[str]()
        self.factor: tuple[str, bool] | None = None  # what `times` multiplied by, and whether that is a temporary array

    def of(self, formula: Any) -> tuple[str, bool]:
        """The text of a value, and whether it is a temporary array."""
        if not isinstance(formula, Formula) or not self.arrays & formulas.names(formula):
            return formulas.python(formula, prefix="number_"), False
        if formula.op == "symbol":
            return formulas.python(formula), False
        parts = [self.of(o) for o in formula.operands]
        given = [text for text, _ in parts]
        if formula.op in (">", "=="):
            return f"({given[0]} {formula.op} {given[1]})", False
        if formula.op == "where" and not self.arrays & formulas.names(formula.operands[0]):
            return f"({given[1]} if {given[0]} else {given[2]})", False
        if formula.op == "where":
            return f"where({', '.join(given)}, {self.like}.dtype)", False
        if not self.reuse and formula.op in formulas.INFIX:
            return f"({given[0]} {formulas.INFIX[formula.op]} {given[1]})", False
        if not self.reuse or formula.op == "sigmoid":
            return f"{formula.op}({', '.join(given)})", False
        free = [text for text, temporary in parts if temporary]
        out = free[0] if free else f"t{len(self.lines)}"
        self.lines.append(f"{out} = {formula.op}({', '.join(given + free[:1])})")
        return out, True

    def times(self, partial: Any, factor: str, plain: bool) -> tuple[str, bool]:
        """The text of factor · partial, and whether it is a new array."""
        if partial == 1.0:
            return factor, False
        if not isinstance(partial, Formula):
            return (f"multiply({partial}, {factor})" if plain else f"{partial} * {factor}"), True
        inverse = partial.op == "divide" and partial.operands[0] == 1.0
        text, temporary = self.of(partial.operands[1] if inverse else partial)
        self.factor = (text, temporary) if not inverse and (temporary or text in self.arrays) else None
        if not plain:
            return f"{factor} {'/' if inverse else '*'} {text}", True
        return f"{'divide' if inverse else 'multiply'}({factor}, {text}{f', {text}' if temporary else ''})", True


def _wanted(rule: Rule, kind: int) -> list[int]:
    """The operands that a derivative is wanted for and that the operation depends on."""
    return [k for k, partial in enumerate(rule.partials) if kind & (X_TRACED, Y_TRACED)[k] and partial != 0.0]


def _numbers(rule: Rule, kind: int) -> list[int]:
    """Those among them that are single numbers, spread over the arrays."""
    return [k for k in _wanted(rule, kind) if not kind & (X_ARRAY, Y_ARRAY)[k]]


def _saved(rule: Rule, kind: int) -> list[str]:
    """Which of z, x, y the partials wanted need."""
    used = set().union(*(formulas.names(rule.partials[k]) for k in _wanted(rule, kind)))
    return [s for s in "zxy" if s in used]


def _report(rule: Rule, kind: int, plain: bool) -> list[str]:
    """A node's report: bar · ∂z/∂operand for each operand on the tape."""
    lines, needs = [], ", ".join(_saved(rule, kind))
    if needs:
        lines.append(f"({needs},) = v.saved")
    lines.append("a, b = v.parents" if len(rule.partials) == 2 else "(a,) = v.parents")
    if kind & MIXED or _numbers(rule, kind):
        lines.append("bar = full(bar, v)")
    for k in _wanted(rule, kind):
        text = _Text(kind, "bar")
        amount, fresh = text.times(rule.partials[k], "bar", plain and not kind & NESTED)
        lines += text.lines
        if plain and text.reuse and text.factor and k not in _numbers(rule, kind):
            # The seed 1 leaves no trace: what is saved goes on as it is, and a temporary array is a new one.
            lines += [f"if bar is ONE: receive({'ab'[k]}, {', '.join(map(str, text.factor))})"]
            lines += [f"else: receive({'ab'[k]}, {amount}, True)"]
        elif k in _numbers(rule, kind):
            lines.append(f"receive_number({'ab'[k]}, {amount})")
        elif kind & MIXED:
            lines.append(f"receive({'ab'[k]}, fit({amount}, {'ab'[k]}), False)")
        else:
            lines.append(f"receive({'ab'[k]}, {amount}, {plain and fresh and text.reuse})")
    return [f"def {'plain' if plain else 'traced'}(v, bar):", *("    " + line for line in lines)]


def _push(rule: Rule, kind: int, plain: bool) -> list[str]:
    """ż = Σ ∂z/∂operand · its tangent, s of x and t of y; None where it is zero."""
    lines, terms, writable = list[str](), list[str](), list[bool]()
    for k in _wanted(rule, kind):
        text = _Text(kind, "z")
        term, fresh = text.times(rule.partials[k], "st"[k], plain and not kind & NESTED)
        lines += [*text.lines, f"{'pq'[k]} = {term}"]
        terms.append("pq"[k])
        writable.append(fresh and text.reuse and plain and k not in _numbers(rule, kind))
    if any(writable) and len(terms) == 2:
        lines.append(f"return add(p, q, {terms[writable.index(True)]})")
    else:
        lines.append(f"return {' + '.join(terms) or None}")
    return [f"def {'push' if plain else 'push_traced'}(z, x, y, s, t):", *("    " + line for line in lines)]


def code(rule: Rule, kind: int) -> str:
    """Python text of what an operation does with adjoints and tangents for operands of a kind."""
    functions = [f(rule, kind, plain) for f in (_report, _push) for plain in (True, False)]
    return "\n\n".join("\n".join(lines) for lines in functions) + "\n"


def _where(condition: Any, then: Value, otherwise: Value, dtype: Any) -> Value:
    chosen = operations.where(condition, then, otherwise)
    # Of float64 where both branches are Python's numbers.
    return chosen.astype(dtype) if chosen.dtype != dtype else chosen


SINGULAR = {"divide", "power", "log", "sqrt", "hypot", "exp", "sinh", "cosh"}


class Derivatives:
    """The compiled functions of `code` for one kind of operands."""

    def __init__(self, rule: Rule, kind: int) -> None:
        import linecache  # loads the tokenizer

        text, file = code(rule, kind), f"<autograd_mini {rule.name} on arrays, kind {kind}>"
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        space: dict[str, Any] = {"ONE": ONE, "full": full, "fit": fit}
        space |= {"receive": receive, "receive_number": receive_number}
        space |= {f"number_{name}": primitive.lenient for name, primitive in PRIMITIVES.items()}
        space |= ELEMENTWISE if kind & NESTED else UFUNCS
        space["where"] = _where
        exec(compile(text, file, "exec"), space)
        self.name = rule.name
        self.plain, self.traced, self.push, self.push_traced = (
            space[name] for name in ("plain", "traced", "push", "push_traced")
        )
        needs = _saved(rule, kind)
        self.save = eval(f"lambda z, x, y: ({''.join(s + ',' for s in needs)})")
        constants = [s for s, t, a in (("x", X_TRACED, X_ARRAY), ("y", Y_TRACED, Y_ARRAY)) if kind & a and not kind & t]
        self.keeps = constants[0] if constants and constants[0] in needs else None
        wanted = _wanted(rule, kind)
        self.singular = any(formulas.names(rule.partials[k]) & SINGULAR for k in wanted)
        self.alike = not kind & (MIXED | NESTED | SINGLE) and not _numbers(rule, kind)
        self.fits = kind & MIXED or not wanted or len(_numbers(rule, kind)) == len(wanted)


    def through(self, v: Node) -> bool:
        """Whether an adjoint with more axes in front goes through as it is."""
        return self.alike


class _Kinds(dict[int, Derivatives]):
    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def __missing__(self, kind: int) -> Derivatives:
        self[kind] = new = Derivatives(self.rule, kind)
        return new


# --- operations ------------------------------------------------------------------------------------------


class Elementwise(Operation):
    """An operation of the rule table."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule.name, UFUNCS[rule.name])
        self.rule, self.derivatives = rule, _Kinds(rule)


class Unary(Elementwise):
    def __call__(self, a: Value) -> Value:
        if not isinstance(a, Traced):
            return self.value(a)
        x, level = a.primal, a.level
        if type(x) in PLAIN:
            z = self.value(x)
            kind = X_TRACED + X_ARRAY if type(z) is ndarray else X_TRACED + X_ARRAY + SINGLE
            return LINK[type(level)](level, self, z, kind, x, None, a, None)
        return LINK[type(level)](level, self, self(x), X_TRACED + X_ARRAY + NESTED, x, None, a, None)


class Binary(Elementwise):
    def __call__(self, a: Value, b: Value) -> Value:
        if isinstance(a, Traced):
            level = a.level
            if not isinstance(b, Traced):
                x, y, kind = a.primal, b, X_TRACED
                if type(b) not in NUMBERS and (type(b) is not ndarray or b.dtype.kind != "f"):
                    y = constant(b)
            elif b.level is level:
                x, y, kind = a.primal, b.primal, X_TRACED + Y_TRACED
            else:
                level = level if level.number > b.level.number else b.level
                check_meeting(level, (a, b))
                x, y, kind = (a.primal, b, X_TRACED) if level is a.level else (a, b.primal, Y_TRACED)
        elif isinstance(b, Traced):
            level, x, y, kind = b.level, a, b.primal, Y_TRACED
            if type(a) not in NUMBERS and (type(a) is not ndarray or a.dtype.kind != "f"):
                x = constant(a)
        else:
            return self.value(a, b)
        if level.align is not None:
            x, y = level.align(x, y, kind)
        p, q = type(x), type(y)
        if p is ndarray and q is ndarray:
            kind += X_ARRAY + Y_ARRAY if x.shape == y.shape and x.dtype is y.dtype else X_ARRAY + Y_ARRAY + MIXED
        elif p is ndarray and (q is float or q is int):
            kind += X_ARRAY
        elif q is ndarray and (p is float or p is int):
            kind += Y_ARRAY
        else:
            of_x, of_y = getattr(x, "shape", None), getattr(y, "shape", None)
            kind += (of_x is not None and X_ARRAY) + (of_y is not None and Y_ARRAY)
            if of_x is not None and of_y is not None and (of_x != of_y or x.dtype != y.dtype):
                kind += MIXED
            if isinstance(x, Traced) or isinstance(y, Traced):
                return LINK[type(level)](level, self, self(x, y), kind + NESTED, x, y, a, b)
        z = self.value(x, y)
        if type(z) is not ndarray:  # a single number is never written over
            kind += SINGLE
        return LINK[type(level)](level, self, z, kind, x, y, a, b)


def _record(
    tape: Tape, operation: Elementwise, z: Value, kind: int, x: Value, y: Value, a: Value, b: Value
) -> Array:
    """The value z = operation(x, y) on a tape, and its node."""
    rule = operation.derivatives[kind]
    if rule.keeps is not None and kind & NESTED and is_recorded(z):
        x, y = held(x, z), held(y, z)
    elif rule.keeps is not None:
        if rule.keeps == "x":
            x = kept(tape, x)
        else:
            y = kept(tape, y)
    if b is None:
        parents: tuple[Any, ...] = (a.node,)
    else:
        parents = (a.node if kind & X_TRACED else None, b.node if kind & Y_TRACED else None)
    return array(tape, z, rule, parents, rule.save(z, x, y))


def _pushed(
    level: Forward, operation: Elementwise, z: Value, kind: int, x: Value, y: Value, a: Value, b: Value
) -> ArrayDual:
    """The dual number z + ż ε."""
    rule = operation.derivatives[kind]
    s = a.tangent if kind & X_TRACED else None
    t = b.tangent if kind & Y_TRACED else None
    if kind & NESTED and rule.keeps is not None and is_recorded(z):
        x, y = held(x, z), held(y, z)
    if type(s) in FLAT and type(t) in FLAT:
        pushed = rule.push
    else:
        pushed = rule.push_traced
        one_seed(s, t)
    if rule.singular:
        with np.errstate(all="ignore"):  # inside a derivative, an infinity is an answer
            tangent = pushed(z, x, y, s, t)
    else:
        tangent = pushed(z, x, y, s, t)
    new = ArrayDual()
    new.level, new.primal, new.tangent = level, z, fit(tangent, z) if rule.fits else tangent
    return new


FLAT = PLAIN | {float, type(None)}
def _refused(level: Level, operation: Elementwise, z: Value, kind: int, x: Value, y: Value, a: Value, b: Value) -> Any:
    refused(level, [o for o in (a, b) if isinstance(o, Traced)])


LINK: dict[type, Callable[..., Any]] = {
    Tape: _record, Forward: _pushed, ClosedTape: _refused, Recorder: _refused,
    Recording: lambda *given: program_arrays.linked(*given),
}  # fmt: skip
ELEMENTWISE: dict[str, Elementwise] = {
    rule.name: Unary(rule) if len(rule.partials) == 1 else Binary(rule) for rule in TABLE
}
FAST.update({getattr(np, name): e for name, e in ELEMENTWISE.items() if hasattr(np, name)})


# --- operators -------------------------------------------------------------------------------------------


KNOWN = (Traced, ndarray, float, int, np.generic, list, tuple, complex)


def _operator(own: Callable[..., Value], swapped: bool = False) -> Callable[..., Value]:
    """An operator; what is neither number nor array may know the operation itself."""
    call = own.__call__

    def method(self: Value, other: Value) -> Value:
        if not (isinstance(other, KNOWN) or hasattr(other, "__float__")):
            return NotImplemented
        return call(other, self) if swapped else call(self, other)

    return method


def _shortcut(own: Binary, general: Callable[..., Value], swapped: bool = False) -> Callable[..., Value]:
    """An operator: what the general one does, without its questions for what is met most often."""
    value = own.value
    two, one = X_TRACED + Y_TRACED + X_ARRAY + Y_ARRAY, (Y_TRACED + Y_ARRAY if swapped else X_TRACED + X_ARRAY)

    def method(self: Value, other: Value) -> Value:
        x, level = self.primal, self.level
        if type(x) is ndarray and level.align is None:
            if type(other) is float:
                a, b, p, q = (other, self, other, x) if swapped else (self, other, x, other)
                if type(z := value(p, q)) is ndarray:
                    return LINK[type(level)](level, own, z, one, p, q, a, b)
            elif isinstance(other, ArrayMethods) and other.level is level:
                y = other.primal
                if type(y) is ndarray and x.shape == y.shape and x.dtype is y.dtype:
                    if type(z := value(x, y)) is ndarray:
                        return LINK[type(level)](level, own, z, two, x, y, self, other)
        return general(self, other)

    return method


def power(x: Value, y: Value) -> Value:
    """x², the commonest power, is recorded as a square, whose slope needs no power."""
    return SQUARE(x) if type(y) in (float, int) and y == 2 else ELEMENTWISE["power"](x, y)


SQUARE = ELEMENTWISE["square"]


for _name, _short in {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "power": "pow",
    "floor_divide": "floordiv", "remainder": "mod", "less": "lt", "less_equal": "le", "greater": "gt",
    "greater_equal": "ge", "equal": "eq", "not_equal": "ne",
}.items():  # fmt: skip
    _own = power if _name == "power" else ELEMENTWISE.get(_name) or getattr(np, _name)
    for _letter in ("", "r")[: 1 + (len(_short) > 2)]:  # a comparison has no swapped form
        _method = _operator(_own, _letter == "r")
        _method = _shortcut(_own, _method, _letter == "r") if isinstance(_own, Binary) else _method
        setattr(ArrayMethods, f"__{_letter}{_short}__", _method)
ArrayMethods.__neg__ = lambda self: ELEMENTWISE["negative"](self)
ArrayMethods.__abs__ = lambda self: ELEMENTWISE["absolute"](self)
