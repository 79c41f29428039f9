"""`check`, `predict`, `hint`, `solution`: what a learner calls."""

from __future__ import annotations

import ast
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache, partial, wraps
from textwrap import dedent
from typing import ParamSpec

from autograd_mini.exercises import declare
from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.declare import Choice, Declared, Exercise, Part, Prediction, Question
from autograd_mini.exercises.journal import record
from autograd_mini.exercises.judge import Judgement, Listed, Outcome, Pair, Value, agree, close, judge, near, shape
from autograd_mini.exercises.run import (
    Namespace,
    NotPlain,
    grafted,
    guarded,
    lacking,
    learners,
    namespace,
    outcomes,
    plain,
    untouched,
)
from autograd_mini.exercises.setting import behind
from autograd_mini.exercises.show import INSET, MARKS, Shown, number, two_numbers
from autograd_mini.messages import _

P = ParamSpec("P")
Unit = Exercise | Part
OURS = 60.0  # seconds for what we wrote: it ends by itself, and is kept, so a machine that stalls must not cut it short
LONG = 24  # lines; what is longer is a whole engine, and stands in the notebook
AGAIN = 3  # so many probes are run a second time: what is random, or lives on from call to call, shows on any


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


def seen(exercise: Exercise, probes: Sequence[str], space: Namespace, seconds: float) -> tuple[Outcome, ...]:
    """What the names in `space` give on probes, without what the exercise does not allow."""
    with lacking(exercise.without):
        return outcomes(probes, space, exercise.names, seconds)


@lru_cache(maxsize=1024)
def given_by(exercise: Exercise, unit: Unit, program: str, seed: str | None) -> tuple[Outcome, ...]:
    """What the solution and after it a program (a known mistake; nothing) give on a unit's probes."""
    space = namespace(exercise, exercise.solution, program)
    return seen(exercise, declare.probes(unit, seed), space, OURS)


@lru_cache(maxsize=1024)
def handed_out(exercise: Exercise, unit: Unit, seed: str | None) -> tuple[Outcome, ...]:
    """What the starter gives, a part of it with the other parts from the reference."""
    space = namespace(exercise, exercise.starter)
    answers = [space.get(name, ...) for name in exercise.names]
    probes = declare.probes(unit, seed)
    with grafted(exercise, answers, [p for p in exercise.parts if isinstance(unit, Part) and p is not unit]) as whole:
        return seen(exercise, probes, whole, OURS)


@dataclass(frozen=True)
class Assessment:
    """What came of judging one unit: the verdict, and what it was read off. `lent` are the parts from the reference;
    `idle` says that the code has been changed and behaves as the starter does."""

    unit: Unit
    verdict: Judgement
    probes: Sequence[str]
    right: Sequence[Outcome]
    got: Sequence[Outcome]
    lent: Sequence[Part] = ()
    idle: bool = False


def assess(
    exercise: Exercise, unit: Unit, space: Namespace, seed: str | None, seconds: float, lent: Sequence[Part] = ()
) -> Assessment:
    """Run and judge one unit, an exercise or a part of it, on the names in `space`."""
    probes = declare.probes(unit, seed)
    right = given_by(exercise, unit, "", seed)
    run = partial(seen, exercise, space=space, seconds=seconds)
    got = run(probes)
    compare = partial(judge, probes, right, got, tolerance=exercise.tolerance)
    verdict = compare()
    idle = False
    if not verdict.passed:  # only now is there a reason to run what is handed out, and what is known to be wrong
        idle = agree(got, handed_out(exercise, unit, seed), exercise.tolerance)
        if (idle or verdict.kind == "dots") and untouched(exercise, unit, space):
            return Assessment(unit, Judgement("unattempted"), probes, right, got, lent)
        verdict = compare([given_by(exercise, unit, str(m.wrong), seed) for m in unit.mistakes])
    if verdict.kind in ("right", "near", "wrong"):
        verdict = compare(again=run(probes[:AGAIN]))
    return Assessment(unit, verdict, probes, right, got, lent, idle)


def patience(exercise: Exercise, found: Iterable[Assessment]) -> float:
    """Seconds for each call: few after one went over its time, lest one endless loop be waited for in every part."""
    return min(0.1, exercise.seconds) if any(a.verdict.kind == "over time" for a in found) else exercise.seconds


def assess_parts(exercise: Exercise, answers: Sequence[object], seed: str | None) -> list[Assessment]:
    """Every part as it stands; one that fails once more, with the parts that are wrong lent by the reference."""
    found: dict[Part, Assessment] = {}

    def lend(part: Part, lenders: Sequence[Part]) -> Assessment:
        with grafted(exercise, answers, lenders) as space:
            return assess(exercise, part, space, seed, patience(exercise, found.values()), lenders)

    for part in exercise.parts:
        space = learners(exercise, answers)
        found[part] = assess(exercise, part, space, seed, patience(exercise, found.values()))
    failing = [part for part, a in found.items() if not a.verdict.passed]
    # Which of them are wrong themselves, and which only lean on one that is?
    apart = {part: lend(part, [p for p in failing if p is not part]) for part in failing}
    wrong = [part for part, a in apart.items() if not a.verdict.passed]
    for part, a in apart.items():
        lenders = [p for p in wrong if p is not part]
        if a.verdict.kind == "unattempted":
            found[part] = replace(a, lent=())
            continue
        # Once more, so that no more is lent than has to be.
        again = lend(part, lenders) if lenders else found[part]
        found[part] = again if again.verdict.passed == a.verdict.passed else a
    return list(found.values())


def verdicts(exercise: Exercise, answers: Sequence[object], seed: str | None = None) -> list[Assessment]:
    """Judge an answer: each of its parts, then the whole. Hidden probes are drawn with `seed`.

    The whole is not begun before all its parts are right: until then it is neither run nor passed.
    """
    parts = assess_parts(exercise, answers, seed)
    if not all(a.verdict.passed for a in parts):
        return [*parts, Assessment(exercise, Judgement("unattempted"), (), (), ())]
    return [*parts, assess(exercise, exercise, learners(exercise, answers), seed, exercise.seconds)]


# ---- saying it -----------------------------------------------------------------------------------


def case(a: Assessment) -> tuple[str, Outcome, Outcome]:
    """The probe that shows what is wrong, what is right on it, and what the learner's gives."""
    i = a.verdict.probe
    assert i is not None
    return a.probes[i], a.right[i], a.got[i]


def dimensions(value: Value) -> tuple[int, ...] | None:
    """The shape of an array, () for a number; None for lists of different lengths and for several results."""
    if not isinstance(value, tuple):
        return ()
    inside = {dimensions(item) for item in value}
    if not isinstance(value, Listed) or len(inside) != 1 or None in inside:
        return None
    return (len(value), *(inside.pop() or ()))


def of_arrays(right: Value, got: Value) -> bool:
    """Are these as many results, with a matrix among the right ones?"""
    if not isinstance(right, tuple) or not isinstance(got, tuple) or len(right) != len(got):
        return False
    return type(right) is tuple and any(len(dimensions(item) or ()) > 1 for item in right)


def wrong_shape(right: Value, got: Value, tolerance: float) -> str:
    """What is said about results that are nested in another way; of arrays, which shape is wrong."""
    if of_arrays(right, got):
        assert isinstance(right, tuple) and isinstance(got, tuple)
        for k, (r, g) in enumerate(zip(right, got, strict=True), start=1):
            if dimensions(r) != dimensions(g):
                words = _("Result {k} of {n} should have the shape {right}; yours has the shape {got}.")
                return words.format(k=k, n=len(right), right=dimensions(r), got=dimensions(g))
    if type(got) is tuple and type(right) is not tuple:
        for k, g in enumerate(got, start=1):
            if close(g, right, tolerance):
                return _("The right result is there, as entry {k} of {n}. Return it alone.").format(k=k, n=len(got))
    if len(dimensions(right) or ()) > 1 and dimensions(got) is not None:
        words = _("The result should have the shape {right}; yours has the shape {got}.")
        return words.format(right=dimensions(right), got=dimensions(got))
    return plainly("shape")


def difference(exercise: Exercise, a: Assessment) -> str:
    """The probe that shows it, with the right numbers and the learner's; of several arrays, the first that is wrong."""
    probe, right, got = case(a)
    if got.kind == "value" and of_arrays(right.value, got.value):
        assert isinstance(right.value, tuple) and isinstance(got.value, tuple)
        for k, (r, g) in enumerate(zip(right.value, got.value, strict=True), start=1):
            if not close(g, r, exercise.tolerance):
                shown = two_numbers(r, g)
                words = _("Result {k} of `{probe}` should be {right}; yours is {got}.")
                return words.format(k=k, probe=probe, right=shown[0], got=shown[1])
    if got.kind == "raises":
        words = _("`{probe}` should give {right}; yours raises {got}.")
        return words.format(probe=probe, right=number(right.value), got=got.note.rstrip("."))
    if got.kind != "value":
        return _("`{probe}` should give {right}.").format(probe=probe, right=number(right.value))
    shown = two_numbers(right.value, got.value)
    return _("`{probe}` should give {right}; yours gives {got}.").format(probe=probe, right=shown[0], got=shown[1])


def raised(a: Assessment) -> list[str]:
    """What an error means, and the learner's line where it arose."""
    probe, _right, got = case(a)
    name = got.note.partition(":")[0]
    if name == "RecursionError":
        return [_("`{probe}` calls itself without end. Which case should stop the recursion?").format(probe=probe)]
    if name == "MemoryError":
        return [_("`{probe}` asks for more memory than there is. Does something grow without end?").format(probe=probe)]
    where = [_("The line is: `{line}`").format(line=got.line)] if got.line else []
    return [_("`{probe}` raises {error}").format(probe=probe, error=got.note), *where, *remedy(got)]


def remedy(got: Outcome) -> list[str]:
    """What to do about an error that has a usual cause."""
    if "'ellipsis'" in got.note:
        return [_("The `...` of the starter is still there: write what belongs in its place.")]
    if "truth value of an array" in got.note:
        return [_("An array holds many answers at once. `np.where(condition, a, b)` chooses entry by entry.")]
    if "mismatch in its core dimension" in got.note:
        return [_("In A @ B, A has as many columns as B has rows. Look at both with `.shape`.")]
    if "unhashable type" in got.note:
        return [_("A list or a set cannot be a key of a dict; a tuple can.")]
    if "for ^:" in got.note:
        return [_("A power is written `**` in Python; `^` is something else.")]
    if re.search(r"missing \d+ required positional argument", got.note):
        return [
            _("A function is called with fewer arguments than it takes. (The entries of a list want a star: `f(*xs)`.)")
        ]
    if "NoneType" in got.note:
        return [_("A function gave None where something else is needed. Is a return missing, or a part of it?")]
    unknown = re.match(r"NameError: name '(\w+)'", got.note)
    if unknown is None:
        return []
    if unknown[1] in vars(math):
        return [_("Write `math.{name}`.").format(name=unknown[1])]
    return [_("If the kernel was restarted, choose Run → Run All Cells first.")]


def plainly(kind: str) -> str:
    """The words of a plain verdict."""
    match kind:
        case "arguments":
            return _("`{probe}` passes {note} argument(s), and yours does not take them. Compare its first line.")
        case "over time":
            return _("`{probe}` did not end in time and was stopped. Is there a loop that never ends?")
        case "mutates":
            return _("`{probe}` changes the argument that it was given. Work on a copy, so that the caller's stays.")
        case "varies":
            return _("`{probe}` gives another result when called again. It should depend on the arguments only.")
        case "none":
            return _("`{probe}` gives None. Is a return missing?")
        case "dots":
            return _("`{probe}` gives the dots of the starter. Somewhere a `...` still stands for what is to come.")
        case "attribute":
            return _("`{probe}` has no attribute `{note}`: store it on the object, `self.{note} = …`")
        case "tuple":
            return _("`{probe}` gives plain numbers where a dual number is expected. Make one of primal and tangent.")
        case "dual":
            return _("`{probe}` gives a dual number where plain numbers are expected. Which part of it is asked for?")
        case "type":
            return _("`{probe}` gives a value of type {note} where numbers are expected.")
        case "shape":
            return _("These are not as many numbers as expected, or they are nested in another way.")
        case "nan":
            return _("A nan is not a number: somewhere 0/0, ∞ − ∞ or 0·∞ was computed.")
        case "near":
            return _("This is near, and not exact: more is lost than by rounding. Is there a step h in it?")
    return _("It is none of the mistakes that this exercise knows. Here is a case to work through by hand.")


def explain(exercise: Exercise, a: Assessment) -> list[str]:
    """The verdict in words: what is wrong, kindly, and what shows it."""
    kind = a.verdict.kind
    if kind == "right":
        return []
    if kind == "unattempted":
        return [_("This still does what the starter does. Replace the dots, or mend the code, and check again.")]
    if a.verdict.mistake is not None:
        return [_(a.unit.mistakes[a.verdict.mistake].message), difference(exercise, a)]
    idle = [_("Your code has changed, and what comes out is still what the starter gives.")] if a.idle else []
    if kind == "raises":
        return [*idle, *raised(a)]
    probe, right, got = case(a)
    if kind == "said":
        return [got.note]
    if kind == "type" and got.note in exercise.names and isinstance(right.value, Pair):
        words = _("`{probe}` has neither an attribute `primal` nor `tangent`: store them, `self.primal = …`")
        return [words.format(probe=probe)]
    if kind == "shape":
        return [wrong_shape(right.value, got.value, exercise.tolerance), difference(exercise, a)]
    told = plainly(kind).format(probe=probe, note=got.note)
    if kind in ("arguments", "over time", "mutates", "varies", "dots", "attribute", "tuple"):
        return [told]
    return [*(idle if idle and kind == "wrong" else [told]), difference(exercise, a)]


def lenders(lent: Collection[Part]) -> list[str]:
    """Says which parts were the reference's while others were judged."""
    if not lent:
        return []
    if len(lent) > 3:
        return [_("Judged with what does not pass yet lent by the reference.")]
    names = ", ".join(_(p.title) for p in lent)
    return [_("Judged with what does not pass yet lent by the reference: {names}.").format(names=names)]


def next_step(id: str) -> str:
    return _("One step further: `{call}`").format(call=f'hint("{id}", 1)')


def with_names(exercise: Exercise, a: Assessment, shown: Shown) -> Shown:
    """The answer, and below it, folded, what the names in its probe stand for, so that a learner can call it."""
    names, code = behind(exercise.setup, case(a)[0])
    if not names or code.count("\n") >= LONG:
        return shown
    what = _("Behind {names}, to try it yourself:").format(names=", ".join(f"`{name}`" for name in names))
    return replace(shown, lines=(*shown.lines, what), code=code, folded=_("Show it"))


def status(a: Assessment) -> str:
    return {"right": "right", "unattempted": "open"}.get(a.verdict.kind, "wrong")


def one(exercise: Exercise, a: Assessment) -> Shown:
    """The answer about one unit."""
    title = _(a.unit.title)
    if a.verdict.passed:
        head = _("{title}: right on all {n} probes.").format(title=title, n=len(a.probes))
        return Shown("right", head, tuple(lenders(a.lent)))
    head = _("{title}: not yet.").format(title=title)
    return Shown(status(a), head, (*explain(exercise, a), *lenders(a.lent), next_step(a.unit.id)))


def many(exercise: Exercise, found: Sequence[Assessment]) -> Shown:
    """The answer about a class: a line for each part, with its words below it, and the whole at the end."""
    *parts, whole = found
    waits = not all(a.verdict.passed for a in parts)
    lines: list[str] = []
    for a in parts:
        words = explain(exercise, a) if status(a) == "wrong" else []
        lines += block(status(a), _(a.unit.title), [*words, *([next_step(a.unit.id)] if words else [])])
    if waits:
        lines += block("open", _("The whole"), [_("Passes when its parts do.")])
    else:
        lines += block(status(whole), _("The whole"), explain(exercise, whole))
    done = sum(a.verdict.passed for a in found)
    lines += lenders({p: None for a in parts for p in a.lent})
    if not any(status(a) == "wrong" for a in parts):
        lines += [next_step(a.unit.id) for a in parts if not a.verdict.passed][:1]
    head = _("{title}: {done} of {all} right.").format(title=_(exercise.title), done=done, all=len(found))
    states = {status(a) for a in (parts if waits else found)}
    overall = "right" if states == {"right"} else "wrong" if "wrong" in states else "open"
    return Shown(overall, head, tuple(lines))


def block(state: str, title: str, words: Sequence[str]) -> list[str]:
    """A marked line, and below it, set in, what there is to say."""
    return [f"{MARKS[state]} {title}", *(INSET + line for line in words)]


def counterfeit(id: str, exercise: Exercise, answers: Sequence[object]) -> str:
    """A sentence when what was passed is not the kind of thing that is asked for; else ""."""
    call = f'check("{id}", {", ".join(exercise.names)})'
    if len(answers) != len(exercise.names):
        return _("This check takes {n} name(s) after the id: `{call}`").format(n=len(exercise.names), call=call)
    reference = namespace(exercise, exercise.solution)
    for name, answer in zip(exercise.names, answers, strict=True):
        if isinstance(reference[name], type) and not isinstance(answer, type):
            refused = _("{name} should be a class; this is a value of type {type}.")
        elif callable(reference[name]) and not callable(answer):
            refused = _("{name} should be a function; this is a value of type {type}.")
        else:
            continue
        itself = _("Pass {name} itself: `{call}`")
        return f"{refused} {itself}".format(name=name, type=type(answer).__name__, call=call)
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
    if refused := counterfeit(id, exercise, answers):
        raise Refusal(refused)
    with guarded():
        if part:
            alone = assess(exercise, part, learners(exercise, answers), None, exercise.seconds)
            passed = alone.verdict.passed
            found = [alone] if passed else [a for a in assess_parts(exercise, answers, None) if a.unit is part]
        else:
            found = verdicts(exercise, answers)
    shown = one(exercise, found[0]) if len(found) == 1 else many(exercise, found)
    notes = [keep(a.unit, a.verdict.passed, a.verdict.kind) for a in found if a.verdict.kind != "unattempted"]
    shown = replace(shown, lines=(*shown.lines, *filter(None, notes[:1])))
    wrong = [a for a in found if a.verdict.probe is not None]
    return with_names(exercise, wrong[0], shown) if wrong else shown


def keep(unit: Unit | Question, passed: bool, verdict: str) -> str:
    return record(unit.id, "answer", passed=passed, verdict=verdict, version=getattr(unit, "version", 1))


@sentence
def predict(id: str, *value: object) -> Shown:
    """Commit to an answer before you see it: a number, several, or the key of an option.

    Left as `...` it says "not predicted yet", and nothing waits for it.
    """
    question, _part = find(id)
    if isinstance(question, Exercise):
        raise Refusal(_("{id} asks for code: use check.").format(id=repr(id)))
    return respond(question, *value)


def respond(question: Question, *values: object) -> Shown:
    """Judge the answer to a question."""
    title = _(question.title)
    value = ... if not values else values[0] if len(values) == 1 else values
    options = question.options if isinstance(question, Choice) else {}
    if value is ...:
        listed = tuple(f"{key}: {_(text)}" for key, text in options.items())
        return Shown("open", _("{title}: not predicted yet.").format(title=title), (_(question.prompt), *listed))
    right, mistakes = judged(question, value)
    note = keep(question, right, "right" if right else "known" if mistakes else "wrong")
    tail = (note,) if note else ()
    if right:
        return Shown("right", _("{title}: right.").format(title=title), (_(question.explanation), *tail))
    words = [_(m) for m in mistakes] or [_("Not this. Work it out on paper, or take a hint, and predict again.")]
    return Shown("wrong", _("{title}: not yet.").format(title=title), (*words, next_step(question.id), *tail))


def option(question: Choice, value: object) -> object:
    """The option that is meant: "UP" is "up", and "v₃" is "v3"."""

    def spelled(text: str) -> str:
        return unicodedata.normalize("NFKC", text).strip().casefold()

    meant = [o for o in question.options if isinstance(value, str) and spelled(o) == spelled(value)]
    return meant[0] if len(meant) == 1 else value


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def judged(question: Question, value: object) -> tuple[bool, list[str]]:
    """Is it right, and the message of the mistake that it is."""
    if isinstance(question, Choice):
        value = option(question, value)
        if not isinstance(value, str) or value not in question.options:
            keys = ", ".join(map(repr, question.options))
            if str(value) in question.options:
                call = f'predict("{question.id}", "{value}")'
                raise Refusal(_("Write the option in quotes: `{call}`").format(call=call))
            raise Refusal(_("The options are {keys}; {value} is none of them.").format(keys=keys, value=repr(value)))
        return value == question.answer, [m.message for m in question.mistakes if m.wrong == value]
    if isinstance(value, str) and is_number(value):
        written = value.strip() if math.isfinite(float(value)) else f'float("{value.strip()}")'
        call = f'predict("{question.id}", {written})'
        raise Refusal(_("Write a number, not a text: `{call}`").format(call=call))
    try:
        numbers = plain(sorted(value) if isinstance(value, (set, frozenset)) and question.any_order else value)
        answer = plain(question.answer)
    except NotPlain:
        raise Refusal(
            _("A prediction is a number, or several in brackets: `predict({id}, {example})`").format(
                id=repr(question.id), example=example(question)
            )
        ) from None
    if shape(numbers) != shape(answer):
        call = f"predict({question.id!r}, {example(question)})"
        if not isinstance(answer, tuple):
            raise Refusal(_("Answer with one number, without brackets: `{call}`").format(call=call))
        raise Refusal(_("Answer with {n} numbers in brackets: `{call}`").format(n=len(answer), call=call))
    if question.any_order and isinstance(numbers, tuple) and isinstance(answer, tuple):
        numbers = tuple(sorted(numbers, key=float))  # type: ignore[arg-type]
    if near(numbers, answer, question.tolerance):
        return True, []
    matches = [m.message for m in question.mistakes if near(numbers, plain(m.wrong), question.tolerance)]
    return False, matches if len(matches) == 1 else []


def example(question: Prediction) -> str:
    """Numbers in the form in which this question takes them."""
    return str(tuple(range(1, len(question.answer) + 1))) if isinstance(question.answer, tuple) else "2.5"


@sentence
def hint(id: str, level: int = 1) -> Shown:
    """A hint. Level 1 points the way, 2 says more, 3 is nearly the answer."""
    exercise, part = find(id)
    hints = (part or exercise).hints
    if level not in range(1, len(hints) + 1):
        raise Refusal(_("Hints have the levels 1 to {n}.").format(n=len(hints)))
    record(id, "hint", level=level)
    more = (
        _("More: `{call}`").format(call=f'hint("{id}", {level + 1})')
        if level < len(hints)
        else _("The whole answer: `{call}`").format(call=f'solution("{id}")')
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
