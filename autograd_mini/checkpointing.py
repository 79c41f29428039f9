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
from contextlib import suppress
from functools import update_wrapper
from types import CellType, FunctionType
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.arrays import Operation, deliver, full, shape
from autograd_mini.primitive import Level, Traced, Value
from autograd_mini.transforms import check_callable, jvp, vjp
from autograd_mini.tree import TREES, flatten


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

    def __init__(
        self, name: str, f: Callable[..., Any], pulled: Callable[[list[Value], Value, Value], list[Value]]
    ) -> None:
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
        z, operands = v.saved
        bars = self.pulled(list(operands), full(bar, v), z)
        for target, share in zip(v.parents, bars, strict=True):
            if target is not None:
                deliver(target, share, False)


def _flat(leaves: list[Value], level: Level, given: tuple[Value, ...], name: str) -> Value:
    """All numbers in one array; raises where one depends on a value of the level, or of one in it, that is not given
    and so came in by a closure."""
    mine = [x.level.number for x in given if isinstance(x, Traced)]
    if any(
        isinstance(x, Traced) and not x.level.records and level.number <= x.level.number not in mine for x in leaves
    ):
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


def _as_now(f: Any, made: dict[int, Any]) -> Any:
    """f with what its closure holds now, and the same for the functions in there: a loop's variable moves on."""
    if not isinstance(f, FunctionType) or not f.__closure__ or f.__module__.startswith("autograd_mini"):
        return f
    if id(f) not in made:
        cells = tuple(CellType() for _ in f.__closure__)
        made[id(f)] = new = FunctionType(f.__code__, f.__globals__, f.__name__, f.__defaults__, cells)
        new.__kwdefaults__ = f.__kwdefaults__
        for cell, now in zip(cells, f.__closure__, strict=True):
            with suppress(ValueError):  # still empty
                cell.cell_contents = _as_now(now.cell_contents, made)
    return made[id(f)]


def _check_again(again: Any, at_first: Any, name: str) -> None:
    """Raise where a second run of a function gave something else than the first."""
    while isinstance(again, Traced):
        again = again.primal
    while isinstance(at_first, Traced):
        at_first = at_first.primal
    if not np.allclose(again, at_first, rtol=1e-9, atol=0.0, equal_nan=True):
        raise ValueError(
            f"A function given to {name} gave something else when it was run again on the way back: what it uses from "
            "outside has changed since (a list, an array, a random number). Pass it as an argument."
        )


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """f, which a derivative runs once more on the way back instead of keeping its intermediate values.

    Arguments and results are floats, arrays, or trees of them. What is differentiated must come in as an
    argument: TypeError where f uses a value of the running derivative from outside. ValueError where f gives
    something else when it runs again, since a list, say, that it uses has changed.
    """
    check_callable(f, "checkpoint")

    def checkpointed(*args: Any) -> Any:
        leaves, rebuild = flatten(args)
        if not any(isinstance(x, Traced) for x in leaves):
            return f(*args)
        made, level, now = list[Any](), _innermost(leaves), _as_now(f, {})

        def flat(*xs: Any) -> Value:
            made[:] = [*flatten(now(*rebuild(xs)))]
            return _flat(made[0], level, xs, "checkpoint")

        def pulled(operands: list[Value], bar: Value, z: Value) -> list[Value]:
            again, pullback = vjp(flat, *operands)
            _check_again(again, z, "checkpoint")
            return list(pullback(bar))

        z = _Again(getattr(f, "__name__", "f"), flat, pulled)(*leaves)
        return _cut(z, *made)

    return update_wrapper(checkpointed, f)


def _in_order(model: Any, tree: Any) -> list[Value]:
    """The leaves of a tree in the order of a model's keys; none where it is of another form."""
    if isinstance(model, dict) and isinstance(tree, dict) and model.keys() == tree.keys():
        return [leaf for key in model for leaf in _in_order(model[key], tree[key])]
    if isinstance(model, tuple | list) and isinstance(tree, tuple | list) and len(model) == len(tree):
        return [leaf for pair in zip(model, tree, strict=True) for leaf in _in_order(*pair)]
    return [] if isinstance(model, TREES) or isinstance(tree, TREES) else [tree]


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
    level, shapes = _innermost(leaves), list(map(shape, leaves))
    now = _as_now(step, {})

    def run(state: list[Value], times: int) -> list[Value]:
        for _ in range(times):
            state = _in_order(x0, now(rebuild(state)))
            if list(map(shape, state)) != shapes:
                raise TypeError("A step of checkpointed_loop gives a state of the form that it was given: the same "
                                "keys, and arrays of the same shapes.")  # fmt: skip
        return state

    def flat(*xs: Any) -> Value:
        return _flat(run(list(xs), n), level, xs, "checkpointed_loop")

    def pulled(operands: list[Value], bar: Value, z: Value) -> list[Value]:
        bars = flatten(_cut(bar, operands, list))[0]
        kept, at, state = {0: operands}, 0, operands
        for action in actions:
            if action.what == "keep":
                kept[action.k] = state
            elif action.what == "run":
                at, state = action.to, run(kept[action.k], action.to - action.k)
            else:
                before = state if at == action.k and action.k not in kept else kept.pop(action.k)
                after, pullback = vjp(lambda *xs: tuple(run(list(xs), 1)), *before)
                if action.k == n - 1:
                    _check_again(np.concatenate([np.ravel(x) for x in after]), z, "checkpointed_loop")
                bars = list(pullback(tuple(bars)))
        return bars

    return _cut(_Again("checkpointed_loop", flat, pulled)(*leaves), leaves, rebuild)
