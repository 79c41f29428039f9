"""A box in each mode that this machine has."""

import pytest

from autograd_mini.grading.box import MODES, Box, why_not


@pytest.fixture(scope="session", params=[mode for mode in MODES if not why_not(mode)] or MODES[-1:])
def box(request):
    if reason := why_not(request.param):
        pytest.skip(reason)
    with Box(request.param) as box:
        yield box


@pytest.fixture
def run(box):
    """Run cells in the box, and probes of what they define; more of the job by keyword."""

    def run(*cells, probes=(), names=(), **job):
        return box.run(
            {
                "cells": list(cells), "setup": "", "names": list(names), "probes": list(probes), "runs": 1,
                "seconds": 2.0, "cpu": 5, "wall": 15, "without": [], "questions": [], **job,
            }
        )  # fmt: skip

    return run
