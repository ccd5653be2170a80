from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from corpus.types import Citation
from eval.measures.citation_quality import gold_precision, gold_recall, quotes_exact, uncited
from eval.types import Gold, GoldKind, Place
from rag.types import Claim
from tests.eval.doubles import LineLibrary, quoting

TEXT = "一甲乙丙。二丁戊。\n三己庚。甲乙。"
LIBRARY = LineLibrary({"a": TEXT, "b": "一甲乙丙。"})
DOCUMENTS = {name: LIBRARY.document(name) for name in ("a", "b")}
FIRST, SECOND, THIRD = (LIBRARY.citation("a", q) for q in ("一甲乙丙。", "二丁戊。", "三己庚。"))
ELSEWHERE = LIBRARY.citation("b", "一甲乙丙。")


def gold(quote: str, *names: str) -> Gold:
    """Return a gold quote at its first place in each named document."""
    starts = [(name, LIBRARY.texts[name].index(quote)) for name in names]
    return Gold(quote, tuple(Place(name, at, at + len(quote)) for name, at in starts))


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


def test_recall_and_precision_by_hand() -> None:
    wanted = [gold("甲乙丙", "a"), gold("丁戊", "a"), gold("己庚", "a")]
    # The first two are covered; FIRST, SECOND and ELSEWHERE (same words) touch gold.
    other = LIBRARY.citation("a", "甲乙。")
    cited = [FIRST, SECOND, ELSEWHERE, replace(other, quote="辛", start=13, end=14)]
    assert gold_recall(wanted, cited) == Fraction(2, 3)
    assert gold_precision(wanted, cited) == Fraction(3, 4)
    assert gold_precision(wanted, []) == 0


def test_precision_counts_overlap_and_containment() -> None:
    wanted = [gold("甲乙丙。二丁", "a")]
    assert gold_precision(wanted, [SECOND]) == 1  # overlaps its place
    assert gold_precision(wanted, [LIBRARY.citation("b", "甲乙")]) == 1  # stands in it
    assert gold_precision(wanted, [THIRD]) == 0
    assert gold_precision(wanted, [replace(THIRD, quote=" ")]) == 0  # blank is in no gold


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


@pytest.mark.parametrize("kind", [GoldKind.CLAUSE, GoldKind.PASSAGE, GoldKind.DOCUMENT])
def test_other_evidence_is_covered_by_a_citation_within_it(kind: GoldKind) -> None:
    wanted = Gold("名", (Place("a", 0, 9),), kind=kind)
    assert uncited([wanted], [FIRST]) == ()
    assert uncited([wanted], [THIRD]) == ("名",)
    assert uncited([wanted], [ELSEWHERE]) == ("名",)  # the same words, but another document
    assert gold_precision([wanted], [FIRST, THIRD, ELSEWHERE]) == Fraction(1, 3)
    named_like_text = Gold("甲乙", (), kind=kind)
    assert uncited([named_like_text], [FIRST]) == ("甲乙",)  # a name is no text
    assert gold_precision([named_like_text], [FIRST]) == 0
