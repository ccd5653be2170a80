"""Errors of question answering.

RagError
├── BadQuestion         empty, too long, or not text
├── BadText             a text to verify that is empty, too long, or not text
├── GenerationFailed    the language model did not answer, or broke off
└── ModelUnusable       a language or grounding model that cannot be loaded
"""

from __future__ import annotations


class RagError(Exception):
    """Anything question answering can say is wrong. The message is for people."""


class BadQuestion(RagError):
    """A question that cannot be asked as it is."""


class BadText(RagError):
    """A text that cannot be verified as it is."""


class GenerationFailed(RagError):
    """The language model did not answer, or broke off; what it had written until then stands."""


class ModelUnusable(RagError):
    """A language or grounding model that cannot be loaded."""
