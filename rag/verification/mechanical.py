"""The verifier that needs no model: a claim is compared with the cited words, one by one.

It errs on one side. A claim is called supported when it is an exact quote, the same in other
numerals, script or words of one meaning, or a shortening that drops nothing which binds or
narrows. What it cannot tell (other words) is called partial or unsupported: a model may know
better. A number, a name or a binding word that the text has otherwise is never called supported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.messages.message import Message
from corpus.text.script import fold
from corpus.types import Citation
from rag.types import Label
from rag.verification.aligned import Aligned, Cited, align, cited_text, exact, statements
from rag.verification.differences import (
    Difference,
    Kind,
    Known,
    differences,
    foreign_names,
    known_of,
)
from rag.verification.verifier import Check
from rag.verification.wording import Symbol, symbols

REWORDED = 0.98  # support of what differs from a quote in numerals, script, marks or synonyms alone
LEAST_SUPPORTED = 0.85  # of a shortening
LEAST_PARTIAL = 0.6
CONTRADICTED_AT_MOST = 0.05
UNKNOWN_AT_MOST = 0.3  # support of a claim with a number or name the cited text lacks
ALIKE = 0.5  # share of a claim found in a sentence for their difference to be a contradiction
EACH_DOUBT = 0.9  # what is left of the support for each doubt
REASONS_TOLD = 4

# How a sentence names what it goes on to say: 根据《某法》第三条规定，…
_LEAD = re.compile(
    r"\s*(?:(?:根据|依据|依照|按照|按|据|在)[^，,。；：:]{1,80}?[，,：:]"
    r"|(?:《[^》]{1,60}》)?第[^，,。；：:]{1,12}[条款项](?:之[一二三四五六七八九十])?[\s　]"
    r"|[^，,。；：:]{0,60}?[》条款项法例定法书见知则](?:之[一二三四五六七八九十]+)?(?:的?(?:有关|相关|明确)?(?:规定|要求|指出|提出|明确|强调|显示)了?)[，,：:]?"
    r"|(?:According to|Under|Pursuant to|As (?:stated|provided|set out) in|In accordance with) [^,:]{1,120}[,:])\s*",  # noqa: E501
    re.IGNORECASE,
)
_LEAD_WORDS = frozenset(
    fold("根据依据依照按照在规定要求指出提出明确强调显示有关相关中的第之和及《》了条款项")
)
_ORDER = (Label.CONTRADICTED, Label.UNSUPPORTED, Label.PARTIAL, Label.SUPPORTED)


class MechanicalVerifier:
    """Compares wording; numbers, names, and words that permit, bind, forbid or negate first."""

    def verify(self, claim: str, citations: Sequence[Citation]) -> Check:
        """Return label, support and reasons. Title and path may be named; they bind nothing."""
        headings = "\n".join(" ".join((one.title, *one.path, one.clause)) for one in citations)
        return verify_text(claim, [one.quote for one in citations], headings)


def verify_text(claim: str, texts: Sequence[str], headings: str = "") -> Check:
    """Check a claim against texts; ``headings`` may name documents and clauses it refers to.

    A claim of several sentences is as well supported as the least of them.
    """
    texts = [text for text in texts if any(map(str.isalnum, text))]
    if not texts or not any(map(str.isalnum, claim)):
        return Check(Label.UNSUPPORTED, 0.0, (Message("rag.nothing_to_compare"),))
    if any(claim.strip() == text.strip() for text in texts):
        return Check(Label.SUPPORTED, 1.0, (Message("rag.exact_quote"),))
    known = known_of(texts, headings)
    cited = [cited_text(text) for text in texts]
    pieces = dict.fromkeys(claim[start:end] for start, end in statements(claim))
    checks = [_piece(piece, cited, known) for piece in pieces if any(map(str.isalnum, piece))]
    return checks[0] if len(checks) == 1 else _together(checks)


def _together(checks: Sequence[Check]) -> Check:
    """Return the check of a claim of several sentences."""
    labels = {one.label for one in checks}
    least = min(one.support for one in checks)
    worst = next(label for label in _ORDER if label in labels)
    mixed = worst is Label.UNSUPPORTED and len(labels) > 1
    reasons = [one.reasons for one in checks if one.label is worst]
    told = tuple(dict.fromkeys(reason for some in reasons for reason in some))[:REASONS_TOLD]
    return Check(Label.PARTIAL if mixed else worst, least, told)


def _piece(claim: str, cited: Sequence[Cited], known: Known) -> Check:
    """Check one sentence against the text it is most like."""
    said = symbols(claim)
    whole = _checked(claim, said, cited, known)
    lead = _LEAD.match(claim)
    if whole.label is Label.SUPPORTED or lead is None:
        return whole
    rest = claim[lead.end() :]
    if not any(map(str.isalnum, rest)) or not _names_the_place(lead[0], cited, known):
        return whole
    without = _checked(rest, symbols(rest), cited, known)
    return max(whole, without, key=lambda one: one.support)


def _names_the_place(lead: str, cited: Sequence[Cited], known: Known) -> bool:
    """Whether a lead names nothing but the document and clause that are cited."""
    found = symbols(lead)
    titles = {one.key for text in cited for one in symbols(_heading(text.text))} | known.keys
    if list(foreign_names(lead, known)):
        return False
    return all(
        one.filler
        or one.key in titles
        or (not one.number and _LEAD_WORDS.issuperset(fold(lead[one.start : one.end])))
        for one in found
    )


def _heading(text: str) -> str:
    """Return how a text begins that states its title: up to the first full stop or comma."""
    return re.split("[。，；,;：:]", text[:_HEADING], maxsplit=1)[0]


_HEADING = 80  # code points: a long title with the number of the article


def _checked(claim: str, said: Sequence[Symbol], cited: Sequence[Cited], known: Known) -> Check:
    checks = [_judged(_laid(claim, said, one), known) for one in cited]
    return max(checks, key=lambda one: (one.label is Label.SUPPORTED, one.support))


def _laid(claim: str, said: Sequence[Symbol], cited: Cited) -> Aligned:
    """Return a claim beside a text: where all of it stands in other numerals, there."""
    keys = [one.key for one in said]
    others = [one.key for one in cited.symbols]
    places = [
        at
        for at in range(len(others) - len(keys) + 1)
        if others[at] == keys[0] and others[at : at + len(keys)] == keys
    ]
    if not places:
        return align(claim, said, cited)
    laid = [exact(claim, said, cited, at) for at in places]
    return min(laid, key=lambda one: len(one.before) + len(one.behind))


def _judged(aligned: Aligned, known: Known) -> Check:
    found = [*differences(aligned, known), *foreign_names(aligned.claim, known)]
    share = aligned.share
    opposed = [one for one in found if one.kind is Kind.OPPOSED]
    unknown = [one for one in found if one.kind is Kind.UNKNOWN]
    doubts = [one for one in found if one.kind is Kind.DOUBT]
    if opposed and share >= ALIKE:
        return Check(Label.CONTRADICTED, CONTRADICTED_AT_MOST * share, _told(opposed))
    if unknown or opposed:
        return Check(Label.UNSUPPORTED, UNKNOWN_AT_MOST * share, _told([*unknown, *opposed]))
    if not doubts and share >= LEAST_SUPPORTED:
        return _supported(aligned)
    support = min(share, LEAST_SUPPORTED) * EACH_DOUBT ** len(doubts)
    label = Label.PARTIAL if share >= LEAST_PARTIAL else Label.UNSUPPORTED
    return Check(label, support, (*_told(doubts), Message("rag.overlap", share=share)))


def _supported(aligned: Aligned) -> Check:
    claim, text = aligned.claim.strip(), aligned.cited.text
    if claim in text:
        return Check(Label.SUPPORTED, 1.0, (Message("rag.exact_quote"),))
    if all(step.equal for step in aligned.steps):
        return Check(Label.SUPPORTED, REWORDED, (Message("rag.same_but_for_form"),))
    support = max(LEAST_SUPPORTED, aligned.share * REWORDED)
    return Check(Label.SUPPORTED, support, (Message("rag.a_shortening"),))


def _told(found: Sequence[Difference]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.reason for one in found))[:REASONS_TOLD]
