"""Text that imitates the structure of a prompt or of our own answers, in any language.

A quote cannot obey anything, and a model is given nothing that could pass for structure (see
``rag.writing.prompts.neutral``); so this only tells a reader. It knows no wording, only forms that
no official text needs: tokens of chat templates, fences of passages, markers of citations, and
characters that nobody sees.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Forgery(StrEnum):
    """What is imitated."""

    ROLE = "role"  # a chat template's token: <|im_start|>, [INST], <<SYS>>
    FENCE = "fence"  # the fence of a passage
    MARKER = "marker"  # a citation's marker: [^1]
    HIDDEN = "hidden"  # invisible and tag characters, and those that turn the direction of text


_FORMS = {
    # Closed by what their templates say: ChatML and its kin, Llama 2, Mistral, Gemma, T5.
    Forgery.ROLE: re.compile(
        r"<[|｜][^<>|｜\n]{1,40}[|｜]>|\[/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS)\]|<</?SYS>>"
        r"|<(?:start|end)_of_turn>|</?(?:system|assistant|user|tool_call|think)>"
    ),
    Forgery.FENCE: re.compile(r"[<＜]\s*/?\s*passage[-\w\s]*[>＞]", re.IGNORECASE),
    Forgery.MARKER: re.compile(r"[\[［]\s*[\^＾]\s*[^\]］\s]{1,20}\s*[\]］]"),
    # Zero width but for the joiners of emoji and of Indic and Arabic script; directions; tags.
    Forgery.HIDDEN: re.compile(
        "[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
    ),
}


def forgeries(text: str) -> tuple[Forgery, ...]:
    """Return what a text imitates, each once; () for text that is only text."""
    return tuple(kind for kind, form in _FORMS.items() if form.search(text))
