"""The command `autograd-mini exercises test`: are a teacher's declarations right?"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from autograd_mini.grading.command import GradingError
from autograd_mini.messages import _, ngettext


def test(args: argparse.Namespace) -> None:
    from autograd_mini.exercises import matrix
    from autograd_mini.exercises.catalogue import DeclarationProblem
    from autograd_mini.grading import own

    try:
        rows = matrix.matrix(own.declarations(args.path))
    except DeclarationProblem as problem:
        raise GradingError(str(problem)) from None
    print(matrix.table(rows))
    faults = sum(len(row.problems) for row in rows)
    if faults:
        told = ngettext("There is {n} fault in these exercises.", "There are {n} faults in these exercises.", faults)
        raise GradingError(told.format(n=faults))


def add(commands: Any) -> None:
    """Put this command beside the others."""
    does = _("exercises of your own (docs/teaching.md)")
    command = commands.add_parser("exercises", help=does, description=does)
    below = command.add_subparsers(required=True, metavar=_("COMMAND"))
    does = _("run every solution, variant, starter and known mistake of a folder of declarations")
    command = below.add_parser("test", help=does, description=does)
    command.add_argument("path", type=Path, metavar=_("PATH"), help=_("the folder; the Python in it runs"))
    command.set_defaults(run=test)
