"""Recorded programs with arrays in them: how operations on arrays write down what they do."""

# NumPy's stubs know nothing of traced values, so here they would only be argued with.
# mypy: disable-error-code="call-overload,arg-type,assignment,attr-defined"

from __future__ import annotations

from typing import Any

from autograd_mini import arrays
from autograd_mini.arrays import APPLY, ArrayMethods, Node, Operation
from autograd_mini.primitive import Traced, Value
from autograd_mini.program import Noting, Recording
from autograd_mini.tape import say_whose


class RecordedArray(ArrayMethods, Noting):
    """An array that writes down what is done to it."""

    __slots__ = ("name",)


def applied(level: Recording, operation: Operation, below: list[Value], mine: list[Any], params: Any) -> Traced:
    operands = tuple([b if m is None else m for b, m in zip(below, mine, strict=True)])
    if operation.inline is not None:
        return operation.inline(*operands)
    return level.line(operation.name, operands, params, level.tried(operation, *below, **params))


def linked(
    level: Recording, operation: Operation, z: Value, kind: int, x: Value, y: Value, a: Value, b: Value
) -> Traced:
    """The same for an operation of the rule table; `elementwise` lists it."""
    return level.line(operation.name, (a,) if b is None else (a, b), {}, z)


APPLY[Recording] = applied


class Reporting:
    """The rule of a node over a recorded value: it says whose adjoint is passed on, and is the rule otherwise."""

    def __init__(self, rule: Any, of: RecordedArray) -> None:
        self.rule, self.of = rule, of

    def through(self, v: Node) -> bool:
        return self.rule.through(v)

    def plain(self, v: Node, bar: Value) -> None:
        say_whose(bar, self.of)
        self.rule.plain(v, bar)

    def traced(self, v: Node, bar: Value) -> None:
        say_whose(bar, self.of)
        self.rule.traced(v, bar)


arrays.RECORDED = RecordedArray
