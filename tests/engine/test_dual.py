"""Dual numbers as a learner meets them: made by hand, printed, several seeds at once."""

import copy
import math
import pickle

import pytest

import autograd_mini as ad
from autograd_mini import Dual
from tests.engine.cases import CASES, MODES


@pytest.mark.parametrize(
    ("dual", "shown"),
    [
        (Dual(3.0, 1.0), "3 + 1ε"),
        (Dual(3.0, -1.0), "3 - 1ε"),
        (Dual(3.0), "3 + 0ε"),
        (Dual(3, 1), "3 + 1ε"),
        (Dual(-0.5, 2.25), "-0.5 + 2.25ε"),
        (Dual(2.0, (1.0, 0.0)), "2 + 1ε₁ + 0ε₂"),
        (Dual(2.0, (-1.0, 0.5, -2.0)), "2 - 1ε₁ + 0.5ε₂ - 2ε₃"),
        (Dual(2.0, (0.0,) * 9 + (1.0,)), "2 " + " ".join(f"+ 0ε{d}" for d in "₁₂₃₄₅₆₇₈₉") + " + 1ε₁₀"),
        (Dual(1 / 3, 2 / 3), "0.3333 + 0.6667ε"),
        (Dual(-0.0, -0.0), "0 + 0ε"),
        (Dual(1e-9, 123456.0), "1×10⁻⁹ + 1.235×10⁵ε"),
        (Dual(0.0, math.inf), "0 + ∞ε"),
        (Dual(math.nan, -math.inf), "nan - ∞ε"),
    ],
    ids=str,
)
def test_a_dual_is_shown_as_one_writes_it(dual, shown):
    assert str(dual) == repr(dual) == f"{dual}" == shown


def test_a_dual_can_be_shown_with_more_digits():
    assert f"{Dual(1 / 3, -2 / 3):.6f}" == "0.333333 - 0.666667ε"
    assert f"{Dual(2.0, (1.0, -0.5)):.2f}" == "2.00 + 1.00ε₁ - 0.50ε₂"


def test_its_parts_are_floats():
    dual = Dual(3, 1)
    assert (dual.primal, dual.tangent) == (3.0, 1.0)
    assert type(dual.primal) is type(dual.tangent) is float
    assert Dual(3, (1, 0)).tangent == (1.0, 0.0)


def test_epsilon_squared_is_zero():
    epsilon = Dual(0.0, 1.0)
    assert parts(epsilon * epsilon) == (0.0, 0.0)
    assert parts((3 + 2 * epsilon) * (5 + 7 * epsilon)) == (15.0, 3 * 7 + 2 * 5)
    first, second = Dual(0.0, (1.0, 0.0)), Dual(0.0, (0.0, 1.0))
    assert parts(first * second) == (0.0, (0.0, 0.0))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.text + " on " + str(c.domain[0]))
def test_a_dual_made_by_hand_goes_through_every_operation_as_jvp_does(case):
    seeds = (0.75, -1.25)[: len(case.domain)]
    out = case.ours(*map(Dual, case.point, seeds))
    want = ad.jvp(case.ours, case.point, seeds)
    assert parts(out) == want


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.text + " on " + str(c.domain[0]))
def test_several_seeds_give_the_whole_gradient_in_one_pass(case):
    n = len(case.domain)
    units = [tuple(float(i == k) for i in range(n)) for k in range(n)]
    out = case.ours(*map(Dual, case.point, units))
    assert out.tangent == pytest.approx(ad.grad(case.ours, tuple(range(n)))(*case.point), rel=1e-14)


def test_several_seeds_are_right_where_a_variable_is_used_twice():
    """The document that this course grew out of strings its coefficients together, and gives [3, 3] for x·x at 3."""
    x = Dual(3.0, (1.0,))
    assert (x * x).tangent == (6.0,)
    x1, x2 = Dual(2.0, (1.0, 0.0)), Dual(5.0, (0.0, 1.0))
    y = ad.log(x1) + x1 * x2 - ad.sin(x2)
    assert (y.primal, y.tangent) == (11.652071455223084, (5.5, 1.7163378145367738))


def test_duals_mix_with_numbers_on_either_side_and_with_each_other():
    x = Dual(4.0, 1.0)
    assert parts(2 - x) == (-2.0, -1.0)
    assert parts(x - 2) == (2.0, 1.0)
    assert parts(2 / x) == (0.5, -0.125)
    assert parts(x / 2) == (2.0, 0.5)
    assert parts(x**2) == (16.0, 8.0)
    assert parts(-x) == (-4.0, -1.0)
    assert parts(+x) == (4.0, 1.0)
    assert parts(abs(Dual(-4.0, 1.0))) == (4.0, -1.0)
    assert parts(sum([x, x, x])) == (12.0, 3.0)
    assert (2**x).tangent == pytest.approx(16 * math.log(2), rel=1e-15)
    assert parts(x * Dual(10.0, -1.0)) == (40.0, 6.0)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_of_a_dual_computes_with_the_others(duplicate):
    x, y = Dual(2.0, 1.0), Dual(3.0, 0.0)
    assert parts(duplicate(x)) == (2.0, 1.0)
    assert parts(duplicate(x) * y) == parts(y * duplicate(x)) == (6.0, 3.0)
    assert parts(duplicate(x) * duplicate(x)) == (4.0, 4.0)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda x: copy.deepcopy([x])[0]])
def test_a_copy_inside_a_transform_keeps_its_derivative(duplicate):
    for derivative in MODES.values():
        assert derivative(lambda x: duplicate(x) * x)(3.0) == 6.0


def test_comparisons_look_at_the_primal():
    x = Dual(3.0, 1.0)
    assert (x > 2, x >= 3, x < 2, x <= 3.0, x == 3, x != 3, 2 < x, 3 == x) == (
        True, True, False, True, True, False, True, True,
    )  # fmt: skip
    assert x == Dual(3.0, -7.0)
    assert bool(Dual(0.0, 1.0)) is False
    assert max(x, Dual(2.0, 5.0)) is x
    with pytest.raises(TypeError):
        hash(x)


def test_a_transform_of_a_hand_made_dual_carries_its_epsilon_along():
    x = Dual(2.0, 1.0)
    for derivative in MODES.values():
        assert parts(derivative(lambda t: t**3)(x)) == (12.0, 12.0)  # 3t², and its derivative 6t
    assert ad.grad(lambda t: t**3)(Dual(2.0, (1.0, -2.0))).tangent == (12.0, -24.0)
    (value, tangent), _ = map(parts, ad.jvp(lambda t: t**3, (x,), (1.0,)))
    assert (value, tangent) == (8.0, 12.0)
    out, pullback = ad.vjp(lambda t: t * t, 3.0)
    assert (out, parts(pullback(Dual(1.0, 1.0))[0])) == (9.0, (6.0, 6.0))


def test_hand_made_duals_lie_below_every_transform_also_as_arguments_that_are_not_differentiated():
    assert parts(ad.grad(lambda x, y: x * y)(Dual(2.0, 1.0), Dual(3.0, 1.0))) == (3.0, 1.0)
    both = ad.grad(lambda x, y: x * y, (0, 1))(Dual(2.0, 1.0), Dual(3.0, 0.0))
    assert [parts(g) for g in both] == [(3.0, 0.0), (2.0, 1.0)]


def test_one_made_inside_a_transform_may_be_computed_with_as_long_as_it_stays_alone():
    def f(x):
        slope = (Dual(3.0, 1.0) ** 2).tangent
        return slope * x

    for derivative in MODES.values():
        assert derivative(f)(1.0) == 6.0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * Dual(1.0, 1.0),
        lambda x: Dual(1.0, 1.0) - x,
        lambda x: ad.maximum(x, Dual(1.0, 1.0)),
        lambda x: x if x < Dual(2.0, 1.0) else 2 * x,
        lambda x: x if Dual(2.0, 1.0) == x else 2 * x,
    ],
    ids=["product", "difference", "function", "comparison", "equality"],
)
def test_a_dual_made_inside_a_transform_may_not_meet_its_values(mode, f):
    with pytest.raises(ad.EscapedValueError, match="made by hand"):
        MODES[mode](f)(1.0)


def test_a_dual_made_inside_a_transform_may_not_leave_through_it():
    for leave in (
        lambda: ad.grad(lambda x: Dual(1.0, 1.0))(1.0),
        lambda: ad.jvp(lambda x: (x, Dual(1.0, 1.0)), (1.0,), (1.0,)),
        lambda: ad.vjp(lambda x: [Dual(1.0, 1.0)], 1.0),
        lambda: ad.trace(lambda x: Dual(1.0, 1.0), 1.0),
    ):
        with pytest.raises(ad.EscapedValueError, match=r"made by hand.*\.primal"):
            leave()


def test_a_dual_is_not_made_of_traced_values():
    with pytest.raises(ad.EscapedValueError, match="jvp"):
        ad.grad(lambda x: Dual(x, 1.0).primal)(2.0)
    with pytest.raises(ad.EscapedValueError, match="jvp"):
        ad.grad(lambda x: Dual(1.0, x).primal)(2.0)
    with pytest.raises(ad.EscapedValueError):
        Dual(Dual(1.0, 1.0), 1.0)


def test_a_dual_that_outlives_its_transform_says_so_where_it_meets_another_trace_or_an_api():
    """Among numbers and values of its own pass it may still be computed with: that harms nobody."""
    kept = []
    ad.jvp(lambda x: kept.append(x) or x, (3.0,), (1.0,))
    for use in (
        lambda x: x > 2.0, lambda x: 2.0 < x, lambda x: x == 3.0, bool, lambda x: x in [1.0],
        lambda x: x * Dual(1.0, 1.0), lambda x: Dual(1.0, 1.0) - x, lambda x: ad.hypot(x, Dual(1.0, 1.0)),
        lambda x: ad.grad(ad.sin)(x), lambda x: ad.vjp(ad.sin, x), lambda x: ad.trace(ad.sin, x),
        lambda x: ad.vjp(ad.sin, 1.0)[1](x), lambda x: ad.jvp(lambda y: y + x, (1.0,), (1.0,)),
        lambda x: ad.jvp(lambda y: y + x * 2.0, (1.0,), (1.0,)), lambda x: ad.grad(lambda y: x * 2.0)(1.0),
        lambda x: ad.grad(lambda y: y * x)(1.0),
        lambda x: ad.jvp(ad.sin, (1.0,), (x,)), lambda x: ad.jvp(lambda y: x, (1.0,), (1.0,)), lambda x: Dual(x),
    ):  # fmt: skip
        with pytest.raises(ad.EscapedValueError):
            use(kept[0])
    assert str(kept[0]) == "3 + 1ε"  # to look at it is allowed


def test_duals_with_different_numbers_of_seeds_do_not_mix():
    with pytest.raises(TypeError, match=r"2 .*3|3 .*2"):
        Dual(1.0, (1.0, 0.0)) * Dual(1.0, (1.0, 0.0, 0.0))
    with pytest.raises(TypeError, match="seeds"):
        Dual(1.0, (1.0, 0.0)) + Dual(1.0, 1.0)


@pytest.mark.parametrize("wrong", ["3", None, [3.0], 1j, {}, object()], ids=lambda wrong: type(wrong).__name__)
def test_a_dual_is_made_of_real_numbers(wrong):
    with pytest.raises(TypeError, match="real"):
        Dual(wrong, 1.0)
    with pytest.raises(TypeError, match="real"):
        Dual(1.0, wrong)
    with pytest.raises(TypeError, match="real"):
        Dual(1.0, (0.0, wrong))


def parts(dual):
    return dual.primal, dual.tangent
