"""A class in parts: each graded by a job of its own into a folder of its own, and all of them put together.

A student belongs to one part, whatever else is handed in, so that notebooks of the same student meet.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.grading.journal import NAME, Journal, Versions
from autograd_mini.messages import _

Json = dict[str, Any]


class ShardProblem(Exception):
    """A sentence: why parts do not make a whole."""


@dataclass(frozen=True)
class Shard:
    """Part `index` (from 1) of `count`."""

    index: int = 1
    count: int = 1

    def holds(self, student: str) -> bool:
        digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8]) % self.count == self.index - 1


def shard(text: str) -> Shard:
    """`3/8` as the third of eight; ValueError else."""
    found = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})", text)
    if not found or int(found[1]) > int(found[2]):
        raise ValueError(text)
    return Shard(int(found[1]), int(found[2]))


def results(folder: Path) -> Json:
    try:
        record: Json = json.loads((folder / "results.json").read_text("utf-8"))
    except (OSError, ValueError):
        raise ShardProblem(_("There are no results of a grading in {folder}.").format(folder=folder)) from None
    return record


def essence(entry: Json) -> Json:
    """What must be equal in two entries for the same submission: all but the time that it took."""
    return entry | {"marks": [{k: v for k, v in mark.items() if k != "seconds"} for mark in entry["marks"]]}


def merge(folders: Sequence[Path], whole: Path) -> Json:
    """The results of `folders` as one, and their journals in one in `whole`; the results, not yet written.

    The same submission twice must have the same marks, and all must be of the same exercises, grader and key.
    """
    records = [results(folder) for folder in folders]
    runs = [{k: v for k, v in record["run"].items() if k in ("grader", "exercises", "keyed")} for record in records]
    if any(run != runs[0] for run in runs):
        told = _("{folder} was graded with another key, other exercises or another grader than {first}.")
        other = next(f for f, run in zip(folders, runs, strict=True) if run != runs[0])
        raise ShardProblem(told.format(folder=other, first=folders[0]))
    entries: dict[tuple[str, str], Json] = {}
    for folder, record in zip(folders, records, strict=True):
        for entry in record["students"]:
            there = entries.setdefault((entry["student"], entry["file"]), entry)
            if essence(there) != essence(entry):
                told = _("{file} has other results in {folder} than in a folder before it.")
                raise ShardProblem(told.format(file=entry["file"], folder=folder))
    students = {entry["student"] for entry in entries.values()}
    missing = {entry["student"]: entry for record in records for entry in record["missing"]}
    units = {unit["id"]: unit for record in records for unit in record["units"]}
    order = {id: i for i, id in enumerate(id for name in CATALOGUE.sets for id in CATALOGUE.ids(name))}
    boxes = sorted({box for record in records for box in record["run"]["box"].split(", ") if box})
    whole.mkdir(parents=True, exist_ok=True)
    join(folders, whole, Versions(runs[0]["exercises"], runs[0]["grader"], runs[0]["keyed"]))
    return {
        "run": max((r["run"] for r in records), key=lambda run: run["finished"]) | {"box": ", ".join(boxes)},
        "units": sorted(units.values(), key=lambda unit: order.get(unit["id"], len(order))),
        "students": [entries[key] for key in sorted(entries)],
        "missing": [entry for id, entry in missing.items() if id not in students],
    }


def join(folders: Sequence[Path], whole: Path, versions: Versions) -> None:
    """All rows of the journals, in the journal of the whole."""
    journal = Journal(whole, versions)
    try:
        for folder in folders:
            if folder.resolve() != whole.resolve() and (folder / NAME).exists():
                journal.take(folder / NAME)
    finally:
        journal.close()
