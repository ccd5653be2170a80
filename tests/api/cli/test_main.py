from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import api.build
from api.cli.exits import EXITS, run_guarded
from api.cli.main import cli
from api.schemas.json_data import plain
from corpus.errors import CorpusError
from corpus.store.lock import WriteLock
from eval.errors import EvalError
from index.errors import IndexingError
from index.library import Library
from rag.answerer import Answerer
from rag.errors import RagError
from tests.conftest import Writer
from tests.fakes import LetterEmbedder

NOTICE = "读书会通知\n校长负责读书会的组织工作。\n经费由县教育局承担，每次不超过五百元。\n"


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)["data"]


class Shell:
    """Runs ``judian`` in this process, over the readable embedder."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capture = capture

    def __call__(self, *arguments: str) -> Outcome:
        self._capture.readouterr()
        code = 0
        try:
            run_guarded(cli, list(arguments))
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = self._capture.readouterr()
        return Outcome(code, printed.out, printed.err)


@pytest.fixture
def judian(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.setenv("JUDIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(api.build, "open_embedder_of", lambda settings: LetterEmbedder())
    return Shell(tmp_path / "home", capsys)


def test_from_files_to_a_cited_answer_and_its_place(judian: Shell, write: Writer) -> None:
    write("通知.txt", NOTICE)
    added = judian("add", str(write.folder))
    assert (added.code, "新增 / added 1" in added.out) == (0, True)

    asked = judian("ask", "谁负责读书会的组织工作？")
    assert asked.code == 0
    assert "校长负责读书会的组织工作。[^1]" in asked.out

    answer = judian("ask", "谁负责读书会的组织工作？", "--json").data
    citation = answer["citations"][0]
    shown = judian("cite", citation["id"])
    assert "⟦校长负责读书会的组织工作。⟧" in shown.out
    assert "有效：" in shown.out

    found = judian("search", "经费", "-k", "1", "--json").data
    assert "县教育局" in found[0]["passage"]["text"]


def test_json_is_the_answer_every_door_gives(judian: Shell, write: Writer) -> None:
    judian("add", str(write("通知.txt", NOTICE)))
    by_command = judian("ask", "谁负责读书会的组织工作？", "--json").data
    library = Library(judian.home, LetterEmbedder)
    by_python: Any = plain(Answerer(library).answer("谁负责读书会的组织工作？"))
    library.close()
    for one in (by_command, by_python):
        one.pop("timings")
    assert by_command == by_python


def test_list_remove_and_what_is_left(judian: Shell, write: Writer) -> None:
    judian("add", str(write("通知.txt", NOTICE)))
    assert "读书会通知" in judian("list").out
    assert judian("remove", "通知.txt").code == 0
    assert "共 0 个文件" in judian("list").out
    assert "还没有文件" in judian("ask", "谁负责？").out
    assert judian("remove", "通知.txt").code == 4


def test_one_refused_file_among_good_ones_is_exit_code_1(judian: Shell, write: Writer) -> None:
    good, bad = write("好.txt", NOTICE), write("坏.txt", b"")
    outcome = judian("add", str(good), str(bad))
    assert outcome.code == 1
    assert "坏.txt" in outcome.out
    assert "新增 / added 1" in outcome.out
    states = [one["state"] for one in judian("add", str(good), str(bad), "--json").data]
    assert states == ["unchanged", "refused"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ask", ""), 2),
        (("ask", "问" * 20_000), 2),
        (("ask", "😀"), 2),
        (("search", " "), 2),
        (("search", "甲", "-k", "0"), 2),
        (("cite", "nonsense"), 2),
        (("cite", "0123456789ab-0123456789ab-1-2"), 4),
        (("nonsense",), 2),
        (("eval", "run", "nowhere.jsonl"), 1),
    ],
)
def test_what_goes_wrong_has_its_exit_code_and_says_so(
    judian: Shell, arguments: tuple[str, ...], code: int
) -> None:
    outcome = judian(*arguments)
    assert outcome.code == code
    assert outcome.err.strip()
    assert "Traceback" not in outcome.err


def test_with_json_an_error_is_an_envelope_too(judian: Shell) -> None:
    outcome = judian("cite", "nonsense", "--json")
    body = json.loads(outcome.out)
    assert (body["ok"], body["error"]["type"]) == (False, "BadAddress")


def test_a_library_in_use_is_exit_code_5_and_names_the_holder(
    judian: Shell, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    judian("list")
    monkeypatch.setattr("index.library.WAIT_SECONDS", 0.0)
    with WriteLock(judian.home).hold("judian add"):
        outcome = judian("add", str(write("通知.txt", NOTICE)))
    assert outcome.code == 5
    assert "judian add" in outcome.err


def test_another_embedder_is_exit_code_3_with_the_way_out(
    judian: Shell, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    judian("add", str(write("通知.txt", NOTICE)))
    monkeypatch.setattr(api.build, "open_embedder_of", lambda settings: LetterEmbedder("others"))
    outcome = judian("ask", "谁负责？")
    assert outcome.code == 3
    assert "reindex" in outcome.err
    assert judian("reindex").code == 0
    assert judian("ask", "谁负责读书会的组织工作？").code == 0


def test_control_characters_of_a_document_do_not_reach_the_terminal(
    judian: Shell, write: Writer
) -> None:
    judian("add", str(write("通知\x1b[2J.txt", NOTICE)))
    assert "\x1b" not in judian("list").out


def test_every_error_of_ours_has_an_exit_code() -> None:
    kinds = tuple(kind for kind, _ in EXITS)
    for root in (CorpusError, IndexingError, RagError, EvalError):
        assert issubclass(root, kinds)


def test_facts_are_shown_with_their_origin_and_set_by_hand(judian: Shell, write: Writer) -> None:
    write("通知.txt", NOTICE)
    judian("add", str(write.folder), "--collection", "教育")
    shown = judian("show", "通知.txt").out
    assert "文集 / collection：教育  [添加时指定 / given when added]" in shown
    changed = judian("set", "通知.txt", "文号=国发[2023]15号", "文集=", "title=读书会的通知")
    assert "文号 / number：国发〔2023〕15号  [手工设置 / by hand]" in changed.out
    assert "原为 / found：教育" in changed.out
    assert judian("search", "读书会", "--collection", "教育", "--json").data == []
    found = judian("search", "读书会", "--where", "number = 国发〔2023〕15号", "--json").data
    assert {hit["title"] for hit in found} == {"读书会的通知"}
    judian("add", str(write.folder))  # reading again takes nothing back
    write("通知.txt", NOTICE + "附则另行通知。\n")
    judian("add", str(write.folder))
    facts = judian("show", "通知.txt", "--json").data
    assert (facts["title"], facts["metadata"]["number"]["origin"]) == ("读书会的通知", "hand")
    undone = judian("set", "读书会的通知", "--undo", "title", "--undo", "文集", "--json").data
    assert (undone["title"], undone["metadata"]["collection"]["value"]) == ("读书会通知", "教育")
    for wrong in (["isued=2023-01-01"], ["issued=2023-02-30"], ["文号"], []):
        assert judian("set", "通知.txt", *wrong).code == 2


def test_a_citation_is_written_in_the_forms_others_use(judian: Shell, write: Writer) -> None:
    law = "中华人民共和国读书法\n第一条 为了读书，制定本法。\n第二条 每人每年读书三十本。\n"
    write("读书法.txt", law)
    judian("add", str(write.folder))
    judian("set", "读书法.txt", "number=读发〔2023〕15号", "issued=2023-05-01")
    official = judian("cite", "读书法第二条", "--form", "official").out.strip()
    assert official == "《中华人民共和国读书法》（读发〔2023〕15号）第二条"
    found = judian("cite", "读书法第二条", "--json").data
    assert found["forms"][0]["official"] == official
    place = found["citations"][0]["id"]
    assert judian("cite", place, "--form", "official").out.strip() == official
    assert json.loads(judian("cite", place, "--form", "csl").out)[0]["section"] == "第二条"
    assert official in judian("cite", place).out
    # What is written down of a revision is that revision's, also when the document has gone on.
    write("读书法.txt", law.replace("三十", "四十"))
    judian("add", str(write.folder))
    judian("set", "读书法.txt", "number=读发〔2024〕2号")
    assert judian("cite", place, "--form", "official").out.strip() == official
    judian("remove", "读书法.txt")
    assert judian("cite", place, "--form", "official").out.strip() == official


def test_an_answer_cites_one_place_and_names_the_others(judian: Shell, write: Writer) -> None:
    write("甲.txt", NOTICE)
    write("乙.txt", "工作要点\n会议指出，校长负责读书会的组织工作。\n")
    write("丙.txt", "旧通知\n校长不负责读书会的组织工作。\n")
    judian("add", str(write.folder))
    asked = judian("ask", "谁负责读书会的组织工作？", "--ids")
    answer = judian("ask", "谁负责读书会的组织工作？", "--json").data
    cited = answer["citations"][0]
    (other,) = cited["repeats"]
    assert {cited["title"], other["title"]} == {"读书会通知", "工作要点"}
    assert other["quote"].endswith("校长负责读书会的组织工作。")
    assert f"又见 / also：《{other['title']}》  {other['id']}" in asked.out
    assert judian("cite", other["id"]).code == 0


def test_a_dry_run_makes_no_library(judian: Shell, write: Writer) -> None:
    write("通知.txt", NOTICE)
    seen = judian("add", str(write.folder), "--dry-run")
    assert seen.out.startswith("以下只是预演")
    assert (seen.code, "新增 / added 1" in seen.out, judian.home.exists()) == (0, True, False)


def test_a_name_with_a_line_break_forges_no_line(judian: Shell, write: Writer) -> None:
    write("空\n新增 / added 99.txt", "")
    seen = judian("add", str(write.folder))
    assert not any(line.startswith("新增 / added 99") for line in seen.out.splitlines())


def test_what_would_have_answered_is_said_to_be_out_of_force(judian: Shell, write: Writer) -> None:
    old, new = "（2010年3月1日通过）", "（2010年3月1日通过 2020年3月1日修订）"
    law = "读书会法\n{}\n第一条 校长负责读书会的组织工作。\n"
    write("甲.txt", law.format(old))
    write("乙.txt", law.format(new).replace("校长", "班长"))
    write("丙.txt", "唱歌通知\n每月唱歌三次。\n")
    judian("add", str(write.folder))
    question = "谁负责读书会的组织工作？"
    assert "班长负责" in judian("ask", question).out
    then = judian("ask", question, "--as-of", "2015-01-01").out
    assert "校长负责" in then
    assert "⚠ 自 2020-03-01 起被新版本取代 /" in then
    before = judian("ask", question, "--as-of", "2009-01-01", "--json").data
    assert (before["text"], before["abstention"]["reason"]) == ("", "not_in_force")
    assert "《读书会法》" in before["abstention"]["message"]
    nearest = {hit["passage"]["text"][:6]: hit["lapse"] for hit in before["passages"]}
    assert nearest["第一条 校长"]["kind"] == "superseded"
    assert judian("ask", "火星上有几座山？", "--json").data["abstention"]["reason"] == "low_support"
