"""The transforms on arrays and trees: shapes, axes, kinds of numbers, ufunc methods, nested rules, many derivatives."""

import gc
import os
import subprocess
import sys
import threading
import tracemalloc

import pytest

import autograd_mini as ad
from tests.engine.cases import CASES as SCALAR_CASES
from tests.engine.cases import OURS

np = pytest.importorskip("numpy")

X = np.array([1.0, 2.0, 3.0])
TREE = {"a": X, "b": 2.0}


def close(got, want):
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)


def y(p):
    return {"y": p["a"] * p["b"]}


# --- a number and an array without axes --------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:.*encountered")
@pytest.mark.parametrize("case", SCALAR_CASES, ids=lambda c: c.text + " on " + " × ".join(map(str, c.domain)))
def test_a_number_and_an_array_without_axes_agree_within_2_ulp(case):
    numbers = tuple(range(len(case.point)))
    value, slopes = ad.value_and_grad(case.ours, numbers)(*case.point)
    array_value, array_slopes = ad.value_and_grad(case.ours, numbers)(*map(np.array, case.point))
    # A sum of terms that cancel is off by the round-off of its terms, not of itself.
    for got, want in ((array_value, value), *zip(array_slopes, slopes, strict=True)):
        np.testing.assert_array_almost_equal_nulp(np.float64(got), np.float64(want), 2)


OUTSIDE = [("log", -1.0), ("log", 0.0), ("sqrt", -1.0), ("arcsin", 2.0), ("arccosh", 0.5), ("arctanh", 1.0),
           ("log1p", -2.0), ("reciprocal", 0.0)]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*encountered")
@pytest.mark.parametrize(("name", "at"), OUTSIDE)
def test_outside_a_domain_a_number_raises_and_an_array_is_nan_or_inf(name, at):
    with pytest.raises((ValueError, ZeroDivisionError), match=name):
        ad.grad(OURS[name])(at)
    assert not np.isfinite(ad.vjp(OURS[name], np.array(at))[0])


# --- transforms on trees -----------------------------------------------------------------------------


MATRIX = np.array([[1.0, 2.0, -1.0], [0.5, 3.0, 4.0]])
COLUMN = np.array([1.0, 2.0, 5.0])
REVERSED = np.array([[0.0, 1.0], [1.0, 0.0]])


@pytest.mark.parametrize(
    ("f", "want"),
    [
        (lambda x: MATRIX @ x, lambda x: MATRIX),
        (lambda x: np.sum(MATRIX @ x) * COLUMN, lambda x: np.outer(COLUMN, MATRIX.sum(0))),
        (lambda x: (MATRIX @ x)[::-1] * np.sum(x), lambda x: REVERSED @ (MATRIX * np.sum(x) + (MATRIX @ x)[:, None])),
        (lambda x: np.sin(x) * np.sum(x), lambda x: np.diag(np.cos(x) * x.sum()) + np.sin(x)[:, None]),
        (lambda x: np.tanh(MATRIX @ x), lambda x: (1 - np.tanh(MATRIX @ x) ** 2)[:, None] * MATRIX),
        (lambda x: np.concatenate([x * x]), lambda x: np.diag(2 * x)),
        (lambda x: np.stack([x * x])[0], lambda x: np.diag(2 * x)),
        (lambda x: np.concatenate([x * x, COLUMN]), lambda x: np.vstack([np.diag(2 * x), np.zeros((3, 3))])),
        (lambda x: np.tile(x, 2), lambda x: np.vstack([np.eye(3), np.eye(3)])),
        (lambda x: COLUMN, lambda x: np.zeros((3, 3))),
        (lambda x: x, lambda x: np.eye(3)),
    ],
)
@pytest.mark.parametrize("name", ["jacfwd", "jacrev"])
def test_a_jacobian_has_its_closed_form_and_owns_its_memory(name, f, want):
    x = np.array([0.1, 0.2, 0.3])
    jacobian = getattr(ad, name)(f)
    first = jacobian(x)
    np.testing.assert_allclose(first, want(x), rtol=1e-14, atol=1e-15)
    first += 1.0  # nobody else's array
    np.testing.assert_allclose(jacobian(x), want(x), rtol=1e-14, atol=1e-15)
    x += 1.0  # nothing is locked any more


@pytest.mark.parametrize("name", ["jacfwd", "jacrev"])
def test_the_jacobian_of_an_array_by_a_number_is_a_column(name):
    got = getattr(ad, name)(lambda t: ad.sin(2 * t) * COLUMN[:2] + np.sum(COLUMN * t))(0.3)
    np.testing.assert_allclose(got, 2 * np.cos(0.6) * COLUMN[:2] + COLUMN.sum(), rtol=1e-14)


def test_blocks_of_a_jacobian_share_no_memory():
    x = np.array([0.1, 0.2])
    (by_x, by_y), (of_square, _) = ad.jacrev(lambda x, y: (x + y, x * x), argnums=(0, 1))(x, x)
    by_x += 1.0
    np.testing.assert_array_equal(by_y, np.eye(2))
    np.testing.assert_allclose(of_square, np.diag(2 * x), rtol=1e-15)


def test_a_jacobian_in_reverse_is_differentiated_again():
    x = np.array([0.3, -0.7])  # y = sin x · Σx, ΣJ = Σ cos x · Σx + 2 Σ sin x
    total = ad.grad(lambda x: np.sum(ad.jacrev(lambda x: np.sin(x) * np.sum(x))(x)))(x)
    np.testing.assert_allclose(total, -np.sin(x) * x.sum() + np.cos(x).sum() + 2 * np.cos(x), rtol=1e-13)


@pytest.mark.parametrize("jacobian", [ad.jacfwd, ad.jacrev], ids=["jacfwd", "jacrev"])
def test_jacobians_of_trees_are_trees_of_jacobians(jacobian):
    got = jacobian(y)(TREE)
    assert got.keys() == {"y"} and got["y"].keys() == {"a", "b"}
    close(got["y"]["a"], 2 * np.eye(3))
    close(got["y"]["b"], X)
    both = jacobian(lambda a, b: a[:2] * b, (0, 1))(X, 2.0)
    assert [np.shape(j) for j in both] == [(2, 3), (2,)]
    values, aux = jacobian(lambda x: (x * x, "note"), has_aux=True)(X)
    close(values, np.diag(2 * X))
    assert aux == "note"


SINGLE = {
    "an entry": lambda x: x[1], "where": lambda x: np.where(x[0] > 0, x[0], 0.0),
    "clip": lambda x: np.clip(x[0], 0.0, 0.5),
    "sum": np.sum, "mean": np.mean, "std": np.std, "sort": lambda x: np.sort(x)[0], "take": lambda x: np.take(x, 2),
    "dot": lambda x: x @ x, "einsum": lambda x: np.einsum("i,i", x, x), "max": np.max, "norm": np.linalg.norm,
    "reshape": lambda x: np.reshape(x[:1], ()), "maximum": lambda x: np.maximum(x[0], x[1]),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("f", SINGLE.values(), ids=SINGLE)
def test_a_result_without_axes_takes_a_float_as_its_seed_also_a_traced_one(f, dtype):
    x = X.astype(dtype)
    want = ad.grad(f)(x)
    pullback = ad.vjp(f, x)[1]
    for got in (pullback(1.0)[0], pullback(np.ones(()))[0], ad.jacrev(f)(x), ad.jacfwd(f)(x)):
        np.testing.assert_allclose(got, want, rtol=1e-6)
        assert got.dtype == dtype and got.shape == x.shape
    np.testing.assert_allclose(ad.jvp(lambda s: pullback(s)[0], (2.0,), (3.0,)), (2 * want, 3 * want), rtol=1e-6)
    assert ad.grad(lambda s: np.sum(pullback(s)[0]))(2.0) == pytest.approx(float(np.sum(want)), rel=1e-6)
    np.testing.assert_allclose(ad.linearize(f, x)[1](x), np.sum(want * x), rtol=1e-6)


def test_hessians_of_trees_are_trees_of_trees():
    h = ad.hessian(lambda p: np.sum(p["a"] ** 2 * p["b"]))(TREE)
    close(h["a"]["a"], 4 * np.eye(3))
    close(h["a"]["b"], 2 * X)
    close(h["b"]["a"], 2 * X)
    assert h["b"]["b"] == 0.0


def test_hvp_and_linearize_take_and_give_trees():
    direction = {"a": X, "b": 1.0}
    hv = ad.hvp(lambda p: np.sum(p["a"] ** 2 * p["b"]), (TREE,), (direction,))
    close(hv["a"], 4 * X + 2 * X)
    close(hv["b"], 2 * np.sum(X * X))
    assert type(hv["b"]) is float  # as it was given, and as grad gives it
    value, pushed = ad.linearize(y, TREE)
    close(value["y"], 2 * X)
    for _ in range(2):
        close(pushed(direction)["y"], 2 * X + X)


def test_vmap_maps_the_axes_that_it_is_told():
    a = np.arange(6.0).reshape(2, 3)
    close(ad.vmap(lambda row, s: row * s, in_axes=(1, None))(a, 2.0), a.T * 2)
    close(ad.vmap(lambda row: row * 2.0, out_axes=1)(a), a.T * 2)
    close(ad.vmap(lambda row: row * 2.0, in_axes=-1, out_axes=-1)(a), a * 2)
    close(ad.vmap(lambda p: p["a"] * p["b"][0])({"a": X, "b": (X,)}), X * X)
    close(ad.vmap(ad.vmap(lambda u, v: u * v, in_axes=(None, 0)), in_axes=(0, None))(X, X), np.outer(X, X))
    close(ad.vmap(ad.grad(lambda x: np.sum(x**3)))(a), 3 * a**2)
    close(ad.grad(lambda x: np.sum(ad.vmap(lambda row: np.prod(row))(x)))(a + 1.0), [[6, 3, 2], [30, 24, 20]])
    with pytest.raises(TypeError, match="one length"):
        ad.vmap(lambda u, v: u * v)(X, np.ones(2))


@pytest.mark.parametrize("transform", [ad.grad, ad.value_and_grad, ad.jacrev, ad.jacfwd, ad.hessian])
def test_keywords_pass_through(transform):
    got, want = (transform(lambda x, *, s=1.0: np.sum(x * x) * s)(X, **k) for k in ({"s": 3.0}, {}))
    first = (lambda t: t[1]) if transform is ad.value_and_grad else (lambda t: t)
    close(first(got), 3.0 * np.asarray(first(want)))


# --- what is refused ---------------------------------------------------------------------------------

KINDS = [
    (np.arange(3), "int64"), (np.ones(3, np.int8), "int8"), (np.array([True]), "bool"), (np.array([1j]), "complex"),
    (np.array([None]), "object"), (np.array(["a"]), "<U1"), (np.array(["2026-01-01"], "M8[D]"), "datetime64"),
    (np.zeros(1, [("x", float)]), "x"), (np.array([b"a"]), "S1"),
]  # fmt: skip
TRANSFORMS = {
    "grad": lambda f, x: ad.grad(f)(x),
    "vjp": lambda f, x: ad.vjp(f, x),
    "jvp": lambda f, x: ad.jvp(f, (x,), (x,)),
    "hessian": lambda f, x: ad.hessian(f)(x),
    "jacfwd": lambda f, x: ad.jacfwd(f)(x),
    "jacrev": lambda f, x: ad.jacrev(f)(x),
    "hvp": lambda f, x: ad.hvp(f, (x,), (x,)),
    "linearize": lambda f, x: ad.linearize(f, x),
}


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize(("x", "word"), KINDS, ids=[k[1] for k in KINDS])
def test_arrays_of_other_things_are_refused_in_a_sentence(transform, x, word):
    with pytest.raises(TypeError, match=rf"{word}.*(derivatives|differentiates).*\."):
        TRANSFORMS[transform](np.sum, x)


METHODS = [
    ("add.at", lambda x: np.add.at(np.zeros(3), [0, 1, 2], x)),
    ("add.reduceat", lambda x: np.add.reduceat(x, [0, 2])),
    ("subtract.reduce", lambda x: np.subtract.reduce(x)),
    ("divide.accumulate", lambda x: np.divide.accumulate(x)),
    ("sin", lambda x: np.sin(x, where=x > 1)),
    ("add", lambda x: np.add(x, x, out=np.zeros(3))),
    ("sum", lambda x: np.sum(x, initial=1.0)),
    ("cumsum", lambda x: np.cumsum(x, out=np.zeros(3))),
    ("exp", lambda x: np.exp(x, dtype=np.float32)),
]


@pytest.mark.parametrize(("name", "f"), METHODS, ids=[m[0] for m in METHODS])
def test_methods_and_options_of_ufuncs_that_have_no_rule_are_refused_by_name(name, f):
    for call in (lambda: ad.grad(lambda x: np.sum(f(x)))(X), lambda: ad.jvp(f, (X,), (X,))):
        with pytest.raises(TypeError, match=rf"numpy\.{name}\b"):
            call()


# --- rules of one's own, nested ----------------------------------------------------------------------


def test_custom_rules_nest_in_each_other_and_in_transforms():
    @ad.custom_jvp
    def cube(x):
        return x**3

    cube.defjvp(lambda primals, tangents: (cube(*primals), 3 * primals[0] ** 2 * tangents[0]))

    @ad.custom_vjp
    def scaled(x):
        return cube(x) * 2.0

    scaled.defvjp(lambda x: (cube(x) * 2.0, x), lambda x, bar: (6.0 * x**2 * bar,))

    close(ad.grad(lambda x: np.sum(scaled(cube(x))))(X), 18 * X**8)
    close(ad.grad(lambda x: np.sum(ad.grad(lambda x: np.sum(scaled(x)))(x)))(X), 12 * X)
    close(ad.jvp(ad.grad(lambda x: np.sum(cube(x))), (X,), (np.ones(3),))[1], 6 * X)
    close(ad.hessian(lambda x: np.sum(cube(cube(x))))(X), np.diag(72 * X**7))
    close(ad.vmap(cube)(X), X**3)


# --- threads, exceptions, length, memory -------------------------------------------------------------


def in_threads(work, n=6):
    errors = []

    def guarded(k):
        try:
            work(k)
        except Exception as error:
            errors.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=guarded, args=(k,)) for k in range(n)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    finally:
        sys.setswitchinterval(interval)
    assert errors == []


def test_nested_derivatives_in_threads_do_not_meet():
    def work(k):
        x = X + k
        for _ in range(15):
            inner = ad.grad(lambda x: np.sum(ad.grad(lambda u, x=x: np.sum(u * u * x))(x) ** 2))  # Σ (2x²)²
            close(inner(x), 16 * x**3)
            close(ad.hessian(lambda x: np.sum(np.sin(x)))(x), np.diag(-np.sin(x)))

    in_threads(work)


def test_one_pullback_may_be_called_by_several_threads():
    a = np.ones(3)
    _, pull = ad.vjp(lambda x: np.exp(x) * a, X)

    def work(k):
        for _ in range(50):
            close(pull(np.full(3, float(k)))[0], k * np.exp(X))

    in_threads(work)
    pull = work = None
    assert a.flags.writeable


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_an_exception_inside_f_leaves_nothing_behind(transform):
    a, x, kept = np.ones(3), X.copy(), []

    def fails(x):
        kept.append(np.sum(x * a))
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        TRANSFORMS[transform](fails, x)
    assert a.flags.writeable and x.flags.writeable
    with pytest.raises(ad.EscapedValueError):
        ad.grad(lambda u: np.sum(u * kept[0]))(X)
    close(ad.grad(lambda x: np.sum(x * ad.grad(lambda u: np.sum(u + x))(x)))(X), np.ones(3))


def test_a_chain_of_100_000_array_operations_needs_no_deep_stack():
    def chain(x):
        for _ in range(50_000):
            x = -(x + 0.0)
        return np.sum(x)

    close(ad.grad(chain)(np.ones(2)), np.ones(2))


def test_memory_does_not_grow_over_10_000_gradients():
    gradient = ad.grad(lambda x: np.sum(np.exp(x) * x[::-1]))

    def repeat(n):
        for _ in range(n):
            gradient(X)

    repeat(200)
    gc.collect()
    blocks = sys.getallocatedblocks()
    repeat(10_000)
    assert sys.getallocatedblocks() - blocks < 1_000  # Python's objects
    tracemalloc.start()
    try:
        repeat(50)
        before = tracemalloc.get_traced_memory()[0]
        repeat(150)
        grown = tracemalloc.get_traced_memory()[0] - before  # and NumPy's data
    finally:
        tracemalloc.stop()
    assert grown < 1_500, f"{grown} bytes more after 150 gradients"


def test_the_pullback_holds_the_memory_and_frees_it_when_it_goes():
    x = np.ones(100_000)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        _, pull = ad.vjp(lambda x: np.sum(np.exp(np.sin(x))), x)
        held = tracemalloc.get_traced_memory()[0] - before
        del pull, _
        left = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert held > x.nbytes and left < x.nbytes // 10


def test_adjoints_are_never_the_same_memory():
    for f in (lambda x, y: x + y, lambda x, y: (x, x), lambda x, y: x - y.T.T, lambda x, y: np.stack([x, y])):
        value, pull = ad.vjp(f, X, X)
        bar = value if isinstance(value, tuple) else np.ones_like(value)
        first, second = pull(bar), pull(bar)
        arrays = [*first, *second, X, *(bar if isinstance(bar, tuple) else [bar])]
        assert not any(np.shares_memory(p, q) for i, p in enumerate(arrays[:4]) for q in arrays[i + 1 :])
        first[0][:] = 9.0
        close(pull(bar)[0], second[0])


# --- what starting costs -----------------------------------------------------------------------------


def test_importing_the_engine_is_short_and_imports_nothing_heavy(tmp_path):
    # Compiled once, as on a learner's machine, wherever these tests may or may not write; and by the processor's
    # clock, which does not run while others are at work.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(tmp_path)
    program = """
import sys, time
started = time.process_time()
import autograd_mini
print(time.process_time() - started, *sys.modules)
"""

    def once():
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        return done.stdout.split()

    runs = [once() for _ in range(5)]
    assert not {"numpy", "ipywidgets", "sympy", "anywidget", "mpmath"} & set(runs[0])
    milliseconds = 1000 * min(float(run[0]) for run in runs)
    print(f"import autograd_mini: {milliseconds:.1f} ms; the promise is 20 ms")
    assert milliseconds < 2 * 20
