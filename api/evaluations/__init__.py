"""Evaluations in the background."""
