"""What is said to people when there is nothing to quote, in the language of the question."""

from __future__ import annotations

from corpus.messages.message import Language, Message
from corpus.types import Lapse
from rag.types import AbstentionReason, NoteKind


def language(chinese: bool) -> Language:
    """Return the language to speak to whoever asked a question."""
    return "zh" if chinese else "en"


def note_message(kind: NoteKind, *, chinese: bool, **fields: object) -> str:
    """Return the sentence of a note; ``fields`` are what its words have in braces."""
    return Message(f"rag.note_{kind}", **fields).text(language(chinese))


def abstention_message(reason: AbstentionReason, *, chinese: bool, **fields: object) -> str:
    """Return the sentence that explains an abstention; ``fields`` as of a note."""
    return Message(f"rag.abstained_{reason}", **fields).text(language(chinese))


def lapse_words(title: str, lapse: Lapse | None) -> str:
    """Return a title with why it was not in force on the day asked about, and since when."""
    if lapse is None:
        return f"《{title}》"
    code = f"rag.lapse_{lapse.kind}"
    if not lapse.since:
        return Message(code, title=title)
    return Message(f"{code}_since", title=title, day=lapse.since)
