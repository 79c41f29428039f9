"""Recompute instead of store: plans are the best there are, gradients are the same, memory is what was promised."""

from __future__ import annotations

import math
import tracemalloc
from functools import cache

import numpy as np
import pytest

import autograd_mini as ad
from autograd_mini.checkpointing import plan

X = np.linspace(0.1, 1.0, 5)


@cache
def fewest(n, slots):
    """The fewest steps to run again: try every place for the next kept state (Griewank & Walther 2000, §2)."""
    if n == 1:
        return 0
    if slots == 1:
        return n * (n - 1) // 2
    return min(m + fewest(n - m, slots - 1) + fewest(m, slots) for m in range(1, n))


@pytest.mark.parametrize("slots", range(1, 7))
def test_a_checkpoint_plan_reverses_every_step_in_order_within_its_slots_and_runs_as_few_as_can_be(slots):
    for n in range(1, 60):
        runs, kept, reversed_ = [0] * n, set(), []
        for what, k, to in plan(n, slots):
            if what == "keep":
                kept.add(k)
            elif what == "run":
                assert k in kept
                for step in range(k, to):
                    runs[step] += 1
            else:
                reversed_.append(k)
                kept.discard(k)
            assert len(kept) <= slots
        assert reversed_ == list(reversed(range(n)))
        assert sum(runs) == fewest(n, slots)
        assert max(runs) == min(r for r in range(n + 1) if n <= math.comb(slots + r, slots))


@pytest.mark.parametrize(("slots", "runs", "most"), [(3, 3, 20), (5, 3, 56), (10, 3, 286)])
def test_checkpoint_slots_and_runs_are_enough_for_the_binomial_number_of_steps(slots, runs, most):
    def most_runs(n):
        counts = [0] * n
        for what, k, to in plan(n, slots):
            for step in range(k, to if what == "run" else k):
                counts[step] += 1
        return max(counts)

    assert math.comb(slots + runs, runs) == most
    assert (most_runs(most), most_runs(most + 1)) == (runs, runs + 1)


def test_a_checkpoint_plan_needs_a_step_and_a_slot():
    for n, slots in ((0, 3), (3, 0)):
        with pytest.raises(ValueError, match="at least one step and one slot"):
            list(plan(n, slots))


def test_a_checkpointed_function_has_the_same_derivatives_of_every_kind():
    def f(x):
        return np.exp(np.sin(x)) * x

    g = ad.checkpoint(f)
    assert np.array_equal(g(X), f(X))
    for transform in (ad.grad, ad.hessian, lambda f: ad.jit(ad.grad(f))):
        ours, theirs = (transform(lambda x, h=h: np.sum(h(x)))(X) for h in (g, f))
        assert np.allclose(ours, theirs, rtol=1e-14)
    assert np.allclose(ad.jvp(g, (X,), (X,))[1], ad.jvp(f, (X,), (X,))[1], rtol=1e-14)
    assert np.allclose(ad.jacrev(g)(X), ad.jacfwd(f)(X), rtol=1e-14)
    assert ad.grad(ad.checkpoint(lambda x, y: ad.sin(x) * y), (0, 1))(2.0, 3.0) == (math.cos(2.0) * 3.0, math.sin(2.0))


def test_a_checkpointed_function_takes_and_gives_trees():
    f = ad.checkpoint(lambda p: {"a": p["x"] * p["y"], "b": (np.sum(p["x"]), p["y"] ** 2.0)})

    def total(p):
        out = f(p)
        return np.sum(out["a"]) + out["b"][0] * out["b"][1]

    g = ad.grad(total)({"x": X, "y": 3.0})
    assert np.allclose(g["x"], 3.0 + 9.0) and math.isclose(g["y"], X.sum() + X.sum() * 6.0)


def test_a_checkpoint_that_uses_a_running_derivative_from_outside_says_so():
    with pytest.raises(TypeError, match="not among its arguments"):
        ad.grad(lambda x: ad.checkpoint(lambda t: t * x)(x))(2.0)
    with pytest.raises(TypeError, match="not among its arguments"):
        ad.grad(lambda x: ad.checkpointed_loop(lambda t: t * x, x, 5, 2))(2.0)


@pytest.mark.parametrize("slots", [1, 2, 5, 100])
def test_a_checkpointed_loop_has_the_gradient_of_the_loop(slots):
    def step(s):
        return {"x": np.sin(s["x"]) * 1.1 + s["t"] * 0.1, "t": s["t"] * 0.99}

    def plain(s):
        for _ in range(23):
            s = step(s)
        return np.sum(s["x"]) + s["t"]

    def looped(s):
        s = ad.checkpointed_loop(step, s, 23, slots)
        return np.sum(s["x"]) + s["t"]

    x0 = {"x": X, "t": 0.5}
    assert looped(x0) == plain(x0)
    want, got = ad.grad(plain)(x0), ad.grad(looped)(x0)
    assert np.allclose(got["x"], want["x"], rtol=1e-13) and math.isclose(got["t"], want["t"], rel_tol=1e-13)


def test_a_checkpointed_loop_of_no_steps_is_its_start():
    assert ad.grad(lambda x: ad.checkpointed_loop(lambda s: s * s, x, 0, 3) * 2.0)(3.0) == 2.0


def test_a_checkpointed_loop_holds_few_states_and_the_plain_loop_all():
    x = np.linspace(0.0, 1.0, 20_000)

    def step(x):
        return np.sin(x) * 1.01

    def plain(x):
        for _ in range(200):
            x = step(x)
        return np.sum(x)

    def states(f):
        tracemalloc.start()
        try:
            ad.grad(f)(x)
            return tracemalloc.get_traced_memory()[1] / x.nbytes
        finally:
            tracemalloc.stop()

    assert states(plain) > 200
    assert states(lambda x: np.sum(ad.checkpointed_loop(step, x, 200, 5))) < 5 + 12


# ---- what f uses from outside -------------------------------------------------------------------------


def test_layers_in_a_loop_each_keep_the_number_that_they_had():
    def layers(x, wrap):
        for factor in (1.0, 2.0, 3.0):
            x = wrap(lambda t: t * factor + ad.sin(t))(x)  # noqa: B023 (that it moves on is the point)
        return x

    assert ad.grad(lambda x: layers(x, ad.checkpoint))(1.0) == ad.grad(lambda x: layers(x, lambda f: f))(1.0)


def changed():
    return pytest.raises(ValueError, match="gave something else when it was run again on the way back")


def test_a_checkpoint_that_gives_something_else_the_second_time_says_so():
    def through_a_list(x):
        factor = [2.0]
        scaled = ad.checkpoint(lambda t: t * factor[0])
        y = scaled(x)
        factor[0] = 3.0
        return y + scaled(x)

    def through_an_array(x):
        w = np.ones(3)
        y = ad.checkpoint(lambda t: t * w)(x)
        w[0] = 100.0
        return np.sum(y)

    for f, at in ((through_a_list, 1.0), (through_an_array, np.array([1.0, 2.0, 3.0]))):
        with changed():
            ad.grad(f)(at)
    draw = iter((1.0, 2.0))
    with changed():
        ad.grad(lambda x: ad.checkpointed_loop(lambda t: t * next(draw), x, 1, 1))(1.0)


@pytest.mark.parametrize("inside", (
    lambda a, w: ad.checkpoint(lambda t: t * w * w)(a),
    lambda a, w: a * w + ad.checkpoint(lambda t: t * w)(a) * w,
    lambda a, w: ad.checkpointed_loop(lambda t: t * w, a, 2, 1),
))  # fmt: skip
@pytest.mark.parametrize("inner", (ad.grad, ad.jacfwd))
def test_a_value_of_an_inner_derivative_from_outside_is_never_lost_in_silence(inside, inner):
    with pytest.raises(TypeError, match="not among its arguments"):
        ad.grad(lambda a: inner(lambda w: inside(a, w))(3.0))(2.0)


def test_a_value_of_an_outer_derivative_may_come_from_outside():
    inner = ad.grad(lambda w: ad.grad(lambda a: ad.checkpoint(lambda t: t * t * w)(a))(2.0))
    assert inner(3.0) == 4.0


def test_a_state_is_matched_by_its_keys_and_keeps_its_form():
    def step(s):
        return {"b": 3.0 * s["b"], "a": s["a"] * s["b"]}

    value, slopes = ad.value_and_grad(lambda s: ad.checkpointed_loop(step, s, 2, 1)["a"])({"a": 2.0, "b": 5.0})
    assert (value, slopes) == (150.0, {"a": 75.0, "b": 60.0})  # a·b·3b
    with pytest.raises(TypeError, match="of the form that it was given"):
        ad.grad(lambda x: ad.checkpointed_loop(lambda t: (t, t), x, 2, 1))(1.0)
    with pytest.raises(TypeError, match="of the form that it was given"):
        ad.grad(lambda x: np.sum(ad.checkpointed_loop(lambda t: np.concatenate([t, t]), x, 2, 1)))(np.ones(2))
