"""Time, memory, output, descriptors without end."""

from tests.grading.catalogue.case import Case, body, deed, right, wrong

CASES: list[Case] = [
    body("resources-endless-loop", "a loop that never ends", "while True: pass"),
    body(
        "resources-stubborn-loop",
        "a loop that swallows what should stop it",
        """
        while True:
            try:
                while True: pass
            except BaseException:
                pass
        """,
    ),
    body(
        "resources-deaf-loop",
        "ignores every signal, then loops",
        """
        import signal
        for number in range(1, 32):
            try: signal.signal(number, signal.SIG_IGN)
            except Exception: pass
        while True: pass
        """,
    ),
    body("resources-sleep", "sleeps for an hour", "import time\ntime.sleep(3600)"),
    body(
        "resources-regex",
        "a regular expression that never comes back",
        "import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')",
    ),
    body(
        "resources-list-grows",
        "a list that grows without end",
        """
        xs = []
        while True: xs.append('x' * 10**6)
        """,
    ),
    body("resources-one-terabyte", "asks for a terabyte", "return bytearray(10**12)"),
    body("resources-string-of-a-gigabyte", "returns a string of a gigabyte", "return 'a' * 10**9"),
    body("resources-huge-number", "a number of ten million digits", "return 1 << 40_000_000, 1"),
    body("resources-number-above-floats", "a number that no float holds", "return 10**400, 10**400"),
    body("resources-many-numbers", "returns 200,000 numbers", "return [0.0] * 200_000"),
    body(
        "resources-deep-nest",
        "returns a list 100,000 deep",
        """
        nest = []
        for step in range(100_000): nest = [nest]
        return nest
        """,
    ),
    body(
        "resources-cycle",
        "returns a list that holds itself",
        """
        nest = []
        nest.append(nest)
        return nest
        """,
    ),
    body(
        "resources-endless-generator",
        "returns a generator without end",
        """
        import itertools
        return itertools.count()
        """,
    ),
    body("resources-recursion", "calls itself without end", "return product_report(x, y, z_bar)"),
    wrong(
        "resources-recursion-in-float",
        "a number whose value calls itself",
        """
        import numbers

        class Deep(float):
            def __float__(self):
                return float(self)

        def product_report(x, y, z_bar):
            return Deep(z_bar * x), Deep(z_bar * y)
        """,
    ),
    right(
        "resources-talkative",
        "right, and prints two megabytes at each call",
        """
        def product_report(x, y, z_bar):
            print("x" * 2_000_000)
            return z_bar * y, z_bar * x
        """,
    ),
    deed("resources-scratch-loop", "a scratch cell that never ends", "while True: pass"),
    deed(
        "resources-scratch-recursion",
        "a scratch cell that recurses",
        """
        def again(): again()

        again()
        """,
    ),
    deed("resources-scratch-memory", "a scratch cell that asks for a terabyte", "x = bytearray(10**12)"),
    deed("resources-scratch-print", "a scratch cell that prints 20 MB", "for k in range(20): print('x' * 10**6)"),
    deed(
        "resources-scratch-error-flood",
        "20 MB on stderr",
        "import sys\nfor k in range(20): sys.stderr.write('x' * 10**6)",
    ),
    deed("resources-fork-bomb", "forks, and forks", "import os\nfor k in range(8): os.fork()"),
    deed(
        "resources-threads",
        "a hundred threads that sleep",
        """
        import threading, time
        for k in range(100): threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
        """,
    ),
    deed(
        "resources-threads-stay",
        "a thread that would have to be waited for",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(3600,)).start()",
    ),
    deed("resources-file", "a file of a gigabyte", "with open('/tmp/large', 'wb') as f: f.write(bytes(10**9))"),
    deed(
        "resources-descriptors",
        "100,000 open files",
        "import os\nfiles = [os.open(os.devnull, 0) for k in range(10**5)]",
    ),
    deed("resources-pipes", "10,000 pipes", "import os\npipes = [os.pipe() for k in range(10**4)]"),
    deed(
        "resources-many-objects",
        "a million small objects, and no collector",
        "import gc\ngc.disable()\nx = [[k] for k in range(10**6)]",
    ),
]
