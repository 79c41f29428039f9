"""The order chooser's picture: a return sweep in an order of the learner's choice, right or wrong.

A row that reports too early passes on an adjoint that is not complete, and what comes to it afterwards
stays behind; a row that reports a second time counts its first report twice. Neither is an error that a
program notices: only the number at the end is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd_mini.formatting import fmt
from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace
from autograd_mini.widgets import algebra
from autograd_mini.widgets.drawing import (
    Drawing,
    Frame,
    aligned,
    grid,
    number,
    page,
    partial_label,
    plus,
    row,
    scroll,
    signed,
    table,
    transport,
)
from autograd_mini.widgets.forward import BESIDE, button_words, place, plain_head, row_head, swatch, title
from autograd_mini.widgets.graph import BACKWARD, PIPS, Graph, parcel_class, shape_of
from autograd_mini.widgets.notation import barred, maths, spoken, symbols
from autograd_mini.widgets.replay import same

WIDE = BACKWARD._replace(width=150, between=56)  # a verdict stands beside the pips


class Report(NamedTuple):
    """Row `by` adds `amount` to row `to`, over its operand number `operand`. The seed comes from nobody."""

    by: int | None
    operand: int
    to: int
    amount: float


class Sweep:
    """What happens when the rows report in the order of `picks` (indices of rows; one may come twice).

    `first_wrong` is the first pick that was wrong, as an index into `picks`: a consumer still owed that row
    a report, or it had reported before. From then on nothing can be mended, so the rows that are left
    report too, from the bottom of the list up: `order` is the picks and what is so played on.
    """

    def __init__(self, trace: EvaluationTrace, picks: Sequence[int]) -> None:
        self.reporters = reporters(trace)
        self.owed = [self._owed(trace, picks, k) for k in range(len(picks))]
        again = [k for k, i in enumerate(picks) if i in picks[:k]]
        self.early = [k for k, names in enumerate(self.owed) if names and k not in again]
        self.again = again
        self.first_wrong = min([*self.early, *again], default=None)
        left = [i for i in reversed(self.reporters) if i not in picks]
        self.order = [*picks, *(left if self.first_wrong is not None else [])]
        self.done = self.first_wrong is not None or not left
        self.reports: list[list[Report]] = []
        self.adjoints: list[list[float]] = [[0.0] * len(trace.rows)]
        self.adjoints[0][trace.output] = 1.0
        for i in self.order:
            adjoint, found = list(self.adjoints[-1]), []
            bar = adjoint[i]
            for k, target in enumerate(trace.rows[i].parents):
                if target is not None:
                    found.append(Report(i, k, target, bar * (trace.rows[i].partials[k] or 0.0)))
                    adjoint[target] += found[-1].amount
            self.reports.append(found)
            self.adjoints.append(adjoint)

    def _owed(self, trace: EvaluationTrace, picks: Sequence[int], k: int) -> list[int]:
        """The rows that still owe pick number k a report when it is its turn."""
        return [j for j in dict.fromkeys(trace.consumers(picks[k])) if j not in picks[:k]]

    def received(self, i: int, when: int) -> list[Report]:
        """What row i has got once `when` reports are made, the seed first."""
        return [r for reports in self.reports[:when] for r in reports if r.to == i]

    def pending(self, i: int) -> bool:
        """Whether something came to row i after it had reported last."""
        if i not in self.order:
            return False
        last = len(self.order) - 1 - self.order[::-1].index(i)
        return any(r.to == i for reports in self.reports[last + 1 :] for r in reports)


def reporters(trace: EvaluationTrace) -> list[int]:
    """The rows that report: operations on the way to the output."""
    return [
        r.index
        for r in trace.rows
        if any(p is not None for p in r.parents) and (r.index == trace.output or trace.consumers(r.index))
    ]


def order_chosen(trace: EvaluationTrace, picks: Sequence[int], formula: str | None = None) -> Drawing:
    """The steps of a return sweep in the order of `picks`: the values, the seed, a report each, the result."""
    sweep, rows, n = Sweep(trace, picks), trace.rows, len(trace.rows)
    graph = Graph(shape_of(trace), WIDE)
    right = trace.adjoints()
    ends = [i for i in trace.inputs if trace.consumers(i)]
    off = [i for i in ends if not same(sweep.adjoints[-1][i], right[i])]
    steps = 2 + len(sweep.order) + sweep.done
    words = {
        "come": _("{n} to come"), "complete": _("complete"), "seed": _("seed"), "from": _("from {row}"),
        "unused": _("not used by f"), "should": _("✗ should be {right}"), "early": _("✗ too early"),
        "again": _("✗ again"), "right": _("✓ right"), "late": _("✗ came too late"),
        "values": _("the forward sweep has stored all values"), "begins": _("the return sweep begins at {row}"),
        "reports": _("{row} reports; {what}"), "added": _("{amount} is added to the adjoint of {row}"),
    }  # fmt: skip

    def frame_at(s: int) -> Frame:
        frame: Frame = {}
        when = min(max(s - 1, 0), len(sweep.order))  # so many reports are made
        ended = sweep.done and s == steps - 1
        acting = s >= 2 and not ended
        acts = sweep.order[when - 1] if acting else trace.output if s == 1 else None
        adjoint, made = sweep.adjoints[when], set(sweep.order[:when])
        changed = {r.to for r in sweep.reports[when - 1]} if acting else {trace.output} if s == 1 else set()
        wrong = (when - 1 in sweep.early or when - 1 in sweep.again) if acting else False

        for i in range(n):
            got = sweep.received(i, when)
            uses = len(trace.consumers(i))
            came = (i == trace.output) + sum(r.by is not None for r in got) if s else 0
            missing = [j for j in trace.consumers(i) if j not in made]
            bad = (wrong and i == acts) or (ended and i in off)
            frame[f"n{i}"] = ("bad" if bad else "now" if i == acts else "done") + " hit" * (i in changed and not bad)
            frame[f"n{i}v"] = number(rows[i].value)
            if came:
                frame[f"n{i}d"] = number(adjoint[i], "w" if ended and i in off else "")
            if uses + (i == trace.output) <= PIPS:
                for m in range(uses + (i == trace.output)):
                    frame[f"n{i}p{m}"] = "in" if m < came else ""
            note = words["come"].format(n=len(missing)) if missing else words["complete"]
            if i == trace.output:
                note = words["seed"] if s else ""
            elif not uses:
                note = words["unused"]
            if wrong and i == acts:
                note = words["again"] if when - 1 in sweep.again else words["early"]
            elif ended and i in ends:
                note = words["should"].format(right=fmt(right[i])) if i in off else words["right"]
            elif i in made and i in changed and i != acts:
                note = words["late"]
            frame[f"n{i}f"] = [note if s else "", "long" * (len(note) > 14)]
            frame[f"n{i}t"] = [f"{rows[i].name} = {rows[i].value!r}"]
            fresh = sum(r.to == i for r in sweep.reports[when - 1]) if acting else 0
            if s:
                _cells(frame, trace, i, got, missing, adjoint[i] if came else None, fresh, words)
            frame[f"r{i}"] = ("now bad" if bad else "now" if i == acts else "done") + " hit" * (
                i in changed and not bad
            )
            for k, parent in enumerate(rows[i].parents):
                if parent is not None:
                    key = f"{i}.{k}"
                    live = acting and i == acts
                    frame["e" + key] = "live adj back" if live else "done back" if i in made else "done"
                    label = partial_label(rows[i].partials[k] or 0.0)
                    frame[f"f{key}p"] = [label]
                    if live:
                        amount = next(r.amount for r in sweep.reports[when - 1] if r.operand == k)
                        frame[f"f{key}r"], frame[f"f{key}a"] = [label], [signed(amount)]
                        frame[f"f{key}c"] = parcel_class(label, signed(amount))

        if s == 0:
            said = _("The forward sweep has stored every value, and every partial on its edge.")
            frame["alg"], says = [f"<p>{said}</p>", ""], words["values"]
        elif s == 1:
            ask = _("Which row may report next? Choose it above.")
            frame["alg"] = [algebra.seed_equation(trace, 1.0) + f"<p>{ask}</p>", "ad-adjoint"]
            says = words["begins"].format(row=rows[trace.output].name)
        elif ended:
            frame["alg"] = [_result(trace, sweep, picks, right, ends), "ad-wrong" if off else "ad-adjoint"]
            says = ", ".join(f"{rows[i].name}: {fmt(adjoint[i])} {frame[f'n{i}f'][0]}" for i in ends)
        else:
            assert acts is not None
            made_now = sweep.reports[when - 1]
            before = {r.to: sweep.adjoints[when - 1][r.to] for r in made_now}

            def pending(i: int) -> list[str]:
                return [rows[j].name for j in dict.fromkeys(trace.consumers(i)) if j not in made]

            equation = algebra.report_equation(
                trace, acts, [(r.operand, r.to, r.amount) for r in made_now], before,
                sweep.adjoints[when - 1][acts], pending, False,
            )  # fmt: skip
            frame["alg"] = [_why(trace, sweep, picks, when - 1) + equation, "ad-wrong" if wrong else "ad-adjoint"]
            added = [words["added"].format(amount=fmt(r.amount), row=rows[r.to].name) for r in made_now]
            says = words["reports"].format(row=rows[acts].name, what=", ".join(added))
        place(frame, s, steps, says)
        return frame

    frames = [frame_at(s) for s in range(steps)]
    heads = [(_("row"), ""), (_("contributions"), "u4"), (f"{_('adjoint')} {maths(barred('v'))}", "n")]
    body = "".join(row(i, row_head(trace, i), [(f"r{i}c", "ad-adjoint"), (f"r{i}d", "n ad-adjoint")]) for i in range(n))
    key = (
        f"<span>{maths('v')} {_('value')}</span>"
        f"<span class='ad-adjoint'>{maths(barred('v'))} {_('adjoint so far')}</span>"
        f"<span class='ad-adjoint'><b class='ad-pip in'></b>{_('reported')}<b class='ad-pip'></b>{_('to come')}</span>"
        + swatch("now", _("reports")) + swatch("hit", _("changed")) + swatch("bad", _("wrong"), " class='ad-wrong'")
    )  # fmt: skip
    names = [_("values"), _("seed"), *(maths(rows[i].name) for i in sweep.order), *([_("end")] * sweep.done)]
    broad = graph.columns > BESIDE
    base = page(
        broad,
        scroll(graph.svg(" bwd"), _("computation graph"), wide=broad),
        table(_("adjoints in the order chosen"), heads, body),
        transport(names, button_words()),
        lines=3,
    )
    facts = [[_("row"), _("value"), _("contributions"), _("adjoint")]]
    for i, r in enumerate(rows):
        amounts = [1.0] * (i == trace.output) + [x.amount for x in sweep.received(i, len(sweep.order))]
        sums = " ".join(plus(a) if k else fmt(a) for k, a in enumerate(amounts)) or "–"
        verdict = f" {frames[-1][f'n{i}f'][0]}" if sweep.done and i in ends else ""
        facts.append([plain_head(trace, i), fmt(r.value), sums, (fmt(sum(amounts)) if amounts else "–") + verdict])
    return Drawing(title(_("Choose the order"), formula or algebra.formula_of(trace), key), base, frames, facts)


def _cells(
    frame: Frame, trace: EvaluationTrace, i: int, got: Sequence[Report], missing: Sequence[int], bar: float | None,
    fresh: int, words: dict[str, str],
) -> None:  # fmt: skip
    """Row i of the table: what came stands as a number (the last `fresh` came now), an empty slot names who owes."""
    slots = [f"<span class='ad-slot in'>{words['seed']}</span>"] * (i == trace.output)
    for k, r in enumerate(got):
        kind = "new" if k >= len(got) - fresh else "in"
        slots.append(f"<span class='ad-slot {kind}'>{fmt(r.amount)}</span>")
    for j in missing:
        who = maths(trace.rows[j].name)
        who = words["from"].format(row=who) if len(got) + len(missing) < PIPS else who
        slots.append(f"<span class='ad-slot'>{who}</span>")
    frame[f"r{i}c"] = [" + ".join(slots)]
    if bar is not None:
        frame[f"r{i}d"] = [aligned(bar), "ad-sofar" if missing else ""]


def _names(trace: EvaluationTrace, indices: Sequence[int]) -> str:
    return ", ".join(maths(trace.rows[i].name) for i in indices)


def _why(trace: EvaluationTrace, sweep: Sweep, picks: Sequence[int], k: int) -> str:
    """What is wrong with pick number k; nothing where it was right."""
    if k >= len(picks):
        return ""
    name = maths(trace.rows[picks[k]].name)
    if k in sweep.again:
        said = _("<b>Again.</b> {row} has reported before, and its whole adjoint goes out once more.")
    elif k in sweep.early:
        said = _("<b>Too early.</b> {row} still waits for {owed}.")
    else:
        return ""
    return f"<p>{said.format(row=name, owed=_names(trace, sweep.owed[k]))}</p>"


def _result(
    trace: EvaluationTrace, sweep: Sweep, picks: Sequence[int], right: Sequence[float], ends: Sequence[int]
) -> str:
    """What the inputs end with, what they should, and why."""
    if sweep.first_wrong is None:
        said = _("<b>A right order.</b> Every row reported once, when all its consumers had reported.")
    else:
        parts = []
        for k in sweep.early:
            text = _("{row} reported before {owed}, and what came to it later was not passed on.")
            if picks[k] in [picks[a] for a in sweep.again]:
                text = _("{row} reported before {owed}.")
            parts.append(text.format(row=maths(trace.rows[picks[k]].name), owed=_names(trace, sweep.owed[k])))
        for i in dict.fromkeys(picks[k] for k in sweep.again):
            parts.append(
                _("{row} reported again, so its first report counts twice.").format(row=maths(trace.rows[i].name))
            )
        if len(sweep.order) > len(picks):
            parts.append(_("The others then reported from the bottom up."))
        said = " ".join(parts)
    lines = []
    for i in ends:
        got, name = sweep.adjoints[-1][i], barred(trace.rows[i].name)
        amounts = [r.amount for r in sweep.received(i, len(sweep.order))]
        sums = " ".join(plus(a) if k else fmt(a) for k, a in enumerate(amounts)) if amounts else fmt(0.0)
        good = same(got, right[i])
        verdict = _("✓ right") if good else _("✗ should be {right}").format(right=fmt(right[i]))
        hue = "a" if good else "w"
        end = f"= <b>{fmt(got)}</b>" if len(amounts) > 1 else ""
        lines.append([(symbols(name), "r a"), (f"= {sums}", ""), (end, hue), (f"<b>{verdict}</b>", f"{hue} gap")])
    spoke = "; ".join(spoken(f"{barred(trace.rows[i].name)} = {fmt(sweep.adjoints[-1][i])}") for i in ends)
    return f"<p>{said}</p>" + grid(4, lines, spoke)
