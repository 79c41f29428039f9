"""Where a run on arrays stops being finite: what `first_nonfinite` does with a function and its arguments."""

# NumPy's stubs know nothing of traced values, so here they would only be argued with.
# mypy: disable-error-code="attr-defined"

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_mini import arrays, elementwise
from autograd_mini.arrays import Node, Operation
from autograd_mini.formatting import fmt
from autograd_mini.primitive import Primitive, Traced, Value
from autograd_mini.tape import Tape, Variable
from autograd_mini.trace import BAR, marked
from autograd_mini.transforms import check_callable, check_input, check_output
from autograd_mini.tree import flatten, paths


class Named(Tape):
    """A tape whose rows have names, and keep their values: (entry, name, what it is, value)."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs = 0
        self.rows: list[tuple[Any, str, str, Value]] = []
        self.names: dict[int, str] = {}

    def note(self, x: Traced, what: str, name: str = "") -> None:
        name = name or f"v{1 + len(self.rows) - self.inputs}"
        self.rows.append((x.node, name, what or name, x.primal))
        self.names[id(x.node)] = name

    def enter(self, leaves: list[Any], names: list[str]) -> list[Any]:
        self.inputs = len(leaves)
        traced = [self.input(x) if hasattr(x, "shape") else self.variable(None, (), (), x) for x in leaves]
        for x, name in zip(traced, names, strict=True):
            self.note(x, f"the input {name}", name)
        return traced

    def entry(self, primitive: Primitive, parents: Any, below: Any, z: Value) -> Variable:
        new = self.variable(primitive, parents, below, z)
        operands = [o if p is None else p for o, p in zip(below, parents, strict=True)]
        self.note(new, self.called(primitive.name, operands))
        return new

    def called(self, name: str, operands: list[Any]) -> str:
        """An operation with the names of its operands: v3 = divide(v2, 2)."""
        given = [
            self.names[id(o.node)] if isinstance(o, Traced) else fmt(o) if isinstance(o, float | int) else "constant"
            for o in operands
        ]
        return f"v{1 + len(self.rows) - self.inputs} = {name}({', '.join(given)})"


def _applied(level: Named, operation: Operation, below: list[Value], mine: list[Any], params: Any) -> Value:
    new = arrays.record(level, operation, below, mine, params)
    level.note(new, level.called(operation.name, [b if m is None else m for b, m in zip(below, mine, strict=True)]))
    return new


def _linked(level: Named, operation: Operation, z: Value, kind: int, x: Value, y: Value, a: Value, b: Value) -> Value:
    new = elementwise.LINK[Tape](level, operation, z, kind, x, y, a, b)
    level.note(new, level.called(operation.name, [a] if b is None else [a, b]))
    return new


arrays.APPLY[Named], elementwise.LINK[Named] = _applied, _linked


class Watch:
    """The rule of a node, which notes the adjoint that it is given."""

    def __init__(self, rule: Any, noted: dict[int, Value]) -> None:
        self.rule, self.noted = rule, noted

    def plain(self, v: Node, bar: Value) -> None:
        self.noted[id(v)] = bar
        self.rule.plain(v, bar)


def first_nonfinite(f: Callable[..., Any], *args: Any) -> str | None:
    """As `trace.first_nonfinite`, for a run of f on numbers, arrays and trees of them."""
    check_callable(f, "first_nonfinite")
    leaves, rebuild = flatten(args)
    for x in leaves:
        check_input(x, "an argument of first_nonfinite")
        if isinstance(x, Traced):
            raise TypeError("first_nonfinite looks at plain numbers; call it outside the function you differentiate.")
    tape = Named()
    with np.errstate(all="ignore"):  # what comes about is said below
        try:
            inputs = tape.enter(leaves, [p for k, a in enumerate(args) for p in paths(a, f"x{k + 1}")])
            outs = flatten(f(*rebuild(inputs)))[0]
            for y in outs:
                check_output(y, tape, leaves, "first_nonfinite")
            on_tape = [y for y in outs if isinstance(y, Traced)]
            seeds = [(y.node, np.ones_like(y.primal) if y.is_array else 1.0) for y in on_tape]
            entries: list[Any] = tape[:]
            noted: dict[int, Value] = {}
            for v in entries:
                if type(v) is Node:
                    v.rule = Watch(v.rule, noted)
            arrays.sweep(entries, [x.node for x in inputs], seeds, last=False)
        finally:
            tape.close()
            tape.release()
    rows = tape.rows
    bars = [(name, what, noted.get(id(v), v.adjoint)) for v, name, what, _ in reversed(rows)]
    return next(
        _nonfinite([(name, what, value) for _, name, what, value in rows]),
        next(_nonfinite([(marked(name, BAR), what, bar) for name, what, bar in bars if bar is not None]), None),
    )


def _nonfinite(rows: list[tuple[str, str, Value]]) -> Iterator[str]:
    """Every row that is not finite, with its first such entry."""
    for name, what, value in rows:
        places = np.argwhere(~np.isfinite(value))
        if len(places):
            index = tuple(places[0].tolist())
            yield f"{name}{list(index) or ''} = {fmt(float(np.asarray(value)[index]))} at {what}"
