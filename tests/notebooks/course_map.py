"""The map of the course, `course/README.md`, written from the notebooks.

    python tests/notebooks/course_map.py

Title, objectives and time are those of a notebook's first cell, the exercises those that it asks. What it
covers of the text from which the course grew is said nowhere in a notebook, so it is said here.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOUSE))

from autograd_mini.exercises.catalogue import CATALOGUE  # noqa: E402 (found once the house is on the path)
from autograd_mini.exercises.declare import Choice, Prediction  # noqa: E402
from autograd_mini.exercises.solved import questions  # noqa: E402
from tests.notebooks.rebuild import notebooks  # noqa: E402

MAP = HOUSE / "course" / "README.md"
COMMAND = "python tests/notebooks/course_map.py"
HEAD = "| | you will be able to | time | you are asked | covers of that text |\n|---|---|---|---|---|"

COVERS = {
    "course/en/00": "its running function at (2, 5)",
    "course/en/01": "the four ways to differentiate, side by side; automatic differentiation is not half-way "
    "between two others, it is exact to rounding and writes no expression",
    "course/en/02": "numerical differentiation: truncation error is the term of Taylor's series that is left out, "
    "round-off error is what the subtraction loses, and a gradient costs n + 1 or 2n runs",
    "course/en/03": "symbolic differentiation and expression swell, as growth with n and not as one long formula",
    "course/en/04": "forward mode through ε, with ε² = 0 by rule and not because ε is small",
    "course/en/05": "forward mode with many inputs: one slot of the tangent for each input, whatever the order of "
    "operands; loops and constants",
    "course/en/06": "the graph that a program leaves behind; branches and loops in code that is nearly unchanged",
    "course/en/07": "reverse mode on the running function, by hand",
    "course/en/08": "the order of the reverse sweep, found and not written by hand; totals that are reset",
    "course/en/09": "what it leaves out: when forward mode is cheaper, when reverse mode is",
    "course/en/10": "what it leaves out: arrays, with broadcasting, matrix products, sums and indexing",
    "course/en/11": "code that stays nearly unchanged, loops and branches included: where that claim has its limits",
    "course/en/12": "its last sentence: a computation on a graph, which can be optimised in many ways",
    "course/en/13": "what it leaves out: derivatives of derivatives, and one ε for each of them",
    "course/en/14": "what it leaves out: the engines that are used, and how their words map to its own",
    "labs/en/1": "“differences serve to verify gradients”: the check that it announces and does not make",
    "labs/en/2": "the forward engine, with all operations, constants and repeated use",
    "labs/en/3": "the defects of its engines, found and repaired",
    "labs/en/4": "the reverse engine, with an order that nobody writes by hand",
    "labs/en/5": "what its engines are for: a model is fitted, and its gradient verified",
    "labs/en/6": "what its engines are for: a network is trained, and watched",
    "labs/en/7": "what it leaves out: second derivatives at work, and the derivative of what an iteration converges to",
    "labs/en/8": "its last sentence once more: an optimiser for the graph, written by you",
    "labs/en/9": "what its engines are for: one of them, yours, trains a network",
}


def key(path: Path) -> str:
    """The notebook's shelf, language and number: course/en/04."""
    return path.relative_to(HOUSE).as_posix().split("-")[0]


def asked(notebook: dict[str, Any]) -> str:
    """How many exercises, predictions and choices a notebook asks."""
    code = ("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    found = {CATALOGUE.by_id[id][0].id: CATALOGUE.by_id[id][0] for text in code for _, id in questions(text)}
    kinds = Counter(
        "prediction" if isinstance(one, Prediction) else "choice" if isinstance(one, Choice) else "exercise"
        for one in found.values()
    )
    return ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in sorted(kinds.items()))


def line(path: Path) -> str:
    """The line of the map for the notebook at `path`."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    first = "".join(notebook["cells"][0]["source"])
    title = re.search(r"^# (.+)$", first, re.MULTILINE)
    time = re.search(r"\*\*Time\*\* (?:about )?([\d ]+(?:to \d+ )?minutes)", first)
    objectives = re.findall(r"^- (.+?)[;.]?$", first, re.MULTILINE)
    if not (title and time and objectives):
        raise ValueError(f"The first cell of {path.name} wants a title, objectives and a time.")
    link = f"[{title[1]}]({Path('..', path.relative_to(HOUSE)).as_posix()})".replace("(../course/", "(")
    columns = (link, "; ".join(objectives), time[1].replace(" to ", "–"), asked(notebook), COVERS[key(path)])
    return f"| {' | '.join(column.replace('|', chr(92) + '|') for column in columns)} |"


def written() -> str:
    """The whole map, for the notebooks that are there."""
    english = [path for path in notebooks() if path.parent.name == "en"]
    lessons, labs = ([line(path) for path in english if path.parts[-3] == shelf] for shelf in ("course", "labs"))
    return "\n".join(
        (
            "# The map of the course",
            "",
            "Begin with lesson 00. Every lesson and lab says in its first cell which ones it needs; each can be left",
            "and resumed at any place.",
            "",
            "The last column is for readers of the short text from which the course grew: it says where each of its",
            "topics went, and what is said otherwise here.",
            "",
            f"This page is written by `{COMMAND}` from the notebooks; edit those.",
            "",
            "## Lessons",
            "",
            HEAD,
            *lessons,
            "",
            "## Labs",
            "",
            HEAD,
            *labs,
            "",
            "For the room: [docs/teaching.md](../docs/teaching.md).",
            "",
        )
    )


if __name__ == "__main__":
    MAP.write_text(written(), encoding="utf-8", newline="\n")
    print(MAP.relative_to(HOUSE))
