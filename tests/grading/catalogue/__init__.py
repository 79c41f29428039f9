"""The catalogue: hostile and honest submissions with the marks that they must be given.

It is written down in the manner of a judge's test suite: what each one tries, and what it may not get. Files are
made from it in a temporary folder; nothing of it runs outside the box.
"""

from tests.grading.catalogue import (
    attacks,
    case,
    crashes,
    derivatives,
    engine,
    feedback,
    honest,
    host,
    packaging,
    resources,
    stealing,
    structure,
    tampering,
)
from tests.grading.catalogue.case import Case

GROUPS = (
    *(resources, crashes, tampering, stealing, host, structure, packaging, feedback, derivatives, honest, engine),
    attacks,
)
CASES: list[Case] = [case for group in GROUPS for case in group.CASES]

IDS = (*(id for id, _points in case.UNITS.values()), "dual-engine")  # what is graded
