"""ONE list of operations on arrays, each as a function and points of its domain: it drives the tests of arrays.

A case's function takes arrays and returns one; its points are drawn so that no two entries agree and none
stands at a kink or a pole.
"""

# ruff: noqa: E501  # a case is a line

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import numpy as np

import autograd_mini as ad


class ArrayCase(NamedTuple):
    name: str
    f: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    low: float = -2.0
    high: float = 2.0

    def points(self, seed: int = 0) -> tuple[Any, ...]:
        draw = Random(f"{self.name} {seed}")
        return tuple(
            np.array([draw.uniform(self.low, self.high) for _ in range(int(np.prod(s)))]).reshape(s)
            for s in self.shapes
        )


V, M, T, S = (4,), (3, 4), (2, 3, 4), (3, 3)


def spd(x):
    return x @ np.transpose(x) + 3.0 * np.eye(x.shape[0])


def regular(x):
    return x + 4.0 * np.eye(3)


def C(name: str, f: Callable[..., Any], *shapes: tuple[int, ...], **domain: float) -> ArrayCase:
    return ArrayCase(name, f, shapes, **domain)


POSITIVE, UNIT = {"low": 0.3, "high": 2.0}, {"low": -0.9, "high": 0.9}
DOMAINS = {
    "log": POSITIVE, "log2": POSITIVE, "log10": POSITIVE, "sqrt": POSITIVE, "log1p": UNIT, "arcsin": UNIT, "arccos": UNIT,
    "arctanh": UNIT, "arccosh": {"low": 1.2, "high": 3.0}, "power": POSITIVE, "divide": POSITIVE, "reciprocal": POSITIVE,
    "tan": UNIT,
}  # fmt: skip


def _elementwise(name: str) -> list[ArrayCase]:
    from autograd_mini.primitive import PRIMITIVES

    f = getattr(np, name, None) or getattr(ad, name)
    domain = DOMAINS.get(name, {})
    if len(PRIMITIVES[name].rule.partials) == 1:
        return [C(name, f, M, **domain)]
    return [C(name, f, M, M, **domain), C(f"{name} broadcast", f, (3, 1), T, **domain)]


def _all_elementwise() -> list[ArrayCase]:
    from autograd_mini.primitive import PRIMITIVES

    return [case for name in PRIMITIVES if name not in ("stop_gradient", "sign") for case in _elementwise(name)]


ELEMENTWISE = _all_elementwise()
INDEX = np.array([0, 2, 2, 1])
CASES = [
    *ELEMENTWISE,
    C("operators", lambda x, y: -x * 2.0 + y / 3 - 1.0 / y + x**2 - (2.0 - x) * abs(x) + y**1.5 + 2.0**x, M, M, **POSITIVE),
    C("sum", lambda x: np.sum(x * x, axis=1, keepdims=True) + np.sum(x) + x.sum(0), M),
    C("sum axes", lambda x: np.sum(x * x, axis=(0, -1)), T),
    C("mean", lambda x: np.mean(x * x, axis=0) + x.mean(), M),
    C("var", lambda x: np.var(x, axis=1, ddof=1) + x.var(), M),
    C("std", lambda x: np.std(x, axis=0) + x.std(), M),
    C("prod", lambda x: np.prod(x, axis=1) + np.prod(x), M),
    C("prod axes", lambda x: np.prod(x, axis=(0, 2), keepdims=True), T),
    C("cumsum", lambda x: np.cumsum(x * x, axis=1) + np.cumsum(x).reshape(3, 4), M),
    C("cumprod", lambda x: np.cumprod(x, axis=0) + np.cumprod(x).reshape(3, 4), M),
    C("max", lambda x: np.max(x * x, axis=1) + x.max(), M),
    C("min", lambda x: np.min(x * x, axis=(0, 1), keepdims=True) + x.min(), M),
    C("ptp", lambda x: np.ptp(x, axis=0), M),
    C("sort", lambda x: np.sort(x * x, axis=0) + np.sort(x), M),
    C("diff", lambda x: np.diff(x * x, n=2), M),
    C("logaddexp.reduce", lambda x: np.logaddexp.reduce(x, axis=1), M),
    C("add.reduce", lambda x: np.add.reduce(x * x) + np.multiply.reduce(x) + np.maximum.reduce(x), M),
    C("add.accumulate", lambda x: np.add.accumulate(x * x, axis=1) + np.multiply.accumulate(x, axis=1), M),
    C("multiply.outer", lambda x, y: np.multiply.outer(x, y) + np.outer(x, y).reshape(4, 3, 4), V, M),
    C("reshape", lambda x: np.reshape(x * x, (2, -1)) + x.reshape(2, 6) + x.reshape((2, 6)), M),
    C("ravel", lambda x: np.ravel(x * x) + x.flatten(), M),
    C("transpose", lambda x: np.transpose(x * x, (1, 2, 0)) + x.transpose(1, 2, 0) + np.swapaxes(np.swapaxes(x, 0, 1), 1, 2), T),
    C("T", lambda x: x.T * np.transpose(x), M),
    C("moveaxis", lambda x: np.moveaxis(x * x, 0, -1) + np.rollaxis(x, 0, 3), T),
    C("squeeze", lambda x: np.squeeze(np.expand_dims(x * x, (0, 2)), 2), M),
    C("atleast", lambda x: np.atleast_2d(x * x) + np.atleast_3d(x)[0, :, 0] + np.atleast_1d(x), V),
    C("broadcast_to", lambda x: np.broadcast_to(x * x, (2, 3, 4)), (3, 1)),
    C("concatenate", lambda x, y: np.concatenate([x * x, y, np.ones((1, 4))], 0), M, M),
    C("concatenate flat", lambda x, y: np.concatenate([x * x, y], axis=None), M, V),
    C("stack", lambda x, y: np.stack([x * x, y], axis=-1), M, M),
    C("vstack", lambda x, y: np.vstack([x * x, y]) + np.hstack([x, x])[:1, :4], M, V),
    C("dstack", lambda x, y: np.dstack([x * x, y]) + np.column_stack([x[:, 0], y[:, 0]])[:, None], M, M),
    C("append", lambda x, y: np.append(x * x, y), M, V),
    C("split", lambda x: np.split(x * x, 2, axis=1)[1] + np.array_split(x, 2, axis=1)[0] + np.hsplit(x, 2)[0], M),
    C("vsplit", lambda x: np.vsplit(x * x, 3)[1], M),
    C("pad", lambda x: np.pad(x * x, ((1, 2), (0, 1))) + np.pad(x, ((1, 2), (0, 1)), constant_values=2.0), M),
    C("pad edge", lambda x: np.pad(x * x, 1, mode="edge") + np.pad(x, 1, mode="reflect") + np.pad(x, 1, mode="wrap"), M),
    C("roll", lambda x: np.roll(x * x, 2) + np.roll(x, 1, axis=1) + np.flip(x, 0) + np.fliplr(x) + np.flipud(x), M),
    C("rot90", lambda x: np.rot90(x * x), M),
    C("tile", lambda x: np.tile(x * x, (2, 1)) + np.repeat(x, 2, axis=0), M),
    C("resize", lambda x: np.resize(x * x, (5, 3)), M),
    C("getitem", lambda x: x[1:, ::2] * x[:2, 1::2] + x[-1, -1] + x[..., None, 0][:2], M),
    C("getitem array", lambda x: x[INDEX] * 2.0 + x[INDEX[:, None], np.arange(4)] ** 2, M),
    C("getitem list", lambda x: x[[0, 0, 1]] * x[:, [1, 1, 2]].T[:, :1], M),
    C("getitem mask", lambda x: x[np.tri(3, 4) > 0] ** 2, M),
    C("iteration", lambda x: sum(row * row for row in x), M),
    C("take", lambda x: np.take(x * x, INDEX % 3, axis=0) + x.take([1]), M),
    C("take_along_axis", lambda x: np.take_along_axis(x * x, np.argsort(x, axis=1), 1), M),
    C("delete", lambda x: np.delete(x * x, 1, axis=0), M),
    C("diag", lambda x: np.diag(np.diag(x) * x[:, 0], 1) + np.diag(x[0], -1), S),
    C("diagonal", lambda x: np.diagonal(x * x, 1), M),
    C("trace", lambda x: np.trace(x * x) + x.trace(1), M),
    C("tril", lambda x: np.tril(x * x) + np.triu(x, 1), M),
    C("where", lambda x, y: np.where(x > y, x * x, y * 3.0), M, V),
    C("clip", lambda x: np.clip(x * x, 0.5, 2.0) + x.clip(-1, 1), M),
    C("fmax", lambda x, y: np.fmax(x, y) + np.fmin(x, 2 * y), M, M),
    C("fabs", lambda x: np.fabs(x) + np.positive(x) + np.float_power(np.abs(x), 1.5), M),
    C("degrees", lambda x: np.degrees(x) * np.radians(x) + np.deg2rad(x) + np.rad2deg(x), M),
    C("logaddexp2", lambda x, y: np.logaddexp2(x, y), M, V),
    C("copysign", lambda x, y: np.copysign(x * x, y) + np.copysign(x, -1.0), M, M),
    C("remainder", lambda x, y: np.remainder(x, y) + np.fmod(x, y) + x % 0.7, M, M, **POSITIVE),
    C("matmul", lambda x, y: x @ y, M, (4, 2)),
    C("matmul vector", lambda x, y: (x @ y) * np.matmul(x, y) + np.dot(x, y), M, V),
    C("vector matmul", lambda x, y: x @ y + np.dot(x, y), (3,), M),
    C("vector vector", lambda x, y: x @ y + np.dot(x, y) * np.vdot(x, y) + np.inner(x, y), V, V),
    C("matmul batch", lambda x, y: x @ y, T, (4, 2)),
    C("matmul both batch", lambda x, y: x @ y, (2, 1, 3, 4), (5, 4, 2)),
    C("matmul batch vector", lambda x, y: x @ y, T, V),
    C("vector matmul batch", lambda x, y: x @ y, (3,), T),
    C("array matmul", lambda x: np.ones((2, 3)) @ x + (x.T @ np.ones((3, 2))).T, M),
    C("dot tensors", lambda x, y: np.dot(x, y), M, (2, 4, 3)),
    C("tensordot", lambda x, y: np.tensordot(x, y, axes=([0, 2], [1, 0])) + np.tensordot(x, x, 3), T, (4, 2)),
    C("einsum", lambda x, y: np.einsum("ij,jk->ik", x, y), M, (4, 2)),
    C("einsum implicit", lambda x, y: np.einsum("ij,kj", x * x, y), M, (2, 4)),
    C("einsum trace", lambda x: np.einsum("ii", x * x) + np.einsum("ii->i", x), S),
    C("einsum lonely", lambda x, y: np.einsum("ij,k->k", x * x, y), M, (2,)),
    C("einsum three", lambda x, y, z: np.einsum("...i,ij,j->...", x, y, z), T, (4, 2), (2,)),
    C("inv", lambda x: np.linalg.inv(regular(x)), S),
    C("solve", lambda x, y: np.linalg.solve(regular(x), y), S, (3, 2)),
    C("solve vector", lambda x, y: np.linalg.solve(regular(x), y), S, (3,)),
    C("det", lambda x: np.linalg.det(regular(x)), S),
    C("det singular", lambda x: np.linalg.det(np.stack([x[0], x[1], np.zeros(3)])), S),
    C("slogdet", lambda x: np.linalg.slogdet(regular(x))[1], S),
    C("cholesky", lambda x: np.linalg.cholesky(spd(x)), S),
    C("eigvalsh", lambda x: np.linalg.eigvalsh(spd(x)), S),
    C("eigh", lambda x: np.linalg.eigh(spd(x))[1] ** 2 + np.linalg.eigh(spd(x))[0], S),
    C("norm", lambda x: np.linalg.norm(x) + np.linalg.norm(x, axis=0), M),
    C("norm others", lambda x: np.linalg.norm(x, 1, axis=0) + np.linalg.norm(x, np.inf, axis=0) + np.linalg.norm(x, 3, axis=0), M),
    C("amax", lambda x: np.amax(x * x, axis=0) + np.amin(x, axis=0), M),
    C("real", lambda x: np.real(x) * np.conjugate(x) * np.conj(x) + np.copy(x), M),
    C("dsplit", lambda x: np.dsplit(x * x, 2)[0] + np.dsplit(x, 2)[1], T),
    C("vecdot", lambda x, y: np.vecdot(x, y) * np.linalg.vecdot(x, y, axis=-1), M, V),
    C("matrix_transpose", lambda x: np.matrix_transpose(x * x) * np.linalg.matrix_transpose(x), T),
    C("linalg.matmul", lambda x, y: np.linalg.matmul(x, y) + np.matmul(x, y) * np.linalg.tensordot(x, y, axes=1), M, (4, 2)),
    C("linalg.outer", lambda x, y: np.linalg.outer(x, y), V, (3,)),
    C("linalg.trace", lambda x: np.linalg.trace(x * x) * np.linalg.diagonal(x), S),
    C("arithmetic of slices", lambda x: (x[1:] - x[:-1]) / (1.0 + x[1:] ** 2) @ x[0], M),
    C("logsumexp", lambda x: np.logaddexp.reduce(x, axis=0, keepdims=True) + x, M),
    C("extreme.reduce", lambda x: np.maximum.reduce(x, axis=1, keepdims=True) + np.minimum.reduce(x), M),
    C("constants beside", lambda x: np.ones((3, 4)) * x + np.arange(4.0) - np.zeros((3, 1)) / x + np.full(4, 2.0) @ x.T[:, :1], M, **POSITIVE),
    C("astype", lambda x: x.astype(np.float64) * x, M),
    *(
        [C("unstack", lambda x: np.unstack(x * x, axis=1)[2], M), C("np.astype", lambda x: np.astype(x, float) * x, M)]
        if hasattr(np, "unstack")  # from NumPy 2.1 on
        else []
    ),
    *(
        [C("matvec", lambda x, y: np.matvec(x, y), M, V), C("vecmat", lambda x, y: np.vecmat(x, y), (3,), M)]
        if hasattr(np, "matvec")  # from NumPy 2.2 on
        else []
    ),
    C("program", lambda x, w: np.log(np.sum(np.exp(np.tanh(x @ w)), axis=1)), M, (4, 2)),
]  # fmt: skip
