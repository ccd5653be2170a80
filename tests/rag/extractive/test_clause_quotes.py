"""A question that names a clause gets that clause, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.facts.filters import Filter
from corpus.types import SourceFile
from index.catalogue import Scope
from index.library import Library
from rag.answerer import Answerer
from rag.types import AbstentionReason
from tests.fakes import LetterEmbedder

LAW = """中华人民共和国读书法
（2018年10月26日通过）
第一条 为了读书，制定本法。
第二条 读书的形式有下列几种：
（一）默读；
（二）朗读。朗读应当大声。
第三条 本法自2019年1月1日起施行。
"""
COPY = "某地转发文件\n中华人民共和国读书法第一条规定了目的。\n"


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    library = Library(tmp_path_factory.mktemp("library"), LetterEmbedder)
    files = {"读书法.txt": LAW, "副本/读书法.txt": LAW, "转发.txt": COPY}
    library.add(
        SourceFile(f"upload:{name}", Path(name).name, text.encode(), given={"collection": "法律"})
        for name, text in files.items()
    )
    yield Answerer(library)
    library.close()


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("读书法第一条说了什么？", ["第一条 为了读书，制定本法。"]),
        ("請問讀書法第1條的內容", ["第一条 为了读书，制定本法。"]),
        (
            "读书法第二条第二项怎么规定？",
            ["第二条 读书的形式有下列几种：", "（二）朗读。朗读应当大声。"],
        ),
        (
            "读书法第一条和第三条分别规定什么",
            ["第一条 为了读书，制定本法。", "第三条 本法自2019年1月1日起施行。"],
        ),
    ],
)
def test_the_clause_is_quoted_with_what_leads_in_to_it(
    answerer: Answerer, question: str, quotes: list[str]
) -> None:
    answer = answerer.answer(question)
    assert [claim.text for claim in answer.claims] == quotes
    assert all(verdict.label == "supported" for verdict in answer.verdicts)
    assert answer.support == 1.0
    assert all(citation.clause for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "reason", "said"),
    [
        ("读书法第九条是什么", AbstentionReason.CLAUSE_DOES_NOT_EXIST, "末条为第三条"),
        ("读书法第二条第五项是什么", AbstentionReason.CLAUSE_DOES_NOT_EXIST, "第二条共2项"),
        ("《唱歌法》第一条是什么", AbstentionReason.NO_SUCH_LAW, "《唱歌法》"),
        ("读书法（2001年）第一条是什么", AbstentionReason.NOT_IN_FORCE, "2018-10-26"),
    ],
)
def test_what_is_not_there_is_said_and_nothing_else_quoted(
    answerer: Answerer, question: str, reason: AbstentionReason, said: str
) -> None:
    answer = answerer.answer(question)
    assert answer.abstention is not None
    assert (answer.abstention.reason, answer.claims) == (reason, ())
    assert said in answer.abstention.message


def test_a_clause_outside_of_the_filter_is_not_quoted(answerer: Answerer) -> None:
    answer = answerer.answer("读书法第一条是什么", scope=Scope(None, Filter(collections=("政策",))))
    assert answer.abstention is not None
    assert answer.citations == ()


def test_a_copy_of_the_law_is_named_and_not_quoted_again(answerer: Answerer) -> None:
    answer = answerer.answer("读书法第二条第二项怎么规定？")
    documents = {citation.document_id for citation in answer.citations}
    assert len(documents) == 1
    repeated = {one.document_id for citation in answer.citations for one in citation.repeats}
    assert len(repeated) == 1
    assert not repeated & documents
