"""``judian eval judge``: another judge over a finished run."""

from __future__ import annotations

from typing import Any

from api.cli.progress import counting
from eval.judges import Judge
from eval.measures.table import BY_NAME
from eval.plain_records import claims_of
from eval.runs.judgements import judge_run, judged_sums
from eval.runs.labels import agreements
from eval.runs.run_folder import RunFolder


def judged(folder: RunFolder, judge: Judge) -> tuple[dict[str, Any], list[str]]:
    """Have a judge check every claim of a run, and return what it comes to. Raises EvalError."""
    done = folder.load()
    total = sum(len(claims_of(record)) for record in done.records)
    with counting(total, "claim", "评判 judging") as on_done:
        rows = judge_run(folder, judge, lambda at, _total: on_done(at))
    sums = judged_sums(done, rows)
    agreed = [each for each in agreements(folder, done) if each["judge"] == judge.name]
    lines = [f"评判 judge      {judge.name}（{total} 句论断 claims）"]
    for name, each in sums.items():
        value = "–" if each["value"] is None else f"{each['value']:.3f}"
        lines.append(f"{value:>8}  n {each['n']}  {BY_NAME[name].zh} {BY_NAME[name].en}")
    lines += [_agreement(each) for each in agreed]
    if not agreed:
        lines.append("还没有人核对过这位评判。 No person's labels to hold this judge against yet.")
    return {"judge": judge.name, "measures": sums, "agreement": agreed}, lines


def _agreement(each: dict[str, Any]) -> str:
    accuracy, kappa = (
        "–" if each[name] is None else f"{each[name]:.3f}" for name in ("accuracy", "kappa")
    )
    return f"与人工标注一致 agreement with people: {accuracy}，κ {kappa}（n {each['n']}）"
