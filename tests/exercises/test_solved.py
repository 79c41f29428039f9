"""A solved copy of a notebook is generated from the declarations; a notebook that is handed out holds starters."""

import pytest

from autograd_mini.exercises import declare
from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.declare import Exercise
from autograd_mini.exercises.journal import standings
from autograd_mini.exercises.solved import problems, solved

DECLARED = [e for exercises in CATALOGUE.sets.values() for e in exercises]


def code(id, source):
    return {"id": id, "cell_type": "code", "source": source, "metadata": {}, "outputs": [1], "execution_count": 3}


def notebook(*cells):
    return {"cells": [{"id": "intro", "cell_type": "markdown", "source": "# A title"}, *cells], "nbformat": 4}


def cells_for(exercise):
    if isinstance(exercise, Exercise):
        setup = code(f"setup-{exercise.id}", exercise.setup)
        work = code(f"exercise-{exercise.id}", declare.starter(exercise) + "\n")
        return [setup, work, code(f"check-{exercise.id}", f'check("{exercise.id}", {", ".join(exercise.names)})')]
    return [code(f"predict-{exercise.id}", [f'predict("{exercise.id}",', " ...)  # ε\n"])]


def run(cells):
    space = {}
    exec("import math\nfrom autograd_mini.exercises import check, predict", space)
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)


@pytest.mark.parametrize("exercise", DECLARED, ids=lambda e: e.id)
def test_a_solved_copy_scores_full_marks_and_a_starter_none(exercise):
    handed_out = notebook(*cells_for(exercise))
    ids = [exercise.id, *(p.id for p in getattr(exercise, "parts", ()))]

    def passed():
        return {row.id for rows in standings().values() for row in rows if row.passed}

    run(handed_out["cells"])
    assert passed() == set()
    run(solved(handed_out)["cells"])
    assert passed() == set(ids)


def test_every_handed_out_notebook_is_without_problems():
    assert problems(notebook(*(cell for e in DECLARED for cell in cells_for(e)))) == []


def test_a_notebook_is_left_as_it_is():
    handed_out = notebook(*cells_for(DECLARED[0]))
    before = repr(handed_out)
    done = solved(handed_out)
    assert repr(handed_out) == before and done["cells"][1]["outputs"] == []


def test_several_questions_in_a_cell_are_all_answered():
    e = next(e for e in DECLARED if e.id == "dual-product")
    text = 'x = "ε"; predict("dual-product", ...)\nlate = ...\n'
    assert solved(notebook(code("a", text)))["cells"][1]["source"] == text.rstrip("\n"), "code is no question"
    assert isinstance(e, Exercise)


@pytest.mark.parametrize(
    "cell, problem",
    [
        (
            code("exercise-dual-product", "def dual_product(a, b):\n    return a * b"),
            "does not begin with the declared",
        ),
        (code("exercise-nothing", ""), "belongs to no declared exercise"),
        (code("ask", 'check("nothing", f)'), "asks for nothing, which is not declared"),
        (code("ask", 'check("dual-product", f)'), "no cell exercise-dual-product holds its starter"),
    ],
)
def test_a_difference_is_told_in_a_sentence(cell, problem):
    assert problem in problems(notebook(cell))[0]
