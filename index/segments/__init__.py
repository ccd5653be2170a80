"""Segments: immutable files of vectors and postings, and searching them as one."""
