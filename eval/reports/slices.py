"""Slices of a run in a report: kinds, languages and tags, with what changed in each."""

from __future__ import annotations

from collections.abc import Sequence

from eval.comparison.comparing import EVERYTHING, Comparison, Difference, slices_of
from eval.comparison.resampling import TOLERATED
from eval.measures.table import BY_NAME, mean
from eval.reports.markup import ALPHA, NOTHING, better_or_worse, both, number, signed, table, text
from eval.reports.tables import COMPARED, HEAD, compared_cells, not_applying
from eval.types import Record, Run

# Of every slice; those that apply to nothing in a set are left out.
SLICED = (
    "hit@10",
    "nDCG@10",
    "contains_all_folded",
    "contains_answer",
    "gold_recall",
    "groundedness",
    "decision_right",
)
MOST_SLICES = 60  # lines; the rest are counted


def slices(records: Sequence[Record]) -> dict[str, list[Record]]:
    """Return the records of each slice; all of them first, then the largest first by kind."""
    found: dict[str, list[Record]] = {EVERYTHING: list(records)}
    for record in records:
        for name in slices_of(record.question)[1:]:
            found.setdefault(name, []).append(record)
    order = {"": 0, "kind": 1, "language": 2, "tag": 3}
    names = sorted(found, key=lambda name: (order[name.partition("=")[0]], -len(found[name]), name))
    return {name: found[name] for name in names}


def slices_table(run: Run, comparison: Comparison | None) -> str:
    """Return the means of some measures in each slice, with what changed since the baseline."""
    found = slices(run.records)
    absent = not_applying(run)
    shown = [name for name in SLICED if name not in absent]
    changed = (
        {(e.measure, e.slice): e for e in comparison.differences} if comparison is not None else {}
    )
    rows = [
        [
            _slice_name(name),
            str(len(some)),
            *(_sliced_cell(some, each, changed.get((each, name))) for each in shown),
        ]
        for name, some in list(found.items())[:MOST_SLICES]
    ]
    head = [both("分组", "slice"), both("问题数", "questions")]
    head += [both(BY_NAME[each].zh, BY_NAME[each].en) for each in shown]
    caption = both("各分组的均值", "means of each slice")
    if comparison is not None:
        caption += f"；{both('括号内的变化或属偶然', 'what changed in brackets may be chance')}"
    told = table(caption, head, [("", rows)], css="figures compact")
    return told + _more(len(found) - MOST_SLICES)


def moved_table(comparison: Comparison) -> str:
    """Return every measure of a slice that differs from the baseline; what may be chance, folded.

    The surest stand first.
    """
    moved = [
        each
        for each in comparison.differences
        if each.slice != EVERYTHING and abs(each.difference) > TOLERATED
    ]
    moved.sort(key=lambda each: (each.adjusted, -abs(each.effect)))
    sure = [each for each in moved if each.adjusted <= ALPHA]
    doubtful = moved[len(sure) :]
    told = f"<h3>{both('有变化的分组', 'What changed in slices')}</h3>"
    if sure:
        told += _moved(sure, both("不像是偶然的", "not likely chance"))
    else:
        told += f"<p>{both('没有哪项变化足以排除偶然。', 'No change is beyond chance.')}</p>"
    if doubtful:
        many = both(f"另有 {len(doubtful)} 项或属偶然", f"{len(doubtful)} more may be chance")
        told += f"<details><summary>{many}</summary><div>{_moved(doubtful, many)}</div></details>"
    return told


def _moved(moved: Sequence[Difference], caption: str) -> str:
    rows = [
        [
            f"{_slice_name(e.slice)} · {both(BY_NAME[e.measure].zh, BY_NAME[e.measure].en)}",
            number(e.after),
            str(e.n),
            *compared_cells(e, e.n),
        ]
        for e in moved[:MOST_SLICES]
    ]
    head = [both("分组与指标", "slice and measure"), *HEAD[1:], *COMPARED]
    return table(caption, head, [("", rows)]) + _more(len(moved) - MOST_SLICES)


def _sliced_cell(records: Sequence[Record], measure: str, change: Difference | None) -> str:
    """Return a mean with its n; below, what changed, in brackets where it may be chance."""
    found = mean(record.values.get(measure) for record in records)
    if not found.n:
        return NOTHING
    told = f"{number(found.value)} <small>n {found.n}</small>"
    if change is None or abs(change.difference) < TOLERATED:
        return told
    doubtful = change.adjusted > ALPHA
    differs = f"{signed(change.difference)}<br>"
    moved = better_or_worse(change.gain, "" if doubtful else None, differs)
    return f"{told}<div>{f'({moved})' if doubtful else moved}</div>"


def _slice_name(name: str) -> str:
    return text(name) if name != EVERYTHING else both("全部", "all")


def _more(left: int) -> str:
    return f"<p>{both(f'另有 {left} 行未列', f'{left} more not listed')}</p>" if left > 0 else ""
