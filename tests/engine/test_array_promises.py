"""What is promised of arrays beside right numbers: conventions, sentences, captured arrays, memory, threads."""

import gc
import itertools
import math
import re
import subprocess
import sys
import threading

import pytest

import autograd_mini as ad

np = pytest.importorskip("numpy")

X = np.array([1.0, 2.0, 3.0])


def close(got, want):
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)


# --- traps, by name (research: what users of other engines trip over) --------------------------------

inf, nan = np.inf, np.nan
TRAPS = [
    ("fan-out", lambda x: x * x + (x * x) ** 2, [3.0], [114.0]),
    ("same operand twice", lambda x: x * x * x, [3.0], [27.0]),
    ("diamond", lambda x: sum_of_doublings(x), [1.0], [2.0**60]),
    ("abs at 0", np.abs, [0.0, -2.0], [0.0, -1.0]),
    ("relu at 0", lambda x: ad.relu(x), [0.0, 2.0], [0.0, 1.0]),
    ("maximum at a tie", lambda x: np.maximum(x, 1.0), [1.0, 2.0], [0.5, 1.0]),
    ("x**0 and x**1 at 0", lambda x: x**0 + x**1, [0.0], [1.0]),
    ("0**y", lambda y: np.zeros(1) ** y, [2.0], [0.0]),
    ("sqrt at 0", np.sqrt, [0.0, 1.0], [inf, 0.5]),
    ("where-nan is not hidden", lambda x: np.where(x >= 0, x, np.sqrt(-x)), [1.0], [nan]),
    ("where twice", lambda x: np.where(x >= 0, x, np.sqrt(np.where(x >= 0, 1.0, -x))), [1.0], [1.0]),
    ("log-sum-exp, naive", lambda x: np.log(np.sum(np.exp(x))), [1000.0, 0.0], [nan, 0.0]),
    ("log-sum-exp", lambda x: np.logaddexp.reduce(x), [1000.0, 0.0], [1.0, 0.0]),
    ("sigmoid far out", lambda x: ad.sigmoid(x), [-800.0, 800.0], [0.0, 0.0]),
    ("prod with a zero", np.prod, [0.0, 2.0, 3.0], [6.0, 0.0, 0.0]),
    ("norm at 0", np.linalg.norm, [0.0, 0.0], [nan, nan]),
    ("sum of squares at 0", lambda x: np.sum(x * x), [0.0, 0.0], [0.0, 0.0]),
    ("std of constants", np.std, [2.0, 2.0], [nan, nan]),
    ("var of constants", np.var, [2.0, 2.0], [0.0, 0.0]),
    ("max with ties", np.max, [1.0, 3.0, 3.0, 2.0], [0.0, 0.5, 0.5, 0.0]),
    ("sort with ties sums to 1", lambda x: np.sort(x)[0], [1.0, 1.0], [1.0, 0.0]),
    ("where at a tie takes a side", lambda x: np.where(x > 1.0, x, 1.0), [1.0, 2.0], [0.0, 1.0]),
    ("duplicate index", lambda x: x[[0, 0, 1]], [1.0, 2.0, 3.0], [2.0, 1.0, 0.0]),
    ("mean removal", lambda x: x - np.mean(x), [1.0, 2.0, 4.0], [0.0, 0.0, 0.0]),
    ("if-problem", lambda x: 0 * x if x == 0 else x, [0.0], [0.0]),
    ("arctan2 (d/dy)", lambda y: np.arctan2(y, 1.0), [0.5], [0.8]),
    ("arctan2 at the origin", lambda y: np.arctan2(y, 0.0), [0.0], [nan]),
    ("a negative base", lambda y: (-2.0) ** y, [3.0], [nan]),
    ("sqrt(x)**2 at 0", lambda x: np.sqrt(x) ** 2, [0.0], [nan]),
    ("x**1.5 at 0", lambda x: x**1.5, [0.0], [0.0]),
    ("x*x**.5 at 0", lambda x: x * x**0.5, [0.0], [nan]),
    ("sigmoid written out", lambda x: 1 / (1 + np.exp(-x)), [-800.0], [nan]),
    ("logaddexp far out", lambda x: np.logaddexp(0.0, x), [1000.0], [1.0]),
    ("max by argmax", lambda x: x[np.argmax(x)], [1.0, 3.0, 3.0], [0.0, 1.0, 0.0]),
    ("the transpose as a method", lambda w: w.T.dot(X), [1.0, 1.0, 1.0], [1.0, 2.0, 3.0]),
    ("abs at 0, second", lambda x: nested(np.abs, x, 1), [0.0], [0.0]),
    ("relu at 0, second", lambda x: nested(ad.relu, x, 1), [0.0], [0.0]),
    ("x**2 at 0, second", lambda x: nested(lambda x: x**2, x, 1), [0.0], [2.0]),
    ("x**2 at 0, third", lambda x: nested(lambda x: x**2, x, 2), [0.0], [0.0]),
    ("x**3 at 0, fourth", lambda x: nested(lambda x: x**3, x, 3), [0.0], [0.0]),
    ("arctan2, second", lambda y: nested(lambda y: np.arctan2(y, 1.0), y, 1), [0.5], [-0.64]),
    # under ties of ½ each this is 6·⅛; the one-sided third derivatives are 0 and 6
    ("maximum(x, 0)**3, third", lambda x: nested(lambda x: np.maximum(x, 0.0) ** 3, x, 2), [0.0], [0.75]),
    ("log outside its domain", np.log, [-1.0, 0.0], [-1.0, inf]),
]


def nested(f, x, times):
    """A derivative of f inside the one that the test takes."""
    for _ in range(times):
        f = ad.grad(lambda x, f=f: np.sum(f(x)))
    return f(x)


def sum_of_doublings(x):
    for _ in range(60):
        x = x + x
    return x


@pytest.mark.filterwarnings("ignore:.*encountered")
@pytest.mark.parametrize(("f", "at", "want"), [t[1:] for t in TRAPS], ids=[t[0] for t in TRAPS])
def test_traps(f, at, want):
    got = ad.grad(lambda x: np.sum(f(x)))(np.array(at))
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)


def test_broadcast_gradients_and_tangents_have_the_shapes_of_their_values():
    a, b, c = np.ones((3, 1)), np.ones((3, 4)), np.full((3, 1), 2.0)
    ga, gb, gc_ = ad.grad(lambda a, b, c: np.sum(a * b + c), (0, 1, 2))(a, b, c)
    assert (ga.shape, gb.shape, gc_.shape) == ((3, 1), (3, 4), (3, 1))
    y, t = ad.jvp(lambda a: a * b + c, (a,), (a,))
    assert y.shape == t.shape == (3, 4)


def test_perturbations_are_not_confused():
    outers = (ad.grad, lambda f: lambda x: ad.jvp(f, (x,), (1.0,))[1])
    inners = (ad.grad, lambda f: lambda x: ad.jvp(f, (x,), (np.ones(()),))[1])
    product, sum_ = (lambda x: lambda y: np.sum(x * y)), (lambda x: lambda y: np.sum(x + y))
    for outer, inner in itertools.product(outers, inners):
        assert outer(lambda x, d=inner: x * d(product(x))(np.array(1.0)))(4.0) == 8.0
        assert outer(lambda x, d=inner: x * d(sum_(x))(np.array(1.0)))(1.0) == 1.0


# --- kinds of numbers and shapes ----------------------------------------------------------------------


def test_float32_stays_float32_however_deep():
    x = X.astype(np.float32)
    f = lambda x: np.sum(np.tanh(x) * x**3 / np.sqrt(x))  # noqa: E731
    assert ad.grad(f)(x).dtype == ad.hessian(f)(x).dtype == ad.jacrev(ad.jacrev(f))(x).dtype == np.float32
    assert ad.grad(lambda x: np.sum(ad.grad(f)(x) * x))(x).dtype == np.float32
    mixed = ad.grad(lambda x: np.sum(x * np.ones(3)))(x)  # a float64 factor does not change what x's gradient is
    assert mixed.dtype == np.float32


ODD = [np.zeros(0), np.zeros((2, 0)), np.array(3.0), np.array([3.0]), np.array([[3.0]])]


@pytest.mark.parametrize("x", ODD, ids=lambda x: str(x.shape))
def test_arrays_without_axes_or_entries_are_right(x):
    g = ad.grad(lambda x: np.sum(x * x))(x)
    assert g.shape == x.shape and isinstance(g, np.ndarray)
    close(g, 2 * x)
    close(ad.jvp(lambda x: x * x, (x,), (x,))[1], 2 * x * x)
    assert ad.hessian(lambda x: np.sum(x * x))(x).shape == x.shape * 2


def test_a_number_and_an_array_without_axes_agree():
    for name in ("sin", "exp", "tanh", "sqrt", "arctan", "log1p", "sigmoid"):
        f = getattr(ad, name)
        assert ad.grad(f)(np.array(0.7)) == pytest.approx(ad.grad(f)(0.7), rel=4.5e-16)


def test_numbers_and_arrays_mix():
    assert ad.grad(lambda s: np.sum(np.exp(s * X)))(0.5) == pytest.approx(np.sum(X * np.exp(0.5 * X)), rel=1e-14)
    assert type(ad.grad(lambda s: np.sum(s * X))(0.5)) is float
    g = ad.grad(lambda p: np.sum(p["w"] * p["b"] + p["c"][0]))({"w": X, "b": 2.0, "c": (1.0,)})
    close(g["w"], [2, 2, 2])
    assert (g["b"], g["c"]) == (6.0, (3.0,))


def test_gradients_are_arrays_of_their_own():
    a, b = ad.grad(lambda x, y: np.sum(x + y), (0, 1))(X, X)
    a[0] = 9.0
    assert b[0] == 1.0 and X[0] == 1.0
    _, pull = ad.vjp(lambda x: x, X)
    assert not np.shares_memory(pull(X)[0], X)


SQUARE = np.array([[1.0, 2.0], [0.0, 3.0]])
NONFINITE = [
    ("nothing", lambda x: np.sum(x * x), SQUARE, None),
    ("a constant", lambda x: 3.0, SQUARE, None),
    ("the input itself", lambda x: x, SQUARE, None),
    ("an input", np.sum, np.array([1.0, nan]), "x1[1] = nan at the input x1"),
    ("a value", lambda x: np.sum(np.log(x + 0.0)), SQUARE, "v2[1, 0] = −∞ at v2 = log(v1)"),
    ("the first of two outputs", lambda x: (x @ x, np.exp(x * 1000.0)), SQUARE, "v3[0, 0] = ∞ at v3 = exp(v2)"),
    ("with a constant array", lambda x: SQUARE / x * 1.0, SQUARE, "v1[1, 0] = nan at v1 = divide(constant, x1)"),
    ("a branch not chosen", lambda x: np.where(x >= 0, x, np.sqrt(-x)), SQUARE, "v2[0, 0] = nan at v2 = sqrt(v1)"),
    ("an adjoint", lambda x: np.sum(2.0 * np.sqrt(x)), SQUARE, "x̄1[1, 0] = ∞ at the input x1"),
    ("an adjoint inside", lambda x: np.std(x), np.ones(2), "v̄6 = ∞ at v6 = divide(v5, 2)"),
    ("an adjoint in linear algebra", lambda x: np.linalg.norm(x * 0.0), SQUARE, "v̄3 = ∞ at v3 = sum(v2)"),
    ("a tree", lambda p: p["w"] * ad.sqrt(p["b"][0]), {"w": X, "b": [0.0]}, "x̄1['b'][0] = ∞ at the input x1['b'][0]"),
    ("a number beside arrays", lambda s: ad.sqrt(s * 1.0) * X, 0.0, "v̄1 = ∞ at v1 = multiply(x1, 1)"),
    ("a derivative", ad.grad(lambda x: np.sum(x**1.5)), SQUARE, "x̄1[1, 0] = ∞ at the input x1"),
]  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("f", "at", "said"), [n[1:] for n in NONFINITE], ids=[n[0] for n in NONFINITE])
def test_the_first_row_of_a_run_on_arrays_that_is_not_finite_is_named_with_its_entry(f, at, said):
    assert ad.first_nonfinite(f, at) == said


def test_looking_for_what_is_not_finite_leaves_nothing_behind():
    a, x = np.ones((2, 2)), SQUARE.copy()
    with pytest.raises(ZeroDivisionError):
        ad.first_nonfinite(lambda x: np.sum(x * x * a) + 1 / 0, x)
    assert a.flags.writeable and x.flags.writeable
    with pytest.raises(TypeError, match="outside the function you differentiate"):
        ad.grad(lambda x: ad.first_nonfinite(np.sum, x))(x)


# --- captured arrays ----------------------------------------------------------------------------------


def test_a_captured_array_cannot_change_under_the_derivative():
    a = np.ones(3)

    def f(x):
        y = np.sum(x * a)
        a[0] = 100.0
        return y

    with pytest.raises(ValueError, match="read-only"):
        ad.grad(f)(X)
    assert a[0] == 1.0 and a.flags.writeable


def test_a_captured_view_is_copied():
    a = np.ones(4)

    def f(x):
        y = np.sum(x * a[1:])
        a[1] = 100.0
        return y

    close(ad.grad(f)(X), [1, 1, 1])


def test_arrays_are_unlocked_when_the_pullback_goes_and_after_errors():
    a, x = np.ones(3), X.copy()
    _, pull = ad.vjp(lambda x: np.sum(x * x * a), x)
    assert not a.flags.writeable and not x.flags.writeable
    del pull
    assert a.flags.writeable and x.flags.writeable
    with pytest.raises(ZeroDivisionError):
        ad.grad(lambda x: np.sum(x * a) + 1 / 0)(x)
    assert a.flags.writeable and x.flags.writeable


def test_nested_tapes_unlock_only_when_all_are_done():
    a = np.ones(3)
    seen = []

    def f(x):
        ad.grad(lambda y: np.sum(y * a))(np.zeros(3))
        y = np.sum(x * a)
        ad.grad(lambda y: np.sum(y * a))(np.zeros(3))
        seen.append(a.flags.writeable)
        return y

    ad.grad(f)(X)
    assert seen == [False] and a.flags.writeable


# --- sentences ----------------------------------------------------------------------------------------


def _set(x):
    x[0] = 1.0


def _into(x):
    a = np.zeros(3)
    a += x


SENTENCES = [
    ("vector result", lambda x: x * 2, "shape \\(3,\\).*jacrev.*vjp"),
    ("setitem", _set, "numpy.where"),
    ("in-place operator", _into, "a = a \\+ x"),
    ("out=", lambda x: np.sin(x, out=np.zeros(3)), "out="),
    ("float()", lambda x: float(np.sum(x)), "drop the derivative"),
    ("truth of an array", lambda x: 1.0 if x else 2.0, "neither true nor false.*numpy.where"),
    ("no derivative", lambda x: np.fft.fft(x), "no derivative for numpy.fft.fft"),
    ("rounding", lambda x: np.floor(x), "no derivative for numpy.floor"),
    ("complex constant", lambda x: x * 1j, "complex"),
    ("complex array", lambda x: x * np.array([1j, 0, 0]), "complex"),
    ("object array", lambda x: x * np.array([None] * 3), "array of object"),
    ("a function of a function", lambda x: lambda y: x * y, "returned a function"),
    ("math", lambda x: math.sin(x[0]), "functions of `math` would drop"),
    ("to an integer dtype", lambda x: x.astype(int), "drop its derivative"),
    ("traced index", lambda x: X[x], "derivative|index"),
    ("dtype=", lambda x: np.sum(x, dtype=float), "without dtype="),
    ("np.array", lambda x: np.array(x), "numpy.stack"),
    ("svd", lambda x: np.linalg.svd(x[None]), r"numpy.linalg.svd.*numpy.linalg.eigh\(x.T @ x\)"),
    ("qr", lambda x: np.linalg.qr(x[None]), r"numpy.linalg.qr.*numpy.linalg.cholesky\(x.T @ x\)"),
    ("pinv", lambda x: np.linalg.pinv(x[None]), r"numpy.linalg.pinv.*numpy.linalg.solve\(a.T @ a, a.T @ b\)"),
    ("eig", lambda x: np.linalg.eig(x[None]), r"numpy.linalg.eig .*complex.*numpy.linalg.eigh"),
    ("fft, and what to use", lambda x: np.fft.rfft(x), r"numpy.fft.rfft.*complex.*numpy.cos\(a\)"),
    ("median", lambda x: np.median(x), r"numpy.median.*numpy.sort"),
    ("nansum", lambda x: np.nansum(x), r"numpy.nansum.*numpy.where\(numpy.isnan\(x\)"),
    ("place", lambda x: np.place(x, x > 1.0, 0.0), "never changes.*numpy.where"),
    ("spectral norm", lambda x: np.linalg.norm(x[None], 2), "norm.*'fro' of matrices"),
    ("a matrix norm by axes", lambda x: np.linalg.norm(x[None], 1, axis=(0, 1)), "norm.*'fro' of matrices"),
    ("one branch of where", lambda x: np.where(x > 0, x), "both branches or neither"),
    ("where without branches in vmap", lambda x: ad.vmap(np.where)(x > 0.0), "no rule for batches|arrays"),
]


@pytest.mark.parametrize(("f", "words"), [s[1:] for s in SENTENCES], ids=[s[0] for s in SENTENCES])
def test_what_cannot_be_is_refused_with_a_sentence(f, words):
    with pytest.raises((TypeError, ValueError, IndexError)) as error:
        ad.grad(f)(X)
    text = " ".join(str(e) for e in (error.value, error.value.__cause__, error.value.__context__))
    assert re.search(words, text)


@pytest.mark.parametrize("shape", [(5, 3), (3, 3)])
def test_what_to_use_instead_of_svd_qr_and_least_squares_is_the_same(shape):
    rng = np.random.default_rng(1)
    x, b = rng.uniform(-1, 1, shape), rng.uniform(-1, 1, shape[0])
    close(np.linalg.eigh(x.T @ x)[0], np.linalg.svd(x)[1][::-1] ** 2)
    r = np.linalg.cholesky(x.T @ x).T
    close(np.abs(r), np.abs(np.linalg.qr(x)[1]))
    close(x @ np.linalg.inv(r) @ r, x)
    np.testing.assert_allclose(np.linalg.solve(x.T @ x, x.T @ b), np.linalg.lstsq(x, b)[0], rtol=1e-9)
    a = 2 * np.pi * np.outer(np.arange(shape[0]), np.arange(shape[0])) / shape[0]
    np.testing.assert_allclose(b @ np.cos(a) - 1j * (b @ np.sin(a)), np.fft.fft(b), rtol=1e-12, atol=1e-13)


def test_an_escaped_array_is_refused():
    kept = []
    ad.grad(lambda x: np.sum(kept.append(x) or x))(X)
    for use in (lambda: kept[0] * 2, lambda: np.sum(kept[0]), lambda: ad.grad(lambda y: np.sum(y * kept[0]))(X)):
        with pytest.raises(ad.EscapedValueError):
            use()


# --- memory, threads, start ---------------------------------------------------------------------------


def test_nothing_is_left_for_the_collector():
    f = lambda x: np.sum(np.exp(x) * x[::-1])  # noqa: E731
    calls = (ad.grad(f), ad.hessian(f), ad.jacrev(np.sin), ad.vmap(np.sin), lambda x: ad.vjp(f, x)[1](np.float64(1.0)))
    for call in calls:
        call(X)
    gc.collect()
    gc.disable()
    try:
        for call in calls:
            call(X)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_threads_do_not_meet():
    a = np.ones(50)
    wrong = []

    def work(k):
        x = np.linspace(0.1, 1.0, 50) * (k + 1)
        want = 2 * np.sin(x) * np.cos(x)
        for _ in range(40):
            got = ad.grad(lambda x: np.sum(np.sin(x) ** 2 * a))(x)
            if not np.allclose(got, want, rtol=1e-12):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong and a.flags.writeable


def test_importing_the_engine_imports_no_numpy():
    code = "import sys, autograd_mini as ad; ad.grad(ad.sin)(1.0); ad.hessian; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


# --- custom rules, checks -----------------------------------------------------------------------------


def test_a_custom_jvp_gives_both_modes_and_nests():
    @ad.custom_jvp
    def softplus(x):
        return np.log(1 + np.exp(x))

    @softplus.defjvp
    def rule(primals, tangents):
        return softplus(*primals), tangents[0] * ad.sigmoid(primals[0])

    f = lambda x: np.sum(softplus(x) * x)  # noqa: E731
    plain = lambda x: np.sum(np.logaddexp(x, 0.0) * x)  # noqa: E731
    close(ad.grad(f)(X), ad.grad(plain)(X))
    close(ad.hessian(f)(X), ad.hessian(plain)(X))
    close(ad.jvp(f, (X,), (X,))[1], ad.jvp(plain, (X,), (X,))[1])


def test_a_custom_vjp_is_used_and_forward_mode_says_that_it_has_none():
    @ad.custom_vjp
    def clipped(x):
        return x

    clipped.defvjp(lambda x: (x, None), lambda saved, bar: (np.clip(bar, -1, 1),))
    close(ad.grad(lambda x: np.sum(clipped(x) * 5.0))(X), [1, 1, 1])
    with pytest.raises(TypeError, match=r"reverse rule only.*custom_jvp"):
        ad.jvp(clipped, (X,), (X,))


def test_the_reverse_rule_of_several_operands_runs_once_a_sweep_and_keeps_what_it_returns():
    runs, kept = [], np.array([5.0, 6.0, 7.0])

    @ad.custom_vjp
    def weighted(x, y):
        return x * y

    def bwd(saved, bar):
        runs.append(1)
        return bar * saved[1], kept  # an array of its own, which nobody may add to

    weighted.defvjp(lambda x, y: (x * y, (x, y)), bwd)
    for f, times in ((lambda x, y: np.sum(weighted(x, y)), 1), (lambda x, y: np.sum(weighted(x, y) + y * 2.0), 2)):
        of_x, of_y = ad.grad(f, (0, 1))(X, X**2)
        close(of_x, X**2)
        close(of_y, [5.0, 6.0, 7.0] if times == 1 else [7.0, 8.0, 9.0])
        assert len(runs) == times
    close(kept, [5.0, 6.0, 7.0])
    close(ad.jacrev(weighted, (0, 1))(X, X**2)[0], np.diag(X**2))


def test_linearize_runs_f_once():
    runs = []

    def f(x):
        runs.append(1)
        return np.sin(x) * x

    y, pushed = ad.linearize(f, X)
    close(y, np.sin(X) * X)
    for d in (X, X**2):
        close(pushed(d), (np.cos(X) * X + np.sin(X)) * d)
    assert len(runs) == 1


def test_check_grads_names_array_and_entry():
    ad.check_grads(lambda a, p: np.tanh(a) @ p["w"] * p["b"], (np.ones((2, 3)), {"w": X, "b": 2.0}))
    with pytest.raises(AssertionError, match=r"argument 0\[0, 1\]"):
        ad.check_grads(lambda x: x[0, 0] ** 2 + x[0, 1] * ad.stop_gradient(x[0, 1]), (np.array([[1.0, 2.0]]),))


def test_check_grads_names_the_entry_in_a_tree():
    args = (1.5, {"w": [X, np.ones((2, 2))], "b": np.zeros(0)})
    with pytest.raises(AssertionError, match=r"argument 1\['w'\]\[1\]\[1, 0\]"):
        ad.check_grads(
            lambda s, p: s * p["w"][1][1, 0] * ad.stop_gradient(p["w"][1][1, 0]) + np.sum(p["w"][0] * X), args
        )
    ad.check_grads(lambda s, p: np.tanh(s * p["w"][0]), args)


def test_check_grads_checks_float32_in_double_precision():
    ad.check_grads(lambda x: np.sum(np.sin(x) ** 2), (X.astype(np.float32),))


STEPS = [
    lambda xp, u, v, a: u + v,
    lambda xp, u, v, a: u * v,
    lambda xp, u, v, a: xp.sin(u) * a,
    lambda xp, u, v, a: u @ a,
    lambda xp, u, v, a: xp.tanh(u @ v),
    lambda xp, u, v, a: u - xp.mean(v, axis=0),
    lambda xp, u, v, a: xp.where(u > v, u, v * a[0]),
    lambda xp, u, v, a: u[::-1] * v.T,
    lambda xp, u, v, a: u / (1.0 + v * v),
    lambda xp, u, v, a: xp.exp(-u * u) + v[np.array([0, 0, 2])],
    lambda xp, u, v, a: xp.sum(u, axis=1, keepdims=True) * v,
    lambda xp, u, v, a: xp.concatenate([u[1:], v[:1]]) * 0.5,
]


@pytest.mark.parametrize("seed", range(30))
def test_random_programs_agree_with_differences_and_with_each_other(seed):
    rng = np.random.default_rng(seed)
    steps = [(STEPS[k], rng.uniform(-1, 1, (3, 3))) for k in rng.integers(0, len(STEPS), 8)]

    def f(x):
        values = [x, x * 0.5]
        for step, a in steps:
            values.append(step(np, values[-1], values[len(values) // 2], a))
        return np.sum(values[-1] * values[-2])

    x, d = rng.uniform(-1, 1, (3, 3)), rng.uniform(-1, 1, (3, 3))
    h = 1e-5
    slope, by_hvp = ad.jvp(f, (x,), (d,))[1], ad.hvp(f, (x,), (d,))
    np.testing.assert_allclose(slope, (f(x + h * d) - f(x - h * d)) / (2 * h), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(np.sum(ad.grad(f)(x) * d), slope, rtol=1e-10, atol=1e-12)
    by_differences = (ad.grad(f)(x + h * d) - ad.grad(f)(x - h * d)) / (2 * h)
    np.testing.assert_allclose(by_hvp, by_differences, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(np.tensordot(ad.hessian(f)(x), d, 2), by_hvp, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(ad.jacrev(ad.grad(f))(x), ad.hessian(f)(x), rtol=1e-9, atol=1e-11)


def test_the_seed_of_a_sum_makes_no_array_and_changes_no_number():
    import tracemalloc

    x = np.linspace(0.0, 1.0, 100_000).copy()  # which owns its data, so it is locked and not copied
    gradient = ad.grad(lambda x: np.sum(x[:-1] * x[1:]))
    gradient(x)
    tracemalloc.start()
    try:
        g = gradient(x)
        assert tracemalloc.get_traced_memory()[1] < 1.1 * x.nbytes  # one array: the products, and then the gradient
    finally:
        tracemalloc.stop()
    close(g, np.concatenate([x[1:], [0.0]]) + np.concatenate([[0.0], x[:-1]]))
    kept = np.array([2.0, 3.0, 4.0])
    for f in (lambda x: np.sum(x * kept), lambda x: np.sum(x * kept) + np.sum(x * kept), lambda x: np.sum(x * x)):
        g = ad.grad(f)(X)
        g += 100.0  # the gradient is the caller's own array
    close(kept, [2.0, 3.0, 4.0])
    close(ad.grad(lambda x: np.sum(x * kept))(X), kept)
