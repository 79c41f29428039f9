"""Arrays: both modes agree, with differences, to second order, in shape and dtype, for every operation."""

import operator
from functools import reduce

import pytest

import autograd_mini as ad

np = pytest.importorskip("numpy")

from autograd_mini.elementwise import ELEMENTWISE  # noqa: E402
from autograd_mini.numpy_names import FUNCTIONS, PASSED, UFUNCS  # noqa: E402
from autograd_mini.operations import OPERATIONS  # noqa: E402
from autograd_mini.tape import Tape  # noqa: E402
from tests.engine.array_cases import CASES  # noqa: E402

IDS = [c.name for c in CASES]
every_case = pytest.mark.parametrize("case", CASES, ids=IDS)


def draws(xs, seed):
    rng = np.random.default_rng(seed)
    return tuple(rng.uniform(-1, 1, np.shape(x)) for x in xs)


def difference(f, xs, ds, h=1e-3):
    """The directional derivative by central differences, extrapolated twice (error h⁶)."""

    def central(h):
        up, down = (f(*(x + s * h * d for x, d in zip(xs, ds, strict=True))) for s in (1, -1))
        return (up - down) / (2 * h)

    a, b, c = central(h), central(h / 2), central(h / 4)
    return (16 * (4 * c - b) / 3 - (4 * b - a) / 3) / 15


def inner(xs, ys):
    return sum(float(np.sum(x * y)) for x, y in zip(xs, ys, strict=True))


@every_case
def test_values_are_numpys(case):
    xs = case.points()
    for got in (ad.vjp(case.f, *xs)[0], ad.jvp(case.f, xs, draws(xs, 1))[0]):
        np.testing.assert_allclose(got, case.f(*xs), rtol=1e-13, atol=1e-15)
        assert np.shape(got) == np.shape(case.f(*xs))


@every_case
def test_forward_agrees_with_differences(case):
    xs = case.points()
    ds = draws(xs, 1)
    y, dy = ad.jvp(case.f, xs, ds)
    assert np.shape(dy) == np.shape(y)
    np.testing.assert_allclose(dy, difference(case.f, xs, ds), rtol=1e-6, atol=1e-8)


@every_case
def test_forward_and_reverse_pass_the_dot_test(case):
    xs = case.points()
    ds = draws(xs, 1)
    y, pull = ad.vjp(case.f, *xs)
    (w,) = draws((y,), 2)
    bars = pull(w)
    pushed, pulled = inner((w,), (ad.jvp(case.f, xs, ds)[1],)), inner(ds, bars)
    assert pulled == pytest.approx(pushed, rel=1e-10, abs=1e-12)
    for x, bar in zip(xs, bars, strict=True):
        assert bar.shape == x.shape and bar.dtype == x.dtype and type(bar) is np.ndarray and bar.flags.writeable


@every_case
def test_second_order_agrees_in_four_nestings(case):
    xs = case.points()
    ds = draws(xs, 1)
    (w,) = draws((case.f(*xs),), 2)
    numbers = tuple(range(len(xs)))

    def f(*xs):
        return np.sum(case.f(*xs) * w)

    def slope(*xs):
        return ad.jvp(f, xs, ds)[1]

    def slope_by_reverse(*xs):
        gs = ad.grad(f, numbers)(*xs)
        return reduce(operator.add, [np.sum(g * d) for g, d in zip(gs, ds, strict=True)])

    got = [
        ad.jvp(slope, xs, ds)[1], ad.jvp(slope_by_reverse, xs, ds)[1],
        inner(ds, ad.grad(slope, numbers)(*xs)), inner(ds, ad.grad(slope_by_reverse, numbers)(*xs)),
    ]  # fmt: skip
    want = difference(slope, xs, ds, 1e-3)
    np.testing.assert_allclose(got, [want] * 4, rtol=2e-5, atol=1e-7)


@every_case
def test_float32_stays_float32(case):
    xs = tuple(x.astype(np.float32) for x in case.points())
    if np.asarray(case.f(*xs)).dtype != np.float32:
        return  # the function itself leaves float32, by a float64 constant
    ds = tuple(d.astype(np.float32) for d in draws(xs, 1))
    y, dy = ad.jvp(case.f, xs, ds)
    assert y.dtype == dy.dtype == np.float32
    out, pull = ad.vjp(case.f, *xs)
    assert {b.dtype for b in pull(np.ones_like(out))} == {np.dtype(np.float32)}
    second = ad.grad(lambda *xs: np.sum(ad.jvp(case.f, xs, ds)[1]))(*xs)
    assert second.dtype == np.float32


@every_case
def test_jacobians_by_batch_are_those_by_basis_vectors(case):
    xs = case.points()
    jf, jr = ad.jacfwd(case.f)(*xs), ad.jacrev(case.f)(*xs)
    y = np.asarray(case.f(*xs))
    assert jf.shape == jr.shape == y.shape + xs[0].shape
    zeros = tuple(np.zeros_like(x) for x in xs[1:])
    columns = []
    for k in range(xs[0].size):
        e = np.zeros(xs[0].size)
        e[k] = 1.0
        columns.append(ad.jvp(case.f, xs, (e.reshape(xs[0].shape), *zeros))[1])
    want = np.stack(columns, -1).reshape(jf.shape)
    np.testing.assert_allclose(jf, want, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(jr, want, rtol=1e-9, atol=1e-11)


@every_case
def test_a_batch_gives_what_a_loop_gives(case):
    batches = [case.points(seed) for seed in range(3)]
    stacked = tuple(np.stack(xs) for xs in zip(*batches, strict=True))
    np.testing.assert_allclose(ad.vmap(case.f)(*stacked), [case.f(*xs) for xs in batches], rtol=1e-12, atol=1e-13)


@every_case
def test_the_taylor_remainder_falls_as_h_squared_to_second_order(case):
    ad.check_grads(case.f, case.points(1))


def test_every_operation_is_in_the_list():
    from autograd_mini.operations import Flat

    seen = set()
    for case in CASES:
        tape = Tape()
        ys = case.f(*(tape.input(x) for x in case.points()))
        seen |= {v.rule.name for v in tape} if ys is not None else set()
        tape.close()
        tape.release()
    differentiable = {o.name for o in OPERATIONS.values() if not isinstance(o, Flat)}
    assert differentiable - seen <= {"put_along"}  # the transpose of take_along
    assert set(ELEMENTWISE) - seen - {"stop_gradient", "sign"} == set()


# Their values are whole numbers or truth: no derivative to test.
WITHOUT_SLOPE = {
    "sign", "signbit", "argsort", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isfinite",
    "isinf", "isnan", "logical_and", "logical_or", "logical_xor", "logical_not",
}  # fmt: skip


def test_every_name_of_numpys_that_is_defined_is_in_the_list(monkeypatch):
    seen = set()

    def noted(called, own):
        return lambda *args, **options: seen.add(called) or own(*args, **options)

    shorter_road = {*ELEMENTWISE, "matmul"}  # these have the test above
    defined = {f for f in {*FUNCTIONS, *UFUNCS} - set(PASSED) if f.__name__ not in shorter_road}
    for called in defined:
        table = FUNCTIONS if called in FUNCTIONS else UFUNCS
        monkeypatch.setitem(table, called, noted(called, table[called]))
    for case in CASES:
        ad.vjp(case.f, *case.points())
    missing = {f"{f.__module__ if hasattr(f, '__module__') else 'numpy'}.{f.__name__}" for f in defined - seen}
    assert sorted(name for name in missing if name.split(".")[-1] not in WITHOUT_SLOPE) == []
