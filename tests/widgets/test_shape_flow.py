"""The shape flow: every cell beside sums written out over single indices, and what its steps say."""

from itertools import product

import pytest

from autograd_mini.widgets import ShapeFlow
from autograd_mini.widgets.shapes import CASES, STEPS, flow, shape_flow

BROADCAST = [name for name in CASES if "@" not in name]
MATMUL = [name for name in CASES if "@" in name]


def home(place, shape):
    """The operand's entry of which the entry at `place` is a copy: NumPy aligns shapes at their ends."""
    own = place[len(place) - len(shape) :]
    return tuple(0 if size == 1 else i for i, size in zip(own, shape, strict=True))


@pytest.mark.parametrize("name", BROADCAST)
def test_every_copy_is_sent_its_share_and_every_entry_gets_the_sum(name):
    case, made = CASES[name], flow(name)
    sums = {0: {}, 1: {}}
    for place in product(*map(range, case.seed.shape)):
        operands = [float(x[home(place, x.shape)]) for x in (case.a, case.b)]
        for k, own in enumerate((case.a, case.b)):
            assert made.stretched[k][place] == operands[k]
            share = case.seed[place] * (operands[1 - k] if case.sign == "×" else 1.0)
            assert made.pulled[k][place] == share
            entry = home(place, own.shape)
            sums[k][entry] = sums[k].get(entry, 0.0) + share
        expected = operands[0] * operands[1] if case.sign == "×" else operands[0] + operands[1]
        assert made.value[place] == expected
    for k, own in enumerate((case.a, case.b)):
        assert made.adjoints[k].shape == own.shape
        assert {entry: float(made.adjoints[k][entry]) for entry in sums[k]} == sums[k]


@pytest.mark.parametrize("name", MATMUL)
def test_the_adjoints_of_a_product_are_those_of_its_sums(name):
    case, made = CASES[name], flow(name)
    (n, inner), m = case.a.shape, case.b.shape[1]
    for i, j in product(range(n), range(inner)):
        assert made.adjoints[0][i, j] == sum(case.seed[i, k] * case.b[j, k] for k in range(m))
    for j, k in product(range(inner), range(m)):
        assert made.adjoints[1][j, k] == sum(case.a[i, j] * case.seed[i, k] for i in range(n))


def test_the_bias_gets_the_sum_of_four_rows_and_not_their_mean():
    assert flow("(4, 3) + (3,)").adjoints[1].tolist() == [18.0, 22.0, 26.0]


@pytest.mark.parametrize("name", CASES)
def test_the_text_form_has_every_step(name):
    lines = ShapeFlow(name)._repr_mimebundle_()["text/plain"].splitlines()
    assert len(lines) == 1 + STEPS


@pytest.mark.parametrize("name", CASES)
def test_every_step_shows_its_own_cells_only(name):
    drawing = shape_flow(name)
    assert len(drawing.frames) == STEPS
    for s, frame in enumerate(drawing.frames):
        shown = [k for k in range(STEPS) if frame[f"g{k}"] != "none"]
        assert shown == ([s] if s < 2 else [1, s])


def test_the_slider_draws_another_pair_and_stays_at_the_step():
    w = ShapeFlow(step=4)
    w.pairs.value = "(2, 1) * (1, 4)"
    assert w.stage.step == 4
    assert "9; 19" in w.drawing.html(3)


def test_what_the_picture_does_not_have_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match=r"There is no pair \(2,\); there are \(2, 3\) \+ \(3,\), "):
        ShapeFlow("(2,)")
    with pytest.raises(ValueError, match=r"The steps are 1 to 4; 5 is none of them"):
        ShapeFlow(step=5)
