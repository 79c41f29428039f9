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
from autograd_mini.arrays import BASIC, PLAIN, Operation, dtype, ndarray, shape
from autograd_mini.elementwise import ELEMENTWISE
from autograd_mini.operations import normalized, primal
from autograd_mini.primitive import PRIMITIVES, Traced, Value

FUNCTIONS: dict[Any, Callable[..., Value]] = {}
MISSING = np._NoValue


def function(called: Any, args: Any, options: dict[str, Any]) -> Value:
    """NumPy's function `called`, which met a traced array among its arguments."""
    own = FUNCTIONS.get(called)
    if own is not None and not options:
        return own(*args)
    if own is None:
        module = getattr(called, "__module__", "numpy") or "numpy"
        raise TypeError(
            f"autograd_mini has no derivative for {module}.{called.__name__} on a traced array. "
            f"{REFUSED.get(called.__name__, HOW)}"
        )
    options = {k: v for k, v in options.items() if (v is not None and v is not MISSING) or k == "axis"}
    unknown = set(options) - allowed(own) if not own.__code__.co_flags & TAKES_ANY else set(options) & NEVER
    if unknown:
        raise TypeError(
            f"autograd_mini differentiates numpy.{called.__name__} without "
            f"{', '.join(f'{k}=' for k in sorted(unknown))}; "
            "results are always new arrays of the operands' dtype."
        )
    return own(*args, **options)


HOW = "Write it in terms of functions that have one; `autograd-mini rules` lists them."
REFUSED = {
    "copyto": "A traced array never changes; build a new one with numpy.where or numpy.concatenate.",
    "put": "A traced array never changes; build a new one with numpy.where or numpy.concatenate.",
}


TAKES_ANY, NEVER = 8, {"out", "dtype", "where", "casting", "subok", "initial"}  # 8: has **options (CO_VARKEYWORDS)


def allowed(own: Any) -> set[str]:
    code = own.__code__
    return set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


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
    options = {k: v for k, v in options.items() if v is not None and v is not MISSING}
    own = UFUNCS.get(called) if method == "__call__" else METHODS.get((called, method))
    if method == "outer" and called in UFUNCS and len(operands) == 2 and not options:
        x, y = map(as_array, operands)
        return UFUNCS[called](op.reshape(x, shape=(*shape(x), *(1,) * len(shape(y)))), y)
    if own is None or (method == "__call__" and options):
        raise TypeError(
            f"autograd_mini has no derivative for {how}{'' if not options else ' with ' + ', '.join(options) + '='} "
            f"on a traced scalar or array; its operations are: {', '.join(PRIMITIVES)}."
        )
    return own(*operands, **options)


def remainder(x: Value, y: Value) -> Value:
    """x − y ⌊x/y⌋: slope 1 in x and −⌊x/y⌋ in y."""
    return x - y * op.floor_quotient(x, y)


def _nan_aside(pick: Callable[..., Value]) -> Callable[..., Value]:
    """fmax and fmin: a nan loses against a number."""

    def picked(x: Value, y: Value) -> Value:
        return op.where(op.isnan(x), y, op.where(op.isnan(y), x, pick(x, y)))

    return picked


def copysign(x: Value, y: Value) -> Value:
    return op.where(op.equal(op.signbit(x), op.signbit(y)), x, -x)


_e = ELEMENTWISE
UFUNCS: dict[Any, Callable[..., Value]] = {
    **{getattr(np, name): e for name, e in ELEMENTWISE.items() if isinstance(getattr(np, name, None), np.ufunc)},
    **{getattr(np, name): compare for name, compare in op.COMPARISONS.items()},
    np.matmul: lambda x, y: matmul(x, y), np.fabs: _e["absolute"], np.float_power: _e["power"],
    np.positive: lambda x: x, np.conjugate: lambda x: x,
    np.radians: lambda x: x * (math.pi / 180), np.deg2rad: lambda x: x * (math.pi / 180),
    np.degrees: lambda x: x * (180 / math.pi), np.rad2deg: lambda x: x * (180 / math.pi),
    np.logaddexp2: lambda x, y: _e["logaddexp"](x * math.log(2), y * math.log(2)) / math.log(2),
    np.fmax: _nan_aside(_e["maximum"]), np.fmin: _nan_aside(_e["minimum"]),
    np.copysign: copysign, np.remainder: remainder,
    np.fmod: lambda x, y: x - y * op.truncated_quotient(x, y),
}  # fmt: skip

METHODS: dict[tuple[Any, str], Callable[..., Value]] = {
    (np.add, "reduce"): lambda x, axis=0, keepdims=False: np.sum(x, axis=axis, keepdims=keepdims),
    (np.multiply, "reduce"): lambda x, axis=0, keepdims=False: np.prod(x, axis=axis, keepdims=keepdims),
    (np.maximum, "reduce"): lambda x, axis=0, keepdims=False: np.max(x, axis=axis, keepdims=keepdims),
    (np.minimum, "reduce"): lambda x, axis=0, keepdims=False: np.min(x, axis=axis, keepdims=keepdims),
    (np.logaddexp, "reduce"): lambda x, axis=0, keepdims=False: logsumexp(x, axis, keepdims),
    (np.add, "accumulate"): lambda x, axis=0: np.cumsum(x, axis=axis),
    (np.multiply, "accumulate"): lambda x, axis=0: np.cumprod(x, axis=axis),
}


# --- shapes ------------------------------------------------------------------------------------------


def is_plain(x: Value) -> bool:
    return type(x) in PLAIN or isinstance(x, float | int)


def as_array(x: Value) -> Value:
    return x if isinstance(x, Traced) else np.asarray(x)


def ndim(x: Value) -> int:
    return len(shape(x))


def size(x: Value) -> int:
    return math.prod(shape(x))


def one_axis(axis: int, n: int) -> int:
    return normalized(axis, n)[0]


def index(x: Value, key: Any) -> Any:
    """A key of x[key] that cannot change any more; raises for one that is traced."""
    if type(key) in BASIC:
        return key
    parts = key if isinstance(key, tuple) else (key,)
    for k in parts:
        if isinstance(k, Traced):
            if is_plain(primal(k)):
                raise TypeError(
                    "An index is a whole number, a slice, or an array of whole numbers or bools; "
                    "this is a traced value."
                )
            raise TypeError(
                "An index that differs from one batch entry to the next: use numpy.take_along_axis, or numpy.where."
            )
    return key if op.is_basic(key) else tuple(np.array(k) if isinstance(k, list | ndarray | np.generic) else k for k in parts)


def astype(x: Value, kind: Any) -> Value:
    if np.dtype(kind).kind != "f":
        raise TypeError(f"A traced array stays an array of floats; {np.dtype(kind)} would drop its derivative.")
    return op.astype(x, dtype=np.dtype(kind))


@defines(np.astype)
def _astype(x: Value, dtype: Any) -> Value:
    return astype(x, dtype)


@defines(np.reshape)
def reshape(a: Value, shape: Any, order: str = "C") -> Value:
    if order != "C":
        raise TypeError("numpy.reshape is differentiated in C order only; transpose before and after for another.")
    sizes = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    return op.reshape(
        as_array(a), shape=np.broadcast_to(0.0, a.shape if hasattr(a, "shape") else ()).reshape(sizes).shape
    )


@defines(np.ravel)
def ravel(a: Value, order: str = "C") -> Value:
    return reshape(a, (size(a),), order)


@defines(np.transpose, np.permute_dims)
def transpose(a: Value, axes: Sequence[int] | None = None) -> Value:
    n = ndim(a)
    return op.transpose(a, axes=tuple(range(n))[::-1] if axes is None else tuple(one_axis(k, n) for k in axes))


@defines(np.matrix_transpose)
def matrix_transpose(x: Value) -> Value:
    return op.swap(x)


@defines(np.swapaxes)
def swapaxes(a: Value, axis1: int, axis2: int) -> Value:
    axes = list(range(ndim(a)))
    axes[axis1], axes[axis2] = axes[axis2], axes[axis1]
    return transpose(a, axes)


@defines(np.moveaxis)
def moveaxis(a: Value, source: Any, destination: Any) -> Value:
    n = ndim(a)
    here, there = normalized(source, n), normalized(destination, n)
    axes = [k for k in range(n) if k not in here]
    for to, of in sorted(zip(there, here, strict=True)):
        axes.insert(to, of)
    return transpose(a, axes)


@defines(np.rollaxis)
def rollaxis(a: Value, axis: int, start: int = 0) -> Value:
    return like_indices(np.rollaxis, a, axis, start)


@defines(np.squeeze)
def squeeze(a: Value, axis: op.Axis = None) -> Value:
    return op.reshape(a, shape=np.squeeze(np.broadcast_to(0.0, shape(a)), axis).shape)


@defines(np.expand_dims)
def expand_dims(a: Value, axis: Any) -> Value:
    return op.reshape(a, shape=np.expand_dims(np.broadcast_to(0.0, shape(a)), axis).shape)


def _at_least(n: int, numpys: Any) -> None:
    def own(*arys: Value) -> Value:
        new = [op.reshape(as_array(a), shape=numpys(np.broadcast_to(0.0, shape(a))).shape) for a in arys]
        return new[0] if len(new) == 1 else tuple(new)

    FUNCTIONS[numpys] = own


for _n, _f in ((1, np.atleast_1d), (2, np.atleast_2d), (3, np.atleast_3d)):
    _at_least(_n, _f)


@defines(np.broadcast_to)
def broadcast_to(array: Value, shape: Any) -> Value:
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    np.broadcast_to(np.broadcast_to(0.0, array.shape), sizes)  # NumPy's own complaint where it cannot be
    return op.broadcast_to(array, shape=sizes)


@defines(np.broadcast_arrays)
def broadcast_arrays(*args: Value) -> tuple[Value, ...]:
    common = np.broadcast_shapes(*map(shape, args))
    return tuple(broadcast_to(as_array(a), common) for a in args)


def like_indices(numpys: Callable[..., Any], a: Value, *args: Any, **options: Any) -> Value:
    """A function that only moves and repeats entries: it is applied to the entries' numbers, which are then read."""
    places = numpys(np.arange(size(a)).reshape(shape(a)), *args, **options)
    flat = ravel(as_array(a))
    if isinstance(places, list | tuple):
        return type(places)(op.getitem(flat, index=(p,)) for p in places)
    return op.getitem(flat, index=(places,))


def _rearranges(numpys: Any) -> None:
    """A function of one array whose entries it only moves, repeats or drops."""

    def own(a: Value, *args: Any, **options: Any) -> Value:
        return like_indices(numpys, a, *args, **options)

    FUNCTIONS[numpys] = own


for _f in (
    np.roll, np.fliplr, np.flipud, np.rot90, np.tile, np.repeat, np.resize, np.diagonal, np.delete, np.take,
    np.array_split, np.split, np.hsplit, np.vsplit, np.dsplit, np.flip, np.unstack, np.linalg.diagonal,
):  # fmt: skip
    _rearranges(_f)


@defines(np.compress)
def compress(condition: Any, a: Value, axis: int | None = None) -> Value:
    return like_indices(lambda places: np.compress(condition, places, axis), a)


@defines(np.extract)
def extract(condition: Any, arr: Value) -> Value:
    return like_indices(lambda places: np.extract(primal(condition), places), arr)


@defines(np.copy)
def copy(a: Value) -> Value:
    return a


@defines(np.diag)
def diag(v: Value, k: int = 0) -> Value:
    if ndim(v) == 2:
        return like_indices(np.diag, v, k)
    n = shape(v)[0] + abs(k)
    rows = np.arange(shape(v)[0]) + builtins.max(-k, 0)
    return op.scatter(v, index=(rows, rows + k), shape=(n, n))


@defines(np.diagflat)
def diagflat(v: Value, k: int = 0) -> Value:
    return diag(ravel(v), k)


@defines(np.tril)
def tril(m: Value, k: int = 0) -> Value:
    return op.where(np.tri(*shape(m)[-2:], k=k, dtype=bool), m, 0.0)


@defines(np.triu)
def triu(m: Value, k: int = 0) -> Value:
    return op.where(np.tri(*shape(m)[-2:], k=k - 1, dtype=bool), 0.0, m)


@defines(np.pad)
def pad(array: Value, pad_width: Any, mode: str = "constant", constant_values: Any = 0) -> Value:
    if mode in ("edge", "reflect", "symmetric", "wrap"):
        return like_indices(np.pad, array, pad_width, mode=mode)
    if mode != "constant":
        raise TypeError(
            f'numpy.pad is differentiated with mode "constant", "edge", "reflect", "symmetric" or "wrap", not {mode!r}.'
        )
    widths = np.broadcast_to(np.asarray(pad_width), (ndim(array), 2)) if not isinstance(pad_width, dict) else None
    if widths is None:
        raise TypeError("numpy.pad takes pad_width as a number, a pair, or a pair for each axis here.")
    inside = tuple(slice(int(a), int(a) + n) for (a, _), n in zip(widths, shape(array), strict=True))
    outer = tuple(n + int(a) + int(b) for (a, b), n in zip(widths, shape(array), strict=True))
    padded = op.scatter(array, index=inside, shape=outer)
    rim = np.pad(np.zeros(shape(array)), pad_width, constant_values=constant_values)
    return padded + rim.astype(dtype(array)) if rim.any() else padded


# --- joining -----------------------------------------------------------------------------------------


def joined(arrays: Any) -> list[Value]:
    """The arrays to be joined, of one dtype, so that every part keeps its derivative."""
    return [as_array(a) for a in arrays]


@defines(np.concatenate)
def concatenate(arrays: Sequence[Value], axis: int | None = 0) -> Value:
    parts = joined(arrays)
    if axis is None:
        return op.concatenate(*map(ravel, parts), axis=0)
    np.concatenate([np.broadcast_to(0.0, shape(p)) for p in parts], axis)
    return op.concatenate(*parts, axis=one_axis(axis, ndim(parts[0])))


FUNCTIONS[np.concat] = concatenate


@defines(np.stack)
def stack(arrays: Sequence[Value], axis: int = 0) -> Value:
    parts = joined(arrays)
    return concatenate([expand_dims(p, one_axis(axis, ndim(p) + 1)) for p in parts], one_axis(axis, ndim(parts[0]) + 1))


def _at(numpys: Any, x: Value) -> Value:
    return FUNCTIONS[numpys](x) if isinstance(x, Traced) else numpys(x)


@defines(np.vstack)
def vstack(tup: Sequence[Value]) -> Value:
    return concatenate([_at(np.atleast_2d, a) for a in tup], 0)


@defines(np.hstack)
def hstack(tup: Sequence[Value]) -> Value:
    parts = [_at(np.atleast_1d, a) for a in tup]
    return concatenate(parts, 0 if ndim(parts[0]) == 1 else 1)


@defines(np.dstack)
def dstack(tup: Sequence[Value]) -> Value:
    return concatenate([_at(np.atleast_3d, a) for a in tup], 2)


@defines(np.column_stack)
def column_stack(tup: Sequence[Value]) -> Value:
    return concatenate([transpose(_at(np.atleast_2d, a)) if ndim(a) < 2 else a for a in tup], 1)


@defines(np.append)
def append(arr: Value, values: Value, axis: int | None = None) -> Value:
    return concatenate([arr, values], axis)


@defines(np.where)
def where(condition: Any, x: Value = None, y: Value = None) -> Value:
    if x is None and y is None:
        return np.where(op.primal(condition))
    if x is None or y is None:
        raise ValueError("numpy.where takes both branches or neither.")
    return op.where(op.not_equal(condition, 0) if isinstance(condition, Traced) else np.array(condition, bool), x, y)


@defines(np.select)
def select(condlist: Sequence[Any], choicelist: Sequence[Value], default: Value = 0.0) -> Value:
    out = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        out = where(condition, choice, out)
    return out


@defines(np.clip)
def clip(a: Value, a_min: Value = None, a_max: Value = None, min: Value = None, max: Value = None) -> Value:
    """Slope 1 inside and on the limits' inner side; ½ exactly at a limit, as for maximum and minimum."""
    low, high = a_min if min is None else min, a_max if max is None else max
    out = a if low is None else ELEMENTWISE["maximum"](a, low)
    return out if high is None else ELEMENTWISE["minimum"](out, high)


@defines(np.nan_to_num)
def nan_to_num(x: Value, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Value:
    largest = float(np.finfo(dtype(x)).max)
    up, down = (largest if posinf is None else posinf), (-largest if neginf is None else neginf)
    finite = op.where(op.equal(x, math.inf), up, op.where(op.equal(x, -math.inf), down, x))
    return op.where(op.isnan(x), nan, finite)


# --- reductions --------------------------------------------------------------------------------------


def axes_of(axis: op.Axis, n: int) -> op.Axis:
    return None if axis is None else normalized(axis, n)


@defines(np.sum)
def sum(a: Value, axis: op.Axis = None, keepdims: bool = False) -> Value:
    return op.sum(as_array(a), axis=axis if axis is None else normalized(axis, ndim(a)), keepdims=keepdims)


def count(a: Value, axis: op.Axis) -> int:
    return math.prod(shape(a)[k] for k in normalized(axis, ndim(a)))


def per(total: Value, n: int) -> Value:
    """total / n; nan with NumPy's warning for n = 0."""
    return total / n if n else total * np.divide(dtype(total).type(0), dtype(total).type(0))


@defines(np.mean)
def mean(a: Value, axis: op.Axis = None, keepdims: bool = False) -> Value:
    return per(sum(a, axis, keepdims), count(a, axis))


@defines(np.average)
def average(a: Value, axis: op.Axis = None, weights: Value = None, keepdims: bool = False) -> Value:
    if weights is None:
        return mean(a, axis, keepdims)
    if axis is not None and ndim(weights) == 1 != ndim(a):
        weights = op.reshape(
            as_array(weights), shape=tuple(-1 if k == one_axis(axis, ndim(a)) else 1 for k in range(ndim(a)))
        )
    return sum(a * weights, axis, keepdims) / sum(weights + a * 0.0, axis, keepdims)


@defines(np.var)
def var(a: Value, axis: op.Axis = None, ddof: float = 0, keepdims: bool = False) -> Value:
    d = a - mean(a, axis, keepdims=True)
    return per(sum(ELEMENTWISE["square"](d), axis, keepdims), count(a, axis) - ddof)


@defines(np.std)
def std(a: Value, axis: op.Axis = None, ddof: float = 0, keepdims: bool = False) -> Value:
    return ELEMENTWISE["sqrt"](var(a, axis, ddof, keepdims))


def _extreme(operation: Operation) -> Callable[..., Value]:
    def own(a: Value, axis: op.Axis = None, keepdims: bool = False) -> Value:
        return operation(as_array(a), axis=axes_of(axis, ndim(a)), keepdims=keepdims)

    return own


max = FUNCTIONS[np.max] = FUNCTIONS[np.amax] = _extreme(op.max)
min = FUNCTIONS[np.min] = FUNCTIONS[np.amin] = _extreme(op.min)


@defines(np.ptp)
def ptp(a: Value, axis: op.Axis = None, keepdims: bool = False) -> Value:
    return max(a, axis, keepdims) - min(a, axis, keepdims)


@defines(np.prod)
def prod(a: Value, axis: op.Axis = None, keepdims: bool = False) -> Value:
    if axis is None:
        whole = op.prod(ravel(a), axis=0, keepdims=False)
        return op.reshape(whole, shape=(1,) * ndim(a)) if keepdims else whole
    for k in sorted(normalized(axis, ndim(a)), reverse=True):
        a = op.prod(a, axis=k, keepdims=keepdims)
    return a


@defines(np.cumsum)
def cumsum(a: Value, axis: int | None = None) -> Value:
    return op.cumsum(ravel(a), axis=0) if axis is None else op.cumsum(a, axis=one_axis(axis, ndim(a)))


@defines(np.cumprod)
def cumprod(a: Value, axis: int | None = None) -> Value:
    return op.cumprod(ravel(a), axis=0) if axis is None else op.cumprod(a, axis=one_axis(axis, ndim(a)))


@defines(np.diff)
def diff(a: Value, n: int = 1, axis: int = -1) -> Value:
    before = (slice(None),) * one_axis(axis, ndim(a))
    for _ in range(n):
        a = a[(*before, slice(1, None))] - a[(*before, slice(None, -1))]
    return a


@defines(np.ediff1d)
def ediff1d(ary: Value) -> Value:
    return diff(ravel(ary))


def logsumexp(x: Value, axis: op.Axis = None, keepdims: bool = False) -> Value:
    """log Σ exp x, shifted by the maximum, so that nothing overflows."""
    top = np.max(op.primal(x), axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    total = ELEMENTWISE["log"](sum(ELEMENTWISE["exp"](x - top), axis, keepdims=True)) + top
    return total if keepdims else op.reshape(total, shape=tuple(
        n for k, n in enumerate(shape(x)) if k not in normalized(axis, ndim(x))))  # fmt: skip


@defines(np.trapezoid)
def trapezoid(y: Value, x: Value = None, dx: float = 1.0, axis: int = -1) -> Value:
    n, k = ndim(y), one_axis(axis, ndim(y))
    before = (slice(None),) * k
    step = dx if x is None else diff(as_array(x), axis=-1 if ndim(x) == 1 else axis)
    if x is not None and ndim(x) == 1:
        step = reshape(step, tuple(-1 if j == k else 1 for j in range(n)))
    return sum(step * (y[(*before, slice(1, None))] + y[(*before, slice(None, -1))]) * 0.5, k)


@defines(np.sort)
def sort(a: Value, axis: int | None = -1) -> Value:
    if axis is None:
        a, axis = ravel(a), 0
    k = one_axis(axis, ndim(a))
    return op.take_along(a, op.argsort(a, axis=k), axis=k)


@defines(np.argsort)
def argsort(a: Value, axis: int | None = -1, kind: Any = None, stable: Any = None) -> Value:
    return op.argsort(ravel(a), axis=0) if axis is None else op.argsort(a, axis=one_axis(axis, ndim(a)))


@defines(np.median)
def median(a: Value, axis: int | None = None, keepdims: bool = False) -> Value:
    if axis is None:
        flat = median(ravel(a), 0)
        return op.reshape(flat, shape=(1,) * ndim(a)) if keepdims else flat
    k = one_axis(axis, ndim(a))
    n, ordered = shape(a)[k], sort(a, k)
    return mean(ordered[(*(slice(None),) * k, slice((n - 1) // 2, n // 2 + 1))], k, keepdims)


@defines(np.take_along_axis)
def take_along_axis(arr: Value, indices: Any, axis: int | None = -1) -> Value:
    if axis is None:
        arr, axis = ravel(arr), 0
    return op.take_along(arr, np.array(indices) if is_plain(indices) else indices, axis=one_axis(axis, ndim(arr)))


# --- products ----------------------------------------------------------------------------------------


@defines(np.matmul)
def matmul(x: Value, y: Value) -> Value:
    if not (shape(x) and shape(y)):
        raise ValueError("matmul takes arrays with one axis at least; multiply by a number with *.")
    return op.matmul(x, y)


@defines(np.dot)
def dot(a: Value, b: Value) -> Value:
    if not (shape(a) and shape(b)):
        return a * b
    return op.matmul(a, b) if ndim(b) <= 2 else tensordot(a, b, ((-1,), (-2,)))


FUNCTIONS[np.vdot] = lambda a, b: op.matmul(ravel(a), ravel(b))
FUNCTIONS[np.vecdot] = FUNCTIONS[np.linalg.vecdot] = lambda x1, x2, axis=-1: sum(x1 * x2, axis)
UFUNCS[np.vecdot] = FUNCTIONS[np.vecdot]
UFUNCS[np.matvec] = lambda x, y: op.matmul(x, y[..., None])[..., 0]
UFUNCS[np.vecmat] = lambda x, y: op.matmul(x[..., None, :], y)[..., 0, :]


@defines(np.inner)
def inner(a: Value, b: Value) -> Value:
    return a * b if not (shape(a) and shape(b)) else tensordot(a, b, ((-1,), (-1,)))


@defines(np.outer, np.linalg.outer)
def outer(a: Value, b: Value) -> Value:
    return op.reshape(ravel(a), shape=(size(a), 1)) * op.reshape(ravel(b), shape=(1, size(b)))


@defines(np.tensordot, np.linalg.tensordot)
def tensordot(a: Value, b: Value, axes: Any = 2) -> Value:
    """As one matrix product: summed axes last on the left, first on the right."""
    a, b = as_array(a), as_array(b)
    if isinstance(axes, int):
        of_a, of_b = tuple(range(ndim(a) - axes, ndim(a))), tuple(range(axes))
    else:
        of_a, of_b = (tuple(x) if isinstance(x, list | tuple) else (x,) for x in axes)
        of_a, of_b = tuple(one_axis(k, ndim(a)) for k in of_a), tuple(one_axis(k, ndim(b)) for k in of_b)
    if [shape(a)[k] for k in of_a] != [shape(b)[k] for k in of_b]:
        raise ValueError("shape-mismatch for sum: the axes summed over have different lengths.")
    free_a, free_b = ([k for k in range(ndim(x)) if k not in of] for x, of in ((a, of_a), (b, of_b)))
    n = math.prod(shape(a)[k] for k in of_a)
    left = op.reshape(transpose(a, (*free_a, *of_a)), shape=(math.prod(shape(a)[k] for k in free_a), n))
    right = op.reshape(transpose(b, (*of_b, *free_b)), shape=(n, math.prod(shape(b)[k] for k in free_b)))
    return op.reshape(op.matmul(left, right), shape=(*(shape(a)[k] for k in free_a), *(shape(b)[k] for k in free_b)))


@defines(np.einsum)
def einsum(*operands: Value, optimize: Any = False) -> Value:
    subscripts, *arrays = operands
    if not isinstance(subscripts, str):
        raise TypeError('numpy.einsum is differentiated with subscripts as text, such as "ij,jk->ik".')
    return op.einsum(
        *map(as_array, arrays), subscripts=explicit(subscripts.replace(" ", ""), [ndim(a) for a in arrays])
    )


def explicit(subscripts: str, dims: list[int]) -> str:
    """The subscripts with the output written out and every ellipsis as letters."""
    inputs, arrow, out = subscripts.partition("->")
    terms = inputs.split(",")
    spare = [c for c in reversed(op.LETTERS) if c not in subscripts]
    widest = builtins.max(
        (n - len(t.replace("...", "")) for t, n in zip(terms, dims, strict=True) if "..." in t), default=0
    )
    dots = "".join(spare[:widest])
    terms = [t.replace("...", dots[widest - (n - len(t.replace("...", ""))) :]) if "..." in t else t
             for t, n in zip(terms, dims, strict=True)]  # fmt: skip
    if not arrow:
        letters = "".join(terms)
        out = dots + "".join(sorted(c for c in set(letters) if letters.count(c) == 1 and c not in dots))
    return ",".join(terms) + "->" + out.replace("...", dots)


@defines(np.kron)
def kron(a: Value, b: Value) -> Value:
    a, b = as_array(a), as_array(b)
    n = builtins.max(ndim(a), ndim(b))
    sa, sb = ((1,) * (n - ndim(x)) + shape(x) for x in (a, b))
    spread = op.reshape(a, shape=tuple(k for s in sa for k in (s, 1))) * op.reshape(
        b, shape=tuple(k for s in sb for k in (1, s))
    )
    return op.reshape(spread, shape=tuple(p * q for p, q in zip(sa, sb, strict=True)))


@defines(np.cross, np.linalg.cross)
def cross(a: Value, b: Value) -> Value:
    if shape(a)[-1] != 3 or shape(b)[-1] != 3:
        raise ValueError("numpy.cross is differentiated for vectors of three entries.")
    a, b = as_array(a), as_array(b)
    one, two = [1, 2, 0], [2, 0, 1]
    return a[..., one] * b[..., two] - a[..., two] * b[..., one]


@defines(np.trace, np.linalg.trace)
def trace(a: Value, offset: int = 0) -> Value:
    if ndim(a) != 2:
        raise TypeError("numpy.trace is differentiated for matrices; use numpy.einsum('...ii', x) for stacks of them.")
    return sum(like_indices(np.diag, a, offset))


@defines(np.polyval)
def polyval(p: Value, x: Value) -> Value:
    y: Value = 0.0
    for c in p:
        y = y * x + c
    return y


@defines(np.sinc)
def sinc(x: Value) -> Value:
    """sin πx / πx, and 1 at 0, where the series 1 − (πx)²/6 stands in, so that two derivatives are right there."""
    small = op.COMPARISONS["less"](ELEMENTWISE["absolute"](x), 1e-4)
    t = math.pi * x
    safe = op.where(small, 1.0, t)
    return op.where(small, 1.0 - ELEMENTWISE["square"](t) / 6.0, ELEMENTWISE["sin"](safe) / safe)


# --- linear algebra ----------------------------------------------------------------------------------


FUNCTIONS |= {
    np.linalg.inv: lambda a: op.inv(a),
    np.linalg.det: lambda a: op.det(a),
    np.linalg.matmul: matmul,
    np.linalg.matrix_transpose: op.swap,
    np.linalg.eigvalsh: lambda a, UPLO="L": op.eigenvalues(a),
}


@defines(np.linalg.cholesky)
def cholesky(a: Value, upper: bool = False) -> Value:
    lower = op.cholesky(a)
    return op.swap(lower) if upper else lower


@defines(np.linalg.solve)
def solve(a: Value, b: Value) -> Value:
    return op.solve(a, b)


@defines(np.linalg.slogdet)
def slogdet(a: Value) -> Value:
    return type(np.linalg.slogdet(np.eye(1)))(op.sign_of_det(a), op.logabsdet(a))


@defines(np.linalg.eigh)
def eigh(a: Value, UPLO: str = "L") -> Value:
    return type(np.linalg.eigh(np.eye(1)))(op.eigenvalues(a), op.eigenvectors(a))


@defines(np.linalg.norm)
def norm(x: Value, ord: Any = None, axis: op.Axis = None, keepdims: bool = False) -> Value:
    if (axis is None and ord is not None and ndim(x) == 2 and ord != "fro") or ord == "nuc":
        raise TypeError("numpy.linalg.norm of a matrix is differentiated for the Frobenius norm only.")
    if ord in (None, 2, "fro"):
        return ELEMENTWISE["sqrt"](sum(ELEMENTWISE["square"](x), axis, keepdims))
    size_ = ELEMENTWISE["absolute"](x)
    if ord == 1:
        return sum(size_, axis, keepdims)
    if ord in (math.inf, -math.inf):
        return (max if ord > 0 else min)(size_, axis, keepdims)
    if not isinstance(ord, int | float) or ord <= 0:
        raise TypeError("numpy.linalg.norm is differentiated for a positive ord.")
    return sum(size_**ord, axis, keepdims) ** (1.0 / ord)


FUNCTIONS[np.linalg.vector_norm] = lambda x, axis=None, keepdims=False, ord=2: norm(
    ravel(x) if axis is None else x, ord, axis, keepdims
)
FUNCTIONS[np.linalg.matrix_norm] = lambda x, ord="fro", keepdims=False: norm(x, ord, (-2, -1), keepdims)


@defines(np.linalg.matrix_power)
def matrix_power(a: Value, n: int) -> Value:
    if n < 0:
        return matrix_power(op.inv(a), -n)
    out: Value = np.broadcast_to(np.eye(shape(a)[-1], dtype=dtype(a)), shape(a)) + 0.0 * a
    for _ in range(n):
        out = op.matmul(out, a)
    return out


@defines(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Value]) -> Value:
    out = arrays[0]
    for a in arrays[1:]:
        out = dot(out, a)
    return out


# --- passed through: whole numbers, truth values and constants have no derivative --------------------


def _passes(numpys: Any) -> None:
    def own(*args: Any, **options: Any) -> Any:
        return numpys(*(below(a) for a in args), **{k: below(v) for k, v in options.items()})

    def below(a: Any) -> Any:
        if type(a) in (list, tuple):
            return type(a)(map(below, a))
        a = primal(a)
        if isinstance(a, Traced) and numpys not in (np.shape, np.ndim, np.size):
            raise TypeError(f"numpy.{numpys.__name__} has no rule for batches; in vmap, use numpy.where.")
        return a

    FUNCTIONS[numpys] = own


PASSED = [
    np.shape, np.ndim, np.size, np.argmax, np.argmin, np.nonzero, np.flatnonzero, np.argwhere, np.any, np.all,
    np.count_nonzero, np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.allclose, np.isclose, np.array_equal,
    np.array_equiv, np.searchsorted, np.iscomplexobj, np.isrealobj, np.isreal, np.iscomplex, np.isposinf, np.isneginf,
    np.result_type, np.lexsort, np.argpartition, np.nanargmax, np.nanargmin, np.may_share_memory, np.shares_memory,
    np.array_repr, np.array_str, np.array2string, np.linalg.matrix_rank, np.histogram_bin_edges, np.common_type,
    np.can_cast, np.min_scalar_type, np.tril_indices_from, np.triu_indices_from, np.diag_indices_from,
    np.digitize, np.bincount,
]  # fmt: skip
for _f in PASSED:
    _passes(_f)
for _f in (np.real, np.real_if_close):
    FUNCTIONS[_f] = lambda val: val
