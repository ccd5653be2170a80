"""Errors of evaluation.

EvalError
├── BadSet          a question set that cannot be used as it is; the message names file and line
├── RunUnsaved      a run that could not be written where it was asked to be
├── NoSuchRun       no stored run of that name
├── BadRun          a stored run that is damaged, unfinished, or of another set than it must be
├── RunBusy         a run that another process is working on
├── LibraryChanged  the library was changed while a run was at it; what was answered is kept
├── BadGate         rules of a gate that cannot be read
└── JudgeFailed     a judge gave no judgement; what was judged before is kept
"""

from __future__ import annotations


class EvalError(Exception):
    """Anything evaluation can say is wrong. The message is for people and says what to do."""


class BadSet(EvalError):
    """A question set that cannot be read, with its file and line."""


class RunUnsaved(EvalError):
    """A run that could not be written; nothing of it was left behind."""


class NoSuchRun(EvalError):
    """No stored run is called that."""


class BadRun(EvalError):
    """A stored run that cannot be used for what was asked."""


class RunBusy(EvalError):
    """Another process is working on the run."""


class LibraryChanged(EvalError):
    """The library is no longer what the first questions were asked of."""


class BadGate(EvalError):
    """Rules of a gate that cannot be read or name what is not there."""


class JudgeFailed(EvalError):
    """A judge gave no judgement of a claim; run the same command again to go on from there."""
