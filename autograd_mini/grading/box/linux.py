"""Calls of the Linux kernel that Python has no name for. Each returns its result or raises OSError."""

from __future__ import annotations

import ctypes
import os
import platform

MACHINE = platform.machine()  # "x86_64" or "aarch64" where there is a box
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38  # prctl(2), include/uapi/linux/prctl.h


def long(x: int | bytes | None) -> object:
    """An argument as wide as a register: ctypes would pass an int as 32 bits."""
    return ctypes.c_ulong(x) if isinstance(x, int) else x


def libc(name: str, *arguments: object) -> int:
    """A function of the C library that returns −1 for an error."""
    result: int = LIBC[name](*(long(a) if isinstance(a, int) else a for a in arguments))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def prctl(option: int, *arguments: object) -> int:
    return libc("prctl", option, *arguments, *[0] * (4 - len(arguments)))


def drop_capabilities() -> None:
    """No capability in any set: of the root user only the name is left (capset(2), version 3)."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    libc("capset", header, (ctypes.c_uint32 * 6)())
