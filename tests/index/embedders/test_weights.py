"""The weight file's format, against values worked out one by one."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from index.embedders.weights import BLOCK_BYTES, ModelShape, dequantise, read_weights


def scalar_weights(block: bytes) -> list[float]:
    """The oracle: one weight at a time, as the format says."""
    (scale,) = struct.unpack("<e", block[:2])
    low = [((byte & 15) - 8) * scale for byte in block[2:]]
    high = [((byte >> 4) - 8) * scale for byte in block[2:]]
    return low + high


def random_blocks(count: int) -> bytes:
    generator = np.random.default_rng(7)
    scales = generator.normal(0, 0.05, count).astype("<f2").tobytes()
    nibbles = generator.integers(0, 256, (count, 16), dtype=np.uint8)
    return b"".join(scales[2 * i : 2 * i + 2] + nibbles[i].tobytes() for i in range(count))


def test_dequantising_equals_the_scalar_formula() -> None:
    raw = random_blocks(40)
    found = dequantise(np.frombuffer(raw, dtype=np.uint8).reshape(-1, BLOCK_BYTES))
    expected = [scalar_weights(raw[i : i + BLOCK_BYTES]) for i in range(0, len(raw), BLOCK_BYTES)]
    np.testing.assert_array_equal(found, np.array(expected, dtype=np.float32))


def test_nothing_dequantises_to_nothing() -> None:
    assert dequantise(np.zeros((0, BLOCK_BYTES), dtype=np.uint8)).shape == (0, 32)


def test_a_file_written_by_hand_is_read_back(tmp_path: Path) -> None:
    blocks, floats = random_blocks(2), np.array([1.5, -2.5], dtype="<f4")
    pieces = [("<s>", 0.0), ("▁据典", -3.5), ("é", -7.25)]
    texts = [piece.encode() for piece, _ in pieces]
    ends = np.cumsum([0, *map(len, texts)]).tolist()
    head = struct.pack("<4sI7ifi", b"E5S1", 1, 32, 2, 4, 64, 3, 8, 2, 1e-12, 32)
    head += struct.pack("<5iQ", 3, 0, 2, 1, 3, ends[-1])
    head += struct.pack("<4I", *ends) + struct.pack("<3f", *(score for _, score in pieces))
    head += b"".join(texts) + struct.pack("<iI", 5, 6) + b"ignore"
    size = len(head) + 4 + 2 * (2 + 1 + 21)
    directory = struct.pack("<i", 2)
    directory += struct.pack("<H1sBIQQ", 1, b"w", 1, 64, size, len(blocks))
    directory += struct.pack("<H1sBIQQ", 1, b"b", 0, 2, size + len(blocks), 8)
    path = tmp_path / "weights.bin"
    path.write_bytes(head + directory + blocks + floats.tobytes())

    weights = read_weights(path)
    assert weights.shape == ModelShape(32, 2, 4, 64, 3, 8, 2, 1e-12)
    assert weights.pieces == pieces
    np.testing.assert_array_equal(weights.tensor("b", 2), floats)
    expected = [scalar_weights(blocks[:18]), scalar_weights(blocks[18:])]
    np.testing.assert_array_equal(weights.tensor("w", 2, 32), np.array(expected, dtype=np.float32))
