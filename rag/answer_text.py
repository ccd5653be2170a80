"""An answer put together claim by claim: one Markdown text with ``[^n]`` markers."""

from __future__ import annotations

from corpus.types import Citation
from rag.drafts import DraftClaim
from rag.events import ClaimStreamed
from rag.types import Claim


class AnswerText:
    """Takes claims in order; equal places share a number."""

    def __init__(self) -> None:
        self.text = ""
        self.claims: list[Claim] = []
        self._citations: dict[str, tuple[int, Citation]] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The places cited so far, in the order of their numbers."""
        return tuple(citation for _, citation in self._citations.values())

    def add(self, draft: DraftClaim) -> ClaimStreamed:
        r"""Append a claim and return what is told of it.

        ``text[claim.start:claim.end]`` is the claim's text, with a footnote marker of the
        document's own escaped (``\[^``), so that none can pass for a citation.
        """
        before, known = len(self.text), len(self._citations)
        if self.text:
            self.text += _joint(draft)
        self.text += draft.prefix
        start = len(self.text)
        self.text += draft.text.replace("[^", "\\[^")
        numbers = tuple(
            self._citations.setdefault(one.id, (len(self._citations), one))[0]
            for one in draft.citations
        )
        claim = Claim(draft.text, start, len(self.text), numbers, draft.short, draft.highlights)
        self.claims.append(claim)
        self.text += "".join(f"[^{number + 1}]" for number in numbers)
        new = tuple(self._citations.values())[known:]
        return ClaimStreamed(len(self.claims) - 1, claim, self.text[before:], new)


def _joint(draft: DraftClaim) -> str:
    if draft.prefix:
        return "\n"
    return "\n\n" if draft.breaks else " "
