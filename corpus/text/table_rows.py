"""Rows of tables, told apart from sentences, as ``corpus.readers.tables`` writes them."""

from __future__ import annotations

import re

_NAMED = re.compile(r"(?:[^：；。]{1,60}：[^：；]{0,120}；)+[^：；。]{1,60}：[^：；]{0,120}(?<!。)")
_PLAIN = " | "


def is_table_row(text: str) -> bool:
    """Say whether a paragraph is a row with headers: 项目：书费；标准／上限：30."""
    return _NAMED.fullmatch(text) is not None


def is_row(text: str) -> bool:
    """Say whether a paragraph is a row, with headers or without: 书费 | 30."""
    return _PLAIN in text or is_table_row(text)
