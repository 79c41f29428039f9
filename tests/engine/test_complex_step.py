"""Derivatives of arrays beside NumPy's own complex arithmetic: f(x + i h d) has the slope Im/h to the last digits.

Nothing is subtracted, so h may be as small as numbers go and no digit is lost (Squire & Trapp 1998). It knows nothing
of our rules, and it works for any shape: the second half draws shapes, axes and indices at random.
"""

import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini as ad

np = pytest.importorskip("numpy")

from hypothesis.extra import numpy as hnp  # noqa: E402

from tests.engine.array_cases import CASES  # noqa: E402

H = 1e-150
# NumPy has no complex version of these; or one that takes a modulus or a conjugate, which has no complex slope.
REAL = {
    "cbrt", "arctan2", "logaddexp", "hypot", "logaddexp.reduce", "logsumexp", "fabs", "degrees", "logaddexp2",
    "copysign", "remainder", "astype", "np.astype",
}  # fmt: skip
CONJUGATE = {
    "absolute", "sigmoid", "operators", "var", "std", "vector vector", "slogdet", "cholesky", "eigvalsh", "eigh",
    "norm", "norm others", "real", "vecdot", "vecmat",
}  # fmt: skip
ANALYTIC = [c for c in CASES if c.name.removesuffix(" broadcast") not in REAL | CONJUGATE]


def by_complex_step(f, xs, ds):
    return np.imag(f(*(x + 1j * H * d for x, d in zip(xs, ds, strict=True)))) / H


def directions(xs, seed):
    rng = np.random.default_rng(seed)
    return tuple(rng.uniform(-1, 1, np.shape(x)) for x in xs)


def agrees(f, xs):
    """Both modes with complex steps, and shape and dtype of every derivative."""
    ds = directions(xs, 1)
    want = by_complex_step(f, xs, ds)
    scale = np.max(np.abs(want), initial=1.0)
    y, dy = ad.jvp(f, xs, ds)
    assert np.shape(y) == np.shape(dy) == np.shape(f(*xs)) == np.shape(want)
    np.testing.assert_allclose(dy, want, rtol=1e-12, atol=1e-13 * scale)
    out, pull = ad.vjp(f, *xs)
    (w,) = directions((out,), 2)
    bars = pull(w)
    assert [(b.shape, b.dtype, type(b)) for b in bars] == [(x.shape, x.dtype, np.ndarray) for x in xs]
    pulled = sum(np.sum(b * d) for b, d in zip(bars, ds, strict=True))
    np.testing.assert_allclose(pulled, np.sum(w * want), rtol=1e-11, atol=1e-12 * scale)
    return w, ds


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", ANALYTIC, ids=lambda c: c.name)
def test_both_modes_agree_with_complex_steps_to_the_last_digits(case):
    agrees(case.f, case.points())


def test_most_operations_have_a_complex_step():
    names = {c.name for c in CASES}
    assert {n for n in REAL | CONJUGATE if n not in names} <= {"np.astype", "vecmat"}  # from NumPy 2.1 and 2.2 on
    assert len(ANALYTIC) >= 120


# --- any shape ---------------------------------------------------------------------------------------

shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
axed = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=3)
filled = hnp.array_shapes(min_dims=1, max_dims=4, max_side=3)


def points(of):
    """One array for each shape, without ties, kinks or poles near."""
    rng = np.random.default_rng(sum(map(len, of)))
    return tuple(rng.permutation(np.linspace(0.4, 1.9, int(np.prod(s)))).reshape(s) for s in of)


@st.composite
def two_by_two(draw):
    """Operations entry by entry, on shapes that broadcast against each other."""
    both = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=3))
    f = draw(
        st.sampled_from([
            lambda x, y: x * y, lambda x, y: x / y - 2.0, lambda x, y: x**y, lambda x, y: 1.0 - x - 3.0 * y,
            lambda x, y: np.exp(x) * y + x, lambda x, y: np.sin(x * y) * np.tanh(y), lambda x, y: x + y,
            lambda x, y: np.where(np.cos(9.0 * np.real(x)) > 0, x * x, y), lambda x, y: np.maximum(x, 1.01 * y) * x,
        ])
    )  # fmt: skip
    return f, both.input_shapes


@st.composite
def reductions(draw):
    whole = draw(st.sampled_from(["sum", "prod", "cumsum", "cumprod"]))
    shape = draw(shapes if whole in ("sum", "prod") else axed)
    name = draw(st.sampled_from([whole, "mean", "max", "min"])) if 0 not in shape else whole
    n = len(shape)
    axis = st.none() | st.integers(-n, n - 1) if n else st.none()
    if name in ("cumsum", "cumprod"):
        k = draw(axis)
        return lambda x: getattr(np, name)(x * x, axis=k), (shape,)
    k, keep = draw(axis | hnp.valid_tuple_axes(n)), draw(st.booleans())
    return lambda x: getattr(np, name)(x * x, axis=k, keepdims=keep) * 2.0, (shape,)


@st.composite
def movements(draw):
    shape = draw(axed)
    n = len(shape)
    k, j, new = draw(st.integers(-n, n - 1)), draw(st.integers(-n, n - 1)), draw(st.integers(-n - 1, n))
    order, m = draw(st.permutations(range(n))), draw(st.integers(0, 3))
    f = draw(
        st.sampled_from([
            lambda x: np.transpose(x, order), lambda x: np.swapaxes(x, k, j), lambda x: np.moveaxis(x, k, j),
            lambda x: np.expand_dims(x, new), lambda x: np.reshape(x, -1), lambda x: np.reshape(x, shape[::-1]),
            lambda x: np.flip(x, k), lambda x: np.roll(x, m, axis=k), lambda x: np.repeat(x, m, axis=k),
            lambda x: np.tile(x, (m, 2)), lambda x: np.pad(x, m), lambda x: np.concatenate([x, x * x, x], axis=k),
            lambda x: np.stack([x, x * x], axis=new), lambda x: np.split(x, [1], axis=k)[0],
            lambda x: np.broadcast_to(x, (m, *shape)), lambda x: np.sort(x, axis=k), lambda x: np.diff(x, axis=k),
            lambda x: np.squeeze(np.expand_dims(x, new)), lambda x: np.tril(np.stack([x, x], -1), m - 1),
            lambda x: np.take(x, np.zeros((m, 2), int), axis=k) if shape[k] else x,
        ])
    )  # fmt: skip
    return lambda x: f(x * x), (shape,)


@st.composite
def indices(draw):
    shape = draw(filled)
    index = draw(
        hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True)
        | hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(min_dims=0, max_dims=2, max_side=4))
        | hnp.arrays(bool, shape)
    )
    return lambda x: (x * x)[index] * 1.5, (shape,)


@st.composite
def products(draw):
    name = draw(st.sampled_from(["matmul", "dot", "inner", "tensordot", "einsum", "outer"]))
    if name == "matmul":
        signature = "(n?,k),(k,m?)->(n?,m?)"
        both = draw(hnp.mutually_broadcastable_shapes(signature=signature, max_dims=2, min_side=0, max_side=3))
        return operator.matmul, both.input_shapes
    n, k, m = (draw(st.integers(0, 3)) for _ in range(3))
    f, of = {
        "dot": (np.dot, draw(st.sampled_from([((n, k), (k, m)), ((n, k), (m, k, 2)), ((k,), (k,)), ((), (n, k))]))),
        "inner": (np.inner, draw(st.sampled_from([((n, k), (m, k)), ((k,), (m, 2, k)), ((n,), ())]))),
        "tensordot": (lambda x, y: np.tensordot(x, y, axes=((0, 2), (1, 0))), ((n, m, k), (k, n, 2))),
        "einsum": (lambda x, y: np.einsum("...ij,kjj->...k", x, y), ((2, n, k), (m, k, k))),
        "outer": (np.outer, ((n, k), (m,))),
    }[name]
    return f, of


@pytest.mark.filterwarnings("ignore:.*encountered")
@pytest.mark.parametrize("programs", [two_by_two, reductions, movements, indices, products], ids=lambda p: p.__name__)
@given(data=st.data())
@settings(max_examples=40)
def test_any_shape_is_right_in_both_modes_nested_and_in_batches(programs, data):
    f, of = data.draw(programs())
    xs = points(of)
    w, ds = agrees(f, xs)
    numbers = tuple(range(len(xs)))

    def weighted(*xs):
        return np.sum(f(*xs) * w)

    over = ad.jvp(ad.grad(weighted, numbers), xs, ds)[1]
    under = ad.grad(lambda *xs: ad.jvp(weighted, xs, ds)[1], numbers)(*xs)
    for a, b in zip(over, under, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)
    batch = ad.vmap(f)(*(np.stack([x, 1.1 * x]) for x in xs))
    np.testing.assert_allclose(batch, [f(*xs), f(*(1.1 * x for x in xs))], rtol=1e-12, atol=1e-13)
    by_columns, by_rows = ad.jacfwd(f)(*xs), ad.jacrev(f)(*xs)
    assert by_columns.shape == by_rows.shape == np.shape(f(*xs)) + xs[0].shape
    np.testing.assert_allclose(by_columns, by_rows, rtol=1e-10, atol=1e-11)
