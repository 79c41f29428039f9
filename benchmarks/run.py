"""Measure autograd_mini beside the derivative by hand, and beside its peers: python benchmarks/run.py --fast

Options are pyperf's (--fast, --rigorous, -o results.json, --affinity …), and two more: --only names workloads,
--peers measures the peers that are installed, too. Before a call is timed, its result is compared with by hand's.
"""

from __future__ import annotations

import os

# One thread for all: a worker inherits these (see COPIED), and NumPy reads them when it is imported.
THREADS = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"]
COPIED = [*THREADS, "XLA_FLAGS", "PYTHONPATH"]
os.environ.update(dict.fromkeys(THREADS, "1"), XLA_FLAGS="--xla_cpu_multi_thread_eigen=false")

import sys  # noqa: E402
import time  # noqa: E402
from importlib.util import find_spec  # noqa: E402
from pathlib import Path  # noqa: E402

import pyperf  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the checkout's engine, installed or not

from engines import ENGINES, PEERS, difference, refuses  # noqa: E402
from workloads import WORKLOADS, Workload  # noqa: E402

CLOSE = 1e-8


def timer(engine: str, work: Workload):
    """For pyperf: the time of so many calls. The call is made in the worker that times it, and checked there."""
    made = []

    def elapsed(loops: int) -> float:
        if not made:
            call = ENGINES[engine](work)
            off = difference(call(), ENGINES["by hand"](work)())
            if not off < CLOSE:
                raise SystemExit(f"{engine} is wrong by {off:.1e}.")
            made.append(call)
        (call,) = made
        rounds = range(loops)
        start = time.perf_counter()
        for _ in rounds:
            call()
        return time.perf_counter() - start

    return elapsed


def forward(command, args) -> None:
    """What a worker process must be told, too."""
    if args.only:
        command += ["--only", args.only]
    if args.peers:
        command += ["--peers"]


def main() -> None:
    runner = pyperf.Runner(processes=6, values=3, min_time=0.05, add_cmdline_args=forward)
    runner.argparser.add_argument("--only", metavar="W1,W9", help="measure these workloads only")
    runner.argparser.add_argument("--peers", action="store_true", help=f"measure {', '.join(PEERS)} where installed")
    args = runner.parse_args()
    if args.fast and not args.worker:
        args.processes, args.values = 2, 2  # a look, in a minute; pyperf's own choice takes twice as long
    args.inherit_environ = [*(args.inherit_environ or []), *COPIED]
    chosen = {name: WORKLOADS[name] for name in args.only.split(",")} if args.only else WORKLOADS
    engines = ["by hand", "autograd_mini", "jit"]
    for peer in PEERS if args.peers else []:
        if find_spec(peer):
            engines.append(peer)
        elif not args.worker:
            print(f"{peer} is not installed, and is left out.")

    rows = []
    for name, work in chosen.items():
        cells = []
        for engine in engines:
            if refuses(engine, work):
                cells.append("–")
                continue
            try:
                cells.append(runner.bench_time_func(f"{name} {engine}", timer(engine, work)))
            except RuntimeError:  # pyperf's, after the worker has said what is wrong
                cells.append("failed")
        rows.append((name, work.title, cells))
    if not args.worker:
        print(table(engines, rows))


def table(engines: list[str], rows) -> str:
    """Medians as multiples of by hand's, in Markdown."""
    head = ["", "workload", "by hand", *(f"{engine} ×" for engine in engines[1:])]
    lines = [head, ["---"] * 2 + ["---:"] * len(engines)]
    for name, title, (limit, *others) in rows:
        ratios = [o if isinstance(o, str) else f"{o.median() / limit.median():.2f}" for o in others]
        lines.append([name, title, limit.format_value(limit.median()), *ratios])
    return "\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
