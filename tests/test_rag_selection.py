from __future__ import annotations

import pytest

from index.library import Library
from rag.answerer import Answerer
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
