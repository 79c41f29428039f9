"""Every notebook as a learner meets it: opened, run, moved, seen in the dark and in a narrow window."""

import json

import pytest

from tests.notebooks.guard import VIEW
from tests.notebooks.rebuild import HOUSE, notebooks

STEPPER = ".ad-stepper"
PICTURES = f"{STEPPER}, .ad-tangent-line"
STEP = "input[type=range][aria-label=step]"
SLIDER = ".noUi-target"
HANDLE = ".noUi-handle"
STILL = "img[src^='data:image/svg+xml']"
FAILURES = ("model not found", "error displaying widget", "loading widget", "error rendering")

PROMISED = {"kernel": 100, "stepping": 16}  # ms at p95; the tests turn red above twice that
KEYS = ["ArrowLeft", "ArrowRight"] * 20


def named(path):
    return path.relative_to(HOUSE).as_posix()


@pytest.fixture(autouse=True)
def quiet(lab):
    """No test leaves an error in the page, or a request that went anywhere but to this machine."""
    yield
    errors, lab.errors[:] = list(lab.errors), []
    assert errors == []
    assert lab.strays == []


@pytest.fixture(scope="module", params=notebooks(), ids=named)
def ran(request, lab):
    """A notebook run from top to bottom: the errors that its cells raised."""
    lab.open(f"run/{named(request.param)}")
    yield lab.run_all()
    lab.close()


def test_it_runs_from_top_to_bottom_without_an_error(ran):
    assert ran == []


def test_a_slider_moved_by_key_or_mouse_changes_its_picture(lab, ran):
    for output in lab.outputs(PICTURES):
        picture = output.locator(PICTURES).first
        for slider in output.locator(SLIDER).all():
            lab.changes(picture, lambda slider=slider: slider.locator(HANDLE).press("ArrowRight"))
            lab.changes(picture, lambda slider=slider: lab.drag(slider.locator(HANDLE), slider, 0.8))


def test_it_steps_by_key_by_button_and_by_the_range(lab, ran):
    for stepper in lab.all(STEPPER):
        control = stepper.locator(STEP)
        first, last = (int(control.get_attribute(end)) for end in ("min", "max"))

        def stands(step, stepper=stepper):
            lab.expect(stepper).to_have_attribute("data-step", str(step))

        for key, step in (("End", last), ("Home", first), ("ArrowRight", first + 1), ("ArrowLeft", first)):
            control.press(key)
            stands(step)
        for name, step in (("last", last), ("back", last - 1), ("first", first), ("forward", first + 1)):
            stepper.get_by_role("button", name=name).click()
            stands(step)
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        control.click(position={"x": box["width"] - 3, "y": box["height"] / 2})
        stands(last)


def test_the_picture_follows_a_slider_and_the_step_control_in_time(lab, ran, record_property):
    if not (outputs := lab.outputs(STEPPER)):
        return  # a lesson whose only pictures are of another kind
    output, stepper = outputs[0], outputs[0].locator(STEPPER)
    stepper.locator(STEP).press("End")
    for what, element in (("kernel", output.locator(HANDLE).first), ("stepping", stepper.locator(STEP))):
        for _ in range(3):  # the promise is about the widget, not about what else this machine is doing
            p50, p95 = lab.latency(element, stepper, KEYS)
            if p95 <= 2 * PROMISED[what]:
                break
        record_property("figure", f"{what}: p50 {p50:.1f} ms, p95 {p95:.1f} ms (promised: p95 {PROMISED[what]} ms)")
        assert p95 <= 2 * PROMISED[what], what


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_wrong_in_what_we_draw(lab, ran, theme):
    with lab.theme(theme):
        for output in lab.outputs(PICTURES):
            output.scroll_into_view_if_needed()
            assert lab.violations(output) == []


def test_the_pictures_follow_the_theme(lab, ran):
    colours = "element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]"
    light = [picture.evaluate(colours) for picture in lab.all(PICTURES)]
    with lab.theme("Dark"):
        dark = [picture.evaluate(colours) for picture in lab.all(PICTURES)]
    assert all(there != here for there, here in zip(light, dark, strict=True))


@pytest.mark.parametrize("width", [1280, 800])
def test_no_picture_is_wider_than_its_place(lab, ran, width):
    with lab.wide(width):
        for output in lab.outputs(PICTURES):
            output.scroll_into_view_if_needed()
            assert output.evaluate("element => element.scrollWidth - element.clientWidth") <= 1


UNRUN = [(folder, path) for path in notebooks() for folder in ("", "unsigned/")]


@pytest.fixture(scope="module", params=UNRUN, ids=lambda it: it[0] + named(it[1]))
def unrun(request, lab):
    """A notebook opened before any kernel has started: whether it is signed, and how many widgets it stores."""
    folder, path = request.param
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    views = sum(VIEW in output.get("data", ()) for cell in cells for output in cell.get("outputs", ()))
    with lab.without_kernel():
        lab.open(folder + named(path))
        assert lab.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session") is None
        yield folder == "", views
        lab.close()


def test_before_running_every_picture_can_be_seen(lab, unrun):
    signed, views = unrun
    pictures = lab.all(PICTURES if signed else STILL)
    assert len(pictures) == views
    for picture in pictures:
        picture.scroll_into_view_if_needed()
        lab.expect(picture).to_be_visible()
        if not signed:
            assert picture.get_attribute("alt")
            assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth; }") > 100
    for output in lab.outputs(STEPPER if signed else STILL):
        lab.expect(output.locator("table").first).to_be_visible()


def test_before_running_no_cell_shows_a_failure(lab, unrun):
    text = lab.panel.evaluate("element => element.textContent").lower()
    assert [words for words in FAILURES if words in text] == []


def test_before_running_a_signed_stepper_moves(lab, unrun):
    signed, _ = unrun
    for stepper in lab.all(STEPPER) if signed else ():
        control = stepper.locator(STEP)
        for key, end in (("End", "max"), ("Home", "min")):
            control.press(key)
            lab.expect(stepper).to_have_attribute("data-step", control.get_attribute(end))
