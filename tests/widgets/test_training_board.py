"""The training board: it descends as gradient descent does, can be stopped, and survives what goes wrong."""

import asyncio
import time

import numpy as np
import pytest

from autograd_mini.formatting import fmt
from autograd_mini.widgets import TrainingBoard
from autograd_mini.widgets.training import Map, boundary

POINTS = np.array([[-1.0, 0.5], [-0.5, -1.0], [0.75, 0.25], [1.25, -0.5]])
LABELS = np.array([0.0, 0.0, 1.0, 1.0])


def bowl(parameters):
    """The loss ½ |w|² + ½ b², whose gradient is w and b."""
    w, b = parameters["w"], parameters["b"]
    return 0.5 * np.sum(w * w) + 0.5 * b * b, {"w": w, "b": b}


def scores(parameters, points):
    return points @ parameters["w"] + parameters["b"]


def board(slopes=bowl, **options):
    start = {"w": np.array([3.0, 4.0]), "b": 2.0}
    return TrainingBoard(slopes, start, scores, POINTS, LABELS, rate=0.1, **options)


def test_a_step_goes_against_the_gradient_by_the_rate():
    b = board()
    b.train(7)
    shrunk = 0.9**7  # the slider's own 0.1
    assert np.allclose(b.parameters["w"], [3 * shrunk, 4 * shrunk], rtol=1e-12)
    assert b.done == 7 and b.losses == pytest.approx([14.5 * 0.81**k for k in range(8)])


def test_the_table_has_the_loss_the_part_that_is_right_and_the_slope_of_each_layer():
    b = board()
    b.train(2)
    facts = dict(b.drawing.facts[1:])
    assert facts["loss"] == fmt(14.5 * 0.81**2)
    assert facts["slope of w"] == fmt(5 * 0.81, 3) and facts["slope of b"] == fmt(2 * 0.81, 3)
    right = np.mean((POINTS @ [3.0, 4.0] + 2.0 > 0) == (LABELS == 1))  # scaling changes no sign
    assert facts["right"] == f"{fmt(100 * right, 3)} %"


def test_the_picture_keeps_powers_of_two_and_the_last_step():
    b = board()
    b.train(11)
    assert [now.steps for now in b._told] == [0, 1, 2, 4, 8, 11]
    b.train(9)
    assert [now.steps for now in b._told] == [0, 1, 2, 4, 8, 16, 20]


def test_the_boundary_lies_where_the_scores_are_zero():
    xs = ys = np.linspace(-2.0, 2.0, 41)
    across, up = np.meshgrid(xs, ys)
    for x0, y0, x1, y1 in boundary(across**2 + up**2 - 1.5**2, xs, ys):
        for x, y in ((x0, y0), (x1, y1)):
            assert np.hypot(x, y) == pytest.approx(1.5, abs=0.01)
    line = boundary(across + 2 * up - 0.5, xs, ys)
    assert len(line) >= 40 and all(abs(x + 2 * y - 0.5) < 1e-9 for a in line for x, y in (a[:2], a[2:]))


def test_scores_that_are_no_numbers_have_no_boundary():
    assert Map(POINTS, LABELS).line(lambda at: np.full(len(at), np.nan)) == ""


def slow(parameters):
    time.sleep(0.01)
    return bowl(parameters)


def test_start_trains_on_the_loop_and_stop_stops_it():
    async def main():
        b = board(slow, steps=1000)
        b.start()
        assert b.running and b.start_button.disabled and not b.stop_button.disabled
        await asyncio.sleep(0.2)
        reached = b.done
        b.stop()
        await b._task
        return b, reached

    b, reached = asyncio.run(main())
    assert 0 < reached <= b.done < 200
    assert not b.running and b.stop_button.disabled and not b.start_button.disabled
    assert f"Stopped at step {b.done}." in b.drawing.frames[-1]["alg"][0]


def test_the_start_of_one_board_stops_the_other():
    async def main():
        first, second = board(slow, steps=1000), board(slow, steps=3)
        first.start()
        await asyncio.sleep(0.1)
        second.start()
        await asyncio.gather(first._task, second._task)
        return first, second

    first, second = asyncio.run(main())
    assert first.done < 100 and second.done == 3
    assert "3 steps done." in second.drawing.frames[-1]["alg"][0]


def test_without_a_loop_start_trains_at_once():
    b = board(steps=5)
    b.start()
    assert b.done == 5 and not b.running


def test_an_interrupt_leaves_the_board_whole_and_says_where():
    calls = []

    def interrupted(parameters):
        calls.append(1)
        if len(calls) > 6:
            raise KeyboardInterrupt
        return bowl(parameters)

    b = board(interrupted)
    b.train(100)
    assert b.done == 5 and "Stopped at step 5." in b.drawing.frames[-1]["alg"][0]


def test_what_the_learners_function_raises_is_a_sentence_on_the_board():
    async def main():
        b = board(steps=100)
        b._slopes = lambda parameters: 1 / 0
        b.start()
        await b._task
        return b

    b = asyncio.run(main())
    assert "ZeroDivisionError: division by zero" in b.drawing.frames[-1]["alg"][0] and not b.running


def test_a_loss_that_runs_away_is_still_drawn():
    b = board(rates=(0.1, 100.0))
    b.rate.value = 100.0
    b.train(400)
    assert not np.isfinite(b.losses[-1]) and "nan" not in b.drawing.base


def test_a_wrong_argument_is_named():
    with pytest.raises(ValueError, match="not between"):
        board(rates=(0.5, 2.0))
    with pytest.raises(ValueError, match="at least one step"):
        board(steps=0)
