"""Ends of the process, errors, and code that is none."""

from tests.grading.catalogue.case import Case, body, deed, wrong

CASES: list[Case] = [
    body("crash-exit-now", "ends the process with 0", "import os\nos._exit(0)"),
    body("crash-abort", "aborts", "import os\nos.abort()"),
    body("crash-system-exit", "raises SystemExit", "import sys\nsys.exit(0)"),
    body("crash-exit-with-word", "leaves with a word of praise", "raise SystemExit('right')"),
    body("crash-keyboard-interrupt", "raises KeyboardInterrupt", "raise KeyboardInterrupt"),
    body("crash-generator-exit", "raises GeneratorExit", "raise GeneratorExit"),
    body(
        "crash-segfault",
        "reads address 0",
        """
        import ctypes
        ctypes.string_at(0)
        return z_bar * x, z_bar * y
        """,
    ),
    body(
        "crash-kill-itself",
        "kills its own process",
        """
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
        """,
    ),
    body(
        "crash-stop-itself",
        "stops its own process",
        """
        import os, signal
        os.kill(os.getpid(), signal.SIGSTOP)
        """,
    ),
    body(
        "crash-terminate-itself",
        "terminates its own group",
        """
        import os, signal
        os.killpg(0, signal.SIGTERM)
        """,
    ),
    body(
        "crash-unlimited-recursion",
        "no limit, then recursion",
        """
        import sys
        sys.setrecursionlimit(10**9)
        return product_report(x, y, z_bar)
        """,
    ),
    wrong(
        "crash-error-without-words",
        "an error whose message raises",
        """
        class Mute(Exception):
            def __str__(self): raise Mute
            __repr__ = __str__

        def product_report(x, y, z_bar):
            raise Mute
        """,
    ),
    wrong(
        "crash-error-outside-exceptions",
        "an error that is no Exception",
        """
        class Odd(BaseException):
            pass

        def product_report(x, y, z_bar):
            raise Odd("right")
        """,
    ),
    body("crash-long-message", "an error with a message of 10 MB", "raise ValueError('x' * 10**7)"),
    body(
        "crash-error-group", "a group of errors", "raise ExceptionGroup('right', [ValueError(k) for k in range(1000)])"
    ),
    body(
        "crash-no-builtins",
        "takes the builtins away",
        "import builtins\nvars(builtins).clear()\nreturn z_bar * x, z_bar * y",
    ),
    body(
        "crash-no-modules",
        "takes the modules away",
        """
        import sys
        sys.modules.clear()
        return z_bar * x, z_bar * y
        """,
    ),
    body(
        "crash-descriptors-closed",
        "closes every descriptor",
        "import os\nos.closerange(0, 4096)\nreturn z_bar * x, z_bar * y",
    ),
    wrong("crash-syntax", "no Python", "def product_report(x, y, z_bar):\n    return z_bar *"),
    wrong(
        "crash-indentation",
        "tabs and blanks mixed",
        "def product_report(x, y, z_bar):\n\tif x:\n        return 1\n\treturn 2",
    ),
    wrong(
        "crash-wrong-name",
        "the function has another name",
        "def product_reports(x, y, z_bar):\n    return z_bar * y, z_bar * x",
    ),
    wrong(
        "crash-too-few-arguments",
        "takes two arguments",
        """
        def product_report(x, y):
            return y, x
        """,
    ),
    wrong("crash-not-a-function", "a number where a function is asked for", "product_report = 20.0, 12.0"),
    wrong(
        "crash-cell-raises-first",
        "an error above the definition",
        "1 / 0\n\n\ndef product_report(x, y, z_bar):\n    return z_bar * y, z_bar * x",
    ),
    wrong(
        "crash-deleted",
        "defined and deleted",
        "def product_report(x, y, z_bar):\n    return z_bar * y, z_bar * x\n\n\ndel product_report",
    ),
    deed("crash-scratch-syntax", "a scratch cell that is no Python", "this is a note to myself, and no code"),
    deed("crash-scratch-error", "a scratch cell that raises", "1 / 0"),
    deed("crash-scratch-exit", "a scratch cell that leaves", "import sys\nsys.exit(0)"),
    deed("crash-scratch-quit", "a scratch cell that quits", "quit()"),
    deed("crash-scratch-interrupt", "a scratch cell that raises KeyboardInterrupt", "raise KeyboardInterrupt"),
    deed(
        "crash-no-stdout",
        "sets sys.stdout to None",
        """
        import sys
        sys.stdout = sys.stderr = None
        """,
    ),
    deed("crash-stdout-closed", "closes sys.stdout", "import sys\nsys.stdout.close()"),
    deed(
        "crash-at-exit",
        "something slow at the end of the process",
        "import atexit, time\natexit.register(time.sleep, 3600)",
    ),
    deed("crash-asks", "waits for somebody to type", "name = input('Your name: ')"),
]
