from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from corpus.script import fold
from corpus.types import Citation
from eval.answers import (
    citation_precision,
    citation_recall,
    groundedness,
    missing_musts,
    quotes_exact,
    uncited,
)
from eval.types import Gold, Place
from rag.types import Claim, Label, Verdict
from tests.eval_doubles import LineLibrary, quoting

TEXT = "一甲乙丙。二丁戊。\n三己庚。甲乙。"
LIBRARY = LineLibrary({"a": TEXT, "b": "一甲乙丙。"})
DOCUMENTS = {name: LIBRARY.document(name) for name in ("a", "b")}
FIRST, SECOND, THIRD = (LIBRARY.cite("a", q) for q in ("一甲乙丙。", "二丁戊。", "三己庚。"))
ELSEWHERE = LIBRARY.cite("b", "一甲乙丙。")


def gold(quote: str, *names: str) -> Gold:
    """Return a gold quote at its first place in each named document."""
    starts = [(name, LIBRARY.texts[name].index(quote)) for name in names]
    return Gold(quote, tuple(Place(name, at, at + len(quote)) for name, at in starts))


def test_musts_are_looked_for_without_markers() -> None:
    answer = quoting(FIRST, SECOND)
    assert answer.text == "一甲乙丙。[^1]二丁戊。[^2]"
    assert missing_musts(["丙。二", "甲", "己", "^1"], answer) == ("己", "^1")


def test_musts_are_strict_about_script_unless_folded() -> None:
    answer = quoting(FIRST, text="擺在突出位置[^1]")
    assert missing_musts(["摆在"], answer) == ("摆在",)
    assert missing_musts(["摆在"], answer, fold) == ()


@pytest.mark.parametrize(
    ("quote", "names", "cited", "covered"),
    [
        ("甲乙", "a", [FIRST], True),
        ("甲乙", "a", [THIRD], False),
        ("甲乙", "a", [], False),
        ("丙。二丁", "a", [FIRST], False),  # only a part of it
        ("丙。二丁", "a", [SECOND, FIRST], True),  # touching spans count as one
        ("戊。\n三", "a", [SECOND, THIRD], False),  # a line feed lies between them
        ("甲乙", "a", [ELSEWHERE], True),  # the same words elsewhere
        ("甲乙", "", [FIRST], True),  # nowhere in the library, and yet in a quote
        ("辛壬", "", [FIRST], False),
    ],
)
def test_what_covers_gold(quote: str, names: str, cited: list[Citation], covered: bool) -> None:
    assert (uncited([gold(quote, *names)], cited) == ()) is covered


def test_citation_recall_and_precision_by_hand() -> None:
    wanted = [gold("甲乙丙", "a"), gold("丁戊", "a"), gold("己庚", "a")]
    # The first two are covered; FIRST, SECOND and ELSEWHERE (same words) touch gold.
    other = LIBRARY.cite("a", "甲乙。")
    cited = [FIRST, SECOND, ELSEWHERE, replace(other, quote="辛", start=13, end=14)]
    assert citation_recall(wanted, cited) == Fraction(2, 3)
    assert citation_precision(wanted, cited) == Fraction(3, 4)
    assert citation_precision(wanted, []) == 0


def test_precision_counts_overlap_and_containment() -> None:
    wanted = [gold("甲乙丙。二丁", "a")]
    assert citation_precision(wanted, [SECOND]) == 1  # overlaps its place
    assert citation_precision(wanted, [LIBRARY.cite("b", "甲乙")]) == 1  # stands in it
    assert citation_precision(wanted, [THIRD]) == 0
    assert citation_precision(wanted, [replace(THIRD, quote=" ")]) == 0  # blank is in no gold


def test_quotes_are_exact_at_their_place_and_revision() -> None:
    assert quotes_exact(quoting(FIRST, ELSEWHERE), DOCUMENTS)
    for wrong in (
        replace(FIRST, quote="一甲乙丙"),
        replace(FIRST, start=FIRST.start + 1),
        replace(FIRST, revision="older"),
        replace(FIRST, document_id="none"),
        replace(FIRST, start=-5, end=-1, quote=TEXT[-5:-1]),
        replace(FIRST, end=FIRST.start, quote=""),
    ):
        assert not quotes_exact(quoting(SECOND, wrong), DOCUMENTS)
    assert not quotes_exact(quoting(), DOCUMENTS)


def test_an_extractive_claim_stands_in_a_quote_it_cites() -> None:
    def saying(text: str, *numbers: int, llm: bool = False) -> bool:
        claim = Claim(text, 0, len(text), numbers)
        answer = quoting(FIRST, SECOND, claims=(claim,), llm_generated=llm)
        return quotes_exact(answer, DOCUMENTS)

    assert saying("甲乙", 0)
    assert saying("甲乙", 1, 0)
    assert not saying("甲乙", 1)
    assert not saying("甲乙")
    assert not saying("甲乙", 7)
    assert saying("in a model's own words", 0, llm=True)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([Label.SUPPORTED, Label.SUPPORTED], "1"),
        ([Label.SUPPORTED, Label.PARTIAL], "1/2"),
        ([Label.CONTRADICTED, Label.UNSUPPORTED], "0"),
        ([Label.SUPPORTED], "1/2"),  # the second claim has no verdict
        ([], "0"),
    ],
)
def test_groundedness(labels: list[Label], expected: str) -> None:
    verdicts = tuple(Verdict(claim, label, 0.5) for claim, label in enumerate(labels))
    assert groundedness(quoting(FIRST, SECOND, verdicts=verdicts)) == Fraction(expected)


def test_no_claims_no_groundedness() -> None:
    assert groundedness(quoting(verdicts=(Verdict(0, Label.SUPPORTED, 1.0),))) == 0
