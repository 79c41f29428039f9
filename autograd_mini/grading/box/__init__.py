"""The box: answers that nobody trusts run in it, and nothing but numbers comes out.

    with Box() as box:
        answer = box.run({"cells": [...], "setup": "", "names": ["f"], "probes": ["f(2.0)"], ...})

A server (`inside`) imports NumPy and the engine once and goes into the box; each answer gets a process of its own
from it. `landlock` says what it may read, `seccomp` what it may ask of the system, `limits` how much it may take,
`namespaces` what else there is to see; `answers` reads what it gave. docs/grading.md tells what this does not hold.
"""

from __future__ import annotations

import json
import os
import platform
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograd_mini.grading.box.answers import Garbled, outcomes, parse, value
from autograd_mini.messages import _

__all__ = ["Box", "Broken", "Unavailable", "best", "outcomes", "value", "why_not"]

Json = dict[str, Any]
MODES = ("namespaces", "landlock")  # best first
MACHINES = ("x86_64", "aarch64")
ANSWER = 8 << 20  # bytes of an answer
SAID = 64 << 10  # bytes of what it prints that are kept
START = 60.0  # seconds until the server is ready, on a busy machine
GRACE = 5.0  # seconds after a job's own limit until the server itself counts as broken
ENVIRONMENT = {
    **{f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")},  # a server that forks has one thread
    "MALLOC_ARENA_MAX": "2",  # or each thread takes 64 MB of the address space that is allowed
}


class Unavailable(Exception):
    """There is no such box on this machine: a sentence that says why."""


class Broken(RuntimeError):
    """The box itself does not work any more: somebody ended its server. Make another."""


class Box:
    """Runs jobs, one at a time, each in a fresh process. `mode` is "namespaces" or "landlock" (default: the best);
    "none" is no box, only a process with limits of time and memory: for notebooks that one trusts.

    Raises Unavailable when this machine has none. It ends with `close`, with the context, or with this process.
    """

    def __init__(self, mode: str | None = None) -> None:
        self.mode = mode or best()
        if sys.platform != "linux" or platform.machine() not in MACHINES:
            raise Unavailable(_("The box needs Linux on x86-64 or aarch64. Elsewhere, grade in a container."))
        numpy = find_spec("numpy")
        if numpy is None or numpy.origin is None:
            raise Unavailable(_("The box needs NumPy, and it is not installed."))
        self.server_side, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        package, libraries = Path(__file__).parents[3], Path(numpy.origin).parents[1]
        program = Path(__file__).with_name("inside.py")
        arguments = (program, self.mode, theirs.fileno(), package, libraries)
        self.server = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", *map(str, arguments)],
            cwd="/",
            env=ENVIRONMENT,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # Ctrl-C is for the grader
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        theirs.close()
        self.server_side.settimeout(START)
        try:
            told = self.server_side.recv(1000)
        except OSError:
            told = b""
        if told != b"ready":
            self.close()
            reason = told.decode(errors="replace") or _("its server did not start")
            raise Unavailable(_("There is no box here: {reason}.").format(reason=reason))

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server and whatever it runs."""
        self.server_side.close()
        try:
            self.server.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()

    def run(self, job: Json) -> Json:
        """What came of `job`. Never raises for what the job does; Broken when the box does not work any more."""
        cpu, wall = float(job.get("cpu", 5)), float(job.get("wall", 15))
        job_fd = os.memfd_create("job")
        try:
            with open(job_fd, "wb", closefd=False) as file:
                file.write(json.dumps(job, allow_nan=False).encode())
            os.lseek(job_fd, 0, os.SEEK_SET)
            answer, said = Pipe(ANSWER), Pipe(SAID)
            try:
                descriptors = [job_fd, answer.write_end, said.write_end]
                socket.send_fds(self.server_side, [struct.pack("<dd", cpu, wall)], descriptors)
                for pipe in (answer, said):
                    pipe.close_write_end()
                ended = self.follow(answer, said, cpu, wall)
            except OSError:
                raise Broken(_("The box's server is gone.")) from None
            finally:
                for pipe in (answer, said):
                    pipe.close()
        finally:
            os.close(job_fd)
        found: Json = {"ended": ended}
        if ended == "whole":
            try:
                found = parse(bytes(answer.taken))
            except Garbled:
                found = {"ended": "garbled"}
        return found | {"said": said.taken.decode("utf-8", "replace")}

    def follow(self, answer: Pipe, said: Pipe, cpu: float, wall: float) -> str:
        """Take what is written until the process has ended: how it did."""
        poll = select.poll()
        for fd in (answer.read_end, said.read_end, self.server_side.fileno()):
            poll.register(fd, select.POLLIN)
        deadline = time.monotonic() + wall + GRACE
        stopped = False
        while True:
            ready = {fd for fd, _event in poll.poll(max(0.0, deadline - time.monotonic()) * 1000)}
            if not ready:
                self.server.kill()
                raise OSError
            for pipe in (answer, said):
                if pipe.read_end in ready and not pipe.take():
                    poll.unregister(pipe.read_end)
            if answer.over and not stopped:
                self.server_side.send(b"k")  # STOP
                stopped = True
            if self.server_side.fileno() in ready:
                break
        message = self.server_side.recv(64)
        if not message:
            raise OSError
        status, late, used = struct.unpack("<i?d", message)
        for pipe in (answer, said):
            while pipe.take():
                pass
        if answer.over:
            return "too much"
        if late:
            return "wall"
        if status == 0:
            return "whole"
        by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        return "cpu" if by == signal.SIGXCPU or (by == signal.SIGKILL and used >= cpu) else "died"


class Pipe:
    """Takes at most `limit` bytes; what is more is read and forgotten, so that the writer need not wait."""

    def __init__(self, limit: int) -> None:
        self.limit, self.taken, self.over = limit, bytearray(), False
        self.read_end, self.write_end = os.pipe()

    def take(self) -> bool:
        """Read once; False at the end."""
        data = os.read(self.read_end, 1 << 16)
        room = self.limit - len(self.taken)
        self.taken += data[:room]
        self.over |= len(data) > room
        return bool(data)

    def close_write_end(self) -> None:
        os.close(self.write_end)
        self.write_end = -1

    def close(self) -> None:
        for end in (self.read_end, self.write_end):
            if end != -1:
                os.close(end)


@cache
def why_not(mode: str) -> str:
    """Why there is no box of this mode here; "" when there is one."""
    try:
        Box(mode).close()
    except Unavailable as reason:
        return str(reason)
    return ""


def best() -> str:
    """The best mode that this machine has; Unavailable when it has none."""
    for mode in MODES:
        if not why_not(mode):
            return mode
    raise Unavailable(why_not(MODES[-1]))
