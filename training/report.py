"""What the weights reach on what they were not trained on: ``python -m training.report``.

Held out are laws and papers by name and questions of STARD by id; by kind: how often the clause
that answers is ranked above the group's others, how well answering rows are told from all others
(AUROC), the span's exact match and F1, and yes, no, depends.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer

from api.settings import Settings
from eval.measures.answer_content import cmrc_f1, exact_match
from index.embedders.bundled import build_bundled_model
from rag.reading.encoding import Encoding
from training.batches import encoded
from training.groups import Group, read_groups
from training.loop import LONGEST
from training.model import YES_NO, AnswerNetwork

MOST_SPAN = 90  # tokens


@dataclass(frozen=True, slots=True)
class Read:
    """What the model says of one row."""

    answers: float
    yes_no: str
    span: str


def main() -> None:
    """Print a table, and write it as JSON where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("build/training"))
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--most", type=int, default=400, help="groups of a kind")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = build_bundled_model(Settings.from_environment().cache.expanduser())
    network = AnswerNetwork(folder)
    network.load(options.weights)
    network.eval()
    encoding = Encoding(Tokenizer.from_file(str(folder / "tokenizer.json")))
    held_out = [each for each in read_groups(options.data / "groups.jsonl") if each.held_out]
    by_kind: dict[str, list[Group]] = defaultdict(list)
    for group in held_out:
        if len(by_kind[group.kind]) < options.most:
            by_kind[group.kind].append(group)
    figures = {}
    reads = {kind: read_all(network, encoding, groups) for kind, groups in by_kind.items()}
    for kind, groups in by_kind.items():
        figures[kind] = measured(groups, reads[kind])
        print(kind, figures[kind])
    whole = [group for groups in by_kind.values() for group in groups]
    figures["all"] = measured(whole, [read for kind in by_kind for read in reads[kind]])
    print("all", figures["all"])
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


@torch.inference_mode()
def read_all(
    network: AnswerNetwork, encoding: Encoding, groups: Iterable[Group]
) -> list[list[Read]]:
    """Return what the model says of every row of every group."""
    found = []
    for group in groups:
        rows = encoded(group, encoding, LONGEST).rows
        longest = max(len(row.ids) for row in rows)
        ids = torch.ones((len(rows), longest), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for at, row in enumerate(rows):
            ids[at, : len(row.ids)] = torch.tensor(row.ids)
            mask[at, : len(row.ids)] = 1
        answers, yes_no, spans = network(ids, mask)
        reads = []
        for at, row in enumerate(rows):
            begin, end = best_span(spans[at].tolist(), row.first, len(row.offsets))
            text = group.rows[at].text[row.offsets[begin][0] : row.offsets[end][1]]
            reads.append(Read(float(answers[at]), YES_NO[int(yes_no[at].argmax())], text))
        found.append(reads)
    return found


def best_span(logits: Sequence[Sequence[float]], first: int, count: int) -> tuple[int, int]:
    """Return the first and last of the clause's tokens with the greatest sum of logits."""
    best, found = float("-inf"), (0, 0)
    for begin in range(count):
        for end in range(begin, min(begin + MOST_SPAN, count)):
            score = logits[first + begin][0] + logits[first + end][1]
            if score > best:
                best, found = score, (begin, end)
    return found


def measured(groups: Sequence[Group], reads: Sequence[Sequence[Read]]) -> dict[str, float]:
    """Return the figures of some groups."""
    figures: dict[str, float] = {"groups": len(groups)}
    ranked = [
        max(range(len(read)), key=lambda at: read[at].answers) == 0
        for group, read in zip(groups, reads, strict=True)
        if group.rows[0].answers and len(read) > 1
    ]
    truth = [row.answers for group in groups for row in group.rows]
    scores = [each.answers for read in reads for each in read]
    if ranked:
        figures["hit@1"] = sum(ranked) / len(ranked)
    if len(set(truth)) > 1:
        figures["auroc"] = float(roc_auc_score(truth, scores))
    spans = [
        (group.rows[0].text[slice(*group.rows[0].span)], read[0].span)
        for group, read in zip(groups, reads, strict=True)
        if group.rows[0].span
    ]
    if spans:
        figures["exact"] = sum(exact_match([one], other) for one, other in spans) / len(spans)
        figures["f1"] = sum(float(cmrc_f1(one, other)) for one, other in spans) / len(spans)
    judged = [
        (group.yes_no, read[0].yes_no)
        for group, read in zip(groups, reads, strict=True)
        if group.yes_no
    ]
    if judged:
        figures["yes_no"] = sum(one == other for one, other in judged) / len(judged)
        flipped = [set(each) == {"yes", "no"} for each in judged]
        figures["flipped"] = sum(flipped) / len(judged)
    return {name: round(value, 4) for name, value in figures.items()}


if __name__ == "__main__":
    main()
