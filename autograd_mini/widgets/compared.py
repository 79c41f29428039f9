"""The backward picture driven by a learner's engine: their values and adjoints beside the reference."""

from __future__ import annotations

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
    foot,
    grid,
    number,
    page,
    partial_label,
    row,
    scroll,
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
    shown,
    swatch,
    title,
    touched,
)  # fmt: skip
from autograd_mini.widgets.graph import COMPARED
from autograd_mini.widgets.lens import Lens
from autograd_mini.widgets.notation import barred, maths, spoken, symbols
from autograd_mini.widgets.replay import Replay


def backward_compared(trace: EvaluationTrace, replay: Replay, formula: str | None = None) -> tuple[Drawing, int]:
    """The drawing, and the step (from 1) at which the first row that differs stands; the last if none does.

    The steps are the rows, whose values are compared on the way out, then the rows that report or are
    reported to, from the output back, whose adjoints are compared.
    """
    rows, n, right = trace.rows, len(trace.rows), trace.adjoints()
    home = [i for i in reversed(range(n)) if i == trace.output or trace.consumers(i)]
    order = [*range(n), *home]
    built = all(v is not None for v in replay.values) and replay.part != "value"
    wrong_step = len(order)
    if replay.wrong is not None:
        wrong_step = n + home.index(replay.wrong) if built else replay.wrong
    graph = graph_of(trace, COMPARED["bar"])
    small = graph.style.compact
    lens = Lens(trace, COMPARED["bar"], " bwd") if small else None
    agrees, later = _("agrees ✓"), _("not compared")
    says_value, says_adjoint, says_wrong = (
        _("{row}: your value agrees"),
        _("{row}: your adjoint agrees"),
        _("{row} differs"),
    )
    bad_word = "✗"
    if replay.wrong is not None and replay.part:
        bad_word = _("✗ should be {right}").format(
            right=fmt(rows[replay.wrong].value if replay.part == "value" else right[replay.wrong])
        )

    def frame_at(s: int) -> Frame:
        now = min(s, wrong_step)
        acts, out = order[now], now < n
        back = set(home[: now - n + 1]) if not out else set()
        is_wrong = now == wrong_step
        frame: Frame = {}

        def verdict(i: int) -> str:
            if is_wrong and i == acts:
                return bad_word
            return agrees if (i <= now if out else i in back) else later if out or i in home else ""

        def fill(frame: Frame, key: str, i: int) -> None:
            on = i <= now
            bad = is_wrong and i == acts
            frame[key] = "bad" if bad else "now" if i == acts else "done" if on else "todo"
            compact = small and key[0] == "n"
            if i in back:
                frame[key + "d"] = number(replay.derivatives[i], "w" if bad else "", short=compact)
            if not compact:
                frame[key + "f"] = foot(verdict(i))
                if on:
                    frame[key + "v"] = number(replay.values[i], "w" if bad and replay.part == "value" else "")

        for i in range(n):
            fill(frame, f"n{i}", i)
            bad = is_wrong and i == acts
            frame[f"r{i}"] = "now bad" if bad else "now" if i == acts else "done" if i <= now else "todo"
            if i <= now:
                frame[f"r{i}v"] = [aligned(replay.values[i]), "ad-wrong" if bad and replay.part == "value" else ""]
            if i in back:
                frame[f"r{i}d"] = [aligned(replay.derivatives[i]), "ad-wrong" if bad else "ad-adjoint"]
            frame[f"r{i}c"] = [verdict(i).replace(agrees, "✓"), "ad-wrong" if bad else ""]
            frame[f"n{i}t"] = [
                f"{rows[i].name} = {replay.values[i]!r}, {barred(rows[i].name)} = {replay.derivatives[i]!r}"
            ]
            for k, parent in enumerate(rows[i].parents):
                if parent is not None:
                    frame[f"e{i}.{k}"] = "todo" if i > now else "done back" if not out and i in back else "done"
                    if not small:
                        frame[f"f{i}.{k}p"] = [partial_label(rows[i].partials[k] or 0.0)]
        if is_wrong:
            frame["alg"] = [_differs(trace, replay, acts, right), "ad-wrong"]
            says = says_wrong.format(row=rows[acts].name)
        else:
            frame["alg"] = [_agrees(trace, replay, acts, out, right), "" if out else "ad-adjoint"]
            says = (says_value if out else says_adjoint).format(row=rows[acts].name)
        if lens:
            lens.reset(frame)
            lens.show(frame, acts, fill, "done", None)
            folds(frame, touched(trace, acts), n)
        place(frame, s, len(order), says)
        return frame

    frames = [frame_at(s) for s in range(len(order))]

    heads = [
        (_("row"), ""),
        (f"{_('your')} {maths('v')}", "n"),
        (f"{_('your')} {maths(barred('v'))}", "n"),
        (_("reference"), ""),
    ]
    body = "".join(
        row(i, row_head(trace, i), [(f"r{i}v", "n"), (f"r{i}d", "n"), (f"r{i}c", "")], fold=small) for i in range(n)
    )
    key = (
        f"<span>{maths('v')} {_('value')}</span>"
        f"<span class='ad-adjoint'>{maths(barred('v'))} {_('adjoint, ∂f/∂v')}</span>"
        + swatch("bad", _("✗ differs from the reference"), " class='ad-wrong'") + swatch("todo", _("not compared"))
    )  # fmt: skip
    facts = [[_("row"), _("your value"), _("your adjoint"), _("reference")]]
    last = frames[-1]
    facts += [
        [plain_head(trace, i), shown(replay.values[i]), shown(replay.derivatives[i]), str(last[f"r{i}c"][0])]
        for i in range(n)
    ]
    broad = small or graph.columns > BESIDE
    base = page(
        broad,
        scroll(graph.svg(" bwd"), _("computation graph"), wide=True),  # it scrolls in a notebook of 800 px
        table(_("your trace beside the reference"), heads, body + (fold_row(n, 3) if small else ""), folded=small),
        transport([maths(rows[i].name) for i in order], button_words(), turn=n),
        lens.svg if lens else "",
    )
    name = _("Your {engine}").format(engine=f"<code>{replay.name}</code>")
    drawing = Drawing(title(name, formula or algebra.formula_of(trace), key), base, frames, facts)
    return drawing, min(wrong_step, len(order) - 1) + 1


def _agrees(trace: EvaluationTrace, replay: Replay, i: int, out: bool, right: tuple[float, ...]) -> str:
    r = trace.rows[i]
    what, number_ = (r.name, replay.values[i]) if out else (barred(r.name), replay.derivatives[i])
    said = _("your number is the reference’s.")
    line = [(symbols(what), "" if out else "a"), (f"= <b>{shown(number_)}</b>", "")]
    return f"<p><b>{row_head(trace, i)}</b> — {said}</p>" + grid(2, [line], spoken(f"{what} = {shown(number_)}"))


def _differs(trace: EvaluationTrace, replay: Replay, i: int, right: tuple[float, ...]) -> str:
    """The first row that differs, with both numbers where there are two."""
    r = trace.rows[i]
    said = _("<b>First row that differs: {row}.</b> {why} What comes after builds on this row, so it is not compared.")
    value = replay.part == "value" or replay.values[i] is None
    name, reference = (r.name, r.value) if value else (barred(r.name), right[i])
    mine = replay.values[i] if value else replay.derivatives[i]
    lines = []
    if mine is not None:
        lines.append([(f"<small>{_('yours')}</small>", "w"), (f"{symbols(name)} = <b>{fmt(mine)}</b>", "w")])
    lines.append([(f"<small>{_('reference')}</small>", ""), (f"{symbols(name)} = <b>{fmt(reference)}</b>", "")])
    return f"<p>{said.format(row=row_head(trace, i), why=replay.message)}</p>" + grid(
        2, lines, spoken(f"{name} = {fmt(reference)}")
    )
