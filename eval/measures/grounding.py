"""Measures of what a judge makes of an answer's claims and the text they cite.

Citation recall and precision follow ALCE (Gao, Yen, Yu, Chen, *Enabling Large Language Models to
Generate Text with Citations*, EMNLP 2023): a claim is recalled if all it cites, together, supports
it; a citation counts for precision if its claim is recalled and the citation alone supports it, or
the others do not without it. ALCE asks an entailment model; here it is whichever judge is given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from corpus.text.numbers import normalised_numbers
from corpus.types import Citation
from eval.judges import Judge
from eval.types import Judgement
from rag.types import Answer, Claim, Label

SUPPORTED = Label.SUPPORTED.value


def judge_answer(judge: Judge, answer: Answer) -> tuple[Judgement, ...]:
    """Return a judgement of each claim. Raises JudgeFailed."""
    return tuple(
        judge_claim(judge, position, claim.text, cited_by(claim, answer))
        for position, claim in enumerate(answer.claims)
    )


def cited_by(claim: Claim, answer: Answer) -> list[Citation]:
    """Return what a claim cites; a number that is no citation of the answer is nothing."""
    there = range(len(answer.citations))
    return [answer.citations[each] for each in claim.citations if each in there]


def judge_claim(judge: Judge, position: int, claim: str, cited: Sequence[Citation]) -> Judgement:
    """Return a judgement of one claim with all it cites, and which citations are of use."""
    check = judge.judge(claim, cited)
    supported = check.label is Label.SUPPORTED
    useful = tuple(supported and _is_useful(judge, claim, cited, at) for at in range(len(cited)))
    # Rounded, so that a different order of additions on another machine is no different record.
    return Judgement(position, check.label.value, round(check.support, 6), check.reasons, useful)


def _is_useful(judge: Judge, claim: str, cited: Sequence[Citation], at: int) -> bool:
    if len(cited) == 1 or judge.judge(claim, [cited[at]]).label is Label.SUPPORTED:
        return True
    others = [each for number, each in enumerate(cited) if number != at]
    return judge.judge(claim, others).label is not Label.SUPPORTED


def judged_values(judgements: Sequence[Judgement]) -> Mapping[str, Fraction]:
    """Return the measures that a judge's labels make, of an answer with at least one claim.

    ``groundedness``, ``partial_rate``, ``unsupported_rate`` and ``contradicted_rate`` share the
    claims out by label; citation recall is groundedness under ALCE's name, and precision is over
    the citations of all claims, 0 where nothing is cited.
    """
    total = len(judgements)
    counts = Counter(each.label for each in judgements)
    useful = [each for one in judgements for each in one.useful]
    return {
        "groundedness": Fraction(counts[SUPPORTED], total),
        "partial_rate": Fraction(counts[Label.PARTIAL.value], total),
        "unsupported_rate": Fraction(counts[Label.UNSUPPORTED.value], total),
        "contradicted_rate": Fraction(counts[Label.CONTRADICTED.value], total),
        "citation_recall": Fraction(counts[SUPPORTED], total),
        "citation_precision": Fraction(sum(useful), len(useful)) if useful else Fraction(0),
    }


def verifier_groundedness(answer: Answer) -> Fraction:
    """Return the share of claims the service's own verifier called supported; no verdict: not."""
    supported = {each.claim for each in answer.verdicts if each.label is Label.SUPPORTED}
    claims = range(len(answer.claims))
    return Fraction(len(supported.intersection(claims)), len(claims)) if claims else Fraction(0)


def wrong_numbers(answer: Answer) -> Fraction:
    """Return the share of claims with a number that nothing they cite has, however written."""
    wrong = 0
    for claim in answer.claims:
        there = {number for each in cited_by(claim, answer) for number in _numbers_of(each)}
        wrong += not there.issuperset(normalised_numbers(claim.text))
    return Fraction(wrong, len(answer.claims)) if answer.claims else Fraction(0)


def _numbers_of(citation: Citation) -> list[str]:
    named = " ".join((citation.quote, citation.title, *citation.path, citation.clause))
    return normalised_numbers(named)
