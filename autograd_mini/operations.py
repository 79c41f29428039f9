"""The operations on arrays that the rule table cannot state, of three kinds.

- A *linear* operation is its own push; its transpose is stated.
- A *multilinear* one (matmul, einsum) is linear in each operand.
- A *differential* one states its push, dz = L(z, x, dx); its pull is L transposed, by taping L.

Rules call operations, so they can be differentiated again.
"""

# NumPy's stubs know nothing of traced values, so here they would only be argued with.
# mypy: disable-error-code="call-overload,arg-type,assignment,has-type,attr-defined,operator"
# mypy: disable-error-code="misc,union-attr,return-value"

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.arrays import (
    BASIC,
    PLAIN,
    ArrayDual,
    Node,
    Operation,
    array,
    dtype,
    dual,
    fit,
    full,
    ndarray,
    receive,
    shape,
    sweep,
)  # fmt: skip
from autograd_mini.dual import Forward
from autograd_mini.primitive import Traced, Value, escaped
from autograd_mini.tape import Tape


def bottom(x: Value) -> Value:
    """The plain array or number below all levels."""
    while isinstance(x, Traced):
        x = x.primal
    return x


Axis = int | tuple[int, ...] | None


def zeros_like(x: Value) -> Value:
    return np.zeros(shape(x), dtype(x))


class Stated(Operation):
    """An operation that states one rule beside its value."""

    def __init__(self, name: str, value: Callable[..., Value], rule: Callable[..., Value]) -> None:
        super().__init__(name, value)
        self.rule = rule


class Linear(Stated):
    """z = A x; `rule(bar, k, operands, **params)` is Aᵀ z̄, what operand k receives.

    It sees of the operands their shapes and dtypes only.
    """

    exact = True

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        if len(tangents) == 1:
            return self(tangents[0], **params)
        return self(*[zeros_like(x) if t is None else t for x, t in zip(operands, tangents, strict=True)], **params)

    def pull(self, k: int, bar: Value, z: Value, operands: Sequence[Value], params: Any) -> Value:
        return self.rule(bar, k, operands, **params)

    def saves(self, z: Value, operands: list[Value], parents: tuple[Any, ...]) -> tuple[Value, Sequence[Value]]:
        return None, parents if len(parents) == 1 else [p or Like(x) for x, p in zip(operands, parents, strict=True)]


class Like(NamedTuple):
    """Shape and dtype of an operand that is not kept."""

    of: Value

    @property
    def shape(self) -> tuple[int, ...]:
        return shape(self.of)


class Multilinear(Linear):
    """Linear in each operand: z = L(x, y), dz = L(dx, y) + L(x, dy); the rule sees the operands."""

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        terms = [self(*operands[:k], t, *operands[k + 1 :], **params) for k, t in enumerate(tangents) if t is not None]
        return reduce(operator.add, terms)

    def saves(self, z: Value, operands: list[Value], parents: tuple[Any, ...]) -> tuple[Value, Sequence[Value]]:
        if len(operands) == 2 and None in parents:  # an operand is needed for the other's sake only
            return None, (operands[0], parents[1]) if parents[0] is None else (parents[0], operands[1])
        return None, operands


class Differential(Stated):
    """dz = L(z, x, dx), linear in dx: both modes from one statement, `rule(z, k, operands, dx, **params)`."""

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        terms = [self.rule(z, k, operands, t, **params) for k, t in enumerate(tangents) if t is not None]
        return reduce(operator.add, terms)

    def pull(self, k: int, bar: Value, z: Value, operands: Sequence[Value], params: Any) -> Value:
        """Lᵀ z̄: run L on a tape and sweep it; L is linear, so where it is run does not matter."""
        tape = Tape()
        try:
            dx = array(tape, zeros_like(operands[k]))
            dz = self.rule(z, k, operands, dx, **params)
            sweep(tape, [dx.node], [(dz.node, bar)], last=True)
            return dx.node.adjoint
        finally:
            tape.close()


# --- shapes: linear ----------------------------------------------------------------------------------

astype = Linear(
    "astype",
    lambda x, dtype: x.astype(dtype) if hasattr(x, "astype") else np.asarray(x, dtype)[()],
    lambda bar, k, operands, **params: astype(bar, dtype=dtype(operands[0]) or float),
)
reshape = Linear(
    "reshape",
    lambda x, shape: np.asarray(x).reshape(shape),
    lambda bar, k, operands, **params: reshape(bar, shape=shape(operands[0])),
)
transpose = Linear(
    "transpose",
    lambda x, axes: x.transpose(axes),
    lambda bar, k, operands, axes: transpose(bar, axes=inverse(axes)),
)
broadcast_to = Linear("broadcast_to", np.broadcast_to, lambda bar, k, operands, shape: fit(bar, operands[0]))


def inverse(axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(range(len(axes)), key=axes.__getitem__))


def kept_axes(reduced: Value, x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """The result of a reduction of x over axis, with the reduced axes kept as 1."""
    if keepdims or (axis is None and not shape(reduced)):
        return reduced
    gone = normalized(axis, len(shape(x)))
    return reshape(reduced, shape=tuple(1 if k in gone else n for k, n in enumerate(shape(x))))


def normalized(axis: Axis, ndim: int) -> tuple[int, ...]:
    """The axes as a tuple of numbers from 0; NumPy's AxisError where there are none such."""
    if axis is None:
        return tuple(range(ndim))
    return np.lib.array_utils.normalize_axis_tuple(axis, ndim)


class Sum(Linear):
    def report(self, v: Node, bar: Value) -> None:
        """Each term receives the sum's adjoint; broadcasting repeats it later."""
        (target,) = v.parents
        if type(target) is Node:
            receive(target, kept_axes(full(bar, v), target, **v.params), False)
        else:
            super().report(v, bar)


sum = Sum(
    "sum",
    lambda x, axis=None, keepdims=False: np.add.reduce(x, axis, None, None, keepdims),
    lambda bar, k, operands, **params: broadcast_to(kept_axes(bar, operands[0], **params), shape=shape(operands[0])),
)


def along(axis: int, *bounds: int | None) -> tuple[slice, ...]:
    """The index of a slice along one axis."""
    return (slice(None),) * axis + (slice(*bounds),)


def flip(x: Value, axis: int) -> Value:
    return getitem(x, index=along(axis, None, None, -1))


cumsum = Linear("cumsum", np.cumsum, lambda bar, k, operands, axis: flip(cumsum(flip(bar, axis), axis=axis), axis))


class GetItem(Linear):
    def report(self, v: Node, bar: Value) -> None:
        """Adjoints are added to the entries that they belong to, in place where they are plain or duals of plain."""
        (target,) = v.parents
        so_far = target.adjoint
        total = gathered(so_far, so_far is not None and target.own, bar, v.params["index"], target)
        if total is None:
            super().report(v, bar)
        else:
            target.adjoint, target.own = total, True


def gathered(so_far: Value, own: bool, bar: Value, index: Any, like: Node) -> Value:
    """so_far with bar added at an index, in an array that is ours; None where that cannot be done in place."""
    if type(bar) is ArrayDual and type(bar.level) is Forward:
        if so_far is not None and not (type(so_far) is ArrayDual and so_far.level is bar.level):
            return None
        x, t = (None, None) if so_far is None else (so_far.primal, so_far.tangent)
        primal = gathered(x, own, bar.primal, index, like)
        tangent = None if primal is None else gathered(t, own, bar.tangent, index, like)
        return None if tangent is None else dual(bar.level, primal, tangent)
    if type(bar) not in PLAIN or type(so_far) not in IN_PLACE:
        return None
    if so_far is None or not own or so_far.shape != like.shape:
        total = np.zeros(like.shape, like.dtype)
        if so_far is not None:
            total += so_far
    else:
        total = so_far
    add_into(total, bar, index)
    return total


IN_PLACE = PLAIN | {type(None)}


def add_into(buffer: Value, amount: Value, index: Any) -> None:
    """buffer[index] += amount, where an entry that the index names twice receives twice."""
    if not is_basic(index):
        np.add.at(buffer, index, amount)
    elif type(part := buffer[index]) is ndarray:
        np.add(part, amount, part)
    else:
        buffer[index] += amount


def is_basic(index: Any) -> bool:
    """Whether NumPy's basic indexing applies, which takes no entry twice."""
    return type(index) in BASIC or (type(index) is tuple and all(type(i) in BASIC for i in index))


def _scattered(x: Value, index: Any, shape: tuple[int, ...]) -> Value:
    """An array of zeros to which x is added at an index."""
    new = np.zeros(shape, dtype(x))
    if is_basic(index):
        new[index] = x
    else:
        np.add.at(new, index, x)
    return new


getitem = GetItem(
    "getitem",
    lambda x, index: x[index],
    lambda bar, k, operands, index: scatter(bar, index=index, shape=shape(operands[0])),
)
scatter = Linear("scatter", _scattered, lambda bar, k, operands, index, shape: getitem(bar, index=index))


def _part(bar: Value, k: int, operands: Sequence[Value], axis: int) -> Value:
    start = builtins.sum(shape(x)[axis] for x in operands[:k])
    return getitem(bar, index=along(axis, start, start + shape(operands[k])[axis]))


concatenate = Linear("concatenate", lambda *xs, axis: np.concatenate(xs, axis), _part)


class Where(Operation):
    """A choice, entry by entry: linear in the two branches, flat in the condition."""

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        return self(operands[0], *(0.0 if t is None else t for t in tangents[1:]))

    def pull(self, k: int, bar: Value, z: Value, operands: Sequence[Value], params: Any) -> Value | None:
        zero = np.zeros((), dtype(bar))
        return None if k == 0 else self(operands[0], bar, zero) if k == 1 else self(operands[0], zero, bar)

    def saves(self, z: Value, operands: list[Value], parents: tuple[Any, ...]) -> tuple[Value, Sequence[Value]]:
        return None, operands[:1]


where = Where("where", lambda condition, then, otherwise: np.where(condition, then, otherwise)[()])


class Flat(Operation):
    """An operation whose value is true, false or a whole number: it has no tangent, and none is recorded."""

    def __call__(self, *operands: Value, **params: Any) -> Value:
        return super().__call__(*map(primal, operands), **params)


def primal(x: Value) -> Value:
    """x without the levels that carry derivatives."""
    while isinstance(x, Traced) and isinstance(x.level, Forward | Tape):
        if not x.level.open:
            raise escaped(x)
        x = x.primal
    return x


COMPARISONS = {
    name: Flat(name, getattr(np, name))
    for name in "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor logical_not "
    "isnan isfinite isinf signbit".split()
}
equal, not_equal, isnan, signbit = (COMPARISONS[name] for name in "equal not_equal isnan signbit".split())
sign_of_det = Flat("sign_of_det", lambda x: np.linalg.slogdet(x)[0])
# How often y goes into x: constant between its jumps, so a constant to a derivative.
floor_quotient = Flat("floor_quotient", lambda x, y: np.floor_divide(x, y))
truncated_quotient = Flat("truncated_quotient", lambda x, y: np.trunc(np.divide(x, y)))
argsort = Flat("argsort", lambda x, axis: np.argsort(x, axis=axis, kind="stable"))


class Along(Linear):
    """Linear in its first operand; the second is the index."""

    def saves(self, z: Value, operands: list[Value], parents: tuple[Any, ...]) -> tuple[Value, Sequence[Value]]:
        return None, [parents[0], operands[1]]

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        return self(tangents[0], operands[1], **params)


def _put_along(x: Value, index: Value, axis: int, n: int) -> Value:
    new = np.zeros((*x.shape[:axis], n, *x.shape[axis + 1 :]), x.dtype)
    places = np.indices(index.shape, sparse=True)
    np.add.at(new, (*places[:axis], index, *places[axis + 1 :]), x)
    return new


# The entries of x at `index` along one axis; and zeros, n along that axis, to which x is added there.
take_along = Along(
    "take_along",
    np.take_along_axis,
    lambda bar, k, operands, axis: put_along(bar, operands[1], axis=axis, n=shape(operands[0])[axis]),
)
put_along = Along(
    "put_along", _put_along, lambda bar, k, operands, axis, n: take_along(bar, operands[1], axis=axis)
)

# --- products: multilinear ---------------------------------------------------------------------------


def swap(x: Value) -> Value:
    """xᵀ over the last two axes."""
    n = len(shape(x))
    return transpose(x, axes=(*range(n - 2), n - 1, n - 2))


def _matmul_back(bar: Value, k: int, operands: tuple[Value, Value]) -> Value:
    """x̄ = z̄ yᵀ and ȳ = xᵀ z̄ (Giles 2008, §2.2.2), a vector being a row on the left and a column on the right."""
    x, y = operands
    row, column = len(shape(x)) == 1, len(shape(y)) == 1
    if row and column:
        return bar * operands[1 - k]
    if k == 0 and column:
        return at(bar, (..., None)) * y
    if k == 1 and row:
        return at(x, (slice(None), None)) * at(bar, (..., None, slice(None)))
    if k == 0:
        return matmul(y, at(bar, (..., None)))[..., 0] if row and len(shape(y)) > 2 else (
            matmul(y, bar) if row else matmul(bar, swap(y)))  # fmt: skip
    if column:
        return matmul(bar, x) if len(shape(x)) == 2 else matmul(swap(x), at(bar, (..., None)))[..., 0]
    return matmul(swap(x), bar)


def at(x: Value, index: Any) -> Value:
    return getitem(x, index=index)


class MatMul(Multilinear):
    def through(self, v: Node) -> bool:
        """Whether a constant matrix meets a vector: adjoints are rows then, and many of them a matrix."""
        y = v.parents[1]
        return v.parents[0] is None and len(v.shape) == len(y.shape) == 1 and v.dtype is y.dtype

    def report(self, v: Node, bar: Value) -> None:
        if not self.through(v):
            return super().report(v, bar)
        whole = (*shape(bar)[:-1], *v.shape)
        bar = bar if shape(bar) == whole else broadcast_to(bar, shape=whole)
        receive(v.parents[1], matmul(bar, v.saved[1][0]), False)
        return None


matmul = MatMul("matmul", np.matmul, _matmul_back)


def _einsum_back(bar: Value, k: int, operands: tuple[Value, ...], subscripts: str) -> Value:
    """Each operand's adjoint is an einsum of z̄ with the others, and for an index that is its own with ones.

    An index that it has twice is put on a diagonal by the identity.
    """
    inputs, out = subscripts.split("->")
    terms, mine, x = inputs.split(","), inputs.split(",")[k], operands[k]
    factors, terms = [bar, *operands[:k], *operands[k + 1 :]], [out, *terms[:k], *terms[k + 1 :]]
    for place, (c, n) in enumerate(zip(mine, shape(x), strict=True)):
        if c in mine[:place]:
            fresh = next(letter for letter in LETTERS if letter not in subscripts + mine)
            factors, terms = [*factors, np.eye(n, dtype=dtype(x))], [*terms, c + fresh]
            mine = mine[:place] + fresh + mine[place + 1 :]
        elif c not in "".join(terms):
            factors, terms = [*factors, np.ones(n, dtype(x))], [*terms, c]
    return einsum(*factors, subscripts=",".join(terms) + "->" + mine)


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


einsum = Multilinear("einsum", lambda *xs, subscripts: np.einsum(subscripts, *xs), _einsum_back)


# --- the rest: differential --------------------------------------------------------------------------


def _extreme(z: Value, k: int, operands: Any, dx: Value, axis: Axis, keepdims: bool) -> Value:
    """The slope goes to the largest entry, in equal parts where several are."""
    x = operands[0]
    hit = astype(equal(x, kept_axes(z, x, axis, keepdims)), dtype=x.dtype)
    return sum(dx * (hit / sum(hit, axis=axis, keepdims=True)), axis=axis, keepdims=keepdims)


max, min = Differential("max", np.max, _extreme), Differential("min", np.min, _extreme)


def _before(x: Value, axis: int) -> Value:
    """For each entry along an axis, the product of those before it."""
    one = np.ones([1 if k == axis else n for k, n in enumerate(shape(x))], dtype(x))
    return concatenate(one, cumprod(x[along(axis, 0, -1)], axis=axis), axis=axis)


def _prod_rule(z: Value, k: int, operands: Any, dx: Value, axis: int, keepdims: bool) -> Value:
    """Each entry's partial is the product of the others, made without division, so a zero is no trouble."""
    x = operands[0]
    others = _before(x, axis) * flip(_before(flip(x, axis), axis), axis)
    return sum(dx * others, axis=axis, keepdims=keepdims)


prod = Differential("prod", np.prod, _prod_rule)


def _cumprod_rule(z: Value, k: int, operands: Any, dx: Value, axis: int) -> Value:
    """żₖ = żₖ₋₁ xₖ + zₖ₋₁ ẋₖ, one step after the other."""
    x, steps = operands[0], list[Value]()
    for i in range(shape(x)[axis]):
        here, last = along(axis, i, i + 1), along(axis, i - 1, i)
        steps.append(dx[here] if i == 0 else steps[-1] * x[here] + z[last] * dx[here])
    return concatenate(*steps, axis=axis) if steps else dx * x


cumprod = Differential("cumprod", np.cumprod, _cumprod_rule)

# Giles 2008, "An extended collection of matrix derivative results", §2.2 and §3.


inv = Differential("inv", np.linalg.inv, lambda z, k, operands, dx: -matmul(matmul(z, dx), z))


class Solve(Operation):
    """x with a x = b: a ẋ = ḃ − ȧ x, and b̄ = a⁻ᵀ x̄, ā = −b̄ xᵀ."""

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        da, db = tangents
        right = [t for t in (db, None if da is None else -matmul(da, z)) if t is not None]
        return self(operands[0], reduce(operator.add, right))

    def pull(self, k: int, bar: Value, z: Value, operands: Sequence[Value], params: Any) -> Value:
        of_b = self(swap(operands[0]), bar)
        if k == 1:
            return of_b
        if len(shape(operands[1])) == 1:
            return -of_b[..., :, None] * z[..., None, :]
        return -matmul(of_b, swap(z))


solve = Solve("solve", np.linalg.solve)


def cofactors(x: Value) -> Value:
    """∂ det x/∂x, entry by entry, as determinants of minors: right for singular matrices too."""
    n = shape(x)[-1]
    rest = [np.delete(np.arange(n), i) for i in range(n)]
    minors = [det(x[..., rest[i][:, None], rest[j]]) * (-1.0) ** (i + j) for i in range(n) for j in range(n)]
    return reshape(concatenate(*(m[..., None] for m in minors), axis=len(shape(x)) - 2), shape=shape(x))


def _det_rule(z: Value, k: int, operands: Any, dx: Value) -> Value:
    x = operands[0]
    singular = not np.all(bottom(z))
    slope = cofactors(x) if singular else z[..., None, None] * swap(inv(x))
    return sum(slope * dx, axis=(-2, -1))


det = Differential("det", np.linalg.det, _det_rule)
logabsdet = Differential(
    "logabsdet",
    lambda x: np.linalg.slogdet(x)[1],
    lambda z, k, operands, dx: sum(swap(inv(operands[0])) * dx, axis=(-2, -1)),
)


def symmetric(x: Value) -> Value:
    return 0.5 * (x + swap(x))


def _cholesky_rule(z: Value, k: int, operands: Any, dx: Value) -> Value:
    """dL = L Φ(L⁻¹ dA L⁻ᵀ), Φ the lower triangle with half the diagonal (Murray 2016, §3), for symmetric dA."""
    n = shape(z)[-1]
    inner = solve(z, swap(solve(z, symmetric(dx))))
    phi = (np.tril(np.ones((n, n))) - 0.5 * np.eye(n)).astype(dtype(z))
    return matmul(z, inner * phi)


cholesky = Differential("cholesky", np.linalg.cholesky, _cholesky_rule)


def _eigenvalues_rule(z: Value, k: int, operands: Any, dx: Value) -> Value:
    v = eigenvectors(operands[0])
    return sum(v * matmul(symmetric(dx), v), axis=-2)


eigenvalues = Differential("eigenvalues", np.linalg.eigvalsh, _eigenvalues_rule)


def _eigenvectors_rule(z: Value, k: int, operands: Any, dx: Value) -> Value:
    """dV = V (F ∘ Vᵀ dA V), Fᵢⱼ = 1/(wⱼ − wᵢ) (Giles 2008, §3.1); infinite where two eigenvalues agree."""
    w = eigenvalues(operands[0])
    n = shape(w)[-1]
    eye = np.eye(n, dtype=dtype(z))
    gaps = w[..., None, :] - w[..., :, None]
    f = (1.0 - eye) / (gaps + eye)
    return matmul(z, f * matmul(swap(z), matmul(symmetric(dx), z)))


eigenvectors = Differential("eigenvectors", lambda x: np.linalg.eigh(x)[1], _eigenvectors_rule)


OPERATIONS = {name: value for name, value in list(globals().items()) if isinstance(value, Operation)}
