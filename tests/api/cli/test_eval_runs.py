from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import api.build
import api.cli.evaluating
from api.settings import BadSetting, Settings
from corpus.types import Citation
from eval.errors import JudgeFailed
from eval.judges import MechanicalJudge
from eval.runs.run_folder import RunFolder
from rag.verification.verifier import Check
from tests.api.cli.test_main import NOTICE, Shell, judian
from tests.conftest import Writer

__all__ = ["judian"]  # the fixture

QUESTIONS = [
    {
        "id": "q1",
        "question": "谁负责读书会的组织工作？",
        "answer_must_contain": ["校长"],
        "gold_quotes": ["校长负责读书会的组织工作"],
        "kind": "who",
    },
    {
        "id": "q2",
        "question": "经费由谁承担？",
        "answer_must_contain": ["县教育局"],
        "gold_quotes": ["经费由县教育局承担"],
        "answers": ["县教育局"],
        "kind": "who",
    },
    {"id": "q3", "question": "太阳系有几颗行星？", "kind": "unanswerable"},
]


@pytest.fixture
def question_set(write: Writer) -> str:
    rows = "\n".join(json.dumps(each, ensure_ascii=False) for each in QUESTIONS)
    return str(write("set.jsonl", rows))


@pytest.fixture
def library(judian: Shell, write: Writer) -> Shell:
    judian("add", str(write("通知.txt", NOTICE)))
    return judian


def test_run_list_show_and_report(library: Shell, question_set: str) -> None:
    done = library("eval", "run", question_set, "--json").data
    assert done["counts"]["questions"] == 3
    assert done["measures"]["contains_all"] == {"value": 1.0, "n": 2}
    assert done["header"]["settings"]["judge"] == "mechanical"
    assert done["id"] in library("eval", "list").out
    shown = library("eval", "show", "latest", "--json").data
    assert shown["measures"] == done["measures"]
    assert "答案含全部要点" in library("eval", "show", done["id"]).out
    files = library("eval", "report", "latest", "--json").data["files"]
    assert sorted(Path(each).suffix for each in files) == [".csv", ".html", ".json", ".md"]
    page = next(Path(each) for each in files if each.endswith(".html")).read_text("utf-8")
    assert done["id"] in page


def test_compare_and_gate(library: Shell, question_set: str, write: Writer) -> None:
    first = library("eval", "run", question_set, "--anew", "--json").data["id"]
    second = library("eval", "run", question_set, "--anew", "--json").data["id"]
    assert "逐题全部相同" in library("eval", "compare", first, second).out
    assert library("eval", "gate", second, "--baseline", first).code == 0
    rules = str(write("gate.toml", "[floor]\ndecision_right = 1.0\n[ceiling]\ngold_recall = 0.5\n"))
    gated = library("eval", "gate", second, "--baseline", first, "--rules", rules)
    assert gated.code == 7
    assert "gold evidence cited  1.000 > 上限 ceiling 0.5" in gated.out
    assert "decision" not in gated.out
    data = library("eval", "gate", second, "--rules", rules, "--json")
    assert (data.code, data.data["passed"]) == (7, False)


def test_a_baseline_is_kept_and_replaced_but_nothing_else_is(
    library: Shell, question_set: str, tmp_path: Path
) -> None:
    library("eval", "run", question_set)
    kept = tmp_path / "kept" / "baseline"
    for _ in range(2):
        assert library("eval", "keep", "latest", "--to", str(kept)).code == 0
    assert library("eval", "gate", "latest", "--baseline", str(kept)).code == 0
    other = tmp_path / "other"
    other.mkdir()
    (other / "work.txt").write_text("precious")
    refused = library("eval", "keep", "latest", "--to", str(other))
    assert refused.code == 1
    assert (other / "work.txt").read_text() == "precious"


def test_a_run_with_failures_says_so_by_its_exit_code(library: Shell, write: Writer) -> None:
    long = {"id": "q", "question": "问" * 20_000}
    outcome = library("eval", "run", str(write("long.jsonl", json.dumps(long))))
    assert outcome.code == 1
    assert "失败 failed 1" in outcome.out
    gated = library("eval", "gate", "latest")
    assert gated.code == 2
    assert "无从把关" in gated.err


def test_another_set_makes_no_comparison(library: Shell, question_set: str, write: Writer) -> None:
    first = library("eval", "run", question_set, "--json").data["id"]
    other = str(write("other.jsonl", json.dumps({"id": "x", "question": "谁负责？"})))
    second = library("eval", "run", other, "--json").data["id"]
    for verb in (("compare", first, second), ("gate", second, "--baseline", first)):
        outcome = library("eval", *verb)
        assert outcome.code == 1
        assert "不是同一问题集" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "nothing"), 4, "nothing"),
        (("gate", "latest", "--rules", "none.toml"), 2, "none.toml"),
        (("resume", "nothing"), 4, "nothing"),
        (("report", "../../etc"), 4, "etc"),
        (("run", "none.jsonl"), 1, "none.jsonl"),
    ],
)
def test_what_goes_wrong_is_said(
    library: Shell, arguments: tuple[str, ...], code: int, said: str
) -> None:
    outcome = library("eval", *arguments)
    assert outcome.code == code
    assert said in outcome.err


def test_an_interrupted_run_says_how_to_go_on(
    library: Shell, question_set: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(MechanicalJudge):
        def judge(self, claim: str, citations: Sequence[Citation]) -> Check:
            if "经费" in claim:
                raise JudgeFailed("评判失败 failed")
            return super().judge(claim, citations)

    with monkeypatch.context() as patched:
        patched.setattr(api.cli.evaluating, "judge_named", lambda _name: Failing())
        stopped = library("eval", "run", question_set, "--workers", "1")
    assert stopped.code == 1
    assert "judian eval resume" in stopped.err
    (state,) = library("eval", "list", "--json").data
    assert (state["done"], state["finished"]) == (1, False)
    assert "未完成 1 / 3" in library("eval", "list").out
    refused = library("eval", "show", state["id"])
    assert "judian eval resume" in refused.err
    resumed = library("eval", "resume", state["id"], "--json")
    assert resumed.data["counts"]["questions"] == 3
    assert "1 / 3 answered" in resumed.err


def test_a_finished_run_is_judged_by_another(
    library: Shell, question_set: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Strict(MechanicalJudge):
        name = "strict"

    monkeypatch.setattr(api.cli.evaluating, "judge_named", lambda _name: Strict())
    monkeypatch.setattr("api.cli.evaluating.judge_named", lambda _name: Strict())
    run = library("eval", "run", question_set, "--json").data
    told = library("eval", "judge", run["id"], "--json").data
    assert told["judge"] == "strict"
    assert told["measures"]["groundedness"]["value"] == 1
    assert list(RunFolder(Path(run["folder"])).path.glob("judgements-strict*.jsonl"))


def test_judges_are_named_by_settings() -> None:
    def judge(**environ: str) -> str:
        return api.build.judge_of(Settings.from_environment(environ)).name

    assert judge() == "mechanical"
    assert judge(JUDIAN_JUDGE="mechanical") == "mechanical"
    assert judge(JUDIAN_JUDGE="classifier:some/nli") == "classifier:some/nli"
    endpoint = {"JUDIAN_JUDGE": "qwen3", "JUDIAN_JUDGE_URL": "http://127.0.0.1:1/v1"}
    assert judge(**endpoint) == "model:qwen3 @ http://127.0.0.1:1/v1"
    with pytest.raises(BadSetting, match="JUDIAN_JUDGE_URL needs"):
        judge(JUDIAN_JUDGE_URL="http://127.0.0.1:1/v1")
    with pytest.raises(BadSetting, match="JUDIAN_JUDGE_URL"):
        judge(JUDIAN_JUDGE="x", JUDIAN_JUDGE_URL="ftp://x")


def test_no_key_is_kept_with_a_run() -> None:
    settings = Settings(model="m", model_key="secret-key", judge="j", judge_key="other-secret")
    assert "secret" not in repr(api.build.made_with(settings))
    assert "secret" not in repr(settings)
