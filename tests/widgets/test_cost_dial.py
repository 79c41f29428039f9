"""The cost dial: its counts beside two counts that know nothing of the trace, and what it says."""

import math

import pytest

from autograd_mini.widgets import CostDial
from autograd_mini.widgets.cost import MOST, cost
from autograd_mini.widgets.cost_dial import counts

SIZES = [(1, 1), (1, 12), (2, 3), (4, 1), (4, 7), (5, 2), (12, 1), (12, 12)]


class Edge:
    """A number that remembers which others it was made from: a graph built by hand."""

    def __init__(self, made, *parents):
        self.parents, self.made = parents, made
        made.append(self)

    def __mul__(self, other):
        return Edge(self.made, self, *([other] if isinstance(other, Edge) else []))

    __rmul__ = __mul__
    __add__ = __mul__


def by_hand(n, m):
    """Operations, edges of the whole graph, and edges above one output, of sin(j Σ x·x)."""
    made = []
    xs = [Edge([]) for _ in range(n)]
    for x in xs:
        x.made = made
    s = xs[0] * xs[0]
    for x in xs[1:]:
        s = s + x * x
    ys = [Edge(made, float(j) * s) for j in range(1, m + 1)]
    above, waiting = set(), [ys[-1]]
    while waiting:
        node = waiting.pop()
        if node not in above:
            above.add(node)
            waiting += node.parents
    return len(made), sum(len(v.parents) for v in made), sum(len(v.parents) for v in above)


@pytest.mark.parametrize(("n", "m"), SIZES)
def test_the_counts_are_those_of_a_graph_built_by_hand(n, m):
    c = counts(n, m)
    assert (c.rows, c.forward_pass, c.return_sweep) == by_hand(n, m)
    assert (c.forward_total, c.reverse_total) == (n * c.forward_pass, m * c.return_sweep)


@pytest.mark.parametrize(("n", "m"), SIZES)
def test_the_counts_are_the_closed_forms(n, m):
    c = counts(n, m)
    assert (c.rows, c.forward_pass, c.return_sweep) == (2 * n - 1 + 2 * m, 4 * n - 2 + 2 * m, 4 * n)
    assert c.cheaper == ("equal" if m == 2 * n - 1 else "reverse" if m < 2 * n - 1 else "forward")


@pytest.mark.parametrize("wrong", [0, 13, 2.5, "4"])
def test_what_the_dial_does_not_have_is_refused_with_a_sentence(wrong):
    with pytest.raises(ValueError, match=r"The dial goes from 1 to 12 inputs"):
        CostDial(wrong, 1)
    with pytest.raises(ValueError, match=r"The dial goes from 1 to 12 outputs"):
        CostDial(4, wrong)


def test_the_slider_takes_whole_inputs_and_draws_again():
    w = CostDial(4, 3)
    (slider,) = w._inputs
    assert (slider.min, slider.max, slider.step) == (1.0, 12.0, 1.0)
    assert "<b class='t'>80</b>" in w.drawing.html(2)
    slider.value = 6.0
    assert f"<b class='t'>{6 * (4 * 6 - 2 + 2 * 3)}</b>" in w.drawing.html(2)


def test_the_text_form_has_both_costs_for_every_number_of_outputs():
    lines = CostDial(4)._repr_mimebundle_()["text/plain"].splitlines()
    assert len(lines) == 1 + MOST
    assert lines[1].split() == ["4", "1", "9", "16", "64", "16", "16"]


def test_bars_have_the_lengths_of_what_they_stand_for():
    drawing = cost(12)
    at_one = drawing.html(0)
    assert "✓ fewer" in at_one
    most = max(counts(12, m).forward_total for m in range(1, 13))
    assert f"width='{330 * counts(12, 1).forward_total / most:.1f}'" in at_one
    assert math.isclose(most, 12 * (4 * 12 - 2 + 24))
