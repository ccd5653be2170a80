"""Real laws through another program and back: what of their text, headings and tables returns.

LibreOffice writes each law as DOCX, DOC, RTF, ODT, PDF and HTML from a page with its headings, and
a table with merged cells as XLSX, ODS, XLS, DOCX and HTML; each is read as any file is. Characters
are counted in order, white space left out.

Run: ``python -m benchmarks.corpus.roundtrip [LAWS]`` (default 10, drawn evenly; 0: all, an hour).
"""

from __future__ import annotations

import html
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from corpus.errors import UnreadableSource
from corpus.ingest import find_files, load, prepare
from corpus.readers.registry import read
from corpus.types import ReadResult, SourceFile

LAWS = Path(os.environ.get("JUDIAN_BENCH", "../shared/bench")).parent / "data" / "laws"
TEXTS = {
    "docx": "docx:MS Word 2007 XML",
    "doc": "doc:MS Word 97",
    "rtf": "rtf:Rich Text Format",
    "odt": "odt:writer8",
    "pdf": "pdf:writer_pdf_Export",
    "html": "html:HTML (StarWriter)",
}
SHEETS = ("xlsx", "ods", "xls", "html")
TABLE = """<table border=1>
<tr><th rowspan=2>项目</th><th colspan=2>标准</th><th rowspan=2>备注</th></tr>
<tr><th>下限</th><th>上限</th></tr>
<tr><td rowspan=2>登记费</td><td>1200</td><td>3400</td><td>每年</td></tr>
<tr><td>5</td><td>6</td><td>每月</td></tr>
<tr><td>证书费</td><td>7</td><td>8</td><td>每本</td></tr></table>"""
ROWS = (
    {"项目": "登记费", "下限": "1200", "上限": "3400", "备注": "每年"},
    {"项目": "登记费", "下限": "5", "上限": "6", "备注": "每月"},
    {"项目": "证书费", "下限": "7", "上限": "8", "备注": "每本"},
)


@dataclass
class Tally:
    """Sums over the laws of one format."""

    laws: int = 0
    characters: int = 0
    kept: int = 0
    headings: int = 0
    found: int = 0
    worst: list[str] = field(default_factory=list)


def main(count: int) -> int:
    """Print the table; return 1 when a target is missed."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None or not LAWS.is_dir():
        print("需要 LibreOffice 和法律文本，已跳过 LibreOffice or the laws are missing: skipped")
        return 0
    laws = [path for path in find_files([LAWS]) if path.name != "_index.md"]
    laws = laws[:: max(1, len(laws) // count)][:count] if count else laws
    with tempfile.TemporaryDirectory() as name:
        tallies = _through(soffice, laws, Path(name))
        tables = {kind: _table(soffice, kind, Path(name)) for kind in (*SHEETS, "docx")}
    print(f"{'format':<8}{'laws':>6}{'characters':>14}{'in order':>11}{'headings':>14}")
    missed = False
    for kind, tally in tallies.items():
        share = tally.kept / tally.characters if tally.characters else 0.0
        missed |= share < 0.995 or tally.found < tally.headings
        heads = f"{tally.found}/{tally.headings}"
        print(f"{kind:<8}{tally.laws:>6}{tally.characters:>14,}{share:>11.4%}{heads:>14}")
        for line in tally.worst[:5]:
            print(f"    {line}")
    for kind, wrong in tables.items():
        missed |= bool(wrong)
        said = "every cell once with its headers" if not wrong else "; ".join(wrong)
        print(f"table {kind}: {said}")
    return int(missed)


def _through(soffice: str, laws: Sequence[Path], folder: Path) -> dict[str, Tally]:
    sources: dict[str, tuple[list[str], list[str]]] = {}
    for at, path in enumerate(laws):
        new = prepare(load(path))
        result = read(load(path))
        headings = [result.text[h.start : h.end].strip() for h in result.headings]
        lines = [paragraph.text for paragraph in new.paragraphs]
        levels = {result.text[h.start : h.end].strip(): h.level for h in result.headings}
        (folder / f"{at}.html").write_text(_page(lines, levels), "utf-8")
        sources[str(at)] = (lines, headings)
    tallies: dict[str, Tally] = defaultdict(Tally)
    for kind, filter_ in TEXTS.items():
        out = folder / kind
        # All files in one call: starting LibreOffice costs more than a law does.
        _convert(soffice, filter_, out, [folder / f"{at}.html" for at in sources], folder)
        for stem, (lines, headings) in sources.items():
            _count(tallies[kind], out / f"{stem}.{kind}", lines, headings)
    return tallies


def _page(lines: Sequence[str], levels: dict[str, int]) -> str:
    body = "\n".join(
        f"<h{levels[line]}>{html.escape(line)}</h{levels[line]}>"
        if line in levels
        else f"<p>{html.escape(line)}</p>"
        for line in lines
    )
    return f"<html><head><meta charset=utf-8></head><body>{body}</body></html>"


def _convert(soffice: str, filter_: str, out: Path, files: Sequence[Path], folder: Path) -> None:
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            *(["--infilter=HTML (StarWriter)"] if files[0].name != "table.html" else []),
            "--convert-to",
            filter_,
            "--outdir",
            str(out),
            *map(str, files),
        ],
        check=True,
        capture_output=True,
        timeout=1800,
    )


def _count(tally: Tally, path: Path, lines: Sequence[str], headings: Sequence[str]) -> None:
    source = [_squeezed(line) for line in lines]
    total = sum(map(len, source))
    tally.laws += 1
    tally.characters += total
    tally.headings += len(headings)
    try:
        result = read(SourceFile(str(path), path.name, path.read_bytes()))
    except (UnreadableSource, FileNotFoundError) as error:
        tally.worst.append(f"{lines[0]}: {error}")
        return
    kept = in_order(source, [_squeezed(line) for line in result.text.split("\n")])
    found = sum((Counter(_headings(result)) & Counter(map(_squeezed, headings))).values())
    tally.kept += kept
    tally.found += found
    if kept < total or found < len(headings):
        tally.worst.append(f"{lines[0]}: {total - kept} of {total} lost, headings {found}")


def _headings(result: ReadResult) -> list[str]:
    return [_squeezed(result.text[h.start : h.end]) for h in result.headings]


def in_order(source: Sequence[str], read_: Sequence[str]) -> int:
    """Return how many characters of the source lines stand in the same order in those read."""
    kept = 0
    for tag, a, b, c, d in SequenceMatcher(None, source, read_, autojunk=False).get_opcodes():
        one, other = "".join(source[a:b]), "".join(read_[c:d])
        if tag == "equal":
            kept += len(one)
        elif tag == "replace":
            matcher = SequenceMatcher(None, one, other, autojunk=False)
            kept += sum(block.size for block in matcher.get_matching_blocks())
    return kept


def _table(soffice: str, kind: str, folder: Path) -> list[str]:
    page = folder / "table.html"
    page.write_text(f"<html><meta charset=utf-8><body>{TABLE}</body></html>", "utf-8")
    out = folder / f"table-{kind}"
    writer = kind in ("docx", "html")
    if kind == "html":
        path = page
    else:
        filter_ = TEXTS["docx"] if writer else kind
        command = "HTML (StarWriter)" if writer else "HTML (StarCalc)"
        subprocess.run(
            [
                soffice,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                f"--infilter={command}",
                "--convert-to",
                filter_,
                "--outdir",
                str(out),
                str(page),
            ],
            check=True,
            capture_output=True,
            timeout=300,
        )
        path = out / f"table.{kind}"
    text = read(SourceFile(str(path), path.name, path.read_bytes())).text
    lines = text.split("\n")
    wrong = []
    for row in ROWS:
        fitting = [
            line
            for line in lines
            if all(header in line and value in line for header, value in row.items())
            and line.index(row["项目"]) < line.index(row["下限"])
        ]
        if len(fitting) != 1:
            wrong.append(f"{row} stands in {len(fitting)} lines")
    return wrong


def _squeezed(text: str) -> str:
    return "".join(text.split())


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
