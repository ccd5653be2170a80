"""Reads the weight file of the bundled model: multilingual-e5-small in 4-bit blocks.

The layout, little-endian: a header (magic, shape, layer-norm epsilon, block size); the vocabulary
(SentencePiece pieces and unigram scores, then a normalisation map that this module skips); a
directory of tensors; the tensors. A 4-bit block is 18 bytes for 32 weights: an f16 scale, then 16
bytes whose low nibbles are weights 0 to 15 and whose high nibbles are weights 16 to 31; a weight
is (nibble - 8) * scale.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

BLOCK_WEIGHTS = 32
BLOCK_BYTES = 18  # 2 for the scale, 16 for the nibbles
_ZERO_NIBBLE = 8.0  # the nibble that stands for weight 0
_FOUR_BITS = 1  # the directory's code for 4-bit blocks; 0 is f32
_ROWS_AT_ONCE = 1 << 18  # blocks dequantised together: 32 MB of floats, whatever the tensor


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The sizes of a BERT encoder."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float  # of its layer norms


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where one tensor lies in the file."""

    kind: int
    elements: int
    offset: int
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class BundledWeights:
    """The opened weight file; tensors are read from its map when asked for."""

    shape: ModelShape
    pieces: list[tuple[str, float]]  # SentencePiece unigrams and their log probabilities, by id
    _data: Bytes
    _directory: dict[str, _Entry]

    def tensor(self, name: str, *sizes: int) -> Floats:
        """Return one tensor as float32 of the given sizes, dequantised if it is in 4 bits."""
        entry = self._directory[name]
        if entry.kind == _FOUR_BITS:
            return dequantise(self.blocks(name)).reshape(sizes)
        raw = self._data[entry.offset : entry.offset + entry.size]
        return np.frombuffer(raw.tobytes(), dtype="<f4").astype(np.float32).reshape(sizes)

    def blocks(self, name: str) -> Bytes:
        """Return a 4-bit tensor as it is stored: (blocks, BLOCK_BYTES) uint8, a view of the map."""
        entry = self._directory[name]
        return self._data[entry.offset : entry.offset + entry.size].reshape(-1, BLOCK_BYTES)


def dequantise(blocks: Bytes) -> Floats:
    """Turn (n, BLOCK_BYTES) uint8 blocks into (n, BLOCK_WEIGHTS) float32 weights."""
    weights = np.empty((len(blocks), BLOCK_WEIGHTS), dtype=np.float32)
    half = BLOCK_WEIGHTS // 2
    for start in range(0, len(blocks), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        scales = np.ascontiguousarray(blocks[rows, :2]).view("<f2").astype(np.float32)
        weights[rows, :half] = blocks[rows, 2:] & 0x0F
        weights[rows, half:] = blocks[rows, 2:] >> 4
        weights[rows] -= _ZERO_NIBBLE
        weights[rows] *= scales
    return weights


def read_weights(path: Path) -> BundledWeights:
    """Open a weight file whose digest has been checked: nothing here guards against damage."""
    data: Bytes = np.memmap(path, dtype=np.uint8, mode="r")
    cursor = _Cursor(data)
    cursor.skip(8)  # magic and version: the digest stands for both
    hidden, layers, heads, intermediate, vocabulary, positions, token_types = cursor.integers("7i")
    epsilon = float(str(cursor.floats(1)[0]))  # by its shortest decimal: 1e-12, as the model meant
    cursor.skip(4)  # the block size
    pieces = _read_pieces(cursor)
    (count,) = cursor.integers("i")
    directory = dict(_read_entry(cursor) for _ in range(count))
    shape = ModelShape(
        hidden, layers, heads, intermediate, vocabulary, positions, token_types, epsilon
    )
    return BundledWeights(shape, pieces, data, directory)


class _Cursor:
    """Takes packed values from bytes, one after another."""

    def __init__(self, data: Bytes) -> None:
        self._data = data
        self._at = 0

    def skip(self, count: int) -> None:
        """Leave bytes unread."""
        self._at += count

    def raw(self, count: int) -> bytes:
        """Return the next bytes."""
        self._at += count
        return self._data[self._at - count : self._at].tobytes()

    def integers(self, layout: str) -> tuple[int, ...]:
        """Return the values of a `struct` layout of integers, little-endian without padding."""
        return struct.unpack("<" + layout, self.raw(struct.calcsize("<" + layout)))

    def floats(self, count: int) -> Floats:
        """Return the next f32 values."""
        return np.frombuffer(self.raw(4 * count), dtype="<f4")


def _read_pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    count, *_special_ids, blob_size = cursor.integers("5iQ")
    offsets = cursor.integers(f"{count + 1}I")
    scores = cursor.floats(count).tolist()
    blob = cursor.raw(blob_size)
    _characters, map_size = cursor.integers("iI")
    cursor.skip(map_size)
    pairs = zip(offsets[:-1], offsets[1:], scores, strict=True)
    return [(blob[start:end].decode("utf-8"), score) for start, end, score in pairs]


def _read_entry(cursor: _Cursor) -> tuple[str, _Entry]:
    (name_size,) = cursor.integers("H")
    name = cursor.raw(name_size).decode("utf-8")
    kind, elements, offset, size = cursor.integers("BIQQ")
    return name, _Entry(kind, elements, offset, size)
