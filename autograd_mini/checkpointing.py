"""Recompute instead of store: `checkpoint`, and loops with a bounded number of kept states.

A return sweep reads values that the forward sweep made. A checkpointed function keeps its arguments only and runs
once more when its turn comes, so memory is bought with time. In a loop of n steps, c kept states and r runs of any
step are enough for n ≤ C(c + r, c), and the places to keep them are binomial (Griewank & Walther 2000, Algorithm
799: revolve; Griewank 1992).
"""

# NumPy's stubs know nothing of traced values, so here they would only be argued with.
# mypy: disable-error-code="call-overload,arg-type,assignment,attr-defined,return-value"

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import update_wrapper
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.arrays import Operation, deliver, full, shape
from autograd_mini.primitive import Level, Traced, Value
from autograd_mini.transforms import check_callable, jvp, vjp
from autograd_mini.tree import flatten


class Action(NamedTuple):
    """One line of a plan: "keep" state k, "run" the steps from k up to `to`, "reverse" step k."""

    what: str
    k: int
    to: int = 0


def plan(n: int, slots: int) -> Iterator[Action]:
    """What a return sweep through n steps does with at most `slots` kept states, the first among them.

    The steps that are run again are as few as can be (Griewank & Walther 2000, proposition 1).
    ValueError for less than one step or one slot.
    """
    if n < 1 or slots < 1:
        raise ValueError(f"A plan needs at least one step and one slot; here are {n} and {slots}.")
    yield Action("keep", 0)
    yield from _reversed(0, n, slots)


def _reversed(start: int, stop: int, slots: int) -> Iterator[Action]:
    """Steps start to stop, whose first state is kept, in one of `slots` places."""
    while stop - start > 1:
        middle = start + _split(stop - start, slots)
        yield Action("run", start, middle)
        if slots > 1 and stop - middle > 1:
            yield Action("keep", middle)
            yield from _reversed(middle, stop, slots - 1)
        else:  # the last step needs no place: its state is at hand
            yield Action("reverse", middle)
        stop = middle
    yield Action("reverse", start)


def _split(n: int, slots: int) -> int:
    """How many of n steps to run before keeping a state."""
    if slots == 1:
        return n - 1
    runs = 1
    while math.comb(slots + runs, slots) < n:
        runs += 1
    least = n - math.comb(slots - 1 + runs, slots - 1)  # what the other slots cannot reverse in as many runs
    return max(1, least, math.comb(slots + runs - 2, slots) if runs > 1 else 1)


class _Again(Operation):
    """f on flat leaves as one operation, which gives its results in one flat array."""

    def __init__(self, name: str, f: Callable[..., Any], pulled: Callable[[list[Value], Value], list[Value]]) -> None:
        super().__init__(name, f)
        self.f, self.pulled, self.inline = f, pulled, f

    def __call__(self, *operands: Value, **params: Any) -> Value:
        if not any(isinstance(o, Traced) for o in operands):
            return self.f(*operands)
        return super().__call__(*operands, **params)

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        zeros = [np.zeros(shape(x)) if shape(x) else 0.0 for x in operands]
        return jvp(self.f, operands, [o if t is None else t for o, t in zip(zeros, tangents, strict=True)])[1]

    def report(self, v: Any, bar: Value) -> None:
        _, operands = v.saved
        bars = self.pulled(list(operands), full(bar, v))
        for target, share in zip(v.parents, bars, strict=True):
            if target is not None:
                deliver(target, share, False)


def _flat(tree: Any, level: Level, name: str) -> Value:
    """All numbers of a tree in one array; raises where a value of the level came in by a closure."""
    leaves = flatten(tree)[0]
    if any(isinstance(x, Traced) and x.level is level and not level.records for x in leaves):
        raise TypeError(
            f"A function given to {name} used a value of the running derivative that was not among its arguments, "
            "and it would not be differentiated. Pass it as an argument."
        )
    return np.concatenate([np.reshape(x if isinstance(x, Traced) else np.asarray(x), (-1,)) for x in leaves])


def _innermost(leaves: list[Value]) -> Level:
    return max((x.level for x in leaves if isinstance(x, Traced)), key=lambda level: level.number)


def _cut(flat: Value, like: list[Value], rebuild: Any) -> Any:
    """The tree of which `_flat` made an array."""
    parts, start = [], 0
    for x in like:
        stop = start + math.prod(shape(x))
        parts.append(np.reshape(flat[start:stop], shape(x)) if shape(x) else flat[start])
        start = stop
    return rebuild(parts)


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """f, which a derivative runs once more on the way back instead of keeping its intermediate values.

    Arguments and results are floats, arrays, or trees of them. What is differentiated must come in as an
    argument: TypeError where f uses a value of the running derivative from outside.
    """
    check_callable(f, "checkpoint")

    def checkpointed(*args: Any) -> Any:
        leaves, rebuild = flatten(args)
        if not any(isinstance(x, Traced) for x in leaves):
            return f(*args)
        made, level = list[Any](), _innermost(leaves)

        def flat(*xs: Any) -> Value:
            out = f(*rebuild(xs))
            made[:] = [*flatten(out)]
            return _flat(out, level, "checkpoint")

        def pulled(operands: list[Value], bar: Value) -> list[Value]:
            return list(vjp(flat, *operands)[1](bar))

        z = _Again(getattr(f, "__name__", "f"), flat, pulled)(*leaves)
        return _cut(z, *made)

    return update_wrapper(checkpointed, f)


def checkpointed_loop(step: Callable[[Any], Any], x0: Any, n: int, slots: int) -> Any:
    """step(step(… step(x0))), n times, whose derivative keeps at most `slots` states.

    `x0` is a float, an array, or a tree of them, and `step` gives one of the same kind. Each step runs at most
    r + 1 times more on the way back, where n ≤ C(slots + r, slots). What is differentiated must be in the state.
    """
    check_callable(step, "checkpointed_loop")
    actions = list(plan(n, slots)) if n else []
    leaves, rebuild = flatten(x0)
    if not n or not any(isinstance(x, Traced) for x in leaves):
        for _ in range(n):
            x0 = step(x0)
        return x0
    level = _innermost(leaves)

    def run(state: list[Value], times: int) -> list[Value]:
        for _ in range(times):
            state = flatten(step(rebuild(state)))[0]
        return state

    def flat(*xs: Any) -> Value:
        return _flat(run(list(xs), n), level, "checkpointed_loop")

    def pulled(operands: list[Value], bar: Value) -> list[Value]:
        bars = flatten(_cut(bar, operands, list))[0]
        kept, at, state = {0: operands}, 0, operands
        for action in actions:
            if action.what == "keep":
                kept[action.k] = state
            elif action.what == "run":
                at, state = action.to, run(kept[action.k], action.to - action.k)
            else:
                before = state if at == action.k and action.k not in kept else kept.pop(action.k)
                bars = list(vjp(lambda *xs: tuple(run(list(xs), 1)), *before)[1](tuple(bars)))
        return bars

    return _cut(_Again("checkpointed_loop", flat, pulled)(*leaves), leaves, rebuild)
