"""A class in parts, lab 2: what is wrong in one part takes nothing from the others."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

from autograd_mini.exercises.catalogue import CATALOGUE
from tests.grading.catalogue.case import Case, Notebook, code, without_ids

EXERCISE = CATALOGUE.by_id["dual-engine"][0]
PARTS = {
    "pair": 1.0,
    "sum": 1.0,
    "product": 2.0,
    "difference": 1.0,
    "quotient": 2.0,
    "power": 2.0,
    "numbers": 1.0,
    "reflected": 2.0,
    "sin": 1.0,
    "log": 1.0,
    "exp": 1.0,
}
EVERYTHING = " ".join([*PARTS, "whole"])


@dataclass(frozen=True)
class Engine(Case):
    """`program` follows the solution in its cell, so that it need only define what is otherwise."""

    program: str = ""
    source: str = EXERCISE.solution

    @property
    def units(self) -> dict[str, tuple[str, float]]:
        return {name: (f"dual-engine-{name}", full) for name, full in PARTS.items()} | {"whole": ("dual-engine", 4.0)}

    def cells(self) -> list[Notebook]:
        check = 'from autograd_mini.exercises import check\n\ncheck("dual-engine", Dual, sin, log, exp)'
        return [
            code("setup", "import math\n\nimport autograd_mini as ad\nfrom autograd_mini.formatting import fmt"),
            code("exercise-dual-engine", f"{self.source}\n\n\n{dedent(self.program).strip()}\n\n\n{check}"),
        ]


CASES: list[Case] = [
    Engine("engine-right", "the whole engine"),
    Engine("engine-no-ids", "the whole engine, no cell with an id", change=without_ids),
    Engine("engine-starter", "as it was handed out", EVERYTHING, source=EXERCISE.starter),
    Engine(
        "engine-slots",
        "an engine with slots, checks and more methods",
        source=EXERCISE.solution.replace("class Dual:", "class Dual:\n    __slots__ = ('primal', 'tangent')", 1),
        program="""
        Dual.__abs__ = lambda self: self if self.primal > 0 else -self
        Dual.__float__ = lambda self: self.primal
        """,
    ),
    Engine(
        "engine-product",
        "a known mistake in the product",
        "product whole",
        program="""
        def wrong(self, other):
            other = lift(other)
            return Dual(self.primal * other.primal, self.tangent * other.tangent)


        Dual.__mul__ = wrong
        """,
    ),
    Engine(
        "engine-sum-in-place",
        "a sum that changes its operand",
        "sum whole",
        may="reflected numbers",
        program="""
        def wrong(self, other):
            other = lift(other)
            self.primal, self.tangent = self.primal + other.primal, self.tangent + other.tangent
            return self


        Dual.__add__ = wrong
        """,
    ),
    Engine(
        "engine-quotient-loops",
        "a quotient that never ends",
        "quotient whole",
        may="numbers reflected",
        program="""
        def wrong(self, other):
            while True: pass


        Dual.__truediv__ = wrong
        """,
    ),
    Engine(
        "engine-sine-exits",
        "a sine that ends the process",
        "sin whole",
        may=" ".join(PARTS),
        program="""
        def sin(x):
            import os
            os._exit(0)
        """,
    ),
    Engine(
        "engine-agreeable",
        "dual numbers that equal everything, and a wrong power",
        "power whole",
        program="""
        def wrong(self, n):
            return Dual(self.primal**n, self.tangent)


        Dual.__pow__ = wrong
        Dual.__eq__ = lambda self, other: True
        Dual.__float__ = lambda self: 0.0
        """,
    ),
    Engine(
        "engine-no-exponential",
        "one function is missing",
        "exp whole",
        may=" ".join(PARTS),
        look="exp",
        program="del exp",
    ),
    Engine(
        "engine-lying-tangent",
        "tangents that are another number each time they are read",
        "sum product difference quotient power log sin exp whole",
        may="pair numbers reflected",
        program="""
        import random
        Dual.tangent = property(lambda self: random.random(), lambda self, value: None)
        """,
    ),
]
