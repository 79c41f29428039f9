"""What is asked: the four kinds of thing that a learner is asked, as data.

Every program here is *text*: the text that a notebook shows is the text that runs, and a grader can
send it to another process. How to write a declaration is told, with examples, in docs/exercises.md.

All words (titles, prompts, messages, hints, comments in starters) are plain English here and are
looked up in the message catalogue when they are shown.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from textwrap import dedent

from autograd_mini.messages import _

POISONED = (-2.0, -1.0, 0.0, 1.0, 2.0)  # x², 2x and x + x agree at 2; x and x² at 1; everything at 0


@dataclass(frozen=True, eq=False)
class Hidden:
    """Probes drawn from a domain: `Hidden("slope({x})", {"x": (2.5, 9.0)})`.

    A pair is an interval of floats, drawn to three decimals and off 0, ±1, ±2; a `range` is drawn from.
    """

    template: str
    domain: Mapping[str, tuple[float, float] | range]
    count: int = 4

    def draw(self, random: Random) -> list[str]:
        def one(where: tuple[float, float] | range) -> float:
            if isinstance(where, range):
                return random.choice(where)
            while True:
                x = round(random.uniform(*where), 3)
                if min(abs(x - p) for p in POISONED) > 0.05:
                    return x

        return [self.template.format(**{k: one(v) for k, v in self.domain.items()}) for _i in range(self.count)]


@dataclass(frozen=True, eq=False)
class Mistake:
    """A known mistake: a wrong program (run after the solution, so it need only redefine what is wrong),
    a wrong prediction, or the key of a wrong choice; and the message that it deserves."""

    wrong: str | float | tuple[float, ...]
    message: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Part:
    """A part of a class, judged with the other parts from the reference where the learner's fail.

    `methods` are the names that the part consists of: methods of the class, or names of `answer`.
    """

    id: str
    title: str
    methods: tuple[str, ...]
    probes: tuple[str, ...]
    hidden: tuple[Hidden, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    hints: tuple[str, str, str]
    points: int = 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Exercise:
    """A function, a class, or several names at once, to be written by the learner.

    `without` are names of the engine that are not there while an answer runs: with `without=("grad",)`
    nobody answers "write the derivative" by calling `grad`.
    """

    id: str
    title: str
    prompt: str
    answer: str | tuple[str, ...]
    starter: str
    solution: str
    probes: tuple[str, ...]
    hidden: tuple[Hidden, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    variants: tuple[str, ...] = ()
    hints: tuple[str, str, str]
    setup: str = ""
    without: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    points: int = 1
    tolerance: float = 1e-12
    seconds: float = 2.0
    version: int = 1

    def __post_init__(self) -> None:
        for name in ("starter", "solution", "setup"):
            object.__setattr__(self, name, dedent(getattr(self, name)).strip("\n"))

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the learner writes, in the order in which `check` takes them."""
        return (self.answer,) if isinstance(self.answer, str) else self.answer


@dataclass(frozen=True, eq=False, kw_only=True)
class Prediction:
    """A number, or several, that the learner commits to before seeing it. `tolerance` is relative.

    With `any_order` the numbers may come in any order; the answer and the mistakes are then given in rising order.
    """

    id: str
    title: str
    prompt: str
    answer: float | tuple[float, ...]
    explanation: str
    mistakes: tuple[Mistake, ...] = ()
    hints: tuple[str, str, str]
    points: int = 1
    tolerance: float = 0.005
    any_order: bool = False
    version: int = 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Choice:
    """One of several options, by its key. Every wrong option is a known mistake with its message."""

    id: str
    title: str
    prompt: str
    options: Mapping[str, str]
    answer: str
    explanation: str
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, str, str]
    points: int = 1
    version: int = 1


Question = Prediction | Choice
Declared = Exercise | Prediction | Choice


def probes(unit: Exercise | Part, seed: str | None = None) -> tuple[str, ...]:
    """The visible probes and the hidden ones, drawn with `seed` (default: the id, so always the same)."""
    random = Random(f"autograd-mini {unit.id}" if seed is None else seed)
    return (*unit.probes, *(p for hidden in unit.hidden for p in hidden.draw(random)))


def starter(exercise: Exercise) -> str:
    """The starter as a notebook holds it: its comments in the reader's language."""
    lines = exercise.starter.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(exercise.starter).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column] + "# " + _(token.string.lstrip("# "))
    return "\n".join(lines)


@dataclass(frozen=True)
class Catalogue:
    """Everything that is asked, by id, in the order of the course."""

    sets: Mapping[str, tuple[Declared, ...]]
    by_id: dict[str, tuple[Declared, Part | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for exercises in self.sets.values():
            for exercise in exercises:
                self.add(exercise.id, exercise, None)
                for part in getattr(exercise, "parts", ()):
                    self.add(part.id, exercise, part)

    def add(self, id: str, exercise: Declared, part: Part | None) -> None:
        if id in self.by_id:
            raise ValueError(f"The id {id!r} is declared twice. Ids are never reused: choose another.")
        self.by_id[id] = (exercise, part)

    def ids(self, name: str) -> list[str]:
        """The ids of a set in order: a class's parts before the class."""
        return [
            id for exercise in self.sets[name] for id in (*(p.id for p in getattr(exercise, "parts", ())), exercise.id)
        ]
