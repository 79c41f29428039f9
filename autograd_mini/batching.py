"""Batches: many values in one array, along a leading axis that the function does not see.

`vmap` runs a function on a batch; Jacobians push or pull all basis vectors as one batch. Elementwise
operations need no rule, the others say where their axes go; an operation without a rule runs entry by entry.
"""

# NumPy's stubs know nothing of traced values, so here they would only be argued with.
# mypy: disable-error-code="call-overload,arg-type,assignment,has-type,attr-defined,operator"
# mypy: disable-error-code="misc,union-attr,return-value"

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd_mini import operations as op
from autograd_mini.arrays import (
    APPLY,
    ArrayDual,
    ArrayMethods,
    Node,
    Operation,
    dual,
    fit,
    held,
    is_recorded,
    receive_number,
    shape,
)
from autograd_mini.dual import Forward
from autograd_mini.elementwise import LINK, MIXED, NESTED, X_TRACED, Y_TRACED, Elementwise
from autograd_mini.primitive import Level, Primitive, Traced, Value, beside


class Batch(ArrayMethods, Traced):
    """`primal` holds the values one level down, the batch along its first axis."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[int, ...]:
        return self.primal.shape[1:]

    def __repr__(self) -> str:
        return f"Batch({self.primal!r})"

    def __bool__(self) -> bool:
        raise TypeError(
            "An `if` in vmap would have to go both ways, since the entries of a batch may disagree. "
            "Choose entry by entry: numpy.where(condition, a, b)."
        )


class Batching(Level):
    """The level of one batch of `size` entries."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def batch(self, primal: Value) -> Batch:
        new = Batch()
        new.level, new.primal = self, primal
        return new

    def apply(self, primitive: Primitive, operands: tuple[Value, ...]) -> Traced:
        return primitive.on_arrays(*operands)

    def align(self, x: Value, y: Value, kind: int) -> tuple[Value, Value]:
        """Both operands with their axes in line, behind the batch axis."""
        m, n = len(shape(x)) - bool(kind & X_TRACED), len(shape(y)) - bool(kind & Y_TRACED)
        if kind & X_TRACED and m < n:
            x = aligned(x, n)
        elif kind & Y_TRACED and n < m:
            y = aligned(y, m)
        return x, y

    def raw(self, x: Value) -> Value:
        """x with its batch axis, repeated for every entry where it has none."""
        if isinstance(x, Batch) and x.level is self:
            return x.primal
        return op.broadcast_to(x, shape=(self.size, *shape(x)))


def apply(level: Batching, operation: Operation, below: list[Value], mine: list[Any], params: dict[str, Any]) -> Batch:
    operands = [o if m is None else m for o, m in zip(below, mine, strict=True)]
    has = [m is not None for m in mine]
    whole = RULES.get(operation.name)
    z = whole(level, operands, below, has, params) if whole else None
    return level.batch(one_by_one(level, operation, operands, params) if z is None else z)


APPLY[Batching] = apply
LINK[Batching] = lambda level, operation, z, *operands: level.batch(z)


class Seeds(Forward):
    """A forward pass with many tangents at once: every tangent has them along its first axis."""

    def __init__(self, size: int) -> None:
        self.batching = Batching(size)
        super().__init__()


def _pushed(
    level: Seeds, operation: Elementwise, z: Value, kind: int, x: Value, y: Value, a: Value, b: Value
) -> ArrayDual:
    """As `elementwise._pushed`: the partials are the same for all tangents, and broadcasting does the rest."""
    rule = operation.derivatives[kind]
    s = a.tangent if kind & X_TRACED else None
    t = b.tangent if kind & Y_TRACED else None
    if kind & NESTED and rule.keeps is not None and is_recorded(z):
        x, y = held(x, z), held(y, z)
    if kind & MIXED:
        n = len(z.shape)
        s, t = (d if d is None else aligned(d, n) for d in (s, t))
    if rule.singular:
        with np.errstate(all="ignore"):
            tangent = rule.push_traced(z, x, y, s, t)
    else:
        tangent = rule.push_traced(z, x, y, s, t)
    if rule.fits:
        whole = (level.batching.size, *z.shape)
        if tangent is None:
            tangent = np.zeros(whole, z.dtype)
        elif tangent.shape != whole:
            tangent = op.broadcast_to(tangent, shape=whole)
        tangent = tangent if tangent.dtype == z.dtype else op.astype(tangent, dtype=z.dtype)
    return dual(level, z, tangent)


def _push(level: Seeds, operation: Operation, below: list[Value], mine: list[Any], params: dict[str, Any]) -> ArrayDual:
    z = operation(*below, **params)
    if operation is op.matmul and mine[0] is None and len(z.shape) == len(below[1].shape) == 1:
        return dual(level, z, op.matmul(mine[1].tangent, below[0].T))  # tangents are rows, so together a matrix
    tangents = [None if m is None else level.batching.batch(m.tangent) for m in mine]
    if isinstance(operation, op.Linear if len(mine) == 1 else op.Multilinear) and tangents.count(None) == len(mine) - 1:
        # Linear in the one operand that moves: its tangents go through the operation itself.
        raw = [b if m is None else m.tangent for b, m in zip(below, mine, strict=True)]
        return dual(level, z, apply(level.batching, operation, raw, tangents, params).primal)
    tangent = operation.push(z, below, tangents, params)
    return dual(level, z, level.batching.raw(tangent if operation.exact else fit(tangent, z)))


APPLY[Seeds] = _push
LINK[Seeds] = _pushed


def sweep(entries: list[Any], inputs: list[Any], output: Node, y: Value) -> list[Value]:
    """∂y/∂input for each of `inputs`, of y's shape and the input's: one return sweep with all basis vectors as seeds.

    They stand along the first axis of every adjoint. Broadcasting carries it through most operations; where it
    would not, the adjoint passes as a `Batch`.
    """
    level = Batching(y.size)
    for v in (*inputs, *entries):
        v.adjoint = None
    output.adjoint, output.own = basis(y), False
    with np.errstate(all="ignore"):  # inside a derivative, an infinity is an answer
        for v in reversed(entries):
            bar, v.adjoint = v.adjoint, None
            if bar is None:
                continue
            if type(v) is Node and v.rule.through(v):
                v.rule.traced(v, bar)
            else:
                _report_as_batch(level, v, bar)
    level.open = False
    return [_block(v, y, alone=len(inputs) == 1) for v in inputs]


def basis(x: Value) -> Value:
    """All basis vectors of x's shape, along the first axis."""
    n = x.size
    eye = np.zeros((n, n), x.dtype)
    eye.ravel()[:: n + 1] = 1.0
    return beside(eye.reshape(n, *x.shape), x)


def _report_as_batch(level: Batching, v: Any, bar: Value) -> None:
    """Let v report as if it had one seed; its targets' adjoints are batches for that time."""
    edges = [] if type(v) is Node else v.edges()
    targets = [p for p in v.parents if p is not None] if type(v) is Node else [p for p, _ in edges]
    for target in targets:
        if target.adjoint is not None and type(target.adjoint) is not Batch:
            target.adjoint = level.batch(target.adjoint)
    if type(v) is Node:
        v.rule.traced(v, level.batch(bar))
    for target, slope in edges:
        receive_number(target, level.batch(bar) * slope)
    for target in targets:
        if type(target.adjoint) is Batch:
            target.adjoint = aligned(target.adjoint.primal, len(getattr(target, "shape", ())))


def _block(v: Any, y: Value, alone: bool) -> Value:
    """The adjoint of an input for every entry of y, as an array that nobody else holds."""
    bar, v.adjoint = v.adjoint, None
    of_v = getattr(v, "shape", ())
    if bar is None:
        return np.zeros((*y.shape, *of_v), getattr(v, "dtype", float))
    if shape(bar) != (y.size, *of_v):
        bar = op.broadcast_to(bar, shape=(y.size, *of_v))
    if type(bar) is np.ndarray and not (alone and bar.flags.writeable):
        bar = bar.copy()
    return op.reshape(bar, shape=(*y.shape, *of_v))


def aligned(x: Value, ndim: int) -> Value:
    """Axes of length 1 after the batch axis, so that x broadcasts against ndim axes."""
    missing = ndim + 1 - len(shape(x))
    return op.reshape(x, shape=(shape(x)[0], *(1,) * missing, *shape(x)[1:])) if missing else x


def one_by_one(level: Batching, operation: Operation, operands: tuple[Value, ...], params: dict[str, Any]) -> Value:
    raw = [(level.raw(o) if isinstance(o, Batch) and o.level is level else None) for o in operands]
    rows = [
        operation(*(o if r is None else r[k] for o, r in zip(operands, raw, strict=True)), **params)
        for k in range(level.size)
    ]
    return op.concatenate(*(op.reshape(r, shape=(1, *shape(r))) for r in rows), axis=0)


# For each operation: its value on whole batches, or None where the entries must be taken one by one.
Rule = Callable[..., Value | None]
RULES: dict[str, Rule] = {}


def rule(*operations: Operation) -> Callable[[Rule], Rule]:
    def register(own: Rule) -> Rule:
        RULES.update({o.name: partial(own, o) for o in operations})
        return own

    return register


@rule(op.where, op.floor_quotient, op.truncated_quotient, *op.COMPARISONS.values())
def _broadcast(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value:
    dims = [len(shape(o)) for o in operands]
    ndim = max(dims)
    if any(b and n < ndim for b, n in zip(has, dims, strict=True)):
        below = [aligned(o, ndim) if b else o for o, b in zip(below, has, strict=True)]
    return operation(*below)


@rule(op.sum, op.max, op.min, op.prod, op.cumsum, op.cumprod, op.argsort)
def _reduce(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value:
    axis, n = params["axis"], len(shape(operands[0]))
    if axis is None:
        moved: Any = tuple(range(1, n + 1))
    else:
        moved = axis % n + 1 if isinstance(axis, int) else tuple(k % n + 1 for k in axis)
    return operation(*below, **{**params, "axis": moved})


@rule(op.reshape)
def _reshape(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value:
    return operation(*below, shape=(level.size, *params["shape"]))


@rule(op.broadcast_to)
def _broadcast_to(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value:
    return operation(aligned(below[0], len(params["shape"])), shape=(level.size, *params["shape"]))


@rule(op.transpose)
def _transpose(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value:
    return operation(*below, axes=(0, *(k + 1 for k in params["axes"])))


@rule(op.astype, op.inv, op.det, op.logabsdet, op.sign_of_det, op.cholesky, op.eigenvalues, op.eigenvectors)
def _last_axes(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value:
    return operation(*below, **params)


def _index(index: Any) -> Any:
    """The index behind a batch axis; None where NumPy would put the axes in another order."""
    parts = index if isinstance(index, tuple) else (index,)
    arrays = [k for k, i in enumerate(parts) if not (i is None or i is Ellipsis or isinstance(i, slice))]
    split = arrays and (arrays[-1] - arrays[0] + 1 != len(arrays)) and not op.is_basic(index)
    return None if split else (slice(None), *parts)


@rule(op.getitem)
def _getitem(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value | None:
    index = _index(params["index"])
    return None if index is None else operation(*below, index=index)


@rule(op.scatter)
def _scatter(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value | None:
    index = _index(params["index"])
    return None if index is None else operation(*below, index=index, shape=(level.size, *params["shape"]))


@rule(op.concatenate)
def _concatenate(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value:
    return operation(*map(level.raw, operands), axis=params["axis"] + 1)


@rule(op.take_along, op.put_along)
def _along(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value:
    return operation(*map(level.raw, operands), **{**params, "axis": params["axis"] + 1})


@rule(op.matmul)
def _matmul(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value:
    (x, y), (m, n) = below, (len(shape(o)) for o in operands)
    if has == [True, False] and m == 1 and n <= 2:
        return operation(x, y)  # a batch of rows is a matrix
    if has == [False, True] and n == 1 and m == 2:
        return operation(y, op.swap(x))
    if m == 1:
        x = op.getitem(x, index=(..., None, slice(None)))
    if n == 1:
        y = op.getitem(y, index=(..., None))
    wide = max(m, n, 2)
    z = operation(aligned(x, wide) if has[0] else x, aligned(y, wide) if has[1] else y)
    if n == 1:
        z = op.getitem(z, index=(..., 0))
    return op.getitem(z, index=(..., 0, slice(None)) if n > 1 else (..., 0)) if m == 1 else z


@rule(op.solve)
def _solve(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value | None:
    a, b = map(level.raw, operands)
    if len(shape(operands[1])) > 1:
        return operation(a, b) if len(shape(a)) == len(shape(b)) else None
    return op.getitem(operation(a, op.getitem(b, index=(..., None))), index=(..., 0))


@rule(op.einsum)
def _einsum(operation: Operation, level: Batching, operands: Any, below: Any, has: Any, params: Any) -> Value:
    inputs, out = params["subscripts"].split("->")
    letter = next(c for c in op.LETTERS if c not in params["subscripts"])
    terms = [letter * b + t for t, b in zip(inputs.split(","), has, strict=True)]
    return operation(*below, subscripts=",".join(terms) + "->" + letter + out)
