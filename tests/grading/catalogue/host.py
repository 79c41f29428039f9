"""Deeds against the teacher's machine. The answer beside them is right; the canaries tell whether a deed was done."""

from tests.grading.catalogue.case import Case, deed


def tried(id: str, says: str, *attempts: str, **more: str) -> Case:
    """Each attempt by itself, so that one that is refused does not save us from the next."""
    lines = [
        f"try:\n    {attempt.replace(chr(10), chr(10) + '    ')}\nexcept BaseException: pass" for attempt in attempts
    ]
    return deed(
        f"host-{id}",
        says,
        "import ctypes, os, shutil, signal, socket, subprocess, sys, time\n" + "\n".join(lines),
        **more,
    )


LIBC = "libc = ctypes.CDLL(None)\n"

CASES: list[Case] = [
    tried(
        "write",
        "writes where it should not",
        *(
            f"open('{place}/written', 'w').write('x')"
            for place in ("@canary@", "@results@", "@submissions@", "/tmp", "/var/tmp")
        ),
        "open('@canary@/kept', 'a').write('x')",
    ),
    tried("delete", "deletes", "os.remove('@canary@/kept')", "shutil.rmtree('@canary@')", "shutil.rmtree('@results@')"),
    tried("rename", "renames", "os.rename('@canary@/kept', '@canary@/gone')", "os.rename('@canary@', '@canary@2')"),
    tried(
        "mode",
        "changes mode and time",
        "os.chmod('@canary@/kept', 0o777)",
        "os.utime('@canary@/kept', (1, 1))",
        "os.chown('@canary@/kept', 1, 1)",
    ),
    tried(
        "link",
        "makes links",
        "os.symlink('/etc', '@canary@/etc')",
        "os.link('@canary@/kept', '@canary@/too')",
        "os.mkfifo('@canary@/pipe')",
    ),
    tried(
        "truncate",
        "truncates",
        "os.truncate('@canary@/kept', 0)",
        "open('@submissions@/host-truncate.ipynb', 'w').close()",
    ),
    tried(
        "home",
        "writes into the home folder",
        "open(os.path.expanduser('~/.bashrc.written'), 'a').write('x')",
        "open('/root/.written', 'w').write('x')",
    ),
    tried(
        "gradebook",
        "opens the journal",
        "import glob, sqlite3\nfor p in glob.glob('@results@/*'): sqlite3.connect(p).execute('drop table marks')",
    ),
    tried(
        "memory-file",
        "leaves shared memory behind",
        "from multiprocessing import shared_memory\nshared_memory.SharedMemory('autograd-canary', True, 4096)",
        "open('/dev/shm/autograd-canary', 'w').write('x')",
    ),
    tried("connect", "connects", "socket.create_connection(('127.0.0.1', @port@), 1).send(b'x')"),
    tried(
        "udp",
        "sends a datagram",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', @port@))",
    ),
    tried(
        "http",
        "asks a web server",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:@port@/', timeout=1)",
    ),
    tried(
        "unix-socket",
        "talks to a socket of the system",
        "s = socket.socket(socket.AF_UNIX)\ns.connect('@canary@/socket')\ns.send(b'x')",
    ),
    tried(
        "inherited",
        "talks through what it inherited",
        "for fd in range(3, 64):\n    try: os.write(fd, b'x' * 8)\n    except OSError: pass",
        may="product collect sum",
    ),
    tried(
        "shell",
        "runs commands",
        "os.system('touch @canary@/written')",
        "subprocess.run(['touch', '@canary@/written'])",
        "os.execv('/bin/touch', ['touch', '@canary@/written'])",
    ),
    tried(
        "spawn",
        "starts a program by other ways",
        "os.posix_spawn('/bin/touch', ['touch', '@canary@/written'], {})",
        "import multiprocessing\nmultiprocessing.Process(target=print).start()",
    ),
    tried(
        "survivor",
        "leaves a process behind",
        """if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1)
        open('@canary@/written', 'w').write('x')
        time.sleep(30)
    os._exit(0)""",
    ),
    tried(
        "parent",
        "kills what started it",
        "os.kill(os.getppid(), signal.SIGKILL)",
        "os.kill(os.getppid(), signal.SIGSTOP)",
    ),
    tried("trace-parent", "attaches to what started it", LIBC + "libc.ptrace(16, os.getppid(), 0, 0)"),
    tried(
        "limit-parent",
        "limits what started it",
        "import resource\nresource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))",
        "os.sched_setaffinity(os.getppid(), {0})",
    ),
    tried(
        "parent-memory",
        "reads and writes its parent's memory",
        "open(f'/proc/{os.getppid()}/mem', 'r+b').read(1)",
        LIBC + "libc.process_vm_readv(os.getppid(), 0, 0, 0, 0, 0)",
    ),
    tried(
        "mount",
        "mounts",
        LIBC + "libc.mount(b'none', b'@canary@', b'tmpfs', 0, None)",
        LIBC + "libc.unshare(0x10000000)\nlibc.mount(b'none', b'@canary@', b'tmpfs', 0, None)",
    ),
    tried(
        "keys",
        "reads the kernel's keys and queues",
        LIBC + "libc.syscall(250, 0, -3, 1)",
        LIBC + "libc.shmget(1, 4096, 0o1666)",
        LIBC + "libc.msgget(1, 0o1666)",
    ),
    tried(
        "limits-back",
        "lifts its own limits",
        "import resource\nfor n in range(16): resource.setrlimit(n, (-1, -1))",
        "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))",
    ),
    tried(
        "clock",
        "sets the clock and the host's name",
        "time.clock_settime(time.CLOCK_REALTIME, 0)",
        "socket.sethostname('taken')",
    ),
]
