"""Mathematics as markup: `v̇1` becomes an italic v with a dot *drawn* above it and a lowered 1.

A dot or bar that is typed (U+0307, U+0304) falls off its letter in many fonts, so a live picture draws
it: in SVG as a circle or rectangle, in HTML by the stylesheet. Subscripts are lowered digits, because
many fonts lack U+2080…. Stored tables and plain text, where no stylesheet reaches, keep typed marks.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import escape
from typing import NamedTuple

from autograd_mini.formatting import SUBSCRIPT

DOT, BAR = "\u0307", "\u0304"
MARKS = {DOT: "dot", BAR: "bar"}
SYMBOL = re.compile(rf"(?<![A-Za-z])([A-Za-zε])([{DOT}{BAR}]?)([A-Za-z_]*)(\d*)(?![A-Za-z_\d])")


class Symbol(NamedTuple):
    """A letter, its mark ("dot", "bar" or ""), the rest of its name, and its number."""

    letter: str
    mark: str
    rest: str
    number: str


def dotted(name: str) -> str:
    """The tangent of `name`, as text: 'x1' → 'ẋ1'."""
    return name[0] + DOT + name[1:]


def barred(name: str) -> str:
    """The adjoint of `name`, as text: 'x1' → 'x̄1'."""
    return name[0] + BAR + name[1:]


def runs(text: str) -> list[str | Symbol]:
    """'x̄1 + sin v2' cut into symbols and plain strings; a word of several letters stays plain."""
    text, out, at = unicodedata.normalize("NFD", text), [], 0
    for m in SYMBOL.finditer(text):
        if m[3] and not m[2]:
            continue
        out += [text[at : m.start()]] * (m.start() > at) + [Symbol(m[1], MARKS.get(m[2], ""), m[3], m[4])]
        at = m.end()
    return out + [text[at:]] * (at < len(text))


def maths(text: str, hue: str = "") -> str:
    """`text` as HTML in the font of mathematics, in the colour `hue` ("tangent", "adjoint", "wrong")."""
    return f"<span class='ad-m{' ad-' + hue if hue else ''}'>{symbols(text)}</span>"


@lru_cache(maxsize=4096)
def symbols(text: str) -> str:
    """`text` as HTML: italic letters, marks for the stylesheet to draw, lowered indices."""
    out = ""
    for part in runs(text):
        if isinstance(part, str):
            out += escape(part)
        else:
            mark = f" class='ad-{part.mark}'" if part.mark else ""
            out += f"<i{mark}>{part.letter}</i>{part.rest}" + (f"<sub>{part.number}</sub>" if part.number else "")
    return out


@lru_cache(maxsize=4096)
def tspans(text: str, size: float) -> str:
    """`text` as the inside of an SVG `<text>` of that size (symbols without marks)."""
    out, back = "", 0.0
    for part in runs(text):
        shift = f" dy='{back:g}'" if back else ""
        back = 0.0
        if isinstance(part, str):
            # No bare text beside a <tspan dy>: the shift must be undone by the next run.
            out += f"<tspan{shift}>{escape(part)}</tspan>" if shift else escape(part)
        else:
            out += f"<tspan class='it'{shift}>{part.letter}</tspan>{part.rest}"
            if part.number:
                down = round(size * 0.22, 1)
                out += f"<tspan dy='{down:g}' font-size='{size * 0.72:.1f}'>{part.number}</tspan>"
                back = -down
    return out


def svg_symbol(name: str, mark: str, x: float, y: float, size: float, classes: str) -> str:
    """A name in SVG with its mark drawn above the letter: centred on it in every font."""
    part = runs(name)[0]
    letter, rest, index = (part.letter, part.rest, part.number) if isinstance(part, Symbol) else (name[0], name[1:], "")
    slot = 0.7 if letter in "wm" else 0.52
    centre = x + size * slot * 0.54
    tail = f"<tspan dy='{-size * 0.22:.1f}' font-size='{size:g}'>{escape(rest)}</tspan>" if rest else ""
    if tail or index:
        at = f"x='{x + size * slot:.1f}' y='{y + size * 0.22:.1f}' font-size='{size * 0.72:.1f}'"
        tail = f"<text {at} class='m'>{tail}{index}</text>"
    return (
        f"<g class='{classes}'><text x='{centre:.1f}' y='{y:g}' font-size='{size:g}' class='m it mid'>{letter}</text>"
        f"{tail}{drawn_mark(mark, centre, y, size)}</g>"
    )


def drawn_mark(mark: str, centre: float, y: float, size: float) -> str:
    """A dot or a bar over a letter of that size whose baseline is at y."""
    top = y - size * 0.66
    if mark == "dot":
        return f"<circle cx='{centre + size * 0.06:.1f}' cy='{top:.1f}' r='{size * 0.105:.1f}'/>"
    if mark == "bar":
        wide, high = size * 0.54, size * 0.12
        return f"<rect x='{centre - size * 0.22:.1f}' y='{top - high / 2:.1f}' width='{wide:.1f}' height='{high:.1f}'/>"
    return ""


def typed(text: str) -> str:
    """`text` as plain characters with subscript digits, for places where no stylesheet reaches."""
    return "".join(
        part if isinstance(part, str) else _typed(part) for part in runs(text)
    )  # fmt: skip


def _typed(s: Symbol) -> str:
    mark = {"dot": DOT, "bar": BAR, "": ""}[s.mark]
    return unicodedata.normalize("NFC", s.letter + mark + s.rest) + s.number.translate(SUBSCRIPT)


SPOKEN = {
    "×": " times ",
    "−": " minus ",
    "+": " plus ",
    "/": " over ",
    "ε": " epsilon",
    "²": " squared",
    "=": " equals ",
}


@lru_cache(maxsize=4096)
def spoken(text: str) -> str:
    """`text` in words, for a screen reader: 'ẋ1 x2 ε' → 'x1 dot x2 epsilon'."""
    out = ""
    for part in runs(text):
        if isinstance(part, str):
            out += part
        else:
            out += f"{part.letter}{part.rest}{part.number}" + (f" {part.mark} " if part.mark else "")
    for sign, word in SPOKEN.items():
        out = out.replace(sign, word)
    return escape(" ".join(out.split()), quote=True)
