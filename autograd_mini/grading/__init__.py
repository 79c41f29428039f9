"""Grading a class: marks for notebooks that nobody trusts. How it is put together: docs/grading.md."""
