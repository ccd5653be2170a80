"""Measurements of the index: ``python -m benchmarks.index.NAME``."""
