"""What has been graded: an SQLite file in the folder of results, written by the coordinating process alone.

One transaction holds one exercise of one submission, so that a kill at any moment costs at most the
exercise that was being graded. A row is found again by what its marks depend on: the bytes that were
handed in, the exercises, the grader, the key. Change one of these and new rows come beside the old ones.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograd_mini.messages import _

Json = dict[str, Any]
NAME = "journal.sqlite"
SCHEMA = """
create table if not exists graded (
    submission text not null,  -- SHA-256 of the bytes that were handed in
    exercise text not null,
    exercises text not null,   -- version of the exercise set
    grader text not null,
    keyed text not null,       -- fingerprint of the key
    box text not null,
    at text not null,
    marks text not null,       -- JSON, as verdict.Mark.record gives it
    primary key (submission, exercise, exercises, grader, keyed)
)
"""


class JournalProblem(Exception):
    """A sentence: why nothing can be written."""


@dataclass(frozen=True)
class Versions:
    """What marks depend on beside the submission."""

    exercises: str
    grader: str
    keyed: str


@contextmanager
def told(file: Path) -> Iterator[None]:
    """An error of the database as a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        if "locked" in str(error):
            raise JournalProblem(_("Another grading is at work in {folder}.").format(folder=file.parent)) from None
        if "full" in str(error):
            said = _("The disk is full. What was graded until now is kept; make room and give the same command again.")
            raise JournalProblem(said) from None
        said = _("The journal {file} cannot be used ({reason}).").format(file=file, reason=error)
        raise JournalProblem(said) from None


class Journal:
    """The journal in a folder of results; only one process at a time has it open."""

    def __init__(self, folder: Path, versions: Versions) -> None:
        self.file, self.versions = folder / NAME, versions
        with told(self.file):
            self.base = sqlite3.connect(self.file, timeout=2, isolation_level=None)
            # Exclusive before WAL: no shared memory is needed, so that a network drive will do.
            self.base.execute("pragma locking_mode = exclusive")
            self.base.execute("pragma journal_mode = wal")
            self.base.execute("pragma synchronous = normal")
            self.base.execute("begin immediate")
            self.base.execute(SCHEMA)
            self.base.execute("commit")

    def close(self) -> None:
        with told(self.file):
            self.base.close()

    @property
    def _key(self) -> tuple[str, str, str]:
        return self.versions.exercises, self.versions.grader, self.versions.keyed

    def done(self) -> set[tuple[str, str]]:
        """(submission, exercise) of everything that need not be graded again."""
        with told(self.file):
            rows = self.base.execute(
                "select submission, exercise from graded where exercises = ? and grader = ? and keyed = ?", self._key
            )
            return {(submission, exercise) for submission, exercise in rows}

    def write(self, submission: str, exercise: str, box: str, marks: Iterable[Mapping[str, Any]]) -> None:
        """Keep the marks of one exercise. Those that are there already stay."""
        text = json.dumps(list(marks), ensure_ascii=False, allow_nan=False)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with told(self.file):
            self.base.execute(
                "insert or ignore into graded values (?, ?, ?, ?, ?, ?, ?, ?)",
                (submission, exercise, *self._key, box, now, text),
            )

    def marks(self, submission: str) -> dict[str, list[Json]]:
        """exercise → its marks and its parts', of one submission."""
        with told(self.file):
            rows = self.base.execute(
                "select exercise, marks from graded "
                "where submission = ? and exercises = ? and grader = ? and keyed = ?",
                (submission, *self._key),
            )
            return {exercise: json.loads(text) for exercise, text in rows}

    def take(self, other: Path) -> None:
        """The rows of another journal, beside those that are here."""
        with told(other):
            self.base.execute("attach database ? as other", (str(other),))
            try:
                self.base.execute("insert or ignore into graded select * from other.graded")
            finally:
                self.base.execute("detach database other")

    def boxes(self) -> list[str]:
        """The kinds of box that were in use."""
        with told(self.file):
            rows = self.base.execute(
                "select distinct box from graded where exercises = ? and grader = ? and keyed = ?", self._key
            )
            return sorted(box for (box,) in rows)
