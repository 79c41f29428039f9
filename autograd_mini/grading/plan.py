"""Which exercises a notebook holds, and which of its cells run for each of them.

The notebook as it was released says what is the student's: a cell whose source stands in it is released,
wherever it has been moved to and whatever its id is now; every other cell is the student's. For an exercise run

1. of the released cells, what others build on: imports, functions, classes, constants.
   Demonstrations and widgets do not run; an exercise's own starter does when the submission still has it;
2. every cell of the student's, in order;
3. the cell of the exercise once more, when one that follows it gives the names another meaning.

The cell of an exercise has the id `exercise-ID`. Editors that strip ids leave the call `check("ID", …)`, or at
least the names that the exercise asks for.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.declare import Catalogue, Declared, Exercise, Part, Question
from autograd_mini.exercises.solved import PREFIX, questions
from autograd_mini.grading.intake import Cell, code_cells
from autograd_mini.workfolder import KINDS, shipped

MOST = 4  # answers to one exercise that are judged, when a notebook holds several
BUILT_ON = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def tidy(source: str) -> str:
    """A source without what editors change of their own accord: blanks at the ends of lines and of the text."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def foundations(source: str) -> list[ast.stmt]:
    """What later cells build on in a released cell."""
    try:
        body = ast.parse(source).body
    except SyntaxError:  # IPython's own syntax: a demonstration
        return []
    kept = (node for node in body if isinstance(node, BUILT_ON) or is_constant(node))
    return [node for node in kept if getattr(node, "module", "") != "__future__"]


def together(found: Iterable[ast.stmt]) -> str:
    """One cell of them all, in which none stops the others: a package may be missing where answers run."""
    failed = [ast.ExceptHandler(ast.Name("Exception"), None, [ast.Pass()])]
    guarded: list[ast.stmt] = [ast.Try([node], failed, [], []) for node in found]
    return ast.unparse(ast.fix_missing_locations(ast.Module(guarded, [])))


def segment(source: str, node: ast.stmt) -> str:
    """The lines of a statement, with its decorators."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    return "\n".join(source.split("\n")[first - 1 : node.end_lineno])


def is_constant(node: ast.stmt) -> bool:
    """Is it `name = value`, with a value for which nothing is called: a number, a table, a function's name?"""
    if not isinstance(node, ast.Assign) or not all(isinstance(t, ast.Name) for t in node.targets):
        return False
    return not any(isinstance(part, (ast.Call, ast.Await, ast.comprehension)) for part in ast.walk(node.value))


@dataclass(frozen=True, eq=False)
class Released:
    """A notebook as it was handed out. `catalogue` holds what it asks: the course's, or a teacher's own."""

    name: str
    cells: tuple[Cell, ...]
    catalogue: Catalogue = CATALOGUE

    @cached_property
    def sources(self) -> frozenset[str]:
        return frozenset(tidy(cell.source) for cell in self.cells)

    @cached_property
    def units(self) -> tuple[Declared, ...]:
        """What it asks, in the order of the course."""
        asked = {id for cell in self.cells for _call, id in questions(cell.source)}
        asked |= {cell.id.removeprefix(PREFIX) for cell in self.cells if cell.id.startswith(PREFIX)}
        whole = (exercise for exercises in self.catalogue.sets.values() for exercise in exercises)
        return tuple(e for e in whole if e.id in asked)

    @cached_property
    def foundations(self) -> str:
        found = (cell for cell in self.cells if not cell.id.startswith(PREFIX))
        return together(node for cell in found for node in foundations(cell.source))

    @cached_property
    def shared(self) -> frozenset[str]:
        """Names that more than one of its exercises asks for."""
        count = Counter(name for unit in self.units if isinstance(unit, Exercise) for name in unit.names)
        return frozenset(name for name, n in count.items() if n > 1)


@cache
def released() -> tuple[Released, ...]:
    """Every notebook of the course that asks something."""
    root = shipped()
    files = sorted(file for kind in KINDS for file in (root / kind).glob("*/*.ipynb"))
    every = (Released(file.relative_to(root).as_posix(), code_cells(file.read_bytes())) for file in files)
    return tuple(notebook for notebook in every if notebook.units)


def asks(source: str, id: str) -> bool:
    """Does a cell check or predict `id`?"""
    return id in source and re.search(rf"""\b(?:check|predict)\s*\(\s*(["']){re.escape(id)}\1""", source) is not None


def defines(source: str, name: str) -> bool:
    """Does a cell give `name` a meaning, at its outer level? Told from the text: nobody's code is even parsed here."""
    if name not in source:
        return False
    word = re.escape(name)
    # Blanks only, never line ends, and few repetitions: a hostile text must not make the search slow.
    assigned = rf"(?:\w+[ \t]*[,=][ \t]*){{0,9}}{word}[ \t]*(?:[,=:](?!=))"
    pattern = rf"^(?:(?:async[ \t]+)?def[ \t]+{word}\b|class[ \t]+{word}\b|{assigned})"
    return re.search(pattern, source, re.MULTILINE) is not None


def model(cells: Sequence[Cell], among: Sequence[Released]) -> Released | None:
    """The released notebook from which `cells` come: the one most of whose exercises they hold."""
    ids = {cell.id for cell in cells}
    text = "\n".join(cell.source for cell in cells)
    sources = {tidy(cell.source) for cell in cells}

    def likeness(notebook: Released) -> tuple[int, int]:
        held = sum(1 for unit in notebook.units if PREFIX + unit.id in ids or asks(text, unit.id))
        named = sum(
            all(defines(text, name) for name in unit.names) for unit in notebook.units if isinstance(unit, Exercise)
        )
        return 10 * held + named, len(sources & notebook.sources)

    best = max(among, key=likeness, default=None)
    return best if best and likeness(best)[0] else None


@dataclass(frozen=True)
class Answers:
    """The cells that answer an exercise. `several` are alternatives, of which it is not clear which one counts."""

    home: Cell | None = None
    several: tuple[Cell, ...] = ()
    there: bool = True
    untouched: bool = False
    note: str = ""


@dataclass(frozen=True, eq=False)
class Plan:
    """A submission's cells beside the notebook that they come from."""

    cells: tuple[Cell, ...]
    model: Released

    @cached_property
    def mine(self) -> tuple[Cell, ...]:
        """What the student wrote or changed."""
        return tuple(cell for cell in self.cells if tidy(cell.source) not in self.model.sources)

    @cached_property
    def starters(self) -> str:
        """The starters that the submission still has, as they were handed out."""
        there = {tidy(cell.source) for cell in self.cells}
        kept = (c for c in self.model.cells if c.id.startswith(PREFIX) and tidy(c.source) in there)
        return together(node for cell in kept for node in foundations(cell.source))

    def others(self, id: str) -> list[Cell]:
        """The student's cells that belong to no other exercise."""
        homes = {PREFIX + unit.id for unit in self.model.units} - {PREFIX + id}
        return [cell for cell in self.mine if cell.id not in homes]

    def answers(self, exercise: Exercise) -> Answers:
        """Where the exercise is answered."""
        own = [cell for cell in self.cells if cell.id == PREFIX + exercise.id]
        own = own or [cell for cell in self.cells if asks(cell.source, exercise.id)]
        changed = list({tidy(c.source): c for c in own if c in self.mine}.values())
        alone = [name for name in exercise.names if name not in self.model.shared]
        written = [c for c in self.others(exercise.id) if any(defines(c.source, n) for n in alone or exercise.names)]
        if not changed:
            changed = list({tidy(c.source): c for c in written}.values())
        if len(changed) == 1:
            return Answers(changed[0])
        if len(changed) > 1:
            twice = any(sum(defines(cell.source, name) for cell in changed) > 1 for name in exercise.names)
            return Answers(several=tuple(changed[:MOST])) if twice else Answers()
        if own:
            return Answers(own[0], untouched=True)
        words = {name for name in exercise.names if any(re.search(rf"\b{name}\b", c.source) for c in self.mine)}
        return Answers(there=words == set(exercise.names))

    def program(self, exercise: Exercise | None, home: Cell | None = None, only: bool = False) -> list[str]:
        """The cells that run: all of them, or `only` the exercise's own beside the released ones."""
        ground = [self.model.foundations, self.starters]
        if only:
            return [*ground, *([home.source] if home else [])]
        texts = [cell.source for cell in self.mine]
        if exercise and home and home in self.mine:
            later = self.mine[self.mine.index(home) + 1 :]
            if any(defines(cell.source, name) for cell in later for name in exercise.names):
                texts.append(home.source)
        return [*ground, *texts]

    def asked(self, question: Question) -> list[str]:
        """The student's cells that answer a question."""
        return [cell.source for cell in self.mine if question.id in cell.source]


def block(source: str, name: str) -> list[str]:
    """The lines of the definition of `name` in a source, without comments and blank lines; [] when there is none."""
    lines = [line.rstrip() for line in re.sub(r"#.*", "", source).split("\n") if line.strip()]
    for i, line in enumerate(lines):
        found = re.match(rf"(\s*)(?:(?:async\s+)?def|class)\s+{re.escape(name)}\b|(\s*){re.escape(name)}\s*=", line)
        if found:
            depth = len(found[1] or found[2] or "")
            inside = [len(x) - len(x.lstrip()) > depth or x.lstrip().startswith(")") for x in lines[i + 1 :]]
            end = inside.index(False) if False in inside else len(inside)
            return [x.strip() for x in lines[i : i + 1 + end]]
    return []


def untouched(exercise: Exercise, unit: Exercise | Part, source: str) -> bool:
    """Are the definitions that `unit` asks for in `source` still those of the starter?"""
    names = unit.methods if isinstance(unit, Part) else exercise.names
    return all(block(source, name) == block(exercise.starter, name) for name in names)
