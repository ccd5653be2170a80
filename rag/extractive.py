"""The extractive generator: no language model, every sentence of an answer an exact quote."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus.citations import cite
from corpus.likeness import Statement
from corpus.script import share_han
from corpus.types import Document, Paragraph
from index.types import Hit
from rag.coverage import Coverage, Idf
from rag.evidence import Read, Unit, gather
from rag.generator import Draft, DraftClaim
from rag.lists import COUNT_BONUS, AnswerList, find_lists, parts
from rag.question import Kind, Question
from rag.support import ACROSS_LANGUAGES, SAME_LANGUAGE, Features, support

MOST_SENTENCES = 3  # of an answer that is no list
NEW_SHARE = 0.25  # of the question's weight that a further sentence must add
CLOSE = 0.93  # of the best sentence's score: a further one this close says it as well
CONTEXT_WEIGHT = 0.5  # of title, path and passage against the sentence itself
HIT_WEIGHT = 0.3  # of the retrieval score against coverage
MISFIT = 0.35  # taken for lacking the kind of thing asked for, or the numbers asked about
SCRIPT_COVERAGE = 0.2  # under this the words do not meet: another language, meanings decide
ACROSS_UNITS = 16  # sentences compared by meaning: one batch of the embedder, some 100 ms
MOSTLY = 0.3  # share of Han characters that makes a text Chinese; figures and Latin names dilute it

Similarity = Callable[[str, Sequence[str]], list[float]]  # question, texts -> cosines


class ExtractiveGenerator:
    """Selects the sentences that answer, at most what is needed."""

    def __init__(self, read: Read, idf: Idf, similarity: Similarity) -> None:
        self._read = read
        self._idf = idf
        self._similarity = similarity

    def generate(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Return the sentences that answer best, and how sure they do."""
        coverage = Coverage(question, self._idf)
        units = gather(question, hits, coverage, self._read)
        if not units:
            return Draft((), 0.0)
        ranked = sorted(units, key=score_of, reverse=True)
        best = ranked[0]
        foreign = [unit for unit in units if _in_other_language(question, unit)]
        if foreign and max(unit.direct for unit in units) < SCRIPT_COVERAGE:
            return self._across(question, foreign)
        sure = support(features_of(best), SAME_LANGUAGE)
        if question.kind is Kind.LIST or best.text.endswith(("：", ":")):
            found = self._list(question, hits, coverage, best)
            if found is not None:
                whole = support(_list_features(found), SAME_LANGUAGE)
                sure = max(sure, whole) if _holds(found, best) else whole
                return Draft(_list_claims(found), sure)
        return Draft(_claims(choose(ranked, coverage)), sure)

    def _list(
        self, question: Question, hits: Sequence[Hit], coverage: Coverage, best: Unit
    ) -> AnswerList | None:
        """Return the list that answers better than the best sentence alone, if there is one."""
        lists = find_lists(question, hits, coverage, self._read)
        if not lists:
            return None
        found = max(lists, key=lambda one: _list_score(one, question))
        if _leads(found, best) or _list_score(found, question) >= score_of(best):
            return found
        return None

    def _across(self, question: Question, units: Sequence[Unit]) -> Draft:
        """Choose by meaning, where question and documents share no words."""
        some = units[:ACROSS_UNITS]
        cosines = self._similarity(question.text, [unit.text for unit in some])
        at = max(range(len(some)), key=cosines.__getitem__)
        features = Features(0.0, 0.0, max(cosines[at], some[at].hit.dense or 0.0), 1.0, 1.0)
        sure = support(features, ACROSS_LANGUAGES)
        return Draft(_claims([some[at]]), sure)


def _holds(found: AnswerList, unit: Unit) -> bool:
    """Say whether a sentence belongs to a list, as its lead or in its items."""
    same = found.document.id == unit.document.id
    return same and found.span[0] <= unit.start < found.span[1]


def _leads(found: AnswerList, unit: Unit) -> bool:
    """Say whether a sentence is what introduces a list."""
    if found.document.id != unit.document.id or found.lead is None:
        return False
    return found.lead[0] <= unit.start < found.lead[1]


def score_of(unit: Unit) -> float:
    """Return what sentences are ranked by; comparable within one question."""
    misfits = (not unit.fits) + (not unit.numbers)
    return _score(unit.direct, unit.near, unit.hit) - MISFIT * misfits


def features_of(unit: Unit) -> Features:
    """Return what support is read off."""
    return Features(
        unit.direct, unit.near, unit.hit.dense or 0.0, float(unit.fits), float(unit.numbers)
    )


def choose(ranked: Sequence[Unit], coverage: Coverage) -> list[Unit]:
    """Return the best sentence, and those that add what it lacks or say the same as well.

    What is said in several places is quoted once: the answer names the others.
    """
    best = ranked[0]
    chosen, covered, texts = [best], best.covered, {best.text}
    statements = [Statement(best.text)]
    for unit in ranked[1:]:
        if len(chosen) == MOST_SENTENCES or score_of(unit) < CLOSE * score_of(best):
            break
        adds = coverage.share(unit.covered - covered) >= NEW_SHARE
        if unit.text in texts or not (adds or (unit.fits and unit.direct >= best.direct)):
            continue
        if any(one.is_made_in(unit.text) for one in statements):
            continue
        chosen.append(unit)
        covered |= unit.covered
        texts.add(unit.text)
        statements.append(Statement(unit.text))
    return chosen


def _score(direct: float, near: float, hit: Hit) -> float:
    return direct + CONTEXT_WEIGHT * (near - direct) + HIT_WEIGHT * hit.score


def _list_score(found: AnswerList, question: Question) -> float:
    score = _score(found.direct, found.near, found.hit)
    if question.count is None:
        return score
    return score + (COUNT_BONUS if question.count == len(found.items) else -COUNT_BONUS)


def _list_features(found: AnswerList) -> Features:
    return Features(found.direct, found.near, found.hit.dense or 0.0, 1.0, 1.0)


def _in_other_language(question: Question, unit: Unit) -> bool:
    return (share_han(unit.text) > MOSTLY) != question.chinese


def _claims(chosen: Sequence[Unit]) -> tuple[DraftClaim, ...]:
    """Quote the chosen sentences in reading order, documents in the order they were chosen."""
    order = {unit.document.id: at for at, unit in reversed(list(enumerate(chosen)))}
    reading = sorted(chosen, key=lambda unit: (order[unit.document.id], unit.start))
    claims: list[DraftClaim] = []
    last: Unit | None = None
    for unit in reading:
        same = last is not None and last.paragraph == unit.paragraph
        claims.append(
            _claim(unit.document, [unit.paragraph], (unit.start, unit.end), breaks=not same)
        )
        last = unit
    return tuple(claims)


def _list_claims(found: AnswerList) -> tuple[DraftClaim, ...]:
    spans = list(parts(found))
    lead = 1 if found.lead is not None else 0
    return tuple(
        _claim(found.document, found.paragraphs, span, prefix="- " if at >= lead else "")
        for at, span in enumerate(spans)
    )


def _claim(
    document: Document,
    paragraphs: Sequence[Paragraph],
    span: tuple[int, int],
    *,
    prefix: str = "",
    breaks: bool = True,
) -> DraftClaim:
    citation = cite(document.id, document.revision, document.title, document.text, span, paragraphs)
    return DraftClaim(citation.quote, (citation,), prefix, breaks)
