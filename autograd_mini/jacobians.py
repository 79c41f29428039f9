"""Whole Jacobians, Hessians, batches and linear maps: transforms built on jvp, vjp and grad.

A Jacobian pushes (or pulls) all basis vectors at once, as one batch. Names and shapes are JAX's: for
results of shape s and arguments of shape t, a Jacobian has the shape s + t.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any

from autograd_mini.dual import Forward
from autograd_mini.primitive import Traced, Value, escaped
from autograd_mini.tape import backward
from autograd_mini.transforms import (
    _lowered,
    _places,
    _split,
    check_callable,
    check_input,
    check_output,
    grad,
    jvp,
    one,
    recorded,
    value_and_gradient,
    vjp,
)  # fmt: skip
from autograd_mini.tree import flatten, leaves_like

Argnums = int | tuple[int, ...]


def is_array(x: Value) -> bool:
    return hasattr(x, "shape") and not isinstance(x, float)


def _jacobian(f: Callable[..., Any], argnums: Argnums, has_aux: bool, who: str) -> Callable[..., Any]:
    check_callable(f, who)
    single = isinstance(argnums, int)
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @wraps(f)
    def jacobian(*args: Any, **options: Any) -> Any:
        places = _places(numbers, len(args), who)

        def chosen(*some: Any) -> Any:
            full = list(args)
            for k, x in zip(places, some, strict=True):
                full[k] = x
            return f(*full, **options)

        rows, rebuild, aux = BLOCKS[who](chosen, tuple(args[k] for k in places), has_aux)
        jac = rebuild(row[0] if single else row for row in rows)
        return (jac, aux) if has_aux else jac

    jacobian.__name__ = f"{who}_{getattr(f, '__name__', 'f')}"
    return jacobian


def _forward(f: Callable[..., Any], xs: tuple[Any, ...], has_aux: bool) -> tuple[list[Any], Any, Any]:
    """One pass for each argument leaf, with all its basis vectors as tangents."""
    leaves, rebuild = flatten(xs)
    found = []
    rebuild_out: Any = None
    for k, leaf in enumerate(leaves):
        check_input(leaf, "an argument of jacfwd")
        level, seed, unbatch = _seeds(leaf)
        try:
            out = f(*rebuild(level.dual(leaf, seed) if j == k else x for j, x in enumerate(leaves)))
            out, aux = _split(out) if has_aux else (out, None)
            ys, rebuild_out = flatten(out)
            for y in ys:
                check_output(y, level, leaves, "jacfwd")
        finally:
            level.open = False
        mine = [isinstance(y, Traced) and y.level is level for y in ys]
        found.append(
            [unbatch(y.tangent if m else None, y.primal if m else y) for y, m in zip(ys, mine, strict=True)]
        )
    return [rebuild(row) for row in zip(*found, strict=True)], rebuild_out, _lowered(aux, level)


def _reverse(f: Callable[..., Any], xs: tuple[Any, ...], has_aux: bool) -> tuple[list[Any], Any, Any]:
    """One recording; for each result one return sweep with all basis vectors as seeds."""
    leaves, rebuild = flatten(xs)
    tape, entries, nodes, values, places, rebuild_out, aux = recorded(f, leaves, rebuild, has_aux, "jacrev")
    rows = []
    for y, at in zip(values, places, strict=True):
        if at is None:
            bars = [_zeros(x, tuple(getattr(y, "shape", ()))) for x in leaves]
        elif is_array(y):
            bars = batching().sweep(entries, nodes, at, y)
        else:
            bars = backward(tape, entries, nodes, [(at, one(y))])
        rows.append(rebuild(bars))
    return rows, rebuild_out, aux


BLOCKS = {"jacfwd": _forward, "jacrev": _reverse}
Unbatch = Callable[[Value, Value], Value]


def _seeds(x: Value) -> tuple[Forward, Value, Unbatch]:
    """A level whose tangents are all basis vectors of x's shape, and the way from what they became to a block."""
    if not is_array(x):
        return Forward(), 1.0, lambda moved, like: _zeros(like) if moved is None else moved
    shape, b = x.shape, batching()

    def unbatch(moved: Value, like: Value) -> Value:
        if moved is None:
            return _zeros(like, after=shape)
        n = len(moved.shape) - 1
        return moved.transpose((*range(1, n + 1), 0)).reshape(moved.shape[1:] + shape)

    return b.Seeds(x.size), b.basis(x), unbatch


@cache
def batching() -> Any:
    """The module of batches, and NumPy with it, when the first array comes."""
    from autograd_mini import batching as module

    return module


def _zeros(x: Value, before: tuple[int, ...] = (), after: tuple[int, ...] = ()) -> Value:
    """Zeros of x's dtype in the shape before + x's shape + after."""
    if not is_array(x) and not before + after:
        return 0.0
    import numpy as np

    return np.zeros(before + tuple(getattr(x, "shape", ())) + after, getattr(x, "dtype", float))


def jacfwd(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that returns the Jacobian of f, column by column: one forward pass carries all basis vectors.

    For a result of shape s and an argument of shape t the Jacobian has the shape s + t; for tuples, lists
    and dicts it is nested, results outside. Cheap where f has few inputs.
    Source: Griewank & Walther 2008, §3.1.
    """
    return _jacobian(f, argnums, has_aux, "jacfwd")


def jacrev(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that returns the Jacobian of f, row by row: one return sweep carries all seeds.

    Shapes as in `jacfwd`. Cheap where f has few outputs. Source: Griewank & Walther 2008, §3.2.
    """
    return _jacobian(f, argnums, has_aux, "jacrev")


def hessian(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that returns the second derivatives of a function with one number as its result.

    For an argument of shape t the Hessian has the shape t + t. It is the forward Jacobian of the gradient.
    Source: Griewank & Walther 2008, §5.
    """
    return jacfwd(grad(f, argnums, has_aux), argnums, has_aux)


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The Hessian of f at `primals` times the direction `tangents`, without the Hessian.

    One forward pass over one gradient, so it costs a few evaluations of f. Returns what `grad` would:
    one array for one argument, a tuple for several (Pearlmutter 1994, "Fast exact multiplication by the Hessian").
    """
    several = tuple(range(len(primals)))
    both = value_and_gradient(f, 0 if len(primals) == 1 else several, False, "hvp")
    product, rebuild = flatten(jvp(lambda *xs: both(*xs)[1], primals, tangents)[1])
    numbers = [type(x) is float for x in flatten(tuple(primals))[0]]  # theirs are numbers, too, where arrays came by
    return rebuild(p.item() if n and hasattr(p, "item") else p for n, p in zip(numbers, product, strict=True))


def linearize(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """Value, and the linear map ẋ ↦ J ẋ at `primals`; f runs once, and each call of the map reads its tape.

    The map takes one tangent for each primal, in the primal's shape.
    """
    out, pullback = vjp(f, *primals)
    ys, rebuild = flatten(out)
    zeros = rebuild([_zeros(y) for y in ys])
    # J ẋ is the pullback of the pullback, which is linear: no second run of f (Griewank & Walther 2008, §3.2).
    transposed = vjp(pullback, zeros)[1]

    def pushed(*tangents: Any) -> Any:
        try:
            leaves_like(primals, tangents)
        except ValueError:
            raise TypeError("The linear map takes one tangent for each primal, in its shape.") from None
        return transposed(tangents)[0]

    return out, pushed


def vmap(f: Callable[..., Any], in_axes: Any = 0, out_axes: int = 0) -> Callable[..., Any]:
    """f, written for one entry, on arrays of many: the batch runs along axis `in_axes` of each argument.

    `in_axes` is a number, or a tuple with a number or None (not batched) for each argument. Results are
    stacked along `out_axes`. An `if` on a batched value raises, since its entries may disagree.
    """
    check_callable(f, "vmap")

    @wraps(f)
    def batched(*args: Any, **options: Any) -> Any:
        import numpy as np

        from autograd_mini.batching import Batch, Batching

        axes = (in_axes,) * len(args) if in_axes is None or isinstance(in_axes, int) else tuple(in_axes)
        if not all(axis is None or isinstance(axis, int) for axis in axes):
            raise TypeError("vmap takes in_axes as a number, or a tuple with a number or None for each argument.")
        if len(axes) != len(args):
            raise TypeError(f"vmap was given in_axes for {len(axes)} argument(s), but {len(args)} came.")
        chosen = [
            (leaf, axis) for a, axis in zip(args, axes, strict=True) if axis is not None for leaf in flatten(a)[0]
        ]
        sizes = {leaf.shape[axis] if getattr(leaf, "shape", ()) else None for leaf, axis in chosen}
        if len(sizes) != 1 or None in sizes:
            raise TypeError(
                "vmap needs arrays with batch axes of one length in its arguments; in_axes=None passes one whole."
            )
        level = Batching(sizes.pop())  # type: ignore[arg-type]

        def enter(a: Any, axis: Any) -> Any:
            leaves, rebuild = flatten(a)
            return a if axis is None else rebuild(level.batch(np.moveaxis(leaf, axis, 0)) for leaf in leaves)

        try:
            ys, rebuild = flatten(f(*(enter(a, axis) for a, axis in zip(args, axes, strict=True)), **options))
        finally:
            level.open = False
        for y in ys:
            if isinstance(y, Traced) and not (isinstance(y, Batch) and y.level is level) and not y.level.open:
                raise escaped(y)
        level.open = True
        outs = [np.moveaxis(level.raw(y), 0, out_axes) for y in ys]
        level.open = False
        return rebuild(outs)

    return batched
