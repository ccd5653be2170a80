"""The questions written for this project are whole, whatever laws are at hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from training.law_questions import OWN
from training.texts import as_document, clause_of, squashed, units_of

FIELDS = {"id", "question", "begins", "short", "yes_no", "altered", "negatives"}


def lines(pattern: str) -> Iterator[dict[str, Any]]:
    for file in sorted(OWN.glob(pattern)):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def test_every_question_has_its_fields_and_an_id_and_wording_of_its_own() -> None:
    asked = list(lines("questions*.jsonl"))
    assert asked
    for one in asked:
        assert set(one) - {"law", "clause", "doc"} == FIELDS
        assert ("law" in one) != ("doc" in one)
        assert one["yes_no"] in (None, "yes", "no", "depends")
        assert one["begins"] not in one["negatives"]
    for key in ("id", "question"):
        assert len({one[key] for one in asked}) == len(asked)


@pytest.mark.parametrize("place", ["begins", "negatives"])
def test_what_questions_on_papers_point_to_stands_in_one_clause_of_the_paper(place: str) -> None:
    papers = {}
    for one in lines("papers*.jsonl"):
        made = as_document(one["title"], one["text"])
        papers[one["id"]] = [clause_of(made.document, unit).text for unit in units_of(made)]
    assert papers
    for one in lines("questions-papers*.jsonl"):
        pointed = [one["begins"]] if place == "begins" else one["negatives"]
        for letters in pointed:
            holding = [text for text in papers[one["doc"]] if letters in squashed(text)]
            assert holding, (one["id"], letters)
            if place == "begins" and one["short"]:
                assert one["short"] in min(holding, key=len)
