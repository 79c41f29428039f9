"""The exercises as they stand in the notebooks: solved they earn full marks, untouched none, and a cell
that is run at the wrong moment gives a sentence."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.declare import Exercise
from autograd_mini.exercises.solved import questions, solved
from tests.notebooks.rebuild import HOUSE, execute, notebooks

EVENTS = "import json\nfrom autograd_mini.exercises.journal import events\nprint(json.dumps(events()))"

every_notebook = pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.relative_to(HOUSE).as_posix())


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def asking(notebook):
    """The sources of the cells that ask a question, with the ids of what they ask."""
    code = ("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    return [(source, ids) for source in code if (ids := [id for _, id in questions(source)])]


def units(ids):
    """The ids that earn marks when these are asked for: a class is asked for with all its parts."""
    for id in ids:
        exercise, part = CATALOGUE.by_id[id]
        yield id
        if part is None and isinstance(exercise, Exercise):
            yield from (part.id for part in exercise.parts)


def run(sources, folder, allow_errors=False):
    """Run cells of these sources in a new learner's kernel: their outputs, and the ids passed."""
    cells = [new_code_cell(source) for source in [*sources, EVENTS]]
    ran = execute(new_notebook(cells=cells), folder, allow_errors)
    events = json.loads(ran.cells[-1].outputs[-1].text)
    return [cell.outputs for cell in ran.cells[:-1]], {event["id"] for event in events if event.get("passed")}


@every_notebook
def test_solved_it_earns_full_marks_and_a_second_run_of_a_cell_says_the_same(path):
    done = solved(read(path))
    sources = []
    for cell in done["cells"]:
        if cell["cell_type"] == "code":
            twice = 2 if any(questions(cell["source"])) else 1
            sources += [cell["source"]] * twice
    outputs, passed = run(sources, path.parent)
    assert passed == {unit for _, ids in asking(done) for unit in units(ids)}
    for source, first, then, again in zip(sources, outputs, sources[1:], outputs[1:], strict=False):
        if source == then:
            assert contents(first) == contents(again), source


def contents(outputs):
    return [output.get("text") or output.get("data") for output in outputs]


@every_notebook
def test_untouched_and_each_cell_alone_in_a_fresh_kernel_it_raises_nothing_and_earns_nothing(path):
    """As after a restart: nothing that other cells define is there, `%reset` sees to it."""
    sources = [source for source, _ in asking(read(path))]
    alone = [part for source in sources for part in (source, "%reset -f")]
    outputs, passed = run(alone, path.parent, allow_errors=True)
    for source, found in zip(sources, outputs[::2], strict=True):
        assert [output.evalue for output in found if output.output_type == "error"] == [], source
    assert passed == set()


def test_every_declared_exercise_is_asked_for_in_a_notebook():
    asked = [unit for path in notebooks() for _, ids in asking(nbformat.read(path, 4)) for unit in units(ids)]
    assert sorted(set(asked)) == sorted(CATALOGUE.by_id)
