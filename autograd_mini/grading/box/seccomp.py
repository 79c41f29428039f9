"""The system calls that an answer may make: a list of what is allowed, everything else is refused with EPERM.

The list is compiled to the little machine of seccomp(2) (Documentation/userspace-api/seccomp_filter.rst of the
Linux kernel; its instructions: McCanne and Jacobson 1993, section 3).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import NamedTuple

from autograd_mini.grading.box.linux import MACHINE, PR_SET_SECCOMP, prctl

# Numbers on x86-64 and on aarch64 (where the second is None, that machine has no such call).
NUMBERS: dict[str, tuple[int, int | None]] = {
    # memory
    "brk": (12, 214), "madvise": (28, 233), "membarrier": (324, 283), "mmap": (9, 222), "mprotect": (10, 226),
    "mremap": (25, 216), "munmap": (11, 215),
    # files: what Landlock lets be opened, to be read
    "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439), "fadvise64": (221, 223), "fstat": (5, 80),
    "getcwd": (79, 17), "getdents64": (217, 61), "lstat": (6, None), "newfstatat": (262, 79), "open": (2, None),
    "openat": (257, 56), "readlink": (89, None), "readlinkat": (267, 78), "stat": (4, None), "statx": (332, 291),
    # open descriptors
    "close": (3, 57), "close_range": (436, 436), "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24),
    "fcntl": (72, 25), "ioctl": (16, 29), "lseek": (8, 62), "pread64": (17, 67), "read": (0, 63), "readv": (19, 65),
    "write": (1, 64), "writev": (20, 66),
    # waiting, and what asyncio wakes itself with
    "epoll_create1": (291, 20), "epoll_ctl": (233, 21), "epoll_pwait": (281, 22), "epoll_wait": (232, None),
    "eventfd2": (290, 19), "pipe": (22, None), "pipe2": (293, 59), "poll": (7, None), "ppoll": (271, 73),
    "pselect6": (270, 72), "recvfrom": (45, 207), "select": (23, None), "sendto": (44, 206), "shutdown": (48, 210),
    "socketpair": (53, 199),
    # time
    "alarm": (37, None), "clock_getres": (229, 114), "clock_gettime": (228, 113), "clock_nanosleep": (230, 115),
    "getitimer": (36, 102), "gettimeofday": (96, 169), "nanosleep": (35, 101), "setitimer": (38, 103),
    "time": (201, None), "times": (100, 153),
    # who and where am I
    "getcpu": (309, 168), "getegid": (108, 177), "geteuid": (107, 175), "getgid": (104, 176), "getgroups": (115, 158),
    "getpgid": (121, 155), "getpgrp": (111, None), "getpid": (39, 172), "getppid": (110, 173), "getrandom": (318, 278),
    "getresgid": (120, 150), "getresuid": (118, 148), "getrlimit": (97, 163), "getrusage": (98, 165),
    "getsid": (124, 156), "gettid": (186, 178), "getuid": (102, 174), "prlimit64": (302, 261),
    "sched_getaffinity": (204, 123), "sysinfo": (99, 179), "uname": (63, 160),
    # threads, signals to oneself, the end
    "clone": (56, 220), "exit": (60, 93), "exit_group": (231, 94), "futex": (202, 98), "kill": (62, 129),
    "restart_syscall": (219, 128), "rseq": (334, 293), "rt_sigaction": (13, 134), "rt_sigpending": (127, 136),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "rt_sigsuspend": (130, 133), "rt_sigtimedwait": (128, 137),
    "sched_yield": (24, 124), "set_robust_list": (273, 99), "sigaltstack": (131, 132), "tgkill": (234, 131),
}  # fmt: skip
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE3 = 435  # its arguments are behind a pointer; refused as unknown, so that the C library takes clone

THREAD, NEW = 0x10000, 0x7E020000  # flags of clone(2): CLONE_THREAD, and every CLONE_NEW* namespace
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
AF_UNIX, SOCK_STREAM, SOCK_TYPE = 1, 1, 0xF
FCNTL = (0, 1, 2, 3, 4, 1030)  # duplicate, flags; not F_SETOWN, which sends signals to others
IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is it a terminal, how wide, how much, blocking, on exec


class Where(NamedTuple):
    """A condition: the argument number `argument`, masked, is `equals`."""

    argument: int
    equals: int
    mask: int = 0xFFFFFFFF  # an int; a pointer has 64 bits


ALL = 0xFFFFFFFFFFFFFFFF


def conditions(pid: int) -> dict[str, list[tuple[Where, ...]]]:
    """For calls that are not always allowed: the ways in which they are."""
    return {
        "clone": [(Where(0, THREAD, THREAD | NEW),)],
        "fcntl": [(Where(1, command),) for command in FCNTL],
        "ioctl": [(Where(1, request),) for request in IOCTL],
        "kill": [(Where(0, pid),)],
        "open": [(Where(1, 0, WRITING),)],
        "openat": [(Where(2, 0, WRITING),)],
        "prlimit64": [(Where(0, who), Where(2, 0, ALL)) for who in (0, pid)],  # to look, at oneself
        "sched_getaffinity": [(Where(0, who),) for who in (0, pid)],
        "sendto": [(Where(4, 0, ALL),)],  # to no address
        "socketpair": [(Where(0, AF_UNIX), Where(1, SOCK_STREAM, SOCK_TYPE))],
        "tgkill": [(Where(0, pid),)],
    }


LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


def rule(number: int, where: tuple[Where, ...]) -> list[Instruction]:
    """Allow the call under these conditions; else go on behind this rule."""
    tests: list[tuple[int, int, int]] = [(NUMBER, 0xFFFFFFFF, number)]
    for argument, equals, mask in where:
        for word in (0, 1):  # of 32 bits, the low one first
            if part := mask >> 32 * word & 0xFFFFFFFF:
                tests.append((ARGUMENTS + 8 * argument + 4 * word, part, equals >> 32 * word & 0xFFFFFFFF))
    program: list[Instruction] = [(RETURN, 0, 0, ALLOW)]
    for offset, part, equals in reversed(tests):
        masked = [(AND, 0, 0, part)] if part != 0xFFFFFFFF else []
        program = [(LOAD, 0, 0, offset), *masked, (EQUAL, 0, len(program), equals), *program]
    return program


def program(pid: int, machine: str = MACHINE) -> list[Instruction]:
    """The whole filter for the process `pid`."""
    column = list(AUDIT_ARCH).index(machine)
    ways = conditions(pid)
    code: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, 0x40000000),  # x86-64's second set of numbers
        (RETURN, 0, 0, ERROR | errno.EPERM),
        (EQUAL, 0, 1, CLONE3),
        (RETURN, 0, 0, ERROR | errno.ENOSYS),
    ]
    for name, numbers in NUMBERS.items():
        number = numbers[column]
        if number is not None:
            for way in ways.get(name, [()]):
                code += rule(number, way)
    return [*code, (RETURN, 0, 0, ERROR | errno.EPERM)]


def restrict() -> None:
    """From now on the list holds for this process, which has one thread (needs no_new_privs)."""
    code = b"".join(struct.pack("<HBBI", *instruction) for instruction in program(os.getpid()))
    buffer = ctypes.create_string_buffer(code, len(code))
    prctl(PR_SET_SECCOMP, 2, struct.pack("@HxxxxxxP", len(code) // 8, ctypes.addressof(buffer)))
