from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given, settings, strategies as st

from corpus.errors import UnreadableSource
from corpus.readers import formats
from corpus.readers.kinds import format_of, promised
from corpus.readers.ole import SIGNATURE, root_names
from corpus.readers.reader import SIZE_LIMIT, Format
from corpus.readers.registry import contradiction, read, reading_format, refusal
from corpus.readers.sandbox.child import load_reader
from corpus.types import SourceFile
from tests.places import ROOT

PROSE = "第一条 为了规范管理，根据有关法律，制定本办法。\n" * 20
PAGE = "<!DOCTYPE html><html><body><p>正文一段。</p></body></html>"


def file(name: str, data: bytes) -> SourceFile:
    return SourceFile(f"/files/{name}", name, data)


def package(*names: str, mimetype: str | None = None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        if mimetype is not None:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, b"x")
    return stream.getvalue()


def ole(
    *names: str, below: str | None = None, sector: int = 512, far: int = 0, name_size: int = 0
) -> bytes:
    """Return an OLE file with streams of these names at its root, and one deeper.

    ``far`` sectors lie ahead of the directory, as in a document full of pictures.
    """
    shift = sector.bit_length() - 1
    entries = [_entry("Root Entry", 5, child=1)]
    for number, name in enumerate(names, start=1):
        following = number + 1 if number < len(names) else 0xFFFFFFFF
        folder = number == 1 and below is not None
        child = len(names) + 1 if folder else 0xFFFFFFFF
        entries.append(
            _entry(name, 1 if folder else 2, right=following, child=child, size=name_size)
        )
    if below is not None:
        entries.append(_entry(below, 2))
    directory = b"".join(entries)
    directory += bytes(-len(directory) % sector)
    count = len(directory) // sector
    per_table = sector // 4
    tables = (far + count + 200) // per_table + 1
    total = far + count
    chain = [0xFFFFFFFE] * far + [*range(far + 1, far + count), 0xFFFFFFFE]
    chain += [0xFFFFFFFF] * (tables * per_table - len(chain))
    where = list(range(total, total + tables))
    more, more_at = b"", 0xFFFFFFFE
    if tables > 109:  # the header has no room for more: the rest stands in a sector of its own
        more_at = total + tables
        rest = where[109:]
        assert len(rest) < per_table
        rest += [0xFFFFFFFF] * (per_table - 1 - len(rest)) + [0xFFFFFFFE]
        more = struct.pack(f"<{per_table}I", *rest)
    listed = (where + [0xFFFFFFFF] * 109)[:109]
    header = SIGNATURE + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, shift, 6) + bytes(10)
    header += struct.pack("<3I", tables, far, 0) + struct.pack("<I", 4096)
    header += struct.pack("<4I", 0xFFFFFFFE, 0, more_at, 1 if more else 0)
    header += struct.pack("<109I", *listed)
    table = struct.pack(f"<{len(chain)}I", *chain)
    return header + bytes(sector - 512) + bytes(far * sector) + directory + table + more


def _entry(
    name: str, kind: int, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF, size: int = 0
) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    length = size or len(encoded)
    head = encoded.ljust(64, b"\0") + struct.pack(
        "<HBB3I", length, kind, 1, 0xFFFFFFFF, right, child
    )
    return head.ljust(128, b"\0")


WORD_XML = b"<?xml version='1.0'?><?mso-application progid=\"Word.Document\"?>"
OFFICE = "[Content_Types].xml"
ODF = "application/vnd.oasis.opendocument."
KINDS: list[tuple[str, bytes, Format]] = [
    ("a.txt", PROSE.encode(), formats.TEXT),
    ("a.log", PROSE.encode(), formats.TEXT),
    ("a.md", PROSE.encode(), formats.MARKDOWN),
    ("a.csv", b"a,b\n1,2\n", formats.CSV),
    ("a.tsv", b"a\tb\n", formats.CSV),
    ("A.TSV", b"a,b", formats.CSV),
    ("csv", b"a,b", formats.TEXT),
    ("a.bin", b"<!DOCTYPE html><p>x", formats.HTML),
    ("a.md", b"<p>x", formats.MARKDOWN),
    ("a.jsonl", b'{"text": "x"}', formats.JSON_LINES),
    ("a.json", b"[]", formats.JSON),
    ("a.html", b"<p>x</p>", formats.HTML),
    ("a.txt", PAGE.encode(), formats.HTML),
    ("a.doc", PAGE.encode("utf-16"), formats.HTML),
    ("a.pdf", b"\xef\xbb\xbf" + PAGE.encode(), formats.HTML),
    ("a.xml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", formats.HTML),
    ("a.xml", b"<?xml version='1.0'?><a/>", formats.XML),
    ("a.doc", WORD_XML, formats.WORD_XML),
    ("a.mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", formats.MHTML),
    ("a.doc", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", formats.MHTML),
    ("a.docx", package(OFFICE, "word/document.xml"), formats.DOCX),
    ("a.zip", package(OFFICE, "word/document.xml"), formats.DOCX),
    ("a.docx", package("word/document.xml"), formats.DOCX),
    ("a.docx", package(OFFICE, "word/document.xml")[:-40], formats.DOCX),
    ("a.zip", package("word/letter.txt"), formats.ZIP),
    ("a", package(OFFICE, "xl/workbook.xml"), formats.XLSX),
    ("a", package(OFFICE, "xl/workbook.bin"), formats.XLSB),
    ("a", package(OFFICE, "ppt/presentation.xml"), formats.PPTX),
    ("a", package(OFFICE, "ppt\\presentation.xml"), formats.PPTX),
    ("a", package(OFFICE, "word/document.xml", "xl/x.xml"), formats.DOCX),
    ("a", package("OFD.xml", "Doc_0/Document.xml"), formats.OFD),
    ("a", package("ofd.xml"), formats.OFD),
    ("a.zip", package("inner/OFD.xml"), formats.ZIP),
    ("a.ofd", package("OFD.xml")[:-30], formats.OFD),
    ("a", package("content.xml", mimetype=ODF + "text"), formats.ODT),
    ("a", package("content.xml", mimetype=ODF + "text-template"), formats.ODT),
    ("a", package("content.xml", mimetype=ODF + "spreadsheet"), formats.ODS),
    ("a", package("content.xml", mimetype=ODF + "presentation"), formats.ODF),
    ("a", package("x.xhtml", mimetype="application/epub+zip"), formats.EPUB),
    ("a.docx", package("a.txt"), formats.ZIP),
    ("a.doc", ole("WordDocument", "1Table"), formats.DOC),
    ("a.wps", ole("1Table", "Data", "WordDocument"), formats.DOC),
    ("a.docx", ole("WordDocument"), formats.DOC),
    ("a.et", ole("Workbook"), formats.XLS),
    ("a.xls", ole("Book"), formats.XLS),
    ("a.dps", ole("PowerPoint Document"), formats.PPT),
    ("a.docx", ole("EncryptionInfo", "EncryptedPackage"), formats.LOCKED),
    ("a.msg", ole("__properties_version1.0"), formats.MAIL),
    ("a.doc", ole("Pictures"), formats.OLE),
    ("a.doc", ole("ObjectPool", "WordDocument", below="Workbook"), formats.DOC),
    ("a.doc", ole("ObjectPool", below="Workbook"), formats.OLE),
    ("a.doc", SIGNATURE, formats.OLE),
    ("a.doc", b"{\\rtf1\\ansi x}", formats.RTF),
    ("a.pdf", b"%PDF-1.7", formats.PDF),
    ("a.txt", b"\xef\xbb\xbf%PDF-1.4\n1 0 obj\nstartxref\n9\n%%EOF", formats.PDF),
    ("a.md", "PDF 文件以 %PDF-1.4 开头。".encode(), formats.MARKDOWN),
    ("a.rar", b"Rar!\x1a\x07\x00", formats.ARCHIVE),
    ("a.zip", b"7z\xbc\xaf\x27\x1c", formats.ARCHIVE),
    ("a.tar", bytes(257).replace(b"\0", b"a") + b"ustar\x0000", formats.ARCHIVE),
    ("a.txt", b"\x89PNG\r\n\x1a\n", formats.PICTURE),
    ("a.txt", b"\x7fELF", formats.OTHER),
    ("a.zip", package("a.txt"), formats.ZIP),
    ("a.zip", package(), formats.ZIP),
    ("a.txt", b"PK\3\4", formats.ZIP),
    ("a.docx", PROSE.encode(), formats.TEXT),
    ("a.txt", b"", formats.TEXT),
]


@pytest.mark.parametrize(("name", "data", "kind"), KINDS)
def test_bytes_say_what_a_file_is_and_names_decide_among_texts(
    name: str, data: bytes, kind: Format
) -> None:
    assert format_of(file(name, data)) is kind


@pytest.mark.parametrize("sector", [512, 4096])
@pytest.mark.parametrize("far", [0, 127, 13_952, 15_000])
def test_the_streams_of_a_document_full_of_pictures_are_found(sector: int, far: int) -> None:
    names = {"WordDocument", "1Table", "Data", "CompObj", "Pictures"}
    assert root_names(ole(*sorted(names), sector=sector, far=far)) == names


def test_a_directory_that_leads_in_circles_comes_to_an_end() -> None:
    good = bytearray(ole("Pictures", "WordDocument"))
    struct.pack_into("<I", good, 512 + 2 * 128 + 72, 1)  # the second's next is the first
    assert root_names(bytes(good)) == {"Pictures", "WordDocument"}
    struct.pack_into("<I", good, 512 + 512, 0)  # the directory's next sector is itself
    assert root_names(bytes(good)) == frozenset()


@settings(max_examples=200)
@given(st.data())
def test_any_damage_to_an_ole_file_leaves_names_or_none(data: st.DataObject) -> None:
    good = bytearray(ole("Pictures", "WordDocument"))
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(8, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    assert isinstance(root_names(bytes(good[:cut])), frozenset)


def test_every_kind_is_read_or_refused_in_words() -> None:
    for kind in formats.BUILT_IN:
        reason = refusal(file("a", b"x"), kind)
        assert (reason is None) == bool(kind.reader), kind


@pytest.mark.parametrize("name", sorted({each.reader for each in formats.BUILT_IN if each.reader}))
def test_every_reader_is_there(name: str) -> None:
    assert callable(load_reader(name).read)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pptx", package(OFFICE, "ppt/presentation.xml"), "PowerPoint.*save it as PDF"),
        ("a.ppt", ole("PowerPoint Document"), "PowerPoint.*save it as PDF"),
        ("a.docx", ole("EncryptedPackage"), "remove its password"),
        ("a.epub", package(mimetype="application/epub+zip"), "EPUB"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "make a PDF of it"),
        ("a.xml", b"<?xml version='1.0'?><a/>", "XML.*save it as"),
        ("a.xml", WORD_XML, "Word 2003 XML.*save it as DOCX"),
        ("a.rar", b"Rar!\x1a\x07\x00", "pack it as ZIP"),
        ("a.eml", b"From: a\nTo: b\n\nx", "e-mail"),
        ("a.zip", package("a.txt"), "unpack it"),
        ("a.txt", b"\x7fELF\x02", "only texts and documents"),
        ("a.pdf", b'{"error": "not found"}', "failed download"),
        ("a.docx", "请先登录".encode(), "failed download"),
    ],
)
def test_what_is_not_read_is_refused_by_name_and_with_what_to_do(
    name: str, data: bytes, said: str
) -> None:
    with pytest.raises(UnreadableSource, match=said):
        read(file(name, data))


def test_the_limit_of_size_is_named() -> None:
    with pytest.raises(UnreadableSource, match="200 MB"):
        reading_format(file("a.txt", bytes(SIZE_LIMIT + 1)))


@pytest.mark.parametrize(
    ("name", "kind", "noted"),
    [
        ("a.docx", formats.DOC, True),
        ("a.doc", formats.HTML, True),
        ("a.doc", formats.RTF, True),
        ("a.txt", formats.PDF, True),
        ("a.pdf", formats.TEXT, True),
        ("a.wps", formats.DOC, False),
        ("a.et", formats.XLS, False),
        ("a.DOCX", formats.DOCX, False),
        ("a.xml", formats.HTML, False),
        ("a.html", formats.MHTML, False),
        ("v1.0 办法", formats.TEXT, False),
        ("README", formats.TEXT, False),
        ("a.log", formats.TEXT, False),
    ],
)
def test_a_name_that_contradicts_the_content_is_noted(name: str, kind: Format, noted: bool) -> None:
    note = contradiction(name, kind)
    assert (note is not None) is noted
    if note is not None:
        assert str(kind) in note


def test_the_note_stands_in_the_receipt() -> None:
    assert read(file("a.txt", PROSE.encode())).receipt.notes == ()
    notes = read(file("a.pdf", PROSE.encode())).receipt.notes
    assert notes == ("名字说是 PDF，内容是纯文本 / the name says PDF, the content is plain text",)


def test_every_format_has_names_of_its_own_but_those_that_only_bytes_tell() -> None:
    suffixes = [suffix for each in formats.BUILT_IN for suffix in each.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert all(promised(f"a{suffix.upper()}") for suffix in suffixes)
    assert {each for each in formats.BUILT_IN if not each.suffixes} == {
        formats.ODF,
        formats.LOCKED,
        formats.OLE,
        formats.WORD_XML,
        formats.OTHER,
    }
    assert len({each.name for each in formats.BUILT_IN}) == len(formats.BUILT_IN)


def test_choosing_a_reader_imports_none_of_their_libraries() -> None:
    program = (
        "import sys\n"
        "from corpus.readers.registry import reading_format\n"
        "from corpus.types import SourceFile\n"
        "for name in ('a.pdf', 'a.html', 'a.csv', 'a.txt'):\n"
        "    reading_format(SourceFile(name, name, b'%PDF-1.7' if name == 'a.pdf' else b'x'))\n"
        "heavy = {'lxml', 'pypdfium2', 'python_calamine', 'numpy', 'docx', 'cv2'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[]"


@given(st.binary(max_size=80), st.sampled_from(["a", "a.docx", "a.zip", "a.md"]))
def test_any_bytes_are_of_some_kind(data: bytes, name: str) -> None:
    for start in (b"", b"PK\3\4", SIGNATURE, b"%PDF-", b"<?xml"):
        assert format_of(file(name, start + data)) in formats.BUILT_IN
