"""Errors of question answering.

RagError
└── BadQuestion     empty, too long, or not text
"""

from __future__ import annotations


class RagError(Exception):
    """Anything question answering can say is wrong. The message is for people."""


class BadQuestion(RagError):
    """A question that cannot be asked as it is."""
