"""The gate: whether a change made answers worse, for CI.

A measure has regressed if it is worse than the baseline by more than its tolerance *and* the
paired randomisation test finds it worse: one-sided, max-T over all gated measures together, so
the chance that a change which makes nothing worse is stopped is ``alpha`` in all, however many
measures are gated. A floor or a ceiling is an absolute promise and needs no test. The rules stand
in a TOML file of the project:

    alpha = 0.05
    measures = [...]     # what is tested; left out: GATED

    [tolerance]          # how much worse a measure may be; those not named: 0
    gold_precision = 0.02

    [floor]              # at least this
    quote_exact = 1.0

    [ceiling]            # at most this
    contradicted_rate = 0.0
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from corpus.messages.message import Message
from eval.comparison.comparing import changed, same_set
from eval.comparison.resampling import FLIPS, Matrix, chance, signed_sums, standardised
from eval.errors import BadGate
from eval.measures.abstention import FOLDS
from eval.measures.table import BY_NAME, means
from eval.runs.summary import folds
from eval.types import Record, Run

ALPHA = 0.05
# What people's work depends on: is it found, said, cited, supported, and declined where it must be.
GATED = (
    "hit@10",
    "nDCG@10",
    "keypoint_recall",
    "contains_answer",
    "gold_recall",
    "gold_precision",
    "citation_recall",
    "citation_precision",
    "quote_exact",
    "citations_resolve",
    "contradicted_rate",
    "numbers_wrong",
    "forbidden_said",
    "decision_right",
    "false_abstention",
    "abstention_recall",
)
_TABLES = ("tolerance", "floor", "ceiling")
_KEYS = frozenset((*_TABLES, "alpha", "measures"))
_FOLD_NAMES = frozenset(name for name, *_ in FOLDS)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the gate lets pass."""

    alpha: float = ALPHA
    measures: tuple[str, ...] = GATED
    tolerance: Mapping[str, float] = field(default_factory=dict)
    floor: Mapping[str, float] = field(default_factory=dict)
    ceiling: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tested:
    """One gated measure."""

    measure: str
    n: int  # questions it applies to in both runs
    before: float
    after: float
    worse_by: float  # in the direction that is worse; negative: better
    adjusted: float  # one-sided, of any of the gated measures
    tolerance: float
    regressed: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that the run does not keep."""

    measure: str
    value: float | None  # None: it applies to no question
    limit: float
    least: bool  # the limit is a floor; else a ceiling


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gate found."""

    tested: tuple[Tested, ...]
    broken: tuple[Broken, ...]
    rules: Rules
    lost: tuple[str, ...] = ()  # measures that the baseline has and this run has not
    changed: Mapping[str, tuple[object, object]] = field(default_factory=dict)  # conditions

    @property
    def passed(self) -> bool:
        """Whether nothing has regressed or can no longer be told, and every promise is kept."""
        return not (self.broken or self.lost or any(each.regressed for each in self.tested))


def gate(
    before: tuple[str, Run] | None, after: tuple[str, Run], rules: Rules | None = None
) -> Outcome:
    """Hold a run against a baseline and against the rules; without a baseline, the rules alone.

    Raises BadRun if the runs are of different sets, BadGate where there is nothing to hold it to.
    """
    rules = rules or Rules()
    broken = _broken(after[1], rules)
    if before is None:
        if not rules.floor and not rules.ceiling:
            raise BadGate(Message("eval.nothing_to_hold_to"))
        return Outcome((), broken, rules)
    same_set(before, after)
    old, new = before[1].records, after[1].records
    lost = [name for name in rules.measures if _applies(name, old) and not _applies(name, new)]
    conditions = changed(before[1], after[1])
    return Outcome(changes(old, new, rules), broken, rules, tuple(lost), conditions)


def _applies(name: str, records: Sequence[Record]) -> bool:
    return any(each.values.get(name) is not None for each in records)


def changes(old: Sequence[Record], new: Sequence[Record], rules: Rules) -> tuple[Tested, ...]:
    """Test every gated measure that applies to a question of both runs, together."""
    columns = {name: _column(name, old, new) for name in rules.measures}
    columns = {name: pairs for name, pairs in columns.items() if pairs}
    worse = np.zeros((len(old), len(columns)))
    for at, (name, pairs) in enumerate(columns.items()):
        sign = 1.0 if BY_NAME[name].lower_is_better else -1.0
        for position, (was, now) in pairs.items():
            worse[position, at] = sign * (now - was)
    chances = one_sided(worse)
    return tuple(
        _tested(name, list(pairs.values()), worse[:, at], chances[at], rules)
        for at, (name, pairs) in enumerate(columns.items())
    )


def one_sided(worse: Matrix, flips: int = FLIPS) -> list[float]:
    """Return each column's chance, adjusted over all, of being this much worse by flips alone.

    ``worse`` is questions by measures, positive where a question got worse.
    """
    moving = np.abs(worse).max(axis=0, initial=0.0) > 0
    found = np.ones(worse.shape[1])
    if moving.any():
        highest = signed_sums(worse[:, moving], flips).max(axis=1)
        found[moving] = [chance(highest, one) for one in standardised(worse[:, moving])]
    return [float(each) for each in found]


def read_rules(path: Path) -> Rules:
    """Return the rules a TOML file holds. Raises BadGate, naming what is wrong."""
    try:
        value = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadGate(Message("eval.rules_unreadable", path=path, why=error)) from error
    unknown = sorted(set(value) - _KEYS)
    if unknown:
        known = sorted(_KEYS)
        raise BadGate(Message("eval.rules_unknown", path=path, unknown=unknown, known=known))
    alpha = value.get("alpha", ALPHA)
    if not isinstance(alpha, float) or not 0 < alpha < 1:
        raise BadGate(Message("eval.alpha_outside", path=path))
    measures = value.get("measures", list(GATED))
    if not isinstance(measures, list) or not set(map(str, measures)) <= set(BY_NAME):
        raise BadGate(Message("eval.measures_unknown", path=path, known=list(BY_NAME)))
    tables = {name: _limits(value.get(name, {}), name, path) for name in _TABLES}
    return Rules(alpha, tuple(measures), **tables)


def _limits(value: Any, name: str, path: Path) -> dict[str, float]:  # noqa: ANN401 - from a file
    known = set(BY_NAME) if name == "tolerance" else set(BY_NAME) | _FOLD_NAMES
    if not isinstance(value, dict) or not set(value) <= known:
        wrong = sorted(set(value) - known) if isinstance(value, dict) else [str(value)]
        raise BadGate(Message("eval.no_such_measure", path=path, table=name, wrong=wrong))
    for measure, limit in value.items():
        number = isinstance(limit, int | float) and not isinstance(limit, bool)
        if not number or not 0 <= limit <= 1:
            raise BadGate(Message("eval.limit_outside", path=path, table=name, measure=measure))
    return {measure: float(limit) for measure, limit in value.items()}


def _column(
    name: str, old: Sequence[Record], new: Sequence[Record]
) -> dict[int, tuple[float, float]]:
    """Return the values, before and after, of each question the measure applies to in both."""
    found = {}
    for position, (before, after) in enumerate(zip(old, new, strict=True)):
        was, now = before.values.get(name), after.values.get(name)
        if was is not None and now is not None:
            found[position] = was, now
    return found


def _tested(
    name: str, pairs: Sequence[tuple[float, float]], worse: Matrix, adjusted: float, rules: Rules
) -> Tested:
    n = len(pairs)
    worse_by = math.fsum(worse) / n
    tolerance = rules.tolerance.get(name, 0.0)
    return Tested(
        name,
        n,
        math.fsum(was for was, _ in pairs) / n,
        math.fsum(now for _, now in pairs) / n,
        worse_by,
        adjusted,
        tolerance,
        adjusted <= rules.alpha and worse_by > tolerance,
    )


def _broken(run: Run, rules: Rules) -> tuple[Broken, ...]:
    values = {name: each.value for name, each in means([r.values for r in run.records]).items()}
    values |= {name: each["value"] for name, each in folds(run.records).items()}
    found = []
    for limits, least in ((rules.floor, True), (rules.ceiling, False)):
        for name, limit in limits.items():
            value = values[name]
            if value is None or (value < limit if least else value > limit):
                found.append(Broken(name, value, limit, least))
    return tuple(found)
