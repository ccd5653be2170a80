"""Eval: how good and how grounded the answers are, question by question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.lazy import lazily

if TYPE_CHECKING:
    from eval.comparison.comparing import Comparison, Difference, compare
    from eval.comparison.gate import Outcome, Rules, gate, read_rules
    from eval.errors import (
        BadGate,
        BadRun,
        BadSet,
        EvalError,
        JudgeFailed,
        LibraryChanged,
        NoSuchRun,
        RunBusy,
        RunUnsaved,
    )
    from eval.importing.forms import import_set
    from eval.judges import ClassifierJudge, Judge, MechanicalJudge, ModelJudge
    from eval.reports.files import write_report
    from eval.runs.one_question import Asking
    from eval.runs.run_list import RunStore
    from eval.runs.runner import run, run_stored
    from eval.runs.summary import summary
    from eval.sets.question_sets import read_set
    from eval.types import EvalSet, Judgement, Question, Record, Run
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "eval.comparison.comparing": "Comparison Difference compare",
            "eval.comparison.gate": "Outcome Rules gate read_rules",
            "eval.errors": (
                "BadGate BadRun BadSet EvalError JudgeFailed LibraryChanged NoSuchRun RunBusy "
                "RunUnsaved"
            ),
            "eval.importing.forms": "import_set",
            "eval.judges": "ClassifierJudge Judge MechanicalJudge ModelJudge",
            "eval.reports.files": "write_report",
            "eval.runs.one_question": "Asking",
            "eval.runs.run_list": "RunStore",
            "eval.runs.runner": "run run_stored",
            "eval.runs.summary": "summary",
            "eval.sets.question_sets": "read_set",
            "eval.types": "EvalSet Judgement Question Record Run",
        },
    )

__all__ = [
    "Asking",
    "BadGate",
    "BadRun",
    "BadSet",
    "ClassifierJudge",
    "Comparison",
    "Difference",
    "EvalError",
    "EvalSet",
    "Judge",
    "JudgeFailed",
    "Judgement",
    "LibraryChanged",
    "MechanicalJudge",
    "ModelJudge",
    "NoSuchRun",
    "Outcome",
    "Question",
    "Record",
    "Rules",
    "Run",
    "RunBusy",
    "RunStore",
    "RunUnsaved",
    "compare",
    "gate",
    "import_set",
    "read_rules",
    "read_set",
    "run",
    "run_stored",
    "summary",
    "write_report",
]
