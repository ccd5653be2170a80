"""Extractive answers: exact quotes, no language model."""
