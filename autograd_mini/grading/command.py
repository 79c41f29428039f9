"""A teacher's commands: `grade`, `grade merge`, `key new`, `exercises test`. What they need comes when they run."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from autograd_mini.messages import _, ngettext


class GradingError(Exception):
    """A sentence for the teacher: why nothing was done, or what has become of it."""


def grade(args: argparse.Namespace) -> None:
    """Grade a folder; or, with the word `merge` before them, put folders of results together."""
    from autograd_mini.exercises.catalogue import DeclarationProblem
    from autograd_mini.grading import grade as grading
    from autograd_mini.grading import intake, journal, key, own_exercises, shards
    from autograd_mini.grading.cluster import Cluster, ClusterProblem

    if args.nbgrader:
        from autograd_mini.grading import nbgrader

        if args.submissions:
            raise GradingError(_("With --nbgrader, what is graded is what nbgrader has collected: name no folder."))
        args.submissions = [nbgrader.submitted(args.nbgrader)]
    elif not args.submissions:
        raise GradingError(_("Which folder? autograd-mini grade SUBMISSIONS --key FILE -o RESULTS"))
    first, *more = args.submissions
    try:
        if first == Path("merge") and more:
            record = grading.merged(more, args.results)
        elif more:
            raise GradingError(_("Grade one folder at a time; to put results together: autograd-mini grade merge …"))
        elif args.key is None:
            raise GradingError(_("Which key? Make one with: autograd-mini key new FILE"))
        else:
            with ExitStack() as stack:
                cluster = stack.enter_context(Cluster(args.dask)) if args.dask else None
                record = grading.grade(
                    first,
                    key.load(args.key),
                    args.results,
                    roster=intake.roster(args.roster) if args.roster else None,
                    jobs=args.jobs,
                    asked=own_exercises.released(args.exercises) if args.exercises else None,
                    shard=args.shard,
                    cluster=cluster,
                    mode=practice() if args.practice else None,
                    tell=progress,
                )
    except KeyboardInterrupt:
        print(file=sys.stderr)
        told = _("Stopped. What is graded is kept in {folder}; the same command goes on from there.")
        raise GradingError(told.format(folder=args.results)) from None
    except (
        grading.GradingProblem,
        intake.Unreadable,
        journal.JournalProblem,
        key.KeyProblem,
        shards.ShardProblem,
        ClusterProblem,
        DeclarationProblem,
    ) as problem:
        raise GradingError(str(problem)) from None
    print(grading.table(record))
    if args.nbgrader:
        for sentence in nbgrader.fill(args.nbgrader, record):
            print(sentence)
    print(_("Written to {folder}: class.html, results.csv, results.json, students/").format(folder=args.results))


def practice() -> str:
    """The best kind of box; "none", and a warning, where this machine has none."""
    from autograd_mini.grading import box

    try:
        return box.best()
    except box.Unavailable as reason:
        print(reason, _("Notebooks run with your rights: whatever is in them can read and change your files."),
              file=sys.stderr)  # fmt: skip
        return "none"


def progress(done: int, total: int, seconds: float) -> None:
    """One line that is written over, where there is a terminal."""
    screen = sys.stderr
    if not screen.isatty():
        return
    left = _("about {n} s left").format(n=round(seconds / done * (total - done))) if done else ""
    print("\r\x1b[K" + _("{done} of {total} graded").format(done=done, total=total), left, end="", file=screen)
    print(end="\n" if done == total else "", file=screen, flush=True)


def test(args: argparse.Namespace) -> None:
    """Are a teacher's declarations right?"""
    from autograd_mini.exercises import matrix
    from autograd_mini.exercises.catalogue import DeclarationProblem
    from autograd_mini.grading import own_exercises

    try:
        rows = matrix.matrix(own_exercises.declarations(args.path))
    except DeclarationProblem as problem:
        raise GradingError(str(problem)) from None
    print(matrix.table(rows))
    faults = sum(len(row.problems) for row in rows)
    if faults:
        told = ngettext("There is {n} fault in these exercises.", "There are {n} faults in these exercises.", faults)
        raise GradingError(told.format(n=faults))


def new_key(args: argparse.Namespace) -> None:
    from autograd_mini.grading import key

    try:
        key.new(args.file)
    except key.KeyProblem as problem:
        raise GradingError(str(problem)) from None
    told = _("A new key is in {file}. Keep it secret, and keep it: the same marks need the same key.")
    print(told.format(file=args.file))


def count(text: str) -> int:
    """A number of at least 1."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def part(text: str) -> Any:
    from autograd_mini.grading.shards import shard

    return shard(text)


def add(commands: Any) -> None:
    """Put these commands beside the others."""
    does = _("grade a folder of notebooks (Linux; docs/grading.md)")
    more = _("autograd-mini grade merge RESULTS … -o ALL puts the results of parts together (--shard).")
    command = commands.add_parser("grade", help=does, description=does, epilog=more)
    does = _("a notebook or a folder a student, or what Moodle, Canvas or nbgrader export")
    command.add_argument("submissions", type=Path, nargs="*", metavar=_("SUBMISSIONS"), help=does)
    does = _("the file with your key: autograd-mini key new FILE")
    command.add_argument("--key", type=Path, metavar=_("FILE"), help=does)
    does = _("where marks, pages and the journal go; what is graded there is not graded again")
    command.add_argument("-o", dest="results", type=Path, required=True, metavar=_("RESULTS"), help=does)
    does = _("a CSV file of your students, with the columns id and name")
    command.add_argument("--roster", type=Path, metavar=_("CSV"), help=does)
    does = _("grade what nbgrader has collected in this course, and write the marks into its gradebook")
    command.add_argument("--nbgrader", type=Path, metavar=_("COURSE"), help=does)
    does = _("mark the exercises of your own that are declared in this folder (docs/teaching.md)")
    command.add_argument("--exercises", type=Path, metavar=_("PATH"), help=does)
    does = _("how many notebooks are graded at a time (default: one a core)")
    command.add_argument("--jobs", type=count, metavar=_("N"), help=does)
    does = _("grade only part i of n of the class, for job arrays")
    command.add_argument("--shard", type=part, metavar=_("i/n"), help=does)
    does = _("let the answers run on the Dask cluster with this scheduler")
    command.add_argument("--dask", metavar=_("ADDRESS"), help=does)
    does = _("without a box where this machine has none (Linux): only for notebooks that you trust")
    command.add_argument("--practice", action="store_true", help=does)
    command.set_defaults(run=grade)

    does = _("the secret from which hidden probes are drawn")
    keys = commands.add_parser("key", help=does, description=does).add_subparsers(required=True, metavar=_("COMMAND"))
    does = _("make a new key")
    command = keys.add_parser("new", help=does, description=does)
    command.add_argument("file", type=Path, metavar=_("FILE"))
    command.set_defaults(run=new_key)

    does = _("exercises of your own (docs/teaching.md)")
    command = commands.add_parser("exercises", help=does, description=does)
    below = command.add_subparsers(required=True, metavar=_("COMMAND"))
    does = _("run every solution, variant, starter and known mistake of a folder of declarations")
    command = below.add_parser("test", help=does, description=does)
    command.add_argument("path", type=Path, metavar=_("PATH"), help=_("the folder; the Python in it runs"))
    command.set_defaults(run=test)
