"""Notebooks and declarations: are they the same, and what does a solved notebook look like?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from autograd_mini.exercises import declare
from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.check import Refusal, judged
from autograd_mini.exercises.declare import Exercise, Question

Cell = dict[str, Any]
Notebook = dict[str, Any]
PREFIX = "exercise-"  # of the ids of cells that hold a starter


def source(cell: Cell) -> str:
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def exercise_cells(notebook: Notebook) -> Iterator[tuple[Cell, str]]:
    """The cells that hold a starter, with the exercise's id."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell.get("id", "").startswith(PREFIX):
            yield cell, cell["id"].removeprefix(PREFIX)


def rest(cell: Cell, exercise: Exercise) -> str | None:
    """What follows the starter in a cell; None when the cell does not begin with it."""
    text, starter = source(cell), declare.starter(exercise)
    return text[len(starter) :] if (text + "\n").startswith(starter + "\n") else None


def questions(text: str) -> Iterator[tuple[ast.Call, str]]:
    """The calls of `check` and `predict` in a cell, with the id that each asks for."""
    if re.match(r"\s*[%!]", text):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("check", "predict"):
            if node.args and isinstance(node.args[0], ast.Constant):
                yield node, str(node.args[0].value)


def problems(notebook: Notebook) -> list[str]:
    """Where a notebook that is handed out differs from the declarations, in sentences; empty when it does not."""
    found = []
    for cell, id in exercise_cells(notebook):
        exercise = CATALOGUE.by_id.get(id, (None, None))[0]
        if not isinstance(exercise, Exercise):
            found.append(f"The cell {cell['id']} belongs to no declared exercise.")
        elif rest(cell, exercise) is None:
            found.append(f"The cell {cell['id']} does not begin with the declared starter of {id}.")
    homes = {id for _cell, id in exercise_cells(notebook)}
    for cell in notebook["cells"]:
        for call, id in questions(source(cell)) if cell["cell_type"] == "code" else ():
            exercise = CATALOGUE.by_id.get(id, (None, None))[0]
            if exercise is None:
                found.append(f"The cell {cell['id']} asks for {id}, which is not declared.")
            elif isinstance(exercise, Exercise) and exercise.id not in homes:
                found.append(f"The cell {cell['id']} checks {id}, but no cell {PREFIX}{exercise.id} holds its starter.")
            elif not isinstance(exercise, Exercise) and is_given_away(call, exercise):
                found.append(f"The cell {cell['id']} gives an answer to {id} away.")
    return found


def is_open(call: ast.Call) -> bool:
    return len(call.args) == 2 and isinstance(call.args[1], ast.Constant) and call.args[1].value is ...


def is_given_away(call: ast.Call, question: Question) -> bool:
    """Does the call hold the right answer? A wrong one may stand there, to show what is said about it."""
    try:
        return judged(question, ast.literal_eval(call.args[1]))[0]
    except (IndexError, ValueError, Refusal):
        return False


def solved(notebook: Notebook) -> Notebook:
    """A copy with every starter replaced by its solution and every open question answered rightly."""
    done = deepcopy(notebook)
    for cell, id in exercise_cells(done):
        exercise = CATALOGUE.by_id[id][0]
        assert isinstance(exercise, Exercise)
        after = rest(cell, exercise)
        if after is None:
            raise ValueError(f"The cell {cell['id']} does not begin with the declared starter of {id}.")
        cell["source"] = exercise.solution + after
    for cell in done["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = answered(source(cell))
            cell["outputs"], cell["execution_count"] = [], None
    return done


def answered(text: str) -> str:
    """A cell's source with the right answers in place of the dots."""
    spots = [
        (call.args[1], declared.answer)
        for call, id in questions(text)
        if is_open(call) and not isinstance(declared := CATALOGUE.by_id[id][0], Exercise)
    ]
    lines = text.splitlines()
    for dots, answer in sorted(spots, key=lambda spot: (spot[0].lineno, spot[0].col_offset), reverse=True):
        line = lines[dots.lineno - 1].encode()
        lines[dots.lineno - 1] = (
            line[: dots.col_offset] + repr(answer).encode() + line[dots.end_col_offset :]
        ).decode()
    return "\n".join(lines)
