"""What the command line prints of an answer, and the verb that converses."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import api.build
from api.cli.exits import run_guarded
from api.cli.main import cli
from api.cli.terminal_answer import COLOURED, lines_below, tell
from rag.events import Event
from tests.api.doubles import (
    CHILD_SUPPORT,
    CUSTODY,
    HOSTILE,
    SENTENCES,
    WITHHELD,
    abstaining_answer,
    custody_answer,
    hostile_answer,
    told,
    written_answer,
)
from tests.conftest import Writer
from tests.fakes import LetterEmbedder

NOTICE = "工作通知\n校长负责读书会的组织工作。\n县教育局负责读书会的经费。\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(events: Iterator[Event], capsys: pytest.CaptureFixture[str], **more: Any) -> str:
    tell(events, **more)
    return capsys.readouterr().out


def test_a_pipe_gets_the_sentences_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    answer = custody_answer(CUSTODY)
    out = printed(told(answer), capsys)
    assert out.startswith(answer.text + "\n\n")
    assert "\n简答 / short answer：母亲\n" in out
    assert "句与原文核对一致" not in out  # a quote equals itself
    assert "\x1b" not in out


def test_a_terminal_shows_the_words_that_answer_in_bold(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    tell(told(custody_answer(CUSTODY)))
    assert "以由\x1b[1m母亲\x1b[0m直接抚养" in terminal.getvalue()


def test_notes_rewriting_model_and_what_is_withheld_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = written_answer(CHILD_SUPPORT)
    out = printed(told(answer), capsys)
    assert out.startswith(f"按此理解 / understood as：{answer.rewritten}\n\n{SENTENCES[0]}")
    assert "（第 1、3 句）" in out
    assert "另有 2 句未得到原文支持" in out
    assert WITHHELD not in out
    assert "语言模型撰写" in out
    assert "句与原文核对一致" in out
    shown = printed(told(answer), capsys, show_unsupported=True)
    assert f"~~{WITHHELD}~~\n      与原文不符 / contradicted · 原文为“应当”。" in shown
    lines = "\n".join(lines_below(answer, COLOURED, show_unsupported=True))
    assert f"\x1b[2m\x1b[9m{WITHHELD}\x1b[0m" in lines


def test_an_abstention_still_tells_notes_and_what_is_withheld(
    capsys: pytest.CaptureFixture[str],
) -> None:
    written = written_answer(CHILD_SUPPORT)
    answer = replace(
        abstaining_answer(CHILD_SUPPORT), notes=written.notes[1:], withheld=written.withheld
    )
    out = printed(told(answer), capsys)
    assert out.index("未作答 / abstained") < out.index("⚠ 模型引用了") < out.index("另有 2 句")
    assert out.index("另有 2 句") < out.index("最接近的段落： / Nearest")


def test_control_characters_never_reach_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    answer = hostile_answer("trap")
    evil = "\x1b]0;owned\x07\u202e[^9]"
    short = (0, len(evil))
    claim = replace(answer.claims[0], text=evil, end=len(evil) + 1, short=short)
    notes = (replace(answer.notes[0], message=evil),)
    held = (replace(answer.withheld[0], text=evil, reasons=(evil,)),)
    hostile = replace(
        answer,
        text=evil.replace("[^", "\\[^") + "[^1]",
        claims=(claim,),
        notes=notes,
        withheld=held,
        rewritten=evil,
        short_answer=evil,
    )
    tell(told(hostile), show_unsupported=True)
    out = terminal.getvalue()
    assert "\x07" not in out
    assert "\u202e" not in out
    assert "\x1b]" not in out
    assert "\x1b[1m]0;owned\\[^9]\x1b[0m[^1]" in out


# --- judian chat -------------------------------------------------------------------------------


class Chat:
    """Types lines into ``judian chat``."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capture = patch, capture

    def __call__(self, text: str, *options: str) -> tuple[str, str]:
        self._capture.readouterr()
        self._patch.setattr("sys.stdin", io.StringIO(text))
        run_guarded(cli, ["chat", *options])
        said = self._capture.readouterr()
        return said.out, said.err


@pytest.fixture
def chat(
    tmp_path: Path,
    write: Writer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Chat:
    monkeypatch.setenv("JUDIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(api.build, "open_embedder_of", lambda settings: LetterEmbedder())
    run_guarded(cli, ["add", str(write("通知.txt", NOTICE))])
    return Chat(monkeypatch, capsys)


def test_a_follow_up_is_answered_in_sight_of_the_question_before(chat: Chat) -> None:
    out, err = chat("县教育局负责读书会的什么？\n\n由谁负责？\n")
    assert out.count("县教育局负责读书会的经费。[^1]") == 2
    assert err == ""  # nothing is asked for in a pipe


def test_new_starts_over_and_quit_ends(chat: Chat) -> None:
    out, _ = chat("谁负责读书会的组织工作？\n/new\n那经费呢？\n/quit\n谁负责读书会的经费？\n")
    assert "按此理解" not in out
    assert out.count("县教育局负责读书会的经费。[^1]") <= 1


def test_json_gives_one_line_a_turn_errors_too(chat: Chat) -> None:
    out, err = chat(f"谁负责读书会的组织工作？\n{'问' * 3000}\n😀\n那经费呢？\n", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [one["ok"] for one in lines] == [True, False, False, True]
    assert lines[3]["data"]["question"] == "那经费呢？"
    assert lines[1]["error"]["type"] == "BadQuestion"
    assert err.count("错误 / error：") == 2


def test_hostile_strings_stay_strings(chat: Chat) -> None:
    out, _ = chat(f"{HOSTILE}\n")
    assert "\x1b" not in out
