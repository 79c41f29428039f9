"""Grade a folder of notebooks: intake → box → verdict → journal → report.

Workers are threads of this process, each with a box of its own: what takes time is in the boxes. Only the
main thread writes, to the journal first; results are made from the journal at the end, and so are the same
whether it was done at once or in ten goes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import queue
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Any

import autograd_mini
from autograd_mini import exercises as exercises_package
from autograd_mini.exercises.declare import Declared, Exercise, Part, Question
from autograd_mini.grading import box, intake, key
from autograd_mini.grading.cluster import Cluster
from autograd_mini.grading.intake import Roster, Submission, Unreadable
from autograd_mini.grading.journal import Journal, Versions
from autograd_mini.grading.plan import Plan, Released, model, released
from autograd_mini.grading.shards import Shard, merge
from autograd_mini.grading.verdict import Limits, Mark, Run, exercise_marks, question_marks, units
from autograd_mini.messages import _

Json = dict[str, Any]
Overrides = dict[tuple[str, str], tuple[float, str]]  # (student, exercise) → (points, reason)
GRADER = "2"  # counts up when the same submission may get another mark than before
QUESTIONS = "questions"  # under this name the journal keeps the marks of a notebook's questions
TRIES = 3  # of one exercise, when the box itself breaks


class GradingProblem(Exception):
    """A sentence: why nothing is graded."""


@dataclass(frozen=True)
class Graded:
    """One submission that has been dealt with: which notebook it is of, or why it could not be graded."""

    submission: Submission
    sha256: str = ""
    notebook: str = ""
    asked: tuple[Declared, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Exam:
    """What all workers need to know."""

    key: bytes
    limits: Limits = field(default_factory=Limits)
    ids: Collection[str] | None = None  # None: everything that the notebook asks
    done: Collection[tuple[str, str]] = ()
    asked: tuple[Released, ...] = field(default_factory=released)  # the notebooks that were handed out

    def units(self, plan: Plan) -> tuple[Declared, ...]:
        return tuple(u for u in plan.model.units if self.ids is None or u.id in self.ids)


@dataclass(frozen=True)
class Kept:
    """The marks of one exercise of one submission, on their way to the journal."""

    sha256: str
    exercise: str
    box: str
    marks: list[Json]


@cache
def version(asked: tuple[Released, ...]) -> str:
    """The version of the exercise set: a hash of all that decides what is asked and what is right."""
    root = Path(str(exercises_package.__file__)).parent
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    for notebook in asked:
        digest.update(repr(notebook.units).encode())
        for cell in notebook.cells:
            digest.update(cell.source.encode() + b"\0")
    return digest.hexdigest()[:12]


# ---- the workers ---------------------------------------------------------------------------------


class Worker(threading.Thread):
    """Takes submissions, grades them exercise by exercise in its box, and hands everything to the main thread."""

    def __init__(
        self, exam: Exam, work: queue.SimpleQueue[Submission], out: queue.Queue[object], boxes: Callable[[], Any]
    ) -> None:
        super().__init__(daemon=True)
        self.exam, self.work, self.out, self.boxes = exam, work, out, boxes
        self.stop = threading.Event()
        self.box: Any = None

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                try:
                    submission = self.work.get_nowait()
                except queue.Empty:
                    break
                for result in self.grade(submission):
                    self.out.put(result)
        except BaseException as error:  # to be raised in the main thread
            self.out.put(error)
        finally:
            if self.box is not None:
                with suppress(Exception):
                    self.box.close()
            self.out.put(None)

    def grade(self, submission: Submission) -> Iterator[Kept | Graded]:
        notebook = intake.read(submission)
        if notebook.problem:
            yield Graded(submission, notebook.sha256, problem=notebook.problem)
            return
        found = model(notebook.cells, self.exam.asked)
        if found is None:
            told = _("No exercise that is asked for was found in this notebook.")
            yield Graded(submission, notebook.sha256, problem=told)
            return
        plan = Plan(notebook.cells, found)
        asked = self.exam.units(plan)
        questions = tuple(u for u in asked if not isinstance(u, Exercise))
        for unit in asked:
            if isinstance(unit, Exercise):
                yield from self.one(notebook.sha256, unit.id, partial(self.exercise, plan, unit))
        if questions:
            yield from self.one(notebook.sha256, QUESTIONS, partial(self.questions, plan, questions))
        yield Graded(submission, notebook.sha256, found.name, asked)

    def exercise(self, plan: Plan, unit: Exercise, run: Run) -> Sequence[Mark]:
        seed = key.seed(self.exam.key, unit.id, unit.version)
        return exercise_marks(run, plan, unit, seed, self.exam.limits)

    def questions(self, plan: Plan, asked: Sequence[Question], run: Run) -> Sequence[Mark]:
        return question_marks(run, plan, asked, self.exam.limits)

    def one(self, sha256: str, name: str, marks: Callable[[Run], Sequence[Mark]]) -> Iterator[Kept]:
        """The marks under one name in the journal, unless it has them; nothing when the box broke every time."""
        if (sha256, name) in self.exam.done or self.stop.is_set():
            return
        for _attempt in range(TRIES):
            try:
                if self.box is None:
                    self.box = self.boxes()
                found = [m.record() for m in marks(self.box.run)]
                yield Kept(sha256, name, self.box.mode, found)
                return
            except box.Unavailable:
                raise
            except Exception:
                # The box itself is broken: somebody ended its server, for one. A new one, unless that does not help.
                broken, self.box = self.box, None
                if broken is not None:
                    with suppress(Exception):
                        broken.close()
                if self.stop.is_set():
                    return


# ---- the coordinator -----------------------------------------------------------------------------


def grade(
    submissions: Path,
    secret: bytes,
    results: Path,
    *,
    roster: Roster | None = None,
    jobs: int | None = None,
    ids: Collection[str] | None = None,
    asked: tuple[Released, ...] | None = None,
    limits: Limits | None = None,
    mode: str | None = None,
    shard: Shard | None = None,
    cluster: Cluster | None = None,
    tell: Callable[[int, int, float], None] = lambda done, total, seconds: None,
) -> Json:
    """Grade what is in the folder `submissions` and write RESULTS; the results as report.write takes them.

    What the journal in `results` has is not graded again. `asked` are the notebooks that were handed out (default:
    the course's), `ids` are what counts of them (default: all), `mode` is the kind of box (default: the best),
    `shard` the part of the class, `cluster` where answers run instead of here, `tell(done, total, seconds)` is called
    as submissions are finished. Raises GradingProblem, KeyProblem, JournalProblem, Unreadable, each with a sentence,
    and KeyboardInterrupt, after which a second call goes on.
    """
    if not submissions.is_dir():
        raise GradingProblem(_("There is no folder {folder}.").format(folder=submissions))
    inside = results.resolve()
    if inside == submissions.resolve() or submissions.resolve() in inside.parents:
        raise GradingProblem(_("Results must not be written into the folder of submissions. Choose another folder."))
    roster, asked = roster or Roster(), asked or released()
    found = [roster.of(s) for s in intake.collect(submissions)]
    if not found:
        raise GradingProblem(_("There is nothing to grade in {folder}.").format(folder=submissions))
    part = shard or Shard()
    found = [s for s in found if part.holds(s.student)]
    try:
        boxes: Callable[[], Any] = cluster.box if cluster else partial(box.Box, mode or box.best())
    except box.Unavailable as reason:
        raise GradingProblem(str(reason)) from None
    jobs = jobs or (cluster.threads if cluster else os.cpu_count()) or 1
    results.mkdir(parents=True, exist_ok=True)
    versions = Versions(version(asked), f"{autograd_mini.__version__}.{GRADER}", key.fingerprint(secret))
    if ids is not None:
        versions = Versions(versions.exercises + chosen(ids), versions.grader, versions.keyed)
    journal = Journal(results, versions)
    try:
        exam = Exam(secret, limits or Limits(), ids, journal.done(), asked)
        graded = work(exam, found, journal, min(jobs, len(found)), boxes, tell)
        missing = [(id, name) for id, name in roster.missing(found) if part.holds(id)]
        record = summary(exam, graded, journal, versions, missing, overrides(results / "overrides.csv"))
    finally:
        journal.close()
    from autograd_mini.grading import report

    report.write(results, record)
    return record


def merged(folders: Sequence[Path], results: Path) -> Json:
    """The results of parts of a class, graded into `folders`, as one in `results`; ShardProblem where they differ."""
    changed = overrides(results / "overrides.csv")
    record = merge(folders, results)
    record["students"] = [overridden(entry, changed) for entry in record["students"]]
    from autograd_mini.grading import report

    report.write(results, record)
    return record


def chosen(ids: Collection[str]) -> str:
    return "-" + hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:6]


def work(
    exam: Exam,
    found: Sequence[Submission],
    journal: Journal,
    jobs: int,
    boxes: Callable[[], Any],
    tell: Callable[..., None],
) -> list[Graded]:
    """Everything that was handed in, dealt with."""
    waiting: queue.SimpleQueue[Submission] = queue.SimpleQueue()
    for submission in found:
        waiting.put(submission)
    out: queue.Queue[object] = queue.Queue(maxsize=200)
    workers = [Worker(exam, waiting, out, boxes) for _i in range(jobs)]
    graded: list[Graded] = []
    begun = monotonic()
    tell(0, len(found), 0.0)
    try:
        for worker in workers:
            worker.start()
        for item in arrivals(out, jobs):
            if isinstance(item, BaseException):
                raise item
            if isinstance(item, Kept):
                journal.write(item.sha256, item.exercise, item.box, item.marks)
            elif isinstance(item, Graded):
                graded.append(item)
                tell(len(graded), len(found), monotonic() - begun)
    finally:
        for worker in workers:
            worker.stop.set()
        patience = monotonic() + 1  # after an error or Ctrl-C; a box that is still at work ends with this process
        while any(worker.is_alive() for worker in workers) and monotonic() < patience:
            with suppress(queue.Empty):
                out.get(timeout=0.05)  # or a worker might wait for room
    order = {s.path: i for i, s in enumerate(found)}
    return sorted(graded, key=lambda g: order[g.submission.path])


def arrivals(out: queue.Queue[object], workers: int) -> Iterator[object]:
    """What the workers hand over, until all of them have ended."""
    while workers:
        item = out.get()
        if item is None:
            workers -= 1
        else:
            yield item


# ---- the results ---------------------------------------------------------------------------------


def overrides(file: Path) -> Overrides:
    """The teacher's word: (student, exercise) → (points, reason), from the columns id, exercise, points, reason."""
    if not file.exists():
        return {}
    try:
        rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
        return {
            (row["id"].strip(), row["exercise"].strip()): (float(row["points"]), (row.get("reason") or "").strip())
            for row in rows
        }
    except (OSError, ValueError, KeyError, AttributeError, TypeError, csv.Error) as error:
        told = _("{file} cannot be read ({reason}). It needs the columns id, exercise, points, reason.")
        raise Unreadable(told.format(file=file, reason=error)) from None


def summary(
    exam: Exam,
    graded: Sequence[Graded],
    journal: Journal,
    versions: Versions,
    missing: Sequence[tuple[str, str]],
    changed: Overrides,
) -> Json:
    """The results as plain data: what results.json holds, and what the pages are made from."""
    asked = {unit.id: unit for g in graded for unit in g.asked}
    twice = Counter((g.submission.student, g.notebook) for g in graded if g.notebook)
    students = [student(g, journal, twice[g.submission.student, g.notebook] > 1) for g in graded]
    order = [unit for notebook in exam.asked for unit in notebook.units]
    there = list(dict.fromkeys(unit.id for unit in order if unit.id in asked))
    listed = [(whole, unit) for whole in map(asked.get, there) if whole for unit in counted(whole)]
    lesson = {unit.id: notebook.name for notebook in reversed(exam.asked) for unit in notebook.units}
    return {
        "run": {
            "grader": versions.grader,
            "exercises": versions.exercises,
            "keyed": versions.keyed,
            "box": ", ".join(journal.boxes()),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        },
        "units": [
            {
                "id": unit.id,
                "title": _(unit.title),
                "points": unit.points,
                "lesson": Path(lesson[whole.id]).stem,
                "mistakes": [_(m.message) for m in unit.mistakes],
                "hint": _(unit.hints[0]),
            }
            for whole, unit in listed
        ],
        "students": [overridden(entry, changed) for entry in students],
        "missing": [{"student": id, "name": name} for id, name in missing],
    }


def counted(whole: Declared) -> tuple[Declared | Part, ...]:
    """What has a mark of its own: the parts of a class before the class."""
    return units(whole) if isinstance(whole, Exercise) else (whole,)


def lost(id: str) -> Json:
    told = _("The box broke while this was graded. Give the same command again.")
    return Mark(id, reason=told, flag=told).record()


def student(g: Graded, journal: Journal, twice: bool) -> Json:
    """The entry of one submission."""
    s = g.submission
    kept = {mark["id"]: mark for marks in journal.marks(g.sha256).values() for mark in marks} if g.asked else {}
    listed = [unit for whole in g.asked for unit in counted(whole)]
    marks = [kept.get(unit.id, lost(unit.id)) | {"overridden": False} for unit in listed]
    for mark in marks if twice else ():
        mark["flag"] = mark["flag"] or _("This student handed in more than one notebook of this kind.")
    return {
        "student": s.student,
        "name": s.name,
        "file": s.file,
        "submission": g.sha256,
        "notebook": g.notebook,
        "points": sum(mark["points"] for mark in marks),
        "possible": sum(unit.points for unit in listed),
        "reason": g.problem,
        "marks": marks,
    }


def overridden(entry: Json, changed: Overrides) -> Json:
    """An entry with the teacher's word in place of the grader's."""
    marks = []
    for mark in entry["marks"]:
        if (entry["student"], mark["id"]) in changed:
            points, reason = changed[entry["student"], mark["id"]]
            mark = mark | {"points": points, "reason": reason, "overridden": True}
        marks.append(mark)
    return entry | {"marks": marks, "points": sum(mark["points"] for mark in marks)}


def table(record: Json) -> str:
    """A line for each submission, for the terminal."""
    lines = []
    for entry in record["students"]:
        flags = sum(bool(mark["flag"]) for mark in entry["marks"])
        note = entry["reason"] or (_("to look at: {n}").format(n=flags) if flags else "")
        lines.append(f"{entry['points']:6g} / {entry['possible']:<4g} {entry['student']:24} {note}".rstrip())
    lines += [f"{'–':>6}        {s['student']:24} {_('nothing handed in')}" for s in record["missing"]]
    return "\n".join(lines)
