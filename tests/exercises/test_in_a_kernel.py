"""In a real kernel: an answer that never ends is stopped, an interrupt gets through, the kernel lives on."""

import time

import pytest
from jupyter_client.manager import start_new_kernel

SETUP = """
from autograd_mini.exercises import check, predict
from autograd_mini.exercises.declare import Catalogue, Exercise
import autograd_mini.exercises.check, sys
ENDLESS = Exercise(
    id="endless", title="Endless", prompt="", answer="f", starter="def f(x):\\n    return ...",
    solution="def f(x):\\n    return x * x", probes=("f(3.5)", "f(4.5)"), hints=("", "", ""), seconds={seconds},
)
sys.modules["autograd_mini.exercises.check"].CATALOGUE = Catalogue({{"start_here": (ENDLESS,)}})
"""
LOOP = "def f(x):\n    while True:\n        pass\ncheck('endless', f)"


@pytest.fixture(scope="module")
def kernel():
    km, kc = start_new_kernel(kernel_name="python3")
    yield km, kc
    kc.stop_channels()
    km.shutdown_kernel(now=True)


def run(kc, code, timeout=30):
    """The plain text that a cell shows, or the name of its error."""
    shown = []

    def hear(message):
        if message["msg_type"] in ("execute_result", "display_data"):
            shown.append(message["content"]["data"]["text/plain"])

    reply = kc.execute_interactive(code, output_hook=hear, timeout=timeout)
    return "".join(shown) if reply["content"]["status"] == "ok" else reply["content"]["ename"]


def test_an_answer_without_end_is_stopped_and_the_kernel_lives_on(kernel):
    kc = kernel[1]
    run(kc, SETUP.format(seconds=0.5))
    assert "did not end in time and was stopped" in run(kc, LOOP)
    assert "calls itself without end" in run(kc, "def f(x): return f(x)\ncheck('endless', f)")
    assert "more memory than there is" in run(kc, "check('endless', lambda x: [x] * 10**12)")
    assert "The line is: `return x.total`" in run(kc, "def f(x):\n    return x.total\ncheck('endless', f)")
    assert "right on all 2 probes" in run(kc, "check('endless', lambda x: x * x)")


def test_an_interrupt_gets_through(kernel):
    km, kc = kernel
    run(kc, SETUP.format(seconds=60.0))
    kc.execute(LOOP, stop_on_error=False)
    time.sleep(0.5)
    km.interrupt_kernel()
    assert kc.get_shell_msg(timeout=20)["content"]["ename"] == "KeyboardInterrupt"
    assert run(kc, "check('endless', lambda x: x * x)").startswith("✓")
