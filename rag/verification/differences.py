"""What a claim says otherwise than the place it is aligned with, adds to it, or leaves out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.messages.message import Message
from corpus.text.script import fold
from rag.verification.aligned import Aligned, Step
from rag.verification.lexicon import CONDITION, CONJUNCTION, EXCEPTING, TOGETHER, Sense
from rag.verification.wording import Symbol, shown, symbols

NEAR = 6  # symbols: a binding word left out with no more around it is dropped, not passed over
_LEADING = re.compile(
    r"^(?:[((]?[一二三四五六七八九十0-9]+[))、.．]?|[一二三四五六七八九十]是|首先|其次|再次|最后|第.{1,6}[条款项章节])$"
)


class Kind(StrEnum):
    """How grave a difference is."""

    OPPOSED = "opposed"  # the text says something else here
    UNKNOWN = "unknown"  # a number or a name that the text does not have anywhere
    DOUBT = "doubt"  # other words, words added, or a restriction left out


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, and what it is for people."""

    kind: Kind
    reason: str


def differences(aligned: Aligned, known: Known) -> Iterator[Difference]:
    """Yield the differences of a claim from the place it is aligned with."""
    steps = aligned.steps
    for at, step in enumerate(steps):
        if step.equal:
            continue
        after = steps[at + 1] if at + 1 < len(steps) else None
        yield from _numbers(aligned, step, after, known)
        yield from _binding(aligned, step)
        yield from _words(aligned, at, known)
        if step.theirs:
            yield from _omitted(aligned, at)
    yield from _edges(aligned)


@dataclass(frozen=True, slots=True)
class Known:
    """What may be named in a claim beside what its place says: headings, and the whole texts."""

    headings: str  # folded, without spaces
    texts: str
    wording: str  # the keys of the symbols of texts and headings, in order
    keys: frozenset[str]  # of the symbols of the headings
    numbers: frozenset[str]  # keys of all numbers of texts and headings
    shown: tuple[str, ...]  # some numbers of the texts as they are written

    def says(self, words: str) -> bool:
        """Whether these words stand together in a heading or a text."""
        plain = fold("".join(words.split()))
        if plain in self.headings or plain in self.texts:
            return True
        return _keys(symbols(words)) in self.wording


def known_of(texts: Sequence[str], headings: str) -> Known:
    """Return what texts and their headings name."""
    titles = symbols(headings)
    wording = [symbols(text) for text in texts]
    found = [
        (text, one)
        for text, some in zip(texts, wording, strict=True)
        for one in some
        if one.numeral
    ]
    return Known(
        headings=fold("".join(headings.split())),
        texts=fold("".join("".join(texts).split())),
        wording="".join(map(_keys, (titles, *wording))),
        keys=frozenset(one.key for one in titles),
        numbers=frozenset(one.key for _, one in found) | {o.key for o in titles if o.number},
        shown=tuple(dict.fromkeys(t[one.start : one.end] for t, one in found if one.number)),
    )


def _keys(some: Sequence[Symbol]) -> str:
    return "".join(f"|{one.key}|" for one in some if not one.filler)


def _numbers(
    aligned: Aligned, step: Step, after: Step | None, known: Known
) -> Iterator[Difference]:
    """Yield the numbers of a claim where the text has others, or none."""
    theirs = [one for one in step.theirs if one.numeral]
    left = [one.key for one in theirs]
    mine = []
    for one in step.mine:
        if one.numeral and one.key in left:
            left.remove(one.key)  # the same numbers in another order are other words, told there
        elif one.numeral:
            mine.append(one)
    others = [one for one in theirs if one.key in left]
    for place, one in enumerate(mine):
        said = aligned.claim[one.start : one.end]
        if others and (one.number or len(step.mine) <= NEAR):
            there = others[min(place, len(others) - 1)]
            yield _opposed_number(said, aligned.cited.text[there.start : there.end])
        elif one.number and one.key not in known.numbers:
            yield _unknown_number(said, known)
    # 营收[10亿元，乙公司营收]5亿元: one number passed over, the next one taken.
    passed_over = not step.mine and theirs and theirs[0] is step.theirs[0]
    if not passed_over or not after or not after.mine[0].number or step.theirs[0].opens:
        return
    if step.theirs[0].key != after.mine[0].key:
        said = aligned.claim[after.mine[0].start : after.mine[0].end]
        yield _opposed_number(said, aligned.cited.text[theirs[0].start : theirs[0].end])


def _opposed_number(said: str, there: str) -> Difference:
    return Difference(Kind.OPPOSED, Message("rag.other_number", said=said, there=there))


def _unknown_number(said: str, known: Known) -> Difference:
    if known.shown:
        reason = Message("rag.unknown_number", said=said, some=known.shown[:3])
    else:
        reason = Message("rag.unknown_number_of_none", said=said)
    return Difference(Kind.UNKNOWN, reason)


def _binding(aligned: Aligned, step: Step) -> Iterator[Difference]:
    """Yield where claim and text part on what binds, permits, forbids, negates or bounds."""
    mine, theirs = _senses(step.mine), _senses(step.theirs)
    if mine != theirs and (mine or (len(step.theirs) <= NEAR and not _apart(step.theirs))):
        here = _of_sense(aligned.claim, step.mine) or Message("rag.none")
        there = _of_sense(aligned.cited.text, step.theirs) or Message("rag.none")
        yield Difference(Kind.OPPOSED, Message("rag.other_binding_words", here=here, there=there))


def _senses(some: Sequence[Symbol]) -> list[Sense]:
    return sorted(one.sense for one in some if one.sense)


def _of_sense(text: str, some: Sequence[Symbol]) -> str:
    return "…".join(text[one.start : one.end] for one in some if one.sense)


def _apart(some: Sequence[Symbol]) -> bool:
    """Whether a run is one or more whole clauses, or whole items of a list."""
    return some[0].opens and some[-1].closes


def _words(aligned: Aligned, at: int, known: Known) -> Iterator[Difference]:
    """Yield words of a claim that the text does not have at this place."""
    step = aligned.steps[at]
    mine = [one for one in step.mine if not one.filler]
    if not mine or _named(aligned, step, known):
        return
    here = shown(aligned.claim, mine)
    there = shown(aligned.cited.text, step.theirs)
    if step.theirs and any(not one.filler for one in step.theirs):
        reason = Message("rag.other_words", here=here, there=there)
    else:
        reason = Message("rag.added_words", here=here)
    yield Difference(Kind.DOUBT, reason)


def _named(aligned: Aligned, step: Step, known: Known) -> bool:
    """Whether added words only name what headings name, or the subject the text named before.

    Only what opens a clause is such a subject, and only where it takes no other's place.
    """
    replaced = [one for one in step.theirs if not one.filler]
    mine = [one for one in step.mine if not one.filler]
    if not replaced and all(one.key in known.keys for one in mine):
        return True
    runs = _runs(aligned.claim, mine)
    subject = step.mine[0].opens and all(known.says(run) for run in runs)
    return subject and not replaced and len(mine) > 1 and not any(one.sense for one in mine)


def _runs(text: str, some: Sequence[Symbol]) -> list[str]:
    """Return the stretches of neighbouring symbols as they are written."""
    runs = [text[some[0].start : some[0].end]]
    for a, b in itertools.pairwise(some):
        if text[a.end : b.start].strip():
            runs.append("")
        runs[-1] += text[b.start : b.end]
    return runs


def _omitted(aligned: Aligned, at: int) -> Iterator[Difference]:
    """Yield what a claim leaves out between its words, if that widens what it says."""
    step = aligned.steps[at]
    some = [one for one in step.theirs if not one.filler]
    if not some or (step.mine and not all(one.filler for one in step.mine)):
        return  # replaced: told as other words
    words = shown(aligned.cited.text, step.theirs)
    if _apart(step.theirs) and not (_senses(some) or CONDITION.search(fold(words))):
        return
    if _item(aligned, at) and not _senses(some):
        return
    yield _left_out(words)


def _left_out(words: str) -> Difference:
    return Difference(Kind.DOUBT, Message("rag.left_out", words=words))


def _item(aligned: Aligned, at: int) -> bool:
    """Whether what is left out are items of a list: a mark or 和 或 parts them from the rest."""
    step = aligned.steps[at]
    text = aligned.cited.text
    following = aligned.steps[at + 1].theirs[0] if at + 1 < len(aligned.steps) else None
    first, last = step.theirs[0], step.theirs[-1]
    ahead = first.listed or CONJUNCTION.fullmatch(fold(text[first.start : first.end]))
    back = (following is not None and following.listed) or CONJUNCTION.fullmatch(
        fold(text[last.start : last.end])
    )
    return bool(ahead or back)


def _first_items(aligned: Aligned, cut: str) -> bool:
    """Whether a claim leaves out the first items of a list alone: 甲、乙不得… and 乙不得…."""
    kept = next((step.theirs[0] for step in aligned.steps if step.theirs), None)
    if kept is None or not kept.listed or _senses(symbols(cut)):
        return False
    return CONDITION.search(fold(cut)) is None and TOGETHER.search(aligned.claim) is None


def _edges(aligned: Aligned) -> Iterator[Difference]:
    """Yield what a claim leaves out at the ends of its sentence, if it counts."""
    text = aligned.cited.text
    began = next((step.theirs[0].start for step in aligned.steps if step.theirs), 0)
    before, behind = _own(aligned.before, began, text), aligned.behind
    if before:
        yield from _left_out_before(aligned, before, began)
    if behind:
        clauses = _clauses(text, behind)
        if not behind[0].opens and any(not one.filler for one in symbols(clauses[0])):
            yield _left_out(clauses.pop(0))
        for clause in clauses:
            if EXCEPTING.search(fold(clause)):
                yield _left_out(clause)


def _left_out_before(
    aligned: Aligned, before: Sequence[Symbol], began: int
) -> Iterator[Difference]:
    text = aligned.cited.text
    clauses = _clauses(text, before)
    if not before[-1].closes:
        cut = clauses.pop()
        if not _lead(cut) and not _first_items(aligned, cut):
            yield _left_out(cut)
    elif not _lead(clauses[-1]) and _INTRODUCED.match(text, before[-1].end, began):
        # 答：九千元 says who says so: a colon binds what follows to what introduces it.
        yield _left_out(clauses.pop())
    for clause in clauses:
        if not _lead(clause) and CONDITION.search(fold(clause)):
            yield _left_out(clause)


def _own(before: Sequence[Symbol], began: int, text: str) -> Sequence[Symbol]:
    """Return what of the symbols in front of ``began`` belongs to the same sentence.

    A sentence in a short quotation is not split off, and yet stands for itself.
    """
    for at in range(len(before), 0, -1):
        start = before[at].start if at < len(before) else began
        if _STOP.search(text, before[at - 1].end, start):
            return before[at:]
    return before


_STOP = re.compile("[。！？!?]")
_INTRODUCED = re.compile(r"\s*[：:]")


def _clauses(text: str, some: Sequence[Symbol]) -> list[str]:
    """Return a run of symbols clause by clause."""
    clauses: list[str] = []
    first = some[0]
    for one, after in zip(some, [*some[1:], None], strict=True):
        if after is None or one.closes:
            clauses.append(text[first.start : one.end])
        if after is not None and one.closes:
            first = after
    return clauses


def _lead(words: str) -> bool:
    """Whether words in front of a sentence only number it or join it to the one before."""
    plain = fold(words.strip())
    return _LEADING.match(plain) is not None or all(one.filler for one in symbols(plain))


def foreign_names(claim: str, known: Known) -> Iterator[Difference]:
    """Yield the names in a claim, in 《》 or “” or capitalised, that no text and heading has."""
    for match in _NAMES.finditer(claim):
        name = next(one for one in match.groups() if one)
        first = match[3] and not claim[: match.start()].strip() and " " not in name
        if first or known.says(name):
            continue
        if match[3] and all(known.says(part) for part in name.split()):
            continue
        yield Difference(Kind.UNKNOWN, Message("rag.unknown_name", name=name))


_NAMES = re.compile(
    r"《([^《》]{1,60})》|[“「]([^“”「」]{2,30})[”」]|\b([A-Z][\w-]+(?: [A-Z][\w-]+)*)"
)
