"""What the pictures show is true: their numbers are the trace's, their slots exist, their words are there."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

import autograd_mini as ad
from autograd_mini.formatting import fmt
from autograd_mini.widgets import picture, svg
from autograd_mini.widgets.backward import backward
from autograd_mini.widgets.drawing import SLOT, fill
from autograd_mini.widgets.forward import forward
from autograd_mini.widgets.tangent_line import tangent_line
from tests.widgets import functions

CASES = {
    "seed": (functions.seed, (2.0, 5.0)),
    "x·x": (functions.square, (3.0,)),
    "forty rows": (functions.forty, functions.FORTY_AT),
    "chain": (functions.chain, (0.5,)),
    "fan": (functions.fan, (2.0,)),
    "every kind": (functions.every_kind, (1.5, 2.5)),
    "identity": (lambda x: x, (2.0,)),
    "constant": (lambda x, y: 7.0, (1.0, 2.0)),
}


@pytest.fixture(params=CASES)
def trace(request):
    f, at = CASES[request.param]
    return ad.trace(f, *at)


def drawings(t):
    yield forward(t, [1.0] + [0.5] * (len(t.inputs) - 1))
    yield backward(t)


def text(content):
    """What a slot shows, as text."""
    return "" if isinstance(content, str) else re.sub(r"<[^>]*>", "", content[0])


def test_the_running_example_shows_the_published_numbers():
    """Baydin et al. 2018, tables 2 and 3: values, tangents for ẋ = (1, 0), adjoints."""
    t = ad.trace(functions.seed, 2.0, 5.0)
    frame = forward(t, (1.0, 0.0)).frames[-1]
    assert [text(frame[f"n{i}v"]) for i in range(7)] == ["2", "5", "0.6931", "10", "10.69", "−0.9589", "11.65"]
    assert [text(frame[f"n{i}d"]) for i in range(7)] == ["1", "0", "0.5", "5", "5.5", "0", "5.5"]
    frame = backward(t).frames[-1]
    assert [text(frame[f"n{i}d"]) for i in range(7)] == ["5.5", "1.716", "1", "1", "1", "−1", "1"]


def test_the_last_step_shows_the_gradient(trace):
    frame = backward(trace).frames[-1]
    for i, bar in enumerate(trace.adjoints()):
        if i == trace.output or trace.consumers(i):
            assert text(frame[f"r{i}d"]) == fmt(bar)


def test_the_last_step_shows_the_tangents(trace):
    seeds = [1.0] + [0.5] * (len(trace.inputs) - 1)
    frame = forward(trace, seeds).frames[-1]
    assert [text(frame[f"r{i}d"]) for i in range(len(trace.rows))] == [fmt(d) for d in trace.tangents(seeds)]


def test_every_slot_that_a_frame_fills_is_in_the_base(trace):
    for d in drawings(trace):
        keys = {m[1] for m in SLOT.finditer(d.base)}
        for frame in d.frames:
            assert frame.keys() <= keys


def test_patches_added_up_are_the_frames(trace):
    """The page adds up patches; Python fills frames. They must be the same picture."""
    for d in drawings(trace):
        patches, state = d.patches(), {}
        for patch, frame in zip(patches["steps"], d.frames, strict=True):
            words = patch.split(" ")
            for key, n in zip(words[::2], words[1::2], strict=True):
                state[key] = patches["contents"][int(n)]
            whole = {k: c for k, c in state.items() if c}
            content = {
                k: c if isinstance(c, str) else "\t".join([*c, ""] if len(c) < 2 else c) for k, c in frame.items()
            }
            assert whole == {k: c for k, c in content.items() if c}


def test_a_picture_is_well_formed(trace):
    for d in drawings(trace):
        for step in (0, len(d.frames) // 2, len(d.frames) - 1):
            ET.fromstring(f"<div>{d.html(step)}</div>")
            ET.fromstring(f"<div>{d.head}</div>")


def test_names_and_formulas_of_a_learner_cannot_write_markup():
    t = ad.trace(functions.square, 3.0)
    ET.fromstring(f"<div>{forward(t, (1.0,), formula='f(x) < <script>&').head}</div>")


def test_one_row_acts_at_every_step(trace):
    for d in drawings(trace):
        for step in range(len(d.frames)):
            assert d.html(step).count("aria-current='step'") == 1


def test_the_base_depends_on_the_shape_and_not_on_the_numbers():
    a, b = (ad.trace(functions.forty, *(x * s for x in functions.FORTY_AT)) for s in (1.0, 0.9))
    assert backward(a).base == backward(b).base and forward(a, [1.0] * 6).base == forward(b, [2.0] * 6).base


def test_reports_come_in_the_order_of_the_return_sweep():
    t = ad.trace(functions.seed, 2.0, 5.0)
    acts = [next(k for k in f if f[k] == "now" or f[k] == "now hit") for f in backward(t).frames]
    assert acts == ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n6", "n6", "n5", "n4", "n3", "n2"]


def test_pips_count_uses_and_fill_as_reports_come():
    t = ad.trace(functions.seed, 2.0, 5.0)
    frames = backward(t).frames
    pips = [[frames[s].get(f"n0p{m}") for m in (0, 1)] for s in (7, 11, 12)]
    assert pips == [["", ""], ["in", ""], ["in", "in"]]
    assert frames[11]["n0f"] == ["1 to come"] and frames[12]["n0f"] == ["complete"]


def test_a_row_used_twice_by_one_row_gets_two_contributions_on_two_curves():
    d = backward(ad.trace(functions.square, 3.0))
    assert text(d.frames[-1]["r0c"]) == "3 + 3" and text(d.frames[-1]["r0d"]) == "6"
    curves = re.findall(r"<path data-k='e1\.\d' class='e' d='([^']*)'", d.base)
    assert len(set(curves)) == 2


def test_rows_that_do_not_lead_to_the_output_never_report():
    t = ad.trace(functions.fan, 2.0)
    frames = backward(t).frames
    assert not any("back" in str(f.get("e1.0")) for f in frames)
    assert not text(frames[-1].get("r1c", ""))


def test_many_uses_are_counted_in_words():
    frames = backward(ad.trace(functions.fan, 2.0)).frames
    assert text(frames[-1]["r0c"]) == "7 of 7"


def test_the_product_writes_out_the_dropped_term():
    frame = forward(ad.trace(functions.seed, 2.0, 5.0), (1.0, 0.0)).frames[3]
    said = text(frame["alg"])
    assert "(x1 + x1 ε)(x2 + x2 ε)" in said and "1·0 ε²" in said and "10 + 5ε" in said
    assert "<del>" in frame["alg"][0]


@pytest.mark.parametrize("step", range(2, 20))
def test_the_tangent_in_an_equation_is_the_engines(step):
    """The coefficients written out in numbers evaluate to the tangent of the row."""
    t = ad.trace(functions.every_kind, 1.5, 2.5)
    if step >= len(t.rows):
        pytest.skip("no such row")
    seeds = (1.0, -0.5)
    said = forward(t, seeds).frames[step]["alg"]
    dot = t.tangents(seeds)[step]
    assert text(said).endswith(fmt(dot).lstrip("−") + "ε")
    last = re.findall(r"<span class='c t'>(.*?)</span>", said[0])[-1]
    numbers = re.sub(r"<[^>]*>", "", last).removesuffix(" ε")
    for sign, python in {"−": "-", "·": "*", "²": "**2"}.items():
        numbers = numbers.replace(sign, python)
    assert eval(numbers) == pytest.approx(dot, rel=2e-3, abs=2e-3)


def test_the_formula_is_read_off_the_trace():
    t = ad.trace(functions.seed, 2.0, 5.0)
    head = re.sub(r"<[^>]*>", "", forward(t, (1.0, 0.0)).head)
    assert "seed(x1, x2) = ln x1 + x1 x2 − sin x2" in head
    assert "forty(" in forward(ad.trace(functions.forty, *functions.FORTY_AT), [1.0] * 6).head


def test_secants_close_in_on_the_coefficient_of_epsilon():
    """ln x at 2: the slope is ½; (ln(2 + h) − ln 2)/h falls short by h/8 to first order."""
    t = ad.trace(ad.log, 2.0)
    d = tangent_line(ad.log, t, (0.1, 6.0))
    assert d.facts[-1][1] == "0.5"
    assert d.facts[-2][2] == "−0.007653"
    assert abs(-0.007653 - -0.0625 / 8) < 2e-4
    for step in range(len(d.frames)):
        ET.fromstring(f"<div>{d.html(step)}</div>")


def test_a_secant_that_leaves_the_domain_is_left_out():
    f = lambda x: ad.sqrt(2.5 - x)  # noqa: E731
    d = tangent_line(f, ad.trace(f, 2.0), (0.0, 2.4))
    assert d.facts[1][1] == "–" and d.facts[-1][1] == fmt(-0.5 / 0.5**0.5)


class _Table(HTMLParser):
    """The accessible parts of a page."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_what_a_screen_reader_needs_is_there(trace):
    for d in drawings(trace):
        page = _Table()
        page.feed(d.html(len(d.frames) - 1))
        slider = next(a for t, a in page.tags if t == "input")
        assert slider["aria-label"] == "step" and slider["aria-valuetext"].startswith("step ")
        graph = next(a for t, a in page.tags if t == "svg")
        assert graph["role"] == "img" and graph["aria-label"]
        assert all(a.get("aria-label") for t, a in page.tags if t == "button" and "data-go" in a)
        assert all(a.get("aria-label") for t, a in page.tags if t == "table")
        assert all(a["scope"] == "row" for t, a in page.tags if t == "th" and a["scope"] != "col")
        assert any(a.get("aria-live") == "polite" for t, a in page.tags)


def test_pictures_are_pure_functions_of_trace_and_step():
    one, two = (picture(ad.trace(functions.seed, 2.0, 5.0), 9) for _ in range(2))
    assert one == two and "aria-current='step'" in one
    assert svg(ad.trace(functions.seed, 2.0, 5.0), seeds=(1.0, 0.0)).startswith("<svg ")
    with pytest.raises(ValueError, match="1 to 13"):
        picture(ad.trace(functions.seed, 2.0, 5.0), 14)


def test_fill_adds_to_the_classes_that_a_slot_keeps():
    assert fill("<g data-k='n1' class='n'>", {"n1": "now hit"}) == "<g data-k='n1' class='n now hit'>"


def test_drawing_needs_no_widget_library():
    code = (
        "import sys, autograd_mini as ad; from autograd_mini import widgets; "
        "widgets.svg(ad.trace(lambda x: x * x, 3.0)); assert not {'ipywidgets', 'anywidget'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_word_comes_from_the_catalogue(monkeypatch):
    """In the pseudo-language every word of a picture is wrapped; what is left are symbols, names and numbers."""
    monkeypatch.setenv("AUTOGRAD_MINI_LANG", "qps")
    t = ad.trace(functions.seed, 2.0, 5.0)
    for d in (*drawings(t), tangent_line(ad.log, ad.trace(ad.log, 2.0), (0.1, 6.0))):
        shown = d.head + "".join(d.html(s) for s in range(len(d.frames)))
        shown = re.sub(r"<style.*?</style>|<[^>]*>", " ", shown)
        shown = re.sub(r"⟦[^⟦⟧]*(?:⟦[^⟦⟧]*⟧[^⟦⟧]*)*⟧", " ", shown)
        left = set(re.findall(r"[A-Za-z]{3,}", shown)) - {"sin", "cos", "log", "seed", "Home", "End", "tan"}
        assert not left
