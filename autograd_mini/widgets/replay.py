"""A learner's engine drives the picture: the reference trace is run again through *their* operations.

Each row is computed from their earlier rows, so the first row that differs from the reference is where
their engine first goes wrong. Rows below it build on it and are not judged.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from html import escape
from math import isnan
from typing import Any, NamedTuple

from autograd_mini.formatting import fmt
from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace, Row

OPERATORS: dict[str, tuple[str, Callable[..., Any]]] = {
    "add": ("+", operator.add), "subtract": ("−", operator.sub), "multiply": ("×", operator.mul),
    "divide": ("/", operator.truediv), "power": ("**", operator.pow), "negative": ("−", operator.neg),
    "absolute": ("abs", abs), "square": ("×", lambda a: a * a), "reciprocal": ("/", lambda a: 1.0 / a),
}  # fmt: skip


class Engine(NamedTuple):
    """What a learner has built: a class, its functions, and what they called the two numbers.

    `make(primal, tangent)` (forward) or `make(value)` (backward) makes one number. `functions` holds
    theirs by NumPy's names; where one is missing, `library` (a module or object) and then the class are
    asked for an attribute of that name. `backward(out)` runs their return sweep; without it, `out.backward()`.
    """

    make: Callable[..., Any]
    functions: Mapping[str, Callable[..., Any]] = {}
    library: object = None
    value: str = "primal"
    derivative: str = "tangent"
    backward: Callable[[Any], Any] | None = None

    @property
    def name(self) -> str:
        return getattr(self.make, "__name__", type(self.make).__name__)

    def operation(self, op: str) -> Callable[..., Any]:
        """Their version of `op`; raises LookupError with the way out where there is none."""
        found = self.functions.get(op) or getattr(self.library, op, None) or getattr(self.make, op, None)
        if callable(found):
            return found
        if op in OPERATORS:
            return OPERATORS[op][1]
        raise LookupError(_("There is no {op} yet: write one and pass it as {op}=….").format(op=op))


class Replay(NamedTuple):
    """Their numbers beside the reference.

    `values` and `derivatives` hold theirs, one a row (None: not a number, or not reached); `wrong` is the
    first row that differs, `part` which number of it ("value", "derivative", or "" where there is none to
    compare), `message` the sentence that says so.
    """

    name: str
    values: tuple[float | None, ...]
    derivatives: tuple[float | None, ...]
    wrong: int | None = None
    part: str = ""
    message: str = ""


class _Wrong(Exception):
    """The row that is being replayed has no number to compare."""


def same(mine: float, right: float) -> bool:
    """Equal but for round-off; nan agrees with nan."""
    return mine == right or abs(mine - right) <= 1e-9 * max(1.0, abs(right)) or (isnan(mine) and isnan(right))


def replay_forward(trace: EvaluationTrace, seeds: Sequence[float], engine: Engine) -> Replay:
    """Run `trace` through a learner's dual numbers."""
    rights, seed = trace.tangents(seeds), iter(seeds)
    objects: list[Any] = []
    values: list[float | None] = [None] * len(trace.rows)
    dots: list[float | None] = [None] * len(trace.rows)

    def at(i: int, part: str, message: str) -> Replay:
        return Replay(engine.name, tuple(values), tuple(dots), i, part, message)

    for row, right in zip(trace.rows, rights, strict=True):
        i = row.index
        try:
            objects.append(_run(row, objects, engine, (next(seed),) if row.op == "input" else (0.0,)))
            values[i] = _read(objects[i], engine.value, engine)
            dots[i] = _read(objects[i], engine.derivative, engine)
            for p in row.parents:
                if p is not None and not (
                    same(_read(objects[p], engine.value, engine), values[p] or 0.0)
                    and same(_read(objects[p], engine.derivative, engine), dots[p] or 0.0)
                ):
                    raise _Wrong(
                        _("The operation changed its input {row}; it should make a new number.").format(
                            row=trace.rows[p].name
                        )
                    )
        except _Wrong as error:
            return at(i, "", str(error))
        except Exception as error:  # a learner's code may raise anything; that is the finding
            return at(i, "", _raised(error))
        part, mine, reference = (
            ("value", values[i], row.value) if not same(values[i] or 0.0, row.value) else ("derivative", dots[i], right)
        )
        if not same(mine or 0.0, reference):
            which = engine.value if part == "value" else engine.derivative
            return at(i, part, _differ(which, mine or 0.0, reference))
    return Replay(engine.name, tuple(values), tuple(dots))


def replay_backward(trace: EvaluationTrace, engine: Engine) -> Replay:
    """Build `trace` from a learner's nodes, run their return sweep, and read each row's adjoint.

    Values are compared on the way out, adjoints from the output back: `wrong` is the first in that order.
    """
    rights = trace.adjoints()
    objects: list[Any] = []
    values: list[float | None] = [None] * len(trace.rows)
    bars: list[float | None] = [None] * len(trace.rows)

    def at(i: int, part: str, message: str) -> Replay:
        return Replay(engine.name, tuple(values), tuple(bars), i, part, message)

    for row in trace.rows:
        i = row.index
        try:
            objects.append(_run(row, objects, engine, ()))
            values[i] = _read(objects[i], engine.value, engine)
        except _Wrong as error:
            return at(i, "", str(error))
        except Exception as error:
            return at(i, "", _raised(error))
        if not same(values[i] or 0.0, row.value):
            return at(i, "value", _differ(engine.value, values[i] or 0.0, row.value))
    out = objects[trace.output]
    try:
        if engine.backward is not None:
            engine.backward(out)
        elif callable(getattr(out, "backward", None)):
            out.backward()
        else:
            raise _Wrong(_("There is no return sweep yet: write backward(out) and pass it as backward=…."))
    except _Wrong as error:
        return at(trace.output, "", str(error))
    except Exception as error:
        return at(trace.output, "", _raised(error))
    for row in reversed(trace.rows):
        i = row.index
        if i != trace.output and not trace.consumers(i):
            continue  # nothing reports to it
        try:
            bars[i] = _read(objects[i], engine.derivative, engine)
        except _Wrong as error:
            return at(i, "", str(error))
        except Exception as error:
            return at(i, "", _raised(error))
        if not same(bars[i] or 0.0, rights[i]):
            return at(i, "derivative", _differ(engine.derivative, bars[i] or 0.0, rights[i]))
    return Replay(engine.name, tuple(values), tuple(bars))


def _run(row: Row, objects: Sequence[Any], engine: Engine, seed: tuple[float, ...]) -> Any:
    """Their version of one row, from their earlier rows; constants are passed as plain numbers."""
    if row.op in ("input", "constant"):
        return engine.make(row.value, *seed)
    operands = [o if p is None else objects[p] for p, o in zip(row.parents, row.operands, strict=True)]
    if row.op == "power" and row.parents[1] is None and row.operands[1].is_integer():
        operands[1] = int(row.operands[1])  # as a learner writes it: x ** 3
    try:
        made = engine.operation(row.op)(*operands)
    except LookupError as error:
        if row.op in engine.functions or row.op in OPERATORS:
            raise
        raise _Wrong(escape(str(error.args[0]))) from None
    except TypeError as error:
        if row.op in OPERATORS and "unsupported operand" in str(error):
            raise _Wrong(
                _("{engine} has no {sign} yet for these operands ({error}).").format(
                    engine=engine.name, sign=OPERATORS[row.op][0], error=escape(str(error))
                )
            ) from None
        raise
    if made is None:
        raise _Wrong(_("The operation returned None; is a return missing?"))
    if made is NotImplemented:
        raise _Wrong(_("The operation returned NotImplemented."))
    return made


def _read(made: Any, name: str, engine: Engine) -> float:
    """One of the two numbers of what they made."""
    if isinstance(made, int | float):
        raise _Wrong(
            _("The operation returned the plain number {x}, not a {engine}.").format(
                x=fmt(float(made)), engine=engine.name
            )
        )
    if not hasattr(made, name):
        raise _Wrong(_("What the operation returned has no .{name}.").format(name=name))
    part = getattr(made, name)
    if part is None:
        raise _Wrong(_("Its .{name} is None.").format(name=name))
    try:
        return float(part)
    except (TypeError, ValueError):
        raise _Wrong(_("Its .{name} is a {kind}, not a number.").format(name=name, kind=type(part).__name__)) from None


def _raised(error: Exception) -> str:
    return _("It raised {kind}: {text}.").format(kind=type(error).__name__, text=escape(str(error).rstrip(".")))


def _differ(name: str, mine: float, right: float) -> str:
    return _("Your .{name} is {mine} and should be {right}.").format(name=name, mine=fmt(mine), right=fmt(right))
