"""What the command line prints: hits, places and lists as plain text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from corpus.tracking.citation_styles import Forms
from corpus.types import (
    AddOutcome,
    AddState,
    CitationState,
    CitedPlace,
    Document,
    DocumentSummary,
    Fact,
    Lapse,
    LapseKind,
    Origin,
    Quarantined,
)
from index.catalogue import FoundClause
from index.types import Explanation, Hit

STATES = {
    AddState.ADDED: "新增 added",
    AddState.UPDATED: "更新 updated",
    AddState.UNCHANGED: "未变 unchanged",
    AddState.MOVED: "移动 moved",
    AddState.REMOVED: "移除 removed",
    AddState.REFUSED: "拒收 refused",
}
PLACES = {
    CitationState.VALID: "有效 valid：与现行文本一致",
    CitationState.MOVED: "已移动 moved：文字未变，位置变了",
    CitationState.CHANGED: "已改动 changed：现行文本中已没有这段文字",
    CitationState.GONE: "已移除 gone：文件已不在库中",
}
FACTS = {
    "title": "标题",
    "number": "文号",
    "issuer": "发文机关",
    "issued": "公布",
    "enacted": "制定",
    "effective": "施行",
    "repealed": "废止",
    "status": "时效",
    "collection": "文集",
    "tags": "标签",
    "aliases": "简称",
    "instrument": "法规",
    "part": "部分",
    "repeals": "废止的文件",
    "language": "语言",
}
ORIGINS = {
    Origin.HAND: "手工设置 by hand",
    Origin.OPTION: "添加时指定 given when added",
    Origin.SIDECAR: "附带文件 sidecar",
    Origin.FRONT_MATTER: "文前信息 front matter",
    Origin.HEAD: "文首 head",
    Origin.TAIL: "文末 tail",
    Origin.FILE_NAME: "文件名 file name",
    Origin.FORMAT: "文件属性 file format",
}
EXCERPT = 120  # characters of a passage shown in a list of hits
_BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
# What could move the cursor, hide text or reorder it on a terminal.
_BIDI = (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_UNSAFE = {code: None for code in (*range(9), *range(11, 32), *range(127, 160), *_BIDI)}


def hit_lines(hits: Sequence[Hit], told: Sequence[Explanation] = ()) -> Iterator[str]:
    """Yield two lines a hit: where and how well, then how it begins; with what it is ranked by."""
    for at, hit in enumerate(hits):
        path = " › ".join(hit.passage.path)
        by = "+".join(hit.retrievers)
        yield f"{hit.rank:>3}. {hit.score:.3f} 《{hit.title}》{' ' if path else ''}{path}  ({by})"
        if hit.lapse is not None:
            yield f"     {lapse_line(hit.lapse)}"
        yield f"     {shortened(hit.passage.text)}"
        if told:
            yield from (f"     {line}" for line in _explained(hit, told[at]))


def _explained(hit: Hit, why: Explanation) -> Iterator[str]:
    points = hit.points
    yield (
        f"= {points.dense:+.3f} 语义 meaning：余弦 cosine {why.cosine:.3f}，"
        f"全库 library {why.mean:.3f} ± {why.deviation:.3f}"
    )
    words = " ".join(f"{word.token}×{word.times} {word.share:.1%}" for word in why.words)
    yield f"  {points.lexical:+.3f} 用词 words：{why.share:.1%}（{words or '无 none'}）"
    yield (
        f"  {points.standing:+.3f} 被引 standing：{why.references} 份文件提到它"
        f" documents refer to it"
    )


def place_lines(place: CitedPlace, forms: Forms) -> Iterator[str]:
    """Yield a cited place: document, path, paragraph, the quote in its surroundings, its state."""
    citation = place.citation
    yield f"《{citation.title}》"
    if citation.path:
        yield f"位置 place：{' › '.join(citation.path)}"
    if citation.page:
        yield f"页 page：{citation.page}"
    if citation.ocr:
        yield "文字由图片识别，请核对原件 recognised from a picture: check the original"
    yield f"来源 source：{place.source}"
    span = f"[{citation.start}, {citation.end})"
    yield f"字符 characters：{span}  版本 revision {citation.revision[:12]}"
    yield f"状态 state：{PLACES[place.state]}"
    if citation.clause:
        yield f"条款 clause：{citation.clause}"
    if citation.lapse is not None:
        yield lapse_line(citation.lapse)
    if place.state is CitationState.MOVED and place.current is not None:
        yield f"现在 now：{place.current.id}"
    yield ""
    yield f"{place.before}⟦{citation.quote}⟧{place.after}"
    yield ""
    yield f"引用 cite as：{forms.official}"
    if place.diff:
        yield ""
        yield "改动 what changed："
        marks = {"equal": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
        yield "".join(f"{marks[p.kind][0]}{p.text}{marks[p.kind][1]}" for p in place.diff)


def clause_lines(found: FoundClause, forms: Sequence[Forms]) -> Iterator[str]:
    """Yield a clause with its text and official form, or why there is none."""
    if not found.citations:
        yield found.resolution.reason
    for citation, form in zip(found.citations, forms, strict=True):
        yield form.official
        if citation.lapse is not None:
            yield lapse_line(citation.lapse)
        yield f"      {citation.id}"
        yield ""
        yield citation.quote
        yield ""


def form_lines(forms: Iterable[Forms], name: str) -> Iterator[str]:
    """Yield one form of each citation: official, gbt7714, or csl, which is one JSON list."""
    if name == "csl":
        yield json.dumps([form.csl_json for form in forms], ensure_ascii=False, indent=2)
    else:
        yield from (form.official if name == "official" else form.gbt7714 for form in forms)


def lapse_line(lapse: Lapse) -> str:
    """Return in words that a text is not in force; since when only where that is known."""
    title = f"《{lapse.title}》" if lapse.title else ""
    day = lapse.since
    if lapse.kind is LapseKind.NOT_YET:
        return f"⚠ 尚未施行{f'，自 {day} 起施行' if day else ''} not yet in force"
    if lapse.kind is LapseKind.SUPERSEDED:
        return f"⚠ {f'自 {day} 起' if day else '已'}被新版本取代 superseded"
    known = "，".join(part for part in (day, title) if part)
    return f"⚠ 已废止 repealed{f'（{known}）' if known else ''}"


def outcome_lines(outcomes: Sequence[AddOutcome]) -> Iterator[str]:
    """Yield what was refused and why, what is in doubt, what moved or went, then the sums."""
    for outcome in outcomes:
        if outcome.state in (AddState.MOVED, AddState.REMOVED):
            yield f"{STATES[outcome.state]}  {one_line(outcome.source)}"
        for note in outcome.notes:
            yield f"注意 note  {one_line(outcome.source)}"
            yield f"    {note}"
        if outcome.state is AddState.REFUSED:
            yield f"拒收 refused  {one_line(outcome.source)}"
            yield f"    {one_line(outcome.reason or '')}"
    counts = Counter(outcome.state for outcome in outcomes)
    yield " · ".join(f"{label} {counts[state]}" for state, label in STATES.items())


def document_lines(
    documents: Sequence[DocumentSummary], lapse_of: Callable[[str], Lapse | None]
) -> Iterator[str]:
    """Yield two lines a document, three where it is not in force today."""
    for one in documents:
        yield f"{one.id}  {one_line(one.title)}"
        lapse = lapse_of(one.id)
        if lapse is not None:
            yield f"              {lapse_line(lapse)}"
        yield (
            f"              {one.characters:,} 字 · {one.paragraphs} 段 paragraphs"
            f" · {one.encoding} · {one_line(one.source)}"
        )
    yield f"共 {len(documents)} 个文件 documents"


def show_lines(document: Document, lapse: Lapse | None) -> Iterator[str]:
    """Yield what is known of a document: each fact with where it was found, and the receipt."""
    yield f"《{document.title}》"
    if lapse is not None:
        yield lapse_line(lapse)
    yield f"编号 id：{document.id}  版本 revision {document.revision[:12]}"
    yield f"来源 source：{document.source}"
    receipt = document.receipt
    yield f"{len(document.text):,} 字 characters · {receipt.size:,} bytes · {receipt.encoding}"
    for key, fact in sorted(document.metadata.items()):
        said = f"{FACTS.get(key, key)} {key}" if key in FACTS else key
        yield f"{said}：{_said(fact)}  [{ORIGINS[fact.origin]}]"
        if fact.over is not None:
            yield f"    原为 found：{_said(fact.over)}  [{ORIGINS[fact.over.origin]}]"
    for note in receipt.notes:
        yield f"注意 note：{note}"


def _said(fact: Fact) -> str:
    return "、".join(fact.values) or "（无 none）"


def quarantine_lines(entries: Sequence[Quarantined]) -> Iterator[str]:
    """Yield two lines a quarantined source."""
    for one in entries:
        yield f"{one_line(one.source)}  ({one.size:,} bytes, {one.seen_at})"
        yield f"    {one_line(one.reason)}"
    yield f"隔离 {len(entries)} 个文件 quarantined"


def one_line(text: str) -> str:
    """Return a name on one line: a line break in it could pass for another line of a list."""
    return _BREAK.sub("␤", text)


def shortened(text: str) -> str:
    """Return the beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}…"


def safe(lines: Iterable[str]) -> str:
    """Join lines without the control characters a document could play tricks with."""
    return "\n".join(line.translate(_UNSAFE) for line in lines)
