"""A Wengert list in the learner's own rows: its graph, and of every row whether the function computes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import autograd_mini as ad
from autograd_mini.formatting import fmt
from autograd_mini.messages import _, ngettext
from autograd_mini.trace import EvaluationTrace, trace
from autograd_mini.widgets import algebra
from autograd_mini.widgets.drawing import Drawing, Frame, aligned, foot, number, page, row, scroll, table, transport
from autograd_mini.widgets.forward import button_words, place, plain_head, row_head, swatch, title
from autograd_mini.widgets.graph import Graph, Style, shape_of
from autograd_mini.widgets.notation import maths, symbols, typed

SIGNS = {
    "+": "add", "-": "subtract", "−": "subtract", "*": "multiply", "×": "multiply", "·": "multiply", "/": "divide",
    "÷": "divide", "**": "power", "^": "power", "ln": "log", "√": "sqrt",
}  # fmt: skip
ONE, TWO = {"log", "exp", "sin", "cos", "tan", "tanh", "sqrt", "negative"}, set(SIGNS.values()) - {"log", "sqrt"}
NODE = Style("dot", 104, 68, 18, between=40, foot=True)  # no labels on the edges: four columns fit 800 px
ROOM = 580  # px for a graph in a notebook of 800; a wider one scrolls
AGREES = 1e-9  # relative: two ways to the same value differ in round-off

Row = Sequence[Any]


class Listed(NamedTuple):
    """A learner's rows, as far as they can be carried out: their trace, and what is wrong with the next one."""

    trace: EvaluationTrace
    problem: str  # a sentence about the first row that cannot be carried out, or ""


def listed(inputs: Sequence[str], at: Sequence[float], rows: Sequence[Row]) -> Listed:
    """The trace of the learner's rows at the point `at`, up to the first that cannot be carried out."""
    good: list[Row] = []
    known = set(inputs)
    problem = ""
    for k, entry in enumerate(rows):
        problem = _problem(entry, k, known)
        if problem:
            break
        good.append(entry)
        known.add(entry[0])

    def carried_out(*values: Any) -> Any:
        found = dict(zip(inputs, values, strict=True))
        for name, op, *operands in good:
            operate = getattr(ad, SIGNS.get(str(op), str(op)))
            found[name] = operate(*(found[o] if isinstance(o, str) else float(o) for o in operands))
        return found[good[-1][0]] if good else values[-1]

    t = trace(carried_out, *at)
    names = (*inputs, *(r.name for r in t.rows[len(inputs) :]))
    named = tuple(r._replace(name=n) for r, n in zip(t.rows, names, strict=True))
    return Listed(EvaluationTrace(t.title, named, t.output), problem)


def _problem(entry: Row, k: int, known: set[str]) -> str:
    """Why a row cannot be carried out, in a sentence; "" if it can."""
    wanted = f"v{k + 1}"
    if isinstance(entry, str) or len(entry) < 3:
        return _("row {k} is not (name, operation, operands…).").format(k=k + 1)
    name, op, *operands = entry
    if name != wanted:
        return _("the rows are named in order: this one is {name}.").format(name=wanted)
    kind = SIGNS.get(op, op)
    if kind not in ONE | TWO:
        return _("{name} has the operation {op}, which this list does not know.").format(name=name, op=op)
    if len(operands) != (1 if kind in ONE else 2):
        needs = ngettext("{op} takes {n} operand.", "{op} takes {n} operands.", 1 if kind in ONE else 2)
        return f"{name}: " + needs.format(op=op, n=1 if kind in ONE else 2)
    for operand in operands:
        if isinstance(operand, str) and operand not in known:
            return _("{name} uses {operand}, which no row above it makes.").format(name=name, operand=operand)
    if not any(isinstance(operand, str) for operand in operands):
        return _("{name} has only constants as operands, so nothing in it moves.").format(name=name)
    return ""


def verdicts(mine: EvaluationTrace, whole: EvaluationTrace) -> list[bool]:
    """For each row of the learner: does the function compute this value, here and on the way to its own result?

    Where the learner's last row is the function's value, all rows that lead to it are right, whatever their order.
    """
    values = [r.value for r in whole.rows]
    if _near(mine.rows[mine.output].value, whole.rows[whole.output].value):
        return [True] * len(mine.rows)
    return [r.op == "input" or any(_near(r.value, v) for v in values) for r in mine.rows]


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= AGREES * (1 + abs(b))


def wengert(
    f: Callable[..., Any], whole: EvaluationTrace, rows: Sequence[Row], formula: str | None = None
) -> tuple[Drawing, bool]:
    """The graph of the learner's rows, one at a step, each with its verdict; and whether the list is complete."""
    inputs = [whole.rows[i].name for i in whole.inputs]
    mine, problem = listed(inputs, [whole.rows[i].value for i in whole.inputs], rows)
    right = verdicts(mine, whole)
    steps, made = len(mine.rows), len(mine.rows) - len(inputs)
    wrong = right.index(False) if False in right else steps
    done = made > 0 and not problem and _near(mine.rows[mine.output].value, whole.rows[whole.output].value)
    shape = shape_of(mine)
    graph = _Values(shape if done else shape._replace(output=-1), NODE)
    name = whole.title.partition("(")[0]
    words = {
        "ok": _("a value of {f} ✓").format(f=name), "bad": _("✗ no value of {f}").format(f=name),
        "input": _("given"), "todo": _("not yet"),
    }  # fmt: skip
    judged = [
        words["input"] if r.op == "input" else words["ok"] if ok else words["bad"]
        for r, ok in zip(mine.rows, right, strict=True)
    ]

    def frame_at(s: int) -> Frame:
        frame: Frame = {}
        for i, r in enumerate(mine.rows):
            on, bad = i <= s, i == wrong
            frame[f"n{i}"] = ("bad" if bad else "now hit" if i == s else "done") if on else "todo"
            frame[f"n{i}t"] = [f"{r.name} = {r.value!r}" if on else f"{r.name}: {words['todo']}"]
            frame[f"r{i}"] = ("now " if i == s else "") + ("bad" if bad else "hit" if i == s else "done")
            if not on:
                frame[f"r{i}"] = "todo"
            else:
                frame[f"n{i}v"] = number(r.value, "w" if bad else "")
                frame[f"n{i}f"] = foot(judged[i])
                frame[f"r{i}v"] = [aligned(r.value), "ad-wrong" if bad else ""]
                frame[f"r{i}c"] = [judged[i], "ad-wrong" if bad else ""]
            for k, parent in enumerate(r.parents):
                if parent is not None:
                    frame[f"e{i}.{k}"] = "todo" if not on else "live val" if i == s else "done"
        frame["alg"] = [_said(mine, whole, s, wrong, problem, done), "ad-wrong" if s >= wrong or problem else ""]
        acts = mine.rows[s]
        head = acts.name if acts.op == "input" else f"{acts.name} = {mine.expression(s)}"
        place(frame, s, steps, f"{head}, {fmt(acts.value)}, {judged[s]}")
        return frame

    heads = [(_("row"), ""), (f"{_('value')} {maths('v')}", "n"), (_("in {f}?").format(f=name), "")]
    body = "".join(row(i, row_head(mine, i), [(f"r{i}v", "n"), (f"r{i}c", "")]) for i in range(steps))
    key = swatch("now", _("this row")) + swatch("todo", _("not yet")) + swatch("bad", _("✗ not in {f}").format(f=name))
    base = page(
        broad=graph.columns > 4,
        svg=scroll(graph.svg(), _("graph of your list"), wide=graph.width > ROOM),
        table=table(_("your list"), heads, body),
        transport=transport([maths(r.name) for r in mine.rows], button_words()),
        lines=2,
    )
    facts = [[_("row"), _("value"), _("in {f}?").format(f=name)]]
    facts += [[plain_head(mine, i), fmt(r.value), judged[i]] for i, r in enumerate(mine.rows)]
    state = _("complete ✓") if done else problem or _("not complete: the last row is not yet {f}").format(f=whole.title)
    facts.append([typed(whole.title), fmt(whole.rows[whole.output].value), typed(state)])
    head = title(_("Your list"), formula or algebra.formula_of(whole), key)
    return Drawing(head, base, [frame_at(s) for s in range(steps)], facts), done


class _Values(Graph):
    """A graph whose nodes show a value and a verdict, and no derivative."""

    def _symbol(self, i: int, key: str, mark: str, x: float, y: float, colour: str) -> str:
        return "" if mark else super()._symbol(i, key, mark, x, y, colour)


def _said(mine: EvaluationTrace, whole: EvaluationTrace, s: int, wrong: int, problem: str, done: bool) -> str:
    """What the panel under the graph says at a step: of this row, and at the end of the whole list."""
    r = mine.rows[s]
    if r.op == "input":
        said = _("an input: it is given, nothing is carried out.")
    elif s >= wrong:
        said = (
            _("{f} computes no such value. Is it the right operation, on the right operands?").format(
                f=maths(whole.title.partition("(")[0])
            )
            if s == wrong
            else _("this row comes after one that differs.")
        )
    else:
        said = _("one operation on rows that stand above it.")
    first = f"<p><b>{maths(r.name if r.op == 'input' else f'{r.name} = {mine.expression(s)}')}</b> "
    first += f"= {fmt(r.value)} — {said}</p>"
    if s < len(mine.rows) - 1:
        return first
    f = f"{maths(whole.title)} = {fmt(whole.rows[whole.output].value)}"
    if problem:
        return first + f"<p>{_('The next row cannot be carried out:')} {symbols(problem)}</p>"
    if done:
        return first + f"<p><b>{_('The list is complete ✓')}</b> {f}</p>"
    return first + f"<p>{_('Not complete: the last row should be {f}.').format(f=f)}</p>"
