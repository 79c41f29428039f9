"""The figures and promises of the engine: numbers to reproduce, long chains, threads, memory, what is imported."""

import gc
import math
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import product

import pytest

import autograd_mini as ad
from autograd_mini.primitive import PRIMITIVES, Traced
from autograd_mini.tape import Tape
from tests.engine.cases import MODES

# --- numbers to reproduce ----------------------------------------------------------------------------------


def test_the_running_example_at_2_5():
    """Baydin et al. 2018, §3.1: 11.652, 5.5 and 1.716."""

    def f(x1, x2):
        return ad.log(x1) + x1 * x2 - ad.sin(x2)

    assert ad.value_and_grad(f, (0, 1))(2.0, 5.0) == (11.652071455223084, (5.5, 1.7163378145367738))
    assert ad.jvp(f, (2.0, 5.0), (1.0, 0.0)) == (11.652071455223084, 5.5)
    assert ad.jvp(f, (2.0, 5.0), (0.0, 1.0)) == (11.652071455223084, 1.7163378145367738)


def test_a_product_of_three_and_its_partial_product():
    assert ad.grad(lambda a, b, c: a * b * c, (0, 1, 2))(1.0, 2.0, 4.0) == (8.0, 4.0, 2.0)
    trace = ad.trace(lambda a, b, c: a * b * c, 1.0, 2.0, 4.0)
    assert trace.rows[3].partials == (2.0, 1.0)


def test_the_logistic_map_and_its_derivative_written_out():
    """Baydin et al. 2018, figure 2: l₃ and its symbolic derivative. On short binary fractions all is exact."""
    for k in range(33):
        a, exact = k / 32, Fraction(k, 32)
        want = 16 * (1 - exact) * (1 - 2 * exact) ** 2 - 16 * exact * (1 - 2 * exact) ** 2
        want -= 64 * exact * (1 - exact) * (1 - 2 * exact)
        for derivative in MODES.values():
            assert derivative(lambda a: 16 * a * (1 - a) * (1 - 2 * a) ** 2)(a) == float(want)

    def logistic(a):
        for _ in range(2):
            a = 4 * a * (1 - a)
        return a

    assert ad.grad(logistic)(0.25) == 16 * 0.75 * 0.25 - 16 * 0.25 * 0.25 - 64 * 0.25 * 0.75 * 0.5


def test_a_variable_used_more_than_once():
    for derivative in MODES.values():
        assert derivative(lambda x: x * x)(3.0) == 6.0
        assert derivative(lambda x: x * x * x)(3.0) == 27.0
        assert derivative(lambda a: (b := a * a) + (b * a) * a)(3.0) == 114.0
        assert derivative(lambda x: (z := x * x) + z * z)(3.0) == 114.0


def test_the_order_exercise():
    """b = x·y; c = b + x; d = b·y; e = c·d; f = e + b at (3, 5): wrong orders give (2115, 1494), (455, 498), …"""

    def f(x, y):
        b = x * y
        c = b + x
        d = b * y
        e = c * d
        return e + b

    assert ad.grad(f, (0, 1))(3.0, 5.0) == (905.0, 768.0)
    assert ad.trace(f, 3.0, 5.0).adjoints()[:2] == (905.0, 768.0)


def test_the_derivative_inside_a_derivative_is_1_in_all_four_nestings():
    for outer, inner in product(MODES.values(), repeat=2):
        assert outer(lambda x, inner=inner: x * inner(lambda y: x + y)(1.0))(1.0) == 1.0


# --- long programs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_a_chain_of_100_000_operations_needs_no_deep_stack(mode):
    def chain(x):
        for _ in range(50_000):
            x = -(x + 0.0)
        return x

    def sum_of_many(x):
        y = x
        for _ in range(99_999):
            y = y + x
        return y

    assert MODES[mode](chain)(0.25) == 1.0
    assert MODES[mode](sum_of_many)(0.25) == 100_000.0


def test_a_gradient_of_10_000_inputs_takes_one_sweep():
    at = [float(k) for k in range(10_000)]
    assert ad.grad(lambda v: sum(x * x for x in v))(at) == [2.0 * k for k in range(10_000)]


# --- threads, exceptions, memory ---------------------------------------------------------------------------


def test_four_threads_at_once_are_all_right():
    def work(k):
        out = []
        for n in range(40):
            x = 1.0 + k + n / 8
            for outer, inner in product(MODES.values(), repeat=2):
                got = outer(lambda x, inner=inner: x * inner(lambda y: x * y * y)(x))(x)  # d/dx 2x³
                out.append(got == 6 * x * x)
        return out

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            results = [ok for part in pool.map(work, range(4)) for ok in part]
    finally:
        sys.setswitchinterval(interval)
    assert len(results) == 640 and all(results)


def alive():
    """What the engine holds in memory."""
    return sum(isinstance(o, Traced | Tape) for o in gc.get_objects())


@pytest.fixture
def no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("use", ["grad", "jvp", "vjp", "nested", "trace", "check_grads", "an exception"])
def test_everything_is_freed_without_the_cycle_collector(use):
    def f(x):
        for _ in range(20):
            x = ad.sin(x) * x + x
        return x

    def fails(x):
        raise KeyError(f(x) and "mine")

    before = alive()
    if use == "grad":
        ad.grad(f)(1.0)
    elif use == "jvp":
        ad.jvp(f, (1.0,), (1.0,))
    elif use == "vjp":
        y, pullback = ad.vjp(f, 1.0)
        assert alive() > before or pullback(1.0)
        del y, pullback
    elif use == "nested":
        ad.grad(lambda x: ad.jvp(ad.grad(f), (x,), (1.0,))[1])(1.0)
    elif use == "trace":
        t = ad.trace(f, 1.0)
        assert t.adjoints()[0] == ad.grad(f)(1.0)
    elif use == "check_grads":
        ad.check_grads(ad.sin, (1.0,))
    else:
        for transform in (ad.grad(fails), MODES["forward"](fails), lambda x: ad.trace(fails, x)):
            with pytest.raises(KeyError):
                transform(1.0)
    assert alive() == before


def test_an_exception_inside_f_is_the_users_own_and_leaves_nothing_behind():
    kept = []

    def fails(x):
        kept.append(x)
        raise KeyError("mine")

    for transform in (*MODES.values(), lambda f: lambda x: ad.trace(f, x)):
        with pytest.raises(KeyError, match="mine"):
            transform(fails)(1.0)
        with pytest.raises(ad.EscapedValueError):
            bool(kept.pop())
        assert ad.grad(lambda x: x * MODES["forward"](lambda y: x + y)(1.0))(1.0) == 1.0

    def survives(x):
        try:
            ad.grad(fails)(x)
        except KeyError:
            kept.clear()
        return x * x

    for derivative in MODES.values():
        assert derivative(survives)(3.0) == 6.0


def test_a_value_that_escapes_its_transform_raises_a_sentence_wherever_it_is_used():
    kept = []
    ad.grad(lambda x: kept.append(x * x) or x)(3.0)
    ad.vjp(lambda x: kept.append(x * x) or x, 3.0)
    ad.grad(lambda x: ad.grad(lambda y: kept.append(x * y) or y)(x))(3.0)
    ad.trace(lambda x: kept.append(x * x) or x, 3.0)
    for x in kept:
        for use in (
            lambda x: x + 1.0, lambda x: 2.0**x, ad.sin, lambda x: ad.maximum(1.0, x), abs, bool, lambda x: x < 1.0,
            lambda x: x == 9.0, lambda x: ad.grad(ad.sin)(x), lambda x: ad.grad(lambda y: x)(1.0),
            lambda x: ad.grad(lambda y: x * y)(1.0), lambda x: ad.jvp(lambda y: y + x, (1.0,), (1.0,)),
            lambda x: ad.vjp(ad.sin, 1.0)[1](x), lambda x: ad.jvp(ad.sin, (1.0,), (x,)), lambda x: ad.trace(ad.sin, x),
        ):  # fmt: skip
            with pytest.raises(ad.EscapedValueError, match="Return it"):
                use(x)
        str(x), repr(x)  # to look at it is allowed


def test_a_value_of_an_inner_transform_does_not_leave_through_an_outer_one():
    for outer, inner in product(MODES.values(), repeat=2):
        kept = []

        def f(x, kept=kept, inner=inner):
            inner(lambda y: kept.append(y * x) or y)(1.0)
            return kept[0]

        with pytest.raises(ad.EscapedValueError):
            outer(f)(2.0)


# --- check_grads -------------------------------------------------------------------------------------------


def planted(monkeypatch, name, *partials):
    monkeypatch.setattr(PRIMITIVES[name], "_partials", list(partials))


def test_check_grads_finds_a_planted_wrong_rule_and_says_where(monkeypatch):
    planted(monkeypatch, "sin", lambda z, x: -PRIMITIVES["cos"](x))
    for modes in (("fwd",), ("rev",), ("fwd", "rev")):
        with pytest.raises(AssertionError, match=r"derivative.*output 1.*argument 1\[1\]") as error:
            ad.check_grads(lambda a, b: (a, a * PRIMITIVES["sin"](b[1])), (1.5, [2.5, 0.75]), order=1, modes=modes)
        assert modes[0] in str(error.value)
        assert str(1.5 * math.cos(0.75))[:6] in str(error.value)  # what it should be


def test_check_grads_finds_a_rule_whose_own_derivative_is_wrong(monkeypatch):
    planted(monkeypatch, "exp", lambda z, x: ad.stop_gradient(z))
    ad.check_grads(PRIMITIVES["exp"], (0.5,), order=1)
    with pytest.raises(AssertionError, match="derivative"):
        ad.check_grads(PRIMITIVES["exp"], (0.5,), order=2)


def test_check_grads_finds_a_gradient_that_was_stopped():
    with pytest.raises(AssertionError, match="argument 0"):
        ad.check_grads(lambda x: x * ad.stop_gradient(x), (3.0,), order=1)

    def tangent_line(x):  # value x² and slope 2x are right, but the slope is a constant
        at = ad.stop_gradient(x)
        return at * at + 2 * at * (x - at)

    ad.check_grads(tangent_line, (3.0,), order=1)
    with pytest.raises(AssertionError, match="derivative"):
        ad.check_grads(tangent_line, (3.0,), order=2)


@pytest.mark.parametrize("name", [name for name in PRIMITIVES if name not in ("sign", "stop_gradient")])
def test_check_grads_finds_a_flipped_sign_in_any_rule(name, monkeypatch):
    primitive = PRIMITIVES[name]
    at = {"arccosh": (1.5,)}.get(name, (0.25, 0.625)[: primitive.arity])
    ad.check_grads(primitive, at)
    true = [primitive.partial(k, primitive(*at), at) or 0.0 for k in range(primitive.arity)]
    for k in range(primitive.arity):
        flipped = [-slope if j == k else slope for j, slope in enumerate(true)]
        if flipped != true:
            with monkeypatch.context() as patch:
                planted(patch, name, *(lambda *v, slope=slope: slope for slope in flipped))
                with pytest.raises(AssertionError, match=f"argument {k}"):
                    ad.check_grads(primitive, at, order=1)


@pytest.mark.parametrize("error", [1.0, 1e-8], ids=["large", "small"])
def test_check_grads_finds_modes_that_disagree(monkeypatch, error):
    def wrong(f, primals, tangents):
        y, dot = ad.jvp(f, primals, tangents)
        return y, [d * (1 + error) for d in dot]

    monkeypatch.setattr("autograd_mini.check.jvp", wrong)
    ad.check_grads(lambda x: x * x, (3.0,), order=1, modes=("rev",))
    with pytest.raises(AssertionError, match=r"by fwd|orward and reverse mode disagree"):
        ad.check_grads(lambda x: x * x, (3.0,), order=1)


KINKS = [
    ("abs", abs, 0.0),
    ("relu", ad.relu, 0.0),
    ("maximum", lambda x: ad.maximum(x, 2.0), 2.0),
    ("a jump", lambda x: x if x > 1.0 else x - 1.0, 1.0),
    ("sqrt", ad.sqrt, 0.0),
    ("second derivative", lambda x: x * abs(x), 0.0),
]


@pytest.mark.parametrize(("f", "at"), [k[1:] for k in KINKS], ids=[k[0] for k in KINKS])
def test_check_grads_says_that_it_stands_at_a_kink(f, at):
    with pytest.raises(ValueError, match=r"along argument 0.*kink.*beside"):
        ad.check_grads(f, (at,))
    ad.check_grads(f, (at + 0.5,))


def test_check_grads_says_that_a_value_or_a_derivative_is_not_finite():
    with pytest.raises(ValueError, match="not finite"):
        ad.check_grads(lambda x: x * math.inf, (1.0,))
    nan_rule = ad.custom_jvp(lambda x: x)
    nan_rule.defjvp(lambda primals, tangents: (primals[0], tangents[0] * math.nan))
    with pytest.raises(AssertionError, match=r"argument 0 is nan.*differences give 1\.0|argument 0 is nan.*give 0\.9"):
        ad.check_grads(nan_rule, (1.0,))


def test_check_grads_needs_only_the_mode_that_it_checks():
    @ad.custom_vjp
    def doubled(x):
        return x + x

    doubled.defvjp(lambda x: (x + x, None), lambda _, bar: (bar * 2.0,))
    ad.check_grads(lambda x: doubled(x) * x, (3.0,), modes=("rev",))


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_check_grads_is_right_about_large_and_small_numbers(scale):
    def f(x, y):
        return ad.exp(x / scale) * y, ad.log(y) * x * 1e-3

    ad.check_grads(f, (0.7 * scale, 1.3))
    with pytest.raises(AssertionError, match="argument 1"):
        ad.check_grads(lambda x, y: f(x, y)[0] + 0.5 * y * ad.stop_gradient(y), (0.7 * scale, 1.3))


def test_check_grads_takes_trees_and_several_outputs():
    ad.check_grads(lambda p, c: {"a": p["x"] * c[0], "b": ad.sin(c[1]) / p["x"]}, ({"x": 1.5}, [2.0, 0.5]))


# --- what is imported --------------------------------------------------------------------------------------


def python(program):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=60, check=False
    )


BLOCKER = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"numpy", "ipywidgets", "anywidget", "IPython", "sympy", "mpmath", "scipy"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
"""


def test_the_engine_works_where_numpy_is_not_installed():
    done = python(
        BLOCKER
        + """
import autograd_mini as ad
def f(x1, x2): return ad.log(x1) + x1 * x2 - ad.sin(x2)
print(ad.grad(f, (0, 1))(2.0, 5.0))
print(ad.jvp(f, (2.0, 5.0), (1.0, 0.0))[1], ad.Dual(3.0, 1.0) * 2)
ad.check_grads(f, (2.0, 5.0))
t = ad.trace(f, 2.0, 5.0)
print(len(str(t)) > 0, len(t._repr_html_()) > 0)
"""
    )
    assert (done.stderr, done.stdout) == ("", "(5.5, 1.7163378145367738)\n5.5 6 + 2ε\nTrue True\n")


def test_importing_the_engine_imports_nothing_but_the_standard_library():
    done = python(
        """
        import sys
        before = set(sys.modules)
        import autograd_mini as ad
        ad.grad(ad.sin)(1.0), str(ad.trace(ad.sin, 1.0))
        new = {name.partition(".")[0] for name in set(sys.modules) - before}
        print(sorted(new - set(sys.stdlib_module_names)))
        """
    )
    assert done.stdout == "['autograd_mini']\n", done.stderr


def test_numpy_stays_out_even_where_it_is_installed():
    done = python("import sys, autograd_mini; print(sorted({'numpy', 'ipywidgets', 'sympy'} & set(sys.modules)))")
    assert done.stdout == "[]\n", done.stderr


def test_the_public_names_are_all_there():
    for name in ad.__all__:
        assert hasattr(ad, name)
    assert set(PRIMITIVES) <= set(ad.__all__)
    assert {"jvp", "vjp", "grad", "value_and_grad", "stop_gradient", "check_grads", "trace", "Dual"} <= set(ad.__all__)
    assert all(getattr(ad, name).__doc__ for name in ad.__all__)
