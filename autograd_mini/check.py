"""Is a derivative right? Compare it with differences that know nothing of the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini.transforms import jvp, vjp
from autograd_mini.tree import flatten


def check_grads(f: Callable[..., Any], args: Sequence[Any], order: int = 2, modes: Sequence[str] = ("fwd", "rev")) -> None:
    """Raise AssertionError, naming argument and entry, unless f's derivatives at `args` are right.

    `args` is a tuple with f's arguments: floats, or nested tuples, lists and dicts of floats. For each
    order up to `order` and each mode, every partial derivative is compared with an extrapolated central
    difference (Richardson 1911; error of order h⁶), and the modes with each other by the dot-product test
    ⟨ȳ, J ẋ⟩ = ⟨Jᵀȳ, ẋ⟩. Near a kink or a singular point differences are not to be trusted, and neither is this.
    """
    unknown = set(modes) - {"fwd", "rev"}
    if unknown or not modes:
        raise ValueError(f"modes are 'fwd' and 'rev', one or both; not {sorted(unknown)}.")
    if not isinstance(args, tuple | list):
        raise TypeError("check_grads takes f's arguments as a tuple: write check_grads(f, (x,)).")
    leaves, rebuild = flatten(tuple(args))
    _check(lambda xs: flatten(f(*rebuild(xs)))[0], leaves, order, modes, "derivative")


def _check(f: Callable[[list[Any]], list[Any]], xs: list[Any], order: int, modes: Sequence[str], what: str) -> None:
    n = len(xs)
    forward = [jvp(f, (xs,), (_unit(k, n),))[1] for k in range(n)]
    columns = {"fwd": forward}
    if "rev" in modes:
        ys, pullback = vjp(f, xs)
        rows = [pullback(_unit(j, len(ys)))[0] for j in range(len(ys))]
        columns["rev"] = [[row[k] for row in rows] for k in range(n)]
        _dot_test(f, xs, ys, pullback, what)
    for mode in modes:
        for k in range(n):
            for j, (got, want) in enumerate(zip(columns[mode][k], _difference(f, xs, k), strict=True)):
                assert _close(got, want), (
                    f"the {what} of output {j} with respect to entry {k} is {got!r} by {mode}, "
                    f"but differences of f give {want!r}."
                )
    if order > 1:
        for k in range(n):
            _check(lambda xs, k=k: list(jvp(f, (xs,), (_unit(k, n),))[1]), xs, order - 1, modes, f"{what} ∂/∂(entry {k}) of the")  # type: ignore[misc]


def _unit(k: int, n: int) -> list[float]:
    return [float(i == k) for i in range(n)]


def _dot_test(f: Callable[[list[Any]], list[Any]], xs: list[Any], ys: list[Any], pullback: Callable[[Any], Any], what: str) -> None:
    from random import Random  # not needed until a derivative is checked

    draw = Random(0)
    direction, weights = ([draw.uniform(-1, 1) for _ in of] for of in (xs, ys))
    pushed = sum(w * t for w, t in zip(weights, jvp(f, (xs,), (direction,))[1], strict=True))
    pulled = sum(d * t for d, t in zip(direction, pullback(weights)[0], strict=True))
    assert abs(pushed - pulled) <= 1e-9 * (1 + abs(pushed)), f"forward and reverse mode disagree on a {what}: ⟨w, J d⟩ = {pushed!r}, ⟨Jᵀ w, d⟩ = {pulled!r}."


def _difference(f: Callable[[list[Any]], list[Any]], xs: list[Any], k: int) -> list[float]:
    """∂f/∂xₖ by central differences at h, h/2 and h/4, extrapolated twice."""

    def central(h: float) -> list[float]:
        up, down = (f([x + s * h if i == k else x for i, x in enumerate(xs)]) for s in (1, -1))
        return [(a - b) / (2 * h) for a, b in zip(up, down, strict=True)]

    h = 2e-2 * max(1e-2, min(1.0, abs(xs[k])))
    coarse, middle, fine = central(h), central(h / 2), central(h / 4)
    once = [[(4 * b - a) / 3 for a, b in zip(p, q, strict=True)] for p, q in ((coarse, middle), (middle, fine))]
    return [(16 * b - a) / 15 for a, b in zip(*once, strict=True)]


def _close(got: float, want: float) -> bool:
    return abs(got - want) <= 1e-6 * (1 + abs(want))
