"""The formats known here, each declared once: what is read, and what is refused with advice."""

from __future__ import annotations

from corpus.readers.reader import Format, Limits

# A dense scanned page takes 40 seconds of two processors to recognise, and has 40 KB or more.
_PAGES = Limits(seconds=240, bytes_per_second=1_000, longest=7_200)
# LibreOffice takes a second to start, and some for each page with tables.
_CONVERTED = Limits(seconds=120)
_SPREADSHEET = "corpus.readers.spreadsheet.reader:SpreadsheetReader"
_HTML = "corpus.readers.html.reader:HtmlReader"
_LIBREOFFICE = "corpus.readers.libreoffice:LibreOfficeReader"


def _save_as(better: str) -> tuple[str, str]:
    return f"请另存为 {better} 再添加", f"save it as {better} and add that"


def _text(name: str, reader: str, suffixes: str, chinese: str = "") -> Format:
    return Format(name, reader, chinese, tuple(suffixes.split()), limits=None, is_text=True)


def _binary(name: str, reader: str, suffixes: str, limits: Limits = Limits()) -> Format:  # noqa: B008
    return Format(name, reader, suffixes=tuple(suffixes.split()), limits=limits)


def _refused(
    name: str,
    advice: tuple[str, str],
    suffixes: str = "",
    chinese: str = "",
    *,
    is_text: bool = False,
) -> Format:
    ends = tuple(suffixes.split())
    return Format(name, chinese=chinese, suffixes=ends, is_text=is_text, advice=advice)


_RECORDS = ("要一条记录一个文档地添加", "add its records one by one, each a document")

TEXT = _text("plain text", "corpus.readers.plain:PlainReader", ".txt .text", "纯文本")
MARKDOWN = _text("Markdown", "corpus.readers.markdown.reader:MarkdownReader", ".md .markdown")
CSV = _text("CSV", "corpus.readers.spreadsheet.csv_reader:CsvReader", ".csv .tsv .tab")
HTML = Format("HTML", _HTML, suffixes=(".html", ".htm", ".xhtml", ".shtml"), is_text=True)
MHTML = Format("MHTML", _HTML, suffixes=(".mht", ".mhtml"), is_text=True)
JSON = _refused("JSON", _RECORDS, ".json", is_text=True)
JSON_LINES = _refused("JSONL", _RECORDS, ".jsonl .ndjson", is_text=True)
XML = _refused("XML", _save_as("HTML/DOCX"), ".xml", is_text=True)
# LibreOffice opens it, but loses its headings without a word.
WORD_XML = _refused("Word 2003 XML", _save_as("DOCX"), is_text=True)
MAIL = _refused("e-mail", _save_as("HTML/PDF"), ".eml", "电子邮件", is_text=True)
DOCX = _binary("Word (.docx)", "corpus.readers.docx.reader:DocxReader", ".docx .docm .dotx .dotm")
XLSX = _binary("Excel (.xlsx)", _SPREADSHEET, ".xlsx .xlsm .xltx .xltm")
XLSB = _refused("Excel (.xlsb)", _save_as("XLSX"), ".xlsb")
PPTX = _refused("PowerPoint (.pptx)", _save_as("PDF"), ".pptx .pptm .ppsx")
ODT = _binary("OpenDocument Text (.odt)", _LIBREOFFICE, ".odt .ott", _CONVERTED)
ODS = _binary("OpenDocument Spreadsheet (.ods)", _SPREADSHEET, ".ods .ots")
ODF = _refused("OpenDocument", _save_as("PDF"))
EPUB = _refused("EPUB", _save_as("HTML/PDF"), ".epub")
OFD = _binary("OFD", "corpus.readers.ofd.reader:OfdReader", ".ofd")
PDF = _binary("PDF", "corpus.readers.pdf.reader:PdfReader", ".pdf", _PAGES)
DOC = _binary("Word/WPS 97–2003 (.doc, .wps)", _LIBREOFFICE, ".doc .dot .wps .wpt", _CONVERTED)
XLS = _binary("Excel/WPS 97–2003 (.xls, .et)", _SPREADSHEET, ".xls .xlt .et .ett")
PPT = _refused("PowerPoint/WPS 97–2003 (.ppt, .dps)", _save_as("PDF"), ".ppt .pps .dps")
LOCKED = _refused(
    "an encrypted Office document",
    ("请先去掉密码", "remove its password first"),
    chinese="加密的 Office 文档",
)
OLE = _refused(
    "OLE", ("里面没有认得的文档，可能已损坏", "it holds no known document, perhaps it is damaged")
)
RTF = _binary("RTF", _LIBREOFFICE, ".rtf", _CONVERTED)
ZIP = _refused(
    "ZIP", ("要展开后逐个添加里面的文件", "unpack it and add its files one by one"), ".zip"
)
ARCHIVE = _refused(
    "an archive (RAR, 7z, tar, gz…)",
    ("请解开或改用 ZIP", "unpack it, or pack it as ZIP"),
    ".rar .7z .tar .gz .tgz .bz2 .xz",
    "压缩包（RAR、7z、tar、gz…）",
)
PICTURE = _refused(
    "a picture",
    (
        "若是扫描件，请合成 PDF，并安装 judian[ocr]",
        "if it is a scan, make a PDF of it and install judian[ocr]",
    ),
    ".png .jpg .jpeg .gif .tif .tiff .bmp .webp",
    "图片",
)
OTHER = _refused(
    "a binary file",
    ("只收文本和文档", "only texts and documents are read"),
    chinese="二进制文件",
)

BUILT_IN: tuple[Format, ...] = tuple(
    each for each in list(globals().values()) if isinstance(each, Format)
)
# Formats that one name stands for as well as another.
ALIKE: tuple[frozenset[Format], ...] = (
    frozenset({HTML, MHTML, XML}),
    frozenset({XML, WORD_XML}),
    frozenset({JSON, JSON_LINES}),
)
