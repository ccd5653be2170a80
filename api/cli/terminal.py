"""What the command line prints: hits, places and lists as plain text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from api.cli.console import labelled
from api.language import here
from corpus.facts.keys import STANDARD
from corpus.messages.message import Message
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
    Quarantined,
)
from index.catalogue import FoundClause
from index.types import Explanation, Hit

EXCERPT = 120  # characters of a passage shown in a list of hits
_BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
# What could move the cursor, hide text or reorder it on a terminal.
_BIDI = (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_UNSAFE = {code: None for code in (*range(9), *range(11, 32), *range(127, 160), *_BIDI)}


def in_words(kind: str, value: str) -> Message:
    """Return a value of an enumeration in words: state, place, from (an origin), label."""
    return Message(f"cli.{kind}_{value}")


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
    meaning = Message("cli.by_meaning", cosine=why.cosine, mean=why.mean, deviation=why.deviation)
    yield f"= {points.dense:+.3f} {here(meaning)}"
    words = " ".join(f"{word.token}×{word.times} {word.share:.1%}" for word in why.words)
    by_words = Message("cli.by_words", share=why.share, words=words or "–")
    yield f"  {points.lexical:+.3f} {here(by_words)}"
    yield f"  {points.standing:+.3f} {here(Message('cli.by_references', count=why.references))}"


def place_lines(place: CitedPlace, forms: Forms) -> Iterator[str]:
    """Yield a cited place: document, path, paragraph, the quote in its surroundings, its state."""
    citation = place.citation
    yield f"《{citation.title}》"
    if citation.path:
        yield labelled(Message("cli.place"), " › ".join(citation.path))
    if citation.page:
        yield labelled(Message("cli.page"), str(citation.page))
    if citation.ocr:
        yield here(Message("cli.recognised"))
    yield labelled(Message("cli.source"), place.source)
    span = f"[{citation.start}, {citation.end})"
    yield f"{labelled(Message('cli.characters'), span)}  {_revision(citation.revision)}"
    yield labelled(Message("cli.state"), in_words("place", place.state))
    if citation.clause:
        yield labelled(Message("cli.clause"), citation.clause)
    if citation.lapse is not None:
        yield lapse_line(citation.lapse)
    if place.state is CitationState.MOVED and place.current is not None:
        yield labelled(Message("cli.now"), place.current.id)
    yield ""
    yield f"{place.before}⟦{citation.quote}⟧{place.after}"
    yield ""
    yield labelled(Message("cli.cite_as"), forms.official)
    if place.diff:
        yield ""
        yield here(Message("cli.what_changed"))
        marks = {"equal": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
        yield "".join(f"{marks[p.kind][0]}{p.text}{marks[p.kind][1]}" for p in place.diff)


def clause_lines(found: FoundClause, forms: Sequence[Forms]) -> Iterator[str]:
    """Yield a clause with its text and official form, or why there is none."""
    if not found.citations:
        yield here(found.resolution.reason)
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
    return f"⚠ {here(_lapsed(lapse))}"


def _lapsed(lapse: Lapse) -> Message:
    title = f"《{lapse.title}》" if lapse.title else ""
    day = lapse.since
    if lapse.kind is LapseKind.NOT_YET:
        return Message("cli.not_yet_until", day=day) if day else Message("cli.not_yet")
    if lapse.kind is LapseKind.SUPERSEDED:
        return Message("cli.superseded_on", day=day) if day else Message("cli.superseded")
    known = [part for part in (day, title) if part]
    return Message("cli.repealed_by", known=known) if known else Message("cli.repealed")


def outcome_lines(outcomes: Sequence[AddOutcome]) -> Iterator[str]:
    """Yield what was refused and why, what is in doubt, what moved or went, then the sums."""
    for outcome in outcomes:
        if outcome.state in (AddState.MOVED, AddState.REMOVED):
            yield f"{here(in_words('state', outcome.state))}  {one_line(outcome.source)}"
        for note in outcome.notes:
            yield f"{here(Message('cli.note'))}  {one_line(outcome.source)}"
            yield f"    {here(note)}"
        if outcome.state is AddState.REFUSED:
            yield f"{here(in_words('state', outcome.state))}  {one_line(outcome.source)}"
            yield f"    {one_line(outcome.reason or '')}"
    counts = Counter(outcome.state for outcome in outcomes)
    yield " · ".join(f"{here(in_words('state', one))} {counts[one]}" for one in AddState)


def document_lines(
    documents: Sequence[DocumentSummary], lapse_of: Callable[[str], Lapse | None]
) -> Iterator[str]:
    """Yield two lines a document, three where it is not in force today."""
    for one in documents:
        yield f"{one.id}  {one_line(one.title)}"
        lapse = lapse_of(one.id)
        if lapse is not None:
            yield f"              {lapse_line(lapse)}"
        size = here(Message("cli.size", characters=one.characters, paragraphs=one.paragraphs))
        yield f"              {size} · {one.encoding} · {one_line(one.source)}"
    yield here(Message("cli.documents", count=len(documents)))


def show_lines(document: Document, lapse: Lapse | None) -> Iterator[str]:
    """Yield what is known of a document: each fact with where it was found, and the receipt."""
    yield f"《{document.title}》"
    if lapse is not None:
        yield lapse_line(lapse)
    yield f"{labelled(Message('cli.id'), document.id)}  {_revision(document.revision)}"
    yield labelled(Message("cli.source"), document.source)
    receipt = document.receipt
    sizes = (
        Message("cli.long", characters=len(document.text)),
        Message("cli.bytes", bytes=receipt.size),
    )
    yield " · ".join([*map(here, sizes), receipt.encoding])
    for key, fact in sorted(document.metadata.items()):
        yield labelled(Message(f"cli.fact_{key}") if key in STANDARD else key, _said(fact))
        if fact.over is not None:
            yield f"    {labelled(Message('cli.found'), _said(fact.over))}"
    for note in receipt.notes:
        yield labelled(Message("cli.note"), note)


def _revision(revision: str) -> str:
    return f"{here(Message('cli.revision'))} {revision[:12]}"


def _said(fact: Fact) -> str:
    values = "、".join(fact.values) or here(Message("cli.none"))
    return f"{values}  [{here(in_words('from', fact.origin))}]"


def quarantine_lines(entries: Sequence[Quarantined]) -> Iterator[str]:
    """Yield two lines a quarantined source."""
    for one in entries:
        size = here(Message("cli.bytes", bytes=one.size))
        yield f"{one_line(one.source)}  ({size}, {one.seen_at})"
        yield f"    {one_line(one.reason)}"
    yield here(Message("cli.quarantined_files", count=len(entries)))


def one_line(text: str) -> str:
    """Return a name on one line: a line break in it could pass for another line of a list."""
    return _BREAK.sub("␤", here(text))


def shortened(text: str) -> str:
    """Return the beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}…"


def safe(lines: Iterable[str]) -> str:
    """Join lines, in the reader's language, without the control characters that play tricks."""
    return "\n".join(here(line).translate(_UNSAFE) for line in lines)
