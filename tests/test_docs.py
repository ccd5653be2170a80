"""What the documents say is compared with the program, and against each other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import pytest
from markdown_it import MarkdownIt

from api.settings import SETTINGS
from tests.places import ROOT
from tests.test_packages import PACKAGES

LIBRARY = ROOT / "samples" / "library"
QUESTIONS = ROOT / "samples" / "questions.jsonl"
README = ROOT / "README.md"
README_ZH = ROOT / "README.zh.md"
READMES = (README, README_ZH)
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *LIBRARY.glob("*.md")],
)
BILINGUAL_BLOCKS = ("sh", "python")  # a picture in words is drawn in each language
QUESTION_FIELDS = {"id", "question", "kind", "answer_must_contain", "gold_quotes"}
UNANSWERABLE = "unanswerable"
NAMES = {one.name for one in SETTINGS}

_VARIABLE = re.compile(r"JUDIAN_[A-Z_]+")
_COMMAND = re.compile(r"^judian ((?:eval )?[a-z]+)", re.MULTILINE)


def markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def headings(path: Path) -> list[str]:
    """Levels of all headings, in order."""
    return [
        token.tag
        for token in markdown().parse(path.read_text("utf-8"))
        if token.type == "heading_open"
    ]


def blocks(path: Path, *languages: str) -> list[str]:
    """Fenced blocks in these languages, in order."""
    tokens = markdown().parse(path.read_text("utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info in languages]


def tables(path: Path) -> list[list[list[str]]]:
    """Rows of every table, without its head; a cell is its Markdown."""
    found: list[list[list[str]]] = []
    inside = False
    for token in markdown().parse(path.read_text("utf-8")):
        if token.type == "tbody_open":
            inside = True
            found.append([])
        elif token.type == "tbody_close":
            inside = False
        elif inside and token.type == "tr_open":
            found[-1].append([])
        elif inside and token.type == "inline":
            found[-1][-1].append(token.content)
    return found


def visible(path: Path) -> str:
    """Text of a Markdown file as a reader sees it, one line a block."""
    lines = []
    for token in markdown().parse(path.read_text("utf-8")):
        if token.type == "inline":
            pieces = token.children or []
            lines.append(
                "".join(piece.content or "\n" * ("break" in piece.type) for piece in pieces)
            )
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content)
    return "\n".join(lines)


def links(path: Path) -> list[str]:
    """Targets of all links that are files."""
    inlines = [
        piece
        for token in markdown().parse(path.read_text("utf-8"))
        for piece in token.children or []
    ]
    targets = [str(piece.attrs.get("href", piece.attrs.get("src", ""))) for piece in inlines]
    return [target for target in targets if target and ":" not in target and target[0] != "#"]


def questions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]


def spoken_commands(path: Path) -> set[str]:
    """Commands a document names, in blocks and in code spans: "add", "eval run"."""
    tokens = markdown().parse(path.read_text("utf-8"))
    pieces = [piece for token in tokens for piece in token.children or []]
    spans = [piece.content for piece in pieces if piece.type == "code_inline"]
    text = "\n".join([*spans, *blocks(path, *BILINGUAL_BLOCKS)])
    return set(_COMMAND.findall(text))


def built_commands() -> set[str]:
    """Commands the program has, those of a group with the group's name before theirs."""
    from api.cli.main import cli

    names = set()
    for name, command in cli.commands.items():
        inner = command.commands if isinstance(command, click.Group) else {}
        names |= {f"{name} {one}" for one in inner} or {name}
    return names


def test_both_readmes_have_the_same_headings() -> None:
    assert headings(README) == headings(README_ZH)


def test_both_readmes_have_the_same_code_blocks() -> None:
    assert blocks(README, *BILINGUAL_BLOCKS)
    assert blocks(README, *BILINGUAL_BLOCKS) == blocks(README_ZH, *BILINGUAL_BLOCKS)


def test_both_readmes_have_tables_about_the_same_things() -> None:
    english, chinese = ([[row[0] for row in table] for table in tables(path)] for path in READMES)
    assert english == chinese


def settings_rows(language: str) -> list[str]:
    """Rows of a README's table of settings, as their declarations say them."""
    return [
        f"| `{one.name}` | {getattr(one.default_shown(), language)} |".replace("|  |", "| |")
        + f" {getattr(one.about, language)} |"
        for one in SETTINGS
    ]


@pytest.mark.parametrize(("readme", "language"), [(README, "en"), (README_ZH, "zh")])
def test_a_readme_describes_the_settings_as_they_are_declared(readme: Path, language: str) -> None:
    text = readme.read_text("utf-8")
    found = [line for line in text.splitlines() if line.startswith("| `JUDIAN_")]
    wanted = settings_rows(language)
    assert found == wanted, "\n".join([f"{readme.name} should have these rows:", *wanted])
    assert set(_VARIABLE.findall(text)) == NAMES


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_a_readme_names_exactly_the_commands_there_are(readme: Path) -> None:
    assert spoken_commands(readme) == built_commands()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_documents_name_only_commands_and_settings_there_are(path: Path) -> None:
    for_tests = {"JUDIAN_BENCH", "JUDIAN_SHARED"}
    assert spoken_commands(path) <= built_commands()
    assert set(_VARIABLE.findall(path.read_text("utf-8"))) <= NAMES | for_tests


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(path: Path) -> None:
    lost = [to for to in links(path) if not (path.parent / unquote(to.split("#")[0])).exists()]
    assert lost == []


def test_every_decision_is_listed_and_has_its_three_parts() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(path.name for path in folder.glob("0*.md"))
    assert pages == sorted(links(folder / "README.md"))
    for page in pages:
        text = (folder / page).read_text("utf-8")
        titles = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert titles == ["Context", "Decision", "Consequences"], page


def test_sample_questions_are_well_formed() -> None:
    asked = questions()
    assert len({one["id"] for one in asked}) == len(asked) >= 30
    assert sum(one["kind"] == UNANSWERABLE for one in asked) >= 8
    for one in asked:
        assert set(one) == QUESTION_FIELDS, one["id"]
        answerable = one["kind"] != UNANSWERABLE
        assert bool(one["gold_quotes"]) is answerable, one["id"]
        assert bool(one["answer_must_contain"]) is answerable, one["id"]


def test_gold_quotes_stand_in_the_visible_text_of_the_samples() -> None:
    texts = [visible(path) for path in LIBRARY.glob("*.md")]
    assert len(texts) == 3
    for one in questions():
        # All quotes of one question stand in one document, so that one answer can hold them.
        held = [all(quote in text for quote in one["gold_quotes"]) for text in texts]
        assert any(held), one["id"]


def test_gold_quotes_are_the_same_with_and_without_markdown() -> None:
    raw = "\n".join(path.read_text("utf-8") for path in LIBRARY.glob("*.md"))
    for one in questions():
        assert all(quote in raw for quote in one["gold_quotes"]), one["id"]


def test_what_an_answer_must_contain_stands_in_one_sample() -> None:
    texts = [visible(path) for path in LIBRARY.glob("*.md")]
    for one in questions():
        held = [all(word in text for word in one["answer_must_contain"]) for text in texts]
        assert any(held), one["id"]


def test_the_map_of_the_architecture_shows_every_folder() -> None:
    drawn = blocks(ROOT / "docs" / "architecture.md", "text")[0]
    shown: set[str] = set()
    above: list[str] = []  # the folder of each level of indentation, so far
    for line in drawn.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        names = re.match(r"\s*((?:[a-z]+/ ?)+)", line)
        assert names, line
        for name in names[1].split():
            above[depth:] = [name]
            shown.add("".join(above))
    there = {
        f"{path.parent.relative_to(ROOT)}/"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.*")
        if path.parent.name != "__pycache__"
    }
    assert shown == there
