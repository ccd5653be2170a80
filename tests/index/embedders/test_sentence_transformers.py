"""Families of models and the prefixes of their cards."""

from __future__ import annotations

import pytest

from index.embedders.sentence_transformers import Prefixes, prefixes_of

TASK = "Given a web search query, retrieve relevant passages that answer the query"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("intfloat/multilingual-e5-small", Prefixes("query: ", "passage: ")),
        ("/models/e5_base/", Prefixes("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", Prefixes(f"Instruct: {TASK}\nQuery: ")),
        ("BAAI/bge-small-zh-v1.5", Prefixes("为这个句子生成表示以用于检索相关文章：")),
        (
            "BAAI/bge-base-en-v1.5",
            Prefixes("Represent this sentence for searching relevant passages: "),
        ),
        ("BAAI/bge-m3", Prefixes()),
        ("Qwen/Qwen3-Embedding-0.6B", Prefixes(f"Instruct: {TASK}\nQuery:")),
        ("Alibaba-NLP/gte-multilingual-base", Prefixes()),
        ("someone/e50-model", Prefixes()),
        ("/home/e5/models/gte-large", Prefixes()),  # only the last part of a path counts
    ],
)
def test_the_family_is_told_by_the_name(name: str, expected: Prefixes) -> None:
    assert prefixes_of(name) == expected
