"""The widgets: what they store, how much they send, and what they say when something is wrong."""

from __future__ import annotations

import json
import re
import urllib.parse
import xml.etree.ElementTree as ET

import pytest

import autograd_mini as ad
from autograd_mini.widgets import BackwardStepper, ForwardStepper, TangentLine, firstsight
from tests.widgets import functions

FORTY_LINK = {"f": functions.forty, "at": functions.FORTY_AT}


def state_of(widget):
    """What a notebook stores of a widget and everything in it, as JSON."""
    models, todo = {}, [widget]
    while todo:
        w = todo.pop()
        if w.model_id not in models:
            models[w.model_id] = w.get_state()
            todo += getattr(w, "children", ())
            todo += [getattr(w, name) for name in ("layout", "style") if w.has_trait(name)]
    return json.dumps(models, default=str, ensure_ascii=False)


@pytest.mark.parametrize("make", [lambda **k: ForwardStepper(**k), lambda **k: BackwardStepper(**k)])
def test_a_slider_tick_sends_at_most_200_kb_and_a_notebook_stores_at_most_300(make):
    s = make(**FORTY_LINK)
    assert len(s.trace.rows) == 40
    tick = len(json.dumps(s.stage.patches, ensure_ascii=False).encode()) + len(s.drawing.head)
    stored = len(state_of(s).encode()) + len(json.dumps(s._repr_mimebundle_(), ensure_ascii=False).encode())
    print(f"40 rows: {tick / 1000:.0f} kB a tick, {stored / 1000:.0f} kB stored")
    assert tick <= 200_000
    assert stored <= 300_000


def test_a_tick_leaves_the_base_where_it_is():
    s = BackwardStepper(**FORTY_LINK)
    before = s.stage.base
    s._inputs[0].value += 0.1
    assert s.stage.base == before and s.stage.patches != {}


def test_three_forms_in_one_output():
    s = ForwardStepper(functions.seed, (2.0, 5.0), step=4)
    bundle = s._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == s.model_id
    assert bundle["text/plain"].splitlines()[0].split("  ")[0] == "row"
    assert "v₂ = x₁ × x₂  10       ẋ₁ x₂ + x₁ ẋ₂  5" in bundle["text/plain"]
    assert re.match(
        r'<img alt="step 4 of 7: v2 = x1 × x2, value 10, tangent 5" src="data:image/svg\+xml,', bundle["text/html"]
    )
    assert "<script" not in bundle["text/html"] and "<style" not in re.sub(r'src="[^"]*"', "", bundle["text/html"])


def test_what_is_stored_is_the_same_every_time():
    one, two = (BackwardStepper(functions.seed, (2.0, 5.0)) for _ in range(2))
    for form in ("text/html", "text/plain"):
        assert one._repr_mimebundle_()[form] == two._repr_mimebundle_()[form]
    assert "0x" not in one._repr_mimebundle_()["text/plain"]
    assert one.stage.patches == two.stage.patches and one.stage.base == two.stage.base


@pytest.mark.parametrize("f, at", [(functions.seed, (2.0, 5.0)), (functions.forty, functions.FORTY_AT)])
def test_the_still_picture_is_one_self_contained_svg(f, at):
    s = BackwardStepper(f, at)
    page = firstsight.html(s.drawing, 3)
    svg = urllib.parse.unquote(re.search(r'src="data:image/svg\+xml,([^"]*)"', page)[1]).replace("&amp;", "&")
    root = ET.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (
        "var(--ad-" not in svg and "data-k" not in svg and "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    )


def test_no_part_of_a_widget_names_an_address():
    s = ForwardStepper(functions.seed, (2.0, 5.0))
    stored = state_of(s).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//cdn|@import|fetch\(", stored)


def test_outside_the_domain_the_picture_stays_and_a_sentence_says_why():
    s = ForwardStepper(functions.seed, (2.0, 5.0), ranges={"x1": (-1.0, 4.0)})
    patches = s.stage.patches
    s._inputs[0].value = -0.5
    assert "log(-0.5)" in s.stage.note and s.stage.patches == patches
    s._inputs[0].value = 1.0
    assert s.stage.note == "" and s.stage.patches != patches


def test_whatever_a_function_raises_is_a_sentence():
    def f(x):
        if x > 3:
            raise RuntimeError("no more")
        return x * x

    s = BackwardStepper(f, 2.0)
    s._inputs[0].value = 3.5
    assert "no more" in s.stage.note


def test_a_branch_brings_a_new_graph():
    def f(x):
        return x * x if x > 1 else ad.sin(ad.cos(x)) + x

    s = ForwardStepper(f, 2.0, step=2)
    base = s.stage.base
    s._inputs[0].value = 0.5
    assert s.stage.base != base and len(s.drawing.frames) == 4
    s._inputs[0].value = 2.0
    assert s.stage.base == base and s.stage.step <= len(s.drawing.frames)


def test_seeds_move_the_tangents():
    s = ForwardStepper(functions.seed, (2.0, 5.0))
    assert [r[3] for r in s.drawing.facts[1:]][-1] == "5.5"
    s._seeds[0].value, s._seeds[1].value = 0.0, 1.0
    assert [r[3] for r in s.drawing.facts[1:]][-1] == "1.716"


def test_the_seed_of_the_output_scales_the_adjoints():
    s = BackwardStepper(functions.seed, (2.0, 5.0), seed=2.0)
    assert s.drawing.facts[1][3] == "11"


def test_the_largest_stepper_there_is():
    s = BackwardStepper(functions.forty_operations, (0.6, -0.4, 0.5, -0.3, 0.8, 0.2))
    assert len(s.trace.inputs) == 6 and len(s.trace.rows) == 46


def test_more_than_there_is_room_for_is_refused_in_a_sentence():
    def long(x):
        for _ in range(41):
            x = x + 1.0
        return x

    with pytest.raises(ValueError, match="40 operations, and this function makes 41"):
        ForwardStepper(long, 1.0)
    with pytest.raises(ValueError, match="6 inputs, and this function has 7"):
        ForwardStepper(lambda *xs: sum(xs), (1.0,) * 7)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"seeds": (1.0,)}, "as many seeds"),
        ({"ranges": {"y": (0, 1)}}, "no input y"),
        ({"ranges": {"x1": (3, 6)}}, "cannot start at 2.0"),
        ({"step": 9}, "steps are 1 to 7"),
    ],
)
def test_a_wrong_argument_is_named(wrong, words):
    with pytest.raises(ValueError, match=words):
        ForwardStepper(functions.seed, (2.0, 5.0), **wrong)


def test_every_slider_has_a_name_for_a_screen_reader():
    assert ForwardStepper(functions.seed, (2.0, 5.0)).stage.names == ["x1", "x2", "seed of x1", "seed of x2"]
    assert BackwardStepper(functions.seed, (2.0, 5.0)).stage.names == ["x1", "x2", "seed of the output"]
    assert TangentLine(ad.log, 2.0, window=(0.1, 6.0)).stage.names == ["x1"]


def test_a_class_says_what_to_look_for():
    for widget in (ForwardStepper, BackwardStepper, TangentLine):
        assert "Look for:" in widget.__doc__
