"""The direction dial: its slopes against the gradient by hand and against difference quotients of the function."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest

import autograd_mini as ad
from autograd_mini.widgets import DirectionDial, firstsight
from autograd_mini.widgets.direction import DIRECTIONS, headings
from tests.widgets import functions


def area(x, y):
    return x * y


def test_each_tangent_is_the_slope_along_its_arrow():
    ways = headings(ad.trace(functions.seed, 2.0, 5.0), 1.5)
    by_hand = (1 / 2 + 5, 2 - math.cos(5))
    for k, way in enumerate(ways[:DIRECTIONS]):
        angle = 2 * math.pi * k / DIRECTIONS
        assert way.angle == 360 * k / DIRECTIONS
        assert way.seeds == pytest.approx((1.5 * math.cos(angle), 1.5 * math.sin(angle)), abs=1e-12)
        assert way.tangent == pytest.approx(by_hand[0] * way.seeds[0] + by_hand[1] * way.seeds[1], abs=1e-12)
        h = 1e-5
        ends = [functions.seed(2 + s * h * way.seeds[0], 5 + s * h * way.seeds[1]) for s in (-1, 1)]
        assert way.tangent == pytest.approx((ends[1] - ends[0]) / (2 * h), abs=1e-8)


def test_the_last_direction_is_the_steepest():
    ways = headings(ad.trace(functions.seed, 2.0, 5.0), 1.0)
    assert ways[-1].tangent == pytest.approx(math.hypot(5.5, 2 - math.cos(5)), abs=1e-12)
    assert all(way.tangent <= ways[-1].tangent for way in ways)
    assert ways[-2].tangent == 0.0
    assert ways[-2].seeds == pytest.approx((-ways[-1].seeds[1], ways[-1].seeds[0]))


def test_both_seeds_1_on_a_product_give_7():
    dial = DirectionDial(area, (2.0, 5.0), length=math.sqrt(2), step=2)
    assert dial.drawing.facts[2] == ["45°", "1", "1", "7"]
    assert "seeds 1 and 1, tangent 7" in dial._repr_mimebundle_()["text/html"]
    assert "<b class='t'>7</b>" in dial.drawing.html(1)
    dial._seeds[0].value = 1.41  # what the page makes of it: the slider has hundredths
    assert dial.drawing.facts[2] == ["45°", "1", "1", "7"]


def test_an_arrow_twice_as_long_gives_twice_as_much():
    dial = DirectionDial(functions.seed, (2.0, 5.0))
    assert dial.drawing.facts[1][3] == "5.5"
    dial._seeds[0].value = 2.0
    assert dial.drawing.facts[1][3] == "11"


def test_where_the_gradient_is_0_no_direction_has_a_slope():
    dial = DirectionDial(lambda x, y: x * x + y * y, (0.0, 0.0))
    assert {fact[3] for fact in dial.drawing.facts[1:]} == {"0"}


def test_outside_the_domain_the_cut_is_left_out_and_the_rest_stays():
    dial = DirectionDial(functions.seed, (0.5, 5.0), length=2.0)
    assert dial.drawing.html(0).count("<polyline") == dial.drawing.html(4).count("<polyline") > 0


@pytest.mark.parametrize("step", [1, 2, 10])
def test_the_still_picture_is_one_self_contained_svg(step):
    dial = DirectionDial(area, (2.0, 5.0))
    svg = firstsight.still(dial.drawing, step - 1)
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(--ad-" not in svg and "data-k" not in svg


def test_one_row_at_a_time_and_one_arrow_at_a_time():
    frames = DirectionDial(area, (2.0, 5.0)).drawing.frames
    assert len(frames) == DIRECTIONS + 2
    for s, frame in enumerate(frames):
        assert [k for k in range(len(frames)) if frame[f"w{k}"] == ""] == [s]
        assert sum(f"r{k}d" in frame for k in range(len(frames))) == s + 1


def test_what_does_not_fit_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="takes two inputs, not 3"):
        DirectionDial(lambda x, y, z: x * y * z, (1.0, 2.0, 3.0))
    with pytest.raises(ValueError, match=r"cannot start at 3\.0"):
        DirectionDial(area, (2.0, 5.0), length=3.0)


def test_every_slider_has_a_name_and_the_class_says_what_to_look_for():
    assert DirectionDial(area, (2.0, 5.0)).stage.names == ["x", "y", "length of the arrow"]
    assert "Look for:" in DirectionDial.__doc__
