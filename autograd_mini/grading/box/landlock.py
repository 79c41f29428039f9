"""Landlock: what files a process may read. Everything else about files, TCP and signals to others is refused.

Documentation/userspace-api/landlock.rst of the Linux kernel. The newest version that the kernel has is used.
It does not hide that a file exists, how large it is, and when it was changed; namespaces do.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable

from autograd_mini.grading.box.linux import libc

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # on every machine
READ_FILE, READ_DIR = 1 << 2, 1 << 3
# Rights that a version knows to refuse: 13, then REFER (2), TRUNCATE (3), IOCTL_DEV (5).
RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
TCP = 0b11  # bind and connect, from version 4
SCOPES = 0b11  # abstract sockets and signals, from version 6


def version() -> int:
    """The version of Landlock that this kernel has; OSError where it has none."""
    return libc("syscall", CREATE_RULESET, None, 0, 1)


def ruleset(paths: Iterable[str]) -> int:
    """A descriptor of the rule: these files, and what is below these folders, may be read."""
    known = version()
    attributes = struct.pack("<QQQ", RIGHTS[min(known, 5)], TCP, SCOPES)[: 8 if known < 4 else 16 if known < 6 else 24]
    rules = libc("syscall", CREATE_RULESET, attributes, len(attributes), 0)
    for path in paths:
        rights = READ_FILE | READ_DIR if os.path.isdir(path) else READ_FILE
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        libc("syscall", ADD_RULE, rules, 1, struct.pack("<Qi", rights, fd), 0)
        os.close(fd)
    return rules


def restrict(rules: int) -> None:
    """From now on the rule holds for this thread and all that it starts (needs no_new_privs)."""
    libc("syscall", RESTRICT_SELF, rules, 0)
