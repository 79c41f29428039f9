"""Derivatives inside derivatives: no ε is ever taken for another, and nothing outlives its transform.

The programs are those of the literature on perturbation confusion: Siskind & Pearlmutter 2005,
Manzyuk, Pearlmutter, Radul, Rush & Siskind 2019 ("Perturbation confusion in forward automatic
differentiation of higher-order functions").
"""

from collections import namedtuple
from itertools import product

import pytest

import autograd_mini as ad
from tests.engine.cases import MODES

PAIRS = list(product(MODES.values(), repeat=2))
every_pair = pytest.mark.parametrize(("outer", "inner"), PAIRS, ids=["-".join(p) for p in product(MODES, repeat=2)])


@every_pair
def test_the_inner_derivative_sees_the_outer_variable_as_a_constant(outer, inner):
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(1.0) == 1.0  # confused: 2
    assert outer(lambda x: x * inner(lambda y: x * y)(1.0))(4.0) == 8.0
    assert outer(lambda x: x * inner(lambda y: x)(0.0))(0.0) == 0.0
    assert outer(lambda x: x * inner(lambda y: x + y)(x))(1.0) == 1.0
    assert outer(lambda x: inner(lambda y: x * y * y)(x))(3.0) == 12.0  # d/dx 2x²
    assert outer(lambda x: inner(lambda y: y)(5.0) * x)(3.0) == 1.0


@every_pair
def test_a_derivative_of_a_function_that_returns_a_function_is_a_sentence_and_not_a_wrong_number(outer, inner):
    def shift(u):
        return lambda f: lambda x: f(u + x)

    with pytest.raises(TypeError, match="returned a function"):
        outer(shift)(0.0)
    # Written out with all its arguments the same program is right: d/du f'(u + x) for f = x³ at x = 1.
    assert outer(lambda u: inner(lambda x: shift(u)(lambda t: t**3)(x))(1.0))(0.0) == 6.0


@pytest.mark.parametrize("modes", list(product(MODES, repeat=5)), ids="-".join)
def test_five_derivatives_of_x_to_the_seventh_in_every_combination_of_modes(modes):
    f = lambda x: x**7  # noqa: E731
    for mode in modes:
        f = MODES[mode](f)
    assert f(2.0) == 7 * 6 * 5 * 4 * 3 * 2.0**2


@every_pair
def test_three_scopes_see_each_others_variables(outer, inner):
    def program(x):
        def middle(y):
            return inner(lambda z: x * y * z * z)(y) * x  # 2 x² y²

        return outer(middle)(x) * x  # 4 x⁴

    for derivative in MODES.values():
        assert derivative(program)(2.0) == 16 * 2.0**3


@every_pair
def test_loops_branches_and_recursion_may_hold_derivatives(outer, inner):
    def power(x, n):
        return x * power(x, n - 1) if n else 1.0

    def newton_root(a):
        """√a by Newton's method, which differentiates t² − a itself."""
        x = a if a > 1.0 else 1.0
        for _ in range(30):
            residual = x * x - a
            x = x - residual / inner(lambda t: t * t - a)(x)
        return x

    assert outer(newton_root)(2.0) == pytest.approx(0.5 / 2.0**0.5, rel=1e-14)
    assert outer(lambda x: inner(lambda t: power(t, 4))(x))(3.0) == 12 * 9.0


@every_pair
def test_a_closure_may_use_the_outer_variable_and_the_pullback_of_an_outer_tape(outer, inner):
    def f(x):
        y, pullback = ad.vjp(lambda t: x * t * t, x)  # x³; ∂/∂t = 2x²
        return y + inner(lambda s: pullback(s)[0] * s)(1.0)  # x³ + d/ds 2x²s² = x³ + 4x²

    assert outer(f)(3.0) == 27.0 + 24.0


def test_a_pullback_is_linear_and_may_be_called_again():
    y, pullback = ad.vjp(lambda x: (x * x) * (x * x), 3.0)
    assert y == 81.0
    assert [pullback(1.0), pullback(1.0), pullback(2.0)] == [(108.0,), (108.0,), (216.0,)]  # micrograd: 108, 324


def test_a_gradient_called_twice_is_the_same():
    g = ad.grad(lambda x: (x * x) * (x * x))
    assert [g(3.0), g(3.0)] == [108.0, 108.0]


def test_a_hessian_vector_product_by_forward_over_reverse_is_the_hessian_times_the_vector():
    def rosenbrock(v):
        a, b, c = v
        return 100 * (b - a * a) ** 2 + (1 - a) ** 2 + 100 * (c - b * b) ** 2 + (1 - b) ** 2

    a, b, c = at = [1.25, -0.5, 2.0]
    hessian = [
        [1200 * a * a - 400 * b + 2, -400 * a, 0],
        [-400 * a, 202 + 1200 * b * b - 400 * c, -400 * b],
        [0, -400 * b, 200],
    ]
    direction = [1.0, -2.0, 0.5]
    want = [sum(h * d for h, d in zip(row, direction, strict=True)) for row in hessian]
    assert ad.jvp(ad.grad(rosenbrock), (at,), (direction,))[1] == want
    assert ad.grad(lambda v: ad.jvp(rosenbrock, (v,), (direction,))[1])(at) == want


def test_arguments_and_results_keep_their_shape():
    f = lambda p, n: {"sum": p["a"] + p["b"][0] * p["b"][1], "scaled": [n * p["a"]]}  # noqa: E731
    at = {"a": 2.0, "b": (3.0, 5.0)}
    out, dot = ad.jvp(lambda p: f(p, 4.0), (at,), ({"a": 1.0, "b": (0.0, 1.0)},))
    assert (out, dot) == ({"sum": 17.0, "scaled": [8.0]}, {"sum": 4.0, "scaled": [4.0]})
    out, pullback = ad.vjp(f, at, 4.0)
    assert pullback({"sum": 1.0, "scaled": [10.0]}) == ({"a": 41.0, "b": (5.0, 3.0)}, 20.0)
    assert ad.grad(lambda p: f(p, 4.0)["sum"])(at) == {"a": 1.0, "b": (5.0, 3.0)}


def test_dicts_are_matched_by_key_and_named_tuples_stay_what_they_are():
    Pair = namedtuple("Pair", "a b")
    assert ad.grad(lambda p: p.a * p.b)(Pair(2.0, 3.0)) == Pair(3.0, 2.0)
    assert type(ad.grad(lambda p: p.a * p.b)(Pair(2.0, 3.0))) is Pair
    pullback = ad.vjp(lambda x: {"a": 10 * x, "b": x}, 1.0)[1]
    calls = (
        (lambda: pullback({"b": 1.0, "a": 0.0}), (1.0,)),
        (lambda: ad.jvp(lambda d: 10 * d["a"] + d["b"], ({"a": 1.0, "b": 2.0},), ({"b": 1.0, "a": 0.0},)), (12.0, 1.0)),
    )
    for call, want in calls:
        try:
            assert call() == want
        except TypeError as error:
            assert "tangent" in str(error)


@pytest.mark.parametrize("seed", [{"a": 1.0, "c": 1.0}, [1.0, 1.0], (1.0, (1.0,)), 1.0, {"a": 1.0}], ids=repr)
def test_a_seed_of_another_shape_is_refused(seed):
    with pytest.raises(TypeError, match="seed"):
        ad.vjp(lambda x: {"a": 10 * x, "b": x}, 1.0)[1](seed)


@pytest.mark.parametrize("kind", [list, tuple])
def test_seeds_stand_in_the_same_kind_of_tree_as_the_outputs(kind):
    other = tuple if kind is list else list
    pullback = ad.vjp(lambda x: kind([x, 3.0 * x]), 2.0)[1]
    assert pullback(kind([1.0, 10.0])) == (31.0,)
    with pytest.raises(TypeError, match=r"one seed for each of 2.*same kind"):
        pullback(other([1.0, 10.0]))


def test_what_the_caller_changes_after_the_forward_sweep_changes_nothing():
    at, weights = [2.0, 3.0], [5.0, 7.0]
    _, pullback = ad.vjp(lambda v: v[0] * v[1] * weights[0], at)
    trace = ad.trace(lambda x: x * weights[1], 2.0)
    at[:] = weights[:] = [100.0, 100.0]
    assert pullback(1.0) == ([15.0, 10.0],)
    assert trace.adjoints()[0] == 7.0


def test_a_value_beside_the_differentiated_one_keeps_its_outer_derivative():
    def f(x):
        (_, aux), _ = ad.value_and_grad(lambda y: (x * y, x * y * y), has_aux=True)(x)
        return aux  # x³, with the inner tape taken off

    for derivative in MODES.values():
        assert derivative(f)(2.0) == 12.0


def test_argnums_has_aux_and_keywords_are_as_in_jax():
    f = lambda x, y, scale=1.0: scale * x * x * y  # noqa: E731
    assert ad.grad(f)(3.0, 5.0) == 30.0
    assert ad.grad(f, argnums=1)(3.0, 5.0) == 9.0
    assert ad.grad(f, argnums=-1)(3.0, 5.0) == 9.0
    assert ad.grad(f, argnums=(1, 0))(3.0, 5.0) == (9.0, 30.0)
    assert ad.grad(f, argnums=(-1, 0))(3.0, 5.0) == (9.0, 30.0)
    assert ad.grad(f, argnums=(0,))(3.0, 5.0) == (30.0,)
    assert ad.grad(f)(3.0, 5.0, scale=2.0) == 60.0
    assert ad.value_and_grad(f, argnums=(0, 1))(3.0, 5.0) == (45.0, (30.0, 9.0))
    assert ad.grad(f)(3.0, 5) == 30.0  # what is not differentiated may be anything
    assert ad.value_and_grad(lambda x: (x * x, {"seen": [x]}), has_aux=True)(3.0) == ((9.0, {"seen": [3.0]}), 6.0)
    assert ad.grad(lambda x: (x * x, "note"), has_aux=True)(3.0) == (6.0, "note")


@pytest.mark.parametrize("argnums", [(0, 0), (0, -1)], ids=str)
def test_an_argument_named_twice_is_not_answered_with_a_wrong_number(argnums):
    try:
        answer = ad.grad(lambda x: x * x, argnums)(3.0)
    except (TypeError, ValueError) as error:
        assert "argnums" in str(error) or "argument" in str(error)
    else:
        assert answer == (6.0, 6.0)


def test_a_function_that_does_not_use_its_argument_has_slope_zero():
    for derivative in MODES.values():
        assert derivative(lambda x: 7.0)(3.0) == 0.0
        assert derivative(lambda x: 7)(3.0) == 0.0
        assert derivative(lambda x: x)(3.0) == 1.0
    assert ad.vjp(lambda x, y: (y, 2.0), 3.0, 4.0)[1]((5.0, 6.0)) == (0.0, 5.0)
    assert ad.vjp(lambda x: (x, x), 3.0)[1]((5.0, 6.0)) == (11.0,)
