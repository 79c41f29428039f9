"""What a picture stores in a notebook, so that it shows before anything has run.

JupyterLab strips inline SVG from a notebook that it does not trust, which every fresh clone is, but
shows an `<img>` with a data address and a table. So that is what is stored beside the live view.
"""

from __future__ import annotations

import re
from html import escape, unescape
from unicodedata import combining

from autograd_mini.widgets.drawing import Drawing
from autograd_mini.widgets.theme import still_css


def still(drawing: Drawing, step: int) -> str:
    """The graph at `step` (from 0) as an SVG that stands alone: its own style, ground and numbers; no slots."""
    svg = drawing.graph(step)
    # Nobody can point at a part of an <img>, so tooltips go, and with them whatever is not shown.
    svg = re.sub(r"<title.*?</title>| data-k='[^']*'| class=''", "", svg)
    svg = re.sub(r"<g class='parcel'[^>]*><rect[^>]*><rect[^>]*><text[^>]*></text><text[^>]*></text></g>", "", svg)
    svg = re.sub(r"<text [^>]*></text>", "", svg)
    return svg.replace(">", f"><style>{still_css()}</style><rect width='100%' height='100%' fill='#fff'/>", 1)


def data_address(svg: str) -> str:
    """The SVG as an address for `<img src>`, with only what must be encoded encoded."""
    for sign in "%#<>":
        svg = svg.replace(sign, f"%{ord(sign):02X}")
    return "data:image/svg+xml," + svg.replace('"', "%22").replace("&", "&amp;")


def html(drawing: Drawing, step: int) -> str:
    """Picture and table as HTML without style, script or inline SVG."""
    svg = still(drawing, step)
    label = re.search(r"aria-label='([^']*)'", svg)
    alt = escape(unescape(label[1]), quote=True) if label else ""
    head, *rows = drawing.facts
    top = "".join(f'<th scope="col">{escape(c)}</th>' for c in head)
    body = "".join(
        f'<tr><th scope="row">{escape(r[0])}</th>' + "".join(f"<td>{escape(c)}</td>" for c in r[1:]) + "</tr>"
        for r in rows
    )
    return (
        f'<img alt="{alt}" src="{data_address(svg)}"/><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'
    )


def text(drawing: Drawing) -> str:
    """The table as aligned plain text."""
    widths = [max(map(_width, column)) for column in zip(*drawing.facts, strict=True)]
    return "\n".join(
        "  ".join(c + " " * (w - _width(c)) for c, w in zip(r, widths, strict=True)).rstrip() for r in drawing.facts
    )


def _width(cell: str) -> int:
    """How many columns a cell takes: a combining dot or bar takes none."""
    return sum(not combining(c) for c in cell)
