"""All that is declared, in the order of the course; and what a teacher declares in a folder elsewhere."""

from __future__ import annotations

import runpy
import traceback
from importlib import import_module
from pathlib import Path

from autograd_mini.exercises.declare import Catalogue, Declared
from autograd_mini.messages import _

SETS = {
    "start_here": "Start here",
    "four_ways": "Four ways to differentiate",
    "finite_differences": "Finite differences and the V",
    "expression_swell": "Symbols and expression swell",
    "dual_numbers": "ε and dual numbers",
    "forward_mode": "Forward mode",
    "trace_and_graph": "Evaluation trace and graph",
    "reverse_mode": "Reverse mode by hand",
    "tape_and_order": "The tape and the order",
    "forward_or_reverse": "Forward or reverse",
    "arrays": "From scalars to arrays",
    "sharp_edges": "Sharp edges",
    "graph_as_program": "The graph as a program",
    "higher_derivatives": "Derivatives of derivatives",
    "jax_and_pytorch": "From here to JAX and PyTorch",
    "gradient_checker": "Lab: a gradient checker",
    "dual_engine": "Lab: build a dual-number engine",
    "repair_an_engine": "Lab: repair an engine",
    "reverse_engine": "Lab: build a reverse-mode engine",
    "logistic_regression": "Lab: logistic regression",
    "two_moons": "Lab: two moons",
    "newton": "Lab: Newton's method",
    "optimise_the_graph": "Lab: optimise the graph",
    "capstone": "Lab: your engine trains a network",
}

CATALOGUE = Catalogue({name: import_module(f"autograd_mini.exercises.declared.{name}").EXERCISES for name in SETS})


class DeclarationProblem(Exception):
    """A sentence: why a folder of declarations is not taken."""


def read(folder: Path) -> Catalogue:
    """What the modules of a folder declare: every `*.py` in it, which runs with the rights of whoever calls this.

    Raises DeclarationProblem.
    """
    files = sorted(folder.glob("*.py"))
    if not files:
        told = _("There is no Python file with exercises in {folder}. docs/teaching.md shows how to write one.")
        raise DeclarationProblem(told.format(folder=folder))
    try:
        own = Catalogue({file.stem: declared(file) for file in files})
    except ValueError as problem:
        raise DeclarationProblem(str(problem)) from None
    taken = sorted(own.by_id.keys() & CATALOGUE.by_id.keys())
    if taken:
        told = _("The course has an exercise with the id {id}. Choose another.")
        raise DeclarationProblem(told.format(id=taken[0]))
    return own


def declared(file: Path) -> tuple[Declared, ...]:
    """The EXERCISES of one file."""
    try:
        exercises = runpy.run_path(str(file)).get("EXERCISES")
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        where = f"{file}:{lines[-1]}" if lines else str(file)
        raise DeclarationProblem(f"{where}: {type(error).__name__}: {error}") from error
    if not isinstance(exercises, (tuple, list)) or not all(isinstance(e, Declared) for e in exercises):
        told = _("{file} does not end with EXERCISES = (…), a tuple of what it declares.")
        raise DeclarationProblem(told.format(file=file))
    return tuple(exercises)
