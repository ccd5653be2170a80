from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.types import Citation
from eval.errors import JudgeFailed, LibraryChanged, RunBusy
from eval.judges import MechanicalJudge
from eval.runs.one_question import Asking
from eval.runs.run_folder import RunFolder
from eval.runs.run_list import RunStore
from eval.runs.runner import resume, run, run_stored
from eval.types import EvalSet, Gold, Place, Question, Run
from index.catalogue import EVERYTHING_TODAY, Scope
from index.errors import IndexingError
from index.types import Hit
from rag.types import Answer
from rag.verification.verifier import Check
from tests.eval.doubles import LineLibrary, ScriptedAnswerer, abstaining, quoting, set_of

LIBRARY = LineLibrary({"a": "会议由甲主持。\n会议强调乙。", "b": "丙丁戊。\n己庚辛。"})
WHO = Question("q1", "谁主持会议", musts=("甲",), gold_quotes=("甲主持",))
WHAT = Question("q2", "强调乙什么", musts=("乙", "壬"), gold_quotes=("强调乙", "没有的话"))
NEVER = Question("q3", "癸", unanswerable=True)
BROKEN = Question("q4", "没教过", musts=("丙",), gold_quotes=("丙丁",))
ASKED = set_of(WHO, WHAT, NEVER, BROKEN)
ANSWERS = {
    WHO.text: quoting(LIBRARY.citation("a", "会议由甲主持。"), timings={"search": 1.5}),
    WHAT.text: quoting(LIBRARY.citation("a", "会议强调乙。")),
    NEVER.text: abstaining(),
}


def run_once(
    asked: EvalSet = ASKED, library: LineLibrary = LIBRARY, k: int = 10, workers: int = 1
) -> Run:
    answerer = ScriptedAnswerer(ANSWERS, library)
    return run(asked, library, answerer, k=k, settings={"model": "none"}, workers=workers)


def asking(library: LineLibrary = LIBRARY, answerer: ScriptedAnswerer | None = None) -> Asking:
    answerer = answerer or ScriptedAnswerer(ANSWERS, library)
    return Asking(library, answerer, MechanicalJudge(), workers=1)


class Stopping(ScriptedAnswerer):
    """Is interrupted at one question, the first time."""

    def __init__(self, at: str) -> None:
        super().__init__(ANSWERS, LIBRARY)
        self.at = at

    def answer(self, question: str, *, scope: Scope = EVERYTHING_TODAY) -> Answer:
        if question == self.at:
            self.at = ""
            raise KeyboardInterrupt
        return super().answer(question, scope=scope)


def test_one_record_per_question_in_order() -> None:
    heard: list[tuple[int, int]] = []
    done = run(
        ASKED,
        LIBRARY,
        ScriptedAnswerer(ANSWERS, LIBRARY),
        on_progress=lambda n, total: heard.append((n, total)),
    )
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [record.question for record in done.records] == [WHO, WHAT, NEVER, BROKEN]
    who, what, never, _ = done.records
    assert who.hits[0] == ("a-0-7", 0.8)  # 主 持 会 议 of 谁主持会议
    assert len(who.hits) == 4
    assert who.ranking[0] == "gold-1"
    assert who.values["hit@1"] == who.values["contains_all"] == who.values["quote_exact"] == 1
    assert who.values["citations_resolve"] == who.values["citation_precision"] == 1
    assert who.answer is not None
    assert who.answer["citations"] == [
        {
            "id": "a-0-7",
            "document_id": "a",
            "revision": "r" * 64,
            "start": 0,
            "end": 7,
            "quote": "会议由甲主持。",
            "path": [],
            "page": None,
            "title": "",
            "clause": "",
            "ocr": False,
            "lapse": None,
            "repeats": [],
        }
    ]
    assert what.missing == ("壬",)
    assert what.nowhere == what.uncited == ("没有的话",)
    assert what.values["R@10"] == what.values["gold_recall"] == 0.5
    assert never.values["abstention_recall"] == 1


def test_the_paragraph_of_a_gold_quote_counts_even_if_its_words_were_not_hit() -> None:
    class HalfHits(LineLibrary):
        def search(self, question: str, k: int = 10, scope: Scope = EVERYTHING_TODAY) -> list[Hit]:
            hit = super().search(question, 1)[0]
            start = hit.passage.start
            passage = type(hit.passage)("half", "a", start, start + 2, "会议")
            return [Hit(passage, 1.0, 1, "a")]

    record = run_once(set_of(WHO), HalfHits(LIBRARY.texts)).records[0]
    assert record.values["hit@10"] == 0
    assert record.values["paragraph_hit@1"] == 1


def test_deeper_measures_search_deeper() -> None:
    done = run_once(set_of(WHO), k=100)
    assert done.records[0].values["hit@100"] == 1
    assert done.timings.questions[0].search_ms is not None
    assert run_once(set_of(WHO), k=3).records[0].values["hit@5"] is None


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
        def search(self, question: str, k: int = 10, scope: Scope = EVERYTHING_TODAY) -> list[Hit]:
            if question == WHO.text:
                raise error("坏了")
            return super().search(question, k)

    done = run_once(library=Failing(LIBRARY.texts))
    assert [record.error is None for record in done.records] == [False, True, True, False]
    assert done.timings.questions[0].answer_ms is None


def test_programming_errors_are_not_swallowed() -> None:
    class Buggy(ScriptedAnswerer):
        def answer(self, question: str, *, scope: Scope = EVERYTHING_TODAY) -> Answer:
            raise KeyError(question)

    for workers in (1, 2):
        with pytest.raises(KeyError):
            run(ASKED, LIBRARY, Buggy({}), workers=workers)


def test_a_citation_of_an_unknown_document_is_not_exact_and_does_not_fail() -> None:
    stranger = LineLibrary({"z": "甲"}).citation("z", "甲")
    done = run(set_of(WHO), LIBRARY, ScriptedAnswerer({WHO.text: quoting(stranger)}))
    assert done.records[0].error is None
    values = done.records[0].values
    assert values["quote_exact"] == values["citations_resolve"] == 0


def test_a_question_is_asked_about_its_day() -> None:
    heard: list[Scope] = []

    class Listening(ScriptedAnswerer):
        def answer(self, question: str, *, scope: Scope = EVERYTHING_TODAY) -> Answer:
            heard.append(scope)
            return super().answer(question)

    then = Question("q1", WHO.text, as_of=date(2015, 6, 1))
    run(set_of(then, WHAT), LIBRARY, Listening(ANSWERS))
    assert heard == [Scope(as_of=date(2015, 6, 1)), EVERYTHING_TODAY]


def test_the_header_says_what_was_measured() -> None:
    asked = set_of(WHO, warnings=["字段 odd"])
    header = run_once(asked, k=3).header
    assert (header.set_name, header.set_digest) == ("手工 set", "d" * 64)
    assert header.index_version == "v1"
    assert header.settings == {"k": 3, "judge": "mechanical", "model": "none"}
    assert header.warnings == ("字段 odd",)


def test_a_library_that_changes_meanwhile_stops_the_run_and_loses_nothing(tmp_path: Path) -> None:
    class Growing(LineLibrary):
        def search(self, question: str, k: int = 10, scope: Scope = EVERYTHING_TODAY) -> list[Hit]:
            if question == WHAT.text:
                self.version = "v2"
            return super().search(question, k)

    library, store = Growing(LIBRARY.texts), RunStore(tmp_path)
    with pytest.raises(LibraryChanged, match="v1 → v2"):
        run_stored(store, ASKED, asking(library))
    (state,) = store.all()
    assert (state.done, state.finished) == (1, False)
    again = asking(library)
    with pytest.raises(LibraryChanged, match="index_version: v1 → v2"):
        resume(store.open(state.id), again)
    _, folder = run_stored(store, ASKED, again)  # the library as it is now is another run
    assert folder.id != state.id
    library.version = "v1"  # as after a restore
    done, same = run_stored(store, ASKED, asking(library, ScriptedAnswerer(ANSWERS, LIBRARY)))
    assert same.id == state.id
    assert len(done.records) == 4


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_equal_inputs_give_byte_equal_records(tmp_path: Path, workers: int) -> None:
    many = set_of(
        *(Question(f"many{n}", WHO.text, gold_quotes=("甲主持",)) for n in range(40)), NEVER
    )
    contents = set()
    for number in (1, workers):
        answerer = ScriptedAnswerer(ANSWERS, LIBRARY)
        made = Asking(LIBRARY, answerer, MechanicalJudge(), workers=number)
        _, folder = run_stored(RunStore(tmp_path), many, made, anew=True)
        contents.add((folder.path / "records.jsonl").read_bytes())
    assert len(contents) == 1
    other_order = LineLibrary(dict(reversed(LIBRARY.texts.items())))
    assert run_once(library=other_order).records[0].values == run_once().records[0].values


def test_an_interrupted_run_goes_on_without_repeating(tmp_path: Path) -> None:
    store, answerer = RunStore(tmp_path), Stopping(NEVER.text)
    with pytest.raises(KeyboardInterrupt):
        run_stored(store, ASKED, asking(answerer=answerer))
    begun: list[tuple[str, int]] = []
    done, folder = run_stored(
        store,
        ASKED,
        asking(answerer=answerer),
        on_begin=lambda f, n: begun.append((f.id, n)),
    )
    assert begun == [(folder.id, 2)]
    assert answerer.asked == [WHO.text, WHAT.text, NEVER.text, BROKEN.text]
    assert done.records == run_once().records
    _, fresh = run_stored(store, ASKED, asking(), anew=True)
    files = [(each.path / "records.jsonl").read_bytes() for each in (folder, fresh)]
    assert files[0] == files[1]
    assert not (folder.path / "journal.jsonl").exists()


def test_a_line_cut_by_a_kill_is_asked_again(tmp_path: Path) -> None:
    store, answerer = RunStore(tmp_path), Stopping(NEVER.text)
    with pytest.raises(KeyboardInterrupt):
        run_stored(store, ASKED, asking(answerer=answerer))
    (state,) = store.all()
    journal = tmp_path / state.id / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-30])
    done, _ = run_stored(store, ASKED, asking(answerer=answerer))
    assert answerer.asked == [WHO.text, WHAT.text, WHAT.text, NEVER.text, BROKEN.text]
    assert done.records == run_once().records


def test_other_inputs_are_another_run(tmp_path: Path) -> None:
    store, answerer = RunStore(tmp_path), Stopping(NEVER.text)
    with pytest.raises(KeyboardInterrupt):
        run_stored(store, ASKED, asking(answerer=answerer))
    other = Asking(LIBRARY, answerer, MechanicalJudge(), k=5, workers=1)
    _, folder = run_stored(store, ASKED, other)
    assert [state.finished for state in store.all()] == [False, True]
    assert store.all()[1].id == folder.id


def test_two_at_once_on_one_run_are_told(tmp_path: Path) -> None:
    store, answerer = RunStore(tmp_path), Stopping(WHO.text)
    with pytest.raises(KeyboardInterrupt):
        run_stored(store, ASKED, asking(answerer=answerer))
    folder = store.open(store.all()[0].id)
    with folder.working(), pytest.raises(RunBusy, match=folder.id):
        resume(RunFolder(folder.path), asking())


def test_two_runs_at_once_are_two_folders(tmp_path: Path) -> None:
    store, both = RunStore(tmp_path), threading.Barrier(2)
    found: list[str] = []

    def work() -> None:
        both.wait()
        found.append(run_stored(store, ASKED, asking(), anew=True)[1].id)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(set(found)) == 2
    assert [state.finished for state in store.all()] == [True, True]


def test_a_judge_that_fails_stops_the_run_which_goes_on_later(tmp_path: Path) -> None:
    class Tired(MechanicalJudge):
        left = 1

        def judge(self, claim: str, citations: Sequence[Citation]) -> Check:
            if not self.left:
                raise JudgeFailed("评判失败 no answer")
            self.left -= 1
            return super().judge(claim, citations)

    store, judge = RunStore(tmp_path), Tired()
    answerer = ScriptedAnswerer(ANSWERS, LIBRARY)
    made = Asking(LIBRARY, answerer, judge, workers=1)
    with pytest.raises(JudgeFailed):
        run_stored(store, ASKED, made)
    assert store.all()[0].done == 1
    judge.left = 9
    done, _ = run_stored(store, ASKED, made)
    assert done.records == run_once().records


def test_evidence_of_every_kind_is_found(tmp_path: Path) -> None:
    library = LineLibrary({"a": "甲乙丙。\n丁戊己。", "b": "庚辛壬。"})
    question = Question(
        "q", "丁戊己", gold_quotes=("乙丙",), gold_passages=("a-5-9",), gold_documents=("b", "c"),
        gold_clauses=("没有的法第一条",), grades={"b": 3},
    )  # fmt: skip
    from eval.sets.locating import Evidence

    found = Evidence(set_of(question), library).of(question)
    assert [each.name for each in found] == ["乙丙", "没有的法第一条", "a-5-9", "b", "c"]
    assert found[0] == Gold("乙丙", (Place("a", 1, 3),), (Place("a", 0, 4),), thing="gold-1")
    assert found[2].places == (Place("a", 5, 9),)
    assert (found[3].places, found[3].grade) == ((Place("b", 0, 4),), 3)
    assert found[1].places == found[4].places == ()
    record = run(set_of(question), library, ScriptedAnswerer({})).records[0]
    assert record.nowhere == ("没有的法第一条", "c")
