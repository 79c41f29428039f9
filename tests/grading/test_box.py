"""What the box promises to an honest answer, and what it does with one that is not."""

import os
import signal
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from autograd_mini.exercises.judge import Listed, Outcome, Pair
from autograd_mini.exercises.run import namespace, outcomes
from autograd_mini.grading import box as box_module
from autograd_mini.grading.box import Box, Broken, Unavailable, best, value, why_not
from tests.grading.canaries import children

HOME = Path(__file__).parents[2]


def values(answer, run=0):
    assert answer["ended"] == "whole", answer
    return [o.value if o.kind == "value" else o for o in box_module.outcomes(answer["runs"][run])]


# ---- an honest answer ----------------------------------------------------------------------------


def test_numbers_come_out_to_the_last_bit(run):
    answer = run(
        "def f(x): return x / 3",
        names=["f"],
        probes=["f(1.0)", "f(float('inf'))", "(f(3.0), [f(6), -0.0])"],
    )
    third, infinite, nested = values(answer)
    assert (third, infinite) == (1 / 3, float("inf"))
    assert nested == (1.0, (2.0, -0.0)) and isinstance(nested[1], Listed) and nested[1][1].hex() == "-0x0.0p+0"


def test_the_engine_and_numpy_are_there(run):
    cells = ("import autograd_mini as ad\nimport numpy as np", "def f(x): return ad.Dual(float(np.exp(x)), ad.sin(x))")
    [found] = values(run(*cells, names=["f"], probes=["f(0.0)"]))
    assert found == (1.0, 0.0) and isinstance(found, Pair)


def test_an_answer_in_the_box_gives_what_it_gives_in_check(run):
    """The same outcomes, errors and lines included, as `exercises.run` gives in this process."""
    from autograd_mini.exercises.declare import Exercise

    cell = "def f(x):\n    if x > 3:\n        return [x, x * x]\n    return 1 / x\n"
    probes = ("f(1.5)", "f(4.0)", "f(0.0)", "f()", "f('a')")
    exercise = Exercise(
        id="x", title="", prompt="", answer="f", starter="", solution=cell, probes=probes, hints=("", "", "")
    )
    here = outcomes(probes, namespace(exercise, cell), ["f"], 2.0)
    there = box_module.outcomes(run(cell, names=["f"], probes=probes)["runs"][0])
    assert [(o.kind, o.value, o.note) for o in there] == [(o.kind, o.value, o.note) for o in here]
    assert there[2] == Outcome("raises", note="ZeroDivisionError: float division by zero", line="return 1 / x")


def test_a_cell_that_raises_does_not_keep_the_others_from_running(run):
    answer = run("1 / 0", "x = ", "def f(x): return x", "raise SystemExit", names=["f"], probes=["f(2.0)"])
    assert [c.get("error") for c in answer["cells"]] == ["ZeroDivisionError", "SyntaxError", None, "SystemExit"]
    assert values(answer) == [2.0]


def test_what_only_a_notebook_understands_does_not_stop_a_cell(run):
    answer = run(
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1])",
        "from autograd_mini.widgets import ForwardStepper\nForwardStepper(print)",
        "from autograd_mini.exercises import check, hint, predict\ncheck('x', 1)\nhint('x')",
        "%%time\ndef f(x): return x\nf?",
        "import asyncio\nawait asyncio.sleep(0)",
        "display(1)",
        names=["f"],
        probes=["f(1.0)"],
    )
    assert answer["cells"] == [{"ok": True}] * 6
    assert values(answer) == [1.0]


def test_a_scratch_cell_over_its_time_is_skipped(run):
    cells = ["while True: pass", "import time\ntime.sleep(60)", "def f(x): return x"]
    answer = run(*cells, names=["f"], probes=["f(1.0)"])
    assert [c.get("error") for c in answer["cells"]] == ["over time", "over time", None]
    assert values(answer) == [1.0]


def test_many_endless_cells_leave_time_for_the_answer(run):
    answer = run(*["while True: pass"] * 8, "def f(x): return x", names=["f"], probes=["f(1.0)"], cpu=2)
    assert values(answer) == [1.0]


def test_what_is_asked_for_and_missing_is_named(run):
    answer = run("def f(x): return x", names=["f", "g"], probes=["f(1.0)"])
    assert (answer["missing"], answer["runs"]) == (["g"], [])


def test_probes_see_the_setup_and_the_setup_the_answer(run):
    answer = run("def f(x): return 2 * x", setup="def twice(x): return f(f(x))", names=["f"], probes=["twice(1.0)"])
    assert values(answer) == [4.0]


def test_a_second_run_shows_what_varies(run):
    answer = run("n = 0\ndef f():\n    global n\n    n += 1\n    return n", names=["f"], probes=["f()"], runs=2)
    assert values(answer) == [1.0] and values(answer, 1) == [2.0]


def test_predictions_come_out(run):
    cell = "from autograd_mini.exercises import predict\npredict('n', 1)\npredict('n', 2.5)\npredict('t', 'forward')"
    cell += "\npredict('s', {1, 2})\npredict('l', [1, 2])\npredict('other', 1)\npredict('bad', object())"
    found = run(cell, questions=["n", "t", "s", "l", "bad", "never"])["predicted"]
    assert {k: value(v) for k, v in found.items()} == {"n": 2.5, "t": "forward", "s": {1, 2}, "l": (1, 2), "bad": ""}


def test_a_name_that_an_exercise_is_without_is_not_in_the_engine(run):
    cells = [
        "import autograd_mini as ad\nad.grad",
        "from autograd_mini.transforms import grad",
        "from autograd_mini import grad",
        "ad.sin",
        "ad.vjp",
    ]
    answer = run(*cells, without=["grad", "sin"])
    assert [bool(c.get("ok")) for c in answer["cells"]] == [False, False, False, False, True]


def test_what_is_printed_is_kept_up_to_64_kb_and_nobody_waits(run):
    answer = run("for _ in range(200): print('x' * 10**6)", "def f(x): return x", names=["f"], probes=["f(1.0)"])
    assert values(answer) == [1.0] and len(answer["said"]) == 64 << 10


def test_an_honest_job_takes_30_ms(box, run, record_property):
    """The processor time, which the load of the machine does not change much; the clock's is reported."""
    took, spent = [], []
    cells = "def f(x): return 2 * x", "import time\nprint(time.process_time())"
    for _i in range(50):
        begun = time.perf_counter()
        answer = run(*cells, names=["f"], probes=["f(2.0)"])
        took.append(time.perf_counter() - begun)
        spent.append(float(answer["said"]))
    wall, cpu = statistics.median(took), statistics.median(spent)
    record_property("figure", f"{box.mode}: median {1000 * wall:.1f} ms by the clock, {1000 * cpu:.1f} ms of CPU")
    assert cpu < 0.030


# ---- limits --------------------------------------------------------------------------------------


IN_C = "sum(iter(int, 1))"  # never comes back to the interpreter, where a time limit could end it


def test_a_loop_that_nothing_interrupts_ends_at_its_cpu_limit(run):
    begun = time.monotonic()
    assert run(f"def f(): {IN_C}", names=["f"], probes=["f()"], cpu=1, wall=30)["ended"] == "cpu"
    assert time.monotonic() - begun < 20


def test_ignored_signals_do_not_lengthen_it(run):
    cell = """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
"""
    assert run(cell, IN_C, cpu=1, wall=30)["ended"] == "cpu"


def test_waiting_ends_at_the_wall(run):
    cell = "import signal, time\nsignal.setitimer(signal.ITIMER_REAL, 0)\ntime.sleep(60)"
    begun = time.monotonic()
    assert run(cell, wall=1.5)["ended"] == "wall"
    assert time.monotonic() - begun < 2.5


def test_stopping_oneself_ends_at_the_wall(run):
    assert run("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", wall=1)["ended"] == "wall"


def test_memory_has_an_end_and_the_answer_goes_on(run):
    cells = ["x = bytes(10**10)", "import numpy as np\nnp.ones(10**9)", "def f(x): return x"]
    answer = run(*cells, names=["f"], probes=["f(1.0)"])
    assert [c.get("error") for c in answer["cells"][:2]] == ["MemoryError"] * 2
    assert values(answer) == [1.0]


def test_a_hundred_threads_leave_room_for_the_answer(run):
    cell = """
import threading, time
for _ in range(100):
    threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
"""
    assert values(run(cell, "def f(x): return x", names=["f"], probes=["f(1.0)"])) == [1.0]


@pytest.mark.parametrize(
    "cell",
    [
        "import os; os._exit(0)",
        "import os; os._exit(7)",
        "import os; os.abort()",
        "import ctypes; ctypes.string_at(0)",
        "import os\nfor fd in range(256):\n    try: os.close(fd)\n    except OSError: pass",
    ],
)
def test_what_ends_its_process_gives_no_answer_and_hurts_nobody(run, cell):
    assert run(cell)["ended"] in ("died", "garbled")
    assert values(run("def f(x): return x", names=["f"], probes=["f(1.0)"])) == [1.0]


def test_deep_recursion_is_an_error_of_its_cell(run):
    assert run("def f(): return f()", "f()")["cells"][1]["error"] == "RecursionError"


def test_recursion_in_c_hurts_nobody(run):
    """An error from Python 3.12 on; before, the process dies of it."""
    cell = "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __repr__(self): return repr([self])\nrepr(A())"
    assert run(cell)["ended"] in ("whole", "died")
    assert values(run("def f(x): return x", names=["f"], probes=["f(1.0)"])) == [1.0]


FORGED = b'{"ended": "whole", "cells": [], "missing": [], "runs": [], "predicted": {}}'
EVERYWHERE = """
import os
for fd in range(3, 256):
    try:
        os.write(fd, {})
    except OSError:
        pass
"""


@pytest.mark.parametrize("more", ["", "os.write = None", "import json; json.dumps = lambda x: 'forged'"])
def test_an_answer_written_beside_the_true_one_is_none(run, more):
    cell = EVERYWHERE.format(FORGED) + more
    assert run(cell, "def f(): return 2", names=["f"], probes=["f()"])["ended"] in ("garbled", "died")


def test_an_endless_answer_is_cut(run):
    assert run(EVERYWHERE.format("b'[' * 10**7"))["ended"] == "too much"


# ---- what it leaves behind -----------------------------------------------------------------------


def test_a_signal_to_others_is_refused(run):
    cell = """
import os
for pid in (os.getppid(), 1, -1, 0):
    try:
        os.kill(pid, 9)
        print("sent")
    except OSError:
        pass
"""
    answer = run(cell)
    assert answer["ended"] == "whole" and "sent" not in answer["said"]


def test_nothing_can_be_started(run):
    answer = run(
        "import os; os.fork()",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "import os; os.execv('/bin/true', ['true'])",
        "import multiprocessing as m; m.get_context('fork').Process(target=print).start()",
    )
    assert all("error" in c for c in answer["cells"]), answer


def test_one_answer_finds_nothing_of_another(box, run):
    """The server that both come from saw neither: no trace of a job or of what it gave is in its memory."""
    half = "5ec2e7ab"
    cell = f"def f(): return float.fromhex('0x1.{half}' + '00000p+0')\nprint('{half}' * 2)"
    answer = run(cell, names=["f"], probes=["f()"])
    assert answer["runs"][0][0]["value"] == f"0x1.{half}00000p+0"
    memory = [held(pid) for pid in tree(box.server.pid)]
    assert any(b"autograd_mini.exercises" in m for m in memory)
    assert not any(half.encode() in m for m in memory)


def held(pid):
    """What a process can write to, of its memory."""
    found = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            area, rights = line.split()[:2]
            if rights.startswith("rw") and "[v" not in line:
                start, end = (int(x, 16) for x in area.split("-"))
                memory.seek(start)
                found.append(memory.read(end - start))
    return b"".join(found)


@pytest.mark.parametrize("busy", ["", "while True: pass"])
def test_all_is_gone_when_the_grader_is_killed(box, busy):
    program = f"""
import sys; sys.path.insert(0, {str(HOME)!r})
from autograd_mini.grading.box import Box
box = Box({box.mode!r})
print(box.server.pid, flush=True)
box.run({{"cells": [{busy!r}] * 9, "setup": "", "names": [], "probes": [], "runs": 1, "seconds": 9, "cpu": 9,
         "wall": 60, "without": []}})
import time; time.sleep(60)
"""
    grader = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    server = int(grader.stdout.readline())
    time.sleep(0.3)
    started = tree(server)
    assert started
    grader.kill()
    grader.wait()
    grader.stdout.close()
    until = time.monotonic() + 1
    while (left := {p for p in started if alive(p)}) and time.monotonic() < until:
        time.sleep(0.02)
    assert not left


def tree(pid):
    found = {pid}
    for entry in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in entry.read_text().split():
            found |= tree(int(child))
    return found


def alive(pid):
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_a_closed_box_leaves_no_process_and_no_descriptor(box):
    before, open_before = children(), len(os.listdir("/proc/self/fd"))
    with Box(box.mode) as other:
        other.run({"cells": [], "setup": "", "names": [], "probes": [], "runs": 1, "seconds": 1, "without": []})
    assert children() == before and len(os.listdir("/proc/self/fd")) == open_before


def test_a_box_whose_server_was_killed_says_so(box):
    with Box(box.mode) as other:
        os.kill(other.server.pid, signal.SIGKILL)
        with pytest.raises(Broken):
            for _i in range(300):  # what the server started lives a moment longer
                job = {"cells": [], "setup": "", "names": [], "probes": [], "runs": 1, "seconds": 1, "without": []}
                other.run(job)
                time.sleep(0.01)


# ---- which box -----------------------------------------------------------------------------------


def test_the_best_mode_is_the_first_that_works():
    works = [mode for mode in box_module.MODES if not why_not(mode)]
    if works:
        assert best() == works[0]
    else:
        with pytest.raises(Unavailable):
            best()


def test_elsewhere_than_on_linux_it_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(Unavailable, match="container"):
        Box("landlock")
