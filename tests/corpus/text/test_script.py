from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, strategies as st

from corpus.text.script import fold, is_han, share_han

anything = st.text(st.characters(codec=None, exclude_categories=()))


@given(anything, anything)
def test_fold_keeps_every_offset(left: str, right: str) -> None:
    assert len(fold(left)) == len(left)
    assert fold(fold(left)) == fold(left)
    assert fold(left + right) == fold(left) + fold(right)


def test_fold_is_idempotent_on_every_code_point() -> None:
    everything = "".join(map(chr, range(0x110000)))
    once = fold(everything)
    assert len(once) == len(everything)
    assert fold(once) == once


@given(st.characters(min_codepoint=0x21, max_codepoint=0x7E))
def test_full_width_ascii_folds_to_ascii(character: str) -> None:
    wide = chr(ord(character) + 0xFEE0)
    assert unicodedata.east_asian_width(wide) == "F"
    assert fold(wide) == character.lower()


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("國務院關於第三條規定", "国务院关于第三条规定"),
        ("裡裏里", "里里里"),
        ("１２００，Ａｂ％", "1200,ab%"),
        ("“两个”「维护」『确立』‘好’", '"两个""维护""确立"\'好\''),
        ("2020—2025–‐", "2020-2025--"),
        ("STRASSE Straße", "strasse straße"),  # ß folds to two letters, so it stays
        ("第\u3000一\u2002章", "第 一 章"),
        ("ﬁ…\ufdfa", "ﬁ…\ufdfa"),  # what would grow stays as it is
    ],
)
def test_fold_examples(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_han() -> None:
    assert is_han("国")
    assert is_han("〇")
    assert is_han("\U00020000")
    assert not any(map(is_han, ["a", "，", "", "国国", "か"]))
    assert share_han("国 a\u3000") == 0.5
    assert share_han(" \n") == 0.0
    assert share_han("国务院") == 1.0


def test_import_loads_no_dictionary() -> None:
    code = "import sys, corpus.text.script as s; s.fold('Ａ—'); sys.exit('opencc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
