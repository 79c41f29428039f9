"""All that is declared, in the order of the course."""

from __future__ import annotations

from importlib import import_module

from autograd_mini.exercises.declare import Catalogue

SETS = {
    "start_here": "Start here",
    "four_ways": "Four ways to differentiate",
    "finite_differences": "Finite differences and the V",
    "expression_swell": "Symbols and expression swell",
    "dual_numbers": "ε and dual numbers",
    "forward_mode": "Forward mode",
    "trace_and_graph": "Evaluation trace and graph",
    "reverse_mode": "Reverse mode by hand",
    "tape_and_order": "The tape and the order",
    "forward_or_reverse": "Forward or reverse",
    "gradient_checker": "Lab: a gradient checker",
    "dual_engine": "Lab: build a dual-number engine",
    "repair_an_engine": "Lab: repair an engine",
    "reverse_engine": "Lab: build a reverse-mode engine",
}

CATALOGUE = Catalogue({name: import_module(f"autograd_mini.exercises.declared.{name}").EXERCISES for name in SETS})
