"""Forged answers that are shaped like true ones, and cells that take an answer's name away."""

from __future__ import annotations

from autograd_mini.exercises import declare
from autograd_mini.exercises.catalogue import CATALOGUE
from tests.grading.catalogue.case import Case

PROBES = next(len(declare.probes(e)) for s in CATALOGUE.sets.values() for e in s if e.id == "reverse-product")


def forged(value: str) -> str:
    """A cell that writes a whole answer, with `value` for each probe, and ends the process."""
    run = "[" + ",".join([f'{{"kind":"value","value":{value}}}'] * PROBES) + "]"
    text = f'{{"ended":"whole","cells":[],"missing":[],"runs":[{run},{run}],"predicted":{{}}}}'
    return f"""
import os

for fd in range(3, 30):
    try:
        os.write(fd, b'{text}')
    except OSError:
        pass
os._exit(0)
"""


CASES = [
    Case("n-forged-text", "a text where a number belongs", "product", look="disturbed",
         product=forged('{"text":"abc"}')),
    Case("n-forged-set", "a set where numbers belong", "product", look="disturbed", product=forged('{"set":[]}')),
    Case("n-deleted-name", "a later cell deletes the answer's name", look="without the other cells",
         after="del product_report"),
]  # fmt: skip
