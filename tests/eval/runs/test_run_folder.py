from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from eval.errors import BadRun, NoSuchRun, RunUnsaved
from eval.judges import MechanicalJudge
from eval.runs.one_question import Asking
from eval.runs.run_folder import RunFolder
from eval.runs.run_list import RunStore
from eval.runs.runner import run_stored
from eval.runs.summary import summary
from eval.sets.question_sets import parse_set
from eval.types import EvalSet
from tests.eval.doubles import ScriptedAnswerer, set_of
from tests.eval.runs.test_runner import ANSWERS, ASKED, LIBRARY, WHO


def kept(folder: Path, asked: EvalSet = ASKED) -> RunFolder:
    made = Asking(LIBRARY, ScriptedAnswerer(ANSWERS, LIBRARY), MechanicalJudge(), workers=1)
    return run_stored(RunStore(folder), asked, made, anew=True)[1]


def test_saved_files_say_it_all(tmp_path: Path) -> None:
    folder = kept(tmp_path / "runs")
    assert folder.path.parent == tmp_path / "runs"
    assert folder.id.endswith("-手工_set")
    files = {each.name for each in folder.path.iterdir()} - {"run.lock"}
    assert files == {
        "header.json",
        "set.jsonl",
        "records.jsonl",
        "summary.json",
        "timings.jsonl",
    }
    lines = (folder.path / "records.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["id"] for record in records] == ["q1", "q2", "q3", "q4"]
    assert records[1]["measures"]["gold_recall"] == 0.5
    assert records[1]["gold_nowhere"] == ["没有的话"]
    assert "timings" not in records[0]["answer"]
    read = folder.summary()
    assert read["gold_nowhere"] == {"q2": ["没有的话"]}
    assert read["counts"] == {
        "questions": 4,
        "unanswerable": 1,
        "failed": 1,
        "gold": 4,
        "gold_nowhere": 1,
    }
    # q1 holds its musts, q2 lacks one, q4 failed; q3 has none.
    assert read["measures"]["contains_all"] == {"value": pytest.approx(1 / 3), "n": 3}
    # Refusing: one of one, and one refused falsely (q4 failed, which counts as declined).
    assert read["folds"]["F1_refusing"]["value"] == pytest.approx(2 / 3)
    lines = (folder.path / "timings.jsonl").read_text("utf-8").splitlines()
    timings = [json.loads(line) for line in lines]
    assert timings[0]["stages"] == {"search": 1.5}
    assert timings[3]["answer_ms"] is None
    assert read["timings"]["n"] == 3


def test_a_run_is_read_back_as_it_was(tmp_path: Path) -> None:
    folder = kept(tmp_path)
    store = RunStore(tmp_path)
    for name in (folder.id, folder.id[:20], "latest", str(folder.path)):
        assert store.open(name).path == folder.path
    loaded = folder.load()
    assert json.loads(json.dumps(summary(loaded))) == folder.summary()
    assert loaded.header == replace(folder.header, warnings=loaded.header.warnings)
    again = parse_set(ASKED.data, "x", "x").questions
    assert tuple(each.question for each in loaded.records) == again == ASKED.questions


def test_a_list_of_runs_says_what_is_damaged(tmp_path: Path) -> None:
    folder = kept(tmp_path)
    broken = tmp_path / "20200101T000000Z-broken"
    broken.mkdir()
    (broken / "header.json").write_text("{")
    (tmp_path / "stray").mkdir()
    states = RunStore(tmp_path).all()
    assert [state.id for state in states] == [broken.name, folder.id]
    assert "header.json" in states[0].damaged
    assert (states[1].done, states[1].finished, states[1].damaged) == (4, True, "")
    assert RunStore(tmp_path / "none").all() == []


def test_the_latest_run_is_the_newest_though_it_be_unfinished(tmp_path: Path) -> None:
    kept(tmp_path)
    second = kept(tmp_path)
    (second.path / "summary.json").unlink()
    assert RunStore(tmp_path).open("latest").id == second.id
    with pytest.raises(BadRun, match="judian eval resume"):
        RunStore(tmp_path).open("latest").load()


@pytest.mark.parametrize("name", ["nothing", "2", "../etc", ""])
def test_a_name_that_is_not_one_run_is_told_with_what_there_is(tmp_path: Path, name: str) -> None:
    first, second = kept(tmp_path), kept(tmp_path)
    with pytest.raises(NoSuchRun, match=second.id):
        RunStore(tmp_path).open(name)
    assert first.id != second.id


def test_damage_is_told_not_averaged(tmp_path: Path) -> None:
    folder = kept(tmp_path)
    records = folder.path / "records.jsonl"
    whole = records.read_text("utf-8")
    for text in (whole.splitlines()[0] + "\n", whole.replace('"q2"', '"q9"', 1), whole[:-9], ""):
        records.write_text(text)
        with pytest.raises(BadRun, match="损坏"):
            folder.load()
    records.unlink()
    with pytest.raises(BadRun, match=r"records\.jsonl"):
        folder.load()


def test_an_unfinished_run_cannot_be_reported(tmp_path: Path) -> None:
    folder = kept(tmp_path)
    (folder.path / "summary.json").unlink()
    with pytest.raises(BadRun, match="judian eval resume"):
        folder.load()


def test_a_runs_own_folder_is_no_baseline_and_its_labels_stay(tmp_path: Path) -> None:
    first, second = kept(tmp_path / "runs"), kept(tmp_path / "runs")
    (first.path / "labels.jsonl").write_text("precious")
    for target in (first.path, second.path, tmp_path / "runs"):
        with pytest.raises(RunUnsaved, match="不覆盖"):
            second.keep(target)
    assert (first.path / "labels.jsonl").read_text() == "precious"
    baseline = tmp_path / "baseline"
    for each in (first, second):
        each.keep(baseline)
        assert RunFolder(baseline).load().timings.started == each.load().timings.started
    assert sorted(each.name for each in tmp_path.iterdir()) == ["baseline", "runs"]


def test_a_set_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    asked = EvalSet("../../别处/" + "长" * 200, "d", (WHO,), (), set_of(WHO).data)
    folder = kept(tmp_path, asked)
    assert folder.path.parent == tmp_path
    assert len(os.fsencode(folder.id)) < 255


def test_nothing_is_left_behind_where_beginning_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(RunUnsaved, match="No space left"):
        kept(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_at_the_end_keeps_what_was_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: object) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(RunUnsaved, match="已答的都保留着"):
            kept(tmp_path)
    (state,) = RunStore(tmp_path).all()
    assert (state.done, state.finished) == (4, False)


def test_a_file_in_the_folders_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(RunUnsaved, match="写不了"):
        kept(tmp_path / "runs")
