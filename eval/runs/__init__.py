"""Runs: every question of a set answered once, journalled on disk."""
