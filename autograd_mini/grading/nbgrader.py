"""The bridge to nbgrader: its source assignments from our notebooks, its gradebook filled with our marks.

The cells of exercises stay as they are. After each stands a locked cell that carries the points, one for every
mark (nbgrader's cell metadata, schema 3). nbgrader's own `autograde` runs students' code without a box
and believes what it sees: it is not needed here.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograd_mini.exercises.declare import Declared, Exercise, Part
from autograd_mini.exercises.solved import PREFIX, questions
from autograd_mini.grading.command import GradingError
from autograd_mini.messages import _

Json = dict[str, Any]


def assignment(notebook: Json) -> Json:
    """A notebook with a locked cell for each mark, as nbgrader's `generate_assignment` takes it."""
    from autograd_mini.grading.intake import code_cells
    from autograd_mini.grading.plan import Released

    asked = {unit.id: unit for unit in Released("", code_cells(json.dumps(notebook).encode())).units}
    if not asked:
        raise GradingError(_("This notebook holds none of the course's exercises."))
    cells: list[Json] = []
    for cell in notebook["cells"]:
        cells.append(cell)
        if cell["cell_type"] == "code":
            cells += [locked(whole, one) for id in held(cell) if (whole := asked.pop(id, None)) for one in marks(whole)]
    return notebook | {"cells": cells, "nbformat_minor": max(5, notebook.get("nbformat_minor", 0))}


def held(cell: Json) -> list[str]:
    """The ids of what a cell asks."""
    if cell.get("id", "").startswith(PREFIX):
        return [cell["id"].removeprefix(PREFIX)]
    return [id for _call, id in questions("".join(cell["source"]))]


def marks(whole: Declared) -> tuple[Declared | Part, ...]:
    from autograd_mini.grading.grade import counted

    return counted(whole)


def locked(whole: Declared, one: Declared | Part) -> Json:
    """The cell that carries the points of one mark.

    nbgrader reads a number that a cell ends with as its points: a prediction's cell gives 0 until it is graded here.
    """
    if isinstance(whole, Exercise):
        text = f'assert check("{one.id}", {", ".join(whole.names)}).passed'
    else:
        text = "0  # " + _("the points are filled in by: autograd-mini grade --nbgrader")
    about = {
        "schema_version": 3, "grade_id": one.id, "points": one.points,
        "grade": True, "locked": True, "solution": False, "task": False,
    }  # fmt: skip
    return {
        "cell_type": "code", "id": f"points-{one.id}"[:64], "metadata": {"nbgrader": about},
        "source": text, "outputs": [], "execution_count": None,
    }  # fmt: skip


# ---- the gradebook -------------------------------------------------------------------------------


def submitted(course: Path) -> Path:
    """Where nbgrader has collected what was handed in; GradingError without it."""
    folder, book = course / "submitted", course / "gradebook.db"
    for needed in (folder, book):
        if not needed.exists():
            told = _("{course} is no nbgrader course with something collected: there is no {name}.")
            raise GradingError(told.format(course=course, name=needed.name))
    opened(course).close()
    return folder


def opened(course: Path) -> Any:
    try:
        from nbgrader.api import Gradebook
    except ModuleNotFoundError:
        raise GradingError(_('This needs nbgrader: pip install "autograd-mini[nbgrader]"')) from None
    return Gradebook(f"sqlite:///{(course / 'gradebook.db').resolve()}")


def fill(course: Path, record: Json) -> list[str]:
    """Write the marks of `record`, the results of grading course/submitted, into the gradebook.

    Scores that a person has given in formgrader stay and go before ours. What is flagged, or could not be graded,
    is marked there as waiting for a person. Returns a sentence for each submission that has no place in the gradebook.
    """
    from nbgrader.api import MissingEntry

    lost = []
    with opened(course) as book:
        for entry in record["students"]:
            try:
                student, name, file = Path(entry["file"]).parts  # a copy in a folder further down is no submission
                notebook = Path(file).stem
                book.find_notebook(notebook, name)
                try:
                    book.find_student(student)
                except MissingEntry:
                    book.add_student(student)
                submission = book.update_or_create_submission(name, student)
                score(book.find_submission_notebook(notebook, name, student), entry)
                shown(course, entry, submission)
            except (ValueError, MissingEntry):
                told = _("{file} has no place in the gradebook: another name, or no generate_assignment?")
                lost.append(told.format(file=entry["file"]))
        book.db.commit()
    return lost


def shown(course: Path, entry: Json, submission: Any) -> None:
    """What formgrader looks for to show a submission as graded: a copy of the notebook, here without outputs, and
    in the gradebook the time at which it was handed in."""
    from nbgrader.utils import parse_utc

    from autograd_mini.grading.intake import content, decoded

    handed_in = course / "submitted" / entry["file"]
    with suppress(OSError, ValueError):
        submission.timestamp = parse_utc((handed_in.parent / "timestamp.txt").read_text("utf-8").strip())
    if entry["reason"]:
        return  # it is no notebook
    notebook: Any = decoded(content(handed_in))
    blank: Json = {"outputs": [], "execution_count": None}
    cells = [c | blank if isinstance(c, dict) and c.get("cell_type") == "code" else c for c in notebook["cells"]]
    copy = course / "autograded" / entry["file"]
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(json.dumps(notebook | {"cells": cells}), "utf-8")


def score(notebook: Any, entry: Json) -> None:
    """The scores of one notebook's cells."""
    given = {mark["id"]: mark for mark in entry["marks"]}
    for grade in notebook.grades:
        mark = given.get(grade.name)
        grade.auto_score = mark["points"] if mark else 0.0
        grade.needs_manual_grade = grade.manual_score is None and (mark is None or bool(mark["flag"]))
