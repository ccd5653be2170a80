"""A model beside the mechanical check: a sequence classifier that says whether a text entails.

It decides only what comparing wording leaves open (other words, words left out). A number, a name
or a binding word that the cited text has otherwise stays found, whatever a model makes of it, and
an exact quote stays supported.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Protocol

from corpus.messages.message import Message
from corpus.types import Citation
from rag.errors import ModelUnusable
from rag.types import Label
from rag.verification.mechanical import CONTRADICTED_AT_MOST, MechanicalVerifier
from rag.verification.verifier import Check

ENTAILED = 0.9  # chance of entailment from which a partial claim is called supported
DENIED = 0.9  # chance of contradiction from which a partial claim is called contradicted
LONGEST = 512  # tokens of premise and claim; NLI models are trained on no more
_YES = ("entail", "support", "consistent", "grounded", "label_1", "true")
_NO = ("contra", "refut", "inconsistent", "unsupported", "not_")


class Entailment(Protocol):
    """Says how likely a text entails a claim."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def judge(self, premise: str, claim: str) -> tuple[float, float]:
        """Return the chances, 0 to 1, of entailment and of contradiction."""
        ...


class ClassifierVerifier:
    """The mechanical verifier, with a model for what that calls partial."""

    def __init__(self, model: Entailment) -> None:
        self._model = model
        self._mechanical = MechanicalVerifier()

    def verify(self, claim: str, citations: Sequence[Citation]) -> Check:
        """Return label, support and reasons. Raises ModelUnusable."""
        check = self._mechanical.verify(claim, citations)
        if check.label is not Label.PARTIAL:
            return check
        premise = "\n".join(one.quote for one in citations)
        yes, no = self._model.judge(premise, claim)
        told = Message("rag.classifier_chance", model=self._model.name, chance=yes)
        reasons = (told, *check.reasons)
        if yes >= ENTAILED:
            return Check(Label.SUPPORTED, max(check.support, yes), reasons)
        if no >= DENIED:
            return Check(Label.CONTRADICTED, CONTRADICTED_AT_MOST * (1 - no), reasons)
        return Check(Label.PARTIAL, min(check.support, max(yes, 1 - ENTAILED)), reasons)


class EntailmentClassifier:
    """A sequence classifier by transformers: NLI with its labels in any order, or one of two.

    Loaded at first use; weights from safetensors alone, and no code of a repository is run.
    """

    def __init__(self, model: str) -> None:
        """``model`` is a Hugging Face id or a folder."""
        self.name = model
        self._guard = threading.Lock()
        self._loaded: tuple[Any, Any, int, int | None] | None = None

    def judge(self, premise: str, claim: str) -> tuple[float, float]:
        """Return the chances of entailment and of contradiction. Raises ModelUnusable."""
        import torch

        tokenizer, model, yes, no = self._load()
        inputs = tokenizer(
            premise, claim, truncation="only_first", max_length=LONGEST, return_tensors="pt"
        )
        with self._guard, torch.inference_mode():
            logits = model(**inputs).logits[0]
        if logits.numel() == 1:
            chance = float(torch.sigmoid(logits)[0])
            return chance, 1.0 - chance
        chances = torch.softmax(logits, dim=-1).tolist()
        return chances[yes], chances[no] if no is not None else 1.0 - chances[yes]

    def _load(self) -> tuple[Any, Any, int, int | None]:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        with self._guard:
            if self._loaded is None:
                try:
                    tokenizer = AutoTokenizer.from_pretrained(self.name)
                    model = AutoModelForSequenceClassification.from_pretrained(
                        self.name, use_safetensors=True, trust_remote_code=False
                    )
                except (OSError, ValueError, ImportError, RuntimeError) as error:
                    raise ModelUnusable(
                        Message(
                            "rag.classifier_unusable",
                            setting="JUDIAN_VERIFIER",
                            model=self.name,
                            why=error,
                        )
                    ) from error
                self._loaded = (tokenizer, model.eval(), *label_places(model.config.id2label))
            return self._loaded


def label_places(labels: dict[int, str]) -> tuple[int, int | None]:
    """Return which outputs mean entailment and contradiction, by the names a model gives them.

    Raises ModelUnusable where no name says which is entailment.
    """
    named = {int(at): str(name).lower() for at, name in labels.items()}
    if len(named) == 1:
        return 0, None
    no = [at for at, name in named.items() if any(one in name for one in _NO)]
    yes = [at for at, name in named.items() if at not in no and any(one in name for one in _YES)]
    if not yes:
        raise ModelUnusable(Message("rag.classifier_labels", labels=sorted(named.values())))
    denial = [at for at in no if "contra" in named[at] or "refut" in named[at]]
    return yes[0], denial[0] if denial else None
