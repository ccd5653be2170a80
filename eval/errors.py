"""Errors of evaluation.

EvalError
├── BadSet       a question set that cannot be used as it is; the message names file and line
└── RunUnsaved   a run that could not be written where it was asked to be
"""

from __future__ import annotations


class EvalError(Exception):
    """Anything evaluation can say is wrong. The message is for people and says what to do."""


class BadSet(EvalError):
    """A question set that cannot be read, with its file and line."""


class RunUnsaved(EvalError):
    """A run that could not be written; nothing of it was left behind."""
