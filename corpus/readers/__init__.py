"""Readers: the bytes of one file become text with structure, one module a format."""
