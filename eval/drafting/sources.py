"""The documents that questions are drafted from, with the names that lead to each of them alone."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from corpus.legal.instrument_names import folded_name
from eval.drafting.statements import LONGEST_TITLE, Source, is_chinese, is_rule_title

if TYPE_CHECKING:
    from index.library import Library

_STATE = "中华人民共和国"
_MARKS = re.compile("[《》\n\r\t]")
_NO_NAME = re.compile(r"[？?。]|^\W*$")


class Sources:
    """The documents in force of a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        catalogue = library.catalogue
        self._summaries = {
            each.id: each for each in library.documents() if catalogue.lapse(each.id) is None
        }
        self._titles = Counter(folded_name(each.title) for each in library.documents())

    def ids(self) -> list[str]:
        """Return the ids of all documents, by source."""
        return sorted(self._summaries, key=lambda one: self._summaries[one].source)

    def read(self, document_id: str) -> Source:
        """Return a document as questions are drafted from it."""
        document, paragraphs = self._library.read(document_id)
        chinese = is_chinese(document.text)
        rule = is_rule_title(document.title)
        name = self._name(document_id, document.title, rule=rule)
        outline = self._library.catalogue.outline(document_id)
        return Source(document, paragraphs, outline, name, rule, chinese)

    def _name(self, document_id: str, title: str, *, rule: bool) -> str:
        """Return the shortest name that leads to this document and no other; "" where none does."""
        bare = _MARKS.sub("", title).strip()
        if not bare or len(bare) > LONGEST_TITLE or _NO_NAME.search(bare):
            return ""
        instruments = self._library.catalogue.instruments()
        own = instruments.of_document(document_id)
        short = bare.removeprefix(_STATE)
        if rule and own is not None and instruments.named(short) == [own]:
            return short
        return bare if self._titles[folded_name(title)] == 1 else ""
