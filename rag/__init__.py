"""RAG: a question becomes a cited, verified answer or a reasoned abstention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.lazy import lazily

if TYPE_CHECKING:
    from rag.answerer import Answerer
    from rag.drafts import ChatMessage, LanguageModel
    from rag.errors import BadQuestion, BadText, GenerationFailed, ModelUnusable, RagError
    from rag.events import ClaimTold, Done, Event, PassagesFound, VerdictTold
    from rag.question.followup import Turn
    from rag.types import (
        Abstention,
        AbstentionReason,
        Answer,
        Claim,
        Label,
        Note,
        NoteKind,
        Verdict,
        Withheld,
    )
    from rag.verification.checker import CheckedClaim, CitedFact, GivenFact, TextChecker, TextReport
    from rag.verification.classifier import ClassifierVerifier, EntailmentClassifier
    from rag.verification.mechanical import MechanicalVerifier
    from rag.verification.verifier import Check, Verifier
    from rag.writing.models.endpoint import EndpointModel
    from rag.writing.models.transformers_model import TransformersModel
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "rag.answerer": "Answerer",
            "rag.drafts": "ChatMessage LanguageModel",
            "rag.errors": "BadQuestion BadText GenerationFailed ModelUnusable RagError",
            "rag.events": "ClaimTold Done Event PassagesFound VerdictTold",
            "rag.question.followup": "Turn",
            "rag.types": (
                "Abstention AbstentionReason Answer Claim Label Note NoteKind Verdict Withheld"
            ),
            "rag.verification.checker": "CheckedClaim CitedFact GivenFact TextChecker TextReport",
            "rag.verification.classifier": "ClassifierVerifier EntailmentClassifier",
            "rag.verification.mechanical": "MechanicalVerifier",
            "rag.verification.verifier": "Check Verifier",
            "rag.writing.models.endpoint": "EndpointModel",
            "rag.writing.models.transformers_model": "TransformersModel",
        },
    )

__all__ = [
    "Abstention",
    "AbstentionReason",
    "Answer",
    "Answerer",
    "BadQuestion",
    "BadText",
    "ChatMessage",
    "Check",
    "CheckedClaim",
    "CitedFact",
    "Claim",
    "ClaimTold",
    "ClassifierVerifier",
    "Done",
    "EndpointModel",
    "EntailmentClassifier",
    "Event",
    "GenerationFailed",
    "GivenFact",
    "Label",
    "LanguageModel",
    "MechanicalVerifier",
    "ModelUnusable",
    "Note",
    "NoteKind",
    "PassagesFound",
    "RagError",
    "TextChecker",
    "TextReport",
    "TransformersModel",
    "Turn",
    "Verdict",
    "VerdictTold",
    "Verifier",
    "Withheld",
]
