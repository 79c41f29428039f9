"""Hidden probes fall only where the solution is well conditioned."""

import pytest

from autograd_mini.exercises import matrix
from tests.exercises.test_kill_matrix import UNITS

# A thousand draws of these take about a second each; the others half of that, or far less.
DEAR = {
    *("arrays-bug", "arrays-matmul", "arrays-unbroadcast", "higher-bug", "higher-hvp", "higher-tags", "logistic-loss"),
    *("moons-bug", "moons-start", "optimise-fold", "optimise-share", "program-bug", "program-simplify"),
    *("sharp-bug", "sharp-safe-sqrt", "repair-order"),
    *("checker-suspects", "dual-chain", "dual-engine", "dual-gradient", "forward-gradient", "modes-bug"),
    *("modes-jacobian", "newton-product", "newton-safe-step", "newton-sensitivity", "newton-step"),
    *("repair-minus", "repair-slots", "tape-sweep", "trace-dead", "trace-evaluate"),
}


@pytest.mark.parametrize("exercise, unit", UNITS)
def test_the_solution_is_well_conditioned_wherever_hidden_probes_fall(exercise, unit):
    assert matrix.drawn(exercise, unit, 200 if unit.id in DEAR else matrix.DRAWS) == []


@pytest.mark.slow
@pytest.mark.parametrize("exercise, unit", [p for p in UNITS if p.values[1].id in DEAR])
def test_so_it_is_at_a_thousand_draws_of_what_takes_long(exercise, unit):
    assert matrix.drawn(exercise, unit) == []
