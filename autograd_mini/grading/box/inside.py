"""The server in the box, and what it becomes for one answer. Started by `Box` as a program of its own:

    python -I -S inside.py MODE SOCKET PACKAGE-FOLDER NUMPY-FOLDER

It imports what answers use, goes into the box, and then forks once for each job. It never sees a job: it passes
on the descriptors behind which the job is read and the answer written, so that no answer finds another one's
traces in its memory. It holds no reference, no known mistake, no key: the packages that do are not imported,
and cannot be read from here.
"""

from __future__ import annotations

import gc
import importlib.util
import inspect
import os
import re
import select
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

NO_ENGINE = ("__init__", "cli", "lab", "workfolder")  # files of the package that no answer uses
NUMPY = ("fft", "linalg", "ma", "polynomial", "random")
# What notebooks import, so that it need not be imported for each of them; those that load libraries need it.
STANDARD = (
    "asyncio", "bisect", "cmath", "collections", "contextlib", "copy", "ctypes", "dataclasses", "datetime", "decimal",
    "enum", "fractions", "functools", "hashlib", "heapq", "inspect", "io", "itertools", "json", "linecache", "logging",
    "math", "numbers", "operator", "pprint", "random", "re", "statistics", "string", "textwrap", "threading",
    "timeit", "traceback", "types", "typing", "unittest", "uuid", "warnings", "weakref", "zlib",
)  # fmt: skip
JUDGING = ("declare", "judge", "limit", "run")  # of the package `exercises`: no exercise is in them
# They do nothing; what they show is not asked.
STANDINS = ("autograd_mini.widgets", "IPython", "ipywidgets", "matplotlib", "mpl_toolkits")

STOP = b"k"  # from outside: end the child
DESCRIPTORS = 256  # more than the server ever has
TICK = 0.25  # seconds
CELL = 2.0  # seconds that a cell may take
STACK = 1 << 20  # bytes of a thread's stack
NOTE = 200  # characters of a note


class Idle:
    """Whatever is asked of it, it does nothing: in the place of widgets, plots, `check` and its like."""

    def __call__(self, *_arguments: object, **_keywords: object) -> Idle:
        return self

    def __getattr__(self, name: str) -> Idle:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __setattr__(self, name: str, value: object) -> None:
        pass

    def __getitem__(self, _key: object) -> Idle:
        return self

    def __iter__(self) -> Any:
        return iter((self, self))  # figure, axes = …

    def __len__(self) -> int:
        return 2

    def __float__(self) -> float:
        return 1.0

    def __index__(self) -> int:
        return 1

    def __enter__(self) -> Idle:
        return self

    def __exit__(self, *_error: object) -> None:
        pass


for _name in (
    "add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow matmul rmatmul neg pos abs "
    "lt le gt ge setitem delitem"
).split():
    setattr(Idle, f"__{_name}__", Idle.__call__)


class IdleModule(ModuleType):
    def __getattr__(self, name: str) -> Idle:
        if name.startswith("__"):
            raise AttributeError(name)
        return Idle()


class StandIns:
    """Finds and loads the modules that are not here."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        ours = any(name == top or name.startswith(top + ".") for top in STANDINS)
        return importlib.util.spec_from_loader(name, self, is_package=True) if ours else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return IdleModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def warm(package: str, libraries: str) -> list[str]:
    """Import what answers use; the files and folders that they may read."""
    from importlib import import_module

    standard = [p for p in sys.path if os.path.isdir(p)]
    sys.path[:] = [package, libraries, *standard]
    exercises = ModuleType("autograd_mini.exercises")  # in the place of the real one, which imports the catalogue
    folder = os.path.join(package, "autograd_mini")
    engine = [entry.name[:-3] for entry in os.scandir(folder) if entry.name.endswith(".py")]
    exercises.__path__ = [os.path.join(folder, "exercises")]
    vars(exercises).update(dict.fromkeys(("check", "hint", "predict", "progress", "solution"), Idle()))
    sys.modules["autograd_mini.exercises"] = exercises
    sys.meta_path.insert(0, StandIns())
    for name in (
        *STANDARD,
        *(f"numpy.{name}" for name in NUMPY),
        *(f"autograd_mini.{name}" for name in engine if name not in NO_ENGINE),
        *(f"autograd_mini.exercises.{name}" for name in JUDGING),
        *(f"autograd_mini.grading.box.{name}" for name in ("answers", "landlock", "limits", "linux", "namespaces")),
    ):
        import_module(name)
    import autograd_mini
    from autograd_mini.grading.box import seccomp  # noqa: F401

    for name in autograd_mini.__all__:
        getattr(autograd_mini, name)  # each is written when it is first asked for
    sys.modules["autograd_mini"].exercises = exercises  # type: ignore[attr-defined]
    sys.path[:] = standard
    for path in (package, folder, libraries):
        sys.path_importer_cache.pop(path, None)
    return [p for p in readable(standard, folder, libraries) if os.path.exists(p)]


def readable(standard: list[str], folder: str, libraries: str) -> list[str]:
    """The standard library without the packages that are installed below it; NumPy; the engine's own files."""
    installed = ("site-packages", "dist-packages")
    return [
        *(entry.path for path in standard for entry in os.scandir(path) if entry.name not in installed),
        *(os.path.join(libraries, name) for name in ("numpy", "numpy.libs")),
        *(entry.path for entry in os.scandir(folder) if entry.name.endswith(".py")),
        *(os.path.join(folder, "exercises", f"{name}.py") for name in JUDGING),
    ]


# ---- the server ----------------------------------------------------------------------------------


def main(mode: str, socket_fd: str, package: str, libraries: str) -> None:
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a grader that is killed takes us along, even now
    outside = socket.socket(fileno=int(socket_fd))
    paths = warm(package, libraries)
    from autograd_mini.grading.box import landlock, namespaces

    os.set_inheritable(int(socket_fd), False)
    try:
        if mode == "namespaces":
            namespaces.enter(paths)
            paths = ["/"]  # nothing else is there any more
        rules = None if mode == "none" else landlock.ruleset(paths)
    except OSError as error:
        outside.send(f"{error}".encode())
        return
    sys.argv[:] = [""]
    gc.collect()
    gc.freeze()  # what is here is for good: a child need not look at it, nor copy it
    outside.send(b"ready")
    serve(outside, rules)


def serve(outside: socket.socket, rules: int | None) -> None:
    """Fork for each job until the other side is gone."""
    server = os.getpid()
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(outside, 64, 3)
        if not message:
            return
        if message == STOP:
            continue  # the child that it was meant for had just ended
        cpu, wall = struct.unpack("<dd", message)
        child = os.fork()
        if child == 0:
            try:
                become(server, rules, cpu, wall, *descriptors)
            finally:
                os._exit(1)
        for fd in descriptors:
            os.close(fd)
        late = not ended(child, outside, wall)
        _pid, status, usage = os.wait4(child, 0)
        outside.send(struct.pack("<i?d", status, late, usage.ru_utime + usage.ru_stime))


def ended(child: int, outside: socket.socket, wall: float) -> bool:
    """Wait until the child ends, of itself or because it must; did it end in time?"""
    watched = os.pidfd_open(child)
    try:
        poll = select.poll()
        for fd in (watched, outside.fileno()):
            poll.register(fd, select.POLLIN)
        happened = {fd for fd, _event in poll.poll(wall * 1000)}
        if watched in happened:
            return True
        os.kill(child, signal.SIGKILL)
        if happened and not outside.recv(1):  # the grader is gone
            os._exit(0)
        return bool(happened)
    finally:
        os.close(watched)


# ---- one answer ----------------------------------------------------------------------------------


def become(server: int, rules: int | None, cpu: float, wall: float, job_fd: int, answer_fd: int, said_fd: int) -> None:
    """The process of one answer: read the job, give up everything else, run it, write what it gave."""
    import json
    import threading

    from autograd_mini.exercises.limit import OverTime
    from autograd_mini.exercises.run import lacking
    from autograd_mini.grading.box import landlock, limits, linux, seccomp

    with open(job_fd, "rb") as file:
        job = json.load(file)
    os.setsid()
    for output in (1, 2):
        os.dup2(said_fd, output)
    for fd in range(3, DESCRIPTORS):
        if fd not in (answer_fd, rules):
            with suppress(OSError):
                os.close(fd)
    linux.drop_capabilities()
    limits.die_with(server)
    limits.restrict(cpu)
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if rules is not None:
        landlock.restrict(rules)
        os.close(rules)
        seccomp.restrict()
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
    threading.stack_size(STACK)
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, TICK, TICK)  # what waits wakes up, and then a time limit can end it
    try:
        with lacking(job["without"]):
            found = json.dumps(answer(job, Clock(cpu, wall)))
    except MemoryError:
        found = '{"ended": "memory"}'
    except OverTime:  # struck late, when the answer had kept others from it
        found = '{"ended": "cpu"}'
    with suppress(Exception):
        sys.stdout.flush()
    written = memoryview(found.encode())
    while written:
        written = written[os.write(answer_fd, written) :]
    os._exit(0)


class Clock:
    """What is left of a job's time. The cells together may take half of it, and each has a moment in any case."""

    MOMENT = 0.1

    def __init__(self, cpu: float, wall: float) -> None:
        self.cpu, self.wall = time.process_time() + cpu / 2, time.monotonic() + wall / 2

    def left(self, seconds: float) -> float:
        """For a cell that may take `seconds`."""
        return max(self.MOMENT, min(seconds, self.cpu - time.process_time(), self.wall - time.monotonic()))


def answer(job: dict[str, Any], clock: Clock) -> dict[str, Any]:
    """Run the cells, then the probes; what there is to say about both."""
    from autograd_mini.exercises import run

    predicted: dict[str, Any] = {}
    sys.modules["autograd_mini.exercises"].predict = predictor(job.get("questions", ()), predicted)  # type: ignore
    probing = {"__name__": "answer", "math": sys.modules["math"]}
    exec(run.compiled(job["setup"], "<setup>"), probing)
    main = sys.modules["__main__"] = ModuleType("__main__")
    space = vars(main)
    space.update(display=Idle(), get_ipython=Idle())
    cells = [cell(source, f"cell {i}", space, clock.left(CELL)) for i, source in enumerate(job["cells"], 1)]
    missing = [name for name in job["names"] if name not in space]
    runs = []
    if not missing:
        probing.update((name, space[name]) for name in job["names"])
        exec(run.compiled(job.get("after", ""), "<after>"), probing)
        for _i in range(job["runs"]):
            seen = run.outcomes(job["probes"], probing, job["names"], job["seconds"])
            runs.append([outcome(o) for o in seen])
            if seen and seen[-1].kind == "over time":
                break  # once more would take as long
    return {"ended": "whole", "cells": cells, "missing": missing, "runs": runs, "predicted": predicted}


def predictor(questions: list[str], predicted: dict[str, Any]) -> Any:
    """In the place of `predict`: notes what is answered to these questions, the last time counts."""
    from autograd_mini.exercises.run import NotPlain, plain

    def predict(id: object, value: object = "", *_arguments: object, **_keywords: object) -> Idle:
        if isinstance(id, str) and id in questions:
            try:
                if isinstance(value, (set, frozenset)):
                    predicted[id] = {"set": [encoded(plain(x)) for x in value]}
                else:
                    predicted[id] = {"text": str(value)[:NOTE]} if isinstance(value, str) else encoded(plain(value))
            except NotPlain:
                predicted[id] = {"text": ""}  # no number and no option: no answer
        return Idle()

    return predict


def cell(source: str, name: str, space: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Run a cell; did it run to its end, and if not, why."""
    import ast
    import asyncio
    import linecache

    from autograd_mini.exercises.limit import OverTime, TimeLimit

    def execute() -> dict[str, Any]:
        try:
            text = python(source)
            linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
            code = compile(text, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            result = eval(code, space)
            if code.co_flags & inspect.CO_COROUTINE:
                asyncio.run(result)
        except OverTime:
            raise
        except BaseException as error:
            return {"error": type(error).__name__[:60], "note": str(error)[:NOTE]}
        return {"ok": True}

    try:
        with TimeLimit(seconds) as limit:
            return limit.call(execute)
    except OverTime:
        return {"error": "over time"}
    except Exception as error:  # by what tells about an error
        return {"error": type(error).__name__[:60]}


# What only IPython understands, each a whole line with those that it goes on in, behind its indentation.
LINE = r"(?:[^\n]*\\\n)*[^\n]*"
MAGIC = re.compile(
    r"(?m)^([ \t]*(?:[\w.,:\[\] ]+=[ \t]*(?=[!%]))?)"  # files = !ls
    rf"(?:[%!/,;]{LINE}"  # %timeit, !ls, and the three ways of a call without brackets
    r"|\?{1,2}[\w.*]+[ \t]*(?:#.*)?|[\w.*%'\"()\[\]]+\?{1,2}[ \t]*(?:#.*)?"  # ?name, name?
    rf"|(?:pip|conda|mamba|uv|ls|cd|cat|pwd|mkdir|cp|mv|rm|who|whos|matplotlib|clear)(?:[ \t]+(?![=.(]){LINE})?)$"
)
PROMPTS = (r"(?m)^[ \t]*(?:>>>|\.\.\.)(?: |$)", r"(?m)^[ \t]*(?:In \[\d+\]:|\.{3,}:)(?: |$)")
HERE = ("capture", "prun", "time")  # cell magics whose cell runs as any other; %%bash and its like are no Python
ROUNDS = 20


def python(source: str) -> str:
    """A cell without what only IPython understands, if that is what keeps it from being Python.

    Python names the line that it does not understand, so the others stay as they are.
    """
    for attempt in range(ROUNDS):
        try:
            compile(source, "cell", "exec", 0x2000, dont_inherit=True)  # PyCF_ALLOW_TOP_LEVEL_AWAIT
            return source
        except SyntaxError as error:
            if attempt == 0:
                source = bare(source)
                continue
            start = sum(map(len, source.splitlines(keepends=True)[: (error.lineno or 1) - 1]))
            found = MAGIC.match(source, start)
            if found is None:
                break
            source = source[:start] + idle(found) + source[found.end() :]
    return MAGIC.sub(idle, source)


def bare(source: str) -> str:
    """A cell without a cell magic, pasted prompts, and an indentation of the whole, all of which IPython takes."""
    if magic := re.match(r"\s*%%(\w+).*", source):
        if magic[1] not in HERE:
            return ""
        source = source[magic.end() :]
    for prompt in PROMPTS:
        if re.match(prompt, source.lstrip("\n")):
            source = re.sub(prompt, "", source)
    lead = re.match(r"\s*?([ \t]*)\S", source)
    return re.sub(f"(?m)^{lead[1]}", "", source) if lead and lead[1] else source


def idle(found: re.Match[str]) -> str:
    """What stands in the place of a line for IPython, in as many lines."""
    instead = "get_ipython()" if "=" in found[1] else "pass"
    return found[1] + instead + "\n" * found[0].count("\n")


def encoded(value: Any) -> Any:
    """Nested tuples of floats as JSON has them, no bit lost."""
    from autograd_mini.exercises.judge import Listed, Pair

    if not isinstance(value, tuple):
        return float(value).hex()
    kind = "pair" if isinstance(value, Pair) else "list" if isinstance(value, Listed) else "tuple"
    return {kind: [encoded(v) for v in value]}


def outcome(found: Any) -> dict[str, Any]:
    if found.kind == "value":
        return {"kind": "value", "value": encoded(found.value)}
    return {"kind": found.kind, "note": found.note[:NOTE], "line": found.line[:NOTE]}


if __name__ == "__main__":
    main(*sys.argv[1:])
