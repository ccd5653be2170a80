"""What is taken as evidence, where documents speak to the program reading them or come in copies.

A sentence that speaks to a program is no evidence: no answer quotes it, no claim is supported by
it, no model reads it. What stands near it in its document, or only hints at such an order, is
heard after the others: it is quoted only where those have no answer. Near-equal passages are heard
three times, not fifty. All of it stays searchable, citable and shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from corpus.text.script import fold
from corpus.types import Citation, Document, Paragraph
from index.types import Hit
from rag.instructions.hints import hints_at_instructions
from rag.instructions.sentences import Span, blanked, find_instructions, without_instructions
from rag.types import Label
from rag.verification.verifier import Check, Verifier

Read = Callable[[str], tuple[Document, Sequence[Paragraph]]]
Search = Callable[[int], Sequence[Hit]]  # how many -> passages, best first

# A document is looked through by blocks, those that passages stand in: some 1 µs a character, and
# no large one costs a question more than its passages do.
BLOCK = 4_000
MARGIN = 400  # read to either side of a block, so that no sentence is cut apart
KEPT_BLOCKS = 2_048  # whose instructions stay known
DEEPER = 10  # times as many passages looked through where some stand behind the others
COPIES = 3  # of near-equal passages heard before the others: a law, its draft, its old version
NEAR_EQUAL = 0.9  # share of pairs of letters in common (Jaccard), figures left out
_LETTERS = re.compile(r"[^\W\d_]+")
_ORDERS = "所引的句子是写给程序的指令，不是依据。 The cited sentence gives orders to a program."


@dataclass(frozen=True, slots=True)
class _Block:
    """What instructions are kept by: comparing the texts would cost more than a look-up."""

    document_id: str
    revision: str
    start: int  # of ``text`` in the document
    text: str = field(compare=False)


@lru_cache(maxsize=KEPT_BLOCKS)
def _instructions(block: _Block) -> tuple[Span, ...]:
    found = find_instructions(block.text)
    return tuple((block.start + start, block.start + end) for start, end in found)


def instructions_near(document: Document, start: int, end: int) -> Iterator[Span]:
    """Yield the spans that speak to a program in the blocks that ``[start, end)`` lies in."""
    for number in range(start // BLOCK, max(end - 1, start) // BLOCK + 1):
        first = max(number * BLOCK - MARGIN, 0)
        text = document.text[first : (number + 1) * BLOCK + MARGIN]
        yield from _instructions(_Block(document.id, document.revision, first, text))


def is_evidence(document: Document, start: int, end: int) -> bool:
    """Say whether all of ``[start, end)`` is said to people."""
    near = instructions_near(document, start, end)
    return all(last <= start or end <= first for first, last in near)


def evidence_text(document: Document, start: int, end: int) -> str:
    """Return the text of ``[start, end)``, blank where it speaks to a program; offsets stay."""
    spans = [
        (max(first - start, 0), min(last, end) - start)
        for first, last in instructions_near(document, start, end)
        if first < end and start < last
    ]
    return blanked(document.text[start:end], spans)


def as_evidence(hit: Hit, read: Read) -> Hit:
    """Return a hit blank where it speaks to a program, in its title and path too."""
    passage = hit.passage
    document, _ = read(passage.document_id)
    text = passage.text
    if document.text[passage.start : passage.end] == text:  # else it was edited since the search
        text = evidence_text(document, passage.start, passage.end)
    path = tuple(map(without_instructions, passage.path))
    passage = replace(passage, text=text, path=path)
    return replace(hit, passage=passage, title=without_instructions(hit.title))


class EvidenceVerifier:
    """Finds no support in what speaks to a program; the rest it leaves to another verifier."""

    def __init__(self, verifier: Verifier, read: Read) -> None:
        self._verifier = verifier
        self._read = read

    def verify(self, claim: str, citations: Sequence[Citation]) -> Check:
        """Return label, support and reasons."""
        for one in citations:
            if not is_evidence(self._read(one.document_id)[0], one.start, one.end):
                return Check(Label.UNSUPPORTED, 0.0, (_ORDERS,))
        return self._verifier.verify(claim, tuple(map(_headings_as_evidence, citations)))


def _headings_as_evidence(citation: Citation) -> Citation:
    path = tuple(map(without_instructions, citation.path))
    return replace(citation, path=path, title=without_instructions(citation.title))


def question_without_orders(text: str) -> str:
    """Return a question without sentences that speak to a program; one of nothing else as it is."""
    left = without_instructions(text)
    return " ".join(left.split()) if left != text and _LETTERS.search(left) else text


# --- which passages are heard ------------------------------------------------------------------


def heard(search: Search, k: int, read: Read) -> tuple[tuple[Hit, ...], int]:
    """Return the best ``k`` passages to answer from, and how many of them are heard first.

    Behind them stand passages near which a document speaks to programs, and further near-equal
    ones; where there are such, more are looked through, so that they crowd nothing out.
    """
    hits = tuple(search(k))
    first, behind = _parted(hits, read)
    if not behind:
        return hits, len(hits)
    first, behind = _parted(search(k * DEEPER), read)
    first = first[:k]
    chosen = [*first, *behind][:k]
    return tuple(replace(hit, rank=at) for at, hit in enumerate(chosen, start=1)), len(first)


def _parted(hits: Iterable[Hit], read: Read) -> tuple[list[Hit], list[Hit]]:
    first: list[Hit] = []
    behind: list[Hit] = []
    kinds: list[tuple[frozenset[str], list[Hit]]] = []
    for hit in hits:
        copies = _copies(hit, kinds)
        (behind if len(copies) > COPIES or _speaks(hit, read) else first).append(hit)
    return first, behind


def _speaks(hit: Hit, read: Read) -> bool:
    """Say whether a passage may speak to a program, or its document does near it."""
    document, _ = read(hit.passage.document_id)
    near = instructions_near(document, hit.passage.start, hit.passage.end)
    if next(near, None) is not None or find_instructions(hit.title):
        return True
    return hints_at_instructions(f"{hit.title}\n{hit.passage.text}")


def _copies(hit: Hit, kinds: list[tuple[frozenset[str], list[Hit]]]) -> list[Hit]:
    """Return the near-equal passages so far, this one with them."""
    letters = "".join(_LETTERS.findall(fold(hit.passage.text)))
    pairs = frozenset(letters[at : at + 2] for at in range(len(letters) - 1))
    for known, members in kinds:
        if len(pairs & known) >= NEAR_EQUAL * len(pairs | known):
            members.append(hit)
            return members
    kinds.append((pairs, [hit]))
    return kinds[-1][1]
