"""A limit of time and of memory round a call, that leaves the process usable.

Time: a watching thread raises an exception in the calling one. That works in any thread and on any
system, where signals do not; it cannot end one long call into C (a sleep, a huge product) before that
call returns. Memory: where Linux can limit the address space, a list that grows without end becomes a
MemoryError; elsewhere the time limit has to do.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from time import monotonic
from typing import TypeVar

T = TypeVar("T")
TICK = 0.1  # seconds: how often the watcher looks, so that `seconds` may change between two calls
ROOM = 2 << 30  # bytes of address space that a call may take beyond what the process has


class OverTime(BaseException):
    """Raised in a call that went over its time. No Exception, or `except Exception` in a loop would eat it."""


def raise_in(thread: int, error: type[BaseException]) -> None:
    """Let `thread` raise `error` at its next bytecode.

    None would take back one that has not struck yet, but after that CPython 3.11 hangs under a profiler.
    """
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


class TimeLimit:
    """Calls in this thread that end after `seconds`, each: `with TimeLimit(2.0) as limit: limit.call(f)`.

    A call that swallows OverTime gets another at every TICK. One thread watches all calls, since
    starting one costs more than most calls do.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds, self.deadline, self.fired = seconds, inf, False
        self.caller, self.lock, self.done = threading.get_ident(), threading.RLock(), threading.Event()
        self.watcher = threading.Thread(target=self.watch, daemon=True)

    def __enter__(self) -> TimeLimit:
        self.watcher.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.done.set()  # the watcher ends by itself; to wait for it would cost more than the calls

    def watch(self) -> None:
        pause = min(self.seconds, TICK)
        while not self.done.wait(pause):
            with self.lock:
                left = self.deadline - monotonic()
                if left <= 0:
                    self.fired = True
                    raise_in(self.caller, OverTime)
            pause = TICK if left <= 0 else min(left, self.seconds, TICK)

    def call(self, function: Callable[[], T]) -> T:
        """`function()`, or OverTime."""
        self.fired, self.deadline = False, monotonic() + self.seconds
        try:
            try:
                return function()
            finally:
                self.disarm()
        except OverTime:
            self.disarm()  # it may have struck within the first
            raise

    def disarm(self) -> None:
        with self.lock:
            self.deadline = inf
        if self.fired:
            with suppress(OverTime):
                for _i in range(1000):
                    pass  # one that was on its way strikes here, not later


@contextmanager
def memory_limit() -> Iterator[None]:
    """No more than ROOM bytes beyond what the process has now, where the system can see to it."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError):
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    ceiling = pages * resource.getpagesize() + ROOM
    if soft == resource.RLIM_INFINITY or ceiling < soft:
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
