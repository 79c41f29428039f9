"""What an answer may use: memory, time, descriptors. And what ends it: the end of its parent."""

from __future__ import annotations

import math
import os
import resource
import signal

from autograd_mini.grading.box.linux import PR_SET_PDEATHSIG, prctl

MEMORY = 1 << 30  # bytes of address space, an eighth of which the warm server has taken
DESCRIPTORS = 64


def restrict(cpu: float) -> None:
    """At `cpu` seconds of CPU the process gets SIGXCPU, a second later it ends."""
    seconds = math.ceil(cpu)
    for limit, soft, hard in (
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        (resource.RLIMIT_CPU, seconds, seconds + 1),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS),
    ):
        resource.setrlimit(limit, (soft, hard))


def die_with(parent: int | None) -> None:
    """End when the parent does. `parent` is its pid, None where another PID namespace hides it."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        os._exit(1)  # it ended before we could ask
