"""Exercises that say which mistake it is: `check`, `predict`, `hint`, `solution`, `progress`.

What is asked is declared in `declared/` (how: docs/exercises.md); `run` turns an answer into plain
numbers, `judge` turns those into a verdict, `check` says it.
"""

from autograd_mini.exercises.check import check, hint, predict, solution
from autograd_mini.exercises.journal import progress

__all__ = ["check", "hint", "predict", "progress", "solution"]
