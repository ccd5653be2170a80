"""The answer model in torch: the bundled encoder, low-rank adapters on it, and three heads.

Adapters: Hu et al. 2021, LoRA, https://arxiv.org/abs/2106.09685. The span head is that of BERT for
SQuAD (Devlin et al. 2018).
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

RANK = 48
QUESTION_RANK = 16
TOGETHER = 2  # runs of rows of like length that a batch is read in
YES_NO = ("", "yes", "no", "depends")

_LINEARS = (
    ("attention.self", "query"),
    ("attention.self", "key"),
    ("attention.self", "value"),
    ("attention.output", "dense"),
    ("intermediate", "dense"),
    ("output", "dense"),
)


class Adapted(nn.Module):
    """A frozen linear layer with what is learned beside it: ``W x + B A x``."""

    def __init__(self, inner: nn.Linear, rank: int) -> None:
        super().__init__()
        self.inner = inner
        self.down = nn.Parameter(torch.empty(rank, inner.in_features))
        self.up = nn.Parameter(torch.zeros(inner.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=5**0.5)

    def forward(self, states: Tensor) -> Tensor:
        """Return the layer's outputs."""
        out: Tensor = self.inner(states) + functional.linear(
            functional.linear(states, self.down), self.up
        )
        return out


class AdaptedEncoder(nn.Module):
    """The bundled encoder, frozen but for its norms, with adapters on every linear layer."""

    def __init__(self, folder: Path, rank: int) -> None:
        super().__init__()
        # Plain attention without dropout trains 1.6 times as fast on two cores as the defaults.
        self.encoder = BertModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        for name, parameter in self.encoder.named_parameters():
            parameter.requires_grad_("LayerNorm" in name and "layer" in name)
        for layer in self.encoder.encoder.layer:
            for path, name in _LINEARS:
                owner = layer.get_submodule(path)
                setattr(owner, name, Adapted(getattr(owner, name), rank))

    def in_bfloat16(self) -> None:
        """Keep the frozen weights in bfloat16, as they are multiplied: none is cast each step."""
        for module in self.modules():
            if isinstance(module, Adapted):
                module.inner.to(torch.bfloat16)

    def learned(self) -> dict[str, Tensor]:
        """Return what was trained, by name: what is shipped."""
        return {name: each for name, each in self.named_parameters() if each.requires_grad}

    def save(self, path: Path) -> None:
        """Write what was trained in 16 bits, whole or not at all."""
        new = path.with_suffix(".new")
        tensors = {name: each.detach().half().contiguous() for name, each in self.learned().items()}
        save_file(tensors, new, metadata={"format": "pt"})
        new.replace(path)

    def load(self, path: Path) -> None:
        """Take what ``save`` wrote."""
        own = self.learned()
        for name, tensor in load_file(path).items():
            own[name].data.copy_(tensor.float())


class AnswerNetwork(AdaptedEncoder):
    """Reads token ids (n, tokens) with their mask; gives answers, spans and yes/no as logits."""

    def __init__(self, folder: Path, rank: int = RANK) -> None:
        """Load the bundled encoder's folder."""
        super().__init__(folder, rank)
        hidden = self.encoder.config.hidden_size
        self.first = nn.Linear(2 * hidden, 1 + len(YES_NO))  # answers; none, yes, no, depends
        self.span = nn.Linear(hidden, 2)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return answers (n,), yes_no (n, 4) and spans (n, tokens, 2), all logits.

        Rows of like length are read together, so that little is read of what only pads.
        """
        order = mask.sum(1).argsort()
        read = []
        for rows in torch.tensor_split(order, min(TOGETHER, len(order))):
            longest = int(mask[rows].sum(1).max())
            read.append(self._read(ids[rows, :longest], mask[rows, :longest], ids.shape[1]))
        back = order.argsort()
        answers, yes_no, spans = (torch.cat(each)[back] for each in zip(*read, strict=True))
        return answers, yes_no, spans

    def _read(self, ids: Tensor, mask: Tensor, tokens: int) -> tuple[Tensor, Tensor, Tensor]:
        """Read rows; spans are padded to ``tokens``."""
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        mean = averaged(states, mask)
        first = self.first(torch.cat([states[:, 0], mean], dim=-1)).float()
        spans = functional.pad(self.span(states).float(), (0, 0, 0, tokens - ids.shape[1]))
        return first[:, 0], first[:, 1:], spans


class QuestionNetwork(AdaptedEncoder):
    """Embeds questions, for vectors of passages that stay as they are."""

    def __init__(self, folder: Path, rank: int = QUESTION_RANK) -> None:
        """Load the bundled encoder's folder."""
        super().__init__(folder, rank)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return vectors (n, hidden), not yet of unit length."""
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return averaged(states, mask)


def averaged(states: Tensor, mask: Tensor) -> Tensor:
    """Return the mean (n, hidden) of the states that a mask shows."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1)
