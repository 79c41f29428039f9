"""The order chooser: the numbers that right and wrong orders lead to, and what it says of them."""

from __future__ import annotations

import itertools

import pytest

import autograd_mini as ad
from autograd_mini.widgets import OrderChooser, firstsight
from autograd_mini.widgets.order import Sweep
from tests.widgets import functions


def fan_out(a):
    b = a * a
    return b + (b * a) * a


def crossed(x, y):
    b = x * y
    c = b + x
    d = b * y
    e = c * d
    return e + b


# By hand: who is an operand of whom, with the partial at a = 3 and at (x, y) = (3, 5).
FAN_OUT = {
    "v4": [("v1", 1), ("v3", 1)],
    "v3": [("v2", 3), ("a", 27)],
    "v2": [("v1", 3), ("a", 9)],
    "v1": [("a", 3), ("a", 3)],
}
CROSSED = {
    "v5": [("v4", 1), ("v1", 1)],
    "v4": [("v2", 75), ("v3", 18)],
    "v3": [("v1", 5), ("y", 15)],
    "v2": [("v1", 1), ("x", 1)],
    "v1": [("x", 5), ("y", 3)],
}


def played(edges, order, inputs):
    """What a sweep in this order gives, computed without the course's engine."""
    adjoint = dict.fromkeys([*edges, *inputs], 0.0)
    adjoint[next(iter(edges))] = 1.0
    for name in order:
        for operand, partial in edges[name]:
            adjoint[operand] += adjoint[name] * partial
    return [adjoint[name] for name in inputs]


def ends(widget):
    """The adjoints of the inputs as the text table says them."""
    count = len(widget.trace.inputs)
    return [float(r[3].split()[0].replace("−", "-")) for r in widget.drawing.facts[1 : 1 + count]]


@pytest.mark.parametrize(
    "picks, number",
    [
        (("v4", "v3", "v2", "v1"), 114),  # 2a + 4a³
        (("v4", "v1"), 60),  # v1 before v2 has reported
        (("v4", "v1", "v3", "v2", "v1"), 120),  # and once more when it has
        (("v4", "v1", "v1"), 120),
        (("v1", "v2", "v3", "v4"), 0),  # from the top down
        (("v1",), 54),
    ],
)
def test_a_choice_plays_on_to_the_number_it_leads_to(picks, number):
    widget = OrderChooser(fan_out, 3.0, picks=picks)
    assert ends(widget) == [number]
    verdict = "✓ right" if number == 114 else "✗ should be 114"
    assert widget.drawing.facts[1][3] == f"{number} {verdict}"


@pytest.mark.parametrize("edges, f, at", [(FAN_OUT, fan_out, (3.0,)), (CROSSED, crossed, (3.0, 5.0))])
def test_every_order_gives_what_it_gives_by_hand(edges, f, at):
    trace = ad.trace(f, *at)
    index = {row.name: row.index for row in trace.rows}
    inputs = [trace.rows[i].name for i in trace.inputs]
    for order in itertools.permutations(edges):
        sweep = Sweep(trace, [index[name] for name in order])
        assert [sweep.adjoints[-1][index[name]] for name in inputs] == played(edges, order, inputs), order


def test_any_right_order_is_right():
    right = {order for order in itertools.permutations(CROSSED) if played(CROSSED, order, "xy") == [905, 768]}
    assert right == {("v5", "v4", "v3", "v2", "v1"), ("v5", "v4", "v2", "v3", "v1")}
    for order in right:
        widget = OrderChooser(crossed, (3.0, 5.0), picks=order)
        assert "A right order" in widget.drawing.frames[-1]["alg"][0]
        assert all("ad-wrong" not in str(frame["alg"][1]) for frame in widget.drawing.frames)


def test_a_right_choice_shows_its_report_and_nothing_is_given_away():
    widget = OrderChooser(fan_out, 3.0)
    widget.pick("v4")
    assert widget.picks == ("v4",) and widget.stage.step == 3 == len(widget.drawing.frames)
    assert "114" not in firstsight.text(widget.drawing)


def test_a_wrong_choice_is_named_where_it_was_made_and_at_the_end():
    widget = OrderChooser(fan_out, 3.0, picks=("v4", "v1"))
    choice, end = widget.drawing.frames[3], widget.drawing.frames[-1]
    assert "Too early" in choice["alg"][0] and choice["n1"] == "bad" and choice["alg"][1] == "ad-wrong"
    assert "came too late" in widget.drawing.frames[5]["n1f"][0]
    assert end["n0"] == "bad" and end["n0f"][0] == "✗ should be 114"
    widget.pick("v1")
    assert "Again" in widget.drawing.frames[-2]["alg"][0]
    assert "counts twice" in widget.drawing.frames[-1]["alg"][0]


def test_a_row_that_has_nothing_new_to_say_stays_silent():
    widget = OrderChooser(fan_out, 3.0, picks=("v4",))
    widget.pick("v4")
    assert widget.picks == ("v4",) and "v₄ has reported" in widget.stage.note
    widget.pick("v3")
    assert widget.stage.note == ""


def test_choices_can_be_taken_back():
    widget = OrderChooser(fan_out, 3.0, picks=("v4", "v1"))
    widget.undo()
    assert widget.picks == ("v4",)
    widget.restart()
    widget.undo()
    assert widget.picks == () and widget.stage.step == 2


def test_the_choices_stay_when_an_input_moves():
    widget = OrderChooser(fan_out, 3.0, picks=("v4", "v1"))
    widget._inputs[0].value = 1.5
    assert ends(widget) == [2 * 1.5 + 2 * 1.5**3] and widget.picks == ("v4", "v1")


def test_another_branch_has_other_rows_to_choose_from():
    widget = OrderChooser(lambda a: a * a if a > 1 else a * a * a, 3.0, picks=("v1",))
    widget._inputs[0].value = 0.5
    assert widget.picks == () and [b.description for b in widget._choices.children[1:-2]] == ["v₁", "v₂"]


def test_a_number_that_is_right_by_luck_is_called_right():
    widget = OrderChooser(fan_out, 0.0, ranges={"a": (-2.0, 2.0)}, picks=("v1",))
    assert widget.drawing.facts[1][3] == "0 ✓ right"
    assert "reported before" in widget.drawing.frames[-1]["alg"][0]


def test_rows_that_do_not_lead_to_the_output_are_not_offered():
    def f(x):
        x * 7.0
        return x * x

    assert [b.description for b in OrderChooser(f, 3.0)._choices.children[1:-2]] == ["v₂"]


def test_what_it_cannot_do_is_a_sentence():
    with pytest.raises(ValueError, match="no row v9 that reports; these do: v1, v2, v3, v4"):
        OrderChooser(fan_out, 3.0, picks=("v9",))
    with pytest.raises(ValueError, match="room for 8 operations"):
        OrderChooser(functions.forty, functions.FORTY_AT)
