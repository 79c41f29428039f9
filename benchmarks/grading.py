"""Measure the grading of a class that is honest: python benchmarks/grading.py

Two hundred notebooks of lesson 07, each with two exercises answered in one of the ways in which the course's
catalogue has them answered (rightly, or with a known mistake), graded as the command does it, on all cores.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from pathlib import Path
from statistics import median
from textwrap import dedent

from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.declare import Exercise
from autograd_mini.grading import grade, key

IDS = ("reverse-product", "reverse-collect")
PROMISED = {"submissions a minute": 500, "ms an exercise, median": 60, "seconds": 30, "MB a process": 300}


def answers(exercise: Exercise) -> list[str]:
    """Programs that are right, and known wrong ones."""
    return [exercise.solution, *exercise.variants, *(str(mistake.wrong) for mistake in exercise.mistakes)]


def notebook(number: int) -> str:
    """The notebook of student `number`: other answers than the neighbour's, and other bytes than everybody's."""
    cells = [("setup", "import math\n\nimport autograd_mini as ad"), ("own", f"mine = {number}\nprint(mine)")]
    for place, id in enumerate(IDS):
        exercise = CATALOGUE.by_id[id][0]
        assert isinstance(exercise, Exercise)
        programs = answers(exercise)
        program = dedent(programs[(number + place) % len(programs)]).strip()
        call = f'from autograd_mini.exercises import check\n\ncheck("{id}", {", ".join(exercise.names)})'
        cells.append((f"exercise-{id}", f"{program}\n\n\n{call}"))
    plain = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    made = [{**plain, "id": id, "source": source} for id, source in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def measured(size: int, jobs: int) -> dict[str, float]:
    """Grade a class of `size` once, from an empty journal."""
    with tempfile.TemporaryDirectory() as place:
        submissions = Path(place, "submissions")
        submissions.mkdir()
        for number in range(size):
            (submissions / f"student-{number:03}.ipynb").write_text(notebook(number))
        key.new(Path(place, "teacher.key"))
        secret = key.load(Path(place, "teacher.key"))
        begun = time.perf_counter()
        results = grade.grade(submissions, secret, Path(place, "results"), ids=IDS, jobs=jobs)
        seconds = time.perf_counter() - begun
    marks = [mark for entry in results["students"] for mark in entry["marks"]]
    assert len(marks) == size * len(IDS) and all(mark["kind"] in ("right", "known") for mark in marks)
    return {
        "seconds": seconds,
        "submissions a minute": 60 * size / seconds,
        "ms an exercise, median": 1000 * median(mark["seconds"] for mark in marks),
        "MB a process": max(
            resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        / 1024,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--size", type=int, default=200, help="students (200)")
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (one a core)")
    chosen = options.parse_args()
    found = measured(chosen.size, chosen.jobs)
    print(f"{chosen.size} submissions of {len(IDS)} exercises, {chosen.jobs} processes")
    print(f"{'':24}{'measured':>10}{'promised':>12}")
    for name, value in found.items():
        bound = "≥" if name == "submissions a minute" else "≤"
        print(f"{name:24}{value:10.0f}{bound:>6} {PROMISED[name]}")


if __name__ == "__main__":
    main()
