"""What is known of a document, and how: title, number, issuer, dates, status, collection, tags.

Standard keys: title, number, issuer, issued (the date of this version), enacted (of the first),
effective, repealed, status, collection, tags, aliases, instrument, part, repeals, language. Other
keys of front matter and sidecars are kept as they are. Of two places that say a thing the one
earlier in Origin holds. A value that is no date does not become one: it stays under "KEY text".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath

from corpus.facts.head import Head, read_head
from corpus.facts.keys import normalised
from corpus.legal.structure import division
from corpus.legal.tail import AT_ONCE, read_tail, read_term
from corpus.text.dates import find_dates, parse_date
from corpus.text.document_numbers import find_number, whole_number
from corpus.types import Fact, Origin, ReadResult, SourceFile, Value

HEAD_LINES = 20  # the constitution's history has seven; a 公文 head rarely ten
_LONGEST_PART = 30  # characters of the heading that names a part of a law

_PASSED = re.compile(r"通过|修正|修订|公布|发布|批准|印发|颁布|修改")
_FROM = re.compile(r"[^。；，]{0,4}(?:起)?(?:施行|实施|生效)")
_DATED_NAME = re.compile(
    r"\s*[（(\[]?\s*(?P<date>[12][0-9]{3}[-.年][0-9]{1,2}[-.月][0-9]{1,2}日?)\s*[）)\]]?\s*$"
)
_COMPACT_NAME = re.compile(r"(?<![0-9])(?P<date>(?:19|20)[0-9]{2}[01][0-9][0-3][0-9])(?![0-9])")


def describe(
    read: ReadResult, file: SourceFile, options: Mapping[str, Value]
) -> tuple[str, dict[str, Fact]]:
    """Return a document's title and what is known of it beside the title, each with its origin."""
    lines = [line.strip() for line in read.text.split("\n") if line.strip()]
    stated = Origin.FRONT_MATTER if read.media_type == "text/markdown" else Origin.FORMAT
    title, head = _title(read, file, lines)
    found: dict[str, Fact] = {}
    # The least trusted first, so that what is trusted more stands in the end.
    for origin, said in (
        (Origin.FORMAT, normalised(read.metadata) if stated is Origin.FORMAT else {}),
        (Origin.FILE_NAME, _from_name(file.name)),
        (Origin.TAIL, read_tail(lines)),
        (Origin.HEAD, _from_head(lines[head.lines : head.lines + HEAD_LINES])),
        (Origin.HEAD, {**_numbers(lines[: head.lines]), **normalised(head.said)}),
        (Origin.FRONT_MATTER, normalised(read.metadata) if stated is not Origin.FORMAT else {}),
        (Origin.SIDECAR, normalised(file.given)),
        (Origin.OPTION, normalised(options)),
    ):
        found.update({key: Fact(value, origin) for key, value in said.items()})
    part = _part(read, title)
    if part and "part" not in found:
        found["part"] = Fact(part, Origin.HEAD)
    _settle_effective(found)
    begins = found.get("effective") or found.get("issued")
    ends = read_term(lines, str(begins.value) if begins else None)
    if ends and "repealed" not in found:
        found["repealed"] = Fact(ends, Origin.TAIL)
    given = found.pop("title", None)
    return (str(given.value) if given is not None and given.value else title), found


def _title(read: ReadResult, file: SourceFile, lines: Sequence[str]) -> tuple[str, Head]:
    """Return the title, and the head of the text that says it, or nothing where the format does."""
    title = (read.title or "").strip()
    if title:
        at = next((at for at, line in enumerate(lines[:3]) if line == title), None)
        return title, Head(title, 0 if at is None else at + 1)
    head = read_head(lines)
    return head.title or _bare(PurePath(file.name).stem), head


def _bare(stem: str) -> str:
    """Return a file's name without a date behind it."""
    return _DATED_NAME.sub("", stem).strip() or stem


def _from_name(name: str) -> dict[str, Value]:
    stem = Path(name).stem
    said: dict[str, Value] = {}
    dated = _DATED_NAME.search(stem) or _COMPACT_NAME.search(stem)
    issued = parse_date(dated["date"]) if dated is not None else None
    if issued:
        said["issued"] = issued
    number = find_number(stem) if re.search(r"[〔\[【［﹝]", stem) else None
    if number:
        said["number"] = number
    return said


def _from_head(lines: Sequence[str]) -> dict[str, Value]:
    said: dict[str, Value] = {}
    passed: list[str] = []
    for line in lines:
        opened = division(line)
        if opened is not None and opened.kind in ("编", "章", "节", "条", "一、"):
            break
        number = whole_number(line)
        if number is not None:
            said.setdefault("number", number)
        elif len(line) < 2000 and not line.endswith("。"):
            for iso, what in _history(line):
                if _FROM.match(what):
                    said["effective"] = iso
                elif _PASSED.search(what):
                    passed.append(iso)
    if passed:
        said["issued"] = max(passed)
        if min(passed) != max(passed):
            said["enacted"] = min(passed)
    return said


def _numbers(above: Sequence[str]) -> dict[str, Value]:
    """Return the document number that stands above or in the title."""
    found = next((number for line in above if (number := whole_number(line))), None)
    return {"number": found} if found else {}


def _history(line: str) -> Iterator[tuple[str, str]]:
    """Yield each date of a line with the words behind it, up to the next."""
    dates = list(find_dates(line))
    for one, following in zip(dates, [*dates[1:], None], strict=False):
        yield one.iso, line[one.end : following.start if following else len(line)]


def _part(read: ReadResult, title: str) -> str | None:
    """Return the part of a law that a file holds: its second outermost heading, under the title."""
    outermost = [read.text[h.start : h.end].strip() for h in read.headings if h.level == 1]
    if len(outermost) == 2 and outermost[0] == title and len(outermost[1]) <= _LONGEST_PART:
        return outermost[1]
    return None


def _settle_effective(found: dict[str, Fact]) -> None:
    """自公布之日 means the day of issue; a day before this version is an earlier one's."""
    effective, issued = found.get("effective"), found.get("issued")
    if effective is None:
        return
    if effective.value == AT_ONCE:
        if issued is None or "enacted" in found:
            del found["effective"]
        else:
            found["effective"] = Fact(issued.value, effective.origin)
    elif (
        effective.origin in (Origin.HEAD, Origin.TAIL)
        and issued is not None
        and str(effective.value) < str(issued.value)
    ):
        del found["effective"]
