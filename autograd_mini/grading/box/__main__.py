"""`python -m autograd_mini.grading.box`: which boxes this machine has, and why not the others."""

from autograd_mini.grading.box import MODES, why_not

for mode in MODES:
    print(f"{mode}: {why_not(mode) or 'works'}")
