"""The colours of the pictures, and the two style sheets made from them.

Okabe & Ito's blue and vermillion (2008), darkened until small text has a contrast of 4.5 on every
ground it stands on. A hue never carries a meaning alone: tangents have a dot, adjoints a bar.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

TOKENS = {  # name: (light, dark, JupyterLab's variable where the page's own neutral serves as well)
    "bg": ("#ffffff", "#111111", "--jp-layout-color0"),
    "panel": ("#f5f5f5", "#212121", None),
    "now": ("#fff4cc", "#3b3310", None),
    "ink": ("#111111", "#f2f2f2", "--jp-ui-font-color0"),
    "ink2": ("#5c5c5c", "#b0b0b0", None),
    "tangent": ("#00568f", "#6cc0f5", None),
    "adjoint": ("#b84a00", "#ff9d5c", None),
    "wrong": ("#9c1466", "#f791cb", None),
    "wrongtint": ("#fbe6f2", "#3b1a2f", None),
    "line": ("#6b6b6b", "#9a9a9a", None),
    "faint": ("#8a8a8a", "#7d7d7d", None),
    "rule": ("#e0e0e0", "#424242", "--jp-border-color2"),
    "onhue": ("#ffffff", "#111111", None),
}
HERE = Path(__file__).parent
DARK = 'body[data-jp-theme-light="false"] .ad-box'


def _tokens(selector: str, column: int) -> str:
    """One rule that gives every token its value: 0 light, 1 dark."""
    values = (f"--ad-{k}:" + (f"var({v[2]},{v[column]})" if v[2] else str(v[column])) for k, v in TOKENS.items())
    return f"{selector}{{{';'.join(values)}}}\n"


def _sheet(name: str) -> str:
    """A style sheet beside this file, without its comments and line breaks: it is stored with every widget."""
    text = re.sub(r"/\*.*?\*/", "", (HERE / name).read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"\s*\n\s*", "", text)


@cache
def live_css() -> str:
    """The style sheet of the widgets; it follows JupyterLab's light and dark themes."""
    return _tokens(".ad-box", 0) + _tokens(DARK, 1) + _sheet("graph.css") + _sheet("stepper.css")


@cache
def still_css() -> str:
    """The style of a picture that stands alone in an `<img>`, where no variable of the page reaches."""
    return re.sub(r"var\(--ad-(\w+)\)", lambda m: TOKENS[m[1]][0], _sheet("graph.css"))
