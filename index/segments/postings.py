"""One immutable inverted file: for each token the passages that hold it, with how often.

Passages are numbered from 0 in the order they came, their ordinals. Arrays lie in files that are
mapped, not read. A token is known by a 64-bit digest: two of ten million share one with a
probability of three in a million, and would then count as one word.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.messages.message import Message
from index.errors import IndexDamaged
from index.segments.arrays import load_array, save_array

Tokens = NDArray[np.uint64]  # digests of tokens
Ordinals = NDArray[np.uint32]
Counts = NDArray[np.uint8]  # how often, at most 255
Mask = NDArray[np.bool_]

MOST_COUNTED = 255
_FILES = ("tokens", "starts", "ordinals", "counts", "lengths")


@lru_cache(maxsize=1 << 18)
def token_digest(token: str) -> int:
    """Return the number a token is known by."""
    digest = hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


@dataclass(frozen=True, slots=True)
class Postings:
    """The inverted file of some passages."""

    tokens: Tokens  # (t,), ascending
    starts: NDArray[np.int64]  # (t + 1,): where the passages of each token start
    ordinals: Ordinals  # (p,), ascending for each token
    counts: Counts  # (p,)
    lengths: NDArray[np.uint32]  # (n,): tokens of each passage, weighted as they are counted

    @classmethod
    def build(cls, passages: Iterable[Sequence[str]]) -> Self:
        """Index passages, each given as its tokens, repeated as often as they count."""
        digests, counts = array("Q"), array("B")
        distinct, lengths = array("Q"), array("Q")
        for tokens in passages:
            counted = Counter(tokens)
            digests.extend(map(token_digest, counted))
            counts.extend(min(count, MOST_COUNTED) for count in counted.values())
            distinct.append(len(counted))
            lengths.append(len(tokens))
        ordinals = np.repeat(
            np.arange(len(distinct), dtype=np.uint32), np.asarray(distinct, dtype=np.int64)
        )
        every = np.asarray(digests, dtype=np.uint64)
        order = np.argsort(every, kind="stable")  # by token, and for each by ordinal
        tokens_, starts = _runs(every[order])
        return cls(
            tokens_,
            starts,
            ordinals[order],
            np.asarray(counts, dtype=np.uint8)[order],
            np.asarray(lengths, dtype=np.uint32),
        )

    @classmethod
    def merged(cls, parts: Sequence[tuple[Postings, Mask]]) -> Self:
        """Put parts after one another, each without the passages its mask does not keep."""
        kept = [_kept(part, mask) for part, mask in parts]
        tokens = np.unique(np.concatenate([part.tokens for part in kept]))
        sizes = np.zeros(len(tokens), dtype=np.int64)
        places = [np.searchsorted(tokens, part.tokens) for part in kept]
        for part, at in zip(kept, places, strict=True):
            sizes[at] += np.diff(part.starts)
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        ordinals = np.empty(starts[-1], dtype=np.uint32)
        counts = np.empty(starts[-1], dtype=np.uint8)
        following = starts[:-1].copy()  # where the next part's passages of each token go
        before = 0
        for part, at in zip(kept, places, strict=True):
            many = np.diff(part.starts)
            target = np.repeat(following[at] - part.starts[:-1], many) + np.arange(part.starts[-1])
            ordinals[target] = part.ordinals + np.uint32(before)
            counts[target] = part.counts
            following[at] += many
            before += len(part.lengths)
        lengths = np.concatenate([part.lengths for part in kept])
        return cls(tokens, starts, ordinals, counts, lengths)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map saved postings. Raises IndexDamaged."""
        found = [load_array(folder / f"{name}.npy") for name in _FILES]
        tokens, starts, ordinals, counts, _ = found
        if len(starts) != len(tokens) + 1 or not len(ordinals) == len(counts) == starts[-1]:
            raise IndexDamaged(Message("index.terms_differ", path=folder))
        return cls(*found)

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder."""
        for name in _FILES:
            save_array(folder / f"{name}.npy", getattr(self, name))

    def __len__(self) -> int:
        return len(self.lengths)

    def spans(self, tokens: Tokens) -> NDArray[np.int64]:
        """Return (len(tokens), 2) spans into ordinals and counts, empty for tokens not here."""
        spans = np.zeros((len(tokens), 2), dtype=np.int64)
        if not len(self.tokens):
            return spans
        at = np.minimum(np.searchsorted(self.tokens, tokens), len(self.tokens) - 1)
        here = self.tokens[at] == tokens
        spans[here, 0] = self.starts[at[here]]
        spans[here, 1] = self.starts[at[here] + 1]
        return spans


def _runs(ordered: Tokens) -> tuple[Tokens, NDArray[np.int64]]:
    """Return each distinct value of an ascending array, and where its run starts and ends."""
    tokens, starts = np.unique(ordered, return_index=True)
    return tokens, np.concatenate([starts, [len(ordered)]]).astype(np.int64)


def _kept(part: Postings, mask: Mask) -> Postings:
    """Return the postings of the passages a mask keeps, numbered anew."""
    if bool(mask.all()):
        return part
    numbers = np.cumsum(mask, dtype=np.uint32) - np.uint32(1)
    stays = mask[part.ordinals]
    sums = np.concatenate([[0], np.cumsum(stays, dtype=np.int64)])
    starts = sums[part.starts]
    held = np.diff(starts) > 0
    return Postings(
        part.tokens[held],
        np.concatenate([starts[:-1][held], starts[-1:]]).astype(np.int64),
        numbers[part.ordinals[stays]],
        part.counts[stays],
        part.lengths[mask],
    )
