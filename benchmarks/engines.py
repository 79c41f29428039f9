"""What is measured: the derivative by hand, autograd_mini, and peers where they are installed.

An engine is a function that makes of a workload a call without arguments, which returns what the workload's
`by_hand` does, in the engine's own arrays. `refuses` says which workloads are not for it, and why.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from workloads import Workload

Call = Callable[[], Any]


def by_hand(w: Workload) -> Call:
    arguments = w.arguments() + ((w.direction(),) if w.direction else ())
    return lambda: w.by_hand(*arguments)


class Namespace:
    """A module's functions, and relu."""

    def __init__(self, module: Any, **more: Any) -> None:
        self.module = module
        vars(self).update(more)

    def __getattr__(self, name: str) -> Any:
        function = vars(self)[name] = getattr(self.module, name)
        return function


def compiled(w: Workload) -> Call:
    """autograd_mini's programs, compiled; the time to compile is not counted."""
    import autograd_mini as ad

    return autograd_mini(w, ad.jit)


def numba(w: Workload) -> Call:
    """autograd_mini's programs as machine code."""
    import autograd_mini as ad

    return autograd_mini(w, lambda f: ad.jit(f, backend="numba"))


def autograd_mini(w: Workload, made: Callable[[Any], Any] = lambda f: f) -> Call:
    import autograd_mini as ad

    xp = Namespace(ad if w.scalars else np)
    arguments = w.arguments()

    def f(*xs):
        return w.program(xp, *xs)

    if w.kind == "grad":
        derivative = made(ad.value_and_grad(f, argnums=tuple(range(w.wrt)) if w.wrt > 1 else 0))
        return lambda: derivative(*arguments)
    if w.kind in ("jvp", "hvp"):
        direction, push = (w.direction(),), getattr(ad, w.kind)
        along = made(lambda *xs: push(f, xs, direction))
        return lambda: along(*arguments)
    derivative = made(getattr(ad, w.kind)(f))
    return lambda: derivative(*arguments)


def micrograd(w: Workload) -> Call:
    from micrograd.engine import Value

    xp, arguments = Namespace(None, relu=lambda x: x.relu()), w.arguments()

    def call():
        values = [Value(x) for x in arguments]
        out = w.program(xp, *values)
        out.backward()
        return out.data, [v.grad for v in values]

    return call


def autograd(w: Workload) -> Call:
    import autograd.numpy as anp
    from autograd import hessian, jacobian, make_hvp, make_jvp, value_and_grad

    xp, arguments = Namespace(anp, relu=lambda x: anp.maximum(x, 0.0)), w.arguments()

    def f(*xs):
        return w.program(xp, *xs)

    if w.kind == "grad" and w.wrt > 8:  # its time is quadratic in the number of arguments, not of an array's entries
        of_array, array = value_and_grad(lambda a: f(*[a[k] for k in range(len(arguments))])), np.array(arguments)
        return lambda: of_array(array)
    if w.kind == "grad":
        gradient = value_and_grad(f, argnum=tuple(range(w.wrt)) if w.wrt > 1 else 0)
        return lambda: gradient(*arguments)
    if w.kind == "jvp":
        pushed, direction = make_jvp(f), w.direction()
        return lambda: pushed(*arguments)(direction)
    if w.kind == "hvp":
        product, direction = make_hvp(f), w.direction()
        return lambda: product(*arguments)[0](direction)
    derivative = {"jacrev": jacobian, "hessian": hessian}[w.kind](f)
    return lambda: derivative(*arguments)


def torch(w: Workload) -> Call:
    import torch as t

    t.set_num_threads(1)
    xp = Namespace(t, sum=lambda x, axis=None: t.sum(x) if axis is None else t.sum(x, dim=axis))
    arguments = w.arguments()

    def tensor(x):
        return t.tensor(x, dtype=t.float64)

    def f(*xs):
        return w.program(xp, *xs)

    if w.kind == "grad":
        made = None if w.scalars else [tensor(x) for x in arguments]

        def call():
            xs = [tensor(x) for x in arguments] if made is None else made
            for x in xs[: w.wrt]:
                x.requires_grad_()
            out = f(*xs)
            return out.detach(), t.autograd.grad(out, xs[: w.wrt])

        return call
    xs, direction = tuple(tensor(x) for x in arguments), tensor(w.direction()) if w.direction else None
    if w.kind == "jvp":
        return lambda: t.func.jvp(f, xs, (direction,))
    if w.kind == "hvp":
        return lambda: t.func.jvp(t.func.grad(f), xs, (direction,))[1]
    derivative = getattr(t.func, w.kind)(f)
    return lambda: derivative(*xs)


def jax(w: Workload) -> Call:
    """Compiled; the time to compile is not counted."""
    import jax as j

    j.config.update("jax_enable_x64", True)
    xp, arguments = Namespace(j.numpy, relu=lambda x: j.numpy.maximum(x, 0.0)), w.arguments()

    def f(*xs):
        return w.program(xp, *xs)

    if w.kind == "grad":
        derivative = j.value_and_grad(f, argnums=tuple(range(w.wrt)) if w.wrt > 1 else 0)
    elif w.kind == "jvp":
        derivative = lambda x: j.jvp(f, (x,), (w.direction(),))  # noqa: E731
    elif w.kind == "hvp":
        derivative = lambda x: j.jvp(j.grad(f), (x,), (w.direction(),))[1]  # noqa: E731
    else:
        derivative = getattr(j, w.kind)(f)
    compiled, xs = j.jit(derivative), [j.numpy.asarray(x) for x in arguments]
    return lambda: j.block_until_ready(compiled(*xs))


ENGINES: dict[str, Callable[[Workload], Call]] = {
    "by hand": by_hand, "autograd_mini": autograd_mini, "jit": compiled,
    "numba": numba, "micrograd": micrograd, "autograd": autograd, "torch": torch, "jax": jax,
}  # fmt: skip
PEERS = list(ENGINES)[3:]


def refuses(engine: str, w: Workload) -> str:
    """Why an engine is not asked for a workload, or nothing."""
    name = w.program.__name__
    if engine == "jit" and w.scalars and name not in ("example", "hundred", "neurons") and w.kind == "grad":
        return "a loop of 10⁵ operations takes half a minute to compile"
    if engine == "numba" and (not w.scalars or name not in ("example", "hundred")):
        return "arrays and programs of more than 1,000 lines run as with jit"
    if engine == "micrograd" and name != "neurons":
        return "no sin, exp or log, no arrays, no forward mode, less than 1000 operations in a row"
    if engine == "autograd" and w.kind == "jacfwd":
        return "no Jacobian in forward mode"
    if engine == "autograd" and w.scalars and w.wrt > 1000:
        return "for an array's entries one by one, a time that is quadratic in their number"
    if engine == "jax" and w.scalars and name not in ("example", "hundred", "neurons"):
        return "a Python loop of thousands of operations takes minutes to compile"
    return ""


def difference(got: Any, want: Any) -> float:
    """The largest difference of two results, relative for large numbers and absolute for small ones."""
    a, b = _flat(got), _flat(want)
    if a.shape != b.shape:
        return math.inf
    return float(np.max(np.abs(a - b) / (1.0 + np.abs(b)))) if a.size else 0.0


def _flat(x: Any) -> np.ndarray:
    if isinstance(x, tuple | list):
        return np.concatenate([_flat(part) for part in x])
    return np.asarray(x, float).ravel()
