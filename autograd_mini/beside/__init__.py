"""Lesson 14's programs in JAX and PyTorch: shown with the output that they gave, and run here when asked to.

    from autograd_mini import beside
    beside.show("hvp")        # the two programs side by side, each with its recorded output
    beside.run("jax")         # run JAX's programs on this machine, and say where their numbers differ

Neither library is imported by this process. `tests/beside/record.py` makes the recording.
"""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from autograd_mini.beside.programs import ERRORS, NAMES, PROGRAMS
from autograd_mini.exercises.show import Shown
from autograd_mini.messages import _

__all__ = ["run", "show", "show_error"]

SECONDS = 120.0  # a first import of a big engine from a cold disk takes most of it
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d*)?(?:e[-+]?\d+)?(?!\w)")


@cache
def recorded() -> dict[str, Any]:
    """For each library: version, python, what each program printed, and the traceback of its error."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "recorded.json").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, repr=False)
class Panels:
    """Programs beside each other, each with its library and what it printed: (library, program, output)."""

    panels: tuple[tuple[str, str, str], ...]

    def __repr__(self) -> str:
        return "\n\n".join(
            f"{caption(library)}\n{indent(program, '    ')}\n  {_('prints')}\n{indent(output, '    ')}"
            for library, program, output in self.panels
        )

    def _html(self) -> str:
        wrap = "padding: 4px 10px; white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere"
        panels = "".join(
            f'<div style="flex: 1 1 340px; min-width: 0; margin: 6px 0 14px">'
            f"<div><b>{escape(caption(library))}</b></div>"
            f'<pre style="border: 1px solid #8a8a8a; margin: 4px 0; {wrap}">{escape(program)}</pre>'
            f"<div>{escape(_('prints'))}</div>"
            f'<pre style="border-left: 4px solid #8a8a8a; margin: 4px 0; {wrap}">{escape(output)}</pre></div>'
            for library, program, output in self.panels
        )
        return f'<div style="display: flex; flex-wrap: wrap; gap: 0 28px">{panels}</div>'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._html()}


def caption(library: str) -> str:
    """JAX 0.10.2, recorded."""
    return _("{library} {version}, recorded").format(library=NAMES[library], version=recorded()[library]["version"])


def show(name: str) -> Panels:
    """The JAX and the PyTorch program of this name, with what they printed. Raises ValueError for another name."""
    if name not in PROGRAMS:
        raise ValueError(f"There is no program {name!r}; there are {', '.join(PROGRAMS)}.")
    texts = PROGRAMS[name]
    return Panels(tuple((x, dedent(texts[x]).strip(), recorded()[x]["outputs"][name]) for x in NAMES))


def show_error(library: str) -> Panels:
    """A program of the library that ends with an error, its lines numbered, and the traceback that it gave."""
    lines = dedent(ERRORS[library]).strip().splitlines()
    program = "\n".join(f"{number:2}  {line}".rstrip() for number, line in enumerate(lines, start=1))
    return Panels(((library, program, recorded()[library]["error"]),))


def run(*libraries: str) -> Shown:
    """Run the programs of these libraries ("jax", "torch") on this machine; say where their numbers differ.

    Each library gets one process, which needs a few seconds. Without a name nothing runs, and the answer says so.
    Raises ValueError for another name.
    """
    if unknown := [library for library in libraries if library not in NAMES]:
        raise ValueError(f"There are no programs for {unknown[0]!r}; there are some for {', '.join(NAMES)}.")
    if not libraries:
        both = " · ".join(f"{name} {recorded()[x]['version']}" for x, name in NAMES.items())
        python = recorded()["jax"]["python"]
        came = _("The outputs above were recorded with {both}, on Python {python} and a CPU.")
        how = _('With a name in the call, `run("jax")`, `run("torch")` or both, they run on this machine, too.')
        return Shown("told", _("Nothing of JAX or PyTorch was run here."), (came.format(both=both, python=python), how))
    lines = [line for library in libraries for line in told(library)]
    return Shown("told", _("On this machine"), tuple(lines))


def told(library: str) -> list[str]:
    """What came of running one library's programs: lines for the learner."""
    name = NAMES[library]
    if not find_spec(library):
        away = _("{library} is not installed here, so its recorded output stands. `pip install {module}` gets it.")
        return [away.format(library=name, module=library)]
    here = ran(library)
    if "outputs" not in here:
        return [_("{library} did not run: {reason}").format(library=name, reason=here["reason"])]
    lines = [
        _("{library}, {program}: recorded {old}; here {new}").format(library=name, program=program, old=old, new=new)
        for program, old in recorded()[library]["outputs"].items()
        if not same(old, new := here["outputs"][program])
    ]
    agree = _("{library} {version}: {count} of {total} programs print the recorded numbers.")
    count = len(PROGRAMS) - len(lines)
    return [agree.format(library=name, version=here["version"], count=count, total=len(PROGRAMS)), *lines]


def ran(library: str) -> dict[str, Any]:
    """What `alone` says of the library, or the reason why it says nothing."""
    command = [sys.executable, "-m", "autograd_mini.beside.alone", library]
    environment = os.environ | {"JAX_PLATFORMS": "cpu"}  # the recording is a CPU's
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=True
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"reason": _("not done after {seconds:.0f} seconds").format(seconds=SECONDS)}
    except subprocess.CalledProcessError as ended:
        return {"reason": (ended.stderr.strip().splitlines() or [_("no reason given")])[-1]}
    return found


def same(old: str, new: str) -> bool:
    """Whether two outputs hold the same numbers, to what float32 and four printed digits hold."""
    a, b = ([float(x) for x in NUMBER.findall(text)] for text in (old, new))
    return len(a) == len(b) and all(math.isclose(x, y, rel_tol=1e-4, abs_tol=1e-4) for x, y in zip(a, b, strict=True))
