"""Trains how questions are embedded: ``python -m training.question_encoder --data FOLDER``.

Low-rank adapters for questions alone; passages keep their vectors, so nothing is embedded again.
Each question is compared with every passage of its corpus at once, a softmax over all of them
(Karpukhin et al. 2020, https://arxiv.org/abs/2004.04906, with all negatives instead of a batch's).
Reported on held-out laws and questions: how often a gold passage is first, and among ten.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from api.build import open_embedder_of
from api.settings import Settings
from corpus.text.script import to_simplified
from index.embedders.bundled import BUNDLED_QUESTION_PREFIX, build_bundled_model
from training.groups import BENCH, Group, read_groups, share_of
from training.law_questions import HELD_OUT
from training.model import QuestionNetwork
from training.passage_questions import in_half_a
from training.texts import squashed

logger = logging.getLogger(__name__)

PASSES = 4
RATE = 3e-4
BATCH = 48  # questions of one corpus
TEMPERATURE = 0.02
SAME = 0.97  # cosine with a gold passage beyond which another may say the same: no negative
OTHERS = 0.4  # share of the questions of other fields that one pass reads
STAY = 0.05  # weight of staying near the vector of before
WARM_UP = 30
SEED = 20261128


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its gold passages' places in a corpus."""

    text: str
    gold: tuple[int, ...]
    held_out: bool


@dataclass(frozen=True, slots=True)
class Corpus:
    """Passages' vectors (n, dim) with the questions on them."""

    name: str
    vectors: Tensor
    asked: Sequence[Asked]


def main() -> None:
    """Train and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("build/training"))
    parser.add_argument("--laws", type=Path, default=Path("build/training/laws"))
    parser.add_argument("--stard", type=Path, default=Path("build/training/stard"))
    parser.add_argument("--passes", type=int, default=PASSES)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    folder = build_bundled_model(Settings.from_environment().cache.expanduser())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    network = QuestionNetwork(folder)
    corpora = list(all_corpora(options))
    train(network, tokenizer, corpora, options)
    network.save(options.data / "question-encoder.safetensors")


def train(
    network: QuestionNetwork,
    tokenizer: Tokenizer,
    corpora: Sequence[Corpus],
    options: argparse.Namespace,
) -> None:
    """Train on what is not held out; report before and after every pass."""
    learned = list(network.learned().values())
    optimizer = torch.optim.AdamW(learned, lr=options.rate, weight_decay=0.01)
    batches = list(_batches(corpora, random.Random(SEED)))
    same = {one.name: _same(one) for one in corpora}
    steps = len(batches) * options.passes
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda at: min((at + 1) / WARM_UP, max(0.0, (steps - at) / max(steps - WARM_UP, 1))),
    )
    before = {one.name: _embedded(network, tokenizer, one.asked) for one in corpora}
    report(network, tokenizer, corpora)
    chosen = random.Random(SEED)
    for number in range(options.passes):
        chosen.shuffle(batches)
        total = 0.0
        for corpus, places in batches:
            asked = [corpus.asked[at] for at in places]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                vectors = network(*_padded(tokenizer, [one.text for one in asked]))
            vectors = functional.normalize(vectors.float(), dim=-1)
            loss = _loss(vectors, corpus, places, same[corpus.name])
            stay = 1 - (vectors * before[corpus.name][list(places)]).sum(-1).mean()
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss + STAY * stay)
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        logger.info("pass %d: loss %.3f", number + 1, total / len(batches))
        report(network, tokenizer, corpora)


def _same(corpus: Corpus) -> list[Tensor]:
    """Return for each question the passages that may say the same as a gold one: no negatives."""
    found = []
    for one in corpus.asked:
        cosines = (corpus.vectors @ corpus.vectors[list(one.gold)].T).amax(dim=1)
        places = (cosines > SAME).nonzero().flatten()
        found.append(places[~torch.isin(places, torch.tensor(one.gold))])
    return found


def _loss(vectors: Tensor, corpus: Corpus, places: Sequence[int], same: Sequence[Tensor]) -> Tensor:
    """Return the mean of minus the log of the share that the gold passages have."""
    logits = vectors @ corpus.vectors.T / TEMPERATURE
    hidden = torch.zeros(logits.shape)
    for row, at in enumerate(places):
        hidden[row, same[at]] = -1e4
    logits = logits + hidden
    above = torch.stack(
        [
            torch.logsumexp(logits[row, list(corpus.asked[at].gold)], dim=0)
            for row, at in enumerate(places)
        ]
    )
    return (torch.logsumexp(logits, dim=1) - above).mean()


@torch.inference_mode()
def _embedded(network: QuestionNetwork, tokenizer: Tokenizer, asked: Sequence[Asked]) -> Tensor:
    network.eval()
    rows = []
    for start in range(0, len(asked), 64):
        texts = [one.text for one in asked[start : start + 64]]
        rows.append(functional.normalize(network(*_padded(tokenizer, texts)), dim=-1))
    network.train()
    return torch.cat(rows)


def report(network: QuestionNetwork, tokenizer: Tokenizer, corpora: Sequence[Corpus]) -> None:
    """Log how often a gold passage of a held-out question is first, and among ten."""
    for corpus in corpora:
        held = [one for one in corpus.asked if one.held_out][:250]
        if not held:
            continue
        vectors = _embedded(network, tokenizer, held)
        order = (vectors @ corpus.vectors.T).topk(10, dim=1).indices.tolist()
        hits = [
            sum(
                bool(set(one.gold) & set(found[:depth]))
                for one, found in zip(held, order, strict=True)
            )
            / len(held)
            for depth in (1, 3, 10)
        ]
        logger.info("%s: %d held out, hit@1 %.3f @3 %.3f @10 %.3f", corpus.name, len(held), *hits)


def _batches(
    corpora: Sequence[Corpus], chosen: random.Random
) -> Iterator[tuple[Corpus, tuple[int, ...]]]:
    for corpus in corpora:
        places = [at for at, one in enumerate(corpus.asked) if not one.held_out]
        chosen.shuffle(places)
        if corpus.name not in ("laws", "stard"):
            places = places[: round(OTHERS * len(places))]
        for start in range(0, len(places), BATCH):
            yield corpus, tuple(places[start : start + BATCH])


def _padded(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    rows = [tokenizer.encode(BUNDLED_QUESTION_PREFIX + text).ids[:128] for text in texts]
    longest = max(map(len, rows))
    ids = torch.ones((len(rows), longest), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
    return ids, mask


# --- corpora --------------------------------------------------------------------------------------


def all_corpora(options: argparse.Namespace) -> Iterator[Corpus]:
    """Yield the laws, STARD's articles, and paragraphs of other fields."""
    groups = [each for each in read_groups(options.data / "groups.jsonl") if each.kind == "law"]
    yield laws(options.laws, groups)
    yield stard(options.stard)
    yield from paragraphs()


def laws(home: Path, groups: Sequence[Group]) -> Corpus:
    """Return the laws with the questions written on them."""
    rows, vectors = _stored(home)
    by_title: dict[str, list[int]] = defaultdict(list)
    for at, (title, _, _) in enumerate(rows):
        by_title[title].append(at)
    texts = [squashed(text) for _, _, text in rows]
    asked = []
    for group in groups:
        row = group.rows[0]
        wanted = squashed(row.text)
        known = by_title.get(row.title, [])
        gold = tuple(at for at in known if wanted in texts[at] or texts[at] in wanted)
        if gold:
            asked.append(Asked(to_simplified(group.question), gold, group.held_out))
    return Corpus("laws", vectors, asked)


def stard(home: Path) -> Corpus:
    """Return STARD's articles with its training questions, of which an eighth is held out."""
    rows, vectors = _stored(home)
    by_record: dict[str, list[int]] = defaultdict(list)
    for at, (_, source, _) in enumerate(rows):
        by_record[source.rpartition("#")[2].rpartition("/")[2].removesuffix(".txt")].append(at)
    gold: dict[str, list[int]] = defaultdict(list)
    for line in (BENCH / "stard" / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, article, _ = line.split("\t")
        gold[question] += by_record[article]
    asked = [
        Asked(one["text"], tuple(gold[one["_id"]]), share_of("held" + one["_id"]) < HELD_OUT)
        for one in _lines(BENCH / "stard" / "queries.jsonl")
        if one["split"] == "train" and gold[one["_id"]]
    ]
    return Corpus("stard", vectors, asked)


def paragraphs() -> Iterator[Corpus]:
    """Yield half A of cmrc2018 and of XQuAD, asked in both languages: what must not be unlearnt."""
    embedder = open_embedder_of(Settings.from_environment())
    for name, corpus, questions in (
        ("cmrc", "cmrc2018", ("cmrc2018",)),
        ("xquad zh", "xquad_zh", ("xquad_zh", "xquad_en")),
        ("xquad en", "xquad_en", ("xquad_en", "xquad_zh")),
    ):
        records = list(_lines(BENCH / corpus / "corpus.jsonl"))
        places = {one["_id"]: at for at, one in enumerate(records)}
        texts_of = [f"{one['title']}\n{one['text']}"[:600] for one in records]
        vectors = embedder.embed_passages(texts_of)
        asked = []
        for folder in questions:
            texts = {one["_id"]: one["text"] for one in _lines(BENCH / folder / "queries.jsonl")}
            lines = (BENCH / folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
            for line in lines:
                question, record, _ = line.split("\t")
                if in_half_a(question):
                    held_out = share_of("held" + question) < HELD_OUT
                    asked.append(Asked(texts[question], (places[record],), held_out))
        yield Corpus(name, torch.tensor(np.asarray(vectors)), asked)


def _stored(home: Path) -> tuple[list[tuple[str, str, str]], Tensor]:
    """Return (title, source, text) of a library's passages, and their vectors."""
    with sqlite3.connect(f"file:{home / 'store.sqlite'}?mode=ro", uri=True) as database:
        found = database.execute(
            "SELECT r.title, d.source, p.text, v.vector FROM passages p"
            " JOIN documents d ON d.id = p.document_id"
            " JOIN revisions r ON r.document_id = d.id AND r.revision = d.revision"
            " JOIN vectors v ON v.digest = p.digest"
        ).fetchall()
    vectors = np.frombuffer(b"".join(row[3] for row in found), dtype="<f4").reshape(len(found), -1)
    return [(row[0], row[1], row[2]) for row in found], torch.tensor(vectors)


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


if __name__ == "__main__":
    main()
