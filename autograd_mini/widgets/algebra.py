"""The equations under the graph: one row's arithmetic written out, in symbols and in the numbers of the moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini.formulas import Formula, constant, pretty, symbol, written
from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace, Row
from autograd_mini.widgets.drawing import factor, fmt, grid, plus
from autograd_mini.widgets.notation import barred, dotted, maths, spoken, symbols

EXACT = {"add", "subtract", "negative", "absolute", "maximum", "minimum", "sign", "stop_gradient", "relu"}
LONGEST = 56  # characters of a formula that still fit beside the title


def formula_of(trace: EvaluationTrace) -> str:
    """The function as one expression over its inputs: 'f(x1, x2) = ln x1 + x1 x2 − sin x2'.

    Only its name and inputs where the expression is too long for a title.
    """
    trees: list[Any] = []
    size: list[int] = []  # of the tree written out: a shared row counts each time, so this can explode
    for row in trace.rows:
        size.append(1 + sum(1 if p is None else size[p] for p in row.parents))
        if size[-1] > LONGEST:
            trees.append(None)
        elif row.op == "input":
            trees.append(symbol(row.name))
        elif row.op == "constant":
            trees.append(row.value)
        else:
            operands = [o if p is None else trees[p] for p, o in zip(row.parents, row.operands, strict=True)]
            if row.op == "multiply" and getattr(operands[0], "op", "") not in (
                "symbol",
                "multiply",
                "add",
                "subtract",
                "power",
                "square",
            ):
                operands.reverse()  # x ln x: written the other way round, the x would look like a part of ln's argument
            trees.append(Formula(row.op, *operands))
    tree = trees[trace.output]
    text = pretty(tree) if tree is not None else ""
    return f"{trace.title} = {text}" if 0 < len(text) <= LONGEST else trace.title


# ------------------------------------------------------------------ forward
def _tangent(text: str) -> str:
    return f"<span class='t'>{symbols(text)}</span>"


def _applied(row: Row, operands: Sequence[str]) -> str:
    """The operation on operands that are markup; a constant operand stands as a number."""
    if row.op == "multiply":
        a, b = ("" if p is None else html for p, html in zip(row.parents, operands, strict=True))
        first = a or symbols(constant(row.operands[0]) + " ")
        return first + (b or symbols(" · " + constant(row.operands[1])))
    pairs = enumerate(zip(row.parents, row.operands, strict=True))
    marks = [constant(o) if p is None else chr(1 + k) for k, (p, o) in pairs]
    parts = re.split("([\x01\x02])", written(row.op, *marks))
    return "".join(operands[ord(p) - 1] if p in ("\x01", "\x02") else symbols(p) for p in parts if p)


def _numeric_tangent(row: Row, dots: Sequence[float | None]) -> str:
    """The tangent rule with the numbers put in; `dots` has None for a constant operand."""
    known = [(p, d) for p, d in zip(row.partials, dots, strict=True) if d is not None and p is not None]
    if row.op in ("add", "subtract") and len(known) == 2:
        return f"{fmt(known[0][1])} {plus(known[1][1] * (known[1][0]))}"
    if row.op == "multiply" and len(known) == 2:
        (x, y), (dx, dy) = row.operands, (known[0][1], known[1][1])
        return f"{factor(dx)}·{factor(y)} + {factor(x)}·{factor(dy)}"
    if row.op == "divide" and len(known) == 2:
        (x, y), (dx, dy) = row.operands, (known[0][1], known[1][1])
        return f"({factor(dx)}·{factor(y)} − {factor(x)}·{factor(dy)}) / {factor(y)}²"
    return " + ".join(f"{factor(p)}·{factor(d)}" for p, d in known) or "0"


def _symbolic_tangent(trace: EvaluationTrace, row: Row) -> str:
    if row.op == "divide" and None not in row.parents:
        x, y = (trace.rows[p].name for p in row.parents if p is not None)
        return f"({dotted(x)} {y} − {x} {dotted(y)}) / {y}²"
    return trace.tangent_rule(row.index)


def _with_epsilon(text: str) -> str:
    return f"({text}) ε" if any(sign in text for sign in (" + ", " − ", "/")) or "·" in text else f"{text} ε"


def _dropped(trace: EvaluationTrace, row: Row, dots: Sequence[float | None]) -> tuple[str, str]:
    """The term in ε², in symbols and in numbers; empty where there is none."""
    names = [None if p is None else trace.rows[p].name for p in row.parents]
    if row.op == "multiply" and None not in names:
        return (
            f"{dotted(str(names[0]))} {dotted(str(names[1]))} ε²",
            f"{factor(dots[0] or 0.0)}·{factor(dots[1] or 0.0)} ε²",
        )
    if row.op == "square" or (row.op == "power" and row.operands[1] == 2 and names[1] is None):
        return f"{dotted(str(names[0]))}² ε²", f"{factor(dots[0] or 0.0)}² ε²"
    if row.op in EXACT or row.op == "divide" or row.op == "multiply":
        return "", ""
    return "… ε²", "… ε²"


def _why(trace: EvaluationTrace, row: Row) -> str:
    """One sentence: what is done with the two parts."""
    known = [trace.rows[p].name for p in row.parents if p is not None]
    if row.op == "multiply" and len(known) == 2:
        return _("multiply out as usual, then drop the last term, because ε² = 0.")
    if row.op == "multiply" or (row.op == "divide" and row.parents[1] is None):
        return _("the constant has no tangent, so it scales both parts.")
    if row.op in ("add", "subtract"):
        if len(known) == 1:
            return _("the constant has no tangent, so only the value shifts.")
        return _("add value to value and tangent to tangent.") if row.op == "add" else _(
            "subtract value from value and tangent from tangent."
        )  # fmt: skip
    if row.op == "negative":
        return _("both parts change their sign.")
    if row.op == "divide":
        return _("multiply above and below by {conjugate}; what is left of ε is one term, because ε² = 0.").format(
            conjugate=maths(f"{known[-1]} − {dotted(known[-1])} ε")
        )
    if row.op == "square" or (row.op == "power" and row.parents[1] is None and row.operands[1] == 2):
        return _("multiply out as usual, then drop the last term, because ε² = 0.")
    if len(known) == 1 and row.op not in EXACT:
        return _("Taylor’s series stops after the slope times the tangent, because ε² = 0.")
    return _("each tangent counts with its partial: the chain rule.")


def forward_equation(trace: EvaluationTrace, i: int, dots: Sequence[float]) -> str:
    """Row i in ε-algebra: symbols above, numbers below, the ε² term struck out."""
    row, dot = trace.rows[i], dots[i]
    result = (f"= <b>{symbols(fmt(row.value))} {plus(dot)[0]} {_tangent(plus(dot)[2:] + 'ε')}</b>", "")
    label = spoken(f"{row.name} = {fmt(row.value)} + {fmt(dot)} ε")
    if row.op == "input":
        said = _("the value is where you stand, the seed is how fast {name} moves.").format(name=maths(row.name))
        line = [(symbols(f"{row.name} + ") + _tangent(f"{dotted(row.name)} ε"), ""), result]
        return _panel(maths(row.name), said, grid(2, [line], label))
    if row.op == "constant":
        return _panel(maths(row.name), _("the same for every input, so its tangent is 0."), grid(1, [[result]], label))
    inner = [None if p is None else dots[p] for p in row.parents]
    names = ["" if p is None else trace.rows[p].name for p in row.parents]
    letters = [symbols(f"({n} + ") + _tangent(f"{dotted(n)} ε") + ")" if n else "" for n in names]
    numbers = [
        "" if d is None else f"({symbols(fmt(o))} {plus(d)[0]} " + _tangent(f"{plus(d)[2:]}ε") + ")"
        for o, d in zip(row.operands, inner, strict=True)
    ]
    gone, gone2 = _dropped(trace, row, inner)
    value = trace.expression(i).replace(" × ", " " if all(names) else " · ")
    rule, rule_numbers = _symbolic_tangent(trace, row), _numeric_tangent(row, inner)
    none, equal, and_ = ("", ""), ("=", ""), ("+", "")
    left, right = _applied(row, letters), _applied(row, numbers)
    heads = [none, none, (_("value"), "cap"), none, (_("tangent"), "cap"), ("ε² = 0" if gone else "", "cap"), none]
    above, below = symbols(_with_epsilon(rule)), symbols(_with_epsilon(rule_numbers))
    value = symbols(f"({value})" if value[0] == "−" else value)
    lines = [
        heads,
        [(left, "r"), equal, (value, "c"), and_, (above, "c t"), (_struck(gone), ""), none],
        [(right, "r"), equal, (fmt(row.value), "c"), and_, (below, "c t"), (_struck(gone2), ""), result],
    ]  # fmt: skip
    return _panel(maths(f"{row.name} = {trace.expression(i)}"), _why(trace, row), grid(7, lines, label))


def _struck(text: str) -> str:
    return f"+ <del>{symbols(text)}</del>" if text else ""


def _panel(row: str, said: str, equation: str) -> str:
    return f"<p><b>{row}</b> — {said}</p>{equation}"


# ------------------------------------------------------------------ backward
def forward_sweep_equation(trace: EvaluationTrace, i: int) -> str:
    """Row i on the way out: its value, and the partials that it leaves on its edges."""
    row = trace.rows[i]
    label = spoken(f"{row.name} = {fmt(row.value)}")
    if row.op in ("input", "constant"):
        said = _("where you stand.") if row.op == "input" else _("the same for every input.")
        return _panel(
            maths(row.name),
            said,
            grid(2, [[(symbols(row.name), ""), (f"= <b>{symbols(fmt(row.value))}</b>", "")]], label),
        )
    numbers = [symbols(constant(o)) for o in row.operands]
    by_number = " × ".join(numbers) if row.op == "multiply" else _applied(row, numbers)
    value = f"= <b>{fmt(row.value)}</b>"
    lines = [[(symbols(row.name), "r"), (f"= {symbols(trace.expression(i))}", ""), (f"= {by_number}", ""), (value, "")]]
    for k, parent in enumerate(row.parents):
        if parent is None:
            continue
        name = trace.rows[parent].name
        nth = f" ({_('left') if k == 0 else _('right')})" if row.parents.count(parent) > 1 else ""
        partial = fmt(row.partials[k] or 0.0)
        lines.append(
            [
                (symbols(f"∂{row.name} / ∂{name}") + nth, "r"),
                (f"= {symbols(trace.partial_rule(i, k))}", ""),
                (f"= <b>{partial}</b>", ""),
                ("", ""),
            ]
        )
    said = _("its value, and on each edge the partial that the way back will need.")
    return _panel(maths(f"{row.name} = {trace.expression(i)}"), said, grid(4, lines, label))


def seed_equation(trace: EvaluationTrace, seed: float) -> str:
    """The return sweep begins."""
    name = trace.rows[trace.output].name
    said = _(
        "<b>The return sweep begins at {name}, the value of f.</b> Its adjoint is the seed; "
        "with 1 the sweep gives the gradient."
    )
    line = [(symbols(barred(name)), "a"), (f"= <b class='a'>{fmt(seed)}</b>", "")]
    return f"<p>{said.format(name=maths(name))}</p>" + grid(2, [line], spoken(f"{barred(name)} = {fmt(seed)}"))


def report_equation(
    trace: EvaluationTrace,
    reporter: int,
    report: Sequence[tuple[int, int, float]],
    before: dict[int, float],
    bar: float,
    pending: Callable[[int], Sequence[str]],
    brief: bool,
) -> str:
    """The row `reporter` adds v̄ · ∂/∂operand to each operand's adjoint.

    `report` holds (operand number, row, amount), `before` the adjoints that the rows had, `bar` the
    reporter's own; `pending(row)` names the consumers of a row that have not reported yet. A `brief` one
    leaves out the sums, which the lens shows beside it.
    """
    row, lines, said_lines, so_far = trace.rows[reporter], [], [], dict(before)
    for k, target, amount in report:
        name, was = trace.rows[target].name, so_far.get(target, 0.0)
        so_far[target] = was + amount
        owed = pending(target) if all(t != target for k2, t, _amount in report if k2 > k) else [row.name]
        rule = trace.partial_rule(reporter, k)
        if any(sign in rule[1:] for sign in ("+", "−", "/")) or rule[0] == "−":
            rule = f"({rule})"
        waits = _("still to come: {names}").format(names=symbols(", ".join(owed))) if owed else _("complete")
        line = [
            (symbols(barred(name)), "r a"), (symbols(f"+= {barred(row.name)} · {rule}"), ""),
            (f"= {factor(bar)} · {factor(row.partials[k] or 0.0)}", ""), (f"= <b class='a'>{fmt(amount)}</b>", ""),
        ]  # fmt: skip
        if not brief:
            line += [
                (f"<small>{_('so')}</small> {symbols(barred(name))} =", "gap"), (f"{fmt(was)} {plus(amount)}", "r"),
                (f"= <b class='a'>{fmt(was + amount)}</b>", ""), (f"<small>{waits}</small>", "gap"),
            ]  # fmt: skip
        lines.append(line)
        said_lines.append(spoken(f"{barred(name)} += {fmt(amount)} = {fmt(was + amount)}"))
    said = _("<b>{name} reports to its inputs.</b>")
    if not brief:
        said += " " + _("Each gets {bar} times the partial written on its edge, and <b>adds</b> it to what it has.")
    said = said.format(name=maths(row.name), bar=maths(barred(row.name)))
    return f"<p>{said}</p>" + grid(len(lines[0]), lines, "; ".join(said_lines))
