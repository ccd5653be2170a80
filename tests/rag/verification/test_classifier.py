from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.types import Citation, Paragraph
from rag.errors import ModelUnusable
from rag.types import Label
from rag.verification.classifier import ClassifierVerifier, EntailmentClassifier, label_places

TEXT = "学前教育应当普惠发展，幼儿园由县级人民政府举办，民办幼儿园可以申请补助。"
REWORDED = "幼儿园由县级人民政府开办。"  # other words: what comparing wording calls partial


class Scripted:
    """Says what it was told to say."""

    name = "scripted"

    def __init__(self, yes: float, no: float) -> None:
        self.chances = yes, no
        self.asked: list[tuple[str, str]] = []

    def judge(self, premise: str, claim: str) -> tuple[float, float]:
        self.asked.append((premise, claim))
        return self.chances


def place() -> Citation:
    paragraph = Paragraph("0" * 12, 0, 0, len(TEXT), TEXT)
    return Citation.of("0" * 12, "f" * 64, "题", TEXT, (0, len(TEXT)), [paragraph])


@pytest.mark.parametrize(
    ("yes", "no", "label"),
    [
        (0.97, 0.01, Label.SUPPORTED),
        (0.02, 0.95, Label.CONTRADICTED),
        (0.5, 0.2, Label.PARTIAL),
    ],
)
def test_a_model_decides_what_comparing_wording_leaves_open(
    yes: float, no: float, label: Label
) -> None:
    assert ClassifierVerifier(Scripted(0.5, 0.2)).verify(REWORDED, [place()]).label is Label.PARTIAL
    check = ClassifierVerifier(Scripted(yes, no)).verify(REWORDED, [place()])
    assert check.label is label
    assert any("scripted" in reason for reason in check.reasons)


@pytest.mark.parametrize(
    "claim", ["民办幼儿园不得申请补助。", "幼儿园由县级人民政府举办。", "猫喜欢吃鱼。"]
)
def test_what_wording_tells_for_certain_is_not_asked(claim: str) -> None:
    model = Scripted(0.99, 0.0)
    alone = ClassifierVerifier(Scripted(0.0, 0.99)).verify(claim, [place()])
    assert ClassifierVerifier(model).verify(claim, [place()]) == alone
    assert model.asked == []


@pytest.mark.parametrize(
    ("labels", "places"),
    [
        ({0: "entailment", 1: "neutral", 2: "contradiction"}, (0, 2)),
        ({0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"}, (2, 0)),
        ({0: "not_entailment", 1: "entailment"}, (1, None)),
        ({0: "unsupported", 1: "supported"}, (1, None)),
        ({0: "LABEL_0", 1: "LABEL_1"}, (1, None)),
        ({0: "LABEL_0"}, (0, None)),
    ],
)
def test_labels_in_any_order_and_spelling(
    labels: dict[int, str], places: tuple[int, int | None]
) -> None:
    assert label_places(labels) == places


def test_labels_that_say_nothing_are_refused() -> None:
    with pytest.raises(ModelUnusable, match="positive"):
        label_places({0: "negative", 1: "positive"})


def test_a_folder_that_holds_no_model_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(ModelUnusable, match="JUDIAN_VERIFIER"):
        EntailmentClassifier(str(tmp_path)).judge(TEXT, REWORDED)


def test_a_tiny_classifier_is_loaded_and_its_chances_are_chances(tmp_path: Path) -> None:
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    (tmp_path / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(TEXT + REWORDED))]),
        encoding="utf-8",
    )
    BertTokenizer(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    names = {0: "entailment", 1: "neutral", 2: "contradiction"}
    config = BertConfig(
        vocab_size=99,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        id2label=names,
    )
    BertForSequenceClassification(config).save_pretrained(tmp_path, safe_serialization=True)
    yes, no = EntailmentClassifier(str(tmp_path)).judge(TEXT * 50, REWORDED)
    assert 0.0 < yes < 1.0
    assert 0.0 < no < 1.0
    assert yes + no < 1.0
