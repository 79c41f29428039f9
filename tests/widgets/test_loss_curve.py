"""The loss curve: it shows the losses that training gives, and says when they run away."""

import pytest

from autograd_mini.formatting import fmt
from autograd_mini.widgets import LossCurve
from autograd_mini.widgets.curves import loss_curve, ticks


def bowl(rate):
    """Gradient descent on x² from 1: x is multiplied by 1 − 2·rate in each step."""
    return [(1 - 2 * rate) ** (2 * k) for k in range(41)]


def test_the_table_has_the_losses_in_closed_form():
    rows = LossCurve(bowl, 0.1, rates=(0.01, 1.5)).drawing.facts[1:]
    assert [(int(k), loss) for k, loss in rows] == [(k, fmt(0.8 ** (2 * k))) for k in (0, 1, 2, 4, 8, 16, 32, 40)]


def test_a_rate_that_is_too_large_is_said():
    widget = LossCurve(bowl, 0.1, rates=(0.01, 1.5))
    widget.rate.value = 1.4
    assert widget.drawing.facts[-1] == ["40", "–"]
    assert "has run away" in widget.drawing.frames[-1]["alg"][0]


@pytest.mark.parametrize("losses", [[1.0, float("nan")], [0.5, 0.0, 0.0], [3.0], [1e-30, 1e5], [2.0, 2.0, 2.0]])
def test_odd_losses_are_drawn_all_the_same(losses):
    drawing = loss_curve(losses, 0.1, "")
    assert len(drawing.frames) == len(ticks(len(losses) - 1)) and "nan" not in drawing.base


def test_what_the_training_raises_is_a_sentence_on_the_stage():
    def losses(rate):
        if rate > 0.5:
            raise ZeroDivisionError("division by zero")
        return bowl(rate)

    widget = LossCurve(losses, 0.1, rates=(0.01, 1.5))
    widget.rate.value = 1.0
    assert "division by zero" in widget.stage.note and widget.drawing.facts[2][1] == fmt(0.64)


def test_a_wrong_argument_is_named():
    with pytest.raises(ValueError, match="not between"):
        LossCurve(bowl, 2.0, rates=(0.01, 1.5))
    with pytest.raises(ValueError, match="steps are 1 to 8"):
        LossCurve(bowl, 0.1, rates=(0.01, 1.5), step=9)
