"""The list of promises that a reverse-mode engine keeps, and a score for any engine.

`score(COURSE)` runs the list on the engine of this course, `score(own(Node, sin, log, exp, backward))` on one
that was written in lab 4, which `from_lab_4()` reads from its notebook. A promise is kept when values and slopes
come out right; how an engine does it is nobody's business here.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from textwrap import dedent
from typing import Any

import autograd_mini as ad
from autograd_mini.exercises.declare import Exercise, starter
from autograd_mini.exercises.declared.reverse_engine import EXERCISES
from autograd_mini.exercises.limit import OverTime, TimeLimit, memory_limit
from autograd_mini.exercises.run import Silence
from autograd_mini.formatting import fmt
from autograd_mini.messages import _

Program = Callable[..., Any]
NAMES = ("Node", "sin", "log", "exp", "backward")  # what the list needs of lab 4
ARGUMENTS = "xyz"
MARKS = {"kept": "✓", "broken": "✗", "open": "○"}
SECONDS = 6.0  # for one program; the longest takes a tenth of that on the reference
CLOSE = 1e-9
OPEN = "..."  # the fault of a method that returns its dots


@dataclass(frozen=True)
class Swept:
    """What a return sweep leaves: the value of the output, and the slope for each input."""

    value: float
    slopes: tuple[float, ...]


@dataclass(frozen=True)
class Engine:
    """A reverse-mode engine. `sweeps(f, values, outputs)` runs f once, then sweeps from each output that is named."""

    sweeps: Callable[[Program, Sequence[float], Sequence[int]], list[Swept]]
    sin: Program
    log: Program
    exp: Program

    def gradient(self, f: Program, values: Sequence[float]) -> list[float]:
        """The slopes of f, a function of as many numbers as there are `values`, with one run and one sweep."""
        return list(self.sweeps(f, values, (0,))[0].slopes)


def outputs_of(out: Any) -> tuple[Any, ...]:
    return out if isinstance(out, tuple) else (out,)


def own(Node: Any, sin: Program, log: Program, exp: Program, backward: Callable[[Any], object]) -> Engine:
    """An engine in the form of lab 4: rows with `.value` and `.adjoint`, and `backward(out)`."""

    def sweeps(f: Program, values: Sequence[float], outputs: Sequence[int]) -> list[Swept]:
        rows = [Node(value) for value in values]
        outs = outputs_of(f(*rows))
        found = []
        for k in outputs:
            backward(outs[k])
            found.append(Swept(outs[k].value, tuple(row.adjoint for row in rows)))
        return found

    return Engine(sweeps, sin, log, exp)


def course_sweeps(f: Program, values: Sequence[float], outputs: Sequence[int]) -> list[Swept]:
    out, pullback = ad.vjp(lambda *xs: outputs_of(f(*xs)), *values)
    seeds = [tuple(float(i == k) for i in range(len(out))) for k in outputs]
    return [Swept(out[k], tuple(outputs_of(pullback(seed)))) for k, seed in zip(outputs, seeds, strict=True)]


COURSE = Engine(course_sweeps, ad.sin, ad.log, ad.exp)


# ---- the promises ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A program of x, y, z at numbers, and what is right: from closed forms, or from `ad.grad`."""

    program: str
    at: tuple[float, ...]
    right: tuple[Swept, ...]
    outputs: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Promise:
    name: str
    cases: tuple[Case, ...]


def case(program: str, at: Sequence[float], value: float, *slopes: float) -> Case:
    return Case(dedent(program).strip(), tuple(at), (Swept(value, slopes),))


FAN_OUT = """
    b = x * x
    return b + (b * x) * x
    """
CROSSED = """
    b = x * y
    c = b + x
    d = b * y
    return c * d + b
    """
LATE_USE = """
    b = x + y
    c = b * x
    d = c * x
    e = d * x
    return e * b
    """
LEFT_OVER = """
    b = x * y
    unused = b * x + exp(b)
    return b + x
    """
DOUBLED = """
    for _ in range(60):
        x = x + x
    return x
    """
ROUNDS = """
    y = x
    for _ in range({count}):
        y = y * x + x
    return y
    """
NEWTON = """
    t = 1.0
    for _ in range(8):
        t = t - (t**3 - x) / (3.0 * t**2)
    return t
    """
OPERATIONS = (
    "({a} + {b})",
    "({a} - {b})",
    "({a} * {b})",
    "({a} / ({b} * {b} + 1.5))",
    "sin({a})",
    "-{a}",
    "exp(sin({a}))",
    "log({a} * {a} + 2.5)",
    "({a} * {b})**3",
    "(3.5 - {a})",
    "2.5 / ({a} * {a} + 1.5)",
)


def random_program(random: Random) -> Case:
    """Eight operations on earlier results, with the slopes that `ad.grad` gives."""
    terms = ["x", "y"]
    for _step in range(8):
        a, b = (random.choice(terms[-4:]) for _operand in "ab")
        terms.append(random.choice(OPERATIONS).format(a=a, b=b))
    text = f"sin({terms[-1]}) + x * {terms[-2]} * y"
    at = (round(random.uniform(0.3, 0.9), 3), round(random.uniform(-0.9, -0.3), 3))
    value, slopes = ad.value_and_grad(compiled(text, COURSE), argnums=(0, 1))(*at)
    return Case(text, at, (Swept(value, slopes),))


@cache
def promises() -> tuple[Promise, ...]:
    """The list, short programs before long ones."""
    random = Random(2026)
    x, y = 3.0, 5.0
    e, s, c = math.exp, math.sin, math.cos
    nan = math.nan
    both = (Swept(15.0, (5.0, 3.0)), Swept(0.6, (0.2, -0.12)))
    return (
        Promise("the sum", (case("x + y", (x, y), 8.0, 1.0, 1.0), case("x + y", (-1.5, 0.25), -1.25, 1.0, 1.0))),
        Promise("the product", (case("x * y", (x, y), 15.0, y, x), case("x * y", (-1.5, 0.25), -0.375, 0.25, -1.5))),
        Promise("the difference", (case("x - y", (x, y), -2.0, 1.0, -1.0),)),
        Promise("the sign", (case("-x", (x,), -3.0, -1.0), case("-x * y", (x, y), -15.0, -y, -x))),
        Promise(
            "the quotient",
            (
                case("x / y", (x, y), 0.6, 0.2, -0.12),
                case("x / y", (-1.5, 0.25), -6, 4, 24),
                case("x / x", (x,), 1.0, 0.0),
            ),
        ),
        Promise(
            "the power",
            (
                case("x**3", (x,), 27.0, 27.0),
                case("x**3", (-1.5,), -3.375, 6.75),
                case("x**-2.0", (0.25,), 16.0, -128.0),
            ),
        ),
        Promise("a number on the right", (case("((x + 4.0) * 3.0 - 5.0) / 2.0", (x,), 8.0, 1.5),)),
        Promise(
            "a number on the left",
            (
                case("5.0 - x", (x,), 2.0, -1.0),
                case("4.0 / x", (-1.5,), -8 / 3, -16 / 9),
                case("4.0 + 7.0 * x", (x,), 25.0, 7.0),
            ),
        ),
        Promise("sin", (case("sin(x)", (x,), s(3.0), c(3.0)), case("sin(x)", (-1.5,), s(-1.5), c(-1.5)))),
        Promise("log", (case("log(x)", (x,), math.log(3.0), 1 / 3), case("log(x)", (0.25,), math.log(0.25), 4.0))),
        Promise("exp", (case("exp(x)", (0.5,), e(0.5), e(0.5)), case("exp(x)", (-1.5,), e(-1.5), e(-1.5)))),
        Promise("functions of plain numbers", (case("sin(0.5) * x + exp(log(3.5))", (x,), 3 * s(0.5) + 3.5, s(0.5)),)),
        Promise("the same row twice: x · x", (case("x * x", (x,), 9.0, 6.0), case("x * x", (-1.5,), 2.25, -3.0))),
        Promise("an input that is not used", (case("x * x * x", (x, y), 27.0, 27.0, 0.0),)),
        Promise("an input that is the output", (case("x", (x, y), 3.0, 1.0, 0.0),)),
        Promise(
            "the running example",
            (case("log(x) + x * y - sin(y)", (2.0, 5.0), math.log(2) + 10 - s(5.0), 5.5, 2 - c(5.0)),),
        ),
        Promise("rows that lead nowhere", (case(LEFT_OVER, (0.5, 3.0), 2.0, 4.0, 0.5),)),
        Promise("fan-out", (case(FAN_OUT, (x,), 90.0, 114.0),)),
        Promise("crossed uses", (case(CROSSED, (x, y), 1365.0, 905.0, 768.0),)),
        Promise("a late use of an early row", (case(LATE_USE, (x, y), 1728.0, 2160.0, 432.0),)),
        Promise("a second sweep", (Case("x * y + x / y", (x, y), (Swept(15.6, (5.2, 2.88)),) * 3, (0, 0, 0)),)),
        Promise("two outputs, swept in turn", (Case("x * y, x / y", (x, y), (both[0], both[1], both[0]), (0, 1, 0)),)),
        Promise("nan, and only where it belongs", (case("x * y + z", (nan, y, 4.0), nan, 5.0, nan, 1.0),)),
        Promise("Newton's loop", (case(NEWTON, (8.0,), 2.0, 1 / 12),)),
        Promise("20 random programs", tuple(random_program(random) for _number in range(20))),
        Promise("a value doubled 60 times", (case(DOUBLED, (x,), 3.0 * 2**60, 2.0**60),)),
        Promise("10 000 operations", (case(ROUNDS.format(count=5000), (0.5,), 1.0, 4.0),)),
        Promise("100 000 operations", (case(ROUNDS.format(count=50000), (0.5,), 1.0, 4.0),)),
    )


def compiled(program: str, engine: Engine) -> Program:
    """The program as a function that uses the engine's sin, log and exp."""
    arguments = ", ".join(f"{name}=0.0" for name in ARGUMENTS)
    body = program if "return" in program else f"return {program}"
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    space: dict[str, Any] = {"sin": engine.sin, "log": engine.log, "exp": engine.exp}
    exec(f"def f({arguments}):\n{lines}", space)
    return space["f"]


# ---- judging --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """What is said about one promise; `status` is "kept", "broken" or "open" (dots are left)."""

    name: str
    status: str
    words: str = ""

    def __str__(self) -> str:
        return f"{MARKS[self.status]} {_(self.name)}" + (f": {self.words}" if self.words else "")


def close(got: object, right: float) -> bool:
    if isinstance(got, bool) or not isinstance(got, (int, float)):
        return False
    return math.isnan(got) if math.isnan(right) else abs(got - right) <= CLOSE * (1 + abs(right))


def shown(got: object, right: float) -> str:
    """A number as it is told, with more digits where four would hide that it is wrong."""
    if isinstance(got, bool) or not isinstance(got, (int, float)):
        return type(got).__name__
    return fmt(got) if fmt(got) != fmt(right) or close(got, right) else fmt(got, 12)


def counterexample(case: Case, found: Sequence[Swept]) -> str:
    """Where the first wrong number is, and which it should be; empty when all are right."""
    for sweep, (got, right) in enumerate(zip(found, case.right, strict=True), start=1):
        pairs = [(got.value, right.value), *zip(got.slopes, right.slopes, strict=True)]
        wrong = next((k for k, (a, b) in enumerate(pairs) if not close(a, b)), None)
        if wrong is None:
            continue
        what = _("the value") if wrong == 0 else _("the slope for {name}").format(name=ARGUMENTS[wrong - 1])
        if len(case.outputs) > 1:
            what += " " + _("after sweep {number}").format(number=sweep)
        a, b = pairs[wrong]
        told = _("{program}: {what} came out as {got}, and {right} is right.")
        return told.format(program=titled(case), what=what, got=shown(a, b), right=shown(b, b))
    return ""


def point(case: Case) -> str:
    return ", ".join(f"{name} = {fmt(value)}" for name, value in zip(ARGUMENTS, case.at, strict=False))


def titled(case: Case) -> str:
    """The program at its point, in one line; a long program is not repeated."""
    short = len(case.program) < 50 and "\n" not in case.program
    return (f"{case.program} " if short else "") + f"{_('at')} {point(case)}"


def judged(promise: Promise, engine: Engine, limit: TimeLimit) -> Line:
    words = next(filter(None, (fault(case, engine, limit) for case in promise.cases)), "")
    if words == OPEN:
        return Line(promise.name, "open", _("not begun."))
    return Line(promise.name, "broken" if words else "kept", words)


def fault(case: Case, engine: Engine, limit: TimeLimit) -> str:
    """What is wrong with the engine on this program; empty when nothing is."""
    try:
        f = compiled(case.program, engine)
        return counterexample(case, limit.call(lambda: engine.sweeps(f, case.at, case.outputs)))
    except OverTime:
        return _("{program}: not done after {seconds} seconds.").format(program=titled(case), seconds=fmt(SECONDS))
    except RecursionError:
        return _("{program}: something calls itself too deeply.").format(program=titled(case))
    except Exception as error:
        return OPEN if "ellipsis" in str(error) else f"{titled(case)}: {type(error).__name__}: {error}."


def lines(engine: Engine) -> Iterator[Line]:
    """The list, one judged line after another."""
    for promise in promises():
        with redirect_stdout(Silence()), memory_limit(), TimeLimit(SECONDS) as limit:
            line = judged(promise, engine, limit)
        yield line


def score(engine: object) -> None:
    """Print the list as it is judged, and the score. An interrupt stops it and keeps what was reached.

    Raises `TypeError` for what is no `Engine`.
    """
    if not isinstance(engine, Engine | None):
        told = _("score takes an engine, as from_lab_4() or own(Node, sin, log, exp, backward) gives one, not {what}.")
        raise TypeError(told.format(what=type(engine).__name__))
    total = len(promises())
    if engine is None:
        print(_("○ Not begun: {kept} of {total}.").format(kept=0, total=total))
        return
    kept = looked = 0
    try:
        for line in lines(engine):
            print(line, flush=True)
            looked, kept = looked + 1, kept + (line.status == "kept")
    except KeyboardInterrupt:
        print(_("Stopped after {looked} of {total} lines.").format(looked=looked, total=total))
    print(_("Score: {kept} of {total}.").format(kept=kept, total=total))


def program(name: str) -> None:
    """Print what the line `name` of the list runs, and at which numbers.

    Raises `ValueError`, with the names that there are, for another one.
    """
    cases = next((promise.cases for promise in promises() if name in (promise.name, _(promise.name))), None)
    if cases is None:
        names = ", ".join(f"“{_(promise.name)}”" for promise in promises())
        raise ValueError(_("No line of the list is called “{name}”. There are {names}.").format(name=name, names=names))
    for case in cases:
        print(f"# {_('at')} {point(case)}\n{case.program}")


# ---- the learner's own ----------------------------------------------------------------------------


def from_lab_4(notebook: str = "4-reverse-engine.ipynb") -> Engine | None:
    """The engine that the learner has written in lab 4, or None; prints a sentence either way.

    Only what the cells define is run (imports, functions, classes, assignments), up to the last cell that defines
    a name of the engine. Nothing is checked or drawn.
    """
    try:
        cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        cells = []
    unread = next((fault for cell in cells if (fault := broken(cell))), "")
    programs = [body for cell in cells if cell.get("cell_type") == "code" and (body := definitions(cell))]
    engine_cells = [n for n, body in enumerate(programs) if defined(body) & set(NAMES)]
    body = [statement for program in programs[: max(engine_cells, default=-1) + 1] for statement in program]
    if not engine_cells or untouched(body):
        told = _("✗ A cell of {notebook} is no Python: {error}.") if unread else _(
            "○ No engine of yours in {notebook} yet. Is it there, and saved?"
        )  # fmt: skip
        print(told.format(notebook=notebook, error=unread))
        return None
    space: dict[str, Any] = {"__name__": "lab 4", "math": math}
    try:
        with redirect_stdout(Silence()), TimeLimit(SECONDS) as limit:
            limit.call(lambda: exec(compile(ast.Module(body, []), "<lab 4>", "exec", dont_inherit=True), space))
        engine = own(*(space[name] for name in NAMES))
    except (OverTime, Exception) as error:
        told = _("✗ The cells of {notebook} stop with {error}. Run them there first.")
        print(told.format(notebook=notebook, error=f"{type(error).__name__}: {error}"))
        return None
    print(_("✓ Your engine from {notebook} is here.").format(notebook=notebook))
    return engine


def broken(cell: dict[str, Any]) -> str:
    """What is wrong with a cell that writes a class or a function and is no Python; nothing if all is well."""
    source = "".join(cell.get("source", ""))
    if cell.get("cell_type") != "code" or not re.search(r"^\s*(class|def) ", source, re.MULTILINE):
        return ""
    try:
        ast.parse(source)
    except SyntaxError as error:
        return f"{error.msg} in its line {error.lineno}, “{(error.text or '').strip()}”"
    except ValueError as error:
        return str(error)
    return ""


def definitions(cell: dict[str, Any]) -> list[ast.stmt]:
    """What a cell defines; nothing if it is no Python."""
    try:
        body = ast.parse("".join(cell["source"])).body
    except (SyntaxError, ValueError):
        return []
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    return [statement for statement in body if isinstance(statement, kinds)]


def defined(body: Sequence[ast.stmt]) -> set[str]:
    return {statement.name for statement in body if isinstance(statement, (ast.FunctionDef, ast.ClassDef))}


def untouched(body: Sequence[ast.stmt]) -> bool:
    """Are the engine's class and functions still those of the starter?"""
    exercise = next(one for one in EXERCISES if one.id == "reverse-engine")
    assert isinstance(exercise, Exercise)
    return written(body) == written(ast.parse(starter(exercise)).body)


def written(body: Sequence[ast.stmt]) -> dict[str, str]:
    """The engine's definitions, without comments and blank lines; the last of each name counts."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {one.name: ast.dump(one) for one in body if isinstance(one, kinds) and one.name in NAMES}
