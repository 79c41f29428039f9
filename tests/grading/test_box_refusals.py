"""What an answer may not ask of the system: a test for each refusal, in each mode of the box."""

import errno
import platform

import pytest

from autograd_mini.grading.box import seccomp

# Numbers on x86-64 and aarch64 (None: that machine has no such call), and arguments that would do something.
CALLS = {
    "fork": ((57, None), ()),
    "vfork": ((58, None), ()),
    "clone": ((56, 220), (17, 0, 0, 0, 0)),  # a process: SIGCHLD and no CLONE_THREAD
    "clone into a namespace": ((56, 220), (0x10000000 | 17, 0, 0, 0, 0)),
    "execve": ((59, 221), (b"/bin/true", 0, 0)),
    "execveat": ((322, 281), (-100, b"/bin/true", 0, 0, 0)),
    "kill the parent": ((62, 129), ("parent", 9)),
    "kill the group": ((62, 129), (0, 9)),
    "kill everybody": ((62, 129), (-1, 9)),
    "tkill": ((200, 130), ("parent", 9)),
    "tgkill": ((234, 131), ("parent", "parent", 9)),
    "rt_sigqueueinfo": ((129, 138), ("parent", 9, 0)),
    "rt_tgsigqueueinfo": ((297, 240), ("parent", "parent", 9, 0)),
    "pidfd_open": ((434, 434), ("parent", 0)),
    "pidfd_send_signal": ((424, 424), (0, 9, 0, 0)),
    "pidfd_getfd": ((438, 438), (0, 0, 0)),
    "prlimit64 of the parent": ((302, 261), ("parent", 0, 0, 0)),
    "prlimit64 to set": ((302, 261), (0, 7, b"\xff" * 16, 0)),
    "setrlimit": ((160, 164), (7, b"\xff" * 16)),
    "sched_setaffinity": ((203, 122), ("parent", 8, b"\x01" * 8)),
    "sched_setscheduler": ((144, 119), ("parent", 0, b"\0" * 8)),
    "sched_setparam": ((142, 118), ("parent", b"\0" * 8)),
    "sched_setattr": ((314, 274), ("parent", b"\0" * 64, 0)),
    "sched_getaffinity of the parent": ((204, 123), ("parent", 8, b"\0" * 8)),
    "setpriority": ((141, 140), (0, "parent", 19)),
    "ioprio_set": ((251, 30), (1, "parent", 0)),
    "ptrace": ((101, 117), (16, "parent", 0, 0)),
    "process_vm_readv": ((310, 270), ("parent", 0, 0, 0, 0, 0)),
    "process_vm_writev": ((311, 271), ("parent", 0, 0, 0, 0, 0)),
    "process_madvise": ((440, 440), (0, 0, 0, 0, 0)),
    "kcmp": ((312, 272), ("parent", "parent", 0, 0, 0)),
    "prctl": ((157, 167), (1, 0, 0, 0, 0)),  # to live longer than the server
    "setsid": ((112, 157), ()),
    "setpgid": ((109, 154), (0, 0)),
    "setuid": ((105, 146), (0,)),
    "setgroups": ((116, 159), (0, 0)),
    "capset": ((126, 91), (b"\0" * 8, b"\0" * 24)),
    "add_key": ((248, 217), (b"user", b"k", b"v", 1, -3)),
    "request_key": ((249, 218), (b"user", b"k", 0, 0)),
    "keyctl": ((250, 219), (0, -3, 0, 0, 0)),
    "shmget": ((29, 194), (0, 4096, 0o1600)),
    "semget": ((64, 190), (0, 1, 0o1600)),
    "msgget": ((68, 186), (0, 0o1600)),
    "mq_open": ((240, 180), (b"q", 0o102, 0o600, 0)),
    "io_uring_setup": ((425, 425), (8, b"\0" * 120)),
    "io_uring_enter": ((426, 426), (0, 1, 0, 0, 0, 0)),
    "io_setup": ((206, 0), (8, b"\0" * 8)),
    "bpf": ((321, 280), (0, b"\0" * 64, 64)),
    "perf_event_open": ((298, 241), (b"\0" * 120, 0, -1, -1, 0)),
    "userfaultfd": ((323, 282), (0,)),
    "unshare": ((272, 97), (0x10000000,)),
    "setns": ((308, 268), (0, 0)),
    "mount": ((165, 40), (b"none", b"/", b"tmpfs", 0, 0)),
    "umount2": ((166, 39), (b"/", 2)),
    "pivot_root": ((155, 41), (b".", b".")),
    "chroot": ((161, 51), (b"/",)),
    "open_tree": ((428, 428), (-100, b"/", 1)),
    "move_mount": ((429, 429), (-100, b"/", -100, b"/", 0)),
    "mount_setattr": ((442, 442), (-100, b"/", 0, b"\0" * 32, 32)),
    "name_to_handle_at": ((303, 264), (-100, b"/", b"\0" * 128, b"\0" * 8, 0)),
    "open_by_handle_at": ((304, 265), (-100, b"\0" * 128, 0)),
    "memfd_create": ((319, 279), (b"m", 0)),
    "memfd_secret": ((447, 447), (0,)),
    "personality": ((135, 92), (0x0040000,)),
    "seccomp": ((317, 277), (0, 0, 0)),
    "init_module": ((175, 105), (b"", 0, b"")),
    "kexec_load": ((246, 104), (0, 0, 0, 0)),
    "reboot": ((169, 142), (0, 0, 0, 0)),
    "swapon": ((167, 224), (b"/", 0)),
    "settimeofday": ((164, 170), (b"\0" * 16, 0)),
    "syslog": ((103, 116), (3, b"\0" * 16, 16)),
    "inotify_init1": ((294, 26), (0,)),
    "fanotify_init": ((300, 262), (0, 0)),
    "sendmsg": ((46, 211), (0, b"\0" * 56, 0)),
    "connect": ((42, 203), (0, b"\0" * 16, 16)),
    "bind": ((49, 200), (0, b"\0" * 16, 16)),
    "listen": ((50, 201), (0, 1)),
    "accept4": ((288, 242), (0, 0, 0, 0)),
    "sendto an address": ((44, 206), (0, b"x", 1, 0, b"\0" * 16, 16)),
    "mkdirat": ((258, 34), (-100, b"/tmp/made-by-an-answer", 0o700)),
    "unlinkat": ((263, 35), (-100, b"/tmp/no-such-file", 0)),
    "renameat2": ((316, 276), (-100, b"/tmp/a", -100, b"/tmp/b", 0)),
    "linkat": ((265, 37), (-100, b"/etc/passwd", -100, b"/tmp/b", 0)),
    "symlinkat": ((266, 36), (b"/etc/passwd", -100, b"/tmp/b")),
    "mknodat": ((259, 33), (-100, b"/tmp/b", 0o10600, 0)),
    "truncate": ((76, 45), (b"/tmp/no-such-file", 0)),
    "ftruncate": ((77, 46), (1, 0)),
    "fchmodat": ((268, 53), (-100, b"/", 0o777)),
    "fchmodat2": ((452, 452), (-100, b"/", 0o777, 0)),
    "fchownat": ((260, 54), (-100, b"/", 0, 0, 0)),
    "utimensat": ((280, 88), (-100, b"/", 0, 0)),
    "setxattr": ((188, 5), (b"/", b"user.a", b"b", 1, 0)),
    "openat2": ((437, 437), (-100, b"/etc/passwd", b"\0" * 24, 24)),
    "openat to write": ((257, 56), (-100, b"/dev/null", 1, 0)),
    "openat to create": ((257, 56), (-100, b"/tmp/b", 0o101, 0o600)),
    "openat to truncate": ((257, 56), (-100, b"/dev/null", 0o1000, 0)),
    "fcntl F_SETOWN": ((72, 25), (1, 8, "parent")),
    "ioctl TIOCSTI": ((16, 29), (0, 0x5412, b"x")),
}
FAMILIES = range(1, 46)
CELL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for name, number, arguments in {calls!r}:
    values = [os.getppid() if a == "parent" else a for a in arguments]
    values = [ctypes.c_ulong(v) if isinstance(v, int) else v for v in values]
    ctypes.set_errno(0)
    libc.syscall.restype = ctypes.c_long
    result = libc.syscall(ctypes.c_long(number), *values)
    print(name, "=", ctypes.get_errno() if result == -1 else "done")
"""


def column():
    return seccomp.MACHINE == "aarch64"


def here(calls):
    return [(name, numbers[column()], args) for name, (numbers, args) in calls.items() if numbers[column()] is not None]


@pytest.fixture(scope="module")
def errors(box):
    """The error number of each call, all made in one answer; "done" where it was not refused."""
    calls = here(CALLS)
    calls += [(f"socket {family}", (41, 198)[column()], (family, 1, 0)) for family in FAMILIES]
    calls += [(f"socketpair {family}", (53, 199)[column()], (family, 2, 0, b"\0" * 8)) for family in (1, 2, 16)]
    job = {"setup": "", "names": [], "probes": [], "runs": 1, "seconds": 2.0, "without": []}
    answer = box.run(job | {"cells": [CELL.format(calls=calls)]})
    assert answer["cells"] == [{"ok": True}], answer
    return dict(line.split(" = ") for line in answer["said"].splitlines())


@pytest.mark.parametrize("name", [name for name, _number, _arguments in here(CALLS)])
def test_a_call_is_refused(errors, name):
    assert errors[name] == str(errno.EPERM)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_socket_of_no_family_can_be_had(errors, family):
    assert errors[f"socket {family}"] == str(errno.EPERM)


def test_a_pair_of_sockets_that_can_be_given_an_address_cannot_be_had(errors):
    assert {errors[f"socketpair {family}"] for family in (1, 2, 16)} == {str(errno.EPERM)}


def test_clone3_is_unknown_so_that_threads_go_on_working(run):
    calls = [("clone3", 435, (b"\0" * 88, 88))]
    threads = "import threading\nt = threading.Thread(target=print, args=('in a thread',))\nt.start()\nt.join()"
    answer = run(CELL.format(calls=calls), threads)
    assert answer["said"].splitlines() == [f"clone3 = {errno.ENOSYS}", "in a thread"]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86-64 has a second set of numbers")
def test_the_second_set_of_numbers_is_refused(run):
    answer = run(CELL.format(calls=[("getpid", 0x40000000 | 39, ())]))
    assert answer["said"] == f"getpid = {errno.EPERM}\n"


# ---- the filter itself, on the machine that this is not ------------------------------------------


def simulate(program, arch, number, *arguments):
    """What the machine of seccomp(2) returns for a call."""
    words = [number, arch, 0, 0]
    for a in (*arguments, *[0] * (6 - len(arguments))):
        words += [a & 0xFFFFFFFF, a >> 32 & 0xFFFFFFFF]
    accumulator, at = 0, 0
    while True:
        code, yes, no, k = program[at]
        at += 1
        if code == 0x20:
            accumulator = words[k // 4]
        elif code == 0x54:
            accumulator &= k
        elif code == 0x15:
            at += yes if accumulator == k else no
        elif code == 0x35:
            at += yes if accumulator >= k else no
        else:
            return k


@pytest.mark.parametrize("machine", seccomp.AUDIT_ARCH)
def test_the_filter_of_each_machine_allows_what_is_listed_and_nothing_else(machine):
    arch, index = seccomp.AUDIT_ARCH[machine], list(seccomp.AUDIT_ARCH).index(machine)
    program = seccomp.program(1234, machine)
    assert len(program) < 4096
    listed = {numbers[index] for numbers in seccomp.NUMBERS.values()}
    conditional = {seccomp.NUMBERS[name][index] for name in seccomp.conditions(0)}
    for number in range(600):
        allowed = simulate(program, arch, number, *[1 << 40 | 77] * 6) == seccomp.ALLOW
        assert allowed == (number in listed - conditional), number
    assert simulate(program, arch, seccomp.NUMBERS["kill"][index], 1234, 9) == seccomp.ALLOW
    assert simulate(program, arch, seccomp.NUMBERS["prlimit64"][index], 0, 7, 1 << 40) == 0x50000 | errno.EPERM
    assert simulate(program, arch, seccomp.NUMBERS["clone"][index], 0x3D0F00) == seccomp.ALLOW  # a POSIX thread's flags
    assert simulate(program, 0x40000003, 4) == seccomp.KILL  # another machine's numbers
