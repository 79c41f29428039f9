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
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
ROOM = 2 << 30  # bytes of address space that a call may take beyond what the process has


class OverTime(BaseException):
    """Raised in a call that went over its time. No Exception, or `except Exception` in a loop would eat it."""


def raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Let `thread` raise `error` at its next bytecode; None takes back one that has not struck yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error and ctypes.py_object(error))


def limited(call: Callable[[], T], seconds: float) -> T:
    """`call()`, or OverTime after `seconds`, raised again and again should the call swallow it."""
    thread, done = threading.get_ident(), threading.Event()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            raise_in(thread, OverTime)
            wait = 0.1

    def disarm() -> None:
        done.set()
        watcher.join()
        raise_in(thread, None)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        try:
            return call()
        finally:
            disarm()
    except OverTime:
        disarm()  # it may have struck within the first
        raise


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
