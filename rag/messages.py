"""What is said to people when there is nothing to quote, in the language of the question."""

from __future__ import annotations

from rag.types import AbstentionReason

_CHINESE = {
    AbstentionReason.EMPTY_LIBRARY: "库中还没有文件。请先添加文件（judian add 文件或目录）。",
    AbstentionReason.NOTHING_FOUND: "库中没有找到与问题有关的内容。",
    AbstentionReason.LOW_SUPPORT: (
        "库中的文件没有足以回答这个问题的内容，故不作答。最接近的段落列在下面，供查阅。"
    ),
    AbstentionReason.UNVERIFIED: "草拟的句子没有一句能与原文核对一致，故不作答。",
}
_ENGLISH = {
    AbstentionReason.EMPTY_LIBRARY: (
        "There is no document in the library yet: add some first (judian add FILE or FOLDER)."
    ),
    AbstentionReason.NOTHING_FOUND: "Nothing in the library is about this question.",
    AbstentionReason.LOW_SUPPORT: (
        "The documents in the library do not support an answer, so none is given."
        " The nearest passages are listed below."
    ),
    AbstentionReason.UNVERIFIED: (
        "No sentence of the draft could be checked against the documents, so none is shown."
    ),
}


def abstention_message(reason: AbstentionReason, *, chinese: bool) -> str:
    """Return the sentence that explains an abstention."""
    return (_CHINESE if chinese else _ENGLISH)[reason]
