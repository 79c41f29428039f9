"""`check`, `predict`, `hint`, `solution`: what a learner calls."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache, wraps
from textwrap import dedent
from typing import ParamSpec

from autograd_mini.exercises import declare
from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.declare import Choice, Declared, Exercise, Part, Question
from autograd_mini.exercises.journal import record
from autograd_mini.exercises.judge import Judgement, Outcome, Value, close, judge
from autograd_mini.exercises.run import Namespace, NotPlain, grafted, learners, namespace, outcomes, plain
from autograd_mini.exercises.show import MARKS, Shown, number, two_numbers
from autograd_mini.messages import _

P = ParamSpec("P")
Unit = Exercise | Part


class Refusal(Exception):
    """A sentence for the learner instead of an answer: the call itself makes no sense."""


def sentence(call: Callable[P, Shown]) -> Callable[P, Shown]:
    """Show a Refusal as any other answer: a cell that is run out of order prints a sentence, no traceback."""

    @wraps(call)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Shown:
        try:
            return call(*args, **kwargs)
        except Refusal as refusal:
            return Shown("open", str(refusal))

    return wrapped


def find(id: str) -> tuple[Declared, Part | None]:
    if isinstance(id, str) and id in CATALOGUE.by_id:
        return CATALOGUE.by_id[id]
    near = get_close_matches(str(id), CATALOGUE.by_id, n=1)
    advice = _("Did you mean {id}?").format(id=repr(near[0])) if near else _("Ids are listed by progress().")
    raise Refusal(_("There is no exercise {id}.").format(id=repr(id)) + " " + advice)


# ---- running and judging -------------------------------------------------------------------------


@cache
def expected(
    exercise: Exercise, unit: Unit, seed: str | None
) -> tuple[tuple[str, ...], tuple[tuple[Outcome, ...], ...]]:
    """The probes, and what the solution and then each known wrong program give on them."""
    probes = declare.probes(unit, seed)
    programs = ((exercise.solution,), *((exercise.solution, str(m.wrong)) for m in unit.mistakes))
    return probes, tuple(
        outcomes(probes, namespace(exercise, *texts), exercise.names, exercise.seconds) for texts in programs
    )


@cache
def handed_out(exercise: Exercise, unit: Unit, seed: str | None) -> tuple[Outcome, ...]:
    """What the starter gives, a part of it with the other parts from the reference."""
    space = namespace(exercise, exercise.starter)
    answers = [space.get(name, ...) for name in exercise.names]
    probes = expected(exercise, unit, seed)[0]
    with grafted(exercise, answers, [p for p in exercise.parts if isinstance(unit, Part) and p is not unit]) as whole:
        return outcomes(probes, whole, exercise.names, exercise.seconds)


@dataclass(frozen=True)
class Assessment:
    """What came of judging one unit: the verdict, and what it was read off. `lent` are the parts from the reference."""

    unit: Unit
    verdict: Judgement
    probes: Sequence[str]
    right: Sequence[Outcome]
    got: Sequence[Outcome]
    lent: Sequence[Part] = ()


def assess(exercise: Exercise, unit: Unit, space: Namespace, seed: str | None, lent: Sequence[Part] = ()) -> Assessment:
    """Run and judge one unit, an exercise or a part of it, on the names in `space`."""
    probes, (right, *known) = expected(exercise, unit, seed)
    got = outcomes(probes, space, exercise.names, exercise.seconds)
    slow = any(o.kind == "over time" for o in got)
    again = None if slow else outcomes(probes, space, exercise.names, exercise.seconds)
    verdict = judge(
        probes, right, got, known, starter=handed_out(exercise, unit, seed), again=again, tolerance=exercise.tolerance
    )
    return Assessment(unit, verdict, probes, right, got, lent)


def assess_parts(exercise: Exercise, answers: Sequence[object], seed: str | None) -> list[Assessment]:
    """Every part as it stands; one that fails again, with the other failing parts lent by the reference."""
    alone = [assess(exercise, part, learners(exercise, answers), seed) for part in exercise.parts]
    failing = [a.unit for a in alone if not a.verdict.passed]

    def lending(first: Assessment) -> Assessment:
        lent = [p for p in exercise.parts if p in failing and p is not first.unit]
        if first.verdict.passed or not lent:
            return first
        with grafted(exercise, answers, lent) as space:
            return assess(exercise, first.unit, space, seed, lent)

    return [lending(a) for a in alone]


def verdicts(exercise: Exercise, answers: Sequence[object], seed: str | None = None) -> list[Assessment]:
    """Judge an answer: each of its parts, then the whole. Hidden probes are drawn with `seed`."""
    return [*assess_parts(exercise, answers, seed), assess(exercise, exercise, learners(exercise, answers), seed)]


# ---- saying it -----------------------------------------------------------------------------------


def difference(a: Assessment) -> str:
    """The probe that shows it, with the right numbers and the learner's."""
    assert a.verdict.probe is not None
    right, got = a.right[a.verdict.probe], a.got[a.verdict.probe]
    if got.kind != "value":
        return _("It should give {right}.").format(right=number(right.value))
    shown = two_numbers(right.value, got.value)
    return _("{probe} should give {right}; yours gives {got}.").format(
        probe=a.probes[a.verdict.probe], right=shown[0], got=shown[1]
    )


def raised(a: Assessment, probe: str, got: Outcome) -> list[str]:
    name = got.note.partition(":")[0]
    if name == "RecursionError":
        return [_("{probe} calls itself without end. Which case should stop the recursion?").format(probe=probe)]
    if name == "MemoryError":
        return [_("{probe} asks for more memory than there is. Does something grow without end?").format(probe=probe)]
    where = [_("The line is: {line}").format(line=got.line)] if got.line else []
    return [_("{probe} raises {error}").format(probe=probe, error=got.note), *where]


def explain(exercise: Exercise, a: Assessment) -> list[str]:
    """The verdict in words: what is wrong, kindly, and what shows it."""
    kind = a.verdict.kind
    if kind == "right":
        return []
    if kind == "unattempted":
        return [
            _(
                "Not attempted yet: this is still what was handed out. Replace the dots, or mend the code, and check again."
            )
        ]
    assert a.verdict.probe is not None
    probe, got = a.probes[a.verdict.probe], a.got[a.verdict.probe]
    if kind == "known":
        assert a.verdict.mistake is not None
        return [_(a.unit.mistakes[a.verdict.mistake].message), difference(a)]
    if kind == "raises":
        return raised(a, probe, got)
    words = {
        "arguments": _("{probe} passes {note} argument(s), and yours does not take them so. Compare its first line with the starter's."),
        "over time": _("{probe} took longer than {seconds} s and was stopped. Is there a loop that never ends?"),
        "mutates": _("{probe} changes the argument that it was given. Work on a copy, so that the caller's data stay as they were."),
        "varies": _("{probe} gives something else when it is called again. The result should depend on the arguments only."),
        "none": _("{probe} gives None. Is a return missing?"),
        "type": _("{probe} gives a value of type {note} where numbers are expected."),
        "shape": _("These are not as many numbers as expected, or they are nested in another way."),
        "nan": _("A nan is not a number: somewhere 0/0, ∞ − ∞ or 0·∞ was computed."),
        "wrong": _("Not yet, and it is none of the mistakes that this exercise knows. Here is a case to work through by hand."),
    }  # fmt: skip
    told = words[kind].format(probe=probe, note=got.note, seconds=f"{exercise.seconds:g}", got=number(got.value))
    return [told] if kind in ("arguments", "over time", "mutates", "varies") else [told, difference(a)]


def lenders(a: Assessment) -> list[str]:
    """Says which parts were the reference's while this one was judged."""
    if not a.lent:
        return []
    names = ", ".join(_(p.title) for p in a.lent)
    return [_("Judged with these parts from the reference, since yours do not pass yet: {names}.").format(names=names)]


def next_step(id: str) -> str:
    return _("One step further: {call}").format(call=f'hint("{id}", 1)')


def status(a: Assessment) -> str:
    return {"right": "right", "unattempted": "open"}.get(a.verdict.kind, "wrong")


def one(exercise: Exercise, a: Assessment) -> Shown:
    """The answer about one unit."""
    title = _(a.unit.title)
    if a.verdict.passed:
        head = _("{title}: right on all {n} probes.").format(title=title, n=len(a.probes))
        return Shown("right", head, tuple(lenders(a)))
    head = _("{title}: not yet.").format(title=title)
    return Shown(status(a), head, (*explain(exercise, a), *lenders(a), next_step(a.unit.id)))


def many(exercise: Exercise, found: Sequence[Assessment]) -> Shown:
    """The answer about a class: a line for each part, with its words below it, and the whole at the end."""
    lines: list[str] = []
    for a in found:
        title = _("The whole") if a.unit is exercise else _(a.unit.title)
        lines.append(f"{MARKS[status(a)]} {title}")
        waits = a.unit is exercise and not all(b.verdict.passed for b in found[:-1])
        if not a.verdict.passed:
            words = [_("Passes when its parts do.")] if waits else [*explain(exercise, a), next_step(a.unit.id)]
            lines += [f"   {line}" for line in (*words, *lenders(a))]
        else:
            lines += [f"   {line}" for line in lenders(a)]
    done = sum(a.verdict.passed for a in found)
    head = _("{title}: {done} of {all} parts right.").format(title=_(exercise.title), done=done, all=len(found))
    states = {status(a) for a in found}
    return Shown(states.pop() if len(states) == 1 else "wrong", head, tuple(lines))


def counterfeit(exercise: Exercise, answers: Sequence[object]) -> str:
    """A sentence when what was passed is not the kind of thing that is asked for; else ""."""
    call = f'check("{exercise.id}", {", ".join(exercise.names)})'
    if len(answers) != len(exercise.names):
        return _("This check takes {n} name(s) after the id: {call}").format(n=len(exercise.names), call=call)
    reference = namespace(exercise, exercise.solution)
    for name, answer in zip(exercise.names, answers, strict=True):
        if isinstance(reference[name], type) and not isinstance(answer, type):
            return _("{name} should be a class; this is a value of type {type}. Pass the class itself: {call}").format(
                name=name, type=type(answer).__name__, call=call
            )
        if callable(reference[name]) and not callable(answer):
            return _(
                "{name} should be a function; this is a value of type {type}. Pass the function itself: {call}"
            ).format(name=name, type=type(answer).__name__, call=call)
    return ""


# ---- what a learner calls ------------------------------------------------------------------------


@sentence
def check(id: str, *answers: object) -> Shown:
    """Is the answer right, and if not, which mistake is it? Answers at once; writes a line to your progress.

    `answers` are what the exercise asks for (a function, a class, several names), never their results.
    The id of a part of a class judges that part only. A question takes its answer in the same way.
    """
    exercise, part = find(id)
    if not isinstance(exercise, Exercise):
        return respond(exercise, *answers)
    if any(answer is ... for answer in answers):
        return Shown("open", _("{title}: not attempted yet.").format(title=_((part or exercise).title)))
    if refused := counterfeit(exercise, answers):
        raise Refusal(refused)
    if part:
        found = [a for a in assess_parts(exercise, answers, None) if a.unit is part]
    else:
        found = verdicts(exercise, answers)
    notes = {keep(a.unit, a.verdict.passed, a.verdict.kind) for a in found if a.verdict.kind != "unattempted"} - {""}
    shown = one(exercise, found[0]) if len(found) == 1 else many(exercise, found)
    return replace(shown, lines=(*shown.lines, *notes))


def keep(unit: Unit | Question, passed: bool, verdict: str) -> str:
    return record(unit.id, "answer", passed=passed, verdict=verdict, version=getattr(unit, "version", 1))


@sentence
def predict(id: str, value: object) -> Shown:
    """Commit to an answer before you see it: a number, several in a tuple, or the key of an option.

    Left as `...` it says "not predicted yet", and nothing waits for it.
    """
    question, _part = find(id)
    if isinstance(question, Exercise):
        raise Refusal(_("{id} asks for code: use check.").format(id=repr(id)))
    return respond(question, value)


def respond(question: Question, *values: object) -> Shown:
    """Judge the answer to a question."""
    title = _(question.title)
    value = values[0] if len(values) == 1 else values
    options = question.options if isinstance(question, Choice) else {}
    if value is ... or value == ():
        listed = tuple(f"{key}: {_(text)}" for key, text in options.items())
        return Shown("open", _("{title}: not predicted yet.").format(title=title), (_(question.prompt), *listed))
    right, mistakes = judged(question, value)
    note = keep(question, right, "right" if right else "known" if mistakes else "wrong")
    tail = (note,) if note else ()
    if right:
        return Shown("right", _("{title}: right.").format(title=title), (_(question.explanation), *tail))
    words = [_(m) for m in mistakes] or [_("Not this. Work it out on paper, or take a hint, and predict again.")]
    return Shown("wrong", _("{title}: not yet.").format(title=title), (*words, next_step(question.id), *tail))


def judged(question: Question, value: object) -> tuple[bool, list[str]]:
    """Is it right, and the message of the mistake that it is."""
    if isinstance(question, Choice):
        if value not in question.options:
            keys = ", ".join(map(repr, question.options))
            raise Refusal(_("The options are {keys}; {value} is none of them.").format(keys=keys, value=repr(value)))
        return value == question.answer, [m.message for m in question.mistakes if m.wrong == value]
    try:
        numbers, answer = plain(value), plain(question.answer)
    except NotPlain:
        raise Refusal(
            _("A prediction is a number, or several in a tuple: predict({id}, 5.5)").format(id=repr(question.id))
        ) from None
    if isinstance(numbers, tuple) != isinstance(answer, tuple) or (
        isinstance(numbers, tuple) and isinstance(answer, tuple) and len(numbers) != len(answer)
    ):
        n = len(answer) if isinstance(answer, tuple) else 1
        raise Refusal(_("This prediction takes {n} number(s).").format(n=n))

    def near(target: Value) -> bool:
        return close(numbers, target, question.tolerance)

    if near(answer):
        return True, []
    matches = [m.message for m in question.mistakes if near(plain(m.wrong))]
    return False, matches if len(matches) == 1 else []


@sentence
def hint(id: str, level: int = 1) -> Shown:
    """A hint. Level 1 points the way, 2 says more, 3 is nearly the answer."""
    exercise, part = find(id)
    hints = (part or exercise).hints
    if level not in range(1, len(hints) + 1):
        raise Refusal(_("Hints have the levels 1 to {n}.").format(n=len(hints)))
    record(id, "hint", level=level)
    more = (
        _("More: {call}").format(call=f'hint("{id}", {level + 1})')
        if level < len(hints)
        else _("The whole answer: {call}").format(call=f'solution("{id}")')
    )
    head = _("{title}: hint {level} of {n}").format(title=_((part or exercise).title), level=level, n=len(hints))
    return Shown("told", head, (_(hints[level - 1]), more))


@sentence
def solution(id: str) -> Shown:
    """The reference solution, folded: open it when you have tried."""
    exercise, part = find(id)
    record(id, "solution")
    head = _("{title}: a solution").format(title=_((part or exercise).title))
    fold = _("Show it")
    if isinstance(exercise, Exercise):
        return Shown("told", head, code=methods(exercise.solution, part) if part else exercise.solution, folded=fold)
    answer = exercise.answer if isinstance(exercise, Choice) else number(plain(exercise.answer))
    return Shown("told", head, code=f"{answer}\n{_(exercise.explanation)}", folded=fold)


def methods(text: str, part: Part) -> str:
    """The lines of a solution that a part consists of."""
    body = [n for top in ast.parse(text).body for n in (top.body if isinstance(top, ast.ClassDef) else [top])]
    lines = text.splitlines()

    def named(node: ast.stmt) -> set[str]:
        if isinstance(node, ast.FunctionDef):
            return {node.name}
        targets = node.targets if isinstance(node, ast.Assign) else []
        return {t.id for t in targets if isinstance(t, ast.Name)}

    chosen = [n for n in body if named(n) & set(part.methods)]
    return "\n\n".join(dedent("\n".join(lines[n.lineno - 1 : n.end_lineno])) for n in chosen)
