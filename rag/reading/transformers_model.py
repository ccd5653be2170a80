"""An operator's answer model: a cross-encoder, or a reader that marks spans, by transformers."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import Any

from corpus.messages.message import Message
from rag.errors import ModelUnusable
from rag.reading.encoding import Clause
from rag.reading.model import Reading

LONGEST = 512  # tokens of question and clause
TOGETHER = 8  # clauses of one batch
LONGEST_SPAN = 90  # tokens


class TransformersAnswerModel:
    """A sequence classifier of one or two labels, or a model for question answering.

    Loaded at first use; weights from safetensors alone, and no code of a repository is run. A
    cross-encoder gives chances and no spans; a reader's chance is that of its best span against
    that of none.
    """

    def __init__(self, model: str) -> None:
        """``model`` is a Hugging Face id or a folder."""
        self.name = model
        self._guard = threading.Lock()
        self._loaded: tuple[Any, Any, bool] | None = None

    def read(self, question: str, clauses: Sequence[Clause]) -> list[Reading]:
        """Return a reading of each clause, in order. Raises ModelUnusable."""
        import torch

        tokenizer, model, marks = self._load()
        found: list[Reading] = []
        for start in range(0, len(clauses), TOGETHER):
            batch = clauses[start : start + TOGETHER]
            contexts = [f"{one.context}\n" for one in batch]
            texts = [context + one.text for context, one in zip(contexts, batch, strict=True)]
            inputs = tokenizer(
                [question] * len(batch),
                texts,
                truncation="only_second",
                max_length=LONGEST,
                padding=True,
                return_tensors="pt",
                return_offsets_mapping=marks,
            )
            offsets = inputs.pop("offset_mapping").tolist() if marks else []
            second = [inputs.sequence_ids(at) for at in range(len(batch))] if marks else []
            with self._guard, torch.inference_mode():
                out = model(**inputs)
            for at in range(len(batch)):
                if marks:
                    logits = out.start_logits[at].tolist(), out.end_logits[at].tolist()
                    found.append(_marked(*logits, offsets[at], second[at], len(contexts[at])))
                else:
                    found.append(Reading(_chance(out.logits[at].tolist())))
        return found

    def _load(self) -> tuple[Any, Any, bool]:
        from transformers import (
            AutoConfig,
            AutoModelForQuestionAnswering,
            AutoModelForSequenceClassification,
            AutoTokenizer,
        )

        with self._guard:
            if self._loaded is None:
                try:
                    config = AutoConfig.from_pretrained(self.name)
                    marks = any("QuestionAnswering" in one for one in config.architectures or ())
                    kind = (
                        AutoModelForQuestionAnswering
                        if marks
                        else AutoModelForSequenceClassification
                    )
                    model = kind.from_pretrained(
                        self.name, use_safetensors=True, trust_remote_code=False
                    )
                    tokenizer = AutoTokenizer.from_pretrained(self.name)
                except (OSError, ValueError, ImportError, RuntimeError) as error:
                    raise ModelUnusable(
                        Message(
                            "rag.classifier_unusable",
                            setting="JUDIAN_ANSWER_MODEL",
                            model=self.name,
                            why=error,
                        )
                    ) from error
                self._loaded = tokenizer, model.eval(), marks
            return self._loaded


def _chance(logits: Sequence[float]) -> float:
    """Return the chance of the one label, or of the last of two."""
    logit = logits[0] if len(logits) == 1 else logits[-1] - logits[0]
    return 1.0 / (1.0 + math.exp(-max(min(logit, 60.0), -60.0)))


def _marked(
    starts: Sequence[float],
    ends: Sequence[float],
    offsets: Sequence[Sequence[int]],
    second: Sequence[int | None],
    context: int,
) -> Reading:
    """Return the best span of the clause, and its chance against the first token's, for none."""
    places = [at for at, part in enumerate(second) if part == 1 and offsets[at][0] >= context]
    spans = [
        (starts[begin] + ends[end], begin, end)
        for position, begin in enumerate(places)
        for end in places[position : position + LONGEST_SPAN]
    ]
    if not spans:
        return Reading(0.0)
    best, begin, end = max(spans)
    chance = _chance([best - starts[0] - ends[0]])
    span = offsets[begin][0] - context, offsets[end][1] - context
    return Reading(chance, span, chance)
