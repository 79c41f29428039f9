"""NumPy's names on traced arrays: what `numpy.sum(x)` and `numpy.add(x, y)` mean here.

Everything is written in terms of the few `operations`. A name that is not here is refused with a sentence.
"""

# NumPy's stubs know nothing of traced values, so here they would only be argued with.
# mypy: disable-error-code="call-overload,arg-type,assignment,has-type,attr-defined,operator"
# mypy: disable-error-code="misc,union-attr,return-value"

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_mini import operations as op
from autograd_mini.arrays import FAST, Operation, dtype, ndarray, shape
from autograd_mini.elementwise import ELEMENTWISE
from autograd_mini.operations import normalized, primal
from autograd_mini.primitive import PRIMITIVES, Traced, Value
from autograd_mini.tree import flatten

FUNCTIONS: dict[Any, Callable[..., Value]] = {}
MISSING = np._NoValue


def function(called: Any, args: Any, options: dict[str, Any]) -> Value:
    """NumPy's function `called`, which met a traced array among its arguments."""
    own = FUNCTIONS.get(called)
    if own is not None and not options:
        return own(*args)
    name = f"{getattr(called, '__module__', None) or 'numpy'}.{called.__name__}"
    if own is None:
        instead = INSTEAD.get(called.__name__) or (FFT if name.startswith("numpy.fft.") else HOW)
        raise TypeError(f"autograd_mini has no derivative for {name} on a traced array. {instead}")
    options = given(options)
    if no := unknown(own, options):
        raise TypeError(
            f"autograd_mini differentiates {name} without {', '.join(f'{k}=' for k in sorted(no))}; "
            "results are always new arrays of the operands' dtype."
        )
    return own(*args, **options)


HOW = "Write it in terms of functions that have one; `autograd-mini rules` lists them."
FFT = "Its result is complex. The sums x @ numpy.cos(a) and x @ numpy.sin(a), with a[j, k] = 2π j k / n, are real."
INSTEAD = {
    **dict.fromkeys(("copyto", "put", "place", "putmask", "put_along_axis", "fill_diagonal"),
        "A traced array never changes; build a new one with numpy.where or numpy.concatenate."),
    **dict.fromkeys(("svd", "svdvals"), "Use numpy.linalg.eigh(x.T @ x): its eigenvalues are the singular values "
        "squared, its eigenvectors the right singular vectors."),
    "qr": "Use numpy.linalg.cholesky(x.T @ x).T, which is R up to the signs of its rows; Q is x @ numpy.linalg.inv(R).",
    **dict.fromkeys(("lstsq", "pinv"), "Use numpy.linalg.solve(a.T @ a, a.T @ b), for a of full column rank."),
    **dict.fromkeys(("eig", "eigvals"), "They may be complex. For a symmetric matrix use numpy.linalg.eigh."),
    **dict.fromkeys(("median", "percentile", "quantile"), "Take entries of numpy.sort(x)."),
    **dict.fromkeys(("nansum", "nanmean", "nanmax", "nanmin", "nan_to_num"),
        "Choose the entries first: numpy.where(numpy.isnan(x), 0.0, x)."),
}  # fmt: skip
TAKES_ANY, NEVER = 8, {"out", "dtype", "where", "casting", "subok", "initial"}  # 8: has **options (CO_VARKEYWORDS)


def given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given; None says something of an axis only."""
    return {k: v for k, v in options.items() if (v is not None and v is not MISSING) or k == "axis"}


def unknown(own: Any, options: dict[str, Any]) -> set[str]:
    """The options that `own` does not know."""
    code = getattr(own, "__code__", None)  # an operation of the rule table takes none
    if code is None or code.co_flags & TAKES_ANY:
        return set(options) if code is None else set(options) & NEVER
    return set(options) - set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


def defines(*numpys: Any) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """This function is the meaning of NumPy's."""

    def register(own: Callable[..., Value]) -> Callable[..., Value]:
        FUNCTIONS.update(dict.fromkeys(numpys, own))
        return own

    return register


# --- ufuncs ------------------------------------------------------------------------------------------


def ufunc(called: Any, method: str, operands: tuple[Value, ...], options: dict[str, Any]) -> Value:
    """NumPy's ufunc, or one of its methods, which met a traced value."""
    how = f"numpy.{called.__name__}" + ("" if method == "__call__" else f".{method}")
    if options.get("out") is not None:
        raise TypeError(
            f"{how} was asked to write a traced value into an ordinary array (out=, or an operator such as +=), "
            "which would hide it from the derivative. Use the result instead: a = a + x."
        )
    options = given(options)
    own = UFUNCS.get(called) if method == "__call__" else METHODS.get((called, method))
    if method == "outer" and called in UFUNCS and len(operands) == 2 and not options:
        x, y = map(as_array, operands)
        return UFUNCS[called](op.reshape(x, shape=(*shape(x), *(1,) * ndim(y))), y)
    if own is None or unknown(own, options):
        raise TypeError(
            f"autograd_mini has no derivative for {how}{'' if not options else ' with ' + ', '.join(options) + '='} "
            f"on a traced scalar or array; its operations are: {', '.join(PRIMITIVES)}."
        )
    return own(*operands, **options) if method == "__call__" else own(*operands, **{"axis": 0, **options})


def _nan_aside(pick: Callable[..., Value]) -> Callable[..., Value]:
    """fmax and fmin: a nan loses against a number."""
    return lambda x, y: op.where(op.isnan(x), y, op.where(op.isnan(y), x, pick(x, y)))


_e = ELEMENTWISE
UFUNCS: dict[Any, Callable[..., Value]] = {
    **{getattr(np, name): e for name, e in ELEMENTWISE.items() if isinstance(getattr(np, name, None), np.ufunc)},
    **{getattr(np, name): compare for name, compare in op.COMPARISONS.items()},
    np.matmul: op.matmul, np.fabs: _e["absolute"], np.float_power: _e["power"],
    np.positive: lambda x: x, np.conjugate: lambda x: x,
    np.radians: lambda x: x * (math.pi / 180), np.deg2rad: lambda x: x * (math.pi / 180),
    np.degrees: lambda x: x * (180 / math.pi), np.rad2deg: lambda x: x * (180 / math.pi),
    np.logaddexp2: lambda x, y: _e["logaddexp"](x * math.log(2), y * math.log(2)) / math.log(2),
    np.fmax: _nan_aside(_e["maximum"]), np.fmin: _nan_aside(_e["minimum"]),
    np.copysign: lambda x, y: op.where(op.equal(op.signbit(x), op.signbit(y)), x, -x),
    np.remainder: lambda x, y: x - y * op.floor_quotient(x, y),
    np.fmod: lambda x, y: x - y * op.truncated_quotient(x, y),
}  # fmt: skip


# --- indices, dtypes ---------------------------------------------------------------------------------


def as_array(x: Value) -> Value:
    return x if isinstance(x, Traced) else np.asarray(x)


def ndim(x: Value) -> int:
    return len(shape(x))


def one_axis(axis: int, n: int) -> int:
    return normalized(axis, n)[0]


def index(x: Value, key: Any) -> Any:
    """The key of x[key] as one that cannot change any more; raises for one that is traced."""
    parts = key if isinstance(key, tuple) else (key,)
    for k in parts:
        if isinstance(k, Traced):
            raise TypeError(
                "An index that differs from one batch entry to the next: use numpy.take_along_axis or numpy.where."
                if isinstance(primal(k), Traced)
                else "An index is a whole number, a slice, or an array of whole numbers or bools; this is traced."
            )
    if op.is_basic(key):
        return key
    return tuple(np.array(k) if isinstance(k, list | ndarray | np.generic) else k for k in parts)


def astype(x: Value, dtype: Any) -> Value:
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"A traced array stays an array of floats; {np.dtype(dtype)} would drop its derivative.")
    return op.astype(x, dtype=np.dtype(dtype))


# --- shapes ------------------------------------------------------------------------------------------


def _define(numpys: Sequence[Any], made: Callable[[Any], Callable[..., Value]]) -> None:
    for f in numpys:
        FUNCTIONS[f] = made(f)


def _reshapes(numpys: Any) -> Callable[..., Value]:
    """A function that only gives the entries another shape, which NumPy tells of an array without memory."""

    def own(a: Value, *args: Any, **options: Any) -> Value:
        if options.pop("order", "C") != "C":
            raise TypeError("Arrays are differentiated in C order only; transpose before and after for another.")
        return op.reshape(as_array(a), shape=numpys(np.broadcast_to(0.0, shape(a)), *args, **options).shape)

    return own


def _permutes(numpys: Any) -> Callable[..., Value]:
    """A function that only puts the axes in another order, which the lengths 1, 2, 3, … of a small array tell."""

    def own(a: Value, *args: Any, **options: Any) -> Value:
        moved = numpys(np.empty(tuple(range(1, ndim(a) + 1))), *args, **options)
        return op.transpose(a, axes=tuple(n - 1 for n in moved.shape))

    return own


def _rearranges(numpys: Any) -> Callable[..., Value]:
    """A function that only moves, repeats or drops entries: it is applied to their numbers, which are then read."""
    return lambda a, *args, **options: rearranged(lambda places: numpys(places, *args, **options), a)


def rearranged(f: Callable[[ndarray], Any], a: Value) -> Value:
    places = f(np.arange(math.prod(shape(a))).reshape(shape(a)))
    flat = ravel(a)
    if isinstance(places, list | tuple):
        return type(places)(op.getitem(flat, index=(p,)) for p in places)
    return op.getitem(flat, index=(places,))


_define([np.reshape, np.ravel, np.squeeze, np.expand_dims, np.atleast_1d, np.atleast_2d, np.atleast_3d], _reshapes)
_define([np.transpose, np.permute_dims, np.swapaxes, np.moveaxis, np.rollaxis], _permutes)
_define([
    np.roll, np.flip, np.fliplr, np.flipud, np.rot90, np.tile, np.repeat, np.resize, np.diagonal, np.delete, np.take,
    np.array_split, np.split, np.hsplit, np.vsplit, np.dsplit, np.linalg.diagonal,
], _rearranges)  # fmt: skip
if hasattr(np, "unstack"):  # NumPy 2.1
    _define([np.unstack], _rearranges)
    FUNCTIONS[np.astype] = astype
_define([np.copy, np.real], lambda numpys: lambda a: a)
_define([np.matrix_transpose, np.linalg.matrix_transpose], lambda numpys: op.swap.__call__)
ravel, transpose, expand_dims = FUNCTIONS[np.ravel], FUNCTIONS[np.transpose], FUNCTIONS[np.expand_dims]


@defines(np.diag)
def diag(v: Value, k: int = 0) -> Value:
    if ndim(v) == 2:
        return rearranged(lambda places: np.diag(places, k), v)
    places = np.diag(np.ones(shape(v), bool), k)
    return op.scatter(v, index=np.nonzero(places), shape=places.shape)


FUNCTIONS |= {
    np.tril: lambda m, k=0: op.where(np.tri(*shape(m)[-2:], k=k, dtype=bool), m, 0.0),
    np.triu: lambda m, k=0: op.where(np.tri(*shape(m)[-2:], k=k - 1, dtype=bool), 0.0, m),
    np.broadcast_to: lambda array, shape: op.broadcast_to(
        array, shape=np.broadcast_to(np.broadcast_to(0.0, array.shape), shape).shape
    ),
}


@defines(np.pad)
def pad(array: Value, pad_width: Any, mode: str = "constant", constant_values: Any = 0) -> Value:
    if mode in ("edge", "reflect", "symmetric", "wrap"):
        return rearranged(lambda places: np.pad(places, pad_width, mode=mode), array)
    if mode != "constant":
        raise TypeError(
            f'numpy.pad is differentiated with mode "constant", "edge", "reflect", "symmetric" or "wrap", not {mode!r}.'
        )
    rim = np.pad(np.zeros(shape(array), dtype(array)), pad_width, constant_values=constant_values)
    inside = np.nonzero(np.pad(np.ones(shape(array), bool), pad_width))
    return op.scatter(ravel(array), index=inside, shape=rim.shape) + rim


# --- joining and choosing ----------------------------------------------------------------------------


@defines(np.concatenate, np.concat)
def concatenate(arrays: Sequence[Value], axis: int | None = 0) -> Value:
    parts = [as_array(a) for a in arrays]
    if axis is None:
        return op.concatenate(*map(ravel, parts), axis=0)
    np.concatenate([np.broadcast_to(0.0, shape(p)) for p in parts], axis)  # NumPy's own complaint
    return op.concatenate(*parts, axis=one_axis(axis, ndim(parts[0])))


FUNCTIONS |= {
    np.stack: lambda arrays, axis=0: concatenate([expand_dims(a, axis) for a in arrays], axis),
    np.append: lambda arr, values, axis=None: concatenate([arr, values], axis),
}


def _joins(numpys: Any) -> Callable[..., Value]:
    """A function that joins arrays in another way: it is applied to their entries' numbers, which are then read."""

    def own(arrays: Sequence[Value]) -> Value:
        ends = np.cumsum([math.prod(shape(a)) for a in arrays])
        numbers = np.split(np.arange(ends[-1]), ends[:-1])
        places = numpys([n.reshape(shape(a)) for n, a in zip(numbers, arrays, strict=True)])
        return op.getitem(concatenate(arrays, None), index=(places,))

    return own


_define([np.vstack, np.hstack, np.dstack, np.column_stack], _joins)


@defines(np.where)
def where(condition: Any, *branches: Value) -> Value:
    if not branches:
        return np.nonzero(condition)
    if len(branches) == 1:
        raise ValueError("numpy.where takes both branches or neither.")
    chosen = op.not_equal(condition, 0) if isinstance(condition, Traced) else np.array(condition, bool)
    return op.where(chosen, *branches)


@defines(np.clip)
def clip(a: Value, a_min: Value = None, a_max: Value = None, min: Value = None, max: Value = None) -> Value:
    """Slope 1 inside and 0 outside; ½ exactly at a limit, as for maximum and minimum."""
    low, high = a_min if min is None else min, a_max if max is None else max
    out = a if low is None else ELEMENTWISE["maximum"](a, low)
    return out if high is None else ELEMENTWISE["minimum"](out, high)


# --- reductions --------------------------------------------------------------------------------------


def _reduces(operation: Operation) -> Callable[..., Value]:
    def own(a: Value, axis: op.Axis = None, keepdims: bool = False) -> Value:
        axes = None if axis is None else normalized(axis, ndim(a))
        return operation(as_array(a), axis=axes, keepdims=keepdims)

    return own


sum, max, min = map(_reduces, (op.sum, op.max, op.min))
FUNCTIONS |= {np.sum: sum, np.max: max, np.amax: max, np.min: min, np.amin: min}


def _per(total: Value, a: Value, axis: op.Axis, ddof: float = 0) -> Value:
    """total / (number of entries − ddof); nan with NumPy's warning for none."""
    n = math.prod(shape(a)[k] for k in normalized(axis, ndim(a))) - ddof
    return total / (n or dtype(total).type(0))


@defines(np.mean)
def mean(a: Value, axis: op.Axis = None, keepdims: bool = False) -> Value:
    return _per(sum(a, axis, keepdims), a, axis)


@defines(np.var)
def var(a: Value, axis: op.Axis = None, ddof: float = 0, keepdims: bool = False) -> Value:
    d = a - mean(a, axis, keepdims=True)
    return _per(sum(ELEMENTWISE["square"](d), axis, keepdims), a, axis, ddof)


@defines(np.prod)
def prod(a: Value, axis: op.Axis = None, keepdims: bool = False) -> Value:
    for k in sorted(normalized(axis, ndim(a)), reverse=True):
        a = op.prod(as_array(a), axis=k, keepdims=keepdims)
    return a


def _lined_up(a: Value, axis: int | None) -> tuple[Value, int]:
    """a and an axis of it, counted from 0; without one, all its entries in a row."""
    return (ravel(a), 0) if axis is None else (as_array(a), one_axis(axis, ndim(a)))


def _along(operation: Operation) -> Callable[..., Value]:
    def own(a: Value, axis: int | None = None) -> Value:
        a, k = _lined_up(a, axis)
        return operation(a, axis=k)

    return own


cumsum = FUNCTIONS[np.cumsum] = _along(op.cumsum)
cumprod = FUNCTIONS[np.cumprod] = _along(op.cumprod)
FUNCTIONS |= {
    np.std: lambda a, axis=None, ddof=0, keepdims=False: ELEMENTWISE["sqrt"](var(a, axis, ddof, keepdims)),
    np.ptp: lambda a, axis=None, keepdims=False: max(a, axis, keepdims) - min(a, axis, keepdims),
    np.argsort: lambda a, axis=-1, kind=None, stable=None: _along(op.argsort)(a, axis),
}


@defines(np.diff)
def diff(a: Value, n: int = 1, axis: int = -1) -> Value:
    k = one_axis(axis, ndim(a))
    for _ in range(n):
        a = a[op.along(k, 1, None)] - a[op.along(k, 0, -1)]
    return a


def logsumexp(x: Value, axis: op.Axis = None, keepdims: bool = False) -> Value:
    """log Σ exp x, shifted by the maximum, so that nothing overflows."""
    top = np.max(op.primal(x), axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    total = ELEMENTWISE["log"](sum(ELEMENTWISE["exp"](x - top), axis, keepdims))
    return total + (top if keepdims else np.squeeze(top, axis))


@defines(np.sort)
def sort(a: Value, axis: int | None = -1) -> Value:
    a, k = _lined_up(a, axis)
    return op.take_along(a, op.argsort(a, axis=k), axis=k)


@defines(np.take_along_axis)
def take_along_axis(arr: Value, indices: Any, axis: int | None = -1) -> Value:
    arr, k = _lined_up(arr, axis)
    return op.take_along(arr, indices if isinstance(indices, Traced) else np.array(indices), axis=k)


# --- products ----------------------------------------------------------------------------------------


@defines(np.dot)
def dot(a: Value, b: Value) -> Value:
    a, b = as_array(a), as_array(b)
    if not (shape(a) and shape(b)):
        return a * b
    return op.matmul(a, b) if ndim(b) <= 2 else tensordot(a, b, ((-1,), (-2,)))


FUNCTIONS[np.matmul] = FUNCTIONS[np.linalg.matmul] = FAST[np.matmul] = op.matmul.__call__
FUNCTIONS[np.vdot] = lambda a, b: op.matmul(ravel(a), ravel(b))
FUNCTIONS[np.outer] = FUNCTIONS[np.linalg.outer] = lambda a, b: ravel(a)[:, None] * ravel(b)
UFUNCS[np.vecdot] = FUNCTIONS[np.linalg.vecdot] = lambda x1, x2, axis=-1: sum(x1 * x2, axis)
if hasattr(np, "matvec"):  # NumPy 2.2
    UFUNCS[np.matvec] = lambda x, y: op.matmul(x, y[..., None])[..., 0]
    UFUNCS[np.vecmat] = lambda x, y: op.matmul(x[..., None, :], y)[..., 0, :]


@defines(np.inner)
def inner(a: Value, b: Value) -> Value:
    a, b = as_array(a), as_array(b)
    return a * b if not (shape(a) and shape(b)) else tensordot(a, b, ((-1,), (-1,)))


@defines(np.tensordot, np.linalg.tensordot)
def tensordot(a: Value, b: Value, axes: Any = 2) -> Value:
    """As an einsum: the summed axes carry one letter in both."""
    if isinstance(axes, int):
        axes = (tuple(range(ndim(a) - axes, ndim(a))), tuple(range(axes)))
    of_a, of_b = (normalized(k, ndim(x)) for k, x in zip(axes, (a, b), strict=True))
    first, second = list(op.LETTERS[: ndim(a)]), list(op.LETTERS[ndim(a) : ndim(a) + ndim(b)])
    for i, j in zip(of_a, of_b, strict=True):
        if shape(a)[i] != shape(b)[j]:
            raise ValueError("shape-mismatch for sum: the axes summed over have different lengths.")
        second[j] = first[i]
    out = [c for c in first + second if (c in first) != (c in second)]
    return op.einsum(as_array(a), as_array(b), subscripts=f"{''.join(first)},{''.join(second)}->{''.join(out)}")


@defines(np.einsum)
def einsum(*operands: Value, optimize: Any = False) -> Value:
    subscripts, *arrays = operands
    if not isinstance(subscripts, str):
        raise TypeError('numpy.einsum is differentiated with subscripts as text, such as "ij,jk->ik".')
    arrays = [as_array(a) for a in arrays]
    return op.einsum(*arrays, subscripts=_explicit(subscripts.replace(" ", ""), [ndim(a) for a in arrays]))


def _explicit(subscripts: str, dims: list[int]) -> str:
    """The subscripts with the output written out and every ellipsis as letters."""
    inputs, arrow, out = subscripts.partition("->")
    terms = inputs.split(",")
    spare = [c for c in reversed(op.LETTERS) if c not in subscripts]
    wide = [n - len(t.replace("...", "")) for t, n in zip(terms, dims, strict=True)]
    dots = "".join(spare[: builtins.max((w for t, w in zip(terms, wide, strict=True) if "..." in t), default=0)])
    terms = [t.replace("...", dots[len(dots) - w :]) for t, w in zip(terms, wide, strict=True)]
    if not arrow:
        letters = "".join(terms)
        out = dots + "".join(sorted(c for c in set(letters) if letters.count(c) == 1 and c not in dots))
    return ",".join(terms) + "->" + out.replace("...", dots)


# --- linear algebra ----------------------------------------------------------------------------------


FUNCTIONS |= {
    np.trace: lambda a, offset=0, axis1=0, axis2=1: sum(np.diagonal(a, offset, axis1, axis2), -1),
    np.linalg.trace: lambda x, offset=0: sum(np.linalg.diagonal(x, offset=offset), -1),
    np.linalg.inv: lambda a: op.inv(a),
    np.linalg.det: lambda a: op.det(a),
    np.linalg.solve: lambda a, b: op.solve(a, b),
    np.linalg.slogdet: lambda a: type(np.linalg.slogdet(np.eye(1)))(op.sign_of_det(a), op.logabsdet(a)),
    np.linalg.cholesky: lambda a, upper=False: op.swap(op.cholesky(a)) if upper else op.cholesky(a),
    np.linalg.eigh: lambda a: type(np.linalg.eigh(np.eye(1)))(op.eigenvalues(a), op.eigenvectors(a)),
    np.linalg.eigvalsh: lambda a: op.eigenvalues(a),
}


@defines(np.linalg.norm)
def norm(x: Value, ord: Any = None, axis: op.Axis = None, keepdims: bool = False) -> Value:
    over = ndim(x) if axis is None else len(normalized(axis, ndim(x)))
    if ord is None or (ord, over) in ((2, 1), ("fro", 2)):
        return ELEMENTWISE["sqrt"](sum(ELEMENTWISE["square"](x), axis, keepdims))
    if over != 1 or not isinstance(ord, int | float) or -math.inf < ord <= 0:
        raise TypeError("numpy.linalg.norm is differentiated for a positive ord of vectors and 'fro' of matrices.")
    size = ELEMENTWISE["absolute"](x)
    if abs(ord) == math.inf:
        return (max if ord > 0 else min)(size, axis, keepdims)
    return sum(size**ord, axis, keepdims) ** (1.0 / ord)


METHODS: dict[tuple[Any, str], Callable[..., Value]] = {
    (np.add, "reduce"): sum, (np.multiply, "reduce"): prod, (np.maximum, "reduce"): max, (np.minimum, "reduce"): min,
    (np.logaddexp, "reduce"): logsumexp, (np.add, "accumulate"): cumsum, (np.multiply, "accumulate"): cumprod,
}  # fmt: skip


# --- passed through: whole numbers, truth values and constants have no derivative --------------------


def _passes(numpys: Any) -> Callable[..., Any]:
    def own(*args: Any, **options: Any) -> Any:
        leaves, rebuild = flatten((args, options))
        plain = list(map(primal, leaves))
        if numpys not in (np.shape, np.ndim, np.size) and any(isinstance(x, Traced) for x in plain):
            raise TypeError(f"numpy.{numpys.__name__} has no rule for batches (vmap), nor for jit: use numpy.where.")
        args, options = rebuild(plain)
        return numpys(*args, **options)

    return own


PASSED = [
    np.shape, np.ndim, np.size, np.argmax, np.argmin, np.nonzero, np.flatnonzero, np.argwhere, np.any, np.all,
    np.count_nonzero, np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.allclose, np.isclose, np.array_equal,
    np.array_equiv, np.searchsorted, np.iscomplexobj, np.isrealobj, np.isreal, np.iscomplex, np.isposinf, np.isneginf,
    np.result_type, np.lexsort, np.argpartition, np.nanargmax, np.nanargmin, np.may_share_memory, np.shares_memory,
    np.array_repr, np.array_str, np.array2string, np.linalg.matrix_rank, np.histogram_bin_edges, np.common_type,
    np.can_cast, np.min_scalar_type, np.tril_indices_from, np.triu_indices_from, np.diag_indices_from,
    np.digitize, np.bincount,
]  # fmt: skip
_define(PASSED, _passes)
