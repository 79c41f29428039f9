"""The declarations, a module for each lesson or lab. How to write one: docs/exercises.md."""
