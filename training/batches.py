"""Groups as padded batches of token ids, those of like length together."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from rag.reading.encoding import Clause, Encoded, Encoding
from training.groups import Group
from training.model import YES_NO

BATCH_TOKENS = 3200  # padded
NEGATIVES = 3  # rows of a group read in one pass beside its first: others in the next
# Share of the groups of a kind that one pass reads: what carries over at once needs less.
SHARES = {"cmrc2018": 0.3, "cail2019": 0.25, "chinese": 0.25, "xquad": 0.4, "table": 0.4}
SHARES |= {"report": 0.4, "altered": 0.6, "named": 0.5}
WINDOW = 600  # groups shuffled, then sorted by length: like lengths together, still in any order


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of several groups; ``group`` (n,) says which."""

    ids: Tensor  # (n, tokens)
    mask: Tensor
    group: Tensor  # (n,)
    answers: Tensor  # (n,) 0 or 1
    inside: Tensor  # (n, tokens) bool: tokens of the clause
    span: Tensor  # (n, 2) token positions, -1 for none
    yes_no: Tensor  # (n,) place in YES_NO, -1 for unknown


@dataclass(frozen=True, slots=True)
class EncodedGroup:
    """A group with its rows' tokens."""

    group: Group
    rows: tuple[Encoded, ...]

    @property
    def longest(self) -> int:
        """Tokens of its longest row."""
        return max(len(row.ids) for row in self.rows)


def encoded(group: Group, encoding: Encoding, longest: int) -> EncodedGroup:
    """Return a group with tokens, its clauses cut to ``longest`` characters."""
    clauses = [Clause(row.text[:longest], row.title, row.path, row.asked) for row in group.rows]
    return EncodedGroup(group, tuple(encoding.encode(group.question, clauses)))


def token_span(row: Encoded, span: tuple[int, int] | None) -> tuple[int, int]:
    """Return the first and last token of a span of characters; -1, -1 where it was cut off."""
    if span is None:
        return -1, -1
    inside = [
        at
        for at, (start, end) in enumerate(row.offsets)
        if end > span[0] and start < span[1] and end > start
    ]
    if not inside or row.offsets[inside[-1]][1] < span[1]:
        return -1, -1
    return row.first + inside[0], row.first + inside[-1]


def batches(groups: Sequence[EncodedGroup], chosen: random.Random) -> Iterator[Batch]:
    """Yield one pass over groups in a random order: of some kinds a share, of rows some."""
    order = [
        _some_rows(each, chosen)
        for each in groups
        if chosen.random() < SHARES.get(each.group.kind, 1.0)
    ]
    chosen.shuffle(order)
    for start in range(0, len(order), WINDOW):
        window = sorted(order[start : start + WINDOW], key=lambda each: each.longest)
        made: list[list[EncodedGroup]] = []
        rows = 0
        for each in window:
            rows += len(each.rows)
            if not made or rows * each.longest > BATCH_TOKENS:
                made.append([])
                rows = len(each.rows)
            made[-1].append(each)
        chosen.shuffle(made)
        yield from map(_batch, made)


def _some_rows(each: EncodedGroup, chosen: random.Random) -> EncodedGroup:
    count = len(each.rows)
    if count <= NEGATIVES + 1:
        return each
    kept = [0, *sorted(chosen.sample(range(1, count), NEGATIVES))]
    rows = tuple(each.group.rows[at] for at in kept)
    return EncodedGroup(replace(each.group, rows=rows), tuple(each.rows[at] for at in kept))


def _batch(groups: Sequence[EncodedGroup]) -> Batch:
    rows = [
        (at, place, each, row)
        for at, each in enumerate(groups)
        for place, row in enumerate(each.rows)
    ]
    longest = max(len(row.ids) for *_, row in rows)
    ids = torch.ones((len(rows), longest), dtype=torch.long)  # <pad>
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    inside = torch.zeros((len(rows), longest), dtype=torch.bool)
    answers = torch.zeros(len(rows))
    span = torch.full((len(rows), 2), -1)
    yes_no = torch.full((len(rows),), -1)
    for number, (_, place, each, row) in enumerate(rows):
        ids[number, : len(row.ids)] = torch.tensor(row.ids)
        mask[number, : len(row.ids)] = 1
        inside[number, row.first : row.first + len(row.offsets)] = True
        example = each.group.rows[place]
        answers[number] = float(example.answers)
        span[number] = torch.tensor(token_span(row, example.span))
        if example.answers and each.group.kind in ("law", "page", "named"):
            yes_no[number] = YES_NO.index(each.group.yes_no)
        elif example.answers and each.group.kind != "stard":
            yes_no[number] = 0
    group = torch.tensor([at for at, *_ in rows])
    return Batch(ids, mask, group, answers, inside, span, yes_no)
