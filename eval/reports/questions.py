"""The questions that a report shows whole: those that flipped, and those that went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.comparison.comparing import Comparison, Flip
from eval.measures.table import BY_NAME
from eval.reports.answer_pieces import Around, said
from eval.reports.details import question_details
from eval.reports.markup import both, listed, text, titled
from eval.reports.run_table import problems
from eval.types import Record, Run

MOST_QUESTIONS = 50  # of each of the two lists; the rest are counted


def flipped(
    run: Run, baseline: Run | None, comparison: Comparison, around: Around | None = None
) -> str:
    """Return the questions that one of the two runs got right and the other wrong."""
    if not comparison.flips:
        return f"<p>{both('没有。', 'None.')}</p>"
    place = _places(run)
    details = [
        question_details(
            run.records[place[each.question.id]],
            _anchor(place[each.question.id]),
            around,
            _flip(each, baseline.records[place[each.question.id]] if baseline else None),
        )
        for each in comparison.flips[:MOST_QUESTIONS]
    ]
    worse = sum(bool(each.worse) for each in comparison.flips)
    told = f"{both('变差', 'worse')} {worse}，{both('只变好', 'only better')} "
    told += f"{len(comparison.flips) - worse}"
    return f"<p>{told}</p>{''.join(details)}{_left(len(comparison.flips) - len(details))}"


def went_wrong(run: Run, comparison: Comparison | None, around: Around | None = None) -> str:
    """Return the questions that went wrong and are not shown as flipped, the worst first."""
    place = _places(run)
    shown = comparison.flips[:MOST_QUESTIONS] if comparison else ()
    above = {each.question.id for each in shown}
    wrong = worst(run)
    fresh = [each for each in wrong if each.question.id not in above]
    told = f"{both('有误', 'went wrong')}: {len(wrong)} / {len(run.records)}"
    if len(fresh) < len(wrong):
        seen = len(wrong) - len(fresh)
        told += f"；{both(f'{seen} 个见上节', f'{seen} stand in the section above')}"
    details = "".join(
        question_details(each, _anchor(place[each.question.id]), around)
        for each in fresh[:MOST_QUESTIONS]
    )
    return f"<p>{told}</p>{details}{_left(len(fresh) - MOST_QUESTIONS)}"


def worst(run: Run) -> list[Record]:
    """Return the records of the questions that went wrong: failed first, then by how much."""
    found = [(len(problems(each)), each) for each in run.records]
    wrong = [(many, each) for many, each in found if many]
    return [e for _, e in sorted(wrong, key=lambda pair: (pair[1].error is None, -pair[0]))]


def _flip(flip: Flip, before: Record | None) -> list[str]:
    """Return which measures flipped, and what the baseline answered."""
    told = [
        f'<span class="{css}">{sign} {both(zh, css)}</span>: '
        + "、".join(both(BY_NAME[each].zh, BY_NAME[each].en) for each in names)
        for css, sign, zh, names in (
            ("worse", "▼", "变差", flip.worse),
            ("better", "▲", "变好", flip.better),
        )
        if names
    ]
    parts = [listed(told)]
    if before is not None:
        was: Any = before.answer
        answer = said(was) if was else f"<p>{text(before.error)}</p>"
        parts.append(titled(both("基线的答案", "The answer of the baseline"), answer))
    return parts


def _places(run: Run) -> Mapping[str, int]:
    return {record.question.id: at for at, record in enumerate(run.records)}


def _anchor(place: int) -> str:
    """Return a question's id on the page; its own may hold anything."""
    return f"q-{place + 1}"


def _left(left: int) -> str:
    return (
        f"<p>{both(f'另有 {left} 个问题未列', f'{left} more not listed')}</p>" if left > 0 else ""
    )
