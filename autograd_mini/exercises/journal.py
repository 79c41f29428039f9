"""What a learner has done: an append-only file of events, one a line, in the user's own data folder.

An event is one write to a file opened for appending, so kernels at work at the same time lose nothing,
and a kill costs at most the line being written. Nothing is ever rewritten: an update cannot lose it.
(POSIX makes such a write one step. Windows seeks first, so there two at the same instant may collide.)
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograd_mini.exercises.catalogue import CATALOGUE, SETS
from autograd_mini.exercises.show import INSET, Shown
from autograd_mini.messages import _

Event = dict[str, Any]


def path() -> Path:
    """`progress.jsonl` in AUTOGRAD_MINI_HOME, else in the user's data folder."""
    home = os.environ.get("AUTOGRAD_MINI_HOME")
    if home:
        return Path(home) / "progress.jsonl"
    from platformdirs import user_data_path

    return user_data_path("autograd-mini", appauthor=False) / "progress.jsonl"


def torn(file: Path) -> bool:
    """Was the last line cut short?"""
    with file.open("rb") as f:
        return f.seek(0, os.SEEK_END) > 0 and f.seek(-1, os.SEEK_END) >= 0 and f.read(1) != b"\n"


def record(id: str, event: str, **facts: object) -> str:
    """Append one event; a sentence when that failed, else "". Never an error: a check answers in any case."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"at": when, "id": id, "event": event, **facts}, ensure_ascii=False) + "\n"
    try:
        file = path()
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_file() and torn(file):
            line = "\n" + line
        handle = os.open(file, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            data = line.encode()
            if os.write(handle, data) < len(data):
                raise OSError(_("the disk is full"))
        finally:
            os.close(handle)
    except OSError as error:
        reason = error.strerror or str(error)
        return _("Your progress could not be saved ({reason}); the answer itself counts as shown.").format(
            reason=reason
        )
    return ""


def events() -> list[Event]:
    """All events in order. A line that is not one, such as a torn last one, is left out."""
    try:
        lines = path().read_bytes().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and {"id", "event"} <= event.keys():
            found.append(event)
    return found


@dataclass(frozen=True)
class Standing:
    """Where a learner stands with one id."""

    id: str
    title: str
    points: int
    passed: bool
    tries: int
    hints: int


def standings() -> Mapping[str, list[Standing]]:
    """Every declared id, set by set."""
    log = events()

    def standing(id: str) -> Standing:
        exercise, part = CATALOGUE.by_id[id]
        mine = [e for e in log if e["id"] == id]
        answers = [e for e in mine if e["event"] == "answer"]
        return Standing(
            id,
            _((part or exercise).title),
            (part or exercise).points,
            any(e.get("passed") is True for e in answers),
            len(answers),
            sum(e["event"] == "hint" for e in mine),
        )

    return {name: [standing(id) for id in CATALOGUE.ids(name)] for name in CATALOGUE.sets}


def tally(name: str, rows: list[Standing]) -> str:
    """One line about a set."""
    done = [r for r in rows if r.passed]
    return _("{set}: {done} of {all} done, {points} of {possible} points").format(
        set=_(SETS[name]),
        done=len(done),
        all=len(rows),
        points=sum(r.points for r in done),
        possible=sum(r.points for r in rows),
    )


def progress() -> Shown:
    """How far you are in each lesson or lab that you have begun, and what comes next there."""
    lines = []
    for name, rows in standings().items():
        if any(r.tries or r.hints for r in rows):
            lines.append(tally(name, rows))
            if ahead := next((r for r in rows if not r.passed), None):
                lines.append(INSET + _("Next: {title} ({id})").format(title=ahead.title, id=ahead.id))
    return Shown(
        "told", _("Your progress"), tuple(lines or [_("Nothing is done yet. The first check or prediction counts.")])
    )


def report() -> str:
    """Every exercise of every lesson and lab, as plain text, and where this is kept."""
    lines = []
    for name, rows in standings().items():
        lines += [tally(name, rows), *(f"  {'✓' if r.passed else '○'} {r.title} ({r.id})" for r in rows), ""]
    return "\n".join([*lines, _("Kept in {path}").format(path=path())])


def export(target: str | os.PathLike[str]) -> Path:
    """Write where the learner stands, and every event, to `target` as JSON."""
    out = Path(target)
    exercises = {name: [vars(row) for row in rows] for name, rows in standings().items()}
    data = json.dumps({"exercises": exercises, "events": events()}, ensure_ascii=False, indent=1)
    out.write_text(data + "\n", "utf-8")
    return out
