"""The learner's own folder of notebooks: filled from the course, and never overwritten.

A manifest remembers of each notebook which cell sources were copied. JupyterLab rewrites a file by
opening it (metadata, outputs), so sources, not bytes, say whether the learner has touched it:
untouched → an update replaces it; touched → the update goes beside it as `04-dual-numbers (new).ipynb`.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograd_mini.messages import _, languages

KINDS = ("course", "labs")


class WorkFolderError(Exception):
    """A sentence for the learner: what cannot be done, and the way out."""


def shipped() -> Path:
    """The folder that holds the course/ and labs/ that came with this package: in a wheel, or the checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "_notebooks"
    return inside if inside.is_dir() else package.parent


def language(wish: str | None, source: Path) -> str:
    """`wish`, else the first of the system's languages that the course has, else English."""
    there = sorted(folder.name for folder in (source / "course").glob("*") if any(folder.glob("*.ipynb")))
    if wish is None:
        system = [re.split(r"[_.@-]", code)[0] for code in languages(Path())]  # zh_CN.UTF-8 → zh
        return next((code for code in system if code in there), "en")
    if wish not in there:
        raise WorkFolderError(
            _("There is no course in “{wish}”. It exists in: {there}.").format(wish=wish, there=", ".join(there))
        )
    return wish


def sources(notebook: Path) -> str:
    """A hash of the cells' kinds and sources, or of a data file; "" where it is missing or is no notebook."""
    try:
        if notebook.suffix != ".ipynb":
            return content(notebook)
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        text = json.dumps([(cell["cell_type"], "".join(cell["source"])) for cell in cells])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return hashlib.sha256(text.encode()).hexdigest()


def content(notebook: Path) -> str:
    """A hash of the file."""
    return hashlib.sha256(notebook.read_bytes()).hexdigest()


def beside(notebook: Path, word: str) -> Iterator[Path]:
    """`04 (new).ipynb`, `04 (new 2).ipynb`, …"""
    yield notebook.with_stem(f"{notebook.stem} ({word})")
    for n in itertools.count(2):
        yield notebook.with_stem(f"{notebook.stem} ({word} {n})")


@dataclass
class WorkFolder:
    """The notebooks of one language, and their data, copied from `source` to `folder`."""

    folder: Path
    source: Path
    lang: str

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.state.mkdir(exist_ok=True)
        self.made: list[Path] = []  # the notebooks that this run has copied
        try:
            self.manifest: dict[str, dict[str, str]] = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.manifest = {}  # then what differs counts as touched, and nothing is lost

    @property
    def state(self) -> Path:
        """Where the manifest and JupyterLab's settings for this folder are kept."""
        return self.folder / ".autograd-mini"

    @property
    def _record(self) -> Path:
        return self.state / "manifest.json"

    def names(self) -> list[str]:
        """The notebooks that the course has, `course/en/04-dual-numbers.ipynb`, …, and the data that they read."""
        found = [path for kind in KINDS for path in (self.source / kind / self.lang).glob("*.ipynb")]
        found += (self.source / "labs" / "data").glob("*.*")
        return sorted(path.relative_to(self.source).as_posix() for path in found)

    def update(self) -> list[Path]:
        """Copy what is missing, replace what is untouched; the new versions put beside touched notebooks."""
        offered = [new for name in self.names() if (new := self._update(name))]
        self._save()
        return offered

    def restore(self, part: str) -> list[tuple[Path, Path | None]]:
        """Fresh copies of the notebooks named `part`, each with where the touched one went."""
        notebooks = [name for name in self.names() if name.endswith(".ipynb")]
        names = [name for name in notebooks if Path(name).stem == part or Path(name).name.startswith(part + "-")]
        if not names:
            refusal = _("No notebook is called “{part}”. There are: {there}.")
            there = ", ".join(Path(name).stem for name in notebooks)
            raise WorkFolderError(refusal.format(part=part, there=there))
        done: list[tuple[Path, Path | None]] = []
        for name in names:
            mine, kept = self.folder / name, None
            if mine.exists() and sources(mine) != sources(self.source / name):
                kept = next(path for path in beside(mine, _("mine")) if not path.exists())
                mine.rename(kept)
            self._copy(name, mine)
            done.append((mine, kept))
        self._save()
        return done

    def _update(self, name: str) -> Path | None:
        """Bring one notebook up to date; the path of the new version where the learner's own stays."""
        fresh, mine = self.source / name, self.folder / name
        known = self.manifest.get(name, {})
        if known.get("content") == content(fresh) and mine.exists():
            return None
        if not mine.exists() or self._untouched(mine) or sources(mine) == sources(fresh):
            self._copy(name, mine)
            return None
        if sources(fresh) in (known.get("sources"), known.get("offered")):
            return None  # only outputs are new, or the learner has been told
        new = next(path for path in beside(mine, _("new")) if not path.exists() or self._untouched(path))
        self._copy(name, new)
        self.manifest.setdefault(name, {})["offered"] = sources(fresh)
        return new

    def _untouched(self, path: Path) -> bool:
        known = self.manifest.get(path.relative_to(self.folder).as_posix(), {})
        return known.get("sources") == sources(path)

    def _copy(self, name: str, to: Path) -> None:
        fresh = self.source / name
        to.parent.mkdir(parents=True, exist_ok=True)
        half = to.with_suffix(".part")
        shutil.copyfile(fresh, half)
        os.replace(half, to)
        copied = {"sources": sources(fresh), "content": content(fresh)}
        self.manifest[to.relative_to(self.folder).as_posix()] = copied
        if to.suffix == ".ipynb":
            self.made.append(to)

    def _save(self) -> None:
        half = self._record.with_suffix(".part")
        half.write_text(json.dumps(self.manifest, indent=1, sort_keys=True), encoding="utf-8")
        os.replace(half, self._record)
