"""A teacher's own exercises: a folder of declarations and, where there are any, of the notebooks that were handed out.

The folder stays with the grader. Into the box go an exercise's setup and its probes, as with the course's.
"""

from __future__ import annotations

from pathlib import Path

from autograd_mini.exercises.catalogue import DeclarationProblem, read
from autograd_mini.exercises.declare import Catalogue, Declared, Exercise, starter
from autograd_mini.exercises.solved import PREFIX
from autograd_mini.grading.intake import Cell, Unreadable, code_cells
from autograd_mini.grading.plan import Released
from autograd_mini.messages import _


def released(folder: Path) -> tuple[Released, ...]:
    """The notebooks of a folder, as they were handed out; what none of them asks makes up one more.

    Raises DeclarationProblem.
    """
    catalogue = read(folder)
    found = [notebook(file, catalogue) for file in sorted(folder.glob("*.ipynb"))]
    asked = {unit.id for each in found for unit in each.units}
    rest = [unit for units in catalogue.sets.values() for unit in units if unit.id not in asked]
    if rest:
        found.append(Released(folder.resolve().name, tuple(map(cell, rest)), catalogue))
    return tuple(each for each in found if each.units)


def declarations(folder: Path) -> Catalogue:
    """What a folder declares, when the notebooks in it hold the starters as they are declared.

    Raises DeclarationProblem.
    """
    for each in released(folder):
        for held in each.cells:
            exercise = each.catalogue.by_id.get(held.id.removeprefix(PREFIX), (None, None))[0]
            if held.id.startswith(PREFIX) and isinstance(exercise, Exercise):
                if not (held.source + "\n").startswith(starter(exercise) + "\n"):
                    told = _("{file}: the cell {cell} does not begin with the declared starter.")
                    raise DeclarationProblem(told.format(file=each.name, cell=held.id))
    return read(folder)


def notebook(file: Path, catalogue: Catalogue) -> Released:
    """One that lies in the folder."""
    try:
        made = Released(file.name, code_cells(file.read_bytes()), catalogue)
        unknown = {c.id for c in made.cells if c.id.startswith(PREFIX)} - {PREFIX + unit.id for unit in made.units}
    except (Unreadable, SyntaxError) as reason:
        raise DeclarationProblem(f"{file}: {reason}") from None
    if unknown:
        told = _("{file} has a cell {cell}, and there is no exercise of that id.")
        raise DeclarationProblem(told.format(file=file, cell=min(unknown)))
    return made


def cell(declared: Declared) -> Cell:
    """The cell in which it is asked, when there is no notebook to say so."""
    if isinstance(declared, Exercise):
        return Cell(PREFIX + declared.id, starter(declared))
    return Cell("", f'predict("{declared.id}", ...)')
