"""Random programs, of numbers and of arrays, differentiated here and by JAX in float64.

JAX is a second opinion, installed by `.ci/run` or by hand (`pip install jax`). It starts threads, so these tests have a
process of their own in `tests/run.py`, which ends after `BESIDE_JAX_LIMIT` seconds and says where it hangs.
"""

# ruff: noqa: E501  # an operation is a line

import faulthandler
import os
import sys

os.environ |= {
    "JAX_PLATFORMS": "cpu",
    "JAX_ENABLE_X64": "1",
    "XLA_FLAGS": "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true",  # each program runs once
}

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import autograd_mini as ad

if limit := os.environ.get("BESIDE_JAX_LIMIT"):
    faulthandler.dump_traceback_later(float(limit), exit=True, file=sys.__stderr__)

many = settings(
    max_examples=int(os.environ.get("BESIDE_JAX_EXAMPLES", "5")), deadline=None, database=None,
    derandomize=bool(os.environ.get("CI")), suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # a smaller example costs a compilation each
)  # fmt: skip

# Operations on two values a and b of one shape, with a value of that shape. Smooth, but for the last three.
ELEMENTWISE = {
    "add": lambda xp, a, b: a + b,
    "subtract": lambda xp, a, b: 1.0 - a - b,
    "multiply": lambda xp, a, b: a * b,
    "divide": lambda xp, a, b: a / (2.0 + b * b),
    "power": lambda xp, a, b: (1.0 + a * a) ** xp.tanh(b),
    "cube": lambda xp, a, b: a**3 * 0.1,
    "sin": lambda xp, a, b: xp.sin(a) * 2.0,
    "gauss": lambda xp, a, b: xp.exp(-a * a),
    "tan": lambda xp, a, b: xp.arctan(a) - xp.tan(0.5 * xp.sin(b)),
    "log": lambda xp, a, b: xp.log(2.0 + a * a) + xp.log1p(b * b),
    "sqrt": lambda xp, a, b: xp.sqrt(1.0 + a * a),
    "logaddexp": lambda xp, a, b: xp.logaddexp(a, b),
    "arctan2": lambda xp, a, b: xp.arctan2(a, 2.0 + b * b),
    "hypot": lambda xp, a, b: xp.hypot(a, 1.0 + b * b),
    "arcsinh": lambda xp, a, b: xp.arcsinh(a) - xp.expm1(-b * b),
    "abs": lambda xp, a, b: abs(a) + 0.5 * b,
    "maximum": lambda xp, a, b: xp.maximum(a, b),
    "minimum": lambda xp, a, b: xp.minimum(a, 0.5 * b),
}
I3, PICK = np.eye(3), np.array([0, 0, 2])
ARRAY = ELEMENTWISE | {
    "matmul": lambda xp, a, b: a @ b,
    "matrix vector": lambda xp, a, b: (a @ b[0])[:, None] * b,
    "einsum": lambda xp, a, b: xp.einsum("ij,kj->ik", a, b) * 0.5,
    "tensordot": lambda xp, a, b: xp.tensordot(a, b, axes=([0], [1])),
    "outer": lambda xp, a, b: xp.outer(a[0], b[:, 1]),
    "transpose": lambda xp, a, b: a.T - b,
    "reverse": lambda xp, a, b: a[::-1, 1:2] * b,
    "duplicates": lambda xp, a, b: a[PICK] + b[:, PICK],
    "reshape": lambda xp, a, b: xp.reshape(xp.ravel(a)[::-1], (3, 3)) * b,
    "roll": lambda xp, a, b: xp.roll(a, 1, axis=0) * xp.flip(b, 1),
    "concatenate": lambda xp, a, b: xp.concatenate([a[1:], b[:1]]),
    "stack": lambda xp, a, b: xp.stack([a[0], b[:, 1], a[2] * b[0]], axis=1),
    "pad": lambda xp, a, b: xp.pad(a[:2, :2], ((1, 0), (0, 1))) + b,
    "tril": lambda xp, a, b: xp.tril(a) + xp.triu(b, 1) + xp.diag(xp.diag(a)),
    "sum": lambda xp, a, b: xp.sum(a, axis=1, keepdims=True) * b,
    "mean": lambda xp, a, b: a - xp.mean(b, axis=0) + xp.mean(a),
    "var": lambda xp, a, b: a * xp.var(b, axis=0),
    "prod": lambda xp, a, b: xp.prod(a, axis=1) + b,
    "cumsum": lambda xp, a, b: xp.cumsum(a, axis=0) - b,
    "cumprod": lambda xp, a, b: xp.cumprod(a, axis=1) - b,
    "trace": lambda xp, a, b: a * xp.trace(b),
    "inv": lambda xp, a, b: xp.linalg.inv(xp.tanh(a) + 4.0 * I3) @ b,
    "solve": lambda xp, a, b: xp.linalg.solve(xp.tanh(b) + 4.0 * I3, a),
    "det": lambda xp, a, b: a * xp.linalg.det(xp.sin(b)),
    "slogdet": lambda xp, a, b: a + xp.linalg.slogdet(xp.tanh(b) + 4.0 * I3)[1],
    "cholesky": lambda xp, a, b: xp.linalg.cholesky(a @ a.T + 2.0 * I3),
    "norm": lambda xp, a, b: a / (1.0 + xp.linalg.norm(b + 3.0)),
    "where": lambda xp, a, b: xp.where(a > b, a * b, a - b),
    "max": lambda xp, a, b: xp.max(a, axis=1) * b,
    "sort": lambda xp, a, b: xp.sort(a, axis=0) + b,
}  # fmt: skip
KINKED = {"abs", "maximum", "minimum", "where", "max", "sort"}


@st.composite
def programs(draw, operations, kinds=("operation", "operation", "operation", "branch", "loop", "inner")):
    """Rows (kind, operation, a, b, times): a and b are earlier values, so that one is used by many."""
    return [
        (
            draw(st.sampled_from(kinds)), draw(st.sampled_from(sorted(operations))), draw(st.integers(max(0, n - 3), n - 1)),
            draw(st.integers(max(0, n - 3), n - 1)), draw(st.integers(1, 3)),
        )
        for n in range(2, 2 + draw(st.integers(2, 5)))
    ]  # fmt: skip


def comfortable(kind, name, a, b):
    """Whether a row stands far from kinks."""
    a, b = np.asarray(a), np.asarray(b)
    gaps = [np.diff(np.sort(v.ravel())) for v in (a, b)] if a.ndim else []
    near = min([float(np.min(np.abs(v))) for v in (a, b, a - b, a - 0.5 * b, *gaps)])
    rough = (name in KINKED and kind != "loop") or kind == "branch"
    return (not rough or near > 1e-4) and max(np.max(np.abs(a)), np.max(np.abs(b))) < 20.0


def follow(rows, values, operations, xp, grad, taken=None, careful=False):
    """Run a program with a library's functions and its gradient.

    `careful` refuses to stand at a kink and notes which way every branch went; with those ways, in `taken`, the
    program runs where values are not known, under `jax.jit`.
    """
    values, ways = list(values), iter(taken or ())
    total = xp.sum if operations is ARRAY else (lambda v: v)
    for kind, name, i, j, times in rows:
        a, b, operation = values[i], values[j], operations[name]
        if careful:
            assume(comfortable(kind, name, a, b) and not (name in KINKED and kind in ("loop", "inner")))
        if kind == "branch":
            way = bool(total(a) < total(b)) if taken is None or careful else next(ways)
            new = operation(xp, a, b) if way else a - 0.5 * b
            if careful:
                taken.append(way)
        elif kind == "loop":
            new = a
            for k in range(times):
                new = operation(xp, new, b) * (0.5 + k)
        elif kind == "inner":  # a derivative inside the program, by a variable that meets one from outside
            new = grad(lambda t, a=a, f=operation: total(f(xp, t, a) * a))(b)
        else:
            new = operation(xp, a, b)
        values.append(new)
    return values


def near(got, want, tolerance=1e-9):
    want = np.asarray(want)
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance * (1 + np.max(np.abs(want), initial=0.0)))
    assert np.shape(got) == want.shape


numbers = st.floats(-1.5, 1.5).filter(lambda x: abs(x) > 1e-2)


@given(programs(ELEMENTWISE), numbers, numbers, st.booleans())
@many
def test_programs_of_numbers(rows, x, y, reverse):
    inner, taken = ad.grad if reverse else (lambda f: lambda t: ad.jvp(f, (t,), (1.0,))[1]), []

    def ours(x, y):
        return follow(rows, [x, y], ELEMENTWISE, ad, inner)[-1]

    def theirs(x, y):
        return follow(rows, [x, y], ELEMENTWISE, jnp, jax.grad, taken)[-1]

    @jax.jit
    def by_jax(x, y, dx, dy):
        gradient, slope = jax.value_and_grad(theirs, (0, 1))(x, y), jax.jvp(theirs, (x, y), (dx, dy))[1]
        return gradient, slope, jax.hessian(theirs, (0, 1))(x, y)

    assume(abs(follow(rows, [x, y], ELEMENTWISE, ad, inner, taken, careful=True)[-1]) < 1e3)
    (value, slopes), slope, second = by_jax(x, y, 0.5, -2.0)
    assume(np.max(np.abs(second)) < 1e6)
    near(ours(x, y), value)
    near(ad.grad(ours, (0, 1))(x, y), slopes)
    near(ad.jvp(ours, (x, y), (0.5, -2.0))[1], slope)
    for i in (0, 1):
        along = (1.0 - i, float(i))
        near(ad.grad(ad.grad(ours, i), (0, 1))(x, y), second[i])
        near(ad.grad(lambda x, y, d=along: ad.jvp(ours, (x, y), d)[1], (0, 1))(x, y), second[i])
        near(ad.jvp(ad.grad(ours, (0, 1)), (x, y), along)[1], second[i])


@given(programs(ARRAY), st.integers(0, 2**32 - 1), st.booleans())
@many
def test_programs_of_arrays(rows, seed, reverse):
    draw = np.random.default_rng(seed)
    x, w, d = draw.uniform(-1.5, 1.5, (3, 3, 3))
    inner, taken = ad.grad if reverse else ad.jacfwd, []

    def ours(x):
        return follow(rows, [x, np.sin(x) * w], ARRAY, np, inner)[-1]

    def theirs(x):
        return follow(rows, [x, jnp.sin(x) * w], ARRAY, jnp, jax.grad, taken)[-1]

    @jax.jit
    def by_jax(x, w, d):
        pushed = jax.jvp(theirs, (x,), (d,))
        return pushed, jax.jacfwd(theirs)(x), jax.jacfwd(jax.grad(lambda x: jnp.sum(theirs(x) * w)))(x)

    assume(np.max(np.abs(follow(rows, [x, np.sin(x) * w], ARRAY, np, inner, taken, careful=True)[-1])) < 1e3)
    (value, slope), jacobian, hessian = by_jax(x, w, d)
    assume(np.max(np.abs(hessian)) < 1e6)

    def f(x):
        return np.sum(ours(x) * w)

    got, pull = ad.vjp(ours, x)
    near(got, value)
    near(pull(w)[0], np.tensordot(w, jacobian, 2))
    near(ad.grad(f)(x), np.tensordot(w, jacobian, 2))
    near(ad.jvp(ours, (x,), (d,))[1], slope)
    near(ad.jacfwd(ours)(x), jacobian)
    near(ad.jacrev(ours)(x), jacobian)
    near(ad.hessian(f)(x), hessian)
    near(ad.jacrev(ad.grad(f))(x), hessian)
    near(ad.hvp(f, (x,), (d,)), np.tensordot(hessian, d, 2))
