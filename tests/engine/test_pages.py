"""What the pages about the engine say is so: their programs run, their links lead somewhere, no file is left out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README, ENGINE = ((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/engine.md"))
AROUND = {"__init__", "cli", "formatting", "lab", "messages", "workfolder", "tree"}  # not what the page is about


def programs(page):
    return re.findall(r"```python\n(.*?)```", page, re.S)


def test_the_programs_of_the_readme_give_what_it_says():
    np = pytest.importorskip("numpy")
    space = {}
    first, second = programs(README)
    exec(first, space)
    assert space["ad"].grad(space["f"], argnums=(0, 1))(2.0, 5.0) == (5.5, 1.7163378145367738)
    exec(second, space)
    p, loss, ad = space["p"], space["loss"], space["ad"]
    gradient, h = ad.grad(loss)(p), 1e-6
    assert gradient["w"].shape == (2,) and type(gradient["b"]) is float
    assert gradient["b"] == pytest.approx((loss({**p, "b": h}) - loss({**p, "b": -h})) / (2 * h), rel=1e-8)
    hessian = ad.hessian(lambda w: loss({"w": w, "b": 0.0}))(p["w"])
    assert hessian.shape == (2, 2) and np.allclose(hessian, hessian.T)


def test_a_write_through_an_older_view_does_what_the_page_says():
    np = pytest.importorskip("numpy")
    import autograd_mini as ad

    space = {"np": np}
    (program,) = programs(ENGINE)
    exec(program, space)
    assert ad.grad(space["f"])(np.ones(3)).tolist() == [100.0, 1.0, 1.0]
    assert space["a"].flags.writeable


def test_nodes_keep_what_the_page_says():
    np = pytest.importorskip("numpy")
    import autograd_mini as ad

    kept = []

    def f(x):
        y = np.tanh(x)
        z = x + y
        kept.extend([(y.primal, y.node.saved), (z.primal, z.node.saved)])
        return np.sum(z)

    ad.grad(f)(np.ones(2))
    (tanh, of_tanh), (_, of_sum) = kept
    assert of_sum == () and len(of_tanh) == 1 and of_tanh[0] is tanh


def test_every_file_of_the_engine_is_on_the_page():
    files = {path.stem for path in (ROOT / "autograd_mini").glob("*.py")} - AROUND
    assert files == set(re.findall(r"^\| \[`(\w+)\.py`\]", ENGINE, re.M))


@pytest.mark.parametrize("page", ["README.md", "docs/engine.md", "docs/operations.md", "benchmarks/README.md"])
def test_links_lead_to_files_that_are_there(page):
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8")):
        assert target.startswith("https://") or (ROOT / page).parent.joinpath(target).exists(), target


def test_the_page_on_programs_shows_the_seed_gradient_before_and_after_each_pass_as_it_is():
    import autograd_mini as ad
    from autograd_mini import passes
    from autograd_mini.program import recorded

    def f(x1, x2):
        return ad.log(x1) + x1 * x2 - ad.sin(x2)

    page = (ROOT / "docs" / "programs.md").read_text(encoding="utf-8")
    program = recorded(ad.grad(f, (0, 1)), 2.0, 5.0)
    shown = [f"```python\n{ad.source(program)}```"]
    for apply, title in zip(passes.PASSES, ("Fold constants", "Simplify", "Share", "Drop dead code"), strict=True):
        program = apply(program)
        shown.append(
            f"### {title}: {passes.operations(program)} operations\n"
            + page.split(f"### {title}: ")[1].partition("\n")[2].partition("```python")[0]
            + f"```python\n{ad.source(program)}```"
        )
    assert all(block in page for block in shown)


def test_what_is_computed_outside_is_seen_once_as_the_page_on_programs_says():
    np = pytest.importorskip("numpy")
    import autograd_mini as ad

    example = programs((ROOT / "docs" / "programs.md").read_text(encoding="utf-8"))[-1]
    assert example.count("[1, 2]") == 2
    space = {"ad": ad, "np": np}
    exec(example, space)
    for _ in range(2):
        assert np.array_equal(space["g"](np.ones(2)), [1.0, 2.0])
