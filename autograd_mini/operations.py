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
    Node,
    Operation,
    array,
    dtype,
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


class Linear(Operation):
    """z = A x; `transpose(bar, k, operands, **params)` is Aᵀ z̄, what operand k receives.

    A transpose sees of the operands their shapes and dtypes only.
    """

    exact = True

    def __init__(self, value: Callable[..., Value], transpose: Callable[..., Value]) -> None:
        super().__init__(value.__name__.strip("_").removesuffix("_value"), value)
        self.transpose = transpose

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        if len(operands) == 1:
            return self(*tangents, **params)
        return self(*[zeros_like(x) if t is None else t for x, t in zip(operands, tangents, strict=True)], **params)

    def pull(self, k: int, bar: Value, z: Value, operands: Sequence[Value], params: Any) -> Value:
        return self.transpose(bar, k, operands, **params)

    def saves(self, z: Value, operands: list[Value], parents: tuple[Any, ...]) -> tuple[Value, Sequence[Value]]:
        return None, parents if len(parents) == 1 else [p or Like(x) for x, p in zip(operands, parents, strict=True)]


class Like(NamedTuple):
    """Shape and dtype of an operand that is not kept."""

    of: Value

    @property
    def shape(self) -> tuple[int, ...]:
        return shape(self.of)


def linear(transpose: Callable[..., Value]) -> Callable[[Callable[..., Value]], Linear]:
    return lambda value: Linear(value, transpose)


class Multilinear(Operation):
    """Linear in each operand: z = L(x, y), dz = L(dx, y) + L(x, dy)."""

    exact = True

    def __init__(self, value: Callable[..., Value], transpose: Callable[..., Value]) -> None:
        super().__init__(value.__name__, value)
        self.transpose = transpose

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        terms = [self(*operands[:k], t, *operands[k + 1 :], **params) for k, t in enumerate(tangents) if t is not None]
        return reduce(operator.add, terms)

    def pull(self, k: int, bar: Value, z: Value, operands: Sequence[Value], params: Any) -> Value:
        return self.transpose(bar, k, operands, **params)

    def saves(self, z: Value, operands: list[Value], parents: tuple[Any, ...]) -> tuple[Value, Sequence[Value]]:
        if len(operands) == 2 and None in parents:  # an operand is needed for the other's sake only
            return None, [x if p is None else p for x, p in zip(operands, parents, strict=True)]
        return None, operands


def multilinear(transpose: Callable[..., Value]) -> Callable[[Callable[..., Value]], Multilinear]:
    return lambda value: Multilinear(value, transpose)


class Differential(Operation):
    """dz = L(z, x, dx), linear in dx: both modes from one statement."""

    def __init__(self, value: Callable[..., Value], rule: Callable[..., Value]) -> None:
        super().__init__(value.__name__, value)
        self.rule = rule

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


def differential(rule: Callable[..., Value]) -> Callable[[Callable[..., Value]], Differential]:
    return lambda value: Differential(value, rule)


# --- shapes: linear ----------------------------------------------------------------------------------


@linear(lambda bar, k, operands, dtype: astype(bar, dtype=operands[0].dtype))
def astype(x: Value, *, dtype: Any) -> Value:
    return x.astype(dtype) if hasattr(x, "astype") else np.asarray(x, dtype)[()]


@linear(lambda bar, k, operands, shape: reshape(bar, shape=_shape(operands[0])))
def reshape(x: Value, *, shape: tuple[int, ...]) -> Value:
    return np.reshape(x, shape)


_shape = shape


@linear(lambda bar, k, operands, axes: transpose(bar, axes=inverse(axes)))
def transpose(x: Value, *, axes: tuple[int, ...]) -> Value:
    return np.transpose(x, axes)


def inverse(axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(range(len(axes)), key=axes.__getitem__))


@linear(lambda bar, k, operands, shape: fit(bar, operands[0]))
def broadcast_to(x: Value, *, shape: tuple[int, ...]) -> Value:
    return np.broadcast_to(x, shape)


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


def _sum(x: Value, *, axis: Axis = None, keepdims: bool = False) -> Value:
    return np.add.reduce(x, axis, None, None, keepdims) if type(x) is ndarray else np.sum(x, axis, keepdims=keepdims)


def _sum_back(bar: Value, k: int, operands: Any, axis: Axis = None, keepdims: bool = False) -> Value:
    return broadcast_to(kept_axes(bar, operands[0], axis, keepdims), shape=shape(operands[0]))


sum = Sum(_sum, _sum_back)


def _cumsum_back(bar: Value, k: int, operands: Any, axis: int) -> Value:
    back = (slice(None),) * axis + (slice(None, None, -1),)
    return getitem(cumsum(getitem(bar, index=back), axis=axis), index=back)


@linear(_cumsum_back)
def cumsum(x: Value, *, axis: int) -> Value:
    return np.cumsum(x, axis)


class GetItem(Linear):
    def report(self, v: Node, bar: Value) -> None:
        """Plain adjoints are added to the entries they belong to, in place."""
        (target,) = v.parents
        if type(bar) not in PLAIN or type(target.adjoint) not in IN_PLACE:
            return super().report(v, bar)
        so_far = target.adjoint
        if so_far is None or not target.own or so_far.shape != target.shape:
            target.adjoint = np.zeros(target.shape, target.dtype)
            target.own = True
            if so_far is not None:
                target.adjoint += so_far
        add_into(target.adjoint, bar, v.params["index"])
        return None


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


def _getitem(x: Value, *, index: Any) -> Value:
    return x[index]


getitem = GetItem(_getitem, lambda bar, k, operands, index: scatter(bar, index=index, shape=shape(operands[0])))


@linear(lambda bar, k, operands, index, shape: getitem(bar, index=index))
def scatter(x: Value, *, index: Any, shape: tuple[int, ...]) -> Value:
    """An array of zeros to which x is added at an index."""
    new = np.zeros(shape, x.dtype)
    add_into(new, x, index)
    return new


def _part(bar: Value, k: int, operands: tuple[Value, ...], axis: int) -> Value:
    start = builtins.sum(shape(x)[axis] for x in operands[:k])
    return getitem(bar, index=(slice(None),) * axis + (slice(start, start + shape(operands[k])[axis]),))


@linear(_part)
def concatenate(*xs: Value, axis: int) -> Value:
    return np.concatenate(xs, axis)


class Where(Operation):
    """A choice, entry by entry: linear in the two branches, flat in the condition."""

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        return self(operands[0], *(0.0 if t is None else t for t in tangents[1:]))

    def pull(self, k: int, bar: Value, z: Value, operands: Sequence[Value], params: Any) -> Value | None:
        zero = np.zeros((), bar.dtype)
        return None if k == 0 else self(operands[0], bar, zero) if k == 1 else self(operands[0], zero, bar)

    def saves(self, z: Value, operands: list[Value], parents: tuple[Any, ...]) -> tuple[Value, Sequence[Value]]:
        return None, operands[:1]


where = Where("where", lambda condition, then, otherwise: np.where(condition, then, otherwise)[()])


class Flat(Operation):
    """An operation whose value is true, false or a whole number: it has no tangent, and none is recorded."""

    def __call__(self, *operands: Value, **params: Any) -> Value:
        for o in operands:
            if isinstance(o, Traced) and not isinstance(o.level, Forward | Tape):
                return super().__call__(*(primal(x) for x in operands), **params)
        return self.value(*map(primal, operands), **params)


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


def _along(index: Value, axis: int) -> tuple[Any, ...]:
    """The index that reads an array along one axis at `index`."""
    places = np.indices(index.shape, sparse=True)
    return tuple(index if k == axis else p for k, p in enumerate(places))


class Along(Linear):
    """Linear in its first operand; the second is the index."""

    def saves(self, z: Value, operands: list[Value], parents: tuple[Any, ...]) -> tuple[Value, Sequence[Value]]:
        return None, [parents[0], operands[1]]

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        return self(tangents[0], operands[1], **params)


def take_along_value(x: Value, index: Value, *, axis: int) -> Value:
    return np.take_along_axis(x, index, axis)


def put_along_value(x: Value, index: Value, *, axis: int, n: int) -> Value:
    new = np.zeros((*x.shape[:axis], n, *x.shape[axis + 1 :]), x.dtype)
    np.add.at(new, _along(index, axis), x)
    return new


# The entries of x at `index` along one axis; and zeros, n along that axis, to which x is added there.
take_along = Along(
    take_along_value,
    lambda bar, k, operands, axis: put_along(bar, operands[1], axis=axis, n=shape(operands[0])[axis]),
)
put_along = Along(put_along_value, lambda bar, k, operands, axis, n: take_along(bar, operands[1], axis=axis))

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


@multilinear(_matmul_back)
def matmul(x: Value, y: Value) -> Value:
    return np.matmul(x, y)


def _einsum_back(bar: Value, k: int, operands: tuple[Value, ...], subscripts: str) -> Value:
    """Each operand's adjoint is an einsum of the others with z̄; its own lonely indices are spread over."""
    inputs, out = subscripts.split("->")
    terms = inputs.split(",")
    mine = terms[k]
    others = [t for j, t in enumerate(terms) if j != k]
    have = "".join(dict.fromkeys(c for c in mine if c in "".join(others) + out))
    x = operands[k]
    got = einsum(bar, *(o for j, o in enumerate(operands) if j != k), subscripts=",".join([out, *others]) + "->" + have)
    for position, c in enumerate(mine):  # spread what was summed within the operand, and put repeats on a diagonal
        if c in mine[:position]:
            eye = np.eye(shape(x)[position], dtype=dtype(x))
            fresh = next(letter for letter in LETTERS if letter not in mine + have)
            got = einsum(got, eye, subscripts=f"{have},{c}{fresh}->{have}{fresh}")
            have, mine = have + fresh, mine[:position] + fresh + mine[position + 1 :]
        elif c not in have:
            got = broadcast_to(got[..., None], shape=(*shape(got), shape(x)[position]))
            have += c
    return transpose(got, axes=tuple(have.index(c) for c in mine))


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@multilinear(_einsum_back)
def einsum(*xs: Value, subscripts: str) -> Value:
    return np.einsum(subscripts, *xs)


# --- the rest: differential --------------------------------------------------------------------------


def _extreme(z: Value, k: int, operands: Any, dx: Value, axis: Axis, keepdims: bool) -> Value:
    """The slope goes to the largest entry, in equal parts where several are."""
    x = operands[0]
    hit = astype(equal(x, kept_axes(z, x, axis, keepdims)), dtype=x.dtype)
    return sum(dx * (hit / sum(hit, axis=axis, keepdims=True)), axis=axis, keepdims=keepdims)


@differential(_extreme)
def max(x: Value, *, axis: Axis, keepdims: bool) -> Value:
    return np.max(x, axis, keepdims=keepdims)


@differential(_extreme)
def min(x: Value, *, axis: Axis, keepdims: bool) -> Value:
    return np.min(x, axis, keepdims=keepdims)


def _prod_rule(z: Value, k: int, operands: Any, dx: Value, axis: int, keepdims: bool) -> Value:
    """Each entry's partial is the product of the others, made without division, so a zero is no trouble."""
    x = operands[0]
    one = np.ones(tuple(1 if j == axis else n for j, n in enumerate(shape(x))), dtype(x))
    n, before = shape(x)[axis], (slice(None),) * axis
    if not n:
        return fit(None, z)
    back = (*before, slice(None, None, -1))
    left = concatenate(one, cumprod(x[(*before, slice(0, n - 1))], axis=axis), axis=axis)
    right = cumprod(x[back][(*before, slice(0, n - 1))], axis=axis)
    right = concatenate(one, right, axis=axis)[back]
    return sum(dx * (left * right), axis=axis, keepdims=keepdims)


@differential(_prod_rule)
def prod(x: Value, *, axis: int, keepdims: bool) -> Value:
    return np.prod(x, axis, keepdims=keepdims)


def _cumprod_rule(z: Value, k: int, operands: Any, dx: Value, axis: int) -> Value:
    """żₖ = żₖ₋₁ xₖ + zₖ₋₁ ẋₖ, one step after the other."""
    x, before = operands[0], (slice(None),) * axis
    n = shape(x)[axis]
    steps: list[Value] = []
    for i in range(n):
        here, last = (*before, slice(i, i + 1)), (*before, slice(i - 1, i))
        steps.append(dx[here] if i == 0 else steps[-1] * x[here] + z[last] * dx[here])
    return concatenate(*steps, axis=axis) if n else dx * x


@differential(_cumprod_rule)
def cumprod(x: Value, *, axis: int) -> Value:
    return np.cumprod(x, axis)


# Giles 2008, "An extended collection of matrix derivative results", §2.2 and §3.


@differential(lambda z, k, operands, dx: -matmul(matmul(z, dx), z))
def inv(x: Value) -> Value:
    return np.linalg.inv(x)


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
    if n == 1:
        return np.ones_like(x)
    rest = [[j for j in range(n) if j != i] for i in range(n)]
    minors = [
        det(x[..., np.array(rest[i])[:, None], np.array(rest[j])]) * (-1.0) ** (i + j)
        for i in range(n) for j in range(n)
    ]  # fmt: skip
    stacked = concatenate(*(m[..., None] for m in minors), axis=len(shape(x)) - 2)
    return reshape(stacked, shape=shape(x))


def _det_rule(z: Value, k: int, operands: Any, dx: Value) -> Value:
    x = operands[0]
    singular = not np.all(bottom(z))
    slope = cofactors(x) if singular else z[..., None, None] * swap(inv(x))
    return sum(slope * dx, axis=(-2, -1))


@differential(_det_rule)
def det(x: Value) -> Value:
    return np.linalg.det(x)


@differential(lambda z, k, operands, dx: sum(swap(inv(operands[0])) * dx, axis=(-2, -1)))
def logabsdet(x: Value) -> Value:
    return np.linalg.slogdet(x)[1]


def symmetric(x: Value) -> Value:
    return 0.5 * (x + swap(x))


def _cholesky_rule(z: Value, k: int, operands: Any, dx: Value) -> Value:
    """dL = L Φ(L⁻¹ dA L⁻ᵀ), Φ the lower triangle with half the diagonal (Murray 2016, §3), for symmetric dA."""
    n = shape(z)[-1]
    inner = solve(z, swap(solve(z, symmetric(dx))))
    phi = (np.tril(np.ones((n, n))) - 0.5 * np.eye(n)).astype(dtype(z))
    return matmul(z, inner * phi)


@differential(_cholesky_rule)
def cholesky(x: Value) -> Value:
    return np.linalg.cholesky(x)


def _eigenvalues_rule(z: Value, k: int, operands: Any, dx: Value) -> Value:
    v = eigenvectors(operands[0])
    return sum(v * matmul(symmetric(dx), v), axis=-2)


@differential(_eigenvalues_rule)
def eigenvalues(x: Value) -> Value:
    return np.linalg.eigvalsh(x)


def _eigenvectors_rule(z: Value, k: int, operands: Any, dx: Value) -> Value:
    """dV = V (F ∘ Vᵀ dA V), Fᵢⱼ = 1/(wⱼ − wᵢ) (Giles 2008, §3.1); infinite where two eigenvalues agree."""
    w = eigenvalues(operands[0])
    n = shape(w)[-1]
    eye = np.eye(n, dtype=dtype(z))
    gaps = w[..., None, :] - w[..., :, None]
    f = (1.0 - eye) / (gaps + eye)
    return matmul(z, f * matmul(swap(z), matmul(symmetric(dx), z)))


@differential(_eigenvectors_rule)
def eigenvectors(x: Value) -> Value:
    return np.linalg.eigh(x)[1]


OPERATIONS = {name: value for name, value in list(globals().items()) if isinstance(value, Operation)}
