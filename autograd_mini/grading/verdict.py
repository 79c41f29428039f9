"""Marks: an exercise becomes jobs for the box, and what the box answers becomes a verdict.

The answers are run in the box; they are judged here, by `exercises.judge`, as `check` does, against what the
reference gives here. A part of a class that fails is run once more with what else fails lent by the
reference, as `check` does; the box then holds the methods that are lent, never those that are judged.

Each exercise is judged twice. On the probes that `check` uses, which everybody may know: from these come
the words. On probes drawn with the teacher's key: an answer that knows the first by heart fails these.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache, partial
from importlib import import_module
from inspect import getsource
from math import inf
from textwrap import indent
from threading import Lock
from time import monotonic
from typing import Any

from autograd_mini.exercises import declare, declared
from autograd_mini.exercises.check import (
    AGAIN,
    Assessment,
    Refusal,
    explain,
    given_by,
    handed_out,
    judged,
    lenders,
    methods,
)
from autograd_mini.exercises.declare import Exercise, Part, Question
from autograd_mini.exercises.judge import Judgement, Outcome, agree, judge
from autograd_mini.grading import box
from autograd_mini.grading.plan import Answers, Plan, is_constant, segment, untouched
from autograd_mini.messages import _

Json = dict[str, Any]
Unit = Exercise | Part
Run = Callable[[Json], Json]  # Box.run

SAID = 2000  # characters of what an answer printed that are kept for its author
TRUSTED = Lock()  # the reference runs in one thread at a time: it silences the process's output


@dataclass(frozen=True)
class Limits:
    """Of one job: seconds of CPU, seconds by the clock, and of each call (None: what the exercise declares)."""

    cpu: float = 5
    wall: float = 15
    seconds: float | None = None


@dataclass(frozen=True)
class Mark:
    """What one id earns, and why.

    `kind` is a judgement's; or "missing" (nothing to judge), "ambiguous" (several answers that differ), or how the
    box ended the run: "cpu", "wall", "memory", "died", "garbled", "too much".
    """

    id: str
    points: float = 0
    kind: str = "missing"
    mistake: int | None = None
    words: tuple[str, ...] = ()
    reason: str = ""
    flag: str = ""
    said: str = ""
    seconds: float = 0.0

    def record(self) -> Json:
        return asdict(self) | {"words": list(self.words)}


@dataclass(frozen=True)
class Seen:
    """What the box saw of a unit: outcomes on all its probes and on a second run; or why there are none."""

    got: Sequence[Outcome] = ()
    again: Sequence[Outcome] = ()
    ended: str = "whole"
    reason: str = ""
    said: str = ""


@dataclass(frozen=True)
class Job:
    """What is asked of the box about one exercise with one set of cells."""

    exercise: Exercise
    cells: Sequence[str]
    seed: str
    limits: Limits = field(default_factory=Limits)
    keyed: bool = False

    def probes(self, unit: Unit) -> tuple[str, ...]:
        """The probes of `check`; or, `keyed`, those drawn with the key."""
        return declare.probes(unit, self.seed)[len(unit.probes) :] if self.keyed else declare.probes(unit)

    def record(self, units: Sequence[Unit], after: str = "") -> Json:
        e, seconds = self.exercise, self.limits.seconds or self.exercise.seconds
        cpu = max(self.limits.cpu, 2 * seconds + 1)  # two calls that take all their time are told, not ended
        return {
            "cells": list(self.cells),
            "setup": portable(e.setup),
            "after": after,
            "names": list(e.names),
            "probes": [probe for unit in units for probe in self.probes(unit)],
            "runs": 2,
            "seconds": seconds,
            "cpu": cpu,
            "wall": self.limits.wall * cpu / self.limits.cpu,
            "without": list(getattr(e, "without", ())),
            "questions": [],
        }


def units(exercise: Exercise) -> tuple[Unit, ...]:
    return (*exercise.parts, exercise)


@lru_cache(maxsize=1024)
def portable(setup: str) -> str:
    """A setup that takes functions from a module of declarations, with their text in place of the import.

    The box does not hold those modules: the references stand in them.
    """
    lines = setup.split("\n")
    for node in reversed(ast.parse(setup).body):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(declared.__name__):
            lines[node.lineno - 1 : node.end_lineno] = [taken(str(node.module), {alias.name for alias in node.names})]
    return "\n".join(lines)


def taken(module: str, names: set[str]) -> str:
    """The text of some functions of a module, with the imports and constants that they use."""
    text = getsource(import_module(module))
    body = ast.parse(text).body
    functions = [node for node in body if isinstance(node, ast.FunctionDef) and node.name in names]
    used = {part.id for node in functions for part in ast.walk(node) if isinstance(part, ast.Name)}
    given = [
        node
        for node in body
        if (isinstance(node, ast.ImportFrom) and used & {alias.asname or alias.name for alias in node.names})
        or (is_constant(node) and used & {t.id for t in getattr(node, "targets", ()) if isinstance(t, ast.Name)})
    ]
    return "\n".join(segment(text, node) for node in (*given, *functions))


# ---- the box's side ------------------------------------------------------------------------------


class Meter:
    """Runs the jobs of one exercise. What has to be stopped uses up its time; when that is gone nothing more runs.

    `most`, in seconds, is all that a job of it has, whatever the exercise declares.
    """

    QUICK = 0.5  # seconds within which a process that somebody else ends has most likely done nothing wrong
    HURRY = 0.1  # seconds for each call, once a call did not end in time; as in a check
    LEAST = 1.0  # seconds of CPU; the system counts whole ones
    SPARE = 0.8  # seconds by the clock for the answer alone: with it all ends within the limit and a second

    def __init__(self, run: Run, most: float = inf) -> None:
        self.run, self.most, self.lost, self.ended, self.hurry = run, most, 0.0, "", False
        self.spent = 0.0  # seconds by the clock, of all jobs: a student's slow cells run again in each

    def __call__(self, job: Json) -> Json:
        job = job | {"cpu": min(job["cpu"], self.most), "wall": min(job["wall"], self.most)}
        if self.ended and self.lost >= job["cpu"]:
            return {"ended": self.ended, "said": ""}
        if self.ended:
            job = job | {limit: max(self.LEAST, job[limit] - self.lost) for limit in ("cpu", "wall")}
        job = job | {"wall": min(job["wall"], max(self.LEAST, job["wall"] + self.lost - self.spent))}
        if self.hurry:
            job = job | {"seconds": min(self.HURRY, job["seconds"])}
        begun = monotonic()
        answer = self.run(job)
        if answer["ended"] == "died" and monotonic() - begun < self.QUICK:
            answer = self.run(job)  # what dies of itself dies twice
        late = any(o["kind"] == "over time" for run in answer.get("runs", ()) for o in run)
        self.hurry = self.hurry or late
        self.spent += monotonic() - begun
        if answer["ended"] != "whole" or late:
            self.lost += monotonic() - begun
            self.ended = "cpu" if late else answer["ended"]
        return answer


def look(run: Run, job: Job, asked: Sequence[Unit], after: str = "") -> dict[Unit, Seen]:
    """What the box sees of each unit. All of them in one run; those behind one that was stopped in another."""
    found: dict[Unit, Seen] = {}
    waiting = list(asked)
    while waiting:
        answer = run(job.record(waiting, after))
        said = answer["said"][:SAID]
        if answer["ended"] != "whole":
            if len(waiting) == 1:
                return found | {waiting[0]: Seen(ended=answer["ended"], said=said)}
            return found | {unit: look(run, job, [unit], after)[unit] for unit in waiting}
        if answer["missing"]:
            return found | dict.fromkeys(waiting, Seen(ended="missing", reason=absent(job, answer), said=said))
        runs = [box.outcomes(outcomes) for outcomes in answer["runs"]] or [()]
        start = 0
        for unit in tuple(waiting):
            end = start + len(job.probes(unit))
            if start and start >= len(runs[0]):
                break  # a call in a unit before this one was stopped, and no more were made
            got = runs[0][start:end]
            whole = len(got) == end - start or (got and stops(got[-1]))
            found[unit] = Seen(got, runs[-1][start:end], said=said) if whole else Seen(ended="garbled", said=said)
            waiting.remove(unit)
            start = end
    return found


def stops(outcome: Outcome) -> bool:
    """Are no more probes run after this one? Nothing else may make an answer short: what is not there is not right."""
    return outcome.kind == "over time" or outcome.note.startswith("MemoryError")


def absent(job: Job, answer: Json) -> str:
    """Why names that are asked for do not exist: what stopped the cell that should have made them."""
    told = _("There is no {names} after the cells have run.").format(names=", ".join(answer["missing"]))
    pairs = zip(job.cells, answer["cells"], strict=False)
    errors = [r for text, r in pairs if "error" in r and any(name in text for name in answer["missing"])]
    if not errors:
        return told
    last = ": ".join(filter(None, (errors[-1]["error"], errors[-1].get("note", ""))))
    return told + " " + _("The cell stopped: {error}").format(error=last)


@lru_cache(maxsize=256)
def lent(exercise: Exercise, parts: tuple[Part, ...]) -> str:
    """A program that lends the reference's methods and functions of `parts`, as exercises.run.grafted does."""
    solution = ast.parse(exercise.solution).body
    owner = next((node.name for node in solution if isinstance(node, ast.ClassDef)), "")
    names = {m for part in parts for m in part.methods}
    asked = {*exercise.names, *(m for part in exercise.parts for m in part.methods)}
    helpers = [ast.unparse(node) for node in solution if getattr(node, "name", "") not in asked]
    named = {n.name: ast.unparse(n) for n in solution if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    functions = {name: text for name, text in named.items() if name in names}
    body = [node for part in parts for node in ast.parse(methods(exercise.solution, part)).body]
    inner = [ast.unparse(node) for node in body if getattr(node, "name", "") not in functions]
    lines = [
        "from autograd_mini.exercises.run import homes as _homes",
        f"_homes = _homes([{', '.join(exercise.names)}])",
        *helpers,
        *functions.values(),
        f"for _home in _homes: _home.update({{n: globals()[n] for n in {sorted(functions)!r} if n in _home}})",
    ]
    if inner and owner:
        methods_of = indent("\n".join(inner), "    ")
        put = f"if _m in vars(_Lent) and isinstance({owner}, type): setattr({owner}, _m, vars(_Lent)[_m])"
        lines += [f"class _Lent:\n{methods_of}", f"for _m in {sorted(names)!r}:\n    {put}"]
    return "\n".join(lines)


# ---- the judge's side ----------------------------------------------------------------------------


def assess(job: Job, unit: Unit, seen: Seen, as_handed_out: bool, borrowed: Sequence[Part] = ()) -> Assessment:
    """What `check` says about a unit, from what the box saw on the probes that `check` uses."""
    exercise, probes = job.exercise, declare.probes(unit)
    got, again = seen.got[: len(probes)], seen.again[: min(AGAIN, len(probes))]
    with TRUSTED:
        right = given_by(exercise, unit, "", None)
        compare = partial(judge, probes, right, got, tolerance=exercise.tolerance)
        verdict = compare()
        idle = False
        if not verdict.passed:
            if as_handed_out:
                return Assessment(unit, Judgement("unattempted"), probes, right, got, borrowed)
            idle = agree(got, handed_out(exercise, unit, None), exercise.tolerance)
            verdict = compare([given_by(exercise, unit, str(m.wrong), None) for m in unit.mistakes])
        if verdict.kind in ("right", "near", "wrong"):
            verdict = compare(again=again)
    return Assessment(unit, verdict, probes, right, got, borrowed, idle)


def by_key(job: Job, unit: Unit, seen: Seen) -> Judgement:
    """The verdict on the probes that are drawn with the key."""
    probes = job.probes(unit)
    if not probes:
        return Judgement("right")
    if seen.ended != "whole":
        return Judgement(seen.ended)
    with TRUSTED:
        first = len(unit.probes)
        right = given_by(job.exercise, unit, "", job.seed)[first:]
        compare = partial(judge, probes, right, seen.got, again=seen.again, tolerance=job.exercise.tolerance)
        verdict = compare()
        if not verdict.passed:
            verdict = compare([given_by(job.exercise, unit, str(m.wrong), job.seed)[first:] for m in unit.mistakes])
    return verdict


def mark(job: Job, unit: Unit, seen: Seen, a: Assessment | None, verdict: Judgement | None) -> Mark:
    """The mark of a unit: all its points when it is right on every probe, and else none.

    `verdict` is that on the probes drawn with the key, for what has passed the others.
    """
    if a is None:
        return Mark(unit.id, kind=seen.ended, reason=seen.reason or how(seen.ended), said=seen.said)
    if verdict is None:
        words = (*explain(job.exercise, a), *lenders(a.lent))
        return Mark(unit.id, 0, a.verdict.kind, a.verdict.mistake, words, said=seen.said)
    if verdict.passed:
        return Mark(unit.id, unit.points, "right", words=tuple(lenders(a.lent)))
    words = (_("Right on the probes that you see, and not on others that are drawn in the same way."),)
    if verdict.mistake is not None:
        words = (*words, _(unit.mistakes[verdict.mistake].message))
    flag = _("Right on every probe that can be known, and wrong on others.")
    return Mark(unit.id, 0, verdict.kind, verdict.mistake, words, how(verdict.kind), flag, said=seen.said)


ENDED = {
    "cpu": "It used up its time.",
    "wall": "It did not end in time.",
    "memory": "It asked for more memory than there is.",
    "died": "It ended the Python that ran it.",
    "garbled": "It disturbed the answer of the Python that ran it.",
    "too much": "It wrote more than can be taken.",
}


def how(kind: str) -> str:
    """How the box ended a run, in a sentence; "" when it did not."""
    return _(ENDED[kind]) if kind in ENDED else ""


def settle(run: Run, job: Job, source: str) -> tuple[Mark, ...]:
    """The marks of an exercise and its parts. `source` is the exercise's own cell, as far as there is one."""
    exercise = job.exercise
    seen = look(run, job, units(exercise))
    fresh = {unit: bool(source) and untouched(exercise, unit, source) for unit in units(exercise)}
    found = {u: assess(job, u, s, fresh[u]) if s.ended == "whole" else None for u, s in seen.items()}
    borrowed: dict[Unit, tuple[Part, ...]] = dict.fromkeys(units(exercise), ())

    def lend(part: Part, parts: tuple[Part, ...]) -> tuple[Seen, Assessment | None, tuple[Part, ...]]:
        s = look(run, job, (part,), lent(exercise, parts))[part]
        return s, assess(job, part, s, fresh[part], parts) if s.ended == "whole" else None, parts

    failing = [p for p in exercise.parts if (a := found[p]) is not None and not a.verdict.passed and not fresh[p]]
    idle = [p for p in exercise.parts if (a := found[p]) is not None and not a.verdict.passed and fresh[p]]
    apart = {p: lend(p, tuple(q for q in (*failing, *idle) if q is not p)) for p in failing if len(failing + idle) > 1}
    wrong = [p for p in failing if p not in apart or not passed(apart[p][1])]
    for part, alone in apart.items():
        if alone[1] is None:
            continue  # there was no time for it: what was seen before stands
        parts = tuple(q for q in exercise.parts if q in (*wrong, *idle) and q is not part)
        again = lend(part, parts) if parts and set(parts) != set(alone[2]) else alone
        seen[part], found[part], borrowed[part] = again if passed(again[1]) == passed(alone[1]) else alone
    verdicts = keyed(run, job, {unit: borrowed[unit] for unit in units(exercise) if passed(found[unit])})
    marks = [mark(job, unit, seen[unit], found[unit], verdicts.get(unit)) for unit in units(exercise)]
    if not all(passed(found[part]) for part in exercise.parts):
        marks[-1] = Mark(exercise.id, kind="unattempted", words=(_("Passes when its parts do."),))
    return tuple(marks)


def keyed(run: Run, job: Job, borrowed: dict[Unit, tuple[Part, ...]]) -> dict[Unit, Judgement]:
    """The verdicts on the probes drawn with the key, for units that have passed, each with what was lent for it.

    They run in processes of their own, and nothing of what these say is kept: an answer can learn the probes that
    it is given, but can tell nobody.
    """
    secret = replace(job, keyed=True)
    found: dict[Unit, Judgement] = {}
    for parts in dict.fromkeys(borrowed.values()):
        asked = [unit for unit in borrowed if borrowed[unit] == parts]
        probed = [unit for unit in asked if secret.probes(unit)]
        seen = look(run, secret, probed, lent(job.exercise, parts) if parts else "") if probed else {}
        found |= {unit: by_key(secret, unit, seen.get(unit, Seen())) for unit in asked}
    return found


def passed(a: Assessment | None) -> bool:
    return a is not None and a.verdict.passed


# ---- an exercise, a question ---------------------------------------------------------------------


def exercise_marks(run: Run, plan: Plan, exercise: Exercise, seed: str, limits: Limits) -> tuple[Mark, ...]:
    """The marks of an exercise in a notebook, its parts before it."""
    begun = monotonic()
    marks = tuple(attempts(Meter(run), plan, exercise, plan.answers(exercise), seed, limits))
    return tuple(replace(m, seconds=round((monotonic() - begun) / len(marks), 4)) for m in marks)


def attempts(run: Meter, plan: Plan, exercise: Exercise, answers: Answers, seed: str, limits: Limits) -> Iterator[Mark]:
    if not answers.there:
        reason = _("No cell with the id exercise-{id} is there, and none defines {names}.")
        told = reason.format(id=exercise.id, names=", ".join(exercise.names))
        flag = _("The answer was not found. Was the cell deleted or renamed?")
        yield from (Mark(unit.id, reason=told, flag=flag) for unit in units(exercise))
        return
    if answers.untouched and not exercise.parts:
        words = explain(exercise, Assessment(exercise, Judgement("unattempted"), (), (), ()))
        yield Mark(exercise.id, kind="unattempted", words=tuple(words))
        return
    tries = [one_answer(run, plan, exercise, home, seed, limits) for home in (answers.several or (answers.home,))]
    if len({tuple((m.points, m.kind) for m in t) for t in tries}) == 1:
        yield from tries[0]
        return
    reason = _("{n} cells answer this exercise, and they do not earn the same. Keep one of them.")
    for unit in units(exercise):
        told = reason.format(n=len(answers.several))
        yield Mark(unit.id, kind="ambiguous", reason=told, flag=told)


def kept_from(m: Mark) -> bool:
    """Was there nothing to judge, which other cells may be the cause of?"""
    return m.kind in ENDED or m.kind == "missing"


def one_answer(run: Meter, plan: Plan, exercise: Exercise, home: Any, seed: str, limits: Limits) -> tuple[Mark, ...]:
    """The marks with one cell as the exercise's own; without the student's other cells when these end the run
    or take its names away."""
    source = home.source if home else ""
    job = Job(exercise, plan.program(exercise, home), seed, limits)
    marks = settle(run, job, source)
    if home and any(kept_from(m) for m in marks) and any(cell is not home for cell in plan.mine):
        # Those may have used up all the time, which must not cost the answer its mark: it has some of its own.
        spare = Meter(run.run, Meter.SPARE)
        alone = settle(spare, replace(job, cells=plan.program(exercise, home, only=True)), source)
        if not any(kept_from(m) for m in alone):
            flag = _("Run without the other cells of the notebook: with them it was stopped, or its names were gone.")
            return tuple(replace(m, flag=m.flag or flag) for m in alone)
    return marks


def question_marks(run: Run, plan: Plan, asked: Sequence[Question], limits: Limits) -> tuple[Mark, ...]:
    """The marks of the questions of a notebook."""
    begun, run = monotonic(), Meter(run)
    there = [q for q in asked if plan.asked(q)]
    given: Json = {}
    if there:
        answer = run(question_job(plan.program(None), there, limits))
        given = answer.get("predicted", {}) if answer["ended"] == "whole" else {}
        if answer["ended"] != "whole":
            for q in there:
                alone = run(question_job([*plan.program(None, only=True), *plan.asked(q)], [q], limits))
                given |= alone.get("predicted", {}) if alone["ended"] == "whole" else {}
    seconds = round((monotonic() - begun) / max(1, len(asked)), 4)
    text = "\n".join(cell.source for cell in plan.cells)
    return tuple(replace(question_mark(q, given, q.id in text), seconds=seconds) for q in asked)


def question_job(cells: Sequence[str], asked: Sequence[Question], limits: Limits) -> Json:
    return {
        "cells": list(cells),
        "setup": "",
        "after": "",
        "names": [],
        "probes": [],
        "runs": 1,
        "seconds": limits.seconds or 2.0,
        "cpu": limits.cpu,
        "wall": limits.wall,
        "without": [],
        "questions": [q.id for q in asked],
    }


def question_mark(question: Question, given: Json, there: bool) -> Mark:
    """The mark of an answer to a question: `check`'s own judgement of it."""
    if question.id not in given:
        if there:
            return Mark(question.id, kind="unattempted", words=(_("Not answered yet."),))
        told = _("No cell asks for {id}.").format(id=question.id)
        return Mark(question.id, reason=told, flag=_("The answer was not found. Was the cell deleted or renamed?"))
    value = box.value(given[question.id])
    if value == "":  # the dots, or nothing that could be an answer
        return Mark(question.id, kind="unattempted", words=(_("Not answered yet."),))
    try:
        right, mistakes = judged(question, value)
    except Refusal as refusal:
        return Mark(question.id, kind="wrong", words=(str(refusal),))
    if right:
        return Mark(question.id, question.points, "right")
    messages = [m.message for m in question.mistakes]
    words = tuple(_(m) for m in mistakes) or (_("It is none of the mistakes that this question knows."),)
    return Mark(
        question.id,
        kind="known" if mistakes else "wrong",
        mistake=messages.index(mistakes[0]) if mistakes else None,
        words=words,
    )
