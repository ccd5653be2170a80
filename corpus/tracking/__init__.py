"""Tracking: where the words of one revision stand in another, and how a place is cited."""
