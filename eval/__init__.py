"""Eval: how good and how grounded the answers are, question by question."""
