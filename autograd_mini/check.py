"""Is a derivative right? Ask the function itself, which knows nothing of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import isfinite, log2, nan
from typing import Any

from autograd_mini.transforms import jvp, vjp
from autograd_mini.tree import flatten, paths

Vector = list[Any]  # floats and arrays
Numbers = list[float]  # the same, one number after the other


def check_grads(
    f: Callable[..., Any], args: Sequence[Any], order: int = 2, modes: Sequence[str] = ("fwd", "rev")
) -> None:
    """Raise AssertionError, naming argument and entry, unless f's derivatives at `args` are right.

    `args` is a tuple with f's arguments: floats, arrays, or nested tuples, lists and dicts of them. For each
    order up to `order`, in each nesting of the modes, with one direction d and one weight w for all outputs:

    - the Taylor remainder |f(x + h d) − f(x) − h J d| falls as h² (slope ≥ 1.9) until round-off;
    - the modes agree on ⟨w, J d⟩ = ⟨Jᵀ w, d⟩, the dot-product test (Griewank & Walther 2008, §3.2).

    A remainder that falls slower is looked at entry by entry, with extrapolated differences (Richardson 1911).
    ValueError where differences say nothing: at kinks and jumps, and where f is not finite.
    """
    unknown = set(modes) - {"fwd", "rev"}
    if unknown or not modes:
        raise ValueError(f"modes are 'fwd' and 'rev', one or both; not {sorted(unknown)}.")
    if not isinstance(args, tuple | list):
        raise TypeError("check_grads takes f's arguments as a tuple: write check_grads(f, (x,)).")
    leaves, rebuild = flatten(tuple(args))
    called = [path for i, arg in enumerate(args) for path in paths(arg, f"argument {i}")]
    names = [name for x, path in zip(leaves, called, strict=True) for name in _entries(x, path)]
    _Check(lambda xs: flatten(f(*rebuild(xs)))[0], [_double(x) for x in leaves], names, modes, "").run(order)


def _double(x: Any) -> Any:
    """x in double precision: the differences of float32 numbers would have three digits."""
    return x.astype(float) if getattr(x, "dtype", None) == "float32" else x


def _entries(x: Any, name: str) -> list[str]:
    """What the numbers of a leaf are called: "argument 0['w'][0, 1]"."""
    shape = getattr(x, "shape", ())
    return [f"{name}{list(index)}" for index in product(*map(range, shape))] if shape else [name]


def _numbers(xs: Vector) -> Numbers:
    return [e for x in xs for e in (x.ravel().tolist() if hasattr(x, "ravel") else [float(x)])]


def _filled(xs: Vector, numbers: Numbers) -> Vector:
    """The numbers in the shapes of xs."""
    rest, filled = iter(numbers), Vector()
    for x in xs:
        if hasattr(x, "dtype"):
            import numpy as np

            filled.append(np.array([next(rest) for _ in range(x.size)], x.dtype).reshape(x.shape))
        else:
            filled.append(next(rest))
    return filled


def _dot(a: Numbers, b: Numbers) -> float:
    return sum([p * q for p, q in zip(a, b, strict=True)])


class _Check:
    """The derivatives of f at xs; `of` says which derivative f itself is, "" for none."""

    def __init__(
        self, f: Callable[[Vector], Vector], xs: Vector, names: list[str], modes: Sequence[str], of: str
    ) -> None:
        from random import Random  # not needed until a derivative is checked

        self.f, self.names, self.modes, self.of = f, names, modes, of
        self.ys = list(vjp(f, xs)[0])  # which refuses, in a sentence, what is no number
        self.xs, self.at = xs, _numbers(xs)
        draw, self.values = Random(len(self.at)), _numbers(self.ys)
        if not all(map(isfinite, self.values)):
            raise ValueError(
                f"check_grads compares with differences, and an output{of} is not finite at these arguments."
            )
        # Steps no longer than the numbers they are added to; outputs of all sizes count alike.
        self.direction = [draw.choice((-1, 1)) * draw.uniform(0.5, 1) * self._size(x) for x in self.at]
        self.weights = [draw.choice((-1, 1)) * draw.uniform(0.5, 1) / max(1.0, abs(y)) for y in self.values]

    def run(self, order: int) -> None:
        slopes = {mode: self._slope(mode) for mode in self.modes}
        for mode, slope in slopes.items():
            if not self._falls_as_it_should(slope):
                self._blame(mode)
        pushed, pulled = slopes[self.modes[0]], slopes[self.modes[-1]]
        assert abs(pushed - pulled) <= 1e-9 * (1 + abs(pushed)), (
            f"Forward and reverse mode disagree on the outputs{self.of}: ⟨w, J d⟩ = {pushed!r}, ⟨Jᵀ w, d⟩ = {pulled!r}."
        )
        if order > 1:
            f, d, w = self.f, self._vector(self.direction), _filled(self.ys, self.weights)
            derivatives: dict[str, Callable[[Vector], Vector]] = {
                "fwd": lambda xs: list(jvp(f, (xs,), (d,))[1]),
                "rev": lambda xs: list(vjp(f, xs)[1](w)[0]),
            }
            for mode in self.modes:
                of = f"{self.of}, differentiated by {mode},"
                _Check(derivatives[mode], self.xs, self.names, self.modes, of).run(order - 1)

    def _axes(self) -> Iterator[tuple[str, float, Numbers]]:
        """Each entry's name, its number, and the direction along it."""
        for k, (name, x) in enumerate(zip(self.names, self.at, strict=True)):
            yield name, x, [float(i == k) for i in range(len(self.at))]

    @staticmethod
    def _size(x: float) -> float:
        return max(1e-2, min(1.0, abs(x)))

    def _vector(self, numbers: Numbers) -> Vector:
        return _filled(self.xs, numbers)

    def _moved(self, h: float, direction: Numbers) -> Numbers:
        """f(x + h d), as numbers; not a number outside the domain of f."""
        try:
            return _numbers(self.f(self._vector([x + h * d for x, d in zip(self.at, direction, strict=True)])))
        except (ValueError, ArithmeticError):
            return [nan] * len(self.values)

    def _slope(self, mode: str) -> float:
        """⟨w, J d⟩."""
        if mode == "fwd":
            return _dot(self.weights, _numbers(jvp(self.f, (self.xs,), (self._vector(self.direction),))[1]))
        pulled = vjp(self.f, self.xs)[1](_filled(self.ys, self.weights))[0]
        return _dot(_numbers(pulled), self.direction)

    def _falls_as_it_should(self, slope: float) -> bool:
        """Whether the Taylor remainder falls as h², at the smallest h that round-off leaves to be seen."""
        value, remainders = _dot(self.weights, self.values), []
        round_off = 1e-12 * (_dot([abs(w) for w in self.weights], [abs(y) for y in self.values]) + 1e-3 * abs(slope))
        for k in range(5, 22, 2):
            steps = (2.0**-k, -(2.0**-k))  # to both sides: a kink may be smooth on one
            moved = [_dot(self.weights, self._moved(h, self.direction)) for h in steps]
            remainder = sum([abs(there - value - h * slope) for there, h in zip(moved, steps, strict=True)])
            if remainder <= round_off:
                break
            remainders.append(remainder)
        seen = remainders[-3:]
        return isfinite(slope) and (not seen or (len(seen) == 3 and log2(seen[0] / seen[2]) / 4 >= 1.9))

    def _blame(self, mode: str) -> None:
        """Say which derivative is wrong; say nothing if it was round-off."""
        self._refuse_kinks()
        for name, x, unit in self._axes():
            pairs = zip(self._column(mode, unit), self._differences(2e-3 * self._size(x), unit), strict=True)
            for j, (got, want) in enumerate(pairs):
                assert abs(got - want) <= 1e-6 * (1 + abs(want)), (
                    f"The derivative of output {j}{self.of} with respect to {name} is {got!r} "
                    f"by {mode}, but differences give {want!r}."
                )

    def _refuse_kinks(self) -> None:
        """On the two sides of a kink or a jump f has two slopes, however near one looks."""
        for name, x, unit in self._axes():
            wide, near = (self._bend(h * self._size(x), unit) for h in (2.0**-10, 2.0**-14))
            # In a smooth function the slopes of the two sides meet in proportion to h.
            if not all(b < max(1e-4, a / 2) for a, b in zip(wide, near, strict=True)):
                raise ValueError(
                    f"check_grads compares with differences, and they say nothing here: seen along {name}, f{self.of} "
                    "has a kink, a jump or a singular point at these arguments. Check beside it."
                )

    def _bend(self, h: float, unit: Numbers) -> Numbers:
        """How far the slopes of f on the two sides of x differ, for every output."""
        up, down = self._moved(h, unit), self._moved(-h, unit)
        return [abs(a - 2 * y + b) / h for a, y, b in zip(up, self.values, down, strict=True)]

    def _column(self, mode: str, unit: Numbers) -> Numbers:
        """The derivatives of all outputs by one entry."""
        if mode == "fwd":
            return _numbers(jvp(self.f, (self.xs,), (self._vector(unit),))[1])
        pullback = vjp(self.f, self.xs)[1]
        basis = ([float(i == j) for i in range(len(self.values))] for j in range(len(self.values)))
        return [_dot(_numbers(pullback(_filled(self.ys, e))[0]), unit) for e in basis]

    def _differences(self, h: float, unit: Numbers) -> Numbers:
        """The same by central differences at h, h/2 and h/4, extrapolated twice: an error of order h⁶."""

        def central(h: float) -> Numbers:
            up, down = self._moved(h, unit), self._moved(-h, unit)
            return [(a - b) / (2 * h) for a, b in zip(up, down, strict=True)]

        steps = zip(central(h), central(h / 2), central(h / 4), strict=True)
        return [(16 * (4 * c - b) - (4 * b - a)) / 45 for a, b, c in steps]
