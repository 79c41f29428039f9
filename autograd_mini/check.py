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

    `args` is a tuple with f's arguments: floats, arrays, or nested tuples, lists and dicts of them. For each
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


Vector = list[Any]  # floats and arrays


def _entries(xs: Vector) -> list[float]:
    """The numbers in xs, one after the other."""
    return [e for x in xs for e in (x.ravel().tolist() if getattr(x, "ndim", 0) else [float(x)])]


def _places(xs: Vector) -> list[tuple[int, int | None]]:
    """For each number in xs: which leaf it stands in, and where in the leaf if that is an array."""
    return [(i, j if getattr(x, "ndim", 0) else None) for i, x in enumerate(xs) for j in range(getattr(x, "size", 1))]


def _named(xs: Vector, k: int) -> str:
    i, j = _places(xs)[k]
    if j is None:
        return f"entry {k} of the arguments"
    index: list[int] = []
    for n in reversed(xs[i].shape):
        j, r = divmod(j, n)
        index.insert(0, r)
    return f"entry {index} of array {i} of the arguments"


def _unit(xs: Vector, k: int) -> Vector:
    """1 for number k of xs, 0 for all others, in the shapes of xs."""
    return _filled(xs, [float(i == k) for i in range(len(_places(xs)))])


def _filled(xs: Vector, numbers: list[float]) -> Vector:
    """The numbers in the shapes of xs."""
    rest, filled = iter(numbers), []
    for x in xs:
        if getattr(x, "ndim", 0):
            new = x * 0.0
            new.flat[:] = [next(rest) for _ in range(x.size)]
        else:
            new = type(x)(next(rest)) if hasattr(x, "dtype") else next(rest)
        filled.append(new)
    return filled


def _check(f: Callable[[Vector], Vector], xs: Vector, order: int, modes: Sequence[str], of: str) -> None:
    """Check ∂(f's outputs)/∂(entries of xs); `of` says which derivative f itself is, "" for none."""
    n = len(_places(xs))
    by_mode = {"fwd": [_entries(jvp(f, (xs,), (_unit(xs, k),))[1]) for k in range(n)]}
    if "rev" in modes:
        ys, pullback = vjp(f, xs)
        rows = [_entries(pullback(_unit(ys, j))[0]) for j in range(len(_places(ys)))]
        by_mode["rev"] = [[row[k] for row in rows] for k in range(n)]
        _dot_test(f, xs, ys, pullback, of)
    for k in range(n):
        differences = _difference(f, xs, k)
        for mode in modes:
            for j, (got, want) in enumerate(zip(by_mode[mode][k], differences, strict=True)):
                assert abs(got - want) <= 1e-6 * (1 + abs(want)), (
                    f"The derivative of output {j}{of} with respect to {_named(xs, k)} is {got!r} "
                    f"by {mode}, but differences give {want!r}."
                )
    if order > 1:
        for k in range(n):
            _check(_directional(f, _unit(xs, k)), xs, order - 1, modes, f"{of}, differentiated by entry {k},")


def _directional(f: Callable[[Vector], Vector], direction: Vector) -> Callable[[Vector], Vector]:
    return lambda xs: list(jvp(f, (xs,), (direction,))[1])


def _dot_test(f: Callable[[Vector], Vector], xs: Vector, ys: Vector, pullback: Callable[[Any], Any], of: str) -> None:
    from random import Random  # not needed until a derivative is checked

    draw = Random(0)
    direction, weights = ([draw.uniform(-1, 1) for _ in _places(vector)] for vector in (xs, ys))
    pushes, pulls = jvp(f, (xs,), (_filled(xs, direction),))[1], pullback(_filled(ys, weights))[0]
    pushed = sum(w * t for w, t in zip(weights, _entries(pushes), strict=True))
    pulled = sum(d * t for d, t in zip(direction, _entries(pulls), strict=True))
    assert abs(pushed - pulled) <= 1e-9 * (1 + abs(pushed)), (
        f"Forward and reverse mode disagree on the outputs{of}: ⟨w, J d⟩ = {pushed!r}, ⟨Jᵀ w, d⟩ = {pulled!r}."
    )


def _difference(f: Callable[[Vector], Vector], xs: Vector, k: int) -> list[float]:
    """∂f/∂xₖ by central differences at h, h/2 and h/4, extrapolated twice."""

    def central(h: float) -> list[float]:
        step = [h * e for e in _entries(_unit(xs, k))]
        up, down = (
            _entries(f(_filled(xs, [x + s * d for x, d in zip(_entries(xs), step, strict=True)]))) for s in (1, -1)
        )
        return [(a - b) / (2 * h) for a, b in zip(up, down, strict=True)]

    h = 2e-2 * max(1e-2, min(1.0, abs(_entries(xs)[k])))
    coarse, middle, fine = central(h), central(h / 2), central(h / 4)
    once = [[(4 * b - a) / 3 for a, b in zip(p, q, strict=True)] for p, q in ((coarse, middle), (middle, fine))]
    return [(16 * b - a) / 15 for a, b in zip(*once, strict=True)]
