"""What the rebuild tool promises: an unchanged notebook is an empty diff, an error is never stored."""

import shutil
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.notebooks.guard import STATE, VIEW
from tests.notebooks.rebuild import HOUSE, main, notebooks, rebuild

SLIDER = "import ipywidgets as w\nslider = w.FloatSlider(description='x1')\nw.VBox([slider, w.HTML('1.5')])"
HOME = "import os\nprint(os.path.exists(os.environ['AUTOGRAD_MINI_HOME']))"


@pytest.fixture
def written(tmp_path):
    """Write a notebook of code cells with these sources, give its path."""

    def write(*sources):
        cells = [new_markdown_cell("# Title", id="title")]
        cells += [new_code_cell(source, id=f"part-{name}") for name, source in zip("abcdef", sources, strict=False)]
        path = tmp_path / "notebook.ipynb"
        nbformat.write(new_notebook(cells=cells, metadata={"title": "kept by nobody"}), path)
        return path

    return write


def test_a_rebuild_without_change_is_an_empty_diff(written):
    path = written(SLIDER, SLIDER, "for i in range(3): print(i, flush=True)", HOME)
    assert rebuild(path)
    first = path.read_bytes()
    assert not rebuild(path)
    assert path.read_bytes() == first

    notebook = nbformat.read(path, as_version=4)
    models = notebook.metadata.widgets[STATE]["state"]
    assert list(models) == [f"{number:032x}" for number in range(1, len(models) + 1)]
    assert all(cell.outputs[0].data[VIEW]["model_id"] in models for cell in notebook.cells[1:3])
    children = [child for model in models.values() for child in model["state"].get("children", [])]
    assert len(children) == 4
    assert {child.removeprefix("IPY_MODEL_") for child in children} <= models.keys()
    assert notebook.cells[3].outputs[0].text == "0\n1\n2\n"
    assert notebook.cells[4].outputs[0].text == "False\n", "the kernel saw this user's progress"
    assert sys.version.split()[0] not in path.read_text(encoding="utf-8")


def test_an_error_stops_the_rebuild_loudly_and_leaves_the_file(written, capsys):
    path = written("print(1.5)", "1 / 0")
    before = path.read_bytes()
    assert main([str(path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert path.read_bytes() == before


# Of the others nbval compares what is read; with --all they are rebuilt as well.
ALWAYS = ("00-start-here", "04-dual-numbers", "07-reverse-mode", "10-arrays", "2-dual-engine", "6-two-moons")
EVERY = [pytest.param(path, marks=[] if path.stem in ALWAYS else pytest.mark.slow) for path in notebooks()]


@pytest.mark.parametrize("path", EVERY, ids=[path.relative_to(HOUSE).as_posix() for path in notebooks()])
def test_the_notebook_stores_what_a_rebuild_gives(path, tmp_path):
    """nbval compares what is read; this compares the rest, above all the state of the widgets."""
    copy = tmp_path / path.relative_to(HOUSE)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(path.read_bytes())
    shutil.copytree(HOUSE / "labs" / "data", tmp_path / "labs" / "data")
    assert not rebuild(copy), f"it is out of date: python tests/notebooks/rebuild.py {path.relative_to(HOUSE)}"
