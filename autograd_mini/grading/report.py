"""What came of grading, for people: results.csv, results.json, a page a student, a page for the class.

Pages hold our own data only. What a student wrote reaches a page as text, escaped, without control
characters; no page has a script, loads anything, or shows a hidden probe. One `results` is read, plain data:

    {"run": {"grader": str, "exercises": str, "box": str, "finished": str},
     "units": [{"id": str, "title": str, "points": float, "mistakes": [str, …], "hint": str}, …],
     "students": [{"student": str, "name": str, "file": str, "submission": str, "reason": str,
                   "marks": [{"id": str, "points": float, "kind": str, "mistake": int | None, "words": [str, …],
                              "reason": str, "flag": str, "said": str, "seconds": float, "overridden": bool}, …]}, …],
     "missing": [{"student": str, "name": str}, …]}

`kind` is a judgement's (exercises.judge), or "missing" when there was nothing to judge. A student has one
entry for each notebook that was handed in.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from autograd_mini.formatting import fmt
from autograd_mini.messages import _, catalogue, ngettext

Json = dict[str, Any]
TEMPLATES = Path(__file__).parent / "templates"
SIGNS = {"right": "✓", "known": "✗", "other": "✗", "nothing": "○"}
STATES = {"right": "right", "known": "known", "unattempted": "nothing", "missing": "nothing"}
SLOWEST = 5

# Escape sequences of a terminal: a command with its numbers, a title up to its bell, or a single letter.
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\].*?(?:\x07|\x1b\\|$)|[@-Z\\-_])", re.DOTALL)
# What turns the direction of text round, so that a line reads otherwise than it is written.
BIDI = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
# Spreadsheets take a cell that begins so for a formula; some take the full-width forms as well.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


# ---- words that are safe to show -------------------------------------------------------------------


def clean(text: str) -> str:
    """`text` without terminal escapes, control characters (but line ends and tabs), bidi marks and half characters."""
    kept = ANSI.sub("", text).replace("\r\n", "\n").translate(BIDI)
    return "".join(c for c in kept if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp"))


def coded(sentence: str) -> Markup:
    """A sentence with its `code` set as code, everything in it escaped."""
    parts = clean(sentence).split("`")
    if len(parts) % 2 == 0:  # a backtick without its pair
        return escape(clean(sentence))
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(parts))


def cell(value: object) -> object:
    """A value for a spreadsheet: text that would be a formula there begins with an apostrophe."""
    if not isinstance(value, str):
        return value
    text = clean(value)
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf").lstrip(" ")
    return "'" + text if seen.startswith(FORMULA) or value.startswith(FORMULA) else text


def page_name(student: str) -> str:
    """A file name for a student's page: readable, and different for different ids on every file system."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", student).strip("-")[:40]
    return f"{readable}-{hashlib.sha256(student.encode()).hexdigest()[:12]}.html".lstrip("-")


# ---- what is shown, as plain data -----------------------------------------------------------------


def state(mark: Mapping[str, Any]) -> str:
    """What a mark counts as in a chart: "right", "known", "other" or "nothing"; a teacher's own, by its points."""
    if mark["overridden"]:
        return "right" if mark["points"] > 0 else "other"
    return STATES.get(mark["kind"], "other")


def by_student(results: Json) -> dict[str, Json]:
    """Each student's entries together, with the marks that count: of an exercise handed in twice, the better one."""
    points = {unit["id"]: unit["points"] for unit in results["units"]}
    found: dict[str, Json] = {}
    for entry in results["students"]:
        plain = {"student": entry["student"], "name": entry["name"], "entries": [], "marks": {}}
        own = found.setdefault(entry["student"], plain)
        own["entries"].append(entry)
        for mark in entry["marks"]:
            kept = own["marks"].get(mark["id"])
            if kept is None or mark["points"] > kept["points"]:
                own["marks"][mark["id"]] = mark
    for own in found.values():
        own["page"] = page_name(own["student"])
        own["points"] = sum(mark["points"] for mark in own["marks"].values())
        own["possible"] = sum(points[id] for id in own["marks"])
    return found


def difficulties(results: Json) -> list[Json]:
    """For each unit: how many are in which state, and its known mistakes by how often they were made."""
    students = by_student(results).values()
    found = []
    for unit in results["units"]:
        own = [student["marks"][unit["id"]] for student in students if unit["id"] in student["marks"]]
        made = Counter(mark["mistake"] for mark in own if state(mark) == "known")
        mistakes = [{"message": unit["mistakes"][k], "count": n} for k, n in made.most_common()]
        states = Counter(map(state, own))
        found.append({**unit, "counts": {s: states[s] for s in SIGNS}, "marked": len(own), "mistakes": mistakes})
    return found


def distribution(students: Sequence[Json]) -> list[Json]:
    """How many students have which share of their points, in tenths; full marks count in the last tenth."""
    graded = [s for s in students if s["possible"]]
    shares = Counter(max(0, min(9, int(10 * s["points"] / s["possible"] + 1e-9))) for s in graded)
    return [{"from": 10 * k, "to": 10 * k + 10, "count": shares[k]} for k in range(10)]


def slowest(results: Json, titles: Mapping[str, str]) -> list[Json]:
    rows = [
        {"student": entry["student"], "title": titles[mark["id"]], "seconds": mark["seconds"]}
        for entry in results["students"]
        for mark in entry["marks"]
        if mark["seconds"]
    ]
    return sorted(rows, key=lambda row: -row["seconds"])[:SLOWEST]


def flagged(results: Json, titles: Mapping[str, str]) -> list[Json]:
    """Where the teacher should look: whole notebooks first, then single exercises."""
    whole = [
        {"student": entry["student"], "title": entry["file"], "why": entry["reason"]}
        for entry in results["students"]
        if entry["reason"]
    ]
    single = [
        {"student": entry["student"], "title": titles[mark["id"]], "why": mark["flag"]}
        for entry in results["students"]
        for mark in entry["marks"]
        if mark["flag"]
    ]
    return whole + single


# ---- pages ----------------------------------------------------------------------------------------


@cache
def style() -> tuple[Markup, str]:
    """The style sheet, and the content security policy that allows it and nothing else."""
    sheet = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return Markup(sheet), f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if type(value) is str else value,
    )
    made.filters.update(coded=coded, fmt=fmt)
    made.globals.update(_=lambda text: _(text), ngettext=ngettext, SIGNS=SIGNS, state=state)
    return made


def page(template: str, **data: object) -> str:
    sheet, policy = style()
    language = catalogue().info().get("language", "en")
    return environment().get_template(template).render(sheet=sheet, policy=policy, language=language, **data)


def student_page(results: Json, student: Json) -> str:
    """One student's feedback: marks, which mistake, where it shows, the first hint. `student` is of `by_student`."""
    units = {unit["id"]: unit for unit in results["units"]}
    return page("student.html", run=results["run"], units=units, student=student)


def class_page(results: Json) -> str:
    """The teacher's page: marks, which mistakes how often, what to look at."""
    students = by_student(results)
    titles = {unit["id"]: unit["title"] for unit in results["units"]}
    units = difficulties(results)
    shares = [100 * s["points"] / s["possible"] for s in students.values() if s["possible"]]
    return page(
        "class.html",
        run=results["run"],
        students=sorted(students.values(), key=lambda s: (-s["points"], s["student"])),
        by_student=students,
        missing=results["missing"],
        median=median(shares) if shares else None,
        distribution=distribution(list(students.values())),
        difficulties=units,
        most=max((m["count"] for unit in units for m in unit["mistakes"]), default=0),
        flagged=flagged(results, titles),
        slowest=slowest(results, titles),
    )


# ---- files ----------------------------------------------------------------------------------------


def table(results: Json) -> str:
    """results.csv: a row a student, a column an exercise; an empty cell where nothing was asked of the student."""
    units = [unit["id"] for unit in results["units"]]
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["student", "name", "file", "points", "possible", *units, "flags", "reasons"])
    for own in by_student(results).values():
        marks = own["marks"].values()
        reasons = [entry["reason"] for entry in own["entries"] if entry["reason"]]
        told = [f"{mark['id']}: {mark['reason']}" for mark in marks if mark["reason"]]
        row = [
            own["student"],
            own["name"],
            ", ".join(entry["file"] for entry in own["entries"]),
            own["points"],
            own["possible"],
            *(own["marks"][unit]["points"] if unit in own["marks"] else "" for unit in units),
            "; ".join(f"{mark['id']}: {mark['flag']}" for mark in marks if mark["flag"]),
            "; ".join([*reasons, *told]),
        ]
        rows.writerow(map(cell, row))
    for absent in results["missing"]:
        rows.writerow(
            map(cell, [absent["student"], absent["name"], "", 0, "", *("" for _unit in units), "", "missing"])
        )
    return out.getvalue()


def replace(path: Path, text: str) -> None:
    """The whole file or none of it: written beside, then renamed."""
    beside = path.with_name(path.name + ".part")
    with beside.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def write(folder: Path, results: Json) -> None:
    """results.json, results.csv, class.html and students/*.html into `folder`; old pages there are replaced."""
    pages = folder / "students"
    pages.mkdir(parents=True, exist_ok=True)
    replace(folder / "results.json", json.dumps(results, indent=1, allow_nan=False) + "\n")
    replace(folder / "results.csv", table(results))
    for own in by_student(results).values():
        replace(pages / own["page"], student_page(results, own))
    replace(folder / "class.html", class_page(results))
