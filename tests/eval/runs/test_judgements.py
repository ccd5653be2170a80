"""Another judge over a finished run: kept line by line, resumed, summed up honestly."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.durable import append, append_durably
from eval.errors import BadRun, JudgeFailed, RunBusy, RunUnsaved
from eval.judges import MechanicalJudge
from eval.measures.table import JUDGED
from eval.runs.judgements import judge_run, judged_sums, judgements_path, read_judgements
from eval.runs.run_folder import RunFolder
from tests.eval.run_doubles import ListJudge, plain, stored

ANSWERS = {
    "q1": (("甲。", ("甲",)), ("乙。", ("乙",))),
    "q2": (("丙。", ("丙",)), ("丁。", ("丁",)), ("戊。", ("戊",)), ("己。", ("己",))),
    "q3": (),  # abstains
    "q4": (("庚。", ("庚",)),),
    "q5": None,  # failed
}
CLAIMS = ["甲。", "乙。", "丙。", "丁。", "戊。", "己。", "庚。"]
UNSUPPORTED = [
    ("q1", 0, "supported"), ("q1", 1, "unsupported"), ("q2", 0, "supported"),
    ("q2", 1, "unsupported"), ("q2", 2, "unsupported"), ("q2", 3, "unsupported"),
    ("q4", 0, "supported"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return stored(tmp_path, ANSWERS)


def good() -> ListJudge:
    return ListJudge("甲。", "丙。", "庚。")


def test_every_claim_is_judged_once_in_order(folder: RunFolder) -> None:
    seen: list[tuple[int, int]] = []
    judge = good()
    rows = judge_run(folder, judge, lambda done, total: seen.append((done, total)))
    assert plain(rows) == UNSUPPORTED
    assert judge.asked == CLAIMS
    assert seen == [(at, 7) for at in range(1, 8)]
    assert judge_run(folder, judge) == rows
    assert judge.asked == CLAIMS  # nothing is asked again


def test_a_judge_that_fails_leaves_what_it_said_and_goes_on_there(folder: RunFolder) -> None:
    judge = good()
    judge.failing = "戊。"  # the fifth
    with pytest.raises(JudgeFailed, match=r"No reply.*4 of 7 claims"):
        judge_run(folder, judge)
    assert judge.asked == CLAIMS[:5]
    assert plain(read_judgements(folder)[judge.name]) == UNSUPPORTED[:4]
    assert plain(judge_run(folder, judge)) == UNSUPPORTED
    assert judge.asked == [*CLAIMS[:5], *CLAIMS[4:]]  # only the fifth twice


def test_a_line_cut_short_is_judged_again(folder: RunFolder) -> None:
    judge = good()
    judge_run(folder, judge)
    path = judgements_path(folder, judge.name)
    path.write_bytes(path.read_bytes()[:-20])
    judge.asked.clear()
    assert plain(judge_run(folder, judge)) == UNSUPPORTED
    assert judge.asked == ["庚。"]
    assert plain(read_judgements(folder)[judge.name]) == UNSUPPORTED


def test_judges_never_share_a_file(folder: RunFolder) -> None:
    names = ["model:a/b", "model:a_b", "../../x", "model_a_b", "模型", "長" * 300, "mechanical"]
    paths = [judgements_path(folder, name) for name in names]
    assert len(set(paths)) == len(names)
    for name, path in zip(names, paths, strict=True):
        assert path.parent == folder.path
        judge_run(folder, ListJudge(name=name))
    assert list(read_judgements(folder)) == sorted(names)


def test_a_run_is_judged_by_one_process_and_finished(tmp_path: Path, folder: RunFolder) -> None:
    with folder.working(), pytest.raises(RunBusy):
        judge_run(folder, good())
    (folder.path / "summary.json").unlink()
    with pytest.raises(BadRun):
        judge_run(folder, good())


@pytest.mark.parametrize("path", ["/dev/full", "/nowhere/at/all"])
def test_a_line_that_cannot_be_written_is_told(path: str) -> None:
    for write in (append, append_durably):
        with pytest.raises(RunUnsaved, match=path):
            write(Path(path), {"a": 1})


# sums


def test_sums_are_of_every_question_worked_by_hand(folder: RunFolder) -> None:
    sums = judged_sums(folder.load(), judge_run(folder, good()))
    assert set(sums) == JUDGED
    # q1 1/2, q2 1/4, q4 1; q5 failed and counts 0; q3 abstained and does not count.
    assert sums["groundedness"] == {"value": (0.5 + 0.25 + 1 + 0) / 4, "n": 4, "missing": 0}
    assert sums["citation_precision"]["value"] == (0.5 + 0.25 + 1 + 0) / 4
    assert sums["unsupported_rate"]["value"] == (0.5 + 0.75 + 0 + 1) / 4
    assert sums["partial_rate"]["value"] == 1 / 4  # of what failed: the worst


def test_sums_of_the_same_judge_are_the_runs_own(folder: RunFolder) -> None:
    run = folder.load()
    sums = judged_sums(run, judge_run(folder, ListJudge(*CLAIMS)))
    own = folder.summary()["measures"]
    assert {name: (one["value"], one["n"]) for name, one in sums.items()} == {
        name: (own[name]["value"], own[name]["n"]) for name in JUDGED
    }


def test_what_is_not_judged_is_counted_and_in_no_mean(folder: RunFolder) -> None:
    judge = good()
    judge.failing = "戊。"
    with pytest.raises(JudgeFailed):
        judge_run(folder, judge)
    sums = judged_sums(folder.load(), read_judgements(folder)[judge.name])
    # q2 lacks two of its four claims, q4 its only one.
    assert sums["groundedness"] == {"value": (0.5 + 0) / 2, "n": 2, "missing": 2}
    assert judged_sums(folder.load(), [])["groundedness"] == {"value": 0.0, "n": 1, "missing": 3}


def test_the_mechanical_judge_is_a_judge_like_any_other(folder: RunFolder) -> None:
    rows = judge_run(folder, MechanicalJudge())
    assert [row["judge"] for row in rows] == ["mechanical"] * 7
