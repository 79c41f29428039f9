"""What must not change while hostile code runs: a tree of files, a listening socket, the processes that are left."""

from __future__ import annotations

import ctypes
import hashlib
import os
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
NEVER = (  # what the catalogue would leave outside, if it could
    "/tmp/written",
    "/tmp/large",
    "/var/tmp/written",
    "/dev/shm/autograd-canary",
    "/root/.written",
    os.path.expanduser("~/.bashrc.written"),
)


def fingerprint(root: Path) -> dict[str, tuple[object, ...]]:
    """Every entry below `root`: its mode, owner, link target, size, time and content."""
    found: dict[str, tuple[object, ...]] = {}
    for folder, folders, files in os.walk(root):
        for name in [".", *folders, *files]:
            path = Path(folder, name)
            s = path.lstat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""
            target = os.readlink(path) if path.is_symlink() else ""
            found[str(path)] = (s.st_mode, s.st_uid, s.st_gid, s.st_size, s.st_mtime_ns, target, content)
    return found


def children() -> set[int]:
    """The processes below this one: those that it started, and orphans that came to it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError, ValueError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return below - {os.getpid()}


class Listener:
    """Sockets on 127.0.0.1 (TCP and UDP, one port) and in a folder, and what reached them."""

    def __init__(self, folder: Path) -> None:
        self.tcp, self.udp, self.unix = (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM),
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        )
        self.tcp.bind(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp.bind(("127.0.0.1", self.port))
        here = os.open(".", os.O_RDONLY)
        os.chdir(folder)  # a socket's path may have 108 characters
        self.unix.bind("socket")
        os.fchdir(here)
        os.close(here)
        self.tcp.listen()
        self.unix.listen()

    def reached(self) -> list[str]:
        ready = select.select([self.tcp, self.udp, self.unix], [], [], 0)[0]
        return [name for name in ("tcp", "udp", "unix") if getattr(self, name) in ready]

    def close(self) -> None:
        for made in (self.tcp, self.udp, self.unix):
            made.close()


@contextmanager
def adopting() -> Iterator[None]:
    """Orphans of our processes become ours while the context lasts, so that none escapes the count."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def survivors(before: set[int], seconds: float = 1.0) -> set[int]:
    """The processes that are still there `seconds` after all is over."""
    until = time.monotonic() + seconds
    while left := children() - before:
        if time.monotonic() > until:
            return left
        time.sleep(0.05)
    return set()
