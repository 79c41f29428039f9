"""The `autograd-mini` command: open the course, bring back a notebook, print the rules, report progress, grade."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import autograd_mini
from autograd_mini.grading import command as grading
from autograd_mini.grading import handout
from autograd_mini.lab import PortError, serve, sign
from autograd_mini.messages import _
from autograd_mini.workfolder import WorkFolder, WorkFolderError, language, shipped

if TYPE_CHECKING:
    from autograd_mini.rules import Rule

WORK = Path("~/autograd-mini-work")


def lab(args: argparse.Namespace) -> None:
    source = shipped()
    lang = language(args.lang, source)
    if args.in_place:
        if source.name == "_notebooks":
            raise WorkFolderError(_("--in-place opens a checkout of the course, and this is an installed package."))
        root = source
    else:
        folder = WorkFolder(args.work.expanduser().resolve(), source, lang)
        for new in folder.update():
            told = _("You have changed a notebook that has a new version. Yours stays; the new one is “{name}”.")
            print(told.format(name=new.relative_to(folder.folder).as_posix()))
        sign(folder.made, folder.state)
        root = folder.folder
        print(_("Your notebooks are in {folder}").format(folder=root), flush=True)
    os.environ["AUTOGRAD_MINI_LANG"] = lang
    serve(root, root / ".autograd-mini", f"course/{lang}/00-start-here.ipynb", args.port, args.browser)


def restore(args: argparse.Namespace) -> None:
    source = shipped()
    folder = WorkFolder(args.work.expanduser().resolve(), source, language(args.lang, source))
    for fresh, kept in folder.restore(args.notebook):
        print(_("{name} is fresh again.").format(name=fresh))
        if kept:
            print(_("Yours is kept as “{name}”.").format(name=kept.name))
    sign(folder.made, folder.state)


def rules(args: argparse.Namespace) -> None:
    from autograd_mini import rules as table

    name = (args.operation or "").removeprefix("np.").removeprefix("numpy.")
    rule = table.find(name)
    if rule is not None:
        print(_generated(rule) if args.code else table.one(rule))
    elif not name and not args.code:
        print(table.markdown() if args.markdown else table.text())
    elif name in table.numpy_functions():
        told = _(
            "{name} is differentiated on arrays, though not by a line of the table: autograd_mini/numpy_names.py says "
            "what it is made of, and autograd_mini/operations.py how that is differentiated."
        )
        print(told.format(name=f"numpy.{name}"))
    else:
        raise UnknownOperationError(_unknown(name))


class UnknownOperationError(LookupError):
    """There is no operation of the name that was asked for."""


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    from autograd_mini import rules as table

    if not name:
        return _("--code is about one operation, for example: autograd-mini rules mul --code")
    close = get_close_matches(name, [*(rule.name for rule in table.TABLE), *table.SHORT, *table.numpy_functions()])
    close = list(dict.fromkeys(table.SHORT.get(c, c) for c in close))
    if not close:
        return _("There is no operation “{name}”. `autograd-mini rules` lists them.").format(name=name)
    return _("There is no operation “{name}”. Did you mean {close}?").format(name=name, close=", ".join(close))


def _generated(rule: Rule) -> str:
    """The Python text that is written from one rule: for numbers and, where NumPy is installed, for arrays."""
    from importlib.util import find_spec

    from autograd_mini import fastpath

    scalar = fastpath.code(rule)
    parts = [f"{_('on numbers')}\n\n{scalar}" if scalar else _("on numbers: nothing, its slope is 0")]
    if find_spec("numpy"):
        from autograd_mini.elementwise import MIXED, X_ARRAY, X_TRACED, Y_ARRAY, Y_TRACED, code

        kinds = {_("on arrays: x is traced"): X_TRACED + X_ARRAY}
        if len(rule.partials) == 2:
            both = X_TRACED + Y_TRACED + X_ARRAY + Y_ARRAY
            kinds = {
                _("on arrays: x and y are traced, of one shape and dtype"): both,
                _("on arrays: x and y are traced, of different shapes or dtypes"): both + MIXED,
                _("on arrays: x is traced, y is a constant array of its shape"): X_TRACED + X_ARRAY + Y_ARRAY,
                _("on arrays: x is traced, y is a number"): X_TRACED + X_ARRAY,
            }
        parts += [f"{what} (kind {kind})\n\n{code(rule, kind)}" for what, kind in kinds.items()]
    return "\n\n".join(f"# {part.rstrip()}" for part in parts)


def progress(args: argparse.Namespace) -> None:
    from autograd_mini.exercises.journal import report

    print(report())


def export(args: argparse.Namespace) -> None:
    from autograd_mini.exercises import journal

    print(_("Your progress is in {file}").format(file=journal.export(args.file)))


def parser() -> argparse.ArgumentParser:
    """The command's words and options."""
    top = argparse.ArgumentParser(prog="autograd-mini", description=_("A course on automatic differentiation."))
    top.add_argument("--version", action="version", version=f"autograd-mini {autograd_mini.__version__}")
    commands = top.add_subparsers(required=True, metavar=_("COMMAND"))

    where = argparse.ArgumentParser(add_help=False)
    does = _("your folder of notebooks (default: {dir})").format(dir=WORK)
    where.add_argument("--work", type=Path, default=WORK, metavar=_("DIR"), help=does)
    does = _("the language of the course, e.g. en (default: the system's)")
    where.add_argument("--lang", metavar=_("CODE"), help=does)

    does = _("open the course in JupyterLab")
    command = commands.add_parser("lab", parents=[where], help=does, description=does)
    command.add_argument("--in-place", action="store_true", help=_("open the checkout itself, to change the course"))
    command.add_argument("--port", type=int, help=_("the port to serve at (default: the first free one from 8888 on)"))
    command.add_argument("--no-browser", dest="browser", action="store_false", help=_("only print the URL"))
    command.set_defaults(run=lab)

    does = _("bring a fresh copy of a notebook; yours is kept beside it")
    command = commands.add_parser("restore", parents=[where], help=does, description=does)
    command.add_argument("notebook", metavar=_("NOTEBOOK"), help=_("its number or its name, e.g. 04 or 2-dual-engine"))
    command.set_defaults(run=restore)

    does = _("print the table of derivative rules that the engine works by")
    command = commands.add_parser("rules", help=does, description=does)
    does = _("one operation, by NumPy's name or a short one such as mul; all of them without")
    command.add_argument("operation", nargs="?", metavar=_("OPERATION"), help=does)
    command.add_argument("--code", action="store_true", help=_("the Python text that is written from its rule"))
    command.add_argument("--markdown", action="store_true", help=_("all of them, as a page in Markdown"))
    command.set_defaults(run=rules)

    does = _("what you have done so far")
    command = commands.add_parser("progress", help=does, description=does)
    command.set_defaults(run=progress)

    does = _("write your progress to a file, to keep it or to move it to another machine")
    command = commands.add_parser("export", help=does, description=does)
    command.add_argument("file", type=Path, metavar=_("FILE"))
    command.set_defaults(run=export)

    grading.add(commands)
    handout.add(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that cannot show ε shows ?
    args = parser().parse_args(argv)
    try:
        args.run(args)
    except (WorkFolderError, PortError, UnknownOperationError, grading.GradingError, OSError) as problem:
        print(f"autograd-mini: {problem}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("autograd_mini"):
            raise
        way_out = _('This needs the package {name}, which comes with: pip install "autograd-mini[labs]"')
        print("autograd-mini:", way_out.format(name=missing.name), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
