"""The kill matrix: are declarations right? Every wrong program is run against every message, and every right one too.

Each function looks at one thing and gives sentences, a sentence for each fault and none when all is well. The
tests of the project call them for the course, `autograd-mini exercises test PATH` for a teacher's folder.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from itertools import islice
from math import inf, isfinite, nextafter
from random import Random
from typing import ParamSpec

from autograd_mini.exercises import declare
from autograd_mini.exercises.check import Refusal, Unit, assess, given_by, judged, seen, verdicts
from autograd_mini.exercises.declare import POISONED, Catalogue, Choice, Declared, Exercise, Hidden, Question
from autograd_mini.exercises.judge import Judgement, Value, agree, close, same
from autograd_mini.exercises.run import learners, namespace
from autograd_mini.messages import _

P = ParamSpec("P")
SEEDS = (None, "one", "two", "three")  # None: the hidden probes that `check` draws
DRAWS = 1000


def sentences(look: Callable[P, Iterator[str]]) -> Callable[P, list[str]]:
    """All the sentences; that a program of the declaration cannot be run at all is one."""

    @wraps(look)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> list[str]:
        try:
            return list(look(*args, **kwargs))
        except Exception as error:
            return [_("A program stops with {error}.").format(error=f"{type(error).__name__}: {error}".rstrip("."))]

    return wrapped


def units(exercise: Exercise) -> tuple[Unit, ...]:
    return (*exercise.parts, exercise)


def answers(exercise: Exercise, *programs: str) -> list[object]:
    space = namespace(exercise, *programs)
    return [space[name] for name in exercise.names]


def verdict(exercise: Exercise, unit: Unit, program: str, seed: str | None) -> Judgement:
    """On one unit; the other parts are the solution's, unless the program changes them."""
    space = learners(exercise, answers(exercise, exercise.solution, program))
    return assess(exercise, unit, space, seed, exercise.seconds).verdict


# ---- what is right --------------------------------------------------------------------------------


@sentences
def right(exercise: Exercise) -> Iterator[str]:
    """The solution gives numbers, and it and every variant pass, the parts and the whole."""
    for unit in units(exercise):
        empty = [p for p, o in zip(unit.probes, given_by(exercise, unit, "", None), strict=False) if o.kind != "value"]
        if empty:
            yield _("The solution gives no numbers on `{probe}`").format(probe=empty[0])
            return
    for k, program in enumerate(("", *exercise.variants)):
        name = _("variant {n}").format(n=k) if k else _("the solution")
        failing = [a for a in verdicts(exercise, answers(exercise, exercise.solution, program)) if not a.verdict.passed]
        for a in failing[:1]:
            probe = a.probes[a.verdict.probe] if a.verdict.probe is not None else ""
            told = _("{name} does not pass {unit}: it is judged “{kind}” on {probe}")
            yield told.format(name=name, unit=a.unit.id, kind=a.verdict.kind, probe=probe)


@sentences
def handed_out(exercise: Exercise) -> Iterator[str]:
    """The starter defines what is asked for, raises nothing, and scores nothing."""
    for name, program in ((_("The starter"), declare.starter(exercise)), (_("The solution"), exercise.solution)):
        missing = set(exercise.names) - namespace(exercise, program).keys()
        if missing:
            yield _("{program} does not define {names}.").format(program=name, names=", ".join(sorted(missing)))
            return
    for a in verdicts(exercise, answers(exercise, exercise.starter)):
        if a.verdict.kind != "unattempted":
            told = _("The starter counts as an attempt at {unit}: it is judged “{kind}”.")
            yield told.format(unit=a.unit.id, kind=a.verdict.kind)


@sentences
def methods(exercise: Exercise) -> Iterator[str]:
    """Every method of a part is in the solution, and in one part only."""
    space = namespace(exercise, exercise.solution)
    there = set(exercise.names).union(*(vars(space[n]) for n in exercise.names if isinstance(space[n], type)))
    listed = [method for part in exercise.parts for method in part.methods]
    for method in sorted(set(listed)):
        if method not in there:
            yield _("{name} belongs to a part, and is not in the solution.").format(name=method)
        elif listed.count(method) > 1:
            yield _("{name} belongs to more than one part.").format(name=method)


# ---- what is wrong --------------------------------------------------------------------------------


@sentences
def mistakes(exercise: Exercise, unit: Unit, seed: str | None = None) -> Iterator[str]:
    """Every known mistake gets exactly its own message."""
    for k, mistake in enumerate(unit.mistakes):
        found = verdict(exercise, unit, str(mistake.wrong), seed)
        if (found.kind, found.mistake) != ("known", k):
            kind = found.kind if found.mistake is None else _("mistake {n}").format(n=found.mistake + 1)
            told = _("Mistake {n} of {unit} does not get its own message: it is judged “{kind}”.")
            yield told.format(n=k + 1, unit=unit.id, kind=kind)


@sentences
def told_apart(exercise: Exercise, unit: Unit) -> Iterator[str]:
    """Two probes off 0, ±1 and ±2 tell each mistake from what is right, and one tells it from the others."""
    probes, good = declare.probes(unit), given_by(exercise, unit, "", None)
    known = [given_by(exercise, unit, str(m.wrong), None) for m in unit.mistakes]
    for k, bad in enumerate(known):
        triples = zip(probes, good, bad, strict=False)  # a mistake that never ends gives no more
        telling = [p for p, a, b in triples if not poisoned(p) and not same(a, b, exercise.tolerance)]
        if len(telling) < 2:
            told = _("Mistake {n} of {unit} wants two probes off 0, ±1 and ±2 that show it; it has {found}.")
            yield told.format(n=k + 1, unit=unit.id, found=len(telling))
        twins = [j + 1 for j in range(k) if agree(bad, known[j], exercise.tolerance)]
        if twins:
            told = _("No probe tells mistake {n} of {unit} from mistake {other}.")
            yield told.format(n=k + 1, unit=unit.id, other=twins[0])


def poisoned(probe: str) -> bool:
    """Does a probe hold a number at which too many programs agree?"""
    constants = [n.value for n in ast.walk(ast.parse(probe)) if isinstance(n, ast.Constant)]
    return any(isinstance(c, (int, float)) and c in POISONED for c in constants)


# ---- hidden probes --------------------------------------------------------------------------------


@sentences
def drawn(exercise: Exercise, unit: Unit, draws: int = DRAWS) -> Iterator[str]:
    """Wherever a hidden probe may fall, the solution is finite, and no other when its inputs are rounded otherwise."""
    space = namespace(exercise, exercise.solution)
    for k, hidden in enumerate(unit.hidden, 1):
        probes = several(hidden, draws, Random(unit.id))
        exact = seen(exercise, probes, space, exercise.seconds)
        moved = seen(exercise, [nudged(p) for p in probes], space, exercise.seconds)
        for probe, a, b in zip(probes, exact, moved, strict=False):
            if a.kind != "value" or not finite(a.value):
                told = _("Hidden probes {k} of {unit}: the solution gives no finite numbers on `{probe}`")
                yield told.format(k=k, unit=unit.id, probe=probe)
                break
            if b.kind != "value" or not close(a.value, b.value, exercise.tolerance):
                told = _("Hidden probes {k} of {unit}: one rounding changes the result of `{probe}`")
                yield told.format(k=k, unit=unit.id, probe=probe)
                break


def several(hidden: Hidden, draws: int, random: Random) -> list[str]:
    """`draws` probes."""

    def forever() -> Iterator[str]:
        while True:
            yield from hidden.draw(random)

    return list(islice(forever(), draws if hidden.count else 0))


def nudged(probe: str) -> str:
    """The probe, a line, with every float moved to the next one."""
    constants = [node for node in ast.walk(ast.parse(probe, mode="eval")) if isinstance(node, ast.Constant)]
    text = probe.encode()  # the tree counts bytes
    for node in sorted(constants, key=lambda node: node.col_offset, reverse=True):
        if isinstance(node.value, float):
            moved = repr(nextafter(node.value, inf)).encode()
            text = text[: node.col_offset] + moved + text[node.end_col_offset :]
    return text.decode()


def finite(value: Value) -> bool:
    return all(map(finite, value)) if isinstance(value, tuple) else isfinite(value)


# ---- questions, words -----------------------------------------------------------------------------


@sentences
def question(asked: Question) -> Iterator[str]:
    """The answer is right, and every wrong answer gets exactly its own message."""
    try:
        if not judged(asked, asked.answer)[0]:
            yield _("Its answer is not judged right.")
        for k, mistake in enumerate(asked.mistakes, 1):
            if judged(asked, mistake.wrong) != (False, [mistake.message]):
                yield _("Mistake {n} does not get its own message.").format(n=k)
    except Refusal as refusal:
        yield str(refusal)
    if isinstance(asked, Choice):
        unexplained = sorted(asked.options.keys() - {m.wrong for m in asked.mistakes} - {asked.answer})
        if unexplained:
            yield _("These options have no message: {keys}.").format(keys=", ".join(unexplained))


@sentences
def words(declared: Declared) -> Iterator[str]:
    """There are a title and three hints, and no message stands for two mistakes."""
    for unit in (*getattr(declared, "parts", ()), declared):
        if not unit.title.strip():
            yield _("{unit} has no title.").format(unit=unit.id)
        if len(unit.hints) != 3 or not all(isinstance(h, str) and h.strip() for h in unit.hints):
            yield _("{unit} wants three hints.").format(unit=unit.id)
        messages = [mistake.message.strip() for mistake in unit.mistakes]
        if "" in messages or len(set(messages)) < len(messages):
            yield _("Every mistake of {unit} wants a message of its own.").format(unit=unit.id)


# ---- all of it ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """What was found about one declaration: (good, tried) of the right answers and of the mistakes; the probes that
    are declared, and those that are drawn; the sentences."""

    id: str
    right: tuple[int, int]
    mistakes: tuple[int, int]
    probes: int
    hidden: int
    problems: tuple[str, ...]


def look(declared: Declared, draws: int = DRAWS) -> Row:
    """Everything about one declaration. `draws` are the hidden probes of each kind on which the solution is tried."""
    if not isinstance(declared, Exercise):
        found = [*question(declared), *words(declared)]
        tried = len(declared.mistakes)
        return Row(declared.id, (int(not found), 1), (tried if not found else 0, tried), 0, 0, tuple(found))
    good = right(declared)
    tried = 1 + len(declared.variants)
    parts = units(declared)
    wrong = dict.fromkeys(s for unit in parts for seed in SEEDS for s in mistakes(declared, unit, seed))
    known = sum(len(unit.mistakes) for unit in parts)
    rest = [s for unit in parts for s in (*told_apart(declared, unit), *drawn(declared, unit, draws))]
    problems = dict.fromkeys((*words(declared), *handed_out(declared), *methods(declared), *good, *wrong, *rest))
    return Row(
        declared.id,
        (max(0, tried - len(good)), tried),
        (max(0, known - len(wrong)), known),
        sum(len(unit.probes) for unit in parts),
        sum(hidden.count for unit in parts for hidden in unit.hidden),
        tuple(problems),
    )


def matrix(catalogue: Catalogue) -> list[Row]:
    """A row for each declaration."""
    return [look(declared) for exercises in catalogue.sets.values() for declared in exercises]


def table(rows: list[Row]) -> str:
    """A line for each declaration, then what is wrong."""
    heads = (_("exercise"), _("right answers"), _("mistakes told"), _("probes"), _("drawn"))
    lines = [
        (r.id, "{} / {}".format(*r.right), "{} / {}".format(*r.mistakes), str(r.probes), str(r.hidden)) for r in rows
    ]
    widths = [max(len(line[i]) for line in (heads, *lines)) for i in range(len(heads))]

    def set_out(line: tuple[str, ...]) -> str:
        return "  ".join([line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))])

    wrong = [f"{row.id}: {problem}" for row in rows for problem in row.problems]
    return "\n".join([*map(set_out, (heads, *lines)), *([""] if wrong else []), *wrong])
