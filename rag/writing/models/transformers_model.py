"""A language model run here by transformers: a Hugging Face id, a folder, or a GGUF file."""

from __future__ import annotations

import inspect
import io
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.messages.message import Message
from rag.drafts import ChatMessage
from rag.errors import GenerationFailed
from rag.writing.models.model_files import find_weights, unusable

if TYPE_CHECKING:
    import torch

TOTAL = 300.0  # seconds of one answer: small models on two cores read and write 10 tokens a second
WINDOW = 6_000  # code points: what a processor without a GPU reads in about a minute
READ_AT_ONCE = 128  # tokens of the prompt: between two such pieces the model can be stopped
LOCK_WAIT = 1.0  # seconds between two looks at the time, while another answer is written
PARTIAL = "\ufffd"  # what the bytes of half a character decode to


@dataclass(frozen=True, slots=True)
class _Loaded:
    model: Any
    tokenizer: Any
    ends: frozenset[int]  # tokens that end an answer
    longest: int  # tokens it can see
    cache: str  # what its forward calls the state of tokens seen: renamed in transformers 5


class TransformersModel:
    """Writes greedily, so that the same question gets the same answer; one answer at a time.

    Loaded at first use, on the GPU when there is one. Weights come from safetensors or GGUF alone,
    and no code of a model's repository is run. A folder is loaded without the network.
    """

    def __init__(
        self,
        model: str,
        *,
        timeout: float = TOTAL,
        window: int = WINDOW,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``model`` is an id, a folder, a GGUF file, or a folder with one such file."""
        self._given = model
        self._timeout = timeout
        self._window = window
        self._clock = clock
        self._loaded: _Loaded | None = None
        self._loading = threading.Lock()
        self._writing = threading.Lock()

    @property
    def name(self) -> str:
        """The id, or the name of folder or file."""
        path = Path(self._given).expanduser()
        return path.resolve().name if path.exists() else self._given

    @property
    def window(self) -> int:
        """Code points of messages it is given at most."""
        return self._window

    def describe(self) -> str:
        """Return a line on the model, once it was loaded. Raises ModelUnusable."""
        loaded = self._load()
        millions = sum(one.numel() for one in loaded.model.parameters()) / 1e6
        device = loaded.model.device
        return Message("rag.model_loaded", name=self.name, millions=millions, device=device)

    def stream(self, messages: Sequence[ChatMessage], *, most_tokens: int) -> Iterator[str]:
        """Yield the reply in pieces, none empty. Raises GenerationFailed, ModelUnusable."""
        deadline = self._clock() + self._timeout
        loaded = self._load()
        ids = _prompt(loaded, messages)
        if len(ids) + most_tokens > loaded.longest:
            raise GenerationFailed(
                Message("rag.model_sees_less", name=self.name, most=loaded.longest, given=len(ids))
            )
        while not self._writing.acquire(timeout=LOCK_WAIT):
            self._check(deadline)
        try:
            yield from _pieces(loaded.tokenizer, self._tokens(loaded, ids, most_tokens, deadline))
        finally:
            self._writing.release()

    def _tokens(
        self, loaded: _Loaded, ids: Sequence[int], most: int, deadline: float
    ) -> Iterator[int]:
        """Yield the likeliest token again and again, up to the end of the answer."""
        from transformers import DynamicCache

        seen = DynamicCache(config=loaded.model.config)
        for start in range(0, len(ids) - 1, READ_AT_ONCE):
            self._check(deadline)
            _step(loaded, ids[start : min(start + READ_AT_ONCE, len(ids) - 1)], seen)
        token = ids[-1]
        for _ in range(most):
            self._check(deadline)
            token = int(_step(loaded, [token], seen).argmax())
            if token in loaded.ends:
                return
            yield token

    def _check(self, deadline: float) -> None:
        if self._clock() > deadline:
            raise GenerationFailed(
                Message("rag.model_too_slow", name=self.name, seconds=self._timeout)
            )

    def _load(self) -> _Loaded:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self._given)
            return self._loaded


def _load(given: str) -> _Loaded:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    weights = find_weights(given)
    options: dict[str, Any] = {"local_files_only": weights.local, "trust_remote_code": False}
    if weights.gguf:
        options["gguf_file"] = weights.gguf
    cuda = torch.cuda.is_available()
    # The bar over a GGUF file's tensors cannot be turned off: nothing of it goes into a pipe.
    quiet = nullcontext() if sys.stderr.isatty() else redirect_stderr(io.StringIO())
    try:
        with quiet:
            tokenizer = AutoTokenizer.from_pretrained(weights.source, **options)
            if weights.gguf is None:
                options["use_safetensors"] = True  # other formats of weights are pickles: code
            model: Any = AutoModelForCausalLM.from_pretrained(
                weights.source, dtype="auto" if cuda else torch.float32, **options
            )
    # what the loaders raise for no such id, no network, a folder without a model, a broken file,
    # a GGUF architecture they do not know, or the libraries for GGUF not being installed
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, NotImplementedError) as error:
        why = " ".join(str(error).split())[:300]
        raise unusable(
            given, Message("rag.gguf_needs", why=why) if weights.gguf else why
        ) from error
    model = model.to("cuda" if cuda else "cpu").eval()
    names = inspect.signature(model.forward).parameters
    cache = "cache" if "cache" in names else "past_key_values"
    return _Loaded(model, tokenizer, _ends(model, tokenizer), _longest(model), cache)


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:  # noqa: ANN401 (untyped library)
    """Return the tokens that end an answer, by the generation settings and the tokenizer."""
    configured = model.generation_config.eos_token_id
    ids = configured if isinstance(configured, list) else [configured]
    return frozenset(one for one in (*ids, tokenizer.eos_token_id) if one is not None)


def _longest(model: Any) -> int:  # noqa: ANN401 (untyped library)
    config = model.config.get_text_config()
    return int(getattr(config, "max_position_embeddings", None) or 1 << 20)


def _prompt(loaded: _Loaded, messages: Sequence[ChatMessage]) -> list[int]:
    """Return the tokens of the messages, by the model's chat template if it has one."""
    from jinja2 import TemplateError

    tokenizer = loaded.tokenizer
    turns = [{"role": one.role, "content": one.text} for one in messages]
    if not tokenizer.chat_template:
        text = "\n\n".join([*(one.text for one in messages), ""])
        return list(tokenizer(text).input_ids)
    try:
        text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    except TemplateError:  # of models that know no system role
        joined = "\n\n".join(one.text for one in messages)
        turns = [{"role": "user", "content": joined}]
        text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    return list(tokenizer(text, add_special_tokens=False).input_ids)


def _step(loaded: _Loaded, ids: Sequence[int], seen: object) -> torch.Tensor:
    """Return the logits behind the last of some tokens; ``seen`` takes the tokens up."""
    import torch

    model = loaded.model
    with torch.inference_mode():
        tokens = torch.tensor([list(ids)], device=model.device)
        out = model(input_ids=tokens, use_cache=True, **{loaded.cache: seen})
    logits: torch.Tensor = out.logits[0, -1]
    return logits


def _pieces(tokenizer: Any, tokens: Iterator[int]) -> Iterator[str]:  # noqa: ANN401
    """Yield the text of tokens as soon as its characters are whole.

    Two overlapping stretches are decoded and their difference told, as text-generation-inference
    does it: what a token looks like depends on the one before.
    """
    ids: list[int] = []
    told = read = 0  # tokens from ``told`` to ``read`` were told, and give the next its look
    for token in tokens:
        ids.append(token)
        before = tokenizer.decode(ids[told:read], skip_special_tokens=True)
        text = tokenizer.decode(ids[told:], skip_special_tokens=True)
        if len(text) > len(before) and not text.endswith(PARTIAL):
            yield text[len(before) :]
            told, read = read, len(ids)
