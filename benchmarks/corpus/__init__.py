"""Measurements of reading and of laws: ``python -m benchmarks.corpus.NAME``."""
