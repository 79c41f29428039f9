"""The backward picture: values on the way out, adjoints on the way home (Baydin et al. 2018, table 3).

The way home visits rows from the output back. The row that acts *reports*: it adds its adjoint times
the partial on the edge to each of its inputs, which change. A row reports once every row that uses it has.
"""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace
from autograd_mini.widgets import algebra
from autograd_mini.widgets.drawing import (
    Drawing,
    Frame,
    aligned,
    fmt,
    fold_row,
    folds,
    number,
    page,
    partial_label,
    plus,
    row,
    scroll,
    signed,
    table,
    transport,
)  # fmt: skip
from autograd_mini.widgets.forward import (
    BESIDE,
    button_words,
    graph_of,
    place,
    plain_head,
    row_head,
    swatch,
    title,
    touched,
)
from autograd_mini.widgets.graph import BACKWARD, PIPS, parcel_class
from autograd_mini.widgets.lens import Lens
from autograd_mini.widgets.notation import barred, maths


class Use(NamedTuple):
    """Row `by` (None: the seed) will report `amount`."""

    by: int | None
    amount: float


class Sweep:
    """The return sweep as reports: who adds how much to whom, and when (counted in reports)."""

    def __init__(self, trace: EvaluationTrace, seed: float) -> None:
        self.adjoints = trace.adjoints(seed)
        first, *rest = trace.contributions(seed)
        self.reporters: list[int] = []
        self.reports: list[list[tuple[int, int, float]]] = []  # (operand number, row, amount)
        self.due: list[list[tuple[int, Use]]] = [[] for _row in trace.rows]  # (number of the report, use)
        self.due[trace.output].append((-1, Use(None, first.amount)))
        self.amounts: dict[tuple[int, int], float] = {}  # by reporter and operand number
        for source, group in groupby(rest, key=lambda c: c.source):
            assert source is not None
            operands = [k for k, p in enumerate(trace.rows[source].parents) if p is not None]
            report = [(k, c.target, c.amount) for k, c in zip(operands, group, strict=True)]
            for k, target, amount in report:
                self.amounts[source, k] = amount
                self.due[target].append((len(self.reports), Use(source, amount)))
            self.reporters.append(source)
            self.reports.append(report)

    def received(self, i: int, when: int) -> tuple[list[Use], list[Use]]:
        """What row i has got and what is still to come once report number `when` (−1: the seed) is made."""
        return [u for n, u in self.due[i] if n <= when], [u for n, u in self.due[i] if n > when]


def backward(trace: EvaluationTrace, seed: float = 1.0, formula: str | None = None) -> Drawing:
    """The steps of reverse mode: every row's value, the seed, then one report after the other."""
    rows, n, sweep = trace.rows, len(trace.rows), Sweep(trace, seed)
    graph = graph_of(trace, BACKWARD)
    small = graph.style.compact
    lens = Lens(trace, BACKWARD, " bwd") if small else None
    words = {
        "complete": _("complete"), "seed": _("seed"), "unused": _("not used by f"), "from": _("from {row}"),
        "of": _("{k} of {n}"), "come": _("{n} to come"), "todo": _("not yet"), "value": _("{row} = {value}"),
        "begins": _("the return sweep begins at {row}"), "reports": _("{row} reports; {what}"),
        "added": _("{amount} is added to the adjoint of {row}"),
    }  # fmt: skip
    steps = n + 1 + len(sweep.reporters)

    turn = {reporter: when for when, reporter in enumerate(sweep.reporters)}
    written: dict[tuple[object, ...], Frame] = {}

    def frame_at(s: int) -> Frame:
        frame: Frame = {}
        when = s - n - 1  # number of the report of this step; −1: the seed; below: still on the way out
        acts = s if s < n else trace.output if s == n else sweep.reporters[when]
        changed = {t for _k, t, _a in sweep.reports[when]} if when >= 0 else {acts}
        got = [sweep.received(i, when if s >= n else -2) for i in range(n)]
        bars = [sum(u.amount for u in have) if have else None for have, _owed in got]

        def foot(i: int) -> str:
            have, owed = got[i]
            if not have and not owed:
                return words["unused"]
            if i == trace.output and len(have) + len(owed) == 1:
                return words["seed"]
            if s < n:
                return ""
            if len(have) + len(owed) > PIPS:
                return words["of"].format(k=len(have), n=len(have) + len(owed))
            return words["come"].format(n=len(owed)) if owed else words["complete"]

        def fill(frame: Frame, key: str, i: int) -> None:
            """Row i's node: its value once the sweep has passed, its adjoint so far."""
            state = "now" if i == acts else "done" if i <= s else "todo"
            frame[key] = state + " hit" * (i in changed)
            bar, compact = bars[i], small and key[0] == "n"
            if bar is not None:
                frame[key + "d"] = number(bar, short=compact)
            if not compact:
                frame[key + "f"] = [foot(i)]
            if i <= s and not compact:
                frame[key + "v"] = number(rows[i].value)
            elif i <= s < n:  # a compact node has room for one number: on the way out it is the value
                frame[key + "d"] = number(rows[i].value, "val", short=True)

        def about(i: int) -> Frame:
            """Everything that the picture says of row i: its node, its row of the table, the edges into it."""
            part: Frame = {}
            fill(part, f"n{i}", i)
            have, owed = got[i]
            if len(have) + len(owed) <= graph.style.most_pips:
                part |= {f"n{i}p{m}": "in" if m < len(have) else "" for m in range(len(have) + len(owed))}
            tip = f"{rows[i].name} = {rows[i].value!r}" if i <= s else f"{rows[i].name}: {words['todo']}"
            part[f"n{i}t"] = [tip + (f", {barred(rows[i].name)} = {bars[i]!r}" if bars[i] is not None else "")]
            _row(part, trace, i, i <= s, i == acts, i in changed, got[i], bars[i], when, words)
            reported = turn.get(i, steps) <= when
            for k, parent in enumerate(rows[i].parents):
                if parent is not None:
                    state = "todo" if i > s else "live val" if i == s else "done"
                    if reported:
                        state = "live adj back" if i == acts else "done back"
                    amount = sweep.amounts[i, k] if reported else None
                    _edge(part, i, k, rows[i].partials[k] or 0.0, state, amount, small)
            return part

        for i in range(n):
            # What is said of a row depends on this much, so it is worked out once and used at many steps.
            looks = (i, i <= s, s < n, i == acts, i in changed, len(got[i][0]), turn.get(i, steps) <= when)
            if looks not in written:
                written[looks] = about(i)
            frame |= written[looks]

        if s < n:
            frame["alg"] = [algebra.forward_sweep_equation(trace, s), ""]
            says = words["value"].format(row=rows[s].name, value=fmt(rows[s].value))
        elif when < 0:
            frame["alg"] = [algebra.seed_equation(trace, seed), "ad-adjoint"]
            says = words["begins"].format(row=rows[acts].name)
        else:
            before = {i: sum(u.amount for u in sweep.received(i, when - 1)[0]) for i in changed}

            def pending(i: int) -> list[str]:
                return [rows[u.by].name for u in sweep.received(i, when)[1] if u.by is not None]

            bar = sweep.adjoints[acts]
            frame["alg"] = [
                algebra.report_equation(trace, acts, sweep.reports[when], before, bar, pending, small),
                "ad-adjoint",
            ]
            added = [words["added"].format(amount=fmt(a), row=rows[t].name) for _k, t, a in sweep.reports[when]]
            says = words["reports"].format(row=rows[acts].name, what=", ".join(added))
        if lens:
            lens.reset(frame)
            loads = [signed(a) for _k, _t, a in sweep.reports[when]] if when >= 0 else None
            lens.show(frame, acts, fill, "live adj back" if loads else "live val" if s < n else "done", loads)
            folds(frame, touched(trace, acts), n)
        place(frame, s, steps, says)
        return frame

    heads = [
        (_("row"), ""),
        (f"{_('value')} {maths('v')}", "n"),
        (_("contributions"), f"u{min(max(graph.shape.uses), PIPS)}"),
        (f"{_('adjoint')} {maths(barred('v'))}", "n"),
    ]
    body = "".join(
        row(i, row_head(trace, i), [(f"r{i}v", "n"), (f"r{i}c", "ad-adjoint"), (f"r{i}d", "n ad-adjoint")], fold=small)
        for i in range(n)
    ) + (fold_row(n, 3) if small else "")  # fmt: skip
    key = (
        f"<span>{maths('v')} {_('value')}</span>"
        f"<span class='ad-adjoint'>{maths(barred('v'))} {_('adjoint, ∂f/∂v')}</span>"
        f"<span class='ad-adjoint'><b class='ad-pip in'></b>{_('reported')}<b class='ad-pip'></b>{_('to come')}</span>"
        + swatch("now", _("acts now")) + swatch("hit", _("changed")) + swatch("todo", _("not yet"))
    )  # fmt: skip
    names = [maths(r.name) for r in rows] + [_("seed")] + [maths(rows[i].name) for i in sweep.reporters]
    base = page(
        broad=small or graph.columns > BESIDE,
        svg=scroll(graph.svg(" bwd"), _("computation graph"), wide=small or graph.columns > BESIDE),
        table=table(_("evaluation trace with adjoints; the return sweep reads it upwards"), heads, body, folded=small),
        transport=transport(names, button_words(), turn=n),
        lens=lens.svg if lens else "",
        lines=3,
    )
    facts = [[_("row"), _("value"), _("contributions"), _("adjoint")]]
    for i, r in enumerate(rows):
        uses = [u for _when, u in sweep.due[i]]
        parts = (
            words["seed"]
            if uses and len(uses) == 1 and uses[0].by is None
            else " ".join(plus(u.amount) if k else fmt(u.amount) for k, u in enumerate(uses))
        )
        facts.append([plain_head(trace, i), fmt(r.value), parts or words["unused"], fmt(sweep.adjoints[i])])
    return Drawing(
        title(_("Backward mode"), formula or algebra.formula_of(trace), key),
        base,
        [frame_at(s) for s in range(steps)],
        facts,
    )


def _row(
    frame: Frame, trace: EvaluationTrace, i: int, on: bool, acts: bool, changed: bool, got: tuple[list[Use], list[Use]],
    bar: float | None, when: int, words: dict[str, str],
) -> None:  # fmt: skip
    """Row i of the table: contributions that came stand as numbers, an empty slot names who still owes."""
    have, owed = got
    frame[f"r{i}"] = ("now" if acts else "done" if on else "todo") + " hit" * changed
    if on:
        frame[f"r{i}v"] = [aligned(trace.rows[i].value)]
    if when < -1 or not (have or owed):
        return
    slots = []
    for m, use in enumerate(have):
        new = changed and when >= 0 and use.by is not None and m >= len(have) - _fresh(have)
        text = words["seed"] if use.by is None and len(have) + len(owed) == 1 else fmt(use.amount)
        slots.append(f"<span class='ad-slot {'new' if new else 'in'}'>{text}</span>")
    for use in owed:
        assert use.by is not None  # only the seed comes from nowhere, and it is never owed
        who = maths(trace.rows[use.by].name)
        who = words["from"].format(row=who) if len(have) + len(owed) < 4 else who
        slots.append(f"<span class='ad-slot'>{who}</span>")
    if len(slots) > PIPS:
        slots = [f"<span class='ad-slot in'>{words['of'].format(k=len(have), n=len(slots))}</span>"]
    frame[f"r{i}c"] = [" + ".join(slots)]
    if bar is not None:
        frame[f"r{i}d"] = [aligned(bar), "ad-sofar" if owed else ""]


def _fresh(have: list[Use]) -> int:
    """How many of the last contributions come from the last reporter."""
    return sum(1 for u in have if u.by == have[-1].by)


def _edge(frame: Frame, j: int, k: int, partial: float, state: str, amount: float | None, small: bool) -> None:
    key = f"{j}.{k}"
    frame["e" + key] = state
    if small:
        return
    label = partial_label(partial)
    frame["f" + key + "p"] = [label]
    if amount is not None and state.startswith("live"):
        frame["f" + key + "r"], frame["f" + key + "a"] = [label], [signed(amount)]
        frame["f" + key + "c"] = parcel_class(label, signed(amount))
