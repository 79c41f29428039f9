"""One submission of the catalogue: a small notebook with something in it, and what it must be given.

Most cases are lesson 07 with two exercises, many with a prediction too, all right but for what the case says. What a
case does not name in `lost` must earn its full points: an attack on one exercise takes nothing from another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

Notebook = Any
UNITS = {"product": ("reverse-product", 1.0), "collect": ("reverse-collect", 1.0), "sum": ("reverse-predict-sum", 1.0)}
ALL = "product collect sum"

PRODUCT = """
def product_report(x, y, z_bar):
    return z_bar * y, z_bar * x
"""
WRONG = """
def product_report(x, y, z_bar):
    return z_bar * x, z_bar * y
"""
COLLECT = """
def collect(count, reports):
    adjoints = [0.0] * count
    for row, amount in reports:
        adjoints[row] += amount
    return adjoints
"""
SUM = 'predict("reverse-predict-sum", 5.5)'
PREDICT = "from autograd_mini.exercises import predict\n\n"
SETUP = """
import math

import autograd_mini as ad
from autograd_mini.exercises import hint, solution
from autograd_mini.formatting import fmt
from autograd_mini.widgets import BackwardStepper
"""


@dataclass(frozen=True)
class Case:
    """`lost` names the units that earn nothing, `may` those that may go with them (what breaks its own process
    breaks it for the rest); `look` is a part of the reason or flag that must be given.

    `product`, `collect`, `sum` are sources of the three cells (no `sum`: no prediction is there), `before` and
    `after` cells of the student's own. `change` makes something else of the notebook, or the bytes of a file.
    `place` puts it into the folder.
    """

    id: str
    says: str
    lost: str = ""
    may: str = ""
    look: str = ""
    product: str = PRODUCT
    collect: str = COLLECT
    sum: str = ""
    before: str = ""
    after: str = ""
    change: Callable[[Notebook], Notebook | bytes] | None = None
    place: Callable[[Path, bytes], None] | None = None
    student: str = ""  # where it is not the id

    @property
    def name(self) -> str:
        return self.student or self.id

    @property
    def units(self) -> dict[str, tuple[str, float]]:
        """What counts, by the names that `lost` and `may` use: its id and its points."""
        return {name: unit for name, unit in UNITS.items() if name != "sum" or self.sum}

    def points(self) -> dict[str, float]:
        """What each unit must earn; those that may be lost are left out."""
        lost, may = self.lost.split(), self.may.split()
        return {id: 0.0 if name in lost else full for name, (id, full) in self.units.items() if name not in may}

    def cells(self) -> list[Notebook]:
        return [
            code("setup", SETUP),
            *([code("own-before", self.before)] if self.before else []),
            *([code("question-sum", PREDICT + dedent(self.sum).strip())] if self.sum else []),
            code("exercise-reverse-product", checked(self.product, "reverse-product", "product_report")),
            code("exercise-reverse-collect", checked(self.collect, "reverse-collect", "collect")),
            *([code("own-after", self.after)] if self.after else []),
        ]


def code(id: str, source: str) -> dict[str, Any]:
    text = dedent(source).strip("\n")
    return {"cell_type": "code", "id": id, "metadata": {}, "outputs": [], "execution_count": None, "source": text}


def checked(source: str, id: str, name: str) -> str:
    return f'{dedent(source).strip()}\n\n\nfrom autograd_mini.exercises import check\n\ncheck("{id}", {name})'


def file(case: Case, places: Mapping[str, str]) -> bytes:
    """What is handed in, with the `places` that hostile code looks for in it by their names: @canary@, @port@, …"""
    made = {"cells": case.cells(), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    if case.change is not None:
        made = case.change(made)
    text = made if isinstance(made, bytes) else json.dumps(made).encode()
    for name, place in places.items():
        text = text.replace(f"@{name}@".encode(), place.encode())
    return text


def hand_in(case: Case, folder: Path, places: Mapping[str, str]) -> None:
    """Put the case into a folder of submissions."""
    if case.place is not None:
        case.place(folder, file(case, places))
    else:
        (folder / f"{case.id}.ipynb").write_bytes(file(case, places))


def without_ids(notebook: Notebook) -> Notebook:
    """A change of a notebook: its cells lose their ids, as some editors take them away."""
    for cell in notebook["cells"]:
        del cell["id"]
    return {**notebook, "nbformat_minor": 4}


def wrong(id: str, says: str, product: str, **more: Any) -> Case:
    """A case whose answer to `reverse-product` must earn nothing, while the rest of it is right."""
    return Case(id, says, "product", product=product, **more)


def body(id: str, says: str, lines: str, **more: Any) -> Case:
    """`wrong`, by what the body of the function does."""
    inside = dedent(lines).strip().replace("\n", "\n    ")
    return wrong(id, says, f"def product_report(x, y, z_bar):\n    {inside}\n", **more)


def right(id: str, says: str, product: str = PRODUCT, **more: Any) -> Case:
    """A case that must earn everything."""
    return Case(id, says, product=product, **{"sum": SUM, **more})


def deed(id: str, says: str, before: str, **more: Any) -> Case:
    """A right answer beside a cell that tries something: nothing is lost, and the canaries tell whether it worked."""
    return Case(id, says, before=before, **more)
