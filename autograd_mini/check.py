"""Is a derivative right? Compare it with differences that know nothing of the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini.transforms import jvp, vjp
from autograd_mini.tree import flatten


def check_grads(
    f: Callable[..., Any], args: Sequence[Any], order: int = 2, modes: Sequence[str] = ("fwd", "rev")
) -> None:
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
    _check(lambda xs: flatten(f(*rebuild(xs)))[0], leaves, order, modes, "")


Vector = list[Any]


def _check(f: Callable[[Vector], Vector], xs: Vector, order: int, modes: Sequence[str], of: str) -> None:
    """Check ∂(f's outputs)/∂(entries of xs); `of` says which derivative f itself is, "" for none."""
    n = len(xs)
    by_mode = {"fwd": [jvp(f, (xs,), (_unit(k, n),))[1] for k in range(n)]}
    if "rev" in modes:
        ys, pullback = vjp(f, xs)
        rows = [pullback(_unit(j, len(ys)))[0] for j in range(len(ys))]
        by_mode["rev"] = [[row[k] for row in rows] for k in range(n)]
        _dot_test(f, xs, ys, pullback, of)
    for k in range(n):
        differences = _difference(f, xs, k)
        for mode in modes:
            for j, (got, want) in enumerate(zip(by_mode[mode][k], differences, strict=True)):
                assert abs(got - want) <= 1e-6 * (1 + abs(want)), (
                    f"The derivative of output {j}{of} with respect to entry {k} of the arguments is {got!r} "
                    f"by {mode}, but differences give {want!r}."
                )
    if order > 1:
        for k in range(n):
            _check(_directional(f, _unit(k, n)), xs, order - 1, modes, f"{of}, differentiated by entry {k},")


def _directional(f: Callable[[Vector], Vector], direction: list[float]) -> Callable[[Vector], Vector]:
    return lambda xs: list(jvp(f, (xs,), (direction,))[1])


def _unit(k: int, n: int) -> list[float]:
    return [float(i == k) for i in range(n)]


def _dot_test(f: Callable[[Vector], Vector], xs: Vector, ys: Vector, pullback: Callable[[Any], Any], of: str) -> None:
    from random import Random  # not needed until a derivative is checked

    draw = Random(0)
    direction, weights = ([draw.uniform(-1, 1) for _ in vector] for vector in (xs, ys))
    pushed = sum(w * t for w, t in zip(weights, jvp(f, (xs,), (direction,))[1], strict=True))
    pulled = sum(d * t for d, t in zip(direction, pullback(weights)[0], strict=True))
    assert abs(pushed - pulled) <= 1e-9 * (1 + abs(pushed)), (
        f"Forward and reverse mode disagree on the outputs{of}: ⟨w, J d⟩ = {pushed!r}, ⟨Jᵀ w, d⟩ = {pulled!r}."
    )


def _difference(f: Callable[[Vector], Vector], xs: Vector, k: int) -> list[float]:
    """∂f/∂xₖ by central differences at h, h/2 and h/4, extrapolated twice."""

    def central(h: float) -> list[float]:
        up, down = (f([x + s * h if i == k else x for i, x in enumerate(xs)]) for s in (1, -1))
        return [(a - b) / (2 * h) for a, b in zip(up, down, strict=True)]

    h = 2e-2 * max(1e-2, min(1.0, abs(xs[k])))
    coarse, middle, fine = central(h), central(h / 2), central(h / 4)
    once = [[(4 * b - a) / 3 for a, b in zip(p, q, strict=True)] for p, q in ((coarse, middle), (middle, fine))]
    return [(16 * b - a) / 15 for a, b in zip(*once, strict=True)]
