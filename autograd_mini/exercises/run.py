"""Run probes over an answer: text and a namespace in, plain numbers out."""

from __future__ import annotations

import ast
import inspect
import io
import math
import re
import sys
import sysconfig
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from contextvars import ContextVar
from functools import lru_cache, partial
from numbers import Real
from pathlib import Path
from textwrap import dedent
from types import CodeType
from typing import Any

from autograd_mini.exercises.declare import Exercise, Part
from autograd_mini.exercises.judge import Listed, Outcome, Pair, Value
from autograd_mini.exercises.limit import TICK, OverTime, TimeLimit, memory_limit
from autograd_mini.messages import _

Namespace = dict[str, Any]
GUARD: ContextVar[TimeLimit | None] = ContextVar("GUARD", default=None)
LIBRARIES = (sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))
OURS = ("<", str(Path(__file__).parents[1]), *LIBRARIES)  # code that a learner did not write


class NotPlain(Exception):
    """A result that is no number nor a nest of numbers: the kind of outcome that it is, and a note."""

    def __init__(self, kind: str, note: str = "") -> None:
        super().__init__(kind, note)
        self.kind, self.note = kind, note


class Said(Exception):
    """A sentence for the learner, raised by what a setup defines: it is told as it is, without a traceback."""


class Silence(io.TextIOBase):
    """What an answer prints while it is checked goes nowhere, however much it is."""

    def write(self, text: str) -> int:
        return len(text)


def plain(x: object) -> Value:
    """`x` as nested tuples of floats: numbers, sequences, arrays, and anything with `.primal` and `.tangent`."""
    if x is None or x is ...:
        raise NotPlain("none" if x is None else "dots")
    if hasattr(x, "tolist"):
        x = x.tolist()  # NumPy's scalars and arrays
    if isinstance(x, bool):
        raise NotPlain("type", "bool")
    if isinstance(x, Real):
        try:
            return float(x)
        except OverflowError:
            raise NotPlain("type", _("a number too large for a float")) from None
    if isinstance(x, (list, tuple)):
        return (Listed if isinstance(x, list) else tuple)(plain(item) for item in x)
    missing = [name for name in ("primal", "tangent") if not hasattr(x, name)]
    if not missing:
        return Pair((plain(x.primal), plain(x.tangent)))  # type: ignore[attr-defined]
    if len(missing) == 1:
        raise NotPlain("attribute", missing[0])
    raise NotPlain("type", type(x).__name__)


@lru_cache(maxsize=4096)
def compiled(text: str, name: str) -> CodeType:
    return compile(dedent(text), name, "exec", dont_inherit=True)


def namespace(exercise: Exercise, *programs: str) -> Namespace:
    """What stands after the setup and the `programs` have run, one after another."""
    space: Namespace = {"__name__": "answer", "math": math}
    with lacking(exercise.without):
        for text in (exercise.setup, *programs):
            exec(compiled(text, f"<{exercise.id}>"), space)
    return space


@contextmanager
def lacking(names: Collection[str]) -> Iterator[None]:
    """The engine without these names while the context lasts. What was imported before stays where it is."""
    if not names:
        yield
        return
    engine = sys.modules["autograd_mini"]
    find, listed = engine.__getattr__, engine.__all__
    hidden = {name: getattr(engine, name) for name in names}
    modules = [module for key, module in sys.modules.items() if key.partition(".")[0] == "autograd_mini"]
    places = [(m, name) for m in modules for name, value in hidden.items() if vars(m).get(name) is value]

    def found(name: str) -> Any:
        if name in hidden:
            raise AttributeError(f"{name} is not there in this exercise")
        return find(name)

    try:
        for module, name in places:
            delattr(module, name)
        vars(engine).update(__getattr__=found, __all__=[name for name in listed if name not in hidden])
        yield
    finally:
        vars(engine).update(__getattr__=find, __all__=listed)
        for module, name in places:
            setattr(module, name, hidden[name])


def learners(exercise: Exercise, answers: Sequence[object]) -> Namespace:
    """The setup, with the learner's answers under their names (where functions of the setup find them too)."""
    space = namespace(exercise)
    space.update(zip(exercise.names, answers, strict=True))
    return space


@contextmanager
def grafted(exercise: Exercise, answers: Sequence[object], parts: Sequence[Part]) -> Iterator[Namespace]:
    """The learner's answers, with `parts` of them from the reference while the context lasts.

    The reference's methods are put on the learner's own class, so that what theirs and ours return is of
    one class; in the reference's namespace the class's name means the learner's, for the same reason.
    A function that is lent also stands under its name where the learner's own functions look for it.
    """
    reference = namespace(exercise, exercise.solution)
    owner = next((a for a in answers if isinstance(a, type)), None)
    ours = next((reference[n] for n in exercise.names if isinstance(reference[n], type)), None)
    replaced = {m for part in parts for m in part.methods}
    mine = {n: reference[n] if n in replaced else a for n, a in zip(exercise.names, answers, strict=True)}
    with ExitStack() as stack:
        for method in replaced - set(exercise.names):
            if method in vars(owner):
                stack.callback(setattr, owner, method, vars(owner)[method])
            else:
                stack.callback(delattr, owner, method)
            setattr(owner, method, vars(ours)[method])
        for home in homes(answers):
            for name in replaced & set(exercise.names) & home.keys():
                stack.callback(home.__setitem__, name, home[name])
                home[name] = reference[name]
        reference.update(mine)
        yield learners(exercise, tuple(mine.values()))


def homes(answers: Sequence[object]) -> list[dict[str, Any]]:
    """Where the learner's functions look up the names that they use: their notebook, as a rule."""
    functions = [f for a in answers for f in (vars(a).values() if isinstance(a, type) else [a])]
    return list({id(f.__globals__): f.__globals__ for f in functions if hasattr(f, "__globals__")}.values())


def skeleton(x: object) -> object:
    """What a function or a class does, without where it stands: two of them are equal when they were written alike."""
    if isinstance(x, type):
        return {name: skeleton(value) for name, value in vars(x).items() if not isinstance(value, type)}
    if isinstance(x, CodeType):
        constants = [skeleton(c) if isinstance(c, CodeType) else repr(c) for c in x.co_consts]
        return x.co_code, constants, x.co_names, x.co_varnames
    function: Any = getattr(x, "__func__", getattr(x, "fget", x))  # static and class methods, properties
    if hasattr(function, "__code__"):
        return skeleton(function.__code__), function.__defaults__, function.__kwdefaults__
    return None


def untouched(exercise: Exercise, unit: Exercise | Part, space: Namespace) -> bool:
    """Is the code of `unit` in `space` still that of the starter?"""
    handed_out = namespace(exercise, exercise.starter)

    def code(where: Namespace) -> list[object]:
        if not isinstance(unit, Part):
            return [skeleton(where.get(name)) for name in exercise.names]
        owner: Mapping[str, Any] = next((vars(where[n]) for n in exercise.names if isinstance(where.get(n), type)), {})
        return [skeleton(where.get(m) if m in exercise.names else owner.get(m)) for m in unit.methods]

    return code(space) == code(handed_out)


@lru_cache(maxsize=4096)
def parsed(probe: str) -> tuple[CodeType, ast.Call | None]:
    """A probe's code, and its outermost call when that is what it is."""
    tree = ast.parse(probe, "<probe>", "eval")
    return compile(tree, "<probe>", "eval", dont_inherit=True), tree.body if isinstance(tree.body, ast.Call) else None


def snapshot(argument: object) -> object:
    """What must not change in an argument; its identity where it is not made of numbers."""
    try:
        return plain(argument)
    except NotPlain:
        return id(argument)


def evaluate(probe: str, space: Namespace, names: Sequence[str]) -> Value:
    """The probe's numbers. A call of an answer is also watched: are its arguments taken, and left as they were?"""
    code, call = parsed(probe)
    if call is None or not isinstance(call.func, ast.Name) or call.func.id not in names:
        return plain(eval(code, space))
    function = space[call.func.id]
    arguments = [eval(compile(ast.Expression(a), "<probe>", "eval"), space) for a in call.args]
    keywords = {str(k.arg): eval(compile(ast.Expression(k.value), "<probe>", "eval"), space) for k in call.keywords}
    try:
        inspect.signature(function).bind(*arguments, **keywords)
    except ValueError:
        pass  # a built-in that does not tell
    except TypeError:
        raise NotPlain("arguments", str(len(arguments) + len(keywords))) from None
    before = [snapshot(a) for a in arguments]
    value = function(*arguments, **keywords)
    if [snapshot(a) for a in arguments] != before:
        raise NotPlain("mutates")
    return plain(value)


def told(error: BaseException) -> Outcome:
    """An error of the learner's: its type, its message without addresses, and their line that raised it."""
    try:
        # Neither an address nor a clause that only some versions of Python add: the sentence is the same everywhere.
        message = re.sub(r" at 0x[0-9a-fA-F]+| while calling a Python object", "", str(error))[:200]
    except Exception:
        message = ""
    if isinstance(error, RecursionError):
        message = ""  # what was called last, at the limit, is an accident
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(OURS)]
    line = (frames[-1].line or "") if frames else ""
    return Outcome("raises", note=f"{type(error).__name__}: {message}".rstrip(": "), line=line.strip())


def outcome(evaluation: Callable[[], Value]) -> Outcome:
    """What one evaluation gives. KeyboardInterrupt passes through."""
    try:
        return Outcome("value", evaluation())
    except NotPlain as refusal:
        return Outcome(refusal.kind, note=refusal.note)
    except OverTime:
        return Outcome("over time")
    except Said as sentence:
        return Outcome("said", note=str(sentence))
    except (Exception, SystemExit) as error:
        return told(error)


@contextmanager
def guarded() -> Iterator[TimeLimit]:
    """Within it, answers print nothing, and their time and memory are limited. To enter it again costs nothing."""
    if limit := GUARD.get():
        yield limit
        return
    with redirect_stdout(Silence()), redirect_stderr(Silence()), memory_limit(), TimeLimit(TICK) as limit:
        token = GUARD.set(limit)
        try:
            yield limit
        finally:
            GUARD.reset(token)


def outcomes(probes: Sequence[str], space: Namespace, names: Sequence[str], seconds: float) -> tuple[Outcome, ...]:
    """What each probe gives, each within `seconds`; none are run after one that took too much time or memory."""
    found: list[Outcome] = []
    with guarded() as limit:
        limit.seconds = seconds
        for probe in probes:
            found.append(outcome(partial(limit.call, partial(evaluate, probe, space, names))))
            if found[-1].kind == "over time" or found[-1].note.startswith("MemoryError"):
                break
    return tuple(found)
