"""A reranker decides the order of the first hits; a real cross-encoder of random weights loads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelMissing
from index.library import Library
from index.reranker import CrossEncoderReranker
from index.segments.vectors import Scores
from tests.conftest import Writer
from tests.fakes import LetterEmbedder


class ByNumber:
    """Prefers the passage with the greater number in it."""

    name = "by number"

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        digits = ("".join(filter(str.isdigit, one)) or "0" for one in passages)
        return np.asarray([int(one) for one in digits], dtype=np.float32)


def test_the_reranker_decides_and_says_by_what(tmp_path: Path, write: Writer) -> None:
    library = Library(tmp_path / "home", LetterEmbedder, open_reranker=ByNumber)
    library.add(
        [
            write(f"{name}.txt", f"学校应当读书{n}本。")
            for name, n in zip("甲乙丙", (3, 9, 6), strict=True)
        ]
    )
    hits = library.search("学校读书3本", 2)
    assert [hit.passage.text[-3:-2] for hit in hits] == ["9", "6"]
    assert [(hit.rank, hit.reranked) for hit in hits] == [(1, 9.0), (2, 6.0)]
    library.close()


def test_an_empty_library_has_nothing_to_rerank(tmp_path: Path) -> None:
    library = Library(tmp_path, LetterEmbedder, open_reranker=ByNumber)
    assert library.search("学校", 3) == []
    library.close()


def test_a_reranker_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="JUDIAN_RERANKER"):
        CrossEncoderReranker(str(tmp_path))


@pytest.mark.model
def test_a_cross_encoder_of_sentence_transformers_scores_pairs(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"学校读书写字"]
    tokenizer = Tokenizer(models.WordLevel({w: at for at, w in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]"
    ).save_pretrained(tmp_path)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    reranker = CrossEncoderReranker(str(tmp_path))
    assert reranker.name == tmp_path.name
    together = reranker.scores("学校", ["读书", "写字", "读书写字"])
    alone = [reranker.scores("学校", [text])[0] for text in ["读书", "写字", "读书写字"]]
    assert together == pytest.approx(alone, abs=1e-4)
