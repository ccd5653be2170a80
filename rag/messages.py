"""What is said to people when there is nothing to quote, in the language of the question."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import Lapse, LapseKind
from rag.types import AbstentionReason

_LAPSED = {
    LapseKind.NOT_YET: ("施行", "in force"),
    LapseKind.SUPERSEDED: ("被新版本取代", "superseded"),
    LapseKind.REPEALED: ("废止", "repealed"),
}

_CHINESE = {
    AbstentionReason.EMPTY_LIBRARY: "库中还没有文件。请先添加文件（judian add 文件或目录）。",
    AbstentionReason.NOTHING_FOUND: "库中没有找到与问题有关的内容。",
    AbstentionReason.LOW_SUPPORT: (
        "库中的文件没有足以回答这个问题的内容，故不作答。最接近的段落列在下面，供查阅。"
    ),
    AbstentionReason.UNVERIFIED: "草拟的句子没有一句能与原文核对一致，故不作答。",
    AbstentionReason.CLAUSE_DOES_NOT_EXIST: "所问的条款不存在。",
    AbstentionReason.NO_SUCH_LAW: "库中没有所问的法规。",
    AbstentionReason.NOT_IN_FORCE: (
        "所问日期有效的文件中没有足以回答的内容；当日不在施行的文件中有相关规定{named}，"
        "列在下面，供查阅。"
    ),
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
    AbstentionReason.CLAUSE_DOES_NOT_EXIST: "There is no such clause.",
    AbstentionReason.NO_SUCH_LAW: "That law is not in the library.",
    AbstentionReason.NOT_IN_FORCE: (
        "Nothing in force on that day supports an answer. Texts that were not in force say"
        " something of it{named}; they are listed below."
    ),
}


def abstention_message(
    reason: AbstentionReason, *, chinese: bool, named: Sequence[str] = ()
) -> str:
    """Return the sentence that explains an abstention; ``named`` are texts it speaks of."""
    sentence = (_CHINESE if chinese else _ENGLISH)[reason]
    titles = "、".join(dict.fromkeys(named))
    bracketed = f"（{titles}）" if chinese else f" ({titles})"
    return sentence.replace("{named}", bracketed if titles else "")


def lapse_words(title: str, lapse: Lapse | None, *, chinese: bool) -> str:
    """Return a title with why it was not in force on the day asked about, and since when."""
    if lapse is None:
        return f"《{title}》"
    day = lapse.since
    if chinese:
        since = f"自 {day} 起" if day else ""
        return f"《{title}》{since}{_LAPSED[lapse.kind][0]}"
    since = f" {'from' if lapse.kind is LapseKind.NOT_YET else 'since'} {day}" if day else ""
    return f"《{title}》 {_LAPSED[lapse.kind][1]}{since}"
