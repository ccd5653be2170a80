from __future__ import annotations

import json

import pytest

from corpus.messages.message import LANGUAGES, catalogue
from corpus.types import Lapse, LapseKind
from rag.messages import abstention_message, lapse_words, note_message
from rag.types import AbstentionReason, NoteKind

FIELDS = {
    "named": ("甲", "乙"),
    "detail": ("甲", "乙"),
    "count": 2,
    "asked": "丙",
    "what": "丁",
    "above": "戊",
    "below": "己",
}


@pytest.mark.parametrize("kind", NoteKind)
def test_every_kind_of_note_is_said_in_the_language_of_the_question(kind: NoteKind) -> None:
    zh, en = (note_message(kind, chinese=chinese, **FIELDS) for chinese in (True, False))
    said_in(f"rag.note_{kind}", zh, en)


@pytest.mark.parametrize("reason", AbstentionReason)
def test_every_abstention_is_said_in_the_language_of_the_question(
    reason: AbstentionReason,
) -> None:
    zh, en = (abstention_message(reason, chinese=chinese, **FIELDS) for chinese in (True, False))
    said_in(f"rag.abstained_{reason}", zh, en)


def said_in(code: str, zh: str, en: str) -> None:
    told = {name: "、".join(v) if isinstance(v, tuple) else str(v) for name, v in FIELDS.items()}
    assert zh == catalogue("zh")[code].format_map(told)
    commas = {name: words.replace("、", ", ") for name, words in told.items()}
    assert en == catalogue("en")[code].format_map(commas)


@pytest.mark.parametrize("kind", LapseKind)
def test_a_text_not_in_force_is_named_with_why_and_since_when(kind: LapseKind) -> None:
    known, unknown = (
        lapse_words("甲", Lapse(kind, "2020-01-01")),
        lapse_words("甲", Lapse(kind, "")),
    )
    for code in (f"rag.lapse_{kind}", f"rag.lapse_{kind}_since"):
        assert all(code in catalogue(language) for language in LANGUAGES)
    assert "《甲》" in known
    assert ("2020-01-01" in known, "2020" in unknown) == (True, False)
    assert lapse_words("甲", None) == "《甲》"


def test_a_message_is_plain_text_in_json() -> None:
    words = lapse_words("甲", Lapse(LapseKind.REPEALED, ""))
    assert json.loads(json.dumps({"why": words, words: 1})) == {"why": str(words), str(words): 1}
