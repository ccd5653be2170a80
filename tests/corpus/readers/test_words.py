"""What readers say to people: all of it from the catalogue, in one language at a time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.messages.message import LANGUAGES, catalogue, said
from corpus.readers import formats
from corpus.readers.registry import contradiction, refusal
from corpus.types import SourceFile
from tests.places import ROOT

MODULES = sorted((ROOT / "corpus" / "readers").rglob("*.py"))
CODE = re.compile(r"reader\.[a-z_]+")
BOTH = re.compile(r"[\u3400-\u9fff].*(?: / |。 )[A-Za-z]|[A-Za-z].* / [\u3400-\u9fff]")
HAN = re.compile(r"[\u3400-\u9fff]")


def literals(path: Path) -> Iterator[str]:
    """Yield the string literals of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def test_every_code_has_its_words_and_all_words_are_used() -> None:
    everywhere = (ROOT / "corpus").rglob("*.py")
    codes = {text for path in everywhere for text in literals(path) if CODE.fullmatch(text)}
    assert codes == {code for code in catalogue("zh") if code.startswith("reader.")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_literal_says_something_in_both_languages(path: Path) -> None:
    assert [text for text in literals(path) if BOTH.search(text)] == []


def test_a_format_is_named_in_the_language_of_the_sentence() -> None:
    for kind in formats.BUILT_IN:
        reason = refusal(SourceFile("/a", "a", b""), kind)
        note = contradiction("a.pdf", kind)
        for words in filter(None, (reason, note)):
            assert HAN.search(said(words, "en")) is None, words
            assert HAN.search(said(words, "zh")), words
    reason = refusal(SourceFile("/a", "a", b""), formats.EPUB)
    assert [said(reason or "", language) for language in LANGUAGES] == [
        "这是 EPUB，这一版不读：请另存为 HTML/PDF 再添加。",
        "This is EPUB, which this version does not read: save it as HTML/PDF and add that.",
    ]
    note = contradiction("a.pdf", formats.PICTURE)
    assert said(note or "", "zh") == "名字说是 PDF，内容是图片。"
    assert said(note or "", "en") == "The name says PDF, the content is a picture."
