"""What was handed in: the bytes of a folder become submissions. Nothing is executed, nothing but sources is kept.

A notebook's outputs, tags, metadata, kernel and execution counts are claims of whoever wrote the file; none
of them is read. Of each code cell we keep its id and its source, and a file that cannot be taken is a
submission too, with the reason in a sentence: no one disappears.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import stat
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograd_mini.messages import _

BYTES = 20_000_000  # a notebook with its pictures; lectures with films are no submissions
CELLS = 2000
SOURCE = 1_000_000  # characters of all code cells together
DEPTH = 4  # folders below a student's own
NOTEBOOKS = 50  # for each student
NAME = 128  # characters of a student's id

MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_\w+", re.DOTALL)
CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<number>\d+)_\d+_(?P<file>.+)", re.DOTALL | re.IGNORECASE)


class Unreadable(Exception):
    """A sentence: why a file is not taken."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its id, "" when there is none, and its source."""

    id: str
    source: str


@dataclass(frozen=True)
class Submission:
    """One file of one student. `problem` is the reason in a sentence when it cannot be graded."""

    student: str
    file: str
    path: Path
    number: str = ""  # the student's number in the learning system's export
    name: str = ""  # from the roster
    problem: str = ""


@dataclass(frozen=True)
class Notebook:
    """The cells of a file, and the SHA-256 of its bytes."""

    sha256: str
    cells: tuple[Cell, ...] = ()
    problem: str = ""


# ---- a file -------------------------------------------------------------------------------------


def link() -> str:
    return _("This is a link to something else. Hand in the file itself.")


def content(path: Path) -> bytes:
    """The bytes of a regular file of at most BYTES. A link, a pipe or a device is refused without waiting for it."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        if path.is_symlink():
            raise Unreadable(link()) from None
        raise Unreadable(_("The file cannot be opened ({reason}).").format(reason=error.strerror)) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Unreadable(_("This is not a regular file."))
    with os.fdopen(handle, "rb") as file:
        try:
            data = file.read(BYTES + 1)
        except OSError as error:
            raise Unreadable(_("The file cannot be read ({reason}).").format(reason=error.strerror)) from None
    if len(data) > BYTES:
        raise Unreadable(_("The file is larger than {n} MB. Clear the outputs and save it again.").format(n=20))
    return data


def decoded(data: bytes) -> object:
    """The JSON in `data`."""
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable(_("The file is not UTF-8 text. Open it in JupyterLab and save it again.")) from None
    except (ValueError, RecursionError, MemoryError):
        raise Unreadable(_("The file is not a notebook, or only a part of one: it does not read as JSON.")) from None


def code_cells(data: bytes) -> tuple[Cell, ...]:
    """The code cells of a notebook of format 4."""
    notebook = decoded(data)
    if not isinstance(notebook, dict):
        raise Unreadable(_("The file is JSON, but not a notebook."))
    if notebook.get("nbformat") != 4:
        if notebook.get("nbformat") in (1, 2, 3):
            told = _("This notebook has the old format {n}. Convert it: jupyter nbconvert --to notebook --inplace FILE")
            raise Unreadable(told.format(n=notebook["nbformat"]))
        raise Unreadable(_("The file does not say that it is a notebook of format 4."))
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise Unreadable(_("The notebook has no list of cells."))
    if len(cells) > CELLS:
        raise Unreadable(_("The notebook has more than {n} cells.").format(n=CELLS))
    found = tuple(cell for raw in cells if (cell := code_cell(raw)) is not None)
    if sum(len(cell.source) for cell in found) > SOURCE:
        raise Unreadable(_("The notebook's code is longer than {n} characters.").format(n=SOURCE))
    return found


def code_cell(raw: object) -> Cell | None:
    """A code cell with text in it; None for anything else."""
    if not isinstance(raw, dict) or raw.get("cell_type") != "code":
        return None
    source = raw.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or not source.strip():
        return None
    given = raw.get("id")
    source = source.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return Cell(given if isinstance(given, str) and len(given) <= 64 else "", source)


def read(submission: Submission) -> Notebook:
    """The notebook of a submission; one with a problem where it has none that can be graded."""
    if submission.problem:
        return Notebook("", problem=submission.problem)
    data = b""
    try:
        data = content(submission.path)
        return Notebook(hashlib.sha256(data).hexdigest(), code_cells(data))
    except Unreadable as reason:
        return Notebook(hashlib.sha256(data).hexdigest() if data else "", problem=str(reason))


# ---- whose file it is ---------------------------------------------------------------------------


def identity(text: str) -> str:
    """`text` as a student's id: composed (NFC), printable, without separators; ValueError with a sentence else."""
    name = unicodedata.normalize("NFC", text).strip(" ")
    if not name or name in (".", ".."):
        raise ValueError(_("The name holds nothing that could be a student's id."))
    if len(name) > NAME:
        raise ValueError(_("The name is longer than {n} characters.").format(n=NAME))
    if not name.isprintable() or set(name) & set("/\\"):  # neither controls nor marks that turn the writing round
        raise ValueError(_("The name holds characters that a student's id may not have. Rename it."))
    return name


def visible(text: str) -> str:
    """A name that is no id, as text that can be shown: what is not printable as an escape."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)
    return shown.replace("/", "∕")[:NAME]


def submission(root: Path, path: Path, owner: str, number: str = "", problem: str = "") -> Submission:
    file = visible_path(path.relative_to(root))
    try:
        return Submission(identity(owner), file, path, number, problem=problem)
    except ValueError as reason:
        return Submission(visible(owner), file, path, number, problem=problem or str(reason))


def visible_path(path: Path) -> str:
    return "/".join(visible(part) for part in path.parts)


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder, in order, without what programs hide there."""
    with os.scandir(folder) as found:
        return sorted((e for e in found if not e.name.startswith((".", "__MACOSX"))), key=lambda e: e.name)


def notebooks(folder: Path, depth: int = DEPTH) -> Iterator[Path]:
    """The notebooks below a folder. No link is followed."""
    for entry in entries(folder):
        if entry.is_dir(follow_symlinks=False):
            if depth and not entry.name.endswith(".ipynb"):
                yield from notebooks(Path(entry.path), depth - 1)
        elif entry.name.lower().endswith(".ipynb"):
            yield Path(entry.path)


def collect(root: Path) -> list[Submission]:
    """All that was handed in below `root`: a notebook each, a folder each, or what Moodle, Canvas and nbgrader export.

    nbgrader's `student/assignment/x.ipynb` is a folder a student; Moodle's folders and Canvas's files say in
    their names whose they are.
    """
    found: list[Submission] = []
    for entry in entries(root):
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            moodle = MOODLE.fullmatch(entry.name)
            owner, number = moodle.group("name", "number") if moodle else (entry.name, "")
            found += folder_of(root, path, owner, number)
            continue
        canvas = CANVAS.fullmatch(entry.name)
        owner, number = canvas.group("name", "number") if canvas else (Path(entry.name).stem, "")
        if entry.name.lower().endswith(".ipynb"):
            found.append(submission(root, path, owner, number))
        elif entry.is_symlink():
            found.append(submission(root, path, owner, number, problem=link()))
        elif canvas:
            found.append(submission(root, path, owner, number, problem=_("This is not a notebook (.ipynb).")))
    return apart(found)


def folder_of(root: Path, folder: Path, owner: str, number: str) -> list[Submission]:
    """The notebooks of one student's folder, or the reason that there is none."""
    try:
        mine = list(notebooks(folder))
    except OSError as error:
        return [submission(root, folder, owner, number, problem=str(error.strerror))]
    if not mine:
        return [submission(root, folder, owner, number, problem=_("There is no notebook in this folder."))]
    if len(mine) > NOTEBOOKS:
        return [submission(root, folder, owner, number, problem=_("There are more than 50 notebooks in this folder."))]
    return [submission(root, path, owner, number) for path in mine]


def apart(found: Sequence[Submission]) -> list[Submission]:
    """Two students of one name get their numbers into their ids."""
    numbers: defaultdict[str, set[str]] = defaultdict(set)
    for s in found:
        numbers[s.student].add(s.number)
    return [replace(s, student=f"{s.student} {s.number}"[:NAME]) if len(numbers[s.student]) > 1 else s for s in found]


# ---- the roster ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Roster:
    """The students of the class: id → name; and what else they are called in exports → id."""

    names: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    def of(self, s: Submission) -> Submission:
        """The submission under its owner's id and name."""
        for called in (s.student, s.number):
            id = self.aliases.get(called.casefold()) if called else None
            if id is not None:
                return replace(s, student=id, name=self.names[id])
        return s

    def missing(self, there: Sequence[Submission]) -> list[tuple[str, str]]:
        """(id, name) of those on the roster of whom nothing is there."""
        seen = {s.student for s in there}
        return [(id, name) for id, name in self.names.items() if id not in seen]


def roster(path: Path) -> Roster:
    """A CSV file with a first line of headings: `id`, then `name`, then anything by which exports call a student."""
    try:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    except (OSError, ValueError, csv.Error) as error:
        raise Unreadable(_("The roster {file} cannot be read ({reason}).").format(file=path, reason=error)) from None
    heads = [head.strip().casefold() for head in rows[0]] if rows else []
    if "id" not in heads:
        raise Unreadable(_("The roster {file} needs a first line of headings with `id` in it.").format(file=path))
    names: dict[str, str] = {}
    called: list[tuple[str, str]] = []
    for row in rows[1:]:
        if not any(item.strip() for item in row):
            continue
        cells = dict(zip(heads, (item.strip() for item in row), strict=False))
        try:
            id = identity(cells.get("id", ""))
        except ValueError as reason:
            raise Unreadable(_("The roster {file}: {reason}").format(file=path, reason=reason)) from None
        names[id] = unicodedata.normalize("NFC", cells.get("name", ""))
        called += [(unicodedata.normalize("NFC", value).casefold(), id) for value in cells.values() if value]
    owners = Counter(alias for alias, _id in set(called))
    # What two students share says nothing; an id always means its own student.
    aliases = {alias: id for alias, id in called if owners[alias] == 1} | {id.casefold(): id for id in names}
    return Roster(names, aliases)
