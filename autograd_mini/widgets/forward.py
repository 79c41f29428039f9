"""The forward picture: values and tangents, row by row (Baydin et al. 2018, table 2)."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace
from autograd_mini.widgets import algebra
from autograd_mini.widgets.drawing import (
    NAMED_STEPS,
    Drawing,
    Frame,
    aligned,
    fmt,
    fold_row,
    folds,
    foot,
    number,
    page,
    partial_label,
    row,
    scroll,
    table,
    transport,
)  # fmt: skip
from autograd_mini.widgets.graph import COMPARED, FORWARD, SMALL, Graph, Style, parcel_class, shape_of
from autograd_mini.widgets.lens import Lens
from autograd_mini.widgets.notation import dotted, maths, spoken, symbols, typed
from autograd_mini.widgets.replay import Replay

FULL_ROWS, FULL_COLUMNS = 12, 6  # a graph beyond this is drawn small, with a lens
BESIDE = 4  # columns of full nodes that leave room for the table beside them


def button_words() -> dict[str, str]:
    """The names of the controls."""
    return {
        "first": _("first step"), "back": _("back one step"), "forward": _("forward one step"), "last": _("last step"),
        "step": _("step"), "out": _("forward sweep"), "home": _("return sweep"),
    }  # fmt: skip


def position(k: int, n: int) -> str:
    """Where the reader is: 'step 4 of 7'."""
    return _("step {k} of {n}").format(k=k, n=n)


def title(name: str, formula: str, key: str) -> str:
    """The title line: what this is, of which function, and what the signs mean."""
    said = f"<div class='ad-title'><b>{name}</b> {maths(formula)}</div>"
    return f"<div class='ad-top'>{said}<div class='ad-key'>{key}</div></div>"


def swatch(kind: str, word: str, extra: str = "") -> str:
    return f"<span{extra}><b class='ad-sw {kind}'></b>{word}</span>"


def row_head(trace: EvaluationTrace, i: int) -> str:
    """'v2 = x1 × x2' in the table."""
    r = trace.rows[i]
    return maths(r.name if r.op == "input" else f"{r.name} = {trace.expression(i)}")


def plain_head(trace: EvaluationTrace, i: int) -> str:
    """'v₂ = x₁ × x₂' where no stylesheet reaches."""
    r = trace.rows[i]
    return typed(r.name if r.op == "input" else f"{r.name} = {trace.expression(i)}")


def _rule(trace: EvaluationTrace, i: int) -> str:
    return _("seed") if trace.rows[i].op == "input" else trace.tangent_rule(i)


def shown(x: float | None) -> str:
    """A number of a learner's engine, or a dash where there is none."""
    return "–" if x is None else fmt(x)


def graph_of(trace: EvaluationTrace, style: Style) -> Graph:
    """The graph in full nodes where that is not too large, else in small ones."""
    shape = shape_of(trace)
    if len(trace.rows) <= FULL_ROWS:
        graph = Graph(shape, style)
        if graph.columns <= FULL_COLUMNS:
            return graph
    return Graph(shape, SMALL[style.mark])


def touched(trace: EvaluationTrace, i: int) -> set[int]:
    """The rows of the table that stay open round row i."""
    n = len(trace.rows)
    return {p for p in trace.rows[i].parents if p is not None} | {j for j in range(i - 1, i + 3) if 0 <= j < n}


def forward(
    trace: EvaluationTrace, seeds: Sequence[float], formula: str | None = None, replay: Replay | None = None
) -> Drawing:
    """The steps of forward mode: at each, one row gets its value and its tangent.

    `seeds` holds ẋ, one an input. With a `replay`, the numbers are those of a learner's engine, up to the
    first row that differs.
    """
    dots, rows, n = trace.tangents(seeds), trace.rows, len(trace.rows)
    style = COMPARED["dot"] if replay else FORWARD
    graph = graph_of(trace, style)
    small = graph.style.compact
    lens = Lens(trace, style, " fwd") if small else None
    wrong = n if replay is None or replay.wrong is None else replay.wrong
    derivatives = dots if replay is None else replay.derivatives
    values = tuple(r.value for r in rows) if replay is None else replay.values
    words = {
        "agrees": _("agrees ✓"), "later": _("not compared"), "bad": _("✗ should be {right}"),
        "live": _("{row}, value {value}, tangent {dot}"), "todo": _("not yet"),
    }  # fmt: skip
    verdicts = [_verdict(trace, dots, replay, i, words) for i in range(n)] if replay else [""] * n
    equations = [
        algebra.forward_equation(trace, i, dots) if i < wrong else _differs(trace, dots, replay, wrong)
        for i in range(n)
    ]

    def frame_at(s: int) -> Frame:
        at = min(s, wrong)
        frame: Frame = {}

        def fill(frame: Frame, key: str, i: int) -> None:
            """Row i's node."""
            on = i <= at
            bad = replay is not None and i == wrong == at
            hit = "done" if i != at else "now" if replay else "now hit"
            frame[key] = "bad" if bad else hit if on else "todo"
            part, compact = replay.part if replay and bad else "", small and key[0] == "n"
            if on:
                frame[key + "d"] = number(derivatives[i], "w" if part == "derivative" else "", short=compact)
                if not compact:
                    frame[key + "v"] = number(values[i], "w" if part == "value" else "")
            if replay and not compact:
                frame[key + "f"] = foot(verdicts[i] if on else words["later"])

        for i in range(n):
            fill(frame, f"n{i}", i)
            on = i <= at
            frame[f"n{i}t"] = [
                f"{rows[i].name} = {values[i]!r}, {dotted(rows[i].name)} = {derivatives[i]!r}"
                if on
                else f"{rows[i].name}: {words['todo']}"
            ]
            _row(frame, i, on, i == at, values[i], derivatives[i], replay, verdicts[i] if on else words["later"], wrong)
            for k, parent in enumerate(rows[i].parents):
                if parent is not None:
                    _edge(
                        frame,
                        trace,
                        dots,
                        i,
                        k,
                        "todo" if not on else "live tan" if i == at and not replay else "done",
                        small,
                    )
        frame["alg"] = [equations[s], "ad-wrong" if at == wrong else "ad-tangent"]
        if lens:
            lens.reset(frame)
            loads = [
                fmt((p or 0.0) * dots[q])
                for p, q in zip(rows[at].partials, rows[at].parents, strict=True)
                if q is not None
            ]
            lens.show(frame, at, fill, "done" if replay else "live tan", None if replay else loads)
            folds(frame, touched(trace, at), n)
        says = words["live"].format(
            row=f"{rows[at].name} = {trace.expression(at)}" if rows[at].op != "input" else rows[at].name,
            value=fmt(rows[at].value),
            dot=fmt(dots[at]),
        )
        place(frame, s, n, says)
        return frame

    heads = [(_("row"), ""), (f"{_('value')} {maths('v')}", "n")]
    if replay:
        heads += [(f"{_('your')} {maths(dotted('v'))}", "n"), (_("reference"), "")]
    else:
        heads += [(_("tangent rule"), ""), (f"{_('tangent')} {maths(dotted('v'))}", "n")]
    body = "".join(
        row(
            i, row_head(trace, i),
            [(f"r{i}v", "n"), (f"r{i}d", "n"), (f"r{i}c", "")] if replay
            else [(f"r{i}v", "n"), ("", f"<span class='ad-rule'>{maths(_rule(trace, i))}</span>"), (f"r{i}d", "n")],
            fold=small,
        )
        for i in range(n)
    ) + (fold_row(n, 3) if small else "")  # fmt: skip
    label = _("your trace beside the reference") if replay else _("evaluation trace, forward mode")
    names = [maths(r.name) for r in rows]
    key = f"<span>{maths('v')} {_('value')}</span>"
    key += f"<span class='ad-tangent'>{maths(dotted('v'))} {_('tangent: the coefficient of ε')}</span>"
    if replay:
        key += swatch("bad", _("✗ differs from the reference"), " class='ad-wrong'") + swatch("todo", _("not compared"))
        name = _("Your {engine}").format(engine=f"<code>{replay.name}</code>")
    else:
        key += swatch("now", _("acts now")) + swatch("hit", _("changed")) + swatch("todo", _("not yet"))
        name = _("Forward mode")
    facts = [
        [_("row"), _("value"), _("your tangent"), _("reference")]
        if replay
        else [_("row"), _("value"), _("tangent rule"), _("tangent")]
    ]
    for i, r in enumerate(rows):
        judged = (
            [shown(values[i]), shown(derivatives[i]), verdicts[i]]
            if replay
            else [fmt(r.value), typed(_rule(trace, i)), fmt(dots[i])]
        )
        facts.append([plain_head(trace, i), *judged])
    base = page(
        broad=small or graph.columns > BESIDE,
        svg=scroll(graph.svg(" fwd"), _("computation graph"), wide=small or graph.columns > BESIDE),
        table=table(label, heads, body, folded=small),
        transport=transport(names, button_words()),
        lens=lens.svg if lens else "",
        lines=3,
    )
    return Drawing(title(name, formula or algebra.formula_of(trace), key), base, [frame_at(s) for s in range(n)], facts)


def place(frame: Frame, s: int, n: int, says: str) -> None:
    """The reader's place: the words beside the slider, and the sentence for the slider and the graph."""
    frame["pos"] = [position(s + 1, n)]
    frame["say"] = ["", "", f"{position(s + 1, n)}: {says}"]
    if n <= NAMED_STEPS or s in (0, n - 1):
        frame[f"t{s}"] = "on"


def _row(
    frame: Frame,
    i: int,
    on: bool,
    acts: bool,
    value: float | None,
    dot: float | None,
    replay: Replay | None,
    verdict: str,
    wrong: int,
) -> None:
    bad = acts and i == wrong
    frame[f"r{i}"] = "now bad" if bad else ("now" if replay else "now hit") if acts else "done" if on else "todo"
    part = replay.part if replay and bad else ""
    if on:
        frame[f"r{i}v"] = [aligned(value) if value is not None else "–", "ad-wrong" if part == "value" else ""]
        frame[f"r{i}d"] = [
            aligned(dot) if dot is not None else "–",
            "ad-wrong" if part == "derivative" else "ad-tangent",
        ]
    if replay:
        frame[f"r{i}c"] = [verdict.replace(_("agrees ✓"), "✓") if on else verdict, "ad-wrong" if bad else ""]


def _edge(frame: Frame, trace: EvaluationTrace, dots: Sequence[float], j: int, k: int, state: str, small: bool) -> None:
    """The edge into row j for its operand k."""
    key = f"{j}.{k}"
    frame["e" + key] = state
    if small:
        return
    partial, parent = trace.rows[j].partials[k] or 0.0, trace.rows[j].parents[k]
    label, load = partial_label(partial), fmt(partial * dots[parent])  # type: ignore[index]
    frame["f" + key + "p"] = [label]
    if state.startswith("live"):
        frame["f" + key + "r"], frame["f" + key + "a"] = [label], [load]
        frame["f" + key + "c"] = parcel_class(label, load)


def _verdict(trace: EvaluationTrace, dots: Sequence[float], replay: Replay, i: int, words: dict[str, str]) -> str:
    if replay.wrong is None or i < replay.wrong:
        return words["agrees"]
    if i > replay.wrong:
        return words["later"]
    if not replay.part:
        return "✗"
    return words["bad"].format(right=fmt(trace.rows[i].value if replay.part == "value" else dots[i]))


def _differs(trace: EvaluationTrace, dots: Sequence[float], replay: Replay | None, i: int) -> str:
    """The first row that differs: what the learner's engine gives, and what it should be."""
    assert replay is not None
    r = trace.rows[i]
    what = maths(r.name if r.op == "input" else f"{r.name} = {trace.expression(i)}")
    said = _("<b>First row that differs: {row}.</b> {why} Rows below build on this one, so they are not compared.")
    lines = []
    if replay.values[i] is not None and replay.derivatives[i] is not None:
        mine = symbols(f"{fmt(replay.values[i] or 0.0)} {algebra.plus(replay.derivatives[i] or 0.0)}ε")
        lines.append([(f"<small>{_('yours')}</small>", "w"), (mine, "b w")])
    right = f"{fmt(r.value)} <span class='t'>{symbols(algebra.plus(dots[i]) + 'ε')}</span>"
    lines.append([(f"<small>{_('reference')}</small>", ""), (right, "b")])
    label = spoken(f"{r.name}: {fmt(r.value)} + {fmt(dots[i])} ε")
    return f"<p>{said.format(row=what, why=replay.message)}</p>" + algebra.grid(2, lines, label)
