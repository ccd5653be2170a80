from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path

import pytest

from corpus.errors import CorpusError
from eval.errors import RunUnsaved
from eval.runner import run
from eval.saving import save, summary
from eval.types import EvalSet, Question, Run
from index.errors import IndexingError
from index.types import Hit
from rag.types import Answer
from tests.eval_doubles import LineLibrary, ScriptedAnswerer, abstaining, quoting, set_of

LIBRARY = LineLibrary({"a": "会议由甲主持。\n会议强调乙。", "b": "丙丁戊。\n己庚辛。"})
WHO = Question("q1", "谁主持会议", musts=("甲",), gold_quotes=("甲主持",))
WHAT = Question("q2", "强调乙什么", musts=("乙", "壬"), gold_quotes=("强调乙", "没有的话"))
NEVER = Question("q3", "癸", unanswerable=True)
BROKEN = Question("q4", "没教过", musts=("丙",), gold_quotes=("丙丁",))
ASKED = set_of(WHO, WHAT, NEVER, BROKEN)
ANSWERS = {
    WHO.text: quoting(LIBRARY.cite("a", "会议由甲主持。"), timings={"search": 1.5}),
    WHAT.text: quoting(LIBRARY.cite("a", "会议强调乙。")),
    NEVER.text: abstaining(),
}


def run_once(asked: EvalSet = ASKED, library: LineLibrary = LIBRARY, k: int = 10) -> Run:
    return run(asked, library, ScriptedAnswerer(ANSWERS), k=k, settings={"model": "none"})


def test_one_record_per_question_in_order() -> None:
    heard: list[tuple[int, int]] = []
    done = run(
        ASKED,
        LIBRARY,
        ScriptedAnswerer(ANSWERS),
        on_progress=lambda n, total: heard.append((n, total)),
    )
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [record.question for record in done.records] == [WHO, WHAT, NEVER, BROKEN]
    who, what, never, _ = done.records
    assert who.hits[0] == ("a-0-7", 0.8)  # 主 持 会 议 of 谁主持会议
    assert len(who.hits) == 4
    assert who.values["hit@1"] == who.values["contains_all"] == who.values["quote_exact"] == 1
    assert who.answer is not None
    assert who.answer["citations"] == [
        {
            "id": "a-0-7",
            "document_id": "a",
            "revision": "r" * 64,
            "start": 0,
            "end": 7,
            "quote": "会议由甲主持。",
            "path": (),
            "page": None,
            "title": "",
            "clause": "",
            "ocr": False,
            "lapse": None,
            "repeats": (),
        }
    ]
    assert what.missing == ("壬",)
    assert what.nowhere == what.uncited == ("没有的话",)
    assert what.values["recall@10"] == what.values["citation_recall"] == Fraction(1, 2)
    assert never.values["abstention_recall"] == 1


def test_the_paragraph_of_a_gold_quote_counts_even_if_its_words_were_not_hit() -> None:
    class HalfHits(LineLibrary):
        def search(self, question: str, k: int = 10) -> list[Hit]:
            hit = super().search(question, 1)[0]
            start = hit.passage.start
            passage = type(hit.passage)("half", "a", start, start + 2, "会议")
            return [Hit(passage, 1.0, 1, "a")]

    record = run_once(set_of(WHO), HalfHits(LIBRARY.texts)).records[0]
    assert record.values["hit@10"] == 0
    assert record.values["paragraph_hit@1"] == 1


def test_a_failed_question_is_recorded_as_worst_and_the_run_goes_on() -> None:
    broken = run_once().records[3]
    assert broken.error == "BadQuestion: not scripted: 没教过"
    assert (broken.answer, broken.hits) == (None, ())
    assert (broken.missing, broken.uncited) == (("丙",), ("丙丁",))
    assert broken.values["hit@10"] == broken.values["contains_all"] == 0
    assert broken.values["false_abstention"] == 1
    assert broken.values["abstention_recall"] is None


@pytest.mark.parametrize("error", [CorpusError, IndexingError])
def test_errors_of_lower_packages_fail_one_question_only(error: type[Exception]) -> None:
    class Failing(LineLibrary):
        def search(self, question: str, k: int = 10) -> list[Hit]:
            if question == WHO.text:
                raise error("坏了")
            return super().search(question, k)

    done = run_once(library=Failing(LIBRARY.texts))
    assert [record.error is None for record in done.records] == [False, True, True, False]
    assert done.timings.questions[0].search_ms is None


def test_programming_errors_are_not_swallowed() -> None:
    class Buggy(ScriptedAnswerer):
        def answer(self, question: str, *, k: int = 8) -> Answer:
            raise KeyError(question)

    with pytest.raises(KeyError):
        run(ASKED, LIBRARY, Buggy({}))


def test_a_citation_of_an_unknown_document_is_not_exact_and_does_not_fail() -> None:
    stranger = LineLibrary({"z": "甲"}).cite("z", "甲")
    done = run(set_of(WHO), LIBRARY, ScriptedAnswerer({WHO.text: quoting(stranger)}))
    assert done.records[0].error is None
    assert done.records[0].values["quote_exact"] == 0


def test_the_header_says_what_was_measured() -> None:
    asked = set_of(WHO, warnings=["字段 odd"])
    header = run_once(asked, k=3).header
    assert (header.set_name, header.set_digest) == ("手工 set", "d" * 64)
    assert header.index_version == "v1"
    assert header.settings == {"k": 3, "model": "none"}
    assert header.warnings == ("字段 odd",)


def test_a_library_that_changes_meanwhile_is_warned_of() -> None:
    class Growing(LineLibrary):
        def search(self, question: str, k: int = 10) -> list[Hit]:
            self.version = "v2"
            return super().search(question, k)

    header = run_once(set_of(WHO), Growing(LIBRARY.texts)).header
    assert header.index_version == "v1"
    assert "v1 → v2" in header.warnings[0]


def test_equal_runs_give_byte_equal_records(tmp_path: Path) -> None:
    other_order = LineLibrary(dict(reversed(LIBRARY.texts.items())))
    first, second = run_once(), run_once()
    assert first.records == second.records
    assert run_once(library=other_order).records[0].values == first.records[0].values
    folders = [save(each, tmp_path) for each in (first, second)]
    assert folders[0] != folders[1]
    contents = [(folder / "records.jsonl").read_bytes() for folder in folders]
    assert contents[0] == contents[1]


def test_saved_files_say_it_all(tmp_path: Path) -> None:
    done = run_once()
    folder = save(done, tmp_path / "runs")
    assert folder.parent == tmp_path / "runs"
    assert folder.name.endswith("-手工_set")
    assert sorted(each.name for each in folder.iterdir()) == [
        "records.jsonl",
        "summary.json",
        "timings.jsonl",
    ]
    lines = (folder / "records.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["id"] for record in records] == ["q1", "q2", "q3", "q4"]
    assert records[1]["measures"]["citation_recall"] == 0.5
    assert records[1]["gold_nowhere"] == ["没有的话"]
    assert "timings" not in records[0]["answer"]
    read = json.loads((folder / "summary.json").read_text("utf-8"))
    assert read == json.loads(json.dumps(summary(done)))
    assert read["gold_nowhere"] == {"q2": ["没有的话"]}
    assert read["counts"] == {
        "questions": 4,
        "unanswerable": 1,
        "failed": 1,
        "gold_quotes": 4,
        "gold_quotes_nowhere": 1,
    }
    # q1 holds its musts, q2 lacks one, q4 failed; q3 has none.
    assert read["measures"]["contains_all"] == {"value": pytest.approx(1 / 3), "n": 3}
    lines = (folder / "timings.jsonl").read_text("utf-8").splitlines()
    timings = [json.loads(line) for line in lines]
    assert timings[0]["stages"] == {"search": 1.5}
    assert timings[3]["answer_ms"] is None
    assert read["timings"]["n"] == 3


def test_a_set_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    asked = EvalSet("../../别处/" + "长" * 200, "d", (WHO,))
    folder = save(run_once(asked), tmp_path)
    assert folder.parent == tmp_path
    assert len(os.fsencode(folder.name)) < 255


def test_nothing_is_left_behind_where_saving_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(RunUnsaved, match="No space left"):
        save(run_once(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_folders_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(RunUnsaved, match="写不了"):
        save(run_once(), tmp_path / "runs")
