"""Two runs of one set, compared question by question.

- Interval of a difference: paired percentile bootstrap over questions (Efron and Tibshirani, *An
  Introduction to the Bootstrap*, 1993).
- p of a difference: paired randomisation test (Smucker, Allan, Carterette, CIKM 2007; Dror et al.,
  ACL 2018): under the null either run could have given either value, so signs are flipped at
  random, the same for every measure of a question.
- Many measures and slices at once: Westfall and Young's max-T (*Resampling-Based Multiple
  Testing*, 1993) over those same flips: ``adjusted`` keeps the chance of any false alarm among all
  that is compared, and takes into account that the measures move together.
- Effect size: Cohen's d of paired differences, their mean over their standard deviation.

Everything is computed where a measure applies to a question in both runs; ``n`` says how often.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.messages.message import Message
from corpus.text.script import share_han
from eval.comparison.resampling import (
    CONFIDENCE,
    FLIPS,
    SEED,
    Matrix,
    chance,
    intervals,
    signed_sums,
    standardised,
)
from eval.errors import BadRun
from eval.measures.abstention import FOLDS, Decided, Fold
from eval.measures.table import BY_NAME, MEASURES
from eval.plain_records import decided
from eval.types import Question, Record, Run

FOLD_DRAWS = 500  # of the folds over all questions, which are computed anew each time...
FOLD_WORK = 500_000  # ...but of large sets fewer, that draws times questions stay below this
LEAST_FOLD_DRAWS = 50
LEAST = 5  # questions behind a slice, for it to be compared
EVERYTHING = ""  # the slice of all questions
# A question flips when one of these goes from one side of a half to the other.
FLIPPING = (
    "decision_right",
    "contains_all_folded",
    "contains_answer",
    "gold_recall",
    "groundedness",
    "quote_exact",
    "hit@10",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure over one slice, before and after."""

    measure: str
    slice: str  # "" all; "kind=list", "language=zh", "tag=civil"
    n: int
    before: float
    after: float
    low: float  # of the interval of after - before
    high: float
    p: float  # two-sided, of this one alone
    adjusted: float  # two-sided, of any among all that is compared
    effect: float  # Cohen's d, paired; 0 where nothing differs
    lower_is_better: bool
    apart: int = 0  # questions it applies to in one of the runs alone: they are not compared

    @property
    def comparable(self) -> bool:
        """Whether the questions compared are most of those the measure applies to in either run."""
        return self.n > self.apart

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def gain(self) -> float:
        """How much better the second run is; negative: worse."""
        return -self.difference if self.lower_is_better else self.difference


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that one run got right and the other wrong, by some measures."""

    question: Question
    worse: tuple[str, ...]
    better: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a change came to."""

    before: str  # ids of the runs
    after: str
    set_name: str
    questions: int
    differences: tuple[Difference, ...]  # all questions first, then slices
    folds: tuple[Difference, ...]  # measures of all questions at once; adjusted among themselves
    flips: tuple[Flip, ...]  # those that got worse first
    changed: Mapping[str, tuple[object, object]]  # of what the runs were made with

    @property
    def equal(self) -> bool:
        """Whether no measure of any question differs, and all apply to the same questions."""
        return all(
            each.effect == 0 and each.difference == 0 and not each.apart
            for each in self.differences
        )


def compare(before: tuple[str, Run], after: tuple[str, Run]) -> Comparison:
    """Compare two runs, each with its id. Raises BadRun if they are not of one set."""
    (before_id, old), (after_id, new) = before, after
    same_set(before, after)
    columns = _columns([r.question for r in old.records])
    table, keys = _table(old.records, new.records, columns)
    return Comparison(
        before_id,
        after_id,
        new.header.set_name,
        len(new.records),
        _differences(table, keys),
        _folds(old.records, new.records),
        tuple(_flips(old.records, new.records)),
        changed(old, new),
    )


def same_set(before: tuple[str, Run], after: tuple[str, Run]) -> None:
    """Raise BadRun unless both runs asked the same questions."""
    (before_id, old), (after_id, new) = before, after
    if old.header.set_digest == new.header.set_digest:
        return
    raise BadRun(
        Message(
            "eval.different_sets",
            before=before_id,
            old_set=old.header.set_name,
            old_digest=old.header.set_digest[:12],
            after=after_id,
            new_set=new.header.set_name,
            new_digest=new.header.set_digest[:12],
        )
    )


def slices_of(question: Question) -> tuple[str, ...]:
    """Return the slices a question belongs to: all, its kind, its language, its tags."""
    language = "zh" if share_han(question.text) > 0 else "en"
    kind = question.kind or "–"
    tags = (f"tag={tag}" for tag in dict.fromkeys(question.tags))
    return (EVERYTHING, f"kind={kind}", f"language={language}", *tags)


@dataclass(frozen=True, slots=True)
class _Table:
    """Values of both runs, questions by columns; NaN where a measure does not apply to both."""

    before: Matrix
    after: Matrix
    apart: Sequence[int] = ()  # of each column: questions it applies to in one run alone


def _columns(questions: Sequence[Question]) -> dict[str, list[int]]:
    """Return the questions of each slice that has enough and is not the whole set again."""
    found: dict[str, list[int]] = {}
    for position, question in enumerate(questions):
        for name in slices_of(question):
            found.setdefault(name, []).append(position)
    total = len(questions)
    return {
        name: some
        for name, some in sorted(found.items())
        if name == EVERYTHING or LEAST <= len(some) < total
    }


def _table(
    old: Sequence[Record], new: Sequence[Record], columns: Mapping[str, Sequence[int]]
) -> tuple[_Table, list[tuple[str, str]]]:
    keys: list[tuple[str, str]] = []
    values: list[tuple[Matrix, Matrix]] = []
    apart: list[int] = []
    for measure in MEASURES:
        before, after = (_column(some, measure.name) for some in (old, new))
        both = ~np.isnan(before) & ~np.isnan(after)
        either = ~np.isnan(before) | ~np.isnan(after)
        for name, positions in columns.items():
            inside = np.zeros(len(both), dtype=bool)
            inside[list(positions)] = True
            alone = int((inside & either & ~both).sum())
            inside &= both
            if inside.sum() >= (1 if name == EVERYTHING else LEAST):
                keys.append((measure.name, name))
                apart.append(alone)
                values.append((np.where(inside, before, np.nan), np.where(inside, after, np.nan)))
    empty = np.empty((len(old), 0))
    if not values:
        return _Table(empty, empty), keys
    befores, afters = zip(*values, strict=True)
    return _Table(np.column_stack(befores), np.column_stack(afters), apart), keys


def _column(records: Sequence[Record], measure: str) -> Matrix:
    values = (each.values.get(measure) for each in records)
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def _differences(table: _Table, keys: Sequence[tuple[str, str]]) -> tuple[Difference, ...]:
    if not keys:
        return ()
    applies = ~np.isnan(table.before)
    delta = np.where(applies, table.after - table.before, 0.0)
    moving = np.abs(delta).max(axis=0) > 0
    low, high = intervals(delta, applies, moving)
    p, adjusted = np.ones(len(keys)), np.ones(len(keys))
    if moving.any():
        null = np.abs(signed_sums(delta[:, moving], FLIPS))
        highest = null.max(axis=1)
        real = np.abs(standardised(delta[:, moving]))
        p[moving] = [chance(null[:, at], one) for at, one in enumerate(real)]
        adjusted[moving] = [chance(highest, one) for one in real]
    found = []
    for at, (measure, name) in enumerate(keys):
        inside = applies[:, at]
        own = delta[inside, at]
        spread = float(own.std(ddof=1)) if len(own) > 1 else 0.0
        found.append(
            Difference(
                measure,
                name,
                int(inside.sum()),
                math.fsum(table.before[inside, at]) / int(inside.sum()),
                math.fsum(table.after[inside, at]) / int(inside.sum()),
                float(low[at]),
                float(high[at]),
                float(p[at]),
                float(adjusted[at]),
                float(own.mean()) / spread if spread else 0.0,
                BY_NAME[measure].lower_is_better,
                table.apart[at],
            )
        )
    return tuple(sorted(found, key=lambda each: each.slice != EVERYTHING))


def _folds(old: Sequence[Record], new: Sequence[Record]) -> tuple[Difference, ...]:
    """Compare the folds: whole records are resampled, and swapped, together."""
    before, after = [decided(each) for each in old], [decided(each) for each in new]
    random = np.random.default_rng(SEED + 2)
    n, found = len(old), []
    draws = max(LEAST_FOLD_DRAWS, min(FOLD_DRAWS, FOLD_WORK // n))
    resampled = [random.integers(0, n, n) for _ in range(draws)]
    swapped = [random.integers(0, 2, n) for _ in range(draws)]
    for name, _, _, lower, fold in FOLDS:
        was, now = fold(before), fold(after)
        if was is None or now is None:
            continue
        low = high = 0.0
        p = 1.0
        if before != after:
            low, high = _fold_interval(before, after, resampled, fold)
            p = _fold_chance(before, after, swapped, fold, abs(now - was))
        found.append(Difference(name, EVERYTHING, n, was, now, low, high, p, p, 0.0, lower))
    return _holm(found)


def _fold_interval(
    before: Sequence[Decided],
    after: Sequence[Decided],
    resampled: Sequence[NDArray[np.int64]],
    fold: Fold,
) -> tuple[float, float]:
    drawn = []
    for some in resampled:
        was, now = fold([before[at] for at in some]), fold([after[at] for at in some])
        if was is not None and now is not None:
            drawn.append(now - was)
    if not drawn:
        return 0.0, 0.0
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def _fold_chance(
    before: Sequence[Decided],
    after: Sequence[Decided],
    swapped: Sequence[NDArray[np.int64]],
    fold: Fold,
    real: float,
) -> float:
    null = []
    for some in swapped:
        pairs = [(b, a) if keep else (a, b) for b, a, keep in zip(before, after, some, strict=True)]
        was, now = fold([b for b, _ in pairs]), fold([a for _, a in pairs])
        null.append(abs(now - was) if was is not None and now is not None else 0.0)
    return chance(np.array(null), real)


def _holm(found: Sequence[Difference]) -> tuple[Difference, ...]:
    """Return the differences with p adjusted as Holm (1979) does, in the order given."""
    order = sorted(range(len(found)), key=lambda at: found[at].p)
    adjusted, highest = [1.0] * len(found), 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, found[at].p * (len(found) - rank)))
        adjusted[at] = highest
    return tuple(replace(each, adjusted=adjusted[at]) for at, each in enumerate(found))


def _flips(old: Sequence[Record], new: Sequence[Record]) -> list[Flip]:
    found = []
    for before, after in zip(old, new, strict=True):
        worse: list[str] = []
        better: list[str] = []
        for name in FLIPPING:
            was, now = before.values.get(name), after.values.get(name)
            if was is None or now is None or (was > 1 / 2) == (now > 1 / 2):
                continue
            (better if now > was else worse).append(name)
        if worse or better:
            found.append(Flip(after.question, tuple(worse), tuple(better)))
    return sorted(found, key=lambda each: (-len(each.worse), len(each.better)))


def changed(old: Run, new: Run) -> dict[str, tuple[object, object]]:
    """Return what the runs were made with that differs: name -> (before, after)."""
    sides = [
        {
            "index_version": run.header.index_version,
            "program_version": run.header.program_version,
            **run.header.settings,
        }
        for run in (old, new)
    ]
    names = dict.fromkeys((*sides[0], *sides[1]))
    pairs = {name: (sides[0].get(name), sides[1].get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
