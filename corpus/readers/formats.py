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


def _text(name: str, reader: str, suffixes: str, chinese: str = "") -> Format:
    return Format(name, reader, chinese, tuple(suffixes.split()), limits=None, is_text=True)


def _binary(name: str, reader: str, suffixes: str, limits: Limits = Limits()) -> Format:  # noqa: B008
    return Format(name, reader, suffixes=tuple(suffixes.split()), limits=limits)


def _refused(
    name: str,
    suffixes: str = "",
    chinese: str = "",
    *,
    save_as: str = "",
    advice: str = "",
    is_text: bool = False,
) -> Format:
    ends = tuple(suffixes.split())
    return Format(name, "", chinese, ends, is_text=is_text, advice=advice, save_as=save_as)


TEXT = _text("plain text", "corpus.readers.plain:PlainReader", ".txt .text", "纯文本")
MARKDOWN = _text("Markdown", "corpus.readers.markdown.reader:MarkdownReader", ".md .markdown")
CSV = _text("CSV", "corpus.readers.spreadsheet.csv_reader:CsvReader", ".csv .tsv .tab")
HTML = Format("HTML", _HTML, suffixes=(".html", ".htm", ".xhtml", ".shtml"), is_text=True)
MHTML = Format("MHTML", _HTML, suffixes=(".mht", ".mhtml"), is_text=True)
JSON = _refused("JSON", ".json", advice="reader.add_records", is_text=True)
JSON_LINES = _refused("JSONL", ".jsonl .ndjson", advice="reader.add_records", is_text=True)
XML = _refused("XML", ".xml", save_as="HTML/DOCX", is_text=True)
# LibreOffice opens it, but loses its headings without a word.
WORD_XML = _refused("Word 2003 XML", save_as="DOCX", is_text=True)
MAIL = _refused("e-mail", ".eml", "电子邮件", save_as="HTML/PDF", is_text=True)
DOCX = _binary("Word (.docx)", "corpus.readers.docx.reader:DocxReader", ".docx .docm .dotx .dotm")
XLSX = _binary("Excel (.xlsx)", _SPREADSHEET, ".xlsx .xlsm .xltx .xltm")
XLSB = _refused("Excel (.xlsb)", ".xlsb", save_as="XLSX")
PPTX = _refused("PowerPoint (.pptx)", ".pptx .pptm .ppsx", save_as="PDF")
ODT = _binary("OpenDocument Text (.odt)", _LIBREOFFICE, ".odt .ott", _CONVERTED)
ODS = _binary("OpenDocument Spreadsheet (.ods)", _SPREADSHEET, ".ods .ots")
ODF = _refused("OpenDocument", save_as="PDF")
EPUB = _refused("EPUB", ".epub", save_as="HTML/PDF")
OFD = _binary("OFD", "corpus.readers.ofd.reader:OfdReader", ".ofd")
PDF = _binary("PDF", "corpus.readers.pdf.reader:PdfReader", ".pdf", _PAGES)
DOC = _binary("Word/WPS 97–2003 (.doc, .wps)", _LIBREOFFICE, ".doc .dot .wps .wpt", _CONVERTED)
XLS = _binary("Excel/WPS 97–2003 (.xls, .et)", _SPREADSHEET, ".xls .xlt .et .ett")
PPT = _refused("PowerPoint/WPS 97–2003 (.ppt, .dps)", ".ppt .pps .dps", save_as="PDF")
LOCKED = _refused(
    "an encrypted Office document",
    chinese="加密的 Office 文档",
    advice="reader.remove_password",
)
OLE = _refused("OLE", advice="reader.nothing_known")
RTF = _binary("RTF", _LIBREOFFICE, ".rtf", _CONVERTED)
ZIP = _refused("ZIP", ".zip", advice="reader.unpack")
ARCHIVE = _refused(
    "an archive (RAR, 7z, tar, gz…)",
    ".rar .7z .tar .gz .tgz .bz2 .xz",
    "压缩包（RAR、7z、tar、gz…）",
    advice="reader.pack_as_zip",
)
PICTURE = _refused(
    "a picture",
    ".png .jpg .jpeg .gif .tif .tiff .bmp .webp",
    "图片",
    advice="reader.make_pdf",
)
OTHER = _refused("a binary file", chinese="二进制文件", advice="reader.only_texts")

BUILT_IN: tuple[Format, ...] = tuple(
    each for each in list(globals().values()) if isinstance(each, Format)
)
# Formats that one name stands for as well as another.
ALIKE: tuple[frozenset[Format], ...] = (
    frozenset({HTML, MHTML, XML}),
    frozenset({XML, WORD_XML}),
    frozenset({JSON, JSON_LINES}),
)
