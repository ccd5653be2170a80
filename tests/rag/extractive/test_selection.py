from __future__ import annotations

from dataclasses import replace

import pytest

from index.library import Library
from rag.answerer import Answerer
from rag.extractive.evidence import Unit
from rag.extractive.generator import _claims, _notes
from rag.extractive.selection import Quote, in_reading_order, place_of
from rag.question.parse import parse_question
from rag.types import NoteKind
from tests.conftest import Writer

RULE = "买受人在二年内未通知出卖人的，视为标的物符合约定"


@pytest.mark.parametrize(
    ("behind", "quoted"),
    [
        ("；但是，有质量保证期的，适用质量保证期。", True),
        ("；但有质量保证期的除外。", True),
        ("。但是，另一件事另行规定。", False),
    ],
)
def test_what_takes_a_rule_back_behind_its_semicolon_is_quoted_with_it(
    library: Library, write: Writer, behind: str, quoted: bool
) -> None:
    text = f"买卖办法\n\n{RULE}{behind}食堂每天开放两次。\n\n另一段写图书馆的开放时间。\n"
    library.add([write("办法.txt", text)])
    answer = Answerer(library).answer("买受人多少年内未通知出卖人的，视为标的物符合约定？")
    said = [claim.text for claim in answer.claims]
    assert any(RULE in one for one in said)
    assert any(RULE + behind == one for one in said) is quoted
    assert all(citation.quote in text for citation in answer.citations)
    assert "食堂" not in "".join(said)


EXCEPTION = "但是，对标的物有质量保证的，提交四件证明。"


def units(library: Library, write: Writer) -> tuple[Unit, Unit]:
    """Return a rule and, behind its semicolon, what takes some of it back, as two sentences."""
    library.add([write("办法.txt", f"买卖办法\n\n{RULE}；{EXCEPTION}\n")])
    (hit,) = [one for one in library.search("买受人", 5) if RULE in one.passage.text]
    document, paragraphs = library.read(hit.passage.document_id)
    paragraph = next(one for one in paragraphs if RULE in one.text)
    middle, end = document.text.index(EXCEPTION), document.text.index(EXCEPTION) + len(EXCEPTION)
    rule = Unit(
        document=document,
        paragraph=paragraph,
        start=paragraph.start,
        end=middle,
        hit=hit,
        covered=frozenset(),
        direct=0.9,  # speaks for itself
        near=0.9,
        rest=0.9,
        before=0.0,
        cue=0.0,
        run=0.9,
        fits=None,
        numbers=True,
    )
    return rule, replace(rule, start=middle, end=end)


def test_a_sentence_quoted_within_another_is_still_found(library: Library, write: Writer) -> None:
    rule, exception = units(library, write)
    quotes = in_reading_order([exception, rule], library.read)
    assert [(one.start, one.end) for one in quotes] == [(rule.start, exception.end)]
    assert place_of(exception, quotes) == place_of(rule, quotes) == 0
    question = parse_question("对标的物有质量保证的，提交哪五件证明？")
    (claim,) = _claims(quotes)
    (note,) = _notes(question, quotes, (), exception)
    assert (note.kind, note.claims) == (NoteKind.PREMISE, (0,))
    assert claim.text == f"{RULE}；{EXCEPTION}"


def test_a_sentence_in_no_quote_is_an_error(library: Library, write: Writer) -> None:
    rule, exception = units(library, write)
    with pytest.raises(ValueError, match="in no quote"):
        place_of(rule, [Quote(exception, exception.paragraph, exception.start, exception.end)])
