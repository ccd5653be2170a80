"""Trains the answer model: ``python -m training.loop --data FOLDER``; ends with weights in it.

Resumes from ``checkpoint.pt`` (read with ``weights_only``, so nothing in it is run) at any step.
Two processor cores are enough, in bfloat16 where they multiply it; a GPU is used where there is
one.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from api.settings import Settings
from index.embedders.bundled import build_bundled_model
from rag.reading.encoding import Encoding
from training.batches import Batch, EncodedGroup, batches, encoded
from training.groups import Group, read_groups
from training.model import AnswerNetwork

logger = logging.getLogger(__name__)

PASSES = 2.0  # over all groups
RATE = 6e-4
WARM_UP = 100  # steps
LONGEST = 420  # characters of a clause
RANKED = 0.6  # weight of ranking a group's rows against each other, beside each row for itself
SPANS = 0.5
YES_NO = 0.5
SMOOTH = 0.02  # of the labels: some are wrong
CLIP = 1.0
SAVED_EVERY = 240.0  # seconds
SEED = 20261128


def main() -> None:
    """Train, or go on training."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("build/training"))
    parser.add_argument("--passes", type=float, default=PASSES)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--name", default="answer-model", help="of the files written")
    parser.add_argument(
        "--start", type=Path, help="weights to go on from, as another run left them"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    train(options.data, options.name, options.passes, options.rate, options.start)


def train(folder: Path, name: str, passes: float, rate: float, start: Path | None = None) -> None:
    """Train from the examples in a folder; a checkpoint in it is gone on from."""
    torch.manual_seed(SEED)
    model_folder = build_bundled_model(Settings.from_environment().cache.expanduser())
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = _network(model_folder, start, device)
    groups = _groups(folder, model_folder)
    steps = round(sum(1 for _ in batches(groups, random.Random(SEED))) * passes)
    logger.info("%d groups, %d steps on %s", len(groups), steps, device)
    learned = list(network.learned().values())
    optimizer = torch.optim.AdamW(learned, lr=rate, weight_decay=0.01, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda at: _rate(at, steps))
    checkpoint = folder / f"{name}.checkpoint.pt"
    done = _resumed(checkpoint, network, optimizer, schedule)
    network.train()
    saved = started = time.monotonic()
    mean: dict[str, float] = {}
    for step, batch in itertools.islice(enumerate(_endless(groups)), done, steps):
        losses = losses_of(network, batch, device)
        total = sum(losses.values(), torch.zeros((), device=device))
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(total)
        torch.nn.utils.clip_grad_norm_(learned, CLIP)
        optimizer.step()
        schedule.step()
        _average(mean, losses)
        if step % 50 == 0:
            pace = (time.monotonic() - started) / (step - done + 1)
            told = " ".join(f"{key} {value:.3f}" for key, value in mean.items())
            logger.info("step %d/%d %.2fs a step: %s", step, steps, pace, told)
        if time.monotonic() - saved > SAVED_EVERY:
            _save(checkpoint, step + 1, network, optimizer, schedule)
            network.save(folder / f"{name}.safetensors")
            saved = time.monotonic()
    network.save(folder / f"{name}.safetensors")
    _save(checkpoint, steps, network, optimizer, schedule)
    about = {"groups": len(groups), "steps": steps, "passes": passes, "rate": rate, "seed": SEED}
    (folder / f"{name}.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
    logger.info("done")


def _network(model_folder: Path, start: Path | None, device: torch.device) -> AnswerNetwork:
    network = AnswerNetwork(model_folder).to(device)
    if start is not None:
        network.load(start)
    if device.type == "cpu" and _has_bfloat16():
        network.in_bfloat16()
    return network


def _groups(folder: Path, model_folder: Path) -> list[EncodedGroup]:
    """Return the examples that are not held out, with their tokens."""
    encoding = Encoding(Tokenizer.from_file(str(model_folder / "tokenizer.json")))
    known = (each for each in read_groups(folder / "groups.jsonl") if not each.held_out)
    return [encoded(each, encoding, LONGEST) for each in known]


def _average(mean: dict[str, float], losses: dict[str, Tensor]) -> None:
    """Take the losses of a batch into the running means."""
    for key, loss in losses.items():
        value = float(loss.detach())
        mean[key] = 0.98 * mean.get(key, value) + 0.02 * value


def losses_of(network: AnswerNetwork, batch: Batch, device: torch.device) -> dict[str, Tensor]:
    """Return the weighted losses of a batch by name."""
    kind = device.type
    with torch.autocast(kind, dtype=torch.bfloat16, enabled=kind == "cuda" or _has_bfloat16()):
        answers, yes_no, spans = network(batch.ids.to(device), batch.mask.to(device))
    truth = batch.answers.to(device)
    soft = truth * (1 - 2 * SMOOTH) + SMOOTH
    losses = {"answers": functional.binary_cross_entropy_with_logits(answers, soft)}
    ranked = _ranked(answers, truth, batch.group.to(device))
    if ranked is not None:
        losses["ranked"] = RANKED * ranked
    span, inside = batch.span.to(device), batch.inside.to(device)
    with_span = span[:, 0] >= 0
    if bool(with_span.any()):
        closed = spans[with_span].masked_fill(~inside[with_span].unsqueeze(-1), -1e4)
        both = [functional.cross_entropy(closed[..., at], span[with_span, at]) for at in (0, 1)]
        losses["spans"] = SPANS * (both[0] + both[1]) / 2
    judged = batch.yes_no.to(device)
    if bool((judged >= 0).any()):
        losses["yes_no"] = YES_NO * functional.cross_entropy(yes_no, judged, ignore_index=-1)
    return losses


def _ranked(answers: Tensor, truth: Tensor, group: Tensor) -> Tensor | None:
    """Return the mean cross entropy of the answering row among its group's rows."""
    found = []
    for each in range(int(group.max()) + 1):
        rows = group == each
        if int(rows.sum()) > 1 and bool(truth[rows].any()):
            found.append(functional.cross_entropy(answers[rows][None], truth[rows].argmax()[None]))
    return torch.stack(found).mean() if found else None


def _rate(at: int, steps: int) -> float:
    if at < WARM_UP:
        return (at + 1) / WARM_UP
    return max(0.0, (steps - at) / max(steps - WARM_UP, 1))


def _endless(groups: list[EncodedGroup]) -> Iterator[Batch]:
    """Yield pass after pass, each in an order of its own that a seed decides."""
    for number in itertools.count():
        yield from batches(groups, random.Random(SEED + number))


def _has_bfloat16() -> bool:
    return bool(torch.cpu._is_avx512_bf16_supported())


def _save(
    path: Path,
    step: int,
    network: AnswerNetwork,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    new = path.with_suffix(".new")
    state = {
        "step": step,
        "learned": network.learned(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
    }
    torch.save(state, new)
    new.replace(path)


def _resumed(
    path: Path,
    network: AnswerNetwork,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> int:
    """Return at which step to go on; 0 without a checkpoint."""
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    own = network.learned()
    for name, tensor in state["learned"].items():
        own[name].data.copy_(tensor)
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    step: int = state["step"]
    logger.info("going on at step %d", step)
    return step


__all__ = ["Group", "losses_of", "train"]

if __name__ == "__main__":
    main()
