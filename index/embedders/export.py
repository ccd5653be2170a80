"""Writes the bundled model as a graph for ONNX Runtime and OpenVINO, straight from its weights.

The matrices stay in their 4-bit blocks (operator MatMulNBits), so the graph is 14 MB, opens in
40 ms, and multiplied in float32 its vectors are those of the float32 model. The table of token
embeddings stays outside, in its blocks as well: the caller looks rows up in a memory map and feeds
the graph their sum of weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.messages.message import Message
from index.embedders.built_folder import build_once
from index.embedders.bundled import (
    BUNDLED_NAME,
    SOURCE_SHA256,
    find_source,
    open_source,
    write_tokenizer,
)
from index.embedders.weights import BLOCK_BYTES, BLOCK_WEIGHTS, BundledWeights, Bytes, Floats
from index.errors import ModelMissing

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

GRAPH_FILE = "model.onnx"
EIGHT_BIT_GRAPH_FILE = "model-int8.onnx"  # for ONNX Runtime: products in 8 bits
WORDS_FILE = "words.npy"  # (vocabulary, blocks a row, BLOCK_BYTES) uint8
TOKENIZER_FILE = "tokenizer.json"

_FORMAT = 2  # of the folder written here; raised whenever what is written changes
_OPSET = 20  # the first with Gelu
_IR_VERSION = 9  # the one of that opset
_CONTRIB = "com.microsoft"
EIGHT_BIT_BLOCK = 128  # weights with one scale; measured: twice as fast as 32, as exact
FLOATS = 1  # MatMulNBits' accuracy_level
EIGHT_BITS = 4  # activations are rounded to 8 bits, a scale for every 32 of them


def build_graph(cache: Path) -> Path:
    """Return a folder with the graph, the token table and the tokenizer, building it once.

    91 MB, built in about three seconds without torch. Raises as `build_bundled_model` does.
    """
    return build_once(
        cache / BUNDLED_NAME / "onnx",
        f"{SOURCE_SHA256}/onnx/{_FORMAT}",
        lambda folder: _write_onnx_folder(folder, open_source(find_source())),
    )


def _write_onnx_folder(folder: Path, weights: BundledWeights) -> None:
    try:
        import onnx
    except ImportError as error:
        raise ModelMissing(
            Message("index.no_package", package="onnx", error=str(error), wanted="onnx")
        ) from error

    shape = weights.shape
    table = weights.blocks("emb.word").reshape(shape.vocabulary, -1, BLOCK_BYTES)
    np.save(folder / WORDS_FILE, table, allow_pickle=False)
    write_tokenizer(folder, weights)
    for arithmetic, name in ((FLOATS, GRAPH_FILE), (EIGHT_BITS, EIGHT_BIT_GRAPH_FILE)):
        encoder = EncoderGraph(weights, arithmetic)
        encoder.mean(encoder.states(), "vectors")
        onnx.save(encoder.model({"vectors": ("n", weights.shape.hidden)}), folder / name)


class EncoderGraph:
    """Builds the encoder node by node; a value is named after the tensor or step it comes from.

    Inputs: words (texts, tokens, hidden) float32 and mask (texts, tokens) int32, 1 where there is a
    token. What comes out of its states is added by ``node`` and ``constant``: of the embedder, the
    mean over the tokens, not yet of unit length.
    """

    def __init__(
        self,
        weights: BundledWeights,
        arithmetic: int,
        replaced: Mapping[str, Floats] = MappingProxyType({}),
    ) -> None:
        """Take ``replaced`` tensors, by name, for the file's; matrices among them in 8 bits."""
        self._arithmetic = arithmetic
        self._weights = weights
        self._replaced = replaced
        self._shape = weights.shape
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def states(self) -> str:
        """Build the encoder; return the name of its states, (texts, tokens, hidden)."""
        state = self._embeddings()
        for layer in range(self._shape.layers):
            state = self._layer(f"l{layer}", state)
        return state

    def model(self, outputs: Mapping[str, Sequence[str | int]]) -> ModelProto:
        """Return the whole graph with these outputs, float32, by name and shape."""
        from onnx import TensorProto, helper

        hidden = self._shape.hidden
        graph = helper.make_graph(
            self._nodes,
            BUNDLED_NAME,
            [
                helper.make_tensor_value_info("words", TensorProto.FLOAT, ["n", "tokens", hidden]),
                helper.make_tensor_value_info("mask", TensorProto.INT32, ["n", "tokens"]),
            ],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
                for name, shape in outputs.items()
            ],
            self._constants,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)

    def _embeddings(self) -> str:
        """Add positions and the one token type to the words, then normalise."""
        shape = self._shape
        positions = self._weights.tensor("emb.pos", shape.positions, shape.hidden)
        kind = self._weights.tensor("emb.type", shape.token_types, shape.hidden)[0]
        self.constant("positions", positions + kind)
        self.constant("zero", np.zeros(1, dtype=np.int64))
        self.node("Shape", ["words"], "length", start=1, end=2)
        self.node("Slice", ["positions", "zero", "length", "zero"], "places")
        return self._norm("emb.ln", self.node("Add", ["words", "places"], "placed"))

    def _layer(self, layer: str, state: str) -> str:
        """One transformer layer, normalised after each half, as BERT is."""
        hidden, inner = self._shape.hidden, self._shape.intermediate
        parts = [self._linear(f"{layer}.{part}", state, hidden, hidden) for part in "qkv"]
        mixed = self.node(
            "MultiHeadAttention",
            [*parts, "", "mask"],
            f"{layer}.attention",
            domain=_CONTRIB,
            num_heads=self._shape.heads,
        )
        attended = self._linear(f"{layer}.ao", mixed, hidden, hidden)
        first = self._norm(f"{layer}.aln", self.node("Add", [state, attended], f"{layer}.sum1"))
        wide = self._linear(f"{layer}.fi", first, hidden, inner)
        curved = self.node("Gelu", [wide], f"{layer}.gelu")
        narrow = self._linear(f"{layer}.fo", curved, inner, hidden)
        return self._norm(f"{layer}.oln", self.node("Add", [first, narrow], f"{layer}.sum2"))

    def mean(self, state: str, name: str) -> str:
        """Average the states of the tokens that the mask shows: (texts, hidden)."""
        from onnx import TensorProto

        self.constant("second", np.ones(1, dtype=np.int64))
        self.node("Cast", ["mask"], "weights", to=TensorProto.FLOAT)
        self.node("Unsqueeze", ["weights", "second"], "weight_rows")
        self.node("MatMul", ["weight_rows", state], "sum_rows")
        self.node("Squeeze", ["sum_rows", "second"], "sums")
        self.node("ReduceSum", ["weights", "second"], "counts", keepdims=1)
        return self.node("Div", ["sums", "counts"], name)

    def _linear(self, name: str, source: str, inputs: int, outputs: int) -> str:
        """Multiply with a matrix, left in its 4 bits or replaced in 8, and add its bias."""
        replaced = self._replaced.get(f"{name}.w")
        if replaced is None:
            block, bits = BLOCK_WEIGHTS, 4
            packed, scales = _repack(self._weights.blocks(f"{name}.w"))
        else:
            block, bits = EIGHT_BIT_BLOCK, 8
            packed, scales = _eight_bits(replaced)
        tensors = [
            self.constant(f"{name}.w", packed.reshape(outputs, inputs // block, -1)),
            self.constant(f"{name}.s", scales),
            "",  # zero points: the default is the middle, as in the file
            "",
            self.constant(f"{name}.b", self._tensor(f"{name}.b", outputs)),
        ]
        return self.node(
            "MatMulNBits",
            [source, *tensors],
            name,
            domain=_CONTRIB,
            K=inputs,
            N=outputs,
            bits=bits,
            block_size=block,
            accuracy_level=self._arithmetic,
        )

    def _norm(self, name: str, source: str) -> str:
        hidden = self._shape.hidden
        scale = self.constant(f"{name}.w", self._tensor(f"{name}.w", hidden))
        bias = self.constant(f"{name}.b", self._tensor(f"{name}.b", hidden))
        return self.node(
            "LayerNormalization",
            [source, scale, bias],
            name,
            axis=-1,
            epsilon=self._shape.epsilon,
        )

    def _tensor(self, name: str, *sizes: int) -> Floats:
        replaced = self._replaced.get(name)
        return self._weights.tensor(name, *sizes) if replaced is None else replaced

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant; return its name."""
        from onnx import numpy_helper

        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self,
        operator: str,
        inputs: Sequence[str],
        output: str,
        *,
        domain: str = "",
        **attributes: int | float,
    ) -> str:
        """Add a step; return the name of its output."""
        from onnx import helper

        node = helper.make_node(
            operator, list(inputs), [output], None, None, domain, None, **attributes
        )
        self._nodes.append(node)
        return output


def _repack(blocks: Bytes) -> tuple[Bytes, Floats]:
    """Return nibbles in MatMulNBits' order, (n, 16) uint8, and scales, (n,) float32.

    The file puts weight j and j + 16 into a byte, the operator 2j and 2j + 1; low nibble first.
    """
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32).ravel()
    nibbles = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1)
    return nibbles[:, 0::2] | (nibbles[:, 1::2] << 4), scales


def _eight_bits(matrix: Floats) -> tuple[Bytes, Floats]:
    """Return a matrix in MatMulNBits' 8 bits, (n, block) uint8 around 128, and scales, (n,)."""
    blocks = matrix.reshape(-1, EIGHT_BIT_BLOCK)
    scales = np.maximum(np.abs(blocks).max(axis=1), 1e-12) / np.float32(127)
    packed = np.round(blocks / scales[:, None]) + 128
    return packed.astype(np.uint8), scales.astype(np.float32)
