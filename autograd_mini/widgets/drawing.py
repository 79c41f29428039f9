"""A drawing: one base for a trace, one small patch a step.

The base is markup whose *slots* (`data-k='n3v'`) are empty. A frame says what stands in each slot at one
step; the patches that are sent are the differences from frame to frame. `Drawing.html` fills the slots in
Python exactly as the page does, so there is one renderer: the page only sets text and class.

What a frame says of a slot is a string, its class, or a list [text, class, label]; the class is added
to the slot's own, the label is what a screen reader says of it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import NamedTuple

from autograd_mini import formatting
from autograd_mini.messages import _, ngettext

Content = str | list[str]
Frame = dict[str, Content]

fmt = lru_cache(maxsize=4096)(formatting.fmt)  # the same few numbers stand in every frame
SLOT = re.compile(r"data-k='([^']+)' class='([^']*)'([^>]*?)(/?)>")


def slot(key: str, own: str = "") -> str:
    """The attributes of a slot. `own` are the classes that it keeps."""
    return f"data-k='{key}' class='{own}'"


class Drawing(NamedTuple):
    """`head` is the title with its key; `base` the picture with empty slots; `frames` what fills them.

    `facts` says the same as a table of plain text, the heading first: what the last step knows.
    """

    head: str
    base: str
    frames: list[Frame]
    facts: list[list[str]]

    def patches(self) -> dict[str, list[str]]:
        """What changes from each frame to the next; the first is whole.

        `contents` lists what can stand in a slot, each once: a class, or text, class and label with tabs
        between them. `steps` has, for each step, the slots that change, each with the number of its new
        content: 'n3 1 n3v 17'. A slot that a frame leaves out is emptied, which is content 0.
        (Strings, because a notebook stores every item of a list on a line of its own.)
        """
        number: dict[str, int] = {"": 0}
        stands: dict[str, int] = {}
        steps = []
        last: Frame = {}
        for frame in self.frames:
            change = {k: 0 for k, n in stands.items() if n and k not in frame}
            for k, v in frame.items():
                if last.get(k) is not v:  # most of a frame is the very object that the last one had
                    n = number.setdefault(v if isinstance(v, str) else _joined(v), len(number))
                    if stands.get(k) != n:
                        change[k] = n
            stands |= change
            steps.append(" ".join(f"{k} {n}" for k, n in sorted(change.items())))
            last = frame
        return {"contents": list(number), "steps": steps}

    def html(self, step: int) -> str:
        """The picture at `step` (counted from 0)."""
        return fill(self.base, self.frames[step])

    def graph(self, step: int) -> str:
        """Only the SVG of the graph at `step`."""
        start = self.base.index("<svg ")
        return fill(self.base[start : self.base.index("</svg>", start) + 6], self.frames[step])


def _joined(content: list[str]) -> str:
    """[text, class, label] as one string; a text alone keeps its tab, so that it is not taken for a class."""
    return "\t".join(content) if len(content) > 1 else f"{content[0]}\t"


def fill(base: str, frame: Frame) -> str:
    """`base` with its slots filled."""

    def put(m: re.Match[str]) -> str:
        key, own, rest, closed = m.groups()
        content = frame.get(key, "")
        text, more, label = ("", content, "") if isinstance(content, str) else [*content, "", ""][:3]
        name = "aria-valuetext" if "type='range'" in rest else "aria-label"
        said = f" {name}='{escape(label, quote=True)}'" if label else ""
        current = " aria-current='step'" if key.startswith("r") and "now" in more.split() else ""
        return f"data-k='{key}' class='{f'{own} {more}'.strip()}'{rest}{said}{current}{closed}>{text}"

    return SLOT.sub(put, base)


# ------------------------------------------------------------------ numbers
def partial_label(p: float) -> str:
    """×5; a negative partial in parentheses, since ×−1 on a line reads as a line."""
    return f"×({fmt(p)})" if p < 0 else f"×{fmt(p)}"


def signed(x: float) -> str:
    """+5, −0.2837: a contribution."""
    return fmt(x) if x < 0 else f"+{fmt(x)}"


def factor(x: float) -> str:
    """A number as a factor of a product: a negative one in parentheses."""
    return f"({fmt(x)})" if x < 0 else fmt(x)


def plus(x: float) -> str:
    """A number as the next term of a sum: '+ 5', '− 5'."""
    return f"− {fmt(-x)}" if x < 0 else f"+ {fmt(x)}"


def foot(words: str) -> list[str]:
    """The words at the foot of a node, smaller where they would not fit."""
    return [words, "long" * (len(words) > 17)]


def aligned(x: float | None) -> str:
    """A number for a table column, in two parts so that decimal points stand under each other; None is a dash."""
    if x is None:
        return "–"
    whole, point, rest = fmt(x).partition(".")
    return f"{whole}<span class='ad-fp'>{point}{rest}</span>"


def number(x: float | None, classes: str = "", short: bool = False) -> list[str]:
    """A number in a node, a dash for None; a `short` one is for a compact node, where a long one gets two digits."""
    if x is None:
        return ["–", "w"]
    text = fmt(x)
    if short and len(text) > 7:
        text = fmt(x, 2)
    return [text, (classes + " long" * (not short and len(text) > 8)).strip()]


# ------------------------------------------------------------------ furniture
def table(label: str, heads: list[tuple[str, str]], rows: str, folded: bool = False) -> str:
    """A table of the trace; `heads` are (markup, class), `rows` markup with slots."""
    head = "".join(f"<th scope='col' class='{c}'>{h}</th>" for h, c in heads)
    # The first column holds the pointer. It has no heading, and an empty th would be a heading without words.
    return (
        f"<div class='ad-tab{' ad-folded' if folded else ''}'><table aria-label='{escape(label, quote=True)}'>"
        f"<thead><tr><td class='k'></td>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def row(i: int, head: str, cells: list[tuple[str, str]], fold: bool = False) -> str:
    """Row i of the table: `cells` are (slot key or '', class or markup)."""
    body = "".join(f"<td {slot(k, c)}></td>" if k else f"<td>{c}</td>" for k, c in cells)
    before = fold_row(i, len(cells)) if fold else ""
    return f"{before}<tr {slot(f'r{i}')}><td class='k'></td><th scope='row'>{head}</th>{body}</tr>"


def fold_row(n: int, columns: int) -> str:
    """The line before row n that says how many rows are folded away there, and opens them."""
    return (
        f"<tr {slot(f'z{n}', 'fold')}><td class='k'></td><td colspan='{columns + 1}'>"
        f"<button type='button' data-unfold='' {slot(f'z{n}n')}></button></td></tr>"
    )


def scroll(svg: str, label: str, wide: bool) -> str:
    """The graph in a region of its own, which scrolls by key where the graph may be wider than the page."""
    tab = " tabindex='0'" if wide else ""
    return f"<div class='ad-graph' role='group' aria-label='{escape(label, quote=True)}'{tab}>{svg}</div>"


def folds(frame: Frame, near: set[int], n: int) -> None:
    """Fold the table of n rows round the rows `near`: hide the others, and say how many are hidden."""
    hidden = 0
    for i in range(n + 1):
        if i < n and i not in near:
            hidden += 1
            frame[f"r{i}"] = f"{frame.get(f'r{i}', '')} away"
            frame[f"z{i}"] = "none"
            continue
        frame[f"z{i}"] = "" if hidden else "none"
        if hidden:
            frame[f"z{i}n"] = ["⋯ " + ngettext("{n} row", "{n} rows", hidden).format(n=hidden)]
        hidden = 0


NAMED_STEPS = 20  # with more, only the first and the last have their name under the track
ICONS = {
    "first": "M3 3h2v10h-2zM13 3v10l-7-5z",
    "back": "M11 3v10l-8-5z",
    "forward": "M5 3v10l8-5z",
    "last": "M11 3h2v10h-2zM3 3v10l7-5z",
}


def transport(names: list[str], words: dict[str, str], turn: int | None = None) -> str:
    """Buttons, the step slider with a name under each step, and the keys.

    `words` names the four buttons, "step", and the two sweeps; the second sweep begins at step `turn`.
    """
    n, words = len(names), {k: escape(w, quote=True) for k, w in words.items()}
    buttons = "".join(
        f"<button type='button' data-go='{go}' class='{'main' if go == 'forward' else ''}' aria-label='{words[go]}' "
        f"title='{words[go]}'><svg width='16' height='16' viewBox='0 0 16 16' aria-hidden='true'>"
        f"<path d='{d}'/></svg></button>"
        for go, d in ICONS.items()
    )
    ticks = "".join(
        f"<span {slot(f't{k}', 't')} style='left:calc(8px + {k / max(n - 1, 1):.4f}*(100% - 16px))'>{name}</span>"
        for k, name in enumerate(names)
        if n <= NAMED_STEPS or k in (0, n - 1)
    )
    phase = style = ""
    if turn:
        at = (turn - 0.5) / (n - 1)
        phase = (
            f"<span class='ph' style='left:8px'>{words['out']}</span>"
            f"<span class='ph ad-adjoint' style='left:calc(8px + {at:.4f}*(100% - 16px))'>{words['home']}</span>"
        )
        style = f" style='--track:linear-gradient(to right,var(--ad-line) 0 {at:.2%},var(--ad-adjoint) {at:.2%} 100%)'"
    keys = " ".join(f"<kbd>{k}</kbd>" for k in ("←", "→", "Home", "End"))
    return (
        f"<div class='ad-go{' two' if turn else ''}'><div class='ad-btn'>{buttons}</div><div class='ad-tl'>"
        f"<input {slot('say')} type='range' min='1' max='{n}' value='1' step='1' aria-label='{words['step']}'{style}/>"
        f"{ticks}{phase}</div><div><div {slot('pos', 'ad-pos')}></div><div class='ad-keys'>{keys}</div></div></div>"
    )


def grid(columns: int, lines: list[list[tuple[str, str]]], label: str) -> str:
    """Lines of an equation in columns; a cell is (markup, class): r right, c centred, b bold, t a w hues."""
    cells = "".join(f"<span class='{c}'>{m}</span>" if c else f"<span>{m}</span>" for line in lines for m, c in line)
    return f"<div class='ad-eq' style='--n:{columns}' role='math' aria-label='{label}'>{cells}</div>"


def page(broad: bool, svg: str, table: str, transport: str, lens: str = "", lines: int = 3) -> str:
    """The parts in their places. `lines` is the height of the tallest equation, so that nothing jumps."""
    # It scrolls where an equation is wider than the page, so the keyboard must be able to reach it.
    reach = f"tabindex='0' role='region' aria-label='{escape(_('what happens in this step'), quote=True)}'"
    alg = f"<div {slot('alg', 'ad-alg')} style='min-height:{32 + 28 * lines}px' aria-live='polite' {reach}></div>"
    if lens:
        alg = f"<div class='ad-near'><div class='ad-lens'>{lens}</div>{alg}</div>"
    return f"<div class='ad-page{' ad-broad' if broad else ''}'>{svg}{table}{alg}{transport}</div>"
