"""Words for what is not read, and for names that say something else than the bytes do."""

from __future__ import annotations

from corpus.readers.kinds import TEXTS, Kind, promised
from corpus.readers.ole import CUT_OFF, is_cut_off
from corpus.types import SourceFile

# A text named .pdf or .docx of fewer bytes is what a failed download leaves: {"error": "not found"}
# or "Access denied"; a real letter saved as text has more.
SHORTEST_MISNAMED = 300

_CHINESE: dict[Kind, str] = {  # where it is another word than the English one
    Kind.TEXT: "纯文本",
    Kind.MAIL: "电子邮件",
    Kind.LOCKED: "加密的 Office 文档",
    Kind.ARCHIVE: "压缩包（RAR、7z、tar、gz…）",
    Kind.PICTURE: "图片",
    Kind.OTHER: "二进制文件",
}


def _save_as(better: str) -> tuple[str, str]:
    return f"请另存为 {better} 再添加", f"save it as {better} and add that"


_RECORDS = ("要一条记录一个文档地添加", "add its records one by one, each a document")
_UNREAD: dict[Kind, tuple[str, str]] = {
    Kind.XML: _save_as("HTML/DOCX"),
    # LibreOffice opens it, but loses its headings without a word.
    Kind.WORD_XML: _save_as("DOCX"),
    Kind.MAIL: _save_as("HTML/PDF"),
    Kind.XLSB: _save_as("XLSX"),
    Kind.PPTX: _save_as("PDF"),
    Kind.PPT: _save_as("PDF"),
    Kind.ODF: _save_as("PDF"),
    Kind.EPUB: _save_as("HTML/PDF"),
    Kind.LOCKED: ("请先去掉密码", "remove its password first"),
    Kind.OLE: (
        "里面没有认得的文档，可能已损坏",
        "it holds no known document, perhaps it is damaged",
    ),
    Kind.ZIP: ("要展开后逐个添加里面的文件", "unpack it and add its files one by one"),
    Kind.JSON: _RECORDS,
    Kind.JSON_LINES: _RECORDS,
    Kind.ARCHIVE: ("请解开或改用 ZIP", "unpack it, or pack it as ZIP"),
    Kind.PICTURE: (
        "若是扫描件，请合成 PDF，并安装 judian[ocr]",
        "if it is a scan, make a PDF of it and install judian[ocr]",
    ),
    Kind.OTHER: ("只收文本和文档", "only texts and documents are read"),
}
# Kinds that one name stands for as well as another.
_ALIKE: tuple[frozenset[Kind], ...] = (
    frozenset({Kind.HTML, Kind.MHTML, Kind.XML}),
    frozenset({Kind.XML, Kind.WORD_XML}),
    frozenset({Kind.JSON, Kind.JSON_LINES}),
)


def refusal(file: SourceFile, kind: Kind) -> str | None:
    """Return why a file of this kind is not read, and what to do; None when it is."""
    if kind is Kind.OLE and is_cut_off(file.data):  # its directory with the names stands at the end
        return CUT_OFF
    if kind in _UNREAD:
        advice, in_english = _UNREAD[kind]
        return (
            f"这是{_chinese(kind)}，这一版不读：{advice} / "
            f"this is {kind}, which this version does not read: {in_english}"
        )
    said = promised(file.name)
    size = len(file.data)
    if kind is Kind.TEXT and 0 < size < SHORTEST_MISNAMED and _is_binary(said):
        return (
            f"名字说是 {said}，内容却是 {size} 字节的文字，像下载失败留下的，请重新取得 / the name "
            f"says {said}, but the content is text of {size} bytes, as a failed download leaves "
            "it: get the file again"
        )
    return None


def contradiction(name: str, kind: Kind) -> str | None:
    """Return a note on a name that promises another kind than the file is; None without."""
    said = promised(name)
    if said is None or said is kind or any({said, kind} <= alike for alike in _ALIKE):
        return None
    return (
        f"名字说是{_chinese(said)}，内容是{_chinese(kind)} / "
        f"the name says {said}, the content is {kind}"
    )


def _chinese(kind: Kind) -> str:
    """Return what a kind is called in a Chinese sentence, with the blank ahead of a Latin word."""
    return _CHINESE.get(kind, f" {kind}")


def _is_binary(said: Kind | None) -> bool:
    return said is not None and said not in TEXTS
