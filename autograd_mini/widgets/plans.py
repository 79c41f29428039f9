"""A checkpoint plan as a timeline: time rightwards, step upwards; what is kept, what runs again, what is reversed."""

from __future__ import annotations

from itertools import accumulate
from math import comb
from typing import NamedTuple

from autograd_mini.checkpointing import plan
from autograd_mini.messages import _
from autograd_mini.widgets.drawing import Drawing, Frame, page, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 560, 330, 44, 58, 16
MOST_STEPS, MOST_SLOTS = 24, 6


class Moment(NamedTuple):
    """One action: `kind` is "keep", "run", "again" or "reverse", of step or state k; `kept` are the states in slots."""

    kind: str
    k: int
    kept: tuple[int, ...]


def moments(n: int, slots: int) -> list[Moment]:
    """The actions of a plan one step at a time. A run is "again" if its step has run before."""
    out: list[Moment] = []
    ran = set[int]()
    kept: list[int] = []
    for action in plan(n, slots):
        if action.what == "run":
            for k in range(action.k, action.to):
                out.append(Moment("again" if k in ran else "run", k, tuple(kept)))
                ran.add(k)
            continue
        if action.what == "keep":
            kept.append(action.k)
        out.append(Moment(action.what, action.k, tuple(kept)))
        if action.what == "reverse":
            kept = [state for state in kept if state < action.k]  # the sweep has passed it
    return out


def checkpoint_plan(n: int, slots: int) -> Drawing:
    """A chain of n steps reversed with so many slots. The steps of the picture are the reversals, n of them."""
    told = moments(n, slots)
    ends = [k for k, m in enumerate(told) if m.kind == "reverse"]  # a step of the picture goes up to its reversal
    runs = list(accumulate(m.kind in ("run", "again") for m in told))
    times = [sum(m.k == k and m.kind in ("run", "again") for m in told) for k in range(n)]

    def px(t: float) -> float:
        return LEFT + 10 + t * (WIDTH - LEFT - 24) / max(len(told) - 1, 1)

    def py(k: float) -> float:
        return HEIGHT - BOTTOM - 10 - k * (HEIGHT - BOTTOM - TOP - 20) / max(n - 1, 1)

    def drawn(t: int, m: Moment) -> str:
        x, y = px(t), py(m.k)
        if m.kind == "keep":
            return f"<rect class='dotmark at' x='{x - 4:.1f}' y='{y - 4:.1f}' width='8' height='8'/>"
        if m.kind == "reverse":
            return f"<path class='e live adj' d='M{x - 4:.1f} {y:.1f}H{x + 4:.1f}'/>"
        solid = " at" if m.kind == "run" else ""
        return f"<circle class='dotmark{solid}' cx='{x:.1f}' cy='{y:.1f}' r='{2 if solid else 3}'/>"

    starts = [0, *(e + 1 for e in ends[:-1])]
    groups = "".join(
        f"<g {slot(f'g{s}')}>{''.join(drawn(t, told[t]) for t in range(a, e + 1))}</g>"
        for s, (a, e) in enumerate(zip(starts, ends, strict=True))
    )
    pips = "".join(
        f"<rect {slot(f'p{c}', 'pip')} x='{LEFT + 10 + 22 * c}' y='{HEIGHT - 22}' width='14' height='14'/>"
        for c in range(slots)
    )
    levels = "".join(
        f"<path class='grid' d='M{LEFT} {py(k):.1f}H{WIDTH - 8}'/>"
        f"<text class='tick end' x='{LEFT - 6}' y='{py(k) + 4:.1f}'>{k}</text>"
        for k in range(0, n, 1 if n <= 12 else 4)
    )
    words = f"<text class='tick' x='{LEFT + 18 + 22 * slots}' y='{HEIGHT - 11}'>{_('slots')}</text>"
    words += f"<text class='tick end' x='{WIDTH - 8}' y='{HEIGHT - BOTTOM + 16}'>{_('time →')}</text>"
    words += f"<text class='tick' x='{LEFT - 36}' y='{HEIGHT - BOTTOM + 16}'>{_('step ↑')}</text>"

    def frame_at(s: int) -> Frame:
        done = told[ends[s]]
        frame: Frame = {f"g{k}": "" if k <= s else "none" for k in range(n)}
        # The slots as they were in use when this step was reversed.
        frame |= {f"p{c}": "in" if c < len(done.kept) else "" for c in range(slots)}
        before = ends[s - 1] if s else -1
        fresh = sum(m.kind in ("run", "again") for m in told[before + 1 : ends[s] + 1])
        said = _("step {k} is reversed. Before that {n} steps ran; the states {kept} are kept.").format(
            k=done.k, n=fresh, kept=", ".join(map(str, done.kept))
        )
        frame["alg"] = [f"<p><b>{s + 1}</b> — {said}</p>", ""]
        for r in range(len(rows)):
            frame[f"r{r}"] = "done"
        frame["r0v"], frame["r1v"] = [str(runs[ends[s]])], [f"{len(done.kept)}"]
        frame["r2v"], frame["r3v"] = [str(max(times))], [str(n - 1)]
        place(frame, s, n, said)
        return frame

    rows = [
        _("steps run so far"), _("slots in use"), _("most often that a step runs"), _("runs if all states are kept"),
    ]  # fmt: skip
    body = "".join(row(r, words_, [(f"r{r}v", "n")]) for r, words_ in enumerate(rows))
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{levels}"
        f"<path class='axis' d='M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - 8}'/>{groups}{pips}{words}</svg>"
    )
    key = (
        f"<span>■ {_('state kept')}</span><span>● {_('step run')}</span><span>○ {_('run again')}</span>"
        f"<span class='ad-adjoint'>▬ {_('step reversed')}</span>"
    )
    base = page(
        broad=False,
        svg=scroll(svg, _("the plan on its timeline"), wide=False),
        table=table(_("what the plan costs"), [(_("cost"), ""), (_("so far"), "n")], body),
        transport=transport([str(m.k) for m in told if m.kind == "reverse"], button_words()),
        lines=1,
    )
    most = max(times)
    facts = [
        [_("cost"), _("count")],
        [_("steps run in all"), str(runs[-1])],
        [_("runs if all states are kept"), str(n - 1)],
        [_("most often that a step runs"), str(most)],
        [_("states kept at most"), str(max(len(m.kept) for m in told))],
        [_("steps that these slots reach with so many runs of each"), str(comb(slots + most, slots))],
    ]
    return Drawing(
        title(_("Checkpoint plan"), _("{n} steps, {slots} slots").format(n=n, slots=slots), key),
        base,
        [frame_at(s) for s in range(n)],
        facts,
    )
