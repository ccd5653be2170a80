"""The benchmark data as question sets, halved as the project's constants were chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from benchmarks.index.retrieval import BENCH
from eval.importing.forms import import_set
from eval.sets.question_sets import parse_set, set_text
from eval.types import EvalSet, Question


def in_half_a(name: str) -> bool:
    """Tell whether constants were chosen on the question of this id; the others report."""
    return hashlib.sha256(name.encode()).digest()[0] < 128


def cmrc_half_b(most: int) -> EvalSet:
    """Return cmrc2018's questions that report, at most so many; gold is the paragraph's record."""
    found = import_set(BENCH / "cmrc2018", "beir").questions
    return as_set("cmrc2018-b", [each for each in found if not in_half_a(each.id)][:most])


def stard_dev(most: int) -> EvalSet:
    """Return stard's questions of dev, at most so many; gold is the articles' records."""
    found = import_set(BENCH / "stard", "beir", split="dev").questions
    return as_set("stard-dev", list(found)[:most])


def as_set(name: str, questions: Iterable[Question]) -> EvalSet:
    """Return questions as a set of that name."""
    return parse_set(set_text(questions).encode(), name, name)
