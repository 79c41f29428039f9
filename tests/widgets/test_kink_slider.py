"""The kink slider beside one-sided difference quotients, and what the engine says beside the conventions."""

import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from autograd_mini.widgets import KinkSlider, firstsight
from autograd_mini.widgets.kinks import PROGRAMS, STEPS, kink, says

QUARTERS = [k / 4 for k in range(-8, 9)]
PLAIN = {  # the programs again, in plain Python
    "relu": lambda x: max(x, 0.0),
    "|x|": lambda x: math.sqrt(x * x),
    "maximum": lambda x: max(x, 1.0),
    "where": lambda x: math.sqrt(x) if x > 0 else 0.0,
    "double where": lambda x: math.sqrt(x) if x > 0 else 0.0,
    "if": lambda x: x,
    "floor": lambda x: float(math.floor(x)),
}
AT_KINKS = {  # docs/operations.md, and IEEE 754 for 0 · nan
    ("relu", 0.0): 0.0,
    ("|x|", 0.0): 0.0,
    ("maximum", 1.0): 0.5,
    ("where", 0.0): math.nan,
    ("where", -1.25): math.nan,
    ("double where", 0.0): 0.0,
    ("double where", -1.25): 0.0,
    ("if", 0.0): 0.0,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_slopes_from_both_sides_are_those_of_differences(name):
    for x in QUARTERS:
        for side, slope in ((-1, PROGRAMS[name].left(x)), (1, PROGRAMS[name].right(x))):
            near, nearer = ((PLAIN[name](x + side * h) - PLAIN[name](x)) / (side * h) for h in (2.0**-14, 2.0**-20))
            if slope == math.inf:
                assert 100 < near < nearer / 7
            else:
                assert nearer == pytest.approx(slope, abs=1e-5)


@pytest.mark.parametrize(("name", "x"), AT_KINKS)
def test_the_engine_says_what_was_agreed_upon(name, x):
    assert says(name, x) == pytest.approx(AT_KINKS[name, x], nan_ok=True)


def test_floor_is_refused_everywhere():
    assert {says("floor", x) for x in QUARTERS} == {None}


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "floor"])
def test_off_the_edge_all_three_slopes_agree(name):
    program = PROGRAMS[name]
    for x in QUARTERS:
        if (name, x) not in AT_KINKS and not (name == "where" and x < 0):
            assert program.left(x) == program.right(x) == pytest.approx(says(name, x), abs=1e-12)


def test_a_disagreement_with_calculus_and_a_nan_turn_the_row_red():
    red = {(name, x) for name in PROGRAMS for x in QUARTERS if "bad" in kink(name, x).frames[-1]["r3"]}
    assert red == {("if", 0.0), *(("where", x) for x in QUARTERS if x <= 0)}


def test_one_slope_more_at_each_step():
    for s, frame in enumerate(kink("|x|", 0.0).frames):
        assert [k for k in range(STEPS) if frame[f"g{k}"] != "none"] == list(range(s + 1))
        assert sum(f"r{k}v" in frame for k in range(STEPS)) == s + 1


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_drawn_beyond_the_axes(name):
    for x in QUARTERS:
        root = ET.fromstring(firstsight.still(kink(name, x), STEPS - 1))
        _x, _y, wide, tall = map(float, root.get("viewBox").split())
        for part in root.iter("{http://www.w3.org/2000/svg}polygon"):
            corners = np.array([corner.split(",") for corner in part.get("points").split()], dtype=float)
            assert (corners >= 0).all() and (corners <= (wide, tall)).all()


def test_a_slider_draws_again_and_stays_at_the_step():
    w = KinkSlider("maximum", at=0.5, step=4)
    assert w.drawing.facts[1:] == [
        ["value", "1"],
        ["slope from the left", "0"],
        ["slope from the right", "0"],
        ["AD says", "0"],
    ]
    w.at.value = 1.0
    assert w.stage.step == 4
    assert [number for _word, number in w.drawing.facts[1:]] == ["1", "0", "1", "0.5"]
    w.programs.value = "floor"
    assert [number for _word, number in w.drawing.facts[1:]] == ["1", "∞", "0", "refused"]


def test_the_text_form_has_every_slope():
    lines = KinkSlider("where", at=-1.0)._repr_mimebundle_()["text/plain"].splitlines()
    assert [line.split()[-1] for line in lines[1:]] == ["0", "0", "0", "nan"]


def test_what_the_picture_does_not_have_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="There is no program gelu; there are relu, "):
        KinkSlider("gelu")
    with pytest.raises(ValueError, match=r"from −2 to 2 in quarters; 0\.3 is not on it"):
        KinkSlider(at=0.3)
    with pytest.raises(ValueError, match="The steps are 1 to 4; 5 is none of them"):
        KinkSlider(step=5)
