"""docs/python.md: every block runs, and prints what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from index.embedders import select
from index.library import Library
from tests.fakes import LetterEmbedder
from tests.places import ROOT

PAGE = ROOT / "docs" / "python.md"
_PRINTS = re.compile(r"^ *# prints: (.*)$", re.MULTILINE)


def sections() -> dict[str, list[tuple[int, str]]]:
    """Return the Python blocks of every section that has any, each with its line, by its title."""
    found: dict[str, list[tuple[int, str]]] = {}
    title = ""
    tokens = MarkdownIt("commonmark").parse(PAGE.read_text("utf-8"))
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            title = tokens[at + 1].content
        elif token.type == "fence" and token.info == "python":
            assert token.map is not None
            found.setdefault(title, []).append((token.map[0] + 1, token.content))
    return found


SECTIONS = sections()
FIRST = next(iter(SECTIONS))


def run_section(title: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Run the first section's blocks and then this one's, in one namespace."""
    names: dict[str, Any] = {"__name__": "python_md"}
    try:
        for line, block in [*SECTIONS[FIRST], *(SECTIONS[title] if title != FIRST else [])]:
            # Lines of a traceback are those of the page.
            code = compile("\n" * line + block, str(PAGE), "exec", dont_inherit=True)
            exec(code, names)
            assert capsys.readouterr().out.splitlines() == _PRINTS.findall(block), f"line {line}"
    finally:
        for opened in [one for one in names.values() if isinstance(one, Library)]:
            opened.close()


@pytest.mark.parametrize("title", SECTIONS)
def test_every_block_runs_and_prints_what_it_says(
    title: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(select, "open_embedder", lambda *_, **__: LetterEmbedder())
    run_section(title, capsys)


@pytest.mark.model
@pytest.mark.parametrize("title", SECTIONS)
def test_every_block_does_so_with_the_bundled_model(
    title: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    run_section(title, capsys)
