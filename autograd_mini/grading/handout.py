"""The commands around a class's notebooks: `release` hands one out, `handin` makes the file to upload.

What is handed out is the shipped notebook without stored answers, and with a `solution` of its own that says
nothing. That is a door that is closed, not a lock: the solutions stand in the installed package, and in public.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from autograd_mini.grading.command import GradingError
from autograd_mini.messages import _
from autograd_mini.workfolder import KINDS, language, shipped

Json = dict[str, Any]
IMPORT = re.compile(r"^(from autograd_mini\.exercises import )([\w, ]+)$", re.MULTILINE)
CALLS = re.compile(r"\b(?:check|predict|hint|solution|progress)\(")  # cells whose outputs may tell an answer
SEED = "hand in"  # of the probes that `handin` draws; everybody can read it, as its marks are nobody's secret


# ---- hand out ------------------------------------------------------------------------------------


def find(lab: str) -> Path:
    """The notebook that is meant: a file, or one of the course's by its number or name."""
    if lab.endswith(".ipynb"):
        return Path(lab)
    root = shipped()
    lang = language(None, root)
    names = sorted(path for kind in KINDS for path in (root / kind / lang).glob("*.ipynb"))
    found = [path for path in names if path.stem == lab or path.stem.startswith(lab + "-")]
    if len(found) != 1:
        told = _("No one notebook is called “{lab}”. There are: {there}.")
        raise GradingError(told.format(lab=lab, there=", ".join(path.stem for path in names)))
    return found[0]


def read(path: Path) -> Json:
    """A notebook of format 4, as it stands in the file."""
    from autograd_mini.grading import intake

    try:
        data = intake.content(path)
        intake.code_cells(data)
    except intake.Unreadable as reason:
        raise GradingError(f"{path}: {reason}") from None
    notebook: Json = json.loads(data.decode("utf-8-sig"))
    return notebook


def write(notebook: Json, file: Path) -> None:
    """Make a new file; one that is there is never written over."""
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
    except FileExistsError:
        raise GradingError(there(file)) from None


def there(file: Path) -> str:
    return _("{file} is there already. Choose another file.").format(file=file)


def source(cell: Json) -> str:
    return "".join(cell["source"])


def withheld(text: str) -> str:
    """A cell's source with a `solution` that says nothing in place of the course's."""

    def without(line: re.Match[str]) -> str:
        kept = [name for name in line[2].split(", ") if name != "solution"]
        return line[1] + ", ".join(kept) if kept else ""

    if not any("solution" in line[2].split(", ") for line in IMPORT.finditer(text)):
        return text
    told = _("Solutions are shown when everybody has handed in.")
    shadow = f"def solution(id):\n    print({json.dumps(told, ensure_ascii=False)})"
    return f"{IMPORT.sub(without, text).strip()}\n\n\n{shadow}"


def student_version(notebook: Json) -> Json:
    """A notebook to hand out: without outputs that may hold an answer, and without solutions at a call."""
    made = deepcopy(notebook)
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            text = source(cell)
            if CALLS.search(text):
                cell |= {"outputs": [], "execution_count": None}
            cell["source"] = withheld(text).splitlines(keepends=True)
    return made


def release(args: argparse.Namespace) -> None:
    lab = find(args.lab)
    made = student_version(read(lab))
    if args.nbgrader:
        from autograd_mini.grading import nbgrader

        file = args.nbgrader / "source" / lab.stem / lab.name
        try:
            made = nbgrader.assignment(made)
        except SyntaxError as error:
            told = _("{file} holds a cell that is no Python: {reason}")
            raise GradingError(told.format(file=lab, reason=error)) from None
        file.parent.mkdir(parents=True, exist_ok=True)
    else:
        file = args.output or Path(lab.name)
    write(made, file)
    print(_("Written to {file}").format(file=file))


# ---- hand in -------------------------------------------------------------------------------------


def problems(plan: Any) -> Iterator[str]:
    """What is odd about the exercises of a submission, a sentence each."""
    from autograd_mini.exercises.declare import Exercise
    from autograd_mini.exercises.solved import PREFIX
    from autograd_mini.grading.plan import asks, tidy

    for unit in plan.model.units:
        title = f"{_(unit.title)} ({unit.id})"
        own = [cell for cell in plan.cells if cell.id == PREFIX + unit.id]
        own = own or [cell for cell in plan.cells if asks(cell.source, unit.id)]
        if not own:
            yield _("{title}: its cell is not in this notebook. Was it deleted?").format(title=title)
        elif isinstance(unit, Exercise) and len({tidy(cell.source) for cell in own}) > 1:
            yield _("{title}: {n} cells answer it. Keep one.").format(title=title, n=len(own))
        elif isinstance(unit, Exercise) and plan.answers(unit).untouched:
            yield _("{title}: not attempted.").format(title=title)
        elif not isinstance(unit, Exercise) and not plan.asked(unit):
            yield _("{title}: not predicted.").format(title=title)


def marks(plan: Any) -> Iterator[str]:
    """A line for each exercise: what it earns on the probes of `check` and on others drawn from its domain."""
    from autograd_mini.exercises.declare import Exercise
    from autograd_mini.grading import box
    from autograd_mini.grading.verdict import Limits, exercise_marks, question_marks, units

    with box.Box(box.best()) as inside:
        for unit in plan.model.units:
            if isinstance(unit, Exercise):
                points = exercise_marks(inside.run, plan, unit, SEED, Limits())
                named = dict(zip(units(unit), points, strict=True))
            else:
                named = {unit: question_marks(inside.run, plan, [unit], Limits())[0]}
            for one, mark in named.items():
                why = mark.reason or " ".join(mark.words[:1])
                yield f"{mark.points:4g} / {one.points:<4g} {_(one.title)}  {why}".rstrip()


def handin(args: argparse.Namespace) -> None:
    from autograd_mini.grading import box, intake
    from autograd_mini.grading.plan import Plan, model, released

    if args.output and args.output.exists():
        raise GradingError(there(args.output))
    notebook = read(args.lab)
    cells = intake.code_cells(json.dumps(notebook).encode())
    found = model(cells, released())
    if found is None:
        raise GradingError(_("{file} holds none of the course's exercises.").format(file=args.lab))
    plan = Plan(cells, found)
    for sentence in problems(plan):
        print(sentence)
    try:
        for line in marks(plan):
            print(line)
        print(_("These are a rehearsal. Your teacher's key draws other numbers."))
    except (box.Unavailable, box.Broken) as reason:
        print(_("Marks were not computed: {reason}").format(reason=reason))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    notebook.get("metadata", {}).pop("widgets", None)
    file = args.output or args.lab.with_name(f"{args.lab.stem}-handin.ipynb")
    if not args.output:
        file.unlink(missing_ok=True)  # of an earlier time; the name says that it is ours
    write(notebook, file)
    print(_("Upload {file}").format(file=file))


def add(commands: Any) -> None:
    """Put these commands beside the others."""
    does = _("write the notebook that a class gets, without solutions")
    command = commands.add_parser("release", help=does, description=does)
    does = _("a notebook of the course by its number or name, e.g. 07; or a file of your own")
    command.add_argument("lab", metavar=_("LAB"), help=does)
    where = command.add_mutually_exclusive_group()
    does = _("the file to write (default: the notebook's name, here)")
    where.add_argument("-o", dest="output", type=Path, metavar=_("FILE"), help=does)
    does = _("write a source assignment into this nbgrader course instead")
    where.add_argument("--nbgrader", type=Path, metavar=_("DIR"), help=does)
    command.set_defaults(run=release)

    does = _("check a notebook before it is handed in, and write the file to upload")
    command = commands.add_parser("handin", help=does, description=does)
    command.add_argument("lab", type=Path, metavar=_("LAB.ipynb"))
    does = _("the file to write (default: LAB-handin.ipynb)")
    command.add_argument("-o", dest="output", type=Path, metavar=_("FILE"), help=does)
    command.set_defaults(run=handin)
