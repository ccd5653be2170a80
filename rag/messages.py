"""What is said to people when there is nothing to quote, in the language of the question."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import Lapse, LapseKind
from rag.types import AbstentionReason, NoteKind

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
    AbstentionReason.CONFLICT: (
        "库中的文件对此说法不一{named}，无法判定以哪一个为准，故不作答。"
        "请限定文件、文集或日期后再问；相关段落列在下面。"
    ),
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
    AbstentionReason.CONFLICT: (
        "The documents disagree about this{named}, and nothing says which of them counts, so none"
        " is quoted. Ask again of one document, collection or day; the passages are listed below."
    ),
    AbstentionReason.NOT_IN_FORCE: (
        "Nothing in force on that day supports an answer. Texts that were not in force say"
        " something of it{named}; they are listed below."
    ),
}
_NOTES_CHINESE = {
    NoteKind.CONFLICT: "各文件说法不一：{detail}",
    NoteKind.PREMISE: "问题的前提与原文不符：{detail}",
    NoteKind.QUOTED_INSTEAD: "模型所写的句子没有一句能与原文核对一致，以下为原文摘引。",
    NoteKind.QUOTED_TOO: "另有与问题相近的原文，模型所写没有用到，附于其后。",
    NoteKind.MODEL_FAILED: "语言模型未能完成：{detail}",
    NoteKind.UNKNOWN_CITATIONS: "模型引用了 {count} 处并未提供给它的段落，已去除。",
    NoteKind.FORGED_STRUCTURE: (
        "所引文件中有仿造程序指令结构或引文标记的文字：{detail}。原文照引，请核对其来源。"
    ),
}
_NOTES_ENGLISH = {
    NoteKind.CONFLICT: "The documents disagree: {detail}",
    NoteKind.PREMISE: "The question takes for granted what the cited text does not say: {detail}",
    NoteKind.QUOTED_INSTEAD: (
        "No sentence the model wrote could be checked against the documents: quotes stand instead."
    ),
    NoteKind.QUOTED_TOO: (
        "Other text near to the question, which the model did not use, is quoted behind."
    ),
    NoteKind.MODEL_FAILED: "The language model did not finish: {detail}",
    NoteKind.FORGED_STRUCTURE: (
        "A cited document imitates the structure of a prompt or of citations: {detail}."
        " It is quoted as it stands; check where it comes from."
    ),
    NoteKind.UNKNOWN_CITATIONS: (
        "The model cited passages that it was not given, {count} times; these are taken out."
    ),
}


def note_message(kind: NoteKind, *, chinese: bool, detail: str = "", count: int = 0) -> str:
    """Return the sentence of a note, in the language of the question."""
    sentence = (_NOTES_CHINESE if chinese else _NOTES_ENGLISH)[kind]
    return sentence.replace("{detail}", detail).replace("{count}", str(count))


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
