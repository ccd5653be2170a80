"""Verification: whether the cited text supports a claim."""
