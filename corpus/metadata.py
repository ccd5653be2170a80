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

from corpus.dates import find_dates, parse_date
from corpus.document_numbers import find_number, whole_number
from corpus.readers.plain import title_of
from corpus.structure import division
from corpus.types import Fact, Origin, ReadResult, SourceFile, Value

HEAD_LINES = 20  # the constitution's history has seven; a 公文 head rarely ten
SIGNATURE_LINES = 6
_SHORT = 30  # characters of a signature; joint ones stand on lines of their own

_KEYS = {
    "title": "标题 题名 名称",
    "number": "文号 发文字号 发文文号 文件编号 document_number",
    "issuer": "发文机关 制定机关 发布机关 发文单位 颁布机关 公布机关 issued_by authority publisher",
    "issued": "成文日期 发布日期 公布日期 印发日期 通过日期 发文日期 修订日期 date published",
    "effective": "施行日期 生效日期 实施日期 effective_date in_force",
    "repealed": "废止日期 失效日期 repealed_on expired",
    "status": "时效性 状态 有效性 效力状态",
    "collection": "文集 专题 类别",
    "tags": "标签 关键词 主题词 tag keywords",
    "aliases": "简称 别名 alias",
    "instrument": "法规",
    "part": "部分",
    "repeals": "废止",
    "language": "语言 lang",
}
STANDARD = frozenset((*_KEYS, "enacted"))
DATES = frozenset(("issued", "effective", "repealed", "enacted"))
SEVERAL = frozenset(("tags", "aliases", "repeals"))
_BY_NAME = {name: key for key, names in _KEYS.items() for name in (key, *names.split())}

_STATUS = (
    (re.compile(r"废止|失效|repealed|expired", re.IGNORECASE), "repealed"),
    (re.compile(r"尚未|未生效|not yet", re.IGNORECASE), "not_yet"),
    (re.compile(r"有效|in.force|current|valid", re.IGNORECASE), "in_force"),
)
_SELF = (
    "法|法典|条例|办法|规定|细则|规则|决定|解释|章程|规范|标准|准则|规程|通则|意见|通知|方案|制度"
    "|修正案|公约|协定"
)
_IN_FORCE_FROM = re.compile(
    rf"(?:本|该)(?:{_SELF})[^。；]{{0,12}}?自(?P<when>[^。；，]{{2,20}}?)起?(?:正式)?(?:施行|实施|执行|生效)"
)
_AT_ONCE = re.compile(r"(?:公布|发布|印发|颁布|通过|发文)之日")
_REPEALING = re.compile(r"(?P<list>《[^。；]*?》[^。；《》]{0,40}?)(?:同时|即行|即时|相应)?废止")
_TITLES = re.compile(r"《([^《》]*(?:[《〈][^《》]*[》〉][^《》]*)*)》")
_PASSED = re.compile(r"通过|修正|修订|公布|发布|批准|印发|颁布|修改")
_FROM = re.compile(r"[^。；，]{0,4}(?:起)?(?:施行|实施|生效)")
_ISSUER_END = re.compile(
    r"(?:院|部|委|局|厅|办|办公室|办公厅|会|署|府|司|处|所|行|社|中心|委员会|集团|公司|大学|学院)$"
)
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
    title, head_start = _title(read, file, lines)
    found: dict[str, Fact] = {}
    # The least trusted first, so that what is trusted more stands in the end.
    for origin, said in (
        (Origin.FORMAT, _normalised(read.metadata) if stated is Origin.FORMAT else {}),
        (Origin.FILE_NAME, _from_name(file.name)),
        (Origin.TAIL, _from_tail(lines)),
        (Origin.HEAD, _from_head(lines[head_start : head_start + HEAD_LINES])),
        (Origin.FRONT_MATTER, _normalised(read.metadata) if stated is not Origin.FORMAT else {}),
        (Origin.SIDECAR, _normalised(file.given)),
        (Origin.OPTION, _normalised(options)),
    ):
        found.update({key: Fact(value, origin) for key, value in said.items()})
    part = _part(read, title)
    if part and "part" not in found:
        found["part"] = Fact(part, Origin.HEAD)
    _settle_effective(found)
    given = found.pop("title", None)
    return (str(given.value) if given is not None and given.value else title), found


def normalised(said: Mapping[str, Value]) -> dict[str, Value]:
    """Return facts under their standard keys, dates as ISO 8601, numbers in their one form."""
    return _normalised(said)


def _normalised(said: Mapping[str, Value]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for name, value in said.items():
        key = _BY_NAME.get(name.strip().lower().replace(" ", "_").replace("-", "_"), name.strip())
        if value in ("", ()):
            continue
        kept, settled = _settled(key, value)
        result.setdefault(kept, settled)
    return result


def _settled(key: str, value: Value) -> tuple[str, Value]:
    if key in SEVERAL:
        return key, _several(value)
    text = value if isinstance(value, str) else "、".join(value)
    if key in DATES:
        iso = parse_date(text)
        return (key, iso) if iso else (f"{key} text", text)
    if key == "number":
        return key, find_number(text) or text
    if key == "status":
        return key, next((word for pattern, word in _STATUS if pattern.search(text)), text)
    return key, value if key not in STANDARD else text


def _several(value: Value) -> tuple[str, ...]:
    if not isinstance(value, str):
        return tuple(one.strip() for one in value if one.strip())
    parts = re.split(r"[、，,;；\n]", value.strip().strip("[]"))
    return tuple(part.strip().strip("\"'") for part in parts if part.strip().strip("\"'"))


def _title(read: ReadResult, file: SourceFile, lines: Sequence[str]) -> tuple[str, int]:
    """Return the title, and how many lines of the text it and what repeats it take."""
    title = (read.title or title_of(read.text) or "").strip()
    if not title:
        return _bare(PurePath(file.name).stem), 0
    at = next((at for at, line in enumerate(lines[:3]) if line == title), None)
    return title, 0 if at is None else at + 1


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


def _history(line: str) -> Iterator[tuple[str, str]]:
    """Yield each date of a line with the words behind it, up to the next."""
    dates = list(find_dates(line))
    for one, following in zip(dates, [*dates[1:], None], strict=False):
        yield one.iso, line[one.end : following.start if following else len(line)]


def _from_tail(lines: Sequence[str]) -> dict[str, Value]:
    said: dict[str, Value] = {}
    for line in reversed(lines):
        starts = list(_IN_FORCE_FROM.finditer(line))
        if starts:
            when = starts[-1]["when"]
            iso = next((one.iso for one in find_dates(when)), None)
            if iso or _AT_ONCE.search(when):
                said["effective"] = iso or "at_once"
                break
    repeals = tuple(_repealed(lines))
    if repeals:
        said["repeals"] = repeals
    said.update(_signature(lines[-SIGNATURE_LINES:]))
    return said


def _repealed(lines: Sequence[str]) -> Iterator[str]:
    # Only what a document itself ends: in its last articles, beside its own coming into force.
    for line in lines[-40:]:
        if "废止" in line and ("施行" in line or "同时废止" in line or "实施" in line):
            for listed in _REPEALING.finditer(line):
                yield from (title for title in _TITLES.findall(listed["list"]) if len(title) > 2)


def _signature(lines: Sequence[str]) -> dict[str, Value]:
    for at in range(len(lines) - 1, 0, -1):
        iso = parse_date(lines[at]) if len(lines[at]) <= _SHORT else None
        if iso is None or len(iso) < len("2023-03-05"):
            continue
        signed = lines[at - 1]
        said: dict[str, Value] = {"issued": iso}
        if len(signed) <= _SHORT and _ISSUER_END.search(signed):
            said["issuer"] = signed
        return said
    return {}


def _part(read: ReadResult, title: str) -> str | None:
    """Return the part of a law that a file holds: its second outermost heading, under the title."""
    outermost = [read.text[h.start : h.end].strip() for h in read.headings if h.level == 1]
    if len(outermost) == 2 and outermost[0] == title and len(outermost[1]) <= _SHORT:
        return outermost[1]
    return None


def _settle_effective(found: dict[str, Fact]) -> None:
    """自公布之日 means the day of issue; a day before this version is an earlier one's."""
    effective, issued = found.get("effective"), found.get("issued")
    if effective is None:
        return
    if effective.value == "at_once":
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
