"""Every 条 of the laws at hand, asked for by name and number, must resolve to its own text.

The oracle reads the raw Markdown lines by itself: an article's text is what stands from its line
to the next article or heading. Run: ``python -m benchmarks.corpus.clauses [FOLDER]``.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import date
from pathlib import Path

from opencc import OpenCC

from corpus.errors import UnreadableSource
from corpus.ingest import find_files, load, prepare
from corpus.legal.addresses import parse_address
from corpus.legal.clauses import Clauses, chinese
from corpus.legal.instruments import Instruments
from corpus.legal.resolver import ResolutionState, resolve
from corpus.store.stored import NewDocument
from corpus.text.numerals import parse_numeral
from corpus.types import DocumentFacts

DEFAULT = Path(os.environ.get("JUDIAN_BENCH", "../shared/bench")).parent / "data" / "laws"
_ARTICLE = re.compile(
    r"第\s*([零一二三四五六七八九十百千]+)\s*条(?:之([一二三四五六七八九十]+))?[ \u3000]"
)
_ANNEX = re.compile(r"\s*(?:附件|附录|附：|附则\s*$|附\s*$)")


def oracle(path: Path) -> list[tuple[int, int, str]]:
    """Return (number, branch, text without white space) of each article of a Markdown file.

    What stands in quotation marks over several lines, as an amendment quotes what it puts in,
    belongs to the article that quotes it; an annex ends the last one.
    """
    body = path.read_text("utf-8").split("<!-- INFO END -->")[-1]
    found: list[tuple[int, int, list[str]]] = []
    open_, quoted = False, 0
    for line in body.split("\n"):
        match = _ARTICLE.match(line)
        if match is not None and found and "修正案" in path.name:
            # What an amendment puts in has the numbers of the law it goes into.
            match = match if parse_numeral(match[1]) == found[-1][0] + 1 else None
        if quoted > 0 and open_:
            found[-1][2].append(line)
        elif match is not None:
            branch = (parse_numeral(match[2]) or 0) if match[2] else 0
            found.append((parse_numeral(match[1]) or 0, branch, [line]))
            open_ = True
        elif line.startswith("#") or _ANNEX.match(line):
            open_ = False
        elif open_:
            found[-1][2].append(line)
        quoted = max(0, quoted + line.count("“") - line.count("”"))
    return [(number, branch, squeezed("".join(lines))) for number, branch, lines in found]


def squeezed(text: str) -> str:
    """Return the text without white space and Markdown's escapes."""
    return re.sub(r"[\s\\*\u200b\u200c\u200d\ufeff]|<!--.*?-->", "", text)


def main(folder: Path) -> int:
    """Print the table and what failed; return the exit code."""
    prepared: dict[str, NewDocument] = {}
    paths: dict[str, Path] = {}
    for path in find_files([folder]):
        try:
            new = prepare(load(path))
        except UnreadableSource:
            continue
        prepared[new.document.id], paths[new.document.id] = new, path
    facts = [
        DocumentFacts(d.id, d.revision, d.title, d.source, d.media_type, d.metadata)
        for d in (new.document for new in prepared.values())
    ]
    instruments = Instruments(facts)
    parted = {one: Clauses(one, new.paragraphs) for one, new in prepared.items()}
    traditional = OpenCC("s2t")
    asked, right, failures = 0, 0, []
    for document_id, new in prepared.items():
        instrument = instruments.of_document(document_id)
        assert instrument is not None
        version = next(v for v in instrument.versions if document_id in v.documents)
        # An old version is asked for as such; by name alone, the version in force is meant.
        edition = f"（{version.issued}）" if version != instrument.versions[-1] else ""
        name = new.document.title.removeprefix("中华人民共和国")
        for number, branch, text in oracle(paths[document_id]):
            of = f"之{branch}" if branch else ""
            for address in (
                f"《{new.document.title}》{edition}第{number}条{of}",
                f"{name}{edition} 第 {number} 条{of}",
                traditional.convert(f"{name}{edition}第{chinese(number)}条{of}"),
            ):
                asked += 1
                found = resolve(
                    parse_address(address, instruments),
                    instruments,
                    parted.__getitem__,
                    date.max,
                )
                texts = {
                    squeezed(prepared[c.document_id].document.text[c.start : c.end])
                    for c in found.clauses
                }
                if found.state is ResolutionState.FOUND and text in texts:
                    right += 1
                else:
                    failures.append((address, found.state, text[:40], [t[:40] for t in texts]))
    for failure in failures[:60]:
        print(*failure)
    print(f"documents {len(prepared)} · addresses {asked} · right {right} · {right / asked:.2%}")
    return 0 if right == asked else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT))
